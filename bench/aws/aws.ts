import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BenchRow } from "../row.ts";
import type { AwsMeasured } from "./measure.ts";

const sizes = [1000, 10_000, 100_000];

/**
 * From AWS's records to what of every endpoint is open to the internet: one row for understanding the records, one for the exposure. Each
 * size is a process of its own; its peak memory includes Node's own and the records.
 */
export async function benchAws(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const before = new Map<string, number>();
  for (const size of sizes) {
    const { understandMs, exposureMs, understoodMb, peakMb, note } = await measure(size);
    const add = (name: string, ms: number, peak: number, more: string): void => {
      const tenth = before.get(`${name} ${size / 10}`);
      before.set(`${name} ${size}`, ms);
      const growth = tenth === undefined ? "" : `${(ms / tenth).toFixed(1)} times a tenth of it`;
      const told = [more, growth].filter((part) => part !== "").join(", ");
      rows.push({ name, size: `${size.toLocaleString("en")} interfaces`, ms, peakMb: peak, note: told });
    };
    add("AWS: understand", understandMs, understoodMb, "");
    add("AWS: exposure of every endpoint", exposureMs, peakMb, note);
  }
  return rows;
}

async function measure(size: number): Promise<AwsMeasured> {
  const script = join(import.meta.dirname, "measure.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(size)]);
  const measured: unknown = JSON.parse(stdout);
  if (!isMeasured(measured)) throw new Error(`the AWS estate of ${size} told nothing: ${stdout}`);
  return measured;
}

function isMeasured(value: unknown): value is AwsMeasured {
  const names = ["understandMs", "exposureMs", "understoodMb", "peakMb", "note"];
  return typeof value === "object" && value !== null && names.every((name) => name in value);
}

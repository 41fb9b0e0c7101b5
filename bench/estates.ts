import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BenchRow } from "./row.ts";
import type { EstateMeasured } from "./measure-estate.ts";

/** An estate of verbatim records to measure: the folder under bench that makes it. */
interface BenchedEstate {
  readonly cloud: string;
  readonly folder: string;
  readonly sizes: readonly number[];
}

const estates: readonly BenchedEstate[] = [
  { cloud: "AWS", folder: "aws", sizes: [1000, 10_000, 100_000] },
  { cloud: "Google Cloud", folder: "gcp", sizes: [1000, 10_000, 100_000] },
];

/** What every estate takes. */
export async function benchEstates(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const estate of estates) rows.push(...(await benchEstate(estate)));
  return rows;
}

/**
 * From a cloud's records to what of every endpoint is open to the internet: one row for understanding the records, one for the exposure. Each
 * size is a process of its own; its peak memory includes Node's own and the records.
 */
async function benchEstate({ cloud, folder, sizes }: BenchedEstate): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const before = new Map<string, number>();
  for (const size of sizes) {
    const { understandMs, exposureMs, understoodMb, peakMb, note } = await measure(folder, size);
    const add = (name: string, ms: number, peak: number, more: string): void => {
      const tenth = before.get(`${name} ${size / 10}`);
      before.set(`${name} ${size}`, ms);
      const growth = tenth === undefined ? "" : `${(ms / tenth).toFixed(1)} times a tenth of it`;
      const told = [more, growth].filter((part) => part !== "").join(", ");
      rows.push({ name, size: `${size.toLocaleString("en")} interfaces`, ms, peakMb: peak, note: told });
    };
    add(`${cloud}: understand`, understandMs, understoodMb, "");
    add(`${cloud}: exposure of every endpoint`, exposureMs, peakMb, note);
  }
  return rows;
}

async function measure(folder: string, size: number): Promise<EstateMeasured> {
  const script = join(import.meta.dirname, folder, "measure.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(size)]);
  const measured: unknown = JSON.parse(stdout);
  if (!isMeasured(measured)) throw new Error(`the ${folder} estate of ${size} told nothing: ${stdout}`);
  return measured;
}

function isMeasured(value: unknown): value is EstateMeasured {
  const names = ["understandMs", "exposureMs", "understoodMb", "peakMb", "note"];
  return typeof value === "object" && value !== null && names.every((name) => name in value);
}

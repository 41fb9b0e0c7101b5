import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BenchRow } from "../row.ts";
import type { IdentityMeasured } from "./measure.ts";

const sizes = [100, 1000, 10_000];

/** From Google Cloud's records to who can change firewalls, over an organization of many projects. Each size is a process of its own. */
export async function benchGcpIdentity(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const before = new Map<number, number>();
  for (const size of sizes) {
    const { understandMs, whoCanMs, peakMb, note } = await measure(size);
    const tenth = before.get(size / 10);
    before.set(size, whoCanMs);
    const growth = tenth === undefined ? "" : `, ${(whoCanMs / tenth).toFixed(1)} times a tenth of it`;
    const of = `${size.toLocaleString("en")} principals`;
    rows.push({ name: "Google: understand identities", size: of, ms: understandMs, peakMb: null, note: "" });
    rows.push({ name: "Google: who can change firewalls", size: of, ms: whoCanMs, peakMb, note: `${note}${growth}` });
  }
  return rows;
}

async function measure(size: number): Promise<IdentityMeasured> {
  const script = join(import.meta.dirname, "gcp-measure.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(size)]);
  const measured: unknown = JSON.parse(stdout);
  if (!isMeasured(measured)) throw new Error(`the organization of ${size} told nothing: ${stdout}`);
  return measured;
}

function isMeasured(value: unknown): value is IdentityMeasured {
  const names = ["understandMs", "whoCanMs", "peakMb", "note"];
  return typeof value === "object" && value !== null && names.every((name) => name in value);
}

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BenchRow } from "../row.ts";
import type { IdentityMeasured } from "./measure.ts";

const sizes = [100, 1000, 10_000];

/** The estates to measure: the script beside this file that makes each. */
const clouds = [
  { name: "AWS", script: "measure.ts" },
  { name: "Azure", script: "azure-measure.ts" },
  { name: "Google", script: "gcp-measure.ts" },
];

/**
 * From each cloud's records to who can change firewalls, by every action and every way of escalation. Each size is a process of its own; its peak memory
 * includes Node's own and the records.
 */
export async function benchIdentity(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { name, script } of clouds) {
    const before = new Map<number, number>();
    for (const size of sizes) {
      const { understandMs, whoCanMs, peakMb, note } = await measure(script, size);
      const tenth = before.get(size / 10);
      before.set(size, whoCanMs);
      const growth = tenth === undefined ? "" : `, ${(whoCanMs / tenth).toFixed(1)} times a tenth of it`;
      const of = `${size.toLocaleString("en")} principals`;
      rows.push({ name: `${name}: understand identities`, size: of, ms: understandMs, peakMb: null, note: "" });
      rows.push({
        name: `${name}: who can change firewalls`,
        size: of,
        ms: whoCanMs,
        peakMb,
        note: `${note}${growth}`,
      });
    }
  }
  return rows;
}

async function measure(script: string, size: number): Promise<IdentityMeasured> {
  const path = join(import.meta.dirname, script);
  const { stdout } = await promisify(execFile)(process.execPath, [path, String(size)]);
  const measured: unknown = JSON.parse(stdout);
  if (!isMeasured(measured)) throw new Error(`${script} of ${size} told nothing: ${stdout}`);
  return measured;
}

function isMeasured(value: unknown): value is IdentityMeasured {
  const names = ["understandMs", "whoCanMs", "peakMb", "note"];
  return typeof value === "object" && value !== null && names.every((name) => name in value);
}

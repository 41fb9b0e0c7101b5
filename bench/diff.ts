import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BenchRow } from "./row.ts";

interface DiffMeasured {
  readonly firewallsMs: number;
  readonly exposureMs: number;
  readonly peakMb: number;
  readonly note: string;
}

/** What changed between two AWS estates of one shape, in a hundred security groups: one row for the firewalls, one for the exposure. Both are understood before. */
export async function benchDiff(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const interfaces of [1000, 10_000, 100_000]) {
    const { firewallsMs, exposureMs, peakMb, note } = await measure(interfaces);
    const size = `${interfaces.toLocaleString("en")} interfaces`;
    rows.push({ name: "diff: firewalls", size, ms: firewallsMs, peakMb: null, note });
    rows.push({
      name: "diff: what the internet can reach",
      size,
      ms: exposureMs,
      peakMb,
      note: "both estates in memory",
    });
  }
  return rows;
}

async function measure(interfaces: number): Promise<DiffMeasured> {
  const script = join(import.meta.dirname, "measure-diff.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(interfaces)]);
  const measured: unknown = JSON.parse(stdout);
  if (!isMeasured(measured)) throw new Error(`the diff of ${interfaces} interfaces told nothing: ${stdout}`);
  return measured;
}

function isMeasured(value: unknown): value is DiffMeasured {
  const names = ["firewallsMs", "exposureMs", "peakMb", "note"];
  return typeof value === "object" && value !== null && names.every((name) => name in value);
}

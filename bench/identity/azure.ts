import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BenchRow } from "../row.ts";
import type { IdentityMeasured } from "./measure.ts";

const sizes = [100, 1000, 10_000];

/**
 * From a tenant's records to who can change firewalls, by every action and every way of escalation, with half as many role assignments as principals. Each
 * size is a process of its own; its peak memory includes Node's own and the records.
 */
export async function benchAzureIdentity(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const size of sizes) {
    const script = join(import.meta.dirname, "azure-measure.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [script, String(size)]);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the other process prints exactly this
    const { understandMs, whoCanMs, peakMb, note } = JSON.parse(stdout) as IdentityMeasured;
    const of = `${size.toLocaleString("en")} principals`;
    rows.push({ name: "Azure: understand identities", size: of, ms: understandMs, peakMb: null, note: "" });
    rows.push({ name: "Azure: who can change firewalls", size: of, ms: whoCanMs, peakMb, note });
  }
  return rows;
}

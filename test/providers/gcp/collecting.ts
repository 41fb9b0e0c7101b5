import type { GcpEstate } from "../../../lab/gcp/estate.ts";
import { type GcpLab, type GcpLabOptions, startGcpLab } from "../../../lab/gcp/server.ts";
import type { Coverage } from "../../../src/model/coverage.ts";
import type { ScanEvent } from "../../../src/model/progress.ts";
import { collectGcp } from "../../../src/providers/gcp/collect.ts";
import type { GcpCollectOptions } from "../../../src/providers/gcp/options.ts";
import type { Snapshot, SnapshotRecord } from "../../../src/snapshot/record.ts";
import { memorySink } from "../../../src/snapshot/sinks.ts";

/** Everything a collection run gave. */
export interface Collected extends Snapshot {
  readonly events: readonly ScanEvent[];
}

/** Back-off short enough for tests. */
const quick: Partial<GcpCollectOptions> = { maxAttempts: 3, retryBaseDelayMs: 1, callTimeoutMs: 20_000 };

/** Runs `work` against a lab of its own. */
export async function withLab<Result>(
  estate: GcpEstate,
  options: GcpLabOptions,
  work: (lab: GcpLab) => Promise<Result>,
): Promise<Result> {
  const lab = await startGcpLab(estate, options);
  try {
    return await work(lab);
  } finally {
    await lab.close();
  }
}

/** Collects from a lab with Google's real auth library, as the estate's service account. */
export async function collectFrom(
  lab: GcpLab,
  options: Partial<GcpCollectOptions> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Collected> {
  const sink = memorySink("live", "2026-01-01T00:00:00Z");
  const events: ScanEvent[] = [];
  await collectGcp({ ...quick, ...lab.collectOptions(), ...options }, sink, (event) => events.push(event), signal);
  return { ...sink.finish("2026-01-01T00:01:00Z"), events };
}

/** The row of an operation, on a target where one is named. */
export function rowOf({ coverage }: Snapshot, operation: string, account?: string): Coverage | undefined {
  return coverage.find((row) => row.operation === operation && (account === undefined || row.account === account));
}

/** The records of an operation, on a target where one is named. */
export function recordsOf({ records }: Snapshot, operation: string, account?: string): readonly SnapshotRecord[] {
  return records.filter(
    (record) => record.operation === operation && (account === undefined || record.account === account),
  );
}

import type { AzureEstate } from "../../../lab/azure/estate.ts";
import { type AzureLab, type AzureLabOptions, startAzureLab } from "../../../lab/azure/server.ts";
import type { Coverage } from "../../../src/model/coverage.ts";
import type { ScanEvent } from "../../../src/model/progress.ts";
import { collectAzure } from "../../../src/providers/azure/collect.ts";
import type { AzureCollectOptions } from "../../../src/providers/azure/options.ts";
import type { Snapshot, SnapshotRecord } from "../../../src/snapshot/record.ts";
import { memorySink } from "../../../src/snapshot/sinks.ts";

/** Everything a collection run gave. */
export interface Collected extends Snapshot {
  readonly events: readonly ScanEvent[];
}

/** Back-off short enough for tests. */
const quick: Partial<AzureCollectOptions> = { maxAttempts: 3, retryBaseDelayMs: 1, callTimeoutMs: 20_000 };

/** Runs `work` against a lab of its own. */
export async function withLab<Result>(
  estate: AzureEstate,
  options: AzureLabOptions,
  work: (lab: AzureLab) => Promise<Result>,
): Promise<Result> {
  const lab = await startAzureLab(estate, options);
  try {
    return await work(lab);
  } finally {
    await lab.close();
  }
}

/** Collects from a lab with the real SDK, as the estate's app registration. */
export async function collectFrom(
  lab: AzureLab,
  options: Partial<AzureCollectOptions> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Collected> {
  const sink = memorySink("live", "2026-01-01T00:00:00Z");
  const events: ScanEvent[] = [];
  await collectAzure({ ...quick, ...lab.options, ...options }, sink, (event) => events.push(event), signal);
  return { ...sink.finish("2026-01-01T00:01:00Z"), events };
}

/** The row of an operation, in a subscription where one is named. */
export function rowOf({ coverage }: Snapshot, operation: string, account?: string): Coverage | undefined {
  return coverage.find((row) => row.operation === operation && (account === undefined || row.account === account));
}

/** The records of an operation, in a subscription where one is named. */
export function recordsOf({ records }: Snapshot, operation: string, account?: string): readonly SnapshotRecord[] {
  return records.filter(
    (record) => record.operation === operation && (account === undefined || record.account === account),
  );
}

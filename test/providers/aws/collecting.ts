import { type AwsLabOptions, startAwsLab, type AwsLab } from "../../../lab/aws/server.ts";
import type { AwsEstate } from "../../../lab/estate.ts";
import type { Coverage } from "../../../src/model/coverage.ts";
import type { ScanEvent } from "../../../src/model/progress.ts";
import { collectAws } from "../../../src/providers/aws/collect.ts";
import type { AwsCollectOptions } from "../../../src/providers/aws/options.ts";
import type { Snapshot, SnapshotRecord } from "../../../src/snapshot/record.ts";
import { memorySink } from "../../../src/snapshot/sinks.ts";

/** Everything a collection run gave. */
export interface Collected extends Snapshot {
  readonly events: readonly ScanEvent[];
}

/** Back-off short enough for tests. */
export const quick: Partial<AwsCollectOptions> = {
  maxAttempts: 3,
  retryBaseDelayMs: 1,
  minimumRate: 10_000,
  callTimeoutMs: 20_000,
};

/** Runs `work` against a lab of its own. */
export async function withLab<Result>(
  estate: AwsEstate,
  options: AwsLabOptions,
  work: (lab: AwsLab) => Promise<Result>,
): Promise<Result> {
  const lab = await startAwsLab(estate, options);
  try {
    return await work(lab);
  } finally {
    await lab.close();
  }
}

/** Collects from a lab with the real SDK, as the account named by `caller`. */
export async function collectFrom(
  lab: AwsLab,
  caller: string,
  options: Partial<AwsCollectOptions> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Collected> {
  const sink = memorySink("live", "2026-01-01T00:00:00Z");
  const events: ScanEvent[] = [];
  await collectAws(
    { ...quick, endpoint: lab.endpoint, credentials: lab.credentialsFor(caller), environment: process.env, ...options },
    sink,
    (event) => events.push(event),
    signal,
  );
  return { ...sink.finish("2026-01-01T00:01:00Z"), events };
}

export function rowOf(
  { coverage }: Snapshot,
  operation: string,
  place: { readonly account?: string; readonly region?: string } = {},
): Coverage | undefined {
  return coverage.find(
    (row) =>
      row.operation === operation &&
      (place.account === undefined || row.account === place.account) &&
      (place.region === undefined || row.region === place.region),
  );
}

export function recordsOf({ records }: Snapshot, operation: string): readonly SnapshotRecord[] {
  return records.filter((record) => record.operation === operation);
}

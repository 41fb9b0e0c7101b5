import type { Coverage } from "../model/coverage.ts";
import type { Json } from "../model/finding.ts";
import type { ReportTarget } from "../model/report.ts";
import type { Target } from "../model/resource.ts";

/** A JSON object as a vendor's API or CLI gives it. */
export type VendorObject = { readonly [member: string]: Json };

/**
 * One resource as the vendor's API told it, verbatim: AWS CLI/SDK member names, the ARM REST body, the Google REST body.
 * A record says nothing that the API did not say; meaning begins in each provider's `understand`.
 */
export interface SnapshotRecord extends Target {
  /** The operation it came from: `ec2:DescribeSecurityGroups`. */
  readonly operation: string;
  /** Parameters of the request that the answer does not repeat: `{ "PrefixListId": "pl-1" }`. */
  readonly request?: Readonly<Record<string, string>>;
  /** One item of the operation's answer. */
  readonly data: VendorObject;
}

/** Everything one collection or import read, in memory. */
export interface Snapshot {
  readonly source: "live" | "snapshot" | "import";
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly targets: readonly ReportTarget[];
  readonly records: readonly SnapshotRecord[];
  readonly coverage: readonly Coverage[];
  /** Lines for people: files that were not recognised, accounts that were left out. */
  readonly notes: readonly string[];
}

/** What an operation gave on a target, whole. */
export interface Answer {
  readonly coverage: Coverage;
  readonly records: readonly SnapshotRecord[];
}

/** What collection and import write into, as they go. */
export interface SnapshotSink {
  /** What an earlier run that was cut short had read whole: it is not asked again. Absent where there was none. */
  readonly held?: (target: Target, operation: string) => Answer | null;
  target(target: ReportTarget): void;
  record(record: SnapshotRecord): void;
  coverage(coverage: Coverage): void;
  note(note: string): void;
}

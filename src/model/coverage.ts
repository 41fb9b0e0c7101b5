import type { Target } from "./resource.ts";

/**
 * How an API operation on a target ended.
 * - `complete`: every page was read.
 * - `denied`: the credentials may not call it.
 * - `throttled`, `unreachable`: it kept failing after retries.
 * - `malformed`: the answer was not what the vendor documents (an HTML page, a cut-off body, a repeated page token).
 * - `disabled`: there is nothing to read: the service or Region is switched off, the file that was asked for does not exist, or it is
 *   someone else's who lets nobody read it. Counts as known.
 * - `skipped`: it was not asked (a dump that lacks it, an operation it depends on failed).
 */
export type CoverageStatus = "complete" | "denied" | "throttled" | "unreachable" | "malformed" | "disabled" | "skipped";

/** One request of an operation that failed while others of the same operation may have succeeded. */
export interface CoverageGap {
  /** The parameters that told this request from its siblings, for example `{ PrefixListId: "pl-1" }`. */
  readonly request: Readonly<Record<string, string>>;
  readonly status: Exclude<CoverageStatus, "complete">;
  readonly error: string;
}

/** What became of one operation on one target. Every operation leaves exactly one. */
export interface Coverage extends Target {
  /** `<service>:<Operation>`, for example `ec2:DescribeSecurityGroups`; `*` stands for every operation of the target. */
  readonly operation: string;
  /** The worst status of its requests. */
  readonly status: CoverageStatus;
  /** How many records it left. */
  readonly items: number;
  /** One line for people, without secrets; null when complete. */
  readonly error: string | null;
  /** For operations asked once per parent resource: the requests that failed. Absent when all ended alike. */
  readonly gaps?: readonly CoverageGap[];
}

/** Whether nothing is missing: everything was read, or there was nothing to read. */
export function isKnown(status: CoverageStatus): boolean {
  return status === "complete" || status === "disabled";
}

/** From what is known to what weighs heaviest: the status of a row is the last of its requests' in this order. */
const gravity: readonly CoverageStatus[] = [
  "complete",
  "disabled",
  "skipped",
  "throttled",
  "unreachable",
  "malformed",
  "denied",
];

/** The first of the gaps with the status that weighs heaviest; null when there is none. */
export function gravest(gaps: readonly CoverageGap[]): CoverageGap | null {
  const rank = (gap: CoverageGap): number => gravity.indexOf(gap.status);
  return gaps.reduce<CoverageGap | null>(
    (worst, gap) => (worst === null || rank(gap) > rank(worst) ? gap : worst),
    null,
  );
}

import type { Coverage } from "./coverage.ts";
import type { Attack, Controls, Finding, Remediation } from "./finding.ts";
import type { Cloud, Target } from "./resource.ts";
import type { Severity } from "./severity.ts";

/** A target of the scan, and whether it was judged. */
export interface ReportTarget extends Target {
  /** The account's own name where an organization tells it. Untrusted text. */
  readonly name: string | null;
  /** `skipped`: listed but deliberately not entered (a suspended account); `disabled`: a Region that is switched off. */
  readonly status: "scanned" | "disabled" | "skipped";
  /** Why it was not scanned; null when it was. */
  readonly note: string | null;
}

/** How one check fared on one target: what was judged and found good is worth knowing too. */
export interface Tally {
  readonly check: string;
  /** `<cloud>/<account>/<region>` */
  readonly target: string;
  readonly pass: number;
  readonly fail: number;
  readonly unknown: number;
}

/** What a report needs to say about a check without loading it. */
export interface CheckSummary {
  readonly id: string;
  /** The compliant state, one sentence. */
  readonly title: string;
  readonly severity: Severity;
  readonly clouds: readonly Cloud[];
  readonly rationale: string;
  readonly remediation: Remediation;
  readonly attack: Attack;
  readonly controls: Controls;
}

/** How this scan compares with an earlier one. */
export interface Baseline {
  /** `finishedAt` of the report it was compared with. */
  readonly comparedWith: string;
  /** Findings that count now and did not then: failed and unknown ones that are not suppressed. */
  readonly new: number;
  /** Findings that counted then too. */
  readonly unchanged: number;
  /**
   * Failures of then that are gone, as that report has them, in its order. Only what was judged again and found good or gone: what could not be judged
   * now, or was not scanned, is not fixed.
   */
  readonly fixed: readonly Finding[];
}

/** The one value every renderer reads. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: "rampart"; readonly version: string };
  readonly scan: {
    /** ISO 8601, UTC. */
    readonly startedAt: string;
    readonly finishedAt: string;
    /** False when any operation ended in a status that is not known; see coverage.ts. */
    readonly complete: boolean;
    readonly source: "live" | "snapshot" | "import";
    readonly targets: readonly ReportTarget[];
    /** Input files that were not recognised, suspended accounts and the like: lines for people. */
    readonly notes: readonly string[];
  };
  readonly summary: Readonly<Record<Severity | "unknown" | "suppressed", number>>;
  /** Every check that took part, by id. */
  readonly checks: readonly CheckSummary[];
  /** Sorted by severity, check, resource; never by time. */
  readonly findings: readonly Finding[];
  /** Null when there was no earlier report to compare with. */
  readonly baseline: Baseline | null;
  readonly coverage: readonly Coverage[];
  readonly tallies: readonly Tally[];
}

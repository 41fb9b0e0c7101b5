import type { Finding } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { isAtLeast, type Severity } from "../model/severity.ts";

/** What a report means for the caller of a scan; `stale`: it is clean, but suppressions are to be looked at. */
export type Outcome = "clean" | "findings" | "incomplete" | "stale";

/** The thresholds of a scan. */
export interface Thresholds {
  /** Least severity that fails the scan. */
  readonly failOn: Severity | "none";
  readonly allowIncomplete: boolean;
  /** Whether there are suppressions to be looked at, and they matter. */
  readonly staleSuppressions: boolean;
}

/**
 * Weighs a report against the thresholds. An incomplete scan outranks findings: a caller must not take "some findings" for the
 * whole truth. An unknown finding never counts as a failure; what is unknown shows in the scan being incomplete, or in the report. With a baseline
 * only what is new counts.
 */
export function weigh(report: Report, { failOn, allowIncomplete, staleSuppressions }: Thresholds): Outcome {
  if (!report.scan.complete && !allowIncomplete) return "incomplete";
  if (report.findings.some((finding) => counts(finding, failOn))) return "findings";
  return staleSuppressions ? "stale" : "clean";
}

function counts(finding: Finding, failOn: Severity | "none"): boolean {
  if (failOn === "none" || finding.status !== "fail" || finding.suppression !== null) return false;
  if (finding.baseline === "unchanged") return false;
  return isAtLeast(finding.severity, failOn);
}

/** The report without findings below a severity; the summary keeps counting them, and a note says how many are not shown. */
export function showFrom(report: Report, minSeverity: Severity): Report {
  const shown = ({ severity }: Finding): boolean => isAtLeast(severity, minSeverity);
  const findings = report.findings.filter(shown);
  const { baseline } = report;
  const fixed = baseline?.fixed.filter(shown) ?? [];
  const hidden = report.findings.length + (baseline?.fixed.length ?? 0) - findings.length - fixed.length;
  if (hidden === 0) return report;
  const note = `${hidden} finding${hidden === 1 ? "" : "s"} below ${minSeverity} not shown (--min-severity)`;
  return {
    ...report,
    findings,
    baseline: baseline === null ? null : { ...baseline, fixed },
    scan: { ...report.scan, notes: [...report.scan.notes, note] },
  };
}

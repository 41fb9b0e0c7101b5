import type { Finding } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { isAtLeast, type Severity } from "../model/severity.ts";

/** What a report means for the caller of a scan. */
export type Outcome = "clean" | "findings" | "incomplete";

/** The thresholds of a scan. */
export interface Thresholds {
  /** Least severity that fails the scan. */
  readonly failOn: Severity | "none";
  readonly allowIncomplete: boolean;
}

/**
 * Weighs a report against the thresholds. An incomplete scan outranks findings: a caller must not take "some findings" for the
 * whole truth. An unknown finding never counts as a failure; what is unknown shows in the scan being incomplete, or in the report.
 */
export function weigh(report: Report, { failOn, allowIncomplete }: Thresholds): Outcome {
  if (!report.scan.complete && !allowIncomplete) return "incomplete";
  return report.findings.some((finding) => counts(finding, failOn)) ? "findings" : "clean";
}

function counts(finding: Finding, failOn: Severity | "none"): boolean {
  if (failOn === "none" || finding.status !== "fail" || finding.suppression !== null) return false;
  return isAtLeast(finding.severity, failOn);
}

/** The report without findings below a severity; the summary keeps counting them, and a note says how many are not shown. */
export function showFrom(report: Report, minSeverity: Severity): Report {
  const findings = report.findings.filter(({ severity }) => isAtLeast(severity, minSeverity));
  const hidden = report.findings.length - findings.length;
  if (hidden === 0) return report;
  const note = `${hidden} finding${hidden === 1 ? "" : "s"} below ${minSeverity} not shown (--min-severity)`;
  return { ...report, findings, scan: { ...report.scan, notes: [...report.scan.notes, note] } };
}

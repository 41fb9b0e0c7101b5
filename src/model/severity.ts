/** How grave a finding is. Fixed per check, because GitHub reads severity from the SARIF rule, not from the result. */
export type Severity = "critical" | "high" | "medium" | "low";

/** Every severity, gravest first: the order in which reports list them. */
export const severities: readonly Severity[] = ["critical", "high", "medium", "low"];

/** 0 for the gravest; ascending order sorts the gravest first. */
export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}

/** Whether `severity` is as grave as `threshold`, or graver. */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return severityRank(severity) <= severityRank(threshold);
}

import { isKnown } from "../src/model/coverage.ts";
import type { Coverage } from "../src/model/coverage.ts";
import type { Finding } from "../src/model/finding.ts";
import type { CheckSummary, Report } from "../src/model/report.ts";
import type { Target } from "../src/model/resource.ts";
import { severities } from "../src/model/severity.ts";
import type { Severity } from "../src/model/severity.ts";

/** Findings of one check, in the report's order. */
export interface CheckGroup {
  readonly check: string;
  /** Null when the report does not describe the check. */
  readonly summary: CheckSummary | null;
  readonly findings: readonly Finding[];
}

/** One operation that ended in one status on some targets. */
export interface CoverageGroup {
  readonly operation: string;
  readonly status: Coverage["status"];
  readonly rows: readonly Coverage[];
}

/** Failed findings that count, by severity (gravest first) and check; severities without findings are left out. */
export function failuresBySeverity(report: Report): { severity: Severity; count: number; checks: CheckGroup[] }[] {
  const failures = report.findings.filter((finding) => finding.status === "fail" && finding.suppression === null);
  return severities.flatMap((severity) => {
    const findings = failures.filter((finding) => finding.severity === severity);
    return findings.length === 0 ? [] : [{ severity, count: findings.length, checks: byCheck(report, findings) }];
  });
}

/** What could not be judged and is not suppressed, by check. */
export function unknownsByCheck(report: Report): CheckGroup[] {
  return byCheck(
    report,
    report.findings.filter((finding) => finding.status === "unknown" && finding.suppression === null),
  );
}

/** Findings that do not count, by check. */
export function suppressedByCheck(report: Report): CheckGroup[] {
  return byCheck(
    report,
    report.findings.filter((finding) => finding.suppression !== null),
  );
}

function byCheck(report: Report, findings: readonly Finding[]): CheckGroup[] {
  return [...Map.groupBy(findings, (finding) => finding.check)].map(([check, ofCheck]) => ({
    check,
    summary: report.checks.find((summary) => summary.id === check) ?? null,
    findings: ofCheck,
  }));
}

/** What an account is called by its organization; null where nobody tells. */
export function accountNames(report: Report): (of: Pick<Target, "cloud" | "account">) => string | null {
  const key = ({ cloud, account }: Pick<Target, "cloud" | "account">): string => `${cloud} ${account}`;
  const told = report.scan.targets.filter(({ name }) => name !== null);
  const names = new Map(told.map((target) => [key(target), target.name]));
  return (of) => names.get(key(of)) ?? null;
}

/** Operations that were not read although there may be something to read, in the report's order. */
export function unreadOperations(report: Report): CoverageGroup[] {
  const unread = report.coverage.filter((row) => !isKnown(row.status));
  return [...Map.groupBy(unread, (row) => `${row.status} ${row.operation}`).values()].flatMap((rows) => {
    const [first] = rows;
    return first === undefined ? [] : [{ operation: first.operation, status: first.status, rows }];
  });
}

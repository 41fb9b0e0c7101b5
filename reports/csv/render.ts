import { isKnown } from "../../src/model/coverage.ts";
import type { Coverage } from "../../src/model/coverage.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import { byKey } from "../by-key.ts";
import { csvCell } from "../escape/csv.ts";
import { accountNames } from "../grouping.ts";

const columns = [
  /** `fail`, `unknown` (could not be judged), `suppressed`, `fixed` since the baseline, or `not read` (an operation, not a finding). */
  "status",
  "severity",
  "check",
  "cloud",
  "account",
  "account_name",
  "region",
  "resource_type",
  "resource_id",
  "resource_name",
  "arn",
  "message",
  /** `new` or `unchanged`; empty without a baseline. */
  "baseline",
  "fix",
  "commands",
  "suppression_reason",
  "suppression_owner",
  "suppression_ticket",
  "suppression_expires",
  "suppressed_by",
  "attack_techniques",
  "attack_mitigations",
  "controls",
  "tags",
  "evidence",
  "id",
] as const;

type Row = Readonly<Partial<Record<(typeof columns)[number], string>>>;

/**
 * CSV by RFC 4180 for spreadsheets: one row for each finding, suppressed ones and those that are fixed since the baseline included, and one for each
 * operation that was not read, lest a file without findings look like a clean estate.
 *
 * It begins with a byte order mark: Excel reads a CSV file without one in the code page of the machine and garbles every name that is not ASCII.
 * Programs are better served by JSON, which needs none.
 */
export function renderCsv(report: Report): string {
  const nameOf = accountNames(report);
  const rows = [
    ...report.findings.map((finding) => findingRow(finding, null, nameOf)),
    ...(report.baseline?.fixed ?? []).map((finding) => findingRow(finding, "fixed", nameOf)),
    ...report.coverage.filter(({ status }) => !isKnown(status)).map((row) => unreadRow(row, nameOf)),
  ];
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ""))];
  return `\uFEFF${lines.map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("")}`;
}

type NameOf = ReturnType<typeof accountNames>;

function findingRow(finding: Finding, status: "fixed" | null, nameOf: NameOf): Row {
  const { resource, remediation, suppression, attack } = finding;
  return {
    status: status ?? (suppression === null ? finding.status : "suppressed"),
    severity: finding.severity,
    check: finding.check,
    cloud: resource.cloud,
    account: resource.account,
    account_name: nameOf(resource) ?? "",
    region: resource.region,
    resource_type: resource.type,
    resource_id: resource.id,
    resource_name: resource.name ?? "",
    arn: resource.arn ?? "",
    message: finding.message,
    baseline: status === null ? (finding.baseline ?? "") : "",
    fix: remediation.console,
    commands: remediation.cli.join("; "),
    suppression_reason: suppression?.reason ?? "",
    suppression_owner: suppression?.owner ?? "",
    suppression_ticket: suppression?.ticket ?? "",
    suppression_expires: suppression?.expires ?? "",
    suppressed_by: suppression?.matched.where ?? "",
    attack_techniques: attack.techniques.join(" "),
    attack_mitigations: attack.mitigations.join(" "),
    controls: byKey(finding.controls)
      .flatMap(([framework, ids]) => ids.map((id) => `${framework} ${id}`))
      .join("; "),
    tags: byKey(finding.tags)
      .map(([key, value]) => `${key}=${value}`)
      .join("; "),
    evidence: JSON.stringify(finding.evidence),
    id: finding.id,
  };
}

function unreadRow(row: Coverage, nameOf: NameOf): Row {
  const { cloud, account, region, operation, status, error } = row;
  return {
    status: "not read",
    cloud,
    account,
    account_name: nameOf(row) ?? "",
    region,
    resource_id: operation,
    message: error === null ? status : `${status}: ${error}`,
  };
}

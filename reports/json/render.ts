import type { Finding, Remediation } from "../../src/model/finding.ts";
import type { Coverage } from "../../src/model/coverage.ts";
import type { CheckSummary, Report } from "../../src/model/report.ts";
import { jsonText } from "../escape/json.ts";
import type { JsonReport } from "./schema.ts";

/**
 * The report by the published schema (schemas/report.schema.json). Members stand in a fixed order, so equal reports are equal
 * bytes whatever built them; vendor data (`evidence`) keeps its own.
 */
export function renderJson(report: Report): string {
  const { scan, summary } = report;
  const json: JsonReport = {
    schemaVersion: 1,
    tool: { name: "rampart", version: report.tool.version },
    scan: {
      startedAt: scan.startedAt,
      finishedAt: scan.finishedAt,
      complete: scan.complete,
      source: scan.source,
      targets: scan.targets.map(({ cloud, account, region, name, status, note }) => ({
        cloud,
        account,
        region,
        name,
        status,
        note,
      })),
      notes: [...scan.notes],
    },
    summary: {
      critical: summary.critical,
      high: summary.high,
      medium: summary.medium,
      low: summary.low,
      unknown: summary.unknown,
      suppressed: summary.suppressed,
    },
    checks: report.checks.map(checkJson),
    findings: report.findings.map(findingJson),
    baseline: baselineJson(report.baseline),
    coverage: report.coverage.map(coverageJson),
    tallies: report.tallies.map(({ check, target, pass, fail, unknown }) => ({ check, target, pass, fail, unknown })),
  };
  return jsonText(json);
}

function findingJson(finding: Finding): JsonReport["findings"][number] {
  const { resource, suppression } = finding;
  return {
    id: finding.id,
    check: finding.check,
    status: finding.status,
    severity: finding.severity,
    cloud: resource.cloud,
    account: resource.account,
    region: resource.region,
    resource: { type: resource.type, id: resource.id, name: resource.name, arn: resource.arn },
    message: finding.message,
    evidence: finding.evidence,
    remediation: remediationJson(finding.remediation),
    attack: { techniques: [...finding.attack.techniques], mitigations: [...finding.attack.mitigations] },
    controls: finding.controls,
    tags: finding.tags,
    suppression:
      suppression === null
        ? null
        : {
            reason: suppression.reason,
            owner: suppression.owner,
            ticket: suppression.ticket,
            expires: suppression.expires,
            matched: { where: suppression.matched.where, fields: suppression.matched.fields },
          },
    baseline: finding.baseline,
  };
}

function baselineJson(baseline: Report["baseline"]): JsonReport["baseline"] {
  if (baseline === null) return null;
  const { comparedWith, unchanged, fixed } = baseline;
  return { comparedWith, new: baseline.new, unchanged, fixed: fixed.map(findingJson) };
}

function checkJson(check: CheckSummary): JsonReport["checks"][number] {
  return {
    id: check.id,
    title: check.title,
    severity: check.severity,
    clouds: [...check.clouds],
    rationale: check.rationale,
    remediation: remediationJson(check.remediation),
    attack: { techniques: [...check.attack.techniques], mitigations: [...check.attack.mitigations] },
    controls: check.controls,
  };
}

function remediationJson({ console, cli, terraform }: Remediation): JsonReport["checks"][number]["remediation"] {
  return { console, cli: [...cli], terraform };
}

function coverageJson(row: Coverage): JsonReport["coverage"][number] {
  const { cloud, account, region, operation, status, items, error, gaps } = row;
  const told = { cloud, account, region, operation, status, items, error };
  return gaps === undefined
    ? told
    : { ...told, gaps: gaps.map((gap) => ({ request: gap.request, status: gap.status, error: gap.error })) };
}

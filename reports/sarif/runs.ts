import type { Notification, Result, Run } from "sarif";
import type { Coverage } from "../../src/model/coverage.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import type { Target } from "../../src/model/resource.ts";
import { severityRank } from "../../src/model/severity.ts";
import { shorten, shortenWithin } from "../escape/shorten.ts";
import { longestEvidence, longestIdentifier, longestMessage } from "./limits.ts";
import { categoryId, virtualPath } from "./paths.ts";
import { describeByFinding, rule, ruleId } from "./rules.ts";
import { plainLine } from "./text.ts";

/** What the files of ours call their tool. */
export const driverName = "Rampart";

/** A target and what concerns it. */
export interface TargetPart {
  readonly target: Target;
  /** The findings to write, gravest first. */
  readonly findings: readonly Finding[];
  /** Operations that were not read; a run with any is only written on request. */
  readonly unread: readonly Coverage[];
}

/** One run: the whole truth about one account and Region, holding no more than `findings`. */
export function sarifRun(report: Report, { target, findings, unread }: TargetPart): Run {
  const checks = new Map<string, Finding>();
  for (const finding of findings) {
    const id = ruleId(finding.check);
    checks.set(id, checks.get(id) ?? finding);
  }
  const ids = [...checks.keys()].toSorted();
  const rules = [...checks]
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, finding]) => rule(report.checks.find(({ id }) => id === finding.check) ?? describeByFinding(finding)));
  const levels = rules.map((descriptor) => descriptor.defaultConfiguration?.level ?? "warning");
  return {
    tool: { driver: { name: driverName, semanticVersion: plainLine(report.tool.version), rules } },
    automationDetails: { id: categoryId(target) },
    invocations: [
      {
        // False would make GitHub report the upload as failed; what is missing stands in the notifications.
        executionSuccessful: true,
        ...instants(report),
        ...(unread.length > 0 ? { toolExecutionNotifications: unread.map(notification) } : {}),
      },
    ],
    columnKind: "utf16CodeUnits",
    results: findings.map((finding) => {
      const ruleIndex = ids.indexOf(ruleId(finding.check));
      return result(finding, ruleIndex, levels[ruleIndex] ?? "warning");
    }),
  };
}

/** Gravest first and otherwise in the report's order, so that a limit cuts what matters least. */
export function gravestFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity));
}

function result(finding: Finding, ruleIndex: number, level: NonNullable<Result["level"]>): Result {
  const { resource, suppression } = finding;
  const id = identifier(finding.id);
  return {
    ruleId: ruleId(finding.check),
    ruleIndex,
    level,
    message: { text: message(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: virtualPath(resource) },
          region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
        },
        logicalLocations: [
          {
            fullyQualifiedName: identifier(resource.arn ?? resource.id),
            name: identifier(resource.name ?? resource.id),
            kind: "resource",
          },
        ],
      },
    ],
    partialFingerprints: { primaryLocationLineHash: id, "rampartFindingId/v1": id },
    ...(suppression === null
      ? {}
      : {
          suppressions: [
            {
              kind: "external" as const,
              status: "accepted" as const,
              justification: shortenWithin(plainLine(suppression.reason), longestMessage),
            },
          ],
        }),
    properties: {
      resourceType: identifier(resource.type),
      resourceId: identifier(resource.id),
      baseline: finding.baseline,
      evidence: evidence(finding),
    },
  };
}

/** GitHub shows this as the alert's title and, where it is narrow, only the first sentence: so the place comes second. */
function message({ message: text, resource }: Finding): string {
  const line = shorten(plainLine(text), longestMessage);
  const first = line === "" ? "No message." : /[.!?]$/.test(line) ? line : `${line}.`;
  return `${first} Resource ${identifier(resource.id)}, ${identifier(resource.account)} ${identifier(resource.region)}.`;
}

function identifier(text: string): string {
  return shortenWithin(plainLine(text), longestIdentifier) || "unnamed";
}

function evidence(finding: Finding): Finding["evidence"] | string {
  const text = JSON.stringify(finding.evidence);
  return text.length <= longestEvidence ? finding.evidence : "Too long for SARIF; the JSON report has it.";
}

function notification(row: Coverage): Notification {
  const cause = row.error === null ? "" : `: ${row.error}`;
  return {
    level: "warning",
    message: {
      text: shortenWithin(plainLine(`${row.operation} was not read (${row.status})${cause}`), longestMessage),
    },
  };
}

/** SARIF lets no run end before it began; times that can't be so say nothing. */
function instants(report: Report): { startTimeUtc?: string; endTimeUtc?: string } {
  const start = Date.parse(report.scan.startedAt);
  const end = Date.parse(report.scan.finishedAt);
  return end >= start ? { startTimeUtc: new Date(start).toISOString(), endTimeUtc: new Date(end).toISOString() } : {};
}

import type { ReportingDescriptor } from "sarif";
import type { CheckSummary } from "../../src/model/report.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Severity } from "../../src/model/severity.ts";
import { byKey } from "../by-key.ts";
import { markdownCode, markdownText } from "../escape/markdown.ts";
import { shortenWithin } from "../escape/shorten.ts";
import { longestDescription, longestHelp, longestIdentifier, longestName, tagsPerRule } from "./limits.ts";
import { plainLine } from "./text.ts";

/** What GitHub shows of a severity. The numbers are the middles of its bands: over 9.0, 7.0, 4.0 and 0.1. */
const grades = {
  critical: { security: "9.5", level: "error", problem: "error" },
  high: { security: "8.0", level: "error", problem: "error" },
  medium: { security: "5.5", level: "warning", problem: "warning" },
  low: { security: "2.0", level: "note", problem: "recommendation" },
} as const satisfies Record<Severity, { security: string; level: "error" | "warning" | "note"; problem: string }>;

/** A check as SARIF knows it: its severity is the rule's, because GitHub reads none from a result. */
export function rule(check: CheckSummary): ReportingDescriptor {
  const grade = grades[check.severity];
  return {
    id: ruleId(check.id),
    name: shortenWithin(pascalCase(check.id), longestName),
    shortDescription: { text: sentence(check.title, check.id) },
    fullDescription: { text: sentence(check.rationale, check.title) },
    help: { text: helpText(check), markdown: helpMarkdown(check) },
    defaultConfiguration: { level: grade.level },
    properties: {
      "security-severity": grade.security,
      precision: "high",
      "problem.severity": grade.problem,
      tags: tags(check),
    },
  };
}

/** What can be said of a check that the report does not describe (a report from elsewhere). */
export function describeByFinding(finding: Finding): CheckSummary {
  const { check: id, severity, remediation, attack, controls, resource } = finding;
  return { id, title: id, severity, clouds: [resource.cloud], rationale: id, remediation, attack, controls };
}

/** Ids of ours pass unchanged; whatever else a report holds is made harmless and short. */
export function ruleId(check: string): string {
  const id = shortenWithin(plainLine(check), longestName);
  return id === "" ? "unnamed-check" : id;
}

function sentence(text: string, otherwise: string): string {
  const line = plainLine(text) || plainLine(otherwise) || "No description.";
  return shortenWithin(/[.!?]$/.test(line) ? line : `${line}.`, longestDescription);
}

function pascalCase(id: string): string {
  const words = plainLine(id)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("") || "UnnamedCheck";
}

function helpText({ rationale, remediation, id }: CheckSummary): string {
  const parts = [rationale, `Fix: ${remediation.console}`, ...remediation.cli, explainHint(id)];
  return shortenWithin(
    parts
      .map(plainLine)
      .filter((line) => line !== "")
      .join("\n"),
    longestHelp,
  );
}

/** Each part is cut by itself: cutting the whole could leave a code block open. */
function helpMarkdown(check: CheckSummary): string {
  const { rationale, remediation, attack, controls, id } = check;
  const cut = (text: string) => markdownText(shortenWithin(text, longestDescription));
  const parts = [cut(rationale), "## Fix", cut(remediation.console)];
  if (remediation.cli.length > 0) {
    parts.push(markdownCode(remediation.cli.join("\n"), "sh"));
  }
  if (remediation.terraform !== null) {
    parts.push("Terraform:", markdownCode(remediation.terraform, "hcl"));
  }
  const references = [
    ...(attack.techniques.length > 0 ? [`- MITRE ATT&CK: ${cut(attack.techniques.join(", "))}`] : []),
    ...(attack.mitigations.length > 0 ? [`- Mitigations: ${cut(attack.mitigations.join(", "))}`] : []),
    ...byKey(controls).map(([framework, ids]) => `- ${cut(framework)}: ${cut(ids.join(", "))}`),
  ].slice(0, 20);
  if (references.length > 0) {
    parts.push("## References", references.join("\n"));
  }
  parts.push(cut(explainHint(id)));
  return parts.filter((part) => part !== "").join("\n\n");
}

function explainHint(id: string): string {
  return `More: rampart explain ${id}`;
}

/** `security` makes GitHub use security-severity; ATT&CK ids come before controls, which may not all fit. */
function tags({ attack, controls }: CheckSummary): string[] {
  const all = [
    "security",
    ...[...attack.techniques, ...attack.mitigations].map((id) => `external/mitre/${tagPart(id)}`),
    ...byKey(controls).flatMap(([framework, ids]) => ids.map((id) => `external/${tagPart(framework)}/${tagPart(id)}`)),
  ];
  return [...new Set(all)].slice(0, tagsPerRule);
}

function tagPart(text: string): string {
  return encodeURIComponent(shortenWithin(text, longestIdentifier).toWellFormed());
}

import type { Finding, Json } from "../../src/model/finding.ts";
import type { CheckSummary, Report } from "../../src/model/report.ts";
import type { Cloud } from "../../src/model/resource.ts";
import type { Severity } from "../../src/model/severity.ts";
import { byKey } from "../by-key.ts";
import { jsonLine } from "../escape/json.ts";
import { shorten } from "../escape/shorten.ts";
import { accountNames } from "../grouping.ts";

/** The version of the schema that events are written by: https://schema.ocsf.io/1.5.0/classes/compliance_finding?profiles=cloud */
const schemaVersion = "1.5.0";
const classUid = 2003;

/** A megabyte in one event would not pass the pipelines that these go through; JSON has all. */
const longestText = 8000;
const longestEvidence = 32_000;

const severityIds = { critical: 5, high: 4, medium: 3, low: 2 } as const satisfies Record<Severity, number>;
const captions = { critical: "Critical", high: "High", medium: "Medium", low: "Low" } as const;
const clouds = {
  aws: { provider: "AWS", account: { type: "AWS Account", type_id: 10 } },
  azure: { provider: "Azure", account: { type: "Azure Subscription", type_id: 13 } },
  gcp: { provider: "GCP", account: { type: "GCP Project", type_id: 11 } },
} as const satisfies Record<Cloud, object>;

const activities = { 1: "Create", 2: "Update", 3: "Close" } as const;
/** `Warning` is OCSF's word for a check that came to no result because information was missing. */
const verdicts = { 1: "Pass", 2: "Warning", 3: "Fail" } as const;
const states = { 1: "New", 3: "Suppressed", 4: "Resolved" } as const;

/**
 * OCSF 1.5 Compliance Findings (class 2003) with the cloud profile, as JSON Lines: one event for each finding.
 *
 * - What could not be judged has the status Warning and is informational; the severity of its check stands in `compliance.checks`.
 * - Against a baseline, known findings are updates, and what is fixed is closed and resolved.
 * - Suppressed findings have the status Suppressed.
 * - OCSF wants a standard for each finding. Where a check is in no published framework, it is Rampart's own.
 *
 * A report without findings is empty.
 */
export function renderOcsf(report: Report): string {
  const checks = new Map(report.checks.map((check) => [check.id, check]));
  const nameOf = accountNames(report);
  const event = (finding: Finding, isFixed: boolean): string =>
    jsonLine(
      complianceFinding(report, finding, isFixed, {
        check: checks.get(finding.check) ?? null,
        accountName: nameOf(finding.resource),
      }),
    );
  return [
    ...report.findings.map((finding) => event(finding, false)),
    ...(report.baseline?.fixed ?? []).map((finding) => event(finding, true)),
  ].join("");
}

function complianceFinding(
  report: Report,
  finding: Finding,
  isFixed: boolean,
  context: { readonly check: CheckSummary | null; readonly accountName: string | null },
): Json {
  const { resource, suppression } = finding;
  const activity = isFixed ? 3 : finding.baseline === "unchanged" ? 2 : 1;
  const verdict = isFixed ? 1 : finding.status === "fail" ? 3 : 2;
  const state = isFixed ? 4 : suppression === null ? 1 : 3;
  const judged = finding.status === "fail";
  return {
    activity_id: activity,
    activity_name: activities[activity],
    category_uid: 2,
    category_name: "Findings",
    class_uid: classUid,
    class_name: "Compliance Finding",
    type_uid: classUid * 100 + activity,
    type_name: `Compliance Finding: ${activities[activity]}`,
    time: milliseconds(report.scan.finishedAt),
    severity_id: judged ? severityIds[finding.severity] : 1,
    severity: judged ? captions[finding.severity] : "Informational",
    status_id: state,
    status: states[state],
    ...(suppression === null ? {} : { comment: short(suppression.reason) }),
    message: short(finding.message),
    metadata: {
      version: schemaVersion,
      product: { name: "Rampart", vendor_name: "Rampart", version: short(report.tool.version) },
      profiles: ["cloud"],
      event_code: short(finding.check),
    },
    finding_info: findingInfo(finding, context.check),
    compliance: compliance(finding, context.check, verdict),
    cloud: {
      provider: clouds[resource.cloud].provider,
      account: {
        uid: short(resource.account),
        ...(context.accountName === null ? {} : { name: short(context.accountName) }),
        ...clouds[resource.cloud].account,
      },
      region: short(resource.region),
    },
    resources: [
      {
        uid: short(resource.arn ?? resource.id),
        name: short(resource.name ?? resource.id),
        type: short(resource.type),
        region: short(resource.region),
        ...tags(finding),
      },
    ],
    remediation: { desc: remediationText(finding) },
    unmapped: unmapped(finding),
  };
}

function findingInfo({ id, check, message, attack }: Finding, summary: CheckSummary | null): Json {
  const mitigations = attack.mitigations.map((uid) => ({ uid: short(uid) }));
  // One entry has one technique and one mitigation, so each technique is told with each mitigation.
  const attacks = attack.techniques.flatMap((technique): Json[] => {
    const told = technique.includes(".") ? "sub_technique" : "technique";
    const alone = { [told]: { uid: short(technique) } };
    return mitigations.length === 0 ? [alone] : mitigations.map((mitigation) => withMitigation(alone, mitigation));
  });
  return {
    uid: short(id),
    title: short(summary?.title ?? check),
    desc: short(message),
    types: ["Cloud firewall posture"],
    analytic: { uid: short(check), name: short(check), type: "Rule", type_id: 1 },
    ...(attacks.length === 0 ? {} : { attacks }),
  };
}

function withMitigation(attack: { readonly [key: string]: Json }, mitigation: Json): Json {
  return { ...attack, mitigation };
}

function compliance(finding: Finding, summary: CheckSummary | null, verdict: keyof typeof verdicts): Json {
  const frameworks = byKey(finding.controls);
  const standards = frameworks.length === 0 ? ["Rampart"] : frameworks.map(([framework]) => short(framework));
  const status = { status: verdicts[verdict], status_id: verdict };
  return {
    standards,
    control: short(finding.check),
    requirements: frameworks.flatMap(([framework, ids]) => ids.map((id) => short(`${framework} ${id}`))),
    ...status,
    status_details: [short(finding.message)],
    checks: [
      {
        uid: short(finding.check),
        name: short(summary?.title ?? finding.check),
        ...(summary === null ? {} : { desc: short(summary.rationale) }),
        severity: captions[finding.severity],
        severity_id: severityIds[finding.severity],
        standards,
        ...status,
      },
    ],
  };
}

function tags({ tags: own }: Finding): { readonly [key: string]: Json } {
  const pairs = byKey(own);
  return pairs.length === 0 ? {} : { tags: pairs.map(([name, value]) => ({ name: short(name), value: short(value) })) };
}

function remediationText({ remediation: { console: words, cli, terraform } }: Finding): string {
  return [words, ...cli, ...(terraform === null ? [] : [terraform])].map(short).join("\n\n");
}

/** What OCSF has no attribute for. */
function unmapped({ evidence, suppression, baseline }: Finding): Json {
  const whole = JSON.stringify(evidence).length <= longestEvidence;
  return {
    evidence: whole ? wellFormed(evidence) : "Too long for an event; the JSON report has it.",
    ...(baseline === null ? {} : { baseline }),
    ...(suppression === null
      ? {}
      : {
          suppression: {
            owner: shortOrNull(suppression.owner),
            ticket: shortOrNull(suppression.ticket),
            expires: shortOrNull(suppression.expires),
            where: short(suppression.matched.where),
          },
        }),
  };
}

/** Milliseconds since 1970, as OCSF counts; 0 for a time that is none. */
function milliseconds(instant: string): number {
  const time = Date.parse(instant);
  return Number.isNaN(time) ? 0 : time;
}

/** JSON may hold half a surrogate pair as an escape; a reader that keeps text as UTF-8 may not. */
function wellFormed(value: Json): Json {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(wellFormed);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toWellFormed(), wellFormed(member)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function short(text: string): string {
  return shorten(text, longestText).toWellFormed();
}

function shortOrNull(text: string | null): string | null {
  return text === null ? null : short(text);
}

import type { Remediation } from "../../src/model/finding.ts";
import type { ThreatDetection, ThreatDetectionFilter } from "../../src/providers/aws/controls.ts";
import {
  cloudFirewallAttack,
  type Check,
  type CheckSettings,
  type Estate,
  type Verdict,
} from "../../src/scan/check.ts";
import { awsCommand } from "../shared/aws-remediation.ts";
import { describeCriteria, narrowingFields } from "../shared/guardduty-criteria.ts";
import { detectorId, unseenAdministrator } from "../shared/guardduty-lists.ts";

const generalRemediation: Remediation = {
  console:
    "In the GuardDuty console, choose Suppression rules, open the rule, and add the finding type and the resource, user or address it is meant for; " +
    "delete the rule when nobody knows what it is for. Look through the findings it has archived.",
  cli: ["aws guardduty delete-filter --detector-id DETECTOR --filter-name FILTER --region REGION"],
  terraform:
    "Add criteria to the aws_guardduty_filter that name the finding type and the resource, user or address, or remove it.",
};

export const check: Check = {
  id: "guardduty-suppression",
  title: "No GuardDuty suppression rule archives whole classes of findings",
  severity: "medium",
  subject: "account",
  clouds: ["aws"],
  rationale:
    "What a suppression rule archives reaches neither Security Hub nor EventBridge, so a broad one silences GuardDuty while the detector still looks on.",
  remediation: generalRemediation,
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["threat-detection", "threat-suppressions"], context: [] },
  judge: function* ({ aws }: Estate, settings: CheckSettings): Iterable<Verdict> {
    for (const detection of aws?.threatDetection ?? []) {
      const rules = detection.filters.filter(({ action }) => action !== "NOOP");
      for (const rule of rules) yield verdictOn(detection, rule, settings);
      const unseen = unseenAdministrator(detection, "suppression rules");
      if (unseen !== null) yield unseen;
      else if (rules.length === 0 && detection.administration.kind === "self" && detection.status !== "absent") {
        yield { status: "pass", resource: detection.resource };
      }
    }
  },
};

function verdictOn(detection: ThreatDetection, rule: ThreatDetectionFilter, settings: CheckSettings): Verdict {
  const { resource, action, criteria, description } = rule;
  const where = `account ${resource.account} in ${resource.region}`;
  const named = `GuardDuty's suppression rule "${resource.id}" for ${where}`;
  const evidence = { action, description, criteria };
  if (action !== "ARCHIVE") {
    return {
      status: "unknown",
      resource,
      message: `What ${named} does is not known: its action is ${action}.`,
      evidence,
    };
  }
  if (criteria === null) {
    const message = `How much ${named} archives is not known: its criteria are not as GuardDuty documents them.`;
    return { status: "unknown", resource, message, evidence };
  }
  if (narrowingFields(criteria, settings.internetShare).length > 0) return { status: "pass", resource };
  const message =
    Object.keys(criteria).length === 0
      ? `${named} has no criteria: it archives every finding.`
      : `${named} archives whole classes of findings: it names no finding type, resource or actor, only ${describeCriteria(criteria)}.`;
  const cli = [
    awsCommand(
      resource,
      "guardduty",
      "get-filter",
      "--detector-id",
      detectorId(detection),
      "--filter-name",
      resource.id,
    ),
    awsCommand(
      resource,
      "guardduty",
      "delete-filter",
      "--detector-id",
      detectorId(detection),
      "--filter-name",
      resource.id,
    ),
  ];
  return { status: "fail", resource, message, evidence, remediation: { ...generalRemediation, cli } };
}

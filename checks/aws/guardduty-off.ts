import type { Remediation } from "../../src/model/finding.ts";
import type { ThreatDetection } from "../../src/providers/aws/controls.ts";
import { cloudFirewallAttack, type Check, type Estate, type Verdict } from "../../src/scan/check.ts";
import { awsCommand } from "../shared/aws-remediation.ts";

const generalRemediation: Remediation = {
  console:
    "In the GuardDuty console of this Region, choose Get started and Enable GuardDuty; for a suspended detector, Settings and Re-enable GuardDuty. " +
    "In an organization, let the GuardDuty administrator turn on auto-enable for all accounts instead.",
  cli: ["aws guardduty create-detector --enable --region REGION"],
  terraform: "Add an aws_guardduty_detector resource with enable = true for this Region.",
};

export const check: Check = {
  id: "guardduty-off",
  title: "GuardDuty is on in every Region of the account",
  severity: "high",
  subject: "account",
  clouds: ["aws"],
  rationale:
    "GuardDuty watches VPC flow logs, DNS and CloudTrail for what firewalls let through; in a Region without a working detector " +
    "an opened firewall, and what comes in through it, raises no alarm.",
  remediation: generalRemediation,
  attack: cloudFirewallAttack,
  controls: { "aws-security-hub": ["GuardDuty.1"] },
  needs: { subjects: [], context: ["threat-detection"] },
  judge: function* ({ aws }: Estate): Iterable<Verdict> {
    for (const detection of aws?.threatDetection ?? []) yield verdictOn(detection);
  },
};

function verdictOn({ resource, status, administration }: ThreatDetection): Verdict {
  const where = `account ${resource.account} in ${resource.region}`;
  const administrator = "account" in administration ? administration.account : null;
  const evidence = { status, administrator };
  switch (status) {
    case "enabled":
      return { status: "pass", resource };
    case "absent": {
      const message = `GuardDuty has no detector for ${where}.`;
      const cli = [awsCommand(resource, "guardduty", "create-detector", "--enable")];
      return { status: "fail", resource, message, evidence, remediation: { ...generalRemediation, cli } };
    }
    case "suspended": {
      const manager = administrator === null ? "" : `; account ${administrator} administers it`;
      const message = `GuardDuty is suspended for ${where}: detector ${resource.id} finds nothing${manager}.`;
      const cli = [awsCommand(resource, "guardduty", "update-detector", "--detector-id", resource.id, "--enable")];
      const terraform = "Set enable = true on the aws_guardduty_detector resource.";
      return { status: "fail", resource, message, evidence, remediation: { ...generalRemediation, cli, terraform } };
    }
    case "unknown": {
      const message = `Whether GuardDuty is on for ${where} is not known: the answer of guardduty:GetDetector is missing or does not say.`;
      return { status: "unknown", resource, message, evidence };
    }
    default:
      return status satisfies never;
  }
}

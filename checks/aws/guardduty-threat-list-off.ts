import type { Remediation } from "../../src/model/finding.ts";
import type { ThreatDetection, ThreatDetectionList } from "../../src/providers/aws/controls.ts";
import { cloudFirewallAttack, type Check, type Estate, type Verdict } from "../../src/scan/check.ts";
import { activate, listName } from "../shared/guardduty-lists.ts";

const generalRemediation: Remediation = {
  console:
    "In the GuardDuty console, choose Lists, find the threat list and activate it; where its status is Error, mend the file or its bucket's permissions first. " +
    "Delete a list that is no longer wanted.",
  cli: [
    "aws guardduty update-threat-intel-set --detector-id DETECTOR --threat-intel-set-id LIST --activate --region REGION",
  ],
  terraform: "Set activate = true on the aws_guardduty_threatintelset resource, or remove it.",
};

export const check: Check = {
  id: "guardduty-threat-list-off",
  title: "Every GuardDuty threat list is active",
  severity: "low",
  subject: "account",
  clouds: ["aws"],
  rationale:
    "A threat list that is switched off or in error raises no findings for the addresses its owner knows to be hostile, and looks as if it did.",
  remediation: generalRemediation,
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["threat-detection", "threat-lists"], context: [] },
  judge: function* ({ aws }: Estate): Iterable<Verdict> {
    for (const detection of aws?.threatDetection ?? []) {
      for (const list of detection.lists.filter(({ purpose }) => purpose === "threat"))
        yield verdictOn(detection, list);
    }
  },
};

/** https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_upload-lists.html#guardduty-entity-list-statuses */
function verdictOn(detection: ThreatDetection, list: ThreatDetectionList): Verdict {
  const { resource, status, statusDetails, location } = list;
  const evidence = { status, statusDetails, location };
  switch (status) {
    case "ACTIVE":
    case "ACTIVATING":
    // On its way out, as its owner wants it.
    case "DELETE_PENDING":
    case "DELETED":
      return { status: "pass", resource };
    case "INACTIVE":
    case "DEACTIVATING":
    case "ERROR": {
      const state = status === "ERROR" ? "in error" : "not active";
      const why = statusDetails === null ? "" : `: ${statusDetails}`;
      const message = `GuardDuty's ${listName(list)} is ${state} for account ${resource.account} in ${resource.region}${why}.`;
      const cli = [activate(detection, list, true)];
      return { status: "fail", resource, message, evidence, remediation: { ...generalRemediation, cli } };
    }
    default: {
      const message = `Whether GuardDuty uses its ${listName(list)} is not known: its status is ${status}.`;
      return { status: "unknown", resource, message, evidence };
    }
  }
}

import type { ThreatDetection, ThreatDetectionList } from "../../src/providers/aws/controls.ts";
import type { Verdict } from "../../src/scan/check.ts";
import { awsCommand } from "./aws-remediation.ts";

/** The command of the AWS CLI that changes a list, by its kind, without its prefix `update-` or `delete-`. */
function kindOf({ purpose, holds }: ThreatDetectionList): string {
  if (holds === "entities") return purpose === "trusted" ? "trusted-entity-set" : "threat-entity-set";
  return purpose === "trusted" ? "ip-set" : "threat-intel-set";
}

/** A list as people call it: `trusted IP list "office" (IPSET-ID)`. */
export function listName(list: ThreatDetectionList): string {
  const { purpose, holds, resource } = list;
  const name = resource.name === null ? "" : `"${resource.name}" `;
  return `${purpose} ${holds === "entities" ? "entity" : "IP"} list ${name}(${resource.id})`;
}

/**
 * The command that switches a list on or off.
 * https://docs.aws.amazon.com/cli/latest/reference/guardduty/update-ip-set.html and its siblings
 */
export function activate(detection: ThreatDetection, list: ThreatDetectionList, on: boolean): string {
  const words = ["guardduty", `update-${kindOf(list)}`, ...idsOf(detection, list), on ? "--activate" : "--no-activate"];
  return awsCommand(list.resource, ...words);
}

/** The command that deletes a list. */
export function remove(detection: ThreatDetection, list: ThreatDetectionList): string {
  return awsCommand(list.resource, "guardduty", `delete-${kindOf(list)}`, ...idsOf(detection, list));
}

function idsOf(detection: ThreatDetection, list: ThreatDetectionList): readonly string[] {
  return ["--detector-id", detectorId(detection), `--${kindOf(list)}-id`, list.resource.id];
}

/** The detector's id, for commands; a placeholder where the source did not tell it. */
export function detectorId({ resource }: ThreatDetection): string {
  return resource.type === "aws:guardduty:detector" ? resource.id : "DETECTOR";
}

/**
 * The verdict on a member account whose administrator is not in the scan: "only the GuardDuty administrator account can manage lists", and they
 * apply to its members, so what the member shows proves nothing. Null for any other detector.
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_upload-lists.html
 * @param what the administrator decides on, in the plural: "trusted lists"
 */
export function unseenAdministrator({ administration, resource }: ThreatDetection, what: string): Verdict | null {
  if (administration.kind !== "unseen") return null;
  const administrator = administration.account;
  const message =
    `Which ${what} apply to GuardDuty in account ${resource.account} in ${resource.region} is not known: ` +
    `its administrator account ${administrator} decides, and was not scanned in this Region.`;
  return { status: "unknown", resource, message, evidence: { administrator } };
}

import type { Json, Remediation } from "../../src/model/finding.ts";
import { countAddresses, isEmptyAddresses, type AddressSet } from "../../src/network/addresses.ts";
import { isKnownExtent } from "../../src/network/extent.ts";
import { publicPart } from "../../src/network/width.ts";
import type { BucketOwner, ThreatDetection, ThreatDetectionList } from "../../src/providers/aws/controls.ts";
import { cloudFirewallAttack, type Check, type Estate, type Verdict } from "../../src/scan/check.ts";
import { activate, listName, remove, unseenAdministrator } from "../shared/guardduty-lists.ts";
import { addressEvidence, audience, briefCidrs } from "../shared/words.ts";

const generalRemediation: Remediation = {
  console:
    "In the GuardDuty console, choose Lists and find the trusted list. Look in CloudTrail for who created or updated it (CreateIPSet, UpdateIPSet, " +
    "CreateTrustedEntitySet, UpdateTrustedEntitySet). Deactivate and delete it unless its owner wants it; then keep its file in a bucket of your own that " +
    "few can write to, set the expected bucket owner, and suppress this finding with the reason.",
  cli: ["aws guardduty update-ip-set --detector-id DETECTOR --ip-set-id LIST --no-activate --region REGION"],
  terraform: "Set activate = false on the aws_guardduty_ipset resource, or remove it.",
};

export const check: Check = {
  id: "guardduty-trusted-list",
  title: "GuardDuty trusts no list of addresses or domains",
  severity: "high",
  subject: "account",
  clouds: ["aws"],
  rationale:
    "GuardDuty raises no finding for what is on a trusted list. Adding one's own addresses is the documented way to blind it " +
    "(Pacu's guardduty__whitelist_ip), and whoever can write the list's file can do so.",
  remediation: generalRemediation,
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["threat-detection", "trusted-lists"], context: [] },
  judge: function* (estate: Estate): Iterable<Verdict> {
    for (const detection of estate.aws?.threatDetection ?? []) {
      const trusted = detection.lists.filter(({ purpose }) => purpose === "trusted");
      for (const list of trusted) yield verdictOn(detection, list, estate);
      const unseen = unseenAdministrator(detection, "trusted lists");
      if (unseen !== null) yield unseen;
      else if (trusted.length === 0 && detection.administration.kind === "self" && detection.status !== "absent") {
        yield { status: "pass", resource: detection.resource };
      }
    }
  },
};

/** https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_upload-lists.html#guardduty-entity-list-statuses */
function verdictOn(detection: ThreatDetection, list: ThreatDetectionList, estate: Estate): Verdict {
  const { resource, status } = list;
  const named = `GuardDuty's ${listName(list)} for account ${resource.account} in ${resource.region}`;
  switch (status) {
    case "ACTIVE":
    case "ACTIVATING": {
      const is = status === "ACTIVE" ? "is active" : "is being activated";
      const message = `${named} ${is}: no finding is raised for ${coverage(list)}; its file ${list.location} ${place(list, estate)}.`;
      return {
        status: "fail",
        resource,
        message,
        evidence: evidenceOf(list),
        remediation: remediationOf(detection, list),
      };
    }
    case "INACTIVE":
    case "DEACTIVATING":
    case "ERROR":
    case "DELETE_PENDING":
    case "DELETED":
      return { status: "pass", resource };
    default: {
      const message = `Whether ${named} is in use is not known: its status is ${status}.`;
      return { status: "unknown", resource, message, evidence: evidenceOf(list) };
    }
  }
}

/** What the list covers, in words. Only what is globally routable has an effect. */
function coverage({ content, otherEntries }: ThreatDetectionList): string {
  const certain = [
    ...addressWords(content.must),
    ...(otherEntries === 0
      ? []
      : [`${otherEntries} ${otherEntries === 1 ? "entry" : "entries"} other than IPv4 addresses`]),
  ].join(" and ");
  if (isKnownExtent(content)) return certain === "" ? "nothing: its file is empty" : certain;
  const perhaps = `any address there is (not known: ${content.missing.join("; ")})`;
  return certain === "" ? perhaps : `${certain}, and perhaps ${perhaps}`;
}

function addressWords(addresses: AddressSet): readonly string[] {
  if (isEmptyAddresses(addresses)) return [];
  const routable = publicPart(addresses);
  if (isEmptyAddresses(routable)) return [`addresses that are not public (${briefCidrs(addresses, 4)})`];
  const count = countAddresses(routable).v4;
  return [`${grouped(count)} public ${count === 1n ? "address" : "addresses"}, ${audience(routable)}`];
}

/** Where the file lies, or lay. */
function place(list: ThreatDetectionList, estate: Estate): string {
  if (list.bucket.kind === "none") {
    return "is gone with its bucket: whoever makes a bucket of that name decides what the list trusts when it is next read";
  }
  return `${list.fileIsGone ? "no longer exists in" : "lies in"} ${bucket(list.bucket, list, estate)}`;
}

/** Whose bucket the file lies in: whoever owns it decides what GuardDuty does not see. */
function bucket(
  owner: Exclude<BucketOwner, { kind: "none" }>,
  { resource }: ThreatDetectionList,
  { organizationKnown }: Estate,
): string {
  switch (owner.kind) {
    case "ours":
      return owner.account === resource.account
        ? "a bucket of this account"
        : `a bucket of our account ${owner.account}`;
    case "outside":
      return organizationKnown ? strangers(owner.account) : unscanned(owner.account);
    case "unknown":
      return `a bucket whose owner is not known (${owner.missing})`;
    default:
      return owner satisfies never;
  }
}

function strangers(account: string | null): string {
  return account === null
    ? "a stranger's bucket: no account of the organization owns it"
    : `a stranger's bucket: its owner ${account} is no account of the organization`;
}

/** Without the organization's list of accounts, an account that was not scanned may still be one's own. */
function unscanned(account: string | null): string {
  return account === null
    ? "a bucket that no scanned account owns: a stranger's, unless an account of yours was not scanned"
    : `a bucket of account ${account}, which was not scanned: a stranger's, unless it is yours`;
}

function evidenceOf(list: ThreatDetectionList): Readonly<Record<string, Json>> {
  const { status, statusDetails, location, format, content, otherEntries } = list;
  const routable = publicPart(content.must);
  return {
    status,
    statusDetails,
    location,
    format,
    bucket: bucketEvidence(list.bucket),
    ...(list.fileIsGone ? { fileIsGone: true } : {}),
    publicAddresses: Number(countAddresses(routable).v4),
    addresses: addressEvidence(content.must),
    otherEntries,
    missing: [...content.missing],
  };
}

function bucketEvidence(owner: BucketOwner): Json {
  switch (owner.kind) {
    case "ours":
    case "outside":
      return { owner: owner.kind, account: owner.account };
    case "none":
      return { owner: owner.kind };
    case "unknown":
      return { owner: owner.kind, missing: owner.missing };
    default:
      return owner satisfies never;
  }
}

function remediationOf(detection: ThreatDetection, list: ThreatDetectionList): Remediation {
  return {
    ...generalRemediation,
    cli: [activate(detection, list, false), remove(detection, list)],
    // Terraform has a resource for IP lists alone.
    terraform: list.holds === "entities" ? null : generalRemediation.terraform,
  };
}

/** 1234567 as `1,234,567`. */
function grouped(count: bigint): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

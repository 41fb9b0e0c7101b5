import type { Json } from "../../src/model/finding.ts";

// Answers of Amazon GuardDuty as the AWS CLI prints them, with the members beside them that `--import` asks for where an answer does
// not repeat its request.

export const detectorId = "12abc34d567e8fa901bc2d34e56789f0";
export const listId = "0cb0141ab9fbde177613ab9436212e90";
export const otherListId = "9d2f4c6a8b0e1d3f5a7c9e0b2d4f6a81";
export const listUrl = "https://s3.amazonaws.com/security-lists/list.txt";

type Members = Readonly<Record<string, Json>>;

/** list-detectors and get-detector. */
export function detector(status = "ENABLED", id = detectorId): readonly Json[] {
  return [
    { DetectorIds: [id] },
    { DetectorId: id, Status: status, FindingPublishingFrequency: "SIX_HOURS", ServiceRole: "r" },
  ];
}

/** get-administrator-account of a member. */
export function administrator(account: string, relationship = "Enabled", id = detectorId): Json {
  return { DetectorId: id, Administrator: { AccountId: account, RelationshipStatus: relationship } };
}

const kinds = {
  IpSet: "IpSetIds",
  ThreatIntelSet: "ThreatIntelSetIds",
  TrustedEntitySet: "TrustedEntitySetIds",
  ThreatEntitySet: "ThreatEntitySetIds",
} as const;

/** The list operation and the get operation of one list. */
export function list(
  kind: keyof typeof kinds,
  members: Members = {},
  id = listId,
  detectorOf = detectorId,
): readonly Json[] {
  return [
    { DetectorId: detectorOf, [kinds[kind]]: [id] },
    {
      DetectorId: detectorOf,
      [`${kind}Id`]: id,
      Name: "office",
      Format: "TXT",
      Location: listUrl,
      Status: "ACTIVE",
      ...members,
    },
  ];
}

/** The file behind a list. */
export function listFile(body: string, more: Members = {}): Json {
  return { Location: listUrl, Body: body, ...more };
}

/** list-buckets. */
export function buckets(...names: readonly string[]): Json {
  return { Buckets: names.map((Name) => ({ Name, CreationDate: "2024-01-01T00:00:00Z" })) };
}

/** list-filters and get-filter. */
export function filter(criterion: Json, members: Members = {}, name = "quiet"): readonly Json[] {
  return [
    { DetectorId: detectorId, FilterNames: [name] },
    {
      DetectorId: detectorId,
      Name: name,
      Action: "ARCHIVE",
      Rank: 1,
      FindingCriteria: { Criterion: criterion },
      ...members,
    },
  ];
}

import { globalRegion, type ResourceRef } from "../../../../model/resource.ts";
import type { SnapshotRecord, VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { object, objects, text } from "../../../read.ts";
import { textsOf } from "./statements.ts";

/** The operation that tells an account's identities and policies. */
export const authorizationDetails = "iam:GetAccountAuthorizationDetails";

/** A policy that is written on one identity. */
export interface InlinePolicy {
  readonly name: string;
  /** As the record has it: an object, text, or anything else. */
  readonly document: VendorObject[string] | undefined;
}

/** What users, groups and roles have in common. */
interface Entity {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly resource: ResourceRef;
  /** When it was made; null where that is not told. */
  readonly createdAt: string | null;
  readonly inline: readonly InlinePolicy[];
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
}

export interface IamUser extends Entity {
  readonly kind: "user";
  readonly id: string | null;
  /** Names of groups of the same account. */
  readonly groups: readonly string[];
  readonly boundary: string | null;
  readonly tags: ReadonlyMap<string, string>;
}

export interface IamGroup extends Entity {
  readonly kind: "group";
}

export interface IamRole extends Entity {
  readonly kind: "role";
  readonly boundary: string | null;
  readonly tags: ReadonlyMap<string, string>;
  readonly path: string;
  readonly trust: VendorObject[string] | undefined;
  readonly instanceProfiles: readonly string[];
}

/** One version of a managed policy. */
export interface PolicyVersion {
  readonly id: string;
  readonly isDefault: boolean;
  readonly document: VendorObject[string] | undefined;
}

export interface ManagedPolicy {
  readonly arn: string;
  readonly account: string;
  readonly versions: readonly PolicyVersion[];
  readonly tags: ReadonlyMap<string, string>;
}

/** Everyone and every managed policy that the accounts told of. */
export interface Roster {
  readonly users: readonly IamUser[];
  readonly groups: readonly IamGroup[];
  readonly roles: readonly IamRole[];
  /** By account and ARN, for accounts see AWS's own policies each for itself: see {@link policyKey}. */
  readonly policies: ReadonlyMap<string, ManagedPolicy>;
}

export function policyKey(account: string, arn: string): string {
  return `${account} ${arn}`;
}

/**
 * Reads users, groups, roles and managed policies. An item without an ARN or a name says nothing about anyone and is left out; a dump that holds the same
 * item twice counts the later one.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
export function readRoster(index: RecordIndex): Roster {
  const users = new Map<string, IamUser>();
  const groups = new Map<string, IamGroup>();
  const roles = new Map<string, IamRole>();
  const policies = new Map<string, ManagedPolicy>();
  for (const record of index.all(authorizationDetails)) {
    const { data, account } = record;
    const arn = text(data, "Arn");
    if (arn === null) continue;
    switch (kindOf(record)) {
      case "user":
        users.set(policyKey(account, arn), readUser(record, arn));
        break;
      case "group":
        groups.set(policyKey(account, arn), {
          kind: "group",
          ...entity(record, arn, text(data, "GroupName") ?? arn, "group", "GroupPolicyList"),
        });
        break;
      case "role":
        roles.set(policyKey(account, arn), readRole(record, arn));
        break;
      case "policy":
        policies.set(policyKey(account, arn), { arn, account, versions: readVersions(data), tags: tagsOf(data) });
        break;
      case null:
        break;
    }
  }
  return { users: [...users.values()], groups: [...groups.values()], roles: [...roles.values()], policies };
}

function kindOf({ request, data }: SnapshotRecord): "user" | "group" | "role" | "policy" | null {
  const told = request?.["Kind"];
  if (told === "user" || told === "group" || told === "role" || told === "policy") return told;
  // Which list an item is from is plain from its members too.
  if (text(data, "UserName") !== null) return "user";
  if (text(data, "RoleName") !== null) return "role";
  if (text(data, "GroupName") !== null) return "group";
  return text(data, "PolicyName") === null ? null : "policy";
}

function readUser(record: SnapshotRecord, arn: string): IamUser {
  const { data } = record;
  return {
    kind: "user",
    ...entity(record, arn, text(data, "UserName") ?? arn, "user", "UserPolicyList"),
    id: text(data, "UserId"),
    groups: textsOf(data["GroupList"]) ?? [],
    boundary: boundaryOf(data),
    tags: tagsOf(data),
  };
}

function readRole(record: SnapshotRecord, arn: string): IamRole {
  const { data } = record;
  return {
    kind: "role",
    ...entity(record, arn, text(data, "RoleName") ?? arn, "role", "RolePolicyList"),
    boundary: boundaryOf(data),
    tags: tagsOf(data),
    path: text(data, "Path") ?? "/",
    trust: data["AssumeRolePolicyDocument"],
    instanceProfiles: objects(data, "InstanceProfileList").flatMap((profile) => text(profile, "Arn") ?? []),
  };
}

function entity(record: SnapshotRecord, arn: string, name: string, kind: string, inlineMember: string): Entity {
  const { cloud, account, data } = record;
  return {
    arn,
    name,
    account,
    resource: { cloud, account, region: globalRegion, type: `aws:iam:${kind}`, id: arn, name, arn },
    createdAt: text(data, "CreateDate"),
    inline: objects(data, inlineMember).map((policy) => ({
      name: text(policy, "PolicyName") ?? "?",
      document: policy["PolicyDocument"],
    })),
    attached: objects(data, "AttachedManagedPolicies").map((policy) => text(policy, "PolicyArn") ?? "?"),
  };
}

function boundaryOf(data: VendorObject): string | null {
  const boundary = object(data, "PermissionsBoundary");
  return boundary === null ? null : (text(boundary, "PermissionsBoundaryArn") ?? "?");
}

function readVersions(data: VendorObject): readonly PolicyVersion[] {
  const standard = text(data, "DefaultVersionId");
  return objects(data, "PolicyVersionList").map((version) => {
    const id = text(version, "VersionId") ?? "?";
    return { id, isDefault: version["IsDefaultVersion"] === true || id === standard, document: version["Document"] };
  });
}

/** Tags by key; keys of tags fold case where they stand in condition keys, so the map's keys are lower case. */
export function tagsOf(data: VendorObject): ReadonlyMap<string, string> {
  return new Map(
    objects(data, "Tags").flatMap((tag): readonly (readonly [string, string])[] => {
      const key = text(tag, "Key");
      const value = tag["Value"];
      return key === null ? [] : [[key.toLowerCase(), typeof value === "string" ? value : ""]];
    }),
  );
}

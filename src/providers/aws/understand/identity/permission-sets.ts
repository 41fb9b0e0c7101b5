import { globalRegion, type ResourceRef } from "../../../../model/resource.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { object, text } from "../../../read.ts";
import type { IamRole } from "./roster.ts";

/** A permission set of IAM Identity Center: what its role in each assigned account comes from. */
export interface PermissionSet {
  readonly arn: string;
  readonly name: string;
  readonly resource: ResourceRef;
}

/** IAM Identity Center, as far as it was read. */
export interface PermissionSets {
  readonly all: readonly PermissionSet[];
  /** The permission set that a role comes from; null for other roles and where it was not read. */
  readonly ofRole: (role: IamRole) => PermissionSet | null;
  /** The names of the users and groups that are assigned it in an account. Untrusted. */
  readonly assigned: (set: PermissionSet, account: string) => readonly string[];
}

/** `AWSReservedSSO_<permission set>_<16 hex digits>`. https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html */
export function permissionSetName(role: IamRole): string | null {
  if (!role.path.startsWith("/aws-reserved/")) return null;
  return /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(role.name)?.[1] ?? null;
}

/** Reads permission sets and who is assigned them. */
export function readPermissionSets(index: RecordIndex): PermissionSets {
  const sets = new Map<string, PermissionSet>();
  for (const { data, account, cloud } of index.all("sso:DescribePermissionSet")) {
    const set = object(data, "PermissionSet") ?? data;
    const arn = text(set, "PermissionSetArn");
    const name = text(set, "Name");
    if (arn === null || name === null) continue;
    const resource = { cloud, account, region: globalRegion, type: "aws:sso:permission-set", id: arn, name, arn };
    sets.set(arn, { arn, name, resource });
  }
  const names = new Map<string, string>();
  for (const { data } of index.all("identitystore:ListUsers")) {
    const id = text(data, "UserId");
    if (id !== null) names.set(id, text(data, "UserName") ?? text(data, "DisplayName") ?? id);
  }
  for (const { data } of index.all("identitystore:ListGroups")) {
    const id = text(data, "GroupId");
    if (id !== null) names.set(id, `group ${text(data, "DisplayName") ?? id}`);
  }
  const assignments = new Map<string, string[]>();
  for (const { data } of index.all("sso:ListAccountAssignments")) {
    const principal = text(data, "PrincipalId");
    const key = `${text(data, "PermissionSetArn") ?? ""} ${text(data, "AccountId") ?? ""}`;
    if (principal === null) continue;
    const list = assignments.get(key) ?? [];
    list.push(names.get(principal) ?? principal);
    assignments.set(key, list);
  }
  const byName = new Map([...sets.values()].map((set) => [set.name, set]));
  return {
    all: [...sets.values()],
    ofRole: (role) => byName.get(permissionSetName(role) ?? "") ?? null,
    assigned: ({ arn }, account) => assignments.get(`${arn} ${account}`) ?? [],
  };
}

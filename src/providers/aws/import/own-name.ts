import type { Json } from "../../../model/finding.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import type { Answer } from "./answers.ts";
import { isList, isObject, only } from "./clues.ts";

/** What an answer's own content says of a member of its request, which it repeats under another name or for every item. */
export function ownName({ items, beside }: Pick<Answer, "items" | "beside">, member: string): string | undefined {
  const read = readers[member];
  if (read === undefined) return undefined;
  const said = new Set(items.map((item) => textOf(read(item))).filter((text) => text !== ""));
  return only(said) ?? (member === "InstanceArn" ? instanceOf(beside["PermissionSetArn"]) : undefined);
}

const readers: Readonly<Record<string, (item: VendorObject) => Json | undefined>> = {
  // GetFilter
  FilterName: ({ Name }) => Name,
  // ListPolicies of AWS Organizations
  Filter: ({ Type }) => Type,
  // Where a service was used, the last to use it was the user or role that was asked about.
  Arn: ({ LastAuthenticatedEntity }) => LastAuthenticatedEntity,
  PermissionSetArn: permissionSetOf,
  InstanceArn: (item) => instanceOf(permissionSetOf(item) ?? firstOf(item["PermissionSets"])),
  // Assignments; not the list of accounts, which holds many.
  AccountId: ({ AccountId }) => AccountId,
  cluster: ({ taskArns }) => clusterOf(firstOf(taskArns)),
};

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function firstOf(value: Json | undefined): Json | undefined {
  return isList(value) ? value[0] : undefined;
}

/** DescribePermissionSet holds it inside, an assignment beside the principal. */
function permissionSetOf({ PermissionSet: set, PermissionSetArn: own }: VendorObject): Json | undefined {
  return isObject(set) ? set["PermissionSetArn"] : own;
}

/** `arn:aws:sso:::permissionSet/ssoins-1/ps-1` belongs to `arn:aws:sso:::instance/ssoins-1`. */
function instanceOf(permissionSet: Json | undefined): string | undefined {
  const [, before, instance] = /^(arn:[^:]+:sso:::)permissionSet\/([^/]+)\//u.exec(textOf(permissionSet)) ?? [];
  return instance === undefined ? undefined : `${before}instance/${instance}`;
}

/** `arn:aws:ecs:eu-west-1:111122223333:task/web/0123` runs in `arn:aws:ecs:eu-west-1:111122223333:cluster/web`. */
function clusterOf(task: Json | undefined): string | undefined {
  const [, before, cluster] = /^(arn:[^:]+:ecs:[^:]*:[^:]*:)task\/([^/]+)\/./u.exec(textOf(task)) ?? [];
  return cluster === undefined ? undefined : `${before}cluster/${cluster}`;
}

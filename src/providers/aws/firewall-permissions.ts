import type { Json } from "../../model/finding.ts";
import type { SnapshotRecord, VendorObject } from "../../snapshot/record.ts";
import { objects, text } from "../read.ts";
import { readDocument } from "./understand/identity/policy-document.ts";

/**
 * The services with actions that change a firewall, or which firewall applies: the part of an action before its colon. Who is asked for
 * when they were last used, and by whom, rests on this list; what somebody may do is decided elsewhere, from the actions themselves.
 */
export const firewallServices: ReadonlySet<string> = new Set([
  "apigateway",
  "appsync",
  "apprunner",
  "cloudfront",
  "cloudtrail",
  "cloudwatch",
  "cognito-idp",
  "config",
  "ec2",
  "eks",
  "elasticfilesystem",
  "elasticloadbalancing",
  "events",
  "fms",
  "globalaccelerator",
  "guardduty",
  "lambda",
  "lightsail",
  "logs",
  "network-firewall",
  "organizations",
  "ram",
  "rds",
  "redshift",
  "route53resolver",
  "securityhub",
  "shield",
  "vpc-lattice",
  "waf",
  "waf-regional",
  "wafv2",
]);

/** Actions that begin so read, in every one of those services. */
const reading = /^(?:batchget|describe|get|head|list|search|view)/iu;

/** Whether a service is one of {@link firewallServices}. */
export function mayHoldFirewalls(service: Json | undefined): boolean {
  return typeof service === "string" && firewallServices.has(service);
}

/**
 * Whether the policies of a user or role could let it change a firewall: by far too generous a measure, for it looks at allowed actions
 * alone, and takes whatever it cannot read for a yes. A group, a policy, and a role that only an AWS service can use, is never one.
 * `records` are all of the account's authorization details.
 */
export function mayChangeFirewalls({ data, request }: SnapshotRecord, records: readonly SnapshotRecord[]): boolean {
  const kind = request?.["Kind"];
  if (kind !== "user" && kind !== "role") return false;
  if (text(data, "Path")?.startsWith("/aws-service-role/") === true) return false;
  const index = indexOf(records);
  const groups = kind === "user" ? groupsOf(data, index) : [];
  const lists = kind === "user" ? "UserPolicyList" : "RolePolicyList";
  return (
    objects(data, lists).some(({ PolicyDocument: document }) => mayAllow(document)) ||
    hasAttached(data, index) ||
    groups.some(
      (group) =>
        group === null ||
        objects(group, "GroupPolicyList").some(({ PolicyDocument: document }) => mayAllow(document)) ||
        hasAttached(group, index),
    )
  );
}

/** What principals refer to. */
interface Details {
  readonly groups: ReadonlyMap<string, VendorObject>;
  /** Whether a managed policy may allow to change a firewall, by its ARN. */
  readonly policies: ReadonlyMap<string, boolean>;
}

const indices = new WeakMap<readonly SnapshotRecord[], Details>();

function indexOf(records: readonly SnapshotRecord[]): Details {
  const known = indices.get(records);
  if (known !== undefined) return known;
  const ofKind = (kind: string): readonly VendorObject[] =>
    records.flatMap(({ data, request }) => (request?.["Kind"] === kind ? [data] : []));
  const index: Details = {
    groups: new Map(ofKind("group").map((group) => [text(group, "GroupName") ?? "", group])),
    policies: new Map(ofKind("policy").map((policy) => [text(policy, "Arn") ?? "", policyMayAllow(policy)])),
  };
  indices.set(records, index);
  return index;
}

function groupsOf(user: VendorObject, { groups }: Details): readonly (VendorObject | null)[] {
  const names = user["GroupList"];
  if (!Array.isArray(names)) return [];
  return names.map((name: unknown) => groups.get(String(name)) ?? null);
}

function hasAttached(principal: VendorObject, { policies }: Details): boolean {
  return objects(principal, "AttachedManagedPolicies").some(
    (policy) => policies.get(text(policy, "PolicyArn") ?? "") ?? true,
  );
}

function policyMayAllow(policy: VendorObject): boolean {
  const versions = objects(policy, "PolicyVersionList");
  const inForce = versions.filter(({ IsDefaultVersion: isDefault }) => isDefault === true);
  return inForce.length === 0 || inForce.some(({ Document: document }) => mayAllow(document));
}

function mayAllow(document: Json | undefined): boolean {
  const policy = readDocument(document);
  if (policy === null) return true;
  const { Statement: statement } = policy;
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  return statements.some((each) => {
    if (typeof each !== "object" || each === null) return true;
    if (Reflect.get(each, "Effect") !== "Allow") return false;
    const action: unknown = Reflect.get(each, "Action");
    // A NotAction allows nearly everything.
    return action === undefined || [action].flat().some(mayChange);
  });
}

function mayChange(pattern: unknown): boolean {
  if (typeof pattern !== "string") return true;
  const [service = "", ...rest] = pattern.split(":");
  if (rest.length === 0) return service.includes("*");
  if (reading.test(rest.join(":"))) return false;
  const glob = new RegExp(
    `^${service
      .toLowerCase()
      .replaceAll(/[^a-z0-9*?]/gu, String.raw`\$&`)
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "u",
  );
  return [...firewallServices].some((each) => glob.test(each));
}

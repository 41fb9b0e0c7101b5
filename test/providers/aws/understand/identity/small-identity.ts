import type { Grant, Question, WhoCan } from "../../../../../src/identity/estate.ts";
import type { Coverage } from "../../../../../src/model/coverage.ts";
import type { Json } from "../../../../../src/model/finding.ts";
import { globalRegion, type Target } from "../../../../../src/model/resource.ts";
import { understandAws } from "../../../../../src/providers/aws/understand/understand.ts";
import type { Understanding } from "../../../../../src/providers/provider.ts";
import type { Snapshot, VendorObject } from "../../../../../src/snapshot/record.ts";

/** The account that estates are of where nothing else is said, and the Region of its firewalls. */
export const account = "111122223333";
export const region = "eu-west-1";
/** An account of the same organization, and one of nobody's. */
export const sibling = "444455556666";
export const foreign = "999988887777";

const details = "iam:GetAccountAuthorizationDetails";

/** One record, with what its request said. */
export interface SmallRecord {
  readonly operation: string;
  readonly data: VendorObject;
  readonly request?: Readonly<Record<string, string>>;
  readonly account?: string;
  readonly region?: string;
}

export const statement = (effect: "Allow" | "Deny", action: Json, more: VendorObject = {}): VendorObject => ({
  Effect: effect,
  Action: action,
  ...("NotResource" in more ? {} : { Resource: "*" }),
  ...more,
});
export const allow = (action: Json, more: VendorObject = {}): VendorObject => statement("Allow", action, more);
export const deny = (action: Json, more: VendorObject = {}): VendorObject => statement("Deny", action, more);
/** A statement with NotAction in place of Action. */
export const but = (effect: "Allow" | "Deny", notAction: Json, more: VendorObject = {}): VendorObject => ({
  Effect: effect,
  NotAction: notAction,
  Resource: "*",
  ...more,
});
export const document = (...statements: readonly Json[]): VendorObject => ({
  Version: "2012-10-17",
  Statement: statements,
});

export const userArn = (name: string, owner = account): string => `arn:aws:iam::${owner}:user/${name}`;
export const roleArn = (name: string, owner = account): string => `arn:aws:iam::${owner}:role/${name}`;
export const policyArn = (name: string, owner = account): string => `arn:aws:iam::${owner}:policy/${name}`;
export const groupArn = (id: string, place = region, owner = account): string =>
  `arn:aws:ec2:${place}:${owner}:security-group/${id}`;

/** A user with one inline policy. */
export function user(name: string, statements: readonly Json[], more: VendorObject = {}, owner = account): SmallRecord {
  return {
    operation: details,
    request: { Kind: "user" },
    account: owner,
    data: {
      UserName: name,
      UserId: `AIDA${name}`,
      Arn: userArn(name, owner),
      UserPolicyList: [{ PolicyName: "own", PolicyDocument: document(...statements) }],
      GroupList: [],
      AttachedManagedPolicies: [],
      ...more,
    },
  };
}

/** A role with one inline policy that trusts what its principal says. */
export function role(
  name: string,
  statements: readonly Json[],
  trust: Json | readonly VendorObject[],
  more: VendorObject = {},
  owner = account,
): SmallRecord {
  const path = typeof more["Path"] === "string" ? more["Path"] : "/";
  return {
    operation: details,
    request: { Kind: "role" },
    account: owner,
    data: {
      RoleName: name,
      RoleId: `AROA${name}`,
      Arn: roleArn(`${path.slice(1)}${name}`, owner),
      Path: path,
      AssumeRolePolicyDocument: Array.isArray(trust) ? document(...trust) : document(trusts(trust)),
      RolePolicyList: [{ PolicyName: "own", PolicyDocument: document(...statements) }],
      AttachedManagedPolicies: [],
      InstanceProfileList: [],
      ...more,
    },
  };
}

/** A statement of a trust policy. */
export function trusts(principal: Json, more: VendorObject = {}): VendorObject {
  return { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole", ...more };
}

export function iamGroup(name: string, statements: readonly Json[], more: VendorObject = {}): SmallRecord {
  return {
    operation: details,
    request: { Kind: "group" },
    data: {
      GroupName: name,
      GroupId: `AGPA${name}`,
      Arn: `arn:aws:iam::${account}:group/${name}`,
      GroupPolicyList: [{ PolicyName: "own", PolicyDocument: document(...statements) }],
      AttachedManagedPolicies: [],
      ...more,
    },
  };
}

/** A managed policy, as documents of its versions, the default one first. */
export function policy(arn: string, ...versions: readonly Json[]): SmallRecord {
  return {
    operation: details,
    request: { Kind: "policy" },
    data: {
      PolicyName: arn.slice(arn.lastIndexOf("/") + 1),
      Arn: arn,
      DefaultVersionId: "v1",
      PolicyVersionList: versions.map((text, index) => ({
        VersionId: `v${index + 1}`,
        IsDefaultVersion: index === 0,
        Document: text,
      })),
    },
  };
}

export const attached = (...arns: readonly string[]): VendorObject => ({
  AttachedManagedPolicies: arns.map((PolicyArn) => ({ PolicyArn, PolicyName: PolicyArn })),
});
export const bounded = (arn: string): VendorObject => ({ PermissionsBoundary: { PermissionsBoundaryArn: arn } });
export const tagged = (tags: Readonly<Record<string, string>>): VendorObject => ({
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});

export function securityGroup(id: string, more: VendorObject = {}, place = region): SmallRecord {
  return {
    operation: "ec2:DescribeSecurityGroups",
    region: place,
    data: {
      GroupId: id,
      GroupName: id,
      VpcId: "vpc-1",
      OwnerId: account,
      IpPermissions: [],
      IpPermissionsEgress: [],
      ...more,
    },
  };
}

/** An organization o-1 with root r-1, a unit ou-1 in it, both accounts in the unit, and policies by what they are attached to. */
export function organization(
  policies: Readonly<Record<string, readonly VendorObject[]>>,
  {
    management = "123123123123",
    type = "SERVICE_CONTROL_POLICY",
  }: { readonly management?: string; readonly type?: string } = {},
): readonly SmallRecord[] {
  const documents = Object.entries(policies).map(([target, statements], index) => ({
    target,
    statements,
    id: `p-${index}`,
  }));
  return [
    {
      operation: "organizations:DescribeOrganization",
      data: { Organization: { Id: "o-1", MasterAccountId: management, FeatureSet: "ALL" } },
    },
    {
      operation: "organizations:ListRoots",
      data: { Id: "r-1", PolicyTypes: [{ Type: type, Status: "ENABLED" }] },
    },
    { operation: "organizations:ListOrganizationalUnitsForParent", request: { ParentId: "r-1" }, data: { Id: "ou-1" } },
    ...[account, sibling].flatMap((Id) => [
      { operation: "organizations:ListAccountsForParent", request: { ParentId: "ou-1" }, data: { Id } },
      { operation: "organizations:ListAccounts", data: { Id } },
    ]),
    ...documents.flatMap(({ target, statements, id }) => [
      {
        operation: "organizations:ListPolicies",
        request: { Filter: type },
        data: { Id: id, Name: `policy of ${target}`, Type: type },
      },
      {
        operation: "organizations:DescribePolicy",
        data: { Policy: { PolicySummary: { Id: id }, Content: JSON.stringify(document(...statements)) } },
      },
      { operation: "organizations:ListTargetsForPolicy", request: { PolicyId: id }, data: { TargetId: target } },
    ]),
  ];
}

export interface SmallOptions {
  readonly coverage?: readonly Coverage[];
  /** Account that is in no organization, unless an organization is among the records. */
  readonly alone?: boolean;
  readonly now?: string;
}

/** A snapshot of some records; everything else was read and is not there. */
export function snapshotOf(records: readonly SmallRecord[], options: SmallOptions = {}): Snapshot {
  const { coverage = [], now = "2026-06-01T00:00:00Z" } = options;
  const organized = records.some(({ operation }) => operation === "organizations:DescribeOrganization");
  const all = records.map(({ account: owner = account, region: place, operation, data, request }) => ({
    cloud: "aws" as const,
    account: owner,
    region: place ?? (operation.startsWith("ec2:") || operation.startsWith("lambda:") ? region : globalRegion),
    operation,
    data,
    ...(request === undefined ? {} : { request }),
  }));
  const targets = new Map<string, Target>();
  for (const owner of new Set([account, ...all.map((record) => record.account)])) {
    for (const place of new Set([globalRegion, region, ...all.map((record) => record.region)])) {
      targets.set(`${owner} ${place}`, { cloud: "aws", account: owner, region: place });
    }
  }
  const complete = [...targets.values()].map((target) => ended("*", "complete", target));
  const alone = options.alone ?? !organized;
  const owners = new Set([...targets.values()].map((target) => target.account));
  const standing = alone
    ? [...owners].map((owner) =>
        ended("organizations:DescribeOrganization", "disabled", { cloud: "aws", account: owner, region: globalRegion }),
      )
    : [];
  const accounts = organized ? [ended("organizations:ListAccounts", "complete")] : [];
  return {
    source: "live",
    startedAt: now,
    finishedAt: now,
    targets: [...targets.values()].map(({ cloud, account: owner, region: place }) => ({
      cloud,
      account: owner,
      region: place,
      name: null,
      status: "scanned",
      note: null,
    })),
    records: all,
    coverage: [...complete, ...standing, ...accounts, ...coverage],
    notes: [],
  };
}

/** How an operation ended on the account's global target, unless another is named. */
export function ended(
  operation: string,
  status: Coverage["status"] = "denied",
  target: Target = { cloud: "aws", account, region: globalRegion },
): Coverage {
  return { ...target, operation, status, items: 0, error: status === "complete" ? null : `${operation} ${status}` };
}

export function understood(records: readonly SmallRecord[], options: SmallOptions = {}): Understanding {
  return understandAws(snapshotOf(records, options));
}

export function asked(records: readonly SmallRecord[], question?: Question, options: SmallOptions = {}): WhoCan {
  return understood(records, options).identity.whoCan(question);
}

/** The action that most tests ask about. */
export const ingress = "ec2:AuthorizeSecurityGroupIngress";

/** What the grants of one principal say of one action, the strongest first: `yes`, `only-if with MFA`; `no` where there is none. */
export function answerFor(answer: WhoCan, name: string, by: Grant["by"] | null = null): string {
  const grants = answer.grants.filter(
    (grant) =>
      (grant.principal.id === name || grant.principal.id.endsWith(`/${name}`)) && (by === null || grant.by === by),
  );
  if (grants.length === 0) return "no";
  const texts = grants.map(({ decision, condition }) =>
    condition === null ? decision : `${decision} ${condition.text}`,
  );
  return [...new Set(texts)].toSorted((a, b) => rank(b) - rank(a)).join(" | ");
}

function rank(text: string): number {
  return text.startsWith("yes") ? 2 : text.startsWith("only-if") ? 1 : 0;
}

/** Ids of the resources that a principal's grants name. */
export function resourcesOf(answer: WhoCan, name: string): readonly string[] {
  const grants = answer.grants.filter(({ principal }) => principal.id.endsWith(`/${name}`));
  return [
    ...new Set(grants.flatMap(({ scopes }) => scopes.flatMap(({ resources }) => resources.map(({ id }) => id)))),
  ].toSorted();
}

/** A path as its methods. */
export function pathOf(answer: WhoCan, name: string): readonly string[] {
  const grant = answer.grants.find(
    ({ principal, path }) => (principal.id === name || principal.id.endsWith(`/${name}`)) && path.length > 0,
  );
  return grant?.path.map(({ method }) => method) ?? [];
}

import type { Coverage } from "../../src/model/coverage.ts";
import { globalRegion } from "../../src/model/resource.ts";
import { authorizedActionNames } from "../../src/providers/aws/understand/identity/data/authorized-actions.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../src/snapshot/record.ts";
import { seededRandom } from "../network/random.ts";

const account = "111122223333";
const region = "eu-west-1";
const worldwide = { cloud: "aws", account, region: globalRegion } as const;
const operation = "iam:GetAccountAuthorizationDetails";

/** Actions that have nothing to do with firewalls, as most of a policy's have. */
const others = ["s3", "dynamodb", "sqs", "sns", "logs", "kms", "rds", "cloudwatch", "ecr", "secretsmanager"].flatMap(
  (service) =>
    ["Get", "List", "Describe", "Put", "Create", "Delete", "Update", "Tag"].map((verb) => `${service}:${verb}Thing`),
);

type Random = (limit: number) => number;

/**
 * An account of users and roles in equal parts, with one to eight of a tenth as many managed policies each, as large companies have them: mostly narrow
 * ones, some wide, a few that allow everything, an organization's policies above, boundaries on some, roles that trust services, the account and each other.
 */
export function benchIdentitySnapshot(principals: number, seed: number): Snapshot {
  const random = seededRandom(seed);
  const policies = Math.max(20, Math.ceil(principals / 10));
  const arns = Array.from({ length: policies }, (_, at) => `arn:aws:iam::${account}:policy/team/p-${at}`);
  const names = Array.from({ length: principals }, (_, at) => (at % 2 === 0 ? `user/u-${at}` : `role/r-${at}`));
  const of = (names_: readonly string[]): string => names_[random(names_.length)] ?? "";
  const records: SnapshotRecord[] = [
    ...arns.map((arn, at) => record("policy", policy(arn, at, random, names))),
    ...names.map((name, at) => {
      const attached = Array.from({ length: 1 + random(8) }, () => of(arns));
      const boundary = random(20) === 0 ? { PermissionsBoundary: { PermissionsBoundaryArn: of(arns) } } : {};
      const common: VendorObject = {
        Arn: `arn:aws:iam::${account}:${name}`,
        AttachedManagedPolicies: [...new Set(attached)].map((PolicyArn) => ({ PolicyArn, PolicyName: PolicyArn })),
        Tags: [{ Key: "team", Value: `t-${random(20)}` }],
        ...boundary,
      };
      const kind = at % 2 === 0 ? "user" : "role";
      return kind === "user"
        ? record(kind, { ...common, UserName: name.slice(5), UserId: `AIDA${at}`, UserPolicyList: [], GroupList: [] })
        : record(kind, { ...common, ...roleMembers(name, at, random, names) });
    }),
    ...Array.from({ length: 500 }, (_, at) => group(at)),
    ...organization(),
  ];
  return {
    source: "live",
    startedAt: "2026-06-01T00:00:00Z",
    finishedAt: "2026-06-01T00:00:00Z",
    targets: [globalRegion, region].map((place) => ({
      cloud: "aws",
      account,
      region: place,
      name: null,
      status: "scanned",
      note: null,
    })),
    records,
    coverage: [globalRegion, region].map((place): Coverage => ({
      cloud: "aws",
      account,
      region: place,
      operation: "*",
      status: "complete",
      items: 0,
      error: null,
    })),
    notes: [],
  };
}

function record(kind: string, data: VendorObject): SnapshotRecord {
  return { ...worldwide, operation, request: { Kind: kind }, data };
}

function roleMembers(name: string, at: number, random: Random, names: readonly string[]): VendorObject {
  const services = ["lambda", "ec2", "ecs-tasks", "states", "codebuild", "cloudformation"];
  const trust = random(10);
  const principal: VendorObject =
    trust < 6
      ? { Service: `${services[random(services.length)] ?? "lambda"}.amazonaws.com` }
      : trust < 9
        ? { AWS: `arn:aws:iam::${account}:${names[random(names.length)] ?? "user/u-0"}` }
        : { AWS: `arn:aws:iam::${account}:root` };
  const profile = {
    Arn: `arn:aws:iam::${account}:instance-profile/i-${at}`,
    InstanceProfileName: `i-${at}`,
    Roles: [],
  };
  return {
    RoleName: name.slice(5),
    RoleId: `AROA${at}`,
    Path: "/",
    RolePolicyList: [],
    InstanceProfileList: random(4) === 0 ? [profile] : [],
    AssumeRolePolicyDocument: document([{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }]),
  };
}

function document(statements: readonly VendorObject[]): VendorObject {
  return { Version: "2012-10-17", Statement: statements };
}

function policy(arn: string, at: number, random: Random, names: readonly string[]): VendorObject {
  const statements = Array.from({ length: 1 + random(5) }, () => statement(random, names));
  // One in two hundred allows everything, and one in fifty a whole service that matters.
  if (at % 200 === 7) statements.push({ Effect: "Allow", Action: "*", Resource: "*" });
  if (at % 50 === 3) statements.push({ Effect: "Allow", Action: "ec2:*", Resource: "*" });
  const version = { VersionId: "v1", IsDefaultVersion: true, Document: document(statements) };
  return {
    PolicyName: arn.slice(arn.lastIndexOf("/") + 1),
    Arn: arn,
    DefaultVersionId: "v1",
    PolicyVersionList: [version],
  };
}

function statement(random: Random, names: readonly string[]): VendorObject {
  const action = (): string => {
    const list = random(12) === 0 ? authorizedActionNames : others;
    const name = list[random(list.length)] ?? "s3:GetThing";
    const [service = "", verb = ""] = name.split(":");
    const kind = random(12);
    return kind === 0 ? `${service}:${/^[A-Z][a-z]+/.exec(verb)?.[0] ?? ""}*` : name;
  };
  const actions = Array.from({ length: 1 + random(12) }, action);
  const conditions: readonly VendorObject[] = [
    { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    { IpAddress: { "aws:SourceIp": `10.${random(4)}.0.0/16` } },
    { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } },
    { StringEquals: { "aws:RequestedRegion": region } },
  ];
  const resources = [
    "*",
    "*",
    `arn:aws:s3:::bucket-${random(50)}/*`,
    `arn:aws:ec2:*:*:security-group/sg-${random(500)}`,
    `arn:aws:iam::${account}:${names[random(names.length)] ?? "role/r-1"}`,
    `arn:aws:iam::${account}:role/r-${random(10)}*`,
  ];
  return {
    Effect: random(15) === 0 ? "Deny" : "Allow",
    Action: actions,
    Resource: [resources[random(resources.length)] ?? "*"],
    ...(random(8) === 0 ? { Condition: conditions[random(conditions.length)] ?? {} } : {}),
  };
}

function group(at: number): SnapshotRecord {
  const data = {
    GroupId: `sg-${at}`,
    GroupName: `group ${at}`,
    VpcId: `vpc-${at % 20}`,
    OwnerId: account,
    IpPermissions: [],
    IpPermissionsEgress: [],
    Tags: [{ Key: "team", Value: `t-${at % 20}` }],
  };
  return { cloud: "aws", account, region, operation: "ec2:DescribeSecurityGroups", data };
}

function organization(): readonly SnapshotRecord[] {
  const type = "SERVICE_CONTROL_POLICY";
  const everything = document([
    { Effect: "Allow", Action: "*", Resource: "*" },
    { Effect: "Deny", Action: ["organizations:LeaveOrganization", "cloudtrail:StopLogging"], Resource: "*" },
  ]);
  const say = (name: string, data: VendorObject, request?: Readonly<Record<string, string>>): SnapshotRecord => ({
    ...worldwide,
    operation: `organizations:${name}`,
    data,
    ...(request === undefined ? {} : { request }),
  });
  return [
    say("DescribeOrganization", { Organization: { Id: "o-1", MasterAccountId: "999999999999" } }),
    say("ListAccounts", { Id: account }),
    say("ListRoots", { Id: "r-1", PolicyTypes: [{ Type: type, Status: "ENABLED" }] }),
    say("ListAccountsForParent", { Id: account }, { ParentId: "r-1" }),
    say("ListPolicies", { Id: "p-1", Name: "guard", Type: type }, { Filter: type }),
    say("DescribePolicy", { Policy: { PolicySummary: { Id: "p-1" }, Content: JSON.stringify(everything) } }),
    ...["r-1", account].map((TargetId) => say("ListTargetsForPolicy", { TargetId }, { PolicyId: "p-1" })),
  ];
}

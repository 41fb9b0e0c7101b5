import { describe, expect, it } from "vitest";

import type { Json } from "../../../src/model/finding.ts";
import { importDump, placed, recordsIn, statusOf } from "./import-dump.ts";
import { account } from "./import-samples.ts";

const role = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const here = (files: Readonly<Record<string, Json>>) => importDump(placed(files));
const requestsOf = (files: Readonly<Record<string, Json>>, operation: string): unknown[] =>
  here(files).records.flatMap((record) => (record.operation === operation ? [record.request ?? null] : []));

describe("who there is in an account", () => {
  const details = "iam:GetAccountAuthorizationDetails";
  const lists: Readonly<Record<string, Json>> = {
    UserDetailList: [{ UserName: "u", Arn: `arn:aws:iam::${account}:user/u` }],
    GroupDetailList: [],
    RoleDetailList: [{ RoleName: "r", Arn: role("r") }],
    Policies: [{ PolicyName: "p", Arn: `arn:aws:iam::${account}:policy/p` }],
  };

  it("is told apart by the list that it stands in", () => {
    expect(requestsOf({ x: lists }, details)).toEqual([{ Kind: "user" }, { Kind: "role" }, { Kind: "policy" }]);
    expect(statusOf(here({ x: lists }), details, "global")).toBe("complete 3");
  });

  it("makes the account a target where the dump holds nothing of any Region", () => {
    const places = (files: Readonly<Record<string, Json>>): readonly string[] =>
      importDump(files).targets.map(({ account: owner, region }) => `${owner}/${region}`);
    expect(places({ x: lists })).toEqual([`${account}/global`]);
    const subnets = { Subnets: [{ SubnetId: "s", OwnerId: account, AvailabilityZone: "eu-west-1a" }] };
    expect(places({ x: lists, y: subnets })).toEqual([`${account}/eu-west-1`]);
  });

  it("is not whole without one of the lists, or with a next page", () => {
    const { GroupDetailList: _, ...some } = lists;
    expect(statusOf(here({ x: some }), details, "global")).toBe("skipped 3");
    expect(statusOf(here({ x: { ...lists, IsTruncated: true, Marker: "m" } }), details, "global")).toBe("skipped 3");
  });

  it("may stand in several files", () => {
    const { Policies, ...some } = lists;
    const files = { a: { ...some, Policies: [] }, b: { UserDetailList: [], Policies: Policies ?? [] } };
    expect(statusOf(here(files), details, "global")).toBe("complete 3");
  });
});

describe("lists whose names other services use too", () => {
  it.each([
    ["iam-list-users.json", { Users: [] }, "identitystore:ListUsers"],
    ["iam-list-policies.json", { Policies: [] }, "organizations:ListPolicies"],
    ["servicediscovery-instances.json", { Instances: [] }, "sso:ListInstances"],
    ["x", { Functions: [] }, "lambda:ListFunctions"],
    ["opsworks-describe-stacks.json", { Stacks: [{ StackId: "s", Name: "s" }] }, "cloudformation:DescribeStacks"],
    ["x", { Users: [{ UserName: "u", UserId: "AIDA", Arn: "a" }] }, "identitystore:ListUsers"],
    ["events-list-targets-by-rule.json", { Targets: [{ Id: "1", Arn: "a" }] }, "organizations:ListTargetsForPolicy"],
  ])("%s is not taken for %s", (file, document, operation) => {
    const snapshot = here({ vpcs: { Vpcs: [] }, [file]: document });
    expect(snapshot.records).toEqual([]);
    expect(snapshot.coverage.find((row) => row.operation === operation)?.status).toBe("skipped");
  });

  it.each([
    ["sso-admin-list-instances.json", { Instances: [] }, "sso:ListInstances"],
    ["lambda-list-functions.json", { Functions: [] }, "lambda:ListFunctions"],
    ["cloudformation-describe-stacks.json", { Stacks: [] }, "cloudformation:DescribeStacks"],
    ["codebuild-list-projects.json", { projects: [] }, "codebuild:ListProjects"],
  ])("%s says that there is none", (file, document, operation) => {
    expect(statusOf(here({ [file]: document }), operation)).toBe("complete 0");
  });
});

describe("what an organization says", () => {
  const arn = (rest: string): string => `arn:aws:organizations::${account}:${rest}`;
  const accounts: Json = [{ Id: "444455556666", Arn: arn("account/o-1/444455556666"), Status: "ACTIVE", Name: "x" }];

  it.each([
    ["list-accounts.json", { Accounts: accounts }, ["organizations:ListAccounts"]],
    ["x", { Accounts: accounts }, ["organizations:ListAccounts"]],
    ["x", accounts, ["organizations:ListAccounts"]],
    ["x", { ParentId: "r-ab12", Accounts: accounts }, ["organizations:ListAccountsForParent r-ab12"]],
    [
      "list-accounts-for-parent/ou-ab12-0123abcd.json",
      { Accounts: accounts },
      ["organizations:ListAccountsForParent ou-ab12-0123abcd"],
    ],
  ])("accounts in %s: %o", (file, document, records) => {
    expect(recordsIn(here({ [file]: document }))).toEqual(
      records.map((record) => record.replace(/^(\S+)/, `$1 ${account}/global`)),
    );
  });

  it("tells which kind of policy was listed from the policies, and the other kind by what is left", () => {
    const policy = (id: string, Type: string): Json => ({
      Id: id,
      Arn: arn(`policy/o-1/${id}`),
      Type,
      AwsManaged: false,
    });
    const files = {
      roots: { Roots: [{ Id: "r-ab12", Arn: arn("root/o-1/r-ab12"), Name: "Root", PolicyTypes: [] }] },
      a: { Policies: [policy("p-00000001", "SERVICE_CONTROL_POLICY")] },
      "organizations-list-policies-2.json": { Policies: [] },
    };
    expect(requestsOf(files, "organizations:ListPolicies")).toEqual([{ Filter: "SERVICE_CONTROL_POLICY" }]);
    expect(statusOf(here(files), "organizations:ListPolicies", "global")).toBe("complete 1");
  });
});

describe("when services were last used", () => {
  const operation = "iam:GetServiceLastAccessedDetails";
  const used = (last?: string): Json => ({
    JobStatus: "COMPLETED",
    JobCreationDate: "2026-01-01T00:00:00Z",
    ServicesLastAccessed: [
      { ServiceName: "EC2", ServiceNamespace: "ec2", ...(last === undefined ? {} : { LastAuthenticatedEntity: last }) },
      { ServiceName: "DynamoDB", ServiceNamespace: "dynamodb" },
    ],
  });
  const job = "a2b53fd9-88bc-d0b5-1b9a-af9c4af22373";

  it.each([
    ["by who used one last", { x: used(role("a")) }],
    ["by the file's name", { [`last-accessed/${encodeURIComponent(role("a"))}`]: used() }],
    ["by a member beside the answer", { x: { ...Object(used()), Arn: role("a") } }],
    [
      "by the job, where its beginning is there",
      {
        [`generate/${encodeURIComponent(role("a"))}`]: { JobId: job },
        [`last-accessed/${job}`]: used(),
      },
    ],
    [
      "by the job beside the answer",
      { [`generate/${encodeURIComponent(role("a"))}.json`]: { JobId: job }, x: { ...Object(used()), JobId: job } },
    ],
  ])("is told of whom %s", (_how, files) => {
    const snapshot = here(files);
    expect(snapshot.notes).toEqual([]);
    expect(snapshot.records.map(({ request, data }) => [request, data["ServiceNamespace"]])).toEqual([
      [{ Arn: role("a") }, "ec2"],
    ]);
    expect(snapshot.used).toBe(Object.keys(files).length);
  });

  it("is not placed where nothing tells", () => {
    const snapshot = here({ [job]: used() });
    expect(snapshot.records).toEqual([]);
    expect(snapshot.notes[0]).toMatch(/does not repeat its request: put its Arn into/);
    expect(statusOf(snapshot, operation, "global")).toBe("skipped 0");
  });
});

describe("a credential report", () => {
  const operation = "iam:GetCredentialReport";
  const report = (Content: string): Json => ({
    Content,
    ReportFormat: "text/csv",
    GeneratedTime: "2026-01-01T00:00:00Z",
  });

  it("is read as it is printed and as people decode it", () => {
    const text = `user,arn\nada,arn:aws:iam::${account}:user/ada`;
    for (const content of [text, Buffer.from(text).toString("base64")]) {
      expect(here({ x: report(content) }).records.map(({ data }) => data)).toEqual([
        { user: "ada", arn: `arn:aws:iam::${account}:user/ada` },
      ]);
    }
  });

  it("that is none is malformed", () => {
    expect(statusOf(here({ x: report("bm90aGluZw==") }), operation, "global")).toBe("malformed 0");
  });
});

describe("permission sets and workloads", () => {
  const set = (id: string): string => `arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-${id.repeat(16)}`;
  const instance = "arn:aws:sso:::instance/ssoins-0123456789abcdef";

  it("are told by the permission set's id in a name", () => {
    const files = {
      instances: { Instances: [{ InstanceArn: instance, IdentityStoreId: "d-1" }] },
      sets: { PermissionSets: [set("a"), set("b")] },
      [`inline/ps-${"a".repeat(16)}.json`]: { InlinePolicy: "{}" },
      [`inline/ps-${"b".repeat(16)}.json`]: { InlinePolicy: "" },
    };
    expect(requestsOf(files, "sso:GetInlinePolicyForPermissionSet")).toEqual([
      { InstanceArn: instance, PermissionSetArn: set("a") },
      { InstanceArn: instance, PermissionSetArn: set("b") },
    ]);
    expect(statusOf(here(files), "sso:GetInlinePolicyForPermissionSet")).toBe("complete 2");
  });

  it("lack those of many asked for at once that nobody described", () => {
    const cluster = `arn:aws:ecs:eu-west-1:${account}:cluster/web`;
    const task = (id: string): string => `arn:aws:ecs:eu-west-1:${account}:task/web/${id}`;
    const snapshot = here({
      clusters: { clusterArns: [cluster] },
      tasks: { taskArns: [task("1"), task("2")] },
      described: { tasks: [{ taskArn: task("1"), clusterArn: cluster, taskDefinitionArn: "d" }], failures: [] },
    });
    const row = snapshot.coverage.find(({ operation }) => operation === "ecs:DescribeTasks");
    expect(row).toMatchObject({ status: "skipped", items: 1 });
    expect(row?.gaps?.map(({ request }) => request)).toEqual([{ cluster, tasks: task("2") }]);
  });
});

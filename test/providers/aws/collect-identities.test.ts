import { describe, expect, it } from "vitest";

import type { AwsEstate } from "../../../lab/estate.ts";
import { awsOperations } from "../../../src/providers/aws/operations.ts";
import { collectFrom, recordsOf, rowOf, withLab } from "./collecting.ts";
import { management, member, smallEstate, smallIdentities, stranger } from "./small-estate.ts";

const only = { regions: ["us-east-1"] };

describe("identities", async () => {
  const { snapshot, requests } = await withLab(smallEstate, {}, async (lab) => ({
    snapshot: await collectFrom(lab, management, only),
    requests: [...lab.requests],
  }));

  it("stand in the account's own place, once, each with what it is", () => {
    const details = recordsOf(snapshot, "iam:GetAccountAuthorizationDetails");
    expect(new Set(details.map(({ account, region }) => `${account}/${region}`))).toEqual(
      new Set([`${management}/global`]),
    );
    expect(details.map(({ request, data }) => [request, data["UserName"] ?? data["RoleName"] ?? data["Arn"]])).toEqual([
      [{ Kind: "user" }, "user-1"],
      [{ Kind: "user" }, "user-2"],
      [{ Kind: "user" }, "user-3"],
      [{ Kind: "group" }, `arn:aws:iam::${management}:group/group-1`],
      [{ Kind: "role" }, "role-1"],
      [{ Kind: "role" }, "role-2"],
      [{ Kind: "role" }, "role-3"],
      [{ Kind: "policy" }, `arn:aws:iam::${management}:policy/net`],
    ]);
    const role = details.find(({ request }) => request?.["Kind"] === "role");
    expect(role?.data).toEqual(smallIdentities.RoleDetailList?.[0]);
  });

  it("keep the provider that an answer does not name", () => {
    expect(recordsOf(snapshot, "iam:GetOpenIDConnectProvider").map(({ request }) => request)).toContainEqual({
      OpenIDConnectProviderArn: `arn:aws:iam::${management}:oidc-provider/issuer-2.example`,
    });
  });

  it("leave a line of the credential report each", () => {
    expect(
      recordsOf(snapshot, "iam:GetCredentialReport").map(({ data }) => [data["user"], data["access_key_1_active"]]),
    ).toEqual([
      ["<root_account>", "false"],
      ["user-1", "true"],
      ["user-2", "false"],
      ["user-3", "false"],
    ]);
  });

  it("are asked for when they used what, where their policies could change a firewall and nowhere else", () => {
    const asked = requests.filter(({ operation }) => operation === "iam:GenerateServiceLastAccessedDetails");
    expect(asked.map(({ input }) => String(input["Arn"])).toSorted()).toEqual([
      `arn:aws:iam::${management}:role/role-1`,
      `arn:aws:iam::${management}:user/user-1`,
    ]);
    const used = recordsOf(snapshot, "iam:GetServiceLastAccessedDetails");
    expect(used.map(({ request, data }) => [request?.["Arn"], data["ServiceNamespace"]])).toEqual(
      expect.arrayContaining([
        [`arn:aws:iam::${management}:user/user-1`, "ec2"],
        [`arn:aws:iam::${management}:role/role-1`, "guardduty"],
      ]),
    );
  });

  it("are told apart from what may hold a secret", () => {
    expect(JSON.stringify(snapshot.records)).not.toContain("s3cret");
    expect(recordsOf(snapshot, "lambda:ListFunctions")[0]?.data).toEqual({
      FunctionName: "function-1",
      FunctionArn: `arn:aws:lambda:us-east-1:${management}:function:function-1`,
      Role: `arn:aws:iam::${management}:role/role-1`,
    });
    expect(recordsOf(snapshot, "ecs:DescribeTasks")[0]?.data["overrides"]).toEqual({
      taskRoleArn: `arn:aws:iam::${management}:role/role-1`,
    });
    expect(recordsOf(snapshot, "ecs:DescribeTaskDefinition")[0]?.data).toEqual({
      taskDefinition: {
        taskDefinitionArn: `arn:aws:ecs:us-east-1:${management}:task-definition/web:1`,
        taskRoleArn: `arn:aws:iam::${management}:role/role-1`,
      },
    });
    expect(recordsOf(snapshot, "cloudformation:DescribeStacks")[0]?.data).toMatchObject({
      RoleARN: `arn:aws:iam::${management}:role/role-1`,
    });
    expect(JSON.stringify(recordsOf(snapshot, "identitystore:ListUsers"))).not.toContain("555");
  });

  it("ask for many at once where the API takes many", () => {
    expect(requests.find(({ operation }) => operation === "codebuild:BatchGetProjects")?.input).toEqual({
      names: ["project-1", "project-2"],
    });
    expect(requests.find(({ operation }) => operation === "ecs:DescribeTasks")?.input["tasks"]).toHaveLength(2);
  });

  it("of people keep what an assignment was asked for with", () => {
    expect(recordsOf(snapshot, "sso:ListAccountAssignments")[0]?.request).toEqual({
      InstanceArn: "arn:aws:sso:::instance/ssoins-1",
      PermissionSetArn: expect.stringContaining("/ps-"),
      AccountId: expect.stringMatching(/^\d{12}$/),
    });
  });
});

describe("reports that AWS makes on request", () => {
  const broken = (id: string, answer: object) =>
    withLab(smallEstate, { answers: new Map([[id, () => answer]]) }, (lab) => collectFrom(lab, management, only));

  it.each([
    [
      "iam:GetServiceLastAccessedDetails",
      { JobStatus: "FAILED", Error: { Code: "NOT_NOW", Message: "no" } },
      "iam:GetServiceLastAccessedDetails",
      /could not make the report \(NOT_NOW\)/,
    ],
    ["iam:GenerateServiceLastAccessedDetails", {}, "iam:GetServiceLastAccessedDetails", /without the member JobId/],
    ["iam:GetServiceLastAccessedDetails", {}, "iam:GetServiceLastAccessedDetails", /without the member JobStatus/],
    [
      "iam:GetCredentialReport",
      { Content: new TextEncoder().encode("<html>") },
      "iam:GetCredentialReport",
      /no credential report/,
    ],
  ])("%s answers %o: a row that says so, and nothing else is lost", async (id, answer, row, error) => {
    const snapshot = await broken(id, answer);
    expect(rowOf(snapshot, row)).toMatchObject({ items: 0, error: expect.stringMatching(error) });
    expect(["unreachable", "malformed"]).toContain(rowOf(snapshot, row)?.status);
    expect(rowOf(snapshot, "iam:GetAccountAuthorizationDetails")?.status).toBe("complete");
  });

  it("names the permission to have one made", async () => {
    const faults = [{ operation: "iam:Generate*", kind: "access-denied" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, management, only));
    expect(rowOf(snapshot, "iam:GetCredentialReport")).toMatchObject({
      status: "denied",
      error: expect.stringContaining("iam:GenerateCredentialReport"),
    });
    expect(rowOf(snapshot, "iam:GetServiceLastAccessedDetails")?.status).toBe("denied");
  });
});

describe("an organization", () => {
  const inOrganization = awsOperations.filter(({ scope }) => scope === "organization").map(({ id }) => id);
  const role = { name: "auditor", trusts: [management, member] };
  const estate: AwsEstate = {
    ...smallEstate,
    accounts: smallEstate.accounts.map((account) => ({ ...account, roles: [role] })),
  };
  const everywhere = { ...only, organization: true, role: "auditor" };

  it("is read once, by its management account; the rows of the others say where", async () => {
    const { snapshot, requests } = await withLab(estate, {}, async (lab) => ({
      snapshot: await collectFrom(lab, management, everywhere),
      requests: [...lab.requests],
    }));
    const asked = requests.filter(({ operation }) => operation.startsWith("organizations:"));
    expect(new Set(asked.map(({ account }) => account))).toEqual(new Set([management]));
    for (const id of inOrganization) {
      expect(rowOf(snapshot, id, { account: management })?.status).toBe("complete");
      expect(rowOf(snapshot, id, { account: member })).toMatchObject({
        status: "disabled",
        items: 0,
        error: `read in account ${management} of the organization`,
      });
    }
    expect(recordsOf(snapshot, "organizations:ListPolicies")).toHaveLength(4);
  });

  it("keeps what was asked for: the parent, the kind of policy, the policy", async () => {
    const snapshot = await withLab(estate, {}, (lab) => collectFrom(lab, management, only));
    const requestsOf = (id: string) => recordsOf(snapshot, id).map(({ request }) => request);
    expect(requestsOf("organizations:ListOrganizationalUnitsForParent")).toEqual([
      { ParentId: "r-1" },
      { ParentId: "ou-1" },
      { ParentId: "ou-2" },
    ]);
    expect(requestsOf("organizations:ListAccountsForParent")).toContainEqual({ ParentId: "ou-3" });
    expect(requestsOf("organizations:ListPolicies")).toContainEqual({ Filter: "RESOURCE_CONTROL_POLICY" });
    expect(requestsOf("organizations:ListTargetsForPolicy")).toContainEqual({ PolicyId: "p-4" });
    expect(recordsOf(snapshot, "organizations:DescribePolicy")[0]?.data["Policy"]).toEqual({
      PolicySummary: expect.objectContaining({ Id: expect.stringMatching(/^p-/) }),
      Content: expect.stringContaining("Statement"),
    });
  });

  it("is unknown to a member that may not read it, after one question in vain", async () => {
    const { snapshot, requests } = await withLab(estate, {}, async (lab) => ({
      snapshot: await collectFrom(lab, member, only),
      requests: [...lab.requests],
    }));
    const asked = requests.map(({ operation }) => operation).filter((id) => id.startsWith("organizations:"));
    expect(asked).toEqual(["organizations:DescribeOrganization", "organizations:ListRoots"]);
    expect(rowOf(snapshot, "organizations:ListRoots")).toMatchObject({
      status: "denied",
      error: expect.stringContaining("organizations:ListRoots"),
    });
    expect(rowOf(snapshot, "organizations:DescribePolicy")?.status).toBe("skipped");
  });

  it("is read by a delegated administrator where the management account is not scanned", async () => {
    const tree = estate.organizationTree;
    const delegated: AwsEstate = {
      ...estate,
      ...(tree === undefined ? {} : { organizationTree: { ...tree, delegatedAdministrators: [{ Id: member }] } }),
    };
    const { snapshot, requests } = await withLab(delegated, {}, async (lab) => ({
      snapshot: await collectFrom(lab, member, only),
      requests: [...lab.requests],
    }));
    expect(rowOf(snapshot, "organizations:DescribePolicy")).toMatchObject({ status: "complete", items: 4 });
    expect(rowOf(snapshot, "organizations:ListAccounts")?.status).toBe("complete");
    expect(requests.every(({ account }) => account === member)).toBe(true);
  });

  it("falls back on another account when the first is denied, and leaves no row of what was asked in vain", async () => {
    const tree = estate.organizationTree;
    const delegated: AwsEstate = {
      ...estate,
      ...(tree === undefined ? {} : { organizationTree: { ...tree, delegatedAdministrators: [{ Id: member }] } }),
    };
    const faults = [{ operation: "organizations:ListRoots", kind: "access-denied", account: management }] as const;
    const snapshot = await withLab(delegated, { faults }, (lab) => collectFrom(lab, management, everywhere));
    expect(rowOf(snapshot, "organizations:ListRoots", { account: member })?.status).toBe("complete");
    expect(rowOf(snapshot, "organizations:ListRoots", { account: management })).toMatchObject({
      status: "disabled",
      error: `read in account ${member} of the organization`,
    });
  });

  it("says in every account what the one that read it lacks", async () => {
    const faults = [{ operation: "organizations:DescribePolicy", kind: "access-denied" }] as const;
    const snapshot = await withLab(estate, { faults }, (lab) => collectFrom(lab, management, everywhere));
    expect(rowOf(snapshot, "organizations:DescribePolicy", { account: member })).toMatchObject({
      status: "denied",
      error: expect.stringContaining(`in account ${management} of the organization`),
    });
  });

  it("is none where the account stands alone", async () => {
    const alone: AwsEstate = {
      regions: estate.regions,
      accounts: [{ id: stranger, name: "alone", regions: {} }],
    };
    const snapshot = await withLab(alone, {}, (lab) => collectFrom(lab, stranger, only));
    for (const id of inOrganization) expect(rowOf(snapshot, id)?.status).toBe("disabled");
  });

  it("is not walked in circles when its tree leads back into itself", async () => {
    const unit = { Id: "ou-1", Arn: "arn", Name: "unit-1" };
    const answers = new Map([
      ["organizations:ListOrganizationalUnitsForParent", () => ({ OrganizationalUnits: [unit] })],
    ]);
    const snapshot = await withLab(estate, { answers }, (lab) => collectFrom(lab, management, only));
    expect(rowOf(snapshot, "organizations:ListOrganizationalUnitsForParent")).toMatchObject({
      status: "complete",
      items: 2,
    });
  });
});

describe("IAM Identity Center", () => {
  it("is seen by a member of the organization, which is denied what is in it", async () => {
    const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab, member, only));
    expect(recordsOf(snapshot, "sso:ListInstances")[0]?.data).toMatchObject({ OwnerAccountId: management });
    expect(rowOf(snapshot, "sso:ListPermissionSets")?.status).toBe("denied");
    expect(rowOf(snapshot, "sso:ListAccountAssignments")?.status).toBe("skipped");
  });

  it("of one account has no permission sets", async () => {
    const center = {
      InstanceArn: "arn:aws:sso:::instance/ssoins-2",
      IdentityStoreId: "d-2",
      ofOneAccount: true,
      permissionSets: [],
      users: [],
      groups: [],
      memberships: [],
    };
    const estate: AwsEstate = {
      regions: smallEstate.regions,
      accounts: [{ id: member, name: "member", regions: { "us-east-1": { IdentityCenter: center } } }],
    };
    const snapshot = await withLab(estate, {}, (lab) => collectFrom(lab, member, only));
    expect(rowOf(snapshot, "sso:ListPermissionSets")?.status).toBe("disabled");
    expect(rowOf(snapshot, "sso:DescribePermissionSet")?.status).toBe("disabled");
  });

  it("is looked for in every Region, and asked where it lives", async () => {
    const { snapshot, requests } = await withLab(smallEstate, {}, async (lab) => ({
      snapshot: await collectFrom(lab, management),
      requests: [...lab.requests],
    }));
    expect(rowOf(snapshot, "sso:ListInstances", { region: "eu-west-1" })).toMatchObject({
      status: "complete",
      items: 0,
    });
    const asked = requests.filter(({ operation }) => operation === "sso:ListPermissionSets");
    expect(new Set(asked.map(({ region }) => region))).toEqual(new Set(["us-east-1"]));
  });
});

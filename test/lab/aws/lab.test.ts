import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAwsLab } from "../../../lab/aws/server.ts";
import type { AwsLab } from "../../../lab/aws/server.ts";
import type { AwsEstate } from "../../../lab/estate.ts";
import { createSdk } from "./sdk.ts";

const hostileName = `<b>&amp;"'\r\n\t ü 世界 🧱 ]]> \u2028`;
const estate: AwsEstate = {
  organization: { Id: "o-1", MasterAccountId: "111122223333" },
  regions: [
    { name: "us-east-1", optIn: "opt-in-not-required" },
    { name: "eu-west-1", optIn: "opt-in-not-required" },
    { name: "af-south-1", optIn: "not-opted-in" },
  ],
  accounts: [
    {
      id: "111122223333",
      name: "one",
      regions: {
        "us-east-1": {
          Vpcs: [
            { VpcId: "vpc-1", Tags: [{ Key: "Name", Value: hostileName }] },
            { VpcId: "vpc-2" },
            { VpcId: "vpc-3" },
          ],
          SecurityGroups: [
            {
              GroupId: "sg-1",
              OwnerId: "111122223333",
              VpcId: "vpc-1",
              IpPermissions: [
                {
                  IpProtocol: "tcp",
                  FromPort: 22,
                  ToPort: 22,
                  IpRanges: [{ CidrIp: "192.0.2.0/24", Description: "one" }, { CidrIp: "198.51.100.0/24" }],
                  Ipv6Ranges: [{ CidrIpv6: "2001:db8::/32" }],
                  PrefixListIds: [{ PrefixListId: "pl-1" }],
                  UserIdGroupPairs: [{ GroupId: "sg-2", UserId: "444455556666", PeeringStatus: "active" }],
                },
              ],
              IpPermissionsEgress: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
            },
            { GroupId: "sg-2", OwnerId: "111122223333", VpcId: "vpc-2", IpPermissions: [], IpPermissionsEgress: [] },
          ],
          PrefixLists: [
            {
              PrefixListId: "pl-1",
              Entries: [{ Cidr: "10.0.0.0/8" }, { Cidr: "172.16.0.0/12" }, { Cidr: "192.168.0.0/16" }],
            },
          ],
          StaleSecurityGroupSet: [
            { GroupId: "sg-1", VpcId: "vpc-1" },
            { GroupId: "sg-2", VpcId: "vpc-2" },
          ],
        },
        "eu-west-1": { Vpcs: [{ VpcId: "vpc-eu" }] },
      },
    },
    {
      id: "444455556666",
      name: "two",
      optIns: { "af-south-1": "opted-in" },
      roles: [
        { name: "Audit", trusts: ["111122223333"], externalId: "x-1" },
        { name: "Narrow", denies: ["ec2:DescribeNetworkAcls"] },
        { name: "Pipeline", trustsIssuers: ["https://token.example"] },
      ],
      regions: { "us-east-1": { Vpcs: [{ VpcId: "vpc-two" }] }, "af-south-1": { Vpcs: [{ VpcId: "vpc-af" }] } },
    },
    { id: "777777777777", name: "closed", status: "SUSPENDED", roles: [{ name: "Audit" }], regions: {} },
    { id: "888888888888", name: "stranger", inOrganization: false, regions: {} },
  ],
};

let lab: AwsLab;
const open: ReturnType<typeof createSdk>[] = [];

beforeAll(async () => {
  lab = await startAwsLab(estate);
});
afterAll(async () => {
  for (const sdk of open) sdk.destroy();
  await lab.close();
});

function as(account: string, region = "us-east-1"): ReturnType<typeof createSdk> {
  const sdk = createSdk(lab, { account, region });
  open.push(sdk);
  return sdk;
}

const vpcIds = async (account: string, region: string): Promise<unknown> =>
  (await as(account, region).send("ec2:DescribeVpcs", { MaxResults: 1000 }))["Vpcs"];

describe("accounts and Regions are kept apart", () => {
  it.each([
    ["one", "eu-west-1", ["vpc-eu"]],
    ["two", "us-east-1", ["vpc-two"]],
    ["two", "eu-west-1", []],
    ["two", "af-south-1", ["vpc-af"]],
  ])("%s in %s has %j", async (account, region, ids) => {
    expect(await vpcIds(account, region)).toEqual(ids.map((VpcId) => ({ VpcId })));
  });

  it.each(["af-south-1", "mars-north-1"])("%s, which is not opted in, knows nobody", async (region) => {
    await expect(vpcIds("one", region)).rejects.toMatchObject({ name: "AuthFailure" });
    await expect(as("one", region).send("guardduty:ListDetectors")).rejects.toMatchObject({
      name: "UnrecognizedClientException",
    });
  });

  it.each([
    ["one", {}, ["us-east-1", "eu-west-1"]],
    ["one", { AllRegions: true }, ["us-east-1", "eu-west-1", "af-south-1"]],
    ["two", {}, ["us-east-1", "eu-west-1", "af-south-1"]],
    ["one", { RegionNames: ["af-south-1"] }, ["af-south-1"]],
  ])("DescribeRegions tells %s %j %j", async (account, input, names) => {
    const { Regions } = await as(account).send("ec2:DescribeRegions", input);
    expect(Regions).toMatchObject(names.map((RegionName) => ({ RegionName })));
  });
});

describe("paging", () => {
  it("every page but the last has a token, whatever size was asked for", async () => {
    const sdk = as("one");
    const first = await sdk.send("ec2:DescribeVpcs", { MaxResults: 1000 });
    const second = await sdk.send("ec2:DescribeVpcs", { MaxResults: 1000, NextToken: first["NextToken"] });
    expect([first["Vpcs"], second["Vpcs"]].flat()).toEqual(estate.accounts[0]?.regions["us-east-1"]?.Vpcs);
    expect(second).not.toHaveProperty("NextToken");
  });

  it("a listing that fills its pages to the last item has no empty page after them", async () => {
    const answer = await as("one").send("ec2:DescribeSecurityGroups");
    expect(answer["SecurityGroups"]).toHaveLength(2);
    expect(answer).not.toHaveProperty("NextToken");
  });

  it.each([["not-a-token"], [Buffer.from('["DescribeVpcs","111122223333","eu-west-1",2]').toString("base64url")]])(
    "a token that this listing did not give out is refused: %s",
    async (NextToken) => {
      await expect(as("one").send("ec2:DescribeVpcs", { NextToken })).rejects.toMatchObject({
        name: "InvalidNextToken",
      });
    },
  );

  it("entries of a prefix list", async () => {
    const { Entries, NextToken } = await as("one").send("ec2:GetManagedPrefixListEntries", { PrefixListId: "pl-1" });
    expect([Entries, NextToken]).toEqual([[{ Cidr: "10.0.0.0/8" }, { Cidr: "172.16.0.0/12" }], expect.any(String)]);
  });
});

describe("what a request asks for", () => {
  it.each([
    ["ec2:DescribeVpcs", { VpcIds: ["vpc-2"] }, "Vpcs", ["vpc-2"]],
    ["ec2:DescribeVpcs", { Filters: [{ Name: "vpc-id", Values: ["vpc-3", "x"] }] }, "Vpcs", ["vpc-3"]],
    ["ec2:DescribeVpcs", { Filters: [{ Name: "tag-key", Values: ["N?m*"] }] }, "Vpcs", ["vpc-1"]],
    ["ec2:DescribeVpcs", { Filters: [{ Name: "tag:Name", Values: ["other"] }] }, "Vpcs", []],
    ["ec2:DescribeStaleSecurityGroups", { VpcId: "vpc-2" }, "StaleSecurityGroupSet", ["vpc-2"]],
    [
      "ec2:DescribeSecurityGroups",
      { Filters: [{ Name: "ip-permission.from-port", Values: ["22"] }] },
      "SecurityGroups",
      ["vpc-1"],
    ],
  ])("%s %j", async (operation, input, member, ids) => {
    const answer = await as("one").send(operation, input);
    expect(answer[member]).toMatchObject(ids.map((VpcId) => ({ VpcId })));
    expect(answer[member]).toHaveLength(ids.length);
  });

  it.each([
    ["ec2:DescribeVpcs", { VpcIds: ["vpc-9"] }, "InvalidVpcID.NotFound"],
    ["ec2:DescribeVpcs", { Filters: [{ Name: "no-such", Values: ["x"] }] }, "InvalidParameterValue"],
    ["ec2:GetManagedPrefixListEntries", { PrefixListId: "pl-9" }, "InvalidPrefixListID.NotFound"],
    ["elasticloadbalancingv2:DescribeListeners", {}, "ValidationError"],
    ["elasticloadbalancingv2:DescribeTargetHealth", { TargetGroupArn: "arn:x" }, "TargetGroupNotFoundException"],
    ["network-firewall:DescribeFirewall", { FirewallName: "none" }, "ResourceNotFoundException"],
    ["guardduty:GetDetector", { DetectorId: "none" }, "BadRequestException"],
  ])("%s %j is refused: %s", async (operation, input, name) => {
    await expect(as("one").send(operation, input)).rejects.toMatchObject({ name });
  });

  it("an operation that the lab does not have is refused in the service's words", async () => {
    const { accessKeyId } = lab.credentialsFor("one");
    const ask = async (service: string, headers: Record<string, string>, body: string): Promise<string> => {
      const scope = `Credential=${accessKeyId}/20260101/us-east-1/${service}/aws4_request`;
      const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`;
      return (await fetch(lab.endpoint, { method: "POST", headers: { authorization, ...headers }, body })).text();
    };
    expect(await ask("ec2", {}, "Action=TerminateInstances")).toContain("<Code>InvalidAction</Code>");
    expect(await ask("organizations", { "x-amz-target": "X.LeaveOrganization" }, "{}")).toContain(
      "UnknownOperationException",
    );
    expect(await ask("nothing", {}, "")).toContain("no service");
  });
});

describe("DescribeSecurityGroupRules", () => {
  const read = async (): Promise<readonly unknown[]> => {
    const sdk = as("one");
    const first = await sdk.send("ec2:DescribeSecurityGroupRules");
    const second = await sdk.send("ec2:DescribeSecurityGroupRules", { NextToken: first["NextToken"] });
    const third = await sdk.send("ec2:DescribeSecurityGroupRules", { NextToken: second["NextToken"] });
    return [first, second, third].flatMap((answer) => answer["SecurityGroupRules"]);
  };
  it("is derived from the groups, one rule per source, with ids that stay", async () => {
    const rules = await read();
    const tcp = { GroupId: "sg-1", IsEgress: false, IpProtocol: "tcp", FromPort: 22, ToPort: 22 };
    expect(rules).toMatchObject([
      { ...tcp, CidrIpv4: "192.0.2.0/24", Description: "one" },
      { ...tcp, CidrIpv4: "198.51.100.0/24" },
      { ...tcp, CidrIpv6: "2001:db8::/32" },
      { ...tcp, PrefixListId: "pl-1" },
      { ...tcp, ReferencedGroupInfo: { GroupId: "sg-2", UserId: "444455556666", PeeringStatus: "active" } },
      { GroupId: "sg-1", IsEgress: true, IpProtocol: "-1", FromPort: -1, ToPort: -1, CidrIpv4: "0.0.0.0/0" },
    ]);
    expect(await read()).toEqual(rules);
    expect(new Set(rules.map((rule) => Reflect.get(Object(rule), "SecurityGroupRuleId"))).size).toBe(6);
  });
});

describe("who may do what", () => {
  const roleArn = (name: string, account = "444455556666"): string => `arn:aws:iam::${account}:role/${name}`;
  const assume = (account: string, input: Record<string, string>): Promise<Readonly<Record<string, unknown>>> =>
    as(account).send("sts:AssumeRole", { RoleSessionName: "test", ...input });

  it("the keys of an account are a principal of that account", async () => {
    expect(await as("two").send("sts:GetCallerIdentity")).toMatchObject({
      Account: "444455556666",
      Arn: "arn:aws:iam::444455556666:user/auditor",
    });
  });

  it("a session works in the role's account, and only with its token", async () => {
    const { Credentials } = await assume("one", { RoleArn: roleArn("Audit"), ExternalId: "x-1" });
    const session = credentialsOf(Credentials);
    const listing = await callWith(session);
    expect(listing).toContain("vpc-two");
    expect(await callWith({ ...session, sessionToken: "wrong" })).toContain("AuthFailure");
  });

  it.each([
    ["one", { RoleArn: roleArn("Audit") }, "AccessDenied"],
    ["one", { RoleArn: roleArn("Audit"), ExternalId: "x-2" }, "AccessDenied"],
    ["stranger", { RoleArn: roleArn("Audit"), ExternalId: "x-1" }, "AccessDenied"],
    ["one", { RoleArn: roleArn("Missing") }, "AccessDenied"],
    ["one", { RoleArn: roleArn("Audit", "777777777777") }, "AccessDenied"],
    ["one", { RoleArn: "nonsense that is long enough" }, "ValidationError"],
  ])("%s may not assume %j", async (account, input, name) => {
    await expect(assume(account, input)).rejects.toMatchObject({ name });
  });

  it("a session is denied what its role is denied", async () => {
    const { Credentials } = await assume("one", { RoleArn: roleArn("Narrow") });
    expect(await callWith(credentialsOf(Credentials), "DescribeNetworkAcls")).toContain("UnauthorizedOperation");
    expect(await callWith(credentialsOf(Credentials), "DescribeVpcs")).toContain("vpc-two");
  });

  it.each([
    ["https://token.example", null],
    ["https://other.example", "AccessDenied"],
  ])("a web identity of %s: %s", async (iss, error) => {
    const claims = Buffer.from(JSON.stringify({ iss, sub: "repo:x", aud: "sts" })).toString("base64url");
    const call = as("one").send("sts:AssumeRoleWithWebIdentity", {
      RoleArn: roleArn("Pipeline"),
      RoleSessionName: "ci",
      WebIdentityToken: `e30.${claims}.c2ln`,
    });
    if (error === null) expect(await call).toMatchObject({ SubjectFromWebIdentityToken: "repo:x", Audience: "sts" });
    else await expect(call).rejects.toMatchObject({ name: error });
  });

  it("only the management account lists accounts; a stranger has no organization", async () => {
    const sdk = as("one");
    const first = await sdk.send("organizations:ListAccounts");
    const second = await sdk.send("organizations:ListAccounts", { NextToken: first["NextToken"] });
    expect([first["Accounts"], second["Accounts"]].flat()).toMatchObject([
      { Id: "111122223333", Status: "ACTIVE" },
      { Id: "444455556666", Status: "ACTIVE" },
      { Id: "777777777777", Status: "SUSPENDED" },
    ]);
    await expect(as("two").send("organizations:ListAccounts")).rejects.toMatchObject({ name: "AccessDeniedException" });
    await expect(as("stranger").send("organizations:DescribeOrganization")).rejects.toMatchObject({
      name: "AWSOrganizationsNotInUseException",
    });
  });

  async function callWith(
    { accessKeyId, sessionToken }: { accessKeyId: string; sessionToken: string },
    action = "DescribeVpcs",
  ): Promise<string> {
    const scope = `Credential=${accessKeyId}/20260101/us-east-1/ec2/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`;
    const response = await fetch(lab.endpoint, {
      method: "POST",
      headers: { authorization, "x-amz-security-token": sessionToken },
      body: `Action=${action}&Version=2016-11-15`,
    });
    return response.text();
  }

  function credentialsOf(given: unknown): { accessKeyId: string; sessionToken: string } {
    const of = (member: string): string => String(Reflect.get(Object(given), member));
    return { accessKeyId: of("AccessKeyId"), sessionToken: of("SessionToken") };
  }
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAwsLab } from "../../lab/aws/server.ts";
import type { AwsLab } from "../../lab/aws/server.ts";
import { demoAwsEstate, demoScan } from "../../lab/demo-estate.ts";
import type { AwsRegionEstate } from "../../lab/estate.ts";
import { createSdk } from "./aws/sdk.ts";

let lab: AwsLab;
beforeAll(async () => {
  lab = await startAwsLab(demoAwsEstate);
});
afterAll(async () => {
  await lab.close();
});

/** The operations that answer a list of the estate as it stands. */
const listings: readonly (readonly [string, keyof AwsRegionEstate])[] = [
  ["ec2:DescribeVpcs", "Vpcs"],
  ["ec2:DescribeSubnets", "Subnets"],
  ["ec2:DescribeRouteTables", "RouteTables"],
  ["ec2:DescribeInternetGateways", "InternetGateways"],
  ["ec2:DescribeEgressOnlyInternetGateways", "EgressOnlyInternetGateways"],
  ["ec2:DescribeNatGateways", "NatGateways"],
  ["ec2:DescribeAddresses", "Addresses"],
  ["ec2:DescribeNetworkAcls", "NetworkAcls"],
  ["ec2:DescribeSecurityGroups", "SecurityGroups"],
  ["ec2:DescribeNetworkInterfaces", "NetworkInterfaces"],
  ["ec2:DescribeInstances", "Reservations"],
  ["ec2:DescribeVpcPeeringConnections", "VpcPeeringConnections"],
  ["ec2:DescribeTransitGateways", "TransitGateways"],
  ["ec2:DescribeTransitGatewayAttachments", "TransitGatewayAttachments"],
  ["ec2:DescribeTransitGatewayVpcAttachments", "TransitGatewayVpcAttachments"],
  ["ec2:DescribeVpcEndpoints", "VpcEndpoints"],
  ["ec2:DescribeVpcBlockPublicAccessExclusions", "VpcBlockPublicAccessExclusions"],
  ["ec2:DescribeFlowLogs", "FlowLogs"],
  ["elasticloadbalancing:DescribeLoadBalancers", "LoadBalancerDescriptions"],
  ["elasticloadbalancingv2:DescribeLoadBalancers", "LoadBalancers"],
  ["elasticloadbalancingv2:DescribeTargetGroups", "TargetGroups"],
];
const places = demoAwsEstate.accounts.flatMap(({ name, regions }) =>
  Object.keys(regions).map((region) => ({ account: name, region })),
);

type Sdk = ReturnType<typeof createSdk>;

async function readAll(sdk: Sdk, operation: string, member: string, input = {}): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  let tokens: Readonly<Record<string, unknown>> = {};
  do {
    const answer = await sdk.send(operation, { ...input, ...tokens });
    items.push(...[answer[member]].flat());
    const { NextToken, NextMarker } = answer;
    tokens = NextToken === undefined ? (NextMarker === undefined ? {} : { Marker: NextMarker }) : { NextToken };
  } while (Object.keys(tokens).length > 0);
  return items;
}

async function withSdk<Result>(place: (typeof places)[number], use: (sdk: Sdk) => Promise<Result>): Promise<Result> {
  const sdk = createSdk(lab, place);
  try {
    return await use(sdk);
  } finally {
    sdk.destroy();
  }
}

describe.each(places)("the sample estate in $account, $region", (place) => {
  const here = demoAwsEstate.accounts.find(({ name }) => name === place.account)?.regions[place.region] ?? {};

  it("comes back through the SDK without losing a field", async () => {
    await withSdk(place, async (sdk) => {
      for (const [operation, member] of listings) {
        const read = await readAll(sdk, operation, member);
        expect({ [operation]: read }).toEqual({ [operation]: here[member] ?? [] });
      }
    });
  });

  it("has lists, firewalls and detectors that answer one by one", async () => {
    await withSdk(place, async (sdk) => {
      const one = async (operation: string, input: Record<string, unknown>): Promise<unknown> =>
        sdk.send(operation, input);
      for (const { Entries, PrefixListId } of here.PrefixLists ?? []) {
        expect(await readAll(sdk, "ec2:GetManagedPrefixListEntries", "Entries", { PrefixListId })).toEqual(Entries);
      }
      for (const { Firewall, ...rest } of here.Firewalls ?? []) {
        const { FirewallArn } = Firewall ?? {};
        expect(await one("network-firewall:DescribeFirewall", { FirewallArn })).toEqual({ Firewall, ...rest });
      }
      for (const policy of here.FirewallPolicies ?? []) {
        const { FirewallPolicyArn } = policy.FirewallPolicyResponse ?? {};
        expect(await one("network-firewall:DescribeFirewallPolicy", { FirewallPolicyArn })).toEqual(policy);
      }
      for (const group of here.RuleGroups ?? []) {
        const { RuleGroupArn } = group.RuleGroupResponse ?? {};
        expect(await one("network-firewall:DescribeRuleGroup", { RuleGroupArn })).toEqual(group);
      }
      for (const { DetectorId, IpSets, ThreatIntelSets, Filters, Administrator, Members, ...rest } of here.Detectors ??
        []) {
        const { OrganizationConfiguration, ...own } = rest;
        expect(await one("guardduty:GetDetector", { DetectorId })).toEqual(own);
        expect(await one("guardduty:GetAdministratorAccount", { DetectorId })).toEqual(
          Administrator === undefined ? {} : { Administrator },
        );
        expect(await readAll(sdk, "guardduty:ListMembers", "Members", { DetectorId })).toEqual(Members ?? []);
        for (const { IpSetId, ...set } of IpSets ?? []) {
          expect(await one("guardduty:GetIPSet", { DetectorId, IpSetId })).toEqual(set);
        }
        for (const { ThreatIntelSetId, ...set } of ThreatIntelSets ?? []) {
          expect(await one("guardduty:GetThreatIntelSet", { DetectorId, ThreatIntelSetId })).toEqual(set);
        }
        for (const filter of Filters ?? []) {
          expect(await one("guardduty:GetFilter", { DetectorId, FilterName: filter.Name })).toEqual(filter);
        }
        if (OrganizationConfiguration !== undefined) {
          const read = await one("guardduty:DescribeOrganizationConfiguration", { DetectorId });
          expect(read).toEqual(OrganizationConfiguration);
        }
      }
    });
  });

  it("refers to nothing that is not there", () => {
    const { IdentityCenter: _, ...network } = here;
    const ids = new Set(JSON.stringify(network).match(/"(?:GroupId|SubnetId|VpcId)":"[^"]+"/g));
    const known = new Set([
      ...(here.SecurityGroups ?? []).map(({ GroupId }) => `"GroupId":"${GroupId}"`),
      ...(here.Subnets ?? []).map(({ SubnetId }) => `"SubnetId":"${SubnetId}"`),
      ...(here.Vpcs ?? []).map(({ VpcId }) => `"VpcId":"${VpcId}"`),
      // The stale rule is stale because its group is gone.
      ...(here.StaleSecurityGroupSet ?? []).flatMap(({ StaleIpPermissions }) =>
        (StaleIpPermissions ?? []).flatMap(({ UserIdGroupPairs }) =>
          (UserIdGroupPairs ?? []).map(({ GroupId }) => `"GroupId":"${GroupId}"`),
        ),
      ),
    ]);
    expect([...ids].filter((id) => !known.has(id))).toEqual([]);
  });
});

describe.each(demoAwsEstate.accounts)("the identities of $name", ({ name, identities = {} }) => {
  const place = { account: name, region: "us-east-1" };

  it("come back through the SDK without losing a field", async () => {
    await withSdk(place, async (sdk) => {
      const read = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] };
      const lists: Record<string, unknown[]> = read;
      let marker: unknown;
      do {
        const answer = await sdk.send(
          "iam:GetAccountAuthorizationDetails",
          marker === undefined ? {} : { Marker: marker },
        );
        for (const [list, items] of Object.entries(lists)) items.push(...[answer[list] ?? []].flat());
        marker = answer["Marker"];
      } while (marker !== undefined);
      const { UserDetailList, GroupDetailList, RoleDetailList, Policies } = identities;
      expect(read).toEqual({ UserDetailList, GroupDetailList, RoleDetailList, Policies });
    });
  });

  it("refer to policies and groups that are there", () => {
    const { UserDetailList = [], GroupDetailList = [], RoleDetailList = [], Policies = [] } = identities;
    const known = new Set(Policies.map(({ Arn }) => Arn));
    const people = [...UserDetailList, ...GroupDetailList, ...RoleDetailList];
    // What a service's own role may do is AWS's to say.
    const own = people.filter(({ Path }) => Path?.startsWith("/aws-service-role/") !== true);
    const attached = own.flatMap(({ AttachedManagedPolicies = [] }) => AttachedManagedPolicies);
    const boundaries = [...UserDetailList, ...RoleDetailList].flatMap(
      ({ PermissionsBoundary }) => PermissionsBoundary ?? [],
    );
    const used = [
      ...attached.map(({ PolicyArn }) => PolicyArn),
      ...boundaries.map(({ PermissionsBoundaryArn }) => PermissionsBoundaryArn),
    ];
    expect(used.filter((arn) => !known.has(arn))).toEqual([]);
    const groups = new Set(GroupDetailList.map(({ GroupName }) => GroupName));
    expect(UserDetailList.flatMap(({ GroupList = [] }) => GroupList).filter((group) => !groups.has(group))).toEqual([]);
  });

  it("carry the instance profiles that instances name", () => {
    const account = demoAwsEstate.accounts.find((each) => each.name === name);
    const profiles = new Set(
      (identities.RoleDetailList ?? []).flatMap(({ InstanceProfileList = [] }) =>
        InstanceProfileList.map(({ Arn }) => Arn),
      ),
    );
    const named = Object.values(account?.regions ?? {})
      .flatMap(({ Reservations = [] }) => Reservations.flatMap(({ Instances = [] }) => Instances))
      .flatMap(({ IamInstanceProfile }) => IamInstanceProfile?.Arn ?? []);
    expect(named.filter((arn) => !profiles.has(arn))).toEqual([]);
  });
});

describe("how the demo scans", () => {
  it("the caller may list the organization and assume the role in the other account", async () => {
    await withSdk({ account: demoScan.caller, region: "us-east-1" }, async (sdk) => {
      const accounts = await readAll(sdk, "organizations:ListAccounts", "Accounts");
      expect(accounts).toHaveLength(2);
      const RoleArn = `arn:aws:iam::444455556666:role/${demoScan.role}`;
      const session = await sdk.send("sts:AssumeRole", { RoleArn, RoleSessionName: "demo" });
      expect(session).toMatchObject({ AssumedRoleUser: { Arn: expect.stringContaining("444455556666") } });
    });
  });
});

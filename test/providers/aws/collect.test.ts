import { describe, expect, it } from "vitest";

import { AwsError } from "../../../lab/aws/errors.ts";
import { demoAwsEstate, demoScan } from "../../../lab/demo-estate.ts";
import type { AwsRegionEstate } from "../../../lab/estate.ts";
import { toVendorObject } from "../../../src/providers/aws/answer.ts";
import { awsOperations } from "../../../src/providers/aws/operations.ts";
import { awsProvider } from "../../../src/providers/aws/provider.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";
import { collectFrom, recordsOf, rowOf, withLab } from "./collecting.ts";
import { management, member, smallEstate, smallIdentities } from "./small-estate.ts";

const here = smallEstate.accounts[0]?.regions["us-east-1"];
const [detector] = here?.Detectors ?? [];
const tree = smallEstate.organizationTree;
const center = here?.IdentityCenter;

/** What the estate holds for each operation that lists: the items' own count, not what the lab said. */
const expectedItems: readonly (readonly [string, number | undefined])[] = [
  ["ec2:DescribeVpcs", here?.Vpcs?.length],
  ["ec2:DescribeSubnets", here?.Subnets?.length],
  ["ec2:DescribeSecurityGroups", here?.SecurityGroups?.length],
  ["ec2:DescribeSecurityGroupRules", 3],
  ["ec2:DescribeSecurityGroupVpcAssociations", here?.SecurityGroupVpcAssociations?.length],
  ["ec2:DescribeStaleSecurityGroups", here?.StaleSecurityGroupSet?.length],
  ["ec2:DescribeNetworkAcls", here?.NetworkAcls?.length],
  ["ec2:DescribeNetworkInterfaces", here?.NetworkInterfaces?.length],
  ["ec2:DescribeInstances", here?.Reservations?.length],
  ["ec2:DescribeRouteTables", here?.RouteTables?.length],
  ["ec2:DescribeInternetGateways", here?.InternetGateways?.length],
  ["ec2:DescribeEgressOnlyInternetGateways", here?.EgressOnlyInternetGateways?.length],
  ["ec2:DescribeNatGateways", here?.NatGateways?.length],
  ["ec2:DescribeAddresses", here?.Addresses?.length],
  ["ec2:DescribeVpcPeeringConnections", here?.VpcPeeringConnections?.length],
  ["ec2:DescribeTransitGateways", here?.TransitGateways?.length],
  ["ec2:DescribeTransitGatewayAttachments", here?.TransitGatewayAttachments?.length],
  ["ec2:DescribeTransitGatewayVpcAttachments", here?.TransitGatewayVpcAttachments?.length],
  ["ec2:DescribeVpcEndpoints", here?.VpcEndpoints?.length],
  ["ec2:DescribeManagedPrefixLists", here?.PrefixLists?.length],
  ["ec2:GetManagedPrefixListEntries", here?.PrefixLists?.flatMap(({ Entries }) => Entries).length],
  ["ec2:DescribeVpcBlockPublicAccessOptions", 1],
  ["ec2:DescribeVpcBlockPublicAccessExclusions", here?.VpcBlockPublicAccessExclusions?.length],
  ["ec2:DescribeFlowLogs", here?.FlowLogs?.length],
  ["elasticloadbalancing:DescribeLoadBalancers", here?.LoadBalancerDescriptions?.length],
  ["elasticloadbalancingv2:DescribeLoadBalancers", here?.LoadBalancers?.length],
  ["elasticloadbalancingv2:DescribeListeners", here?.Listeners?.length],
  ["elasticloadbalancingv2:DescribeRules", Object.keys(here?.Rules ?? {}).length],
  ["elasticloadbalancingv2:DescribeTargetGroups", here?.TargetGroups?.length],
  // Four attributes of each group that anybody may change.
  ["elasticloadbalancingv2:DescribeTargetGroupAttributes", 4 * (here?.TargetGroups?.length ?? 0)],
  ["elasticloadbalancingv2:DescribeTargetHealth", Object.keys(here?.TargetHealth ?? {}).length],
  ["network-firewall:ListFirewalls", here?.Firewalls?.length],
  ["network-firewall:DescribeFirewall", here?.Firewalls?.length],
  ["network-firewall:ListFirewallPolicies", here?.FirewallPolicies?.length],
  ["network-firewall:DescribeFirewallPolicy", here?.FirewallPolicies?.length],
  ["network-firewall:ListRuleGroups", here?.RuleGroups?.length],
  ["network-firewall:DescribeRuleGroup", here?.RuleGroups?.length],
  // Lists of bare ids leave a record per page of two.
  ["guardduty:ListDetectors", 1],
  ["guardduty:GetDetector", 1],
  ["guardduty:GetAdministratorAccount", 1],
  ["guardduty:DescribeOrganizationConfiguration", 1],
  ["guardduty:ListIPSets", 2],
  ["guardduty:GetIPSet", detector?.IpSets?.length],
  ["guardduty:ListThreatIntelSets", 1],
  ["guardduty:GetThreatIntelSet", detector?.ThreatIntelSets?.length],
  ["guardduty:ListTrustedEntitySets", 1],
  ["guardduty:GetTrustedEntitySet", detector?.TrustedEntitySets?.length],
  ["guardduty:ListThreatEntitySets", 1],
  ["guardduty:GetThreatEntitySet", detector?.ThreatEntitySets?.length],
  ["guardduty:ListFilters", 2],
  ["guardduty:GetFilter", detector?.Filters?.length],
  // Two lists share a file.
  ["s3:GetObject", 5],
  ["s3:ListBuckets", 1],
  ["sts:GetCallerIdentity", 1],
  ["ec2:DescribeRegions", 3],
  // Three users, a group, three roles and a policy.
  ["iam:GetAccountAuthorizationDetails", 8],
  ["iam:ListSAMLProviders", smallIdentities.SAMLProviderList?.length],
  ["iam:ListOpenIDConnectProviders", smallIdentities.OpenIDConnectProviders?.length],
  ["iam:GetOpenIDConnectProvider", smallIdentities.OpenIDConnectProviders?.length],
  // The root user and three others.
  ["iam:GetCredentialReport", 4],
  // Three services of the four that one of them may use have to do with firewalls, and one of the other's.
  ["iam:GetServiceLastAccessedDetails", 4],
  ["organizations:DescribeOrganization", 1],
  ["organizations:ListAccounts", 3],
  ["organizations:ListRoots", 1],
  ["organizations:ListOrganizationalUnitsForParent", tree?.units.length],
  ["organizations:ListAccountsForParent", 3],
  ["organizations:ListDelegatedAdministrators", 1],
  ["organizations:ListPolicies", tree?.policies.length],
  ["organizations:DescribePolicy", tree?.policies.length],
  ["organizations:ListTargetsForPolicy", tree?.policies.flatMap(({ targets }) => targets).length],
  ["sso:ListInstances", 1],
  ["sso:ListPermissionSets", 2],
  ["sso:DescribePermissionSet", center?.permissionSets.length],
  ["sso:GetInlinePolicyForPermissionSet", center?.permissionSets.length],
  ["sso:ListManagedPoliciesInPermissionSet", center?.permissionSets.length],
  ["sso:ListCustomerManagedPolicyReferencesInPermissionSet", center?.permissionSets.length],
  ["sso:GetPermissionsBoundaryForPermissionSet", 1],
  ["sso:ListAccountsForProvisionedPermissionSet", center?.permissionSets.length],
  ["sso:ListAccountAssignments", center?.permissionSets.flatMap(({ assignments }) => assignments).length],
  ["identitystore:ListUsers", center?.users.length],
  ["identitystore:ListGroups", center?.groups.length],
  // Of the one group that anything is assigned to.
  ["identitystore:ListGroupMemberships", 2],
  ["lambda:ListFunctions", here?.Functions?.length],
  ["ecs:ListClusters", 1],
  ["ecs:ListTasks", 2],
  ["ecs:DescribeTasks", here?.Tasks?.length],
  ["ecs:DescribeTaskDefinition", here?.TaskDefinitions?.length],
  ["cloudformation:DescribeStacks", here?.Stacks?.length],
  ["codebuild:ListProjects", 2],
  ["codebuild:BatchGetProjects", here?.Projects?.length],
];

describe("collectAws", async () => {
  const { snapshot, requests } = await withLab(smallEstate, {}, async (lab) => ({
    snapshot: await collectFrom(lab, management, { regions: ["us-east-1"] }),
    requests: [...lab.requests],
  }));

  it.each(expectedItems)("reads every page of %s", (operation, items) => {
    expect(recordsOf(snapshot, operation)).toHaveLength(items ?? -1);
    expect(rowOf(snapshot, operation)).toMatchObject({ status: "complete", items, error: null });
  });

  it("leaves exactly one coverage row per operation and target", () => {
    const asked = awsOperations.flatMap(({ id, ask }) => (ask.how === "within" || id === "sts:AssumeRole" ? [] : [id]));
    expect(snapshot.coverage.map(({ operation }) => operation).toSorted()).toEqual(asked.toSorted());
  });

  it("keeps the vendor's members as they are, dates as ISO 8601", () => {
    const reservation = recordsOf(snapshot, "ec2:DescribeInstances").find(
      ({ data }) => data["ReservationId"] === "r-1",
    );
    expect(reservation).toEqual({
      cloud: "aws",
      account: management,
      region: "us-east-1",
      operation: "ec2:DescribeInstances",
      data: {
        ReservationId: "r-1",
        OwnerId: management,
        Instances: [{ InstanceId: "i-1", LaunchTime: "2025-01-02T03:04:05.000Z" }],
      },
    });
    expect(recordsOf(snapshot, "ec2:DescribeSecurityGroups").map(({ data }) => data)).toEqual(here?.SecurityGroups);
    expect(JSON.stringify(snapshot.records)).not.toContain("$metadata");
  });

  it("keeps what a request said where the answer does not repeat it", () => {
    expect(
      recordsOf(snapshot, "ec2:GetManagedPrefixListEntries").map(({ request, data }) => [request, data["Cidr"]]),
    ).toEqual(
      expect.arrayContaining([
        [{ PrefixListId: "pl-1" }, "192.0.1.1/32"],
        [{ PrefixListId: "pl-3" }, "192.0.3.3/32"],
      ]),
    );
    expect(recordsOf(snapshot, "guardduty:GetIPSet").map(({ request }) => request)).toEqual(
      expect.arrayContaining([{ DetectorId: "detector1", IpSetId: "ipset3" }]),
    );
    expect(recordsOf(snapshot, "guardduty:ListFilters")[0]).toMatchObject({ request: { DetectorId: "detector1" } });
    expect(recordsOf(snapshot, "network-firewall:DescribeFirewall")[0]).not.toHaveProperty("request");
  });

  it("leaves an empty document where GuardDuty names no administrator", () => {
    expect(recordsOf(snapshot, "guardduty:GetAdministratorAccount")[0]).toMatchObject({
      request: { DetectorId: "detector1" },
      data: {},
    });
  });

  it("reads the files behind lists: of a stranger, of another Region, an empty one", () => {
    const files = recordsOf(snapshot, "s3:GetObject").map(({ request, data }) => [
      request?.["Location"],
      data["Body"],
      data["Truncated"],
    ]);
    expect(files).toEqual(
      expect.arrayContaining([
        ["https://strangers-bucket.s3.amazonaws.com/list.txt", "0.0.0.0/0\n", false],
        ["s3://other-region-bucket/list.txt", "example.com\n", false],
        ["https://s3.amazonaws.com/own-bucket/empty.txt", "", false],
      ]),
    );
  });

  it("asks for interfaces and instances that services manage", () => {
    for (const operation of ["ec2:DescribeNetworkInterfaces", "ec2:DescribeInstances"]) {
      expect(requests.find((request) => request.operation === operation)?.input).toMatchObject({
        IncludeManagedResources: true,
      });
    }
  });

  it("tells what happens as it happens", () => {
    const { events } = snapshot;
    expect(events).toContainEqual({ kind: "targets", cloud: "aws", found: 1 });
    const started = events.filter(({ kind }) => kind === "operation-started");
    expect(events.filter(({ kind }) => kind === "operation-ended")).toHaveLength(started.length);
    expect(events).toContainEqual({
      kind: "target-ended",
      target: { cloud: "aws", account: management, region: "us-east-1" },
    });
  });
});

describe("what goes wrong", () => {
  const only = { regions: ["us-east-1"] };

  it("cuts a file at the limit and says so", async () => {
    const bucket = smallEstate.buckets?.["own-bucket"];
    const long = "192.0.2.1\n".repeat(600_000);
    const estate = {
      ...smallEstate,
      buckets: {
        ...smallEstate.buckets,
        "own-bucket": {
          owner: management,
          region: "us-east-1",
          ...bucket,
          objects: { ...bucket?.objects, "list-1.txt": { body: long } },
        },
      },
    };
    const snapshot = await withLab(estate, {}, (lab) => collectFrom(lab, management, only));
    const file = recordsOf(snapshot, "s3:GetObject").find(({ request }) => request?.["Key"] === "list-1.txt");
    expect(file?.data["Body"]).toHaveLength(5 * 1024 * 1024);
    expect(file?.data["Truncated"]).toBe(true);
  });

  it("says which permission is missing, and skips what rests on it", async () => {
    const faults = [{ operation: "ec2:DescribeManagedPrefixLists", kind: "access-denied" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, management, only));
    expect(rowOf(snapshot, "ec2:DescribeManagedPrefixLists")).toMatchObject({
      status: "denied",
      error: expect.stringContaining("ec2:DescribeManagedPrefixLists"),
    });
    expect(rowOf(snapshot, "ec2:GetManagedPrefixListEntries")).toMatchObject({
      status: "skipped",
      items: 0,
      error: "ec2:DescribeManagedPrefixLists was not read whole (denied)",
    });
    expect(rowOf(snapshot, "ec2:DescribeVpcs")?.status).toBe("complete");
  });

  it("names the requests that failed when others of the same operation did not", async () => {
    const faults = [{ operation: "guardduty:GetIPSet", kind: "access-denied", times: 1 }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, management, only));
    const row = rowOf(snapshot, "guardduty:GetIPSet");
    expect(row).toMatchObject({ status: "denied", items: 2, error: expect.stringContaining("1 of 3 requests") });
    expect(row?.gaps).toEqual([
      {
        request: { DetectorId: "detector1", IpSetId: expect.stringMatching(/^ipset/) },
        status: "denied",
        error: expect.stringContaining("guardduty:GetIPSet"),
      },
    ]);
    expect(rowOf(snapshot, "s3:GetObject")).toMatchObject({
      status: "skipped",
      error: expect.stringContaining("guardduty:GetIPSet was not read whole"),
    });
  });

  it("misses nothing when a parent is deleted between the listing and the question", async () => {
    const gone = (): never => {
      throw new AwsError("LoadBalancerNotFound", 400, "The load balancer does not exist");
    };
    const answers = new Map([["elasticloadbalancingv2:DescribeListeners", gone]]);
    const snapshot = await withLab(smallEstate, { answers }, (lab) => collectFrom(lab, management, only));
    expect(rowOf(snapshot, "elasticloadbalancingv2:DescribeListeners")).toMatchObject({ status: "complete", items: 0 });
  });

  it("counts the missing organization configuration of a member as known", async () => {
    const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab, member, { regions: ["eu-west-1"] }));
    expect(rowOf(snapshot, "guardduty:DescribeOrganizationConfiguration")?.status).toBe("disabled");
    expect(rowOf(snapshot, "guardduty:GetDetector")).toMatchObject({ status: "complete", items: 1 });
  });

  it("says when a list's location is no address of an S3 object", async () => {
    const sets = [
      { IpSetId: "odd", Name: "odd", Format: "TXT", Status: "ACTIVE", Location: "https://evil.example/list" },
    ] as const;
    const estate = {
      ...smallEstate,
      accounts: [
        {
          id: member,
          name: "member",
          regions: {
            "us-east-1": {
              Detectors: [{ DetectorId: "d", ServiceRole: "r", Status: "ENABLED" as const, IpSets: sets }],
            },
          },
        },
      ],
    };
    const snapshot = await withLab(estate, {}, (lab) => collectFrom(lab, member, only));
    expect(rowOf(snapshot, "s3:GetObject")).toMatchObject({
      status: "skipped",
      error: expect.stringContaining("no address"),
    });
  });

  it("ends when it is called off, everything unasked being skipped", async () => {
    const abort = new AbortController();
    const faults = [{ operation: "ec2:DescribeVpcs", kind: "timeout" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => {
      setTimeout(() => abort.abort(), 400);
      return collectFrom(lab, management, { ...only, callTimeoutMs: 60_000 }, abort.signal);
    });
    expect(rowOf(snapshot, "ec2:DescribeVpcs")).toMatchObject({ status: "skipped", error: "interrupted" });
    expect(rowOf(snapshot, "ec2:DescribeStaleSecurityGroups")?.status).toBe("skipped");
    expect(new Set(snapshot.coverage.map(({ status }) => status))).not.toContain("unreachable");
  });

  it("asks nothing when it was called off before it began", async () => {
    const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab, management, only, AbortSignal.abort()));
    expect(snapshot.records).toEqual([]);
    expect(snapshot.coverage.map(({ status }) => status)).toEqual(["skipped"]);
  });
});

describe("the estate of the demo", async () => {
  const snapshot = await withLab(demoAwsEstate, { pageSize: 3 }, (lab) => {
    const { caller, ...options } = demoScan;
    return collectFrom(lab, caller, options);
  });
  const lists = awsOperations.flatMap(({ id, answer, ask, scope, service, trim }) =>
    answer.kind === "list" &&
    ask.how === "once" &&
    scope === "region" &&
    service !== "network-firewall" &&
    service !== "sso"
      ? [{ id, member: answer.member, trim }]
      : [],
  );
  const places = demoAwsEstate.accounts.flatMap(({ id, regions }) =>
    Object.entries(regions).map(([region, estate]) => ({ account: id, region, estate })),
  );

  it("is read without a gap", () => {
    expect(
      awsProvider.settleCoverage(snapshot).filter(({ status }) => status !== "complete" && status !== "disabled"),
    ).toEqual([]);
    expect(places.length).toBeGreaterThan(3);
  });

  it.each(places)("is read whole and verbatim: $account $region", ({ account, region, estate }) => {
    for (const { id, member: list, trim } of lists) {
      // Rules with ids are not in the estate: the lab derives them.
      if (id === "ec2:DescribeSecurityGroupRules") continue;
      const read = recordsOf(snapshot, id).filter((record) => record.account === account && record.region === region);
      expect([id, read.map(({ data }) => data)]).toEqual([id, itemsHeld(estate, list).map(trim)]);
    }
  });
});

/** What the estate holds under a list's name, as a record would say it. The entries of a prefix list are an answer of their own. */
function itemsHeld(estate: AwsRegionEstate, list: string): readonly VendorObject[] {
  const held: unknown = Reflect.get(estate, list);
  const items = Array.isArray(held) ? held.map((item: object) => toVendorObject(item)) : [];
  return list === "PrefixLists" ? items.map((item) => toVendorObject({ ...item, Entries: undefined })) : items;
}

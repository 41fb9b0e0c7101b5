import { describe, expect, it } from "vitest";
import type { ReportTarget } from "../../src/model/report.ts";
import type { Cloud, ResourceRef } from "../../src/model/resource.ts";
import { providers } from "../../src/cli/providers.ts";
import { combine } from "../../src/scan/analyse.ts";
import { findingTags } from "../../src/scan/tags.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../src/snapshot/record.ts";

const homes = {
  aws: { account: "111122223333", region: "eu-west-1" },
  azure: { account: "00000000-0000-0000-0000-000000000001", region: "global" },
  gcp: { account: "shop", region: "global" },
} as const;

function record(
  cloud: Cloud,
  operation: string,
  data: VendorObject,
  request?: Readonly<Record<string, string>>,
): SnapshotRecord {
  return { cloud, ...homes[cloud], operation, data, ...(request === undefined ? {} : { request }) };
}

const group = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers";
const records: readonly SnapshotRecord[] = [
  record("aws", "ec2:DescribeSecurityGroups", {
    GroupId: "sg-1",
    VpcId: "vpc-1",
    Tags: [
      { Key: "team", Value: "red" },
      { Key: "env", Value: "lab" },
      { Key: "empty", Value: "" },
      { Value: "stray" },
    ],
  }),
  record("aws", "ec2:DescribeVpcs", { VpcId: "vpc-1", Tags: [{ Key: "env", Value: "prod" }] }),
  record("aws", "ec2:DescribeNetworkInterfaces", {
    NetworkInterfaceId: "eni-1",
    VpcId: "vpc-1",
    Attachment: { InstanceId: "i-1" },
    TagSet: [{ Key: "env", Value: "interface" }],
  }),
  record("aws", "ec2:DescribeInstances", {
    Instances: [
      {
        InstanceId: "i-1",
        Tags: [
          { Key: "env", Value: "machine" },
          { Key: "app", Value: "web" },
        ],
      },
    ],
  }),
  record(
    "aws",
    "guardduty:GetIPSet",
    { Name: "partners", Tags: { env: "lab", odd: 7 } },
    { DetectorId: "d", IpSetId: "ip-1" },
  ),
  record("aws", "iam:GetAccountAuthorizationDetails", {
    RoleName: "admin",
    Arn: "arn:aws:iam::111122223333:role/admin",
    Tags: [{ Key: "env", Value: "prod" }],
  }),
  record("aws", "network-firewall:DescribeFirewall", {
    Firewall: { FirewallArn: "arn:aws:network-firewall:x", Tags: [{ Key: "env", Value: "edge" }] },
  }),
  record("azure", "Microsoft.Network/networkSecurityGroups/read", {
    id: `${group}/Microsoft.Network/networkSecurityGroups/Web`,
    name: "Web",
    tags: { env: "lab" },
    properties: {},
  }),
  record("azure", "Microsoft.Network/networkInterfaces/read", {
    id: `${group}/Microsoft.Network/networkInterfaces/nic`,
    name: "nic",
    properties: { virtualMachine: { id: `${group}/Microsoft.Compute/virtualMachines/vm` }, ipConfigurations: [] },
  }),
  record("azure", "Microsoft.Compute/virtualMachines/read", {
    id: `${group}/Microsoft.Compute/virtualMachines/vm`,
    name: "vm",
    tags: { app: "web" },
    properties: {},
  }),
  record("gcp", "compute.instances.aggregatedList", {
    name: "vm",
    selfLink: "https://www.googleapis.com/compute/v1/projects/shop/zones/z/instances/vm",
    labels: { app: "web" },
    tags: { items: ["open-ssh"] },
    networkInterfaces: [
      {
        name: "nic0",
        network: "https://www.googleapis.com/compute/v1/projects/shop/global/networks/n",
        networkIP: "10.0.0.2",
      },
    ],
  }),
];
function targetOf(cloud: Cloud): ReportTarget {
  return { cloud, ...homes[cloud], name: null, status: "scanned", note: null };
}

const snapshot: Snapshot = {
  source: "snapshot",
  startedAt: "2026-11-21T00:00:00.000Z",
  finishedAt: "2026-11-21T00:00:00.000Z",
  targets: [targetOf("aws"), targetOf("azure"), targetOf("gcp")],
  records,
  coverage: [],
  notes: [],
};
const understood = new Map(providers.map((provider) => [provider.cloud, provider.understand(snapshot)]));
const tagsOf = findingTags(
  (resource) => understood.get(resource.cloud)?.tagsOf(resource) ?? {},
  combine(snapshot, providers).network,
);

function resource(cloud: Cloud, type: string, id: string, region: string = homes[cloud].region): ResourceRef {
  return { cloud, account: homes[cloud].account, region, type, id, name: null, arn: null };
}

describe("the tags of a finding", () => {
  it.each<[string, ResourceRef, Readonly<Record<string, string>>]>([
    ["a security group's", resource("aws", "aws:ec2:security-group", "sg-1"), { empty: "", env: "lab", team: "red" }],
    ["a network's, not those of what lies in it", resource("aws", "aws:ec2:vpc", "vpc-1"), { env: "prod" }],
    [
      "an interface's, with its machine's",
      resource("aws", "aws:ec2:network-interface", "eni-1"),
      { app: "web", env: "interface" },
    ],
    ["a GuardDuty list's", resource("aws", "aws:guardduty:ip-set", "ip-1"), { env: "lab" }],
    [
      "a role's, at whatever Region",
      resource("aws", "aws:iam:role", "arn:aws:iam::111122223333:role/admin", "global"),
      { env: "prod" },
    ],
    [
      "a network firewall's",
      resource("aws", "aws:network-firewall:firewall", "arn:aws:network-firewall:x"),
      { env: "edge" },
    ],
    ["a resource of another Region", resource("aws", "aws:ec2:security-group", "sg-1", "us-east-1"), {}],
    ["a whole account's", resource("aws", "aws:account-region", "111122223333/eu-west-1"), {}],
    [
      "an Azure resource's, in any case of its id",
      resource("azure", "azure:network:network-security-group", `${group}/microsoft.network/networksecuritygroups/web`),
      { env: "lab" },
    ],
    [
      "an Azure machine's on its interface",
      resource("azure", "azure:network:network-interface", `${group}/Microsoft.Network/networkInterfaces/nic`),
      { app: "web" },
    ],
    [
      "Google labels, not network tags, of an interface's instance",
      resource("gcp", "gcp:compute:network-interface", "projects/shop/zones/z/instances/vm/networkInterfaces/nic0"),
      { app: "web" },
    ],
  ])("%s", (_, ref, tags) => {
    const known = tagsOf(ref);
    expect(known).toEqual(tags);
    expect(Object.keys(known)).toEqual(Object.keys(known).toSorted());
  });
});

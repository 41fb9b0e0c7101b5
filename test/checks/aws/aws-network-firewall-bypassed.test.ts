import { expect } from "vitest";
import { check } from "../../../checks/aws/aws-network-firewall-bypassed.ts";
import type { Json } from "../../../src/model/finding.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";
import { account, awsEstate, region, type SmallEstateOptions } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import { route } from "../../support/one-instance.ts";
import { networkInterface } from "../../support/security-groups.ts";

const subnet = (id: string, cidr: string, ipv6?: string): VendorObject => ({
  SubnetId: id,
  VpcId: "vpc-1",
  OwnerId: account,
  AvailabilityZone: "eu-west-1a",
  CidrBlock: cidr,
  Ipv6CidrBlockAssociationSet:
    ipv6 === undefined ? [] : [{ Ipv6CidrBlock: ipv6, Ipv6CidrBlockState: { State: "associated" } }],
});
const table = (id: string, association: VendorObject, ...routes: readonly VendorObject[]): VendorObject => ({
  RouteTableId: id,
  VpcId: "vpc-1",
  OwnerId: account,
  Associations: [{ RouteTableId: id, ...association }],
  Routes: [route("10.0.0.0/16", "local"), ...routes],
});
const through = route("0.0.0.0/0", "vpce-1");
const past = route("0.0.0.0/0", "igw-1");
const edge = table("rtb-edge", { GatewayId: "igw-1" }, route("10.0.1.0/24", "vpce-1"));

/** A VPC with a firewall in `subnet-fw` and one subnet to protect, with the routes given. */
function estate(
  routes: readonly VendorObject[],
  {
    tables = [],
    subnets = [],
    vpc = "vpc-1",
    ipv6,
    more = [],
  }: {
    readonly tables?: readonly VendorObject[];
    readonly subnets?: readonly VendorObject[];
    readonly vpc?: string | null;
    readonly ipv6?: string;
    readonly more?: readonly Json[];
  } = {},
  options: SmallEstateOptions = {},
) {
  const state = { Attachment: { SubnetId: "subnet-fw", EndpointId: "vpce-1", Status: "READY" } };
  return awsEstate(
    [
      {
        Firewall: {
          FirewallName: "edge",
          FirewallArn: `arn:aws:network-firewall:${region}:${account}:firewall/edge`,
          FirewallPolicyArn: `arn:aws:network-firewall:${region}:${account}:firewall-policy/edge`,
          ...(vpc === null ? {} : { VpcId: vpc }),
          SubnetMappings: [{ SubnetId: "subnet-fw" }],
        },
        FirewallStatus: { Status: "READY", SyncStates: { "eu-west-1a": state } },
      },
      { Vpcs: [{ VpcId: "vpc-1", OwnerId: account, CidrBlock: "10.0.0.0/16" }] },
      { Subnets: [subnet("subnet-1", "10.0.1.0/24", ipv6), subnet("subnet-fw", "10.0.250.0/28"), ...subnets] },
      {
        RouteTables: [
          table("rtb-1", { SubnetId: "subnet-1" }, ...routes),
          table("rtb-fw", { SubnetId: "subnet-fw" }, past, route("::/0", "igw-1")),
          ...tables,
        ],
      },
      ...more,
    ],
    options,
  );
}

const nat = {
  subnets: [subnet("subnet-nat", "10.0.2.0/24")],
  more: [
    { NatGateways: [{ NatGatewayId: "nat-1", SubnetId: "subnet-nat", VpcId: "vpc-1", State: "available" }] },
    {
      NetworkInterfaces: [
        networkInterface("eni-nat", [], { InterfaceType: "nat_gateway", SubnetId: "subnet-nat" }),
        networkInterface("eni-1", ["sg-1"], { SubnetId: "subnet-1" }),
      ],
    },
  ],
};
const toNat = route("0.0.0.0/0", "nat-1");

checkCases(check, {
  pass: [
    { name: "trap 12: both directions lead through it", estate: estate([through], { tables: [edge] }) },
    { name: "nothing leads to the internet", estate: estate([]) },
    {
      name: "behind the NAT gateway's subnet, which leads through it",
      estate: estate([toNat], { ...nat, tables: [table("rtb-nat", { SubnetId: "subnet-nat" }, through), edge] }),
    },
    {
      name: "before a NAT gateway",
      estate: estate([through], {
        ...nat,
        tables: [table("rtb-nat", { SubnetId: "subnet-nat" }, past), edge],
      }),
    },
    {
      name: "a subnet with a route to the gateway for private space only",
      estate: estate([through], {
        subnets: [subnet("subnet-2", "10.0.3.0/24")],
        tables: [edge, table("rtb-2", { SubnetId: "subnet-2" }, route("192.168.0.0/16", "igw-1"))],
      }),
    },
  ],
  fail: [
    {
      name: "nothing leads through it",
      estate: estate([past]),
      resources: ["edge"],
      message:
        "Network Firewall edge is bypassed by 1 of the 1 subnets it could inspect in vpc-1: subnet subnet-1 (to the internet by igw-1 and from it by igw-1).",
      also: ([finding]) =>
        expect(finding?.remediation.cli).toEqual([
          "aws ec2 replace-route --route-table-id rtb-1 --destination-cidr-block 0.0.0.0/0 --vpc-endpoint-id vpce-1 --region eu-west-1",
          "aws ec2 associate-route-table --route-table-id EDGE-TABLE --gateway-id igw-1 --region eu-west-1",
          "aws ec2 create-route --route-table-id EDGE-TABLE --destination-cidr-block 10.0.1.0/24 --vpc-endpoint-id vpce-1 --region eu-west-1",
        ]),
    },
    {
      name: "trap 12: what comes in goes round it",
      estate: estate([through]),
      message: "subnet subnet-1 (from the internet by igw-1).",
    },
    {
      name: "trap 12: what leaves goes round it",
      estate: estate([past], { tables: [edge] }),
      message: "subnet subnet-1 (to the internet by igw-1).",
    },
    {
      name: "trap 8: half of the internet by a more specific route",
      estate: estate([through, route("128.0.0.0/1", "igw-1")], { tables: [edge] }),
      message: "to the internet by igw-1",
      also: ([finding]) => expect(finding?.remediation.cli[0]).toContain("--destination-cidr-block 128.0.0.0/1"),
    },
    {
      name: "IPv6 alone goes round it, both ways",
      estate: estate([through, route("::/0", "igw-1")], { tables: [edge], ipv6: "2600:1f18::/64" }),
      also: ([finding]) =>
        expect(finding?.evidence["subnets"]).toMatchObject({
          first: [{ inbound: { to: { first: ["2600:1f18::/64"] } } }],
        }),
    },
    {
      name: "an egress-only gateway",
      estate: estate([through, route("::/0", "eigw-1")], { tables: [edge] }),
      message: "to the internet by eigw-1",
    },
    {
      name: "a NAT gateway that leads straight out",
      estate: estate([toNat], { ...nat, tables: [table("rtb-nat", { SubnetId: "subnet-nat" }, past)] }),
      message: "to the internet by nat-1",
    },
  ],
  silent: [{ name: "no firewall", estate: awsEstate([{ Vpcs: [{ VpcId: "vpc-1", OwnerId: account }] }]) }],
  unknown: [
    {
      name: "it is attached to a transit gateway",
      estate: estate([past], { vpc: null }),
      resources: ["edge"],
      message: "transit gateway",
    },
    {
      name: "a route to a prefix list that was denied",
      estate: estate(
        [through, route("pl-1", "igw-1")],
        { tables: [edge] },
        { unread: { "ec2:GetManagedPrefixListEntries": "denied" } },
      ),
      resources: ["edge"],
      message: "pl-1",
    },
    {
      name: "route tables were denied",
      estate: estate([past], {}, { unread: { "ec2:DescribeRouteTables": "denied" } }),
      resources: [`${account}/${region}`],
    },
  ],
});

import type { Coverage } from "../../src/model/coverage.ts";
import type { Target } from "../../src/model/resource.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../src/snapshot/record.ts";
import { seededRandom } from "../network/random.ts";
import { addBalancer } from "./load-balancers.ts";
import { groupId, hex, instanceId, interfaceId, region, tags, zones } from "./names.ts";
import type { Add, Random } from "./names.ts";

const openedPorts = [22, 80, 443, 3306, 3389, 5432, 6379, 8080, 8443, 9200];

/**
 * The records of an estate on AWS as the API gives them, made up: a tenth of a million interfaces lie in ten accounts and a hundred VPCs
 * with a group for every five interfaces. VPCs have public, application and data subnets over three zones, a third of them IPv6; network
 * ACLs are default ones but for the data subnets'; groups are stamped from templates and have from one to a dozen rules with blocks,
 * references and prefix lists; a few groups are worn by many. A load balancer stands before each hundred instances. Always the same for
 * the same size and seed.
 */
export function benchAwsSnapshot(interfaces: number, seed: number): Snapshot {
  const random = seededRandom(seed);
  const vpcs = Math.max(1, Math.round(interfaces / 1000));
  const accounts = Math.max(1, Math.round(vpcs / 10));
  const records: SnapshotRecord[] = [];
  const accountOf = (vpc: number): string => String(100_000_000_000 + (vpc % accounts));
  const each = Math.ceil(interfaces / vpcs);
  for (let account = 0; account < accounts; account += 1) {
    const add = adder(records, accountOf(account));
    add("ec2:DescribeManagedPrefixLists", {
      PrefixListId: `pl-${hex(account)}`,
      PrefixListName: "offices",
      OwnerId: accountOf(account),
    });
    for (let entry = 0; entry < 20; entry += 1) {
      const data = { Cidr: `198.${18 + (entry % 2)}.${entry}.0/24` };
      add("ec2:GetManagedPrefixListEntries", data, { PrefixListId: `pl-${hex(account)}` });
    }
    add("ec2:DescribeVpcBlockPublicAccessOptions", {
      VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: "off" },
    });
  }
  for (let vpc = 0; vpc < vpcs; vpc += 1) {
    addVpc(adder(records, accountOf(vpc)), random, {
      account: accountOf(vpc),
      number: vpc,
      interfaces: Math.min(each, interfaces - vpc * each),
    });
  }
  const targets = Array.from({ length: accounts }, (_, account) => ({
    cloud: "aws" as const,
    account: accountOf(account),
    region,
  }));
  return {
    source: "live",
    startedAt: "2026-01-01T00:00:00Z",
    finishedAt: "2026-01-01T00:10:00Z",
    targets: targets.map((target) => ({ ...target, name: null, status: "scanned", note: null })),
    records,
    coverage: targets.map(complete),
    notes: [],
  };
}

function complete({ cloud, account, region: place }: Target): Coverage {
  return { cloud, account, region: place, operation: "*", status: "complete", items: 0, error: null };
}

function adder(records: SnapshotRecord[], account: string): Add {
  return (operation, data, request) => {
    records.push({ cloud: "aws", account, region, operation, data, ...(request === undefined ? {} : { request }) });
  };
}

interface VpcPlan {
  readonly account: string;
  readonly number: number;
  readonly interfaces: number;
}

function addVpc(add: Add, random: Random, { account, number, interfaces }: VpcPlan): void {
  const id = `vpc-${hex(number)}`;
  const isV6 = number % 3 === 0;
  const block = `10.${number % 256}.0.0/16`;
  add("ec2:DescribeVpcs", {
    VpcId: id,
    OwnerId: account,
    CidrBlock: block,
    State: "available",
    IsDefault: false,
    Tags: tags(`vpc ${number}`),
  });
  add("ec2:DescribeInternetGateways", {
    InternetGatewayId: `igw-${hex(number)}`,
    OwnerId: account,
    Attachments: [{ VpcId: id, State: "available" }],
  });
  // Nine /20 subnets: public, application, data in each zone.
  const subnets = Array.from({ length: 9 }, (_, index) => `subnet-${hex(number * 16 + index)}`);
  for (const [index, subnet] of subnets.entries()) {
    add("ec2:DescribeSubnets", {
      SubnetId: subnet,
      VpcId: id,
      OwnerId: account,
      CidrBlock: `10.${number % 256}.${index * 16}.0/20`,
      AvailabilityZone: zones[index % 3] ?? "",
      AvailabilityZoneId: `euw1-az${(index % 3) + 1}`,
      Ipv6CidrBlockAssociationSet: isV6
        ? [{ Ipv6CidrBlock: v6Block(number, index), Ipv6CidrBlockState: { State: "associated" } }]
        : [],
      Tags: tags(`subnet ${index}`),
    });
  }
  const table = (name: string, users: readonly string[], out: readonly VendorObject[]): void => {
    add("ec2:DescribeRouteTables", {
      RouteTableId: `rtb-${hex(number)}${name}`,
      VpcId: id,
      OwnerId: account,
      Routes: [
        { DestinationCidrBlock: block, GatewayId: "local", State: "active", Origin: "CreateRouteTable" },
        ...out,
      ],
      Associations: users.map((user) =>
        user === "main" ? { Main: true } : { SubnetId: user, AssociationState: { State: "associated" } },
      ),
    });
  };
  const away = (to: VendorObject): VendorObject => ({
    DestinationCidrBlock: "0.0.0.0/0",
    State: "active",
    Origin: "CreateRoute",
    ...to,
  });
  const gateway = { GatewayId: `igw-${hex(number)}` };
  const away6 = { DestinationIpv6CidrBlock: "::/0", State: "active", Origin: "CreateRoute", ...gateway };
  table("a", ["main"], []);
  table("b", subnets.slice(0, 3), isV6 ? [away(gateway), away6] : [away(gateway)]);
  table("c", subnets.slice(3, 6), [away({ NatGatewayId: `nat-${hex(number)}` })]);
  addAcls(add, account, id, number, subnets.slice(6));
  const groups = Math.max(1, Math.round(interfaces / 5));
  for (let group = 0; group < groups; group += 1) addGroup(add, random, { account, vpc: id, number, group, groups });
  const balancers = Math.floor(interfaces / 100);
  addInterfaces(add, random, { account, number, interfaces, vpc: id, isV6, subnets, groups, balancers });
  for (let balancer = 0; balancer < balancers; balancer += 1) {
    addBalancer(add, random, { account, vpc: id, number, balancer, subnets, groups });
  }
}

function addAcls(add: Add, account: string, vpc: string, number: number, dataSubnets: readonly string[]): void {
  const entry = (RuleNumber: number, Egress: boolean, more: VendorObject): VendorObject => ({
    RuleNumber,
    Egress,
    RuleAction: "allow",
    Protocol: "-1",
    ...more,
  });
  const everything = [true, false].flatMap((egress) => [
    entry(100, egress, { CidrBlock: "0.0.0.0/0" }),
    entry(101, egress, { Ipv6CidrBlock: "::/0" }),
  ]);
  const acl = (name: string, subnets: readonly string[], entries: readonly VendorObject[]): void => {
    add("ec2:DescribeNetworkAcls", {
      NetworkAclId: `acl-${hex(number)}${name}`,
      VpcId: vpc,
      OwnerId: account,
      IsDefault: subnets.length === 0,
      Associations: subnets.map((SubnetId) => ({ SubnetId })),
      Entries: entries,
    });
  };
  acl("a", [], everything);
  const denied = Array.from({ length: 15 }, (_, index) =>
    entry(10 + index, false, { RuleAction: "deny", CidrBlock: `203.0.${(number + index * 7) % 256}.0/24` }),
  );
  acl("b", dataSubnets, [...denied, ...everything]);
}

interface GroupPlan {
  readonly account: string;
  readonly vpc: string;
  readonly number: number;
  readonly group: number;
  readonly groups: number;
}

function addGroup(add: Add, random: Random, { account, vpc, number, group, groups }: GroupPlan): void {
  // Two in three are stamped from one of forty templates.
  const own = group % 3 === 0 ? random : seededRandom(group % 40);
  const permissions = Array.from({ length: 1 + own(own(3) === 0 ? 12 : 4) }, (): VendorObject => {
    const port = openedPorts[own(openedPorts.length)] ?? 443;
    const kind = own(100);
    const range = (CidrIp: string): VendorObject => ({ CidrIp, Description: "from the handbook" });
    return {
      IpProtocol: kind === 99 ? "-1" : own(10) === 0 ? "udp" : "tcp",
      ...(kind === 99 ? {} : { FromPort: port, ToPort: own(8) === 0 ? port + own(1000) : port }),
      IpRanges:
        kind < 8
          ? [range("0.0.0.0/0")]
          : kind < 60
            ? Array.from({ length: 1 + own(3) }, () =>
                range(`${own(2) === 0 ? "10" : "198"}.${own(64)}.${own(256)}.0/24`),
              )
            : [],
      Ipv6Ranges: kind < 5 ? [{ CidrIpv6: "::/0" }] : [],
      PrefixListIds: kind >= 60 && kind < 65 ? [{ PrefixListId: `pl-${hex(Number(account) - 100_000_000_000)}` }] : [],
      UserIdGroupPairs: kind >= 65 ? [{ GroupId: groupId(number, own(groups)), UserId: account, VpcId: vpc }] : [],
    };
  });
  add("ec2:DescribeSecurityGroups", {
    GroupId: groupId(number, group),
    GroupName: `group-${group}`,
    Description: "made up",
    OwnerId: account,
    VpcId: vpc,
    IpPermissions: permissions,
    IpPermissionsEgress: [
      {
        IpProtocol: "-1",
        IpRanges: [{ CidrIp: "0.0.0.0/0" }],
        Ipv6Ranges: [],
        PrefixListIds: [],
        UserIdGroupPairs: [],
      },
    ],
    Tags: tags(`group ${group}`),
  });
}

interface InterfacePlan {
  readonly account: string;
  readonly number: number;
  readonly interfaces: number;
  readonly vpc: string;
  readonly isV6: boolean;
  readonly subnets: readonly string[];
  readonly groups: number;
  readonly balancers: number;
}

function addInterfaces(add: Add, random: Random, plan: InterfacePlan): void {
  const { account, number, interfaces, vpc, isV6, subnets, groups, balancers } = plan;
  // Each load balancer has a node in every public subnet; they count as interfaces.
  const instances = interfaces - balancers * 3;
  let fleet = { until: 0, isPublic: false, tier: 1, worn: [0] };
  for (let index = 0; index < instances; index += 1) {
    // Instances come in fleets of one to twenty that wear the same groups; few groups are worn by many (a square of chance).
    if (index >= fleet.until) {
      fleet = {
        until: index + 1 + random(20),
        isPublic: random(10) < 2,
        tier: 1 + random(2),
        worn: [
          ...new Set(
            Array.from({ length: 1 + random(3) }, () => Math.floor((random(1000) * random(1000) * groups) / 1e6)),
          ),
        ],
      };
    }
    const place = (fleet.isPublic ? 0 : fleet.tier * 3) + (index % 3);
    const id = interfaceId(number, index);
    const address = addressOf(number, place, index);
    const isPublic = place < 3 && random(3) > 0;
    const association = isPublic
      ? { Association: { PublicIp: `203.${number % 100}.${index >> 8}.${index & 255}` } }
      : {};
    const named = fleet.worn.map((group) => ({ GroupId: groupId(number, group), GroupName: `group-${group}` }));
    const own: VendorObject = {
      NetworkInterfaceId: id,
      OwnerId: account,
      VpcId: vpc,
      SubnetId: subnets[place] ?? "",
      AvailabilityZone: zones[place % 3] ?? "",
      Status: "in-use",
      InterfaceType: "interface",
      Description: "",
      RequesterManaged: false,
      Groups: named,
      PrivateIpAddress: address,
      PrivateIpAddresses: [{ PrivateIpAddress: address, Primary: true, ...association }],
      Ipv6Addresses:
        isV6 && place < 3 ? [{ Ipv6Address: `2001:db8:${number.toString(16)}:${place}::${index.toString(16)}` }] : [],
      ...association,
    };
    add("ec2:DescribeNetworkInterfaces", {
      ...own,
      Attachment: { InstanceId: instanceId(number, index), DeviceIndex: 0, Status: "attached" },
    });
    add("ec2:DescribeInstances", {
      ReservationId: `r-${hex(number)}${hex(index)}`,
      OwnerId: account,
      Instances: [
        {
          InstanceId: instanceId(number, index),
          InstanceType: "m7g.large",
          State: { Name: "running" },
          VpcId: vpc,
          SubnetId: subnets[place] ?? "",
          PrivateIpAddress: address,
          SecurityGroups: named,
          NetworkInterfaces: [own],
          Tags: tags(`server ${index}`),
        },
      ],
    });
  }
}

/** Addresses of a /20 from its fifth on; the fifteenth part is the load balancers'. */
function addressOf(vpc: number, place: number, index: number): string {
  const host = 4 + index;
  return `10.${vpc % 256}.${place * 16 + ((host >> 8) % 15)}.${host & 255}`;
}

function v6Block(vpc: number, subnet: number): string {
  return `2001:db8:${vpc.toString(16)}:${subnet.toString(16)}::/64`;
}

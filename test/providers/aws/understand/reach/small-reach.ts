import { parseAddress } from "../../../../../src/network/addresses.ts";
import type { Between, Endpoint, Layer, Way } from "../../../../../src/network/endpoint.ts";
import { icmp, icmpv6, tcp, udp } from "../../../../../src/network/l4.ts";
import { interpret } from "../../../../../src/network/naive.ts";
import type { Packet } from "../../../../../src/network/packet.ts";
import { understandGroupMembers } from "../../../../../src/providers/aws/understand/group-members.ts";
import { understandNetworkAcls } from "../../../../../src/providers/aws/understand/network-acls.ts";
import { understandPrefixLists } from "../../../../../src/providers/aws/understand/prefix-lists.ts";
import { understandReach, type Reach } from "../../../../../src/providers/aws/understand/reach/reach.ts";
import { ruleNames, ruleReader } from "../../../../../src/providers/aws/understand/security-group-rules.ts";
import { understandSecurityGroups } from "../../../../../src/providers/aws/understand/security-groups.ts";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import { indexRecords } from "../../../../../src/snapshot/records.ts";
import { allow, networkInterface, securityGroup } from "../../../../support/security-groups.ts";
import { smallSnapshot, type Answer } from "../small-snapshot.ts";

/** Items by the operation that gives them; `ec2:` may be left out. */
export type Items = Readonly<Record<string, readonly VendorObject[]>>;

export function ec2(items: Items): readonly Answer[] {
  return Object.entries(items).map(([operation, each]) => ({
    operation: operation.includes(":") ? operation : `ec2:${operation}`,
    items: each,
  }));
}

export function reachOf(answers: readonly Answer[], options?: Parameters<typeof smallSnapshot>[1]): Reach {
  const snapshot = smallSnapshot(answers, options);
  const index = indexRecords(snapshot);
  const members = understandGroupMembers(index);
  const lists = understandPrefixLists(snapshot, index);
  const groups = understandSecurityGroups(index, members, ruleReader(index, members, lists), ruleNames(index));
  return understandReach(index, { groups, acls: understandNetworkAcls(index), lists });
}

export const vpc = (id = "vpc-1", cidr = "10.0.0.0/16", more: VendorObject = {}): VendorObject => ({
  VpcId: id,
  OwnerId: "111122223333",
  CidrBlock: cidr,
  ...more,
});

export const subnet = (id: string, cidr: string, more: VendorObject = {}): VendorObject => ({
  SubnetId: id,
  VpcId: "vpc-1",
  OwnerId: "111122223333",
  CidrBlock: cidr,
  AvailabilityZoneId: "euw1-az1",
  ...more,
});

const targets: readonly (readonly [prefix: string, member: string])[] = [
  ["igw-", "GatewayId"],
  ["vgw-", "GatewayId"],
  ["vpce-", "GatewayId"],
  ["local", "GatewayId"],
  ["eigw-", "EgressOnlyInternetGatewayId"],
  ["nat-", "NatGatewayId"],
  ["tgw-", "TransitGatewayId"],
  ["pcx-", "VpcPeeringConnectionId"],
  ["eni-", "NetworkInterfaceId"],
  ["i-", "InstanceId"],
  ["cagw-", "CarrierGatewayId"],
];

/** A route; `pl-...` as the destination is a prefix list. */
export function route(destination: string, target: string, more: VendorObject = {}): VendorObject {
  const to = targets.find(([prefix]) => target.startsWith(prefix))?.[1] ?? "CoreNetworkArn";
  const member = destination.startsWith("pl-")
    ? "DestinationPrefixListId"
    : destination.includes(":")
      ? "DestinationIpv6CidrBlock"
      : "DestinationCidrBlock";
  return { [member]: destination, [to]: target, State: "active", Origin: "CreateRoute", ...more };
}

/** A route table of some subnets; `main` among them makes it the main one, an `igw-...` makes it a gateway's. */
export function routeTable(
  id: string,
  users: readonly string[],
  routes: readonly VendorObject[],
  more: VendorObject = {},
): VendorObject {
  return {
    RouteTableId: id,
    VpcId: "vpc-1",
    OwnerId: "111122223333",
    Routes: routes,
    Associations: users.map((user) => ({
      ...(user === "main" ? { Main: true } : user.startsWith("igw-") ? { GatewayId: user } : { SubnetId: user }),
      AssociationState: { State: "associated" },
    })),
    ...more,
  };
}

export const internetGateway = (id = "igw-1", vpcId = "vpc-1", state = "available"): VendorObject => ({
  InternetGatewayId: id,
  OwnerId: "111122223333",
  Attachments: [{ VpcId: vpcId, State: state }],
});

export const entry = (number: number, action: string, cidr: string, more: VendorObject = {}): VendorObject => ({
  RuleNumber: number,
  RuleAction: action,
  Egress: false,
  Protocol: "-1",
  ...(cidr.includes(":") ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr }),
  ...more,
});
export const out: VendorObject = { Egress: true };
export const tcpPorts = (from: number, to: number): VendorObject => ({
  Protocol: "6",
  PortRange: { From: from, To: to },
});

export const openAcl: readonly VendorObject[] = [
  entry(100, "allow", "0.0.0.0/0"),
  entry(101, "allow", "::/0"),
  entry(100, "allow", "0.0.0.0/0", out),
  entry(101, "allow", "::/0", out),
];

/** An ACL of some subnets, the default one where there are none. */
export const acl = (
  id: string,
  subnets: readonly string[],
  entries: readonly VendorObject[],
  more: VendorObject = {},
): VendorObject => ({
  NetworkAclId: id,
  OwnerId: "111122223333",
  VpcId: "vpc-1",
  IsDefault: subnets.length === 0,
  Associations: subnets.map((SubnetId) => ({ SubnetId })),
  Entries: entries,
  ...more,
});

export const openGroup = securityGroup("sg-open", [allow("-1", null, "0.0.0.0/0", "::/0")], {
  IpPermissionsEgress: [allow("-1", null, "0.0.0.0/0", "::/0")],
});

/** An interface with one private IPv4 address; a public one where it is given. */
export function nic(
  id: string,
  privateAddress: string,
  publicAddress: string | null = null,
  more: VendorObject = {},
): VendorObject {
  const association = publicAddress === null ? {} : { Association: { PublicIp: publicAddress } };
  const own = { PrivateIpAddress: privateAddress, Primary: true, ...association };
  return networkInterface(id, ["sg-open"], {
    PrivateIpAddress: privateAddress,
    PrivateIpAddresses: [own],
    ...association,
    ...more,
  });
}

/** A VPC with a public subnet-1 (10.0.1.0/24) and one interface with everything open; parts can be replaced. */
export function open(replaced: Items = {}): Items {
  return {
    DescribeVpcs: [vpc()],
    DescribeSubnets: [subnet("subnet-1", "10.0.1.0/24"), subnet("subnet-2", "10.0.2.0/24")],
    DescribeInternetGateways: [internetGateway()],
    DescribeRouteTables: [
      routeTable(
        "rtb-main",
        ["main"],
        [route("10.0.0.0/16", "local"), route("0.0.0.0/0", "igw-1"), route("::/0", "igw-1")],
      ),
    ],
    DescribeNetworkAcls: [acl("acl-default", [], openAcl)],
    DescribeSecurityGroups: [openGroup],
    DescribeNetworkInterfaces: [nic("eni-1", "10.0.1.10", "198.51.100.7")],
    DescribeVpcBlockPublicAccessOptions: [{ VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: "off" } }],
    ...replaced,
  };
}

export type Answered = "yes" | "no" | "maybe";

const protocols: Readonly<Record<string, number>> = { tcp, udp, icmp, icmpv6, gre: 47 };

/** `tcp 22 from 203.0.113.9`, `icmp 8/0 from ...`. */
export function packetOf(text: string): Packet {
  const [protocol = "", at = "", , address = ""] = text.split(" ");
  const remote = parseAddress(address);
  const [port = "0", code] = at.split("/");
  if (remote === null || protocols[protocol] === undefined) throw new Error(`no packet: ${text}`);
  const point = code === undefined ? Number(port) : (Number(port) << 8) | Number(code);
  return { remote, l4: (protocols[protocol] << 16) | point, sourcePort: 40000 };
}

/** Whether a packet passes all of some layers. */
export function passesAll(layers: readonly Layer[], packet: Packet): Answered {
  let answer: Answered = "yes";
  for (const { filter } of layers) {
    const possible = interpret(filter, packet);
    if (!possible.has("allow")) return "no";
    if (possible.size > 1) answer = "maybe";
  }
  return answer;
}

function best(answers: readonly Answered[]): Answered {
  return answers.includes("yes") ? "yes" : answers.includes("maybe") ? "maybe" : "no";
}

export function endpointOf(reach: Reach, id = "eni-1"): Endpoint {
  const endpoint = reach.endpoints.find(({ resource }) => resource.id === id);
  if (endpoint === undefined) throw new Error(`no ${id}`);
  return endpoint;
}

/** Whether a packet from outside enters by some way. */
export function enters(endpoint: Endpoint, text: string, ways: (way: Way) => boolean = () => true): Answered {
  return best(endpoint.ways.filter(ways).map(({ packets }) => passesAll(packets, packetOf(text))));
}

/** Whether its sender can make a session. */
export function converses(endpoint: Endpoint, text: string): Answered {
  return best(endpoint.ways.map(({ packets, replies }) => passesAll([...packets, ...replies], packetOf(text))));
}

/** Whether a packet to a port (`tcp 22`) passes between two endpoints, and whether the reply does. */
export function crosses(
  reach: Reach,
  from: string,
  to: string,
  port: string,
): readonly [packet: Answered, session: Answered] {
  const [sender, receiver] = [endpointOf(reach, from), endpointOf(reach, to)];
  const between: Between = reach.between(sender, receiver);
  const addressOf = ({ resource }: Endpoint, value: bigint | undefined): string => {
    if (value === undefined) throw new Error(`${resource.id} has no IPv4 address`);
    return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
  };
  const toSender = packetOf(`${port} from ${addressOf(sender, sender.privateAddresses.v4[0]?.first)}`);
  const toReceiver = packetOf(`${port} from ${addressOf(receiver, receiver.privateAddresses.v4[0]?.first)}`);
  const all = (...answers: readonly Answered[]): Answered =>
    answers.includes("no") ? "no" : answers.includes("maybe") ? "maybe" : "yes";
  const packet = all(passesAll(between.leaving, toReceiver), passesAll(between.entering, toSender));
  const reply = all(passesAll(between.repliesLeaving, toSender), passesAll(between.repliesEntering, toReceiver));
  return [packet, all(packet, reply)];
}

import { createHash } from "node:crypto";
import type * as Ec2 from "@aws-sdk/client-ec2";
import type { ManagedPrefixListEstate } from "./estate.ts";

/** An account in a Region: where a resource lies. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** An id as AWS makes them (`sg-0` and sixteen hexadecimal digits) that depends on place and name alone. */
export function idOf(prefix: string, place: Place, name: string): string {
  const digest = createHash("sha256").update(`${prefix}/${place.account}/${place.region}/${name}`).digest("hex");
  return `${prefix}-0${digest.slice(0, 16)}`;
}

/** The ARN of a resource of EC2 at a place. */
export function ec2Arn(place: Place, kind: string, id: string): string {
  return `arn:aws:ec2:${place.region}:${place.account}:${kind}/${id}`;
}

/** The Name tag. */
export function nameTag(name: string): Ec2.Tag[] {
  return [{ Key: "Name", Value: name }];
}

/** What a rule lets in or out to: a CIDR, a security group, a prefix list. */
export type Peer = string | Ec2.SecurityGroup | ManagedPrefixListEstate;

/** A rule for one TCP port or a range of them, both ends inclusive. */
export function tcp(ports: number | readonly [number, number], ...peers: readonly Peer[]): Ec2.IpPermission {
  return permission("tcp", ports, peers);
}

/** A rule for one UDP port or a range of them, both ends inclusive. */
export function udp(ports: number | readonly [number, number], ...peers: readonly Peer[]): Ec2.IpPermission {
  return permission("udp", ports, peers);
}

/** A rule for every protocol and port. */
export function everything(...peers: readonly Peer[]): Ec2.IpPermission {
  return permission("-1", null, peers);
}

/** Gives every peer of a rule the same description. */
export function described(rule: Ec2.IpPermission, Description: string): Ec2.IpPermission {
  return {
    ...rule,
    IpRanges: rule.IpRanges?.map(({ CidrIp }) => ({ CidrIp, Description })),
    Ipv6Ranges: rule.Ipv6Ranges?.map(({ CidrIpv6 }) => ({ CidrIpv6, Description })),
    PrefixListIds: rule.PrefixListIds?.map(({ PrefixListId }) => ({ PrefixListId, Description })),
  };
}

function permission(
  protocol: string,
  ports: number | readonly [number, number] | null,
  peers: readonly Peer[],
): Ec2.IpPermission {
  const [FromPort, ToPort] = typeof ports === "number" ? [ports, ports] : (ports ?? []);
  const cidrs = peers.filter((peer) => typeof peer === "string");
  const records = peers.filter((peer) => typeof peer !== "string");
  return {
    IpProtocol: protocol,
    ...(FromPort === undefined ? {} : { FromPort, ToPort }),
    IpRanges: cidrs.filter((cidr) => !cidr.includes(":")).map((CidrIp) => ({ CidrIp })),
    Ipv6Ranges: cidrs.filter((cidr) => cidr.includes(":")).map((CidrIpv6) => ({ CidrIpv6 })),
    PrefixListIds: records.flatMap((peer) => ("PrefixListId" in peer ? { PrefixListId: peer.PrefixListId } : [])),
    UserIdGroupPairs: records.flatMap((peer) =>
      "GroupId" in peer ? { GroupId: peer.GroupId, UserId: peer.OwnerId } : [],
    ),
  };
}

/** A customer-managed prefix list. Its owner is another account when that account shared it. */
export function prefixList(
  place: Place,
  name: string,
  cidrs: readonly string[],
  owner: string = place.account,
): ManagedPrefixListEstate {
  const id = idOf("pl", place, name);
  return {
    PrefixListId: id,
    PrefixListName: name,
    PrefixListArn: ec2Arn({ account: owner, region: place.region }, "prefix-list", id),
    OwnerId: owner,
    AddressFamily: cidrs.some((cidr) => cidr.includes(":")) ? "IPv6" : "IPv4",
    State: "create-complete",
    MaxEntries: 20,
    Version: 3,
    Tags: [],
    Entries: cidrs.map((Cidr) => ({ Cidr })),
  };
}

/** A gateway VPC endpoint's prefix list, which AWS owns. */
export function awsPrefixList(place: Place, service: string, cidrs: readonly string[]): ManagedPrefixListEstate {
  const id = idOf("pl", { account: "AWS", region: place.region }, service);
  return {
    PrefixListId: id,
    PrefixListName: `com.amazonaws.${place.region}.${service}`,
    PrefixListArn: `arn:aws:ec2:${place.region}:aws:prefix-list/${id}`,
    OwnerId: "AWS",
    AddressFamily: "IPv4",
    State: "create-complete",
    Tags: [],
    Entries: cidrs.map((Cidr) => ({ Cidr })),
  };
}

/** A flow log of a VPC, to CloudWatch Logs. */
export function flowLog(place: Place, vpc: Ec2.Vpc, TrafficType: Ec2.TrafficType): Ec2.FlowLog {
  return {
    FlowLogId: idOf("fl", place, vpc.VpcId ?? ""),
    ResourceId: vpc.VpcId,
    TrafficType,
    FlowLogStatus: "ACTIVE",
    DeliverLogsStatus: "SUCCESS",
    LogDestinationType: "cloud-watch-logs",
    LogGroupName: `/vpc/${vpc.VpcId}`,
    LogFormat:
      "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${action}",
    MaxAggregationInterval: 60,
    CreationTime: new Date("2025-02-11T08:30:00.000Z"),
    Tags: [],
  };
}

/** A route to a CIDR through the gateway, interface or peering with that id. */
export function route(cidr: string, target: string): Ec2.Route {
  const destination = cidr.includes(":") ? { DestinationIpv6CidrBlock: cidr } : { DestinationCidrBlock: cidr };
  return { ...destination, [targetMember(target)]: target, Origin: "CreateRoute", State: "active" };
}

function targetMember(target: string): keyof Ec2.Route {
  if (target.startsWith("nat-")) return "NatGatewayId";
  if (target.startsWith("pcx-")) return "VpcPeeringConnectionId";
  if (target.startsWith("tgw-")) return "TransitGatewayId";
  if (target.startsWith("eigw-")) return "EgressOnlyInternetGatewayId";
  if (target.startsWith("eni-")) return "NetworkInterfaceId";
  return "GatewayId";
}

/** One numbered line of a network ACL. `protocol` is a number in text, as the API has it; `-1` is all. */
export interface AclLine {
  readonly number: number;
  readonly action: "allow" | "deny";
  readonly cidr: string;
  readonly protocol?: string;
  readonly ports?: readonly [number, number];
}

/** The entries of one direction, with the implicit last denial of both families. */
export function aclEntries(egress: boolean, lines: readonly AclLine[]): Ec2.NetworkAclEntry[] {
  const last: readonly AclLine[] = [
    { number: 32767, action: "deny", cidr: "0.0.0.0/0" },
    { number: 32768, action: "deny", cidr: "::/0" },
  ];
  return [...lines, ...last].map((line) => aclEntry(line, egress));
}

function aclEntry({ number, action, cidr, protocol, ports }: AclLine, egress: boolean): Ec2.NetworkAclEntry {
  return {
    RuleNumber: number,
    RuleAction: action,
    Egress: egress,
    Protocol: protocol ?? "-1",
    ...(cidr.includes(":") ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr }),
    ...(ports === undefined ? {} : { PortRange: { From: ports[0], To: ports[1] } }),
  };
}

/** The lines of a network ACL that has not been touched: everything is allowed. */
export const openAcl: readonly AclLine[] = [
  { number: 100, action: "allow", cidr: "0.0.0.0/0" },
  { number: 101, action: "allow", cidr: "::/0" },
];

import { isKnown, type Coverage } from "../../../model/coverage.ts";
import type { Target } from "../../../model/resource.ts";
import {
  allAddresses,
  noAddresses,
  parseCidr,
  toCidrs,
  unionAddresses,
  type AddressSet,
} from "../../../network/addresses.ts";
import { knownExtent, noExtent } from "../../../network/extent.ts";
import type { Extent, Peer, Rule } from "../../../network/filter.ts";
import { privatePart } from "../../../network/width.ts";
import type { SnapshotRecord, VendorObject } from "../../../snapshot/record.ts";
import type { RecordIndex } from "../../../snapshot/records.ts";
import type { GroupMembers } from "./group-members.ts";
import type { PrefixList, PrefixLists } from "./prefix-lists.ts";
import { flag, malformed, object, objectList, objects, text } from "../../read.ts";
import { allTraffic, permissionTraffic, shorten, type Traffic } from "./traffic.ts";

const describeInterfaces = "ec2:DescribeNetworkInterfaces";
const describeRules = "ec2:DescribeSecurityGroupRules";

export type Direction = "ingress" | "egress";

/** The rules of one direction that one record of a group holds, one for each protocol, ports and peer. */
export type RuleReader = (record: SnapshotRecord, group: string, direction: Direction) => readonly Rule[];

/** The vendor's id and description of the rule of a group that says what `key` says; null where they were not read. */
export type RuleNames = (
  group: string,
  direction: Direction,
  key: string,
) => { readonly id: string | null; readonly description: string | null } | null;

/** The other side of a rule: what it is called in the rule's key, what it is, and which addresses that means. */
interface Side {
  readonly text: string;
  readonly peer: Peer;
  readonly remote: Extent;
  readonly description: string | null;
  /** What in the record could not be read; null when all of it could. */
  readonly problem: string | null;
}

/** What a permission is read against. */
interface Surroundings {
  readonly group: string;
  readonly direction: Direction;
  readonly list: (id: string) => PrefixList;
  readonly memberSpace: (id: string, owner: string | null, network: string | null) => Extent;
}

/** Non-routable space: where the private addresses of a group's members lie when they were not read. */
const privateSpace = privatePart(allAddresses);

/** Reads rules as DescribeSecurityGroups tells them. What cannot be read allows nothing for certain and everything perhaps. */
export function ruleReader(index: RecordIndex, members: GroupMembers, lists: PrefixLists): RuleReader {
  const blocks = networkBlocks(index);
  return (record, group, direction) => {
    const at: Surroundings = {
      group,
      direction,
      list: (id) => lists.resolve(record, id),
      memberSpace: (id, owner, network) =>
        memberSpace(id, {
          must: members.addresses(id),
          coverage: index.coverage({ ...targetOf(record), account: owner ?? record.account }, describeInterfaces),
          account: owner ?? record.account,
          blocks: blocks.get(network ?? text(record.data, "VpcId") ?? ""),
        }),
    };
    const member = direction === "ingress" ? "IpPermissions" : "IpPermissionsEgress";
    const unreadable = (what: string): Rule => ruleOf(at, allTraffic, unreadableSide(what));
    // Every answer of the API has one of both members at least; a record with neither is a summary that says nothing about rules.
    const isSummary = record.data["IpPermissions"] === undefined && record.data["IpPermissionsEgress"] === undefined;
    const permissions = objectList(record.data, member);
    if (isSummary || permissions === malformed) return [unreadable(`its ${member}`)];
    return permissions.flatMap((permission) =>
      permission === malformed ? [unreadable(`an entry of its ${member}`)] : permissionRules(permission, at),
    );
  };
}

/** The addresses of a group's members; more than was found where the interfaces of its account were not all read. */
function memberSpace(
  group: string,
  known: {
    readonly must: AddressSet;
    readonly coverage: Coverage | null;
    readonly account: string;
    /** The blocks of the members' network, where it is known. */
    readonly blocks: AddressSet | undefined;
  },
): Extent {
  const { must, coverage, account, blocks = noAddresses } = known;
  if (coverage !== null && isKnown(coverage.status)) return knownExtent(must);
  const why =
    coverage === null
      ? `${describeInterfaces} of account ${account} was not asked`
      : `${describeInterfaces} ${coverage.status}`;
  return {
    must,
    may: unionAddresses([must, privateSpace, blocks]),
    missing: [`members of security group ${shorten(group)} (${why})`],
  };
}

/** The names of rules as DescribeSecurityGroupRules tells them. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html */
export function ruleNames(index: RecordIndex): RuleNames {
  const names = new Map<string, { readonly id: string | null; readonly description: string | null }>();
  for (const { data } of index.all(describeRules)) {
    const group = text(data, "GroupId");
    const isEgress = flag(data, "IsEgress");
    const peer = namedPeer(data);
    if (group === null || isEgress === null || peer === null) continue;
    const direction = isEgress ? "egress" : "ingress";
    const key = keyOf(direction, permissionTraffic(data).text, peer);
    names.set(nameKey(group, direction, key), {
      id: text(data, "SecurityGroupRuleId"),
      description: text(data, "Description"),
    });
  }
  return (group, direction, key) => names.get(nameKey(group, direction, key)) ?? null;
}

function nameKey(group: string, direction: Direction, key: string): string {
  return `${group} ${direction} ${key}`;
}

function namedPeer(data: VendorObject): string | null {
  const cidr = text(data, "CidrIpv4") ?? text(data, "CidrIpv6");
  if (cidr !== null) return canonicalCidr(cidr);
  const list = text(data, "PrefixListId");
  if (list !== null) return list;
  const group = object(data, "ReferencedGroupInfo");
  return group === null ? null : text(group, "GroupId");
}

function permissionRules(permission: VendorObject, at: Surroundings): readonly Rule[] {
  const traffic = permissionTraffic(permission);
  const sides = (member: string, read: (item: VendorObject) => Side | null): readonly Side[] => {
    const items = objectList(permission, member);
    if (items === malformed) return [unreadableSide(`its ${member}`)];
    return items.map((item) => (item === malformed ? null : read(item)) ?? unreadableSide(`an entry of its ${member}`));
  };
  return [
    ...sides("IpRanges", (item) => cidrSide(item, "CidrIp")),
    ...sides("Ipv6Ranges", (item) => cidrSide(item, "CidrIpv6")),
    ...sides("PrefixListIds", (item) => listSide(item, at)),
    ...sides("UserIdGroupPairs", (item) => groupSide(item, at)),
  ].map((side) => ruleOf(at, traffic, side));
}

function ruleOf({ group, direction }: Pick<Surroundings, "group" | "direction">, traffic: Traffic, side: Side): Rule {
  const key = keyOf(direction, traffic.text, side.text);
  const problems = [traffic.problem, side.problem].filter((problem) => problem !== null);
  const missing = problems.map((problem) => `${problem} in rule "${key}" of ${group} cannot be read`);
  return {
    key,
    id: null,
    action: "allow",
    peer: side.peer,
    remote:
      missing.length === 0
        ? side.remote
        : { must: noAddresses, may: side.remote.may, missing: [...side.remote.missing, ...missing] },
    l4: traffic.l4,
    sourcePorts: null,
    description: side.description,
  };
}

function keyOf(direction: Direction, traffic: string, peer: string): string {
  return `${direction} allow ${traffic} ${peer}`;
}

function cidrSide(item: VendorObject, member: string): Side | null {
  const cidr = text(item, member);
  if (cidr === null) return null;
  const set = parseCidr(cidr);
  return {
    text: canonicalCidr(cidr),
    peer: { kind: "cidr", cidr },
    remote: knownExtent(set ?? allAddresses),
    description: text(item, "Description"),
    problem: set === null ? `its address block ${JSON.stringify(shorten(cidr))}` : null,
  };
}

/** Equal blocks read equal however they are written. */
function canonicalCidr(cidr: string): string {
  const set = parseCidr(cidr);
  return set === null ? shorten(cidr) : toCidrs(set).join(",");
}

function listSide(item: VendorObject, at: Surroundings): Side | null {
  const id = text(item, "PrefixListId");
  if (id === null) return null;
  const { extent, owner } = at.list(id);
  return {
    text: id,
    peer: { kind: "list", id, owner },
    remote: extent,
    description: text(item, "Description"),
    problem: null,
  };
}

/**
 * A rule that names a group means the private addresses of its members, never the internet.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#security-group-referencing
 */
function groupSide(pair: VendorObject, at: Surroundings): Side | null {
  const id = text(pair, "GroupId") ?? text(pair, "GroupName");
  if (id === null) return null;
  const owner = text(pair, "UserId");
  const network = text(pair, "VpcId");
  return {
    text: id,
    peer: { kind: "group", id, owner, network },
    // Stale once its peering connection is gone: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
    remote: text(pair, "PeeringStatus") === "deleted" ? noExtent : at.memberSpace(id, owner, network),
    description: text(pair, "Description"),
    problem: null,
  };
}

function unreadableSide(what: string): Side {
  return {
    text: `unreadable ${what}`,
    peer: { kind: "any" },
    remote: knownExtent(allAddresses),
    description: null,
    problem: what,
  };
}

function targetOf({ cloud, account, region }: SnapshotRecord): Target {
  return { cloud, account, region };
}

/** The CIDR blocks of each VPC, both families. */
function networkBlocks(index: RecordIndex): ReadonlyMap<string, AddressSet> {
  const blocks = new Map<string, AddressSet>();
  for (const { data } of index.all("ec2:DescribeVpcs")) {
    const id = text(data, "VpcId");
    if (id === null) continue;
    const cidrs = [
      text(data, "CidrBlock"),
      ...objects(data, "CidrBlockAssociationSet").map((each) => text(each, "CidrBlock")),
      ...objects(data, "Ipv6CidrBlockAssociationSet").map((each) => text(each, "Ipv6CidrBlock")),
    ];
    blocks.set(id, unionAddresses(cidrs.flatMap((cidr) => (cidr === null ? [] : (parseCidr(cidr) ?? [])))));
  }
  return blocks;
}

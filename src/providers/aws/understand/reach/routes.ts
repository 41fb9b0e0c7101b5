import type { ResourceRef, Target } from "../../../../model/resource.ts";
import {
  allAddresses,
  intersectAddresses,
  noAddresses,
  parseCidr,
  subtractAddresses,
  unionAddresses,
  type AddressSet,
} from "../../../../network/addresses.ts";
import { isKnownExtent, subtractExtents } from "../../../../network/extent.ts";
import type { Extent } from "../../../../network/filter.ts";
import type { SnapshotRecord, VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import type { PrefixLists } from "../prefix-lists.ts";
import { malformed, objectList, objects, text, flag, object } from "../../../read.ts";
import { ec2Resource } from "../resource.ts";
import { shorten } from "../traffic.ts";
import { push } from "../../../shared/collections.ts";
import { unread } from "./evidence.ts";
import type { Places } from "./places.ts";

/** What a route leads to, by the prefix of its id. */
export type HopKind =
  | "local"
  | "internet-gateway"
  | "carrier-gateway"
  | "local-gateway"
  | "egress-only-gateway"
  | "nat-gateway"
  | "endpoint"
  | "interface"
  | "instance"
  | "transit-gateway"
  | "peering"
  | "virtual-gateway"
  | "blackhole"
  | "other";

/** The next hop of a route. */
export interface Hop {
  readonly kind: HopKind;
  readonly id: string;
}

/** A route table worked out: for each next hop the addresses that go there by longest prefix. */
export interface RouteTable {
  readonly id: string;
  readonly resource: ResourceRef;
  readonly vpc: string | null;
  /** The addresses whose packets go to the hops that are wanted. */
  readonly towards: (wanted: (hop: Hop) => boolean) => Extent;
  readonly hops: readonly Hop[];
}

/** Route tables of subnets and of gateways. */
export interface Routing {
  /** The table a subnet uses: its own, else the main one of its VPC; text that says what is missing where neither was read. */
  readonly ofSubnet: (subnet: string | null, vpc: string, seenBy: Target) => RouteTable | { readonly missing: string };
  /** The table of an internet gateway: it says where packets from the internet go on. Null when it has none. */
  readonly ofGateway: (gateway: string) => RouteTable | null;
  /** The tables of a VPC that were read. */
  readonly ofVpc: (vpc: string) => readonly RouteTable[];
}

const describeTables = "ec2:DescribeRouteTables";
const getEntries = "ec2:GetManagedPrefixListEntries";

/**
 * Reads route tables. The most specific route that matches counts; a static one comes before a propagated one to the same block; a route
 * whose target is gone (`blackhole`) drops its packets.
 * https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 */
export function readRouting(index: RecordIndex, lists: PrefixLists, places: Places): Routing {
  const bySubnet = new Map<string, RouteTable>();
  const byGateway = new Map<string, RouteTable>();
  const main = new Map<string, RouteTable>();
  const byVpc = new Map<string, RouteTable[]>();
  const entries = listEntries(index);
  const seen = new Map<string, RouteTable>();
  for (const record of index.all(describeTables)) {
    const id = text(record.data, "RouteTableId");
    if (id === null) continue;
    const isOwner = (text(record.data, "OwnerId") ?? record.account) === record.account;
    if (seen.has(id) && !isOwner) continue;
    const table = readTable(record, id, lists, entries);
    if (!seen.has(id) && table.vpc !== null) push(byVpc, table.vpc, table);
    seen.set(id, table);
    for (const association of objects(record.data, "Associations")) {
      const state = object(association, "AssociationState");
      const told = state === null ? null : text(state, "State");
      if (told !== null && told !== "associated" && told !== "associating") continue;
      const subnet = text(association, "SubnetId");
      const gateway = text(association, "GatewayId");
      if (subnet !== null) bySubnet.set(subnet, table);
      else if (gateway !== null) byGateway.set(gateway, table);
      else if (flag(association, "Main") === true && table.vpc !== null) main.set(table.vpc, table);
    }
  }
  return {
    ofSubnet: (subnet, vpc, seenBy) => {
      const own = subnet === null ? undefined : bySubnet.get(subnet);
      if (own !== undefined) return own;
      // A table of its own may be among those that were not read; participants see the tables of subnets that are shared with them:
      // https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
      const why = unread(index, places.vpc(vpc, seenBy).home, describeTables);
      const fallback = main.get(vpc);
      const whole = why === null || unread(index, seenBy, describeTables) === null;
      if (fallback !== undefined && whole && subnet !== null) return fallback;
      return {
        missing: why ?? `the route table of ${subnet ?? `a subnet of ${vpc}`} (${describeTables} does not tell of it)`,
      };
    },
    ofGateway: (gateway) => byGateway.get(gateway) ?? null,
    ofVpc: (vpc) => byVpc.get(vpc) ?? [],
  };
}

interface Route {
  readonly hop: Hop;
  readonly propagated: boolean;
  /** Blocks it certainly holds for, with their prefix lengths. */
  readonly blocks: readonly { readonly set: AddressSet; readonly length: number }[];
  /** What else it might hold for. */
  readonly perhaps: AddressSet;
  readonly missing: readonly string[];
}

function readTable(
  record: SnapshotRecord,
  id: string,
  lists: PrefixLists,
  entries: ReadonlyMap<string, readonly string[]>,
): RouteTable {
  const { data } = record;
  const told = data["Routes"] === undefined ? malformed : objectList(data, "Routes");
  const routes =
    told === malformed
      ? [unreadableRoute(id)]
      : told.map((route) => (route === malformed ? unreadableRoute(id) : readRoute(route, id, record, lists, entries)));
  const certain = longestPrefix(routes);
  const doubtful = routes.filter((route) => route.missing.length > 0);
  return {
    id,
    resource: ec2Resource(record, "route-table", id, data, { owner: text(data, "OwnerId") }),
    vpc: text(data, "VpcId"),
    hops: [...new Map(routes.map(({ hop }) => [`${hop.kind} ${hop.id}`, hop])).values()],
    towards: (wanted) => {
      const must = unionAddresses(certain.filter(({ hop }) => wanted(hop)).map(({ set }) => set));
      // What is not known of a table may send any of its addresses elsewhere, and any here.
      const elsewhere = doubtful.filter(({ hop }) => hop.kind === "other" || !wanted(hop));
      const here = doubtful.filter(({ hop }) => hop.kind === "other" || wanted(hop));
      return subtractExtents(
        {
          must,
          may: unionAddresses([must, ...here.map((route) => route.perhaps)]),
          missing: here.flatMap(({ missing }) => missing),
        },
        {
          must: noAddresses,
          may: unionAddresses(elsewhere.map((route) => route.perhaps)),
          missing: elsewhere.flatMap(({ missing }) => missing),
        },
      );
    },
  };
}

/** Which addresses each hop certainly gets, were there nothing unknown. Routes to blocks of one length are disjoint or the same. */
function longestPrefix(routes: readonly Route[]): readonly { readonly hop: Hop; readonly set: AddressSet }[] {
  const byLength = new Map<number, { readonly route: Route; readonly set: AddressSet }[]>();
  for (const route of routes) {
    for (const { set, length } of route.blocks) {
      // Both families in one order: an address has only one.
      const known = byLength.get(length);
      if (known === undefined) byLength.set(length, [{ route, set }]);
      else known.push({ route, set });
    }
  }
  const result: { hop: Hop; set: AddressSet }[] = [];
  let covered = noAddresses;
  for (const length of [...byLength.keys()].toSorted((a, b) => b - a)) {
    const level = byLength.get(length) ?? [];
    const taken = new Map<string, { hop: Hop; sets: AddressSet[] }>();
    const blocks = new Set<string>();
    for (const { route, set } of level.toSorted((a, b) => Number(a.route.propagated) - Number(b.route.propagated))) {
      const block = `${set.v4[0]?.first ?? ""}/${set.v6[0]?.first ?? ""}`;
      if (blocks.has(block)) continue;
      blocks.add(block);
      const key = `${route.hop.kind} ${route.hop.id}`;
      const known = taken.get(key);
      if (known === undefined) taken.set(key, { hop: route.hop, sets: [set] });
      else known.sets.push(set);
    }
    for (const { hop, sets } of taken.values()) {
      result.push({ hop, set: subtractAddresses(unionAddresses(sets), covered) });
    }
    covered = unionAddresses([covered, ...level.map(({ set }) => set)]);
  }
  return result;
}

function readRoute(
  data: VendorObject,
  table: string,
  from: Target,
  lists: PrefixLists,
  entries: ReadonlyMap<string, readonly string[]>,
): Route {
  const hop = hopOf(data);
  const propagated = text(data, "Origin") === "EnableVgwRoutePropagation";
  const list = text(data, "DestinationPrefixListId");
  if (list !== null) {
    const { extent } = lists.resolve(from, list);
    const known = isKnownExtent(extent);
    // The list of a gateway endpoint holds the service's own addresses; nobody's packets come from there.
    const harmless = hop.kind === "endpoint" && !known;
    return {
      hop,
      propagated,
      blocks: (entries.get(list) ?? []).flatMap(blockOf),
      perhaps: harmless ? noAddresses : subtractAddresses(extent.may, extent.must),
      missing: known || harmless ? [] : extent.missing,
    };
  }
  const cidr = text(data, "DestinationCidrBlock") ?? text(data, "DestinationIpv6CidrBlock");
  const blocks = cidr === null ? [] : blockOf(cidr);
  if (blocks.length > 0) return { hop, propagated, blocks, perhaps: noAddresses, missing: [] };
  return {
    hop,
    propagated,
    blocks,
    perhaps: allAddresses,
    missing: [`the destination ${JSON.stringify(shorten(cidr ?? ""))} of a route in ${table} cannot be read`],
  };
}

function unreadableRoute(table: string): Route {
  return {
    hop: { kind: "other", id: "unreadable" },
    propagated: false,
    blocks: [],
    perhaps: allAddresses,
    missing: [`the routes of ${table} cannot be read`],
  };
}

function blockOf(cidr: string): readonly { readonly set: AddressSet; readonly length: number }[] {
  const set = parseCidr(cidr);
  if (set === null) return [];
  const told = cidr.split("/")[1];
  return [{ set, length: told === undefined ? (set.v4.length > 0 ? 32 : 128) : Number(told) }];
}

const hopMembers: readonly (readonly [member: string, kind: HopKind])[] = [
  ["EgressOnlyInternetGatewayId", "egress-only-gateway"],
  ["NatGatewayId", "nat-gateway"],
  ["TransitGatewayId", "transit-gateway"],
  ["VpcPeeringConnectionId", "peering"],
  ["LocalGatewayId", "local-gateway"],
  ["CarrierGatewayId", "carrier-gateway"],
  ["VpcEndpointId", "endpoint"],
  ["NetworkInterfaceId", "interface"],
  ["InstanceId", "instance"],
];

const gatewayPrefixes: readonly (readonly [prefix: string, kind: HopKind])[] = [
  ["igw-", "internet-gateway"],
  ["vgw-", "virtual-gateway"],
  ["vpce-", "endpoint"],
];

function hopOf(data: VendorObject): Hop {
  const gateway = text(data, "GatewayId");
  const named = hopMembers.flatMap(([member, kind]): readonly Hop[] => {
    const id = text(data, member);
    return id === null ? [] : [{ kind, id }];
  });
  const hop: Hop =
    gateway === "local"
      ? { kind: "local", id: "local" }
      : gateway === null
        ? (named[0] ?? { kind: "other", id: text(data, "CoreNetworkArn") ?? "a target that cannot be read" })
        : { kind: gatewayPrefixes.find(([prefix]) => gateway.startsWith(prefix))?.[1] ?? "other", id: gateway };
  return text(data, "State") === "blackhole" ? { kind: "blackhole", id: hop.id } : hop;
}

/** The blocks of each prefix list as they are written: how specific a route is depends on them one by one. */
function listEntries(index: RecordIndex): ReadonlyMap<string, readonly string[]> {
  const entries = new Map<string, Set<string>>();
  for (const { data, request } of index.all(getEntries)) {
    const id = request?.["PrefixListId"];
    const cidr = text(data, "Cidr");
    if (id === undefined || cidr === null) continue;
    const known = entries.get(id);
    if (known === undefined) entries.set(id, new Set([cidr]));
    else known.add(cidr);
  }
  return new Map([...entries].map(([id, cidrs]) => [id, [...cidrs]]));
}

/** What is in an extent and in a set. */
export function within(extent: Extent, set: AddressSet): Extent {
  const may = intersectAddresses(extent.may, set);
  return { must: intersectAddresses(extent.must, set), may, missing: extent.missing };
}

import type { ResourceRef } from "../../../model/resource.ts";
import { isEmptyAddresses, noAddresses } from "../../../network/addresses.ts";
import { intersectExtents, knownExtent, noExtent, subtractExtents, unionExtents } from "../../../network/extent.ts";
import type { Extent } from "../../../network/filter.ts";
import { globallyRoutable } from "../../../network/width.ts";
import type { SnapshotRecord, VendorObject } from "../../../snapshot/record.ts";
import type { RecordIndex } from "../../../snapshot/records.ts";
import type { InspectedSubnet, NetworkFirewall } from "../controls.ts";
import type { PrefixLists } from "./prefix-lists.ts";
import { readPlaces, type Places } from "./reach/places.ts";
import { readRouting, type Hop, type RouteTable, type Routing } from "./reach/routes.ts";
import { isObject, object, objects, text } from "../../read.ts";
import { ec2Resource } from "./resource.ts";

/** A firewall's endpoint in one zone. */
interface FirewallEndpoint {
  readonly id: string;
  readonly subnet: string | null;
}

const internet = knownExtent(globallyRoutable);

/**
 * AWS Network Firewalls, and for each subnet of their VPC what its routes, and those of the internet gateway, lead past them. A stateful
 * firewall has to see both directions, so each counts by itself.
 * https://docs.aws.amazon.com/network-firewall/latest/developerguide/asymmetric-routing.html
 */
export function understandNetworkFirewalls(index: RecordIndex, lists: PrefixLists): readonly NetworkFirewall[] {
  const records = index.all("network-firewall:DescribeFirewall");
  if (records.length === 0) return [];
  const places = readPlaces(index);
  const surroundings: Surroundings = {
    index,
    places,
    routing: readRouting(index, lists, places),
    routesOf: writtenRoutes(index),
    translators: natGateways(index),
    translatorsOnly: subnetsOfTranslators(index),
  };
  const found = new Map<string, NetworkFirewall>();
  for (const record of records) {
    const firewall = readFirewall(record, surroundings);
    if (firewall !== null) found.set(firewall.resource.arn ?? firewall.resource.id, firewall);
  }
  return [...found.values()];
}

interface Surroundings {
  readonly index: RecordIndex;
  readonly places: Places;
  readonly routing: Routing;
  /** Routes by table, as they are written. */
  readonly routesOf: ReadonlyMap<string, readonly { readonly target: string; readonly destination: string }[]>;
  /** The subnet of each NAT gateway. */
  readonly translators: ReadonlyMap<string, string>;
  /** Subnets that hold NAT gateways and nothing else: what leaves them was asked for elsewhere. */
  readonly translatorsOnly: ReadonlySet<string>;
}

function readFirewall(record: SnapshotRecord, around: Surroundings): NetworkFirewall | null {
  const data = object(record.data, "Firewall") ?? {};
  const arn = text(data, "FirewallArn");
  const name = text(data, "FirewallName") ?? arn;
  if (name === null) return null;
  const { cloud, account, region } = record;
  const resource: ResourceRef = { cloud, account, region, type: "aws:network-firewall:firewall", id: name, name, arn };
  const network = text(data, "VpcId");
  if (network === null) {
    const missing = [`the routes of the transit gateway that ${name} is attached to, which are not read`];
    return { resource, network, subnets: [], missing };
  }
  const endpoints = endpointsOf(record.data);
  if (endpoints.length === 0)
    return {
      resource,
      network,
      subnets: [],
      missing: [`the endpoints of ${name} (network-firewall:DescribeFirewall tells of none)`],
    };
  const own = new Set(endpoints.flatMap(({ subnet }) => subnet ?? []));
  const missing: string[] = [];
  const subnets: InspectedSubnet[] = [];
  for (const place of around.index.all("ec2:DescribeSubnets")) {
    const id = text(place.data, "SubnetId");
    if (id === null || text(place.data, "VpcId") !== network || subnets.some((each) => each.resource.id === id))
      continue;
    if (own.has(id) || around.translatorsOnly.has(id)) continue;
    const table = around.routing.ofSubnet(id, network, place);
    if ("missing" in table) missing.push(table.missing);
    else subnets.push(inspect(place, id, table, endpoints, around));
  }
  return { resource, network, subnets, missing: [...new Set(missing)] };
}

/** The endpoints by zone, the firewall's own and those of further associations in its VPC. */
function endpointsOf(data: VendorObject): readonly FirewallEndpoint[] {
  const states = object(object(data, "FirewallStatus") ?? {}, "SyncStates") ?? {};
  return Object.values(states).flatMap((state): readonly FirewallEndpoint[] => {
    const attachment = isObject(state) ? object(state, "Attachment") : null;
    const id = attachment === null ? null : text(attachment, "EndpointId");
    return attachment === null || id === null ? [] : [{ id, subnet: text(attachment, "SubnetId") }];
  });
}

function inspect(
  place: SnapshotRecord,
  id: string,
  table: RouteTable,
  endpoints: readonly FirewallEndpoint[],
  { index, places, routing, routesOf, translators }: Surroundings,
): InspectedSubnet {
  const network = table.vpc ?? "";
  const isThrough = (hop: Hop): boolean => hop.kind === "endpoint" && endpoints.some((each) => each.id === hop.id);
  const isWayOut = ({ kind }: Hop): boolean => kind === "internet-gateway" || kind === "egress-only-gateway";
  const to = (from: RouteTable, hop: Hop): Extent =>
    from.towards((each) => each.kind === hop.kind && each.id === hop.id);

  /** Where a NAT gateway sends what a subnet sends to it, past the firewall. */
  const translated = (hop: Hop): Extent => {
    const at = translators.get(hop.id) ?? null;
    const next = routing.ofSubnet(at, network, place);
    const part = to(table, hop);
    if ("missing" in next)
      return { ...noExtent, may: part.may, missing: [`where NAT gateway ${hop.id} sends packets`] };
    return intersectExtents(part, next.towards(isWayOut));
  };
  const outbound = table.hops.flatMap((hop): readonly { readonly hop: Hop; readonly extent: Extent }[] => {
    if (!isWayOut(hop) && hop.kind !== "nat-gateway") return [];
    const extent = intersectExtents(hop.kind === "nat-gateway" ? translated(hop) : to(table, hop), internet);
    return isEmptyAddresses(extent.may) ? [] : [{ hop, extent }];
  });

  // Packets come in where replies lead back to the internet gateway, straight or through the firewall.
  const gatewaysBack = new Map<string, Extent[]>();
  const comesFrom = (from: RouteTable, extent: Extent): void => {
    for (const hop of from.hops.filter(({ kind }) => kind === "internet-gateway")) {
      const part = intersectExtents(intersectExtents(extent, to(from, hop)), internet);
      if (!isEmptyAddresses(part.may)) gatewaysBack.set(hop.id, [...(gatewaysBack.get(hop.id) ?? []), part]);
    }
  };
  comesFrom(table, knownExtent(globallyRoutable));
  for (const endpoint of endpoints) {
    const part = table.towards((hop) => hop.kind === "endpoint" && hop.id === endpoint.id);
    const next = isEmptyAddresses(part.may) ? null : routing.ofSubnet(endpoint.subnet, network, place);
    if (next !== null && !("missing" in next)) comesFrom(next, part);
  }
  const blocks = places.subnet(id)?.blocks ?? noAddresses;
  const inbound = [...gatewaysBack].flatMap(
    ([gateway, parts]): readonly { readonly gateway: string; readonly extent: Extent }[] => {
      const edge = routing.ofGateway(gateway);
      const through = edge === null ? noExtent : edge.towards(isThrough);
      const past = subtractExtents(knownExtent(blocks), through);
      const isCertain = parts.some(({ must }) => !isEmptyAddresses(must));
      const extent: Extent = isCertain
        ? past
        : { ...noExtent, may: past.may, missing: [...past.missing, ...parts.flatMap(({ missing }) => missing)] };
      return isEmptyAddresses(extent.may) ? [] : [{ gateway, extent }];
    },
  );
  return {
    resource: ec2Resource(place, "subnet", id, place.data, {
      arnMember: "SubnetArn",
      owner: text(place.data, "OwnerId"),
    }),
    table: table.resource,
    outboundPast: unionExtents(outbound.map(({ extent }) => extent)),
    outboundBy: outbound.map(({ hop }) => hop.id),
    outboundRoutes: (routesOf.get(table.id) ?? []).flatMap(({ target, destination }) =>
      outbound.some(({ hop }) => hop.id === target) ? [destination] : [],
    ),
    inboundPast: unionExtents(inbound.map(({ extent }) => extent)),
    inboundBy: inbound.map(({ gateway }) => gateway),
    endpoint: nearest(index, place, endpoints),
  };
}

/** The endpoint in the subnet's own zone: traffic that changes zones costs, and fails with the other zone. */
function nearest(index: RecordIndex, { data }: SnapshotRecord, endpoints: readonly FirewallEndpoint[]): string | null {
  const zone = text(data, "AvailabilityZone");
  const zoneOf = (subnet: string | null): string | null => {
    const record = index.all("ec2:DescribeSubnets").find((each) => text(each.data, "SubnetId") === subnet);
    return record === undefined ? null : text(record.data, "AvailabilityZone");
  };
  return (endpoints.find(({ subnet }) => zone !== null && zoneOf(subnet) === zone) ?? endpoints[0])?.id ?? null;
}

function writtenRoutes(index: RecordIndex): Surroundings["routesOf"] {
  const targets = ["GatewayId", "NatGatewayId", "EgressOnlyInternetGatewayId"];
  const destinations = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];
  return new Map(
    index.all("ec2:DescribeRouteTables").flatMap(({ data }) => {
      const id = text(data, "RouteTableId");
      const routes = objects(data, "Routes").flatMap((route) => {
        const [target] = targets.flatMap((member) => text(route, member) ?? []);
        const [destination] = destinations.flatMap((member) => text(route, member) ?? []);
        return target === undefined || destination === undefined ? [] : [{ target, destination }];
      });
      return id === null ? [] : [[id, routes] as const];
    }),
  );
}

function natGateways(index: RecordIndex): ReadonlyMap<string, string> {
  return new Map(
    index.all("ec2:DescribeNatGateways").flatMap(({ data }) => {
      const [id, subnet] = [text(data, "NatGatewayId"), text(data, "SubnetId")];
      return id === null || subnet === null ? [] : [[id, subnet] as const];
    }),
  );
}

function subnetsOfTranslators(index: RecordIndex): ReadonlySet<string> {
  const translating = new Set(natGateways(index).values());
  const others = new Set(
    index
      .all("ec2:DescribeNetworkInterfaces")
      .filter(({ data }) => text(data, "InterfaceType") !== "nat_gateway")
      .flatMap(({ data }) => text(data, "SubnetId") ?? []),
  );
  return new Set([...translating].filter((subnet) => !others.has(subnet)));
}

import { isEmptyAddresses, overlapsAddresses } from "../../../../network/addresses.ts";
import type { Between, Endpoint, Inspection, Layer } from "../../../../network/endpoint.ts";
import { unknownBetween } from "../../../../network/estate.ts";
import type { Rule } from "../../../../network/filter.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import type { ApplianceSubnets } from "./appliance-subnets.ts";
import type { Appliances } from "./appliances.ts";
import type { Connection, Connections } from "./connections.ts";
import { once } from "../../../shared/collections.ts";
import { unreadAmong } from "./evidence.ts";
import type { FirewallLayers, ForeignGroups } from "./firewalls.ts";
import type { Nic } from "./interfaces.ts";
import { layerOf, ofFamily, passes, perhaps, plainLayer } from "../../../shared/layers.ts";
import type { Hop, RouteTable, Routing } from "./routes.ts";
import type { OwnWays } from "./ways.ts";

/** What the ways inside are made of. */
export interface BetweenParts {
  readonly index: RecordIndex;
  readonly routing: Routing;
  readonly appliances: Appliances;
  readonly applianceSubnets: ApplianceSubnets;
  readonly connections: Connections;
  readonly firewalls: FirewallLayers;
  readonly own: OwnWays;
  readonly nicOf: (endpoint: Endpoint) => Nic | null;
}

const connecting = [
  "ec2:DescribeVpcPeeringConnections",
  "ec2:DescribeTransitGatewayVpcAttachments",
  "ec2:DescribeTransitGatewayAttachments",
];

/** Networks whose routes are not read: what lies behind them may join any two VPCs. */
const opaque: ReadonlySet<Hop["kind"]> = new Set(["virtual-gateway", "local-gateway", "carrier-gateway", "other"]);

/** Packets of an interface to itself pass nothing. */
const itself: Between = {
  leaving: [],
  entering: [],
  repliesLeaving: [],
  repliesEntering: [],
  inspections: [],
  missing: [],
};

/**
 * What packets pass between the private addresses of two interfaces. Inside a VPC every subnet is reached by the local route, unless a more
 * specific one leads through an appliance; between VPCs it takes a peering connection or a transit gateway and routes to it on both sides.
 * Network ACLs are not asked inside a subnet.
 * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 * https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html
 */
export function betweenOf(parts: BetweenParts): (from: Endpoint, to: Endpoint) => Between {
  const { firewalls, own, nicOf } = parts;
  const routes = routeLayers(parts);
  return (fromEndpoint, toEndpoint) => {
    const [from, to] = [nicOf(fromEndpoint), nicOf(toEndpoint)];
    if (from === null || to === null) return unknownBetween(fromEndpoint, toEndpoint);
    if (from.id === to.id) return itself;
    const isLocal = from.vpc === to.vpc;
    const joined = isLocal ? [] : parts.connections(from.vpc, to.vpc);
    const out = routes(from, to, joined);
    const back = routes(to, from, joined);
    const isSameSubnet = from.subnet !== null && from.subnet === to.subnet;
    const groups = (nic: Nic, direction: "ingress" | "egress"): readonly Layer[] => {
      if (direction === "ingress" && joined.length === 0) return own.guards(nic);
      const foreign =
        direction === "ingress" ? strongest(joined, "inboundGroups") : strongest(joined, "outboundGroups");
      const about = { endpoint: nic.id, network: nic.vpc, foreign: isLocal ? ("hold" as const) : foreign };
      const guards = own.guards(nic);
      // Interfaces that no group guards going in have none going out either.
      const hasGroups = guards.some(
        (layer) => layer === firewalls.groups(nic.groups, "ingress", { ...about, foreign: "hold" }),
      );
      if (direction === "egress") return hasGroups ? [firewalls.groups(nic.groups, direction, about)] : [];
      const crossing = firewalls.groups(nic.groups, direction, about);
      return hasGroups ? [...guards.slice(0, -1), crossing] : guards;
    };
    const acl = (nic: Nic, direction: "ingress" | "egress"): readonly Layer[] =>
      isSameSubnet ? [] : [firewalls.acl(nic.subnet, nic.vpc, nic.resource, direction)];
    const aclReplies = (nic: Nic, direction: "ingress" | "egress"): readonly Layer[] =>
      isSameSubnet ? [] : [firewalls.aclReplies(nic.subnet, nic.vpc, nic.resource, direction)];
    return {
      leaving: [...groups(from, "egress"), ...acl(from, "egress"), ...out.layers],
      entering: [...acl(to, "ingress"), ...groups(to, "ingress")],
      repliesLeaving: [...aclReplies(to, "egress"), ...back.layers],
      repliesEntering: aclReplies(from, "ingress"),
      inspections: out.appliances.map(({ resource, hop }): Inspection => {
        return { resource, seesReplies: back.appliances.some((each) => each.hop.id === hop.id) };
      }),
      // A peering connection that was read is a way in any case.
      missing:
        isLocal || joined.some(({ kind }) => kind === "peering")
          ? []
          : unreadAmong(parts.index, from.resource, connecting),
    };
  };
}

/** What holds of rules that name groups when several connections may be taken: the most that any of them allows. */
function strongest(joined: readonly Connection[], member: "inboundGroups" | "outboundGroups"): ForeignGroups {
  const all = joined.map((connection) => connection[member]);
  const certain = all.every((each) => each === "hold");
  if (all.length > 0 && certain) return "hold";
  const unknown = all.flatMap((each) => (typeof each === "string" ? [] : each));
  if (all.includes("hold")) return [...unknown, "which connection packets take"];
  return unknown.length > 0 ? unknown : "fail";
}

interface Routed {
  readonly layers: readonly Layer[];
  readonly appliances: readonly { readonly resource: Inspection["resource"]; readonly hop: Hop }[];
}

/** The layer that the routes of a sender's subnet make: to which addresses they lead, and through what. */
function routeLayers({ index, routing, appliances, applianceSubnets }: BetweenParts) {
  const shared = once<Layer>();
  return (from: Nic, to: Nic, joined: readonly Connection[]): Routed => {
    if (from.subnet !== null && from.subnet === to.subnet) return { layers: [], appliances: [] };
    const isLocal = from.vpc === to.vpc;
    const table = routing.ofSubnet(from.subnet, from.vpc, from.resource);
    const where = from.subnet ?? `a subnet of ${from.vpc}`;
    if ("missing" in table) {
      // Inside a VPC the local route is always there; only a more specific one could lead elsewhere.
      const about = {
        kind: "route" as const,
        name: `routes of ${where}`,
        opensBy: `a route for ${to.vpc} in ${where}`,
      };
      return { layers: isLocal ? [] : [plainLayer(about, [table.missing])], appliances: [] };
    }
    const through = table.hops.filter(isAppliance).flatMap((hop) => {
      const appliance = appliances(hop, from.resource);
      const covers = overlapsAddresses(towards(table, hop).may, to.privateAddresses);
      return appliance === null || !covers ? [] : [{ hop, appliance, resource: appliance.resource }];
    });
    const unread = isLocal ? [] : unreadAmong(index, from.resource, connecting);
    const key = `${table.id} ${isLocal ? "local" : `${to.vpc} ${joined.map(({ id }) => id).join()}`} ${unread.join()}`;
    const layer = shared(key, () => {
      const rules: Rule[] = [];
      for (const hop of table.hops) {
        const extent = towards(table, hop);
        if (isEmptyAddresses(extent.may)) continue;
        const connection = joined.find(({ kind, id }) => kind === hop.kind && id === hop.id);
        const name = `route in ${table.id} to ${hop.id}`;
        if (hop.kind === "local" && isLocal) rules.push(passes(name, extent));
        else if (connection !== undefined) {
          const doubts = connection.doubts;
          rules.push(passes(name, doubts.length === 0 ? extent : perhaps(extent.may, [...extent.missing, ...doubts])));
        } else if (isAppliance(hop)) {
          const appliance = appliances(hop, from.resource);
          if (appliance === null || appliance.lets === "nothing") continue;
          const doubts = typeof appliance.lets === "string" ? [] : appliance.lets;
          const onward = isLocal ? [] : [`where ${appliance.name} sends packets`];
          const families = ([4, 6] as const).filter((family) => !isEmptyAddresses(ofFamily(extent.may, family)));
          const inSubnet = applianceSubnets.inside(appliance, from.vpc, families, from.resource);
          const all = [...doubts, ...onward, ...inSubnet];
          rules.push(passes(name, all.length === 0 ? extent : perhaps(extent.may, [...extent.missing, ...all])));
        } else if (opaque.has(hop.kind) && !isLocal) {
          rules.push(passes(name, perhaps(extent.may, [...extent.missing, `what lies behind ${hop.id}`])));
        } else if ((hop.kind === "peering" || hop.kind === "transit-gateway") && unread.length > 0) {
          rules.push(passes(name, perhaps(extent.may, unread)));
        } else if (hop.kind === "transit-gateway" && !isLocal) {
          // A transit gateway may hand packets on to another one, to a VPN or to an inspecting VPC.
          rules.push(
            passes(name, perhaps(extent.may, [`where transit gateway ${hop.id} sends packets for ${to.vpc}`])),
          );
        }
      }
      return layerOf(
        {
          kind: "route",
          name: `route table ${table.id}${table.resource.name === null ? "" : ` (${table.resource.name})`}`,
          opensBy: isLocal
            ? `a local route in ${table.id}`
            : joined.length === 0
              ? `a peering connection or transit gateway between ${from.vpc} and ${to.vpc}, with routes on both sides`
              : `a route to ${joined.map(({ id }) => id).join(" or ")} in ${table.id}`,
          resources: [table.resource],
        },
        rules,
      );
    });
    return { layers: [layer], appliances: through };
  };
}

function towards(table: RouteTable, hop: Hop) {
  return table.towards((each) => each.kind === hop.kind && each.id === hop.id);
}

function isAppliance({ kind }: Hop): boolean {
  return kind === "endpoint" || kind === "interface" || kind === "instance";
}

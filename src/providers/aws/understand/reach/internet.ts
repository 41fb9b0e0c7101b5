import type { Target } from "../../../../model/resource.ts";
import {
  allAddresses,
  includesAddresses,
  isEmptyAddresses,
  overlapsAddresses,
  subtractAddresses,
  type AddressSet,
} from "../../../../network/addresses.ts";
import type { Inspection, Layer } from "../../../../network/endpoint.ts";
import { intersectExtents, knownExtent, noExtent, unionExtents } from "../../../../network/extent.ts";
import type { Extent, Rule } from "../../../../network/filter.ts";
import type { ApplianceSubnets } from "./appliance-subnets.ts";
import type { Appliance, Appliances } from "./appliances.ts";
import { once } from "../../../shared/collections.ts";
import type { FirewallLayers } from "./firewalls.ts";
import type { Gateways } from "./gateways.ts";
import { allOf, layerOf, passes, perhaps, plainLayer, type Family } from "../../../shared/layers.ts";
import type { Places } from "./places.ts";
import type { PublicAccessLayers } from "./public-access.ts";
import { within, type Hop, type RouteTable, type Routing } from "./routes.ts";

/** What packets from the internet and their replies pass on the way to and from a subnet. */
export interface Approach {
  /** Block public access, gateway, route, appliances, the subnet's ACL; outermost first. */
  readonly packets: readonly Layer[];
  readonly replies: readonly Layer[];
  readonly inspections: readonly Inspection[];
}

/** The way from the internet to an address in a subnet. */
export type Internet = (
  at: { readonly vpc: string; readonly subnet: string | null; readonly seenBy: Target },
  family: Family,
  /** The private addresses that packets are for: edge routes go by them. */
  destination: AddressSet,
) => Approach;

/** Everything the way is made of. */
export interface Surroundings {
  readonly places: Places;
  readonly routing: Routing;
  readonly gateways: Gateways;
  readonly appliances: Appliances;
  readonly applianceSubnets: ApplianceSubnets;
  readonly publicAccess: PublicAccessLayers;
  readonly firewalls: FirewallLayers;
}

/** Where the internet's packets go once they are through the gateway: through an appliance, or straight to the subnet (no hop). */
interface Entry {
  readonly hop: Hop;
  readonly appliance: Appliance;
  readonly isCertain: boolean;
}

/**
 * Works out the way from the internet to each subnet, once for all endpoints that share it. A subnet is reached from the addresses to which
 * its own routes lead back through an internet gateway, directly or through an appliance.
 * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
 */
export function internetApproach({
  places,
  routing,
  gateways,
  appliances,
  applianceSubnets,
  publicAccess,
  firewalls,
}: Surroundings): Internet {
  const approaches = once<Approach>();
  const routes = once<Layer>();
  const inspecting = once<Layer>();

  function backTo(table: RouteTable, hop: Hop, seenBy: Target, seen: ReadonlySet<string>): Extent {
    const part = table.towards((each) => each.kind === hop.kind && each.id === hop.id);
    const appliance = appliances(hop, seenBy);
    if (appliance === null) return noExtent;
    const from = appliance.vpc ?? table.vpc;
    const next = from === null ? { missing: "its VPC" } : routing.ofSubnet(appliance.subnet, from, seenBy);
    if ("missing" in next || appliance.subnet === null) {
      return perhaps(part.may, [
        `where ${appliance.name} sends packets (${"missing" in next ? next.missing : "its subnet"})`,
      ]);
    }
    if (seen.has(next.id)) return noExtent;
    const onward = intersectExtents(part, internetOf(next, seenBy, new Set([...seen, next.id])));
    // A firewall endpoint hands on what it lets through; an interface of somebody's own may do anything.
    return hop.kind === "endpoint"
      ? onward
      : perhaps(onward.may, [...onward.missing, `where ${appliance.name} sends packets`]);
  }

  /** The addresses to which a table leads through an internet gateway. */
  function internetOf(table: RouteTable, seenBy: Target, seen: ReadonlySet<string>): Extent {
    const direct = table.towards(({ kind }) => kind === "internet-gateway");
    const elsewhere = table.towards(({ kind }) => kind === "carrier-gateway" || kind === "local-gateway");
    const others = table.hops.filter(isAppliance).map((hop) => backTo(table, hop, seenBy, seen));
    const doubtful = perhaps(elsewhere.may, ["what a carrier's or an on-premises network lets in"]);
    return unionExtents([direct, ...(isEmptyAddresses(elsewhere.may) ? [] : [doubtful]), ...others]);
  }

  function routeLayer(
    table: RouteTable | { readonly missing: string },
    family: Family,
    seenBy: Target,
    where: string,
  ): Layer {
    const familyName = `IPv${family}`;
    if ("missing" in table) {
      return routes(`? ${where} ${family}`, () =>
        layerOf({ kind: "route", name: `routes of ${where}`, opensBy: `a route to an internet gateway for ${where}` }, [
          passes(`route from ${where} to the internet`, perhaps(allOf(family), [table.missing])),
        ]),
      );
    }
    return routes(`${table.id} ${family}`, () => {
      const rules: Rule[] = [];
      const add = (hop: string, extent: Extent): void => {
        const part = within(extent, allOf(family));
        if (!isEmptyAddresses(part.may)) rules.push(passes(`route in ${table.id} to ${hop}`, part));
      };
      for (const hop of table.hops) {
        if (hop.kind === "internet-gateway")
          add(
            hop.id,
            table.towards((each) => each.kind === hop.kind && each.id === hop.id),
          );
        if (isAppliance(hop)) add(hop.id, backTo(table, hop, seenBy, new Set([table.id])));
        if (hop.kind === "carrier-gateway" || hop.kind === "local-gateway") {
          const part = table.towards((each) => each.kind === hop.kind && each.id === hop.id);
          add(hop.id, perhaps(part.may, [`what the network behind ${hop.id} lets in`]));
        }
      }
      const unknown = table.towards(({ kind }) => kind === "internet-gateway" || kind === "other");
      if (unknown.missing.length > 0) add("an internet gateway", perhaps(unknown.may, unknown.missing));
      return layerOf(
        {
          kind: "route",
          name: `route table ${table.id}${table.resource.name === null ? "" : ` (${table.resource.name})`}`,
          opensBy: `a route to an internet gateway for ${familyName} in ${table.id}`,
          resources: [table.resource],
        },
        rules,
      );
    });
  }

  /** The appliance that packets for an address pass between gateway and subnet. */
  function entryOf(vpc: string, destination: AddressSet, seenBy: Target): Entry | null {
    for (const gateway of gateways.ids(vpc)) {
      const table = routing.ofGateway(gateway);
      for (const hop of table?.hops.filter(isAppliance) ?? []) {
        const extent = table?.towards((each) => each.kind === hop.kind && each.id === hop.id) ?? noExtent;
        const appliance = overlapsAddresses(extent.may, destination) ? appliances(hop, seenBy) : null;
        if (appliance !== null) return { hop, appliance, isCertain: includesAddresses(extent.must, destination) };
      }
    }
    return null;
  }

  function inspectionLayer({ appliance, isCertain }: Entry, vpc: string, family: Family, seenBy: Target): Layer {
    const inSubnet = applianceSubnets.fromInternet(appliance, vpc, family, seenBy);
    const key = `${appliance.resource.id} ${appliance.name} ${String(isCertain)} ${inSubnet.join()}`;
    return inspecting(key, () => {
      const passed =
        isCertain || appliance.lets === "everything" ? appliance.lets : [`whether packets pass ${appliance.name}`];
      return plainLayer(
        {
          kind: "inspection",
          name: appliance.name,
          opensBy: `a rule in ${appliance.name} that passes it`,
          resources: [appliance.resource],
        },
        passed === "nothing" || inSubnet.length === 0
          ? passed
          : [...(passed === "everything" ? [] : passed), ...inSubnet],
      );
    });
  }

  /** What appliances on the way back make of replies whose packets they did not see, or the other way round. */
  function replyRounds(
    entry: Entry | null,
    table: RouteTable | { readonly missing: string },
    family: Family,
    { vpc, seenBy }: { readonly vpc: string; readonly seenBy: Target },
  ) {
    const layers: Layer[] = [];
    if ("missing" in table) return { layers, seesReplies: null };
    const whole = within(internetOf(table, seenBy, new Set([table.id])), allOf(family));
    let seesReplies: boolean | null = false;
    for (const hop of table.hops.filter(isAppliance)) {
      const part = within(backTo(table, hop, seenBy, new Set([table.id])), allOf(family));
      if (isEmptyAddresses(part.may)) continue;
      if (entry !== null && hop.kind === entry.hop.kind && hop.id === entry.hop.id) {
        if (includesAddresses(part.must, whole.may)) seesReplies = true;
        else if (includesAddresses(part.may, whole.may)) seesReplies = null;
        continue;
      }
      const appliance = appliances(hop, seenBy);
      if (appliance === null) continue;
      const inSubnet = applianceSubnets.fromInternet(appliance, vpc, family, seenBy);
      if (appliance.lets !== "everything" || inSubnet.length > 0) {
        layers.push(onlyReplies(appliance, part, table, inSubnet));
      }
    }
    if (entry !== null && seesReplies === false && entry.appliance.lets !== "everything") {
      layers.push(
        plainLayer(
          {
            kind: "inspection",
            name: `replies round ${entry.appliance.name}`,
            opensBy: `a route back through ${entry.appliance.name} in ${table.id}`,
            resources: [entry.appliance.resource, table.resource],
          },
          [`whether sessions survive whose replies go round ${entry.appliance.name}`],
        ),
      );
    }
    return { layers, seesReplies };
  }

  function onlyReplies(appliance: Appliance, part: Extent, table: RouteTable, inSubnet: readonly string[]): Layer {
    const about = {
      kind: "inspection" as const,
      name: `replies through ${appliance.name}`,
      opensBy: `an edge route through ${appliance.name}, so that it sees the packets too`,
      resources: [appliance.resource, table.resource],
    };
    const direct = subtractAddresses(allAddresses, part.may);
    const unseen = `whether ${appliance.name} passes replies to packets it has not seen`;
    const asymmetric = [...(appliance.lets === "everything" ? [] : [unseen]), ...inSubnet];
    return layerOf(about, [
      passes(`replies that go round ${appliance.name}`, knownExtent(direct)),
      ...(appliance.lets === "nothing" ? [] : [passes(about.name, perhaps(part.may, asymmetric))]),
    ]);
  }

  return ({ vpc, subnet, seenBy }, family, destination) => {
    const entry = entryOf(vpc, destination, seenBy);
    const key = `${vpc} ${subnet ?? ""} ${family} ${entry === null ? "" : `${entry.hop.id} ${String(entry.isCertain)}`}`;
    return approaches(key, () => {
      const place = places.vpc(vpc, seenBy);
      const where = subnet ?? `a subnet of ${vpc}`;
      const table = routing.ofSubnet(subnet, vpc, seenBy);
      const block = publicAccess(place, subnet);
      const { layers, seesReplies } = replyRounds(entry, table, family, { vpc, seenBy });
      return {
        packets: [
          ...(block === null ? [] : [block]),
          gateways.layer(place, family),
          routeLayer(table, family, seenBy, where),
          ...(entry === null ? [] : [inspectionLayer(entry, vpc, family, seenBy)]),
          firewalls.acl(subnet, vpc, seenBy, "ingress"),
        ],
        replies: [firewalls.aclReplies(subnet, vpc, seenBy, "egress"), ...layers],
        inspections: entry === null ? [] : [{ resource: entry.appliance.resource, seesReplies }],
      };
    });
  };
}

function isAppliance({ kind }: Hop): boolean {
  return kind === "endpoint" || kind === "interface" || kind === "instance";
}

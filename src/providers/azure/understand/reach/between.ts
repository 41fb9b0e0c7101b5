import { intersectAddresses, isEmptyAddresses, type AddressSet } from "../../../../network/addresses.ts";
import type { Between, Inspection, Layer } from "../../../../network/endpoint.ts";
import { azureResource, unseenResource, type ArmIndex } from "../arm.ts";
import type { AzureFirewall } from "../azure-firewalls.ts";
import { forwardingOf, type Topology } from "../topology.ts";
import { isFirewallHop, networkLayer } from "./firewall-layers.ts";
import { closedLayer, unknownLayer, type LayerMaker, type Site } from "./layers.ts";

/** An endpoint as packets inside meet it. */
export interface Place {
  readonly site: Site;
  /** The virtual network's key. */
  readonly network: string | null;
  readonly addresses: AddressSet;
}

/** What everything between endpoints rests on. */
export interface Inside {
  readonly index: ArmIndex;
  readonly topology: Topology;
  readonly layers: LayerMaker;
  readonly firewalls: readonly AzureFirewall[];
}

/**
 * What packets pass inside: the sender's route and its groups, the receiver's groups. Groups are stateful, so replies pass them; their routes
 * do not follow the packets'. Traffic inside one subnet passes the subnet's group too.
 * https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works
 */
export function betweenSites(from: Place, to: Place, inside: Inside): Between {
  const there = routeTo(from, to, inside);
  const back = routeTo(to, from, inside);
  const seen = new Set(back.inspections.map(({ resource }) => resource.id.toLowerCase()));
  return {
    leaving: [...inside.layers.firewallsOf(from.site, "egress").layers, ...there.leaving],
    entering: [...there.entering, ...inside.layers.firewallsOf(to.site, "ingress").layers],
    // A firewall that passed the packets knows the session: only where replies are sent matters.
    repliesLeaving: back.leaving.filter(({ kind }) => kind === "route"),
    repliesEntering: [],
    inspections: there.inspections.map(({ resource }) => ({
      resource,
      seesReplies: seen.has(resource.id.toLowerCase()),
    })),
    missing: [...there.missing, ...back.missing],
  };
}

interface Way {
  readonly leaving: readonly Layer[];
  readonly entering: readonly Layer[];
  readonly inspections: readonly Inspection[];
  readonly missing: readonly string[];
}

/** By the sender's routes: inside directly, past an appliance, nowhere, or where nobody can tell. */
function routeTo(from: Place, to: Place, inside: Inside): Way {
  const { index, topology, firewalls } = inside;
  const nothing: Way = { leaving: [], entering: [], inspections: [], missing: [] };
  const forwarding = forwardingOf(from.site.subnet, topology);
  const takes = (part: AddressSet): boolean => !isEmptyAddresses(intersectAddresses(part, to.addresses));
  if (isEmptyAddresses(to.addresses)) return { ...nothing, missing: ["the receiver's private address"] };
  const table = (from.site.subnet === null ? null : topology.routesOf(from.site.subnet))?.[0]?.table ?? null;
  const where = table?.name ?? "the sender's subnet";
  if (takes(forwarding.dropped)) {
    return {
      ...nothing,
      leaving: [closedLayer("route", `route to None in ${where}`, `a route to the receiver in ${where}`)],
    };
  }
  for (const { route, to: part } of forwarding.appliances) {
    if (!takes(part)) continue;
    const firewall = firewalls.find((each) => isFirewallHop(each, route.nextHopAddress));
    if (firewall === undefined) {
      const resource = unseenResource(
        `${route.table.id}/routes/${route.name}`,
        "azure:network:route",
        route.table.target,
      );
      const name = `appliance ${route.nextHopAddress ?? "without an address"}`;
      const layer = unknownLayer(
        "inspection",
        name,
        `what ${name} (route ${route.name} of ${route.table.id}) lets through`,
        [resource],
      );
      return { ...nothing, entering: [layer], inspections: [{ resource, seesReplies: null }] };
    }
    const resource = azureResource(firewall.resource, "azure:network:azure-firewall");
    return {
      ...nothing,
      entering: [networkLayer(firewall, to.addresses, "deny")],
      inspections: [{ resource, seesReplies: null }],
    };
  }
  const doubt = forwarding.unknown.find(({ to: part }) => takes(part));
  if (doubt !== undefined) return { ...nothing, missing: [doubt.why] };
  if (
    from.network !== null &&
    (from.network === to.network || topology.peersOf(from.network).includes(to.network ?? ""))
  ) {
    return takes(forwarding.local)
      ? nothing
      : { ...nothing, missing: [`the address space of ${index.spelling(from.network)}`] };
  }
  if (from.network === null || topology.hasGateway(from.network)) {
    return {
      ...nothing,
      missing: [
        `whether a gateway joins ${from.network ?? "the sender's network"} and ${to.network ?? "the receiver's network"}`,
      ],
    };
  }
  return {
    ...nothing,
    leaving: [
      closedLayer(
        "route",
        `routes of ${where}: the networks are not peered`,
        "a peering between the two virtual networks",
      ),
    ],
  };
}

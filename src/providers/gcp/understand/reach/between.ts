import { isEmptyAddresses, overlapsAddresses } from "../../../../network/addresses.ts";
import type { Between, Layer } from "../../../../network/endpoint.ts";
import { plainLayer } from "../../../shared/layers.ts";
import { linkName } from "../../links.ts";
import type { Nic, Topology } from "../topology.ts";
import type { Guards } from "./guards.ts";
import type { Routing } from "./routes.ts";

/** What everything between interfaces rests on. */
export interface Inside {
  readonly topology: Topology;
  readonly routing: Routing;
  readonly guards: Guards;
}

/**
 * What packets pass between two interfaces inside: the sender's egress rules, its routes, the receiver's ingress rules. Firewalls keep track of
 * connections, so replies pass them; only their route matters. https://cloud.google.com/firewall/docs/firewalls#specifications
 */
export function betweenNics(from: Nic, to: Nic, inside: Inside): Between {
  const { guards } = inside;
  const there = routeTo(from, to, inside);
  const back = routeTo(to, from, inside);
  // Rules see the receiver's address as the remote side, the sender's own as the local one, and the other way round.
  return {
    leaving: [...guards({ nic: from, direction: "egress", arrival: "inside", local: from.addresses }), ...there.layers],
    entering: guards({ nic: to, direction: "ingress", arrival: "inside", local: to.addresses }),
    repliesLeaving: back.layers,
    repliesEntering: [],
    inspections: [],
    missing: [...new Set([...there.missing, ...back.missing])],
  };
}

interface Way {
  readonly layers: readonly Layer[];
  readonly missing: readonly string[];
}

const direct: Way = { layers: [], missing: [] };

/** Subnets of one network, and of peers, are joined by routes that nothing overrides; elsewhere a route decides, if it can be followed. */
function routeTo(from: Nic, to: Nic, { topology, routing }: Inside): Way {
  if (from.network === null || to.network === null) return { layers: [], missing: ["the network of an interface"] };
  if (isEmptyAddresses(to.addresses)) return { layers: [], missing: ["the receiver's private address"] };
  if (from.network === to.network) return direct;
  const peers = topology.peersOf(from.network);
  if (peers.includes(to.network) || topology.peersOf(to.network).includes(from.network)) return direct;
  const unread = [topology.peersUnread(from.network), topology.peersUnread(to.network)];
  // One record of the two tells of a peering.
  const doubts = [
    ...(unread.includes(null) ? [] : unread.flatMap((why) => why ?? [])),
    ...routing
      .forwardingOf(from)
      .elsewhere.flatMap(({ why, to: there }) => (overlapsAddresses(there, to.addresses) ? [why] : [])),
  ];
  if (doubts.length > 0) return { layers: [], missing: doubts };
  const name = `routes of network ${linkName(from.network)}: it is not joined to ${linkName(to.network)}`;
  const opensBy = `a peering between ${linkName(from.network)} and ${linkName(to.network)}`;
  return { layers: [plainLayer({ kind: "route", name, opensBy }, "nothing")], missing: [] };
}

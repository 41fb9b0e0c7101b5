import {
  allAddresses,
  equalAddresses,
  noAddresses,
  parseCidr,
  subtractAddresses,
  unionAddresses,
  type AddressSet,
} from "../../../../network/addresses.ts";
import type { Layer } from "../../../../network/endpoint.ts";
import { knownExtent } from "../../../../network/extent.ts";
import type { Extent } from "../../../../network/filter.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import { malformed, objects, text, wholeNumber } from "../../../read.ts";
import { memo } from "../../../shared/collections.ts";
import { layerOf, passes, perhaps } from "../../../shared/layers.ts";
import { linkName, projectIn } from "../../links.ts";
import { gcpResource, type GcpIndex, type GcpResource } from "../resources.ts";
import { isGiven, textList } from "../terms.ts";
import { pathIn, type Nic } from "../topology.ts";

/** Where a network sends packets, as one interface of it meets its routes. */
export interface Forwarding {
  /** Addresses that go to the internet. */
  readonly internet: AddressSet;
  /** Addresses in the network's subnets, and in its peers'. */
  readonly local: AddressSet;
  /** Addresses whose way is not modelled: appliances, tunnels, hubs, and routes that could not be read. */
  readonly elsewhere: readonly { readonly why: string; readonly to: AddressSet }[];
}

export interface Routing {
  readonly forwardingOf: (nic: Nic) => Forwarding;
  /** The way of replies to clients on the internet. */
  readonly returnRoute: (nic: Nic) => Layer;
}

type Hop = "internet" | "local" | "elsewhere";

interface Route {
  readonly path: string;
  readonly resource: GcpResource;
  readonly prefix: AddressSet;
  readonly priority: number;
  readonly hop: Hop;
  readonly why: string;
  /** Whether it may lead elsewhere, or go before others, than it seems. */
  readonly isLost: boolean;
  /** Instances that it holds for, by network tag; empty: all. */
  readonly tags: readonly string[];
}

/**
 * Routes of each network: the longest prefix goes first, of two as long the lower priority. A route with tags holds for instances that carry one.
 * Dynamic routes, which Cloud Routers learn, are not among what is listed: where one speaks BGP, where packets go is not known. Nor are
 * policy-based routes, which are not asked for. https://cloud.google.com/vpc/docs/routes
 */
export function readRouting(index: GcpIndex): Routing {
  const byNetwork = Map.groupBy(index.all("routes"), ({ data }) => pathIn(data, "network") ?? "");
  const routesOf = memo((network) => (byNetwork.get(network) ?? []).map(readRoute));
  const unreadOf = memo((network) => unreadRoutes(index, network, byNetwork.get("") ?? []));
  const known = new Map<string, Forwarding>();
  const forwardingOf = ({ network, tags }: Nic): Forwarding => {
    const all = routesOf(network ?? "");
    const tagged = all.filter((route) => route.tags.length > 0);
    const held = all.filter((route) => route.tags.length === 0 || route.tags.some((tag) => tags?.has(tag) === true));
    const unread =
      network === null
        ? "the network of an interface"
        : tags === null && tagged.length > 0
          ? "network tags, which its routes go by"
          : unreadOf(network);
    const key = [network, unread, ...held.filter((route) => tagged.includes(route)).map(({ path }) => path)].join(" ");
    const there = known.get(key) ?? forward(held, unread);
    known.set(key, there);
    return there;
  };
  const layers = new Map<Forwarding, Layer>();
  return {
    forwardingOf,
    returnRoute: (nic) => {
      const forwarding = forwardingOf(nic);
      const layer = layers.get(forwarding) ?? replyLayer(nic.network, forwarding, routesOf(nic.network ?? ""));
      layers.set(forwarding, layer);
      return layer;
    },
  };
}

/** Why there may be other routes than those that were listed: not all were, or a Cloud Router learns some, which no list shows. */
function unreadRoutes(index: GcpIndex, network: string, homeless: readonly GcpResource[]): string | null {
  const project = projectIn(network) ?? "";
  const unread =
    index.unread(project, "compute.routes.list") ?? index.unread(project, "compute.routers.aggregatedList");
  if (unread !== null) return unread;
  const lost = homeless.find(({ path }) => projectIn(path) === project);
  if (lost !== undefined) return `which network route ${lost.name} is of`;
  const router = index.all("routers").find(({ data }) => {
    const own = pathIn(data, "network");
    return (own === null || own === network) && isGiven(data["bgpPeers"]);
  });
  if (router !== undefined) return `what router ${router.name} learns by BGP`;
  const importing = objects(index.find(network)?.data ?? {}, "peerings").find(
    (peering) => isGiven(peering["importCustomRoutes"]) && peering["importCustomRoutes"] !== false,
  );
  return importing === undefined ? null : `what peering ${text(importing, "name") ?? network} brings in by BGP`;
}

function readRoute({ path, name, data, ...resource }: GcpResource): Route {
  const range = text(data, "destRange");
  const prefix = range === null ? null : parseCidr(range);
  const priority = wholeNumber(data, "priority");
  const tags = textList(data, "tags");
  const problem =
    prefix === null
      ? `the destination of route ${name}`
      : !tags.isWhole
        ? `the tags of route ${name}`
        : priority === malformed
          ? `the priority of route ${name}`
          : null;
  return {
    path,
    resource: { path, name, data, ...resource },
    // What cannot be read may be anything: it goes before all others.
    prefix: prefix ?? allAddresses,
    priority: typeof priority === "number" ? priority : 1000,
    isLost: problem !== null,
    ...(problem === null ? hopOf(data, name) : { hop: "elsewhere", why: problem }),
    tags: tags.isWhole ? tags.items : [],
  };
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/routes */
function hopOf(data: VendorObject, name: string): Pick<Route, "hop" | "why"> {
  if (text(data, "nextHopGateway")?.endsWith("/default-internet-gateway") === true) return { hop: "internet", why: "" };
  if (text(data, "nextHopNetwork") !== null) return { hop: "local", why: "" };
  // A peer's own routes may be imported, and lead to whatever they lead to there; its subnets always are.
  const kind = text(data, "routeType")?.toUpperCase() ?? "SUBNET";
  if (text(data, "nextHopPeering") !== null && kind === "SUBNET") return { hop: "local", why: "" };
  const next = [
    "nextHopInstance",
    "nextHopIp",
    "nextHopIlb",
    "nextHopVpnTunnel",
    "nextHopHub",
    "nextHopInterconnectAttachment",
    "nextHopPeering",
  ]
    .map((member) => text(data, member))
    .find((each) => each !== null);
  return { hop: "elsewhere", why: `what ${linkName(next ?? "an unknown next hop")} (route ${name}) does with packets` };
}

function forward(routes: readonly Route[], unread: string | null): Forwarding {
  const ordered = routes
    .filter(({ isLost }) => !isLost)
    .toSorted((a, b) => compare(sizeOf(a.prefix), sizeOf(b.prefix)) || a.priority - b.priority);
  let taken = noAddresses;
  const parts: { hop: Hop; why: string; to: AddressSet }[] = [];
  for (const [at, route] of ordered.entries()) {
    const rivals = ordered.filter(
      (other, index) =>
        index > at &&
        other.priority === route.priority &&
        equalAddresses(other.prefix, route.prefix) &&
        other.hop !== route.hop,
    );
    const to = subtractAddresses(route.prefix, taken);
    taken = unionAddresses([taken, route.prefix]);
    if (rivals.length === 0) parts.push({ hop: route.hop, why: route.why, to });
    else
      parts.push({ hop: "elsewhere", why: `which of several equal routes to ${route.resource.name} packets take`, to });
  }
  // Nobody knows what a route that was not read takes from the others.
  const lost = routes.filter(({ isLost }) => isLost).map(({ why, prefix }) => ({ why, to: prefix }));
  const doubts = [...lost, ...(unread === null ? [] : [{ why: `the routes (${unread})`, to: allAddresses }])];
  const doubtful = unionAddresses(doubts.map(({ to }) => to));
  const going = (hop: Hop): AddressSet =>
    subtractAddresses(unionAddresses(parts.filter((part) => part.hop === hop).map(({ to }) => to)), doubtful);
  return {
    internet: going("internet"),
    local: going("local"),
    elsewhere: [...doubts, ...parts.filter(({ hop }) => hop === "elsewhere").map(({ why, to }) => ({ why, to }))],
  };
}

function replyLayer(
  network: string | null,
  { internet, local, elsewhere }: Forwarding,
  routes: readonly Route[],
): Layer {
  const name = `routes of network ${linkName(network ?? "unknown")}`;
  const must = unionAddresses([internet, local]);
  const may = unionAddresses([must, ...elsewhere.map(({ to }) => to)]);
  const missing = [...new Set(elsewhere.map(({ why }) => why))];
  const remote: Extent = missing.length === 0 ? knownExtent(must) : { ...perhaps(may, missing), must };
  const defaults = routes.filter(({ hop }) => hop === "internet").slice(0, 3);
  return layerOf(
    {
      kind: "route",
      name,
      opensBy: `a route to default-internet-gateway in network ${linkName(network ?? "unknown")}`,
      resources: defaults.map(({ resource }) => gcpResource(resource, "gcp:compute:route")),
    },
    [passes(name, remote)],
  );
}

function sizeOf({ v4, v6 }: AddressSet): bigint {
  // Of different families none is longer: they never compete. Within one, the smaller block is the longer prefix.
  return [...v4, ...v6].reduce((sum, { first, last }) => sum + (last - first + 1n), 0n);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

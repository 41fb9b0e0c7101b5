import {
  countAddresses,
  intersectAddresses,
  isEmptyAddresses,
  parseCidr,
  subtractAddresses,
  unionAddresses,
} from "./addresses.ts";
import type { AddressSet } from "./addresses.ts";
import type { Between, Endpoint } from "./endpoint.ts";
import { exposuresOf } from "./exposure.ts";
import type { ExposureEstate } from "./exposure.ts";
import type { PathWitness } from "./exposure-blame.ts";
import type { PacketSpace } from "./exposure-maps.ts";
import { allL4 } from "./l4.ts";
import type { L4Set } from "./l4.ts";
import { insideAddresses } from "./reach-endpoints.ts";
import { judgePath, verdictOf, witnessOf } from "./reach-paths.ts";
import type { Path, ReachPath, ReachVerdict } from "./reach-paths.ts";
import { globallyRoutable, privateRanges } from "./width.ts";

/** What `reach` is answered from; a part of a network estate. */
export interface ReachEstate extends ExposureEstate {
  readonly between: (from: Endpoint, to: Endpoint) => Between;
}

/** Where packets are to come from. */
export type ReachSource =
  | { readonly kind: "internet" }
  | { readonly kind: "addresses"; readonly addresses: AddressSet }
  | { readonly kind: "endpoint"; readonly endpoint: Endpoint };

/** What is asked. */
export interface ReachQuestion {
  readonly from: ReachSource;
  readonly to: Endpoint;
  /** Protocols and the endpoint's own ports; null asks whether anything gets there at all. */
  readonly l4: L4Set | null;
}

/** What gets where, over which paths, and why. */
export interface ReachAnswer {
  readonly question: ReachQuestion;
  readonly verdict: ReachVerdict;
  /** Source addresses and the endpoint's own ports, over all paths together. */
  readonly packets: PacketSpace;
  readonly session: PacketSpace;
  readonly reached: PacketSpace;
  /** Every path that was looked at; those over which most gets through come first. */
  readonly paths: readonly ReachPath[];
  readonly witness: PathWitness | null;
  /** What could not be read and would settle what is uncertain. */
  readonly missing: readonly string[];
  /** How the question was understood, where that is not plain. */
  readonly notes: readonly string[];
}

/** More endpoints behind one source range are too many to answer for one by one. */
export const maximumSenders = 200;

/** The sources hold more endpoints than can be answered for; a narrower question would do. */
export interface TooManySenders {
  readonly kind: "too many senders";
  readonly senders: number;
}

/**
 * Answers what gets from somewhere to an endpoint. Sources on the internet come in over the endpoint's ways. Sources inside are the
 * endpoints that have the addresses; where none has, the route is unknown, and the answer is `unknown` unless the endpoint's own
 * firewalls certainly stop them.
 * @throws {Error} when a witness does not replay through the naive interpreter, which is a bug
 */
export function reach(estate: ReachEstate, question: ReachQuestion): ReachAnswer | TooManySenders {
  const { to } = question;
  const senders = sendersOf(estate, question);
  if (senders.endpoints.length > maximumSenders) {
    return { kind: "too many senders", senders: senders.endpoints.length };
  }
  const analysis = exposuresOf(estate);
  const l4 = question.l4 ?? allL4;
  const planned: Path[] = [];
  for (const { endpoint, addresses } of senders.endpoints) {
    const between = estate.between(endpoint, to);
    planned.push({
      kind: "between",
      sender: endpoint,
      between,
      sources: addresses,
      destinations: insideAddresses(to),
      l4,
    });
  }
  if (!isEmptyAddresses(senders.outside)) {
    for (const way of to.ways) planned.push({ kind: "way", way, sources: senders.outside, l4, missing: to.missing });
  }
  if (!isEmptyAddresses(senders.unplaced)) {
    planned.push({ kind: "unrouted", to, sources: senders.unplaced, l4 });
  }
  const paths = planned.map((path) => judgePath(path, analysis)).toSorted((a, b) => rank(a) - rank(b));
  const asked: readonly AddressSet[] = [
    ...senders.endpoints.map(({ addresses }) => addresses),
    senders.outside,
    senders.unplaced,
  ];
  // Something about the endpoint that was not read may be a way in that is not listed.
  const isUnsure = to.missing.length > 0 && !isEmptyAddresses(senders.outside);
  const anything = isUnsure ? [{ remote: senders.outside, l4, sourcePorts: null }] : [];
  const total = (measure: "packets" | "session" | "reached"): PacketSpace => ({
    must: paths.flatMap((path) => path[measure].must),
    may: [...paths.flatMap((path) => path[measure].may), ...anything],
  });
  const reached = total("reached");
  const verdict = verdictOf(reached, unionAddresses(asked), question.l4);
  const isSettled = verdict === "open" || verdict === "closed";
  return {
    question,
    verdict,
    packets: total("packets"),
    session: total("session"),
    reached,
    paths,
    witness: witnessOf(paths[0], analysis),
    missing: isSettled
      ? []
      : [...new Set([...(isUnsure ? to.missing : []), ...paths.flatMap(({ missing }) => missing)])],
    notes: [
      ...senders.notes,
      ...(senders.noWay(to)
        ? ["the records show no way in from the internet: no public address, no load balancer"]
        : []),
    ],
  };
}

const order = { open: 0, partial: 1, unknown: 2, closed: 3 } as const;

function rank(path: ReachPath): number {
  return order[path.verdict];
}

/** Addresses that nothing on the internet has: a packet from there comes over some private route. */
const insideOnly = unionAddresses([
  ...privateRanges.map(({ set }) => set),
  ...["169.254.0.0/16", "fe80::/10"].flatMap((cidr) => parseCidr(cidr) ?? []),
]);

interface Senders {
  readonly endpoints: readonly { readonly endpoint: Endpoint; readonly addresses: AddressSet }[];
  /** Sources that come in over the endpoint's ways. */
  readonly outside: AddressSet;
  /** Private sources that nothing in the estate has. */
  readonly unplaced: AddressSet;
  readonly notes: readonly string[];
  readonly noWay: (to: Endpoint) => boolean;
}

const nowhere: AddressSet = { v4: [], v6: [] };

function sendersOf({ endpoints }: ReachEstate, { from, to }: ReachQuestion): Senders {
  const noWay = (sources: AddressSet) => (endpoint: Endpoint) =>
    !isEmptyAddresses(sources) && endpoint.ways.length === 0 && endpoint.missing.length === 0;
  if (from.kind === "internet") {
    return { endpoints: [], outside: globallyRoutable, unplaced: nowhere, notes: [], noWay: noWay(globallyRoutable) };
  }
  if (from.kind === "endpoint") {
    const { endpoint } = from;
    return {
      endpoints: [{ endpoint, addresses: insideAddresses(endpoint) }],
      outside: nowhere,
      unplaced: nowhere,
      notes: [],
      noWay: () => false,
    };
  }
  const { v4, v6 } = countAddresses(from.addresses);
  // IPv6 is not translated inside: a single public address that an endpoint has is that endpoint. Wider ranges are the internet.
  const isSingle = v4 + v6 === 1n;
  const holders = endpoints.flatMap((endpoint) => {
    if (endpoint === to) return [];
    const own = isSingle ? insideAddresses(endpoint) : endpoint.privateAddresses;
    const addresses = intersectAddresses(own, from.addresses);
    return isEmptyAddresses(addresses) ? [] : [{ endpoint, addresses }];
  });
  const rest = subtractAddresses(from.addresses, unionAddresses(holders.map(({ addresses }) => addresses)));
  const outside = subtractAddresses(rest, insideOnly);
  const left = intersectAddresses(rest, insideOnly);
  const notes =
    holders.length > 0 && !isEmptyAddresses(left)
      ? ["of the private addresses asked about, only those that an endpoint has were looked at"]
      : [];
  return { endpoints: holders, outside, unplaced: holders.length > 0 ? nowhere : left, notes, noWay: noWay(outside) };
}

import { allAddresses, countAddresses, isEmptyAddresses, subtractAddresses } from "./addresses.ts";
import type { AddressSet } from "./addresses.ts";
import type { Between, Endpoint, Inspection, Layer, Way } from "./endpoint.ts";
import { ownReplies } from "./exposure.ts";
import type { ExposureAnalysis } from "./exposure.ts";
import { partsOf } from "./exposure-openings.ts";
import type { Measure } from "./exposure-openings.ts";
import { explainLayer, explainWay, findPathWitness, layersThatCount } from "./exposure-blame.ts";
import type { LayerStep, PathWitness } from "./exposure-blame.ts";
import { bothMaps, boxesFrom, spaceOf, whereRepliesMatter } from "./exposure-maps.ts";
import type { LayerMaps, PacketSpace } from "./exposure-maps.ts";
import { allL4, equalL4, includesL4, intersectL4, isEmptyL4, l4Protocol, tcp, unionL4 } from "./l4.ts";
import type { L4Set } from "./l4.ts";
import type { PacketMap } from "./packet-map.ts";
import type { Packet, PacketBox } from "./packet.ts";
import { globallyRoutable } from "./width.ts";

/**
 * - `open`: everything asked gets there from everywhere asked, in at least one address family; with no ports asked, something does.
 * - `partial`: some of it certainly does.
 * - `closed`: certainly nothing does.
 * - `unknown`: nothing certainly does, and something that was not read could let it.
 * For TCP it speaks of sessions, for everything else of packets that enter.
 */
export type ReachVerdict = "open" | "partial" | "closed" | "unknown";

/** A path to be judged: what is asked of it, and its layers. */
export type Path =
  | {
      readonly kind: "way";
      readonly way: Way;
      readonly sources: AddressSet;
      readonly l4: L4Set;
      /** What could not be read about the endpoint. */
      readonly missing: readonly string[];
    }
  | {
      readonly kind: "between";
      readonly sender: Endpoint;
      readonly between: Between;
      readonly sources: AddressSet;
      readonly destinations: AddressSet;
      readonly l4: L4Set;
    }
  /** From private addresses that no endpoint has: only the firewalls around the endpoint itself are certain to be passed. */
  | { readonly kind: "unrouted"; readonly to: Endpoint; readonly sources: AddressSet; readonly l4: L4Set };

/** What gets through over one path, and why. */
export interface ReachPath {
  readonly path: Path;
  readonly verdict: ReachVerdict;
  readonly packets: PacketSpace;
  readonly session: PacketSpace;
  readonly reached: PacketSpace;
  /**
   * Layer by layer, outermost first, then what the reply passes: about the packets that get through; where none certainly does about
   * those that could; where none can about all that were asked.
   */
  readonly steps: readonly PathStep[];
  readonly inspections: readonly Inspection[];
  readonly missing: readonly string[];
}

/** A layer of a path; `side` says whose addresses it sees as the other end. */
export interface PathStep extends LayerStep {
  readonly side: "source" | "destination";
}

/** The layers of a path, by which end of the packet they see as remote. */
interface PathLayers {
  readonly source: { readonly packets: readonly Layer[]; readonly replies: readonly Layer[] };
  readonly destination: { readonly packets: readonly Layer[]; readonly replies: readonly Layer[] };
}

const none = { packets: [], replies: [] } as const;
const nothing: PacketSpace = { must: [], may: [] };
const measures = ["packets", "session", "reached"] as const;

/** The verdict on what gets through of everything that was asked about. */
export function verdictOf({ must, may }: PacketSpace, sources: AddressSet, l4: L4Set | null): ReachVerdict {
  if (must.length === 0) return may.length === 0 ? "closed" : "unknown";
  const parts = partsOf(must, l4 ?? allL4);
  const families = [
    { v4: sources.v4, v6: [] },
    { v4: [], v6: sources.v6 },
  ].filter((family) => !isEmptyAddresses(family));
  const whole = families.some((family) => {
    const points = unionL4(
      parts.filter(({ addresses }) => isWholly(addresses, family, sources === globallyRoutable)).map((part) => part.l4),
    );
    return l4 === null ? points.length > 0 : includesL4(points, l4);
  });
  return whole ? "open" : "partial";
}

/**
 * A network's own IPv6 prefix (a /56 on AWS) is routable space that is never outside. What an endpoint is not open to on the IPv6 internet
 * may be that much, a /40 in all, and it is still open to the internet.
 */
const ownPrefixes = 1n << 88n;

function isWholly(addresses: AddressSet, family: AddressSet, isInternet: boolean): boolean {
  const { v4, v6 } = countAddresses(subtractAddresses(family, addresses));
  return v4 === 0n && v6 <= (isInternet ? ownPrefixes : 0n);
}

/** Judges one path. */
export function judgePath(path: Path, analysis: ExposureAnalysis): ReachPath {
  const { maps } = analysis;
  const layers = layersOfPath(path);
  const [packets = nothing, session = nothing, reached = nothing] = measures.map((measure) =>
    withDoubt(path, spaceOfPath(path, layers, measure, maps)),
  );
  const verdict = verdictOf(reached, path.sources, equalL4(path.l4, allL4) ? null : path.l4);
  const answered = reached.must.length > 0 ? reached.must : reached.may;
  const region = answered.length > 0 ? answered : askedBoxes(path, layers, analysis);
  return {
    path,
    verdict,
    packets,
    session,
    reached,
    steps: explainPath(path, layers, region, analysis),
    inspections: path.kind === "way" ? path.way.inspections : path.kind === "between" ? path.between.inspections : [],
    missing: missingOf(path, layers, maps),
  };
}

function layersOfPath(path: Path): PathLayers {
  switch (path.kind) {
    case "way":
      return { source: { packets: path.way.packets, replies: ownReplies(path.way) }, destination: none };
    case "between": {
      const { leaving, entering, repliesLeaving, repliesEntering } = path.between;
      return {
        source: { packets: entering, replies: repliesLeaving },
        destination: { packets: leaving, replies: repliesEntering },
      };
    }
    case "unrouted":
      return { source: { packets: firewallsAround(path.to), replies: [] }, destination: none };
  }
}

/** The firewalls on the endpoint itself, which everything passes whatever way it came: those that all its ways have. */
function firewallsAround({ ways }: Endpoint): readonly Layer[] {
  const direct = ways.filter(({ kind }) => kind === "address");
  const [first] = direct;
  return (first?.packets ?? []).filter(
    (layer) => layer.kind === "endpoint-firewall" && direct.every((way) => way.packets.includes(layer)),
  );
}

function spaceOfPath(path: Path, layers: PathLayers, measure: Measure, maps: LayerMaps): PacketSpace {
  const source = mapFor(layers.source, measure, maps);
  if (path.kind !== "between") return narrow(spaceOf(source, path.sources), () => path.l4, path.l4);
  const destination = mapFor(layers.destination, measure, maps);
  // A packet has one family, and the layers that see the receiver must pass it towards one of the receiver's addresses.
  const families = (["v4", "v6"] as const).map((family) => {
    const only = (set: AddressSet): AddressSet => ({ v4: [], v6: [], [family]: set[family] });
    const towards = spaceOf(destination, only(path.destinations));
    const l4Of = (boxes: readonly PacketBox[]): L4Set => unionL4(boxes.map(({ l4 }) => l4));
    const from = spaceOf(source, only(path.sources));
    return narrow(from, (bound) => l4Of(towards[bound]), path.l4);
  });
  return {
    must: families.flatMap(({ must }) => must),
    may: families.flatMap(({ may }) => may),
  };
}

function mapFor(
  { packets, replies }: { readonly packets: readonly Layer[]; readonly replies: readonly Layer[] },
  measure: Measure,
  maps: LayerMaps,
): PacketMap {
  const there = maps.compose(packets.map(maps.read));
  if (measure === "packets" || replies.length === 0) return there;
  const back = maps.compose(replies.map(maps.read));
  return bothMaps(there, measure === "session" ? back : whereRepliesMatter(back));
}

function narrow(space: PacketSpace, l4Of: (bound: "must" | "may") => L4Set, asked: L4Set): PacketSpace {
  const cut = (bound: "must" | "may"): readonly PacketBox[] => withinL4(space[bound], intersectL4(l4Of(bound), asked));
  return { must: cut("must"), may: cut("may") };
}

/** What is not modelled, or was not read, may open what the layers close, or close what they open. */
function withDoubt(path: Path, space: PacketSpace): PacketSpace {
  switch (path.kind) {
    case "way":
      return space;
    case "between":
      return missingBetween(path).length === 0 ? space : { must: [], may: everythingAsked(path) };
    case "unrouted":
      return { must: [], may: isBehindLoadBalancer(path.to) ? everythingAsked(path) : space.may };
  }
}

function missingBetween({
  between,
  sender,
  sources,
  destinations,
}: Extract<Path, { readonly kind: "between" }>): readonly string[] {
  if (isEmptyAddresses(sources)) return [...between.missing, `the addresses of ${sender.resource.id}`];
  if (isEmptyAddresses(destinations)) return [...between.missing, "the addresses of the endpoint"];
  return between.missing;
}

/** A load balancer inside would speak with its own address, whoever asked it. */
function isBehindLoadBalancer({ ways }: Endpoint): boolean {
  return ways.some(({ kind }) => kind === "load-balancer");
}

function everythingAsked({ sources, l4 }: Path): readonly PacketBox[] {
  return isEmptyL4(l4) ? [] : [{ remote: isEmptyAddresses(sources) ? allAddresses : sources, l4, sourcePorts: null }];
}

/**
 * What was asked, of the packets that come furthest: a family without a public address says nothing about the layers, nor does a port that
 * no firewall lets in where no port was asked about. Layers that stop everything do not narrow it.
 */
function askedBoxes(path: Path, { source, destination }: PathLayers, { maps }: ExposureAnalysis): readonly PacketBox[] {
  let { sources, l4 } = path;
  const inward = [...source.packets.toReversed(), ...source.replies];
  const first = inward.filter(({ kind }) => kind === "public-address");
  for (const layer of [...first, ...inward]) {
    const boxes = withinL4(boxesFrom(maps.read(layer).map, sources, ["allow", "undecided"]), l4);
    if (boxes.length === 0) continue;
    sources = {
      v4: boxes.some(({ remote }) => remote.v4.length > 0) ? sources.v4 : [],
      v6: boxes.some(({ remote }) => remote.v6.length > 0) ? sources.v6 : [],
    };
    if (equalL4(path.l4, allL4)) l4 = unionL4(boxes.map((box) => box.l4));
  }
  if (path.kind === "between" && equalL4(path.l4, allL4)) {
    for (const layer of [...destination.packets, ...destination.replies]) {
      const boxes = withinL4(boxesFrom(maps.read(layer).map, path.destinations, ["allow", "undecided"]), l4);
      if (boxes.length > 0) l4 = unionL4(boxes.map((box) => box.l4));
    }
  }
  return everythingAsked({ ...path, sources, l4 });
}

function withinL4(boxes: readonly PacketBox[], points: L4Set): readonly PacketBox[] {
  return boxes.flatMap((box) => {
    const l4 = intersectL4(box.l4, points);
    return isEmptyL4(l4) ? [] : [{ ...box, l4 }];
  });
}

function explainPath(
  path: Path,
  layers: PathLayers,
  region: readonly PacketBox[],
  analysis: ExposureAnalysis,
): readonly PathStep[] {
  if (region.length === 0) return [];
  const fromSource = (steps: readonly LayerStep[]): readonly PathStep[] =>
    steps.map((step) => ({ ...step, side: "source" }));
  if (path.kind !== "between") return fromSource(explainWay(layers.source, "reached", region, analysis));
  const towards = region.flatMap(({ remote, l4 }): PacketBox[] => {
    const destinations: AddressSet = {
      v4: remote.v4.length > 0 ? path.destinations.v4 : [],
      v6: remote.v6.length > 0 ? path.destinations.v6 : [],
    };
    return isEmptyAddresses(destinations) ? [] : [{ remote: destinations, l4, sourcePorts: null }];
  });
  const explain = (
    some: readonly Layer[],
    boxes: readonly PacketBox[],
    direction: LayerStep["direction"],
    side: PathStep["side"],
  ): readonly PathStep[] =>
    boxes.length === 0 ? [] : some.map((layer) => ({ ...explainLayer(layer, direction, boxes, analysis), side }));
  return [
    ...explain(layers.destination.packets, towards, "packet", "destination"),
    ...explain(layers.source.packets, region, "packet", "source"),
    ...explain(layers.source.replies, withinL4(region, l4Protocol(tcp)), "reply", "source"),
    ...explain(layers.destination.replies, withinL4(towards, l4Protocol(tcp)), "reply", "destination"),
  ];
}

function missingOf(path: Path, layers: PathLayers, maps: LayerMaps): readonly string[] {
  const own =
    path.kind === "way"
      ? path.missing
      : path.kind === "between"
        ? missingBetween(path)
        : ["the route from these private addresses: no endpoint of the estate has them"];
  const { source, destination } = layers;
  const all = [source.packets, source.replies, destination.packets, destination.replies].flat();
  return [...new Set([...own, ...all.flatMap((layer) => maps.read(layer).missing)])];
}

/**
 * A packet that certainly gets through a path; null when none does.
 * @throws {Error} when it does not replay, which is a bug
 */
export function witnessOf(judged: ReachPath | undefined, { maps }: ExposureAnalysis): PathWitness | null {
  if (judged === undefined || judged.path.kind === "unrouted") return null;
  const { path, reached } = judged;
  const layers = layersOfPath(path);
  const witness = findPathWitness(
    reached.must,
    (packet: Packet) => layersThatCount(layers.source, "reached", packet.l4),
    "must",
    maps,
  );
  if (witness === null || path.kind !== "between") return witness;
  const { packet } = witness;
  // The other half sees the receiver: one of its addresses to which the same packet gets through.
  const destinations = familyOnly(path.destinations, packet.remote.family);
  const towards = narrow(
    spaceOf(mapFor(layers.destination, "reached", maps), destinations),
    () => [{ first: packet.l4, last: packet.l4 }],
    [{ first: packet.l4, last: packet.l4 }],
  );
  const other = findPathWitness(
    towards.must,
    ({ l4 }) => layersThatCount(layers.destination, "reached", l4),
    "must",
    maps,
  );
  return { ...witness, steps: [...(other?.steps ?? []), ...witness.steps] };
}

function familyOnly(set: AddressSet, family: 4 | 6): AddressSet {
  return family === 4 ? { v4: set.v4, v6: [] } : { v4: [], v6: set.v6 };
}

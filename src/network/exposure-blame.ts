import { overlapsAddresses, intersectAddresses, isEmptyAddresses } from "./addresses.ts";
import { explainDecision } from "./blame.ts";
import type { LayerBlame } from "./blame.ts";
import { outcomeOf } from "./compile-layer.ts";
import { compile } from "./compile.ts";
import type { Inspection, Layer, Way } from "./endpoint.ts";
import type { Firewall } from "./estate.ts";
import { ownReplies } from "./exposure.ts";
import type { Exposure, ExposureAnalysis } from "./exposure.ts";
import type { InternetOpening, Measure } from "./exposure-openings.ts";
import { filterOfBoxes, mapOfBoxes } from "./exposure-maps.ts";
import type { Rule } from "./filter.ts";
import { intersectL4, isEmptyL4, l4Protocol, overlapsL4, tcp } from "./l4.ts";
import type { L4Set } from "./l4.ts";
import { combine } from "./packet-map.ts";
import type { Decision, Outcome, PacketMap } from "./packet-map.ts";
import type { Packet, PacketBox } from "./packet.ts";
import { findWitness, replayPacket } from "./witness.ts";

/** A rule of a layer, and the firewall it belongs to; null for rules that stand for a route, a switch and the like. */
export interface DecidingRule {
  readonly rule: Rule;
  readonly firewall: Firewall | null;
}

/** What one layer makes of some packets. */
export interface LayerStep {
  readonly layer: Layer;
  /** Whether the packet itself passes it, or the reply. */
  readonly direction: "packet" | "reply";
  /** `unknown`: nothing certainly passes, and something unread could let some through. */
  readonly passes: "all" | "some" | "none" | "unknown";
  /** The rules that let some of them through, certainly or possibly. In a union all that do. */
  readonly letting: readonly DecidingRule[];
  /** The rules that stop some of them. */
  readonly stopping: readonly DecidingRule[];
  /** Whether some are stopped because no rule lets them through. */
  readonly stoppedByDefault: boolean;
  /** What could not be read and bears on these packets. */
  readonly missing: readonly string[];
}

/** A packet that gets through every layer, replayed through the naive interpreter layer by layer. */
export interface PathWitness {
  readonly packet: Packet;
  /** True when it certainly gets through; false when it could. */
  readonly certain: boolean;
  readonly steps: readonly { readonly layer: Layer; readonly blame: readonly LayerBlame[] }[];
}

type Reader = Pick<ExposureAnalysis, "maps" | "firewallOf">;

/** What a layer makes of the packets of some boxes, of which there must be at least one. */
export function explainLayer(
  layer: Layer,
  direction: "packet" | "reply",
  region: readonly PacketBox[],
  { maps, firewallOf }: Reader,
): LayerStep {
  const inside = mapOfBoxes(region);
  const reading = maps.read(layer);
  const compiled = maps.compiled(layer.filter);
  const letting = new Set<Rule>();
  for (const decision of decisionsWithin(compiled.may, inside)) {
    if (decision.outcome !== "allow") continue;
    for (const [index, { rule, reached }] of explainDecision(compiled, decision).layers.entries()) {
      const own = compiled.layers[index];
      if (own?.kind === "anyOf" && reached) for (const each of supporters(own.rules, region)) letting.add(each);
      else if (rule !== null && rule.action !== "deny") letting.add(rule);
    }
  }
  const stopping = new Set<Rule>();
  let stoppedByDefault = false;
  for (const decision of decisionsWithin(compiled.must, inside)) {
    if (decision.outcome === "allow") continue;
    for (const { rule, blocks } of explainDecision(compiled, decision).layers) {
      if (!blocks) continue;
      if (rule === null) stoppedByDefault = true;
      else stopping.add(rule);
    }
  }
  const owned = (rules: ReadonlySet<Rule>): readonly DecidingRule[] =>
    [...rules].map((rule) => ({ rule, firewall: firewallOf(rule, layer) }));
  const outcomes = new Set(decisionsWithin(reading.map, inside).map(({ outcome }) => outcome));
  return {
    layer,
    direction,
    passes: passesOf(outcomes),
    letting: owned(letting),
    stopping: owned(stopping),
    stoppedByDefault,
    missing: outcomes.has("undecided") ? reading.missing : [],
  };
}

function passesOf(outcomes: ReadonlySet<Outcome>): LayerStep["passes"] {
  if (outcomes.has("allow")) return outcomes.size === 1 ? "all" : "some";
  return outcomes.has("undecided") ? "unknown" : "none";
}

const outside: Decision = { outcome: "deny", winners: [-3] };

/** The decisions that a map takes on packets inside. */
function decisionsWithin(map: PacketMap, inside: PacketMap): readonly Decision[] {
  return combine(inside, map, (at, decision) => (at.outcome === "allow" ? decision : outside)).decisions.filter(
    (decision) => decision !== outside,
  );
}

function supporters(rules: readonly Rule[], region: readonly PacketBox[]): readonly Rule[] {
  return rules.filter(
    ({ action, l4, remote, sourcePorts }) =>
      outcomeOf(action) === "allow" &&
      region.some(
        (box) =>
          overlapsL4(l4, box.l4) &&
          overlapsAddresses(remote.may, box.remote) &&
          (sourcePorts === null || box.sourcePorts === null || overlapsL4(sourcePorts, box.sourcePorts)),
      ),
  );
}

/**
 * A packet of the boxes, by preference one of `prefer`, that gets through all of some layers. Null when there is no box.
 * @throws {Error} when it does not replay through the naive interpreter in some layer, which is a bug in the engine and not a finding.
 */
export function findPathWitness(
  boxes: readonly PacketBox[],
  layersFor: (packet: Packet) => readonly Layer[],
  bound: "must" | "may",
  maps: Reader["maps"],
  prefer: readonly L4Set[] = [],
): PathWitness | null {
  const found = findWitness(compile(filterOfBoxes(boxes)), { bound: "must", prefer });
  if (found === null) return null;
  const { packet } = found;
  const steps = layersFor(packet).map((layer) => {
    try {
      return { layer, blame: replayPacket(maps.compiled(layer.filter), packet, bound).layers };
    } catch (error) {
      throw new Error(
        `a bug in the network engine: in layer ${layer.name} the ${error instanceof Error ? error.message : ""}`,
        {
          cause: error,
        },
      );
    }
  });
  return { packet, certain: bound === "must", steps };
}

/** The layers that decide whether a packet counts by a measure: its own, and its reply's where that matters. */
export function layersThatCount(way: Pick<Way, "packets" | "replies">, measure: Measure, l4: number): readonly Layer[] {
  const needsReply = measure === "session" || (measure === "reached" && l4 >> 16 === tcp);
  return needsReply ? [...way.packets, ...ownReplies(way)] : way.packets;
}

/** How something that is open to the internet comes about over one way. */
export interface WayOpening {
  readonly way: Way;
  /** The packets that get through here. */
  readonly boxes: readonly PacketBox[];
  /** Layer by layer, which rules let them through. */
  readonly steps: readonly LayerStep[];
}

/** An opening explained. */
export interface ExplainedOpening {
  /** The ways over which it is open. None when what is missing is a way of its own. */
  readonly ways: readonly WayOpening[];
  /** Every rule of a firewall that lets packets of it through, once. */
  readonly rules: readonly DecidingRule[];
  /** Appliances that stand in all of these ways: it is open only through them. */
  readonly onlyThrough: readonly Inspection[];
  readonly witness: PathWitness | null;
}

/**
 * Explains, for one endpoint and by its own rules, what {@link ExposureAnalysis.openToInternet} answered for its class.
 * @param prefer points of the L4 axis to show in the witness if they are open, the gravest first
 * @throws {Error} when the witness does not replay, which is a bug
 */
export function explainOpening(
  analysis: ExposureAnalysis,
  exposure: Exposure,
  opening: InternetOpening,
  measure: Measure = "reached",
  prefer: readonly L4Set[] = [],
): ExplainedOpening {
  const bound = opening.missing.length === 0 ? "must" : "may";
  const ways: WayOpening[] = [];
  for (const { way, space } of exposure.ways) {
    const boxes = narrowBoxes(space(measure)[bound], opening);
    if (boxes.length === 0) continue;
    ways.push({ way, boxes, steps: explainWay(way, measure, boxes, analysis) });
  }
  const [first] = ways;
  const witness =
    first === undefined
      ? null
      : findPathWitness(
          first.boxes,
          (packet) => layersThatCount(first.way, measure, packet.l4),
          bound,
          analysis.maps,
          prefer,
        );
  const rules = new Map(
    ways.flatMap(({ steps }) =>
      steps.flatMap(({ letting }) =>
        letting.flatMap((each) => (each.firewall === null ? [] : [[each.rule, each] as const])),
      ),
    ),
  );
  return { ways, rules: [...rules.values()], onlyThrough: commonInspections(ways.map(({ way }) => way)), witness };
}

/** What each layer of a way makes of some packets. A reply's layers are asked about the packets whose replies matter. */
export function explainWay(
  way: Pick<Way, "packets" | "replies">,
  measure: Measure,
  boxes: readonly PacketBox[],
  reader: Reader,
): readonly LayerStep[] {
  const answered =
    measure === "packets"
      ? []
      : measure === "session"
        ? boxes
        : narrowBoxes(boxes, { parts: [{ l4: l4Protocol(tcp), addresses: null }] });
  return [
    ...way.packets.map((layer) => explainLayer(layer, "packet", boxes, reader)),
    ...(answered.length === 0 ? [] : ownReplies(way).map((layer) => explainLayer(layer, "reply", answered, reader))),
  ];
}

function narrowBoxes(
  boxes: readonly PacketBox[],
  {
    parts,
  }: { readonly parts: readonly { readonly l4: L4Set; readonly addresses: InternetOpening["addresses"] | null }[] },
): readonly PacketBox[] {
  return boxes.flatMap((box) =>
    parts.flatMap((part): PacketBox[] => {
      const l4 = intersectL4(box.l4, part.l4);
      if (isEmptyL4(l4)) return [];
      const remote = part.addresses === null ? box.remote : intersectAddresses(box.remote, part.addresses);
      return isEmptyAddresses(remote) ? [] : [{ ...box, l4, remote }];
    }),
  );
}

function commonInspections(ways: readonly Way[]): readonly Inspection[] {
  const [first, ...others] = ways;
  return (first?.inspections ?? []).filter(({ resource }) =>
    others.every((way) => way.inspections.some((each) => each.resource.id === resource.id)),
  );
}

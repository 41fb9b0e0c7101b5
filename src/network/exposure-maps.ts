import { allAddresses, intersectAddresses, isEmptyAddresses } from "./addresses.ts";
import type { AddressSet } from "./addresses.ts";
import { compileLayer } from "./compile-layer.ts";
import type { LayerFilter } from "./compile-layer.ts";
import { compile, leastOutcome, rulesOf } from "./compile.ts";
import type { Compiled } from "./compile.ts";
import type { Layer } from "./endpoint.ts";
import { isKnownExtent } from "./extent.ts";
import type { Filter, Rule } from "./filter.ts";
import { allL4, l4Protocol, subtractL4, tcp } from "./l4.ts";
import type { L4Set } from "./l4.ts";
import { combine, constantMap, mapDecisions } from "./packet-map.ts";
import type { Decision, PacketMap } from "./packet-map.ts";
import type { PacketBox } from "./packet.ts";
import { boxesOf, permittedText } from "./permitted.ts";

/** Packets that certainly get through (`must`), and all that could (`may`); each as disjoint boxes. The same object where nothing is unknown. */
export interface PacketSpace {
  readonly must: readonly PacketBox[];
  readonly may: readonly PacketBox[];
}

/**
 * What a layer makes of every packet, with blame left out: `allow` certainly passes, `deny` certainly does not, `undecided` rests on
 * something unread. Small, and alike for layers that mean the same.
 */
export interface LayerReading {
  /** Equal exactly when the layers mean the same and lack the same data. Numbers are an order of asking, nothing more. */
  readonly meaning: number;
  readonly map: PacketMap;
  /** What could not be read. */
  readonly missing: readonly string[];
  /** True for a layer of replies that is read as it bears on being reached; see {@link whereRepliesMatter}. */
  readonly needsReply?: boolean;
}

/** Reads and composes layers, each distinct one once. */
export interface LayerMaps {
  readonly read: (layer: Layer) => LayerReading;
  /** What gets through all of some layers. Beginnings that several ways share are composed once. */
  readonly compose: (layers: readonly LayerReading[]) => PacketMap;
  /**
   * Which layer alone stops each packet of some points: `winners[0]` is its index among those given, -1 where none stops it, -2 where
   * several do or the points are others. The outcome says whether the packet certainly (`allow`) or possibly (`undecided`) passes the
   * layers that do not stop it.
   */
  readonly soleBlockers: (layers: readonly LayerReading[], l4: L4Set) => PacketMap;
  /** The layer compiled with blame; a few are kept. */
  readonly compiled: (filter: Filter) => Compiled;
}

const passes: Decision = { outcome: "allow", winners: [] };
const unsure: Decision = { outcome: "undecided", winners: [] };
const stops: Decision = { outcome: "deny", winners: [] };
const byOutcome = { allow: passes, undecided: unsure, deny: stops } as const;

/** Composed beginnings that are kept: more than an account has subnets. */
const keptPrefixes = 4096;
/** Layers kept with their blame, which is what takes memory. */
const keptCompiled = 256;

/** Layer maps with nothing in them. Keep them for as long as the layers live. */
export function createLayerMaps(): LayerMaps {
  const readings = new WeakMap<Filter, LayerReading>();
  const byText = new Map<string, LayerReading>();
  const prefixes = new Map<string, PacketMap>();
  const blockers = new WeakMap<L4Set, Map<string, PacketMap>>();
  const recent = new Map<Filter, Compiled>();

  function read({ filter }: Layer): LayerReading {
    const known = readings.get(filter);
    if (known !== undefined) return known;
    const fresh = readFilter(filter);
    const text = `${fresh.text}|${fresh.missing.join("|")}`;
    const reading = byText.get(text) ?? { meaning: byText.size, map: fresh.map, missing: fresh.missing };
    byText.set(text, reading);
    readings.set(filter, reading);
    return reading;
  }

  function compose(layers: readonly LayerReading[]): PacketMap {
    let key = "";
    let all = constantMap(passes);
    for (const { meaning, map } of layers) {
      key += `${meaning} `;
      const known = prefixes.get(key);
      if (known !== undefined) {
        all = known;
        continue;
      }
      all = key === `${meaning} ` ? map : bothMaps(all, map);
      if (prefixes.size >= keptPrefixes) prefixes.clear();
      prefixes.set(key, all);
    }
    return all;
  }

  function soleBlockers(layers: readonly LayerReading[], l4: L4Set): PacketMap {
    const cache = blockers.get(l4) ?? new Map<string, PacketMap>();
    blockers.set(l4, cache);
    let key = "";
    let all = cache.get(key) ?? unblockedWithin(l4);
    cache.set(key, all);
    for (const [index, { meaning, map, needsReply }] of layers.entries()) {
      key += `${meaning}${needsReply === true ? "r" : ""} `;
      const known = cache.get(key);
      all = known ?? combine(all, map, (before, layer) => blockedToo(before, layer, index));
      if (known !== undefined) continue;
      if (cache.size >= keptPrefixes) cache.clear();
      cache.set(key, all);
    }
    return all;
  }

  function compiled(filter: Filter): Compiled {
    const known = recent.get(filter);
    if (known !== undefined) return known;
    if (recent.size >= keptCompiled) recent.clear();
    const fresh = compile(filter);
    recent.set(filter, fresh);
    return fresh;
  }

  return { read, compose, soleBlockers, compiled };
}

const unblocked: Decision = { outcome: "allow", winners: [-1] };
const blockedBySeveral: Decision = { outcome: "deny", winners: [-2] };

/** Before any layer: nothing stops the points asked about, and the others do not matter. */
function unblockedWithin(l4: L4Set): PacketMap {
  return mapDecisions(mapOfBoxes([{ remote: allAddresses, l4, sourcePorts: null }]), ({ outcome }) =>
    outcome === "allow" ? unblocked : blockedBySeveral,
  );
}

function blockedToo(before: Decision, layer: Decision, index: number): Decision {
  const [blocker = -1] = before.winners;
  if (layer.outcome === "allow" || blocker === -2) return before;
  if (layer.outcome === "undecided") return { outcome: "undecided", winners: before.winners };
  return blocker === -1 ? { outcome: before.outcome, winners: [index] } : blockedBySeveral;
}

function readFilter(filter: Filter): {
  readonly map: PacketMap;
  readonly text: string;
  readonly missing: readonly string[];
} {
  const { must, may } = compile(filter);
  if (must === may) {
    const map = mapDecisions(must, ({ outcome }) => (outcome === "allow" ? passes : stops));
    return { map, text: permittedText(map), missing: [] };
  }
  const map = combine(must, may, (certain, possible) =>
    certain.outcome === "allow" ? passes : possible.outcome === "allow" ? unsure : stops,
  );
  const missing = rulesOf(filter).flatMap(({ remote }) => (isKnownExtent(remote) ? [] : remote.missing));
  return {
    map,
    text: `${permittedText(must)}|${permittedText(may)}`,
    missing: map.decisions.includes(unsure) ? [...new Set(missing)].toSorted() : [],
  };
}

/** What passes both of two maps. */
export function bothMaps(a: PacketMap, b: PacketMap): PacketMap {
  return combine(a, b, (x, y) => byOutcome[leastOutcome(x.outcome, y.outcome)]);
}

/** A filter that lets exactly the packets of some boxes through. */
export function filterOfBoxes(boxes: readonly PacketBox[]): LayerFilter {
  const rules = boxes.map(({ remote, l4, sourcePorts }): Rule => ({
    key: "box",
    id: null,
    action: "allow",
    peer: { kind: "any" },
    remote: { must: remote, may: remote, missing: [] },
    l4,
    sourcePorts,
    description: null,
  }));
  return { kind: "anyOf", layer: "boxes", rules };
}

/** The packets of some boxes as a map: `allow` inside, `deny` outside. */
export function mapOfBoxes(boxes: readonly PacketBox[]): PacketMap {
  return mapDecisions(compileLayer(filterOfBoxes(boxes), "must"), ({ outcome }) =>
    outcome === "allow" ? passes : stops,
  );
}

const otherThanTcp = mapOfBoxes([{ remote: allAddresses, l4: subtractL4(allL4, l4Protocol(tcp)), sourcePorts: null }]);

/** A map of what replies pass as it bears on being reached: only TCP needs a reply before it does harm. */
export function whereRepliesMatter(replies: PacketMap): PacketMap {
  return combine(replies, otherThanTcp, (reply, other) => (other.outcome === "allow" ? passes : reply));
}

/** What a map lets through of packets from some addresses. */
export function spaceOf(map: PacketMap, within: AddressSet): PacketSpace {
  const must = boxesFrom(map, within, ["allow"]);
  const isKnown = map.decisions.every(({ outcome }) => outcome !== "undecided");
  return { must, may: isKnown ? must : boxesFrom(map, within, ["allow", "undecided"]) };
}

/** The boxes of a map with these outcomes, of packets from some addresses. */
export function boxesFrom(
  map: PacketMap,
  within: AddressSet,
  outcomes: readonly Decision["outcome"][],
): readonly PacketBox[] {
  const merged = mapDecisions(map, ({ outcome }) => (outcomes.includes(outcome) ? passes : stops));
  return boxesOf(merged, (decision) => decision === passes).flatMap((box) => {
    const remote = intersectAddresses(box.remote, within);
    return isEmptyAddresses(remote) ? [] : [{ ...box, remote }];
  });
}

import { isKnownExtent } from "./extent.ts";
import type { Filter, Rule } from "./filter.ts";
import { compileLayer } from "./compile-layer.ts";
import type { Bound, LayerFilter } from "./compile-layer.ts";
import { combine, constantMap, mapDecisions, noRule, notReached } from "./packet-map.ts";
import type { Decision, Outcome, PacketMap } from "./packet-map.ts";

/** A filter worked out for every packet. */
export interface Compiled {
  readonly filter: Filter;
  /** The layers that hold rules, in the filter's order; `Decision.winners` has one entry for each. */
  readonly layers: readonly LayerFilter[];
  /** What certainly gets through: everything unknown is taken to block. */
  readonly must: PacketMap;
  /** What could get through: everything unknown is taken to let through. The same map as `must` when nothing is unknown. */
  readonly may: PacketMap;
}

/** Compiles a filter, exactly. */
export function compile(filter: Filter): Compiled {
  const layers = layersOf(filter);
  const known = layers.every((layer) => layer.rules.every((rule) => isKnownExtent(rule.remote)));
  const must = compileBound(filter, "must");
  return { filter, layers, must, may: known ? must : compileBound(filter, "may") };
}

/** The layers of a filter that hold rules, from first to last. */
export function layersOf(filter: Filter): readonly LayerFilter[] {
  if (filter.kind === "allOf") return filter.filters.flatMap(layersOf);
  if (filter.kind === "chain") return filter.stages.flatMap(layersOf);
  return [filter];
}

/** Every rule of a filter, layer by layer, in order. */
export function rulesOf(filter: Filter): readonly Rule[] {
  return layersOf(filter).flatMap((layer) => layer.rules);
}

function compileBound(filter: Filter, bound: Bound): PacketMap {
  if (filter.kind === "allOf") return allOfMaps(filter.filters.map((part) => compileBound(part, bound)));
  if (filter.kind === "chain") {
    return chainMaps(
      filter.stages.map((stage) => ({ map: compileBound(stage, bound), layers: layersOf(stage).length })),
      filter.otherwise,
    );
  }
  return compileLayer(filter, bound);
}

/** The least of two outcomes: deny < undecided < allow. */
export function leastOutcome(a: Outcome, b: Outcome): Outcome {
  if (a === "deny" || b === "deny") return "deny";
  return a === "allow" && b === "allow" ? "allow" : "undecided";
}

function allOfMaps(maps: readonly PacketMap[]): PacketMap {
  const [first, ...others] = maps;
  if (first === undefined) return constantMap({ outcome: "allow", winners: [] });
  return others.reduce(
    (all, map) =>
      combine(all, map, (a, b) => ({
        outcome: leastOutcome(a.outcome, b.outcome),
        winners: [...a.winners, ...b.winners],
      })),
    first,
  );
}

function chainMaps(
  stages: readonly { readonly map: PacketMap; readonly layers: number }[],
  otherwise: "allow" | "deny",
): PacketMap {
  let chain = constantMap({ outcome: "undecided", winners: [] });
  for (const { map, layers } of stages) {
    const unasked = Array.from({ length: layers }, () => notReached);
    chain = combine(chain, map, (before, stage) =>
      before.outcome === "undecided"
        ? { outcome: stage.outcome, winners: [...before.winners, ...stage.winners] }
        : { outcome: before.outcome, winners: [...before.winners, ...unasked] },
    );
  }
  return mapDecisions(chain, (decision) =>
    decision.outcome === "undecided" ? { ...decision, outcome: otherwise } : decision,
  );
}

/** Filters that must all pass a packet, each compiled before: the same as compiling `allOf` of them. */
export function composeAll(parts: readonly Compiled[]): Compiled {
  const known = parts.every(({ must, may }) => must === may);
  const must = allOfMaps(parts.map((part) => part.must));
  return {
    filter: { kind: "allOf", filters: parts.map((part) => part.filter) },
    layers: parts.flatMap((part) => part.layers),
    must,
    may: known ? must : allOfMaps(parts.map((part) => part.may)),
  };
}

/**
 * Unions of rules of which any may pass a packet (the groups of one interface), each compiled before: the same as compiling one
 * `anyOf` of all their rules under the name `layer`.
 * @throws {Error} when a part is not `anyOf`.
 */
export function composeAny(layer: string, parts: readonly Compiled[]): Compiled {
  const rules: Rule[] = [];
  const offsets: number[] = [];
  for (const { filter } of parts) {
    if (filter.kind !== "anyOf") throw new Error(`composeAny takes anyOf filters, not ${filter.kind}`);
    offsets.push(rules.length);
    for (const rule of filter.rules) rules.push(rule);
  }
  const union: LayerFilter = { kind: "anyOf", layer, rules };
  const join = (bound: Bound): PacketMap => {
    let all = constantMap({ outcome: "undecided", winners: [noRule] });
    for (const [index, part] of parts.entries()) {
      const offset = offsets[index] ?? 0;
      all = combine(all, part[bound], (before, next): Decision => {
        if (before.outcome === "allow" || next.outcome !== "allow") return before;
        return { outcome: "allow", winners: next.winners.map((winner) => winner + offset) };
      });
    }
    return all;
  };
  const must = join("must");
  return {
    filter: union,
    layers: [union],
    must,
    may: parts.every((part) => part.must === part.may) ? must : join("may"),
  };
}

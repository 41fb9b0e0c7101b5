import type { AddressSet } from "./addresses.ts";
import { noAddresses } from "./addresses.ts";
import { isKnownExtent } from "./extent.ts";
import type { Action, Filter, Rule } from "./filter.ts";
import { lastL4 } from "./l4.ts";
import { combine, createVectorPool, noRule, sameSegments } from "./packet-map.ts";
import type { Decision, Outcome, PacketMap, Slice, VectorPool } from "./packet-map.ts";
import { sweepAddresses, sweepNumbers } from "./sweep.ts";

/** One firewall layer: the filters that hold rules of their own. */
export type LayerFilter = Extract<Filter, { readonly kind: "anyOf" | "firstMatch" }>;

/** Which end of what is not known to take: what certainly gets through (`must`), or what could (`may`). */
export type Bound = "must" | "may";

/** What a rule's action makes of a packet it matches. */
export function outcomeOf(action: Action): Outcome {
  if (action === "deny") return "deny";
  return action === "next" ? "undecided" : "allow";
}

/** What a layer makes of a packet that none of its rules matches. */
export function outcomeOtherwise(filter: LayerFilter): Outcome {
  if (filter.kind === "anyOf" || filter.otherwise === "next") return "undecided";
  return filter.otherwise;
}

/**
 * Compiles one layer: rank compression, a sweep over the addresses, and for each distinct list of rules that are active there one
 * vector of winners along the L4 axis. O(N log N) for the sweep plus, for each distinct list, the runs of its rules.
 */
export function compileLayer(filter: LayerFilter, bound: Bound): PacketMap {
  const map = paintLayer(filter, (rule) => takenExtent(rule, bound, false));
  const handsOnUnknown = filter.rules.some((rule) => rule.action === "next" && !isKnownExtent(rule.remote));
  if (filter.kind === "anyOf" || !handsOnUnknown) return map;
  // Outcomes are ordered deny < undecided < allow. The first reading settles whether the worst (or best) can happen at all; where it
  // cannot, whether the packet may be handed on depends on the most that `next` rules could match.
  const handedOn = paintLayer(filter, (rule) => takenExtent(rule, bound, true));
  const extreme = bound === "must" ? "deny" : "allow";
  return combine(map, handedOn, (first, second) => (first.outcome === extreme ? first : second));
}

/** What a rule with an unknown extent is taken to match, so that as little (must) or as much (may) as possible gets through. */
function takenExtent(rule: Rule, bound: Bound, handingOn: boolean): AddressSet {
  if (rule.action === "next") return handingOn ? rule.remote.may : rule.remote.must;
  const permits = rule.action !== "deny";
  return permits === (bound === "may") ? rule.remote.may : rule.remote.must;
}

function paintLayer(filter: LayerFilter, extentOf: (rule: Rule) => AddressSet): PacketMap {
  // In a union only what allows says anything.
  const counts = (rule: Rule): boolean => filter.kind === "firstMatch" || outcomeOf(rule.action) === "allow";
  const extents = filter.rules.map((rule) => (counts(rule) ? extentOf(rule) : noAddresses));
  const decisions: Decision[] = [{ outcome: outcomeOtherwise(filter), winners: [noRule] }];
  for (const [index, rule] of filter.rules.entries()) {
    decisions.push({ outcome: outcomeOf(rule.action), winners: [index] });
  }
  const pool = createVectorPool();
  const paint = createPainter(filter.rules, pool);
  const slices: Slice[] = [];
  const known = new Map<string, Slice>();
  for (const { firstPort, applies, key } of sourcePortClasses(filter.rules)) {
    const same = known.get(key);
    const slice = same === undefined ? paintSlice(extents, applies, paint) : same;
    known.set(key, slice);
    const placed = { ...slice, firstPort };
    if (!sameSegments(slices.at(-1), placed)) slices.push(placed);
  }
  return { slices, vectors: pool.vectors, decisions };
}

function paintSlice(
  extents: readonly AddressSet[],
  applies: (rule: number) => boolean,
  paint: (active: Int32Array) => number,
): Slice {
  const sweep = sweepAddresses(extents.map((extent, rule) => (applies(rule) ? extent : noAddresses)));
  const rowOf = sweep.lists.map((list) => paint(list));
  const starts: bigint[] = [];
  const rows: number[] = [];
  for (const [segment, list] of sweep.cover.entries()) {
    const row = rowOf[list];
    if (row === undefined || row === rows.at(-1)) continue;
    rows.push(row);
    starts.push(sweep.starts[segment] ?? 0n);
  }
  return { firstPort: 0, starts, rows };
}

/** Source ports to which the same rules apply. */
export interface SourcePortClass {
  readonly firstPort: number;
  readonly applies: (rule: number) => boolean;
  /** Equal for classes to which the same rules apply. */
  readonly key: string;
}

/** Cuts the source ports so that within each class the same rules apply. One class unless a rule constrains them. */
export function sourcePortClasses(rules: readonly Rule[]): readonly SourcePortClass[] {
  const constrained = rules.flatMap(({ sourcePorts }, index) => (sourcePorts === null ? [] : [{ index, sourcePorts }]));
  if (constrained.length === 0) return [{ firstPort: 0, applies: () => true, key: "" }];
  const sweep = sweepNumbers(
    constrained.map(({ sourcePorts }) => sourcePorts),
    0x10000,
  );
  const never = new Set(constrained.map(({ index }) => index));
  return sweep.starts.map((firstPort, segment) => {
    const list = sweep.cover[segment] ?? 0;
    const inside = new Set([...(sweep.lists[list] ?? [])].map((each) => constrained[each]?.index));
    return { firstPort, applies: (rule) => !never.has(rule) || inside.has(rule), key: String(list) };
  });
}

/**
 * Paints the L4 axis for a list of active rules: rules in order, each paints what is still bare. "Next bare class" is kept by
 * union-find, so the work is one step per class plus the runs of the rules, whatever their overlap.
 */
function createPainter(rules: readonly Rule[], pool: VectorPool): (active: Int32Array) => number {
  const allEdges = edgesOf(rules, Int32Array.from(rules.keys()));
  let starts = new Int32Array(64);
  let values = new Int32Array(64);
  let next = new Int32Array(65);
  return (active) => {
    let runs = 0;
    for (const rule of active) runs += rules[rule]?.l4.length ?? 0;
    // Few active rules cut the axis into few classes of their own; many are better off with the classes all rules share.
    const edges = runs * 16 < allEdges.length ? edgesOf(rules, active) : allEdges;
    const classes = edges.length;
    if (starts.length < classes) {
      starts = new Int32Array(classes * 2);
      values = new Int32Array(classes * 2);
      next = new Int32Array(classes * 2 + 1);
    }
    for (let each = 0; each <= classes; each += 1) next[each] = each;
    values.fill(0, 0, classes);
    let bare = classes;
    for (const rule of active) {
      for (const { first, last } of rules[rule]?.l4 ?? []) {
        const end = last >= lastL4 ? classes : rankOf(edges, last + 1);
        for (let at = find(next, rankOf(edges, first)); at < end; at = find(next, at)) {
          values[at] = rule + 1;
          next[at] = at + 1;
          bare -= 1;
        }
      }
      if (bare === 0) break;
    }
    let length = 0;
    for (let each = 0; each < classes; each += 1) {
      const value = values[each] ?? 0;
      if (length > 0 && values[length - 1] === value) continue;
      starts[length] = edges[each] ?? 0;
      values[length] = value;
      length += 1;
    }
    return pool.intern(starts, values, length);
  };
}

/** Where classes of the L4 axis begin for some of the rules: ascending, the first is 0. */
function edgesOf(rules: readonly Rule[], active: Int32Array): Int32Array {
  const edges: number[] = [0];
  for (const rule of active) {
    for (const { first, last } of rules[rule]?.l4 ?? []) edges.push(first, last + 1);
  }
  const sorted = Int32Array.from(edges).toSorted();
  let length = 0;
  for (const edge of sorted) {
    if (edge > lastL4 || (length > 0 && sorted[length - 1] === edge)) continue;
    sorted[length] = edge;
    length += 1;
  }
  return sorted.subarray(0, length);
}

function rankOf(edges: Int32Array, value: number): number {
  let low = 0;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The next bare class at or after `at`, with path halving. */
function find(next: Int32Array, at: number): number {
  let current = at;
  for (;;) {
    const parent = next[current] ?? current;
    if (parent === current) return current;
    const grand = next[parent] ?? parent;
    next[current] = grand;
    current = grand;
  }
}

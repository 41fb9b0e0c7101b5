import type { AddressSet } from "./addresses.ts";
import { explainDecision } from "./blame.ts";
import { compileLayer } from "./compile-layer.ts";
import type { Bound, LayerFilter } from "./compile-layer.ts";
import { compile } from "./compile.ts";
import type { Compiled } from "./compile.ts";
import { knownExtent } from "./extent.ts";
import type { Filter, Rule } from "./filter.ts";
import type { L4Set } from "./l4.ts";
import { combine, mapDecisions } from "./packet-map.ts";
import type { Decision, PacketMap } from "./packet-map.ts";
import type { PacketBox } from "./packet.ts";
import { boxesOf, differenceOf } from "./permitted.ts";
import type { PacketDifference } from "./permitted.ts";

/** One change that would let packets of a masked rule through, with nothing else changed. */
export interface Unmasking {
  /** Index of the other layer, as given. */
  readonly part: number;
  readonly layer: string;
  /** The rule that would have to go, or be preceded by an allow; null when nothing there matches and an allow would have to be added. */
  readonly rule: Rule | null;
  /** What would get through then. */
  readonly opens: readonly PacketBox[];
}

/** How far the packets that one rule lets through its own layer get through the others. */
export interface Mask {
  /**
   * - `open`: some get through all of them.
   * - `masked`: every one is stopped by another layer.
   * - `idle`: the rule lets none through its own layer (of those asked about).
   */
  readonly status: "open" | "masked" | "idle";
  /** The fewest layers that stop any one of its packets: 1 means a single change opens something. 0 unless masked. */
  readonly layers: number;
  /** Every single change that would open something; empty when more than one is needed, or when it is open already. */
  readonly unmask: readonly Unmasking[];
}

/**
 * Whether a rule's packets get through the layers around its own, and what single changes would let them.
 * `others` are the other layers, each as one part; `within` narrows the question (to the internet, to the grave ports).
 */
export function maskOf(
  rule: Rule,
  own: LayerFilter,
  others: readonly Compiled[],
  bound: Bound,
  within: { readonly remote: AddressSet; readonly l4: L4Set } | null = null,
): Mask {
  let map = within === null ? reachOf(rule, own, bound) : combine(reachOf(rule, own, bound), boxMap(within), inBoth);
  for (const other of others) {
    map = combine(map, other[bound], (mine, theirs) =>
      mine.outcome !== "allow" ? outside : { outcome: "allow", winners: [...mine.winners, ...theirs.winners] },
    );
  }
  const blockers = new Map<Decision, readonly Blocker[]>();
  for (const decision of map.decisions)
    if (decision.outcome === "allow") blockers.set(decision, blockersOf(decision, others));
  if (blockers.size === 0) return { status: "idle", layers: 0, unmask: [] };
  const layers = Math.min(...[...blockers.values()].map((each) => each.length));
  if (layers === 0) return { status: "open", layers: 0, unmask: [] };
  return { status: "masked", layers, unmask: layers === 1 ? singleChanges(map, blockers) : [] };
}

const outside: Decision = { outcome: "deny", winners: [] };
const inside: Decision = { outcome: "allow", winners: [] };

function inBoth(a: Decision, b: Decision): Decision {
  return a.outcome === "allow" && b.outcome === "allow" ? inside : outside;
}

/** The packets a rule lets through its own layer. In a union that is all it matches, whoever else allows them. */
function reachOf(rule: Rule, own: LayerFilter, bound: Bound): PacketMap {
  const layer: LayerFilter = own.kind === "anyOf" ? { ...own, rules: [rule] } : own;
  const at = layer.rules.indexOf(rule);
  return mapDecisions(compileLayer(layer, bound), ({ outcome, winners }) =>
    outcome === "allow" && winners[0] === at ? inside : outside,
  );
}

function boxMap({ remote, l4 }: { readonly remote: AddressSet; readonly l4: L4Set }): PacketMap {
  const only: Rule = {
    key: "within",
    id: null,
    action: "allow",
    peer: { kind: "any" },
    remote: knownExtent(remote),
    l4,
    sourcePorts: null,
    description: null,
  };
  return compileLayer({ kind: "anyOf", layer: "within", rules: [only] }, "must");
}

interface Blocker {
  readonly part: number;
  readonly layer: string;
  readonly rule: Rule | null;
}

/** The layers that stop the packets of a decision; its winners are those of the parts, one after the other. */
function blockersOf({ winners }: Decision, others: readonly Compiled[]): readonly Blocker[] {
  const blockers: Blocker[] = [];
  let at = 0;
  for (const [part, other] of others.entries()) {
    const end = at + other.layers.length;
    const { layers } = explainDecision(other, { outcome: "deny", winners: winners.slice(at, end) });
    for (const { layer, rule, blocks } of layers) if (blocks) blockers.push({ part, layer, rule });
    at = end;
  }
  return blockers;
}

function singleChanges(map: PacketMap, blockers: ReadonlyMap<Decision, readonly Blocker[]>): readonly Unmasking[] {
  const changes: { readonly blocker: Blocker; readonly decisions: Set<Decision> }[] = [];
  for (const [decision, stopping] of blockers) {
    const [blocker, second] = stopping;
    if (blocker === undefined || second !== undefined) continue;
    const same = changes.find(
      (change) =>
        change.blocker.part === blocker.part &&
        change.blocker.layer === blocker.layer &&
        change.blocker.rule === blocker.rule,
    );
    if (same === undefined) changes.push({ blocker, decisions: new Set([decision]) });
    else same.decisions.add(decision);
  }
  return changes.map(({ blocker, decisions }) => {
    const { part, layer, rule } = blocker;
    const merged = mapDecisions(map, (decision) => (decisions.has(decision) ? inside : outside));
    return { part, layer, rule, opens: boxesOf(merged, ({ outcome }) => outcome === "allow") };
  });
}

/** The same filter without one rule. */
export function withoutRule(filter: Filter, rule: Rule): Filter {
  if (filter.kind === "allOf") return { ...filter, filters: filter.filters.map((part) => withoutRule(part, rule)) };
  if (filter.kind === "chain") return { ...filter, stages: filter.stages.map((stage) => withoutRule(stage, rule)) };
  return { ...filter, rules: filter.rules.filter((each) => each !== rule) };
}

/**
 * What removing a rule would change for everything a filter guards. A deny whose removal gains packets is load-bearing; an allow whose
 * removal loses packets other than the unwanted ones breaks something else too.
 */
export function effectOfRemoving(rule: Rule, filter: Filter, bound: Bound): PacketDifference {
  return differenceOf(compile(filter)[bound], compile(withoutRule(filter, rule))[bound]);
}

import { outcomeOf, outcomeOtherwise } from "./compile-layer.ts";
import type { LayerFilter } from "./compile-layer.ts";
import { leastOutcome } from "./compile.ts";
import type { Compiled } from "./compile.ts";
import type { Filter, Rule } from "./filter.ts";
import { decisionFor, noRule, notReached } from "./packet-map.ts";
import type { Decision, Outcome } from "./packet-map.ts";
import type { Packet } from "./packet.ts";

/** What one layer says of a packet. */
export interface LayerBlame {
  readonly layer: string;
  /** The rule that decided; null when none matched and the layer's default did, or when it was not reached. */
  readonly rule: Rule | null;
  /** False when an earlier stage of a chain had decided, so that the layer was not asked. */
  readonly reached: boolean;
  readonly outcome: Outcome;
  /** Whether the packet is stopped, at least also, by this layer. */
  readonly blocks: boolean;
}

/** What becomes of one packet, layer by layer. */
export interface Explanation {
  readonly allowed: boolean;
  /** One entry for each layer, in order. When the packet is stopped, every layer that stops it is marked, not only the first. */
  readonly layers: readonly LayerBlame[];
}

/** Explains one packet: `must` takes everything unknown to block, `may` takes it to let through. */
export function explainPacket(compiled: Compiled, packet: Packet, bound: "must" | "may"): Explanation {
  return explainDecision(compiled, decisionFor(compiled[bound], packet));
}

/** Explains a decision of one of the compiled filter's maps. */
export function explainDecision(compiled: Compiled, decision: Decision): Explanation {
  const { blockers } = replay(compiled.filter, decision.winners, 0);
  const layers = compiled.layers.map((layer, index): LayerBlame => {
    const winner = decision.winners[index] ?? noRule;
    return {
      layer: layer.layer,
      rule: layer.rules[winner] ?? null,
      reached: winner !== notReached,
      outcome: layerOutcome(layer, winner),
      blocks: blockers.includes(index),
    };
  });
  return { allowed: decision.outcome === "allow", layers };
}

function layerOutcome(layer: LayerFilter, winner: number): Outcome {
  if (winner === notReached) return "undecided";
  const rule = layer.rules[winner];
  return rule === undefined ? outcomeOtherwise(layer) : outcomeOf(rule.action);
}

interface Replay {
  readonly outcome: Outcome;
  /** Indices of the layers without whose verdict the packet would have come further. */
  readonly blockers: readonly number[];
  /** The index behind the filter's last layer. */
  readonly end: number;
}

/** Works out a filter's outcome again from what each of its layers decided, to learn which of them stand in the way. */
function replay(filter: Filter, winners: readonly number[], start: number): Replay {
  if (filter.kind === "allOf") {
    let outcome: Outcome = "allow";
    let at = start;
    const blockers: number[] = [];
    for (const part of filter.filters) {
      const each = replay(part, winners, at);
      outcome = leastOutcome(outcome, each.outcome);
      if (each.outcome !== "allow") blockers.push(...each.blockers);
      at = each.end;
    }
    return { outcome, blockers, end: at };
  }
  if (filter.kind === "chain") {
    let decided: Replay | null = null;
    let at = start;
    const undecided: number[] = [];
    for (const stage of filter.stages) {
      const each = replay(stage, winners, at);
      at = each.end;
      if (decided !== null) continue;
      if (each.outcome === "undecided") undecided.push(...each.blockers);
      else decided = each;
    }
    if (decided !== null)
      return { outcome: decided.outcome, blockers: decided.outcome === "deny" ? decided.blockers : [], end: at };
    // Nobody decided and the default denies: an allow in any stage would have let it through.
    return { outcome: filter.otherwise, blockers: filter.otherwise === "deny" ? undecided : [], end: at };
  }
  const outcome = layerOutcome(filter, winners[start] ?? noRule);
  return { outcome, blockers: outcome === "allow" ? [] : [start], end: start + 1 };
}

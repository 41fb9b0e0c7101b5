import type { Filter, Rule } from "./filter.ts";
import type { Packet } from "./packet.ts";

/**
 * A second opinion on what a filter does with one packet: it walks the rules one by one, as the vendors' pages describe, and shares
 * nothing with the engine but the types. Slow, and meant to be read at a glance. Witness packets are replayed through it.
 */

/** Everything that could become of a packet: one member where nothing unknown matters. */
export type Possible = ReadonlySet<"deny" | "undecided" | "allow">;

/** What could become of the packet, as the unknown data may turn out. */
export function interpret(filter: Filter, packet: Packet): Possible {
  switch (filter.kind) {
    case "anyOf":
      return interpretUnion(filter.rules, packet);
    case "firstMatch": {
      const possible = new Set<"deny" | "undecided" | "allow">();
      for (const rule of filter.rules) {
        const match = matches(rule, packet);
        if (match === "no") continue;
        possible.add(rule.action === "deny" ? "deny" : rule.action === "next" ? "undecided" : "allow");
        if (match === "yes") return possible;
      }
      possible.add(filter.otherwise === "next" ? "undecided" : filter.otherwise);
      return possible;
    }
    case "allOf": {
      let possible: Possible = new Set(["allow"] as const);
      for (const part of filter.filters) possible = bothOf(possible, interpret(part, packet));
      return possible;
    }
    case "chain": {
      const possible = new Set<"deny" | "undecided" | "allow">();
      for (const stage of filter.stages) {
        const outcomes = interpret(stage, packet);
        if (outcomes.has("deny")) possible.add("deny");
        if (outcomes.has("allow")) possible.add("allow");
        if (!outcomes.has("undecided")) return possible;
      }
      possible.add(filter.otherwise);
      return possible;
    }
  }
}

/** Whether the packet certainly gets through. */
export function certainlyPasses(filter: Filter, packet: Packet): boolean {
  const possible = interpret(filter, packet);
  return possible.size === 1 && possible.has("allow");
}

/** Whether the packet could get through. */
export function possiblyPasses(filter: Filter, packet: Packet): boolean {
  return interpret(filter, packet).has("allow");
}

/** Whether one rule matches one packet; `maybe` where its remote side is not known well enough. */
export function matches(rule: Rule, packet: Packet): "yes" | "no" | "maybe" {
  if (!rule.l4.some(({ first, last }) => first <= packet.l4 && packet.l4 <= last)) return "no";
  if (rule.sourcePorts !== null) {
    if (!rule.sourcePorts.some(({ first, last }) => first <= packet.sourcePort && packet.sourcePort <= last))
      return "no";
  }
  const family = packet.remote.family === 4 ? "v4" : "v6";
  const value = packet.remote.value;
  if (rule.remote.must[family].some(({ first, last }) => first <= value && value <= last)) return "yes";
  return rule.remote.may[family].some(({ first, last }) => first <= value && value <= last) ? "maybe" : "no";
}

function interpretUnion(rules: readonly Rule[], packet: Packet): Possible {
  const possible = new Set<"deny" | "undecided" | "allow">();
  for (const rule of rules) {
    if (rule.action !== "allow" && rule.action !== "final") continue;
    const match = matches(rule, packet);
    if (match === "yes") return new Set(["allow"] as const);
    if (match === "maybe") possible.add("allow");
  }
  return possible.add("undecided");
}

function bothOf(some: Possible, others: Possible): Possible {
  const possible = new Set<"deny" | "undecided" | "allow">();
  for (const one of some) {
    for (const other of others) {
      if (one === "deny" || other === "deny") possible.add("deny");
      else possible.add(one === "undecided" || other === "undecided" ? "undecided" : "allow");
    }
  }
  return possible;
}

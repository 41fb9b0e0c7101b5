import { isEmptyAddresses, overlapsAddresses } from "../../src/network/addresses.ts";
import { layersOf } from "../../src/network/compile.ts";
import type { LayerFilter } from "../../src/network/compile-layer.ts";
import type { Firewall, NetworkEstate } from "../../src/network/estate.ts";
import { isKnownExtent, knownExtent } from "../../src/network/extent.ts";
import type { Rule } from "../../src/network/filter.ts";
import { allL4, equalL4, overlapsL4 } from "../../src/network/l4.ts";
import { impliedBy, isUnmatchable, judgeRules, type JudgedRule, type RuleVerdict } from "../../src/network/verdicts.ts";
import { isDefault } from "./azure-remediation.ts";
import { countAddresses } from "../../src/network/addresses.ts";

/** One rule of a firewall and what it is worth in its list. */
export interface RuleWorth {
  readonly firewall: Firewall;
  readonly direction: "ingress" | "egress";
  readonly rule: Rule;
  /** What is certain, whatever could not be read. */
  readonly verdict: RuleVerdict;
  /** What it might be worth besides, depending on what could not be read; empty where everything could. */
  readonly perhaps: readonly RuleVerdict[];
  /** What could not be read of the list; empty where nothing is in doubt. */
  readonly missing: readonly string[];
  /** Denies of the same list without which something would get through that is now stopped. */
  readonly loadBearing: readonly Rule[];
}

/** Several checks ask the same of the same list. */
const judgements = new WeakMap<LayerFilter, readonly JudgedRule[]>();

function judged(layer: LayerFilter): readonly JudgedRule[] {
  const known = judgements.get(layer);
  if (known !== undefined) return known;
  const answer = judgeRules(layer);
  judgements.set(layer, answer);
  return answer;
}

/** Every rule of every firewall, each once, with what it is worth among the rules of its own list. */
export function* rulesWorth(firewalls: readonly Firewall[]): Iterable<RuleWorth> {
  for (const firewall of firewalls) {
    for (const direction of ["ingress", "egress"] as const) {
      const told = new Set<string>();
      for (const { layer, own, partial } of listsOf(firewall, direction)) {
        for (const worth of worthIn(layer, partial)) {
          if (own !== null && !own.has(worth.rule)) continue;
          // What Azure adds to every group by itself nobody can take away.
          if (firewall.resource.cloud === "azure" && isDefault(worth.rule)) continue;
          // Rules that could not be read may look alike.
          if (told.has(worth.rule.key)) continue;
          told.add(worth.rule.key);
          yield { firewall, direction, ...worth };
        }
      }
    }
  }
}

/** A list of rules to judge. */
interface JudgedList {
  readonly layer: LayerFilter;
  /** The rules of it that are judged here; null: all. */
  readonly own: ReadonlySet<Rule> | null;
  /** Rules that hold for some of the endpoints only, which is no lack of knowledge. */
  readonly partial: ReadonlySet<Rule>;
}

/** The lists of a firewall: its own, or, where its rules speak of some endpoints only, one for each set of these. */
function listsOf(firewall: Firewall, direction: "ingress" | "egress"): readonly JudgedList[] {
  if (firewall.views === undefined) {
    return layersOf(firewall[direction]).map((layer) => ({ layer, own: null, partial: new Set() }));
  }
  return firewall.views.flatMap((view) =>
    layersOf(view[direction]).map((layer) => ({ layer, own: view.own, partial: view.partial })),
  );
}

function worthIn(layer: LayerFilter, partial: ReadonlySet<Rule>): readonly Omit<RuleWorth, "firewall" | "direction">[] {
  const certain = judged(layer);
  const loadBearing = certain.filter((each) => each.loadBearing).map(({ rule }) => rule);
  const unread = layer.rules.filter((rule) => !isKnownExtent(rule.remote) && !partial.has(rule));
  if (unread.length === 0) {
    return certain.map(({ rule, verdict }) => ({ rule, verdict, perhaps: [], missing: [], loadBearing }));
  }
  const missing = [...new Set(unread.flatMap(({ remote }) => remote.missing))];
  // Both ends of what the unread rules may mean. Between them a rule may be worth something else again, which would be as unknown.
  const ends = (["may", "must"] as const).map((bound) => judgeRules(resolved(layer, bound, partial)));
  return certain.map(({ rule, verdict }, index) => {
    const perhaps = ends.flatMap((end) => end[index]?.verdict ?? []);
    return { rule, verdict, perhaps, missing, loadBearing };
  });
}

function resolved(layer: LayerFilter, bound: "must" | "may", partial: ReadonlySet<Rule>): LayerFilter {
  const resolve = (rule: Rule): Rule =>
    partial.has(rule) ? rule : { ...rule, remote: knownExtent(rule.remote[bound]) };
  return { ...layer, rules: layer.rules.map(resolve) };
}

/** A rule of another firewall, that allows what a rule allows. */
export interface Supporter {
  readonly firewall: Firewall;
  readonly rule: Rule;
}

/**
 * Rules of unions (security groups) that allow nothing of their own on any endpoint: wherever the group is attached, rules of the other
 * groups there allow the same. Of all that are named any may be removed, alone or together with the rules that their own group implies.
 * The outbound rule that lets everything out is left out: every new group has it, and that two of them stand side by side says nothing.
 */
export function impliedByOthers(
  network: Pick<NetworkEstate, "firewalls" | "networks">,
): ReadonlyMap<Rule, readonly Supporter[]> {
  const companions = companionsOf(network);
  const removed = new Set<Rule>();
  for (const { rule, verdict } of rulesWorth([...companions.keys()])) if (verdict.kind === "implied") removed.add(rule);
  const implied = new Map<Rule, readonly Supporter[]>();
  for (const [firewall, sets] of companions) {
    if (sets.some((others) => others.length === 0)) continue;
    for (const direction of ["ingress", "egress"] as const) {
      for (const rule of rulesIn(firewall, direction)) {
        if (removed.has(rule) || rule.action !== "allow" || isUnmatchable(rule)) continue;
        if (direction === "egress" && isEverything(rule)) continue;
        const supporters = supportersOf(rule, direction, sets, removed);
        if (supporters === null) continue;
        removed.add(rule);
        implied.set(rule, supporters);
      }
    }
  }
  return implied;
}

/** For each group that is attached to something: the distinct sets of other groups that stand beside it there. */
function companionsOf({
  firewalls,
  networks,
}: Pick<NetworkEstate, "firewalls" | "networks">): ReadonlyMap<Firewall, readonly (readonly Firewall[])[]> {
  const unions = firewalls.filter(
    ({ scope, ingress, egress }) => scope === "endpoint" && ingress.kind === "anyOf" && egress.kind === "anyOf",
  );
  // A group that is merely allowed in a further network guards nothing by that.
  const places = new Set(networks.map(({ resource }) => resource.id));
  const carried = new Map<string, number[]>();
  for (const [index, { attachments }] of unions.entries()) {
    for (const id of attachments) {
      if (places.has(id)) continue;
      const known = carried.get(id);
      if (known === undefined) carried.set(id, [index]);
      else known.push(index);
    }
  }
  const companions = new Map<Firewall, (readonly Firewall[])[]>();
  const sets = new Map(
    [...carried.values()].map(
      (indices) => [indices.join(" "), indices.flatMap((index) => unions[index] ?? [])] as const,
    ),
  );
  for (const set of sets.values()) {
    for (const firewall of set) {
      const others = set.filter((other) => other !== firewall);
      const known = companions.get(firewall);
      if (known === undefined) companions.set(firewall, [others]);
      else known.push(others);
    }
  }
  return companions;
}

function rulesIn(firewall: Firewall, direction: "ingress" | "egress"): readonly Rule[] {
  return direction === "ingress" ? firewall.ingressRules : firewall.egressRules;
}

/** The rules by which every set of companions allows what the rule allows; null where one of the sets does not. */
function supportersOf(
  rule: Rule,
  direction: "ingress" | "egress",
  sets: readonly (readonly Firewall[])[],
  removed: ReadonlySet<Rule>,
): readonly Supporter[] | null {
  const found = new Map<Rule, Supporter>();
  for (const others of sets) {
    const near = others.flatMap((firewall) =>
      rulesIn(firewall, direction)
        .filter((other) => !removed.has(other) && touches(rule, other))
        .map((other): Supporter => ({ firewall, rule: other })),
    );
    if (near.length === 0) return null;
    const by = impliedBy(rule, [rule, ...near.map((each) => each.rule)]);
    if (by === null) return null;
    for (const each of near) if (by.includes(each.rule)) found.set(each.rule, each);
  }
  return found.size === 0 ? null : [...found.values()];
}

function touches(a: Rule, b: Rule): boolean {
  return overlapsL4(a.l4, b.l4) && overlapsAddresses(a.remote.may, b.remote.must) && !isEmptyAddresses(b.remote.must);
}

/** Every protocol, to all of a family. */
function isEverything({ l4, remote }: Rule): boolean {
  const { v4, v6 } = countAddresses(remote.must);
  return equalL4(l4, allL4) && (v4 === 1n << 32n || v6 === 1n << 128n);
}

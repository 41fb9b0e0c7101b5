import { isEmptyAddresses } from "./addresses.ts";
import { outcomeOf, outcomeOtherwise } from "./compile-layer.ts";
import type { LayerFilter } from "./compile-layer.ts";
import type { Rule } from "./filter.ts";
import { matchLists } from "./match-lists.ts";
import type { Match, MatchList } from "./match-lists.ts";
import type { Outcome } from "./packet-map.ts";

/**
 * What one rule is worth in its own layer. Said only when certain: where an unknown address list could make a rule matter, it is
 * `effective`. Of the rules of a layer that are called shadowed, redundant or implied, any may be removed, alone or together, without
 * changing what the layer does.
 */
export type RuleVerdict =
  | { readonly kind: "effective" }
  /** No packet matches it: an empty group, a prefix list without entries, no port. */
  | { readonly kind: "unmatchable" }
  /** Earlier rules decide every packet it matches, some of them otherwise than it would. */
  | { readonly kind: "shadowed"; readonly by: readonly Rule[] }
  /** Earlier rules decide every packet it matches, always as it would. */
  | { readonly kind: "redundant"; readonly reach: "dead"; readonly by: readonly Rule[] }
  /** It decides packets, but without it later rules, or the layer's default (`byDefault`), would decide them the same way. */
  | { readonly kind: "redundant"; readonly reach: "live"; readonly by: readonly Rule[]; readonly byDefault: boolean }
  /** In a union: other rules allow every packet it allows. */
  | { readonly kind: "implied"; readonly by: readonly Rule[] };

/** A rule and what it is worth. */
export interface JudgedRule {
  readonly rule: Rule;
  readonly verdict: RuleVerdict;
  /** A deny without which the layer would no longer deny some packet: not to be deleted lightly. */
  readonly loadBearing: boolean;
}

/** Judges every rule of a layer, in the layer's order. */
export function judgeRules(layer: LayerFilter): readonly JudgedRule[] {
  return layer.kind === "anyOf" ? judgeUnion(layer.rules) : judgeOrdered(layer);
}

/** Whether no packet can match a rule, whatever is unknown. */
export function isUnmatchable({ l4, remote, sourcePorts }: Rule): boolean {
  return l4.length === 0 || isEmptyAddresses(remote.may) || sourcePorts?.length === 0;
}

/**
 * The rules of a union that together allow everything one of them allows; null when it allows something of its own. The union is what
 * one endpoint has of all its groups, so an answer for each of a group's attachments says whether a rule is implied everywhere.
 * @throws {Error} when the rule is not one of the union.
 */
export function impliedBy(rule: Rule, union: readonly Rule[]): readonly Rule[] | null {
  const at = union.indexOf(rule);
  if (at < 0) throw new Error(`rule ${rule.key} is not one of the union it is asked about`);
  const lists = listsByRule(matchLists(union), union.length)[at] ?? [];
  if (isUnmatchable(rule)) return null;
  const others = (match: Match): boolean => match.rule !== at && permits(union, match);
  if (!lists.every(({ matches }) => matches.some(others))) return null;
  return rulesAt(union, coverOf(lists, others));
}

function permits(rules: readonly Rule[], { rule, certain }: Match): boolean {
  return certain && outcomeOf(rules[rule]?.action ?? "deny") === "allow";
}

function judgeUnion(rules: readonly Rule[]): readonly JudgedRule[] {
  const byRule = listsByRule(matchLists(rules), rules.length);
  const volume = byRule.map((lists) => lists.reduce((sum, list) => sum + list.volume, 0));
  const removed = new Set<number>();
  const stays = (match: Match): boolean => !removed.has(match.rule) && permits(rules, match);
  // The narrowest goes first, and of equals the last, so that the widest and oldest statement of a fact is the one that stays.
  const order = [...rules.keys()].toSorted((a, b) => (volume[a] ?? 0) - (volume[b] ?? 0) || b - a);
  const implied = new Set<number>();
  for (const index of order) {
    const rule = rules[index];
    if (rule === undefined || isUnmatchable(rule) || outcomeOf(rule.action) !== "allow") continue;
    const others = (match: Match): boolean => match.rule !== index && stays(match);
    if (!(byRule[index] ?? []).every(({ matches }) => matches.some(others))) continue;
    implied.add(index);
    removed.add(index);
  }
  return rules.map((rule, index): JudgedRule => {
    if (implied.has(index)) {
      return {
        rule,
        verdict: { kind: "implied", by: rulesAt(rules, coverOf(byRule[index] ?? [], stays)) },
        loadBearing: false,
      };
    }
    const matters = !isUnmatchable(rule) && outcomeOf(rule.action) === "allow";
    return { rule, verdict: { kind: matters ? "effective" : "unmatchable" }, loadBearing: false };
  });
}

function judgeOrdered(layer: Extract<LayerFilter, { readonly kind: "firstMatch" }>): readonly JudgedRule[] {
  const { rules } = layer;
  const lists = matchLists(rules);
  const byRule = listsByRule(lists, rules.length);
  const outcomes = rules.map((rule) => outcomeOf(rule.action));
  const reached = new Set<number>();
  for (const { matches } of lists) for (const { rule } of decidersOf(matches)) reached.add(rule);
  const removed = new Set<number>(rules.keys());
  for (const index of reached) removed.delete(index);

  const verdicts = rules.map((rule): RuleVerdict => ({ kind: isUnmatchable(rule) ? "unmatchable" : "effective" }));
  for (const [index, rule] of rules.entries()) {
    if (!reached.has(index) && !isUnmatchable(rule))
      verdicts[index] = judgeDead(layer, index, byRule[index] ?? [], outcomes);
  }
  const redundant: number[] = [];
  for (const index of [...reached].toSorted((a, b) => b - a)) {
    const after = followersOf(layer, index, byRule[index] ?? [], removed);
    if ([...after.outcomes].some((outcome) => outcome !== outcomes[index])) continue;
    removed.add(index);
    redundant.push(index);
  }
  for (const index of redundant) {
    // What stands in for it is asked only now, so that no rule is named that goes as well.
    const { rules: by, byDefault } = followersOf(layer, index, byRule[index] ?? [], removed);
    verdicts[index] = { kind: "redundant", reach: "live", by: rulesAt(rules, by), byDefault };
  }
  return rules.map((rule, index): JudgedRule => {
    const verdict = verdicts[index] ?? { kind: "effective" };
    return { rule, verdict, loadBearing: rule.action === "deny" && verdict.kind === "effective" };
  });
}

/** The matches that may decide: up to and with the first certain one. */
function decidersOf(matches: readonly Match[]): readonly Match[] {
  const certain = matches.findIndex((match) => match.certain);
  return certain < 0 ? matches : matches.slice(0, certain + 1);
}

function judgeDead(
  layer: LayerFilter,
  index: number,
  lists: readonly MatchList[],
  outcomes: readonly Outcome[],
): RuleVerdict {
  const earlier = (match: Match): boolean => match.certain && match.rule < index;
  const cover = coverOf(lists, earlier);
  const otherwise = new Map<number, number>();
  for (const { matches, volume } of lists) {
    for (const { rule } of decidersOf(matches)) {
      if (outcomes[rule] !== outcomes[index]) otherwise.set(rule, (otherwise.get(rule) ?? 0) + volume);
    }
  }
  if (otherwise.size === 0) return { kind: "redundant", reach: "dead", by: rulesAt(layer.rules, cover) };
  // A cover may consist of rules that agree with it; the largest that decides otherwise is what makes it more than redundant.
  const opposed = [...otherwise].toSorted((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0];
  const by = opposed === undefined || cover.some((rule) => otherwise.has(rule)) ? cover : [...cover, opposed];
  return { kind: "shadowed", by: rulesAt(layer.rules, by) };
}

/**
 * What would decide the packets a rule decides once it is gone, together with any of the removed rules: everything behind it up to the
 * first certain match that stays. `rules` leaves out what is removed.
 */
function followersOf(
  layer: Extract<LayerFilter, { readonly kind: "firstMatch" }>,
  index: number,
  lists: readonly MatchList[],
  removed: ReadonlySet<number>,
): { readonly rules: readonly number[]; readonly outcomes: ReadonlySet<Outcome>; readonly byDefault: boolean } {
  const rules = new Set<number>();
  const outcomes = new Set<Outcome>();
  let byDefault = false;
  for (const { matches } of lists) {
    const at = decidersOf(matches).findIndex(({ rule }) => rule === index);
    if (at < 0) continue;
    const behind = matches.slice(at + 1).filter(({ rule }) => rule !== index);
    const stays = behind.findIndex(({ rule, certain }) => certain && !removed.has(rule));
    for (const { rule } of stays < 0 ? behind : behind.slice(0, stays + 1)) {
      outcomes.add(outcomeOf(layer.rules[rule]?.action ?? "deny"));
      if (!removed.has(rule)) rules.add(rule);
    }
    if (stays >= 0) continue;
    byDefault = true;
    outcomes.add(outcomeOtherwise(layer));
  }
  return { rules: [...rules], outcomes, byDefault };
}

/** For each rule, the lists it is in. */
function listsByRule(lists: readonly MatchList[], rules: number): readonly (readonly MatchList[])[] {
  const byRule = Array.from({ length: rules }, (): MatchList[] => []);
  for (const list of lists) for (const { rule } of list.matches) byRule[rule]?.push(list);
  return byRule;
}

/** Few rules that together appear in every list, by greed: whichever covers most of what is still bare, the earlier of equals. */
function coverOf(lists: readonly MatchList[], counts: (match: Match) => boolean): readonly number[] {
  const chosen: number[] = [];
  let bare = lists;
  while (bare.length > 0) {
    const weights = new Map<number, number>();
    for (const { matches, volume } of bare) {
      for (const match of matches) if (counts(match)) weights.set(match.rule, (weights.get(match.rule) ?? 0) + volume);
    }
    const best = [...weights].toSorted((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0];
    if (best === undefined) break;
    chosen.push(best);
    bare = bare.filter(({ matches }) => !matches.some((match) => match.rule === best && counts(match)));
  }
  return chosen;
}

function rulesAt(rules: readonly Rule[], indices: readonly number[]): readonly Rule[] {
  return indices.toSorted((a, b) => a - b).flatMap((index) => rules[index] ?? []);
}

import type { Automata } from "./automaton.ts";
import type { Bound, BoundPattern } from "./bind.ts";
import type { StatementClass } from "./classes.ts";
import { allOf, always, anyOf, leavesOf, never, not, type Condition } from "./condition.ts";
import type { StatementRef, Verdict } from "./estate.ts";
import { settle, type Facts } from "./facts.ts";
import type { Glob, Globs } from "./glob.ts";
import type { ResourceItem, ResourceKind } from "./resources.ts";
import { waysTo, type Clause, type World } from "./solve.ts";

/** What comes out for some resources. */
export interface Outcome {
  readonly verdict: Verdict;
  /** What the verdict would be if everything unread stood in nobody's way. */
  readonly atMost: Exclude<Verdict, "unknown">;
  readonly items: readonly ResourceItem[];
  readonly beyond: "any" | "matching" | "none";
  /** The ways in which it can be true, for `only-if`, and for `unknown` as far as they can be told; null when they are too many. */
  readonly ways: readonly Clause[] | null;
  /** The statements that decide: allows that grant, and denies that make it conditional. */
  readonly deciding: readonly Bound[];
  readonly missing: readonly string[];
  /** For `no`: why, although a grant allows it. Null where nothing allows it. */
  readonly blocked: { readonly says: string; readonly statements: readonly StatementRef[] } | null;
  /** What is known of the request's keys, to speak of the ways. */
  readonly facts: Facts;
}

/** What outcomes are worked out with. */
export interface OutcomeInput {
  readonly globs: Globs;
  readonly automata: Automata;
}

/** The answer for resources that the same patterns match. */
export function outcomeOf(
  { grants, caps }: Pick<StatementClass, "grants" | "caps">,
  hit: (glob: Glob) => boolean,
  facts: Facts,
  input: OutcomeInput,
  over: Pick<Outcome, "items" | "beyond">,
  unnamed: ResourceKind["unnamed"] = null,
): Outcome {
  const world: World = { facts, globs: input.globs, automata: input.automata };
  const applies = (bound: Bound): Condition => {
    const condition = bound.varies ? settle(bound.condition, facts, input.globs) : bound.condition;
    return allOf([membership(bound, hit, unnamed, input), condition]);
  };
  const layers = [{ name: "", statements: grants }, ...caps].map(({ name, statements }) => ({
    name,
    parts: statements.map((bound) => ({ bound, applies: applies(bound) })),
  }));
  const allows = layers.map(({ parts }) =>
    anyOf(parts.filter(({ bound }) => bound.effect === "allow").map((part) => part.applies)),
  );
  const denies = layers.flatMap(({ parts }) => parts.filter(({ bound }) => bound.effect === "deny"));
  const whole = allOf([...allows, ...denies.map((part) => not(part.applies))]);
  const { verdict, atMost, ways } = judge(whole, world);
  const deciding = layers.flatMap(({ parts }, at) =>
    decisive(parts.filter(({ bound }) => bound.effect === "allow")).filter(
      // A cap that allows without a condition decides nothing.
      ({ applies }) => at === 0 || applies !== always,
    ),
  );
  const conditional = denies.filter((part) => part.applies !== never);
  return {
    verdict,
    atMost,
    ...over,
    ways,
    deciding: [...deciding, ...(verdict === "yes" ? [] : conditional)].map(({ bound }) => bound),
    missing: verdict === "unknown" ? unreadIn(whole) : [],
    blocked: verdict === "no" && allows[0] !== never ? blockOf(layers, allows, denies) : null,
    facts,
  };
}

/** The allows that decide: those without a condition where there are any, else all that can apply. */
function decisive<T extends { readonly applies: Condition }>(parts: readonly T[]): readonly T[] {
  const plain = parts.filter(({ applies }) => applies === always);
  return plain.length > 0 ? plain : parts.filter(({ applies }) => applies !== never);
}

function blockOf(
  layers: readonly { readonly name: string }[],
  allows: readonly Condition[],
  denies: readonly { readonly bound: Bound; readonly applies: Condition }[],
): Outcome["blocked"] {
  const certain = denies.filter(({ applies }) => applies === always);
  const silent = layers.filter((_, at) => at > 0 && allows[at] === never).map(({ name }) => name);
  if (certain.length > 0) {
    const refs = certain.map(({ bound }) => bound.ref);
    const by = [...new Set(refs.map(({ layer, policy }) => `${layer} ${policy}`))].join(", ");
    return { says: `denied by ${by}`, statements: refs };
  }
  if (silent.length > 0) return { says: `not allowed by ${silent.join(", ")}`, statements: [] };
  return {
    says: "the conditions of what allows it and of what limits it never hold together",
    statements: denies.filter(({ applies }) => applies !== never).map(({ bound }) => bound.ref),
  };
}

/** Under which condition a resource that these patterns match is one of the statement's. */
function membership(
  bound: Bound,
  hit: (glob: Glob) => boolean,
  unnamed: ResourceKind["unnamed"],
  input: OutcomeInput,
): Condition {
  if (bound.everywhere) return always;
  const within = (patterns: readonly BoundPattern[]): Condition =>
    anyOf(patterns.map(({ glob, given }) => (hit(glob) ? given : maybeNamed(glob, unnamed, input))));
  return allOf([within(bound.include), not(within(bound.except))]);
}

function maybeNamed(glob: Glob, unnamed: ResourceKind["unnamed"], { automata }: OutcomeInput): Condition {
  if (unnamed === null || automata.relation(unnamed.about, glob) === "none") return never;
  return { kind: "unread", missing: unnamed.missing };
}

/** What a condition comes to. */
export function judge(
  condition: Condition,
  world: World,
): {
  readonly verdict: Verdict;
  readonly atMost: Exclude<Verdict, "unknown">;
  readonly ways: readonly Clause[] | null;
} {
  if (condition.kind === "constant") {
    return condition.value ? { verdict: "yes", atMost: "yes", ways: [[]] } : { verdict: "no", atMost: "no", ways: [] };
  }
  const best = waysTo(condition, true, true, world);
  if (best?.length === 0) return { verdict: "no", atMost: "no", ways: [] };
  const failsAtBest = waysTo(condition, false, false, world);
  const atMost = failsAtBest?.length === 0 ? "yes" : "only-if";
  if (atMost === "yes" && waysTo(condition, false, true, world)?.length === 0) {
    return { verdict: "yes", atMost, ways: [[]] };
  }
  const certain = waysTo(condition, true, false, world);
  if (certain?.length === 0) return { verdict: "unknown", atMost, ways: best };
  return { verdict: "only-if", atMost, ways: certain };
}

function unreadIn(condition: Condition): readonly string[] {
  const missing = [...leavesOf(condition)].flatMap((leaf) => (leaf.kind === "unread" ? [leaf.missing] : []));
  return [...new Set(missing)];
}

/** Outcomes that say the same, as one. */
export function merge(outcomes: readonly Outcome[]): readonly Outcome[] {
  if (outcomes.length < 2) return outcomes;
  return fold([...Map.groupBy(outcomes, keyOf).values()].flatMap((group) => joined(group)));
}

function keyOf({ verdict, atMost, ways, blocked, missing }: Outcome): string {
  if (verdict === "yes") return verdict;
  return JSON.stringify([
    verdict,
    atMost,
    ways?.map((clause) => clause.map(({ leaf, holds }) => [holds, leaf.kind === "free" ? leaf.text : leaf.test.text])),
    blocked?.says,
    missing,
  ]);
}

/**
 * What allows come to together of which is known what each comes to by itself, with all that denies it; null where that does not tell: where two of
 * them say something different under conditions, which may hold for the same resource.
 */
export function united(outcomes: readonly Outcome[]): readonly Outcome[] | null {
  if (outcomes.length < 2) return outcomes;
  const groups = Map.groupBy(outcomes, keyOf);
  const open = [...groups.values()].filter(([first]) => first?.verdict === "only-if" || first?.verdict === "unknown");
  const [certain] = joined(groups.get("yes") ?? []);
  if (certain === undefined && open.length === 0) return merge(outcomes);
  if (open.length > 1) return null;
  // Ways that are too many to be told may be anybody's: two such answers need not be the same.
  if (open.some((group) => group.length > 1 && group[0]?.ways === null)) return null;
  const [perhaps] = open.flatMap((group) => joined(group));
  if (certain === undefined) return perhaps === undefined ? [] : [perhaps];
  if (perhaps === undefined) return [certain];
  const sure = new Set(certain.items);
  const items = perhaps.items.filter((item) => !sure.has(item));
  const isToldAlready = items.length === 0 && (certain.beyond === "any" || perhaps.beyond === "none");
  if (isToldAlready) return [certain];
  const isFolded = items.length === 0 && certain.items.length > 0;
  // What both say of resources that are not in the snapshot may be of the same ones, of which only the certain answer would be true.
  if (!isFolded && certain.beyond !== "none" && perhaps.beyond !== "none") return null;
  return fold([certain, { ...perhaps, items }]);
}

/** Where something in the snapshot is certain, what may be possible on resources that are not in it is no answer of its own. */
function fold(outcomes: readonly Outcome[]): readonly Outcome[] {
  const certain = outcomes.find(({ verdict, items }) => verdict === "yes" && items.length > 0);
  const vague = (outcome: Outcome): boolean =>
    outcome.items.length === 0 && (outcome.verdict === "only-if" || outcome.verdict === "unknown");
  if (certain === undefined || !outcomes.some(vague)) return outcomes;
  const widened: Outcome = { ...certain, beyond: certain.beyond === "any" ? "any" : "matching" };
  return outcomes.flatMap((outcome) => (outcome === certain ? [widened] : vague(outcome) ? [] : [outcome]));
}

const width = ["none", "matching", "any"] as const;

function joined(outcomes: readonly Outcome[]): readonly Outcome[] {
  const [first] = outcomes;
  if (first === undefined || outcomes.length === 1) return outcomes;
  // Lists are kept where they can be: many answers share them.
  const lists = outcomes.map(({ items }) => items).filter((items) => items.length > 0);
  const widest = Math.max(...outcomes.map(({ beyond }) => width.indexOf(beyond)));
  return [
    {
      ...first,
      items: lists.length < 2 ? (lists[0] ?? []) : together(lists),
      beyond: width[widest] ?? "any",
      deciding: [...new Set(outcomes.flatMap(({ deciding }) => deciding))],
    },
  ];
}

type Items = readonly ResourceItem[];
interface Joined {
  readonly next: WeakMap<Items, Joined>;
  items: Items | null;
}
const joinedLists: Joined = { next: new WeakMap(), items: null };

/** Lists of items as one, each item once; remembered with the lists, for whoever holds the same rights has the same lists. */
function together(lists: readonly Items[]): Items {
  let step = joinedLists;
  for (const list of lists) {
    const next: Joined = step.next.get(list) ?? { next: new WeakMap(), items: null };
    step.next.set(list, next);
    step = next;
  }
  step.items ??= [...new Set(lists.flat())];
  return step.items;
}

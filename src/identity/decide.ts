import type { Automata, Relation } from "./automaton.ts";
import { keysOf, type Bound } from "./bind.ts";
import type { StatementClass } from "./classes.ts";
import {
  createDenials,
  isCounted,
  isTreeOf,
  mayMeet,
  relationTo,
  type Denials,
  type Denied,
  type Undenied,
} from "./denied.ts";
import type { Fact, Facts } from "./facts.ts";
import { matchesGlob, type Glob, type Globs } from "./glob.ts";
import { createMatching, type Matching } from "./matching.ts";
import { merge, outcomeOf, united, type Outcome, type OutcomeInput } from "./outcome.ts";
import type { ActionFacts, ResourceItem, ResourceKind } from "./resources.ts";

/** Decides what statements of one class come to; what it decided stays with the class. */
export interface Decider {
  /** Over the resources of a kind, and those of the kind that the snapshot does not have. */
  readonly decide: (statements: StatementClass, kind: ResourceKind, given: ActionFacts) => readonly Outcome[];
  /** For one resource, in the snapshot or not. */
  readonly decideOne: (statements: StatementClass, item: ResourceItem, given: ActionFacts) => Outcome;
}

/** What a decider rests on. */
interface DeciderInput extends OutcomeInput {
  readonly matching: Matching;
  readonly denials: Denials;
  readonly alone: Alone;
}

export function createDecider(globs: Globs, automata: Automata): Decider {
  const matching = createMatching();
  const input: DeciderInput = {
    globs,
    automata,
    matching,
    denials: createDenials(automata, matching),
    alone: createAlone(),
  };
  return {
    decide: (statements, kind, given) => {
      // Only statements that ask about the action can tell one use of it from another.
      const key = statements.varies ? `${kind.id} ${given.id}` : kind.id;
      const known = statements.decided.get(key);
      if (known !== undefined) return known;
      const { plain } = statements;
      const outcomes =
        plain === null ? outcomesOf(statements, kind, given, input) : [wholeOf(kind, plain, statements.facts)];
      statements.decided.set(key, outcomes);
      return outcomes;
    },
    decideOne: (statements, item, given) => {
      const facts = factsFor(statements.facts, given, item.fact);
      const hit = (glob: Glob): boolean => matchesGlob(glob, item.text);
      return outcomeOf(statements, hit, facts, input, { items: [item], beyond: "none" });
    },
  };
}

function wholeOf(kind: ResourceKind, granting: readonly Bound[], facts: Facts): Outcome {
  return {
    verdict: "yes",
    atMost: "yes",
    items: kind.items,
    beyond: "any",
    ways: [[]],
    deciding: granting,
    missing: [],
    blocked: null,
    facts,
  };
}

function factsFor(facts: Facts, given: ActionFacts, resource: (key: string) => Fact | null): Facts {
  return (key) => given.fact(key) ?? resource(key) ?? facts(key);
}

/** Statements, and how their patterns lie to the resources of a kind. */
interface Over {
  readonly kind: ResourceKind;
  readonly statements: Spoken;
  /** The patterns that match some resources of the kind and not others. */
  readonly splitting: readonly Glob[];
  readonly relations: ReadonlyMap<Glob, Relation>;
  /** The outcome where certain patterns of {@link splitting} match, told by their places, of which as much is known. */
  readonly outcome: (hits: readonly number[], facts: Facts, over: Pick<Outcome, "items" | "beyond">) => Outcome;
}

type Spoken = Pick<StatementClass, "grants" | "caps" | "facts" | "varies">;

/** What comes out over a kind: resources of the snapshot, and whatever else matches, in as few outcomes as there are answers. */
function outcomesOf(
  statements: StatementClass,
  kind: ResourceKind,
  given: ActionFacts,
  input: DeciderInput,
): readonly Outcome[] {
  if (kind.unnamed !== null) return everyOutcome(compare(statements, kind, input), null, given, input);
  const undenied = input.denials.undenied(statements);
  const { facts, varies } = statements;
  const one = (parts: Undenied): readonly Outcome[] => coupled(parts, { facts, varies }, kind, given, input);
  if (!undenied.isCommon) return one(undenied);
  return united(undenied.apart().flatMap((parts) => input.alone(kind, parts, one))) ?? one(undenied);
}

/** What statements come to that may limit each other. */
function coupled(
  parts: Undenied,
  known: Pick<Spoken, "facts" | "varies">,
  kind: ResourceKind,
  given: ActionFacts,
  input: DeciderInput,
): readonly Outcome[] {
  const { denies, conditional, allows, caps } = parts;
  const isNear = (bound: Bound): boolean => allows.some((allow) => mayMeet(allow, bound));
  const near = conditional.filter(isNear);
  const denied = input.denials.over(denies, kind);
  const isPlain = denies.length === 0;
  if (near.length === 0 && caps.length === 0 && denied !== null && allows.every(({ asksNothing }) => asksNothing)) {
    const union = unionOf(parts, kind, denied, known.facts);
    const isTold = (): boolean => isPlain || !allows.some((bound) => names(bound, kind, input));
    if (union !== null && (union.length > 0 || isTold())) return union;
  }
  const grants = [...allows, ...near];
  const over = compare({ grants, caps, ...known }, kind, input);
  if (!mayBeAllowed(over)) return [];
  if (denied !== null && (isPlain || kind.isClosed || over.splitting.every((glob) => isTreeOf(kind, glob)))) {
    const left = everyOutcome(over, denied, given, input);
    if (isPlain || left.some(({ verdict }) => verdict !== "no")) return left;
  }
  // Where nothing is left it is told what denies it.
  const whole = { grants: [...grants, ...denies.filter(isNear)], caps, ...known };
  return everyOutcome(compare(whole, kind, input), null, given, input);
}

/** Remembers what one allow comes to, with what denies it, for all classes that say the same of it. */
type Alone = (
  kind: ResourceKind,
  parts: Undenied,
  decide: (parts: Undenied) => readonly Outcome[],
) => readonly Outcome[];

function createAlone(): Alone {
  const known = new Map<ResourceKind, Map<readonly Bound[], Map<readonly Bound[], Map<Bound, readonly Outcome[]>>>>();
  return (kind, parts, decide) => {
    const [allow] = parts.allows;
    if (allow === undefined) return [];
    const ofAllow = ensure(ensure(ensure(known, kind), parts.denies), parts.conditional);
    const before = ofAllow.get(allow);
    if (before !== undefined) return before;
    const made = decide(parts);
    ofAllow.set(allow, made);
    return made;
  };
}

function ensure<Key, InnerKey, Value>(map: Map<Key, Map<InnerKey, Value>>, key: Key): Map<InnerKey, Value> {
  const known = map.get(key) ?? new Map<InnerKey, Value>();
  map.set(key, known);
  return known;
}

/** Whether a statement speaks of anything of a kind. */
function names({ include }: Bound, kind: ResourceKind, { automata, matching }: DeciderInput): boolean {
  return include.some(({ glob }) => relationTo(kind, glob, automata, matching) !== "none");
}

function mayBeAllowed({ statements, relations }: Over): boolean {
  return statements.grants.some(
    ({ effect, include }) => effect === "allow" && include.some(({ glob }) => relations.get(glob) !== "none"),
  );
}

/** One outcome for each combination of patterns that some resource shows. */
function everyOutcome(over: Over, denied: Denied | null, given: ActionFacts, input: DeciderInput): readonly Outcome[] {
  const { kind, statements, splitting } = over;
  const combinations = kind.isClosed ? [] : input.automata.hits(kind.universe, splitting);
  if (combinations === null) return [tooIntricate(kind, statements)];
  const facts = factsFor(statements.facts, given, kind.fact);
  const outcomes: Outcome[] = [];
  for (const hits of combinations) {
    const globs = hits.flatMap((at) => splitting[at] ?? []);
    if (globs.some((glob) => isCounted(glob, kind, input.matching))) continue;
    if (denied !== null && (denied.everything || globs.some((glob) => denied.leavesNothing(glob)))) continue;
    const beyond = combinations.length === 1 || hits.length === 0 ? "any" : "matching";
    outcomes.push(over.outcome(hits, facts, { items: [], beyond }));
  }
  return merge([...outcomes, ...itemOutcomes(over, denied, given, input)]);
}

function compare(statements: Spoken, kind: ResourceKind, input: DeciderInput): Over {
  const relations = new Map<Glob, Relation>();
  const splitting: Glob[] = [];
  const places = new Map<Glob, number>();
  const grants = sift(statements.grants);
  const caps = statements.caps.map((cap) => ({ name: cap.name, sifted: sift(cap.statements) }));
  return {
    kind,
    statements,
    splitting,
    relations,
    outcome: (hits, facts, over) => {
      const touched = new Set(hits);
      const applying = {
        grants: applyingOf(grants, hits),
        caps: caps.map(({ name, sifted }) => ({ name, statements: applyingOf(sifted, hits) })),
      };
      const hit = (glob: Glob): boolean => relations.get(glob) === "all" || touched.has(places.get(glob) ?? -1);
      return outcomeOf(applying, hit, facts, input, over, kind.unnamed);
    },
  };

  function sift(bounds: readonly Bound[]): Sifted {
    const everywhere: number[] = [];
    const byPlace = new Map<number, number[]>();
    for (const [at, { include, except }] of bounds.entries()) {
      let isWide = kind.unnamed !== null;
      const some: number[] = [];
      for (const { glob } of include) {
        const relation = relate(glob);
        if (relation === "all") isWide = true;
        else if (relation === "some") some.push(places.get(glob) ?? -1);
      }
      if (!isWide && some.length === 0) continue;
      for (const { glob } of except) relate(glob);
      if (isWide) everywhere.push(at);
      else for (const place of some) byPlace.set(place, [...(byPlace.get(place) ?? []), at]);
    }
    return { bounds, everywhere, byPlace };
  }

  function relate(glob: Glob): Relation {
    const known = relations.get(glob);
    if (known !== undefined) return known;
    const relation = relationTo(kind, glob, input.automata, input.matching);
    relations.set(glob, relation);
    if (relation === "some") {
      places.set(glob, splitting.length);
      splitting.push(glob);
    }
    return relation;
  }
}

/** Statements by what has to match for them to apply, each told by its place among them. */
interface Sifted {
  readonly bounds: readonly Bound[];
  /** Those that may apply wherever one looks. */
  readonly everywhere: readonly number[];
  /** The others, by the places of their patterns among those that split the kind. */
  readonly byPlace: ReadonlyMap<number, readonly number[]>;
}

function applyingOf({ bounds, everywhere, byPlace }: Sifted, hits: readonly number[]): readonly Bound[] {
  const applying = new Set(everywhere);
  for (const place of hits) for (const at of byPlace.get(place) ?? []) applying.add(at);
  return [...applying].toSorted((a, b) => a - b).flatMap((at) => bounds[at] ?? []);
}

/** What allows without a condition come to, each of which speaks for itself: one outcome over all that one of them names and nothing denies; null where that cannot be told. */
function unionOf({ allows }: Undenied, kind: ResourceKind, denied: Denied, facts: Facts): readonly Outcome[] | null {
  let beyond: Outcome["beyond"] = "none";
  let isTold = true;
  const named = new Set<Glob>();
  let isWhole = false;
  const deciding = allows.filter((bound) => {
    const share = denied.shareOf(bound);
    if (share === null) return false;
    isTold &&= share.isTold;
    isWhole ||= share.isWhole;
    if (!isWhole) for (const glob of share.found) named.add(glob);
    if (beyond === "none" || share.beyond === "any") beyond = share.beyond;
    return true;
  });
  if (!isTold) return null;
  if (deciding.length === 0) return [];
  return [{ ...wholeOf(kind, deciding, facts), items: isWhole ? denied.left(null) : denied.union(named), beyond }];
}

/** What comes out for the items of a kind, one outcome for all that the same patterns match and of which the same is known. */
function itemOutcomes(
  { kind, statements, splitting, relations, outcome }: Over,
  denied: Denied | null,
  given: ActionFacts,
  { matching }: DeciderInput,
): readonly Outcome[] {
  const { varies, facts } = statements;
  const over = (items: readonly ResourceItem[], hits: readonly number[]): readonly Outcome[] => {
    const [first] = items;
    if (first === undefined) return [];
    return [outcome(hits, factsFor(facts, given, first.fact), { items, beyond: "none" })];
  };
  const keys = varies ? resourceKeys([...statements.grants, ...statements.caps.flatMap((cap) => cap.statements)]) : [];
  const touched = new Map<ResourceItem, number[]>();
  for (const [at, glob] of splitting.entries()) {
    for (const item of denied === null ? matching(kind, glob) : denied.left(glob)) {
      const hits = touched.get(item);
      if (hits === undefined) touched.set(item, [at]);
      else hits.push(at);
    }
  }
  const groups = new Map<string, { readonly items: ResourceItem[]; readonly hits: readonly number[] }>();
  const add = (item: ResourceItem, hits: readonly number[]): void => {
    const known = keys.length === 0 ? "" : JSON.stringify(keys.map((key) => item.fact(key)?.values ?? null));
    const key = `${hits.join(",")} ${known}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { items: [item], hits });
    else group.items.push(item);
  };
  for (const [item, hits] of touched) add(item, hits);
  const found = (): readonly Outcome[] => [...groups.values()].flatMap(({ items, hits }) => over(items, hits));
  // Where nothing is allowed but by patterns that tell items apart, the items that none of them matches need not be looked at.
  if (!allowsAnyway(statements, relations, kind.unnamed !== null)) return found();
  const all = denied === null ? kind.items : denied.left(null);
  const untouched = touched.size === 0 ? all : all.filter((item) => !touched.has(item));
  if (keys.length === 0) return [...found(), ...over(untouched, [])];
  for (const item of untouched) add(item, []);
  return found();
}

/** Whether a grant allows something by a pattern that matches every resource of the kind. */
function allowsAnyway({ grants }: Spoken, relations: ReadonlyMap<Glob, Relation>, unnamed: boolean): boolean {
  return grants.some(
    ({ effect, include }) =>
      effect === "allow" && (unnamed || include.some(({ glob }) => relations.get(glob) === "all")),
  );
}

/** The keys that statements ask about and that a resource may answer. */
function resourceKeys(statements: readonly Bound[]): readonly string[] {
  return [...new Set(statements.flatMap(({ varies, condition }) => (varies ? keysOf(condition) : [])))];
}

function tooIntricate(kind: ResourceKind, { grants, caps, facts }: Spoken): Outcome {
  const statements = [...grants, ...caps.flatMap((cap) => cap.statements)];
  const policies = [...new Set(statements.map(({ ref }) => ref.policy))].slice(0, 3).join(", ");
  return {
    verdict: "unknown",
    atMost: "yes",
    items: kind.items,
    beyond: "matching",
    ways: null,
    deciding: statements,
    missing: [`the resource patterns of ${policies} are too intricate to be compared`],
    blocked: null,
    facts,
  };
}

import type { Automata, Relation } from "./automaton.ts";
import { keysOf, type Bound } from "./bind.ts";
import type { StatementClass } from "./classes.ts";
import type { Fact, Facts } from "./facts.ts";
import { matchesGlob, type Glob, type Globs } from "./glob.ts";
import { merge, outcomeOf, type Outcome, type OutcomeInput } from "./outcome.ts";
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
  /** The items of a kind that a pattern matches; remembered, for many statements hold the same patterns. */
  readonly matching: (kind: ResourceKind, glob: Glob) => readonly ResourceItem[];
}

export function createDecider(globs: Globs, automata: Automata): Decider {
  const input: DeciderInput = { globs, automata, matching: createMatching() };
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

/** What comes out over a kind: resources of the snapshot, and whatever else matches, in as few outcomes as there are answers. */
function outcomesOf(
  relevant: StatementClass,
  kind: ResourceKind,
  given: ActionFacts,
  input: DeciderInput,
): readonly Outcome[] {
  const { facts } = relevant;
  const statements = [...relevant.grants, ...relevant.caps.flatMap((cap) => cap.statements)];
  const named = new Set(statements.flatMap(({ include, except }) => [...include, ...except].map(({ glob }) => glob)));
  const relations = new Map([...named].map((glob) => [glob, relationTo(kind, glob, input)]));
  const splitting = [...named].filter((glob) => relations.get(glob) === "some");
  const hitBy =
    (splits: (glob: Glob) => boolean) =>
    (glob: Glob): boolean => {
      const relation = relations.get(glob);
      return relation === "all" || (relation === "some" && splits(glob));
    };

  const outcomes: Outcome[] = [];
  const signatures = kind.isClosed ? [] : input.automata.signatures(kind.universe, splitting);
  if (signatures === null) return [tooIntricate(kind, statements, facts)];
  for (const signature of signatures) {
    const exact = splitting.find((glob, at) => signature[at] === true && glob.literal !== null);
    // A text that stands in full is one resource: it is in the snapshot and comes below, or it is certainly gone.
    if (exact !== undefined && (input.matching(kind, exact).length > 0 || kind.isGone(exact.literal ?? ""))) continue;
    const hit = hitBy((glob) => signature[splitting.indexOf(glob)] === true);
    const only = signatures.length === 1 || signature.every((each) => !each) ? "any" : "matching";
    outcomes.push(
      outcomeOf(relevant, hit, factsFor(facts, given, kind.fact), input, { items: [], beyond: only }, kind.unnamed),
    );
  }

  const found = itemOutcomes(relevant, kind, given, input, splitting, relations);
  return merge([...outcomes, ...found]);
}

/** What comes out for the items of a kind, one outcome for all that the same patterns match and of which the same is known. */
function itemOutcomes(
  relevant: StatementClass,
  kind: ResourceKind,
  given: ActionFacts,
  input: DeciderInput,
  splitting: readonly Glob[],
  relations: ReadonlyMap<Glob, Relation>,
): readonly Outcome[] {
  const { facts, varies } = relevant;
  const outcome = (items: readonly ResourceItem[], hits: readonly boolean[]): readonly Outcome[] => {
    const [first] = items;
    if (first === undefined) return [];
    const hit = (glob: Glob): boolean => relations.get(glob) === "all" || hits[splitting.indexOf(glob)] === true;
    const over = { items, beyond: "none" } as const;
    return [outcomeOf(relevant, hit, factsFor(facts, given, first.fact), input, over, kind.unnamed)];
  };
  if (splitting.length === 0 && !varies) return outcome(kind.items, []);

  const touched = new Map<ResourceItem, boolean[]>();
  for (const [at, glob] of splitting.entries()) {
    for (const item of input.matching(kind, glob)) {
      const hits = touched.get(item);
      if (hits === undefined)
        touched.set(
          item,
          splitting.map((_, other) => other === at),
        );
      else hits[at] = true;
    }
  }
  const groups = new Map<string, { readonly items: ResourceItem[]; readonly hits: readonly boolean[] }>();
  const keys = varies ? resourceKeys([...relevant.grants, ...relevant.caps.flatMap((cap) => cap.statements)]) : [];
  const untouched = splitting.map(() => false);
  const add = (item: ResourceItem, hits: readonly boolean[]): void => {
    const known = keys.length === 0 ? "" : JSON.stringify(keys.map((key) => item.fact(key)?.values ?? null));
    const key = `${hits.map(Number).join("")} ${known}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { items: [item], hits });
    else group.items.push(item);
  };
  for (const [item, hits] of touched) add(item, hits);
  // Where nothing is allowed but by patterns that tell items apart, the items that none of them matches need not be looked at.
  if (allowsAnyway(relevant, relations, kind.unnamed !== null)) {
    for (const item of kind.items) if (!touched.has(item)) add(item, untouched);
  }
  return [...groups.values()].flatMap(({ items, hits }) => outcome(items, hits));
}

/** Whether a grant allows something by a pattern that matches every resource of the kind. */
function allowsAnyway({ grants }: StatementClass, relations: ReadonlyMap<Glob, Relation>, unnamed: boolean): boolean {
  return grants.some(
    ({ effect, include }) =>
      effect === "allow" && (unnamed || include.some(({ glob }) => relations.get(glob) === "all")),
  );
}

/** How a pattern lies to a kind: to its items, where those are all that is asked about, else to everything of the kind. */
function relationTo(kind: ResourceKind, glob: Glob, { automata, matching }: DeciderInput): Relation {
  if (!kind.isClosed) return automata.relation(kind.universe, glob);
  const count = matching(kind, glob).length;
  return count === 0 ? "none" : count === kind.items.length ? "all" : "some";
}

/** The keys that statements ask about and that a resource may answer. */
function resourceKeys(statements: readonly Bound[]): readonly string[] {
  return [...new Set(statements.flatMap(({ varies, condition }) => (varies ? keysOf(condition) : [])))];
}

function tooIntricate(kind: ResourceKind, statements: readonly Bound[], facts: Facts): Outcome {
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

function createMatching(): DeciderInput["matching"] {
  const byText = new Map<ResourceKind, ReadonlyMap<string, readonly ResourceItem[]>>();
  const matched = new Map<ResourceKind, Map<Glob, readonly ResourceItem[]>>();
  return (kind, glob) => {
    if (glob.literal !== null) {
      const texts = byText.get(kind) ?? Map.groupBy(kind.items, ({ text }) => text);
      byText.set(kind, texts);
      return texts.get(glob.literal) ?? [];
    }
    const ofKind = matched.get(kind) ?? new Map<Glob, readonly ResourceItem[]>();
    matched.set(kind, ofKind);
    const known = ofKind.get(glob);
    if (known !== undefined) return known;
    const made = kind.items.filter(({ text }) => matchesGlob(glob, text));
    ofKind.set(glob, made);
    return made;
  };
}

import type { Bound, Vocabulary } from "./bind.ts";
import type { Partition, StatementClass } from "./classes.ts";
import type { Decider } from "./decide.ts";
import type { Outcome } from "./outcome.ts";
import type { ResourceItem } from "./resources.ts";
import type { Residual, Verdict } from "./estate.ts";
import type { GoalAction, Need } from "./identity.ts";
import { isWeaker, weakest } from "./levels.ts";
import { bothResiduals, residualOf } from "./words.ts";

/** What an identity may do with some actions, all alike. */
export interface Ability {
  readonly verdict: Verdict;
  readonly atMost: Exclude<Verdict, "unknown">;
  readonly residual: Residual | null;
  readonly items: readonly ResourceItem[];
  readonly beyond: Outcome["beyond"];
  readonly deciding: readonly Bound[];
  readonly missing: readonly string[];
  readonly blocked: Outcome["blocked"];
}

/** An ability with the numbers of its actions. */
export interface AbilityOver {
  readonly ability: Ability;
  readonly actions: readonly number[];
}

/** Tells what identities may do with the actions that are asked about; remembers it with their classes of statements. */
export interface Abilities {
  /** Every ability over the actions that are asked about and wanted, those that come to nothing too. */
  readonly over: (
    partition: Partition,
    account: string,
    wanted: (action: GoalAction) => boolean,
  ) => readonly AbilityOver[];
  /** The strongest verdict in each category; a category that is not there is out of reach. */
  readonly best: (partition: Partition, account: string) => ReadonlyMap<string, Verdict>;
  /** How far some needs are met, by any resource. */
  readonly meets: (statements: StatementClass, needs: readonly Need[]) => Verdict;
  /** What the statements come to for one way to use an action. */
  readonly of: (statements: StatementClass, needs: readonly Need[]) => readonly Ability[];
}

export function createAbilities(goals: readonly GoalAction[], decider: Decider, vocabulary: Vocabulary): Abilities {
  const byNumber: (GoalAction | undefined)[] = [];
  for (const goal of goals) byNumber[goal.action] = goal;
  const shapes = Math.max(0, ...goals.map(({ shape }) => shape)) + 1;
  const remembered = new Map<string, Map<StatementClass, (readonly Ability[] | undefined)[]>>();
  const bests = new Map<string, Map<Partition, ReadonlyMap<string, Verdict>>>();

  const of: Abilities["of"] = (statements, needs) => {
    const perNeed = needs.map((need) => outcomesFor(need, statements, decider));
    const main = Math.max(
      0,
      needs.findIndex(({ changed }) => changed),
    );
    const others = perNeed.filter((_, index) => index !== main);
    return (perNeed[main] ?? []).map((outcome) => abilityOf(outcome, others, vocabulary));
  };

  const ofAction = (statements: StatementClass, goal: GoalAction, account: string): readonly Ability[] => {
    const ofAccount = ensure(remembered, account, () => new Map<StatementClass, (readonly Ability[] | undefined)[]>());
    const known = ensure(ofAccount, statements, () => []);
    // What asks about the action may say something else of each; all else depends on the kinds of resource alone.
    const at = statements.varies ? shapes + goal.action : goal.shape;
    const before = known[at];
    if (before !== undefined) return before;
    const made = of(statements, goal.needs(account));
    known[at] = made;
    return made;
  };

  const bestOf = (partition: Partition, account: string): ReadonlyMap<string, Verdict> => {
    const best = new Map<string, Verdict>();
    for (const { actions, statements } of partition.classes) {
      for (const number of actions) {
        const goal = byNumber[number];
        if (goal === undefined) continue;
        const so = best.get(goal.category) ?? "no";
        if (so === "yes") continue;
        if (statements.plain !== null) {
          best.set(goal.category, "yes");
          continue;
        }
        const verdict = strongest(ofAction(statements, goal, account));
        if (isWeaker(so, verdict)) best.set(goal.category, verdict);
      }
    }
    return best;
  };

  return {
    of,
    over: ({ classes }, account, wanted) => {
      const found: AbilityOver[] = [];
      for (const { actions, statements } of classes) {
        const groups = new Map<readonly Ability[], number[]>();
        for (const number of actions) {
          const goal = byNumber[number];
          if (goal === undefined || !wanted(goal)) continue;
          ensure(groups, ofAction(statements, goal, account), () => []).push(number);
        }
        for (const [abilities, numbers] of groups) {
          for (const ability of abilities) found.push({ ability, actions: numbers });
        }
      }
      return found;
    },
    best: (partition, account) =>
      ensure(
        ensure(bests, account, () => new Map<Partition, ReadonlyMap<string, Verdict>>()),
        partition,
        () => bestOf(partition, account),
      ),
    meets: (statements, needs) => {
      let met: Verdict = "yes";
      for (const need of needs) {
        const verdict = strongest(outcomesFor(need, statements, decider));
        if (isWeaker(verdict, met)) met = verdict;
        if (met === "no") return met;
      }
      return met;
    },
  };
}

/** What a map has for a key, made where it has nothing yet. */
function ensure<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function outcomesFor({ oneOf }: Need, statements: StatementClass, decider: Decider): readonly Outcome[] {
  const [only] = oneOf;
  if (oneOf.length === 1 && only !== undefined) return decider.decide(statements, only.kind, only.given);
  return oneOf.flatMap(({ kind, given }) => decider.decide(statements, kind, given));
}

/** The strongest verdict. */
function strongest(outcomes: readonly { readonly verdict: Verdict }[]): Verdict {
  let best: Verdict = "no";
  for (const { verdict } of outcomes) if (isWeaker(best, verdict)) best = verdict;
  return best;
}

/** One outcome for what an action changes, together with the best for everything else that it has to be allowed on. */
function abilityOf(outcome: Outcome, others: readonly (readonly Outcome[])[], vocabulary: Vocabulary): Ability {
  const { items, beyond } = outcome;
  const all = [
    outcome,
    ...others.flatMap((outcomes) => outcomes.find((each) => each.verdict === strongest(outcomes)) ?? []),
  ];
  if (all.length <= others.length) {
    return { verdict: "no", atMost: "no", residual: null, items, beyond, deciding: [], missing: [], blocked: null };
  }
  return {
    verdict: weakest(
      all.map(({ verdict }) => verdict),
      "yes",
    ),
    atMost: weakest(
      all.map(({ atMost }) => atMost),
      "yes",
    ),
    residual: all.map((each) => residualIn(each, vocabulary)).reduce(bothResiduals),
    items,
    beyond,
    deciding: [...new Set(all.flatMap(({ deciding }) => deciding))],
    missing: [...new Set(all.flatMap(({ missing }) => missing))],
    blocked: all.find(({ blocked }) => blocked !== null)?.blocked ?? null,
  };
}

function residualIn({ verdict, atMost, ways, facts }: Outcome, vocabulary: Vocabulary): Residual | null {
  if (verdict === "yes" || verdict === "no" || atMost === "yes") return null;
  return residualOf(ways, facts, vocabulary);
}

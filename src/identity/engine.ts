import { createAbilities } from "./abilities.ts";
import type { ActionTable } from "./actions.ts";
import type { Automata } from "./automaton.ts";
import { createBinder, type Vocabulary } from "./bind.ts";
import { createPartitioner } from "./classes.ts";
import { createClosure, type Closure } from "./closure.ts";
import { createDecider } from "./decide.ts";
import type { Verdict, WhoCan } from "./estate.ts";
import type { Globs } from "./glob.ts";
import { grantsOf } from "./grants.ts";
import type { IdentityModel } from "./identity.ts";
import { isWeaker, verdictOfLevel, type LevelName } from "./levels.ts";
import { numberOf, type Node, type Ways } from "./moves.ts";
import { createNodes } from "./nodes.ts";
import { createTeller } from "./paths.ts";
import { createSteps } from "./steps.ts";

/** What the engine rests on; one set for one estate. */
export interface EngineInput {
  readonly globs: Globs;
  readonly automata: Automata;
  readonly vocabulary: Vocabulary;
  /** Numbers every action that the model's goals and methods speak of. */
  readonly table: ActionTable;
  readonly model: IdentityModel;
}

/**
 * Who can use the model's goal actions, by their own rights or by escalation: the least fixpoint over identities and what can be done to their rights.
 * Sound both ways, for what the records show: a `yes` holds in every circumstance left open, and whoever is in no grant can in none.
 */
export function answerWhoCan(input: EngineInput): Omit<WhoCan, "notes"> {
  const { globs, automata, vocabulary, table, model } = input;
  const decider = createDecider(globs, automata);
  const bind = createBinder(table, globs, vocabulary);
  const nodes = createNodes(model.identities, globs, bind, createPartitioner(table));
  const abilities = createAbilities(model.goals, decider, vocabulary);
  const steps = createSteps(model, nodes, abilities, decider);
  const teller = createTeller(model, nodes, steps, abilities, decider, vocabulary);

  const nothing: ReadonlyMap<string, Verdict> = new Map();
  const reached: (ReadonlyMap<string, Verdict> | undefined)[] = [];
  const reaches = (node: Node, category: string): Verdict => {
    const number = numberOf(node);
    const known = reached[number];
    if (known !== undefined) return known.get(category) ?? "no";
    const identity = model.identities[node.identity];
    const isOwn = identity !== undefined && !identity.isStranger;
    const best = isOwn ? abilities.best(nodes.partition(node.identity, node.state), identity.account) : nothing;
    reached[number] = best;
    return best.get(category) ?? "no";
  };
  const categories = [...new Set(model.goals.map(({ category }) => category))];
  /** Whoever reaches everything by itself gains nothing by any step. */
  const isDone = (node: Node, level: LevelName): boolean =>
    categories.every((category) => !isWeaker(reaches(node, category), verdictOfLevel[level]));

  const closures = new Map<LevelName, Closure>();
  const ways = new Map<string, Ways>();
  const size = model.identities.length;
  const closureAt = (level: LevelName): Closure => {
    const known = closures.get(level);
    if (known !== undefined) return known;
    const made = createClosure(size, level, steps, (node) => isDone(node, level));
    closures.set(level, made);
    return made;
  };
  return grantsOf({
    model,
    table,
    nodes,
    abilities,
    teller,
    direct: (identity, category) => reaches({ identity, state: 0 }, category),
    ways: (category, level) => {
      const key = `${category} ${level}`;
      const known = ways.get(key);
      if (known !== undefined) return known;
      const made = closureAt(level).ways((node) => !isWeaker(reaches(node, category), verdictOfLevel[level]));
      ways.set(key, made);
      return made;
    },
  });
}

import type { Abilities } from "./abilities.ts";
import type { Vocabulary } from "./bind.ts";
import type { StatementClass } from "./classes.ts";
import type { Decider } from "./decide.ts";
import type { PathStep, Residual, StatementRef, Verdict } from "./estate.ts";
import type { Identity, IdentityModel, StepMethod, StepNeed } from "./identity.ts";
import { isWeaker, verdictAt, weakest } from "./levels.ts";
import { numberOf, type Move } from "./moves.ts";
import { granted, uncapped, type Nodes, type State } from "./nodes.ts";
import type { Steps } from "./steps.ts";
import { bothResiduals, residualOf } from "./words.ts";

/** A path in words. */
export interface Told {
  readonly steps: readonly PathStep[];
  /** That of its weakest step. */
  readonly verdict: Exclude<Verdict, "no">;
  readonly condition: Residual | null;
  readonly missing: readonly string[];
}

/** Puts moves into words; remembers each move. */
export interface Teller {
  readonly tell: (moves: readonly Move[]) => Told;
}

interface ToldStep {
  readonly step: PathStep;
  readonly missing: readonly string[];
}

export function createTeller(
  model: IdentityModel,
  nodes: Nodes,
  steps: Steps,
  abilities: Abilities,
  decider: Decider,
  vocabulary: Vocabulary,
): Teller {
  const known = new Map<string, readonly ToldStep[]>();
  const { identities } = model;

  /** Why a need is met: the statement, and what it depends on. */
  const why = (need: StepNeed, statements: StatementClass, target: number, account: string): Why => {
    const rest = need.needs(account).map((each) => best(abilities.of(statements, [each])));
    const place = need.domain?.items.find((_, at) => need.domain?.leadsTo[at]?.includes(target));
    const parts: Why[] = rest;
    if (need.domain !== null && place !== undefined) {
      const outcome = decider.decideOne(statements, place, need.given);
      const depends = outcome.verdict !== "yes" && outcome.atMost !== "yes";
      parts.unshift({
        verdict: outcome.verdict,
        statement: outcome.deciding[0]?.ref ?? null,
        condition: depends ? residualOf(outcome.ways, outcome.facts, vocabulary) : null,
        missing: outcome.missing,
      });
    }
    return together(parts);
  };

  const stepBy = (method: StepMethod, { from, to }: Move, identity: Identity): ToldStep => {
    const verdict = verdictAt(steps.byMethod(method, from.identity, from.state), to.identity);
    const target = identities[to.identity];
    const admission = method.admission?.(from.identity, to.identity) ?? null;
    const partition = nodes.partition(from.identity, from.state);
    const reasons: Why[] = [];
    for (const alternatives of method.needs) {
      const met = alternatives.flatMap((need): readonly Why[] => {
        const statements = partition.classOf(need.action);
        return statements === null ? [] : [why(need, statements, to.identity, identity.account)];
      });
      reasons.push(strongest(met));
    }
    const own = together(admission?.named === true && identity.account === target?.account ? [] : reasons);
    const statement = admission === null ? own.statement : (admission.statement ?? own.statement);
    const unknown = verdict === "unknown";
    const isUnsure = verdictAt(method.targets, to.identity) === "unknown";
    return {
      step: {
        method: method.id,
        says: method.says,
        via: target?.id ?? "",
        viaName: target?.principal?.resource.name ?? null,
        statement,
        verdict: verdict === "no" ? "unknown" : verdict,
        condition: bothResiduals(admission?.condition ?? null, own.condition),
      },
      missing: unknown ? [...own.missing, ...(admission?.missing ?? []), ...(isUnsure ? method.missing : [])] : [],
    };
  };

  /** The strongest method with an effect from one node on an identity; the first of equals. */
  const bestMethod = (effect: StepMethod["effect"], move: Move): StepMethod | null => {
    let found: StepMethod | null = null;
    let strength: Verdict = "no";
    for (const method of model.methods) {
      if (method.effect !== effect) continue;
      const verdict = verdictAt(steps.byMethod(method, move.from.identity, move.from.state), move.to.identity);
      if (!isWeaker(strength, verdict)) continue;
      found = method;
      strength = verdict;
    }
    return found;
  };

  const groups = new Map<number, number[]>();
  for (const [index, { members }] of identities.entries()) {
    for (const member of members) {
      const list = groups.get(member);
      if (list === undefined) groups.set(member, [index]);
      else list.push(index);
    }
  }

  /** What is granted to a group is told of the group. */
  const onGroup = (move: Move): Move => {
    for (const identity of groups.get(move.to.identity) ?? []) {
      const there = { ...move, to: { ...move.to, identity } };
      if (bestMethod("grant", there) !== null) return there;
    }
    return move;
  };

  const tellOne = (move: Move): readonly ToldStep[] => {
    const identity = identities[move.from.identity];
    if (identity === undefined) return [];
    const told: ToldStep[] = [];
    const add = (effect: StepMethod["effect"], at: Move): void => {
      const method = bestMethod(effect, at);
      if (method !== null) told.push(stepBy(method, at, identity));
    };
    const has = (state: State): boolean => (move.adds & state) !== 0;
    if (has(uncapped)) add("uncap", move);
    if (has(granted)) add("grant", bestMethod("grant", move) === null ? onGroup(move) : move);
    if (!move.becomes) return told;
    const base = identities[move.to.identity]?.variantOf ?? null;
    // Whoever comes to an identity with other policies acts as that identity.
    if (base !== null && base !== move.from.identity) add("become", { ...move, to: { identity: base, state: 0 } });
    add("become", move);
    return told;
  };

  return {
    tell: (moves) => {
      const told = moves.flatMap((move) => {
        const key = `${numberOf(move.from)} ${numberOf(move.to)} ${move.adds} ${move.becomes}`;
        const before = known.get(key) ?? tellOne(move);
        known.set(key, before);
        return before;
      });
      return {
        steps: told.map(({ step }) => step),
        verdict: weakest(
          told.map(({ step }) => step.verdict),
          "yes",
        ),
        condition: told.map(({ step }) => step.condition).reduce(bothResiduals, null),
        missing: [...new Set(told.flatMap(({ missing }) => missing))],
      };
    },
  };
}

interface Why {
  readonly verdict: Verdict;
  readonly statement: StatementRef | null;
  readonly condition: Residual | null;
  readonly missing: readonly string[];
}

const nothing: Why = { verdict: "no", statement: null, condition: null, missing: [] };

function best(abilities: ReturnType<Abilities["of"]>): Why {
  return strongest(
    abilities.map(({ verdict, deciding, residual, missing }) => ({
      verdict,
      statement: deciding[0]?.ref ?? null,
      condition: residual,
      missing,
    })),
  );
}

function strongest(all: readonly Why[]): Why {
  return all.reduce((so, each) => (isWeaker(so.verdict, each.verdict) ? each : so), nothing);
}

function together(all: readonly Why[]): Why {
  return {
    verdict: weakest(
      all.map(({ verdict }) => verdict),
      "yes",
    ),
    statement: all.find(({ statement }) => statement !== null)?.statement ?? null,
    condition: all.map(({ condition }) => condition).reduce(bothResiduals, null),
    missing: [...new Set(all.flatMap(({ missing }) => missing))],
  };
}

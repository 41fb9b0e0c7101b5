import { hasBit, isEmptyBits, membersOf, noBits, overlapBits, setBit, type Bits } from "./bits.ts";
import type { LevelName } from "./levels.ts";
import type { Goal, Move, Node, Ways } from "./moves.ts";
import { bothStates, granted, uncapped, type State } from "./nodes.ts";
import type { Steps } from "./steps.ts";

/**
 * Ways that need two identities together: one that changes rights of a third, and another that becomes it. What is changed stays changed.
 * They are looked for forwards, from one identity over everyone it can become, but only where there is hope.
 * @param isDone whether a node reaches every goal by itself, at least so strongly
 */
export function createJoint(
  size: number,
  level: LevelName,
  steps: Steps,
  isDone: (node: Node) => boolean,
): (starts: readonly number[], goal: Goal) => Ways {
  let all: Best | null = null;
  return (starts, goal) => {
    if (starts.length === 0) return new Map();
    all ??= atBest(size, level, steps, isDone);
    if (isEmptyBits(all.changed)) return new Map();
    const hopeful = withHope(all, size, level, steps, goal);
    const ways = new Map<number, readonly Move[]>();
    for (const start of starts) {
      if (!hasBit(hopeful, start)) continue;
      const way = explore(start, goal, level, steps, all.changers);
      if (way !== null) ways.set(start, way);
    }
    return ways;
  };
}

/** What each identity could be if whoever can change rights of anyone had done it, whether or not anybody reaches them all. */
interface Best {
  /** The identities whose rights someone can change, and those who can. */
  readonly changed: Bits;
  readonly changers: Bits;
}

function atBest(size: number, level: LevelName, steps: Steps, isDone: (node: Node) => boolean): Best {
  const changed = noBits(size);
  const changers = noBits(size);
  for (let grew = true; grew;) {
    grew = false;
    for (let identity = 0; identity < size; identity++) {
      // Whoever reaches everything is a goal itself and nobody's way to one: what it could do then is of no use, only what it can do before.
      if (isDone({ identity, state: 0 })) continue;
      const state = bestState(changed, identity);
      const { grant, uncap } = steps.row(identity, isDone({ identity, state }) ? 0 : state);
      for (const bits of [grant[level], uncap[level]]) {
        if (isEmptyBits(bits)) continue;
        setBit(changers, identity);
        for (let at = 0; at < bits.length; at++) {
          const more = (bits[at] ?? 0) & ~(changed[at] ?? 0);
          if (more === 0) continue;
          changed[at] = (changed[at] ?? 0) | more;
          grew = true;
        }
      }
    }
  }
  return { changed, changers };
}

function bestState(changed: Bits, identity: number): State {
  return hasBit(changed, identity) ? 3 : 0;
}

/** The identities that reach the goal if everyone is at its best: whoever is not among them never does. */
function withHope({ changed }: Best, size: number, level: LevelName, steps: Steps, goal: Goal): Bits {
  const hopeful = noBits(size);
  let open: number[] = [];
  for (let identity = 0; identity < size; identity++) {
    if (goal({ identity, state: bestState(changed, identity) })) setBit(hopeful, identity);
    else open.push(identity);
  }
  for (let before = -1; before !== open.length && !isEmptyBits(hopeful);) {
    before = open.length;
    open = open.filter((identity) => {
      const hope = overlapBits(steps.row(identity, bestState(changed, identity)).become[level], hopeful);
      if (hope) setBit(hopeful, identity);
      return !hope;
    });
  }
  return hopeful;
}

/** @returns the moves in an order in which they can be made; null when the goal is never reached */
function explore(start: number, goal: Goal, level: LevelName, steps: Steps, changers: Bits): readonly Move[] | null {
  const reached = new Map<number, State>([[start, 0]]);
  const arrivals = new Map<number, Move>();
  const changes = new Map<number, Move[]>();
  const queue = [start];
  // An identity comes up again whenever its rights grow.
  for (const identity of queue) {
    const state = reached.get(identity) ?? 0;
    const row = steps.row(identity, state);
    for (const target of membersOf(row.become[level])) {
      if (reached.has(target)) continue;
      reached.set(target, 0);
      arrivals.set(target, { from: { identity, state }, to: { identity: target, state: 0 }, becomes: true, adds: 0 });
      if (goal({ identity: target, state: 0 })) return inOrder(target, arrivals, changes);
      queue.push(target);
    }
    if (hasBit(changers, identity)) {
      noteChanges(changes, { identity, state }, row.grant[level], granted);
      noteChanges(changes, { identity, state }, row.uncap[level], uncapped);
    }
    // What was changed before may be of an identity that was only just reached.
    for (const [target, list] of changes) {
      const before = reached.get(target);
      if (before === undefined) continue;
      const after = list.reduce<State>((sum, { adds }) => bothStates(sum, adds), before);
      if (after === before) continue;
      reached.set(target, after);
      if (goal({ identity: target, state: after })) return inOrder(target, arrivals, changes);
      queue.push(target);
    }
  }
  return null;
}

/** Adds what a node can do to the rights of others; who does it first does it. */
function noteChanges(changes: Map<number, Move[]>, from: Node, targets: Bits, adds: State): void {
  if (isEmptyBits(targets)) return;
  for (const identity of membersOf(targets)) {
    const list = changes.get(identity) ?? [];
    if (list.some((move) => move.adds === adds)) continue;
    list.push({ from, to: { identity, state: adds }, becomes: false, adds });
    changes.set(identity, list);
  }
}

/** What leads to an identity and to its changed rights, whoever does it; the last move ends at the identity with all that was changed. */
function inOrder(
  target: number,
  arrivals: ReadonlyMap<number, Move>,
  changes: ReadonlyMap<number, readonly Move[]>,
): readonly Move[] {
  const moves: Move[] = [];
  const visited = new Set<number>();
  const visit = (identity: number): void => {
    if (visited.has(identity)) return;
    visited.add(identity);
    let state: State = 0;
    for (const move of changes.get(identity) ?? []) {
      visit(move.from.identity);
      state = bothStates(state, move.adds);
      moves.push({ ...move, to: { identity, state } });
    }
    const arrival = arrivals.get(identity);
    if (arrival === undefined) return;
    visit(arrival.from.identity);
    moves.push({ ...arrival, to: { identity, state } });
  };
  visit(target);
  return moves;
}

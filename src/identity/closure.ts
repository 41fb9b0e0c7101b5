import { hasBit, isEmptyBits, noBits, setBit, type Bits } from "./bits.ts";
import { createJoint } from "./joint.ts";
import type { LevelName } from "./levels.ts";
import { numberOf, type Goal, type Move, type Node, type Ways } from "./moves.ts";
import { bothStates, granted, states, uncapped, type State } from "./nodes.ts";
import type { Row, Steps } from "./steps.ts";

/** Finds shortest ways by steps that are at least so strong. */
export interface Closure {
  readonly ways: (goal: Goal) => Ways;
}

/** A node with what it can do. */
interface Mover {
  readonly node: Node;
  readonly become: Bits;
  readonly grant: Bits;
  readonly uncap: Bits;
}

/**
 * The least fixpoint over identities and what is done to their rights: what an identity can do, whoever can become it can do too.
 * It is worked out backwards, from those who reach the goal to those who reach them, so that the cost follows the number of steps.
 * @param isDone whether a node reaches every goal by itself, at least so strongly, so that its steps are of no use
 */
export function createClosure(size: number, level: LevelName, steps: Steps, isDone: (node: Node) => boolean): Closure {
  const { entered, movers } = enterable(size, level, steps, isDone);
  const joint = createJoint(size, level, steps, isDone);
  return {
    ways: (goal) => {
      const { ways, lost } = shortest(goal, size, entered, movers);
      // Whoever has no way of its own may have one together with others.
      const starts = lost.flatMap(({ node }) => (node.state === 0 ? [node.identity] : []));
      const more = joint(starts, goal);
      return more.size === 0 ? ways : new Map([...ways, ...more]);
    },
  };
}

function moverOf(node: Node, { become, grant, uncap }: Row, level: LevelName): Mover | null {
  const mover = { node, become: become[level], grant: grant[level], uncap: uncap[level] };
  return isEmptyBits(mover.become) && isEmptyBits(mover.grant) && isEmptyBits(mover.uncap) ? null : mover;
}

/** Every node that someone can come to: all identities as they are, and those whose rights someone can change. */
function enterable(
  size: number,
  level: LevelName,
  steps: Steps,
  isDone: (node: Node) => boolean,
): { readonly entered: readonly Node[]; readonly movers: readonly Mover[] } {
  const queue: Node[] = Array.from({ length: size }, (_, identity) => ({ identity, state: 0 }));
  const seen = states.map(() => noBits(size));
  const movers: Mover[] = [];
  // The queue grows while it is gone through.
  for (const node of queue) {
    if (isDone(node)) continue;
    const mover = moverOf(node, steps.row(node.identity, node.state), level);
    if (mover === null) continue;
    movers.push(mover);
    for (const state of states) {
      const known = seen[state];
      if (state === 0 || known === undefined) continue;
      for (let at = 0; at < known.length; at++) {
        const word = wordOf(mover, state, at) & ~(known[at] ?? 0);
        if (word === 0) continue;
        known[at] = (known[at] ?? 0) | word;
        for (let rest = word; rest !== 0; rest &= rest - 1) {
          queue.push({ identity: at * 32 + 31 - Math.clz32(rest & -rest), state });
        }
      }
      // What is done to its own rights adds to what was done to them before.
      const own = bothStates(node.state, state);
      const before = seen[own];
      const isOwn = (wordOf(mover, state, node.identity >>> 5) >>> (node.identity & 31)) & 1;
      if (isOwn === 0 || before === undefined || hasBit(before, node.identity)) continue;
      setBit(before, node.identity);
      queue.push({ identity: node.identity, state: own });
    }
  }
  return { entered: queue, movers };
}

/**
 * Which identities a node comes to in a state, 32 at a time. It can always be itself, and gains nothing by that alone.
 * @param at the place of the word in sets of identities
 */
function wordOf({ node, become, grant, uncap }: Mover, state: State, at: number): number {
  const self = node.identity >>> 5 === at ? 1 << (node.identity & 31) : 0;
  const others = become[at] ?? 0;
  if (state === 0) return others & ~self;
  const may = (state & granted) === 0 ? -1 : (grant[at] ?? 0);
  return (others | self) & may & ((state & uncapped) === 0 ? -1 : (uncap[at] ?? 0));
}

function shortest(
  goal: Goal,
  size: number,
  entered: readonly Node[],
  movers: readonly Mover[],
): { readonly ways: Ways; readonly lost: readonly Mover[] } {
  const next = new Map<number, Move>();
  const settled = new Set<number>();
  let frontier = states.map(() => noBits(size));
  const arrive = (sets: readonly Bits[], { identity, state }: Node): void => {
    const bits = sets[state];
    if (bits !== undefined) setBit(bits, identity);
  };
  for (const node of entered) {
    if (!goal(node)) continue;
    settled.add(numberOf(node));
    arrive(frontier, node);
  }
  let open = movers.filter(({ node }) => !settled.has(numberOf(node)));
  while (open.length > 0 && frontier.some((bits) => !isEmptyBits(bits))) {
    const rest: Mover[] = [];
    const found = states.map(() => noBits(size));
    for (const mover of open) {
      const move = moveInto(mover, frontier);
      if (move === null) {
        rest.push(mover);
        continue;
      }
      next.set(numberOf(mover.node), move);
      arrive(found, mover.node);
    }
    frontier = found;
    open = rest;
  }
  const ways = new Map<number, readonly Move[]>();
  for (let identity = 0; identity < size; identity++) {
    const way = follow({ identity, state: 0 }, next);
    if (way.length > 0) ways.set(identity, way);
  }
  return { ways, lost: open };
}

function moveInto(mover: Mover, frontier: readonly Bits[]): Move | null {
  const { node } = mover;
  for (const state of states) {
    const wanted = frontier[state];
    if (wanted === undefined) continue;
    for (let at = 0; at < wanted.length; at++) {
      const want = wanted[at] ?? 0;
      const both = want === 0 ? 0 : want & wordOf(mover, state, at);
      if (both === 0) continue;
      const identity = at * 32 + 31 - Math.clz32(both & -both);
      return { from: node, to: { identity, state }, becomes: identity !== node.identity, adds: state };
    }
    // What is done to its own rights adds to what was done to them before.
    const own = bothStates(node.state, state);
    const there = frontier[own];
    if (own === state || there === undefined || !hasBit(there, node.identity)) continue;
    if (((wordOf(mover, state, node.identity >>> 5) >>> (node.identity & 31)) & 1) === 0) continue;
    return { from: node, to: { identity: node.identity, state: own }, becomes: false, adds: state };
  }
  return null;
}

function follow(start: Node, next: ReadonlyMap<number, Move>): readonly Move[] {
  const way: Move[] = [];
  for (let move = next.get(numberOf(start)); move !== undefined; move = next.get(numberOf(move.to))) way.push(move);
  return way;
}

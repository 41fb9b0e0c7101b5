import type { Packet } from "./packet.ts";
import { positionOf } from "./packet.ts";
import { scramble } from "./sweep.ts";

/** What a filter makes of a packet. `undecided` is left to the next stage of a chain; outside a chain nothing allowed it. */
export type Outcome = "deny" | "undecided" | "allow";

/** No rule of the layer matched. */
export const noRule = -1;
/** The layer was not asked: an earlier stage of a chain had decided. */
export const notReached = -2;

/** What becomes of some packets, and which rule of each layer said so. */
export interface Decision {
  readonly outcome: Outcome;
  /** For each layer in order: the index of the rule that decided there, {@link noRule} or {@link notReached}. */
  readonly winners: readonly number[];
}

/** Decisions along the L4 axis: run-length coded, neighbours differ, the first run starts at 0. */
export interface Vector {
  readonly starts: readonly number[];
  /** Indices into the map's decisions. */
  readonly values: readonly number[];
}

/** Decisions for source ports from `firstPort` up to the next slice. */
export interface Slice {
  readonly firstPort: number;
  /** Positions on the address line at which segments begin; neighbours have different vectors, the first is 0. */
  readonly starts: readonly bigint[];
  /** For each segment, an index into the map's vectors. */
  readonly rows: readonly number[];
}

/** A decision for every packet there is. Slices are ascending, the first begins at port 0; one slice when no rule looks at source ports. */
export interface PacketMap {
  readonly slices: readonly Slice[];
  readonly vectors: readonly Vector[];
  readonly decisions: readonly Decision[];
}

/** The decision for one packet. */
export function decisionFor(map: PacketMap, packet: Packet): Decision {
  const slice =
    map.slices[lastAtOrBelow(map.slices.length, (index) => (map.slices[index]?.firstPort ?? 0) <= packet.sourcePort)];
  const position = positionOf(packet.remote);
  const segment = lastAtOrBelow(slice?.starts.length ?? 0, (index) => (slice?.starts[index] ?? 0n) <= position);
  const vector = map.vectors[slice?.rows[segment] ?? -1];
  const run = lastAtOrBelow(vector?.starts.length ?? 0, (index) => (vector?.starts[index] ?? 0) <= packet.l4);
  const decision = map.decisions[vector?.values[run] ?? -1];
  if (decision === undefined) throw new Error("a packet map does not cover every packet");
  return decision;
}

/** The last index for which `holds`, by bisection; it holds for index 0 and up to some index. */
function lastAtOrBelow(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Distinct vectors of a map under construction, found again by hash and then compared. */
export interface VectorPool {
  readonly vectors: Vector[];
  /** The index of the vector with these runs. Only the first `length` entries count; they are copied. */
  readonly intern: (starts: Int32Array, values: Int32Array, length: number) => number;
}

export function createVectorPool(): VectorPool {
  const vectors: Vector[] = [];
  const byHash = new Map<number, number[]>();
  function intern(starts: Int32Array, values: Int32Array, length: number): number {
    let hash = length;
    for (let run = 0; run < length; run += 1) {
      hash = Math.imul(hash ^ scramble(starts[run] ?? 0), 0x01000193) ^ scramble(~(values[run] ?? 0));
    }
    const known = byHash.get(hash);
    for (const index of known ?? []) {
      const vector = vectors[index];
      if (vector !== undefined && sameRuns(vector, starts, values, length)) return index;
    }
    const index = vectors.push({ starts: copyOf(starts, length), values: copyOf(values, length) }) - 1;
    if (known === undefined) byHash.set(hash, [index]);
    else known.push(index);
    return index;
  }
  return { vectors, intern };
}

/** Plain arrays: an estate has millions of short vectors, and a typed array costs more than it holds. */
function copyOf(numbers: Int32Array, length: number): readonly number[] {
  const copy: number[] = [];
  for (let index = 0; index < length; index += 1) copy.push(numbers[index] ?? 0);
  return copy;
}

function sameRuns(vector: Vector, starts: Int32Array, values: Int32Array, length: number): boolean {
  if (vector.starts.length !== length) return false;
  for (let run = 0; run < length; run += 1) {
    if (vector.starts[run] !== starts[run] || vector.values[run] !== values[run]) return false;
  }
  return true;
}

/** Distinct decisions of a map under construction. */
export interface DecisionPool {
  readonly decisions: Decision[];
  readonly intern: (decision: Decision) => number;
}

export function createDecisionPool(): DecisionPool {
  const decisions: Decision[] = [];
  const byText = new Map<string, number>();
  function intern(decision: Decision): number {
    const text = `${decision.outcome} ${decision.winners.join(" ")}`;
    const known = byText.get(text);
    if (known !== undefined) return known;
    const index = decisions.push(decision) - 1;
    byText.set(text, index);
    return index;
  }
  return { decisions, intern };
}

/** The map that decides every packet alike. */
export function constantMap(decision: Decision): PacketMap {
  return {
    slices: [{ firstPort: 0, starts: [0n], rows: [0] }],
    vectors: [{ starts: [0], values: [0] }],
    decisions: [decision],
  };
}

/** The same map with every decision replaced. Runs, segments and slices that become alike are merged. */
export function mapDecisions(map: PacketMap, replace: (decision: Decision) => Decision): PacketMap {
  return combine(map, constantMap({ outcome: "undecided", winners: [] }), replace);
}

/**
 * Two maps laid over each other: each packet's decision is `join` of its decisions in both. Linear in the segments of both and in the
 * runs of each pair of vectors that meet; a pair is joined once.
 */
export function combine(a: PacketMap, b: PacketMap, join: (a: Decision, b: Decision) => Decision): PacketMap {
  const decisions = createDecisionPool();
  const pool = createVectorPool();
  const joinedDecisions = createPairMemo(a.decisions.length, b.decisions.length);
  const joinedVectors = createPairMemo(a.vectors.length, b.vectors.length);
  const scratch = { starts: new Int32Array(64), values: new Int32Array(64) };

  function joinDecisions(x: number, y: number): number {
    const known = joinedDecisions.get(x, y);
    if (known >= 0) return known;
    const [left, right] = [a.decisions[x], b.decisions[y]];
    if (left === undefined || right === undefined) throw new Error("a packet map names a decision it does not have");
    const joined = decisions.intern(join(left, right));
    joinedDecisions.set(x, y, joined);
    return joined;
  }

  function joinVectors(x: number, y: number): number {
    const known = joinedVectors.get(x, y);
    if (known >= 0) return known;
    const [left, right] = [a.vectors[x], b.vectors[y]];
    if (left === undefined || right === undefined) throw new Error("a packet map names a vector it does not have");
    const most = left.starts.length + right.starts.length;
    if (scratch.starts.length < most) {
      scratch.starts = new Int32Array(most * 2);
      scratch.values = new Int32Array(most * 2);
    }
    let length = 0;
    let last = -1;
    let start = 0;
    for (let i = 0, j = 0; ;) {
      const value = joinDecisions(left.values[i] ?? 0, right.values[j] ?? 0);
      if (value !== last) {
        scratch.starts[length] = start;
        scratch.values[length] = value;
        length += 1;
        last = value;
      }
      const nextLeft = left.starts[i + 1];
      const nextRight = right.starts[j + 1];
      if (nextLeft === undefined && nextRight === undefined) break;
      if (nextRight === undefined || (nextLeft !== undefined && nextLeft <= nextRight)) i += 1;
      if (nextLeft === undefined || (nextRight !== undefined && nextRight <= nextLeft)) j += 1;
      start = Math.min(nextLeft ?? Number.POSITIVE_INFINITY, nextRight ?? Number.POSITIVE_INFINITY);
    }
    const joined = pool.intern(scratch.starts, scratch.values, length);
    joinedVectors.set(x, y, joined);
    return joined;
  }

  const slices: Slice[] = [];
  for (let i = 0, j = 0, firstPort = 0; ;) {
    const [left, right] = [a.slices[i], b.slices[j]];
    if (left === undefined || right === undefined) break;
    const slice = joinSegments(firstPort, left, right, joinVectors);
    if (!sameSegments(slices.at(-1), slice)) slices.push(slice);
    const nextLeft = a.slices[i + 1]?.firstPort ?? Number.POSITIVE_INFINITY;
    const nextRight = b.slices[j + 1]?.firstPort ?? Number.POSITIVE_INFINITY;
    firstPort = Math.min(nextLeft, nextRight);
    if (firstPort === Number.POSITIVE_INFINITY) break;
    if (nextLeft === firstPort) i += 1;
    if (nextRight === firstPort) j += 1;
  }
  return { slices, vectors: pool.vectors, decisions: decisions.decisions };
}

/** What became of pairs of small numbers; -1 for those not yet seen. A table while it is small, a map beyond. */
function createPairMemo(rows: number, columns: number) {
  const size = rows * columns;
  if (size <= 4096) {
    const table = new Int32Array(size).fill(-1);
    return {
      get: (x: number, y: number): number => table[x * columns + y] ?? -1,
      set(x: number, y: number, value: number): void {
        table[x * columns + y] = value;
      },
    };
  }
  const map = new Map<number, number>();
  return {
    get: (x: number, y: number): number => map.get(x * columns + y) ?? -1,
    set(x: number, y: number, value: number): void {
      map.set(x * columns + y, value);
    },
  };
}

function joinSegments(firstPort: number, a: Slice, b: Slice, joinVectors: (x: number, y: number) => number): Slice {
  const starts: bigint[] = [];
  const rows: number[] = [];
  let start = 0n;
  for (let i = 0, j = 0; ;) {
    const row = joinVectors(a.rows[i] ?? 0, b.rows[j] ?? 0);
    if (row !== rows.at(-1)) {
      starts.push(start);
      rows.push(row);
    }
    const nextA = a.starts[i + 1];
    const nextB = b.starts[j + 1];
    if (nextA === undefined && nextB === undefined) break;
    if (nextB === undefined || (nextA !== undefined && nextA < nextB)) {
      i += 1;
      start = nextA ?? start;
    } else {
      if (nextA === nextB) i += 1;
      j += 1;
      start = nextB;
    }
  }
  return { firstPort, starts, rows };
}

/** Whether two slices of one map say the same. */
export function sameSegments(a: Slice | undefined, b: Slice): boolean {
  if (a === undefined || a.rows.length !== b.rows.length) return false;
  for (let segment = 0; segment < b.rows.length; segment += 1) {
    if (a.rows[segment] !== b.rows[segment] || a.starts[segment] !== b.starts[segment]) return false;
  }
  return true;
}

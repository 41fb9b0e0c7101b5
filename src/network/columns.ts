import { unionAddresses } from "./addresses.ts";
import type { AddressSet } from "./addresses.ts";
import { addressesOnLine, endOfLine } from "./packet.ts";
import type { PacketMap, Slice } from "./packet-map.ts";
import { scramble } from "./sweep.ts";

/** What gets through at one point of the L4 axis, in one range of source ports. */
export interface ColumnPart {
  readonly firstPort: number;
  readonly lastPort: number;
  /** Indices of the decisions that let packets of this part through, worked out when asked. */
  readonly decisions: () => readonly number[];
  /** The addresses for which a decision of the part is one of these. */
  readonly where: (wanted: (decision: number) => boolean) => AddressSet;
}

/** What gets through at one point of the L4 axis. */
export interface Column {
  /** The remote addresses for which some source port gets through. Equal sets are one object within a reader. */
  readonly remote: AddressSet;
  /** Equal exactly when `remote` is. */
  readonly remoteId: number;
  readonly parts: readonly ColumnPart[];
}

/**
 * Reads a map column by column: the transpose of how it is kept. Points are to be asked for in ascending order. Each change along the
 * axis is applied once to the segments it concerns, so a column costs what is open in it, not the size of the map.
 */
export function createColumnReader(map: PacketMap): (point: number) => Column {
  const allows = map.decisions.map(({ outcome }) => outcome === "allow");
  const slices = map.slices.map((slice) => createOpenSegments(slice, map.vectors.length));
  const valueOf = new Int32Array(map.vectors.length).fill(-1);
  const changes = changesAlongAxis(map);
  const remotes = new Map<
    number,
    { readonly id: number; readonly open: readonly Int32Array[]; readonly remote: AddressSet }[]
  >();
  let next = 0;
  let count = 0;

  function advance(point: number): void {
    while (next < changes.starts.length && (changes.starts[next] ?? 0) <= point) {
      const vector = changes.vectors[next] ?? 0;
      const value = changes.values[next] ?? 0;
      const before = allows[valueOf[vector] ?? -1] === true;
      valueOf[vector] = value;
      if (before !== (allows[value] === true)) for (const slice of slices) slice.toggle(vector);
      next += 1;
    }
  }

  return (point) => {
    advance(point);
    const open = slices.map((slice) => slice.open());
    let hash = 0;
    for (const slice of slices) hash = Math.imul(hash, 31) ^ slice.hash();
    const known = remotes.get(hash) ?? [];
    let entry = known.find((each) => each.open.every((segments, index) => sameNumbers(segments, open[index])));
    if (entry === undefined) {
      const remote = unionAddresses(open.map((segments, index) => addressesOf(map.slices[index], segments)));
      entry = { id: count, open, remote };
      count += 1;
      remotes.set(hash, [...known, entry]);
    }
    const parts = open.map((segments, index): ColumnPart => {
      const slice = map.slices[index];
      const valueAt = (segment: number): number => valueOf[slice?.rows[segment] ?? -1] ?? -1;
      return {
        firstPort: slice?.firstPort ?? 0,
        lastPort: (map.slices[index + 1]?.firstPort ?? 0x10000) - 1,
        decisions: () => {
          const decisions = new Set<number>();
          for (const segment of segments) decisions.add(valueAt(segment));
          return [...decisions];
        },
        where: (wanted) =>
          addressesOf(
            slice,
            segments.filter((segment) => wanted(valueAt(segment))),
          ),
      };
    });
    return { remote: entry.remote, remoteId: entry.id, parts };
  };
}

/** Every change of every vector, by the point of the axis at which it happens. */
function changesAlongAxis({ vectors }: PacketMap) {
  let runs = 0;
  for (const vector of vectors) runs += vector.starts.length;
  const owner = new Int32Array(runs);
  const value = new Int32Array(runs);
  // The point in the high part and the run's number in the low one: one numeric sort orders both, exactly, below 2^53.
  const order = new Float64Array(runs);
  let at = 0;
  for (const [index, { starts, values }] of vectors.entries()) {
    for (let run = 0; run < starts.length; run += 1) {
      owner[at] = index;
      value[at] = values[run] ?? 0;
      order[at] = (starts[run] ?? 0) * 2 ** 28 + at;
      at += 1;
    }
  }
  const sorted = order.toSorted();
  const starts = new Int32Array(runs);
  const owners = new Int32Array(runs);
  const newValues = new Int32Array(runs);
  for (const [index, each] of sorted.entries()) {
    const run = each % 2 ** 28;
    starts[index] = (each - run) / 2 ** 28;
    owners[index] = owner[run] ?? 0;
    newValues[index] = value[run] ?? 0;
  }
  return { starts, vectors: owners, values: newValues };
}

/** Which segments of a slice are open, kept as bits, with a hash of the set. */
function createOpenSegments({ rows }: Slice, vectors: number) {
  const segmentsOf = Array.from({ length: vectors }, (): number[] => []);
  for (const [segment, row] of rows.entries()) segmentsOf[row]?.push(segment);
  const bits = new Int32Array((rows.length >>> 5) + 1);
  let hash = 0;
  let size = 0;
  return {
    hash: (): number => hash,
    /** Opens or closes all segments of a row. */
    toggle(row: number): void {
      for (const segment of segmentsOf[row] ?? []) {
        const word = segment >>> 5;
        const bit = 1 << (segment & 31);
        size += ((bits[word] ?? 0) & bit) === 0 ? 1 : -1;
        bits[word] = (bits[word] ?? 0) ^ bit;
        hash ^= scramble(segment + 1);
      }
    },
    /** The open segments, ascending. */
    open(): Int32Array {
      const open = new Int32Array(size);
      let at = 0;
      for (let word = 0; word < bits.length && at < size; word += 1) {
        for (let left = bits[word] ?? 0; left !== 0; left &= left - 1) {
          open[at] = word * 32 + (31 - Math.clz32(left & -left));
          at += 1;
        }
      }
      return open;
    },
  };
}

function sameNumbers(a: Int32Array, b: Int32Array | undefined): boolean {
  if (b === undefined || a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}

function addressesOf(slice: Slice | undefined, segments: Int32Array): AddressSet {
  const stretches: [bigint, bigint][] = [];
  let last = -2;
  for (const segment of segments) {
    const end = slice?.starts[segment + 1] ?? endOfLine;
    const before = stretches.at(-1);
    if (before !== undefined && segment === last + 1) before[1] = end;
    else stretches.push([slice?.starts[segment] ?? 0n, end]);
    last = segment;
  }
  return addressesOnLine(stretches);
}

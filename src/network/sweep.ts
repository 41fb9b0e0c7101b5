import type { AddressSet } from "./addresses.ts";
import { borderV6 } from "./packet.ts";

/**
 * Stretches of a line and, for each, which of some sets cover it. Neighbouring stretches are covered by different sets.
 * `lists` holds each distinct cover once: ascending indices into the sets given.
 */
export interface Sweep<Start> {
  /** Where each stretch begins, ascending; the first is the beginning of the line. */
  readonly starts: readonly Start[];
  /** For each stretch, the index of its cover in `lists`. */
  readonly cover: readonly number[];
  readonly lists: readonly Int32Array[];
}

/** Sweeps the address line (see packet.ts) over some sets of addresses. */
export function sweepAddresses(sets: readonly AddressSet[]): Sweep<bigint> {
  // IPv4 ends are small enough to sort as floats; IPv6 ends are not, but are few in practice.
  const ends4 = new Set<number>([0]);
  const ends6 = new Set<bigint>([0n]);
  for (const set of sets) {
    for (const { first, last } of set.v4) ends4.add(Number(first)).add(Number(last) + 1);
    for (const { first, last } of set.v6) ends6.add(first).add(last + 1n);
  }
  const border = Number(borderV6);
  ends4.delete(border);
  ends6.delete(1n << 128n);
  const sorted4 = Float64Array.from(ends4).toSorted();
  const sorted6 = [...ends6].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const count4 = sorted4.length;
  const count = count4 + sorted6.length;

  const rank4 = new Map<number, number>([[border, count4]]);
  for (const [rank, end] of sorted4.entries()) rank4.set(end, rank);
  const rank6 = new Map<bigint, number>([[1n << 128n, count]]);
  for (const [rank, end] of sorted6.entries()) rank6.set(end, count4 + rank);

  const items: number[] = [];
  const opens: number[] = [];
  const closes: number[] = [];
  for (const [item, set] of sets.entries()) {
    for (const { first, last } of set.v4) {
      items.push(item);
      opens.push(rank4.get(Number(first)) ?? 0);
      closes.push(rank4.get(Number(last) + 1) ?? count4);
    }
    for (const { first, last } of set.v6) {
      items.push(item);
      opens.push(rank6.get(first) ?? count4);
      closes.push(rank6.get(last + 1n) ?? count);
    }
  }
  const { ranks, cover, lists } = sweepRanks(count, items, opens, closes);
  const starts = ranks.map((rank) =>
    rank < count4 ? BigInt(sorted4[rank] ?? 0) : borderV6 + (sorted6[rank - count4] ?? 0n),
  );
  return { starts, cover, lists };
}

/** Sweeps a line of small whole numbers (0 up to but not including `end`) over sets given as closed runs. */
export function sweepNumbers(
  sets: readonly (readonly { readonly first: number; readonly last: number }[])[],
  end: number,
): Sweep<number> {
  const ends = new Set<number>([0]);
  for (const set of sets) {
    for (const { first, last } of set) ends.add(first).add(last + 1);
  }
  ends.delete(end);
  const sorted = Int32Array.from(ends).toSorted();
  const rankOf = new Map<number, number>([[end, sorted.length]]);
  for (const [rank, value] of sorted.entries()) rankOf.set(value, rank);
  const items: number[] = [];
  const opens: number[] = [];
  const closes: number[] = [];
  for (const [item, set] of sets.entries()) {
    for (const { first, last } of set) {
      items.push(item);
      opens.push(rankOf.get(first) ?? 0);
      closes.push(rankOf.get(last + 1) ?? sorted.length);
    }
  }
  const { ranks, cover, lists } = sweepRanks(sorted.length, items, opens, closes);
  return { starts: ranks.map((rank) => sorted[rank] ?? 0), cover, lists };
}

/**
 * The sweep itself, on ranks 0..count-1. Event `e` is a stretch of item `items[e]` from rank `opens[e]` up to but not including
 * `closes[e]`. The stretches of one item are disjoint.
 */
function sweepRanks(
  count: number,
  items: readonly number[],
  opens: readonly number[],
  closes: readonly number[],
): { readonly ranks: number[]; readonly cover: number[]; readonly lists: Int32Array[] } {
  const opening = bucket(count, opens, items);
  const closing = bucket(count, closes, items);
  const active = { items: new Int32Array(16), length: 0, hash: 0, check: 0 };
  const pool = createListPool();
  const ranks: number[] = [];
  const cover: number[] = [];
  let last = -1;
  for (let rank = 0; rank < count; rank += 1) {
    for (let at = closing.from(rank); at < closing.from(rank + 1); at += 1) toggle(active, closing.items[at] ?? 0);
    for (let at = opening.from(rank); at < opening.from(rank + 1); at += 1) toggle(active, opening.items[at] ?? 0);
    const list = pool.intern(active.items, active.length, active.hash, active.check);
    if (list === last) continue;
    ranks.push(rank);
    cover.push(list);
    last = list;
  }
  return { ranks, cover, lists: pool.lists };
}

/** Items by the rank at which something happens to them. */
function bucket(count: number, ranks: readonly number[], items: readonly number[]) {
  const offsets = new Int32Array(count + 2);
  for (const rank of ranks) offsets[rank + 1] = (offsets[rank + 1] ?? 0) + 1;
  for (let rank = 0; rank <= count; rank += 1) offsets[rank + 1] = (offsets[rank + 1] ?? 0) + (offsets[rank] ?? 0);
  const fill = offsets.slice();
  const sorted = new Int32Array(items.length);
  for (const [event, rank] of ranks.entries()) {
    const at = fill[rank] ?? 0;
    sorted[at] = items[event] ?? 0;
    fill[rank] = at + 1;
  }
  return { items: sorted, from: (rank: number): number => offsets[rank] ?? 0 };
}

interface ActiveItems {
  items: Int32Array;
  length: number;
  hash: number;
  check: number;
}

/** Puts an item into the ascending list, or takes it out if it is there. Its hash is the exclusive or over the members. */
function toggle(active: ActiveItems, item: number): void {
  let low = 0;
  let high = active.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((active.items[middle] ?? 0) < item) low = middle + 1;
    else high = middle;
  }
  active.hash ^= scramble(item + 1);
  active.check ^= scramble(~item);
  if (low < active.length && active.items[low] === item) {
    active.items.copyWithin(low, low + 1, active.length);
    active.length -= 1;
    return;
  }
  if (active.length === active.items.length) {
    const larger = new Int32Array(active.length * 2);
    larger.set(active.items);
    active.items = larger;
  }
  active.items.copyWithin(low + 1, low, active.length);
  active.items[low] = item;
  active.length += 1;
}

/** Spreads a 32-bit number over all its bits (the finaliser of MurmurHash3). */
export function scramble(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Distinct lists, found again by hash and then compared, so that a collision costs time and never exactness. */
function createListPool() {
  const lists: Int32Array[] = [];
  const byHash = new Map<number, number[]>();
  function intern(items: Int32Array, length: number, hash: number, check: number): number {
    const key = (hash >>> 0) * 0x200000 + (check >>> 11);
    const known = byHash.get(key);
    for (const index of known ?? []) {
      const list = lists[index];
      if (list !== undefined && sameItems(list, items, length)) return index;
    }
    const index = lists.push(items.slice(0, length)) - 1;
    if (known === undefined) byHash.set(key, [index]);
    else known.push(index);
    return index;
  }
  return { lists, intern };
}

function sameItems(list: Int32Array, items: Int32Array, length: number): boolean {
  if (list.length !== length) return false;
  for (let index = 0; index < length; index += 1) if (list[index] !== items[index]) return false;
  return true;
}

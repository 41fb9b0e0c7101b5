import {
  bigints,
  equalRuns,
  hasPoint,
  includesRuns,
  intersectRuns,
  normaliseRuns,
  overlapRuns,
  subtractRuns,
} from "./intervals.ts";
import type { Run } from "./intervals.ts";

/** A closed interval of addresses as numbers: both ends belong to it. IPv4 runs from 0 to 2^32-1, IPv6 to 2^128-1. */
export type Interval = Run<bigint>;

/**
 * A set of IP addresses. IPv4 and IPv6 are two disjoint universes (an IPv4 rule never matches IPv6 traffic).
 * Each family is a sorted list of disjoint, non-adjacent intervals, so equal sets are equal lists.
 */
export interface AddressSet {
  readonly v4: readonly Interval[];
  readonly v6: readonly Interval[];
}

/** One address: its family and its number in that family. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** The highest address of each family. */
export const lastV4 = (1n << 32n) - 1n;
export const lastV6 = (1n << 128n) - 1n;

const wholeV4: readonly Interval[] = [{ first: 0n, last: lastV4 }];
const wholeV6: readonly Interval[] = [{ first: 0n, last: lastV6 }];

export const noAddresses: AddressSet = { v4: [], v6: [] };
export const allIpv4: AddressSet = { v4: wholeV4, v6: [] };
export const allIpv6: AddressSet = { v4: [], v6: wholeV6 };
export const allAddresses: AddressSet = { v4: wholeV4, v6: wholeV6 };

/** Everything that is in any of the sets. */
export function unionAddresses(sets: Iterable<AddressSet>): AddressSet {
  const v4: Interval[] = [];
  const v6: Interval[] = [];
  let only: AddressSet | undefined;
  let count = 0;
  for (const set of sets) {
    if (isEmptyAddresses(set)) continue;
    only = set;
    count += 1;
    for (const interval of set.v4) v4.push(interval);
    for (const interval of set.v6) v6.push(interval);
  }
  if (only === undefined) return noAddresses;
  if (count === 1) return only;
  return { v4: normaliseRuns(bigints, v4), v6: normaliseRuns(bigints, v6) };
}

/** What is in both sets. */
export function intersectAddresses(a: AddressSet, b: AddressSet): AddressSet {
  return { v4: intersectRuns(a.v4, b.v4), v6: intersectRuns(a.v6, b.v6) };
}

/** What is in `a` and not in `b`. */
export function subtractAddresses(a: AddressSet, b: AddressSet): AddressSet {
  return { v4: subtractRuns(bigints, a.v4, b.v4), v6: subtractRuns(bigints, a.v6, b.v6) };
}

export function isEmptyAddresses(set: AddressSet): boolean {
  return set.v4.length === 0 && set.v6.length === 0;
}

/** Whether every address of `inner` is in `outer`. */
export function includesAddresses(outer: AddressSet, inner: AddressSet): boolean {
  return includesRuns(outer.v4, inner.v4) && includesRuns(outer.v6, inner.v6);
}

/** Whether the two have an address in common. */
export function overlapsAddresses(a: AddressSet, b: AddressSet): boolean {
  return overlapRuns(a.v4, b.v4) || overlapRuns(a.v6, b.v6);
}

export function equalAddresses(a: AddressSet, b: AddressSet): boolean {
  return equalRuns(a.v4, b.v4) && equalRuns(a.v6, b.v6);
}

/** Whether the set holds this one address. */
export function hasAddress(set: AddressSet, address: Address): boolean {
  return hasPoint(address.family === 4 ? set.v4 : set.v6, address.value);
}

/** The set of one address. */
export function singleAddress({ family, value }: Address): AddressSet {
  const interval = [{ first: value, last: value }];
  return family === 4 ? { v4: interval, v6: [] } : { v4: [], v6: interval };
}

/** How many addresses the set holds in each family. */
export function countAddresses(set: AddressSet): { readonly v4: bigint; readonly v6: bigint } {
  return { v4: countIntervals(set.v4), v6: countIntervals(set.v6) };
}

function countIntervals(intervals: readonly Interval[]): bigint {
  return intervals.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
}

/**
 * Reads one address: IPv4 as four decimal numbers without leading zeros, IPv6 in every text form of RFC 4291 section 2.2
 * (`::`, mixed notation with a dotted tail, either case). An IPv4-mapped address (`::ffff:192.0.2.1`) is an IPv6 address, for
 * that is what a rule which holds one matches. Null when the text is anything else: a zone (`%eth0`), a port, brackets.
 */
export function parseAddress(text: string): Address | null {
  if (text.includes(":")) {
    const value = parseV6(text);
    return value === null ? null : { family: 6, value };
  }
  const value = parseV4(text);
  return value === null ? null : { family: 4, value };
}

/**
 * Reads a CIDR block or a bare address (`10.0.0.0/8`, `192.0.2.1`, `2001:db8::/32`). Host bits are masked away, as every cloud
 * does: `10.1.2.3/8` is `10.0.0.0/8`. Null when malformed; surrounding blanks are ignored.
 */
export function parseCidr(text: string): AddressSet | null {
  const match = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text.trim());
  const address = match?.[1] === undefined ? null : parseAddress(match[1]);
  if (address === null) return null;
  const bits = address.family === 4 ? 32 : 128;
  const prefix = match?.[2] === undefined ? bits : Number(match[2]);
  if (prefix > bits) return null;
  const hosts = (1n << BigInt(bits - prefix)) - 1n;
  const last = address.value | hosts;
  const interval: Interval = { first: last - hosts, last };
  return address.family === 4 ? { ...noAddresses, v4: [interval] } : { ...noAddresses, v6: [interval] };
}

/** Canonical text: dotted IPv4; IPv6 after RFC 5952 (lower case, the longest run of zeros as `::`). */
export function formatAddress({ family, value }: Address): string {
  return family === 4 ? formatV4(value) : formatV6(value);
}

/** The fewest CIDR blocks that make up the set, in canonical text, IPv4 first, each family ascending. */
export function toCidrs(set: AddressSet): string[] {
  return [...coverOf(set.v4, 4), ...coverOf(set.v6, 6)].map(
    ({ address, prefix }) => `${formatAddress(address)}/${prefix}`,
  );
}

/** The prefix length of the widest block in the minimal cover of each family; null where the family is empty. */
export function widestPrefix(set: AddressSet): { readonly v4: number | null; readonly v6: number | null } {
  const widest = (intervals: readonly Interval[], family: 4 | 6): number | null => {
    let shortest: number | null = null;
    for (const { prefix } of coverOf(intervals, family)) {
      if (shortest === null || prefix < shortest) shortest = prefix;
    }
    return shortest;
  };
  return { v4: widest(set.v4, 4), v6: widest(set.v6, 6) };
}

function* coverOf(
  intervals: readonly Interval[],
  family: 4 | 6,
): Generator<{ readonly address: Address; readonly prefix: number }> {
  const bits = family === 4 ? 32 : 128;
  for (const { first, last } of intervals) {
    let start = first;
    while (start <= last) {
      let size = 0;
      // Grow while the block stays aligned on its own size and inside the interval.
      while (size < bits) {
        const hosts = (1n << BigInt(size + 1)) - 1n;
        if ((start & hosts) !== 0n || start + hosts > last) break;
        size += 1;
      }
      yield { address: { family, value: start }, prefix: bits - size };
      start += 1n << BigInt(size);
    }
  }
}

function parseV4(text: string): bigint | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  let value = 0;
  for (const part of parts) {
    // A leading zero means octal to some readers and decimal to others, so no vendor writes one.
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part)) return null;
    const octet = Number(part);
    if (octet > 255) return null;
    value = value * 256 + octet;
  }
  return BigInt(value) <= lastV4 ? BigInt(value) : null;
}

function parseV6(text: string): bigint | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? "", halves.length === 1);
  const tail = halves[1] === undefined ? [] : groupsOf(halves[1], true);
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  const value = groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
  return value <= lastV6 ? value : null;
}

/** The 16-bit groups of one side of `::`; a dotted tail counts as two and may only stand at the very end. */
function groupsOf(text: string, mayEndDotted: boolean): number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (mayEndDotted && index === parts.length - 1 && part.includes(".")) {
      const dotted = parseV4(part);
      if (dotted === null) return null;
      groups.push(Number(dotted >> 16n), Number(dotted & 0xffffn));
      continue;
    }
    if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null;
    groups.push(Number.parseInt(part, 16));
  }
  return groups;
}

function formatV4(value: bigint): string {
  const number = Number(value);
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}

function formatV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn));
  let bestStart = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length += 1;
    if (length > bestLength) {
      bestStart = start;
      bestLength = length;
    }
  }
  const hex = groups.map((group) => group.toString(16));
  if (bestStart < 0) return hex.join(":");
  return `${hex.slice(0, bestStart).join(":")}::${hex.slice(bestStart + bestLength).join(":")}`;
}

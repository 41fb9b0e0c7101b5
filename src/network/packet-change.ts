import type { PacketChange, Traffic } from "../model/diff.ts";
import {
  allIpv4,
  allIpv6,
  countAddresses,
  equalAddresses,
  isEmptyAddresses,
  subtractAddresses,
  toCidrs,
  unionAddresses,
} from "./addresses.ts";
import type { AddressSet } from "./addresses.ts";
import { partsOf } from "./exposure-openings.ts";
import { mapOfBoxes } from "./exposure-maps.ts";
import { equalL4, l4Entries, unionL4 } from "./l4.ts";
import type { L4Set } from "./l4.ts";
import type { PacketBox } from "./packet.ts";
import { differenceOf } from "./permitted.ts";
import { readableInternet } from "./reach-sources.ts";
import { internetShare } from "./width.ts";
import { brief, trafficInWords } from "./words.ts";

/** Packets that certainly get through, and all that could. */
export interface Bounds {
  readonly must: readonly PacketBox[];
  readonly may: readonly PacketBox[];
}

/** How the remote side of packets is told: as anyone's addresses, or as the internet's, where blocks that are never routed there do not count. */
export type Remote = "addresses" | "internet";

/**
 * What certainly changed from one pair of bounds to another: certainly open now and not even possibly before, and the reverse.
 * @param missing what could not be read on either side; told only where it leaves something open
 */
export function trafficBetween(
  before: Bounds,
  after: Bounds,
  missing: readonly string[],
  direction: "ingress" | "egress",
  remote: Remote = "addresses",
): Traffic {
  const isSure = before.must === before.may && after.must === after.may;
  // Most of an estate is as it was, and that is quickly seen.
  if (sameBoxes(before.must, after.must) && (isSure || sameBoxes(before.may, after.may))) {
    return { opened: null, closed: null, missing: [] };
  }
  const opened = differenceOf(mapOfBoxes(before.may), mapOfBoxes(after.must)).gained;
  const closed = differenceOf(mapOfBoxes(before.must), mapOfBoxes(after.may)).lost;
  return {
    opened: packetChange(opened, direction, remote),
    closed: packetChange(closed, direction, remote),
    missing: isSure ? [] : missing,
  };
}

/** Whether two lists hold the same boxes in the same order; others may mean the same. */
function sameBoxes(a: readonly PacketBox[], b: readonly PacketBox[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((box, index) => {
    const other = b[index];
    if (other === undefined || !equalL4(box.l4, other.l4) || !equalAddresses(box.remote, other.remote)) return false;
    if (box.sourcePorts === null || other.sourcePorts === null) return box.sourcePorts === other.sourcePorts;
    return equalL4(box.sourcePorts, other.sourcePorts);
  });
}

/** Points of the L4 axis that the same addresses have. */
interface Part {
  readonly l4: L4Set;
  readonly addresses: AddressSet;
}

/** Some boxes as an exact set with its size; null where there is none. */
export function packetChange(
  boxes: readonly PacketBox[],
  direction: "ingress" | "egress",
  remote: Remote = "addresses",
): PacketChange | null {
  if (boxes.length === 0) return null;
  const exact = mergedParts(boxes);
  const parts =
    remote === "addresses" ? exact : exact.map(({ l4, addresses }) => ({ l4, addresses: readableInternet(addresses) }));
  const size = { v4: 0n, v6: 0n };
  for (const { l4, addresses } of exact) {
    const count = countAddresses(addresses);
    const points = BigInt(pointsOf(l4));
    size.v4 += count.v4 * points;
    size.v6 += count.v6 * points;
  }
  const all = countAddresses(unionAddresses(exact.map(({ addresses }) => addresses)));
  return {
    says: inWords(parts, direction, remote),
    packets: parts.flatMap(({ l4, addresses }) => {
      const sources = toCidrs(addresses);
      return l4Entries(l4).map(({ protocol, ports }) => ({ sources, protocol, ports }));
    }),
    size: { ipv4: String(size.v4), ipv6: String(size.v6) },
    addresses: { ipv4: String(all.v4), ipv6: String(all.v6) },
  };
}

function pointsOf(l4: L4Set): number {
  return l4.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** Parts with the same addresses as one, the widest first. */
function mergedParts(boxes: readonly PacketBox[]): readonly Part[] {
  const merged = new Map<string, { readonly l4: L4Set[]; readonly addresses: AddressSet }>();
  for (const { l4, addresses } of partsOf(boxes)) {
    const key = toKey(addresses);
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { l4: [l4], addresses });
    else known.l4.push(l4);
  }
  const width = ({ addresses }: Part): number => {
    const { v4, v6 } = internetShare(addresses);
    return v4 + v6;
  };
  return [...merged.values()]
    .map(({ l4, addresses }): Part => ({ l4: unionL4(l4), addresses }))
    .toSorted((a, b) => width(b) - width(a));
}

function toKey({ v4, v6 }: AddressSet): string {
  const text = (runs: AddressSet["v4"]): string => runs.map(({ first, last }) => `${first}-${last}`).join(" ");
  return `${text(v4)}|${text(v6)}`;
}

/** Parts that a sentence names; the rest is counted. */
const partsShown = 3;

function inWords(parts: readonly Part[], direction: "ingress" | "egress", remote: Remote): string {
  const word = direction === "ingress" ? "from" : "to";
  const shown = parts
    .slice(0, partsShown)
    .map(({ l4, addresses }) => `${trafficInWords(l4)} ${word} ${addressesInWords(addresses, remote)}`);
  const rest = parts.length - partsShown;
  return `${shown.join(", and ")}${rest > 0 ? `, and ${rest} more such sets` : ""}`;
}

/** Who a set of addresses is: what share of the internet where it is one worth telling, in which blocks, and how many they are, exactly. */
function addressesInWords(set: AddressSet, remote: Remote): string {
  const { v4, v6 } = internetShare(set);
  // With addresses put in that are never routed on the internet a number would not be exact.
  if (remote === "internet" && (v4 >= leastShare || v6 >= leastShare)) {
    return `${shareInWords(v4, v6)} (${blocksInWords(set)})`;
  }
  const count = countAddresses(set);
  const words = [
    ...(count.v4 > 0n ? [countInWords(count.v4, "IPv4")] : []),
    ...(count.v6 > 0n ? [countInWords(count.v6, "IPv6")] : []),
  ].join(" and ");
  const blocks = `${words}: ${blocksInWords(set)}`;
  return v4 < leastShare && v6 < leastShare ? blocks : `${shareInWords(v4, v6)} (${blocks})`;
}

/** A smaller share of the internet is better told as a number of addresses. */
const leastShare = 0.0001;

function shareInWords(v4: number, v6: number): string {
  const isWhole = (share: number): boolean => share > 0.9999;
  if (isWhole(v4) && isWhole(v6)) return "the whole internet";
  const percent = (share: number): string => (isWhole(share) ? "all" : `${Number((share * 100).toPrecision(3))} %`);
  return [
    ...(v4 < leastShare ? [] : [`${percent(v4)} of the IPv4 internet`]),
    ...(v6 < leastShare ? [] : [`${percent(v6)} of the IPv6 internet`]),
  ].join(" and ");
}

/** CIDR blocks that a sentence names; the rest is counted. */
const blocksShown = 4;

/** The blocks of a set, family by family; where they are many only because few are left out, `0.0.0.0/0 without 203.0.113.0/24`. */
function blocksInWords({ v4, v6 }: AddressSet): string {
  const families = [
    { own: { v4, v6: [] }, all: allIpv4, whole: "0.0.0.0/0" },
    { own: { v4: [], v6 }, all: allIpv6, whole: "::/0" },
  ];
  return families
    .filter(({ own }) => !isEmptyAddresses(own))
    .map(({ own, all, whole }) => {
      const blocks = toCidrs(own);
      const left = blocks.length > blocksShown ? toCidrs(subtractAddresses(all, own)) : [];
      if (left.length > 0 && left.length < blocksShown) return `${whole} without ${left.join(", ")}`;
      return brief(blocks, blocksShown);
    })
    .join(", ");
}

function countInWords(count: bigint, family: string): string {
  return `${numberInWords(count)} ${family} ${count === 1n ? "address" : "addresses"}`;
}

/** A number for people: `4,294,967,296` to the last digit; beyond what anyone counts in digits as a power of two, `2^64`, nearly so `about 2^124.8`. */
export function numberInWords(count: bigint): string {
  if (count < 1n << 40n) return String(count).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ",");
  const binary = count.toString(2);
  if (/^10+$/.test(binary)) return `2^${binary.length - 1}`;
  return `about 2^${(binary.length - 53 + Math.log2(Number(BigInt(`0b${binary.slice(0, 53)}`)))).toFixed(1)}`;
}

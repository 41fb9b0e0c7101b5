import {
  countAddresses,
  equalAddresses,
  includesAddresses,
  intersectAddresses,
  isEmptyAddresses,
  noAddresses,
  parseCidr,
  subtractAddresses,
  unionAddresses,
} from "./addresses.ts";
import type { AddressSet } from "./addresses.ts";
import { ipv4SpecialRegistry, ipv6SpecialRegistry, unicastSpace } from "./iana.ts";
import type { SpecialBlock } from "./iana.ts";

/** The set of some CIDR blocks known to be well formed; for data written in the source. */
function blocks(cidrs: readonly string[]): AddressSet {
  return unionAddresses(
    cidrs.map((cidr) => {
      const set = parseCidr(cidr);
      if (set === null) throw new Error(`malformed CIDR in built-in data: ${cidr}`);
      return set;
    }),
  );
}

/**
 * Unicast space minus the blocks that the IANA special-purpose registries call not globally reachable. The most specific entry
 * decides. Entries that do not say (6to4, Teredo, retired anycast) stay in: packets from there can reach a cloud's edge, and leaving
 * them out would hide exposure.
 */
export const globallyRoutable: AddressSet = computeGloballyRoutable();

function computeGloballyRoutable(): AddressSet {
  const special = [...ipv4SpecialRegistry.blocks, ...ipv6SpecialRegistry.blocks]
    .map((block) => ({ block, length: Number(block.cidr.split("/")[1]) }))
    .toSorted((a, b) => a.length - b.length);
  let space = blocks([...unicastSpace.v4, ...unicastSpace.v6]);
  for (const { block } of special) space = applyBlock(space, block);
  return space;
}

function applyBlock(space: AddressSet, { cidr, global }: SpecialBlock): AddressSet {
  const set = blocks([cidr]);
  if (global === true) return unionAddresses([space, set]);
  if (global === false) return subtractAddresses(space, set);
  // Not said, inside a block that was taken out (Teredo in 2001::/23) comes back in; elsewhere it was never out.
  return unionAddresses([space, set]);
}

const routableCount = countAddresses(globallyRoutable);

/** The part of a set that is globally routable. */
export function publicPart(set: AddressSet): AddressSet {
  return intersectAddresses(set, globallyRoutable);
}

/** What share (0..1) of each family's globally routable space the set covers. */
export function internetShare(set: AddressSet): { readonly v4: number; readonly v6: number } {
  const covered = countAddresses(publicPart(set));
  return { v4: ratio(covered.v4, routableCount.v4), v6: ratio(covered.v6, routableCount.v6) };
}

/**
 * Whether the set counts as the internet: in either family it covers at least `share` (above 0, up to 1) of globally routable
 * space. Measured, so 0.0.0.0/1 with 128.0.0.0/1, forty prefixes, or 2000::/3 all count.
 */
export function isInternetWide(set: AddressSet, share: number): boolean {
  const covered = internetShare(set);
  return (covered.v4 > 0 && covered.v4 >= share) || (covered.v6 > 0 && covered.v6 >= share);
}

/** A quotient of bigints that keeps about 16 significant digits however small it is; a positive one is never 0. */
function ratio(part: bigint, whole: bigint): number {
  return Number(part) / Number(whole);
}

/** How many addresses a set holds, for people: the count's logarithm to base 2 in each family, null where it is empty. */
export function widthBits(set: AddressSet): { readonly v4: number | null; readonly v6: number | null } {
  const { v4, v6 } = countAddresses(set);
  return { v4: v4 === 0n ? null : Math.log2(Number(v4)), v6: v6 === 0n ? null : Math.log2(Number(v6)) };
}

/** A range with a name of its own that a rule could be narrowed to. */
export interface StandardRange {
  readonly name: string;
  readonly set: AddressSet;
}

/** The private ranges every cloud network is built from, narrowest first. A caller puts the network's own ranges before them. */
export const privateRanges: readonly StandardRange[] = [
  { name: "192.168.0.0/16 (private)", set: blocks(["192.168.0.0/16"]) },
  { name: "172.16.0.0/12 (private)", set: blocks(["172.16.0.0/12"]) },
  { name: "100.64.0.0/10 (shared address space)", set: blocks(["100.64.0.0/10"]) },
  { name: "10.0.0.0/8 (private)", set: blocks(["10.0.0.0/8"]) },
  { name: "fd00::/8 (unique local)", set: blocks(["fd00::/8"]) },
  { name: "every private IPv4 range (RFC 1918)", set: blocks(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]) },
  {
    name: "every private range (RFC 1918, RFC 4193)",
    set: blocks(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]),
  },
];

/** What narrowing a source would mean: the range to use instead, and the exact difference. */
export interface Narrowing {
  readonly range: StandardRange;
  /** What the present set allows and the range would not. */
  readonly loses: AddressSet;
  /** What the range would allow and the present set does not. */
  readonly gains: AddressSet;
}

/**
 * The narrowest of some standard ranges that still holds every address of `needed` and is smaller than `current`.
 * With nothing needed known, pass the private part of `current`. Null when no range does it: then only the minimal CIDR cover
 * (`toCidrs`) of what is needed will.
 */
export function narrowestReplacement(
  current: AddressSet,
  needed: AddressSet,
  ranges: readonly StandardRange[] = privateRanges,
): Narrowing | null {
  const size = (set: AddressSet): bigint => {
    const { v4, v6 } = countAddresses(set);
    return v4 + v6;
  };
  let best: StandardRange | null = null;
  for (const range of ranges) {
    if (!includesAddresses(range.set, needed) || equalAddresses(range.set, current)) continue;
    if (isEmptyAddresses(subtractAddresses(current, range.set))) continue;
    if (best === null || size(range.set) < size(best.set)) best = range;
  }
  if (best === null) return null;
  return { range: best, loses: subtractAddresses(current, best.set), gains: subtractAddresses(best.set, current) };
}

/** The part of a set that is not globally routable: what private networks may still need once the internet is shut out. */
export function privatePart(set: AddressSet): AddressSet {
  return isEmptyAddresses(set) ? noAddresses : subtractAddresses(set, globallyRoutable);
}

import {
  equalAddresses,
  intersectAddresses,
  isEmptyAddresses,
  noAddresses,
  subtractAddresses,
  unionAddresses,
} from "./addresses.ts";
import type { AddressSet } from "./addresses.ts";
import type { Extent } from "./filter.ts";

/** A set that is wholly known. */
export function knownExtent(set: AddressSet): Extent {
  return { must: set, may: set, missing: [] };
}

/** Certainly empty. */
export const noExtent: Extent = knownExtent(noAddresses);

/** A set of which only an upper bound is known, and what would settle it. */
export function unknownExtent(may: AddressSet, missing: string): Extent {
  return { must: noAddresses, may, missing: [missing] };
}

/** Whether nothing about it is open. */
export function isKnownExtent({ must, may }: Extent): boolean {
  return must === may || equalAddresses(must, may);
}

/** Whether it certainly holds no address. */
export function isEmptyExtent({ may }: Extent): boolean {
  return isEmptyAddresses(may);
}

/** Whether both say the same of every address; what is missing plays no part. */
export function equalExtents(a: Extent, b: Extent): boolean {
  return equalAddresses(a.must, b.must) && equalAddresses(a.may, b.may);
}

/** Everything that is in any of them. */
export function unionExtents(extents: Iterable<Extent>): Extent {
  const all = [...extents];
  const first = all[0];
  if (first === undefined) return noExtent;
  if (all.length === 1) return first;
  const may = unionAddresses(all.map((extent) => extent.may));
  if (all.every(isKnownExtent)) return knownExtent(may);
  return settle(unionAddresses(all.map((extent) => extent.must)), may, all);
}

/** What is in both. */
export function intersectExtents(a: Extent, b: Extent): Extent {
  const may = intersectAddresses(a.may, b.may);
  return settle(intersectAddresses(a.must, b.must), may, [a, b]);
}

/** What is in `a` and not in `b`: certainly what is certainly in `a` and cannot be in `b`. */
export function subtractExtents(a: Extent, b: Extent): Extent {
  return settle(subtractAddresses(a.must, b.may), subtractAddresses(a.may, b.must), [a, b]);
}

/** Once both bounds agree, whatever was missing no longer matters. */
function settle(must: AddressSet, may: AddressSet, sources: readonly Extent[]): Extent {
  if (equalAddresses(must, may)) return knownExtent(may);
  return { must, may, missing: [...new Set(sources.flatMap((source) => source.missing))] };
}

import { isEmptyAddresses, noAddresses, unionAddresses } from "./addresses.ts";
import type { AddressSet } from "./addresses.ts";
import { allL4, intersectL4, isEmptyL4, lastL4, overlapsL4, unionL4 } from "./l4.ts";
import type { L4Set } from "./l4.ts";
import type { PacketBox } from "./packet.ts";
import { sweepNumbers } from "./sweep.ts";
import { internetShare, isInternetWide } from "./width.ts";

/**
 * What of an endpoint's traffic is asked about. `reached` is what counts as exposure: for TCP a session that can be made, for every
 * other protocol packets that can enter.
 */
export type Measure = "packets" | "session" | "reached";

/** A question that checks ask: is any of `l4` (the endpoint's own ports) open to the internet? */
export interface InternetQuestion {
  /** Keep one object for the same question: answers are found again by it. */
  readonly l4: L4Set;
  /** Share (above 0, up to 1) of either family's globally routable space from which sources are the internet, over all ways together. */
  readonly share: number;
  /** `reached` when absent. */
  readonly measure?: Measure;
}

/** Points of the L4 axis that are open to the same addresses. */
export interface OpenPart {
  readonly l4: L4Set;
  /** Globally routable, of the families in which they are the internet. */
  readonly addresses: AddressSet;
}

/** What is open to the internet. */
export interface InternetOpening {
  readonly parts: readonly OpenPart[];
  /** All points of `parts`. */
  readonly l4: L4Set;
  /** All addresses of `parts`. */
  readonly addresses: AddressSet;
  /** What could not be read and would settle the matter; empty when it is certain. */
  readonly missing: readonly string[];
}

/** What certainly is open, and what may be open besides because something could not be read. Null where there is none. */
export interface InternetOpenings {
  readonly certain: InternetOpening | null;
  readonly perhaps: InternetOpening | null;
}

const l4Keys = new WeakMap<L4Set, string>();

/** Equal for questions that ask the same. */
export function keyOf({ l4, share, measure }: InternetQuestion): string {
  let key = l4Keys.get(l4);
  if (key === undefined) {
    key = l4.map(({ first, last }) => `${first}-${last}`).join(",");
    l4Keys.set(l4, key);
  }
  return `${measure ?? "reached"} ${share} ${key}`;
}

/** Boxes cut by the points of the L4 axis: for each set of points, the addresses of all boxes that hold them. */
export function partsOf(boxes: readonly PacketBox[], l4: L4Set = allL4): readonly OpenPart[] {
  return partsWhere(boxes, l4, () => true);
}

/** The parts of which `counts` says that their boxes matter; the addresses of others are never put together. */
function partsWhere(
  boxes: readonly PacketBox[],
  l4: L4Set,
  counts: (remotes: readonly AddressSet[]) => boolean,
): readonly OpenPart[] {
  const narrowed = boxes.flatMap((box) => {
    const points = intersectL4(box.l4, l4);
    return isEmptyL4(points) ? [] : [{ l4: points, remote: box.remote }];
  });
  const [only, second] = narrowed;
  if (only === undefined) return [];
  if (second === undefined) return [{ l4: only.l4, addresses: only.remote }];
  const sweep = sweepNumbers(
    narrowed.map((box) => box.l4),
    lastL4 + 1,
  );
  const runs = new Map<number, { first: number; last: number }[]>();
  for (const [stretch, list] of sweep.cover.entries()) {
    const run = { first: sweep.starts[stretch] ?? 0, last: (sweep.starts[stretch + 1] ?? lastL4 + 1) - 1 };
    const known = runs.get(list);
    if (known === undefined) runs.set(list, [run]);
    else known.push(run);
  }
  return [...runs].flatMap(([list, points]) => {
    const remotes = Array.from(sweep.lists[list] ?? [], (index) => narrowed[index]?.remote ?? noAddresses);
    if (remotes.length === 0 || !counts(remotes)) return [];
    return [{ l4: unionL4([points]), addresses: unionAddresses(remotes) }];
  });
}

/**
 * Whether some sets can be the internet together: a union is never larger than the sum of its parts. Of ten thousand narrow rules most
 * points are open to few, and this is seen without putting their addresses together.
 */
function canBeWide(share: number): (sets: readonly AddressSet[]) => boolean {
  const shares = new Map<AddressSet, { readonly v4: number; readonly v6: number }>();
  // Sums of floating-point numbers may come out a little low.
  const enough = share * (1 - 1e-9);
  return (sets) => {
    let v4 = 0;
    let v6 = 0;
    for (const set of sets) {
      const own = shares.get(set) ?? internetShare(set);
      shares.set(set, own);
      v4 += own.v4;
      v6 += own.v6;
      if (v4 >= enough || v6 >= enough) return true;
    }
    return false;
  };
}

/** The parts that are open to the internet, each narrowed to the families in which it is. */
export function internetParts(boxes: readonly PacketBox[], { l4, share }: InternetQuestion): readonly OpenPart[] {
  // What all of them together cannot reach, none of them can; most endpoints are closed, and this is quickly seen.
  const concerned = boxes.filter((box) => overlapsL4(box.l4, l4));
  if (!isInternetWide(unionAddresses(concerned.map(({ remote }) => remote)), share)) return [];
  return partsWhere(concerned, l4, canBeWide(share)).flatMap((part) => {
    const { v4, v6 } = part.addresses;
    const addresses: AddressSet = {
      v4: isInternetWide({ v4, v6: [] }, share) ? v4 : [],
      v6: isInternetWide({ v4: [], v6 }, share) ? v6 : [],
    };
    return isEmptyAddresses(addresses) ? [] : [{ l4: part.l4, addresses }];
  });
}

/** Parts as one opening; null when there are none. */
export function openingOf(parts: readonly OpenPart[], missing: readonly string[]): InternetOpening | null {
  if (parts.length === 0) return null;
  return {
    parts,
    l4: unionL4(parts.map(({ l4 }) => l4)),
    addresses: unionAddresses(parts.map(({ addresses }) => addresses)),
    missing,
  };
}

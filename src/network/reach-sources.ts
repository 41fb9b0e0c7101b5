import { includesAddresses, isEmptyAddresses, lastV4, lastV6, toCidrs } from "./addresses.ts";
import type { AddressSet, Interval } from "./addresses.ts";
import { globallyRoutable, publicPart } from "./width.ts";

/**
 * The same sources on the internet in fewer blocks: addresses that are never routed there (10.0.0.0/8 and the like) are put in where that
 * makes the list shorter. The whole internet is 0.0.0.0/0 and ::/0 then, not the sixty blocks around everything private.
 */
export function readableInternet(set: AddressSet): AddressSet {
  return { v4: readableFamily(set.v4, 4), v6: readableFamily(set.v6, 6) };
}

function readableFamily(intervals: readonly Interval[], family: 4 | 6): readonly Interval[] {
  const end = family === 4 ? lastV4 : lastV6;
  const all = globallyRoutable[family === 4 ? "v4" : "v6"];
  if (includesAddresses({ v4: intervals, v6: [] }, { v4: all, v6: [] })) return [{ first: 0n, last: end }];
  const unrouted = (first: bigint, last: bigint): boolean =>
    first > last ||
    isEmptyAddresses(publicPart(family === 4 ? { v4: [{ first, last }], v6: [] } : { v4: [], v6: [{ first, last }] }));
  const joined: { first: bigint; last: bigint }[] = [];
  for (const { first, last } of intervals) {
    const before = joined.at(-1);
    if (before !== undefined && unrouted(before.last + 1n, first - 1n)) before.last = last;
    else joined.push({ first, last });
  }
  return joined.map((interval, index) => {
    const before = joined[index - 1];
    const after = joined[index + 1];
    const lowest = furthest(interval.first, before === undefined ? 0n : before.last + 1n, (at) =>
      unrouted(at, interval.first - 1n),
    );
    const highest = furthest(interval.last, after === undefined ? end : after.first - 1n, (at) =>
      unrouted(interval.last + 1n, at),
    );
    const choices: readonly Interval[] = [
      interval,
      { first: lowest, last: interval.last },
      { first: interval.first, last: highest },
      { first: lowest, last: highest },
    ];
    const length = (each: Interval): number =>
      toCidrs(family === 4 ? { v4: [each], v6: [] } : { v4: [], v6: [each] }).length;
    return choices.reduce((best, each) => (length(each) < length(best) ? each : best));
  });
}

/** How far from `start` towards `limit` everything holds, by bisection: what holds up to a point holds before it. */
function furthest(start: bigint, limit: bigint, holds: (at: bigint) => boolean): bigint {
  let near = start;
  let far = limit;
  if (holds(far)) return far;
  while (near !== far) {
    const middle = near + (far - near) / 2n;
    if (middle === near) return near;
    if (holds(middle)) near = middle;
    else far = middle;
  }
  return near;
}

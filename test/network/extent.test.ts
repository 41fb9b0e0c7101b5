import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allIpv4, includesAddresses, noAddresses, toCidrs } from "../../src/network/addresses.ts";
import type { AddressSet } from "../../src/network/addresses.ts";
import {
  equalExtents,
  intersectExtents,
  isEmptyExtent,
  isKnownExtent,
  knownExtent,
  noExtent,
  subtractExtents,
  unionExtents,
  unknownExtent,
} from "../../src/network/extent.ts";
import type { Extent } from "../../src/network/filter.ts";
import { addresses, anyExtent } from "./random-filters.ts";

function told({ must, may, missing }: Extent) {
  return { must: toCidrs(must), may: toCidrs(may), missing };
}

const known = knownExtent(addresses("10.0.0.0/8"));
const unknown: Extent = { must: addresses("10.0.0.0/9"), may: addresses("10.0.0.0/8"), missing: ["list a"] };

describe("extents", () => {
  it.each<[string, Extent, ReturnType<typeof told>]>([
    [
      "a union keeps what is missing",
      unionExtents([unknown, knownExtent(addresses("192.168.0.0/16"))]),
      { must: ["10.0.0.0/9", "192.168.0.0/16"], may: ["10.0.0.0/8", "192.168.0.0/16"], missing: ["list a"] },
    ],
    [
      "a union with what covers it is known",
      unionExtents([unknown, known]),
      { must: ["10.0.0.0/8"], may: ["10.0.0.0/8"], missing: [] },
    ],
    ["a union of nothing is empty", unionExtents([]), { must: [], may: [], missing: [] }],
    [
      "an intersection within what is certain is known",
      intersectExtents(unknown, knownExtent(addresses("10.1.0.0/16"))),
      { must: ["10.1.0.0/16"], may: ["10.1.0.0/16"], missing: [] },
    ],
    [
      "what is taken away may be all or little",
      subtractExtents(known, unknown),
      { must: [], may: ["10.128.0.0/9"], missing: ["list a"] },
    ],
    [
      "what is left of the unknown stays unknown",
      subtractExtents(unknown, knownExtent(addresses("10.0.0.0/9"))),
      { must: [], may: ["10.128.0.0/9"], missing: ["list a"] },
    ],
    ["only an upper bound", unknownExtent(allIpv4, "tag t"), { must: [], may: ["0.0.0.0/0"], missing: ["tag t"] }],
  ])("%s", (_name, extent, expected) => expect(told(extent)).toEqual(expected));

  it("name each missing datum once", () => {
    expect(unionExtents([unknown, unknown, unknownExtent(allIpv4, "list b")]).missing).toEqual(["list a", "list b"]);
  });

  it("tell known from unknown, and empty from not", () => {
    expect([known, unknown, noExtent].map(isKnownExtent)).toEqual([true, false, true]);
    expect([known, unknownExtent(noAddresses, "x"), noExtent].map(isEmptyExtent)).toEqual([false, true, true]);
    expect(equalExtents(known, { ...known, missing: ["x"] })).toBe(true);
  });

  it("keep must within may, and shrink to the truth whatever it turns out to be", () => {
    fc.assert(
      fc.property(anyExtent(true), anyExtent(true), fc.boolean(), fc.boolean(), (a, b, aIsMay, bIsMay) => {
        const truth = (extent: Extent, isMay: boolean): AddressSet => (isMay ? extent.may : extent.must);
        const [x, y] = [knownExtent(truth(a, aIsMay)), knownExtent(truth(b, bIsMay))];
        const pairs = [
          [unionExtents([a, b]), unionExtents([x, y])],
          [intersectExtents(a, b), intersectExtents(x, y)],
          [subtractExtents(a, b), subtractExtents(x, y)],
        ] as const;
        for (const [bounds, actual] of pairs) {
          expect(includesAddresses(bounds.may, actual.may)).toBe(true);
          expect(includesAddresses(actual.must, bounds.must)).toBe(true);
        }
      }),
    );
  });
});

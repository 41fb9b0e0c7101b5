import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allAddresses,
  allIpv4,
  allIpv6,
  countAddresses,
  equalAddresses,
  formatAddress,
  hasAddress,
  includesAddresses,
  intersectAddresses,
  isEmptyAddresses,
  noAddresses,
  overlapsAddresses,
  parseAddress,
  parseCidr,
  subtractAddresses,
  toCidrs,
  unionAddresses,
  widestPrefix,
} from "../../src/network/addresses.ts";
import type { Address, AddressSet } from "../../src/network/addresses.ts";

function set(...cidrs: readonly string[]): AddressSet {
  return unionAddresses(
    cidrs.map((cidr) => {
      const parsed = parseCidr(cidr);
      if (parsed === null) throw new Error(cidr);
      return parsed;
    }),
  );
}

describe("reading addresses", () => {
  it.each([
    ["0.0.0.0/0", ["0.0.0.0/0"]],
    ["10.1.2.3/8", ["10.0.0.0/8"]],
    ["192.0.2.7", ["192.0.2.7/32"]],
    [" 192.0.2.7/32 ", ["192.0.2.7/32"]],
    ["::/0", ["::/0"]],
    ["2001:DB8::/32", ["2001:db8::/32"]],
    ["2001:0db8:0000:0000:0000:0000:0000:0001", ["2001:db8::1/128"]],
    ["2001:db8::1/64", ["2001:db8::/64"]],
    ["::ffff:192.0.2.1", ["::ffff:c000:201/128"]],
    ["64:ff9b::192.0.2.33/128", ["64:ff9b::c000:221/128"]],
    ["1:2:3:4:5:6:7::", ["1:2:3:4:5:6:7:0/128"]],
    ["::", ["::/128"]],
  ])("%s", (text, cidrs) => {
    const parsed = parseCidr(text);
    expect(parsed === null ? null : toCidrs(parsed)).toEqual(cidrs);
  });

  it.each([
    "",
    "10.0.0",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.256",
    "010.0.0.1",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "::/129",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "12345::",
    "fe80::1%eth0",
    "[::1]",
    "::1.2.3",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "any",
  ])("%j is not an address", (text) => expect(parseCidr(text)).toBeNull());

  it("keeps an IPv4-mapped address in IPv6, where a rule that holds one matches", () => {
    expect(parseAddress("::ffff:192.0.2.1")?.family).toBe(6);
  });

  it.each([
    ["0:0:0:0:0:0:0:1", "::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["1:0:0:0:0:0:0:0", "1::"],
  ])("RFC 5952: %s is written %s", (text, canonical) => {
    const address = parseAddress(text);
    expect(address === null ? null : formatAddress(address)).toBe(canonical);
  });

  it("reads back every address it writes", () => {
    fc.assert(
      fc.property(anyAddress(), (address) => {
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });
});

describe("the CIDR cover", () => {
  it.each([
    [["0.0.0.0/1", "128.0.0.0/1"], ["0.0.0.0/0"]],
    [
      ["10.0.0.0/9", "10.128.0.0/10"],
      ["10.0.0.0/9", "10.128.0.0/10"],
    ],
    [
      ["::/1", "8000::/1", "10.0.0.0/8"],
      ["10.0.0.0/8", "::/0"],
    ],
    [[], []],
  ])("%j", (cidrs, cover) => expect(toCidrs(set(...cidrs))).toEqual(cover));

  it("covers everything but one address with one block per bit", () => {
    expect(toCidrs(subtractAddresses(allIpv4, set("0.0.0.0"))).length).toBe(32);
    expect(toCidrs(subtractAddresses(allIpv6, set("::"))).length).toBe(128);
  });

  it("means the same set", () => {
    fc.assert(fc.property(anySet(), (each) => equalAddresses(set(...toCidrs(each)), each)));
  });

  it("tells its widest block", () => {
    expect(widestPrefix(set("10.0.0.0/8", "192.168.0.0/24"))).toEqual({ v4: 8, v6: null });
  });
});

describe("set algebra", () => {
  it("counts both families", () => {
    expect(countAddresses(allAddresses)).toEqual({ v4: 1n << 32n, v6: 1n << 128n });
    expect(countAddresses(noAddresses)).toEqual({ v4: 0n, v6: 0n });
  });

  it("keeps the families apart", () => {
    expect(includesAddresses(allIpv4, allIpv6)).toBe(false);
    expect(overlapsAddresses(allIpv4, allIpv6)).toBe(false);
    expect(isEmptyAddresses(intersectAddresses(allIpv4, allIpv6))).toBe(true);
  });

  it("agrees with membership, address by address", () => {
    fc.assert(
      fc.property(anySet(), anySet(), (a, b) => {
        const probes = [...edges(a), ...edges(b)];
        for (const probe of probes) {
          const inA = hasAddress(a, probe);
          const inB = hasAddress(b, probe);
          expect(hasAddress(unionAddresses([a, b]), probe)).toBe(inA || inB);
          expect(hasAddress(intersectAddresses(a, b), probe)).toBe(inA && inB);
          expect(hasAddress(subtractAddresses(a, b), probe)).toBe(inA && !inB);
        }
        expect(overlapsAddresses(a, b)).toBe(!isEmptyAddresses(intersectAddresses(a, b)));
        expect(includesAddresses(a, b)).toBe(isEmptyAddresses(subtractAddresses(b, a)));
      }),
    );
  });

  it("finds one address among many prefixes at either end", () => {
    const many = set(...Array.from({ length: 64 }, (_, index) => `10.0.${index}.128/25`));
    for (const [text, inside] of [
      ["10.0.0.127", false],
      ["10.0.0.128", true],
      ["10.0.33.255", true],
      ["10.0.34.0", false],
      ["10.0.63.255", true],
      ["10.0.64.0", false],
    ] as const) {
      expect(overlapsAddresses(many, set(text)), text).toBe(inside);
      expect(overlapsAddresses(set(text), many), text).toBe(inside);
    }
  });

  it("gives equal sets equal lists", () => {
    fc.assert(
      fc.property(anySet(), anySet(), (a, b) => {
        const whole = unionAddresses([a, b]);
        const pieces = unionAddresses([subtractAddresses(a, b), intersectAddresses(a, b), subtractAddresses(b, a)]);
        expect(pieces).toEqual(whole);
      }),
    );
  });
});

function anyAddress(): fc.Arbitrary<Address> {
  return fc.oneof(
    fc.bigInt(0n, (1n << 32n) - 1n).map((value): Address => ({ family: 4, value })),
    fc.bigInt(0n, (1n << 128n) - 1n).map((value): Address => ({ family: 6, value })),
    fc.array(fc.constantFrom(0, 0, 1, 0xffff), { minLength: 8, maxLength: 8 }).map((groups): Address => ({
      family: 6,
      value: groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n),
    })),
  );
}

function anySet(): fc.Arbitrary<AddressSet> {
  const small = fc
    .tuple(fc.bigInt(0n, 40n), fc.bigInt(0n, 12n))
    .map(([first, size]) => ({ first, last: first + size }));
  const high4 = small.map(({ first, last }) => ({ first: (1n << 32n) - 1n - last, last: (1n << 32n) - 1n - first }));
  return fc
    .tuple(fc.array(fc.oneof(small, high4), { maxLength: 5 }), fc.array(small, { maxLength: 4 }))
    .map(([v4, v6]) =>
      unionAddresses([...v4.map((each) => ({ v4: [each], v6: [] })), ...v6.map((each) => ({ v4: [], v6: [each] }))]),
    );
}

function edges({ v4, v6 }: AddressSet): Address[] {
  const near = (family: 4 | 6, limit: bigint) => (value: bigint) =>
    [value - 1n, value, value + 1n]
      .filter((each) => each >= 0n && each <= limit)
      .map((each): Address => ({ family, value: each }));
  return [
    ...v4.flatMap(({ first, last }) => [first, last].flatMap(near(4, (1n << 32n) - 1n))),
    ...v6.flatMap(({ first, last }) => [first, last].flatMap(near(6, (1n << 128n) - 1n))),
  ];
}

import { describe, expect, it } from "vitest";
import {
  allAddresses,
  allIpv4,
  hasAddress,
  includesAddresses,
  noAddresses,
  overlapsAddresses,
  parseAddress,
  parseCidr,
  toCidrs,
  unionAddresses,
} from "../../src/network/addresses.ts";
import type { AddressSet } from "../../src/network/addresses.ts";
import { ipv4SpecialRegistry, ipv6SpecialRegistry } from "../../src/network/iana.ts";
import {
  globallyRoutable,
  internetShare,
  isInternetWide,
  narrowestReplacement,
  privatePart,
  publicPart,
  widthBits,
} from "../../src/network/width.ts";

function set(...cidrs: readonly string[]): AddressSet {
  return unionAddresses(cidrs.map((cidr) => parseCidr(cidr) ?? noAddresses));
}

describe("globally routable space", () => {
  it.each([
    ["8.8.8.8", true],
    ["10.0.0.1", false],
    ["100.64.0.1", false],
    ["100.128.0.1", true],
    ["172.15.255.255", true],
    ["172.31.255.255", false],
    ["192.0.0.8", false],
    ["192.0.0.9", true],
    ["192.0.2.1", false],
    ["192.88.99.1", true],
    ["192.88.99.2", false],
    ["198.19.255.255", false],
    ["223.255.255.255", true],
    ["224.0.0.1", false],
    ["255.255.255.255", false],
    ["2600::1", true],
    ["2001:db8::1", false],
    ["2001:2::1", false],
    ["2001:1::1", true],
    ["2001:200::1", true],
    ["2002::1", true],
    ["3fff::1", false],
    ["3ffe::1", true],
    ["fd00::1", false],
    ["fe80::1", false],
    ["ff0e::1", false],
    ["::1", false],
    ["5f00::1", false],
    ["64:ff9b::808:808", true],
  ])("%s: %s", (text, expected) => {
    const address = parseAddress(text);
    if (address === null) throw new Error(text);
    expect(hasAddress(globallyRoutable, address)).toBe(expected);
  });

  it("holds every block the registries call global and none of those they call not global", () => {
    const blocks = [...ipv4SpecialRegistry.blocks, ...ipv6SpecialRegistry.blocks];
    const globalBlocks = set(...blocks.filter((block) => block.global !== false).map((block) => block.cidr));
    for (const { cidr, global } of blocks) {
      if (global === true) expect(includesAddresses(globallyRoutable, set(cidr)), cidr).toBe(true);
      if (global === false) {
        // A more specific block may be global (192.0.0.9 in 192.0.0.0/24).
        const open = overlapsAddresses(globallyRoutable, set(cidr));
        expect(open && !overlapsAddresses(globalBlocks, set(cidr)), cidr).toBe(false);
      }
    }
  });
});

describe("width", () => {
  it.each([
    ["0.0.0.0/0", ["0.0.0.0/0"], true],
    ["two halves", ["0.0.0.0/1", "128.0.0.0/1"], true],
    ["a whole /7", ["2.0.0.0/7"], true],
    ["::/0", ["::/0"], true],
    ["2000::/3", ["2000::/3"], true],
    ["10.0.0.0/8", ["10.0.0.0/8"], false],
    ["private and one public /16", ["10.0.0.0/8", "172.16.0.0/12", "8.8.0.0/16"], false],
    ["a public /9", ["8.0.0.0/9"], false],
    ["half of a registry's IPv6", ["2600::/13"], false],
    ["nothing", [], false],
  ])("%s", (_name, cidrs, wide) => expect(isInternetWide(set(...cidrs), 1 / 256)).toBe(wide));

  it("sums forty prefixes", () => {
    const forty = Array.from({ length: 40 }, (_, index) => `${20 + index}.0.0.0/9`);
    expect(isInternetWide(set(...forty), 1 / 256)).toBe(true);
  });

  it("is a share of each family", () => {
    expect(internetShare(allAddresses)).toEqual({ v4: 1, v6: 1 });
    expect(internetShare(allIpv4)).toEqual({ v4: 1, v6: 0 });
    expect(internetShare(set("2600::1")).v6).toBeGreaterThan(0);
  });

  it("is told in bits", () => {
    expect(widthBits(set("10.0.0.0/8", "2001:db8::/32"))).toEqual({ v4: 24, v6: 96 });
    expect(widthBits(noAddresses)).toEqual({ v4: null, v6: null });
  });

  it("splits into public and private", () => {
    expect(toCidrs(publicPart(set("10.0.0.0/8", "8.8.8.0/24")))).toEqual(["8.8.8.0/24"]);
    expect(toCidrs(privatePart(set("10.0.0.0/8", "8.8.8.0/24")))).toEqual(["10.0.0.0/8"]);
  });
});

describe("the narrowest standard replacement", () => {
  it.each([
    [["0.0.0.0/0"], ["10.1.2.0/24"], "10.0.0.0/8 (private)"],
    [["0.0.0.0/0"], ["192.168.1.1", "10.0.0.1"], "every private IPv4 range (RFC 1918)"],
    [["0.0.0.0/0"], ["8.8.8.8"], null],
    [["10.0.0.0/8"], ["10.1.2.0/24"], null],
  ])("of %j for %j", (current, needed, name) => {
    expect(narrowestReplacement(set(...current), set(...needed))?.range.name ?? null).toBe(name);
  });

  it("prefers the network's own range and says what changes", () => {
    const own = { name: "vpc-1", set: set("10.20.0.0/16") };
    const narrowing = narrowestReplacement(set("0.0.0.0/0"), set("10.20.1.0/24"), [own]);
    expect(narrowing?.range).toBe(own);
    expect(narrowing === null ? null : toCidrs(narrowing.gains)).toEqual([]);
    expect(narrowing === null ? null : overlapsAddresses(narrowing.loses, own.set)).toBe(false);
  });
});

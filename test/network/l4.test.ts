import { describe, expect, it } from "vitest";
import {
  allL4,
  describeL4,
  equalL4,
  hasL4,
  includesL4,
  intersectL4,
  isEmptyL4,
  l4Entries,
  l4Icmp,
  l4Ports,
  l4Protocol,
  noL4,
  overlapsL4,
  portsOf,
  protocolName,
  protocolNumber,
  subtractL4,
  unionL4,
} from "../../src/network/l4.ts";

describe("protocols", () => {
  it.each([
    ["tcp", 6],
    ["TCP", 6],
    ["udp", 17],
    ["icmp", 1],
    ["icmpv6", 58],
    ["sctp", 132],
    ["esp", 50],
    ["ah", 51],
    ["gre", 47],
    ["6", 6],
    [17, 17],
    ["255", 255],
    ["256", null],
    ["-1", null],
    ["all", null],
    ["", null],
  ])("%j is %j", (text, number) => expect(protocolNumber(text)).toBe(number));

  it("names what has a name", () => {
    expect([6, 58, 50, 200].map(protocolName)).toEqual(["tcp", "icmpv6", "esp", "200"]);
  });
});

describe("the L4 axis", () => {
  it("takes ports as a closed range and clamps nothing into another protocol", () => {
    expect(includesL4(l4Protocol(6), l4Ports(6, 0, 70_000))).toBe(true);
    expect(isEmptyL4(l4Ports(6, 23, 22))).toBe(true);
    expect(portsOf(unionL4([l4Ports(6, 1, 2), l4Ports(6, 3, 4), l4Ports(17, 9, 9)]), 6)).toEqual([
      { first: 1, last: 4 },
    ]);
  });

  it("puts ICMP on type and code", () => {
    expect(hasL4(l4Icmp(1, 3, null), (1 << 16) | (3 << 8) | 4)).toBe(true);
    expect(hasL4(l4Icmp(1, 3, 4), (1 << 16) | (3 << 8) | 5)).toBe(false);
    expect(equalL4(l4Icmp(58, null, null), l4Protocol(58))).toBe(true);
    expect(l4Icmp(1, null, 0).length).toBe(256);
  });

  it("subtracts and intersects", () => {
    const most = subtractL4(allL4, l4Protocol(6));
    expect(overlapsL4(most, l4Protocol(6))).toBe(false);
    expect(equalL4(unionL4([most, l4Protocol(6)]), allL4)).toBe(true);
    expect(intersectL4(most, l4Protocol(6))).toEqual(noL4);
  });
});

describe("in words", () => {
  it.each([
    [noL4, "nothing", []],
    [allL4, "every protocol", [{ protocol: "all", ports: "all" }]],
    [
      unionL4([l4Ports(6, 22, 22), l4Ports(6, 8000, 8080), l4Ports(17, 53, 53), l4Icmp(1, 8, null)]),
      "icmp echo-request; tcp 22, 8000-8080; udp 53",
      [
        { protocol: "icmp", ports: "echo-request" },
        { protocol: "tcp", ports: "22,8000-8080" },
        { protocol: "udp", ports: "53" },
      ],
    ],
    [l4Protocol(6), "every tcp port", [{ protocol: "tcp", ports: "all" }]],
    [
      unionL4([l4Protocol(50), l4Protocol(51)]),
      "all esp; all ah",
      [
        { protocol: "esp", ports: "all" },
        { protocol: "ah", ports: "all" },
      ],
    ],
    [l4Protocol(200), "all protocol 200", [{ protocol: "200", ports: "all" }]],
    [
      subtractL4(allL4, l4Ports(6, 1, 65_535)),
      "protocols 0-5; tcp 0; protocols 7-255",
      [
        { protocol: "0-5", ports: "all" },
        { protocol: "tcp", ports: "0" },
        { protocol: "7-255", ports: "all" },
      ],
    ],
    [
      unionL4([l4Icmp(1, 3, 4), l4Icmp(1, 0, null), l4Icmp(1, 10, null), l4Icmp(1, 11, null), l4Icmp(1, 12, null)]),
      "icmp echo-reply, destination-unreachable/4, 10-12",
      [{ protocol: "icmp", ports: "echo-reply,destination-unreachable/4,10-12" }],
    ],
    [
      subtractL4(l4Protocol(6), l4Ports(6, 22, 22)),
      "tcp 0-21, 23-65535",
      [{ protocol: "tcp", ports: "0-21,23-65535" }],
    ],
  ])("%#", (set, words, entries) => {
    expect(describeL4(set)).toBe(words);
    expect(l4Entries(set)).toEqual(entries);
  });
});

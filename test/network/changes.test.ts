import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PacketChange } from "../../src/model/diff.ts";
import { countAddresses, hasAddress, noAddresses, unionAddresses, parseCidr } from "../../src/network/addresses.ts";
import type { Firewall } from "../../src/network/estate.ts";
import { changesOfExposure, type EndpointReadings } from "../../src/network/exposure-change.ts";
import type { Filter, Rule } from "../../src/network/filter.ts";
import { changeOfFirewall } from "../../src/network/firewall-change.ts";
import { l4Icmp, l4Protocol, protocolNumber } from "../../src/network/l4.ts";
import { certainlyPasses, possiblyPasses } from "../../src/network/naive.ts";
import type { Packet } from "../../src/network/packet.ts";
import { numberInWords } from "../../src/network/packet-change.ts";
import { endpoint, groupLayer, passing, securityGroup, way } from "./exposure-samples.ts";
import { anyOf, anyLayer, everyChoice, firstMatch, rule, tcpPort, udpPort } from "./random-filters.ts";

const ssh = (cidr: string, id: string | null = null): Rule => ({
  ...rule("allow", cidr, tcpPort(22)),
  id,
  key: `ingress allow tcp/22 ${cidr}`,
});

function group(rules: readonly Rule[], options: Partial<Firewall> = {}): Firewall {
  return securityGroup("sg-1", rules, options);
}

describe("what became of a firewall", () => {
  it.for([
    { what: "nothing", before: [ssh("10.0.0.0/8")], after: [ssh("10.0.0.0/8")], change: null },
    {
      what: "the same rules in another order",
      before: [ssh("10.0.0.0/8"), ssh("192.0.2.0/24")],
      after: [ssh("192.0.2.0/24"), ssh("10.0.0.0/8")],
      change: null,
    },
    {
      what: "a rule that opens a port",
      before: [ssh("10.0.0.0/8")],
      after: [ssh("10.0.0.0/8"), ssh("0.0.0.0/0", "sgr-1")],
      change:
        "Security group name of sg-1 (sg-1) opens tcp 22 from all of the IPv4 internet (4,278,190,080 IPv4 addresses: 0.0.0.0/0 without 10.0.0.0/8) (rule sgr-1 appeared).",
    },
    {
      what: "a rule that closes one",
      before: [ssh("203.0.113.7/32", "sgr-1")],
      after: [],
      change:
        "Security group name of sg-1 (sg-1) closes tcp 22 from 1 IPv4 address: 203.0.113.7/32 (rule sgr-1 disappeared).",
    },
    {
      what: "a rule of the same id that is wider",
      before: [ssh("203.0.113.0/25", "sgr-1")],
      after: [ssh("203.0.113.0/24", "sgr-1")],
      change:
        "Security group name of sg-1 (sg-1) opens tcp 22 from 128 IPv4 addresses: 203.0.113.128/25 (rule sgr-1 widened).",
    },
    {
      what: "two halves in place of a whole",
      before: [ssh("10.0.0.0/8", "sgr-1")],
      after: [ssh("10.0.0.0/9", "sgr-2"), ssh("10.128.0.0/9", "sgr-3")],
      change:
        "Security group name of sg-1 (sg-1) lets through what it did, by other rules (rule sgr-2 appeared, rule sgr-3 appeared and 1 more).",
    },
  ] as const)("$what", ({ before, after, change }) => {
    expect(changeOfFirewall({ before: group(before), after: group(after) })?.summary ?? null).toBe(change);
  });

  it("names a list that grew behind a rule that says the same", () => {
    const of = (cidr: string): Rule => ({
      ...rule("allow", cidr, tcpPort(443)),
      id: "sgr-9",
      key: "ingress allow tcp/443 pl-1",
    });
    const change = changeOfFirewall({ before: group([of("192.0.2.0/25")]), after: group([of("192.0.2.0/24")]) });
    expect(change?.rules).toMatchObject([{ change: "widened", id: "sgr-9", gained: { addresses: { ipv4: "128" } } }]);
  });

  it("tells nothing as opened that may have been open before, and says what was not read", () => {
    const list: Rule = {
      ...rule(
        "allow",
        {
          must: noAddresses,
          may: unionAddresses([parseCidr("0.0.0.0/0") ?? noAddresses]),
          missing: ["prefix list pl-1"],
        },
        tcpPort(22),
      ),
      key: "ingress allow tcp/22 pl-1",
    };
    const change = changeOfFirewall({ before: group([list]), after: group([ssh("0.0.0.0/0", "sgr-1")]) });
    expect(change?.ingress).toEqual({ opened: null, closed: null, missing: ["prefix list pl-1"] });
  });

  it("pairs the peers of a rule that names several, so that one that only changed its place is neither wider nor narrower", () => {
    const of = (place: number, cidr: string): Rule => ({
      ...rule("allow", cidr, tcpPort(443)),
      id: "allow-checks",
      key: `ingress ${place} allow tcp/443 ${cidr}`,
    });
    const at = (place: number, ...cidrs: readonly string[]): Firewall => group(cidrs.map((cidr) => of(place, cidr)));
    const moved = changeOfFirewall({
      before: at(1000, "35.191.0.0/16", "130.211.0.0/22"),
      after: at(7, "35.191.0.0/16", "130.211.0.0/22"),
    });
    expect(moved?.rules.map(({ change }) => change)).toEqual(["moved", "moved"]);
    const replaced = changeOfFirewall({
      before: at(7, "35.191.0.0/16", "130.211.0.0/22"),
      after: at(7, "35.191.0.0/16", "130.211.0.0/23"),
    });
    expect(replaced?.rules).toMatchObject([{ change: "narrowed", lost: { addresses: { ipv4: "512" } } }]);
  });

  it.for([
    { what: "was read before", sides: [true, false] },
    { what: "is read now", sides: [false, true] },
  ] as const)("does not call a rule narrower or wider whose list $what alone", ({ sides }) => {
    const known = parseCidr("192.0.2.0/24") ?? noAddresses;
    const unknown = { must: noAddresses, may: parseCidr("0.0.0.0/0") ?? noAddresses, missing: ["prefix list pl-1"] };
    const [before, after] = sides.map((isRead) =>
      group([
        {
          ...rule("allow", isRead ? { must: known, may: known, missing: [] } : unknown, tcpPort(22)),
          key: "ingress allow tcp/22 pl-1",
        },
      ]),
    );
    expect(changeOfFirewall({ before: before ?? null, after: after ?? null })).toBeNull();
  });

  it("tells neither what it guards nor who a group is where what lies around was not read alike, and still what a rule opens", () => {
    const of = (members: string): Rule => ({
      ...rule("allow", members, tcpPort(443)),
      peer: { kind: "group", id: "sg-2", owner: null, network: null },
      key: "ingress allow tcp/443 sg-2",
    });
    const before = group([of("10.0.0.0/24")], { attachments: ["eni-1"] });
    const after = group([of("10.0.0.0/32"), ssh("192.0.2.7/32", "sgr-1")], { attachments: [] });
    expect(
      changeOfFirewall({ before, after: { ...after, ingressRules: [], ingress: anyOf([]) } }, false),
    ).not.toBeNull();
    const change = changeOfFirewall({ before, after }, false);
    expect(change).toMatchObject({ attached: [], detached: [], rules: [{ id: "sgr-1", change: "appeared" }] });
    expect(change?.ingress).toMatchObject({ opened: { addresses: { ipv4: "1" } }, closed: null });
    expect(changeOfFirewall({ before, after })?.ingress.closed?.addresses.ipv4).toBe("255");
  });

  it("tells what it guards now and did not", () => {
    const change = changeOfFirewall({
      before: group([], { attachments: ["eni-1", "eni-2"] }),
      after: group([], { attachments: ["eni-2", "eni-3"] }),
    });
    expect(change).toMatchObject({ attached: ["eni-3"], detached: ["eni-1"], rules: [] });
  });

  it("opens and closes exactly the packets that an independent interpreter says, whatever the rules", () => {
    fc.assert(
      fc.property(
        anyLayer(everyChoice),
        anyLayer(everyChoice),
        fc.array(anyPacket, { minLength: 20, maxLength: 40 }),
        (a, b, packets) => {
          const change = changeOfFirewall({ before: of(a), after: of(b) });
          for (const packet of packets) {
            const opened = certainlyPasses(b, packet) && !possiblyPasses(a, packet);
            const closed = certainlyPasses(a, packet) && !possiblyPasses(b, packet);
            // Packet sets leave source ports out: of several boxes only some may hold for this one.
            if (opened) expect(holds(change?.ingress.opened ?? null, packet)).toBe(true);
            if (closed) expect(holds(change?.ingress.closed ?? null, packet)).toBe(true);
            if (hasSourcePorts(a) || hasSourcePorts(b)) continue;
            expect(holds(change?.ingress.opened ?? null, packet)).toBe(opened);
            expect(holds(change?.ingress.closed ?? null, packet)).toBe(closed);
          }
        },
      ),
    );
  });

  it("has a size that is the number of its packets", () => {
    const before = of(firstMatch([{ ...rule("allow", "10.0.0.0/30", tcpPort(20, 22)), key: "a" }]));
    const after = of(firstMatch([{ ...rule("allow", "10.0.0.0/29", tcpPort(22, 25)), key: "b" }]));
    const change = changeOfFirewall({ before, after });
    // 22 from four more addresses, 23-25 from eight; 20 and 21 from four.
    expect(change?.ingress.opened?.size).toEqual({ ipv4: String(4 + 3 * 8), ipv6: "0" });
    expect(change?.ingress.closed?.size).toEqual({ ipv4: String(2 * 4), ipv6: "0" });
  });
});

describe("what became of what the internet can reach", () => {
  const at = (rules: readonly Rule[], id = "eni-1") => {
    const firewall = securityGroup("sg-1", rules);
    return { firewalls: [firewall], endpoints: [endpoint(id, [way([passing, groupLayer(firewall)])])] };
  };
  const read = (isRead: boolean): EndpointReadings => ({
    both: () => isRead,
    before: () => isRead,
    after: () => isRead,
  });
  const every = read(true);

  it("is told with the rule that opens it", () => {
    const [change] = changesOfExposure(at([ssh("10.0.0.0/8")]), at([ssh("0.0.0.0/0", "sgr-1")]), every);
    expect(change?.summary).toBe(
      "Network interface eni-1 can be reached at tcp 22 from all of the IPv4 internet (0.0.0.0/0), by rule sgr-1 of security group name of sg-1 (sg-1).",
    );
  });

  it("is nothing where only private sources changed", () => {
    expect(changesOfExposure(at([ssh("10.0.0.0/8")]), at([ssh("10.0.0.0/9")]), every)).toEqual([]);
  });

  it("counts an endpoint that is new, unless the old side did not read endpoints there", () => {
    const none = { firewalls: [], endpoints: [] };
    expect(changesOfExposure(none, at([ssh("0.0.0.0/0")]), every)).toMatchObject([{ change: "appeared" }]);
    expect(changesOfExposure(none, at([ssh("0.0.0.0/0")]), read(false))).toEqual([]);
    expect(changesOfExposure(at([ssh("0.0.0.0/0")]), none, every)).toMatchObject([{ change: "disappeared" }]);
  });
});

it.for([
  [0n, "0"],
  [4_294_967_296n, "4,294,967,296"],
  [1n << 64n, "2^64"],
  [(1n << 128n) - 1n, "about 2^128.0"],
] as const)("%s in words is %s", ([count, words]) => {
  expect(numberInWords(count)).toBe(words);
});

function of(filter: Filter): Firewall {
  const rules = filter.kind === "anyOf" || filter.kind === "firstMatch" ? filter.rules : [];
  return group(rules, { ingress: filter, egress: anyOf([]) });
}

function hasSourcePorts(filter: Filter): boolean {
  return "rules" in filter && filter.rules.some(({ sourcePorts }) => sourcePorts !== null);
}

const addresses = [
  "10.0.0.0",
  "10.0.0.129",
  "10.0.1.9",
  "127.0.0.1",
  "255.255.255.255",
  "::",
  "2001:db8::1",
  "2001:db8:1::",
  "ffff::",
];
const points = [
  tcpPort(22),
  tcpPort(1023),
  tcpPort(1024),
  udpPort(53),
  l4Icmp(1, 8, 0),
  l4Icmp(58, 1, 1),
  l4Protocol(0),
  l4Protocol(255),
];
const anyPacket = fc
  .tuple(fc.constantFrom(...addresses), fc.constantFrom(...points), fc.constantFrom(53, 1024, 40_000))
  .map(([text, l4, sourcePort]): Packet => {
    const set = parseCidr(text) ?? noAddresses;
    const v4 = countAddresses(set).v4 === 1n;
    return {
      remote: { family: v4 ? 4 : 6, value: (v4 ? set.v4 : set.v6)[0]?.first ?? 0n },
      l4: l4[0]?.first ?? 0,
      sourcePort,
    };
  });

/** Whether a packet is in the set, read back from what the report says. */
function holds(change: PacketChange | null, { remote, l4 }: Packet): boolean {
  return (change?.packets ?? []).some(
    ({ sources, protocol, ports }) =>
      sources.some((cidr) => hasAddress(parseCidr(cidr) ?? noAddresses, remote)) && speaksOf(protocol, ports, l4),
  );
}

function speaksOf(protocol: string, ports: string, l4: number): boolean {
  if (protocol === "all") return true;
  const [first = "", last] = /^\d+-\d+$/.test(protocol) ? protocol.split("-") : [protocol];
  if (last !== undefined) return l4 >> 16 >= Number(first) && l4 >> 16 <= Number(last);
  if (protocolNumber(protocol) !== l4 >> 16) return false;
  if (ports === "all") return true;
  return ports.split(",").some((run) => {
    const [low = "", high = low] = run.split("-");
    if (/^\d+$/.test(low) && !run.includes("/")) {
      const number = l4 >> 16;
      if (number === 6 || number === 17) return (l4 & 0xffff) >= Number(low) && (l4 & 0xffff) <= Number(high);
    }
    // Types of ICMP by name: of those here there are few.
    return (run === "echo-request" && l4 === ((1 << 16) | (8 << 8))) || run === "1/1" || icmpRun(run, l4);
  });
}

function icmpRun(run: string, l4: number): boolean {
  const [types = "", codes = "0-255"] = run.split("/");
  const [low = "", high = low] = types.split("-");
  const [from = "", to = from] = codes.split("-");
  const [type, code] = [(l4 >> 8) & 0xff, l4 & 0xff];
  return type >= Number(low) && type <= Number(high) && code >= Number(from) && code <= Number(to);
}

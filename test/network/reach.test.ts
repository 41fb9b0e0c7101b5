import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasAddress, subtractAddresses, toCidrs } from "../../src/network/addresses.ts";
import type { Between, Endpoint } from "../../src/network/endpoint.ts";
import { allL4, l4Protocol } from "../../src/network/l4.ts";
import type { L4Set } from "../../src/network/l4.ts";
import { reportReach } from "../../src/network/reach-report.ts";
import { reach, type ReachAnswer, type ReachEstate, type ReachSource } from "../../src/network/reach.ts";
import { globallyRoutable } from "../../src/network/width.ts";
import { cornersOf } from "./cells.ts";
import {
  blocking,
  doubtful,
  endpoint,
  fact,
  groupLayer,
  holds,
  layer,
  naivelyPasses,
  nothingBetween,
  passing,
  resource,
  securityGroup,
  way,
} from "./exposure-samples.ts";
import { addresses, anyLayer, anyOf, firstMatch, rule, tcpPort, udpPort } from "./random-filters.ts";

const ssh = tcpPort(22);
const internet: ReachSource = { kind: "internet" };
const from = (...cidrs: readonly string[]): ReachSource => ({ kind: "addresses", addresses: addresses(...cidrs) });

function ask(
  to: Endpoint,
  source: ReachSource,
  l4: L4Set | null = ssh,
  estate: Partial<ReachEstate> = {},
): ReachAnswer {
  const answer = reach(
    { endpoints: [to], firewalls: [], between: () => nothingBetween, ...estate },
    { from: source, to, l4 },
  );
  if ("kind" in answer) throw new Error("too many senders");
  return answer;
}

const group = securityGroup("sg-1", [rule("allow", "203.0.0.0/8", ssh), rule("allow", "0.0.0.0/0", tcpPort(443))]);
const guarded = groupLayer(group);

describe("from the internet", () => {
  it.each([
    ["every port asked from everywhere", [guarded], internet, tcpPort(443), "open"],
    ["the port from some of everywhere", [guarded], internet, ssh, "partial"],
    ["the port from the block asked about", [guarded], from("203.1.0.0/16"), ssh, "open"],
    ["the port from half of the block asked about", [guarded], from("202.0.0.0/7"), ssh, "partial"],
    ["one of two ports", [guarded], from("9.9.9.9"), tcpPort(443, 444), "partial"],
    ["no port named, and something is open", [guarded], from("9.9.9.9"), null, "open"],
    ["nothing of what is asked", [guarded], from("9.9.9.9"), ssh, "closed"],
    ["a layer unknown", [doubtful("route", "routes"), guarded], internet, tcpPort(443), "unknown"],
    [
      "a layer unknown and another that stops it",
      [doubtful("route", "routes"), blocking("gateway"), guarded],
      internet,
      tcpPort(443),
      "closed",
    ],
  ])("%s", (_, packets, source, l4, verdict) => {
    expect(ask(endpoint("eni-1", [way(packets)]), source, l4).verdict).toBe(verdict);
  });

  it("is open when one family is, whatever of the other", () => {
    const only4 = fact("public-address", addresses("0.0.0.0/0"));
    expect(ask(endpoint("eni-1", [way([only4, guarded])]), internet, tcpPort(443)).verdict).toBe("open");
  });

  it.each([
    ["its own /56", "2600:1f18::/56", "open"],
    ["a /36 of others", "2600:1000::/36", "partial"],
  ])("the IPv6 internet without %s", (_, left, verdict) => {
    const route = fact("route", subtractAddresses(addresses("::/0"), addresses(left)));
    const open = groupLayer(securityGroup("sg", [rule("allow", "::/0", ssh)]));
    const answer = ask(endpoint("eni-1", [way([route, open])]), internet, ssh);
    expect([answer.verdict, answer.paths[0]?.verdict]).toEqual([verdict, verdict]);
  });

  it("a path over which anything gets through is open when no port was asked about", () => {
    expect(ask(endpoint("eni-1", [way([guarded])]), internet, null).paths[0]?.verdict).toBe("open");
  });

  it("an endpoint without any way in is closed, and says so", () => {
    const answer = ask(endpoint("eni-1", []), internet);
    expect(answer.verdict).toBe("closed");
    expect(answer.notes.join()).toContain("no way in");
  });

  it("what was not read about the endpoint leaves closed ports unknown and open ones open", () => {
    const to = endpoint("eni-1", [way([guarded])], { missing: ["load balancers (elb:DescribeTargetHealth denied)"] });
    expect(ask(to, internet, tcpPort(443))).toMatchObject({ verdict: "open", missing: [] });
    expect(ask(to, internet, tcpPort(80))).toMatchObject({ verdict: "unknown", missing: [to.missing[0]] });
  });

  it("TCP packets that enter without a session are closed, and both answers are told", () => {
    const to = endpoint("eni-1", [way([guarded], [blocking("subnet-firewall")])]);
    const report = reportReach(ask(to, internet, tcpPort(443)));
    expect(report.verdict).toBe("closed");
    expect(report.packets.must).toEqual([{ sources: ["0.0.0.0/0"], protocol: "tcp", ports: "443" }]);
    expect(report.session).toEqual({ must: [], may: [] });
    expect(report.summary).toContain("no session can be made");
  });

  it("UDP needs no reply", () => {
    const open = groupLayer(securityGroup("sg-2", [rule("allow", "0.0.0.0/0", udpPort(53))]));
    expect(ask(endpoint("eni-1", [way([open], [blocking("subnet-firewall")])]), internet, udpPort(53)).verdict).toBe(
      "open",
    );
  });

  it("closed lists every layer that blocks, not only the first, and what each would need", () => {
    const acl = layer("subnet-firewall", firstMatch([rule("deny", "0.0.0.0/0", ssh), rule("allow", "0.0.0.0/0")]), {
      name: "network ACL acl-1",
      resources: [resource("acl-1", "network-acl")],
      opensBy: "an allow before the deny",
    });
    const to = endpoint("eni-1", [way([blocking("gateway"), passing, acl, guarded], [blocking("route")])]);
    const { paths, blame } = reportReach(ask(to, from("9.9.9.9"), ssh));
    expect(paths[0]?.steps.map(({ kind, direction, passes }) => [kind, direction, passes])).toEqual([
      ["gateway", "packet", "none"],
      ["route", "packet", "all"],
      ["subnet-firewall", "packet", "none"],
      ["endpoint-firewall", "packet", "none"],
      ["route", "reply", "none"],
    ]);
    expect(paths[0]?.steps.map(({ opensBy }) => opensBy)).toEqual([
      "open the gateway",
      null,
      "an allow before the deny",
      "open the endpoint-firewall",
      "open the route",
    ]);
    expect(blame.map(({ firewall, action }) => [firewall, action])).toContainEqual(["acl-1", "deny"]);
    expect(blame.map(({ firewall, rule: by, action }) => [firewall, by, action])).toContainEqual([
      "sg-1",
      null,
      "implicit",
    ]);
  });

  it.each([
    ["a port of one family", ssh],
    ["no port at all", null],
  ])(
    "closed speaks of the packets that come furthest, asked about %s: what a firewall lets in is not blamed on it",
    (_, l4) => {
      const open = groupLayer(securityGroup("sg", [rule("allow", "0.0.0.0/0", ssh)]));
      const { paths, summary } = reportReach(ask(endpoint("eni-1", [way([blocking("gateway"), open])]), internet, l4));
      expect(paths[0]?.steps.map(({ kind, passes }) => [kind, passes])).toEqual([
        ["gateway", "none"],
        ["endpoint-firewall", "all"],
      ]);
      expect(summary).toContain("1 layer stops it");
    },
  );

  it("blames the rules that let through what was asked, with the firewall they belong to", () => {
    const answer = ask(endpoint("eni-1", [way([guarded])]), from("203.0.113.9"), ssh, { firewalls: [group] });
    const { blame, witness } = reportReach(answer);
    expect(blame).toEqual([
      { layer: "security group sg-1", firewall: "sg-1", rule: group.ingressRules[0]?.id, action: "allow" },
    ]);
    expect(witness).toEqual({ source: "203.0.113.9", protocol: "tcp", port: 22 });
  });

  it("a witness that is not ICMP's has no port made up for it", () => {
    const ping = groupLayer(securityGroup("sg", [rule("allow", "0.0.0.0/0", l4Protocol(1))]));
    const { witness } = reportReach(ask(endpoint("eni-1", [way([ping])]), internet, l4Protocol(1)));
    expect(witness).toEqual({ source: "9.9.9.9", protocol: "icmp", port: null });
  });

  it("answers over all ways, the most open first, with the listener's port where it is translated", () => {
    const closed = way([blocking("public-address"), guarded]);
    const balanced = way([guarded], [], {
      name: "listener tcp 80 of web",
      kind: "load-balancer",
      clientPort: "tcp 80",
    });
    const report = reportReach(ask(endpoint("eni-1", [closed, balanced]), internet, tcpPort(443)));
    expect(report.paths.map(({ name, verdict, clientPort }) => [name, verdict, clientPort])).toEqual([
      ["listener tcp 80 of web", "open", "tcp 80"],
      ["public address 198.51.100.7", "closed", null],
    ]);
  });
});

describe("from inside", () => {
  const app = endpoint("eni-app", [], { privateAddresses: addresses("10.0.1.5") });
  const database = endpoint("eni-db", [way([passing, guarded])], { privateAddresses: addresses("10.0.2.5") });
  const out = layer("endpoint-firewall", anyOf([rule("allow", "10.0.2.0/24", tcpPort(5432))]), {
    name: "egress of app",
  });
  const into = layer("endpoint-firewall", anyOf([rule("allow", "10.0.1.0/24", tcpPort(0, 65_535))]), {
    name: "ingress of db",
  });
  const estate = (between: Partial<Between>): Partial<ReachEstate> => ({
    endpoints: [app, database],
    between: () => ({ ...nothingBetween, ...between }),
  });
  const sender: ReachSource = { kind: "endpoint", endpoint: app };

  it("leaving layers see the receiver, entering layers the sender", () => {
    const both = estate({ leaving: [out], entering: [into] });
    expect(ask(database, sender, tcpPort(5432), both).verdict).toBe("open");
    expect(ask(database, sender, tcpPort(5433), both).verdict).toBe("closed");
    expect(ask(database, sender, tcpPort(5432), estate({ leaving: [into], entering: [out] })).verdict).toBe("closed");
  });

  it.each([
    ["repliesLeaving sees the sender", { repliesLeaving: [into] }, "open"],
    ["repliesLeaving does not see the receiver", { repliesLeaving: [out] }, "closed"],
    ["repliesEntering sees the receiver", { repliesEntering: [out] }, "open"],
    ["repliesEntering does not see the sender", { repliesEntering: [into] }, "closed"],
  ])("%s", (_, between, verdict) => {
    expect(ask(database, sender, tcpPort(5432), estate(between)).verdict).toBe(verdict);
  });

  it("a private address is the endpoint that has it", () => {
    const both = estate({ leaving: [out], entering: [into] });
    const answer = ask(database, from("10.0.1.5"), tcpPort(5432), both);
    expect(answer.verdict).toBe("open");
    expect(answer.paths.map(({ path }) => path.kind)).toEqual(["between"]);
    expect(reportReach(answer).witness).toEqual({ source: "10.0.1.5", protocol: "tcp", port: 5432 });
  });

  it("of a private block, the endpoints in it are asked, and the answer says so", () => {
    const answer = ask(database, from("10.0.1.0/24"), tcpPort(5432), estate({ entering: [into] }));
    expect(answer.notes).toHaveLength(1);
    expect(toCidrs(answer.packets.must[0]?.remote ?? addresses())).toEqual(["10.0.1.5/32"]);
  });

  it.each([
    ["unknown where the endpoint's own firewall would let it in", "203.0.0.0/8", "unknown"],
    ["closed only where the endpoint's own firewall stops it for certain", "9.0.0.0/8", "closed"],
  ])("a private address that nobody has is %s", (_, __, verdict) => {
    const open = groupLayer(
      securityGroup("sg", [rule("allow", verdict === "unknown" ? "10.0.0.0/8" : "9.0.0.0/8", ssh)]),
    );
    const to = endpoint("eni-1", [way([blocking("gateway"), open])]);
    const answer = ask(to, from("10.9.9.9"), ssh);
    expect(answer.verdict).toBe(verdict);
    expect(answer.missing.join()).toContain(verdict === "unknown" ? "the route from these private addresses" : "");
  });

  it("a private address that nobody has is unknown where no firewall of the endpoint is known, or a load balancer stands before it", () => {
    expect(ask(endpoint("eni-1", []), from("10.9.9.9"), ssh).verdict).toBe("unknown");
    const balanced = [way([guarded]), way([guarded], [], { kind: "load-balancer" })];
    expect(ask(endpoint("eni-1", balanced), from("10.9.9.9"), ssh).verdict).toBe("unknown");
  });

  it("what is missing between two endpoints makes the answer unknown, open or closed as the layers may be", () => {
    for (const entering of [[into], [blocking("route")]]) {
      const answer = ask(database, sender, tcpPort(5432), estate({ entering, missing: ["routes of vpc-1"] }));
      expect(answer).toMatchObject({ verdict: "unknown", missing: ["routes of vpc-1"], witness: null });
    }
  });

  it("an endpoint whose addresses are not known is unknown, never closed", () => {
    const blank = endpoint("eni-blank", []);
    expect(ask(database, { kind: "endpoint", endpoint: blank }, ssh, estate({ entering: [into] })).verdict).toBe(
      "unknown",
    );
  });

  it("a sender's IPv4 address never pairs with a receiver's IPv6 address", () => {
    const six = endpoint("eni-6", [], { publicAddresses: addresses("2600::1") });
    const wide = layer("endpoint-firewall", anyOf([rule("allow", "0.0.0.0/0", ssh)]));
    const six4 = { endpoints: [app, six], between: () => ({ ...nothingBetween, entering: [wide] }) };
    expect(ask(six, sender, ssh, six4).verdict).toBe("closed");
  });

  it("too many endpoints behind one block is an answer of its own", () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      endpoint(`eni-${index}`, [], { privateAddresses: addresses(`10.1.${index >> 8}.${index & 255}`) }),
    );
    const answer = reach(
      { endpoints: many, firewalls: [], between: () => nothingBetween },
      { from: from("10.1.0.0/16"), to: database, l4: null },
    );
    expect(answer).toEqual({ kind: "too many senders", senders: 300 });
  });
});

const choices = { unknowns: true, sourcePorts: false, actions: ["allow", "deny"] as const };
const anyLayers = fc.array(
  anyLayer(choices).map((filter) => layer("subnet-firewall", filter)),
  { maxLength: 2 },
);

describe("against the naive interpreter, at the corners of every cell", () => {
  it("between two endpoints: a packet gets through when one of the receiver's addresses and the sender's agree", () => {
    const places = addresses("10.0.0.129", "10.0.1.0/31", "2001:db8::1");
    const sender = endpoint("eni-a", [], { privateAddresses: places });
    const receiver = endpoint("eni-b", [], { privateAddresses: addresses("10.0.0.7", "10.0.0.130", "2001:db8::/127") });
    fc.assert(
      fc.property(anyLayers, anyLayers, anyLayers, anyLayers, (leaving, entering, repliesLeaving, repliesEntering) => {
        const between: Between = { ...nothingBetween, leaving, entering, repliesLeaving, repliesEntering };
        const answer = ask(receiver, { kind: "endpoint", endpoint: sender }, null, { between: () => between });
        const filters = [leaving, entering, repliesLeaving, repliesEntering].flat().map(({ filter }) => filter);
        const cut = [places, receiver.privateAddresses].map((set) =>
          anyOf([rule("allow", { must: set, may: set, missing: [] }, allL4)]),
        );
        const corners = [...cornersOf({ kind: "allOf", filters: [...filters, ...cut] })];
        const targets = [
          ...new Map(corners.map(({ remote }) => [`${remote.family} ${remote.value}`, remote])).values(),
        ].filter((remote) => hasAddress(receiver.privateAddresses, remote));
        for (const packet of corners) {
          const isTcp = packet.l4 >> 16 === 6;
          for (const bound of ["must", "may"] as const) {
            const expected =
              hasAddress(places, packet.remote) &&
              naivelyPasses([...entering, ...(isTcp ? repliesLeaving : [])], packet, bound) &&
              targets.some(
                (remote) =>
                  remote.family === packet.remote.family &&
                  naivelyPasses([...leaving, ...(isTcp ? repliesEntering : [])], { ...packet, remote }, bound),
              );
            if (holds(answer.reached[bound], packet) !== expected) expect({ packet, bound }).toBe(expected);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it("the verdict from the internet is that of every corner asked about", () => {
    fc.assert(
      fc.property(anyLayers, anyLayers, (packets, replies) => {
        const answer = ask(endpoint("eni-1", [way(packets, replies)]), internet, null);
        const border = anyOf([rule("allow", { must: globallyRoutable, may: globallyRoutable, missing: [] })]);
        const filters = [...packets, ...replies].map(({ filter }) => filter);
        const seen = { must: false, may: false };
        for (const packet of cornersOf({ kind: "allOf", filters: [...filters, border] })) {
          if (!hasAddress(globallyRoutable, packet.remote)) continue;
          const counting = packet.l4 >> 16 === 6 ? [...packets, ...replies] : packets;
          seen.must ||= naivelyPasses(counting, packet, "must");
          seen.may ||= naivelyPasses(counting, packet, "may");
        }
        const expected = seen.must ? ["open", "partial"] : seen.may ? ["unknown"] : ["closed"];
        expect(expected).toContain(answer.verdict);
      }),
      { numRuns: 40 },
    );
  });
});

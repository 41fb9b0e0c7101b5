import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allIpv4, hasAddress, toCidrs } from "../../src/network/addresses.ts";
import { rulesOf } from "../../src/network/compile.ts";
import type { Endpoint, LayerKind, Way } from "../../src/network/endpoint.ts";
import { exposuresOf } from "../../src/network/exposure.ts";
import type { Measure } from "../../src/network/exposure-openings.ts";
import { explainOpening, findPathWitness } from "../../src/network/exposure-blame.ts";
import { allL4, describeL4, unionL4 } from "../../src/network/l4.ts";
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
  naivelyCounting,
  naivelyPasses,
  passing,
  resource,
  securityGroup,
  way,
} from "./exposure-samples.ts";
import { addresses, anyLayer, anyOf, firstMatch, rule, tcpPort, udpPort } from "./random-filters.ts";

const ssh = tcpPort(22);
const share = 1 / 256;

function exposed(
  ways: readonly Way[],
  options: Partial<Endpoint> = {},
  firewalls: Parameters<typeof exposuresOf>[0]["firewalls"] = [],
) {
  const subject = endpoint("eni-1", ways, options);
  const analysis = exposuresOf({ endpoints: [subject], firewalls });
  return { analysis, exposure: analysis.exposureOf(subject) };
}

const openSsh = groupLayer(securityGroup("sg-1", [rule("allow", "0.0.0.0/0", ssh)]));

describe("what is open to the internet", () => {
  it.each([
    ["every layer lets it through", [passing, openSsh], [], "tcp 22", null],
    ["no layer at all stands in the way", [], [], "tcp 22", null],
    ["a layer certainly stops it", [blocking("gateway"), openSsh], [], null, null],
    ["whether a layer stops it is not known", [doubtful("gateway", "gateways"), openSsh], [], null, "tcp 22"],
    [
      "one layer is unknown and another closed",
      [doubtful("gateway", "gateways"), blocking("route"), openSsh],
      [],
      null,
      null,
    ],
    ["the reply is stopped, and TCP needs one", [openSsh], [blocking("subnet-firewall")], null, null],
    ["whether the reply passes is not known", [openSsh], [doubtful("subnet-firewall", "acl")], null, "tcp 22"],
  ])("%s", (_, packets, replies, certain, perhaps) => {
    const { analysis, exposure } = exposed([way(packets, replies)]);
    const openings = analysis.openToInternet(exposure, { l4: ssh, share });
    expect(openings.certain && describeL4(openings.certain.l4)).toBe(certain);
    expect(openings.perhaps && describeL4(openings.perhaps.l4)).toBe(perhaps);
  });

  it("counts UDP that enters, whatever becomes of the reply; packets and session are two answers", () => {
    const group = groupLayer(securityGroup("sg-1", [rule("allow", "0.0.0.0/0", unionL4([ssh, udpPort(53)]))]));
    const { analysis, exposure } = exposed([way([group], [blocking("subnet-firewall")])]);
    const open = (measure: Measure) => {
      const { certain } = analysis.openToInternet(exposure, { l4: allL4, share, measure });
      return certain === null ? null : describeL4(certain.l4);
    };
    expect([open("packets"), open("session"), open("reached")]).toEqual(["tcp 22; udp 53", null, "udp 53"]);
  });

  it.each([
    ["one rule for half", ["0.0.0.0/1"], true],
    ["forty ranges of a /8 each", Array.from({ length: 40 }, (_, index) => `${index + 20}.0.0.0/8`), true],
    ["one /16", ["203.1.0.0/16"], false],
    ["private addresses alone, however many", ["10.0.0.0/8", "172.16.0.0/12"], false],
    ["2000::/3 as the IPv6 internet", ["2000::/3"], true],
  ])("is measured: %s", (_, cidrs, open) => {
    const group = groupLayer(
      securityGroup(
        "sg-1",
        cidrs.map((cidr) => rule("allow", cidr, ssh)),
      ),
    );
    const { analysis, exposure } = exposed([way([group])]);
    expect(analysis.openToInternet(exposure, { l4: ssh, share }).certain !== null).toBe(open);
  });

  it("sums the sources of many narrow rules, none of which is the internet by itself", () => {
    const narrow = Array.from({ length: 64 }, (_, each) =>
      rule("allow", `${each * 2 + 64}.0.0.0/13`, tcpPort(22, 22 + each)),
    );
    const { analysis, exposure } = exposed([way([groupLayer(securityGroup("sg-1", narrow))])]);
    const open = analysis.openToInternet(exposure, { l4: allL4, share: 1 / 256 }).certain;
    // 1/256 of the routable space is between 27 and 28 blocks of 2^19 addresses; port 22 + n is open to 64 - n of them.
    expect(open === null ? null : describeL4(open.l4)).toBe("tcp 22-58");
  });

  it("sums the sources of all ways", () => {
    const half = (cidr: string) => way([groupLayer(securityGroup("sg", [rule("allow", cidr, ssh)]))]);
    const { analysis, exposure } = exposed([half("0.0.0.0/1"), half("128.0.0.0/1")]);
    expect(analysis.openToInternet(exposure, { l4: ssh, share: 0.9 }).certain?.l4).toEqual(ssh);
  });

  it("what could not be read about the endpoint may open anything that is not open anyway", () => {
    const { analysis, exposure } = exposed([way([openSsh])], { missing: ["its load balancers"] });
    const { certain, perhaps } = analysis.openToInternet(exposure, { l4: tcpPort(22, 23), share });
    expect(certain?.l4).toEqual(ssh);
    expect(perhaps?.l4).toEqual(tcpPort(23));
    expect(perhaps?.missing).toEqual(["its load balancers"]);
    expect(explainOpening(analysis, exposure, certain ?? expect.fail()).witness?.certain).toBe(true);
  });

  it("names what is missing on the way that is in doubt, and on no other", () => {
    const closed = way([doubtful("gateway", "not this"), blocking("route"), openSsh]);
    const { analysis, exposure } = exposed([closed, way([doubtful("gateway", "gateways of vpc-1"), openSsh])]);
    expect(analysis.openToInternet(exposure, { l4: ssh, share }).perhaps?.missing).toEqual(["gateways of vpc-1"]);
  });
});

describe("why it is open", () => {
  const wide = rule("allow", "0.0.0.0/0", tcpPort(0, 1023));
  const narrow = rule("allow", "9.0.0.0/8", ssh);
  const other = rule("allow", "0.0.0.0/0", tcpPort(443));
  const inside = rule("allow", "10.0.0.0/8", ssh);
  const groups = [securityGroup("sg-a", [other, wide]), securityGroup("sg-b", [inside, narrow])];
  const aclDeny = rule("deny", "203.0.0.0/8", ssh);
  const aclAllow = rule("allow", "0.0.0.0/0");
  const acl = layer("subnet-firewall", firstMatch([aclDeny, aclAllow]));
  const { analysis, exposure } = exposed([way([passing, acl, groupLayer(...groups)])], {}, groups);
  const opening = analysis.openToInternet(exposure, { l4: ssh, share }).certain ?? expect.fail();
  const explained = explainOpening(analysis, exposure, opening);

  it("names every rule of a union that lets some of it through, with its firewall, and no rule for other ports or private sources", () => {
    expect(explained.rules.map((each) => [each.rule, each.firewall?.resource.id])).toEqual([
      [wide, "sg-a"],
      [narrow, "sg-b"],
    ]);
  });

  it("names the winners of an ordered list, and not what it denies of other packets", () => {
    const step = explained.ways[0]?.steps[1];
    expect(step?.passes).toBe("all");
    expect(step?.letting.map((each) => each.rule)).toEqual([aclAllow]);
    expect(step?.stopping).toEqual([]);
  });

  it("shows a globally routable packet that every layer lets through, and which rule of each", () => {
    const { witness } = explained;
    expect(witness?.packet).toMatchObject({ remote: { family: 4, value: 0x09090909n }, l4: (6 << 16) | 22 });
    expect(witness?.steps.map(({ blame }) => blame.map((each) => each.rule))).toEqual([
      [expect.anything()],
      [aclAllow],
      [wide],
    ]);
  });

  it("finds a rule's firewall by what the rule says where the layer holds a copy of it", () => {
    const copy = layer("endpoint-firewall", anyOf([{ ...wide }]), { resources: [resource("sg-a", "security-group")] });
    const subject = exposed([way([copy])], {}, groups);
    const own = subject.analysis.openToInternet(subject.exposure, { l4: ssh, share }).certain ?? expect.fail();
    const [rules] = explainOpening(subject.analysis, subject.exposure, own).rules;
    expect(rules?.firewall?.resource.id).toBe("sg-a");
  });

  it("a packet that a layer would not let through is no witness but a bug, and is told as one", () => {
    const boxes = [{ remote: addresses("9.9.9.9"), l4: tcpPort(23), sourcePorts: null }];
    expect(() => findPathWitness(boxes, () => [openSsh], "must", analysis.maps)).toThrow(/a bug in the network engine/);
  });

  it("is open only through an appliance when every open way passes it", () => {
    const inspections = [{ resource: resource("fw-1", "firewall"), seesReplies: true }];
    const through = way([openSsh], [], { inspections });
    const only = (ways: readonly Way[]) => {
      const subject = exposed(ways);
      const own = subject.analysis.openToInternet(subject.exposure, { l4: ssh, share }).certain ?? expect.fail();
      return explainOpening(subject.analysis, subject.exposure, own).onlyThrough.map((each) => each.resource.id);
    };
    expect(only([through, through])).toEqual(["fw-1"]);
    expect(only([through, way([openSsh])])).toEqual([]);
    expect(only([through, way([blocking("route"), openSsh])])).toEqual(["fw-1"]);
  });
});

describe("what holds a latent exposure back", () => {
  const gateway = blocking("gateway");
  const acl = blocking("subnet-firewall");
  it.each([
    ["one layer alone", [gateway, openSsh], [], [gateway]],
    ["two layers: no single change opens it", [gateway, acl, openSsh], [], []],
    ["nothing: it is open", [passing, openSsh], [], []],
    ["the reply's layer alone", [openSsh], [acl], [acl]],
    ["a layer that stands on both ways is one change", [gateway, openSsh], [gateway], [gateway]],
  ])("%s", (_, packets, replies, expected) => {
    const { analysis, exposure } = exposed([way(packets, replies)]);
    const held = analysis.heldBack(exposure, { l4: ssh, share });
    expect(held.map((each) => each.layer)).toEqual(expected);
    for (const { opening, certain } of held) expect([describeL4(opening.l4), certain]).toEqual(["tcp 22", true]);
  });

  it("speaks of layers of some kinds alone when asked to", () => {
    const { analysis, exposure } = exposed([way([gateway, openSsh])]);
    const kindsOf = (kinds?: ReadonlySet<LayerKind>): readonly LayerKind[] =>
      analysis.heldBack(exposure, { l4: ssh, share }, kinds).map(({ layer }) => layer.kind);
    expect(kindsOf()).toEqual(["gateway"]);
    expect(kindsOf(new Set(["route"]))).toEqual([]);
    expect(kindsOf(new Set(["gateway"]))).toEqual(["gateway"]);
  });

  it("is not certain where another layer is unknown", () => {
    const { analysis, exposure } = exposed([way([gateway, doubtful("route", "routes"), openSsh])]);
    const held = analysis.heldBack(exposure, { l4: ssh, share });
    expect(held.map(({ layer: each, certain, opening }) => [each, certain, opening.missing])).toEqual([
      [gateway, false, ["routes"]],
    ]);
  });

  it("speaks of the ports that are closed: those open over another way are not latent", () => {
    const both = groupLayer(securityGroup("sg-2", [rule("allow", "0.0.0.0/0", tcpPort(22, 23))]));
    const { analysis, exposure } = exposed([way([openSsh]), way([gateway, both])]);
    const held = analysis.heldBack(exposure, { l4: tcpPort(22, 23), share });
    expect(held.map((each) => [each.layer, describeL4(each.opening.l4)])).toEqual([
      [openSsh, "tcp 23"],
      [gateway, "tcp 23"],
    ]);
  });
});

describe("classes", () => {
  it("a thousand endpoints behind the same layers are worked out once", () => {
    const layers = [passing, openSsh];
    const endpoints = Array.from({ length: 1000 }, (_, index) => endpoint(`eni-${index}`, [way(layers)]));
    const analysis = exposuresOf({ endpoints, firewalls: [] });
    const answers = new Set(
      [...analysis.exposures()].map((exposure) => analysis.openToInternet(exposure, { l4: ssh, share })),
    );
    expect(answers.size).toBe(1);
    expect(analysis.counts()).toEqual({ ways: 1, endpoints: 1 });
  });

  it("layers written differently that mean the same are one class, and each is explained by its own rules", () => {
    const groups = ["sg-1", "sg-2"].map((id) => securityGroup(id, [rule("allow", "0.0.0.0/0", ssh)]));
    const endpoints = groups.map((group, index) => endpoint(`eni-${index}`, [way([groupLayer(group)])]));
    const analysis = exposuresOf({ endpoints, firewalls: groups });
    const named = [...analysis.exposures()].map((exposure) => {
      const opening = analysis.openToInternet(exposure, { l4: ssh, share }).certain ?? expect.fail();
      return explainOpening(analysis, exposure, opening).rules.map((each) => each.firewall?.resource.id);
    });
    expect(analysis.counts().endpoints).toBe(1);
    expect(named).toEqual([["sg-1"], ["sg-2"]]);
  });

  it("endpoints that lack different data are different classes", () => {
    const endpoints = [[], ["a"], ["b"]].map((missing, index) =>
      endpoint(`eni-${index}`, [way([openSsh])], { missing }),
    );
    const analysis = exposuresOf({ endpoints, firewalls: [] });
    const answers = [...analysis.exposures()].map(
      (exposure) => analysis.openToInternet(exposure, { l4: tcpPort(23), share }).perhaps?.missing,
    );
    expect(answers).toEqual([undefined, ["a"], ["b"]]);
  });

  it("checks that ask about the same endpoints share one analysis", () => {
    const endpoints = [endpoint("eni-1", [])];
    expect(exposuresOf({ endpoints, firewalls: [] })).toBe(exposuresOf({ endpoints, firewalls: [] }));
  });
});

const choices = { unknowns: true, sourcePorts: true, actions: ["allow", "deny", "next"] as const };
const anyLayers = (most: number) =>
  fc.array(
    anyLayer(choices).map((filter) => layer("subnet-firewall", filter)),
    { maxLength: most },
  );
const anyWay = fc.tuple(anyLayers(3), anyLayers(2)).map(([packets, replies]) => way(packets, replies));

/** Corners of every cell that the rules of some ways and the border of the internet cut out. */
function corners(ways: readonly Way[]) {
  const filters = ways.flatMap(({ packets, replies }) => [...packets, ...replies].map(({ filter }) => filter));
  const border = anyOf([
    rule("allow", { must: globallyRoutable, may: globallyRoutable, missing: [] }, unionL4([tcpPort(0, 65_535)])),
  ]);
  return cornersOf({ kind: "allOf", filters: [...filters, border] });
}

const sourcePortsMatter = ({ packets, replies }: Way): boolean =>
  [...packets, ...replies].some(({ filter }) => rulesOf(filter).some(({ sourcePorts }) => sourcePorts !== null));

describe("against the naive interpreter, at the corners of every cell", () => {
  it("what certainly and possibly enters, makes a session and counts as reached", () => {
    fc.assert(
      fc.property(fc.array(anyWay, { minLength: 1, maxLength: 2 }), (ways) => {
        const { exposure } = exposed(ways);
        const spaces = exposure.ways.map(({ space }) => ({
          packets: space("packets"),
          session: space("session"),
          reached: space("reached"),
        }));
        for (const packet of corners(ways)) {
          const routable = hasAddress(globallyRoutable, packet.remote);
          for (const [index, each] of ways.entries()) {
            for (const bound of ["must", "may"] as const) {
              const expected = {
                packets: routable && naivelyPasses(each.packets, packet, bound),
                session: routable && naivelyPasses([...each.packets, ...each.replies], packet, bound),
                reached: routable && naivelyPasses(naivelyCounting(each, packet), packet, bound),
              };
              const space = spaces[index] ?? expect.fail();
              const found = {
                packets: holds(space.packets[bound], packet),
                session: holds(space.session[bound], packet),
                reached: holds(space.reached[bound], packet),
              };
              if (JSON.stringify(found) !== JSON.stringify(expected))
                expect({ bound, found }).toEqual({ bound, found: expected });
            }
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it("what one layer alone holds back", () => {
    fc.assert(
      fc.property(anyWay, (each) => {
        const { analysis, exposure } = exposed([each]);
        // So small a share that a single address counts.
        const held = analysis.heldBack(exposure, { l4: allL4, share: 1e-300 });
        for (const packet of corners([each])) {
          const counting = naivelyCounting(each, packet);
          const stopping = counting.filter((one) => !naivelyPasses([one], packet, "may"));
          const others = counting.filter((one) => !stopping.includes(one));
          if (!hasAddress(globallyRoutable, packet.remote)) continue;
          const openAtAll = exposure.ways.some(({ space }) =>
            space("reached").may.some(({ l4 }) =>
              l4.some(({ first, last }) => first <= packet.l4 && packet.l4 <= last),
            ),
          );
          const [sole] = stopping.length === 1 && !openAtAll && naivelyPasses(others, packet, "must") ? stopping : [];
          const found = held
            .filter(({ certain, opening }) => {
              const boxes = opening.parts.map(({ l4, addresses: remote }) => ({ l4, remote, sourcePorts: null }));
              return certain && holds(boxes, packet);
            })
            .map((one) => one.layer);
          // Parts do not tell source ports apart, so a packet beside one that is held back may be in them too.
          if (sole === undefined ? found.length > 0 && !sourcePortsMatter(each) : !found.includes(sole))
            expect({ packet, found }).toEqual({ packet, found: sole });
        }
      }),
      { numRuns: 60 },
    );
  });

  it("every witness of something open replays, and every rule blamed matches", () => {
    fc.assert(
      fc.property(anyWay, (each) => {
        const { analysis, exposure } = exposed([each]);
        const { certain, perhaps } = analysis.openToInternet(exposure, { l4: allL4, share: 1e-300 });
        for (const opening of [certain, perhaps]) {
          if (opening === null) continue;
          const { ways, witness } = explainOpening(analysis, exposure, opening);
          const bound = opening === certain ? "must" : "may";
          if (witness === null) expect.fail("an opening without a witness");
          expect(naivelyPasses(naivelyCounting(each, witness.packet), witness.packet, bound)).toBe(true);
          for (const { steps } of ways)
            for (const step of steps) expect(["all", "some", "unknown"]).toContain(step.passes);
        }
      }),
      { numRuns: 100 },
    );
  });
});

it("keeps IPv4 and IPv6 apart", () => {
  const group = groupLayer(securityGroup("sg", [rule("allow", ["0.0.0.0/0", "::/0"], ssh)]));
  const { analysis, exposure } = exposed([way([fact("public-address", allIpv4), group])]);
  const { certain } = analysis.openToInternet(exposure, { l4: ssh, share });
  expect(certain?.addresses.v6).toEqual([]);
  expect(toCidrs(certain?.addresses ?? addresses()).some((cidr) => cidr.includes(":"))).toBe(false);
});

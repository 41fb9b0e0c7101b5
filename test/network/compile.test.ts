import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile, composeAll, composeAny } from "../../src/network/compile.ts";
import type { Compiled } from "../../src/network/compile.ts";
import type { Filter } from "../../src/network/filter.ts";
import { certainlyPasses, interpret, matches, possiblyPasses } from "../../src/network/naive.ts";
import { decisionFor, noRule, notReached } from "../../src/network/packet-map.ts";
import type { Packet } from "../../src/network/packet.ts";
import { cornersOf } from "./cells.ts";
import { anyFilter, anyLayer, anyOf, everyChoice, firstMatch, rule, tcpPort } from "./random-filters.ts";

/** Holds the compiled filter against the naive interpreter at both corners of every cell. */
function expectExact(filter: Filter, compiled: Compiled = compile(filter)): number {
  let cells = 0;
  for (const packet of cornersOf(filter)) {
    cells += 1;
    const must = decisionFor(compiled.must, packet).outcome === "allow";
    const may = decisionFor(compiled.may, packet).outcome === "allow";
    if (must !== certainlyPasses(filter, packet) || may !== possiblyPasses(filter, packet)) {
      expect({ packet, must, may }).toEqual({
        packet,
        must: certainlyPasses(filter, packet),
        may: possiblyPasses(filter, packet),
      });
    }
  }
  return cells;
}

/** Each layer's winner must be a rule that matches, and in an ordered layer none before it may certainly match. */
function expectBlame(compiled: Compiled, packet: Packet): void {
  for (const bound of ["must", "may"] as const) {
    const { winners } = decisionFor(compiled[bound], packet);
    expect(winners.length).toBe(compiled.layers.length);
    for (const [index, layer] of compiled.layers.entries()) {
      const winner = winners[index] ?? noRule;
      if (winner === notReached) continue;
      const before = winner === noRule ? layer.rules : layer.rules.slice(0, winner);
      const counted = before.filter(
        (each) => layer.kind === "firstMatch" || each.action === "allow" || each.action === "final",
      );
      expect(counted.filter((each) => matches(each, packet) === "yes")).toEqual([]);
      const decided = layer.rules[winner];
      if (decided !== undefined) expect(matches(decided, packet)).not.toBe("no");
    }
  }
}

describe("the compiled filter agrees with the naive interpreter in every cell", () => {
  it("for random layers with unknowns, source ports and every action", () => {
    fc.assert(
      fc.property(anyLayer(everyChoice), (filter) => {
        expectExact(filter);
      }),
      { numRuns: 300 },
    );
  });

  it("for random trees of allOf and chain", () => {
    fc.assert(
      fc.property(anyFilter({ ...everyChoice, sourcePorts: false }), (filter) => {
        expectExact(filter);
      }),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(anyFilter(everyChoice), (filter) => {
        expectExact(filter);
      }),
      { numRuns: 40 },
    );
  });

  it("and blames a rule that matches, with none before it", () => {
    fc.assert(
      fc.property(anyFilter({ ...everyChoice, sourcePorts: false }), fc.nat(), (filter, pick) => {
        const compiled = compile(filter);
        const corners = [...cornersOf(filter)];
        for (let index = pick % 7; index < corners.length; index += 1 + Math.floor(corners.length / 200)) {
          const packet = corners[index];
          if (packet !== undefined) expectBlame(compiled, packet);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("what is composed of compiled parts", () => {
  it("equals what is compiled whole (allOf)", () => {
    fc.assert(
      fc.property(fc.array(anyLayer({ ...everyChoice, sourcePorts: false }), { maxLength: 4 }), (filters) => {
        const whole = compile({ kind: "allOf", filters });
        const composed = composeAll(filters.map(compile));
        expect(composed.must).toEqual(whole.must);
        expect(composed.may).toEqual(whole.may);
      }),
      { numRuns: 100 },
    );
  });

  it("equals what is compiled whole (anyOf), blame and all", () => {
    const groups = fc.array(
      anyLayer({ ...everyChoice, actions: ["allow"] }).filter((each) => each.kind === "anyOf"),
      {
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(groups, (filters) => {
        const composed = composeAny("groups", filters.map(compile));
        expectExact(composed.filter, composed);
        const whole = compile(composed.filter);
        for (const packet of cornersOf(composed.filter)) {
          expect(decisionFor(composed.must, packet)).toEqual(decisionFor(whole.must, packet));
          expect(decisionFor(composed.may, packet)).toEqual(decisionFor(whole.may, packet));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("chains", () => {
  const ssh = tcpPort(22);
  const packet: Packet = { remote: { family: 4, value: 0x0a000001n }, l4: (6 << 16) | 22, sourcePort: 40_000 };

  it.each([
    [
      "final allows past later denies",
      [firstMatch([rule("final", "0.0.0.0/0", ssh)], "next"), firstMatch([rule("deny", "0.0.0.0/0")])],
      "allow",
      [0, notReached],
    ],
    [
      "deny stops before later allows",
      [firstMatch([rule("deny", "0.0.0.0/0", ssh)], "next"), anyOf([rule("allow", "0.0.0.0/0")])],
      "deny",
      [0, notReached],
    ],
    [
      "next hands on to the next stage",
      [
        firstMatch([rule("next", "0.0.0.0/0", ssh), rule("deny", "0.0.0.0/0")], "next"),
        anyOf([rule("allow", "0.0.0.0/0")]),
      ],
      "allow",
      [0, 0],
    ],
    [
      "no match hands on too",
      [firstMatch([rule("deny", "192.0.2.0/24")], "next"), anyOf([rule("allow", "0.0.0.0/0")])],
      "allow",
      [noRule, 0],
    ],
    ["no stage decides", [firstMatch([], "next"), anyOf([])], "deny", [noRule, noRule]],
  ] as const)("%s", (_name, stages, outcome, winners) => {
    const filter: Filter = { kind: "chain", stages, otherwise: "deny" };
    expect(decisionFor(compile(filter).must, packet)).toEqual({ outcome, winners });
    expect([...interpret(filter, packet)]).toEqual([outcome]);
  });
});

describe("a rule set of two hundred", () => {
  it.each(["firstMatch", "anyOf"] as const)("%s is exact in every cell", (kind) => {
    const rules = twoHundred(kind === "anyOf");
    const filter: Filter = kind === "anyOf" ? anyOf(rules) : firstMatch(rules);
    expect(expectExact(filter)).toBeGreaterThan(40_000);
  });

  it("is exact in every cell when composed of two halves", () => {
    const filters = [firstMatch(twoHundred(false).slice(0, 100)), anyOf(twoHundred(true).slice(100))];
    expect(expectExact({ kind: "allOf", filters })).toBeGreaterThan(30_000);
    expect(expectExact({ kind: "chain", stages: filters, otherwise: "allow" })).toBeGreaterThan(30_000);
  });
});

/** Nested prefixes and port ranges from a fixed sequence, both families. */
function twoHundred(allowOnly: boolean) {
  let state = 7;
  const random = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % limit;
  };
  return Array.from({ length: 200 }, () => {
    const prefix = [8, 12, 16, 20, 24, 28, 32][random(7)] ?? 24;
    const remote =
      random(4) === 0
        ? `2001:db8:${random(8).toString(16)}:${random(8).toString(16)}::/${[32, 40, 48, 56, 64][random(5)] ?? 48}`
        : `${10 + random(3)}.${random(4)}.${random(4)}.${random(256)}/${prefix}`;
    const first = random(3) === 0 ? random(1000) : ([22, 80, 443, 1024, 3306][random(5)] ?? 22);
    const last = random(3) === 0 ? first + random(5000) : first;
    return rule(
      allowOnly || random(2) === 0 ? "allow" : "deny",
      remote,
      random(9) === 0 ? undefined : tcpPort(first, last),
    );
  });
}

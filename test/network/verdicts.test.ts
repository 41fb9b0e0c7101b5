import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LayerFilter } from "../../src/network/compile-layer.ts";
import { compile } from "../../src/network/compile.ts";
import type { Filter, Rule } from "../../src/network/filter.ts";
import { l4Icmp } from "../../src/network/l4.ts";
import { interpret, matches } from "../../src/network/naive.ts";
import { impliedBy, judgeRules } from "../../src/network/verdicts.ts";
import { cornersOf } from "./cells.ts";
import { addresses, anyLayer, anyOf, everyChoice, firstMatch, rule, tcpPort } from "./random-filters.ts";

function layer(filter: Filter): LayerFilter {
  if (filter.kind === "anyOf" || filter.kind === "firstMatch") return filter;
  throw new Error("not a layer");
}

/** Each rule's verdict as `kind`, with the positions of the rules behind it. */
function told(filter: Filter): string[] {
  const judged = judgeRules(layer(filter));
  const position = new Map(judged.map((each, index) => [each.rule, index]));
  return judged.map(({ verdict, loadBearing }) => {
    const by = "by" in verdict ? ` by ${verdict.by.map((each) => position.get(each)).join(",")}` : "";
    const reach = verdict.kind === "redundant" ? ` ${verdict.reach}` : "";
    const byDefault =
      verdict.kind === "redundant" && verdict.reach === "live" && verdict.byDefault ? " and default" : "";
    return `${verdict.kind}${reach}${by}${byDefault}${loadBearing ? ", load-bearing" : ""}`;
  });
}

const ssh = tcpPort(22);

describe("rules of an ordered layer", () => {
  it.each<[string, readonly Rule[], readonly string[]]>([
    [
      "shadowed by one rule",
      [rule("deny", "10.0.0.0/8", ssh), rule("allow", "10.1.0.0/16", ssh)],
      ["effective, load-bearing", "shadowed by 0"],
    ],
    [
      "shadowed by a set, none of which does it alone",
      [
        rule("deny", "10.0.0.0/9", ssh),
        rule("deny", "10.128.0.0/9", ssh),
        rule("allow", "10.0.0.0/8", ssh),
        rule("allow", "0.0.0.0/0"),
      ],
      ["effective, load-bearing", "effective, load-bearing", "shadowed by 0,1", "effective"],
    ],
    [
      "dead and redundant: the same action everywhere",
      [rule("allow", "0.0.0.0/0", ssh), rule("allow", "10.0.0.0/8", ssh)],
      ["effective", "redundant dead by 0"],
    ],
    [
      "live and redundant: the default does the same",
      [rule("allow", "192.168.0.0/16", ssh), rule("deny", "10.0.0.0/8", ssh)],
      ["effective", "redundant live by  and default"],
    ],
    [
      "live and redundant: a later rule does the same",
      [rule("allow", "10.0.0.0/8", ssh), rule("allow", "0.0.0.0/0", ssh)],
      ["redundant live by 1", "effective"],
    ],
    [
      "needed, for a deny stands between it and the rule that does the same",
      [rule("allow", "10.0.0.0/8", ssh), rule("deny", "10.0.0.0/16", ssh), rule("allow", "0.0.0.0/0", ssh)],
      ["effective", "shadowed by 0", "effective"],
    ],
    [
      "shadowed mostly by its like, and by a rule that decides otherwise",
      [
        rule("allow", "10.0.0.0/9", ssh),
        rule("deny", "10.128.0.0/9", ssh),
        rule("allow", "10.0.0.0/8", ssh),
        rule("allow", "0.0.0.0/0"),
      ],
      ["redundant live by 3", "effective, load-bearing", "shadowed by 0,1", "effective"],
    ],
    [
      "unmatchable",
      [rule("allow", [], ssh), rule("allow", "10.0.0.0/8", []), rule("allow", "10.0.0.0/8", ssh, [])],
      ["unmatchable", "unmatchable", "unmatchable"],
    ],
    [
      "the other family does not shadow",
      [rule("deny", "0.0.0.0/0", ssh), rule("allow", "::/0", ssh), rule("allow", "0.0.0.0/0")],
      ["effective, load-bearing", "effective", "effective"],
    ],
    [
      "an ICMP type within all types",
      [rule("allow", "0.0.0.0/0", l4Icmp(1, null, null)), rule("allow", "0.0.0.0/0", l4Icmp(1, 8, null))],
      ["effective", "redundant dead by 0"],
    ],
  ])("%s", (_name, rules, verdicts) => expect(told(firstMatch(rules))).toEqual(verdicts));

  it("does not call a rule shadowed by what is not known to match", () => {
    const unknown = { must: addresses("10.0.0.0/9"), may: addresses("0.0.0.0/0"), missing: ["list"] };
    expect(told(firstMatch([rule("deny", unknown, ssh), rule("allow", "10.0.0.0/8", ssh)]))[1]).toBe("effective");
    expect(told(firstMatch([rule("deny", unknown, ssh), rule("allow", "10.1.0.0/16", ssh)]))[1]).toBe("shadowed by 0");
  });

  it("names only rules that certainly match what they are said to cover", () => {
    const unknown = { must: addresses("192.0.2.0/24"), may: addresses("0.0.0.0/0"), missing: ["list"] };
    const rules = [
      rule("deny", unknown, ssh),
      rule("deny", "10.0.0.0/9", ssh),
      rule("deny", "10.128.0.0/9", ssh),
      rule("deny", "10.0.0.0/8", ssh),
    ];
    expect(told(firstMatch(rules, "allow"))[3]).toBe("redundant dead by 1,2");
  });
});

describe("rules of a union", () => {
  it.each<[string, readonly Rule[], readonly string[]]>([
    [
      "implied by a wider one",
      [rule("allow", "10.0.0.0/8", ssh), rule("allow", "0.0.0.0/0", ssh)],
      ["implied by 1", "effective"],
    ],
    [
      "implied by two halves",
      [
        rule("allow", "10.0.0.0/8", ssh),
        rule("allow", "10.0.0.0/9", tcpPort(0, 100)),
        rule("allow", "10.128.0.0/9", tcpPort(20, 30)),
      ],
      ["implied by 1,2", "effective", "effective"],
    ],
    [
      "of twins only the later goes",
      [rule("allow", "10.0.0.0/8", ssh), rule("allow", "10.0.0.0/8", ssh)],
      ["effective", "implied by 0"],
    ],
    ["an empty peer", [rule("allow", [], ssh)], ["unmatchable"]],
    [
      "half covered is not implied",
      [rule("allow", "10.0.0.0/8", ssh), rule("allow", "10.0.0.0/9", tcpPort(0, 100))],
      ["effective", "effective"],
    ],
  ])("%s", (_name, rules, verdicts) => expect(told(anyOf(rules))).toEqual(verdicts));

  it("is not implied by what is not known to allow it", () => {
    const unknown = { must: addresses("10.1.0.0/16"), may: addresses("0.0.0.0/0"), missing: ["list"] };
    expect(told(anyOf([rule("allow", unknown, ssh), rule("allow", "10.0.0.0/8", ssh)]))[1]).toBe("effective");
    expect(told(anyOf([rule("allow", unknown, ssh), rule("allow", "10.1.2.0/24", ssh)]))[1]).toBe("implied by 0");
  });

  it("implied by other groups on one attachment and not on another", () => {
    const narrow = rule("allow", "10.0.0.0/8", ssh);
    const wide = rule("allow", "0.0.0.0/0", ssh);
    expect(impliedBy(narrow, [narrow, wide])).toEqual([wide]);
    expect(impliedBy(narrow, [narrow, rule("allow", "::/0")])).toBeNull();
    expect(() => impliedBy(narrow, [wide])).toThrow("not one of the union");
  });
});

describe("verdicts of random layers", () => {
  const useless = new Set(["unmatchable", "shadowed", "redundant", "implied"]);

  it("may be acted on alone or together without changing what any packet meets", () => {
    fc.assert(
      fc.property(anyLayer(everyChoice), fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }), (filter, some) => {
        const before = layer(filter);
        const kept = judgeRules(before).filter(
          ({ verdict }, index) => !useless.has(verdict.kind) || some[index] === true,
        );
        const after: LayerFilter = { ...before, rules: kept.map((each) => each.rule) };
        for (const packet of cornersOf(filter)) {
          expect([...interpret(after, packet)].toSorted()).toEqual([...interpret(before, packet)].toSorted());
        }
      }),
      { numRuns: 200 },
    );
  });

  it("leave no rule of a union that could still go, when all is known", () => {
    const unions = anyLayer({ ...everyChoice, unknowns: false, sourcePorts: false }).filter(
      ({ kind }) => kind === "anyOf",
    );
    fc.assert(
      fc.property(unions, (filter) => {
        const before = layer(filter);
        const kept = judgeRules(before).filter(({ verdict }) => !useless.has(verdict.kind));
        const rules = kept.map((each) => each.rule);
        for (const gone of rules) {
          const without: LayerFilter = { ...before, rules: rules.filter((each) => each !== gone) };
          const differs = [...cornersOf(filter)].some(
            (packet) => [...interpret(without, packet)][0] !== [...interpret({ ...before, rules }, packet)][0],
          );
          expect(differs).toBe(true);
        }
      }),
      { numRuns: 120 },
    );
  });

  it("find every ordered rule that could go, when no other could", () => {
    const choices = { ...everyChoice, unknowns: false, sourcePorts: false };
    const ordered = anyLayer(choices).filter(({ kind }) => kind === "firstMatch");
    fc.assert(
      fc.property(ordered, (filter) => {
        const before = layer(filter);
        const judged = judgeRules(before);
        if (judged.some(({ verdict }) => verdict.kind === "shadowed" || verdict.kind === "redundant")) return;
        for (const { rule: gone, verdict } of judged) {
          const without: LayerFilter = { ...before, rules: before.rules.filter((each) => each !== gone) };
          const differs = [...cornersOf(filter)].some(
            (packet) => [...interpret(without, packet)][0] !== [...interpret(before, packet)][0],
          );
          expect(differs).toBe(verdict.kind === "effective");
        }
      }),
      { numRuns: 200 },
    );
  });

  it("name rules that cover every packet of the dead one, and one that decides otherwise exactly when it is shadowed", () => {
    fc.assert(
      fc.property(anyLayer({ ...everyChoice, sourcePorts: false }), (filter) => {
        const { rules, kind } = layer(filter);
        for (const { rule: judged, verdict } of judgeRules(layer(filter))) {
          if (verdict.kind !== "shadowed" && !(verdict.kind === "redundant" && verdict.reach === "dead")) continue;
          const hit = [...cornersOf(filter)].filter((packet) => matches(judged, packet) !== "no");
          expect(kind).toBe("firstMatch");
          for (const packet of hit) {
            expect(
              verdict.by.some((each) => rules.indexOf(each) < rules.indexOf(judged) && matches(each, packet) === "yes"),
            ).toBe(true);
          }
          const outcome = judged.action === "deny" ? "deny" : judged.action === "next" ? "undecided" : "allow";
          const otherwise = hit.some((packet) => [...interpret(filter, packet)].some((each) => each !== outcome));
          expect(verdict.kind).toBe(otherwise ? "shadowed" : "redundant");
        }
      }),
      { numRuns: 200 },
    );
  });

  it("agree with compiling once more", () => {
    fc.assert(
      fc.property(anyLayer({ ...everyChoice, unknowns: false }), (filter) => {
        const won = new Set(compile(filter).must.decisions.map(({ winners }) => winners[0]));
        for (const [index, { verdict }] of judgeRules(layer(filter)).entries()) {
          if (verdict.kind === "effective" && filter.kind === "firstMatch") expect(won.has(index)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allAddresses,
  allIpv4,
  allIpv6,
  intersectAddresses,
  noAddresses,
  toCidrs,
} from "../../src/network/addresses.ts";
import { createNetworkEngine } from "../../src/network/classes.ts";
import { compile } from "../../src/network/compile.ts";
import type { Filter, Rule } from "../../src/network/filter.ts";
import { allL4 } from "../../src/network/l4.ts";
import {
  differenceOf,
  permitsNothing,
  permitsSame,
  permittedBoxes,
  permittedText,
} from "../../src/network/permitted.ts";
import { anyFilter, anyLayer, anyOf, anyRule, everyChoice, firstMatch, rule, tcpPort } from "./random-filters.ts";

const choices = { ...everyChoice, sourcePorts: false };
const allows = { ...choices, actions: ["allow"] as const };
const runs = { numRuns: 100 };

function same(a: Filter, b: Filter): boolean {
  const [x, y] = [compile(a), compile(b)];
  return permitsSame(x.must, y.must) && permitsSame(x.may, y.may);
}

/** Whether everything that gets through `inner` gets through `outer`. */
function within(inner: Filter, outer: Filter): boolean {
  const [x, y] = [compile(inner), compile(outer)];
  return differenceOf(x.must, y.must).lost.length === 0 && differenceOf(x.may, y.may).lost.length === 0;
}

function lists(actions: readonly Rule["action"][]): fc.Arbitrary<Rule[]> {
  return fc.array(anyRule({ ...choices, actions }), { maxLength: 7 });
}

describe("what must hold whatever the rules say", () => {
  it("the order of a union's rules does not matter, nor how it is split into groups", () => {
    fc.assert(
      fc.property(lists(["allow"]), fc.nat(), (rules, seed) => {
        const turn = rules.length === 0 ? 0 : seed % rules.length;
        expect(same(anyOf(rules), anyOf([...rules.slice(turn), ...rules.slice(0, turn)].toReversed()))).toBe(true);
      }),
      runs,
    );
  });

  it("one more allow in a union opens more or nothing", () => {
    fc.assert(
      fc.property(lists(["allow"]), anyRule(allows), (rules, more) => {
        expect(within(anyOf(rules), anyOf([...rules, more]))).toBe(true);
      }),
      runs,
    );
  });

  it("a deny put on top opens nothing", () => {
    fc.assert(
      fc.property(lists(["allow", "deny"]), anyRule({ ...choices, actions: ["deny"] }), (rules, deny) => {
        expect(within(firstMatch([deny, ...rules]), firstMatch(rules))).toBe(true);
      }),
      runs,
    );
  });

  it("a rule split by family or by halves of the axis is the same rule", () => {
    fc.assert(
      fc.property(lists(["allow", "deny"]), fc.nat(), (rules, pick) => {
        const split = rules.flatMap((each, index) => {
          if (index !== pick % rules.length || each.remote.must !== each.remote.may) return [each];
          const part = (set: typeof allIpv4): Rule => {
            const remote = intersectAddresses(each.remote.must, set);
            return { ...each, remote: { must: remote, may: remote, missing: [] } };
          };
          return [part(allIpv4), part(allIpv6)];
        });
        expect(same(firstMatch(rules), firstMatch(split))).toBe(true);
      }),
      runs,
    );
  });

  it("handing everything on changes nothing", () => {
    fc.assert(
      fc.property(anyFilter(choices), fc.boolean(), (filter, byRule) => {
        const handOn = byRule ? firstMatch([rule("next", ["0.0.0.0/0", "::/0"])], "deny") : firstMatch([], "next");
        const plain: Filter = { kind: "chain", stages: [filter], otherwise: "deny" };
        expect(same({ ...plain, stages: [handOn, filter] }, plain)).toBe(true);
        expect(same({ ...plain, stages: [filter, handOn] }, plain)).toBe(true);
      }),
      runs,
    );
  });

  it("IPv4 rules say nothing of IPv6, and the other way round", () => {
    fc.assert(
      fc.property(lists(["allow", "deny"]), (rules) => {
        const only = (set: typeof allIpv4): Rule[] =>
          rules.map((each) => ({
            ...each,
            remote: {
              must: intersectAddresses(each.remote.must, set),
              may: intersectAddresses(each.remote.may, set),
              missing: [],
            },
          }));
        const guard = (set: typeof allIpv4, rules_: readonly Rule[]): Filter => ({
          kind: "allOf",
          filters: [anyOf([rule("allow", { must: set, may: set, missing: [] })]), firstMatch(rules_)],
        });
        expect(same(guard(allIpv4, rules), guard(allIpv4, only(allIpv4)))).toBe(true);
        expect(same(guard(allIpv6, rules), guard(allIpv6, only(allIpv6)))).toBe(true);
      }),
      runs,
    );
  });

  it("what certainly gets through could get through", () => {
    fc.assert(
      fc.property(anyFilter(everyChoice), (filter) => {
        const { must, may } = compile(filter);
        expect(differenceOf(must, may).lost).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("a layer with itself is that layer", () => {
    fc.assert(
      fc.property(anyLayer(choices), (filter) => {
        expect(same({ kind: "allOf", filters: [filter, filter] }, { kind: "allOf", filters: [filter] })).toBe(true);
      }),
      runs,
    );
  });
});

describe("what gets through, as data", () => {
  it("is told in boxes", () => {
    const { must } = compile(
      anyOf([rule("allow", "10.0.0.0/8", tcpPort(22)), rule("allow", "10.0.0.0/9", tcpPort(80))]),
    );
    expect(permittedBoxes(must).map((box) => [toCidrs(box.remote), box.l4.length, box.sourcePorts])).toEqual([
      [["10.0.0.0/9"], 2, null],
      [["10.128.0.0/9"], 1, null],
    ]);
  });

  it("names source ports where they matter", () => {
    const { must } = compile(
      anyOf([
        rule("allow", "10.0.0.0/8", tcpPort(22), [
          { first: 53, last: 53 },
          { first: 60, last: 70 },
        ]),
      ]),
    );
    expect(permittedBoxes(must).map(({ sourcePorts }) => sourcePorts)).toEqual([
      [
        { first: 53, last: 53 },
        { first: 60, last: 70 },
      ],
    ]);
  });

  it("joins neighbouring source ports that are told apart by something else only", () => {
    const { must } = compile(
      anyOf([
        rule("allow", "10.0.0.0/8", tcpPort(22), [{ first: 53, last: 70 }]),
        rule("allow", "11.0.0.0/8", tcpPort(80), [{ first: 53, last: 60 }]),
      ]),
    );
    expect(permittedBoxes(must).map(({ remote, sourcePorts }) => [toCidrs(remote), sourcePorts])).toEqual([
      [["10.0.0.0/8"], [{ first: 53, last: 70 }]],
      [["11.0.0.0/8"], [{ first: 53, last: 60 }]],
    ]);
  });

  it("crosses from IPv4 to IPv6 in one piece", () => {
    const { must } = compile(anyOf([rule("allow", ["0.0.0.0/0", "::/0"])]));
    expect(permittedBoxes(must)).toEqual([{ remote: allAddresses, l4: allL4, sourcePorts: null }]);
    expect(permitsNothing(must)).toBe(false);
    expect(permitsNothing(compile(anyOf([])).must)).toBe(true);
  });

  it("has the same text exactly when it is the same", () => {
    fc.assert(
      fc.property(anyLayer(everyChoice), anyLayer(everyChoice), (a, b) => {
        const [x, y] = [compile(a).may, compile(b).may];
        expect(permittedText(x) === permittedText(y)).toBe(permitsSame(x, y));
      }),
      runs,
    );
  });
});

describe("permitted without blame", () => {
  it("is what composing with blame lets through", () => {
    const unions = anyLayer(allows).filter(({ kind }) => kind === "anyOf");
    fc.assert(
      fc.property(
        fc.array(unions, { maxLength: 3 }),
        fc.array(anyLayer(choices), { maxLength: 2 }),
        (groups, others) => {
          const engine = createNetworkEngine();
          const layers = [
            { layer: "groups", filters: groups },
            ...others.map((each) => ({ layer: "list", filters: [each] })),
          ];
          const [plain, blamed] = [engine.permitted(layers), engine.compose(layers)];
          expect(permitsSame(plain.must, blamed.must)).toBe(true);
          expect(permitsSame(plain.may, blamed.may)).toBe(true);
        },
      ),
      runs,
    );
  });
});

describe("classes of endpoints", () => {
  const group = (...rules: readonly Rule[]): Filter => anyOf(rules, "groups");
  const wide = group(rule("allow", "0.0.0.0/0", tcpPort(22)));
  const halves = group(rule("allow", "0.0.0.0/1", tcpPort(22)), rule("allow", "128.0.0.0/1", tcpPort(22)));
  const narrow = group(rule("allow", "10.0.0.0/8", tcpPort(22)));
  const list = firstMatch([rule("allow", "0.0.0.0/0")], "deny", "list");

  it("gives filters that mean the same the same number", () => {
    const engine = createNetworkEngine();
    expect(engine.meaning(wide)).toBe(engine.meaning(halves));
    expect(engine.meaning(wide)).not.toBe(engine.meaning(narrow));
  });

  it("tells unknown data apart by what is missing", () => {
    const engine = createNetworkEngine();
    const unknown = (missing: string): Filter =>
      group(rule("allow", { must: noAddresses, may: allIpv4, missing: [missing] }, tcpPort(22)));
    expect(engine.meaning(unknown("list a"))).toBe(engine.meaning(unknown("list a")));
    expect(engine.meaning(unknown("list a"))).not.toBe(engine.meaning(unknown("list b")));
    expect(engine.meaning(unknown("list a"))).not.toBe(engine.meaning(wide));
  });

  it("puts endpoints together whatever the order and wording of their groups", () => {
    const engine = createNetworkEngine();
    const endpoints = [
      { name: "a", groups: [wide, narrow], zone: "x" },
      { name: "b", groups: [narrow, halves, wide], zone: "x" },
      { name: "c", groups: [narrow], zone: "x" },
      { name: "d", groups: [wide, narrow], zone: "y" },
    ];
    const classes = engine.classify(endpoints, ({ groups, zone }) => ({
      layers: [
        { layer: "groups", filters: groups },
        { layer: "list", filters: [list] },
      ],
      extra: zone,
    }));
    expect(classes.map(({ members }) => members.map(({ name }) => name))).toEqual([["a", "b"], ["c"], ["d"]]);
  });

  it("composes what compiling the whole would give", () => {
    const engine = createNetworkEngine();
    const composed = engine.compose([
      { layer: "groups", filters: [narrow, wide] },
      { layer: "list", filters: [list] },
    ]);
    expect(permitsSame(composed.must, compile({ kind: "allOf", filters: [wide, list] }).must)).toBe(true);
    expect(
      engine.compose([{ layer: "groups", filters: [] }]).must.decisions.every(({ outcome }) => outcome !== "allow"),
    ).toBe(true);
    expect(engine.compiled(wide)).toBe(engine.compiled(wide));
  });
});

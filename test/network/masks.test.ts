import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allAddresses, toCidrs } from "../../src/network/addresses.ts";
import { explainPacket } from "../../src/network/blame.ts";
import type { LayerFilter } from "../../src/network/compile-layer.ts";
import { compile } from "../../src/network/compile.ts";
import type { Filter } from "../../src/network/filter.ts";
import { describeL4 } from "../../src/network/l4.ts";
import { effectOfRemoving, maskOf } from "../../src/network/masks.ts";
import { certainlyPasses, matches } from "../../src/network/naive.ts";
import { cornersOf } from "./cells.ts";
import { addresses, anyLayer, anyOf, everyChoice, firstMatch, rule, tcpPort } from "./random-filters.ts";

const ssh = tcpPort(22);

function layer(filter: Filter): LayerFilter {
  if (filter.kind === "anyOf" || filter.kind === "firstMatch") return filter;
  throw new Error("not a layer");
}

describe("a rule held back by other layers", () => {
  const open = rule("allow", "0.0.0.0/0", ssh);
  const group = layer(anyOf([open]));
  const denySsh = rule("deny", "0.0.0.0/0", ssh);

  it("is open when some packet passes all of them", () => {
    const other = compile(firstMatch([rule("deny", "0.0.0.0/1"), rule("allow", "0.0.0.0/0")]));
    expect(maskOf(open, group, [other], "must")).toEqual({ status: "open", layers: 0, unmask: [] });
  });

  it("is one change away when one layer stops it, and names the change and what it opens", () => {
    const other = compile(firstMatch([denySsh, rule("allow", "10.0.0.0/8")], "deny", "list"));
    const mask = maskOf(open, group, [other], "must");
    expect(mask.status).toBe("masked");
    expect(mask.layers).toBe(1);
    expect(mask.unmask.map(({ part, layer: name, rule: by }) => ({ part, name, by }))).toEqual([
      { part: 0, name: "list", by: denySsh },
    ]);
    const box = mask.unmask[0]?.opens[0];
    expect(box === undefined ? null : [toCidrs(box.remote), describeL4(box.l4)]).toEqual([["0.0.0.0/0"], "tcp 22"]);
  });

  it("says that an allow is lacking where nothing matches", () => {
    const mask = maskOf(open, group, [compile(anyOf([], "route"))], "must");
    expect(mask.unmask.map(({ layer: name, rule: by }) => ({ name, by }))).toEqual([{ name: "route", by: null }]);
  });

  it("offers no single change when two layers stop it", () => {
    const mask = maskOf(open, group, [compile(firstMatch([denySsh])), compile(anyOf([]))], "must");
    expect(mask).toEqual({ status: "masked", layers: 2, unmask: [] });
  });

  it("names only the changes that suffice alone, where some packets are stopped twice", () => {
    const half = compile(firstMatch([rule("deny", "0.0.0.0/1", ssh), rule("allow", "0.0.0.0/0")], "deny", "half"));
    const mask = maskOf(open, group, [half, compile(anyOf([], "route"))], "must");
    expect(mask.layers).toBe(1);
    expect(mask.unmask.map(({ layer: name, opens }) => [name, opens.flatMap((box) => toCidrs(box.remote))])).toEqual([
      ["route", ["128.0.0.0/1"]],
    ]);
  });

  it("can be asked about part of it", () => {
    const other = compile(firstMatch([rule("allow", "10.0.0.0/8")]));
    expect(maskOf(open, group, [other], "must").status).toBe("open");
    const within = { remote: addresses("9.0.0.0/8"), l4: ssh };
    expect(maskOf(open, group, [other], "must", within).status).toBe("masked");
    expect(maskOf(open, group, [other], "must", { remote: allAddresses, l4: tcpPort(80) }).status).toBe("idle");
  });

  it("agrees with counting the layers that stop each packet one by one", () => {
    const choices = { ...everyChoice, unknowns: false, sourcePorts: false };
    fc.assert(
      fc.property(anyLayer(choices), fc.array(anyLayer(choices), { maxLength: 3 }), (own, others) => {
        const all: Filter = { kind: "allOf", filters: [own, ...others] };
        const compiled = others.map(compile);
        const corners = [...cornersOf(all)];
        for (const each of layer(own).rules.slice(0, 3)) {
          const mask = maskOf(each, layer(own), compiled, "must");
          const alone = own.kind === "anyOf" ? anyOf([each]) : own;
          const decides = (packet: (typeof corners)[number]): boolean =>
            certainlyPasses(alone, packet) &&
            layer(alone).rules.find(
              (some) => (own.kind === "firstMatch" || some === each) && matches(some, packet) === "yes",
            ) === each;
          const counts = corners
            .filter(decides)
            .map((packet) => others.filter((other) => !certainlyPasses(other, packet)).length);
          if (counts.length === 0) expect(mask.status).toBe("idle");
          else expect(mask.layers).toBe(Math.min(...counts));
        }
      }),
      { numRuns: 80 },
    );
  });
});

describe("blame", () => {
  it("marks every layer that stops a packet, not only the first", () => {
    const filter: Filter = {
      kind: "allOf",
      filters: [
        anyOf([], "group"),
        firstMatch([rule("allow", "0.0.0.0/0")], "deny", "list"),
        firstMatch([rule("deny", "0.0.0.0/0")], "deny", "other"),
      ],
    };
    const packet = { remote: { family: 4, value: 1n }, l4: (6 << 16) | 22, sourcePort: 1 } as const;
    const { allowed, layers } = explainPacket(compile(filter), packet, "must");
    expect(allowed).toBe(false);
    expect(layers.map(({ layer: name, blocks }) => [name, blocks])).toEqual([
      ["group", true],
      ["list", false],
      ["other", true],
    ]);
  });

  it("leaves out what a chain did not ask", () => {
    const filter: Filter = {
      kind: "chain",
      stages: [firstMatch([rule("deny", "0.0.0.0/0")], "next", "admin"), anyOf([], "group")],
      otherwise: "deny",
    };
    const packet = { remote: { family: 4, value: 1n }, l4: (6 << 16) | 22, sourcePort: 1 } as const;
    const { layers } = explainPacket(compile(filter), packet, "must");
    expect(layers.map(({ layer: name, reached, blocks }) => [name, reached, blocks])).toEqual([
      ["admin", true, true],
      ["group", false, false],
    ]);
  });
});

describe("what removing a rule changes", () => {
  it("says what a load-bearing deny holds back", () => {
    const deny = rule("deny", "10.0.0.0/8", ssh);
    const { gained, lost } = effectOfRemoving(deny, firstMatch([deny, rule("allow", "0.0.0.0/0", ssh)]), "must");
    expect(lost).toEqual([]);
    expect(gained.map((box) => [toCidrs(box.remote), describeL4(box.l4)])).toEqual([[["10.0.0.0/8"], "tcp 22"]]);
  });

  it("says nothing changes where another layer stops the same packets", () => {
    const deny = rule("deny", "10.0.0.0/8", ssh);
    const filter: Filter = {
      kind: "allOf",
      filters: [firstMatch([deny], "allow"), anyOf([rule("allow", "192.168.0.0/16")])],
    };
    expect(effectOfRemoving(deny, filter, "must")).toEqual({ lost: [], gained: [] });
  });
});

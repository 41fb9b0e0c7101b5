import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasAddress, noAddresses, toCidrs } from "../../src/network/addresses.ts";
import { rulesOf } from "../../src/network/compile.ts";
import { openness } from "../../src/network/declared.ts";
import type { Filter } from "../../src/network/filter.ts";
import { describeL4, hasL4 } from "../../src/network/l4.ts";
import { certainlyPasses, possiblyPasses } from "../../src/network/naive.ts";
import type { Packet } from "../../src/network/packet.ts";
import { cornersOf } from "./cells.ts";
import { addresses, anyFilter, anyOf, everyChoice, firstMatch, rule, tcpPort } from "./random-filters.ts";

function told(filter: Filter) {
  const names = new Map(rulesOf(filter).map((each, index) => [each, index]));
  return openness(filter).map(({ l4, remote, rules }) => ({
    l4: describeL4(l4),
    must: toCidrs(remote.must),
    may: remote.missing.length > 0 ? toCidrs(remote.may) : undefined,
    missing: remote.missing.length > 0 ? remote.missing : undefined,
    rules: rules.map((each) => names.get(each)),
  }));
}

describe("what a filter declares open", () => {
  const ssh = tcpPort(22);

  it("sums the rules of a union that serve the same port", () => {
    expect(
      told(
        anyOf([
          rule("allow", "0.0.0.0/1", ssh),
          rule("allow", "128.0.0.0/1", ssh),
          rule("allow", "10.0.0.0/8", tcpPort(80)),
        ]),
      ),
    ).toEqual([
      { l4: "tcp 22", must: ["0.0.0.0/0"], rules: [0, 1] },
      { l4: "tcp 80", must: ["10.0.0.0/8"], rules: [2] },
    ]);
  });

  it("names a rule of a union that another one covers", () => {
    expect(told(anyOf([rule("allow", "0.0.0.0/0", ssh), rule("allow", "10.0.0.0/8", ssh)]))).toEqual([
      { l4: "tcp 22", must: ["0.0.0.0/0"], rules: [0, 1] },
    ]);
  });

  it("takes away what an earlier deny takes", () => {
    const filter = firstMatch([rule("deny", "10.0.0.0/9", ssh), rule("allow", "10.0.0.0/8", tcpPort(0, 100))]);
    expect(told(filter)).toEqual([
      { l4: "tcp 0-21, 23-100", must: ["10.0.0.0/8"], rules: [1] },
      { l4: "tcp 22", must: ["10.128.0.0/9"], rules: [1] },
    ]);
  });

  it("names no rule where a default lets through", () => {
    expect(told(firstMatch([rule("deny", ["0.0.0.0/0", "::/0"], ssh)], "allow"))).toEqual([
      { l4: "protocols 0-5; tcp 0-21, 23-65535; protocols 7-255", must: ["0.0.0.0/0", "::/0"], rules: [] },
    ]);
  });

  it("wants every layer of allOf, and names both", () => {
    const filter: Filter = {
      kind: "allOf",
      filters: [anyOf([rule("allow", "0.0.0.0/0", ssh)]), firstMatch([rule("allow", "10.0.0.0/8")])],
    };
    expect(told(filter)).toEqual([{ l4: "tcp 22", must: ["10.0.0.0/8"], rules: [0, 1] }]);
  });

  it("leaves out a rule of a union whose packets another layer stops", () => {
    const filter: Filter = {
      kind: "allOf",
      filters: [
        anyOf([rule("allow", "10.0.0.0/8", ssh), rule("allow", "192.168.0.0/16", ssh)]),
        firstMatch([rule("allow", "10.0.0.0/9")]),
      ],
    };
    expect(told(filter)).toEqual([{ l4: "tcp 22", must: ["10.0.0.0/9"], rules: [0, 2] }]);
  });

  it("leaves out a rule of a union whose source ports another layer stops", () => {
    const [dns, other] = [[{ first: 53, last: 53 }], [{ first: 60, last: 60 }]];
    const filter: Filter = {
      kind: "allOf",
      filters: [
        anyOf([rule("allow", "10.0.0.0/8", ssh, dns), rule("allow", "10.0.0.0/8", ssh, other)]),
        firstMatch([rule("allow", "10.0.0.0/8", ssh, dns)]),
      ],
    };
    expect(told(filter)).toEqual([{ l4: "tcp 22", must: ["10.0.0.0/8"], rules: [0, 2] }]);
  });

  it("tells what is certain from what could be, and what would settle it", () => {
    const list = { must: addresses("192.0.2.0/24"), may: addresses("0.0.0.0/0"), missing: ["prefix list pl-1"] };
    expect(told(anyOf([rule("allow", list, ssh)]))).toEqual([
      { l4: "tcp 22", must: ["192.0.2.0/24"], may: ["0.0.0.0/0"], missing: ["prefix list pl-1"], rules: [0] },
    ]);
    const deny = firstMatch([rule("deny", { ...list, must: noAddresses }, ssh), rule("allow", "10.0.0.0/8", ssh)]);
    expect(told(deny)).toEqual([
      { l4: "tcp 22", must: [], may: ["10.0.0.0/8"], missing: ["prefix list pl-1"], rules: [1] },
    ]);
  });

  it("counts an address for which some source port gets through", () => {
    const filter = firstMatch([
      rule("deny", "0.0.0.0/0", ssh, [{ first: 0, last: 1023 }]),
      rule("allow", "0.0.0.0/0", ssh),
    ]);
    expect(told(filter)).toEqual([{ l4: "tcp 22", must: ["0.0.0.0/0"], rules: [1] }]);
  });

  it("has nothing to say of a filter that lets nothing through", () => {
    expect(told(anyOf([]))).toEqual([]);
    expect(told(firstMatch([rule("allow", [])]))).toEqual([]);
  });
});

describe("openness of random filters", () => {
  it("is the naive interpreter's answer at every corner, each point in one entry", () => {
    fc.assert(
      fc.property(anyFilter({ ...everyChoice, sourcePorts: false }), (filter) => {
        const entries = openness(filter);
        for (const packet of cornersOf(filter)) {
          const here = entries.filter(({ l4 }) => hasL4(l4, packet.l4));
          expect(here.length).toBeLessThan(2);
          const remote = here[0]?.remote;
          expect(remote !== undefined && hasAddress(remote.must, packet.remote)).toBe(certainlyPasses(filter, packet));
          expect(remote !== undefined && hasAddress(remote.may, packet.remote)).toBe(possiblyPasses(filter, packet));
        }
      }),
      { numRuns: 150 },
    );
  });

  it("is the projection over source ports", () => {
    fc.assert(
      fc.property(anyFilter({ ...everyChoice, unknowns: false }), (filter) => {
        const entries = openness(filter);
        const open = new Map<string, boolean>();
        const at = ({ remote, l4 }: Packet): string => `${remote.family} ${remote.value} ${l4}`;
        const corners = [...cornersOf(filter)];
        const ports = [...new Set(corners.map(({ sourcePort }) => sourcePort))];
        for (const packet of corners.slice(0, 400)) {
          const known =
            open.get(at(packet)) ?? ports.some((sourcePort) => possiblyPasses(filter, { ...packet, sourcePort }));
          open.set(at(packet), known);
          const entry = entries.find(({ l4 }) => hasL4(l4, packet.l4));
          expect(entry !== undefined && hasAddress(entry.remote.must, packet.remote)).toBe(known);
        }
      }),
      { numRuns: 60 },
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAddress } from "../../src/network/addresses.ts";
import { compile } from "../../src/network/compile.ts";
import { describeL4 } from "../../src/network/l4.ts";
import { certainlyPasses, possiblyPasses } from "../../src/network/naive.ts";
import { findWitness, replayPacket } from "../../src/network/witness.ts";
import type { WitnessQuery } from "../../src/network/witness.ts";
import { cornersOf } from "./cells.ts";
import { addresses, anyFilter, anyOf, everyChoice, firstMatch, rule, tcpPort } from "./random-filters.ts";
import type { Filter } from "../../src/network/filter.ts";

function told(filter: Filter, query: WitnessQuery = { bound: "must" }): string | null {
  const witness = findWitness(compile(filter), query);
  if (witness === null) return null;
  const { remote, l4, sourcePort } = witness.packet;
  return `${formatAddress(remote)} ${describeL4([{ first: l4, last: l4 }])} from ${sourcePort}`;
}

describe("a witness", () => {
  const ssh = tcpPort(22);

  it.each<[string, Filter, WitnessQuery, string | null]>([
    [
      "comes from a fixed address",
      anyOf([rule("allow", "0.0.0.0/0", ssh)]),
      { bound: "must" },
      "9.9.9.9 tcp 22 from 49152",
    ],
    [
      "from a fixed IPv6 one where only that is open",
      anyOf([rule("allow", "::/0", ssh)]),
      { bound: "must" },
      "2620:fe::9 tcp 22 from 49152",
    ],
    [
      "else from the lowest routable one",
      anyOf([rule("allow", "10.0.0.0/7", ssh)]),
      { bound: "must" },
      "11.0.0.0 tcp 22 from 49152",
    ],
    [
      "else from the lowest",
      anyOf([rule("allow", "10.0.0.0/8", ssh)]),
      { bound: "must" },
      "10.0.0.0 tcp 22 from 49152",
    ],
    [
      "prefers the grave ports",
      anyOf([rule("allow", "0.0.0.0/0", tcpPort(1, 100))]),
      { bound: "must", prefer: [tcpPort(3389), ssh] },
      "9.9.9.9 tcp 22 from 49152",
    ],
    [
      "takes the lowest port else",
      anyOf([rule("allow", "0.0.0.0/0", tcpPort(5, 9))]),
      { bound: "must", prefer: [ssh] },
      "9.9.9.9 tcp 5 from 49152",
    ],
    [
      "keeps to what is asked",
      anyOf([rule("allow", "0.0.0.0/0")]),
      { bound: "must", remote: addresses("192.0.2.0/24"), l4: ssh },
      "192.0.2.0 tcp 22 from 49152",
    ],
    [
      "uses the source port a rule demands",
      anyOf([rule("allow", "0.0.0.0/0", ssh, [{ first: 53, last: 60 }])]),
      { bound: "must" },
      "9.9.9.9 tcp 22 from 53",
    ],
    ["is none where nothing is open", firstMatch([rule("deny", "0.0.0.0/0")]), { bound: "must" }, null],
  ])("%s", (_name, filter, query, expected) => expect(told(filter, query)).toBe(expected));

  it("exists exactly when a packet gets through, and replays", () => {
    fc.assert(
      fc.property(
        anyFilter({ ...everyChoice, sourcePorts: false }),
        fc.constantFrom("must", "may"),
        (filter, bound) => {
          const passes = bound === "must" ? certainlyPasses : possiblyPasses;
          const witness = findWitness(compile(filter), { bound });
          expect(witness !== null).toBe([...cornersOf(filter)].some((packet) => passes(filter, packet)));
          if (witness !== null) expect(passes(filter, witness.packet)).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("that does not replay is a bug, not a finding", () => {
    const compiled = compile(anyOf([rule("allow", "0.0.0.0/0", ssh)]));
    const forged = { ...compiled, filter: anyOf([rule("allow", "10.0.0.0/8", ssh)]) };
    expect(() => findWitness(forged, { bound: "must" })).toThrow("witness does not replay");
    expect(() => replayPacket(compiled, { remote: { family: 6, value: 0n }, l4: 0, sourcePort: 0 }, "must")).toThrow();
  });
});

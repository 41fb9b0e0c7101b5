import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAddress, singleAddress, unionAddresses, type Address } from "../../../../../src/network/addresses.ts";
import type { Layer } from "../../../../../src/network/endpoint.ts";
import type { Extent, Filter } from "../../../../../src/network/filter.ts";
import { certainlyPasses, possiblyPasses } from "../../../../../src/network/naive.ts";
import { createRewriting, replyLayer } from "../../../../../src/providers/aws/understand/reach/rewrite.ts";
import { anyOf, anyRule, firstMatch } from "../../../../network/random-filters.ts";

const rules = { unknowns: true, sourcePorts: false };
const filters: fc.Arbitrary<Filter> = fc.oneof(
  fc.array(anyRule({ ...rules, actions: ["allow"] }), { maxLength: 5 }).map((some) => anyOf(some)),
  fc.array(anyRule({ ...rules, actions: ["allow", "deny"] }), { maxLength: 6 }).map((some) => firstMatch(some)),
);

function address(text: string): Address {
  const read = parseAddress(text);
  if (read === null) throw new Error(`no address: ${text}`);
  return read;
}

const remotes = ["10.0.0.1", "10.0.0.129", "10.0.1.7", "203.0.113.9", "2001:db8::1", "2001:db8:1::1", "::"].map(
  address,
);
const edges = [0, 1, 19, 20, 22, 25, 26, 52, 53, 54, 1023, 1024, 65_535];
const point = (protocol: number, port: number): number => (protocol << 16) | port;

const layerOf = (filter: Filter): Layer => ({
  kind: "subnet-firewall",
  name: "list",
  resources: [],
  filter,
  opensBy: "a rule",
});

/** What a filter certainly and perhaps does with a packet. */
function verdict(filter: Filter, remote: Address, l4: number): readonly [certain: boolean, possible: boolean] {
  const packet = { remote, l4, sourcePort: 40_000 };
  return [certainlyPasses(filter, packet), possiblyPasses(filter, packet)];
}

/** Certain when one of some verdicts is, possible when one is. */
function anyVerdict(verdicts: readonly (readonly [boolean, boolean])[]): readonly [boolean, boolean] {
  return [verdicts.some(([certain]) => certain), verdicts.some(([, possible]) => possible)];
}

describe("rewritten layers say the same of a packet, seen from the endpoint", () => {
  it("a reply passes when the layer lets out some port that a client may choose", () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const reply = replyLayer(layerOf(filter)).filter;
        for (const remote of remotes) {
          for (const protocol of [6, 17]) {
            const ports = edges
              .filter((port) => port > 0)
              .map((port) => verdict(filter, remote, point(protocol, port)));
            expect(verdict(reply, remote, point(protocol, 443))).toEqual(anyVerdict(ports));
          }
          expect(verdict(reply, remote, point(1, 8 << 8))).toEqual(
            anyVerdict([0, 1, 255].map((code) => verdict(filter, remote, point(1, code)))),
          );
          expect(verdict(reply, remote, point(50, 0))).toEqual(verdict(filter, remote, point(50, 0)));
        }
      }),
    );
  });

  it("a pinned layer passes everyone when it lets some pinned address through", () => {
    const pins = fc.tuple(fc.subarray([...remotes]), fc.subarray([...remotes]));
    fc.assert(
      fc.property(filters, pins, (filter, [must, more]) => {
        const pin: Extent = {
          must: unionAddresses(must.map(singleAddress)),
          may: unionAddresses([...must, ...more].map(singleAddress)),
          missing: ["nodes"],
        };
        const pinned = createRewriting().pinned(layerOf(filter), pin, "nodes").filter;
        for (const port of edges) {
          const l4 = point(6, port);
          const [certain] = anyVerdict(must.map((each) => verdict(filter, each, l4)));
          const [, possible] = anyVerdict([...must, ...more].map((each) => verdict(filter, each, l4)));
          expect(verdict(pinned, address("192.0.2.1"), l4)).toEqual([certain, possible]);
        }
      }),
    );
  });

  it("a translated layer sees the port that the client spoke to", () => {
    const pairs = [6, 17].map((protocol) => ({ from: point(protocol, 53), to: point(protocol, 8053) }));
    fc.assert(
      fc.property(filters, (filter) => {
        const { filter: translated } = createRewriting().translated(layerOf(filter), { key: "53>8053", pairs });
        for (const remote of remotes) {
          for (const { from, to } of pairs)
            expect(verdict(translated, remote, to)).toEqual(verdict(filter, remote, from));
          expect(verdict(translated, remote, point(6, 53))).toEqual([false, false]);
        }
      }),
    );
  });
});

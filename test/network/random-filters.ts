import * as fc from "fast-check";
import { noAddresses, parseCidr, unionAddresses } from "../../src/network/addresses.ts";
import type { AddressSet } from "../../src/network/addresses.ts";
import type { Action, Extent, Filter, Rule } from "../../src/network/filter.ts";
import { allL4, l4Icmp, l4Ports, l4Protocol, unionL4 } from "../../src/network/l4.ts";
import type { L4Set, PortSet } from "../../src/network/l4.ts";

/** Rules and filters for tests, by hand and at random. */

export function addresses(...cidrs: readonly string[]): AddressSet {
  return unionAddresses(
    cidrs.map((cidr) => {
      const set = parseCidr(cidr);
      if (set === null) throw new Error(`not a CIDR: ${cidr}`);
      return set;
    }),
  );
}

let count = 0;

export function rule(
  action: Action,
  remote: Extent | string | readonly string[],
  l4: L4Set = allL4,
  sourcePorts: PortSet | null = null,
): Rule {
  count += 1;
  const extent = extentOf(remote);
  return {
    key: `rule ${count}`,
    id: `r-${count}`,
    action,
    peer: { kind: "any" },
    remote: extent,
    l4,
    sourcePorts,
    description: null,
  };
}

function extentOf(remote: Extent | string | readonly string[]): Extent {
  if (typeof remote === "string") return extentOf([remote]);
  if ("must" in remote) return remote;
  const set = addresses(...remote);
  return { must: set, may: set, missing: [] };
}

export function firstMatch(
  rules: readonly Rule[],
  otherwise: "allow" | "deny" | "next" = "deny",
  layer = "list",
): Filter {
  return { kind: "firstMatch", layer, rules, otherwise };
}

export function anyOf(rules: readonly Rule[], layer = "group"): Filter {
  return { kind: "anyOf", layer, rules };
}

export const tcpPort = (first: number, last = first): L4Set => l4Ports(6, first, last);
export const udpPort = (first: number, last = first): L4Set => l4Ports(17, first, last);

/** Few, nested and touching ranges, so that random rules meet. Both families and their border. */
const cidrs = [
  "0.0.0.0/0",
  "0.0.0.0/1",
  "128.0.0.0/1",
  "10.0.0.0/8",
  "10.0.0.0/24",
  "10.0.0.128/25",
  "10.0.0.129",
  "10.0.1.0/24",
  "255.255.255.255",
  "::/0",
  "::",
  "2001:db8::/32",
  "2001:db8::/64",
  "2001:db8::1",
  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

const l4Sets: readonly L4Set[] = [
  allL4,
  l4Protocol(6),
  l4Protocol(17),
  tcpPort(22),
  tcpPort(0, 1023),
  tcpPort(1024, 65_535),
  tcpPort(20, 25),
  udpPort(53),
  unionL4([tcpPort(22), udpPort(53)]),
  l4Icmp(1, 8, null),
  l4Icmp(1, 3, 4),
  l4Icmp(58, null, null),
  l4Protocol(0),
  l4Protocol(255),
  [],
];

const sourcePortSets: readonly (PortSet | null)[] = [
  null,
  null,
  null,
  null,
  [{ first: 53, last: 53 }],
  [{ first: 1024, last: 65_535 }],
  [{ first: 0, last: 65_535 }],
  [],
];

export function anyAddresses(): fc.Arbitrary<AddressSet> {
  return fc.subarray(cidrs, { maxLength: 3 }).map((some) => (some.length === 0 ? noAddresses : addresses(...some)));
}

export function anyExtent(unknowns: boolean): fc.Arbitrary<Extent> {
  const known = anyAddresses().map((set): Extent => ({ must: set, may: set, missing: [] }));
  if (!unknowns) return known;
  const unknown = fc
    .tuple(anyAddresses(), anyAddresses())
    .map(([must, more]): Extent => ({ must, may: unionAddresses([must, more]), missing: ["prefix list pl-1"] }));
  return fc.oneof({ weight: 3, arbitrary: known }, { weight: 1, arbitrary: unknown });
}

export interface Choices {
  readonly unknowns: boolean;
  readonly sourcePorts: boolean;
  readonly actions: readonly Action[];
}

export const everyChoice: Choices = { unknowns: true, sourcePorts: true, actions: ["allow", "deny", "next", "final"] };

export function anyRule({ unknowns, sourcePorts, actions }: Choices): fc.Arbitrary<Rule> {
  return fc
    .tuple(
      fc.constantFrom(...actions),
      anyExtent(unknowns),
      fc.constantFrom(...l4Sets),
      sourcePorts ? fc.constantFrom(...sourcePortSets) : fc.constant(null),
    )
    .map(([action, extent, l4, ports]) => rule(action, extent, l4, ports));
}

export function anyLayer(choices: Choices): fc.Arbitrary<Filter> {
  const rules = fc.array(anyRule(choices), { maxLength: 7 });
  return fc.oneof(
    rules.map((some) => anyOf(some)),
    fc
      .tuple(rules, fc.constantFrom("allow" as const, "deny" as const, "next" as const))
      .map(([some, otherwise]) => firstMatch(some, otherwise)),
  );
}

export function anyFilter(choices: Choices): fc.Arbitrary<Filter> {
  const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, depthIdentifier: "filter" },
      { weight: 3, arbitrary: anyLayer(choices) },
      {
        weight: 1,
        arbitrary: fc
          .array(tie("filter"), { maxLength: 3, depthIdentifier: "filter" })
          .map((filters): Filter => ({ kind: "allOf", filters })),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(
            fc.array(tie("filter"), { maxLength: 3, depthIdentifier: "filter" }),
            fc.constantFrom("allow" as const, "deny" as const),
          )
          .map(([stages, otherwise]): Filter => ({ kind: "chain", stages, otherwise })),
      },
    ),
  }));
  return filter;
}

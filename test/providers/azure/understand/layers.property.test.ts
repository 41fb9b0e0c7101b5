import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAddress } from "../../../../src/network/addresses.ts";
import { exposuresOf } from "../../../../src/network/exposure.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import { adminRule, deployed, manager } from "../../../support/azure-admin.ts";
import {
  endpointOf,
  enters,
  nic,
  nsg,
  packet,
  pip,
  rule,
  to,
  understand,
  vnet,
  type Answer,
} from "../../../support/azure-estate.ts";

const config = "networkManagers/m/securityAdminConfigurations/c";

/** A rule in the fewest words: what an independent reader of Azure's pages needs. */
interface SmallRule {
  readonly priority: number;
  readonly access: string;
  /** As `[first octet, prefix length]` of an IPv4 block; null is `*`. */
  readonly source: readonly [number, number] | null;
  /** Whether its destination holds the machine. */
  readonly isMeant: boolean;
  readonly ports: readonly [number, number] | null;
  readonly sourcePorts: readonly [number, number] | null;
  readonly protocol: "Tcp" | "Udp" | "*";
}

const range = fc
  .tuple(fc.integer({ min: 20, max: 26 }), fc.integer({ min: 0, max: 4 }))
  .map(([first, more]) => [first, first + more] as const);
const smallRule = (accesses: readonly string[]): fc.Arbitrary<SmallRule> =>
  fc.record({
    priority: fc.integer({ min: 100, max: 4096 }),
    access: fc.constantFrom(...accesses),
    source: fc.option(fc.tuple(fc.constantFrom(8, 64, 100, 192), fc.constantFrom(1, 2, 8)), { nil: null }),
    isMeant: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
    ports: fc.option(range, { nil: null }),
    sourcePorts: fc.option(fc.constantFrom([0, 30000] as const, [30001, 65535] as const), { nil: null, freq: 6 }),
    protocol: fc.constantFrom("Tcp", "Udp", "*"),
  });
const rules = (accesses: readonly string[]) =>
  fc.uniqueArray(smallRule(accesses), { maxLength: 6, selector: ({ priority }) => priority });

const span = (value: readonly [number, number] | null): string => (value === null ? "*" : `${value[0]}-${value[1]}`);
const block = (value: readonly [number, number] | null): string =>
  value === null ? "*" : `${value[0]}.0.0.0/${value[1]}`;

function asSecurityRule(each: SmallRule): VendorObject {
  return rule(`r${each.priority}`, {
    priority: each.priority,
    access: each.access,
    protocol: each.protocol,
    sourceAddressPrefix: block(each.source),
    destinationAddressPrefix: each.isMeant ? "10.0.1.0/24" : "10.0.2.0/24",
    destinationPortRange: span(each.ports),
    sourcePortRange: span(each.sourcePorts),
  });
}

function asAdminRule(each: SmallRule): VendorObject {
  return adminRule(`a${each.priority}`, each.access, each.priority, {
    protocol: each.protocol === "*" ? "Any" : each.protocol,
    sources: [{ addressPrefix: block(each.source), addressPrefixType: "IPPrefix" }],
    destinations: [{ addressPrefix: each.isMeant ? "10.0.1.0/24" : "10.0.2.0/24", addressPrefixType: "IPPrefix" }],
    destinationPortRanges: [each.ports === null ? "0-65535" : span(each.ports)],
    sourcePortRanges: [each.sourcePorts === null ? "0-65535" : span(each.sourcePorts)],
  });
}

/** A packet in the words of the small rules: only the first octet of the sender varies. */
interface SmallPacket {
  readonly octet: number;
  readonly port: number;
  readonly sourcePort: number;
  readonly protocol: 6 | 17;
}

/** What the page says, one rule after the other: the first by priority that matches. */
function first(list: readonly SmallRule[], { octet, port, sourcePort, protocol }: SmallPacket): string | null {
  const inside = (value: number, span_: readonly [number, number] | null): boolean =>
    span_ === null || (span_[0] <= value && value <= span_[1]);
  const match = list
    .toSorted((a, b) => a.priority - b.priority)
    .find(
      (each) =>
        each.isMeant &&
        (each.protocol === "*" || (each.protocol === "Tcp") === (protocol === 6)) &&
        inside(port, each.ports) &&
        inside(sourcePort, each.sourcePorts) &&
        (each.source === null || octet >> (8 - each.source[1]) === each.source[0] >> (8 - each.source[1])),
    );
  return match?.access ?? null;
}

/** permit = AlwaysAllow, or (Allow or no admin rule) and the subnet's group and the interface's group; no group at all is closed on Standard. */
function permitted(
  admin: readonly SmallRule[],
  subnet: readonly SmallRule[] | null,
  own: readonly SmallRule[] | null,
  one: SmallPacket,
): Answer {
  const over = first(admin, one);
  if (over === "Deny") return "closed";
  if (over === "AlwaysAllow") return "open";
  const groups = [subnet, own].filter((each) => each !== null);
  return groups.length > 0 && groups.every((each) => first(each, one) === "Allow") ? "open" : "closed";
}

const estate = fc.record({
  admin: rules(["Allow", "Deny", "AlwaysAllow"]),
  subnet: rules(["Allow", "Deny"]),
  own: fc.option(rules(["Allow", "Deny"]), { nil: null, freq: 4 }),
});
const smallPacket: fc.Arbitrary<SmallPacket> = fc.record({
  octet: fc.constantFrom(8, 9, 65, 101, 130, 193),
  port: fc.integer({ min: 18, max: 32 }),
  sourcePort: fc.constantFrom(0, 30000, 30001, 65535),
  protocol: fc.constantFrom(6, 17),
});

function build({
  admin,
  subnet,
  own,
}: {
  readonly admin: readonly SmallRule[];
  readonly subnet: readonly SmallRule[];
  readonly own: readonly SmallRule[] | null;
}) {
  const seen = understand([
    vnet({ networkSecurityGroup: to("networkSecurityGroups", "sub") }),
    nic(own === null ? {} : { networkSecurityGroup: to("networkSecurityGroups", "own") }),
    pip(),
    nsg("sub", subnet.map(asSecurityRule)),
    ...(own === null ? [] : [nsg("own", own.map(asSecurityRule))]),
    ...manager(admin.map(asAdminRule)),
    deployed(config),
  ]);
  return { seen, endpoint: endpointOf(seen) };
}

describe("random Azure estates: admin rules x subnet group x interface group", () => {
  it("every packet meets what the pages say", () => {
    fc.assert(
      fc.property(estate, fc.array(smallPacket, { minLength: 12, maxLength: 12 }), (drawn, packets) => {
        const { endpoint } = build(drawn);
        for (const one of packets) {
          const answer = enters(endpoint, packet(`${one.octet}.9.9.9`, one.port, one.protocol, one.sourcePort));
          expect(answer).toBe(permitted(drawn.admin, drawn.subnet, drawn.own, one));
        }
      }),
      { numRuns: 250 },
    );
  });

  it("the exposure analysis agrees, over every source port", () => {
    fc.assert(
      fc.property(estate, fc.array(smallPacket, { minLength: 4, maxLength: 4 }), (drawn, packets) => {
        const { seen, endpoint } = build(drawn);
        const analysis = exposuresOf(seen.network);
        const exposure = analysis.exposureOf(endpoint);
        for (const one of packets) {
          const l4 = [{ first: (one.protocol << 16) | one.port, last: (one.protocol << 16) | one.port }];
          const open = analysis.openToInternet(exposure, { l4, share: 1e-12, measure: "packets" }).certain;
          const isIn =
            open !== null &&
            open.addresses.v4.some(({ first: low, last }) => low <= address(one.octet) && address(one.octet) <= last);
          const expected = [0, 30000, 30001, 65535].some(
            (sourcePort) => permitted(drawn.admin, drawn.subnet, drawn.own, { ...one, sourcePort }) === "open",
          );
          expect(isIn, formatAddress({ family: 4, value: address(one.octet) })).toBe(expected);
        }
      }),
      { numRuns: 100 },
    );
  });
});

function address(octet: number): bigint {
  return BigInt(octet) * 0x1000000n + 0x090909n;
}

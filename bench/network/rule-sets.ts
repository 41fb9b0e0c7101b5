import { allAddresses } from "../../src/network/addresses.ts";
import type { AddressSet } from "../../src/network/addresses.ts";
import { knownExtent } from "../../src/network/extent.ts";
import type { Action, Rule } from "../../src/network/filter.ts";
import { allL4, l4Icmp, l4Ports, l4Protocol, tcp, udp } from "../../src/network/l4.ts";
import type { L4Set } from "../../src/network/l4.ts";
import { seededRandom } from "./random.ts";

const wellKnownPorts = [22, 25, 53, 80, 123, 389, 443, 445, 1433, 3306, 3389, 5432, 6379, 8080, 8443, 9200, 27_017];

/**
 * Rules as large estates have them: prefixes nested in a few parents in both families, mostly single or well-known ports, some ranges,
 * a few whole protocols, the odd rule for everything. Always the same for the same size, seed and actions.
 */
export function nestedRules(size: number, seed: number, actions: readonly Action[]): readonly Rule[] {
  const random = seededRandom(seed);
  return Array.from({ length: size }, (_, index): Rule => {
    const length = blockLength(random);
    return {
      key: `rule ${index}`,
      id: `r-${index}`,
      action: actions[random(actions.length)] ?? "allow",
      peer: { kind: "any" },
      remote: knownExtent(length === null ? allAddresses : anyBlock(random, length)),
      l4: anyPorts(random, length !== null && length >= 24),
      sourcePorts: null,
      description: null,
    };
  });
}

/** The length of an IPv4 prefix, or of an IPv6 one over four; null for every address. */
function blockLength(random: (limit: number) => number): number | null {
  return random(200) === 0 ? null : 12 + random(21);
}

function anyBlock(random: (limit: number) => number, length: number): AddressSet {
  if (random(4) > 0) {
    const parent = [10, 52, 172, 203][random(4)] ?? 10;
    const value = BigInt(parent * 2 ** 24 + random(2 ** 24));
    return { v4: [block(value, 32, length)], v6: [] };
  }
  const value =
    (0x2600_1f00n << 96n) |
    (BigInt(random(2 ** 24)) << 72n) |
    (BigInt(random(2 ** 24)) << 32n) |
    BigInt(random(2 ** 24));
  return { v4: [], v6: [block(value, 128, length * 4)] };
}

function block(value: bigint, bits: number, length: number): { readonly first: bigint; readonly last: bigint } {
  const hosts = (1n << BigInt(bits - length)) - 1n;
  const last = value | hosts;
  return { first: last - hosts, last };
}

/** Whole protocols only from narrow sources, as people write them; else one wide rule would decide everything. */
function anyPorts(random: (limit: number) => number, narrow: boolean): L4Set {
  const kind = random(100);
  const protocol = random(4) === 0 ? udp : tcp;
  if (kind < 4) return narrow ? allL4 : l4Icmp(1, 8, null);
  if (kind < 8 && narrow) return l4Protocol(protocol);
  if (kind < 50) {
    const port = wellKnownPorts[random(wellKnownPorts.length)] ?? 443;
    return l4Ports(protocol, port, port);
  }
  const first = 1024 + random(60_000);
  return l4Ports(protocol, first, kind < 75 ? first : first + random(3000));
}

import {
  allL4,
  icmp,
  icmpv6,
  l4Ports,
  l4Protocol,
  protocolName,
  protocolNumber,
  sctp,
  tcp,
  udp,
  unionL4,
  type L4Set,
  type PortSet,
} from "../../../network/l4.ts";
import { normaliseRuns, numbers } from "../../../network/intervals.ts";

/** Ports a rule names. */
export interface Ports {
  readonly set: PortSet;
  /** Every port. */
  readonly isWhole: boolean;
  /** As a stable text: `*`, `22,8000-8080`. */
  readonly text: string;
  /** What could not be read; `set` is then every port, as far as may be. */
  readonly problems: readonly string[];
}

const everyPort: PortSet = [{ first: 0, last: 0xffff }];

/** Reads port ranges: `*`, `22`, `8000-8080`, several in one text by commas. None at all is every port in doubt. */
export function readPorts(ranges: readonly string[]): Ports {
  const parts = [...new Set(ranges.flatMap((range) => range.split(",").map((part) => part.trim())))].filter(
    (part) => part !== "",
  );
  const runs: { first: number; last: number }[] = [];
  const problems: string[] = parts.length === 0 ? ["its ports"] : [];
  for (const part of parts) {
    const match = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(part);
    const first = part === "*" ? 0 : Number(match?.[1] ?? Number.NaN);
    const last = part === "*" ? 0xffff : Number(match?.[2] ?? match?.[1] ?? Number.NaN);
    if (first <= last && last <= 0xffff) runs.push({ first, last });
    else problems.push(`its port ${JSON.stringify(part.slice(0, 60))}`);
  }
  const set = problems.length > 0 ? everyPort : normaliseRuns(numbers, runs);
  const isWhole = set.length === 1 && set[0]?.first === 0 && set[0].last === 0xffff;
  const text = parts.length === 0 ? "?" : isWhole && problems.length === 0 ? "*" : parts.toSorted().join(",");
  return { set, isWhole, text: text.slice(0, 200), problems };
}

/** The protocols and ports a rule speaks of. */
export interface Traffic {
  /** Everything it may be; exact when there are no problems. */
  readonly l4: L4Set;
  /** As a stable text: `tcp/22`, `*`. */
  readonly text: string;
  readonly problems: readonly string[];
}

/**
 * A protocol (`Tcp`, `Udp`, `Icmp`, `Esp`, `Ah`, `*`, in either case) with ports. Rules on protocols without ports take every port; `*` with ports
 * given is TCP, UDP and SCTP on those ports. `Icmp` is ICMP of either family, whatever ports are given.
 * https://learn.microsoft.com/rest/api/virtualnetwork/security-rules/get
 */
export function trafficOf(protocol: unknown, ports: Ports): Traffic {
  const said = typeof protocol === "string" || typeof protocol === "number" ? String(protocol).trim() : "";
  const name = said.toLowerCase();
  if (name === "*" || name === "any") {
    if (ports.isWhole) return { l4: allL4, text: "*", problems: ports.problems };
    return {
      l4: unionL4([tcp, udp, sctp].map((each) => onPorts(each, ports))),
      text: `*/${ports.text}`,
      problems: ports.problems,
    };
  }
  const number = said === "" ? null : protocolNumber(said);
  if (number === null) {
    return {
      l4: allL4,
      text: `protocol ${said.slice(0, 60)}`,
      problems: [...ports.problems, `its protocol ${JSON.stringify(said.slice(0, 60))}`],
    };
  }
  if (number === icmp) {
    return { l4: unionL4([l4Protocol(icmp), l4Protocol(icmpv6)]), text: "icmp", problems: [] };
  }
  if (number !== tcp && number !== udp) return { l4: l4Protocol(number), text: protocolName(number), problems: [] };
  return { l4: onPorts(number, ports), text: `${protocolName(number)}/${ports.text}`, problems: ports.problems };
}

function onPorts(protocol: number, { set }: Ports): L4Set {
  return unionL4(set.map(({ first, last }) => l4Ports(protocol, first, last)));
}

import {
  equalRuns,
  hasPoint,
  includesRuns,
  intersectRuns,
  normaliseRuns,
  numbers,
  overlapRuns,
  subtractRuns,
} from "./intervals.ts";
import type { Runs } from "./intervals.ts";

/** Sorted, disjoint, non-adjacent closed ranges of port numbers (0..65535). */
export type PortSet = Runs<number>;

/**
 * A set of points on the L4 axis, `protocol << 16 | x`: x is the destination port for TCP (6), UDP (17) and SCTP (132),
 * `type << 8 | code` for ICMP (1) and ICMPv6 (58), and the whole of 0..65535 for protocols without ports.
 * Sorted, disjoint, non-adjacent closed runs of axis values in 0..2^24-1.
 */
export type L4Set = Runs<number>;

/** The last point of the L4 axis. */
export const lastL4 = 0xffffff;

export const noL4: L4Set = [];
export const allL4: L4Set = [{ first: 0, last: lastL4 }];

/** Protocol numbers the axis treats in a way of their own. */
export const tcp = 6;
export const udp = 17;
export const sctp = 132;
export const icmp = 1;
export const icmpv6 = 58;

/** Whether packets of this protocol have source and destination ports. */
export function hasPorts(protocol: number): boolean {
  return protocol === tcp || protocol === udp || protocol === sctp;
}

/** Every packet of a protocol (0..255). */
export function l4Protocol(protocol: number): L4Set {
  return [{ first: protocol << 16, last: (protocol << 16) | 0xffff }];
}

/** Destination ports `first`..`last`, both included, of a protocol with ports. Empty when `first` is above `last`. */
export function l4Ports(protocol: number, first: number, last: number): L4Set {
  const from = Math.max(0, first);
  const to = Math.min(0xffff, last);
  return from > to ? noL4 : [{ first: (protocol << 16) | from, last: (protocol << 16) | to }];
}

/**
 * One ICMP (1) or ICMPv6 (58) type and code; null stands for every one.
 * A code without a type is that code of every type; whether a vendor lets such a rule match anything is the provider's to say.
 */
export function l4Icmp(protocol: number, type: number | null, code: number | null): L4Set {
  const base = protocol << 16;
  if (type === null && code === null) return l4Protocol(protocol);
  if (type === null) {
    return Array.from({ length: 256 }, (_, each) => base | (each << 8) | (code ?? 0)).map((point) => ({
      first: point,
      last: point,
    }));
  }
  const start = base | (type << 8);
  return code === null ? [{ first: start, last: start | 0xff }] : [{ first: start | code, last: start | code }];
}

/** Everything that is in any of the sets. */
export function unionL4(sets: Iterable<L4Set>): L4Set {
  return normaliseRuns(numbers, [...sets].flat());
}

/** What is in both sets. */
export function intersectL4(a: L4Set, b: L4Set): L4Set {
  return intersectRuns(a, b);
}

/** What is in `a` and not in `b`. */
export function subtractL4(a: L4Set, b: L4Set): L4Set {
  return subtractRuns(numbers, a, b);
}

export function isEmptyL4(set: L4Set): boolean {
  return set.length === 0;
}

/** Whether every point of `inner` is in `outer`. */
export function includesL4(outer: L4Set, inner: L4Set): boolean {
  return includesRuns(outer, inner);
}

/** Whether the two have a point in common. */
export function overlapsL4(a: L4Set, b: L4Set): boolean {
  return overlapRuns(a, b);
}

export function equalL4(a: L4Set, b: L4Set): boolean {
  return equalRuns(a, b);
}

/** Whether the set holds this one point of the axis. */
export function hasL4(set: L4Set, point: number): boolean {
  return hasPoint(set, point);
}

/** The ports (or ICMP type and code values) of one protocol that are in the set. */
export function portsOf(set: L4Set, protocol: number): PortSet {
  const base = protocol << 16;
  return intersectL4(set, l4Protocol(protocol)).map(({ first, last }) => ({ first: first - base, last: last - base }));
}

/**
 * Protocols by the names clouds and people use, from IANA "Assigned Internet Protocol Numbers"
 * https://www.iana.org/assignments/protocol-numbers/protocol-numbers.xhtml
 */
const protocolNames: readonly (readonly [number, string, ...string[]])[] = [
  [0, "hopopt"],
  [1, "icmp", "icmpv4"],
  [2, "igmp"],
  [4, "ipv4", "ipip", "ip-in-ip"],
  [6, "tcp"],
  [8, "egp"],
  [9, "igp"],
  [17, "udp"],
  [33, "dccp"],
  [41, "ipv6"],
  [43, "ipv6-route"],
  [44, "ipv6-frag"],
  [46, "rsvp"],
  [47, "gre"],
  [50, "esp"],
  [51, "ah"],
  [58, "icmpv6", "ipv6-icmp", "icmp6"],
  [59, "ipv6-nonxt"],
  [60, "ipv6-opts"],
  [88, "eigrp"],
  [89, "ospf", "ospfigp"],
  [97, "etherip"],
  [103, "pim"],
  [108, "ipcomp"],
  [112, "vrrp"],
  [115, "l2tp"],
  [132, "sctp"],
  [136, "udplite"],
  [137, "mpls-in-ip"],
];

const numberByName = new Map(
  protocolNames.flatMap(([number, ...names]) => names.map((name) => [name, number] as const)),
);
const nameByNumber = new Map(protocolNames.map(([number, name]) => [number, name] as const));

/** Reads a protocol: a name in either case (`tcp`, `icmpv6`, `ESP`) or a number from 0 to 255. Null for anything else. */
export function protocolNumber(nameOrNumber: string | number): number | null {
  const text = String(nameOrNumber).trim().toLowerCase();
  if (/^\d{1,3}$/.test(text)) {
    const number = Number(text);
    return number <= 255 ? number : null;
  }
  return numberByName.get(text) ?? null;
}

/** A protocol as people call it: `tcp`, `esp`; the bare number where it has no common name. */
export function protocolName(number: number): string {
  return nameByNumber.get(number) ?? String(number);
}

/**
 * ICMP message types people know by name, from the IANA registries of ICMP and ICMPv6 parameters.
 * https://www.iana.org/assignments/icmp-parameters/icmp-parameters.xhtml
 * https://www.iana.org/assignments/icmpv6-parameters/icmpv6-parameters.xhtml
 */
const messageNames: Readonly<Record<number, ReadonlyMap<number, string>>> = {
  [icmp]: new Map([
    [0, "echo-reply"],
    [3, "destination-unreachable"],
    [5, "redirect"],
    [8, "echo-request"],
    [11, "time-exceeded"],
    [12, "parameter-problem"],
    [13, "timestamp-request"],
    [14, "timestamp-reply"],
  ]),
  [icmpv6]: new Map([
    [1, "destination-unreachable"],
    [2, "packet-too-big"],
    [3, "time-exceeded"],
    [4, "parameter-problem"],
    [128, "echo-request"],
    [129, "echo-reply"],
    [133, "router-solicitation"],
    [134, "router-advertisement"],
    [135, "neighbour-solicitation"],
    [136, "neighbour-advertisement"],
    [137, "redirect"],
  ]),
};

/** One protocol and what of it is meant, as reports carry it. */
export interface L4Entry {
  /** `tcp`, `icmp`, a bare number, a range of numbers (`18-57`), or `all`. */
  readonly protocol: string;
  /** `22,8000-8080`; ICMP types by name with `/code` where one is given (`echo-request,3/4`); `all` for the whole protocol. */
  readonly ports: string;
}

/** The set as a list with one entry per protocol, ascending; whole protocols next to each other become one entry. */
export function l4Entries(set: L4Set): L4Entry[] {
  if (equalL4(set, allL4)) return [{ protocol: "all", ports: "all" }];
  const entries: L4Entry[] = [];
  for (const { first, last } of set) {
    for (let protocol = first >> 16; protocol <= last >> 16; protocol += 1) {
      const before = entries.at(-1);
      // A protocol in several runs was written whole when its first run came by.
      if (before?.protocol === protocolName(protocol)) continue;
      const wholeUntil = lastWholeProtocol(protocol, first, last);
      if (wholeUntil - protocol >= 2) {
        entries.push({ protocol: `${protocol}-${wholeUntil}`, ports: "all" });
        protocol = wholeUntil;
        continue;
      }
      entries.push({ protocol: protocolName(protocol), ports: describePorts(protocol, portsOf(set, protocol)) });
    }
  }
  return entries;
}

/** The set in words: `tcp 22, 8000-8080; udp 53; icmp echo-request`, `every protocol`, `nothing`. */
export function describeL4(set: L4Set): string {
  const entries = l4Entries(set);
  if (entries.length === 0) return "nothing";
  return entries.map(describeEntry).join("; ");
}

function describeEntry({ protocol, ports }: L4Entry): string {
  if (protocol === "all") return "every protocol";
  if (/^\d+-\d+$/.test(protocol)) return `protocols ${protocol}`;
  const name = /^\d+$/.test(protocol) ? `protocol ${protocol}` : protocol;
  if (ports !== "all") return `${name} ${ports.replaceAll(",", ", ")}`;
  const number = protocolNumber(protocol);
  return number !== null && hasPorts(number) ? `every ${name} port` : `all ${name}`;
}

/** The last of the protocols, from `protocol` on, that the run first..last holds whole; `protocol - 1` when it does not hold even that one. */
function lastWholeProtocol(protocol: number, first: number, last: number): number {
  if (first > protocol << 16) return protocol - 1;
  return ((last + 1) >> 16) - 1;
}

function describePorts(protocol: number, ports: PortSet): string {
  if (ports.length === 1 && ports[0]?.first === 0 && ports[0].last === 0xffff) return "all";
  if (protocol === icmp || protocol === icmpv6)
    return ports.flatMap((run) => describeMessages(protocol, run)).join(",");
  return ports.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(",");
}

/** ICMP values first..last as types: whole ones by name or number (`3-8` for several), single codes as `type/code`. */
function describeMessages(
  protocol: number,
  { first, last }: { readonly first: number; readonly last: number },
): string[] {
  const name = (type: number): string => messageNames[protocol]?.get(type) ?? String(type);
  const codes = (type: number, from: number, to: number): string =>
    from === to ? `${name(type)}/${from}` : `${name(type)}/${from}-${to}`;
  const words: string[] = [];
  let at = first;
  while (at <= last) {
    const type = at >> 8;
    const code = at & 0xff;
    const typeLast = (type << 8) | 0xff;
    if (code !== 0 || typeLast > last) {
      words.push(codes(type, code, Math.min(last, typeLast) & 0xff));
      at = typeLast + 1;
      continue;
    }
    const wholeTypes = ((last + 1) >> 8) - type;
    if (wholeTypes > 2) words.push(`${type}-${type + wholeTypes - 1}`);
    else for (let each = type; each < type + wholeTypes; each += 1) words.push(name(each));
    at = (type + wholeTypes) << 8;
  }
  return words;
}

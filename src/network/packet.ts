import { lastV4 } from "./addresses.ts";
import type { Address, AddressSet, Interval } from "./addresses.ts";
import type { L4Set, PortSet } from "./l4.ts";

/** One packet as a firewall layer sees it, from the guarded side. */
export interface Packet {
  /** The other side: the source on ingress, the destination on egress. */
  readonly remote: Address;
  /** A point of the L4 axis; see L4Set. */
  readonly l4: number;
  /**
   * The source port, 0..65535. Protocols without ports have it too, as a coordinate that says nothing: rules that constrain source
   * ports are to name the protocols they mean in `l4`.
   */
  readonly sourcePort: number;
}

/** A set of packets: every combination of a remote address, an L4 point and a source port. */
export interface PacketBox {
  readonly remote: AddressSet;
  readonly l4: L4Set;
  /** Null when it holds for every source port. */
  readonly sourcePorts: PortSet | null;
}

/**
 * Both families on one line, so that one sweep serves both: IPv4 from 0, IPv6 right behind it. Nothing but order is read off it, and
 * a stretch that crosses the border holds the end of IPv4 and the beginning of IPv6.
 */
export const borderV6 = lastV4 + 1n;

/** Behind the last address of the line. */
export const endOfLine = borderV6 + (1n << 128n);

/** Where an address lies on the line. */
export function positionOf({ family, value }: Address): bigint {
  return family === 4 ? value : borderV6 + value;
}

/** Builds a set from ascending, disjoint stretches of the line, each from `first` up to but not including `end`. */
export function addressesOnLine(stretches: Iterable<readonly [first: bigint, end: bigint]>): AddressSet {
  const v4: Interval[] = [];
  const v6: Interval[] = [];
  for (const [first, end] of stretches) {
    if (first < borderV6) push(v4, first, (end < borderV6 ? end : borderV6) - 1n);
    if (end > borderV6) push(v6, (first > borderV6 ? first : borderV6) - borderV6, end - borderV6 - 1n);
  }
  return { v4, v6 };
}

function push(intervals: Interval[], first: bigint, last: bigint): void {
  const before = intervals.at(-1);
  if (before !== undefined && before.last + 1n === first)
    intervals[intervals.length - 1] = { first: before.first, last };
  else intervals.push({ first, last });
}

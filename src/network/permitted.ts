import { equalAddresses } from "./addresses.ts";
import type { AddressSet } from "./addresses.ts";
import { equalL4, lastL4 } from "./l4.ts";
import type { L4Set } from "./l4.ts";
import { addressesOnLine, endOfLine } from "./packet.ts";
import type { PacketBox } from "./packet.ts";
import { combine, mapDecisions } from "./packet-map.ts";
import type { Decision, PacketMap, Slice, Vector } from "./packet-map.ts";

const passes: Decision = { outcome: "allow", winners: [] };
const stops: Decision = { outcome: "deny", winners: [] };

/** The map with blame left out: whether each packet gets through. Maps that let the same packets through become alike. */
export function permittedOf(map: PacketMap): PacketMap {
  return mapDecisions(map, ({ outcome }) => (outcome === "allow" ? passes : stops));
}

/** What gets through as boxes that have no packet in common: one for each set of L4 points that some addresses share. */
export function permittedBoxes(map: PacketMap): readonly PacketBox[] {
  return boxesOf(permittedOf(map), ({ outcome }) => outcome === "allow");
}

/** The packets whose decision satisfies `wanted`, as disjoint boxes. Merge decisions first (`mapDecisions`) for the fewest. */
export function boxesOf(map: PacketMap, wanted: (decision: Decision) => boolean): readonly PacketBox[] {
  const keep = map.decisions.map(wanted);
  const runsOf = map.vectors.map((vector) => runsWhere(vector, keep));
  const groups: { remote: AddressSet; l4: L4Set; ports: { first: number; last: number }[] }[] = [];
  for (const [index, slice] of map.slices.entries()) {
    const lastPort = (map.slices[index + 1]?.firstPort ?? 0x10000) - 1;
    for (const { remote, row } of segmentsByRow(slice, (each) => (runsOf[each]?.length ?? 0) > 0)) {
      const l4 = runsOf[row] ?? [];
      // With one slice nothing can recur, and looking for it would be quadratic.
      const same =
        map.slices.length === 1
          ? undefined
          : groups.find((group) => equalL4(group.l4, l4) && equalAddresses(group.remote, remote));
      const before = same?.ports.at(-1);
      if (same === undefined) groups.push({ remote, l4, ports: [{ first: slice.firstPort, last: lastPort }] });
      else if (before !== undefined && before.last + 1 === slice.firstPort) before.last = lastPort;
      else same.ports.push({ first: slice.firstPort, last: lastPort });
    }
  }
  return groups.map(({ remote, l4, ports }) => {
    const every = ports.length === 1 && ports[0]?.first === 0 && ports[0].last === 0xffff;
    return { remote, l4, sourcePorts: every ? null : ports };
  });
}

/** The addresses of each row of a slice that is wanted. */
function segmentsByRow(
  slice: Slice,
  wanted: (row: number) => boolean,
): { readonly row: number; readonly remote: AddressSet }[] {
  const stretches = new Map<number, [bigint, bigint][]>();
  for (const [segment, row] of slice.rows.entries()) {
    if (!wanted(row)) continue;
    const stretch: [bigint, bigint] = [slice.starts[segment] ?? 0n, slice.starts[segment + 1] ?? endOfLine];
    const known = stretches.get(row);
    if (known === undefined) stretches.set(row, [stretch]);
    else known.push(stretch);
  }
  return [...stretches].map(([row, parts]) => ({ row, remote: addressesOnLine(parts) }));
}

function runsWhere({ starts, values }: Vector, keep: readonly boolean[]): L4Set {
  const runs: { first: number; last: number }[] = [];
  for (const [run, value] of values.entries()) {
    if (keep[value] !== true) continue;
    const first = starts[run] ?? 0;
    const last = (starts[run + 1] ?? lastL4 + 1) - 1;
    const before = runs.at(-1);
    if (before !== undefined && before.last + 1 === first) before.last = last;
    else runs.push({ first, last });
  }
  return runs;
}

/** Whether nothing gets through. */
export function permitsNothing(map: PacketMap): boolean {
  return permittedOf(map).decisions.every(({ outcome }) => outcome !== "allow");
}

/** What changes from one map to another: packets that get through only before, and only after. */
export interface PacketDifference {
  readonly lost: readonly PacketBox[];
  readonly gained: readonly PacketBox[];
}

const lost: Decision = { outcome: "deny", winners: [] };
const kept: Decision = { outcome: "undecided", winners: [] };
const gained: Decision = { outcome: "allow", winners: [] };

/** The exact difference between what two maps let through. */
export function differenceOf(before: PacketMap, after: PacketMap): PacketDifference {
  const map = combine(before, after, (a, b) => {
    if ((a.outcome === "allow") === (b.outcome === "allow")) return kept;
    return b.outcome === "allow" ? gained : lost;
  });
  return { lost: boxesOf(map, (each) => each === lost), gained: boxesOf(map, (each) => each === gained) };
}

/** Whether two maps let the same packets through. */
export function permitsSame(a: PacketMap, b: PacketMap): boolean {
  const map = combine(a, b, (x, y) => ((x.outcome === "allow") === (y.outcome === "allow") ? kept : lost));
  return !map.decisions.includes(lost);
}

/**
 * What a map lets through, as a text: equal texts let the same packets through, and the other way round. Two groups whose rules are
 * written differently and mean the same have the same text. It grows with the number of segments.
 */
export function permittedText(map: PacketMap): string {
  const plain = permittedOf(map);
  const keep = plain.decisions.map(({ outcome }) => outcome === "allow");
  const rows = plain.vectors.map((vector) =>
    runsWhere(vector, keep)
      .map(({ first, last }) => `${first.toString(36)}-${last.toString(36)}`)
      .join(","),
  );
  return plain.slices
    .map((slice) => {
      const segments = slice.rows.map(
        (row, segment) => `${(slice.starts[segment] ?? 0n).toString(36)}:${rows[row] ?? ""}`,
      );
      return `${slice.firstPort.toString(36)}[${segments.join(";")}]`;
    })
    .join("");
}

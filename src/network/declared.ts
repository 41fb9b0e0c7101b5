import { isEmptyAddresses, noAddresses, overlapsAddresses } from "./addresses.ts";
import type { AddressSet } from "./addresses.ts";
import { createColumnReader } from "./columns.ts";
import type { Column, ColumnPart } from "./columns.ts";
import { outcomeOf } from "./compile-layer.ts";
import { compile, rulesOf } from "./compile.ts";
import type { Compiled } from "./compile.ts";
import { isKnownExtent, knownExtent } from "./extent.ts";
import type { Extent, Filter, Rule } from "./filter.ts";
import { lastL4, overlapsL4, unionL4 } from "./l4.ts";
import type { L4Set } from "./l4.ts";
import { noRule } from "./packet-map.ts";
import type { PacketMap } from "./packet-map.ts";
import { sweepNumbers } from "./sweep.ts";
import type { Sweep } from "./sweep.ts";

/** What a filter lets through at some points of the L4 axis. */
export interface Openness {
  /** The points, all treated alike: the same remote addresses by the same rules. */
  readonly l4: L4Set;
  /** The remote addresses whose packets get through there; never certainly empty. */
  readonly remote: Extent;
  /** The rules that let them through, in the filter's order. Empty where only a default does. */
  readonly rules: readonly Rule[];
}

/**
 * What a filter lets through, whatever the source port: the L4 axis cut into the largest sets of points at which the same remote
 * addresses get through by the same rules. Points at which nothing can get through are left out. Exact for every kind of filter:
 * denies take away, stages of a chain follow each other. Where source ports matter, a remote address counts when some source port
 * gets through. Ports that differ only in the rule are separate entries, so what is open to whom at all is a sum over entries.
 */
export function openness(filter: Filter): readonly Openness[] {
  return opennessOf(compile(filter));
}

/** {@link openness} of a filter compiled before. */
export function opennessOf(compiled: Compiled): readonly Openness[] {
  const all = rulesOf(compiled.filter);
  const active = sweepNumbers(
    all.map((rule) => rule.l4),
    lastL4 + 1,
  );
  const maps = compiled.must === compiled.may ? [compiled.may] : [compiled.may, compiled.must];
  const readers = maps.map((map) => ({ map, read: createColumnReader(map) }));
  const activeIn = activeRules(active, all);
  const cuts = columnStarts(maps, active);
  const groups = new Map<
    string,
    { readonly l4: { first: number; last: number }[]; readonly remote: Extent; readonly rules: readonly Rule[] }
  >();
  for (const [index, first] of cuts.entries()) {
    const columns = readers.map(({ map, read }) => ({ map, column: read(first) }));
    const [may, must] = columns;
    if (may === undefined || isEmptyAddresses(may.column.remote)) continue;
    const rules = activeIn(first);
    const used = new Set<number>();
    for (const { map, column } of columns)
      for (const rule of contributors(compiled, map, column, rules)) used.add(rule);
    const ordered = [...used].toSorted((a, b) => a - b);
    // What is missing shows in the extent, so columns that differ in it are not the same.
    const remote = extentOf(must?.column ?? may.column, may.column, rules);
    const key = `${may.column.remoteId} ${must?.column.remoteId ?? ""} ${ordered.join(",")} ${remote.missing.join("\n")}`;
    const run = { first, last: (cuts[index + 1] ?? lastL4 + 1) - 1 };
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { l4: [run], remote, rules: ordered.flatMap((each) => all[each] ?? []) });
    else known.l4.push(run);
  }
  return [...groups.values()].map(({ l4, remote, rules }) => ({ l4: unionL4([l4]), remote, rules }));
}

function extentOf(must: Column, may: Column, active: ReadonlyMap<number, Rule>): Extent {
  const extent: Extent = { must: must.remote, may: may.remote, missing: [] };
  if (isKnownExtent(extent)) return knownExtent(may.remote);
  const missing = new Set<string>();
  for (const { remote } of active.values()) {
    if (!isKnownExtent(remote)) for (const each of remote.missing) missing.add(each);
  }
  return { ...extent, missing: [...missing] };
}

/** Where the L4 axis is to be cut: wherever a decision changes, or the rules that could contribute. */
function columnStarts(maps: readonly PacketMap[], active: Sweep<number>): readonly number[] {
  const starts = new Set(active.starts);
  for (const { vectors } of maps) for (const vector of vectors) for (const start of vector.starts) starts.add(start);
  return [...starts].toSorted((a, b) => a - b);
}

/** The rules whose L4 set holds a point, by their index among all. Points are to be asked for in ascending order. */
function activeRules(
  { starts, cover, lists }: Sweep<number>,
  all: readonly Rule[],
): (point: number) => ReadonlyMap<number, Rule> {
  const byList = new Map<number, ReadonlyMap<number, Rule>>();
  let segment = 0;
  return (point) => {
    while ((starts[segment + 1] ?? lastL4 + 1) <= point) segment += 1;
    const list = cover[segment] ?? 0;
    const known = byList.get(list);
    if (known !== undefined) return known;
    const rules = new Map<number, Rule>();
    for (const index of lists[list] ?? []) {
      const rule = all[index];
      if (rule !== undefined) rules.set(index, rule);
    }
    byList.set(list, rules);
    return rules;
  };
}

/**
 * The rules, by their index among all, that allow in some layer a packet of this column that gets through. In an ordered layer that is
 * whichever decided; in a union it is every rule that matches.
 */
function* contributors(
  compiled: Compiled,
  map: PacketMap,
  column: Column,
  active: ReadonlyMap<number, Rule>,
): Generator<number> {
  let offset = 0;
  for (const [index, layer] of compiled.layers.entries()) {
    const winnerOf = (decision: number): number => map.decisions[decision]?.winners[index] ?? noRule;
    for (const part of column.parts) {
      if (layer.kind === "anyOf") {
        // In a lone union everything open is open by the union; elsewhere only where one of its rules decided.
        const lone = compiled.layers.length === 1 && column.parts.length === 1;
        const remote = lone ? column.remote : decidedBy(part, winnerOf);
        for (const rule of supporters(part, remote, active, offset, layer.rules.length)) yield rule;
        continue;
      }
      for (const decision of part.decisions()) {
        const winner = winnerOf(decision);
        const rule = layer.rules[winner];
        if (rule !== undefined && rule.action !== "deny") yield offset + winner;
      }
    }
    offset += layer.rules.length;
  }
}

/** The addresses of a part for which a rule of a layer decided. */
function decidedBy(part: ColumnPart, winnerOf: (decision: number) => number): AddressSet {
  const wanted = new Set(part.decisions().filter((decision) => winnerOf(decision) >= 0));
  return wanted.size === 0 ? noAddresses : part.where((decision) => wanted.has(decision));
}

function* supporters(
  part: ColumnPart,
  remote: AddressSet,
  active: ReadonlyMap<number, Rule>,
  offset: number,
  count: number,
): Generator<number> {
  if (isEmptyAddresses(remote)) return;
  for (const [rule, { action, remote: from, sourcePorts }] of active) {
    if (rule < offset || rule >= offset + count || outcomeOf(action) !== "allow") continue;
    const ports = sourcePorts === null || overlapsL4(sourcePorts, [{ first: part.firstPort, last: part.lastPort }]);
    if (ports && overlapsAddresses(from.may, remote)) yield rule;
  }
}

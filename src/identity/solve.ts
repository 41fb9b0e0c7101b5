import { lastV4, lastV6, type AddressSet } from "../network/addresses.ts";
import { hasPoint } from "../network/intervals.ts";
import type { Automata } from "./automaton.ts";
import type { Condition, Match, Test } from "./condition.ts";
import { matchesValue, type Fact, type Facts } from "./facts.ts";
import { matchesGlob, type Glob, type Globs } from "./glob.ts";

/** A test that must hold, or must not. */
export interface Literal {
  readonly leaf: Extract<Condition, { readonly kind: "test" | "free" }>;
  readonly holds: boolean;
}

/** Literals that hold together: one way in which a condition can be true. */
export type Clause = readonly Literal[];

/** What solving needs to know. */
export interface World {
  readonly facts: Facts;
  readonly globs: Globs;
  readonly automata: Automata;
}

/** Ways that are told apart before a condition counts as too intricate to be decided. */
const clauseLimit = 256;

/**
 * The ways in which a condition is true or false, each of which some request can take; null when there are too many to tell.
 * What is unread is taken as false and as true: `unread` says whether it lets the condition come out as asked.
 * Keys are decided one by one: a way that is left out is certainly impossible.
 */
export function waysTo(condition: Condition, holds: boolean, unread: boolean, world: World): readonly Clause[] | null {
  switch (condition.kind) {
    case "constant":
      return condition.value === holds ? [[]] : [];
    case "unread":
      return unread ? [[]] : [];
    case "not":
      return waysTo(condition.of, !holds, unread, world);
    case "test":
    case "free": {
      const clause = [{ leaf: condition, holds }];
      return isPossible(clause, world) ? [clause] : [];
    }
    case "all":
    case "any": {
      if ((condition.kind === "any") === holds) return union(condition.of, holds, unread, world);
      return product(condition.of, holds, unread, world);
    }
  }
}

function union(parts: readonly Condition[], holds: boolean, unread: boolean, world: World): readonly Clause[] | null {
  const ways: Clause[] = [];
  let lost = false;
  for (const part of parts) {
    const found = waysTo(part, holds, unread, world);
    if (found === null) lost = true;
    // One way without any demand makes all others needless, even those that were too many.
    else if (found.some((clause) => clause.length === 0)) return [[]];
    else ways.push(...found);
  }
  return lost || ways.length > clauseLimit ? null : absorb(ways);
}

function product(parts: readonly Condition[], holds: boolean, unread: boolean, world: World): readonly Clause[] | null {
  let ways: readonly Clause[] = [[]];
  let lost = false;
  for (const part of parts) {
    const found = waysTo(part, holds, unread, world);
    if (found === null) {
      lost = true;
      continue;
    }
    if (found.length === 0) return [];
    if (lost) continue;
    const next = ways.flatMap((way) => found.map((clause) => merged(way, clause)));
    if (next.length > clauseLimit * 8) lost = true;
    else ways = absorb(next.filter((clause) => isPossible(clause, world)));
    if (ways.length === 0) return [];
    if (ways.length > clauseLimit) lost = true;
  }
  return lost ? null : ways;
}

function merged(a: Clause, b: Clause): Clause {
  const known = new Set(a.map(literalKey));
  return [...a, ...b.filter((literal) => !known.has(literalKey(literal)))];
}

/** Ways that demand more than another one does say nothing new. */
function absorb(ways: readonly Clause[]): readonly Clause[] {
  if (ways.length < 2) return ways;
  const keyed = ways.map((clause) => ({ clause, keys: new Set(clause.map(literalKey)) }));
  keyed.sort((a, b) => a.keys.size - b.keys.size);
  const kept: typeof keyed = [];
  for (const candidate of keyed) {
    if (!kept.some(({ keys }) => keys.isSubsetOf(candidate.keys))) kept.push(candidate);
  }
  return kept.map(({ clause }) => clause);
}

function literalKey({ leaf, holds }: Literal): string {
  return `${holds ? "+" : "-"}${leafKey(leaf)}`;
}

function leafKey(leaf: Literal["leaf"]): string {
  if (leaf.kind === "free") return `free ${leaf.text}`;
  const { key, over, negated, absent, text } = leaf.test;
  return `${key} ${over} ${negated} ${absent} ${text}`;
}

/** Whether a request can meet every literal, as far as each key by itself can tell. */
export function isPossible(clause: Clause, world: World): boolean {
  const tests = new Map<string, { readonly test: Test; readonly holds: boolean }[]>();
  const free = new Map<string, boolean>();
  for (const { leaf, holds } of clause) {
    if (leaf.kind === "free") {
      if ((free.get(leaf.text) ?? holds) !== holds) return false;
      free.set(leaf.text, holds);
    } else {
      const others = tests.get(leaf.test.key);
      if (others === undefined) tests.set(leaf.test.key, [{ test: leaf.test, holds }]);
      else others.push({ test: leaf.test, holds });
    }
  }
  return [...tests].every(([key, literals]) => canMeet(literals, world.facts(key), world));
}

type Demand = { readonly test: Test; readonly holds: boolean };

function canMeet(demands: readonly Demand[], fact: Fact, world: World): boolean {
  if (fact.presence !== "always" && demands.every(({ test, holds }) => test.absent === holds)) return true;
  if (fact.presence === "never") return false;
  const matching: (Demand & { readonly match: Match })[] = [];
  for (const { test, holds } of demands) {
    if (test.match !== null) matching.push({ test, holds, match: test.match });
    // A key that is there fails a test for its absence, and passes one for its presence.
    else if (test.absent === holds) return false;
  }
  if (matching.length === 0) return true;
  const points = valuesOf(
    matching.map(({ match }) => match),
    fact,
    world,
  );
  if (points === null) return true;
  const single = matching.filter(({ test }) => test.over === "one");
  if (single.length === matching.length) {
    return points.some((point) => matching.every(({ test, holds }, at) => (point[at] !== test.negated) === holds));
  }
  // Tests of the one value and of every value of the same key: more than can be decided here.
  if (single.length > 0) return true;
  const universal = matching.map(({ test, holds }) => (test.over === "every") === holds);
  const allowed = points.filter((point) =>
    matching.every(({ test, holds }, at) => universal[at] !== true || (point[at] !== test.negated) === holds),
  );
  const needs = matching.flatMap(({ test, holds }, at) => (universal[at] === true ? [] : [{ at, test, holds }]));
  return (
    allowed.length > 0 &&
    needs.every(({ at, test, holds }) => allowed.some((point) => (point[at] !== test.negated) === holds))
  );
}

/** Which matches one value can be like at the same time: a row per kind of value; null where that cannot be told. */
function valuesOf(matches: readonly Match[], fact: Fact, world: World): readonly (readonly boolean[])[] | null {
  if (fact.values !== null) {
    return fact.values.map((value) => matches.map((match) => matchesValue(match, value)));
  }
  const [first] = matches;
  if (first === undefined || matches.some(({ kind }) => kind !== first.kind)) return null;
  const bound = fact.within.find(({ kind }) => kind === first.kind);
  const except: Match = {
    kind: "text",
    anyOf: fact.except.map((text) => ({ kind: "glob", glob: world.globs.literal(text) })),
  };
  const limits = [...(bound === undefined ? [] : [bound]), ...(first.kind === "text" ? [except] : [])];
  const rows = rowsOf(first.kind, [...matches, ...limits], world);
  return (
    rows
      ?.filter(
        (row) =>
          (bound === undefined || row[matches.length] === true) && !(first.kind === "text" && row.at(-1) === true),
      )
      .map((row) => row.slice(0, matches.length)) ?? null
  );
}

function rowsOf(kind: Match["kind"], matches: readonly Match[], world: World): readonly (readonly boolean[])[] | null {
  switch (kind) {
    case "text":
      return textRows(matches, world);
    case "number":
    case "time": {
      const runs = matches.map((match) => (match.kind === "number" || match.kind === "time" ? match.anyOf : []));
      const points = new Set(
        runs.flatMap((each) => each.flatMap(({ first, last }) => [first - 1, first, last, last + 1])),
      );
      return [0, ...points].map((point) => runs.map((each) => hasPoint(each, point)));
    }
    case "address":
      return addressRows(matches.flatMap((match) => (match.kind === "address" ? [match.anyOf] : [])));
  }
}

function textRows(matches: readonly Match[], world: World): readonly (readonly boolean[])[] | null {
  const lists = matches.map((match): readonly Glob[] =>
    match.kind === "text" ? match.anyOf.flatMap((pattern) => (pattern.kind === "glob" ? [pattern.glob] : [])) : [],
  );
  const globs = [...new Set(lists.flat())];
  const wild = globs.filter(({ literal, foldsCase }) => literal === null || foldsCase);
  const places = lists.map((list) => list.map((glob) => globs.indexOf(glob)));
  const rowFrom = (hit: (glob: Glob) => boolean): readonly boolean[] => {
    const hits = globs.map(hit);
    return places.map((list) => list.some((at) => hits[at] === true));
  };
  // Fixed texts are looked at one by one, so that long lists of them need no automaton.
  const fixed = globs.flatMap(({ literal, foldsCase }) => (literal === null || foldsCase ? [] : [literal]));
  const rows = fixed.map((text) => rowFrom((glob) => matchesGlob(glob, text)));
  const signatures = world.automata.signatures(world.globs.all, wild);
  if (signatures === null) return null;
  // A signature may belong to a fixed text alone; that makes a row too many at most, which can only leave more open.
  return [...rows, ...signatures.map((signature) => rowFrom((glob) => signature[wild.indexOf(glob)] === true))];
}

function addressRows(sets: readonly AddressSet[]): readonly (readonly boolean[])[] {
  const rows: (readonly boolean[])[] = [];
  for (const family of ["v4", "v6"] as const) {
    const last = family === "v4" ? lastV4 : lastV6;
    const points = new Set<bigint>([0n, last]);
    for (const set of sets) {
      for (const run of set[family]) {
        for (const point of [run.first - 1n, run.first, run.last, run.last + 1n]) {
          if (point >= 0n && point <= last) points.add(point);
        }
      }
    }
    for (const point of points) rows.push(sets.map((set) => hasPoint(set[family], point)));
  }
  return rows;
}

import type { IdentityEstate } from "./estate.ts";
import { createGlobs, matchesGlob, type Glob } from "./glob.ts";
import type { Principal } from "./principal.ts";

/** Someone who may change firewalls, as rampart.yaml names them. */
export interface ExpectedPrincipal {
  /** A pattern over principals' own ids in which `*` and `?` are wildcards; case does not matter. */
  readonly principal: string;
  readonly reason: string;
  readonly owner: string | null;
  readonly ticket: string | null;
  /** The last day on which it counts, `YYYY-MM-DD` in UTC; null when it never ends. */
  readonly expires: string | null;
}

/** Tells who is expected at one time. */
export interface Expectation {
  /** The first entry that still counts and names the principal; null when there is none. */
  readonly entryFor: (principal: Principal) => ExpectedPrincipal | null;
}

/** The kinds of principal that are one being each: another of their names means the same one. */
const beings: ReadonlySet<Principal["kind"]> = new Set(["user", "service-account"]);

/**
 * Reads a list of expected principals as of one time.
 *
 * A pattern is held against a principal's id and, where the principal is one being, its other names: a role's other names are those of people who take
 * it, and that one of them is expected says nothing of the others. Who is not certainly of the organization is expected only where an entry is their id
 * letter by letter: a pattern written for one's own accounts must not take in a stranger of the same name.
 * @param asOf ISO 8601; entries that ended on a day before it no longer count
 */
export function expectationOf(expected: readonly ExpectedPrincipal[], asOf: string): Expectation {
  const before = known.get(expected);
  if (before?.asOf === asOf) return before.expectation;
  const globs = createGlobs();
  const entries = expected
    .filter((entry) => !isExpired(entry, asOf))
    .map((entry) => ({ entry, glob: globs.pattern(entry.principal, true) }));
  const found = new Map<Principal, ExpectedPrincipal | null>();
  const expectation: Expectation = {
    entryFor: (principal) => {
      const told = found.get(principal);
      if (told !== undefined) return told;
      const entry = entries.find((each) => isNamed(principal, each.entry, each.glob))?.entry ?? null;
      found.set(principal, entry);
      return entry;
    },
  };
  known.set(expected, { asOf, expectation });
  return expectation;
}

/** Several checks ask about the same list. */
const known = new WeakMap<readonly ExpectedPrincipal[], { readonly asOf: string; readonly expectation: Expectation }>();

function isNamed({ id, kind, home, names }: Principal, { principal }: ExpectedPrincipal, glob: Glob): boolean {
  if (home !== "own") return principal === id;
  if (principal === id || matchesGlob(glob, id)) return true;
  return beings.has(kind) && names.some((name) => matchesGlob(glob, name));
}

/** Whether an entry ended on a day before a time. */
export function isExpired({ expires }: ExpectedPrincipal, asOf: string): boolean {
  return expires !== null && expires < asOf.slice(0, "YYYY-MM-DD".length);
}

/**
 * What is to be said of the list itself: entries that have ended, and those that name nobody who can change a firewall. Nothing is called unused while
 * some identities were not read, or none: it may be theirs.
 */
export function remarksOn(
  expected: readonly ExpectedPrincipal[],
  { principals, missing, whoCan }: Pick<IdentityEstate, "principals" | "missing" | "whoCan">,
  asOf: string,
): readonly string[] {
  if (expected.length === 0) return [];
  const ended = expected.filter((entry) => isExpired(entry, asOf));
  const remarks = ended.map(
    ({ principal, expires }) => `expected: ${principal} ended on ${expires ?? ""} and no longer counts`,
  );
  if (principals.length === 0 || missing.length > 0) return remarks;
  const changers = new Map(whoCan().grants.map(({ principal }) => [principal.id, principal]));
  const unused = expected.filter((entry) => {
    if (isExpired(entry, asOf)) return false;
    const { entryFor } = expectationOf([entry], asOf);
    return ![...changers.values()].some((principal) => entryFor(principal) !== null);
  });
  return [
    ...remarks,
    ...unused.map(
      ({ principal }) => `expected: ${principal} is unused: it names nobody of this scan who can change a firewall`,
    ),
  ];
}

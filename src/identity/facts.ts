import { hasAddress, parseAddress } from "../network/addresses.ts";
import { hasPoint } from "../network/intervals.ts";
import {
  allOf,
  always,
  anyOf,
  never,
  not,
  type Condition,
  type Match,
  type Pattern,
  type Template,
  type Test,
} from "./condition.ts";
import type { Control } from "./estate.ts";
import { matchesGlob, type Glob, type GlobPart, type Globs } from "./glob.ts";

/** What is known of one key of the request before the request is made. */
export interface Fact {
  /** Whether requests hold the key. */
  readonly presence: "always" | "maybe" | "never";
  /** The values that it has where it is there; null when they are open. */
  readonly values: readonly string[] | null;
  /** Where values are open: what each of them is certainly like, said for each kind of match that may ask; empty when it may be anything. */
  readonly within: readonly Match[];
  /** Where values are open: texts that none of them is. */
  readonly except: readonly string[];
  /** What could not be read, in words: the key's value is then neither known nor anybody's to choose. */
  readonly missing: string | null;
  readonly control: Control;
}

/** What is known of each key, by its canonical name. */
export type Facts = (key: string) => Fact;

/** A key that may hold anything. */
export function openFact(control: Control, presence: "always" | "maybe" = "maybe"): Fact {
  return { presence, values: null, within: [], except: [], missing: null, control };
}

/** A key that has exactly these values, in every request; none of them means that it is in no request. */
export function knownFact(values: readonly string[], control: Control = "unknown"): Fact {
  return { presence: values.length === 0 ? "never" : "always", values, within: [], except: [], missing: null, control };
}

/** A key whose value the records should tell and do not. */
export function unreadFact(missing: string): Fact {
  return { presence: "maybe", values: null, within: [], except: [], missing, control: "unknown" };
}

/** A pattern with the request's values put in. */
export type Resolved =
  | { readonly kind: "glob"; readonly glob: Glob }
  /** It matches nothing, for a value that it needs is not there. */
  | { readonly kind: "nothing" }
  /** It depends on values that are open: what it matches lies within the glob. */
  | { readonly kind: "within"; readonly glob: Glob; readonly control: Control; readonly missing: string | null };

/** Puts what is known of the request into a pattern. */
export function resolvePattern(pattern: Pattern, facts: Facts, globs: Globs): Resolved {
  return pattern.kind === "glob" ? pattern : resolveTemplate(pattern.template, facts, globs);
}

function resolveTemplate({ parts, foldsCase }: Template, facts: Facts, globs: Globs): Resolved {
  const filled: GlobPart[] = [];
  const open: Fact[] = [];
  for (const part of parts) {
    if (part.kind !== "variable") {
      filled.push(part);
      continue;
    }
    const fact = facts(part.key);
    const known = fact.values ?? (fact.presence === "never" ? [] : null);
    if (known === null) {
      open.push(fact);
      filled.push({ kind: "pattern", text: "*" });
      continue;
    }
    // A key of several values cannot be put in, and neither can one of none.
    const value = known.length === 1 ? known[0] : undefined;
    const text = value ?? part.otherwise;
    if (text === null) return { kind: "nothing" };
    filled.push({ kind: "literal", text });
  }
  const glob = globs.of(filled, foldsCase);
  const decisive = open.find(({ missing }) => missing !== null) ?? open[0];
  if (decisive === undefined) return { kind: "glob", glob };
  return { kind: "within", glob, control: decisive.control, missing: decisive.missing };
}

/** The condition with everything put in that is known: what is left is open. */
export function settle(condition: Condition, facts: Facts, globs: Globs): Condition {
  switch (condition.kind) {
    case "constant":
    case "free":
    case "unread":
      return condition;
    case "not":
      return not(settle(condition.of, facts, globs));
    case "all":
      return allOf(condition.of.map((part) => settle(part, facts, globs)));
    case "any":
      return anyOf(condition.of.map((part) => settle(part, facts, globs)));
    case "test":
      return settleTest(condition.test, facts, globs);
  }
}

function settleTest(test: Test, facts: Facts, globs: Globs): Condition {
  const fact = facts(test.key);
  if (fact.missing !== null) return { kind: "unread", missing: fact.missing };
  if (fact.presence === "never") return test.absent ? always : never;
  if (test.match === null) {
    if (fact.presence === "maybe") return { kind: "test", test };
    return test.absent ? never : always;
  }
  const filled = fillIn(test.match, facts, globs);
  const link = filled.link;
  if (link !== null) {
    if (link.missing !== null) return { kind: "unread", missing: link.missing };
    return { kind: "free", text: test.text, key: test.key, control: link.control };
  }
  if (fact.values === null) return { kind: "test", test: { ...test, match: filled.match } };
  const passed = fact.values.map((value) => matchesValue(filled.match, value) !== test.negated);
  const value = test.over === "every" ? passed.every(Boolean) : passed.some(Boolean);
  if (fact.presence === "always" || value === test.absent) return value ? always : never;
  return { kind: "test", test: { ...test, match: filled.match } };
}

/** The match with every pattern a glob; the link is the first value that is open and decides. */
function fillIn(
  match: Match,
  facts: Facts,
  globs: Globs,
): { readonly match: Match; readonly link: { readonly control: Control; readonly missing: string | null } | null } {
  if (match.kind !== "text" || match.anyOf.every(({ kind }) => kind === "glob")) return { match, link: null };
  const resolved = match.anyOf.map((pattern) => resolvePattern(pattern, facts, globs));
  const link = resolved.find((each) => each.kind === "within") ?? null;
  return { match: { kind: "text", anyOf: resolved.filter((each) => each.kind === "glob") }, link };
}

/** Whether one value is like a match whose patterns are all globs. A value of another kind than the match's is not. */
export function matchesValue(match: Match, value: string): boolean {
  switch (match.kind) {
    case "text":
      return match.anyOf.some((pattern) => pattern.kind === "glob" && matchesGlob(pattern.glob, value));
    case "number": {
      const number = readNumber(value);
      return number !== null && hasPoint(match.anyOf, number);
    }
    case "time": {
      const time = readTime(value);
      return time !== null && hasPoint(match.anyOf, time);
    }
    case "address": {
      const address = parseAddress(value);
      return address !== null && hasAddress(match.anyOf, address);
    }
  }
}

/** A number in thousandths; null when the text is none or too large to be told exactly. */
export function readNumber(text: string): number | null {
  if (!/^[+-]?\d+(?:\.\d{1,3})?$/.test(text.trim())) return null;
  const thousandths = Math.round(Number(text) * 1000);
  return Number.isSafeInteger(thousandths) ? thousandths : null;
}

/**
 * A time in whole seconds since 1970: ISO 8601 with or without time of day, or a number of seconds; null when the text is neither.
 * A time without a zone is UTC.
 */
export function readTime(text: string): number | null {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|z|[+-]\d{2}:?\d{2})?)?$/.exec(
    text.trim(),
  );
  if (parts === null) return null;
  const [, day = "", time = "00:00:00", zone = "Z"] = parts;
  const parsed = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}${zone.toUpperCase()}`);
  return Number.isNaN(parsed) ? null : Math.floor(parsed / 1000);
}

import {
  allOf,
  always,
  anyOf,
  type Condition,
  type Match,
  type Pattern,
  type Test,
} from "../../../../identity/condition.ts";
import { readNumber, readTime } from "../../../../identity/facts.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { Json } from "../../../../model/finding.ts";
import { parseCidr, unionAddresses } from "../../../../network/addresses.ts";
import { normaliseRuns, numbers, type Run } from "../../../../network/intervals.ts";
import { isObject } from "../../../read.ts";
import { readPattern } from "./templates.ts";

/** How a condition's values are compared. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
type Comparison =
  | {
      readonly kind: "text";
      readonly wildcards: boolean;
      readonly byPart: boolean;
      readonly foldsCase: boolean;
      readonly variables: boolean;
    }
  | { readonly kind: "number" | "time"; readonly order: "=" | "<" | "<=" | ">" | ">=" }
  | { readonly kind: "address" }
  | { readonly kind: "null" };

interface Operator {
  readonly comparison: Comparison;
  readonly negated: boolean;
}

const exact = { kind: "text", wildcards: false, byPart: false, foldsCase: false, variables: true } as const;
const like = { ...exact, wildcards: true } as const;
const ignoreCase = { ...exact, foldsCase: true } as const;
// ArnEquals and ArnLike behave identically: both know wildcards, part by part.
const arn = { ...like, byPart: true } as const;
const plainly = (comparison: Comparison): Operator => ({ comparison, negated: false });
const negated = (comparison: Comparison): Operator => ({ comparison, negated: true });

/** Names fold case: AWS accepts `stringequals`. */
const operators: ReadonlyMap<string, Operator> = new Map([
  ["stringequals", plainly(exact)],
  ["stringnotequals", negated(exact)],
  ["stringequalsignorecase", plainly(ignoreCase)],
  ["stringnotequalsignorecase", negated(ignoreCase)],
  ["stringlike", plainly(like)],
  ["stringnotlike", negated(like)],
  ["arnequals", plainly(arn)],
  ["arnlike", plainly(arn)],
  ["arnnotequals", negated(arn)],
  ["arnnotlike", negated(arn)],
  ["binaryequals", plainly({ ...exact, variables: false })],
  ["bool", plainly(ignoreCase)],
  ["ipaddress", plainly({ kind: "address" })],
  ["notipaddress", negated({ kind: "address" })],
  ["null", plainly({ kind: "null" })],
  ...(["numeric", "date"] as const).flatMap((name): readonly (readonly [string, Operator])[] => {
    const kind = name === "numeric" ? "number" : "time";
    return [
      [`${name}equals`, plainly({ kind, order: "=" })],
      [`${name}notequals`, negated({ kind, order: "=" })],
      [`${name}lessthan`, plainly({ kind, order: "<" })],
      [`${name}lessthanequals`, plainly({ kind, order: "<=" })],
      [`${name}greaterthan`, plainly({ kind, order: ">" })],
      [`${name}greaterthanequals`, plainly({ kind, order: ">=" })],
    ];
  }),
]);

/** What reading a condition rests on. */
export interface ConditionReading {
  readonly globs: Globs;
  /** Whether the policy's language has variables: its Version is 2012-10-17. */
  readonly variables: boolean;
  /** Where the condition stands, for what cannot be understood: `statement #2 of policy p`. */
  readonly where: string;
}

/**
 * The Condition element: all operators and keys must hold, one value of each is enough. What is not a condition as documented is unread,
 * with its place named.
 * @param value the element; undefined where the statement has none
 */
export function readCondition(value: Json | undefined, reading: ConditionReading): Condition {
  if (value === undefined || value === null) return always;
  if (!isObject(value)) return unread("the condition", reading);
  const conditions: Condition[] = [];
  for (const [operator, keys] of Object.entries(value)) {
    if (isObject(keys))
      for (const [key, values] of Object.entries(keys)) conditions.push(readTest(operator, key, values, reading));
    else conditions.push(unread(`the condition ${operator}`, reading));
  }
  return allOf(conditions);
}

function unread(what: string, { where }: ConditionReading): Condition {
  return { kind: "unread", missing: `${what} in ${where} cannot be understood` };
}

function readTest(name: string, key: string, values: Json, reading: ConditionReading): Condition {
  const [, set = "", base = ""] = /^(?:(ForAllValues|ForAnyValue):)?(.*)$/is.exec(name) ?? [];
  const ifExists = /IfExists$/i.test(base);
  const operator = operators.get((ifExists ? base.slice(0, -"IfExists".length) : base).toLowerCase());
  const texts = textsOf(values);
  if (operator === undefined || texts === null) return unread(`the condition ${name} on ${key}`, reading);
  const { comparison } = operator;
  const text = `${name} ${key} ${texts.join(", ")}`;
  const about = { key: key.toLowerCase(), name: key, text };
  if (comparison.kind === "null") return presence(texts, about) ?? unread(`the condition ${name} on ${key}`, reading);
  const match = readMatch(comparison, texts, reading);
  if (match === null) return unread(`the condition ${name} on ${key}`, reading);
  const over = set === "" ? "one" : set.toLowerCase() === "forallvalues" ? "every" : "any";
  const absent = over === "every" || ifExists || (over === "one" && operator.negated);
  return { kind: "test", test: { ...about, over, negated: operator.negated, absent, match } };
}

/** `Null`: true means that the key must not be there. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null */
function presence(texts: readonly string[], about: Pick<Test, "key" | "name" | "text">): Condition | null {
  const wanted = texts.map((text) => text.toLowerCase());
  if (wanted.length === 0 || wanted.some((text) => text !== "true" && text !== "false")) return null;
  return anyOf(
    [...new Set(wanted)].map((text): Condition => ({
      kind: "test",
      test: { ...about, over: "one", negated: false, absent: text === "true", match: null },
    })),
  );
}

/** One value or a list of them, each text, number or true/false; null for anything else. */
function textsOf(values: Json): readonly string[] | null {
  const list: readonly Json[] = isList(values) ? values : [values];
  const texts = list.flatMap((value) =>
    typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? [String(value)] : [],
  );
  return texts.length === list.length ? texts : null;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function readMatch(
  comparison: Exclude<Comparison, { readonly kind: "null" }>,
  texts: readonly string[],
  reading: ConditionReading,
): Match | null {
  switch (comparison.kind) {
    case "text": {
      const how = { ...comparison, variables: comparison.variables && reading.variables };
      return { kind: "text", anyOf: texts.map((text): Pattern => readPattern(text, how, reading.globs)) };
    }
    case "address": {
      const sets = texts.flatMap((text) => parseCidr(text) ?? []);
      return sets.length === texts.length ? { kind: "address", anyOf: unionAddresses(sets) } : null;
    }
    case "number":
    case "time": {
      const points = texts.flatMap((text) => (comparison.kind === "number" ? readNumber(text) : readTime(text)) ?? []);
      if (points.length !== texts.length) return null;
      return {
        kind: comparison.kind,
        anyOf: normaliseRuns(
          numbers,
          points.map((point) => runOf(comparison.order, point)),
        ),
      };
    }
  }
}

function runOf(order: "=" | "<" | "<=" | ">" | ">=", point: number): Run<number> {
  const lowest = Number.MIN_SAFE_INTEGER + 1;
  const highest = Number.MAX_SAFE_INTEGER - 1;
  switch (order) {
    case "=":
      return { first: point, last: point };
    case "<":
      return { first: lowest, last: point - 1 };
    case "<=":
      return { first: lowest, last: point };
    case ">":
      return { first: point + 1, last: highest };
    case ">=":
      return { first: point, last: highest };
  }
}

import {
  allOf,
  always,
  anyOf,
  never,
  not,
  type Condition,
  type Match,
  type Test,
} from "../../../../identity/condition.ts";
import type { Control } from "../../../../identity/estate.ts";
import { readTime } from "../../../../identity/facts.ts";
import { anyRun, type Glob, type Globs } from "../../../../identity/glob.ts";
import { parseCel, type Expression } from "./cel.ts";
import { kinds } from "./data/kinds.ts";
import { grantedRoles, projectKey, shapeKey, tagKey } from "./keys.ts";

/** Attributes that are text, and the keys that stand for them. https://docs.cloud.google.com/iam/docs/conditions-attribute-reference */
const textAttributes: ReadonlySet<string> = new Set([
  "resource.name",
  "resource.type",
  "resource.service",
  "principal.type",
  "principal.subject",
]);

/** Who decides about attributes that are not looked into, by what they begin with. */
const controls: readonly (readonly [prefix: string, control: Control])[] = [
  ["request.time", "time"],
  ["request.auth", "authentication"],
  ["principal", "authentication"],
  ["destination", "network"],
  ["resource.hasTag", "tag"],
  ["resource.matchTag", "tag"],
  ["resource", "resource"],
  ["request", "caller"],
  ["api", "caller"],
];

/**
 * The condition of a binding or a rule, as tests on the request. What is no expression, and what asks for something that is not known, is left open
 * with its text. https://docs.cloud.google.com/iam/docs/conditions-overview
 */
export function readCel(source: string, globs: Globs): Condition {
  const expression = parseCel(source);
  if (expression === null) return { kind: "free", text: flat(source), key: "condition", control: "unknown" };
  return conditionOf(expression, { source, globs });
}

interface Reading {
  readonly source: string;
  readonly globs: Globs;
}

function conditionOf(expression: Expression, reading: Reading): Condition {
  switch (expression.kind) {
    case "literal":
      return expression.value === true ? always : expression.value === false ? never : free(expression, reading);
    case "not":
      return not(conditionOf(expression.of, reading));
    case "choice": {
      const choice = conditionOf(expression.if, reading);
      return anyOf([
        allOf([choice, conditionOf(expression.yes, reading)]),
        allOf([not(choice), conditionOf(expression.no, reading)]),
      ]);
    }
    case "binary":
      return binaryCondition(expression, reading);
    case "call":
      return callCondition(expression, reading) ?? free(expression, reading);
    case "name":
    case "member":
    case "index":
    case "list":
    case "minus":
      return free(expression, reading);
  }
}

function binaryCondition(expression: Expression & { readonly kind: "binary" }, reading: Reading): Condition {
  const { operator, left, right } = expression;
  if (operator === "&&") return allOf([conditionOf(left, reading), conditionOf(right, reading)]);
  if (operator === "||") return anyOf([conditionOf(left, reading), conditionOf(right, reading)]);
  const made = comparison(operator, left, right, expression, reading);
  return (
    made ?? comparison(mirrored.get(operator) ?? "", right, left, expression, reading) ?? free(expression, reading)
  );
}

const mirrored: ReadonlyMap<string, string> = new Map([
  ["==", "=="],
  ["!=", "!="],
  ["<", ">"],
  ["<=", ">="],
  [">", "<"],
  [">=", "<="],
]);

/** A comparison of an attribute with something fixed; null when it is none that is understood. */
function comparison(
  operator: string,
  left: Expression,
  right: Expression,
  whole: Expression,
  reading: Reading,
): Condition | null {
  const attribute = pathOf(left);
  if (attribute === null) return null;
  if (textAttributes.has(attribute)) {
    const values = operator === "in" ? fixedTexts(right) : oneText(right);
    if (values === null || !["==", "!=", "in"].includes(operator)) return null;
    const globs = values.map((value) => reading.globs.literal(value));
    const test = textTest(attribute, globs, whole, reading);
    return operator === "!=" ? not(test) : test;
  }
  if (attribute !== "request.time") return null;
  const time = fixedTime(right);
  const match = time === null ? null : timeMatch(operator, time);
  return match === null ? null : { kind: "test", test: testOf("request.time", match, whole, reading) };
}

function callCondition(expression: Expression & { readonly kind: "call" }, reading: Reading): Condition | null {
  const { of, name, arguments: given } = expression;
  if (of === null) return null;
  const attribute = pathOf(of);
  const [first, second] = given.map(fixedText);
  if (attribute === "resource") return tagCondition(name, first ?? null, second ?? null, expression, reading);
  if (attribute !== null && textAttributes.has(attribute) && typeof first === "string" && given.length === 1) {
    const { globs } = reading;
    const fixed = { kind: "literal", text: first } as const;
    const open = { kind: "pattern", text: "*" } as const;
    switch (name) {
      case "startsWith":
        return textTest(attribute, [globs.of([fixed, open])], expression, reading);
      case "endsWith":
        return textTest(attribute, [globs.of([open, fixed])], expression, reading);
      case "contains":
        return textTest(attribute, [globs.of([open, fixed, open])], expression, reading);
      default:
        return null;
    }
  }
  return name === "hasOnly" ? grantsCondition(of, given, expression, reading) : null;
}

/** https://docs.cloud.google.com/iam/docs/conditions-attribute-reference#resource-tags */
function tagCondition(
  name: string,
  key: string | null,
  value: string | null,
  whole: Expression,
  reading: Reading,
): Condition | null {
  if (key === null) return null;
  if (name === "hasTagKey" || name === "hasTagKeyId") {
    return { kind: "test", test: { ...testOf(tagKey(key), null, whole, reading), name: `tag ${key}` } };
  }
  if ((name !== "matchTag" && name !== "matchTagId") || value === null) return null;
  const match: Match = { kind: "text", anyOf: [{ kind: "glob", glob: reading.globs.literal(value) }] };
  return { kind: "test", test: { ...testOf(tagKey(key), match, whole, reading), name: `tag ${key}` } };
}

/** Which roles a request grants or takes away. https://docs.cloud.google.com/iam/docs/setting-limits-on-granting-roles */
function grantsCondition(
  of: Expression,
  given: readonly Expression[],
  whole: Expression,
  reading: Reading,
): Condition | null {
  if (of.kind !== "call" || of.name !== "getAttribute" || of.of === null || pathOf(of.of) !== "api") return null;
  const [attribute] = of.arguments;
  if (attribute === undefined || fixedText(attribute) !== grantedRoles) return null;
  const [list] = given;
  const roles = list === undefined ? null : fixedTexts(list);
  if (roles === null) return null;
  const match: Match = {
    kind: "text",
    anyOf: roles.map((role) => ({ kind: "glob", glob: reading.globs.literal(role) })),
  };
  // A request that grants nothing grants nothing else.
  const test: Test = { ...testOf(grantedRoles, match, whole, reading), over: "every", absent: true };
  return { kind: "test", test: { ...test, name: "the roles that are granted" } };
}

function textTest(attribute: string, globs: readonly Glob[], whole: Expression, reading: Reading): Condition {
  const match: Match = { kind: "text", anyOf: globs.map((glob) => ({ kind: "glob", glob })) };
  const test: Condition = { kind: "test", test: testOf(attribute, match, whole, reading) };
  return attribute === "resource.name" ? allOf(namePart(test, globs, whole, reading)) : test;
}

/**
 * A test of a name, with what follows from how the name begins: in which project the resource lies, and of which kind it is. Both are known where the rest
 * of the name is not.
 */
function namePart(test: Condition, globs: readonly Glob[], whole: Expression, reading: Reading): readonly Condition[] {
  const implied = (key: string, values: readonly string[]): Condition => ({
    kind: "test",
    test: {
      key,
      name: key,
      over: "any",
      negated: false,
      absent: false,
      match: { kind: "text", anyOf: values.map((value) => ({ kind: "glob", glob: reading.globs.literal(value) })) },
      text: flat(`${key} of ${textOf(whole, reading)}`),
    },
  });
  const conditions: Condition[] = [];
  const projects = globs.flatMap((glob) => projectOf(glob) ?? []);
  const isInProjects = projects.length === globs.length && globs.length > 0;
  if (isInProjects) conditions.push(implied(projectKey, projects));
  const fitting = shapes.filter((shape) => globs.some((glob) => canBeLike(glob, shape)));
  if (fitting.length < shapes.length) conditions.push(implied(shapeKey, fitting));
  // All that lies in a project is named after its id.
  return isInProjects && globs.every(isWholeProject) ? conditions : [test, ...conditions];
}

const shapes: readonly string[] = [...new Set(Object.values(kinds).flatMap(({ name }) => name ?? []))];

/** Whether a text that a pattern matches can have the parts between slashes that a shape fixes; the pattern's own wildcards may be anything. */
function canBeLike({ prefix, literal }: Glob, shape: string): boolean {
  if (shape.startsWith("*")) return true;
  const fixed = shape.split("/");
  const given = prefix.split("/");
  const isWhole = literal !== null;
  if (isWhole && given.length !== fixed.length) return false;
  return given.every((part, at) => {
    const wanted = fixed[at];
    if (wanted === undefined) return false;
    if (wanted === "*") return true;
    return at < given.length - 1 || isWhole ? part === wanted : wanted.startsWith(part);
  });
}

function isWholeProject({ tokens, prefix }: Glob): boolean {
  return (
    /^projects\/[^/]*[^/\d][^/]*\/$/.test(prefix) && tokens.length === prefix.length + 1 && tokens.at(-1) === anyRun
  );
}

function projectOf({ prefix }: Glob): string | null {
  return /^(?:\/\/[^/]+\/)?projects\/([^/]+)\//.exec(prefix)?.[1] ?? null;
}

function testOf(key: string, match: Match | null, whole: Expression, reading: Reading): Test {
  const text = textOf(whole, reading);
  return { key, name: key, over: "one", negated: false, absent: false, match, text };
}

function free(expression: Expression, reading: Reading): Condition {
  const text = textOf(expression, reading);
  const bare = text.replace(/^[!(\s]+/, "");
  const control = controls.find(([prefix]) => bare.startsWith(prefix))?.[1] ?? "unknown";
  return { kind: "free", text, key: /^[\w.]+/.exec(bare)?.[0] ?? "condition", control };
}

function textOf({ from, to }: Expression, { source }: Reading): string {
  return flat(source.slice(from, to));
}

function flat(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** `resource.name` of a chain of members; null for everything else. */
function pathOf(expression: Expression): string | null {
  if (expression.kind === "name") return expression.name;
  const name =
    expression.kind === "member" ? expression.name : expression.kind === "index" ? fixedText(expression.at) : null;
  if (name === null || (expression.kind !== "member" && expression.kind !== "index")) return null;
  const before = pathOf(expression.of);
  return before === null ? null : `${before}.${name}`;
}

function fixedText(expression: Expression): string | null {
  if (expression.kind === "literal") return typeof expression.value === "string" ? expression.value : null;
  if (expression.kind !== "binary" || expression.operator !== "+") return null;
  const left = fixedText(expression.left);
  const right = fixedText(expression.right);
  return left === null || right === null ? null : left + right;
}

function oneText(expression: Expression): readonly string[] | null {
  const value = fixedText(expression);
  return value === null ? null : [value];
}

function fixedTexts(expression: Expression): readonly string[] | null {
  if (expression.kind !== "list") return null;
  const values = expression.items.flatMap((item) => fixedText(item) ?? []);
  return values.length === expression.items.length ? values : null;
}

/** Seconds since 1970. */
function fixedTime(expression: Expression): number | null {
  if (expression.kind === "call" && expression.of === null && expression.name === "timestamp") {
    const [text] = expression.arguments.map(fixedText);
    return typeof text === "string" ? readTime(text) : null;
  }
  if (expression.kind !== "binary" || (expression.operator !== "+" && expression.operator !== "-")) return null;
  const time = fixedTime(expression.left);
  const span = fixedSpan(expression.right);
  if (time === null || span === null) return null;
  return expression.operator === "+" ? time + span : time - span;
}

const seconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

function fixedSpan(expression: Expression): number | null {
  if (expression.kind !== "call" || expression.of !== null || expression.name !== "duration") return null;
  const [text] = expression.arguments.map(fixedText);
  if (typeof text !== "string" || !/^(?:\d+[hms])+$/.test(text)) return null;
  return [...text.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (seconds[unit ?? ""] ?? 0),
    0,
  );
}

function timeMatch(operator: string, time: number): Match | null {
  const first = Number.MIN_SAFE_INTEGER + 1;
  const last = Number.MAX_SAFE_INTEGER - 1;
  switch (operator) {
    case "<":
      return { kind: "time", anyOf: [{ first, last: time - 1 }] };
    case "<=":
      return { kind: "time", anyOf: [{ first, last: time }] };
    case ">":
      return { kind: "time", anyOf: [{ first: time + 1, last }] };
    case ">=":
      return { kind: "time", anyOf: [{ first: time, last }] };
    default:
      return null;
  }
}

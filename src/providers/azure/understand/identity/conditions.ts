import {
  allOf,
  anyOf,
  not,
  type Condition,
  type Match,
  type Pattern,
  type Test,
} from "../../../../identity/condition.ts";
import { readNumber, readTime } from "../../../../identity/facts.ts";
import type { GlobPart, Globs } from "../../../../identity/glob.ts";
import { parseCondition, type Attribute, type Expression } from "./condition-syntax.ts";
import { bareGuid } from "../../guid.ts";
import { actionKey, subOperationKey, timeKey } from "./keys.ts";

/**
 * The condition of a role assignment or of a role as a formula. What is not as documented stays open under its own text.
 * https://learn.microsoft.com/azure/role-based-access-control/conditions-format
 */
export function conditionOf(text: string, globs: Globs): Condition {
  const parsed = parseCondition(text);
  return (parsed === null ? null : formulaOf(parsed, globs)) ?? unparsed(text);
}

function unparsed(text: string): Condition {
  return {
    kind: "free",
    text: `its condition holds: ${text.replaceAll(/\s+/g, " ").trim()}`,
    key: text,
    control: "unknown",
  };
}

function formulaOf(expression: Expression, globs: Globs): Condition | null {
  switch (expression.kind) {
    case "all":
    case "any": {
      const parts: Condition[] = [];
      for (const part of expression.of) {
        const formula = formulaOf(part, globs);
        if (formula === null) return null;
        parts.push(formula);
      }
      return expression.kind === "all" ? allOf(parts) : anyOf(parts);
    }
    case "not": {
      const inner = formulaOf(expression.of, globs);
      return inner === null ? null : not(inner);
    }
    case "action":
    case "sub-operation": {
      const key = expression.kind === "action" ? actionKey : subOperationKey;
      const patterns = expression.patterns.map((pattern) => glob(wildcards(pattern.toLowerCase()), globs));
      const match: Match = { kind: "text", anyOf: patterns };
      return test(key, key, match, { text: `${key} = ${expression.patterns.join(", ")}` });
    }
    case "exists": {
      const name = nameOf(expression.attribute);
      return test(keyOf(expression.attribute), name, null, { text: `Exists ${name}` });
    }
    case "comparison":
      return comparison(expression, globs);
  }
}

function comparison(
  { attribute, over, operator, values, text }: Extract<Expression, { readonly kind: "comparison" }>,
  globs: Globs,
): Condition | null {
  const key = keyOf(attribute);
  // One attribute against another: true of some requests, and no key by itself tells of which.
  if (values === null) return { kind: "free", text, key, control: "unknown" };
  const range = ranges.get(over?.toLowerCase() ?? "");
  if (range === undefined) return null;
  const parts =
    /^(String|Guid|Bool|Numeric|DateTime)(Not)?(Equals|StartsWith|Like|LessThan(?:Equals)?|GreaterThan(?:Equals)?)(IgnoreCase)?$/i.exec(
      operator,
    );
  if (parts === null) return null;
  const [, kind = "", negation, how = "", ignoresCase] = parts.map((part) => part?.toLowerCase());
  const negated = negation !== undefined;
  // Every value against every one on the right, or against any that is not it: that many values are no list of alternatives.
  if (values.length > 1 && range.right !== (negated ? "all" : "any")) return null;
  const match = matchOf(kind, how, ignoresCase !== undefined, values, globs);
  return match === null ? null : test(key, nameOf(attribute), match, { over: range.left, negated, text });
}

const ranges: ReadonlyMap<string, { readonly left: Test["over"]; readonly right: "any" | "all" }> = new Map([
  ["", { left: "one", right: "any" }],
  ["foranyofanyvalues", { left: "any", right: "any" }],
  ["foranyofallvalues", { left: "any", right: "all" }],
  ["forallofanyvalues", { left: "every", right: "any" }],
  ["forallofallvalues", { left: "every", right: "all" }],
]);

function matchOf(
  kind: string,
  how: string,
  ignoresCase: boolean,
  values: readonly string[],
  globs: Globs,
): Match | null {
  switch (kind) {
    case "guid":
      return how === "equals"
        ? text(
            values.map((value) => [{ kind: "literal", text: bareGuid(value) }]),
            globs,
            false,
          )
        : null;
    case "bool":
      return how === "equals"
        ? text(
            values.map((value) => [{ kind: "literal", text: value.toLowerCase() }]),
            globs,
            true,
          )
        : null;
    case "string":
      if (how === "equals")
        return text(
          values.map((value) => [{ kind: "literal", text: value }]),
          globs,
          ignoresCase,
        );
      if (how === "like") return text(values.map(wildcards), globs, ignoresCase);
      if (how !== "startswith") return null;
      return text(
        values.map((value) => [
          { kind: "literal", text: value },
          { kind: "pattern", text: "*" },
        ]),
        globs,
        ignoresCase,
      );
    case "numeric":
      return runs("number", how, values.map(readNumber), 1000);
    case "datetime":
      return runs("time", how, values.map(readTime), 1);
    default:
      return null;
  }
}

function text(values: readonly (readonly GlobPart[])[], globs: Globs, foldsCase: boolean): Match {
  return { kind: "text", anyOf: values.map((parts) => glob(parts, globs, foldsCase)) };
}

function glob(parts: readonly GlobPart[], globs: Globs, foldsCase = false): Pattern {
  return { kind: "glob", glob: globs.of(parts, foldsCase) };
}

/** `*` and `?` are wildcards unless a backslash stands before them. */
function wildcards(pattern: string): readonly GlobPart[] {
  return [...pattern.matchAll(/\\(?<plain>[\\*?])|(?<rest>[^\\]+|\\)/gs)].map(({ groups }): GlobPart =>
    groups?.["plain"] === undefined
      ? { kind: "pattern", text: groups?.["rest"] ?? "" }
      : { kind: "literal", text: groups["plain"] },
  );
}

/** What is as large as one of several values, or larger, is so of the least of them. */
function runs(kind: "number" | "time", how: string, values: readonly (number | null)[], step: number): Match | null {
  const [value, ...others] = values;
  if (value === undefined || value === null || others.length > 0) return null;
  const least = Number.MIN_SAFE_INTEGER;
  const most = Number.MAX_SAFE_INTEGER;
  switch (how) {
    case "equals":
      return { kind, anyOf: [{ first: value, last: value }] };
    case "lessthan":
      return { kind, anyOf: [{ first: least, last: value - step }] };
    case "lessthanequals":
      return { kind, anyOf: [{ first: least, last: value }] };
    case "greaterthan":
      return { kind, anyOf: [{ first: value + step, last: most }] };
    case "greaterthanequals":
      return { kind, anyOf: [{ first: value, last: most }] };
    default:
      return null;
  }
}

function test(
  key: string,
  name: string,
  match: Match | null,
  {
    over = "one",
    negated = false,
    text: written,
  }: { readonly over?: Test["over"]; readonly negated?: boolean; readonly text: string },
): Condition {
  return { kind: "test", test: { key, name, over, negated, absent: false, match, text: written } };
}

function nameOf({ source, name }: Attribute): string {
  return `${source.slice(0, 1)}${source.slice(1, 2).toUpperCase()}${source.slice(2)}[${name}]`;
}

function keyOf({ source, name }: Attribute): string {
  const key = `${source}[${name.toLowerCase()}]`;
  return key === "@environment[utcnow]" ? timeKey : key;
}

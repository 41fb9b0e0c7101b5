import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checks } from "../../checks/registry.ts";
import { matchesGlob } from "../../src/scan/glob.ts";
import { selectChecks } from "../../src/scan/select-checks.ts";

describe("--check and --skip", () => {
  it("select by glob, skip after check", () => {
    const ids = selectChecks(checks, ["open-*"], ["*-egress-*"]).map(({ id }) => id);
    expect(ids).toContain("open-admin-rule");
    expect(ids).not.toContain("open-egress-rule");
    expect(ids.every((id) => id.startsWith("open-"))).toBe(true);
  });

  it("refuse a pattern that matches nothing: a typo must not pass as a clean scan", () => {
    expect(() => selectChecks(checks, ["open-admn-rule"], [])).toThrow("did you mean open-admin-rule?");
    expect(() => selectChecks(checks, [], ["nothing-like-it"])).toThrow("--skip nothing-like-it: no check matches");
  });
});

describe("globs", () => {
  /** An independent and slow definition, by recursion. */
  const naive = (text: string, pattern: string): boolean => {
    if (pattern === "") return text === "";
    const rest = pattern.slice(1);
    if (pattern[0] === "*") return naive(text, rest) || (text !== "" && naive(text.slice(1), pattern));
    return text !== "" && (pattern[0] === "?" || pattern[0] === text[0]) && naive(text.slice(1), rest);
  };

  it("agree with the naive definition", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
    fc.assert(fc.property(letters, letters, (text, pattern) => matchesGlob(text, pattern) === naive(text, pattern)));
  });

  it("stay quick on patterns that make a regular expression explode", () => {
    expect(matchesGlob("a".repeat(5000), `${"*a".repeat(200)}b`)).toBe(false);
  });
});

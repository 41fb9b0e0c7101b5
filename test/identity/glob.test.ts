import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAutomata } from "../../src/identity/automaton.ts";
import { createGlobs, matchesGlob, type Glob, type GlobPart } from "../../src/identity/glob.ts";

const globs = createGlobs();
const automata = createAutomata();

const letters = ["a", "b", "B", ":"];
const part: fc.Arbitrary<GlobPart> = fc.record({
  kind: fc.constantFrom("pattern", "part", "literal"),
  text: fc.string({ unit: fc.constantFrom(...letters, "*", "?"), maxLength: 3 }),
});
const glob: fc.Arbitrary<Glob> = fc
  .tuple(fc.array(part, { maxLength: 2 }), fc.boolean())
  .map(([parts, folds]) => globs.of(parts, folds));

/** The same pattern as a regular expression. */
function expressionOf({ tokens, foldsCase }: Glob): RegExp {
  const source = tokens.map((token) => {
    if (token === -1) return "[^]";
    if (token === -2) return "[^]*";
    if (token === -3) return "[^:]";
    if (token === -4) return "[^:]*";
    return `\\u{${token.toString(16)}}`;
  });
  return new RegExp(`^${source.join("")}$`, foldsCase ? "iu" : "u");
}

/** Every text up to a length over the letters, and one letter that no pattern names. */
function textsUpTo(length: number): readonly string[] {
  const all = [""];
  for (const text of all)
    if (text.length < length) for (const letter of [...letters, "A", "x", "*", "?"]) all.push(text + letter);
  return all;
}
const texts = textsUpTo(4);

describe("globs", () => {
  it.each<readonly [pattern: string, text: string, matches: boolean]>([
    ["*", "", true],
    ["a*", "a", true],
    ["a*c", "abbc", true],
    ["a*c", "abbcd", false],
    ["a?c", "ac", false],
    ["a?c", "abc", true],
    ["*a*b*", "xxaxxbxx", true],
    ["", "", true],
    ["", "a", false],
    ["**", "anything", true],
  ])("%s on %s: %s", (pattern, text, matches) => {
    expect(matchesGlob(globs.pattern(pattern), text)).toBe(matches);
  });

  it("equal patterns are one object, and so is every way to write everything", () => {
    expect(globs.pattern("a*")).toBe(globs.pattern("a*"));
    expect(globs.pattern("***")).toBe(globs.all);
    expect(globs.pattern("a*")).not.toBe(globs.pattern("a*", true));
    expect(globs.literal("*")).not.toBe(globs.all);
  });

  it("wildcards within parts stop at colons", () => {
    const within = globs.of([{ kind: "part", text: "a*c" }]);
    expect(matchesGlob(within, "abc")).toBe(true);
    expect(matchesGlob(within, "a:c")).toBe(false);
    expect(matchesGlob(globs.pattern("a*c"), "a:c")).toBe(true);
  });

  it("match what the same regular expression matches", () => {
    fc.assert(
      fc.property(
        glob,
        fc.string({ unit: fc.constantFrom(...letters, "A", "x", "*", "?"), maxLength: 8 }),
        (pattern, text) => {
          expect(matchesGlob(pattern, text)).toBe(expressionOf(pattern).test(text));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("many runs on a long text take no time to speak of", () => {
    expect(matchesGlob(globs.pattern(`${"a*".repeat(50)}b`), "a".repeat(5000))).toBe(false);
  });
});

describe("what patterns have in common", () => {
  const signatureOf = (patterns: readonly Glob[], text: string): string =>
    patterns.map((each) => (matchesGlob(each, text) ? "1" : "0")).join("");

  it("is what the texts say that they match", () => {
    fc.assert(
      fc.property(glob, fc.array(glob, { minLength: 1, maxLength: 3 }), (universe, patterns) => {
        const found = automata.signatures(universe, patterns);
        const told = new Set(found?.map((signature) => signature.map((each) => (each ? "1" : "0")).join("")));
        const seen = new Set(
          texts.filter((text) => matchesGlob(universe, text)).map((text) => signatureOf(patterns, text)),
        );
        // Short texts need not show everything that longer ones do, but whatever they show must be told.
        expect([...seen].filter((signature) => !told.has(signature))).toEqual([]);
        // Patterns of at most six letters are told apart by texts not much longer.
        const total = [universe, ...patterns].reduce((sum, { tokens }) => sum + tokens.length, 0);
        if (total <= 4) expect([...told].toSorted()).toEqual([...seen].toSorted());
      }),
      { numRuns: 400 },
    );
  });

  it("all, some or none of one pattern's texts match another", () => {
    fc.assert(
      fc.property(glob, glob, (universe, pattern) => {
        const relation = automata.relation(universe, pattern);
        const outcomes = new Set(
          texts.filter((text) => matchesGlob(universe, text)).map((text) => matchesGlob(pattern, text)),
        );
        if (relation === "all") expect(outcomes.has(false)).toBe(false);
        if (relation === "none") expect(outcomes.has(true)).toBe(false);
        if (outcomes.size === 2) expect(relation).toBe("some");
      }),
      { numRuns: 1000 },
    );
  });

  it.each<readonly [universe: string, pattern: string, relation: string]>([
    ["arn:aws:ec2:*", "arn:aws:ec2:*:*:security-group/*", "some"],
    ["sg-?*", "sg-*", "all"],
    ["sg-?*", "acl-*", "none"],
    ["a*", "*b", "some"],
    ["ab", "a?", "all"],
    ["a?", "ab", "some"],
    ["*", "?*", "some"],
  ])("%s and %s: %s", (universe, pattern, relation) => {
    expect(automata.relation(globs.pattern(universe), globs.pattern(pattern))).toBe(relation);
  });

  it("a path of very many parts lies to others like any other", () => {
    const path = `/s/${"a/".repeat(50_000)}g/x/vm/`;
    const universe = globs.pattern("/s/*/g/*/vm/*");
    expect(automata.relation(universe, globs.pattern(`${path}*`))).toBe("some");
    expect(automata.relation(universe, globs.pattern(`${path.replaceAll("g", "h")}1`))).toBe("none");
  });

  it("too intricate a question has no answer, and takes no time to speak of", () => {
    const patterns = ["a", "b"].map((letter) => globs.pattern(`*${letter}${"?".repeat(20)}`));
    expect(automata.signatures(globs.all, patterns)).toBeNull();
  });
});

import { toCidrs } from "../network/addresses.ts";
import type { KeyWords, Vocabulary } from "./bind.ts";
import type { Match, Test } from "./condition.ts";
import type { Control, Residual } from "./estate.ts";
import { matchesValue, type Facts } from "./facts.ts";
import type { Clause } from "./solve.ts";

/** Alternatives, and values of one test, that are told before the rest is only counted. */
const alternativesTold = 4;
const valuesTold = 6;

interface Demand {
  readonly test: Test;
  readonly holds: boolean;
}

/**
 * The ways in which something can be true, in plain words; null when it depends on nothing.
 * @param ways none of them impossible; null when they are too many to tell
 */
export function residualOf(ways: readonly Clause[] | null, facts: Facts, vocabulary: Vocabulary): Residual | null {
  if (ways === null) {
    return { text: "under conditions too intricate to be put into words", controls: ["unknown"], keys: [] };
  }
  if (ways.length === 0 || ways.some((clause) => clause.length === 0)) return null;
  const texts = [...new Set(ways.map((clause) => wordsOf(clause, facts, vocabulary)))];
  const told = texts.slice(0, alternativesTold);
  const rest = texts.length - told.length;
  const controls = new Set<Control>();
  const keys = new Set<string>();
  for (const { leaf } of ways.flat()) {
    if (leaf.kind === "free") {
      controls.add(leaf.control);
      keys.add(leaf.key);
    } else {
      controls.add(vocabulary.words(leaf.test.key).control);
      keys.add(leaf.test.name);
    }
  }
  return {
    text: [...told, ...(rest > 0 ? [`in ${rest} more ways`] : [])].join("; or "),
    controls: [...controls],
    keys: [...keys],
  };
}

/** Two residuals that must both hold. */
export function bothResiduals(a: Residual | null, b: Residual | null): Residual | null {
  if (a === null || b === null || a.text === b.text) return a ?? b;
  return {
    text: `${a.text}, and ${b.text}`,
    controls: [...new Set([...a.controls, ...b.controls])],
    keys: [...new Set([...a.keys, ...b.keys])],
  };
}

function wordsOf(clause: Clause, facts: Facts, vocabulary: Vocabulary): string {
  const byKey = new Map<string, Demand[]>();
  const phrases: string[] = [];
  for (const { leaf, holds } of clause) {
    if (leaf.kind === "free") {
      phrases.push(holds ? `if ${leaf.text}` : `unless ${leaf.text}`);
      continue;
    }
    const others = byKey.get(leaf.test.key);
    if (others === undefined) byKey.set(leaf.test.key, [{ test: leaf.test, holds }]);
    else others.push({ test: leaf.test, holds });
  }
  for (const [key, demands] of byKey) phrases.push(...wordsOfKey(key, demands, facts, vocabulary));
  return phrases.join(", ");
}

function wordsOfKey(key: string, demands: readonly Demand[], facts: Facts, vocabulary: Vocabulary): readonly string[] {
  const words = vocabulary.words(key);
  const name = demands[0]?.test.name ?? words.name;
  if (words.sense !== null) {
    const may = (value: string | null): boolean => demands.every(({ test, holds }) => passes(test, value) === holds);
    const absent = facts(key).presence !== "always" && may(null);
    const either = absent ? ` or where ${name} is absent` : "";
    if (may("true") && !may("false")) return [`${words.sense.yes}${either}`];
    if (may("false") && !may("true")) return [`${words.sense.no}${either}`];
  }
  return demands.map(({ test, holds }) => wordsOfTest(test, holds, { ...words, name }));
}

/** What a test of one value, or of none, says. */
function passes({ match, negated, absent }: Test, value: string | null): boolean {
  if (value === null) return absent;
  return match === null ? !absent : matchesValue(match, value) !== negated;
}

function wordsOfTest(test: Test, holds: boolean, { lead, name }: KeyWords): string {
  if (test.match === null) return `where ${name} is ${test.absent === holds ? "absent" : "present"}`;
  const positive = test.negated !== holds;
  const absentToo = test.absent === holds ? " or absent" : "";
  const values = valuesOf(test.match);
  const set = test.over === "one" ? "" : (test.over === "every") === holds ? "every value of " : "some value of ";
  if (lead !== null && test.over === "one") return `${positive ? "" : "not "}${lead} ${values}`;
  return `where ${set}${name} is ${positive ? "" : "not "}${values}${absentToo}`;
}

function valuesOf(match: Match): string {
  switch (match.kind) {
    case "text":
      return listed(
        match.anyOf.map((pattern) => (pattern.kind === "glob" ? pattern.glob.text : pattern.template.text)),
      );
    case "address":
      return listed(toCidrs(match.anyOf));
    case "number":
      return listed(match.anyOf.map((run) => between(run.first, run.last, (value) => String(value / 1000))));
    case "time":
      return listed(match.anyOf.map((run) => between(run.first, run.last, instant)));
  }
}

/** Ends that stand for no limit are as far out as numbers go. */
function between(first: number, last: number, say: (value: number) => string): string {
  const far = Number.MAX_SAFE_INTEGER / 2;
  if (first === last) return say(first);
  if (first < -far) return last > far ? "anything" : `up to ${say(last)}`;
  return last > far ? `from ${say(first)} on` : `${say(first)} to ${say(last)}`;
}

function instant(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace(".000Z", "Z");
}

function listed(values: readonly string[]): string {
  if (values.length === 0) return "nothing";
  const told = values.slice(0, valuesTold);
  const rest = values.length - told.length;
  return rest > 0 ? `${told.join(", ")} and ${rest} more` : told.join(" or ");
}

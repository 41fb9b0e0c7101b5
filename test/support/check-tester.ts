import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/model/finding.ts";
import { awsProvider } from "../../src/providers/aws/provider.ts";
import { azureProvider } from "../../src/providers/azure/provider.ts";
import { gcpProvider } from "../../src/providers/gcp/provider.ts";
import type { Check, CheckSettings } from "../../src/scan/check.ts";
import { judge, type Judgement } from "../../src/scan/judge.ts";
import { checkSettings } from "../../src/scan/settings.ts";
import type { SmallEstate } from "./aws-estate.ts";

/** One small estate and what the check says of it. */
export interface CheckCase {
  /** What is special about the estate, in words that end a sentence: "an instance without a public address". */
  readonly name: string;
  readonly estate: SmallEstate;
  /** Changes to CATALOGUE's default limits. */
  readonly settings?: Partial<CheckSettings>;
  /** The ids of the resources that fail or are unknown, sorted; when left out, any will do. */
  readonly resources?: readonly string[];
  /** What every one of the messages must hold, or match. */
  readonly message?: string | RegExp;
  /** For what a table can't say. */
  readonly also?: (findings: readonly Finding[], judgement: Judgement) => void;
}

/** The cases of a check. A pass judges something and finds nothing; a fail has no unknown, an unknown no fail, unless `mixed`. */
export interface CheckCases {
  readonly pass: readonly CheckCase[];
  readonly fail: readonly CheckCase[];
  readonly unknown?: readonly CheckCase[];
  /** Estates in which something fails and something else is unknown. */
  readonly mixed?: readonly CheckCase[];
  /** Estates in which the check has nothing to judge: neither findings nor passes. */
  readonly silent?: readonly CheckCase[];
}

/** Judges one estate by one check, twice, and refuses a check whose answer depends on anything but the estate. */
export function judgeEstate(
  check: Check,
  { estate, coverage }: SmallEstate,
  settings: Partial<CheckSettings> = {},
): Judgement {
  const input = deepFreeze({
    checks: [check],
    estate,
    settings: { ...checkSettings({}), ...settings },
    coverage,
    providers: [awsProvider, azureProvider, gcpProvider],
    tagsOf: () => ({}),
  });
  const first = judge(input);
  if (!isDeepStrictEqual(judge(input), first)) throw new Error(`check ${check.id} is not deterministic`);
  return first;
}

/**
 * Runs a check over tables of small estates. Refuses tables without a pass or a fail case, and cases that repeat another's name or
 * estate: each must add something.
 */
export function checkCases(check: Check, cases: CheckCases): void {
  const { pass, fail, unknown = [], mixed = [], silent = [] } = cases;
  describe(check.id, () => {
    it("has a case that passes and one that fails, and no case twice", () => {
      expect(flawsOf(cases)).toEqual([]);
    });

    it.each(pass)("passes: $name", (one) => {
      const { judgement, totals } = run(check, one);
      expect(judgement.findings.map(brief)).toEqual([]);
      expect(totals.pass, "nothing was judged").toBeGreaterThan(0);
    });

    it.each(fail)("fails: $name", (one) => {
      const { totals } = run(check, one);
      expect(totals.fail).toBeGreaterThan(0);
      expect(totals.unknown).toBe(0);
    });

    if (unknown.length > 0) {
      it.each(unknown)("is unknown: $name", (one) => {
        const { judgement, totals } = run(check, one);
        expect(totals.unknown).toBeGreaterThan(0);
        expect(judgement.findings.filter(({ status }) => status === "fail").map(brief)).toEqual([]);
      });
    }

    if (mixed.length > 0) {
      it.each(mixed)("fails and is unknown: $name", (one) => {
        const { totals } = run(check, one);
        expect(totals.fail).toBeGreaterThan(0);
        expect(totals.unknown).toBeGreaterThan(0);
      });
    }

    if (silent.length > 0) {
      it.each(silent)("has nothing to judge: $name", (one) => {
        expect(run(check, one).judgement).toEqual({ findings: [], tallies: [] });
      });
    }
  });
}

/** What is wrong with the tables themselves. */
export function flawsOf({ pass, fail, unknown = [], mixed = [], silent = [] }: CheckCases): readonly string[] {
  const all = [...pass, ...fail, ...unknown, ...mixed, ...silent];
  const twins = all.filter((one, index) =>
    all.slice(0, index).some((other) => other.name === one.name || sameCase(other, one)),
  );
  return [
    ...(pass.length === 0 ? ["no case passes"] : []),
    ...(fail.length === 0 ? ["no case fails"] : []),
    ...twins.map(({ name }) => `"${name}" is there twice`),
  ];
}

function run(check: Check, { estate, settings, resources, message, also }: CheckCase) {
  const judgement = judgeEstate(check, estate, settings);
  const { findings, tallies } = judgement;
  const total = (status: "pass" | "fail" | "unknown"): number => tallies.reduce((sum, tally) => sum + tally[status], 0);
  if (resources !== undefined) {
    expect(findings.map((finding) => finding.resource.id).toSorted()).toEqual(resources.toSorted());
  }
  if (message !== undefined) {
    expect(findings.length, "no message to look at").toBeGreaterThan(0);
    for (const finding of findings) expect(finding.message).toMatch(message);
  }
  for (const finding of findings) refuseSloppy(finding);
  also?.(findings, judgement);
  return { judgement, totals: { pass: total("pass"), fail: total("fail"), unknown: total("unknown") } };
}

/** What no finding may look like, whatever the check. */
function refuseSloppy({ message, evidence, remediation }: Finding): void {
  expect(message, "a message is a sentence").toMatch(/^\S.*\S\.$/s);
  for (const text of [message, JSON.stringify(evidence), JSON.stringify(remediation)]) {
    expect(text).not.toMatch(/\b(?:undefined|NaN|null,null)\b|\[object /);
  }
}

function sameCase(a: CheckCase, b: CheckCase): boolean {
  return isDeepStrictEqual([a.estate, a.settings], [b.estate, b.settings]);
}

function brief({ status, resource, message }: Finding): string {
  return `${status} ${resource.id}: ${message}`;
}

/** Freezes plain values to the bottom, so that a check which writes into its input throws. Sets and maps are left: they have no freeze. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
  return value;
}

import { describe, expect, it } from "vitest";
import { cloudFirewallAttack } from "../../src/scan/check.ts";
import { showFrom, weigh } from "../../src/scan/gate.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";

const finding = (changes: Partial<Finding>): Finding => ({
  id: "f",
  check: "open-admin-rule",
  status: "fail",
  severity: "high",
  resource: { cloud: "aws", account: "1", region: "r", type: "t", id: "i", name: null, arn: null },
  message: "m",
  evidence: {},
  remediation: { console: "c", cli: [], terraform: null },
  attack: cloudFirewallAttack,
  controls: {},
  tags: {},
  suppression: null,
  baseline: null,
  ...changes,
});

const report = (findings: readonly Finding[], complete = true): Report => ({
  schemaVersion: 1,
  tool: { name: "rampart", version: "0" },
  scan: { startedAt: "", finishedAt: "", complete, source: "live", targets: [], notes: [] },
  summary: { critical: 0, high: 0, medium: 0, low: 0, unknown: 0, suppressed: 0 },
  checks: [],
  findings,
  baseline: null,
  coverage: [],
  tallies: [],
});

const suppression = {
  reason: "accepted",
  owner: null,
  ticket: null,
  expires: null,
  matched: { where: "rampart.yaml suppressions[0]", fields: { check: "*" } },
};

describe("the outcome of a scan", () => {
  it.each([
    ["nothing found", [], true, "high", false, "clean"],
    ["a finding at the threshold", [finding({})], true, "high", false, "findings"],
    ["a graver finding", [finding({ severity: "critical" })], true, "high", false, "findings"],
    ["a milder finding", [finding({ severity: "medium" })], true, "high", false, "clean"],
    ["--fail-on none", [finding({ severity: "critical" })], true, "none", false, "clean"],
    ["a suppressed finding", [finding({ suppression })], true, "high", false, "clean"],
    ["an unknown is no failure", [finding({ status: "unknown" })], true, "high", false, "clean"],
    ["incomplete and clean", [], false, "high", false, "incomplete"],
    ["incomplete outranks findings", [finding({})], false, "high", false, "incomplete"],
    ["--allow-incomplete lifts it", [finding({})], false, "high", true, "findings"],
  ] as const)("%s", (_, findings, complete, failOn, allowIncomplete, outcome) => {
    expect(weigh(report(findings, complete), { failOn, allowIncomplete, staleSuppressions: false })).toBe(outcome);
  });

  it.each([
    ["a new finding", [finding({ baseline: "new" })], true, "findings"],
    ["an old finding", [finding({ baseline: "unchanged" })], true, "clean"],
    ["an old finding, incomplete", [finding({ baseline: "unchanged" })], false, "incomplete"],
  ] as const)("with a baseline only what is new counts: %s", (_, findings, complete, outcome) => {
    const thresholds = { failOn: "high", allowIncomplete: false, staleSuppressions: false } as const;
    expect(weigh(report(findings, complete), thresholds)).toBe(outcome);
  });

  it.each([
    ["a clean scan", [], true, "stale"],
    ["findings outrank them", [finding({})], true, "findings"],
    ["an incomplete scan outranks them", [], false, "incomplete"],
  ] as const)("stale suppressions: %s", (_, findings, complete, outcome) => {
    const thresholds = { failOn: "high", allowIncomplete: false, staleSuppressions: true } as const;
    expect(weigh(report(findings, complete), thresholds)).toBe(outcome);
  });
});

describe("--min-severity", () => {
  it("hides milder findings and says how many", () => {
    const shown = showFrom(
      report([finding({}), finding({ severity: "low" }), finding({ severity: "medium" })]),
      "medium",
    );
    expect(shown.findings.map(({ severity }) => severity)).toEqual(["high", "medium"]);
    expect(shown.scan.notes).toEqual(["1 finding below medium not shown (--min-severity)"]);
  });

  it("hides what was fixed below it too", () => {
    const baseline = { comparedWith: "", new: 0, unchanged: 0, fixed: [finding({ severity: "low" }), finding({})] };
    const shown = showFrom({ ...report([]), baseline }, "high");
    expect(shown.baseline?.fixed.map(({ severity }) => severity)).toEqual(["high"]);
    expect(shown.scan.notes).toEqual(["1 finding below high not shown (--min-severity)"]);
  });

  it("leaves a report alone when nothing is hidden", () => {
    const whole = report([finding({})]);
    expect(showFrom(whole, "low")).toBe(whole);
  });
});

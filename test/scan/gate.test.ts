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
  coverage: [],
  tallies: [],
});

const suppression = { reason: "accepted", owner: null, ticket: null, expires: null };

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
    expect(weigh(report(findings, complete), { failOn, allowIncomplete })).toBe(outcome);
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

  it("leaves a report alone when nothing is hidden", () => {
    const whole = report([finding({})]);
    expect(showFrom(whole, "low")).toBe(whole);
  });
});

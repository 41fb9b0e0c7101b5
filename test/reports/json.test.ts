import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseReport } from "../../reports/json/parse.ts";
import { renderJson } from "../../reports/json/render.ts";
import { reportJsonSchema } from "../../scripts/report-schema.ts";
import { UsageError } from "../../src/model/error.ts";
import { anyReport } from "../support/arbitrary-report.ts";
import { sampleReport } from "../support/sample-report.ts";

const published: object = JSON.parse(
  readFileSync(new URL("../../schemas/report.schema.json", import.meta.url), "utf8"),
);
const validate = new Ajv2020({ allErrors: true }).compile(published);
const sample = renderJson(sampleReport());

function messageOf(text: string): string {
  try {
    parseReport(text, "old.json");
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return error instanceof Error ? error.message : "";
  }
  throw new Error("was accepted");
}

describe("the JSON report", () => {
  it("has the members that CATALOGUE promises, in that order", () => {
    const report = JSON.parse(sample);
    expect(Object.keys(report)).toEqual([
      "schemaVersion",
      "tool",
      "scan",
      "summary",
      "checks",
      "findings",
      "baseline",
      "coverage",
      "tallies",
    ]);
    expect(Object.keys(report.findings[0])).toEqual([
      "id",
      "check",
      "status",
      "severity",
      "cloud",
      "account",
      "region",
      "resource",
      "message",
      "evidence",
      "remediation",
      "attack",
      "controls",
      "tags",
      "suppression",
      "baseline",
    ]);
    expect(report.findings[1].resource).toEqual({
      type: "aws:ec2:security-group",
      id: "sg-0a1b2c3d4e5f60718",
      name: "bastion",
      arn: "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718",
    });
    expect(report.coverage[5]).toEqual({
      cloud: "aws",
      account: "111122223333",
      region: "us-east-1",
      operation: "ec2:DescribeFlowLogs",
      status: "denied",
      items: 0,
      error: expect.stringContaining("not authorized"),
    });
    expect(report.tallies[0]).toEqual({
      check: "open-admin-rule",
      target: "aws/111122223333/eu-west-1",
      pass: 41,
      fail: 2,
      unknown: 0,
    });
  });

  it("writes members in one order whatever order the report was built in", () => {
    const report = sampleReport();
    const shuffled = { ...report, summary: { suppressed: 1, unknown: 1, low: 1, medium: 0, high: 3, critical: 0 } };
    expect(renderJson(shuffled)).toBe(sample);
  });

  it("is valid by the published schema and comes back equal, whatever the report holds", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const text = renderJson(report);
        validate(JSON.parse(text));
        expect(validate.errors ?? []).toEqual([]);
        expect(parseReport(text)).toEqual(report);
        expect(renderJson(parseReport(text))).toBe(text);
      }),
    );
  });

  it("is safe to print: no invisible character and no runner command", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const text = renderJson(report);
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(text).not.toMatch(/##\[|##vso\[|^\s*::/im);
      }),
    );
  });
});

describe("the published schema", () => {
  it("is what the contract generates: run `node scripts/report-schema.ts && npx oxfmt schemas` when it is not", () => {
    expect(published).toEqual(reportJsonSchema());
  });

  it.each<[string, string, string]>([
    ["a severity of its own", '"severity": "high"', '"severity": "grave"'],
    ["a finding without check", '"check": "open-admin-rule",', ""],
    ["a negative count", '"high": 3', '"high": -1'],
    ["a resource without id", '"id": "sg-0a1b2c3d4e5f60718",', ""],
    ["controls that are no lists", '"cis-aws-3.0": [', '"cis-aws-3.0": "5.2", "x": ['],
    ["evidence that is a list", '"evidence": {', '"evidence": [], "was": {'],
    ["a status it does not know", '"status": "denied"', '"status": "maybe"'],
    ["a time in another form", '"startedAt": "2026-11-21T02:14:07.120Z"', '"startedAt": "yesterday"'],
  ])("refuses %s, and so does parseReport", (_, right, wrong) => {
    const spoilt = sample.replace(right, wrong);
    expect(spoilt).not.toBe(sample);
    expect(validate(JSON.parse(spoilt))).toBe(false);
    expect(messageOf(spoilt)).toContain("old.json is not a valid Rampart report");
  });
});

describe("parseReport", () => {
  it.each([
    ["nothing", "", "old.json is not JSON"],
    ["a report cut off", sample.slice(0, 200), "old.json is not JSON"],
    ["other JSON", "[1]", "it has no schemaVersion"],
    ["a newer report", '{"schemaVersion": 2}', "newer Rampart (schemaVersion 2; this one reads 1)"],
    ["a wrong version", '{"schemaVersion": "1"}', "schemaVersion: "],
    ["a fault deep inside", sample.replace('"severity": "low"', '"severity": "tiny"'), ".severity: "],
  ])("says what is wrong with %s", (_, text, message) => {
    expect(messageOf(text)).toContain(message);
  });

  it("names no more than five faults, and counts the rest", () => {
    const report = { ...JSON.parse(sample), notes: null, summary: {}, tallies: [{}] };
    expect(messageOf(JSON.stringify(report))).toMatch(/(\n {2}[^\n]+){5}\n {2}and \d+ more$/);
  });

  it("reads past a byte order mark and members it does not know", () => {
    const report = { ...JSON.parse(sample), future: true };
    expect(parseReport(`\uFEFF${JSON.stringify(report)}`)).toEqual(sampleReport());
  });

  it("reads reports of versions that told no tags, no baseline and not what matched", () => {
    const report = JSON.parse(sample);
    delete report.baseline;
    for (const finding of report.findings) {
      delete finding.tags;
      delete finding.suppression?.matched;
    }
    const read = parseReport(JSON.stringify(report));
    expect(read.baseline).toBeNull();
    expect(read.findings.map(({ tags }) => tags)).toEqual(read.findings.map(() => ({})));
    expect(read.findings[3]?.suppression?.matched).toEqual({ where: "", fields: {} });
  });

  it("never throws anything but a UsageError", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.nat({ max: sample.length - 2 }).map((n) => sample.slice(0, n)),
        ),
        (text) => {
          expect(messageOf(text)).not.toMatch(/[^\P{Cc}\n]/u);
        },
      ),
    );
  });
});

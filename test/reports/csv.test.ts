import { describe, expect, it } from "vitest";
import { renderCsv } from "../../reports/csv/render.ts";
import { csvCell } from "../../reports/escape/csv.ts";
import type { Report } from "../../src/model/report.ts";
import { readCsv } from "../support/report-readers.ts";
import { openAdminRule, sampleFinding, sampleReport } from "../support/sample-report.ts";

function rowsOf(report: Report): Record<string, string>[] {
  const [header = [], ...rows] = readCsv(renderCsv(report));
  return rows.map((row) => Object.fromEntries(row.map((cell, index) => [header[index] ?? "", cell])));
}

describe("CSV", () => {
  it("has what people filter on in a column each", () => {
    expect(rowsOf(sampleReport())[3]).toMatchObject({
      status: "suppressed",
      severity: "high",
      check: "open-admin-rule",
      cloud: "aws",
      account: "444455556666",
      account_name: "dev",
      region: "eu-west-1",
      resource_type: "aws:ec2:security-group",
      resource_id: "sg-0c3d4e5f607182930",
      resource_name: "jump",
      message: "Rule sgr-0aa admits SSH (tcp 22) from 0.0.0.0/0.",
      suppression_reason: "honeypot",
      suppression_owner: "blue team",
      suppression_ticket: "SEC-7",
      suppression_expires: "2027-01-01",
      suppressed_by: "rampart.yaml suppressions[0]",
      attack_mitigations: "M1047 M1018",
      controls: "aws-security-hub EC2.13; aws-security-hub EC2.14; cis-aws-3.0 5.2; cis-aws-3.0 5.3",
      tags: "Name=jump; env=lab",
      id: "c9f4c3b2d1e0",
    });
  });

  it("tells failures, what could not be judged, suppressed, fixed and what was not read apart", () => {
    const place = { cloud: "aws" as const, account: "111122223333", region: "eu-west-1" };
    const resource = { ...place, type: "aws:ec2:security-group", id: "sg-gone", name: null, arn: null };
    const fixed = [sampleFinding(openAdminRule, "f1", resource, "Was open.", { baseline: "unchanged" })];
    const comparedWith = "2026-11-20T02:14:19.480Z";
    const rows = rowsOf({ ...sampleReport(), baseline: { comparedWith, new: 1, unchanged: 3, fixed } });
    expect(rows.map(({ status, baseline }) => [status, baseline])).toEqual([
      ["fail", "new"],
      ["fail", ""],
      ["fail", ""],
      ["suppressed", ""],
      ["fail", ""],
      ["unknown", ""],
      ["fixed", ""],
      ["not read", ""],
    ]);
    expect(rows.at(-1)).toMatchObject({ region: "us-east-1", resource_id: "ec2:DescribeFlowLogs" });
    expect(rows.at(-1)?.["message"]).toMatch(/^denied: User arn:aws:sts/);
  });

  it("opens in Excel as what it is: with a byte order mark, lines that end as RFC 4180 has them, and every cell in quotes", () => {
    const text = renderCsv({ ...sampleReport(), findings: [], coverage: [] });
    expect(text).toMatch(/^\uFEFF"status","severity",("\w+",)+"id"\r\n$/);
  });

  it.each([
    ["a formula", '=cmd|"/c calc"!A1', `"'=cmd|""/c calc""!A1"`],
    ["a formula after blanks", "  =1", `"'  =1"`],
    ["a formula in full width", "＝1", `"'＝1"`],
    ["a call", "@SUM(1)", `"'@SUM(1)"`],
    ["a sign", "-1", `"'-1"`],
    ["a tab before a formula", "\t=1", `"\\t=1"`],
    ["a formula after a semicolon, where that parts cells", "a; =1", `"a;' =1"`],
    ["a carriage return", "a\r=1", `"a\\r=1"`],
    ["nothing", "", `""`],
    ["what only looks like arithmetic", "tcp 22-25 + 80 = open", `"tcp 22-25 + 80 = open"`],
  ])("takes the meaning from %s", (_, text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });
});

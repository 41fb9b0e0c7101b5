import { describe, expect, it } from "vitest";
import { renderJunit } from "../../reports/junit/render.ts";
import { readJunit } from "../support/report-readers.ts";
import { sampleReport } from "../support/sample-report.ts";

const elements = readJunit(renderJunit(sampleReport()));

describe("JUnit", () => {
  it("has a suite for the scan and one for each target, with their counts", () => {
    const suites = elements.filter(({ name }) => name === "testsuite").map(({ attributes }) => attributes);
    expect(
      suites.map(({ name, tests, failures, errors, skipped }) => [name, tests, failures, errors, skipped]),
    ).toEqual([
      ["scan", "1", "0", "1", "0"],
      ["aws/111122223333/eu-west-1", "5", "3", "0", "0"],
      ["aws/111122223333/us-east-1", "2", "1", "1", "0"],
      ["aws/444455556666/eu-west-1", "1", "0", "0", "1"],
    ]);
    expect(elements[0]?.attributes).toMatchObject({ tests: "9", failures: "4", errors: "2" });
  });

  it("calls each case so that CI systems show account, Region, check and resource, and know it again", () => {
    const cases = elements.filter(({ name }) => name === "testcase").map(({ attributes }) => attributes);
    expect(cases.slice(0, 2)).toEqual([
      { classname: "rampart.scan", name: "everything was read" },
      { classname: "aws.111122223333.eu-west-1.open-admin-rule", name: "sg-0a1b2c3d4e5f60718 (bastion) a0f4c3b2d1e0" },
    ]);
    expect(cases).toContainEqual({
      classname: "aws.111122223333.eu-west-1.open-admin-rule",
      name: "resources found good",
    });
  });

  it("fails for a finding, with severity, message and how to mend it", () => {
    const failure = elements.find(({ name }) => name === "failure");
    expect(failure?.attributes).toEqual({
      type: "high",
      message: "Rule sgr-0f1e2d3c4b5a69780 admits SSH (tcp 22) from 0.0.0.0/0, which is the whole IPv4 internet.",
    });
    expect(failure?.text).toContain("$ aws ec2 revoke-security-group-ingress");
    expect(failure?.text).toContain("More: rampart explain open-admin-rule");
  });

  it("is an error for what could not be judged and for what was not read, and skips what is suppressed", () => {
    const outcomes = elements.filter(({ name }) => /error|skipped/.test(name));
    expect(outcomes.map(({ name, attributes }) => [name, attributes["type"], attributes["message"]])).toEqual([
      ["error", "incomplete", "1 operation could not be read; what rests on the rest is unknown, not good"],
      ["error", "unknown", expect.stringContaining("Flow logs could not be judged")],
      ["skipped", "suppressed", "Suppressed: honeypot"],
    ]);
    expect(outcomes[0]?.text).toContain("aws/111122223333/us-east-1 ec2:DescribeFlowLogs: denied (User arn:aws:sts::");
    expect(outcomes[2]?.text).toContain("Ticket: SEC-7");
  });

  it("tells of a scan that ended early, though nothing that it asked for failed", () => {
    const report = { ...sampleReport(), coverage: [] };
    const error = readJunit(renderJunit(report)).find(({ name }) => name === "error");
    expect(error?.attributes["message"]).toMatch(/^the scan ended before everything was read;/);
  });

  it("passes as a scan that found nothing", () => {
    const clean = { ...sampleReport(), findings: [], coverage: [], tallies: [] };
    const [root, , , , , scan] = readJunit(renderJunit({ ...clean, scan: { ...clean.scan, complete: true } }));
    expect(root?.attributes).toMatchObject({ tests: "1", failures: "0", errors: "0" });
    expect(scan?.attributes).toEqual({ classname: "rampart.scan", name: "everything was read" });
  });
});

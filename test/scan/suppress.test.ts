import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/model/finding.ts";
import { suppress, type SuppressionFields, type SuppressionRule } from "../../src/scan/suppress.ts";
import { openAdminRule, sampleFinding, sampleReport } from "../support/sample-report.ts";

const group = {
  cloud: "aws",
  account: "111122223333",
  region: "eu-west-1",
  type: "aws:ec2:security-group",
  id: "sg-1",
  name: "bastion",
  arn: "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1",
} as const;

const machine = {
  cloud: "azure",
  account: "sub",
  region: "westeurope",
  type: "azure:network:network-interface",
  id: "/subscriptions/sub/resourceGroups/RG/providers/Microsoft.Network/networkInterfaces/Nic1",
  name: "Nic1",
  arn: null,
} as const;

function finding(changes: Partial<Finding> = {}): Finding {
  return sampleFinding(openAdminRule, "f1", group, "m", { tags: { env: "lab", team: "red" }, ...changes });
}

function rule(fields: SuppressionFields, changes: Partial<SuppressionRule> = {}): SuppressionRule {
  return {
    where: "rampart.yaml suppressions[0]",
    fields,
    reason: "accepted",
    owner: null,
    ticket: null,
    expires: null,
    ...changes,
  };
}

/** @param day of the scan */
function run(
  findings: readonly Finding[],
  rules: readonly SuppressionRule[],
  changes: { byTag?: string; narrowed?: boolean; complete?: boolean; day?: string } = {},
) {
  const sample = sampleReport();
  const { byTag = null, narrowed = false, complete = true, day = "2026-11-21" } = changes;
  const scan = { ...sample.scan, notes: ["told before"], complete, finishedAt: `${day}T23:59:59.000Z` };
  return suppress({ ...sample, findings, scan }, { rules, byTag, narrowed });
}

describe("a suppression matches", () => {
  it.each<[string, SuppressionFields, boolean]>([
    ["the check by id", { check: "open-admin-rule" }, true],
    ["the check by pattern", { check: "open-*" }, true],
    ["no other check", { check: "open-data-rule" }, false],
    ["the resource by id", { resource: "sg-1" }, true],
    ["the resource by name", { resource: "bast*" }, true],
    ["the resource by ARN", { resource: "arn:aws:ec2:*:security-group/sg-?" }, true],
    ["no part of an id", { resource: "sg" }, false],
    ["AWS names by case", { resource: "Bastion" }, false],
    ["the account", { account: "11112222*" }, true],
    ["no other account", { account: "444455556666" }, false],
    ["the Region", { region: "eu-*" }, true],
    ["no other Region", { region: "us-*" }, false],
    ["the cloud", { cloud: "aws" }, true],
    ["no other cloud", { cloud: "gcp" }, false],
    ["the finding", { finding: "f1" }, true],
    ["a tag", { tags: { env: "l*" } }, true],
    ["all of several tags", { tags: { env: "lab", team: "red" } }, true],
    ["not some of several tags", { tags: { env: "lab", team: "blue" } }, false],
    ["no tag that is not there", { tags: { constructor: "*" } }, false],
    ["all fields", { check: "open-*", account: "111122223333", tags: { env: "lab" } }, true],
    ["not some fields", { check: "open-*", region: "us-east-1" }, false],
  ])("%s", (_, fields, matches) => {
    const { report } = run([finding()], [rule(fields)]);
    expect(report.findings[0]?.suppression !== null).toBe(matches);
    expect(report.summary).toMatchObject({ high: matches ? 0 : 1, suppressed: matches ? 1 : 0 });
  });

  it("Azure ids and names in any case, as ARM does", () => {
    for (const resource of [machine.id.toLowerCase(), "nic1", "*/networkinterfaces/NIC?"]) {
      const { report } = run([finding({ resource: machine })], [rule({ resource })]);
      expect(report.findings[0]?.suppression).not.toBeNull();
    }
  });
});

describe("a suppressed finding", () => {
  it("stays in the report with what matched, the first of several", () => {
    const rules = [
      rule({ check: "unused-firewall" }),
      rule(
        { check: "open-*", tags: { env: "lab" } },
        { where: "accepted.yaml suppressions[4]", owner: "red team", ticket: "SEC-1", expires: "2026-11-21" },
      ),
      rule({ account: "*" }),
    ];
    expect(run([finding()], rules, { narrowed: true }).report.findings).toEqual([
      finding({
        suppression: {
          reason: "accepted",
          owner: "red team",
          ticket: "SEC-1",
          expires: "2026-11-21",
          matched: { where: "accepted.yaml suppressions[4]", fields: { check: "open-*", "tags.env": "lab" } },
        },
      }),
    ]);
  });

  it("that is unknown leaves the scan incomplete", () => {
    const { report } = run([finding({ status: "unknown" })], [rule({ check: "*" })], { complete: false });
    expect(report.findings[0]?.suppression).not.toBeNull();
    expect(report.summary).toMatchObject({ unknown: 0, suppressed: 1 });
    expect(report.scan.complete).toBe(false);
  });
});

describe("a suppression that expires", () => {
  it.each([
    ["2026-11-20", false],
    ["2026-11-21", true],
    ["2026-11-22", true],
    [null, true],
  ])("on %s counts on 2026-11-21: %s", (expires, counts) => {
    const { report, stale } = run([finding()], [rule({ check: "*" }, { expires })]);
    expect(report.findings[0]?.suppression !== null).toBe(counts);
    expect(stale).toEqual(
      counts
        ? []
        : [
            "suppression rampart.yaml suppressions[0] (accepted) ended on 2026-11-20 and no longer counts: 1 finding is back",
          ],
    );
    expect(report.scan.notes).toEqual([...stale, "told before"]);
  });

  it("brings nothing back that another one still accepts", () => {
    const { report, stale } = run([finding()], [rule({ check: "*" }, { expires: "2020-01-01" }), rule({ check: "*" })]);
    expect(report.findings[0]?.suppression).not.toBeNull();
    expect(stale).toEqual([
      "suppression rampart.yaml suppressions[0] (accepted) ended on 2020-01-01 and no longer counts",
    ]);
  });
});

describe("a suppression that matches nothing", () => {
  const idle = [rule({ resource: "sg-gone" })];

  it("is called unused, and one that only comes second is not", () => {
    const { stale } = run([finding()], [rule({ check: "*" }), rule({ account: "*" }), ...idle]);
    expect(stale).toEqual([
      "suppression rampart.yaml suppressions[0] (accepted) is unused: it matches no finding of this scan",
    ]);
  });

  it.each([
    ["something was not read", { complete: false }],
    ["checks were left out", { narrowed: true }],
  ])("is not called unused when %s", (_, changes) => {
    expect(run([finding()], idle, changes).stale).toEqual([]);
  });
});

describe("tags that suppress", () => {
  it.each<[string, Readonly<Record<string, string>>, string | undefined, boolean]>([
    ["nothing by default", { "rampart:suppress": "*" }, undefined, false],
    ["the check they name", { "rampart:suppress": "open-admin-rule" }, "rampart:suppress", true],
    ["one of several", { "rampart:suppress": "unused-firewall, open-*" }, "rampart:suppress", true],
    ["no other check", { "rampart:suppress": "unused-firewall" }, "rampart:suppress", false],
    ["nothing when empty", { "rampart:suppress": " , " }, "rampart:suppress", false],
    ["nothing by another key", { suppress: "*" }, "rampart:suppress", false],
    ["nothing by a member of objects", {}, "constructor", false],
  ])("%s", (_, tags, byTag, suppressed) => {
    const { report } = run([finding({ tags })], [], byTag === undefined ? {} : { byTag });
    const [first] = report.findings;
    expect(first?.suppression !== null).toBe(suppressed);
    if (!suppressed) return;
    expect(first?.suppression).toMatchObject({
      reason: "the resource's own tag says so",
      matched: { where: "tag rampart:suppress", fields: { "tags.rampart:suppress": tags["rampart:suppress"] } },
    });
  });

  it("come after the suppressions of the configuration", () => {
    const { report } = run([finding()], [rule({ check: "*" })], { byTag: "env" });
    expect(report.findings[0]?.suppression?.reason).toBe("accepted");
  });
});

import { describe, expect, it } from "vitest";

import type { Report } from "../../../../src/model/report.ts";
import { check } from "../../../../checks/aws/guardduty-trusted-list.ts";
import { renderSarif } from "../../../../reports/sarif/render.ts";
import type { AwsEstate } from "../../../../lab/estate.ts";
import { awsProvider } from "../../../../src/providers/aws/provider.ts";
import { analyse } from "../../../../src/scan/analyse.ts";
import { checkSettings } from "../../../../src/scan/settings.ts";
import type { Snapshot } from "../../../../src/snapshot/record.ts";
import { collectFrom, rowOf, withLab } from "../collecting.ts";

const own = "111122223333";
const stranger = "999988887777";
type Buckets = NonNullable<AwsEstate["buckets"]>;

/** One account with one active trusted list per location, and these buckets in the world. */
function estateOf(buckets: Buckets, ...locations: readonly string[]): AwsEstate {
  const lists = locations.map((Location, at) => ({
    IpSetId: `set${at}`,
    Name: `set${at}`,
    Format: "TXT" as const,
    Status: "ACTIVE" as const,
    Location,
  }));
  const detector = { DetectorId: "d", ServiceRole: "r", Status: "ENABLED" as const, IpSets: lists };
  return {
    regions: [{ name: "us-east-1", optIn: "opt-in-not-required" }],
    accounts: [{ id: own, name: "own", regions: { "us-east-1": { Detectors: [detector] } } }],
    buckets,
  };
}

async function snapshotOf(estate: AwsEstate, faults: Parameters<typeof withLab>[1]["faults"] = []): Promise<Snapshot> {
  return withLab(estate, { faults }, (lab) => collectFrom(lab, own, { regions: ["us-east-1"] }));
}

function reportOf(snapshot: Snapshot): Report {
  return analyse({ snapshot, providers: [awsProvider], checks: [check], settings: checkSettings({}), version: "1" });
}

const strangers: Buckets = {
  theirs: { owner: stranger, region: "us-east-1", objects: { "l.txt": { body: "8.8.8.8" } } },
};
const mine: Buckets = { mine: { owner: own, region: "us-east-1", objects: { "l.txt": { body: "8.8.8.8" } } } };
const denied = [{ operation: "s3:GetObject", kind: "access-denied" }] as const;

describe("a GuardDuty list whose file cannot be had", () => {
  it.each([
    ["in a stranger's private bucket", estateOf(strangers, "s3://theirs/l.txt"), /is not yours, and may not be read/],
    [
      "that is gone from a bucket of ours",
      estateOf(mine, "s3://mine/gone.txt"),
      /the file does not exist \(NoSuchKey\)/,
    ],
    [
      "whose bucket is gone",
      estateOf({}, "s3://nowhere/l.txt"),
      /the bucket of the file does not exist \(NoSuchBucket\)/,
    ],
    [
      "beside one that can be read",
      estateOf({ ...strangers, ...mine }, "s3://theirs/l.txt", "s3://mine/l.txt"),
      /is not yours, and may not be read/,
    ],
  ])("%s is a finding, and leaves the scan complete", async (_what, estate, error) => {
    const report = reportOf(await snapshotOf(estate));
    expect(report.scan.complete).toBe(true);
    const row = report.coverage.find(({ operation }) => operation === "s3:GetObject");
    expect(row).toMatchObject({ status: "disabled", error: expect.stringMatching(error) });
    expect(report.findings.map(({ status }) => status)).toContain("fail");
    // GitHub gets it: a target that was not read whole is left out of SARIF.
    const sarif = JSON.stringify(renderSarif(report, { includeIncomplete: false, includeSuppressed: false }));
    expect(sarif).toContain("guardduty-trusted-list");
  });

  it("in a bucket of ours that denies it is a gap", async () => {
    const report = reportOf(await snapshotOf(estateOf(mine, "s3://mine/l.txt"), denied));
    expect(report.scan.complete).toBe(false);
    expect(report.coverage.find(({ operation }) => operation === "s3:GetObject")?.status).toBe("denied");
  });

  it("one of ours and one of a stranger's: ours stays the gap", async () => {
    const estate = estateOf({ ...strangers, ...mine }, "s3://theirs/l.txt", "s3://mine/l.txt");
    const report = reportOf(await snapshotOf(estate, denied));
    const row = report.coverage.find(({ operation }) => operation === "s3:GetObject");
    expect(row?.status).toBe("denied");
    expect(row?.gaps?.map(({ status }) => status).toSorted()).toEqual(["denied", "disabled"]);
  });

  it("in a bucket whose owner is not known is a gap", async () => {
    const faults = [{ operation: "s3:ListBuckets", kind: "access-denied" }] as const;
    const report = reportOf(await snapshotOf(estateOf(strangers, "s3://theirs/l.txt"), faults));
    expect(report.coverage.find(({ operation }) => operation === "s3:GetObject")?.status).toBe("denied");
  });

  it("with credentials that ended is a gap, whoever owns the bucket", async () => {
    const snapshot = await snapshotOf(estateOf(strangers, "s3://theirs/l.txt"));
    const error = "the credentials expired during the scan (ExpiredToken)";
    const coverage = snapshot.coverage.map((row) => (row.operation === "s3:GetObject" ? { ...row, error } : row));
    expect(rowOf(snapshot, "s3:GetObject")?.status).toBe("denied");
    expect(reportOf({ ...snapshot, coverage }).scan.complete).toBe(false);
  });

  it("and lists that were not read are gaps, whoever owns the bucket of the one that was", async () => {
    const faults = [{ operation: "guardduty:ListThreatIntelSets", kind: "access-denied" }] as const;
    const report = reportOf(await snapshotOf(estateOf(strangers, "s3://theirs/l.txt"), faults));
    expect(report.coverage.find(({ operation }) => operation === "s3:GetObject")?.status).toBe("denied");
  });
});

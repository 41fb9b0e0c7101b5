import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checks } from "../../../../checks/registry.ts";
import type { Json } from "../../../../src/model/finding.ts";
import type { ReportTarget } from "../../../../src/model/report.ts";
import { awsProvider } from "../../../../src/providers/aws/provider.ts";
import { judge } from "../../../../src/scan/judge.ts";
import { checkSettings } from "../../../../src/scan/settings.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../../../src/snapshot/record.ts";

const target: ReportTarget = {
  cloud: "aws",
  account: "111122223333",
  region: "cn-north-1",
  name: null,
  status: "scanned",
  note: null,
};
const { cloud, account, region } = target;

const record = (operation: string, data: VendorObject, request?: Readonly<Record<string, string>>): SnapshotRecord => ({
  cloud,
  account,
  region,
  operation,
  data,
  ...(request === undefined ? {} : { request }),
});

const snapshot = (records: readonly SnapshotRecord[]): Snapshot => ({
  source: "snapshot",
  startedAt: "2026-01-01T00:00:00Z",
  finishedAt: "2026-01-01T00:00:00Z",
  targets: [target],
  records,
  coverage: [{ cloud, account, region, operation: "*", status: "complete", items: 0, error: null }],
  notes: [],
});

const understood = (...records: readonly SnapshotRecord[]) => awsProvider.understand(snapshot(records)).aws;
const ipSet = { Name: "office", Format: "TXT", Location: "s3://bucket/list.txt", Status: "ACTIVE" };

describe("records of GuardDuty", () => {
  it("ARNs are those of the Region's partition", () => {
    const controls = understood(
      record("guardduty:ListDetectors", { DetectorIds: ["d"] }),
      record("guardduty:GetIPSet", ipSet, { DetectorId: "d", IpSetId: "l" }),
      record(
        "guardduty:GetFilter",
        { Name: "f", Action: "NOOP", FindingCriteria: {} },
        { DetectorId: "d", FilterName: "f" },
      ),
    );
    const [detection] = controls?.threatDetection ?? [];
    expect(detection?.resource.arn).toBe("arn:aws-cn:guardduty:cn-north-1:111122223333:detector/d");
    expect(detection?.lists[0]?.resource.arn).toBe("arn:aws-cn:guardduty:cn-north-1:111122223333:detector/d/ipset/l");
    expect(detection?.filters[0]?.resource.arn).toBe(
      "arn:aws-cn:guardduty:cn-north-1:111122223333:detector/d/filter/f",
    );
  });

  it("a list is not lost because nobody told its detector", () => {
    const controls = understood(record("guardduty:GetIPSet", ipSet, { IpSetId: "l" }));
    expect(controls?.threatDetection).toMatchObject([
      {
        status: "unknown",
        resource: { type: "aws:account-region" },
        lists: [{ resource: { id: "l" }, status: "ACTIVE" }],
      },
    ]);
  });

  it("a list without a detector of its own belongs to the Region's only one", () => {
    const controls = understood(
      record("guardduty:ListDetectors", { DetectorIds: ["d"] }),
      record("guardduty:GetIPSet", ipSet, { IpSetId: "l" }),
    );
    expect(controls?.threatDetection).toMatchObject([{ resource: { id: "d" }, lists: [{ resource: { id: "l" } }] }]);
  });

  it("an answer that is there twice counts once, the later one", () => {
    const controls = understood(
      record("guardduty:GetIPSet", ipSet, { DetectorId: "d", IpSetId: "l" }),
      record("guardduty:GetIPSet", { ...ipSet, Status: "INACTIVE" }, { DetectorId: "d", IpSetId: "l" }),
    );
    expect(controls?.threatDetection[0]?.lists.map(({ status }) => status)).toEqual(["INACTIVE"]);
  });

  it("an administrator that is the account itself is none", () => {
    const controls = understood(
      record(
        "guardduty:GetAdministratorAccount",
        { Administrator: { AccountId: account, RelationshipStatus: "Enabled" } },
        { DetectorId: "d" },
      ),
    );
    expect(controls?.threatDetection[0]?.administration).toEqual({ kind: "self" });
  });
});

describe("records that are not as documented", () => {
  const members = [
    "DetectorIds",
    "Status",
    "Administrator",
    "AccountId",
    "RelationshipStatus",
    "Name",
    "Format",
    "Location",
    "ExpectedBucketOwner",
    "Action",
    "FindingCriteria",
    "Criterion",
    "Body",
    "Truncated",
    "VpcBlockPublicAccessOptions",
    "InternetGatewayBlockMode",
    "ManagedBy",
    "ExclusionId",
    "InternetGatewayExclusionMode",
    "ResourceArn",
    "State",
    "__proto__",
    "severity",
    "Eq",
  ];
  const words = [
    "ENABLED",
    "ACTIVE",
    "ARCHIVE",
    "TXT",
    "STIX",
    "OTX_CSV",
    "FIRE_EYE",
    "s3://bucket/list.txt",
    "off",
    "allow-egress",
    "0.0.0.0/0",
    "",
  ];
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom<Json[]>(...words, 1, true, null),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...members), tie("value"), { maxKeys: 4 }),
    ),
  }));
  const operations = [
    "guardduty:ListDetectors",
    "guardduty:GetDetector",
    "guardduty:GetAdministratorAccount",
    "guardduty:GetIPSet",
    "guardduty:GetThreatIntelSet",
    "guardduty:GetTrustedEntitySet",
    "guardduty:GetThreatEntitySet",
    "guardduty:GetFilter",
    "s3:GetObject",
    "ec2:DescribeVpcBlockPublicAccessOptions",
    "ec2:DescribeVpcBlockPublicAccessExclusions",
  ];
  const anyRecord = fc
    .record({
      operation: fc.constantFrom(...operations),
      data: fc.dictionary(fc.constantFrom(...members), value, { maxKeys: 6 }),
      request: fc.option(
        fc.dictionary(
          fc.constantFrom("DetectorId", "IpSetId", "FilterName", "Location"),
          fc.constantFrom("a", "b", "s3://bucket/list.txt"),
        ),
        { nil: undefined },
      ),
    })
    .map(({ operation, data, request }) => record(operation, data, request));

  it("give verdicts, never an error: every check judges them", () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 8 }), (records) => {
        const whole = snapshot(records);
        const understanding = awsProvider.understand(whole);
        const estate = { targets: whole.targets, asOf: whole.finishedAt, ...understanding };
        const { tagsOf } = understanding;
        judge({
          checks,
          estate,
          settings: checkSettings({}),
          coverage: whole.coverage,
          providers: [awsProvider],
          tagsOf,
        });
      }),
      { numRuns: 500 },
    );
  });
});

import {
  BatchImportFindingsCommand,
  BatchImportFindingsRequest$,
  SecurityHubClient,
} from "@aws-sdk/client-securityhub";
import { describe, expect, it } from "vitest";
import { renderAsff } from "../../reports/asff/render.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { ResourceRef } from "../../src/model/resource.ts";
import { sdkFaults } from "../support/report-readers.ts";
import { openAdminRule, sampleFinding, sampleReport } from "../support/sample-report.ts";

const group: ResourceRef = {
  cloud: "aws",
  account: "111122223333",
  region: "eu-west-1",
  type: "aws:ec2:security-group",
  id: "sg-1",
  name: "web",
  arn: "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1",
};
const finding = (changes: Partial<Finding> = {}, at: Partial<ResourceRef> = {}): Finding =>
  sampleFinding(openAdminRule, "f1", { ...group, ...at }, "Open.", changes);

function callsOf(findings: readonly Finding[], fixed: readonly Finding[] = []) {
  const baseline = { comparedWith: "2026-11-20T02:14:19.480Z", new: 0, unchanged: 0, fixed };
  const { documents, remarks } = renderAsff({ ...sampleReport(), findings, baseline });
  return { calls: documents.map((text) => JSON.parse(text)), remarks };
}
const one = (changes: Partial<Finding> = {}, at: Partial<ResourceRef> = {}) =>
  callsOf([finding(changes, at)]).calls[0][0];

describe("ASFF", () => {
  it("is what the SDK's BatchImportFindings takes, unchanged", async () => {
    const { calls } = callsOf([finding({ tags: { env: "lab" } })]);
    expect(sdkFaults(BatchImportFindingsRequest$, { Findings: calls[0] })).toEqual([]);
    let sent: unknown = null;
    const client = new SecurityHubClient({
      region: "eu-west-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    client.middlewareStack.add(
      () => (args) => {
        sent = args.request;
        return Promise.resolve({ output: { $metadata: {}, FailedCount: 0, SuccessCount: 1 }, response: null });
      },
      { step: "finalizeRequest" },
    );
    await client.send(new BatchImportFindingsCommand({ Findings: calls[0] }));
    const body: unknown = typeof sent === "object" && sent !== null && "body" in sent ? sent.body : null;
    expect(JSON.parse(String(body))).toEqual({ Findings: calls[0] });
  });

  it("names finding, product, severity, resource and what it violates", () => {
    expect(one()).toMatchObject({
      SchemaVersion: "2018-10-08",
      Id: "rampart/f1",
      ProductArn: "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default",
      GeneratorId: "rampart/open-admin-rule",
      AwsAccountId: "111122223333",
      CreatedAt: "2026-11-21T02:14:19.480Z",
      Severity: { Label: "HIGH", Original: "high" },
      FindingProviderFields: { Severity: { Label: "HIGH", Original: "high" } },
      Title: openAdminRule.title,
      Description: "Open.",
      Resources: [{ Type: "AwsEc2SecurityGroup", Id: group.arn, Partition: "aws", Region: "eu-west-1" }],
      Compliance: { Status: "FAILED", RelatedRequirements: expect.arrayContaining(["aws-security-hub EC2.13"]) },
      RecordState: "ACTIVE",
    });
  });

  const suppression = { reason: "r", owner: null, ticket: null, expires: null, matched: { where: "w", fields: {} } };
  it.each([
    [
      "what could not be judged",
      one({ status: "unknown" }),
      { Severity: { Label: "INFORMATIONAL", Original: "high" }, Compliance: { Status: "WARNING" } },
    ],
    [
      "what is suppressed",
      one({ suppression }),
      { RecordState: "ARCHIVED", ProductFields: { "rampart/suppression": "r" } },
    ],
    [
      "what is fixed",
      callsOf([], [finding()]).calls[0][0],
      { RecordState: "ARCHIVED", Compliance: { Status: "PASSED" } },
    ],
    [
      "an account",
      one({}, { type: "aws:account", id: "111122223333", arn: null }),
      { Resources: [{ Type: "AwsAccount", Id: "AWS::::Account:111122223333" }] },
    ],
    [
      "a kind that Security Hub does not know",
      one({}, { type: "aws:sso:permission-set" }),
      { Resources: [{ Type: "Other" }] },
    ],
    [
      "China",
      one({}, { region: "cn-north-1" }),
      { ProductArn: "arn:aws-cn:securityhub:cn-north-1:111122223333:product/111122223333/default" },
    ],
    ["GovCloud", one({}, { region: "us-gov-west-1" }), { Resources: [{ Partition: "aws-us-gov" }] }],
    [
      "what belongs to no Region",
      one({}, { region: "global", arn: "arn:aws-cn:iam::111122223333:role/x" }),
      {
        ProductArn: "arn:aws-cn:securityhub:cn-north-1:111122223333:product/111122223333/default",
        Resources: [{ Region: "cn-north-1" }],
      },
    ],
  ])("tells %s", (_, found, expected) => {
    expect(found).toMatchObject(expected);
  });

  it("has a document for each account and Region, of 100 findings at most, and says what to do with them", () => {
    const many = Array.from({ length: 250 }, (_, index) => finding({ id: `f${index}` }));
    const { calls, remarks } = callsOf([
      ...many,
      finding({}, { region: "us-east-1" }),
      finding({}, { account: "444455556666" }),
    ]);
    expect(calls.map((call) => [call.length, call[0].ProductArn.split(":").slice(3, 5).join(" ")])).toEqual([
      [100, "eu-west-1 111122223333"],
      [100, "eu-west-1 111122223333"],
      [50, "eu-west-1 111122223333"],
      [1, "us-east-1 111122223333"],
      [1, "eu-west-1 444455556666"],
    ]);
    expect(remarks).toEqual([
      expect.stringContaining("there are 5 documents; send each with credentials of its AwsAccountId"),
    ]);
  });

  it("counts what Security Hub has no place for", () => {
    const { calls, remarks } = callsOf([
      finding({}, { cloud: "gcp", account: "shop" }),
      finding({}, { account: "unknown" }),
      finding({}, { region: "nowhere" }),
      finding({}, { region: "global" }),
    ]);
    expect(calls.flat()).toHaveLength(1);
    expect(remarks).toEqual([
      "ASFF: 1 findings of other clouds are not in it; Security Hub takes AWS alone.",
      "ASFF: 2 findings are not in it, because their AWS account or Region is not known.",
      "ASFF: 1 findings on what belongs to no Region (IAM) are for the partition's home Region.",
    ]);
  });

  it("is an empty list without findings", () => {
    expect(renderAsff({ ...sampleReport(), findings: [] }).documents).toEqual(["[]\n"]);
  });
});

import { describe, expect, it } from "vitest";
import { renderOcsf } from "../../reports/ocsf/render.ts";
import type { Finding } from "../../src/model/finding.ts";
import { ocsfFaults } from "../support/report-readers.ts";
import { openAdminRule, sampleFinding, sampleReport } from "../support/sample-report.ts";

const place = { cloud: "azure" as const, account: "sub-1", region: "global" };
const resource = { ...place, type: "azure:network:nsg", id: "/subscriptions/sub-1/nsg", name: "web", arn: null };

function eventOf(changes: Partial<Finding>, fixed = false) {
  const finding = sampleFinding(openAdminRule, "f1", resource, "Open.", changes);
  const comparedWith = "2026-11-20T02:14:19.480Z";
  const baseline = { comparedWith, new: 0, unchanged: 0, fixed: fixed ? [finding] : [] };
  const [line = "", ...rest] = renderOcsf({ ...sampleReport(), findings: fixed ? [] : [finding], baseline })
    .trimEnd()
    .split("\n");
  expect(rest).toEqual([]);
  const event = JSON.parse(line);
  expect(ocsfFaults(event)).toEqual([]);
  return event;
}
const suppression = {
  reason: "honeypot",
  owner: "blue team",
  ticket: null,
  expires: null,
  matched: { where: "rampart.yaml suppressions[0]", fields: {} },
};

describe("OCSF", () => {
  it("is a Compliance Finding of OCSF 1.5 with the cloud profile", () => {
    expect(eventOf({})).toMatchObject({
      category_uid: 2,
      class_uid: 2003,
      activity_id: 1,
      type_uid: 200301,
      severity_id: 4,
      severity: "High",
      status_id: 1,
      time: Date.parse("2026-11-21T02:14:19.480Z"),
      message: "Open.",
      metadata: { version: "1.5.0", product: { name: "Rampart", version: "0.1.0" }, profiles: ["cloud"] },
      cloud: { provider: "Azure", account: { uid: "sub-1", type_id: 13 }, region: "global" },
      resources: [{ uid: "/subscriptions/sub-1/nsg", name: "web", type: "azure:network:nsg" }],
      finding_info: { uid: "f1", analytic: { uid: "open-admin-rule", type_id: 1 } },
      compliance: {
        standards: ["aws-security-hub", "cis-aws-3.0"],
        requirements: ["aws-security-hub EC2.13", "aws-security-hub EC2.14", "cis-aws-3.0 5.2", "cis-aws-3.0 5.3"],
        control: "open-admin-rule",
        status: "Fail",
        status_id: 3,
      },
    });
  });

  it.each([
    [
      "what could not be judged",
      eventOf({ status: "unknown" }),
      { severity_id: 1, compliance: { status: "Warning", status_id: 2 } },
    ],
    ["what is suppressed", eventOf({ suppression }), { status: "Suppressed", status_id: 3, comment: "honeypot" }],
    ["what was known already", eventOf({ baseline: "unchanged" }), { activity_id: 2, type_uid: 200302 }],
    ["what is new", eventOf({ baseline: "new" }), { activity_id: 1, unmapped: { baseline: "new" } }],
    [
      "what is fixed",
      eventOf({}, true),
      { activity_id: 3, status: "Resolved", compliance: { status: "Pass", status_id: 1 } },
    ],
    [
      "a check of no framework",
      eventOf({ controls: {} }),
      { compliance: { standards: ["Rampart"], requirements: [] } },
    ],
    [
      "tags",
      eventOf({ tags: { b: "2", a: "1" } }),
      {
        resources: [
          {
            tags: [
              { name: "a", value: "1" },
              { name: "b", value: "2" },
            ],
          },
        ],
      },
    ],
  ])("tells %s", (_, event, expected) => {
    expect(event).toMatchObject(expected);
  });

  it("tells ATT&CK techniques each with the mitigations", () => {
    const { attacks } = eventOf({}).finding_info;
    expect(attacks).toContainEqual({ sub_technique: { uid: "T1562.007" }, mitigation: { uid: "M1047" } });
    expect(attacks).toContainEqual({ sub_technique: { uid: "T1686.001" }, mitigation: { uid: "M1018" } });
  });

  it("is empty without findings", () => {
    expect(renderOcsf({ ...sampleReport(), findings: [] })).toBe("");
  });
});

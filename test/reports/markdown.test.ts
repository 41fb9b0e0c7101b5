import { describe, expect, it } from "vitest";
import { renderMarkdown } from "../../reports/markdown/render.ts";
import type { Report } from "../../src/model/report.ts";
import { readMarkdown, wordsOf } from "../support/report-readers.ts";
import { openAdminRule, sampleFinding, sampleReport } from "../support/sample-report.ts";

const text = renderMarkdown(sampleReport());
function headings(report: Report): string[] {
  return readMarkdown(renderMarkdown(report)).flatMap((node) => (node.type === "heading" ? [wordsOf(node)] : []));
}

describe("Markdown", () => {
  it("says the verdict first, then the gravest findings by check, and tells what could not be judged apart", () => {
    expect(headings(sampleReport())).toEqual([
      "Rampart: 3 high, 1 low, incomplete",
      "High (3)",
      "guardduty-trusted-list (1)",
      "open-admin-rule (2)",
      "Low (1)",
      "open-egress-rule (1)",
      "Not judged",
      "unlogged-firewall (1)",
      "Notes",
    ]);
  });

  it("counts by severity, and says what was not read before the findings", () => {
    expect(text).toContain("| 0 | 3 | 0 | 1 | 1 | 1 |");
    const [unread = 0, findings = 0] = ["| `ec2:DescribeFlowLogs` | denied: User", "## High"].map((part) =>
      text.indexOf(part),
    );
    expect(unread).toBeGreaterThan(0);
    expect(unread).toBeLessThan(findings);
  });

  it("has a row for each finding, marks what is new, and folds away how to fix it", () => {
    expect(text).toContain(
      "| `8ab1c2d3e4f5a6b7` partner-allow-list | AWS `111122223333 us-east-1` | **new** The active trusted list",
    );
    expect(text).toContain("<details><summary>How to fix</summary>");
    expect(text).toContain("```sh\naws guardduty update-ip-set");
    expect(text).not.toContain("honeypot");
  });

  it("compares with the baseline", () => {
    const place = { cloud: "gcp" as const, account: "shop", region: "global" };
    const fixed = [
      sampleFinding(openAdminRule, "f1", { ...place, type: "t", id: "fw", name: "ssh", arn: null }, "Was open."),
    ];
    const comparedWith = "2026-11-20T02:14:19.480Z";
    const compared = renderMarkdown({ ...sampleReport(), baseline: { comparedWith, new: 1, unchanged: 3, fixed } });
    expect(compared).toContain(`Against the report of ${comparedWith}: **1 new**, 3 unchanged, 1 fixed.`);
    expect(compared).toContain("## Fixed (1)");
    expect(compared).toContain("| `fw` ssh | Google Cloud `shop` | Was open. |");
  });

  it("calls what has a path for an id by its name, and says where that lies", () => {
    const account = "7b0c1e54-2f6d-4a8e-9d13-5e4f60a7c821";
    const id = `/subscriptions/${account}/resourceGroups/rg-office/providers/Microsoft.Network/networkInterfaces/nic`;
    const nic = { cloud: "azure" as const, account, region: "global", type: "t", id, name: "nic", arn: null };
    const finding = sampleFinding(openAdminRule, "f1", nic, "Open.");
    expect(renderMarkdown({ ...sampleReport(), findings: [finding] })).toContain(
      `| \`nic\` resource group rg-office | Azure \`${account}\` | Open. |`,
    );
  });

  it("counts folders and organizations of Google Cloud as what they are", () => {
    const sample = sampleReport();
    const accounts = ["shop", "folders/1", "folders/2", "organizations/3"];
    const targets = accounts.map((account) => ({
      cloud: "gcp" as const,
      account,
      region: "global",
      name: null,
      status: "scanned" as const,
      note: null,
    }));
    expect(renderMarkdown({ ...sample, scan: { ...sample.scan, targets } })).toContain(
      "\nGoogle Cloud: 1 project, 1 organization, 2 folders · read ",
    );
  });

  it("says so when all is well", () => {
    const sample = sampleReport();
    const none = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0, suppressed: 0 };
    const scan = { ...sample.scan, complete: true, notes: [] };
    expect(headings({ ...sample, scan, findings: [], coverage: [], summary: none })).toEqual(["Rampart: no findings"]);
  });

  it("lists 50 findings of a check and counts the rest", () => {
    const place = { cloud: "aws" as const, account: "111122223333", region: "eu-west-1" };
    const many = Array.from({ length: 60 }, (_, index) =>
      sampleFinding(
        openAdminRule,
        `f${index}`,
        { ...place, type: "t", id: `sg-${index}`, name: null, arn: null },
        "Open.",
      ),
    );
    const cut = renderMarkdown({ ...sampleReport(), findings: many });
    expect(cut.match(/^\| `sg-/gm)).toHaveLength(50);
    expect(cut).toContain("\nand 10 more findings\n");
    expect(cut).toContain("**10 more findings not listed here, see the report: `--format json` has all.**");
  });
});

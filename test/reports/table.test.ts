import { stripVTControlCharacters } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TableOptions } from "../../reports/format.ts";
import { fit, fitEnd, wrap } from "../../reports/table/layout.ts";
import { renderTable } from "../../reports/table/render.ts";
import { textWidth } from "../../reports/table/width.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import type { ResourceRef } from "../../src/model/resource.ts";
import { anyReport } from "../support/arbitrary-report.ts";
import { openAdminRule, sampleFinding, sampleReport } from "../support/sample-report.ts";

// oxlint-disable-next-line no-control-regex -- it is what colour is made of
const colourCode = /\u001B\[\d+m/g;
const plain: TableOptions = { colour: false, width: 100, unicode: true, findingsPerCheck: 10, showSuppressed: false };
const anyOptions: fc.Arbitrary<TableOptions> = fc.record({
  colour: fc.boolean(),
  width: fc.integer({ min: 40, max: 200 }),
  unicode: fc.boolean(),
  findingsPerCheck: fc.constantFrom(1, 10, Infinity),
  showSuppressed: fc.boolean(),
});

const group: ResourceRef = {
  cloud: "aws",
  account: "111122223333",
  region: "eu-west-1",
  type: "aws:ec2:security-group",
  id: "sg-1",
  name: null,
  arn: null,
};

/** The sample with `count` findings of one check. */
function manyFindings(count: number): Report {
  const findings: Finding[] = Array.from({ length: count }, (_, index) =>
    sampleFinding(openAdminRule, `id${index}`, { ...group, id: `sg-${index}` }, `Message ${index}.`),
  );
  return { ...sampleReport(), findings, summary: { ...sampleReport().summary, high: count } };
}

describe("the table", () => {
  it("names Regions in order, however the targets stand", () => {
    const [first] = sampleReport().scan.targets;
    if (first === undefined) throw new Error("no target");
    const targets = ["us-east-1", "ap-south-1", "eu-west-1"].map((region) => Object.assign({}, first, { region }));
    const report = { ...sampleReport(), scan: { ...sampleReport().scan, targets } };
    expect(renderTable(report, plain)).toContain("3 Regions (ap-south-1, eu-west-1, us-east-1)");
  });

  it("counts folders and organizations apart from the projects in them", () => {
    const [first] = sampleReport().scan.targets;
    const targets = ["organizations/1", "folders/2", "folders/3", "shop"].map((account) =>
      Object.assign({}, first, { cloud: "gcp", account, region: "global", name: null }),
    );
    const report = { ...sampleReport(), scan: { ...sampleReport().scan, targets } };
    expect(renderTable(report, plain)).toContain("Google Cloud: 1 project (shop), 1 organization, 2 folders");
  });

  it("reads like this at 100 columns", () => {
    expect(renderTable(sampleReport(), plain)).toMatchInlineSnapshot(`
      "Rampart 0.1.0 · live scan · 2026-11-21 02:14 UTC, took 12 s
        AWS: 2 accounts (111122223333 prod, 444455556666 dev), 2 Regions (eu-west-1, us-east-1)
        9 of 10 operations read (1 with nothing to read) · 4 checks

      INCOMPLETE: not everything could be read; what rests on the rest is unknown, not good.

      ── HIGH (3) ───────────────────────────────────────────────────────────────────────────────────────

      guardduty-trusted-list
        Expected: GuardDuty trusts no list of addresses that others can change or that covers public
        space.
        8ab1c2d3e4f5a6b7 (partner-allow-list)  111122223333 us-east-1  new
          The active trusted list partner-allow-list lies in a bucket of account 999988887777, which is
          outside the organization, and covers 16,777,216 public addresses.
        Fix: Deactivate the trusted IP list, or move its file to a bucket of your own.

      open-admin-rule (2)
        Expected: No firewall opens a remote-administration port to the internet.
        sg-0a1b2c3d4e5f60718 (bastion)       111122223333 eu-west-1
          Rule sgr-0f1e2d3c4b5a69780 admits SSH (tcp 22) from 0.0.0.0/0, which is the whole IPv4
          internet.
        sg-0b2c3d4e5f6071829 (データベース)  111122223333 eu-west-1
          Rule sgr-0f1e2d3c4b5a69781 admits SSH (tcp 22) from 0.0.0.0/0, which is the whole IPv4
          internet.
        Fix: Edit the inbound rules and replace the source with the ranges your administrators come from.

      ── LOW (1) ────────────────────────────────────────────────────────────────────────────────────────

      open-egress-rule
        Expected: Egress is limited to what is needed.
        sg-0a1b2c3d4e5f60718 (bastion)  111122223333 eu-west-1
          Every port is open towards ::/0 and 0.0.0.0/0.
        Fix: Replace the rule by the destinations that are needed.

      ── NOT JUDGED (1) ─────────────────────────────────────────────────────────────────────────────────

      unlogged-firewall
        Expected: Flow logs cover every network.
        account prod  111122223333 us-east-1
          Flow logs could not be judged: ec2:DescribeFlowLogs was denied; it takes the permission
          ec2:DescribeFlowLogs.

      ── NOT READ (1) ───────────────────────────────────────────────────────────────────────────────────

        denied       ec2:DescribeFlowLogs
                     1 target: 111122223333 us-east-1
                     User arn:aws:sts::111122223333:assumed-role/audit/rampart is not authorized to
                     perform ec2:DescribeFlowLogs

      ── NOTES ──────────────────────────────────────────────────────────────────────────────────────────
        • The organization's management account was scanned too.
        • 1 target switched off: 111122223333 ap-east-1
        • 1 target not scanned (the account is suspended): 777788889999

      ── SUMMARY ────────────────────────────────────────────────────────────────────────────────────────

        critical  0
        high      3  ███
        medium    0
        low       1  █
        unknown   1  █

        83 verdicts good, 4 bad, 1 unknown; 1 finding suppressed (--show-suppressed lists them).

      Next
        rampart explain guardduty-trusted-list   why it matters and how to fix it
        rampart permissions aws                  the permissions a scan needs
      "
    `);
  });

  it("says the same with colour, and without a trace of it when none is asked for", () => {
    const colourful = renderTable(sampleReport(), { ...plain, colour: true });
    expect(colourful).toContain("\u001B[31mHIGH (3)");
    expect(stripVTControlCharacters(colourful)).toBe(renderTable(sampleReport(), plain));
  });

  it("keeps to ASCII where the terminal knows no more", () => {
    expect(renderTable(sampleReport(), { ...plain, unicode: false })).toMatch(/^[\n\x20-\x7E]*$/);
  });

  it("lists the gravest first", () => {
    const report = sampleReport();
    const text = renderTable({ ...report, findings: report.findings.toReversed() }, plain);
    expect(text.indexOf("HIGH (3)")).toBeLessThan(text.indexOf("LOW (1)"));
    expect(text.indexOf("LOW (1)")).toBeLessThan(text.indexOf("NOT JUDGED (1)"));
  });

  it.each([
    [10, 10, null],
    [11, 10, "and 1 more finding; --format json lists all"],
    [1037, 10, "and 1,027 more findings; --format json lists all"],
    [1037, Infinity, null],
  ])("of %i findings lists %d and counts the rest", (count, findingsPerCheck, rest) => {
    const text = renderTable(manyFindings(count), { ...plain, findingsPerCheck });
    expect(text).toContain(`open-admin-rule (${count})`);
    expect(text.match(/Message \d+\./g)).toHaveLength(Math.min(count, findingsPerCheck));
    expect(text.includes("more finding")).toBe(rest !== null);
    expect(text).toContain(rest ?? "");
  });

  it("names suppressed findings by number only", () => {
    const text = renderTable(sampleReport(), plain);
    expect(text).not.toContain("sg-0c3d4e5f607182930");
    expect(text).toContain("1 finding suppressed (--show-suppressed lists them)");
  });

  it("lists suppressed findings on request, with who accepted them, why and until when", () => {
    const text = renderTable(sampleReport(), { ...plain, showSuppressed: true });
    expect(text).toContain("SUPPRESSED (1)");
    expect(text).toContain("sg-0c3d4e5f607182930");
    expect(text.replaceAll(/\s+/g, " ")).toContain(
      "Accepted: honeypot; owner blue team; ticket SEC-7; until 2027-01-01; by rampart.yaml suppressions[0]",
    );
    expect(text).toContain("1 finding suppressed.");
  });

  it("says what a baseline makes new, and what was fixed since", () => {
    const report = sampleReport();
    const [, fixed] = report.findings;
    const many = manyFindings(30);
    const findings = many.findings.map((finding, index) =>
      index === 29
        ? sampleFinding(openAdminRule, "x", finding.resource, "Opened last night.", { baseline: "new" })
        : finding,
    );
    const baseline = { comparedWith: "2026-11-20T02:14:07.120Z", new: 1, unchanged: 29, fixed: fixed ? [fixed] : [] };
    const text = renderTable({ ...many, findings, baseline }, plain);
    expect(text).toContain("Opened last night.");
    expect(text).toMatch(/  new$/m);
    expect(text).toContain("FIXED (1)");
    expect(text).toContain("sg-0a1b2c3d4e5f60718");
    expect(text).toContain("Since 2026-11-20 02:14 UTC: 1 new, 29 unchanged, 1 fixed.");
  });

  it("gathers one operation that failed on many targets, and counts the targets it does not name", () => {
    const report = sampleReport();
    const denied = report.coverage.filter((row) => row.status === "denied");
    const regions = ["a", "b", "c", "d", "e"].map((region) => denied.map((row) => Object.assign({}, row, { region })));
    const text = renderTable({ ...report, coverage: regions.flat() }, plain);
    expect(text).toContain("NOT READ (5)");
    expect(text).toContain("5 targets: 111122223333 a, 111122223333 b, 111122223333 c and 2 more");
  });

  it("calls a scan clean only when everything was read and judged", () => {
    const report = sampleReport();
    const empty = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0, suppressed: 0 };
    const incomplete = renderTable({ ...report, findings: [], summary: empty }, plain);
    expect(incomplete).toContain("INCOMPLETE");
    expect(incomplete).toContain("No findings in what could be read and judged, which is not everything.");
    const scan = { ...report.scan, complete: true };
    expect(renderTable({ ...report, scan, findings: [], summary: empty }, plain)).toContain("  No findings.\n");
    const unknown = renderTable({ ...report, scan, summary: { ...empty, unknown: 1 } }, plain);
    expect(unknown).toContain("which is not everything");
  });

  it("leads on: to the gravest check and to the permissions that were missing", () => {
    const text = renderTable(sampleReport(), plain);
    expect(text).toContain("rampart explain guardduty-trusted-list");
    expect(text).toContain("rampart permissions aws");
  });
});

describe("whatever the report holds, the table", () => {
  it("controls nothing but line ends and, when asked, colour", () => {
    fc.assert(
      fc.property(anyReport, anyOptions, (report, options) => {
        const text = renderTable(report, options);
        const bare = options.colour ? text.replaceAll(colourCode, "") : text;
        expect(bare).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it("speaks to no CI runner", () => {
    fc.assert(
      fc.property(anyReport, anyOptions, (report, options) => {
        const bare = stripVTControlCharacters(renderTable(report, options));
        expect(bare).not.toMatch(/^\s*::[a-z]|##\[|##vso\[/im);
      }),
    );
  });

  it("stays within the width", () => {
    fc.assert(
      fc.property(anyReport, anyOptions, (report, options) => {
        const width = Math.min(160, options.width);
        const lines = stripVTControlCharacters(renderTable(report, options)).split("\n");
        expect(lines.filter((line) => textWidth(line) > width)).toEqual([]);
      }),
    );
  });

  it("is the same every time", () => {
    fc.assert(
      fc.property(anyReport, anyOptions, (report, options) => {
        expect(renderTable(structuredClone(report), options)).toBe(renderTable(report, options));
      }),
      { numRuns: 20 },
    );
  });

  it("takes a megabyte of text for what it is", () => {
    const report = sampleReport();
    const finding = sampleFinding(openAdminRule, "id", { ...group, name: "n".repeat(1e6) }, "m".repeat(1e6));
    const text = renderTable({ ...report, findings: [finding] }, plain);
    expect(text).toContain("(998800 more characters)");
    expect(text.length).toBeLessThan(10_000);
  });
});

describe("columns", () => {
  it.each([
    ["abc", 3],
    ["Größe", 5],
    ["e\u0301", 1],
    ["データ", 6],
    ["한글", 4],
    ["\u1112\u1161\u11AB", 2],
    ["ｆｕｌｌ", 8],
    ["👍", 2],
    ["🇩🇪", 2],
    ["…─·", 3],
    ["、⼀", 4],
    ["", 0],
  ])("%s takes %i", (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it("keeps the place aligned beside names of any script", () => {
    const lines = renderTable(sampleReport(), plain).split("\n");
    const columns = lines
      .filter((line) => line.startsWith("  sg-") && line.includes("("))
      .slice(0, 2)
      .map((line) => textWidth(line.slice(0, line.indexOf("  111122223333"))));
    expect(new Set(columns).size).toBe(1);
    expect(columns).toHaveLength(2);
  });

  it("cuts and wraps without parting a mark from its letter or losing a word", () => {
    const printable = fc.oneof(
      fc.constantFrom("e\u0301e\u0301e\u0301", "データベース", "a b c", "x".repeat(90)),
      fc.string(),
    );
    fc.assert(
      fc.property(printable, fc.integer({ min: 4, max: 40 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.every((line) => textWidth(line) <= width && !/^\p{Mn}/u.test(line))).toBe(true);
        expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
        expect(textWidth(fit(text, width, "…"))).toBeLessThanOrEqual(width);
        expect(textWidth(fitEnd(text, width, "…"))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

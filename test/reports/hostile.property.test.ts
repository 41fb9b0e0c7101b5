import {
  AwsSecurityFinding$,
  ComplianceStatus,
  Partition,
  RecordState,
  SeverityLabel,
} from "@aws-sdk/client-securityhub";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shorten } from "../../reports/escape/shorten.ts";
import { terminalText } from "../../reports/escape/terminal.ts";
import type { RenderOptions } from "../../reports/format.ts";
import { formats } from "../../reports/registry.ts";
import { formatNames, type FormatName } from "../../src/config/options.ts";
import { isKnown } from "../../src/model/coverage.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import { placeOf } from "../../src/model/resource.ts";
import { anyReport, hostileTexts } from "../support/arbitrary-report.ts";
import { ocsfFaults, readCsv, readJunit, readMarkdown, sdkFaults, wordsOf } from "../support/report-readers.ts";
import { openAdminRule, sampleFinding, sampleReport } from "../support/sample-report.ts";

/** Nothing that anybody may have written gets out of its field, in any format, as readers of other people's making see it. */

const options: RenderOptions = {
  terminal: { colour: false, width: 100, unicode: true, findingsPerCheck: 10, showSuppressed: true },
  sarif: { includeSuppressed: true, includeIncomplete: true },
};
function render(format: FormatName, report: Report): readonly string[] {
  return formats[format].render(report, options).documents;
}
function only(format: FormatName, report: Report): string {
  const documents = render(format, report);
  expect(documents).toHaveLength(1);
  return documents[0] ?? "";
}

/** A report whose every text is long, and a name and a message a megabyte. */
function hugeReport(text: string): Report {
  const megabyte = text.repeat(Math.ceil(1_000_000 / text.length));
  const huge = megabyte.slice(0, 30_000);
  const list = [huge];
  const check = {
    ...openAdminRule,
    title: huge,
    rationale: huge,
    remediation: { console: huge, cli: list, terraform: huge },
    attack: { techniques: list, mitigations: list },
    controls: { [huge]: list },
  };
  const place = { cloud: "aws" as const, account: "111122223333", region: "eu-west-1" };
  const resource = { ...place, type: "aws:ec2:security-group", id: huge, name: megabyte, arn: huge };
  const finding = sampleFinding(check, "a0f4c3b2d1e0", resource, megabyte, {
    evidence: { [huge]: huge },
    tags: { [huge]: huge },
  });
  const fixed = sampleFinding(check, huge, resource, huge);
  const sample = sampleReport();
  return {
    ...sample,
    scan: { ...sample.scan, notes: list },
    checks: [check],
    findings: [finding],
    baseline: { comparedWith: sample.scan.finishedAt, new: 1, unchanged: 0, fixed: [fixed] },
    coverage: [{ ...place, operation: huge, status: "denied", items: 0, error: huge }],
  };
}
const hugeTexts = ["x", "<b>", "=1;", "`|\\", "\u202E", "\u0000\uFFFF", "]]>", "::error::x\n", "\uD800", "@a #1 "];

/** Runs `check` over many reports, and over some with texts of a megabyte. */
function always(check: (report: Report) => void): void {
  for (const text of hugeTexts) check(hugeReport(text));
  fc.assert(fc.property(anyReport, check));
}

const isCounted = ({ suppression }: Finding): boolean => suppression === null;
const told = ({ findings, baseline }: Report): readonly Finding[] => [...findings, ...(baseline?.fixed ?? [])];
/** Text as one line of visible characters. */
const line = (text: string, limit: number): string => terminalText(shorten(text, limit), true);
const words = (text: string, limit: number): string =>
  terminalText(shorten(text, limit).replaceAll(/\s+/g, " ").trim(), true);

describe("every format", () => {
  it.each(formatNames)("%s is safe to print in a CI job", (format) => {
    always((report) => {
      for (const document of render(format, report)) {
        const text = format === "csv" ? document.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n") : document;
        // GitHub's runner obeys these anywhere in a line, Azure Pipelines likewise, and `::command::` at its start.
        expect(text).not.toMatch(/##\[|##vso\[|^\s*::[A-Za-z]/im);
        expect(text.replaceAll(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(text).toMatch(/\n$|^$/);
      }
    });
  });

  it("says the same of a report that was saved and read again", async () => {
    const { parseReport } = await import("../../reports/json/parse.ts");
    fc.assert(
      fc.property(anyReport, (report) => {
        const again = parseReport(only("json", report));
        for (const format of formatNames) {
          expect(render(format, again)).toEqual(render(format, report));
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("CSV", () => {
  const formula = /^\s*[=+\-@＝＋－＠]/;

  it("has a row for each finding and each unread operation, each text in its own cell and none a formula", () => {
    always((report) => {
      const text = only("csv", report);
      const [header = [], ...rows] = readCsv(text);
      const unread = report.coverage.filter(({ status }) => !isKnown(status));
      expect(rows).toHaveLength(told(report).length + unread.length);
      expect(rows.flat().filter((cell) => formula.test(cell))).toEqual([]);
      expect(rows.flat().filter((cell) => cell.length > 32_767)).toEqual([]);
      // Where the list separator is a semicolon, Excel parts cells there too.
      expect(text.split(/;|\r\n/).filter((cell) => formula.test(cell))).toEqual([]);
      const cell = (row: readonly string[], column: string): string => row[header.indexOf(column)] ?? "missing";
      const bare = (value: string): string => value.replaceAll("'", "");
      for (const [index, { resource, message, check, id }] of told(report).entries()) {
        const row = rows[index] ?? [];
        expect(bare(cell(row, "resource_id"))).toBe(bare(line(resource.id, 3000)));
        expect(bare(cell(row, "message"))).toBe(bare(line(message, 3000)));
        expect(bare(cell(row, "check"))).toBe(bare(line(check, 3000)));
        expect(bare(cell(row, "id"))).toBe(bare(line(id, 3000)));
      }
    });
  });
});

describe("JUnit", () => {
  const elements = new Set([
    "testsuites",
    "testsuite",
    "properties",
    "property",
    "testcase",
    "failure",
    "error",
    "skipped",
    "system-out",
  ]);
  const xml = (text: string): string =>
    line(text, 4000).replaceAll(/[\uFFFE\uFFFF]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);

  it("is valid and has a test case for each finding, each text in its own attribute", () => {
    always((report) => {
      const found = readJunit(only("junit", report));
      expect(found.filter(({ name }) => !elements.has(name))).toEqual([]);
      const cases = found.filter(({ name }) => name === "testcase");
      expect(cases).toHaveLength(1 + report.findings.length + report.tallies.filter(({ pass }) => pass > 0).length);
      const outcomes = found
        .filter(({ name, attributes }) => /failure|error|skipped/.test(name) && attributes["type"] !== "incomplete")
        .map(({ attributes }) => attributes["message"] ?? "");
      const expected = report.findings.map(({ message, suppression }) =>
        xml(suppression === null ? message : `Suppressed: ${suppression.reason}`),
      );
      expect(outcomes.toSorted()).toEqual(expected.toSorted());
      const [root] = found;
      expect(root?.attributes).toMatchObject({
        tests: `${cases.length}`,
        failures: `${found.filter(({ name }) => name === "failure").length}`,
        errors: `${found.filter(({ name }) => name === "error").length}`,
      });
    });
  });
});

describe("OCSF", () => {
  it("has one valid event on each line, each text in its own attribute", () => {
    always((report) => {
      const lines = only("ocsf", report).split("\n").slice(0, -1);
      expect(lines).toHaveLength(told(report).length);
      for (const [index, finding] of told(report).entries()) {
        const event = JSON.parse(lines[index] ?? "");
        expect(ocsfFaults(event)).toEqual([]);
        expect(event.type_uid).toBe(event.class_uid * 100 + event.activity_id);
        expect(event.message).toBe(shorten(finding.message, 8000).toWellFormed());
        expect(event.resources[0].uid).toBe(shorten(finding.resource.arn ?? finding.resource.id, 8000).toWellFormed());
        expect(lines[index]?.length).toBeLessThan(1_000_000);
        expect(event).toEqual(JSON.parse(JSON.stringify(event).toWellFormed()));
        expect(JSON.stringify(event)).not.toMatch(/\\ud[89a-f]/i);
      }
    });
  });
});

describe("ASFF", () => {
  it("has calls of at most 100 findings of one account and Region, which the SDK's model and the limits admit", () => {
    always((report) => {
      const { documents, remarks } = formats.asff.render(report);
      // oxlint-disable-next-line typescript/no-explicit-any -- its members are what is tested
      const calls = documents.map((text): readonly Record<string, any>[] => JSON.parse(text));
      const left = remarks.flatMap(
        (remark) => /^ASFF: (\d+) findings (?:of other clouds|are not in it)/.exec(remark)?.[1] ?? [],
      );
      const leftOut = left.reduce((sum, amount) => sum + Number(amount), 0);
      expect(calls.flat().length + leftOut).toBe(told(report).length);
      for (const call of calls) {
        expect(call.length).toBeLessThanOrEqual(100);
        expect(new Set(call.map(({ ProductArn }) => ProductArn)).size).toBeLessThanOrEqual(1);
        expect(Buffer.byteLength(JSON.stringify(call))).toBeLessThan(6_000_000);
        for (const finding of call) expectAsff(finding);
      }
    });
  });

  // oxlint-disable-next-line typescript/no-explicit-any -- the members are what is tested
  function expectAsff(finding: Record<string, any>): void {
    expect(sdkFaults(AwsSecurityFinding$, finding)).toEqual([]);
    expect(Buffer.byteLength(JSON.stringify(finding))).toBeLessThan(240_000);
    const { Id, ProductArn, GeneratorId, AwsAccountId, Title, Description, Resources, ProductFields } = finding;
    const arn = /^arn:[a-z-]+:securityhub:([a-z0-9-]{1,16}):(\d{12}):product\/(\d{12})\/default$/.exec(ProductArn);
    expect(arn?.slice(2)).toEqual([AwsAccountId, AwsAccountId]);
    expect(arn?.[1]).toBe(Resources[0].Region);
    const limits: readonly (readonly [string, number])[] = [
      [Id, 512],
      [GeneratorId, 512],
      [Title, 256],
      [Description, 1024],
      [Resources[0].Id, 512],
      [finding["Remediation"].Recommendation.Text, 512],
      ...Object.entries<string>(ProductFields).flatMap(([key, value]) => [[key, 128] as const, [value, 2048] as const]),
      ...Object.entries<string>(Resources[0].Tags ?? {}).flatMap(([key, value]) => [
        [key, 128] as const,
        [value, 256] as const,
      ]),
    ];
    for (const [text, limit] of limits) {
      expect(text).toMatch(/\S/);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
    }
    expect(Object.keys(ProductFields).length).toBeLessThanOrEqual(50);
    expect(Object.keys(Resources[0].Tags ?? {}).length).toBeLessThanOrEqual(50);
    expect(finding["Compliance"].RelatedRequirements.length).toBeLessThanOrEqual(32);
    expect(Object.values(SeverityLabel)).toContain(finding["Severity"].Label);
    expect(Object.values(ComplianceStatus)).toContain(finding["Compliance"].Status);
    expect(Object.values(RecordState)).toContain(finding["RecordState"]);
    expect([undefined, ...Object.values(Partition)]).toContain(Resources[0].Partition);
    expect(Date.parse(finding["UpdatedAt"])).not.toBeNaN();
  }
});

describe("Markdown", () => {
  const ours = new Set(
    "root heading paragraph text inlineCode code table tableRow tableCell blockquote html list listItem strong".split(
      " ",
    ),
  );
  /** What GitHub makes links and pictures of after it rendered a text; in code it does not. */
  const linked = /@[\p{L}\p{N}_]|#\d|\bGH-\d|:\/\/|\bwww\.|(?<![\p{L}\p{N}]):[a-z_+-][\w+-]*:/iu;

  it("has no markup but its own, and each text in its own cell", () => {
    always((report) => {
      const text = only("markdown", report);
      const nodes = readMarkdown(text);
      expect(nodes.filter(({ type }) => !ours.has(type))).toEqual([]);
      const html = nodes.filter(({ type }) => type === "html").map(({ value = "" }) => value);
      expect(html.filter((value) => !/^<details><summary>How to fix<\/summary>$|^<\/details>$/.test(value))).toEqual(
        [],
      );
      const strong = nodes.filter(({ type }) => type === "strong").map(wordsOf);
      expect(strong.filter((value) => !/^new$|^\d+ new$|^[\d,]+ more findings?|^the notes/.test(value))).toEqual([]);
      const texts = nodes.filter(({ type }) => type === "text").map(({ value = "" }) => value);
      expect(texts.filter((value) => linked.test(value))).toEqual([]);
      expect(nodes.filter(({ type, depth }) => type === "heading" && depth === 1)).toHaveLength(1);
      const checks = new Set(
        report.findings
          .filter(isCounted)
          .map(({ check, status, severity }) => JSON.stringify([check, status === "fail" ? severity : status])),
      );
      expect(nodes.filter(({ type, depth }) => type === "heading" && depth === 3)).toHaveLength(checks.size);
      const rows = nodes.filter(({ type }) => type === "tableRow").map(({ children = [] }) => children.map(wordsOf));
      expect(new Set(rows.map(({ length }) => length))).toSatisfy((widths: ReadonlySet<number>) =>
        [...widths].every((width) => width === 3 || width === 6),
      );
      const listed = report.findings.filter(isCounted).concat(report.baseline?.fixed ?? []);
      const shown = rows
        .filter((row) => row.length === 3)
        .map(([resource, , message]) => JSON.stringify([resource, message]));
      for (const { resource, message, baseline } of listed) {
        const lies = placeOf(resource);
        const { name } = resource;
        const [first, second] =
          lies === null ? [resource.id, name === resource.id ? "" : (name ?? "")] : [name ?? "", lies];
        const label = `${words(first, 200) || "(no name)"} ${words(second, 200)}`;
        const news = baseline === "new" ? "new " : "";
        expect(shown).toContain(JSON.stringify([label.trim(), `${news}${words(message, 1000)}`.trim()]));
      }
    });
  });

  it("stays below what GitHub shows of a step and says what it left out", () => {
    const many = Array.from({ length: 3000 }, (_, index) =>
      sampleFinding(
        { ...openAdminRule, id: `check-${index % 100}` },
        `id${index}`,
        {
          cloud: "aws",
          account: "111122223333",
          region: "eu-west-1",
          type: "t",
          id: `sg-${index}`,
          name: null,
          arn: null,
        },
        "@".repeat(1000),
      ),
    );
    const text = only("markdown", { ...sampleReport(), findings: many });
    expect(Buffer.byteLength(text)).toBeGreaterThan(900_000);
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    const listed = text.split("\n").filter((row) => row.startsWith("| `sg-")).length;
    expect(text.slice(-200)).toContain(`**${(3000 - listed).toLocaleString("en")} more findings`);
  });
});

it("has hostile texts of every kind that formats have fallen for", () => {
  const kinds = [
    "<script",
    "](https",
    "\u001B",
    "=cmd",
    "::error",
    "\n",
    "\u202E",
    "\uD800",
    "]]>",
    "\u0000",
    "@octocat",
  ];
  for (const kind of kinds) expect(hostileTexts.some((text) => text.includes(kind))).toBe(true);
});

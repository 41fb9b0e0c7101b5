import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import { clouds, placeOf } from "../../src/model/resource.ts";
import type { ResourceRef } from "../../src/model/resource.ts";
import { severities } from "../../src/model/severity.ts";
import { markdownCode, markdownName, markdownText } from "../escape/markdown.ts";
import { shorten } from "../escape/shorten.ts";
import { guardLine } from "../escape/terminal.ts";
import type { CheckGroup } from "../grouping.ts";
import { failuresBySeverity, unknownsByCheck, unreadOperations } from "../grouping.ts";
import { accountKinds, cloudWords, count, firstFew, place } from "../table/words.ts";
import { newPage } from "./page.ts";
import type { Page } from "./page.ts";

/** Findings of one check that are listed; a table of thousands is nothing to read, and would leave no room for the next check. */
const findingsPerCheck = 50;
const rowsShown = 50;
const notesShown = 20;
const longestName = 200;
const longestMessage = 1000;
const longestFix = 2000;

/**
 * Markdown for the summary of a GitHub Actions step, an issue or a pull request: verdict, counts, what was not read, and the findings, gravest first, by
 * check. It stays within what GitHub shows of a step; what does not fit is counted in the last line. Suppressed findings are only counted.
 */
export function renderMarkdown(report: Report): string {
  const page = newPage(guardLine);
  page.add(...headLines(report));
  addUnread(report, page);
  let hidden = 0;
  for (const { severity, count: amount, checks } of failuresBySeverity(report)) {
    page.add("", `## ${capital(severity)} (${amount})`);
    for (const group of checks) hidden += addCheck(group, page);
  }
  const unknowns = unknownsByCheck(report);
  if (unknowns.length > 0) {
    page.add("", "## Not judged", "", "Neither good nor bad: something that the verdict rests on could not be read.");
    for (const group of unknowns) hidden += addCheck(group, page);
  }
  hidden += addFixed(report.baseline?.fixed ?? [], page);
  const unsaid = [
    ...(hidden > 0 ? [count(hidden, "more finding")] : []),
    ...(addNotes(report, page) ? [] : ["the notes of the scan"]),
  ].join(" and ");
  return page.text(
    ...(unsaid === "" ? [] : ["", `**${unsaid} not listed here, see the report: \`--format json\` has all.**`]),
  );
}

function headLines(report: Report): string[] {
  const { scan, summary, baseline } = report;
  const found = severities.flatMap((severity) => (summary[severity] > 0 ? [`${summary[severity]} ${severity}`] : []));
  const verdict = found.length === 0 ? "no findings" : found.join(", ");
  const cells = [...severities, "unknown" as const, "suppressed" as const].map((tone) => summary[tone]);
  const scanned = clouds.flatMap((cloud) => {
    const targets = scan.targets.filter((target) => target.cloud === cloud && target.status === "scanned");
    const { own, above } = accountKinds(targets.map((target) => target.account));
    const { name, account } = cloudWords[cloud];
    return targets.length === 0 ? [] : [`${name}: ${[count(own.length, account), ...above].join(", ")}`];
  });
  return [
    `# Rampart: ${verdict}${scan.complete ? "" : ", incomplete"}`,
    "",
    "| Critical | High | Medium | Low | Not judged | Suppressed |",
    "| ---: | ---: | ---: | ---: | ---: | ---: |",
    `| ${cells.join(" | ")} |`,
    "",
    [
      scanned.length === 0 ? "Nothing was scanned" : scanned.join("; "),
      `read ${markdownText(scan.finishedAt)}`,
      `Rampart ${markdownText(shorten(report.tool.version, longestName))}`,
    ].join(" · "),
    ...(baseline === null
      ? []
      : [
          "",
          `Against the report of ${markdownText(baseline.comparedWith)}: **${baseline.new} new**, ${baseline.unchanged} unchanged, ${baseline.fixed.length} fixed.`,
        ]),
  ];
}

/** Coverage gaps stand before the findings: without them the findings look like the whole. */
function addUnread(report: Report, page: Page): void {
  const groups = unreadOperations(report);
  if (report.scan.complete && groups.length === 0) return;
  page.add("", "> [!WARNING]", "> Not everything could be read; what rests on the rest is unknown, not good.");
  if (groups.length === 0) return;
  page.add("", "| Not read | Why | Where |", "| --- | --- | --- |");
  for (const { operation, status, rows } of groups.slice(0, rowsShown)) {
    const error = rows.find((row) => row.error !== null)?.error ?? null;
    const why = error === null ? status : `${status}: ${markdownText(shorten(error, longestMessage))}`;
    const where = firstFew(
      rows.map((row) => markdownName(shorten(place(row), longestName))),
      3,
    );
    const what = operation === "*" ? "everything" : markdownName(shorten(operation, longestName));
    page.add(`| ${what} | ${why} | ${where} |`);
  }
  if (groups.length > rowsShown) page.add("", `and ${count(groups.length - rowsShown, "more operation")}`);
}

/** Adds a check with its findings; tells how many are not shown. */
function addCheck({ check, summary, findings }: CheckGroup, page: Page): number {
  const heading = [
    "",
    `### ${markdownText(shorten(check, longestName))} (${findings.length})`,
    ...(summary === null ? [] : ["", `Expected: ${markdownText(shorten(summary.title, longestMessage))}`]),
  ];
  const shown = addTable(heading, "Finding", findings, page);
  if (shown > 0 && shown < findings.length) page.add("", `and ${count(findings.length - shown, "more finding")}`);
  if (shown > 0 && findings.some(({ status }) => status === "fail")) page.add(...fixLines(findings));
  return findings.length - shown;
}

function addTable(heading: readonly string[], title: string, findings: readonly Finding[], page: Page): number {
  let shown = 0;
  for (const finding of findings.slice(0, findingsPerCheck)) {
    const before = shown === 0 ? [...heading, "", `| Resource | Where | ${title} |`, "| --- | --- | --- |"] : [];
    if (!page.add(...before, findingRow(finding))) break;
    shown++;
  }
  return shown;
}

function findingRow({ resource, message, baseline }: Finding): string {
  const news = baseline === "new" ? "**new** " : "";
  const where = `${cloudWords[resource.cloud].name} ${markdownName(shorten(place(resource), longestName))}`;
  return `| ${resourceLabel(resource)} | ${where} | ${news}${markdownText(shorten(message, longestMessage))} |`;
}

/** The id and what people call it; where the id is a path that ends in the name, the name and where that lies. */
function resourceLabel(resource: ResourceRef): string {
  const { id, name } = resource;
  const lies = placeOf(resource);
  const [first, second] = lies === null ? [id, name === id ? null : name] : [name ?? id, lies];
  const called = markdownName(shorten(first, longestName));
  return second === null ? called : `${called} ${markdownText(shorten(second, longestName))}`;
}

/** How to mend a check's findings, folded away; commands are those of the first finding in each cloud. */
function fixLines(findings: readonly Finding[]): string[] {
  const examples = clouds.flatMap((cloud) => findings.find(({ resource }) => resource.cloud === cloud) ?? []);
  const lines = examples.flatMap((finding) => remedyLines(finding, examples.length > 1));
  return ["", "<details><summary>How to fix</summary>", ...lines, "", "</details>"];
}

function remedyLines({ resource, remediation }: Finding, isOneOfSeveral: boolean): string[] {
  const { console: words, cli, terraform } = remediation;
  const cloud = isOneOfSeveral ? `${cloudWords[resource.cloud].name}: ` : "";
  return [
    "",
    cloud + markdownText(shorten(words, longestFix)),
    ...(cli.length === 0 ? [] : ["", markdownCode(cli.join("\n"), "sh")]),
    // What to change there, in words.
    ...(terraform === null ? [] : ["", `Terraform: ${markdownText(shorten(terraform, longestFix))}`]),
  ];
}

function addFixed(fixed: readonly Finding[], page: Page): number {
  if (fixed.length === 0) return 0;
  const shown = addTable(["", `## Fixed (${fixed.length})`], "Was", fixed, page);
  return fixed.length - shown;
}

/** False when they do not fit. */
function addNotes(report: Report, page: Page): boolean {
  const { notes } = report.scan;
  if (notes.length === 0) return true;
  const shown = notes.slice(0, notesShown).map((note) => `- ${markdownText(shorten(note, longestMessage))}`);
  const more = notes.length - shown.length;
  return page.add("", "## Notes", "", ...shown, ...(more > 0 ? [`- and ${count(more, "more note")}`] : []));
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import type { Severity } from "../../src/model/severity.ts";
import type { CheckGroup } from "../grouping.ts";
import { failuresBySeverity, unknownsByCheck } from "../grouping.ts";
import { fit, fitEnd, hang, pad, wrap } from "./layout.ts";
import type { Pen, Tone } from "./pen.ts";
import { textWidth } from "./width.ts";
import { cloudWords, count, place } from "./words.ts";

/** A heading over a section, drawn out to the full width. */
export function heading(tone: Tone, title: string, pen: Pen): string {
  const text = `${pen.glyphs.rule.repeat(2)} ${title} `;
  const rest = pen.glyphs.rule.repeat(Math.max(0, pen.width - textWidth(text)));
  return pen.paint("faint", `${pen.glyphs.rule.repeat(2)} `) + pen.paint(tone, title) + pen.paint("faint", ` ${rest}`);
}

/** One section per severity that has findings, gravest first. */
export function findingLines(report: Report, pen: Pen, perCheck: number): string[][] {
  return failuresBySeverity(report).map(({ severity, count: amount, checks }) => {
    const blocks = checks.flatMap((group) => checkBlock(group, severity, pen, perCheck));
    return [heading(severity, `${severity.toUpperCase()} (${amount})`, pen)].concat(blocks);
  });
}

/** What could not be judged: neither good nor bad, so it stands apart from both. */
export function unknownLines(report: Report, pen: Pen, perCheck: number): string[] {
  const groups = unknownsByCheck(report);
  if (groups.length === 0) {
    return [];
  }
  const amount = groups.reduce((sum, group) => sum + group.findings.length, 0);
  return [
    heading("unknown", `NOT JUDGED (${amount})`, pen),
    ...groups.flatMap((group) => checkBlock(group, "unknown", pen, perCheck)),
  ];
}

/** After a blank line: a check, what it expects, its findings, and how to mend them. */
function checkBlock(group: CheckGroup, tone: Severity | "unknown", pen: Pen, perCheck: number): string[] {
  const amount = group.findings.length > 1 ? ` (${group.findings.length})` : "";
  const id = fit(pen.text(group.check), pen.width - amount.length, pen.glyphs.ellipsis);
  const lines = ["", pen.paint(tone, id) + amount];
  if (group.summary !== null) {
    lines.push(
      ...wrap(`Expected: ${pen.text(group.summary.title)}`, pen.width - 2).map(
        (line) => `  ${pen.paint("faint", line)}`,
      ),
    );
  }
  // What is new must not be among those that are only counted.
  const news = group.findings.filter(({ baseline }) => baseline === "new");
  const shown = [...news, ...group.findings.filter(({ baseline }) => baseline !== "new")].slice(0, perCheck);
  lines.push(...resourceTable(shown, pen));
  lines.push(...moreLines(group.findings.length - shown.length, pen));
  const [example] = group.findings;
  if (tone !== "unknown" && example !== undefined) {
    lines.push(...fixLines(group.summary?.remediation.console ?? example.remediation.console, pen));
  }
  return lines;
}

/** How many findings are only counted, where any are. */
export function moreLines(hidden: number, pen: Pen): string[] {
  if (hidden <= 0) return [];
  return wrap(`and ${count(hidden, "more finding")}; --format json lists all`, pen.width - 2).map(
    (line) => `  ${line}`,
  );
}

/** Resource and place side by side, the message below. */
export function resourceTable(findings: readonly Finding[], pen: Pen): string[] {
  const places = findings.map((finding) => pen.text(place(finding.resource)));
  const placeWidth = Math.min(Math.max(0, ...places.map(textWidth)), Math.floor(pen.width * 0.45));
  const room = pen.width - 2 - 2 - placeWidth - "  new".length;
  const labels = findings.map((finding) => resourceLabel(finding, room, pen));
  const labelWidth = Math.max(0, ...labels.map(textWidth));
  return findings.flatMap((finding, index) => {
    const label = pen.paint("strong", pad(labels[index] ?? "", labelWidth));
    const where = fit(places[index] ?? "", placeWidth, pen.glyphs.ellipsis);
    const news = finding.baseline === "new" ? `  ${pen.paint("warning", "new")}` : "";
    return hang([`${label}  ${where}${news}`, ...wrap(pen.text(finding.message), pen.width - 4)], "  ", 4);
  });
}

/** `sg-0123 (bastion)`, or `account prod` where the place beside it has the id, within `room` columns. A long id keeps its end, which tells the resource. */
function resourceLabel({ resource }: Finding, room: number, pen: Pen): string {
  const { ellipsis } = pen.glyphs;
  if (resource.id === resource.account) {
    const { account } = cloudWords[resource.cloud];
    return fit(resource.name === null ? account : `${account} ${pen.text(resource.name)}`, room, ellipsis);
  }
  const named = resource.name !== null && resource.name !== "" && resource.name !== resource.id;
  if (!named) {
    return fitEnd(pen.text(resource.id), room, ellipsis);
  }
  const id = fitEnd(pen.text(resource.id), Math.max(22, Math.floor(room * 0.6)), ellipsis);
  const left = room - textWidth(id) - " ()".length;
  return left < 4 ? fitEnd(id, room, ellipsis) : `${id} (${fit(pen.text(resource.name ?? ""), left, ellipsis)})`;
}

/** The first sentence of what to do; `rampart explain` has the rest. */
function fixLines(remediation: string, pen: Pen): string[] {
  const sentence = /^.*?[.!?](?=\s|$)/s.exec(remediation)?.[0] ?? remediation;
  if (sentence.trim() === "") {
    return [];
  }
  return hang(wrap(pen.text(sentence), pen.width - 7), `  ${pen.paint("good", "Fix:")} `, 7);
}

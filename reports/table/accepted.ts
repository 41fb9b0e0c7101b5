import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import { suppressedByCheck } from "../grouping.ts";
import { heading, moreLines, resourceTable } from "./findings.ts";
import { fit, hang, wrap } from "./layout.ts";
import type { Pen } from "./pen.ts";

/** Findings of the earlier scan that are gone, where there was one to compare with. */
export function fixedLines(report: Report, pen: Pen, shown: number): string[] {
  const fixed = report.baseline?.fixed ?? [];
  if (fixed.length === 0) return [];
  const groups = [...Map.groupBy(fixed, ({ check }) => check)];
  return [
    heading("good", `FIXED (${fixed.length})`, pen),
    ...groups.flatMap(([check, findings]) => block(check, findings, pen, shown, resourceTable)),
  ];
}

/** What is suppressed, with who accepted it and why. */
export function suppressedLines(report: Report, pen: Pen, shown: number): string[] {
  const groups = suppressedByCheck(report);
  if (groups.length === 0) return [];
  return [
    heading("strong", `SUPPRESSED (${groups.reduce((sum, { findings }) => sum + findings.length, 0)})`, pen),
    ...groups.flatMap(({ check, findings }) =>
      block(check, findings, pen, shown, (some) => some.flatMap((finding) => acceptedLines(finding, pen))),
    ),
  ];
}

function block(
  check: string,
  findings: readonly Finding[],
  pen: Pen,
  shown: number,
  lines: (findings: readonly Finding[], pen: Pen) => readonly string[],
): string[] {
  return [
    "",
    pen.paint("strong", fit(pen.text(check), pen.width, pen.glyphs.ellipsis)),
    ...lines(findings.slice(0, shown), pen),
    ...moreLines(findings.length - shown, pen),
  ];
}

function acceptedLines(finding: Finding, pen: Pen): readonly string[] {
  const { suppression } = finding;
  if (suppression === null) return [];
  const { reason, owner, ticket, expires, matched } = suppression;
  const facts = [
    `Accepted: ${reason}`,
    ...(owner === null ? [] : [`owner ${owner}`]),
    ...(ticket === null ? [] : [`ticket ${ticket}`]),
    ...(expires === null ? [] : [`until ${expires}`]),
    ...(matched.where === "" ? [] : [`by ${matched.where}`]),
  ];
  return [
    ...resourceTable([finding], pen),
    ...hang(wrap(facts.map(pen.text).join("; "), pen.width - 4), "    ", 4).map((line) => pen.paint("faint", line)),
  ];
}

import type { Report } from "../../src/model/report.ts";
import { guardLine } from "../escape/terminal.ts";
import type { TableOptions } from "../format.ts";
import { fixedLines, suppressedLines } from "./accepted.ts";
import { coverageLines, noteLines } from "./coverage.ts";
import { findingLines, unknownLines } from "./findings.ts";
import { headerLines } from "./header.ts";
import { makePen } from "./pen.ts";
import { nextStepLines, summaryLines } from "./summary.ts";

/**
 * The report for a person at a terminal: what was scanned, what is wrong (gravest first, by check), what could not be judged,
 * what was fixed since the baseline, what could not be read, and the counts last, where the eye is when the command ends. Long lists are cut and say by how much.
 * No line is wider than `options.width`; nothing but newlines and, when asked for, colour codes controls the terminal.
 */
export function renderTable(report: Report, options: TableOptions): string {
  const pen = makePen(options);
  const sections = [
    headerLines(report, pen),
    ...findingLines(report, pen, options.findingsPerCheck),
    unknownLines(report, pen, options.findingsPerCheck),
    fixedLines(report, pen, options.findingsPerCheck),
    options.showSuppressed ? suppressedLines(report, pen, options.findingsPerCheck) : [],
    coverageLines(report, pen),
    noteLines(report, pen),
    summaryLines(report, pen, options.showSuppressed),
    nextStepLines(report, pen),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.map(guardLine).join("\n"))
    .join("\n\n")}\n`;
}

import type { CoverageStatus } from "../../src/model/coverage.ts";
import type { Report } from "../../src/model/report.ts";
import { unreadOperations } from "../grouping.ts";
import type { CoverageGroup } from "../grouping.ts";
import { heading } from "./findings.ts";
import { fit, hang, wrap } from "./layout.ts";
import type { Pen } from "./pen.ts";
import { count, firstFew, place } from "./words.ts";

/** Operations shown before the rest is only counted. */
const operationsShown = 12;
const targetsShown = 3;
const notesShown = 10;

/** `skipped`, padded so that operations line up. */
const statusWidth = Math.max(
  ...(["denied", "throttled", "unreachable", "malformed", "skipped"] satisfies CoverageStatus[]).map(
    (status) => status.length,
  ),
);

/** What could not be read, by status and operation, with the reason and where. Empty when everything was. */
export function coverageLines(report: Report, pen: Pen): string[] {
  const groups = unreadOperations(report);
  if (groups.length === 0) {
    return [];
  }
  const hidden = groups.slice(operationsShown);
  const total = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const lines = [
    heading("warning", `NOT READ (${total})`, pen),
    ...groups.slice(0, operationsShown).flatMap((group) => groupLines(group, pen)),
  ];
  if (hidden.length > 0) {
    const calls = hidden.reduce((sum, group) => sum + group.rows.length, 0);
    const rest = `and ${count(calls, "more read")} of ${count(hidden.length, "operation")}; --format json lists all`;
    lines.push("", ...wrap(rest, pen.width - 2).map((line) => `  ${line}`));
  }
  return lines;
}

function groupLines({ operation, status, rows }: CoverageGroup, pen: Pen): string[] {
  const name = operation === "*" ? "everything" : pen.text(operation);
  const shown = fit(name, pen.width - statusWidth - 4, pen.glyphs.ellipsis);
  const targets = rows.map((row) => pen.text(place(row)));
  const failed = rows.reduce((sum, row) => sum + (row.gaps?.length ?? 0), 0);
  const partly = failed > 0 ? `; ${count(failed, "request")} of it failed` : "";
  const first = rows.find((row) => row.error !== null)?.error ?? null;
  const indent = " ".repeat(statusWidth + 4);
  const details = [
    `${count(rows.length, "target")}: ${firstFew(targets, targetsShown)}${partly}`,
    ...(first === null ? [] : [pen.text(first)]),
  ].flatMap((text) => wrap(text, pen.width - indent.length));
  const title = `  ${pen.paint("warning", status.padEnd(statusWidth))}  ${pen.paint("strong", shown)}`;
  return ["", title, ...details.map((line) => indent + line)];
}

/** Lines for people, and targets that were listed but not scanned. */
export function noteLines(report: Report, pen: Pen): string[] {
  const notes = [...report.scan.notes.map(pen.text), ...unscanned(report, pen)];
  if (notes.length === 0) {
    return [];
  }
  const hidden = notes.length - notesShown;
  const shown =
    hidden > 0 ? [...notes.slice(0, notesShown), `and ${count(hidden, "more note")}; --format json lists all`] : notes;
  return [
    heading("strong", "NOTES", pen),
    ...shown.flatMap((note) => hang(wrap(note, pen.width - 4), `  ${pen.glyphs.bullet} `, 4)),
  ];
}

/** One line per status and reason, so that seventeen switched-off Regions are one line. */
function unscanned(report: Report, pen: Pen): string[] {
  const left = report.scan.targets.filter((target) => target.status !== "scanned");
  return [...Map.groupBy(left, (target) => `${target.status} ${target.note ?? ""}`).values()].flatMap((targets) => {
    const [first] = targets;
    if (first === undefined) {
      return [];
    }
    const how = first.status === "skipped" ? "not scanned" : "switched off";
    const why = first.note === null ? "" : ` (${pen.text(first.note)})`;
    return [
      `${count(targets.length, "target")} ${how}${why}: ${firstFew(
        targets.map((target) => pen.text(place(target))),
        targetsShown,
      )}`,
    ];
  });
}

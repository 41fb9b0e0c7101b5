import type { Report } from "../../src/model/report.ts";
import type { Cloud } from "../../src/model/resource.ts";
import { severities } from "../../src/model/severity.ts";
import { failuresBySeverity, unknownsByCheck, unreadOperations } from "../grouping.ts";
import { heading } from "./findings.ts";
import { fit, pad, wrap } from "./layout.ts";
import type { Pen } from "./pen.ts";
import { textWidth } from "./width.ts";
import { count } from "./words.ts";

const longestBar = 40;

/** The counts as bars, and what was judged and found good. */
export function summaryLines(report: Report, pen: Pen, suppressedListed: boolean): string[] {
  const tones = [...severities, "unknown"] as const;
  const amounts = tones.map((tone) => report.summary[tone]);
  const digits = Math.max(...amounts.map((amount) => String(amount).length));
  const room = Math.max(1, Math.min(longestBar, pen.width - "  critical  ".length - digits - 2));
  const most = Math.max(1, ...amounts);
  const bars = tones.map((tone, index) => {
    const amount = amounts[index] ?? 0;
    // One finding among thousands still shows.
    const length = amount <= 0 ? 0 : Math.max(1, Math.round((amount / Math.max(most, room)) * room));
    const label = `${tone.padEnd("critical".length)}  ${String(amount).padStart(digits)}`;
    return `  ${pen.paint(amount > 0 ? tone : "faint", label)}  ${pen.paint(tone, pen.glyphs.block.repeat(length))}`.trimEnd();
  });
  return [heading("strong", "SUMMARY", pen), "", ...bars, "", ...verdictLines(report, pen, suppressedListed)];
}

function verdictLines(report: Report, pen: Pen, suppressedListed: boolean): string[] {
  const { summary, scan, tallies, baseline } = report;
  const failed = severities.reduce((sum, severity) => sum + summary[severity], 0);
  const passed = tallies.reduce((sum, tally) => sum + tally.pass, 0);
  const lines: string[] = [];
  if (failed === 0) {
    const clean = scan.complete && summary.unknown === 0;
    const words = clean ? "No findings." : "No findings in what could be read and judged, which is not everything.";
    lines.push(...wrap(words, pen.width - 2).map((line) => pen.paint(clean ? "good" : "warning", line)));
  }
  const listed = suppressedListed ? "" : " (--show-suppressed lists them)";
  const suppressed = summary.suppressed > 0 ? `; ${count(summary.suppressed, "finding")} suppressed${listed}` : "";
  lines.push(
    ...wrap(`${count(passed, "verdict")} good, ${failed} bad, ${summary.unknown} unknown${suppressed}.`, pen.width - 2),
  );
  if (baseline !== null) {
    const day = pen.text(baseline.comparedWith.slice(0, "YYYY-MM-DDThh:mm".length).replace("T", " "));
    const words = `Since ${day} UTC: ${baseline.new} new, ${baseline.unchanged} unchanged, ${baseline.fixed.length} fixed.`;
    lines.push(...wrap(words, pen.width - 2).map((line) => pen.paint(baseline.new > 0 ? "warning" : "good", line)));
  }
  return lines.map((line) => `  ${line}`);
}

/** Commands that lead on from here. Empty when there is nothing to do. */
export function nextStepLines(report: Report, pen: Pen): string[] {
  const steps: { readonly command: string; readonly purpose: string }[] = [];
  const gravest = failuresBySeverity(report)[0]?.checks[0] ?? unknownsByCheck(report)[0];
  if (gravest !== undefined) {
    steps.push({ command: `rampart explain ${pen.text(gravest.check)}`, purpose: "why it matters and how to fix it" });
  }
  const denied = unreadOperations(report).filter((group) => group.status === "denied");
  for (const cloud of new Set<Cloud>(denied.flatMap((group) => group.rows.map((row) => row.cloud)))) {
    steps.push({
      command: `rampart permissions ${cloud}`,
      purpose: "the permissions a scan needs",
    });
  }
  if (steps.length === 0) {
    return [];
  }
  const column = Math.min(Math.max(...steps.map((step) => textWidth(step.command))), pen.width - 6);
  return [
    pen.paint("strong", "Next"),
    ...steps.flatMap(({ command, purpose }) => {
      const shown = fit(command, column, pen.glyphs.ellipsis);
      const oneLine = 2 + column + 3 + textWidth(purpose) <= pen.width;
      return oneLine ? [`  ${pad(shown, column)}   ${pen.paint("faint", purpose)}`] : [`  ${shown}`];
    }),
  ];
}

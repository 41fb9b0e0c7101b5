import type { DiffReport, FirewallChange, PacketChange, RuleChange, Traffic } from "../../src/model/diff.ts";
import type { Finding } from "../../src/model/finding.ts";
import { guardLine } from "../escape/terminal.ts";
import type { TerminalOptions } from "../format.ts";
import { heading } from "../table/findings.ts";
import { hang, wrap } from "../table/layout.ts";
import { makePen, type Pen, type Tone } from "../table/pen.ts";
import { count } from "../table/words.ts";

/** Changes of one kind that are shown; the rest is counted. */
const shownPerSection = 50;
/** Rules shown of one firewall. */
const rulesShown = 10;

/**
 * What changed, for a person at a terminal: what can be reached now, the firewalls' own rules, who can change them, findings. `+` opens, `-` closes,
 * `~` is neither. No line is wider than `options.width`.
 */
export function renderDiffTable(report: DiffReport, options: TerminalOptions): string {
  const pen = makePen(options);
  const { firewalls, exposures, changers, findings } = report;
  const sections = [
    wrap(pen.text(report.summary), pen.width).map((line) => pen.paint("strong", line)),
    [sideLine("old", report.old, pen), sideLine("new", report.new, pen)].flat(),
    section("WHAT THE INTERNET CAN REACH", exposures ?? [], pen, ({ reached, summary }) =>
      changeLines(markOf([reached]), summary, pen),
    ),
    section("FIREWALLS", firewalls ?? [], pen, (change) => firewallLines(change, pen)),
    section("WHO CAN CHANGE FIREWALLS", changers ?? [], pen, ({ gained, lost, summary }) =>
      changeLines(gained.length > 0 ? "+" : lost.length > 0 ? "-" : "~", summary, pen),
    ),
    section("NEW FINDINGS", findings.new, pen, (finding) => findingLines("+", finding, pen)),
    section("FIXED", findings.fixed, pen, (finding) => findingLines("-", finding, pen)),
    countLines(report, pen),
    report.notes.flatMap((note) => hang(wrap(pen.text(note), pen.width - 6), "Note: ", 6)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(guardLine).join("\n"))
    .join("\n\n")}\n`;
}

type Mark = "+" | "-" | "~";

const tones = { "+": "high", "-": "good", "~": "warning" } as const satisfies Record<Mark, Tone>;

function sideLine(word: string, { name, kind, finishedAt, complete }: DiffReport["old"], pen: Pen): readonly string[] {
  const unread = complete ? "" : ", incomplete";
  return wrap(pen.text(`${word}: ${kind} ${name} of ${finishedAt}${unread}`), pen.width).map((line) =>
    pen.paint("faint", line),
  );
}

function section<Item>(
  title: string,
  items: readonly Item[],
  pen: Pen,
  lines: (item: Item) => readonly string[],
): readonly string[] {
  if (items.length === 0) return [];
  const hidden = items.length - shownPerSection;
  return [
    heading("strong", `${title} (${items.length})`, pen),
    ...items.slice(0, shownPerSection).flatMap(lines),
    ...(hidden > 0 ? [`  and ${count(hidden, "more change")}; --format json lists all`] : []),
  ];
}

function markOf(traffic: readonly Traffic[]): Mark {
  if (traffic.some(({ opened }) => opened !== null)) return "+";
  return traffic.some(({ closed }) => closed !== null) ? "-" : "~";
}

function changeLines(mark: Mark, text: string, pen: Pen): readonly string[] {
  return hang(wrap(pen.text(text), pen.width - 4), `  ${pen.paint(tones[mark], mark)} `, 4);
}

function firewallLines({ summary, ingress, egress, rules }: FirewallChange, pen: Pen): readonly string[] {
  const hidden = rules.length - rulesShown;
  return [
    ...changeLines(markOf([ingress, egress]), summary, pen),
    ...[ingress, egress].flatMap(({ missing }) =>
      missing.flatMap((each) => hang(wrap(pen.text(`not known: ${each}`), pen.width - 6), "      ", 6)),
    ),
    ...rules.slice(0, rulesShown).flatMap((rule) => ruleLines(rule, pen)),
    ...(hidden > 0 ? [`      and ${count(hidden, "more rule")}; --format json lists all`] : []),
  ];
}

function ruleLines(rule: RuleChange, pen: Pen): readonly string[] {
  const { change, id, before, after, gained, lost } = rule;
  const says =
    before !== null && after !== null && before !== after ? `${before} -> ${after}` : (after ?? before ?? "");
  const name = id === null ? "" : `${id}: `;
  const sizes =
    change === "widened" || change === "changed" || change === "narrowed"
      ? [sizeWords("+", gained), sizeWords("-", lost)]
      : [];
  const words = `${change} ${name}${says}${sizes
    .filter((each) => each !== "")
    .map((each) => `; ${each}`)
    .join("")}`;
  return hang(wrap(pen.text(words), pen.width - 6), "      ", 6).map((line) => pen.paint("faint", line));
}

/** `+ tcp 22 from 4,294,967,296 IPv4 addresses (...)`: what one rule matches more or less. */
function sizeWords(sign: string, change: PacketChange | null): string {
  return change === null ? "" : `${sign} ${change.says}`;
}

function findingLines(mark: Mark, { severity, check, status, message }: Finding, pen: Pen): readonly string[] {
  return changeLines(mark, `${status === "unknown" ? "unknown" : severity} ${check}: ${message}`, pen);
}

function countLines({ findings }: DiffReport, pen: Pen): readonly string[] {
  const words = [
    `${count(findings.unchanged, "finding")} unchanged`,
    ...(findings.notJudged === 0
      ? []
      : [`${count(findings.notJudged, "old finding")} not judged this time, so neither fixed nor there`]),
  ];
  return wrap(words.join("; "), pen.width);
}

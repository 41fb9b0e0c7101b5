import type { ReachPathReport, ReachReport, ReachStep } from "../../src/model/reach.ts";
import { placeOf } from "../../src/model/resource.ts";
import { guardLine } from "../escape/terminal.ts";
import type { TerminalOptions } from "../format.ts";
import { heading } from "../table/findings.ts";
import { hang, wrap } from "../table/layout.ts";
import { makePen, type Pen, type Tone } from "../table/pen.ts";
import { textWidth } from "../table/width.ts";

/** Paths that are shown in full; of the others only the verdict counts. */
const pathsShown = 10;
/** Rules shown of one layer. */
const rulesShown = 5;

const verdictTones = { open: "high", partial: "warning", closed: "good", unknown: "unknown" } as const satisfies Record<
  ReachReport["verdict"],
  Tone
>;

/**
 * The answer for a person at a terminal: the verdict in a sentence; each path layer by layer with the rule that decides; a packet that
 * gets through; and for what is closed, what each layer would need. No line is wider than `options.width`.
 */
export function renderReachTable(report: ReachReport, options: TerminalOptions): string {
  const pen = makePen(options);
  const marks = marksFor(options.unicode);
  const sections = [
    wrap(pen.text(report.summary), pen.width).map((line) => pen.paint(verdictTones[report.verdict], line)),
    ...report.paths.slice(0, pathsShown).map((path) => pathLines(path, pen, marks)),
    restLines(report, pen),
    witnessLines(report, pen),
    listLines("Not known", report.missing, pen),
    listLines("Note", report.notes, pen),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.map(guardLine).join("\n"))
    .join("\n\n")}\n`;
}

interface Marks {
  readonly steps: Readonly<Record<ReachStep["passes"], string>>;
}

function marksFor(unicode: boolean): Marks {
  return {
    steps: unicode
      ? { all: "✔", some: "◐", none: "✘", unknown: "?" }
      : { all: "+", some: "~", none: "x", unknown: "?" },
  };
}

const stepTones = { all: "good", some: "warning", none: "high", unknown: "unknown" } as const satisfies Record<
  ReachStep["passes"],
  Tone
>;

function pathLines(path: ReachPathReport, pen: Pen, marks: Marks): readonly string[] {
  const client = path.clientPort === null ? "" : ` (clients speak to ${path.clientPort})`;
  const title = wrap(pen.text(`${path.name}${client}: ${path.verdict}`), pen.width - 4);
  const [first = "", ...rest] = title;
  return [
    heading(verdictTones[path.verdict], first, pen),
    ...rest.map((line) => `   ${line}`),
    ...path.steps.flatMap((step) => stepLines(step, pen, marks)),
    ...path.inspections.flatMap(({ resource, seesReplies }) => {
      const named =
        resource.name === null || resource.name === resource.id
          ? resource.id
          : `${resource.name} (${placeOf(resource) ?? resource.id})`;
      const replies =
        seesReplies === null
          ? "whether it sees the replies is not known"
          : seesReplies
            ? "and the replies too"
            : "but the replies go round it";
      return hang(wrap(pen.text(`only through ${named}, ${replies}`), pen.width - 4), `  ${pen.glyphs.bullet} `, 4);
    }),
    ...needLines(path, pen),
  ];
}

function stepLines(step: ReachStep, pen: Pen, marks: Marks): readonly string[] {
  const mark = marks.steps[step.passes];
  const words = `${step.direction === "reply" ? "reply: " : ""}${step.layer}`;
  const label = hang(
    wrap(pen.text(words), pen.width - 4),
    ` ${pen.paint(stepTones[step.passes], mark)} `,
    2 + textWidth(mark),
  );
  const shown = step.rules
    .slice(0, rulesShown)
    .map((rule) => ruleWords(rule, step.kind))
    .filter((text) => text !== "" && text !== step.layer);
  const hidden = step.rules.length - rulesShown;
  const details = [
    ...shown,
    ...(hidden > 0 ? [`and ${hidden} more rules; --format json lists them`] : []),
    ...step.missing.map((missing) => `not known: ${missing}`),
  ];
  return [
    ...label,
    ...details.flatMap((detail) =>
      wrap(pen.text(detail), pen.width - 6).map((line) => pen.paint("faint", `     ${line}`)),
    ),
  ];
}

const firewallKinds: ReadonlySet<string> = new Set(["subnet-firewall", "endpoint-firewall", "admin-firewall"]);

/** `allowed by web (sg-1): ingress allow tcp 22 0.0.0.0/0 (sgr-1)`. Of a route or a switch, only what the layer's name does not say. */
function ruleWords({ action, rule, says, firewall, name }: ReachStep["rules"][number], kind: string): string {
  if (!firewallKinds.has(kind)) return says ?? "";
  if (action === "implicit") return "no rule lets it through";
  const id = rule === null || rule === says ? "" : ` (${rule})`;
  if (firewall === null) return says ?? "";
  const holder =
    name === null || name === firewall ? firewall : `${name} (${placeOf({ id: firewall, name }) ?? firewall})`;
  return `${action === "allow" ? "allowed" : "denied"} by ${holder}: ${says ?? ""}${id}`;
}

/**
 * What each layer would need before anything gets through; all of them together. Layers that let a part through need nothing for that,
 * unless it is their parts alone that do not meet.
 */
function needLines(path: ReachPathReport, pen: Pen): readonly string[] {
  const blocking = path.verdict === "closed" ? path.steps.filter(({ opensBy }) => opensBy !== null) : [];
  const whole = blocking.filter(({ passes }) => passes !== "some");
  const needs = whole.length > 0 ? whole : blocking;
  if (needs.length === 0) return [];
  const title = needs.length === 1 ? "What it would take:" : `What it would take, all ${needs.length} of these:`;
  return [
    `  ${pen.paint("strong", title)}`,
    ...needs.flatMap(({ opensBy, passes }) => {
      const part = passes === "some" ? " (for some of it)" : "";
      return hang(wrap(pen.text(`${opensBy ?? ""}${part}`), pen.width - 6), `  ${pen.glyphs.bullet} `, 4);
    }),
  ];
}

function restLines({ paths }: ReachReport, pen: Pen): readonly string[] {
  const hidden = paths.length - pathsShown;
  return hidden > 0 ? wrap(`and ${hidden} more paths; --format json lists them all`, pen.width) : [];
}

function witnessLines({ witness }: ReachReport, pen: Pen): readonly string[] {
  if (witness === null) return [];
  const { source, protocol, port } = witness;
  return wrap(
    pen.text(`For example, this packet gets through: ${protocol}${port === null ? "" : ` ${port}`} from ${source}`),
    pen.width,
  );
}

function listLines(title: string, items: readonly string[], pen: Pen): readonly string[] {
  return items.flatMap((item) =>
    hang(
      wrap(pen.text(item), pen.width - textWidth(title) - 2),
      `${pen.paint("strong", title)}: `,
      textWidth(title) + 2,
    ),
  );
}

import type { ResourceRef } from "../../src/model/resource.ts";
import {
  identityInWords,
  principalInWords,
  statementInWords,
  type WhoCanBlocked,
  type WhoCanGrant,
  type WhoCanReport,
  type WhoCanStep,
} from "../../src/model/who-can.ts";
import { guardLine } from "../escape/terminal.ts";
import type { TerminalOptions } from "../format.ts";
import { heading } from "../table/findings.ts";
import { fitEnd, hang, pad, wrap } from "../table/layout.ts";
import { makePen, type Pen, type Tone } from "../table/pen.ts";
import { textWidth } from "../table/width.ts";
import { count } from "../table/words.ts";
import { canWords } from "./words.ts";

/** Principals shown in each section; of the others only the number. */
const principalsShown = 100;
/** Statements and missing data shown of one grant. */
const reasonsShown = 3;
/** Columns of the labels before what is said of a grant. */
const labelWidth = 6;

const sections = [
  { decision: "yes", title: "YES", tone: "high" },
  { decision: "only-if", title: "ONLY IF", tone: "warning" },
  { decision: "unknown", title: "NOT KNOWN", tone: "unknown" },
] as const satisfies readonly {
  readonly decision: WhoCanGrant["decision"];
  readonly title: string;
  readonly tone: Tone;
}[];

/**
 * The answer for a person at a terminal: the sentence; who can, in three groups, with what, how, under which condition, over which steps and by which
 * statements; and who would but for something that stops them. No line is wider than `options.width`.
 */
export function renderWhoCanTable(report: WhoCanReport, options: TerminalOptions): string {
  const pen = makePen(options);
  const known = new Map(report.resources.map((resource) => [resource.id, resource]));
  const principals = byPrincipal(report.grants);
  const parts = [
    wrap(pen.text(report.summary), pen.width).map((line) => pen.paint(toneOf(report), line)),
    ...sections.flatMap(({ decision, title, tone }) => {
      const own = principals.filter(([first]) => first?.decision === decision);
      return sectionLines(own, title, tone, pen, (grants) => principalLines(grants, known, tone, pen));
    }),
    ...sectionLines(blockedByPrincipal(report.blocked), "WOULD, BUT FOR", "good", pen, (all) => blockedLines(all, pen)),
    remarkLines("Not known", report.missing, pen),
    remarkLines("Note", report.notes, pen),
  ];
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.map(guardLine).join("\n"))
    .join("\n\n")}\n`;
}

function toneOf({ grants, complete }: WhoCanReport): Tone {
  const strongest = sections.find(({ decision }) => grants.some((grant) => grant.decision === decision));
  return strongest?.tone ?? (complete ? "good" : "unknown");
}

/** The grants of each principal together, the strongest first. */
function byPrincipal(grants: readonly WhoCanGrant[]): readonly (readonly WhoCanGrant[])[] {
  const rank = ({ decision }: WhoCanGrant): number => sections.findIndex((section) => section.decision === decision);
  return [...Map.groupBy(grants, ({ cloud, account, principal }) => JSON.stringify([cloud, account, principal]))].map(
    ([, own]) => own.toSorted((a, b) => rank(a) - rank(b)),
  );
}

function blockedByPrincipal(blocked: readonly WhoCanBlocked[]): readonly (readonly WhoCanBlocked[])[] {
  return [
    ...Map.groupBy(blocked, ({ cloud, account, principal }) => JSON.stringify([cloud, account, principal])).values(),
  ];
}

/** A heading, the principals that are shown, and how many more there are. Nothing where there are none. */
function sectionLines<Item>(
  principals: readonly (readonly Item[])[],
  title: string,
  tone: Tone,
  pen: Pen,
  lines: (own: readonly Item[]) => readonly string[],
): readonly (readonly string[])[] {
  if (principals.length === 0) return [];
  const hidden = principals.length - principalsShown;
  const shown = principals.slice(0, principalsShown).map(lines);
  const [first = [], ...rest] = shown;
  const more =
    hidden > 0 ? [wrap(`and ${count(hidden, "more principal")}; --format json lists them all`, pen.width)] : [];
  return [[heading(tone, `${title} (${principals.length})`, pen), ...first], ...rest, ...more];
}

function principalLines(
  grants: readonly WhoCanGrant[],
  known: ReadonlyMap<string, ResourceRef>,
  tone: Tone,
  pen: Pen,
): readonly string[] {
  const [first] = grants;
  if (first === undefined) return [];
  return [
    titleLine(principalInWords(first), howWords(first), tone, pen),
    ...nameLines(first, pen),
    ...grants.flatMap((grant, index) => [
      ...(index === 0 ? [] : labelled("also", `${decisionWords[grant.decision]}, ${howWords(grant)}:`, pen)),
      ...grantLines(grant, known, pen),
    ]),
  ];
}

const decisionWords: Readonly<Record<WhoCanGrant["decision"], string>> = {
  yes: "whatever the circumstances",
  "only-if": "only if",
  unknown: "perhaps",
};

/** The principal on the left, whole where there is room, and how it comes by the right at the end of the line. */
function titleLine(principal: string, how: string, tone: Tone, pen: Pen): string {
  const room = pen.width - textWidth(how) - 2;
  const id = fitEnd(pen.text(principal), room, pen.glyphs.ellipsis);
  return `${pen.paint("strong", pad(id, room))}  ${pen.paint(tone, how)}`;
}

function howWords({ by, path }: WhoCanGrant): string {
  if (by === "direct") return "direct";
  const steps = path.length === 0 ? "" : `, ${count(path.length, "step")}`;
  return by === "outside" ? `from outside${steps}` : `by escalation${steps}`;
}

/** What tells more than an id does: who keeps it, and that it may not be one's own. */
function nameLines({ managedBy, home }: WhoCanGrant, pen: Pen): readonly string[] {
  const facts = [
    ...(managedBy === null ? [] : [`managed by ${managedBy}`]),
    ...(home === "unknown" ? ["whether it is of the organization is not known"] : []),
  ];
  return facts.length === 0 ? [] : labelled("", facts.join("; "), pen);
}

function grantLines(grant: WhoCanGrant, known: ReadonlyMap<string, ResourceRef>, pen: Pen): readonly string[] {
  const { condition, path, statements, breadth, missing, shorterPath, account } = grant;
  const wide = breadth === null ? "" : `; far wider than firewalls: ${breadth.pattern}`;
  const allows = statements.filter(({ effect }) => effect === "allow").map(statementInWords);
  const denies = statements.filter(({ effect }) => effect === "deny").map(statementInWords);
  return [
    ...labelled("can", canWords(grant, known), pen),
    ...(condition === null ? [] : labelled("if", condition.replace(/^if /, ""), pen)),
    ...pathLines(path, account, pen),
    ...(shorterPath === null
      ? []
      : labelled("or", `${count(shorterPath.path.length, "step")} under a condition; --format json tells them`, pen)),
    ...(allows.length === 0 ? [] : labelled("by", `${few(allows)}${wide}`, pen)),
    ...(denies.length === 0 ? [] : labelled("unless", few(denies), pen)),
    ...missing.slice(0, reasonsShown).flatMap((datum) => labelled("lacks", datum, pen)),
  ];
}

function pathLines(path: readonly WhoCanStep[], account: string, pen: Pen): readonly string[] {
  return path.flatMap((step, index) => {
    const { says, decidedBy } = step;
    const number = path.length === 1 ? "" : `${index + 1}. `;
    const reason = decidedBy === null ? "" : `, by ${statementInWords(decidedBy)}`;
    return labelled(index === 0 ? "path" : "", `${number}${says}: ${identityInWords(step, account)}${reason}`, pen);
  });
}

function blockedLines(blocked: readonly WhoCanBlocked[], pen: Pen): readonly string[] {
  const [first] = blocked;
  if (first === undefined) return [];
  return [
    pen.paint("strong", fitEnd(pen.text(first.principal), pen.width, pen.glyphs.ellipsis)),
    ...blocked.flatMap(({ actions, says }) => {
      const would = actions.length > reasonsShown ? count(actions.length, "action") : actions.join(", ");
      return labelled("would", `${would}: ${says}`, pen);
    }),
  ];
}

/** `   can  text`, hanging. */
function labelled(label: string, text: string, pen: Pen): readonly string[] {
  const first = `  ${pen.paint("faint", pad(label, labelWidth))} `;
  return hang(wrap(pen.text(text), pen.width - labelWidth - 3), first, labelWidth + 3);
}

function remarkLines(title: string, items: readonly string[], pen: Pen): readonly string[] {
  return items.flatMap((item) =>
    hang(
      wrap(pen.text(item), pen.width - textWidth(title) - 2),
      `${pen.paint("strong", title)}: `,
      textWidth(title) + 2,
    ),
  );
}

function few(items: readonly string[]): string {
  const rest = items.length - reasonsShown;
  return `${items.slice(0, reasonsShown).join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`;
}

import { shorten } from "../escape/shorten.ts";
import { visibleText } from "../escape/terminal.ts";
import { fit, wrap } from "../table/layout.ts";
import { count } from "../table/words.ts";
import type { Chain, Stop } from "./chains.ts";
import { html, type Html } from "./markup.ts";

/**
 * A chain drawn downwards, as lines of a map are: one stop under the other, what decides beside it. It is narrow enough for a phone, so
 * it is never scaled and its text stays as large as the page's. Beside it stands the same as a list.
 * @param id unique on the page; @param what names the picture, for those who do not see it
 */
export function chainFigure(chain: Chain, id: string, what: string): Html {
  const stops = chain.stops.map(laidOut);
  const tops = stops.map((_stop, index) => margin + sum(stops.slice(0, index).map(({ height }) => height)));
  const height = margin + sum(stops.map((stop) => stop.height));
  return html`<figure class="chain">
    <figcaption>${chain.title === "" ? what : `${what}, ${chain.title.toLowerCase()}`}</figcaption>
    <svg
      role="img"
      aria-labelledby="${id}-t ${id}-d"
      width="${width}"
      height="${height}"
      viewBox="0 0 ${width} ${height}"
    >
      <title id="${id}-t">${what}</title>
      <desc id="${id}-d">${describe(chain)}</desc>
      ${stops.map((stop, index) => stopMarkup(stop, tops[index] ?? 0, stops[index + 1] ?? null))}
    </svg>
    ${chain.more > 0 ? html`<p class="quiet">and ${count(chain.more, "more way")}</p>` : null}
    <details class="alt">
      <summary>The same as a list</summary>
      ${chainList(chain)}
    </details>
  </figure>`;
}

/** The chain as a list: everything that the picture says, whole. */
export function chainList({ stops }: Chain): Html {
  return html`<ol>
    ${stops.map(
      ({ kind, role, title, says }) =>
        html`<li>
          <span class="role">${kind === "reply" ? `the reply passes: ${role}` : role}</span>
          ${title}${notes[kind] === undefined ? null : html` <em>(${notes[kind]})</em>`}${
            says.length === 0
              ? null
              : html`<ul>
                  ${says.map((line) => html`<li><code>${line}</code></li>`)}
                </ul>`
          }
        </li>`,
    )}
  </ol>`;
}

/** The chain in one sentence, for the description of a picture. */
function describe({ stops }: Chain): string {
  return shorten(
    stops
      .map(({ kind, role, title, says }) => {
        const note = notes[kind] === undefined ? "" : ` (${notes[kind]})`;
        return `${kind === "reply" ? "the reply: " : ""}${role} ${title}${note}${says.length === 0 ? "" : `: ${says.join(", ")}`}`;
      })
      .join("; then "),
    1000,
  );
}

const notes: Partial<Record<Stop["kind"], string>> = { decides: "decides", held: "stops it", gap: "missing" };

/** Pixels. Text starts right of the line; columns are the widest the fonts of common systems make them. */
const width = 330;
const margin = 6;
const textX = 34;
const titleLine = 17;
const ruleLine = 15;
const titleColumns = 43;
const ruleColumns = 40;
const linesPerText = 3;
const rulesShown = 3;

interface LaidOut {
  readonly stop: Stop;
  readonly title: readonly string[];
  readonly says: readonly string[];
  readonly height: number;
}

function laidOut(stop: Stop): LaidOut {
  const title = lines(stop.title, titleColumns);
  const hidden = stop.says.length - rulesShown;
  const rules = hidden > 0 ? [...stop.says.slice(0, rulesShown), `and ${hidden} more, in the list below`] : stop.says;
  const says = rules.flatMap((rule) => lines(rule, ruleColumns));
  return { stop, title, says, height: 14 + title.length * titleLine + says.length * ruleLine + 14 };
}

function lines(text: string, columns: number): readonly string[] {
  const all = wrap(visibleText(shorten(text, 400)), columns);
  if (all.length <= linesPerText) return all;
  const rest = all.slice(linesPerText - 1).join(" ");
  return [...all.slice(0, linesPerText - 1), fit(rest, columns, "…")];
}

function stopMarkup({ stop, title, says, height }: LaidOut, top: number, next: LaidOut | null): Html {
  const mark = top + 20;
  const kind = next?.stop.kind === "reply" ? "reply" : stop.kind;
  const line = next === null ? null : html`<path class="line ${kind}" d="M14 ${mark}V${mark + height}" />`;
  const first = top + 9;
  const roleMark = html`<text class="role" x="${textX}" y="${first}"
    >${stop.kind === "reply" ? `reply: ${stop.role}` : stop.role}</text
  >`;
  return html`${line}${markOf(stop.kind, mark)}${roleMark}${title.map(
    (text, index) =>
      html`<text class="stop ${stop.kind}" x="${textX}" y="${first + 15 + index * titleLine}">${text}</text>`,
  )}${says.map(
    (text, index) =>
      html`<text class="says" x="${textX}" y="${first + 15 + title.length * titleLine + index * ruleLine - 1}"
        >${text}</text
      >`,
  )}`;
}

function markOf(kind: Stop["kind"], y: number): Html {
  switch (kind) {
    case "source":
      return html`<circle class="end" cx="14" cy="${y}" r="7" />`;
    case "goal":
      return html`<rect class="end" x="6" y="${y - 8}" width="16" height="16" rx="3" />`;
    case "passage":
    case "reply":
      return html`<circle class="passage" cx="14" cy="${y}" r="4.5" />`;
    case "gate":
      return html`<rect class="gate" x="7.5" y="${y - 6.5}" width="13" height="13" />`;
    case "decides":
      return html`<rect class="decides" x="6.5" y="${y - 7.5}" width="15" height="15" />`;
    case "held":
      return html`<path class="held" d="M5 ${y}H23M7 ${y - 6}H21M7 ${y + 6}H21" />`;
    case "gap":
      return html`<rect class="gap" x="7.5" y="${y - 6.5}" width="13" height="13" />`;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

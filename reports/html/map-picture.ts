import { shorten } from "../escape/shorten.ts";
import type { Severity } from "../../src/model/severity.ts";
import type { Chain, Stop } from "./chains.ts";
import { html, type Html } from "./markup.ts";
import { cutToPixels, textPixels } from "./text-pixels.ts";

/** One chain of a map, and the finding that it belongs to. */
export interface MapRow {
  readonly chain: Chain;
  readonly severity: Severity;
  /** The finding's anchor on the page. */
  readonly anchor: string;
}

/** A column of a map: the stops that stand in it. */
export interface MapColumn {
  readonly title: string;
  /** How much of the width it takes beside the others. */
  readonly weight: number;
  /** The stops of a chain that stand in it; the first is drawn, others are counted. */
  readonly find: (stops: readonly Stop[]) => readonly Stop[];
}

export interface MapPicture {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly MapRow[];
  /** How many rows there are beyond those. */
  readonly more: number;
  readonly columns: readonly MapColumn[];
  /** What all rows begin with, or end in, drawn once as a bar; null where each row says it itself. */
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * Many chains side by side: a line for each from left to right through the same columns. A column without a mark is a layer that the
 * line does not meet. Drawn for wide screens and paper; phones show the list that follows instead.
 */
export function mapFigure({ id, title, description, rows, more, columns, from, to }: MapPicture): Html {
  const used = columns.filter(({ find }) => rows.some(({ chain }) => find(chain.stops).length > 0));
  const left = from === null ? 0 : bar;
  const right = to === null ? 0 : bar;
  const room = width - left - right - 24;
  const weights = used.map(({ weight }) => weight);
  const xOf = (index: number): number =>
    Math.round(left + (from === null ? 10 : 24) + (sum(weights.slice(0, index)) / sum(weights)) * room);
  const height = head + rows.length * rowHeight;
  return html`<figure class="map">
    <svg role="img" aria-labelledby="${id}-t ${id}-d" viewBox="0 0 ${width} ${height}">
      <title id="${id}-t">${title}</title>
      <desc id="${id}-d">${description} The list below says the same.</desc>
      ${used.map(
        (column, index) => html`<text class="role" x="${xOf(index) - 6}" y="14">${column.title}</text>`,
      )}${from === null ? null : barMarkup(0, from, height)}${to === null ? null : barMarkup(width - bar, to, height)}${rows.map(
        (row, index) => rowMarkup(row, index),
      )}
    </svg>
    <details class="alt">
      <summary>The same as a list</summary>
      <ol>
        ${rows.map((row) => rowInWords(row, used, to !== null))}
      </ol>
    </details>
    ${more > 0 ? html`<p class="quiet">and ${more} more, each with its own picture below</p>` : null}
  </figure>`;

  function rowMarkup({ chain, severity, anchor }: MapRow, index: number): Html {
    const y = head + index * rowHeight + 12;
    const stops = used.flatMap((column, at) => {
      const found = column.find(chain.stops);
      const [first] = found;
      return first === undefined ? [] : [{ stop: first, more: found.length - 1, x: xOf(at) }];
    });
    const [first, last] = [stops[0], stops.at(-1)];
    if (first === undefined || last === undefined) return html``;
    const start = from === null ? first.x : bar;
    const end = to === null ? last.x : width - bar - 3;
    const held = stops.find(({ stop }) => stop.kind === "held");
    const line =
      held === undefined
        ? html`<path class="line" d="M${start} ${y}H${end}" />`
        : html`<path class="line" d="M${start} ${y}H${held.x}" /><path
              class="line reply"
              d="M${held.x} ${y}H${end}"
            />`;
    const arrow =
      to === null ? null : html`<path class="arrow" d="M${end - 7} ${y - 5}L${end + 1} ${y}L${end - 7} ${y + 5}Z" />`;
    return html`<g class="row ${severity}" data-go="${anchor}"
      >${line}${arrow}${stops.map(({ stop, more: others, x }, at) => {
        const room = (stops[at + 1]?.x ?? (to === null ? width : width - bar)) - x - 4;
        return stopMarkup(stop, others, x, y, room);
      })}</g
    >`;
  }
}

/** A line of the map in words: what it leads to, or who it begins with, and then what stands in each column. */
function rowInWords({ chain, anchor }: MapRow, columns: readonly MapColumn[], endsAlike: boolean): Html {
  const stops = columns.flatMap(({ find }) => find(chain.stops));
  const subject = (endsAlike ? stops[0] : stops.at(-1)) ?? null;
  const others = stops.filter((stop) => stop !== subject);
  const words = ({ title, says }: Stop): string =>
    says.length === 0 ? title : `${title}: ${shorten(says.join("; "), 500)}`;
  return html`<li>
    <a href="#${anchor}">${subject?.title ?? "a line"}</a> ${subject?.says.join("; ") ?? null}
    <ul>
      ${others.map((stop) => html`<li>${stop.role}: ${words(stop)}</li>`)}
    </ul>
  </li>`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Pixels of a picture that is as wide as the page. */
const width = 1080;
const bar = 26;
const head = 30;
const rowHeight = 56;
function barMarkup(x: number, title: string, height: number): Html {
  const [middle, y] = [x + bar / 2, (head + height) / 2];
  const turn = x === 0 ? -90 : 90;
  return html`<rect class="bar" x="${x}" y="${head - 8}" width="${bar}" height="${height - head}" rx="3" /><text
      class="bar"
      x="${middle}"
      y="${y}"
      text-anchor="middle"
      dominant-baseline="central"
      transform="rotate(${turn} ${middle} ${y - 4})"
      >${title}</text
    >`;
}

function stopMarkup(stop: Stop, others: number, x: number, y: number, room: number): Html {
  const says =
    stop.says.length === 0 ? "" : `${stop.says[0]}${stop.says.length > 1 ? ` +${stop.says.length - 1}` : ""}`;
  const isEnd = stop.kind === "source" || stop.kind === "goal";
  const more = others > 0 ? ` +${others}` : "";
  const title = `${stop.title}${more}`;
  const font = isEnd ? "bold" : "plain";
  const label = `${cutToPixels(stop.title.replace(kindOfFirewall, ""), room - textPixels(more, font), font)}${more}`;
  const full = shorten([title, ...stop.says].join("\n"), 600);
  return html`<g
    ><title>${full}</title>${markOf(stop.kind, x, y)}<text class="stop ${stop.kind}" x="${x - 6}" y="${y + 21}"
      >${label}</text
    >${
      says === "" ? null : html`<text class="says" x="${x - 6}" y="${y + 35}">${cutToPixels(says, room, "mono")}</text>`
    }</g
  >`;
}

/** What the column says already: there is little room. */
const kindOfFirewall = /^(?:network acl|security groups?|network security group|firewall rules of) (?=\S)/i;

function markOf(kind: Stop["kind"], x: number, y: number): Html {
  switch (kind) {
    case "source":
    case "goal":
      return html`<rect class="end" x="${x - 6}" y="${y - 6}" width="12" height="12" rx="2.5" />`;
    case "passage":
    case "reply":
      return html`<circle class="passage" cx="${x}" cy="${y}" r="4.5" />`;
    case "gate":
      return html`<rect class="gate" x="${x - 5.5}" y="${y - 5.5}" width="11" height="11" />`;
    case "decides":
      return html`<rect class="decides" x="${x - 6}" y="${y - 6}" width="12" height="12" />`;
    case "held":
      return html`<path
        class="held"
        d="M${x} ${y - 9}V${y + 9}M${x - 5} ${y - 7}V${y + 7}M${x + 5} ${y - 7}V${y + 7}"
      />`;
    case "gap":
      return html`<rect class="gap" x="${x - 5.5}" y="${y - 5.5}" width="11" height="11" />`;
  }
}

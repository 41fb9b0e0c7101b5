import { styleText } from "node:util";
import type { Severity } from "../../src/model/severity.ts";
import { shorten } from "../escape/shorten.ts";
import { terminalText } from "../escape/terminal.ts";
import type { TerminalOptions } from "../format.ts";

/** What a piece of text is, as far as colour is concerned. */
export type Tone = Severity | "unknown" | "good" | "warning" | "strong" | "faint";

/** Characters that have an ASCII stand-in. */
interface Glyphs {
  readonly rule: string;
  readonly dot: string;
  readonly ellipsis: string;
  readonly block: string;
  readonly bullet: string;
}

/** What the parts of the table write with: the one place that knows about colour, ASCII and the width. */
export interface Pen {
  /** Columns that may be filled. One less than the terminal has, which leaves room for what guardLine may add. */
  readonly width: number;
  readonly glyphs: Glyphs;
  /** Colours text whose width is already settled. */
  readonly paint: (tone: Tone, text: string) => string;
  /** Untrusted text as one safe line. Every name, message and note passes through it. */
  readonly text: (untrusted: string) => string;
}

const unicodeGlyphs: Glyphs = { rule: "─", dot: " · ", ellipsis: "…", block: "█", bullet: "•" };
const asciiGlyphs: Glyphs = { rule: "-", dot: " | ", ellipsis: "...", block: "#", bullet: "-" };

const styles = {
  critical: ["bold", "magentaBright"],
  high: ["bold", "red"],
  medium: ["bold", "yellow"],
  low: ["bold", "blue"],
  unknown: ["bold", "cyan"],
  good: ["bold", "green"],
  warning: ["bold", "yellow"],
  strong: ["bold"],
  faint: ["dim"],
} as const satisfies Record<Tone, readonly Parameters<typeof styleText>[0][]>;

/** More than any sentence of ours; text beyond it is counted, not shown. */
const longestText = 1200;

/** A pen for a terminal with these abilities. */
export function makePen(options: TerminalOptions): Pen {
  const width = Math.min(160, Math.max(40, Math.trunc(options.width) || 0)) - 1;
  return {
    width,
    glyphs: options.unicode ? unicodeGlyphs : asciiGlyphs,
    paint: (tone, text) => {
      if (!options.colour || text === "") {
        return text;
      }
      // The caller has decided; without this styleText would ask the environment and standard output again.
      return styleText([...styles[tone]], text, { validateStream: false });
    },
    text: (untrusted) => terminalText(shorten(untrusted, longestText), options.unicode),
  };
}

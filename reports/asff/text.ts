import { shorten } from "../escape/shorten.ts";
import { terminalText } from "../escape/terminal.ts";

/** Untrusted text as one visible line of at most `limit` bytes in UTF-8; never blank, which Security Hub refuses. */
export function hubText(text: string, limit: number): string {
  const line = terminalText(shorten(text, limit).replaceAll(/\s+/g, " ").trim(), true);
  if (line === "") return "(empty)";
  if (Buffer.byteLength(line) <= limit) return line;
  const mark = " (cut)";
  // Never reads half a character.
  const { read } = new TextEncoder().encodeInto(line, new Uint8Array(limit - mark.length));
  return line.slice(0, read) + mark;
}

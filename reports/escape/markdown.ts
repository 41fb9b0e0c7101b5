import { shorten } from "./shorten.ts";

/** `text` as Markdown that renders as exactly these words on one line: no markup, link, HTML or block of its own. */
export function markdownText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .replaceAll(/[\\`*_[\]<>&|~$]/g, "\\$&")
    .replace(/^(?:[#+=-]|\d+(?=[.)](?:\s|$)))/, startEscape);
}

/** A digit can't be escaped in Markdown; the sign after it can, but a character reference does for both. */
function startEscape(start: string): string {
  return start.replaceAll(/./g, (character) => `&#${character.charCodeAt(0)};`);
}

/** `code` as a fenced block; the fence is longer than any run of backticks inside, so the code can't close it. */
export function markdownCode(code: string, language: string): string {
  const runs = code.match(/`+/g) ?? [];
  const longest = Math.max(2, ...runs.map((run) => run.length));
  const fence = "`".repeat(Math.min(longest, maximumFence) + 1);
  const body = shorten(code.toWellFormed(), maximumCode)
    .replaceAll("\r\n", "\n")
    .replaceAll(/[^\P{Cc}\n\t]/gu, "\uFFFD")
    .replaceAll("`".repeat(maximumFence + 1), "'");
  return `${fence}${language}\n${body}\n${fence}`;
}

/** Longest run of backticks kept as it is. */
const maximumFence = 20;
const maximumCode = 4000;

import { shorten } from "./shorten.ts";
import { terminalText } from "./terminal.ts";

/**
 * `text` as Markdown that renders as exactly these words on one line: no markup, link, HTML or block of its own, and nothing that GitHub turns
 * into one after rendering (a bare address, a mention, a reference to an issue, an emoji). There a zero-width space keeps the parts asunder, for
 * GitHub looks at the rendered text, in which no escape is left.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 */
export function markdownText(text: string): string {
  return plainWords(text)
    .replaceAll(autolinked, zeroWidthSpace)
    .replaceAll(/[\\`*_[\]<>&|~$]/g, "\\$&")
    .replace(/^(?:[#+=-]|\d+(?=[.)](?:\s|$)))/, startEscape)
    .replaceAll(zeroWidthSpace, "&#8203;");
}

/** A name or id as code, in which nothing is markup; as {@link markdownText} where code can't hold it. Fit for a table's cell. */
export function markdownName(text: string): string {
  const words = plainWords(text);
  if (words === "") return "(no name)";
  // A backslash before a pipe can't be told from an escaped pipe in a table's code.
  return /[`|\\]/.test(words) ? markdownText(words) : `\`${words}\``;
}

/** Within what would become a link, a mention, a reference or an emoji: `@x`, `#1`, `://`, `www.`, `GH-1`, `:x:`. */
const autolinked =
  /(?<=@)(?=\S)|(?<=#)(?=\d)|(?<=:)(?=\/\/)|(?<=www)(?=\.)|(?<=GH)(?=-\d)|(?<=(?<![\p{L}\p{N}]):)(?=[a-z_+-][\w+-]*:)/giu;
/** Never in a text that went through {@link plainWords}. */
const zeroWidthSpace = "\u200B";

/** One line of visible characters. */
function plainWords(text: string): string {
  return terminalText(text.replaceAll(/\s+/g, " ").trim(), true);
}

/** A digit can't be escaped in Markdown; the sign after it can, but a character reference does for both. */
function startEscape(start: string): string {
  return start.replaceAll(/./g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * `code` as a fenced block; the fence is longer than any run of backticks inside, so the code can't close it. Nothing in it is invisible: what is
 * copied is what was seen.
 */
export function markdownCode(code: string, language: string): string {
  const body = shorten(code, maximumCode)
    .replaceAll("\t", "  ")
    .split(/\r?\n/)
    .map((line) => terminalText(line, true))
    .join("\n")
    .replaceAll("`".repeat(maximumFence + 1), "'");
  const longest = Math.max(2, ...(body.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${body}\n${fence}`;
}

/** Longest run of backticks kept as it is. */
const maximumFence = 20;
const maximumCode = 4000;

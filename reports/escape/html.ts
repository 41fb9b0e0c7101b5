import { shorten } from "./shorten.ts";
import { visibleText } from "./terminal.ts";

/** UTF-16 units of one text that a page shows; how much was cut is said. */
const longestText = 4000;

/**
 * `text` for HTML content and for attributes in quotes, of HTML and SVG: no markup, and every character shows. Control, bidirectional and
 * invisible characters are written by their code, so nothing reorders or hides what stands beside it; very long text is cut.
 */
export function htmlText(text: string): string {
  return escapeMarkup(visibleText(shorten(text, longestText)));
}

/** The same for text of several lines, as `<pre>` shows it: line ends and tabs stay. */
export function htmlLines(text: string): string {
  return shorten(text, longestText)
    .replaceAll("\r\n", "\n")
    .split(/([\n\t])/)
    .map((part, index) => (index % 2 === 0 ? escapeMarkup(visibleText(part)) : part))
    .join("");
}

const references: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A page that is printed in a CI job must not speak to its runner either: see terminal.ts. What a browser shows is the same. */
function escapeMarkup(text: string): string {
  if (!/[&<>"']|##|::/.test(text)) return text;
  return text
    .replaceAll(/[&<>"']/g, (character) => references[character] ?? "")
    .replaceAll(/##(?=\[|vso\[)/gi, "#&#35;")
    .replaceAll(/::(?=[A-Za-z])/g, "&#58;:");
}

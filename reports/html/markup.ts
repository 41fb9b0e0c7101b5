import { htmlText } from "../escape/html.ts";

/** Markup that is safe to put into a page: made by {@link html} alone, or vouched for by {@link trusted}. */
export interface Html {
  readonly markup: string;
}

/** What may stand in a template: text is escaped, markup stays, null leaves nothing. */
export type Content = Html | string | number | null | readonly Content[];

/**
 * A template of markup. Everything that is put in and is not markup itself is escaped, for content and for attributes in double quotes
 * alike; attributes without quotes, and text inside script and style, are not to be written with it.
 */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  const texts = withoutIndent(strings);
  let markup = texts[0] ?? "";
  for (const [index, content] of contents.entries()) {
    markup += markupOf(content) + (texts[index + 1] ?? "");
  }
  return { markup };
}

const dense = new WeakMap<TemplateStringsArray, readonly string[]>();

/** A template's own text without the indentation of the source, which a page with thousands of findings would repeat for each. */
function withoutIndent(strings: TemplateStringsArray): readonly string[] {
  const known = dense.get(strings);
  if (known !== undefined) return known;
  const texts = strings.map((text) => text.replaceAll(/\s*\n\s*/g, "\n"));
  dense.set(strings, texts);
  return texts;
}

/** Text that is markup already: constants of this folder, never anything from a report. */
export function trusted(markup: string): Html {
  return { markup };
}

/** The markup of any content. */
export function markupOf(content: Content): string {
  if (content === null) return "";
  if (typeof content === "string") return htmlText(content);
  if (typeof content === "number") return String(content);
  return "markup" in content ? content.markup : content.map(markupOf).join("");
}

import { script } from "../../reports/html/script.ts";
import { style } from "../../reports/html/style.ts";

/** One tag of a page: all that a test of structure needs to know. */
export interface Tag {
  readonly name: string;
  readonly closes: boolean;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Elements without an end tag, in HTML and where SVG closes them itself. */
const empty = new Set(["meta", "input", "link", "br"]);

/**
 * The tags of a page that Rampart wrote, its style and script left out. Rampart escapes every `<` and `>` of a text, and quotes every attribute, so
 * whatever else stands in the page is not of its making.
 * @throws Error with the place of the first `<` or `>` that is no such tag
 */
export function tagsOf(page: string): readonly Tag[] {
  const bare = page
    .replace(/<!doctype html>/, "")
    .replace(script, "")
    .replace(style, "");
  const tags: Tag[] = [];
  const rest = bare.replaceAll(/<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*(\/?)>/gi, (...match) => {
    const [, slash = "", name = "", attributes = "", own = ""] = match.map(String);
    tags.push({ name, closes: slash !== "", attributes: attributesOf(attributes) });
    if (own !== "" && !empty.has(name)) tags.push({ name, closes: true, attributes: new Map() });
    return "";
  });
  const stray = /[<>]/.exec(rest);
  if (stray !== null) throw new Error(`no tag of Rampart's: ${rest.slice(stray.index, stray.index + 120)}`);
  return tags;
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/([a-z-]+)(?:="([^"]*)")?/gi)].map(([, name = "", value = ""]) => [name, value] as const),
  );
}

/**
 * The first tag that closes another element than the one that is open; null when all are closed in order.
 */
export function firstUnbalanced(tags: readonly Tag[]): string | null {
  const open: string[] = [];
  for (const { name, closes } of tags) {
    if (empty.has(name)) continue;
    if (!closes) open.push(name);
    else if (open.pop() !== name) return name;
  }
  return open.at(-1) ?? null;
}

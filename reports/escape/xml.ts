import { shorten } from "./shorten.ts";
import { terminalText } from "./terminal.ts";

/** What XML 1.0 cannot hold even as a reference, beyond what {@link terminalText} makes visible. https://www.w3.org/TR/xml/#charsets */
const illegal = /[\uFFFE\uFFFF]/g;
const longestText = 4000;

/** Untrusted text as one line of an XML attribute or of XML text. `]]>` needs no care of its own, because `>` is escaped. */
export function xmlText(text: string): string {
  return terminalText(shorten(text, longestText), true)
    .replaceAll(illegal, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}

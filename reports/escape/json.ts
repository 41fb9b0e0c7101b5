/** What JSON.stringify leaves bare although a terminal or an editor would obey or hide it. */
const unsafe = /[\u007F-\u009F\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * `value` as indented JSON that ends with a newline. Control, bidirectional and other invisible characters inside strings are
 * written as `\u` escapes, so the text is safe to print and means exactly the same. `##[` is broken up likewise: GitHub's
 * runner would take it for a command (see {@link terminalText} in terminal.ts).
 */
export function jsonText(value: unknown): string {
  return `${safe(JSON.stringify(value, null, 2))}\n`;
}

/** {@link jsonText} on one line: a line of JSON Lines. */
export function jsonLine(value: unknown): string {
  return `${safe(JSON.stringify(value))}\n`;
}

function safe(json: string): string {
  return json.replaceAll(unsafe, escapeUnits).replaceAll(/##(?=\[|vso\[)/gi, "#\\u0023");
}

/** Every UTF-16 unit as `\uXXXX`: JSON writes characters beyond U+FFFF as two. */
function escapeUnits(character: string): string {
  let escaped = "";
  for (let index = 0; index < character.length; index += 1) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}

/**
 * Terminal escaping: untrusted text becomes one line of visible characters that cannot move the cursor, colour, hide or reorder
 * what stands around it, nor speak to a CI system that reads the output.
 */

/** Controls, format characters (bidirectional overrides, zero-width, tags), separators of lines, lone surrogates, and invisible fillers. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const combining = /[\p{Mn}\p{Me}]/u;
const variationSelectors = /[\uFE0E\uFE0F]/gu;
const plain = /^[\x20-\x7E]*$/;

/** More marks on one letter than any script writes would draw over the lines above and below. */
const marksPerLetter = 4;

/**
 * `text` as one safe line. What would not show is written as `\n`, `\t`, `\r` or `\u{hex}`; emoji variation selectors, which only
 * choose between two pictures of one character, are left out. With `unicode` false everything outside ASCII is written by its code.
 */
export function terminalText(text: string, unicode: boolean): string {
  return breakRunnerCommands(visibleText(text, (character) => unicode || plain.test(character)));
}

/**
 * `text` as characters that all show, in the order in which they stand: the escapes of {@link terminalText} without what concerns
 * terminals and CI systems alone. What `isShown` refuses is written by its code too.
 */
export function visibleText(text: string, isShown: (character: string) => boolean = () => true): string {
  if (plain.test(text)) {
    return text;
  }
  let safe = "";
  // A mark that opens the text would sit on the character before the field.
  let marks = marksPerLetter;
  for (const character of text.replaceAll(variationSelectors, "")) {
    if (combining.test(character)) {
      marks += 1;
    } else {
      marks = 0;
    }
    const shown = !invisible.test(character) && marks <= marksPerLetter && isShown(character);
    safe += shown ? character : visibleEscape(character);
  }
  return safe;
}

function visibleEscape(character: string): string {
  switch (character) {
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    case "\t":
      return "\\t";
    default:
      return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  }
}

/**
 * GitHub's runner takes `##[command]` and Azure Pipelines takes `##vso[command]` anywhere in a line.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function breakRunnerCommands(text: string): string {
  return text.replaceAll(/##(?=\[|vso\[)/gi, "#\\#");
}

/**
 * GitHub's runner obeys `::command::` where it opens a line, after any blanks
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands). A backslash before it makes it text again.
 * Meant for whole lines as they are printed, because wrapping decides what opens a line. Adds at most one column.
 */
export function guardLine(line: string): string {
  // oxlint-disable-next-line no-control-regex -- our own colour codes may stand before the text
  return line.replace(/^((?:\s|\u001B\[[0-9;]*m)*)(?=::[A-Za-z])/, "$1\\");
}

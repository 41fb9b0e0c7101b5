import { shorten } from "./shorten.ts";
import { terminalText } from "./terminal.ts";

/** Excel cuts a cell after 32,767 characters, and one character may take ten to be made visible. JSON has what is longer. */
const longestCell = 3000;

/**
 * What makes a spreadsheet take a text for a formula, in ASCII and in full width (Excel with East Asian settings takes `＝` for `=`). Blanks before it
 * do not help.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const formula = /^(?=\s*[=+\-@＝＋－＠])/;
/** Where the list separator is a semicolon, as in most of Europe, Excel begins a new cell after each, whatever the quotes say. */
const formulaAfterSemicolon = /;(?=\s*[=+\-@＝＋－＠])/g;

/**
 * One cell of a CSV file by RFC 4180, always in quotes, on one line. Nothing in it is a formula: an apostrophe goes before what could be one, which
 * spreadsheets show, so the value stays readable.
 */
export function csvCell(text: string): string {
  const line = terminalText(shorten(text, longestCell), true);
  const harmless = line.replace(formula, "'").replaceAll(formulaAfterSemicolon, ";'");
  return `"${harmless.replaceAll('"', '""')}"`;
}

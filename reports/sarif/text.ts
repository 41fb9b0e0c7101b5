import { terminalText } from "../escape/terminal.ts";

/**
 * Untrusted text as one visible line for SARIF's plain-text fields, in which `[words](target)` would be a link: a blank parts it.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html#_Toc141790718
 */
export function plainLine(text: string): string {
  return terminalText(text.replaceAll(/\s+/g, " ").trim(), true).replaceAll("](", "] (");
}

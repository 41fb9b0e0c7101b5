import { styleText } from "node:util";
import type { Severity } from "../model/severity.ts";
import type { Io } from "./io.ts";

const severityStyles = {
  critical: ["bold", "red"],
  high: ["red"],
  medium: ["yellow"],
  low: ["cyan"],
} as const;

/** Colour only where a person reads it: a terminal, and NO_COLOR (https://no-color.org) not set; --color overrides both. */
export function wantsColour(when: "auto" | "always" | "never", io: Io): boolean {
  if (when !== "auto") return when === "always";
  const { NO_COLOR: noColour, TERM: terminal } = io.env;
  return io.outIsTerminal && (noColour === undefined || noColour === "") && terminal !== "dumb";
}

/** Text in the colour of a severity. */
export function paint(text: string, severity: Severity, colour: boolean): string {
  return colour ? styleText([...severityStyles[severity]], text, { validateStream: false }) : text;
}

/** A heading. */
export function bold(text: string, colour: boolean): string {
  return colour ? styleText("bold", text, { validateStream: false }) : text;
}

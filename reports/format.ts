import type { Report } from "../src/model/report.ts";

/** How text for a terminal is laid out. The caller finds out what the terminal can do; a renderer never asks the environment. */
export interface TerminalOptions {
  /** Whether to write SGR colour codes. Without them nothing is lost but colour. */
  readonly colour: boolean;
  /** Columns to stay within; taken as 40 when smaller and as 160 when larger. */
  readonly width: number;
  /** False on terminals that only know ASCII: every other character is then shown by its code point. */
  readonly unicode: boolean;
}

/** The same for a report, with what its table lists. */
export interface TableOptions extends TerminalOptions {
  /** How many findings of one check are listed before the rest is only counted; `Infinity` for all. */
  readonly findingsPerCheck: number;
  /** Whether suppressed findings are listed, not only counted. */
  readonly showSuppressed: boolean;
}

/** What SARIF holds beyond the failed, unsuppressed findings of completely read targets. */
export interface SarifOptions {
  /**
   * Also write suppressed findings, marked as suppressed. GitHub ignores the mark and opens alerts for them
   * (https://github.com/github/codeql-action/issues/1230), so this is for other viewers.
   */
  readonly includeSuppressed: boolean;
  /** Also write targets that were not read completely. Uploaded to GitHub, such a run closes alerts that still hold. */
  readonly includeIncomplete: boolean;
}

/** Everything a renderer may be told; each format takes what concerns it. */
export interface RenderOptions {
  readonly terminal: TableOptions;
  readonly sarif: SarifOptions;
}

/** What a renderer gives back. */
export interface Rendered {
  /**
   * One text per file, of whole lines. More than one only where a consumer's limits ask for it (SARIF, ASFF); never none, though one of JSON Lines
   * is empty when there is nothing to tell.
   */
  readonly documents: readonly string[];
  /** Lines for the person who asked, safe to print: what the format could not hold. The documents of other formats hold it. */
  readonly remarks: readonly string[];
}

/** One output format: a pure function of the report. */
export interface Format {
  /** File extension without the dot. */
  readonly extension: string;
  /** What it is for, for `--help`. */
  readonly description: string;
  readonly render: (report: Report, options: RenderOptions) => Rendered;
  /**
   * Only of formats that may take several documents: which of several a text is, counted from 1, when it says for certain that Rampart wrote it as
   * one of them. So what is left of an earlier scan that took more documents can be told from files of other people's.
   */
  readonly partOf?: (text: string) => number | null;
}

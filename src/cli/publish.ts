import { statSync } from "node:fs";
import { dirname } from "node:path";
import { terminalText } from "../../reports/escape/terminal.ts";
import { formats } from "../../reports/registry.ts";
import type { Format, RenderOptions } from "../../reports/format.ts";
import { didYouMean } from "../config/nearest.ts";
import { formatNames, type FormatName, type Options } from "../config/options.ts";
import { UsageError } from "../model/error.ts";
import type { Report } from "../model/report.ts";
import type { Io } from "./io.ts";
import { clearOlderParts, isNumberedPath, numberedPath } from "./numbered-files.ts";
import { wantsColour } from "./style.ts";
import { writeWhole } from "./write-file.ts";

/** A file to write the report to. */
export interface Output {
  readonly format: FormatName;
  readonly path: string;
}

/**
 * Reads `FORMAT=PATH` texts.
 * @throws UsageError for a text of another form, an unknown format, a folder that is not there or a file named twice, before any time is
 * spent on a scan
 */
export function parseOutputs(texts: readonly string[]): readonly Output[] {
  const outputs = texts.map((text) => {
    const at = text.indexOf("=");
    const word = text.slice(0, Math.max(at, 0));
    const path = text.slice(at + 1);
    const format = formatNames.find((name) => name === word);
    if (at < 0 || path === "")
      throw new UsageError(`--output ${text}: must be FORMAT=PATH, for example json=report.json`);
    if (format === undefined) {
      throw new UsageError(
        `--output ${text}: ${word} is no format${didYouMean(word, formatNames)}; there are ${formatNames.join(", ")}`,
      );
    }
    if (!isFolder(dirname(path))) throw new UsageError(`--output ${text}: the folder ${dirname(path)} does not exist`);
    if (isFolder(path)) throw new UsageError(`--output ${text}: ${path} is a folder; name a file`);
    return { format, path };
  });
  for (const [index, { path }] of outputs.entries()) {
    if (outputs.findIndex((other) => other.path === path) === index) continue;
    throw new UsageError(`--output ${path}: given twice; each format needs a file of its own`);
  }
  for (const { format, path } of outputs) {
    const other = outputs.find((one) => isNumberedPath(path, one.path));
    if (partOfFormat(format) === null || other === undefined) continue;
    throw new UsageError(
      `--output ${other.path}: is where a large report of ${format}=${path} goes on; choose a name without that number`,
    );
  }
  return outputs;
}

/** How to tell which of several documents a text is, where the format may take several. */
function partOfFormat(name: FormatName): NonNullable<Format["partOf"]> | null {
  const format: Format = formats[name];
  return format.partOf ?? null;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Renders a report to stdout (`--format`) and to the files asked for. What a format could not hold is said on stderr.
 * With --allow-incomplete, SARIF holds targets that were not read completely too.
 */
export async function publish(report: Report, options: Options, outputs: readonly Output[], io: Io): Promise<void> {
  const { format: stdout, color } = options;
  const remarks = new Set<string>();
  for (const { format, path } of outputs) {
    const file = { colour: false, width: 120, unicode: true };
    const rendered = formats[format].render(report, renderOptions(file, options));
    for (const remark of rendered.remarks) remarks.add(remark);
    for (const [index, document] of rendered.documents.entries()) {
      await writeWhole(numberedPath(path, index), document, "--output");
    }
    const partOf = partOfFormat(format);
    if (partOf === null) continue;
    for (const remark of await clearOlderParts(path, rendered.documents.length, partOf)) remarks.add(remark);
  }
  if (
    (stdout === "sarif" || outputs.some(({ format }) => format === "sarif")) &&
    options.check.length + options.skip.length > 0
  ) {
    remarks.add("sarif: holds only the checks that ran; uploading it to GitHub closes the alerts of those left out");
  }
  const terminal = { colour: wantsColour(color, io), width: io.columns, unicode: speaksUnicode(io) };
  const { documents, remarks: own } = formats[stdout].render(report, renderOptions(terminal, options));
  for (const remark of own) remarks.add(remark);
  // One stream holds one document; a format that needs several files (SARIF over its limits) has to be written to files.
  const [first = "", ...rest] = documents;
  await io.out(first);
  if (rest.length > 0) {
    remarks.add(
      `${stdout}: ${rest.length} more documents did not go to stdout; use --output ${stdout}=PATH, which writes them all`,
    );
  }
  for (const remark of remarks) io.err(`rampart: ${terminalText(remark, true)}\n`);
}

function renderOptions(
  terminal: { colour: boolean; width: number; unicode: boolean },
  options: Options,
): RenderOptions {
  return {
    terminal: { ...terminal, findingsPerCheck: 10, showSuppressed: options["show-suppressed"] },
    sarif: { includeSuppressed: false, includeIncomplete: options["allow-incomplete"] },
  };
}

/** The C locale on a terminal shows anything but ASCII as noise; a file or pipe is UTF-8. */
export function speaksUnicode(io: Io): boolean {
  if (!io.outIsTerminal) return true;
  const locale = io.env["LC_ALL"] ?? io.env["LC_CTYPE"] ?? io.env["LANG"] ?? "";
  return !/^(C|POSIX)?$/.test(locale);
}

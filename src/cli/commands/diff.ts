import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { renderDiffJson } from "../../../reports/diff/json.ts";
import { renderDiffTable } from "../../../reports/diff/table.ts";
import { parseReport } from "../../../reports/json/parse.ts";
import { checks as allChecks } from "../../../checks/registry.ts";
import { UsageError } from "../../model/error.ts";
import type { ComparedSide } from "../../model/diff.ts";
import { compareSides, type Side } from "../../scan/compare.ts";
import { weigh } from "../../scan/gate.ts";
import { suppress } from "../../scan/suppress.ts";
import { selectChecks } from "../../scan/select-checks.ts";
import { checkSettings } from "../../scan/settings.ts";
import { readSnapshot } from "../../snapshot/read.ts";
import { readImports } from "../acquire.ts";
import { answerFormat } from "../answer-format.ts";
import { configure } from "../configuration.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { Invocation } from "../parse-arguments.ts";
import { startProgress } from "../progress.ts";
import { providers } from "../providers.ts";
import { speaksUnicode } from "../publish.ts";
import { wantsColour } from "../style.ts";
import { readSuppressions } from "../suppressions.ts";
import { judgeSnapshot } from "./scan.ts";

/**
 * `rampart diff OLD NEW`: what changed between two readings, each a snapshot, a folder or file of CLI output, or a JSON report. Findings that are new
 * count for --fail-on, and a new side that is incomplete ends with 3.
 * @throws UsageError for files that cannot be used
 */
export async function diffCommand(invocation: Invocation, io: Io): Promise<ExitCode> {
  const configuration = await configure(invocation, io);
  const { options, file } = configuration;
  const format = answerFormat("diff", options);
  const checks = selectChecks(allChecks, options.check, options.skip);
  const settings = checkSettings(file);
  const ids = allChecks.map(({ id }) => id);
  const suppressions = await readSuppressions(configuration, ids, checks.length);
  const progress = startProgress(io, options.quiet);
  const read = async (path: string): Promise<Side> => {
    const kind = await kindOf(path);
    if (kind === "report")
      return { name: path, kind, report: parseReport(await readFile(path, "utf8"), path), estate: null };
    const snapshot = kind === "snapshot" ? await readSnapshot(path) : await readImports([path], io);
    const { report, estate } = judgeSnapshot(snapshot, checks, settings, progress);
    return { name: path, kind, report: suppress(report, suppressions).report, estate };
  };
  try {
    const [oldPath = "", newPath = ""] = invocation.operands;
    const old = await read(oldPath);
    const fresh = await read(newPath);
    const report = compareSides(old, fresh, providers);
    progress.stop();
    const terminal = { colour: wantsColour(options.color, io), width: io.columns, unicode: speaksUnicode(io) };
    await io.out(format === "json" ? renderDiffJson(report) : renderDiffTable(report, terminal));
    return exitCodes[
      weigh(
        { ...fresh.report, findings: report.findings.new },
        {
          failOn: options["fail-on"],
          allowIncomplete: options["allow-incomplete"],
          staleSuppressions: false,
        },
      )
    ];
  } finally {
    progress.stop();
  }
}

/** How much of a file tells what it is: the header of a snapshot, or the first members of a report. */
const headBytes = 4096;

/** What a path holds, by its content: names prove nothing. */
async function kindOf(path: string): Promise<ComparedSide["kind"]> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (found.isDirectory()) return "import";
  // It is read twice, once to see what it is.
  if (!found.isFile()) {
    throw new UsageError(`${path}: is a pipe or a device, which diff cannot read. Write it to a file and name that`);
  }
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: headBytes - 1 })) chunks.push(Buffer.from(chunk));
  } catch (error) {
    throw unreadable(path, error);
  }
  const head = Buffer.concat(chunks);
  // Snapshots alone may be compressed.
  if (head[0] === 0x1f && head[1] === 0x8b) return "snapshot";
  const text = head.toString("utf8").replace(/^\uFEFF/, "");
  if (/^\s*\{\s*"kind"\s*:\s*"header"/.test(text)) return "snapshot";
  return /^\s*\{\s*"schemaVersion"\s*:/.test(text) ? "report" : "import";
}

function unreadable(path: string, error: unknown): UsageError {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const cause = code === "ENOENT" ? "is not there" : `cannot be read: ${code}`;
  return new UsageError(`${path}: ${cause}. diff takes two snapshots, imports or JSON reports`);
}

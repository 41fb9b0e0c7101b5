import { readFile } from "node:fs/promises";
import { checks as allChecks } from "../../../checks/registry.ts";
import { terminalText } from "../../../reports/escape/terminal.ts";
import { parseReport } from "../../../reports/json/parse.ts";
import type { Options } from "../../config/options.ts";
import type { ConfigFile } from "../../config/schema.ts";
import { UsageError } from "../../model/error.ts";
import type { Report } from "../../model/report.ts";
import type { Check } from "../../scan/check.ts";
import { analyseEstate } from "../../scan/analyse.ts";
import { compareWithBaseline } from "../../scan/baseline.ts";
import { showFrom, weigh } from "../../scan/gate.ts";
import { selectChecks } from "../../scan/select-checks.ts";
import { checkSettings } from "../../scan/settings.ts";
import { suppress } from "../../scan/suppress.ts";
import type { Snapshot } from "../../snapshot/record.ts";
import { acquire } from "../acquire.ts";
import { configure } from "../configuration.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { withLocks } from "../lock.ts";
import { packageVersion } from "../package.ts";
import type { Invocation } from "../parse-arguments.ts";
import { startProgress, type Progress } from "../progress.ts";
import { providers } from "../providers.ts";
import { parseOutputs, publish } from "../publish.ts";
import { readSuppressions } from "../suppressions.ts";

/** `rampart scan`: targets, snapshot or import -> report -> exit code. */
export async function scan(invocation: Invocation, io: Io): Promise<ExitCode> {
  const configuration = await configure(invocation, io);
  const { options, file } = configuration;
  const outputs = parseOutputs(options.output);
  const checks = selectChecks(allChecks, options.check, options.skip);
  const settings = checkSettings(file);
  const ids = allChecks.map(({ id }) => id);
  const suppressions = await readSuppressions(configuration, ids, checks.length);
  // Read before the scan, which may write the next one to the same path.
  const baseline = options.baseline === null ? null : await readBaseline(options.baseline);
  return withLocks(
    outputs.map(({ path }) => path),
    io.now,
    async () => {
      const progress = startProgress(io, options.quiet);
      try {
        const { snapshot, interrupted } = await acquire(invocation.operands, options, io, progress.onEvent);
        const judged = judgeSnapshot(snapshot, checks, settings, progress);
        const { report: weighed, stale } = suppress(judged.report, suppressions);
        const report = baseline === null ? weighed : compareWithBaseline(weighed, baseline);
        progress.stop();
        await publish(showFrom(report, options["min-severity"]), options, outputs, io);
        // The table's reader has them before the eyes.
        if (options.format !== "table") for (const line of stale) io.err(`rampart: ${terminalText(line, true)}\n`);
        return interrupted ? exitCodes.interrupted : exitCodes[weigh(report, thresholds(options, stale))];
      } finally {
        progress.stop();
      }
    },
  );
}

function thresholds(options: Options, stale: readonly string[]): Parameters<typeof weigh>[1] {
  return {
    failOn: options["fail-on"],
    allowIncomplete: options["allow-incomplete"],
    staleSuppressions: options["strict-suppressions"] && stale.length > 0,
  };
}

async function readBaseline(path: string): Promise<Report> {
  try {
    return parseReport(await readFile(path, "utf8"), path);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`--baseline ${error.message}`);
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UsageError(
      `--baseline ${path}: cannot be read: ${reason}. It is the JSON report of an earlier scan: \`rampart scan --output json=${path}\` writes the first`,
    );
  }
}

/** Understands and judges one snapshot with the given checks. */
export function judgeSnapshot(
  snapshot: Snapshot,
  checks: readonly Check[],
  settings: ReturnType<typeof checkSettings>,
  progress: Progress,
): ReturnType<typeof analyseEstate> {
  progress.onEvent({ kind: "judging", checks: checks.length });
  const judged = analyseEstate({ snapshot, providers, checks, settings, version: packageVersion() });
  progress.onEvent({ kind: "findings", count: judged.report.findings.length });
  return judged;
}

/** Every check with default limits, as the demo runs them. */
export const defaultJudgement = (
  file: ConfigFile = {},
): { checks: readonly Check[]; settings: ReturnType<typeof checkSettings> } => ({
  checks: allChecks,
  settings: checkSettings(file),
});

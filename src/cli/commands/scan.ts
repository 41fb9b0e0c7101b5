import { checks as allChecks } from "../../../checks/registry.ts";
import type { ConfigFile } from "../../config/config-file.ts";
import type { Options } from "../../config/options.ts";
import type { Report } from "../../model/report.ts";
import type { Check } from "../../scan/check.ts";
import { analyse } from "../../scan/analyse.ts";
import { showFrom, weigh } from "../../scan/gate.ts";
import { selectChecks } from "../../scan/select-checks.ts";
import { checkSettings } from "../../scan/settings.ts";
import type { Snapshot } from "../../snapshot/record.ts";
import { acquire } from "../acquire.ts";
import { configure } from "../configuration.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { packageVersion } from "../package.ts";
import type { Invocation } from "../parse-arguments.ts";
import { startProgress, type Progress } from "../progress.ts";
import { providers } from "../providers.ts";
import { parseOutputs, publish } from "../publish.ts";

/** `rampart scan`: targets, snapshot or import -> report -> exit code. */
export async function scan(invocation: Invocation, io: Io): Promise<ExitCode> {
  const { options, file } = await configure(invocation, io);
  const outputs = parseOutputs(options.output);
  const checks = selectChecks(allChecks, options.check, options.skip);
  const settings = checkSettings(file);
  const progress = startProgress(io, options.quiet);
  try {
    const { snapshot, interrupted } = await acquire(invocation.operands, options, io, progress.onEvent);
    const report = judgeSnapshot(snapshot, checks, settings, progress);
    progress.stop();
    await publish(showFrom(report, options["min-severity"]), options, outputs, io);
    return interrupted ? exitCodes.interrupted : exitCodes[weigh(report, thresholdsOf(options))];
  } finally {
    progress.stop();
  }
}

/** The thresholds that the options set, for the gate. */
export function thresholdsOf(options: Options): Parameters<typeof weigh>[1] {
  return { failOn: options["fail-on"], allowIncomplete: options["allow-incomplete"] };
}

/** Understands and judges one snapshot with the given checks. */
export function judgeSnapshot(
  snapshot: Snapshot,
  checks: readonly Check[],
  settings: ReturnType<typeof checkSettings>,
  progress: Progress,
): Report {
  progress.onEvent({ kind: "judging", checks: checks.length });
  const report = analyse({ snapshot, providers, checks, settings, version: packageVersion() });
  progress.onEvent({ kind: "findings", count: report.findings.length });
  return report;
}

/** Every check with default limits, as the demo runs them. */
export const defaultJudgement = (
  file: ConfigFile = {},
): { checks: readonly Check[]; settings: ReturnType<typeof checkSettings> } => ({
  checks: allChecks,
  settings: checkSettings(file),
});

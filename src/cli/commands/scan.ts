import { checks as allChecks } from "../../../checks/registry.ts";
import type { ConfigFile } from "../../config/config-file.ts";
import type { Options } from "../../config/options.ts";
import type { Report } from "../../model/report.ts";
import type { Check } from "../../scan/check.ts";
import { analyse } from "../../scan/analyse.ts";
import { showFrom, weigh } from "../../scan/gate.ts";
import { selectChecks } from "../../scan/select-checks.ts";
import { checkSettings } from "../../scan/settings.ts";
import { memorySink } from "../../snapshot/sinks.ts";
import type { Snapshot } from "../../snapshot/record.ts";
import { awsProvider } from "../../providers/aws/provider.ts";
import { cloudsOf, collectLive, readSaved } from "../acquire.ts";
import { configure } from "../configuration.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { packageVersion } from "../package.ts";
import type { Invocation } from "../parse-arguments.ts";
import { startProgress, type Progress } from "../progress.ts";
import { parseOutputs, publish } from "../publish.ts";

/** `rampart scan`: targets, snapshot or import -> report -> exit code. */
export async function scan(invocation: Invocation, io: Io): Promise<ExitCode> {
  const { options, file } = await configure(invocation, io);
  const outputs = parseOutputs(options.output);
  const checks = selectChecks(allChecks, options.check, options.skip);
  const settings = checkSettings(file);
  const chosen = cloudsOf(invocation.operands);
  const progress = startProgress(io, options.quiet);
  try {
    const saved = await readSaved(invocation.operands, options, io);
    const { snapshot, interrupted } =
      saved === null
        ? await readLive(io, (sink, signal) => collectLive(chosen, options, sink, progress.onEvent, signal))
        : { snapshot: saved, interrupted: false };
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
  const report = analyse({ snapshot, providers: [awsProvider], checks, settings, version: packageVersion() });
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

/** Collects into memory; Ctrl-C ends the collection and keeps what was read. */
export async function readLive(
  io: Io,
  collect: (sink: ReturnType<typeof memorySink>, signal: AbortSignal) => Promise<void>,
): Promise<{ readonly snapshot: Snapshot; readonly interrupted: boolean }> {
  const sink = memorySink("live", io.now().toISOString());
  const interruption = new AbortController();
  const stopListening = io.onInterrupt(() => {
    interruption.abort();
  });
  try {
    await collect(sink, interruption.signal);
  } finally {
    stopListening();
  }
  return { snapshot: sink.finish(io.now().toISOString()), interrupted: interruption.signal.aborted };
}

import type { Options } from "../../config/options.ts";
import { showFrom, weigh } from "../../scan/gate.ts";
import { readLive } from "../acquire.ts";
import { configure } from "../configuration.ts";
import { watchForEnd } from "../ending.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { Invocation } from "../parse-arguments.ts";
import { startProgress } from "../progress.ts";
import { parseOutputs, publish } from "../publish.ts";
import { defaultJudgement, judgeSnapshot } from "./scan.ts";

/** What the demo writes when no --output was given. */
const defaultOutputs = ["html=report.html", "json=report.json", "sarif=report.sarif"];

/** `rampart demo`: a real scan, with the real SDKs, of a sample estate that loopback clouds serve. It gates on nothing. */
export async function demo(invocation: Invocation, io: Io): Promise<ExitCode> {
  const { options } = await configure(invocation, io);
  const outputs = parseOutputs(options.output.length === 0 ? defaultOutputs : options.output);
  const { startAwsLab } = await import("../../../lab/aws/server.ts");
  const { demoAwsEstate, demoScan } = await import("../../../lab/demo-estate.ts");
  const { collectAws } = await import("../../providers/aws/collect.ts");
  const { startAzureLab } = await import("../../../lab/azure/server.ts");
  const { demoAzureEstate } = await import("../../../lab/azure/demo-estate.ts");
  const { collectAzure } = await import("../../providers/azure/collect.ts");
  const { startGcpLab } = await import("../../../lab/gcp/server.ts");
  const { demoGcpEstate } = await import("../../../lab/gcp/demo-estate.ts");
  const { collectGcp } = await import("../../providers/gcp/collect.ts");
  const progress = startProgress(io, options.quiet);
  const [aws, azure, gcp] = await Promise.all([
    startAwsLab(demoAwsEstate),
    startAzureLab(demoAzureEstate),
    startGcpLab(demoGcpEstate),
  ]);
  try {
    const { snapshot, interrupted } = await readLive(io, watchForEnd(io, null), null, (sink, signal) =>
      Promise.all([
        collectAws(
          { ...demoScan, endpoint: aws.endpoint, credentials: aws.credentialsFor(demoScan.caller) },
          sink,
          progress.onEvent,
          signal,
        ),
        collectAzure(azure.options, sink, progress.onEvent, signal),
        collectGcp(gcp.collectOptions(), sink, progress.onEvent, signal),
      ]).then(() => undefined),
    );
    const { checks, settings } = defaultJudgement();
    const { report } = judgeSnapshot(snapshot, checks, settings, progress);
    progress.stop();
    await publish(showFrom(report, options["min-severity"]), options, outputs, io);
    io.err(
      demoNote(exitCodes[weigh(report, { failOn: "high", allowIncomplete: false, staleSuppressions: false })], options),
    );
    return interrupted ? exitCodes.interrupted : exitCodes.clean;
  } finally {
    progress.stop();
    await Promise.all([aws.close(), azure.close(), gcp.close()]);
  }
}

function demoNote(code: ExitCode, { quiet }: Options): string {
  if (quiet) return "";
  return `rampart: this was a demo and gates on nothing; \`rampart scan\` would have exited with ${code}\n`;
}

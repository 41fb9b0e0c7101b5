import { readFile } from "node:fs/promises";
import { parseReport } from "../../../reports/json/parse.ts";
import { UsageError } from "../../model/error.ts";
import { showFrom } from "../../scan/gate.ts";
import { configure } from "../configuration.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { Invocation } from "../parse-arguments.ts";
import { parseOutputs, publish } from "../publish.ts";

/** `rampart render REPORT`: a saved JSON report in another format. It judges nothing anew, so it gates on nothing. */
export async function render(invocation: Invocation, io: Io): Promise<ExitCode> {
  const { options } = await configure(invocation, io);
  const outputs = parseOutputs(options.output);
  const path = invocation.operands[0] ?? "";
  const report = parseReport(await readText(path), path);
  await publish(showFrom(report, options["min-severity"]), options, outputs, io);
  return exitCodes.clean;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UsageError(`${path}: cannot be read: ${reason}. render takes a report that --format json wrote`);
  }
}

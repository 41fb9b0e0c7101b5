import { setTimeout as delay } from "node:timers/promises";

import { MalformedAnswer } from "../shared/answer.ts";
import { CallFailed, type CallLimits, oneLine, seconds } from "../shared/call.ts";
import type { Job } from "./operation.ts";

/** The longest wait between two questions whether a report is there, in milliseconds. */
const longestWait = 5_000;
const notReady = "ReportNotReady";

/**
 * Throws unless an answer says that the report is there: {@link MalformedAnswer} when it does not say, {@link CallFailed} when it is
 * not there yet, which {@link awaitReport} understands, or never will be.
 */
export function checkReport({ told, running, failed }: Job, output: Readonly<Record<string, unknown>>): void {
  const state = output[told.member];
  if (typeof state !== "string") throw new MalformedAnswer(`without the member ${told.member}`);
  if (running.includes(state)) {
    throw new CallFailed({ status: "unreachable", code: notReady, error: `the report is not ready (${state})` }, null);
  }
  if (failed.includes(state)) {
    const why: unknown = Reflect.get(Object(output["Error"]), "Code");
    const code = typeof why === "string" ? why : state;
    const error = oneLine(`AWS could not make the report (${code})`);
    throw new CallFailed({ status: "unreachable", code: "ReportFailed", error }, null);
  }
}

/**
 * Does `work` until the report that it needs is there, with longer and longer waits between: in all no longer than one call may take.
 * Throws {@link CallFailed} when it is not there by then.
 */
export async function awaitReport<Result>(
  { callTimeoutMs, maxAttempts, retryBaseDelayMs }: CallLimits & { readonly retryBaseDelayMs: number },
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const deadline = performance.now() + callTimeoutMs * maxAttempts;
  for (let count = 0; ; count++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CallFailed) || error.failure.code !== notReady) throw error;
      if (performance.now() >= deadline) {
        const late = `the report was not ready within ${seconds(callTimeoutMs * maxAttempts)}`;
        throw new CallFailed({ ...error.failure, error: late }, error);
      }
      await pause(Math.min(longestWait, retryBaseDelayMs * 2 ** count), signal);
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch {
    // Called off: the next call says so.
  }
}

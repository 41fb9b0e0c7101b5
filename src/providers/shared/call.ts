import pLimit from "p-limit";

import type { CoverageStatus } from "../../model/coverage.ts";
import { pageLimit } from "./answer.ts";

/** How a call failed. */
export interface CallFailure {
  readonly status: Exclude<CoverageStatus, "complete">;
  /** The API's error code, or Node's for a broken connection. */
  readonly code: string;
  /** One line for people: no secrets, and the permission that is missing where one is. */
  readonly error: string;
}

/** What happened around a call, for the words. */
export interface CallCircumstances {
  /** The whole scan was called off. */
  readonly interrupted: boolean;
  /** The call's own deadline passed. */
  readonly late: boolean;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
}

/** How hard a scan tries. */
export interface CallLimits {
  /** Calls in flight over all targets. */
  readonly concurrency: number;
  /** Deadline of one attempt, in milliseconds; a call has it `maxAttempts` times, its waiting between attempts included. */
  readonly callTimeoutMs: number;
  /** How often a call is sent at most. */
  readonly maxAttempts: number;
}

/** Bounds the work in flight. */
export type Limit = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * Runs one call under a scan's limits; throws {@link CallFailed} for everything that `work` throws. Without a place it runs at once, outside
 * the limits: for what a call that already has a place waits for, which would wait for its own place otherwise.
 */
export type RunCall = <Result>(
  place: Limit | null,
  classify: (error: unknown, around: CallCircumstances) => CallFailure,
  work: (abortSignal: AbortSignal) => Promise<Result>,
) => Promise<Result>;

/** A call that did not succeed. */
export class CallFailed extends Error {
  override readonly name = "CallFailed";
  readonly failure: CallFailure;

  constructor(failure: CallFailure, cause: unknown) {
    super(failure.error, { cause });
    this.failure = failure;
  }
}

/** Runs calls in a free place of both limits, the scan's and the target's, each under its deadline. `signal` calls everything off. */
export function createRunner({ concurrency, callTimeoutMs, maxAttempts }: CallLimits, signal: AbortSignal): RunCall {
  const everywhere = pLimit(concurrency);
  return (place, classify, work) => {
    const guarded = async () => {
      const deadline = AbortSignal.timeout(callTimeoutMs * maxAttempts);
      const abortSignal = AbortSignal.any([signal, deadline]);
      try {
        abortSignal.throwIfAborted();
        // The race ends the wait even where an SDK does not look at the signal: between attempts, while a body drips in.
        return await Promise.race([work(abortSignal), rejection(abortSignal)]);
      } catch (error) {
        // Renewing the credentials failed on the way: that is what is wrong.
        if (error instanceof CallFailed) throw error;
        const around = { timeoutMs: callTimeoutMs, maxAttempts, interrupted: signal.aborted, late: deadline.aborted };
        throw new CallFailed(classify(error, around), error);
      }
    };
    return place === null ? guarded() : place(() => everywhere(guarded));
  };
}

/** What a listing without end is. */
export function endlessPages(): CallFailed {
  const error = `the answer has more than ${pageLimit} pages`;
  return new CallFailed({ status: "malformed", code: "EndlessPages", error }, null);
}

/** Node's codes of a connection that could not be made, was not trusted, or broke, and what the SDKs call the same. */
export const connectionErrors =
  /^(?:ECONN\w+|ETIMEDOUT|EPIPE|EPROTO|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|ERR_TLS\w*|ERR_SSL\w*|CERT_\w+|DEPTH_ZERO\w*|SELF_SIGNED\w*|UNABLE_TO\w+|UND_ERR\w*|TimeoutError|RequestTimeout\w*|NetworkingError)$/;

/** `1.5 s`. */
export function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}

/** One line for people: control characters out, at most 300 characters. */
export function oneLine(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim();
  return plain.length <= 300 ? plain : `${plain.slice(0, 299)}…`;
}

function rejection(abortSignal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(new Error("aborted", { cause: abortSignal.reason }));
    if (abortSignal.aborted) fail();
    abortSignal.addEventListener("abort", fail, { once: true });
  });
}

import { setTimeout as sleep } from "node:timers/promises";

import type { CallLimits } from "./call.ts";

/** How a call is sent again. */
export interface Persistence extends Pick<CallLimits, "callTimeoutMs" | "maxAttempts"> {
  /** The first wait, in milliseconds; it doubles with each attempt, with full jitter. */
  readonly retryBaseDelayMs: number;
}

/** What an error says about sending the same request again. */
export interface Prospect {
  /** Whether it may succeed a little later. */
  readonly isPassing: boolean;
  /** What Retry-After asks for, in milliseconds; null where it asks for nothing. */
  readonly retryAfterMs: number | null;
}

/** The longest wait between two attempts that no Retry-After asked for, in milliseconds. */
const longestBackoffMs = 20_000;

/**
 * Sends a request until it succeeds, fails for good, or has been sent often enough or for as long as a call may take. Throws what the last
 * attempt threw.
 */
export async function persist<Answer>(
  { callTimeoutMs, maxAttempts, retryBaseDelayMs }: Persistence,
  prospectOf: (error: unknown) => Prospect,
  abortSignal: AbortSignal,
  send: () => Promise<Answer>,
): Promise<Answer> {
  const end = performance.now() + callTimeoutMs * maxAttempts;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      const { isPassing, retryAfterMs } = prospectOf(error);
      if (abortSignal.aborted || attempt >= maxAttempts || !isPassing) throw error;
      const backoff = Math.random() * Math.min(longestBackoffMs, retryBaseDelayMs * 2 ** attempt);
      const wait = retryAfterMs ?? backoff;
      if (performance.now() + wait >= end) throw error;
      await sleep(wait, undefined, { signal: abortSignal });
    }
  }
}

/** Retry-After in milliseconds; it is a number of seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
export function retryAfterMs(header: string | null | undefined): number | null {
  if (header === null || header === undefined) return null;
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}

import { UsageError } from "../model/error.ts";
import type { Io } from "./io.ts";

/** How a reading was cut short: by Ctrl-C or SIGTERM, or by --timeout. */
export type End = "interrupted" | "timed-out";

/** What ends a reading early. */
export interface Ending {
  readonly signal: AbortSignal;
  /** Null while nothing has ended it. */
  readonly end: () => End | null;
  /** To be called when the reading is over: stops the clock and listening. */
  readonly stop: () => void;
}

/** Ends a reading on Ctrl-C, on SIGTERM or when its time is up, whichever comes first. */
export function watchForEnd(io: Io, timeoutMs: number | null): Ending {
  const controller = new AbortController();
  let end: End | null = null;
  const finish = (how: End) => (): void => {
    end ??= how;
    controller.abort();
  };
  const stopListening = io.onInterrupt(finish("interrupted"));
  const timer = timeoutMs === null ? null : setTimeout(finish("timed-out"), timeoutMs);
  return {
    signal: controller.signal,
    end: () => end,
    stop: () => {
      stopListening();
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** What a snapshot says of an end that came early. */
export function noteOn(end: End, timeout: string | null): string {
  return end === "interrupted"
    ? "the reading was interrupted: what was not read by then is skipped"
    : `the reading ended after --timeout ${timeout ?? ""}: what was not read by then is skipped`;
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
const longest = 24 * 3600;

/**
 * The milliseconds of a duration as it is written: `90s`, `30m`, `2h`; null for none.
 * @throws UsageError for another text, and for more than a day
 */
export function timeoutMs(text: string | null): number | null {
  if (text === null) return null;
  const [, amount = "", unit = ""] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const seconds = Number(amount) * (units[unit] ?? 0);
  if (seconds > 0 && seconds <= longest) return seconds * 1000;
  throw new UsageError(`--timeout ${text}: must be a time such as 90s, 30m or 2h, at most 24h`);
}

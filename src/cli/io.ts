import { UsageError } from "../model/error.ts";

/** The world a command may touch; handed in, so that tests run commands without a process of their own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes to stdout; resolves when the text is handed over, so that a large report is never cut off in a pipe. Rejects with a UsageError. */
  readonly out: (text: string) => Promise<void>;
  /** Writes to stderr: progress, notes and errors. */
  readonly err: (text: string) => void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Columns of stdout; 100 where there is no terminal. */
  readonly columns: number;
  readonly now: () => Date;
  /** Calls back on Ctrl-C or SIGTERM; returns what stops listening. */
  readonly onInterrupt: (callback: () => void) => () => void;
}

/** The real process. */
export function processIo(): Io {
  // Node ends the process with a stack trace for a stream's error that nobody listens to, although the write that failed reports it too.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  return {
    env: process.env,
    out: writeOut,
    err: (text) => {
      process.stderr.write(text);
    },
    outIsTerminal: process.stdout.isTTY,
    errIsTerminal: process.stderr.isTTY,
    columns: process.stdout.isTTY ? process.stdout.columns : 100,
    now: () => new Date(),
    onInterrupt: (callback) => {
      process.once("SIGINT", callback);
      process.once("SIGTERM", callback);
      return () => {
        process.off("SIGINT", callback);
        process.off("SIGTERM", callback);
      };
    },
  };
}

/** A reader that stops early (`rampart … | head`) is no error of ours: the rest of the report has nowhere to go. */
function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      const code = error === null || error === undefined ? null : "code" in error ? String(error.code) : error.message;
      if (code === null || code === "EPIPE") resolve();
      else reject(new UsageError(`stdout cannot be written: ${code}. Make room there, or write a file with --output`));
    });
  });
}

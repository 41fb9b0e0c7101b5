import type { Io } from "../../src/cli/io.ts";

/** An Io that keeps what was written, with a clock that stands still and an interrupt a test can pull. */
export interface FakeIo extends Io {
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly interrupt: () => void;
}

export function fakeIo(overrides: Partial<Io> = {}): FakeIo {
  let out = "";
  let err = "";
  const listeners = new Set<() => void>();
  return {
    env: {},
    out: (text) => {
      out += text;
      return Promise.resolve();
    },
    err: (text) => {
      err += text;
    },
    outIsTerminal: false,
    errIsTerminal: false,
    columns: 100,
    now: () => new Date("2026-01-02T03:04:05.000Z"),
    onInterrupt: (callback) => {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    ...overrides,
    stdout: () => out,
    stderr: () => err,
    interrupt: () => {
      for (const listener of listeners) listener();
    },
  };
}

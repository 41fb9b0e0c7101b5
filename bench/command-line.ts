import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { BenchRow } from "./row.ts";

const root = resolve(import.meta.dirname, "..");

interface Measured {
  readonly ms: number;
  readonly peakMb: number;
}

/** Start-up of commands that need no SDK, and the demo scan from start to report. */
export function benchCommandLine(): readonly BenchRow[] {
  const folder = mkdtempSync(join(tmpdir(), "rampart-bench-"));
  const row = (name: string, size: string, args: readonly string[], runs: number, note = ""): BenchRow => {
    const { ms, peakMb } = median(
      Array.from({ length: runs }, () => measure([join(root, "bin/rampart.js"), ...args], folder)),
    );
    return { name, size, ms, peakMb, note };
  };
  try {
    const bare = median(Array.from({ length: 7 }, () => measure(["-e", "0"], folder)));
    return [
      { name: "node alone", size: "-", ms: bare.ms, peakMb: bare.peakMb, note: "the floor under every command" },
      row("rampart --help", "-", ["--help"], 7, "no SDK loaded (test/cli/start-up.test.ts)"),
      row("rampart checks", "-", ["checks"], 7, "every check loaded"),
      row("rampart demo", "sample estate", ["demo", "--quiet"], 3, "lab, SDK clients, scan and reports in one process"),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measure(args: readonly string[], cwd: string): Measured {
  const started = performance.now();
  const child = spawnSync(process.execPath, ["--import", join(root, "bench/peak-memory.mjs"), ...args], {
    cwd,
    stdio: ["ignore", "ignore", "inherit", "pipe"],
    encoding: "utf8",
  });
  const ms = performance.now() - started;
  if (child.status !== 0) throw new Error(`${args.join(" ")} ended with ${child.status ?? child.signal ?? "nothing"}`);
  return { ms, peakMb: Number(child.output[3]) / 1024 };
}

function median(measured: readonly Measured[]): Measured {
  const sorted = measured.toSorted((a, b) => a.ms - b.ms);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("nothing was measured");
  return { ms: middle.ms, peakMb: Math.max(...measured.map(({ peakMb }) => peakMb)) };
}

/** Model name of the machine's processor, for the table's heading. */
export function processor(): string {
  try {
    return /^model name\s*:\s*(.+)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? process.arch;
  } catch {
    return process.arch;
  }
}

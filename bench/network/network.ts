import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BenchRow } from "../row.ts";
import type { CaseResult } from "./cases.ts";

const sizes = [20, 200, 1000, 4000, 10_000];
const estateSizes = [1000, 10_000, 100_000];

/**
 * The network engine: compile and compose for 20 to 10,000 rules, verdicts and openness, and an estate without a cloud (as many groups
 * as a fifth of its endpoints). Each row is a process of its own; the time is the median of its runs, the peak memory includes Node's own.
 */
export async function benchNetwork(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const rules = ["compile ordered", "compile union", "compose", "judge ordered", "judge union", "openness"];
  for (const name of rules) await addRows(rows, name, sizes, "rules", 7);
  await addRows(rows, "estate", estateSizes, "endpoints", 1);
  return rows;
}

async function addRows(
  rows: BenchRow[],
  name: string,
  steps: readonly number[],
  unit: string,
  runs: number,
): Promise<void> {
  const times = new Map<number, number>();
  for (const size of steps) {
    const { ms, note, peakMb } = await measure(name, size, runs);
    const median = ms.toSorted((a, b) => a - b)[Math.floor(ms.length / 2)] ?? 0;
    times.set(size, median);
    const before = times.get(size / 10);
    const growth = before === undefined ? "" : `, ${(median / before).toFixed(1)} times a tenth of it`;
    const first = runs > 1 ? `, first run ${(ms[0] ?? 0).toFixed(0)} ms` : "";
    rows.push({
      name,
      size: `${size.toLocaleString("en")} ${unit}`,
      ms: median,
      peakMb,
      note: `${note}${first}${growth}`,
    });
  }
}

interface Measured extends CaseResult {
  readonly peakMb: number;
}

async function measure(name: string, size: number, runs: number): Promise<Measured> {
  const script = join(import.meta.dirname, "cases.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [script, name, String(size), String(runs)]);
  const measured: unknown = JSON.parse(stdout);
  if (!isMeasured(measured)) throw new Error(`${name} with ${size} told nothing: ${stdout}`);
  return measured;
}

function isMeasured(value: unknown): value is Measured {
  return typeof value === "object" && value !== null && "ms" in value && "note" in value && "peakMb" in value;
}

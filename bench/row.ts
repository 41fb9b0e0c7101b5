/** One line of the benchmark's table. */
export interface BenchRow {
  readonly name: string;
  /** What it was run on: `1,000 rules`. */
  readonly size: string;
  /** Median wall-clock milliseconds. */
  readonly ms: number;
  /** Peak resident memory of the process in MiB; null where it was not measured on its own. */
  readonly peakMb: number | null;
  readonly note: string;
}

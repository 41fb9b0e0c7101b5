import type { Coverage } from "../model/coverage.ts";
import type { ReportTarget } from "../model/report.ts";
import type { Snapshot, SnapshotRecord, SnapshotSink } from "./record.ts";

/** A sink that gathers a {@link Snapshot} in memory: what a live scan and an import write into. */
export interface MemorySink extends SnapshotSink {
  /** Everything written so far; `finishedAt` is ISO 8601, UTC. */
  readonly finish: (finishedAt: string) => Snapshot;
}

/** Starts an empty snapshot in memory. `startedAt` is ISO 8601, UTC. */
export function memorySink(source: Snapshot["source"], startedAt: string): MemorySink {
  const targets: ReportTarget[] = [];
  const records: SnapshotRecord[] = [];
  const coverage: Coverage[] = [];
  const notes: string[] = [];
  return {
    target: (target) => void targets.push(target),
    record: (record) => void records.push(record),
    coverage: (row) => void coverage.push(row),
    note: (note) => void notes.push(note),
    finish: (finishedAt) => ({
      source,
      startedAt,
      finishedAt,
      targets: [...targets],
      records: [...records],
      coverage: [...coverage],
      notes: [...notes],
    }),
  };
}

/** A sink that passes everything on to each of `sinks`, in their order. What it holds already is what the first holds that holds anything. */
export function teeSink(...sinks: readonly SnapshotSink[]): SnapshotSink {
  const held = sinks.find((sink) => sink.held !== undefined)?.held;
  return {
    ...(held === undefined ? {} : { held }),
    target: (target) => sinks.forEach((sink) => sink.target(target)),
    record: (record) => sinks.forEach((sink) => sink.record(record)),
    coverage: (coverage) => sinks.forEach((sink) => sink.coverage(coverage)),
    note: (note) => sinks.forEach((sink) => sink.note(note)),
  };
}

/** Writes a whole snapshot into a sink: how one that was merged or imported is saved. */
export function replay(snapshot: Snapshot, sink: SnapshotSink): void {
  snapshot.targets.forEach((target) => sink.target(target));
  snapshot.records.forEach((record) => sink.record(record));
  snapshot.coverage.forEach((coverage) => sink.coverage(coverage));
  snapshot.notes.forEach((note) => sink.note(note));
}

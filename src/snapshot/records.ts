import type { Coverage } from "../model/coverage.ts";
import { targetKey } from "../model/resource.ts";
import type { Target } from "../model/resource.ts";
import type { Snapshot, SnapshotRecord } from "./record.ts";

/** Quick answers to what a snapshot holds. */
export interface RecordIndex {
  /** Every record of an operation, over all targets, in the snapshot's order. */
  readonly all: (operation: string) => readonly SnapshotRecord[];
  /** The records of an operation on one target, in the snapshot's order. */
  readonly at: (target: Target, operation: string) => readonly SnapshotRecord[];
  /**
   * What became of an operation on a target: its own coverage row, else the target's row for `*`, else null when the snapshot
   * says nothing about it. A row that is missing is not a complete one.
   */
  readonly coverage: (target: Target, operation: string) => Coverage | null;
}

/** Sorts a snapshot's records and coverage by operation and target; one pass, no copies of the data. */
export function indexRecords(snapshot: Pick<Snapshot, "records" | "coverage">): RecordIndex {
  const byOperation = Map.groupBy(snapshot.records, (record) => record.operation);
  const byTarget = Map.groupBy(snapshot.records, (record) => operationKey(record, record.operation));
  const coverage = new Map(snapshot.coverage.map((row) => [operationKey(row, row.operation), row]));
  return {
    all: (operation) => byOperation.get(operation) ?? [],
    at: (target, operation) => byTarget.get(operationKey(target, operation)) ?? [],
    coverage: (target, operation) =>
      coverage.get(operationKey(target, operation)) ?? coverage.get(operationKey(target, "*")) ?? null,
  };
}

/** One string per target and operation: the unit that coverage speaks of and that merging replaces whole. */
export function operationKey(target: Target, operation: string): string {
  return `${targetKey(target)} ${operation}`;
}

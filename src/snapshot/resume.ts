import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isKnown } from "../model/coverage.ts";
import { UsageError } from "../model/error.ts";
import { mergeSnapshots } from "./merge.ts";
import { readPartialSnapshot, readSnapshot } from "./read.ts";
import type { Answer, Snapshot, SnapshotRecord, SnapshotSink } from "./record.ts";
import { operationKey } from "./records.ts";

/** What earlier runs that were cut short had read. */
export interface Held {
  /** When the first of them began, ISO 8601: what is told is as old as that. Null where they had read nothing. */
  readonly startedAt: string | null;
  /** How many operations they had read whole. */
  readonly operations: number;
  readonly answer: NonNullable<SnapshotSink["held"]>;
}

/**
 * Takes up what a run that was to write `path` left behind: the partial file of one that was killed, or a snapshot in which something is unread.
 * An operation counts as read on a target once its coverage row says so; what it left before it ended is asked again. The partial file is kept
 * beside until {@link discardParts}, so that a second kill loses nothing either.
 * @throws UsageError when there is nothing to take up, or it is damaged
 */
export async function takeUp(path: string): Promise<Held> {
  const partial = `${path}.partial`;
  const moved = partsOf(path);
  const parts = existsSync(partial) ? [...moved, partial] : moved;
  if (parts.length === 0 && !existsSync(path)) {
    throw new UsageError(
      `--resume: there is nothing to resume: neither ${partial} nor ${path} is there. Leave --resume out to begin`,
    );
  }
  const snapshots: Snapshot[] = [];
  for (const part of parts) {
    const snapshot = await readPartialSnapshot(part);
    if (snapshot !== null) snapshots.push(snapshot);
  }
  if (parts.length === 0) snapshots.push(await readSnapshot(path));
  else snapshots.unshift(...(await resumedFrom(path, snapshots)));
  // Out of the way of the run that goes on, which writes a partial file of its own.
  if (existsSync(partial)) renameSync(partial, `${partial}.${moved.length + 1}`);
  return snapshots.length === 0 ? nothing : heldIn(mergeSnapshots(snapshots));
}

/** The snapshot in which something was unread, where it is that which the killed run had taken up; one of another night, or a damaged one, is none of its. */
async function resumedFrom(path: string, parts: readonly Snapshot[]): Promise<readonly Snapshot[]> {
  if (!existsSync(path)) return [];
  try {
    const earlier = await readSnapshot(path);
    if (parts.every(({ startedAt }) => startedAt !== earlier.startedAt)) return [];
    // As its parts, whose end nobody knows: what they read goes before what it had not got.
    return [{ ...earlier, finishedAt: earlier.startedAt }];
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}

/** A run that was killed before it had read anything. */
const nothing: Held = { startedAt: null, operations: 0, answer: () => null };

/** Removes what {@link takeUp} kept, once the snapshot is whole. */
export function discardParts(path: string): void {
  for (const part of partsOf(path)) rmSync(part, { force: true });
}

/** Partial files that were taken up, oldest first. */
function partsOf(path: string): readonly string[] {
  const folder = dirname(path);
  const start = `${basename(path)}.partial.`;
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length)))
    .toSorted((a, b) => Number(a.slice(start.length)) - Number(b.slice(start.length)))
    .map((name) => join(folder, name));
}

function heldIn({ startedAt, coverage, records }: Snapshot): Held {
  const byOperation = new Map<string, SnapshotRecord[]>();
  for (const record of records) {
    const key = operationKey(record, record.operation);
    const known = byOperation.get(key);
    if (known === undefined) byOperation.set(key, [record]);
    else known.push(record);
  }
  const answers = new Map<string, Answer>();
  for (const row of coverage) {
    // A row for everything of a target stands for no answer.
    if (!isKnown(row.status) || row.operation === "*") continue;
    const key = operationKey(row, row.operation);
    answers.set(key, { coverage: row, records: byOperation.get(key) ?? [] });
  }
  return {
    startedAt,
    operations: answers.size,
    answer: (target, operation) => answers.get(operationKey(target, operation)) ?? null,
  };
}

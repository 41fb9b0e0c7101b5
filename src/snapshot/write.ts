import { createHash } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { UsageError } from "../model/error.ts";
import type { SnapshotSink } from "./record.ts";
import { endTail, formatEndStart, formatHeader } from "./lines.ts";
import type { BodyLine, SnapshotHeader } from "./lines.ts";

/** A snapshot file that is being written. */
export interface SnapshotWriter extends SnapshotSink {
  /** Where the lines stand until {@link SnapshotWriter.end} has renamed the file to its own name. */
  readonly partialPath: string;
  /**
   * Writes the end line, makes the file durable and gives it its name, in place of an older file of that name.
   * `finishedAt` is ISO 8601, UTC. Throws a UsageError when the disk refuses.
   */
  readonly end: (finishedAt: string) => Promise<void>;
  /** Stops without an end line. What was read so far stays in the partial file; one with nothing but a header is removed. */
  readonly abort: () => void;
}

/**
 * Bytes gathered before they go to the disk: what a killed process loses at most. A plain file is written at the end of each operation too, so that it
 * loses none that was read whole. More for gzip, whose members each pay a dictionary.
 */
const chunkBytes = { plain: 64 * 1024, gzip: 256 * 1024 };

/**
 * Starts a snapshot file; gzip when `path` ends in `.gz`. Only its owner may read it (mode 0600), since it maps an estate.
 *
 * Lines go to `<path>.partial` in the same folder, and only {@link SnapshotWriter.end} renames that to `path`: a file of the final
 * name is always whole, an older one stays until the new one is, and what a killed run had read is still there line by line.
 * A partial file that an earlier run left behind is replaced. Writes are synchronous, so a slow disk slows the collection down
 * instead of filling memory; gzip output is a sequence of members, each of which can be read without the next.
 *
 * Throws a UsageError when the file cannot be created or written.
 */
export function openSnapshotWriter(path: string, header: SnapshotHeader): SnapshotWriter {
  const partialPath = `${path}.partial`;
  const gzip = path.endsWith(".gz");
  const flushAt = gzip ? chunkBytes.gzip : chunkBytes.plain;
  const hash = createHash("sha256");
  const counts = { target: 0, record: 0, coverage: 0, note: 0 };
  const guard = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw cannotWrite(path, error);
    }
  };

  const file = guard(() => {
    refuseFolder(path);
    rmSync(partialPath, { force: true });
    return openSync(partialPath, "wx", 0o600);
  });
  let open = true;
  let pending: Buffer[] = [];
  let pendingBytes = 0;

  const flush = (): void => {
    if (pendingBytes === 0) {
      return;
    }
    const bytes = Buffer.concat(pending);
    pending = [];
    pendingBytes = 0;
    guard(() => writeAll(file, gzip ? gzipSync(bytes) : bytes));
  };
  const append = (text: string): void => {
    if (!open) {
      throw new Error("This snapshot file is closed; nothing more can be written to it.");
    }
    const bytes = Buffer.from(text, "utf8");
    hash.update(bytes);
    pending.push(bytes);
    pendingBytes += bytes.length;
    if (pendingBytes >= flushAt) {
      flush();
    }
  };
  const line = (body: BodyLine): void => {
    append(`${JSON.stringify(body)}\n`);
    counts[body.kind] += 1;
  };

  append(`${formatHeader(header)}\n`);
  return {
    partialPath,
    target: (target) => line({ kind: "target", ...target }),
    record: (record) => line({ kind: "record", ...record }),
    coverage: (coverage) => {
      line({ kind: "coverage", ...coverage });
      if (!gzip) flush();
    },
    note: (note) => line({ kind: "note", note }),
    end: async (finishedAt) => {
      append(formatEndStart(finishedAt, counts));
      append(`${hash.copy().digest("hex")}${endTail}`);
      flush();
      guard(() => {
        fsyncSync(file);
        if (!isSameFile(file, partialPath)) {
          throw replacedMeanwhile(partialPath);
        }
        renameSync(partialPath, path);
        closeSync(file);
      });
      open = false;
    },
    abort: () => {
      if (!open) {
        return;
      }
      open = false;
      const empty = Object.values(counts).every((count) => count === 0);
      try {
        flush();
      } finally {
        if (empty && isSameFile(file, partialPath)) {
          rmSync(partialPath, { force: true });
        }
        closeSync(file);
      }
    },
  };
}

/** Writes all of `bytes`; a single call may take fewer. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length;) {
    offset += writeSync(file, bytes, offset);
  }
}

/** Found out now, not after an hour of collection when the rename fails. */
function refuseFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new UsageError(`Cannot write the snapshot to ${path}: it is a folder. Name a file in it.`);
  }
}

/** False when another process that writes the same snapshot has replaced the partial file by its own. */
function isSameFile(file: number, path: string): boolean {
  const ours = fstatSync(file);
  const current = statSync(path, { throwIfNoEntry: false });
  return current !== undefined && current.ino === ours.ino && current.dev === ours.dev;
}

/** Renaming would publish the other's unfinished file. */
function replacedMeanwhile(partialPath: string): UsageError {
  return new UsageError(
    `Cannot finish the snapshot: another process replaced ${partialPath} meanwhile. Let one run at a time write this file.`,
  );
}

function cannotWrite(path: string, error: unknown): UsageError {
  if (error instanceof UsageError) {
    return error;
  }
  const cause = error instanceof Error ? error.message : String(error);
  return new UsageError(
    `Cannot write the snapshot ${path}: ${cause}. Check that its folder exists, may be written to and has room.`,
    { cause: error },
  );
}

import { randomUUID } from "node:crypto";
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { UsageError } from "../model/error.ts";
import { plainFile } from "./write-file.ts";

/**
 * A lock beside a file that a run is about to write, `<file>.lock`, so that a scan that takes longer than the time between two cron jobs is not overtaken by
 * the next: the second run ends at once, before it has read anything.
 *
 * It holds who has it. A lock is left behind by a run that was killed; so the owner freshens its time of change while it works, and a lock counts for nothing
 * once its process is gone (where that can be told: on the same machine) or it has not been freshened for a while.
 */
interface Owner {
  readonly pid: number;
  /** Host and, on Linux, the namespace in which the pid means something. */
  readonly machine: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** Tells this lock from every other one. */
  readonly token: string;
}

const freshenEveryMs = 30_000;
/** Longer than judging an estate, during which nothing is freshened, can take. */
const staleAfterMs = 15 * 60_000;

/**
 * Runs `work` while holding the locks of some files. Where a folder lets nobody create a file, there is no lock; what is no plain file (`/dev/stdout`, a pipe) has none.
 * @throws UsageError when another run holds one of them
 */
export async function withLocks<T>(paths: readonly string[], now: () => Date, work: () => Promise<T>): Promise<T> {
  const owner: Owner = { pid: process.pid, machine: machine(), since: now().toISOString(), token: randomUUID() };
  const text = `${JSON.stringify(owner)}\n`;
  const held: string[] = [];
  const release = (): void => {
    for (const lock of held) if (textOf(lock) === text) unlinkSync(lock);
  };
  // One order for everybody: two runs with the same files then never wait for each other's.
  const locks = paths.flatMap((path) => plainFile(path) ?? []).toSorted();
  try {
    for (const file of locks) if (take(`${file}.lock`, file, text)) held.push(`${file}.lock`);
    const freshening = setInterval(() => {
      for (const lock of held) freshen(lock);
    }, freshenEveryMs).unref();
    try {
      return await work();
    } finally {
      clearInterval(freshening);
    }
  } finally {
    release();
  }
}

/** @returns false where no file can be created */
function take(lock: string, file: string, text: string): boolean {
  for (let tries = 0; tries < 3; tries++) {
    try {
      create(lock, text);
      return true;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : null;
      if (code === "EACCES" || code === "EPERM" || code === "EROFS") return false;
      if (code === "ENOENT") {
        throw new UsageError(`${file} cannot be written: the folder ${dirname(file)} does not exist`);
      }
      if (code !== "EEXIST") throw new UsageError(`${lock}: cannot be written: ${String(code ?? error)}`);
    }
    const there = textOf(lock);
    if (there === null) continue;
    const reason = holds(lock, there);
    if (reason !== null) {
      throw new UsageError(
        `${file} is being written by another run (${reason}), so this one ends. Wait for that one; if it is gone for certain, delete ${lock}`,
      );
    }
    breakLock(lock, there);
  }
  throw new UsageError(`${lock}: other runs keep taking it. Try again`);
}

/** A lock that could not be written whole, on a disk that is full, would say nothing of who has it and be in everybody's way. */
function create(lock: string, text: string): void {
  const file = openSync(lock, "wx", 0o600);
  try {
    writeFileSync(file, text);
  } catch (error) {
    unlinkSync(lock);
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Who holds a lock, for people; null when nobody does any more. */
function holds(lock: string, text: string): string | null {
  const age = ageOf(lock);
  if (age === null || age > staleAfterMs) return null;
  const owner = ownerIn(text);
  // Written this moment, perhaps, and not yet whole.
  if (owner === null) return "it does not say which";
  const isHere = owner.machine === machine();
  if (isHere && !isAlive(owner.pid)) return null;
  return `process ${owner.pid}${isHere ? "" : ` on ${owner.machine}`}, since ${owner.since}`;
}

/** Removes a stale lock. Between seeing it and removing it another run may have done the same and taken it: then it is put back. */
function breakLock(lock: string, text: string): void {
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  try {
    if (textOf(aside) !== text) linkSync(aside, lock);
  } catch {
    // Somebody has taken the place meanwhile; there is one lock then, as there should be.
  } finally {
    unlinkSync(aside);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function ownerIn(text: string): Pick<Owner, "pid" | "machine" | "since"> | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    if (!("pid" in value) || !("machine" in value) || !("since" in value)) return null;
    const { pid, machine: where, since } = value;
    const isPid = typeof pid === "number" && Number.isSafeInteger(pid) && pid > 0;
    return isPid && typeof where === "string" && typeof since === "string" ? { pid, machine: where, since } : null;
  } catch {
    return null;
  }
}

/** Containers may share a host's name and count their processes apart. */
function machine(): string {
  let namespace = "";
  try {
    namespace = ` ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    // Not Linux: there are no such namespaces.
  }
  return `${hostname()}${namespace}`;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function ageOf(path: string): number | null {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return null;
  }
}

function freshen(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Removed by hand: nothing is left to freshen.
  }
}

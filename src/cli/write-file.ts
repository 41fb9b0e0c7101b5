import { randomUUID } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { UsageError } from "../model/error.ts";

/**
 * Writes a file whole: its readers see the old text or the new one, never a part. Readable by its owner alone, for a report tells where an estate is
 * open. What is no plain file (`/dev/stdout`, a pipe) and what lies in a folder that lets nobody create a file is written in place.
 * @throws UsageError when the disk refuses
 */
export async function writeWhole(path: string, text: string, flag: string): Promise<void> {
  try {
    const file = plainFile(path);
    if (file === null || !(await replace(file, text))) await writeFile(path, text, { mode: 0o600 });
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UsageError(`${flag} ${path}: cannot be written: ${reason}`);
  }
}

/** The path of a plain file, links followed; a file that is not there yet is one. Null for devices, pipes and sockets. */
export function plainFile(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return path;
  return found.isFile() ? realpathSync(path) : null;
}

/** @returns false where no file can be created beside this one */
async function replace(path: string, text: string): Promise<boolean> {
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(beside, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
    return true;
  } catch (error) {
    await rm(beside, { force: true });
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "EACCES" || code === "EPERM") return false;
    throw error;
  }
}

import type { Stats } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { gunzipSync } from "node:zlib";
import { UsageError } from "../model/error.ts";
import type { Json } from "../model/finding.ts";
import { decodeText, parseJsonText } from "./json-text.ts";

/** One JSON document of a dump: what one answer of a vendor's CLI or API is taken for. */
export interface DumpDocument {
  /** The file as the user would name it. */
  readonly file: string;
  /** Folder and file names of the absolute path, outermost first, percent-encoding undone (an ARN as a file name holds `/`). */
  readonly path: readonly string[];
  readonly value: Json;
}

/** A file, or a part of one, that could not be read as JSON. */
export interface FileProblem {
  readonly file: string;
  /** As {@link DumpDocument.path}. */
  readonly path: readonly string[];
  /** How the part that could not be read begins; empty when nothing of it is text. */
  readonly start: string;
  /** What is wrong with it, as words that follow the file's name: `is not JSON`. */
  readonly cause: string;
}

/** Every JSON document below the given paths, in an order that does not depend on the order of the paths. */
export interface Dump {
  readonly documents: readonly DumpDocument[];
  /** Files that are not JSON at all, among them empty ones: other things lie in folders too. */
  readonly notJson: readonly string[];
  /** JSON that could not be read whole. */
  readonly problems: readonly FileProblem[];
}

/** Limits of {@link readDump}. */
export interface DumpLimits {
  /** Bytes of one file, after decompression. */
  readonly fileBytes: number;
}

export const dumpLimits: DumpLimits = { fileBytes: 256 * 1024 * 1024 };

/** Deeper than any vendor's answer, and shallow enough for everything that walks a document. */
const maxDepth = 200;

/**
 * Reads files and folders, at any depth and of any name: JSON, JSON Lines, several documents in one file, UTF-8 or UTF-16, plain or gzip
 * by content. Hidden files of a folder are left out, pipes, sockets and devices in it are problems; a file that is reached twice is read once.
 *
 * Throws a UsageError when a path does not exist, is neither a file nor a folder, or may not be read.
 */
export async function readDump(paths: readonly string[], limits: DumpLimits = dumpLimits): Promise<Dump> {
  const documents: DumpDocument[] = [];
  const notJson: string[] = [];
  const problems: FileProblem[] = [];
  const files = await listFiles(paths, (file, cause) =>
    problems.push({ file, path: namesOf(resolve(file)), start: "", cause }),
  );
  for (const file of files) {
    const path = namesOf(file.absolute);
    const problem = (cause: string, start = ""): void => void problems.push({ file: file.name, path, start, cause });
    const read = await readText(file.absolute, limits);
    if ("failure" in read) {
      problem(read.failure);
      continue;
    }
    const parsed = parseJsonText(read.text);
    if (parsed.documents.length === 0 && !looksLikeJson(read.text)) {
      notJson.push(file.name);
      continue;
    }
    for (const { kind, line, start } of parsed.problems) {
      problem(
        kind === "cut-off"
          ? `is cut off: the JSON that begins at line ${line} never ends`
          : `is not valid JSON from line ${line} on`,
        start,
      );
    }
    for (const value of parsed.documents) {
      if (isDeeperThan(value, maxDepth)) {
        problem(`is nested deeper than ${maxDepth} levels, as no answer of a cloud is`);
      } else {
        documents.push({ file: file.name, path, value });
      }
    }
  }
  return { documents, notJson, problems };
}

interface FileOfDump {
  readonly name: string;
  readonly absolute: string;
}

async function listFiles(
  paths: readonly string[],
  onUnreadable: (name: string, cause: string) => void,
): Promise<FileOfDump[]> {
  const seen = new Map<string, FileOfDump>();
  const visit = async (name: string): Promise<void> => {
    const absolute = await realpath(name);
    if (seen.has(absolute)) {
      return;
    }
    seen.set(absolute, { name, absolute: resolve(name) });
    const stats = await stat(absolute);
    if (!stats.isFile() && !stats.isDirectory()) {
      seen.delete(absolute);
      throw new NoFile(kindOf(stats));
    }
    if (stats.isDirectory()) {
      for (const entry of await readdir(absolute, { withFileTypes: true })) {
        if (!entry.name.startsWith(".")) {
          const child = join(name, entry.name);
          // A link that leads nowhere, a folder that is closed to us: the rest can still be read.
          await visit(child).catch((error: unknown) =>
            onUnreadable(child, error instanceof NoFile ? error.message : `could not be read: ${messageOf(error)}`),
          );
        }
      }
      seen.set(absolute, { name: "", absolute });
    }
  };
  for (const path of paths) {
    try {
      await visit(path);
    } catch (error) {
      throw cannotRead(path, error);
    }
  }
  return [...seen.values()].filter((file) => file.name !== "").toSorted((a, b) => compare(a.absolute, b.absolute));
}

/** Something that is neither a file nor a folder: reading it could wait for ever, and could give something else each time. */
class NoFile extends Error {
  override readonly name = "NoFile";

  constructor(kind: string) {
    super(`is ${kind}, not a file`);
  }
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function readText(
  absolute: string,
  limits: DumpLimits,
): Promise<{ readonly text: string } | { readonly failure: string }> {
  const tooLarge = `is larger than ${Math.floor(limits.fileBytes / 2 ** 20)} MiB; split it into several files`;
  try {
    if ((await stat(absolute)).size > limits.fileBytes) {
      return { failure: tooLarge };
    }
    const bytes = await readFile(absolute);
    const [first, second] = bytes;
    const isGzip = first === 0x1f && second === 0x8b;
    return { text: decodeText(isGzip ? gunzipSync(bytes, { maxOutputLength: limits.fileBytes }) : bytes) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE") {
      return { failure: tooLarge };
    }
    return { failure: `could not be read: ${messageOf(error)}` };
  }
}

function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/u.test(text);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function namesOf(absolute: string): readonly string[] {
  return absolute
    .split(sep)
    .filter((name) => name !== "")
    .map(decodeName);
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function isDeeperThan(value: Json, limit: number): boolean {
  let level: Json[] = [value];
  for (let depth = 0; depth <= limit; depth += 1) {
    const next: Json[] = [];
    for (const node of level) {
      if (typeof node === "object" && node !== null) {
        for (const child of Object.values(node)) {
          next.push(child);
        }
      }
    }
    if (next.length === 0) {
      return false;
    }
    level = next;
  }
  return true;
}

function cannotRead(path: string, error: unknown): unknown {
  if (error instanceof NoFile) {
    return new UsageError(`Cannot import ${path}: it ${error.message}. Write the answers to a file and name that.`);
  }
  if (!(error instanceof Error) || !("code" in error)) {
    return error;
  }
  const cause = error.code === "ENOENT" ? "it does not exist" : error.message;
  return new UsageError(
    `Cannot import ${path}: ${cause}. Name files or folders with the JSON output of a cloud's CLI.`,
    {
      cause: error,
    },
  );
}

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { UsageError } from "../model/error.ts";
import type { Json } from "../model/finding.ts";
import type { Snapshot } from "./record.ts";
import { memorySink } from "./sinks.ts";
import type { MemorySink } from "./sinks.ts";
import { endTail, parseBody, parseEnd, parseHeader, snapshotVersion } from "./lines.ts";
import type { BodyLine, SnapshotCounts } from "./lines.ts";

const lineFeed = 0x0a;
/** A header is short; a file that shows no line end within this is not a snapshot. */
const maxHeaderBytes = 64 * 1024;
/** One record is one API item; more than this is damage, and Node could not hold it as a string. */
const maxLineBytes = 256 * 1024 * 1024;
const headerStart = '{"kind":"header"';
const endStart = Buffer.from('{"kind":"end"');
const digestLength = 64;

/**
 * Reads and verifies a snapshot file, line by line; plain or gzip by content, whatever its name.
 *
 * Throws a UsageError that names file, line, cause and next step when it cannot be read, is not a snapshot, was written by a newer
 * Rampart, was cut off (no end line), was altered (digest or counts differ, something follows the end) or holds a malformed line.
 */
export async function readSnapshot(path: string): Promise<Snapshot> {
  const reader = snapshotReader(path);
  await feed(path, reader);
  return reader.finish();
}

/**
 * Reads what a run that was killed left behind: every whole line up to where the file breaks off. `finishedAt` is when it was begun, for nobody knows
 * when it ended. Null where it broke off within its first line.
 *
 * Throws a UsageError that names file, line, cause and next step when it cannot be read, is not a snapshot, or holds a malformed line.
 */
export async function readPartialSnapshot(path: string): Promise<Snapshot | null> {
  const reader = snapshotReader(path);
  try {
    await feed(path, reader);
  } catch (error) {
    // A member of gzip that was cut off gives what it had, and then this.
    if (!(error instanceof UsageError && isCutOffGzip(error.cause))) throw error;
  }
  return reader.soFar();
}

function isCutOffGzip(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "Z_BUF_ERROR";
}

async function feed(path: string, reader: SnapshotReader): Promise<void> {
  try {
    const gzip = await startsLikeGzip(path);
    const consume = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of chunks) {
        reader.push(chunk);
      }
    };
    const file = createReadStream(path, { highWaterMark: 256 * 1024 });
    await (gzip ? pipeline(file, createGunzip(), consume) : pipeline(file, consume));
  } catch (error) {
    throw cannotRead(path, error);
  }
}

interface SnapshotReader {
  readonly push: (chunk: Uint8Array) => void;
  readonly finish: () => Snapshot;
  /** What was read of a file that need not have an end; null where it breaks off within its header. */
  readonly soFar: () => Snapshot | null;
}

function snapshotReader(path: string): SnapshotReader {
  const hash = createHash("sha256");
  const counts = { target: 0, record: 0, coverage: 0, note: 0 };
  let sink: MemorySink | null = null;
  let startedAt = "";
  let finishedAt: string | null = null;
  let lineNumber = 1;
  let rest: Uint8Array[] = [];
  let restBytes = 0;

  const refuse = (cause: string): UsageError => new UsageError(`Snapshot ${path}, line ${lineNumber}: ${cause}`);
  const again = "Collect it again, or fetch an unharmed copy.";

  const parseLine = (bytes: Buffer): Json => {
    try {
      return parseJson(bytes.toString("utf8"));
    } catch {
      throw refuse(`this line is not valid JSON; the file was altered or damaged. ${again}`);
    }
  };
  const header = (bytes: Buffer): MemorySink => {
    const notSnapshot = new UsageError(
      `${path} is not a Rampart snapshot: its first line is no snapshot header. ` +
        "Name a file that `rampart collect --output FILE` wrote; JSON written by a cloud's own CLI is read with --import.",
    );
    let json: Json;
    try {
      json = parseJson(bytes.toString("utf8"));
    } catch {
      throw notSnapshot;
    }
    const parsed = parseHeader(json);
    if (!parsed.ok) {
      throw notSnapshot;
    }
    if (parsed.value.version > snapshotVersion) {
      throw new UsageError(
        `Snapshot ${path} was written by a newer Rampart (${parsed.value.tool.version}): its format is version ` +
          `${parsed.value.version}, this Rampart reads up to ${snapshotVersion}. Update Rampart.`,
      );
    }
    ({ startedAt } = parsed.value);
    return memorySink("snapshot", startedAt);
  };
  const end = (bytes: Buffer): string => {
    const parsed = parseEnd(parseLine(bytes));
    if (!parsed.ok) {
      throw refuse(`malformed end line (${parsed.cause}); the file was altered or damaged. ${again}`);
    }
    const digestAt = bytes.length - (digestLength + endTail.length - 1);
    hash.update(bytes.subarray(0, Math.max(digestAt, 0)));
    const covered = `${hash.digest("hex")}${endTail.trimEnd()}`;
    if (bytes.subarray(Math.max(digestAt, 0)).toString("latin1") !== covered) {
      throw refuse(`the digest does not match: the file was altered after it was written. ${again}`);
    }
    const wrong = differingKind(parsed.value.counts, counts);
    if (wrong !== null) {
      throw refuse(`the end line counts other ${wrong} lines than the file holds: it was altered. ${again}`);
    }
    return parsed.value.finishedAt;
  };
  const line = (bytes: Buffer): void => {
    if (sink === null) {
      sink = header(bytes);
    } else if (finishedAt !== null) {
      throw refuse(
        `something follows the end line; a snapshot is one file. Name several with --snapshot A --snapshot B.`,
      );
    } else if (bytes.subarray(0, endStart.length).equals(endStart)) {
      finishedAt = end(bytes);
    } else {
      const parsed = parseBody(parseLine(bytes));
      if (!parsed.ok) {
        throw refuse(`malformed line (${parsed.cause}); the file was altered or damaged. ${again}`);
      }
      deliver(parsed.value, sink);
      counts[parsed.value.kind] += 1;
    }
    if (finishedAt === null) {
      hash.update(bytes).update("\n");
    }
    lineNumber += 1;
  };
  const keep = (part: Uint8Array): void => {
    rest.push(part);
    restBytes += part.length;
    if (sink === null && restBytes > maxHeaderBytes) {
      header(Buffer.alloc(0));
    }
    if (restBytes > maxLineBytes) {
      throw refuse(`this line is longer than ${maxLineBytes} bytes; the file was altered or damaged. ${again}`);
    }
  };

  return {
    push: (chunk) => {
      let from = 0;
      for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, from)) {
        keep(chunk.subarray(from, at));
        const bytes = Buffer.concat(rest);
        rest = [];
        restBytes = 0;
        line(bytes);
        from = at + 1;
      }
      keep(chunk.subarray(from));
    },
    finish: () => {
      if (sink === null) {
        // No line end at all: either no snapshot, or one that broke off within its first line.
        sink = header(Buffer.concat(rest));
      }
      if (finishedAt === null || restBytes > 0) {
        throw refuse(
          restBytes > 0 && finishedAt !== null
            ? `something follows the end line; a snapshot is one file. ${again}`
            : `the file is cut off: its end line is missing. The run that wrote it was interrupted, or the copy is not whole. ${again}`,
        );
      }
      return sink.finish(finishedAt);
    },
    soFar: () => {
      const begun = Buffer.concat(rest).toString("utf8");
      if (sink === null && headerStart.startsWith(begun.slice(0, headerStart.length))) return null;
      sink ??= header(Buffer.concat(rest));
      return sink.finish(finishedAt ?? startedAt);
    },
  };
}

function parseJson(text: string): Json {
  const value: Json = JSON.parse(text);
  return value;
}

function deliver(line: BodyLine, sink: MemorySink): void {
  switch (line.kind) {
    case "target": {
      const { kind: _, ...target } = line;
      return sink.target(target);
    }
    case "record": {
      const { kind: _, ...record } = line;
      return sink.record(record);
    }
    case "coverage": {
      const { kind: _, ...coverage } = line;
      return sink.coverage(coverage);
    }
    case "note":
      return sink.note(line.note);
  }
}

function differingKind(said: SnapshotCounts, found: SnapshotCounts): keyof SnapshotCounts | null {
  const kinds = ["target", "record", "coverage", "note"] as const;
  return kinds.find((kind) => said[kind] !== found[kind]) ?? null;
}

async function startsLikeGzip(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(2), position: 0 });
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

function cannotRead(path: string, error: unknown): unknown {
  if (error instanceof UsageError || !(error instanceof Error)) {
    return error;
  }
  const code = "code" in error ? String(error.code) : "";
  if (code === "ENOENT") {
    return new UsageError(`Snapshot ${path} does not exist. Check the path.`, { cause: error });
  }
  if (code.startsWith("Z_")) {
    return new UsageError(
      `Snapshot ${path}: its gzip data is cut off or damaged (${error.message}). Collect it again, or fetch an unharmed copy.`,
      { cause: error },
    );
  }
  if (code.startsWith("E") && !code.startsWith("ERR_")) {
    return new UsageError(`Snapshot ${path} cannot be read: ${error.message}. Check its path and permissions.`, {
      cause: error,
    });
  }
  return error;
}

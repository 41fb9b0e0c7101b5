import type { Options } from "../config/options.ts";
import { UsageError } from "../model/error.ts";
import type { OnScanEvent } from "../model/progress.ts";
import { clouds, type Cloud } from "../model/resource.ts";
import type { Snapshot, SnapshotSink } from "../snapshot/record.ts";
import { memorySink } from "../snapshot/sinks.ts";
import type { Io } from "./io.ts";

/** Clouds that Rampart can read today. */
const readable: readonly Cloud[] = ["aws"];

/** What a command works on, and whether Ctrl-C cut its reading short. */
export interface Acquired {
  readonly snapshot: Snapshot;
  readonly interrupted: boolean;
}

/**
 * The snapshot a command line asks for: of live targets, or saved ones in their place.
 * @throws UsageError for words that are no cloud, for options that do not go together, and for files that cannot be used
 */
export async function acquire(
  operands: readonly string[],
  given: Options,
  io: Io,
  onEvent: OnScanEvent,
): Promise<Acquired> {
  const { words, options } = splitOperands(operands, given);
  const chosen = cloudsOf(words);
  const saved = await readSaved(words, options, io);
  if (saved !== null) return { snapshot: saved, interrupted: false };
  return readLive(io, (sink, signal) => collectLive(chosen, options, sink, onEvent, signal));
}

/** Collects into memory; Ctrl-C ends the collection and keeps what was read. */
export async function readLive(
  io: Io,
  collect: (sink: SnapshotSink, signal: AbortSignal) => Promise<void>,
): Promise<Acquired> {
  const sink = memorySink("live", io.now().toISOString());
  const interruption = new AbortController();
  const stopListening = io.onInterrupt(() => {
    interruption.abort();
  });
  try {
    await collect(sink, interruption.signal);
  } finally {
    stopListening();
  }
  return { snapshot: sink.finish(io.now().toISOString()), interrupted: interruption.signal.aborted };
}

/**
 * The clouds a command line names; every readable one when it names none.
 * @throws UsageError for a word that is no cloud
 */
export function cloudsOf(operands: readonly string[]): readonly Cloud[] {
  for (const word of operands) {
    if (!readable.some((cloud) => cloud === word)) {
      throw new UsageError(`${word}: not a cloud Rampart reads; it reads ${readable.join(", ")}`);
    }
  }
  return operands.length === 0 ? readable : clouds.filter((cloud) => operands.includes(cloud));
}

/** Reads live targets into a sink. An abort ends the collection early; what was not asked is recorded as skipped. */
export async function collectLive(
  chosen: readonly Cloud[],
  options: Options,
  sink: SnapshotSink,
  onEvent: OnScanEvent,
  signal: AbortSignal,
): Promise<void> {
  for (const cloud of chosen) {
    if (cloud !== "aws") continue;
    const { collectAws } = await import("../providers/aws/collect.ts");
    await collectAws(
      {
        profiles: options.profile,
        role: options.role,
        externalId: options["external-id"],
        organization: options.organization,
        accounts: options.account,
        regions: options.region,
        concurrency: options.concurrency,
        callTimeoutMs: options["call-timeout"] * 1000,
        environment: process.env,
      },
      sink,
      onEvent,
      signal,
    );
  }
}

/**
 * Tells clouds from files among what stands by position. A shell makes one flag and many words of `--import *.json`, so with --snapshot or
 * --import (one of them) every word that is no cloud is one more file.
 */
function splitOperands(
  operands: readonly string[],
  options: Options,
): { readonly words: readonly string[]; readonly options: Options } {
  const { snapshot, import: imports } = options;
  if (snapshot.length > 0 === imports.length > 0) return { words: operands, options };
  const isCloud = (word: string): boolean => clouds.some((cloud) => cloud === word);
  const files = operands.filter((word) => !isCloud(word));
  return {
    words: operands.filter(isCloud),
    options:
      snapshot.length > 0
        ? { ...options, snapshot: [...snapshot, ...files] }
        : { ...options, import: [...imports, ...files] },
  };
}

/**
 * Saved snapshots or CLI output in place of live targets; null when neither was given.
 * @throws UsageError when both kinds, or live options beside them, were given, or a file cannot be used
 */
async function readSaved(chosen: readonly string[], options: Options, io: Io): Promise<Snapshot | null> {
  const { snapshot, import: imports } = options;
  if (snapshot.length === 0 && imports.length === 0) return null;
  const live = (["profile", "region", "account", "role", "external-id"] as const).filter((name) => {
    const value = options[name];
    return value !== null && value.length > 0;
  });
  if (live.length > 0 || chosen.length > 0) {
    const words = [...live.map((name) => `--${name}`), ...chosen].join(", ");
    throw new UsageError(`${words}: choose live targets, which --snapshot and --import replace. Leave one of them out`);
  }
  const { mergeSnapshots } = await import("../snapshot/merge.ts");
  const { readSnapshot } = await import("../snapshot/read.ts");
  const parts: Snapshot[] = [];
  for (const path of snapshot) parts.push(await readSnapshot(path));
  if (imports.length > 0) {
    const { importFiles } = await import("../snapshot/import.ts");
    const { awsRecogniser } = await import("../providers/aws/import/recognise.ts");
    parts.push(await importFiles(imports, [awsRecogniser], { now: io.now }));
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : mergeSnapshots(parts);
}

import type { OptionName, Options } from "../config/options.ts";
import { MissingCredentials, UsageError } from "../model/error.ts";
import type { OnScanEvent } from "../model/progress.ts";
import { clouds, type Cloud } from "../model/resource.ts";
import type { Snapshot, SnapshotSink } from "../snapshot/record.ts";
import { memorySink } from "../snapshot/sinks.ts";
import { noteOn, timeoutMs, watchForEnd, type Ending } from "./ending.ts";
import type { Io } from "./io.ts";

/** Clouds that Rampart can read today, with the options that speak of one of them alone. */
const readable = {
  aws: ["profile", "region", "account", "role", "external-id", "organization"],
  azure: ["subscription", "management-group", "tenant"],
  gcp: ["project", "folder", "organization-id", "impersonate-service-account"],
} as const satisfies Partial<Record<Cloud, readonly OptionName[]>>;

type Readable = keyof typeof readable;
const readableClouds: readonly Readable[] = ["aws", "azure", "gcp"];

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
  const limit = timeoutMs(given.timeout);
  const { words, options } = splitOperands(operands, given);
  const saved = await readSaved(words, options, io);
  if (saved !== null) return { snapshot: saved, interrupted: false };
  const ending = watchForEnd(io, limit);
  return readLive(io, ending, options.timeout, (sink, signal) =>
    collectLive(words, options, io, sink, onEvent, signal),
  );
}

/** Collects into memory; an early end keeps what was read. `timeout` is what --timeout says, for the note on it. */
export async function readLive(
  io: Io,
  ending: Ending,
  timeout: string | null,
  collect: (sink: SnapshotSink, signal: AbortSignal) => Promise<void>,
): Promise<Acquired> {
  const sink = memorySink("live", io.now().toISOString());
  try {
    await collect(sink, ending.signal);
  } finally {
    ending.stop();
  }
  const end = ending.end();
  if (end !== null) sink.note(noteOn(end, timeout));
  return { snapshot: sink.finish(io.now().toISOString()), interrupted: end === "interrupted" };
}

/**
 * The clouds a command line names, or that its options speak of; every readable one when it does neither.
 * @throws UsageError for a word that is no cloud
 */
export function cloudsOf(operands: readonly string[], options: Options): readonly Readable[] {
  for (const word of operands) {
    if (!readableClouds.some((cloud) => cloud === word)) {
      throw new UsageError(`${word}: not a cloud Rampart reads; it reads ${readableClouds.join(", ")}`);
    }
  }
  if (operands.length > 0) return readableClouds.filter((cloud) => operands.includes(cloud));
  const spokenOf = readableClouds.filter((cloud) => readable[cloud].some((name) => isGiven(options[name])));
  return spokenOf.length > 0 ? spokenOf : readableClouds;
}

function isGiven(value: Options[OptionName]): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== false;
}

/**
 * Reads live targets into a sink, all clouds at once. An abort ends the collection early; what was not asked is recorded as skipped.
 * Where no cloud was named, those without credentials are left out with a note.
 * @throws UsageError for options and credentials that cannot work
 */
export async function collectLive(
  operands: readonly string[],
  options: Options,
  io: Io,
  sink: SnapshotSink,
  onEvent: OnScanEvent,
  signal: AbortSignal,
): Promise<void> {
  const chosen = cloudsOf(operands, options);
  const ends = await Promise.allSettled(chosen.map((cloud) => collectors[cloud](options, io, sink, onEvent, signal)));
  const failures = ends.flatMap((end, index) =>
    end.status === "rejected" ? [{ cloud: chosen[index], error: end.reason as unknown }] : [],
  );
  const fatal = failures.find(({ error }) => !(error instanceof MissingCredentials)) ?? null;
  if (fatal !== null) throw fatal.error;
  if (failures.length > 0 && failures.length === chosen.length) {
    throw new UsageError(
      failures.map(({ error }) => (error instanceof Error ? error.message : String(error))).join("\nrampart: "),
    );
  }
  for (const { cloud, error } of failures) {
    sink.note(`${cloud ?? ""} was not scanned: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Collect = (
  options: Options,
  io: Io,
  sink: SnapshotSink,
  onEvent: OnScanEvent,
  signal: AbortSignal,
) => Promise<void>;

const collectors: Readonly<Record<Readable, Collect>> = {
  aws: async (options, io, sink, onEvent, signal) => {
    const { collectAws } = await import("../providers/aws/collect.ts");
    const { profile, role, organization, account, region, concurrency } = options;
    await collectAws(
      {
        profiles: profile,
        role,
        externalId: options["external-id"],
        organization,
        accounts: account,
        regions: region,
        concurrency,
        callTimeoutMs: options["call-timeout"] * 1000,
        environment: io.env,
      },
      sink,
      onEvent,
      signal,
    );
  },
  azure: async (options, io, sink, onEvent, signal) => {
    const { collectAzure } = await import("../providers/azure/collect.ts");
    await collectAzure(
      {
        subscriptions: options.subscription,
        managementGroups: options["management-group"],
        tenant: options.tenant,
        concurrency: options.concurrency,
        callTimeoutMs: options["call-timeout"] * 1000,
        environment: io.env,
      },
      sink,
      onEvent,
      signal,
    );
  },
  gcp: async (options, io, sink, onEvent, signal) => {
    const { collectGcp } = await import("../providers/gcp/collect.ts");
    await collectGcp(
      {
        projects: options.project,
        folders: options.folder,
        organization: options["organization-id"],
        impersonate: options["impersonate-service-account"],
        concurrency: options.concurrency,
        callTimeoutMs: options["call-timeout"] * 1000,
        environment: io.env,
      },
      sink,
      onEvent,
      signal,
    );
  },
};

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
  const stray = chosen.find((word) => !clouds.some((cloud) => cloud === word));
  if (stray !== undefined) {
    throw new UsageError(
      `${stray}: not a cloud Rampart reads, and with --snapshot and --import both given no file stands alone. Put one of them before it`,
    );
  }
  const live = readableClouds.flatMap((cloud) => readable[cloud].filter((name) => isGiven(options[name])));
  if (live.length > 0 || chosen.length > 0) {
    const words = [...live.map((name) => `--${name}`), ...chosen].join(", ");
    throw new UsageError(`${words}: choose live targets, which --snapshot and --import replace. Leave one of them out`);
  }
  const { mergeSnapshots } = await import("../snapshot/merge.ts");
  const { readSnapshot } = await import("../snapshot/read.ts");
  const parts: Snapshot[] = [];
  for (const path of snapshot) parts.push(await readSnapshot(path));
  if (imports.length > 0) parts.push(await readImports(imports, io));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : mergeSnapshots(parts);
}

/**
 * Files and folders of JSON that the clouds' own CLIs printed, as one snapshot.
 * @throws UsageError for what is not there, and where nothing is recognised
 */
export async function readImports(paths: readonly string[], io: Io): Promise<Snapshot> {
  const { importFiles } = await import("../snapshot/import.ts");
  const { awsRecogniser } = await import("../providers/aws/import/recognise.ts");
  const { azureRecogniser } = await import("../providers/azure/import/recognise.ts");
  const { gcpRecogniser } = await import("../providers/gcp/import/recognise.ts");
  return importFiles(paths, [awsRecogniser, azureRecogniser, gcpRecogniser], { now: io.now });
}

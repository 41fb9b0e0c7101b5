import { UsageError } from "../model/error.ts";
import type { Cloud } from "../model/resource.ts";
import { readDump } from "./dump.ts";
import type { Dump, DumpDocument, DumpLimits } from "./dump.ts";
import { snapshotFormat } from "./lines.ts";
import type { Snapshot, SnapshotSink } from "./record.ts";
import { memorySink } from "./sinks.ts";

/** Finds one cloud's answers in a dump, by what the documents hold. */
export interface Recogniser {
  readonly cloud: Cloud;
  /**
   * Writes targets, records, coverage and notes of every document it knows, and gives those documents back. It sees all of them
   * at once, because one document may tell the account or Region of another; and what could not be read, because an answer that is
   * partly lost is not complete.
   */
  readonly recognise: (dump: Pick<Dump, "documents" | "problems">, sink: SnapshotSink) => ReadonlySet<DumpDocument>;
}

/** A file of which nothing was used. */
export interface UnusedFile {
  readonly file: string;
  readonly reason: "not JSON" | "not recognised" | "a Rampart snapshot, which --snapshot reads";
}

/** A snapshot made from a dump. */
export interface ImportedSnapshot extends Snapshot {
  /** Every file of which nothing was used; `notes` names a few of them for each folder. */
  readonly unused: readonly UnusedFile[];
}

/** What {@link importFiles} can be told; the defaults are right outside of tests. */
export interface ImportOptions {
  readonly limits?: DumpLimits;
  readonly now?: () => Date;
}

/**
 * Makes a snapshot of JSON that a cloud's own tools wrote: files, or folders at any depth. The order of `paths` does not matter.
 *
 * Throws a UsageError when a path cannot be read or nothing below the paths is recognised.
 */
export async function importFiles(
  paths: readonly string[],
  recognisers: readonly Recogniser[],
  options: ImportOptions = {},
): Promise<ImportedSnapshot> {
  const now = options.now ?? (() => new Date());
  const sink = memorySink("import", now().toISOString());
  const { dump, snapshots } = withoutSnapshots(await readDump(paths, options.limits));
  const used = new Set(recognisers.flatMap((recogniser) => [...recogniser.recognise(dump, sink)]));
  const unused = unusedFiles(dump, used, snapshots);
  if (used.size === 0) {
    throw nothingRecognised(paths, dump, unused);
  }
  for (const { file, cause } of dump.problems) {
    sink.note(`${file} ${cause}.`);
  }
  for (const note of unusedNotes(unused, dump)) {
    sink.note(note);
  }
  return { ...sink.finish(now().toISOString()), unused };
}

/** Lines of a snapshot look like answers here and there: read as such, most of what it holds would be lost. */
function withoutSnapshots(dump: Dump): { readonly dump: Dump; readonly snapshots: readonly string[] } {
  const snapshots = new Set(dump.documents.filter(isSnapshotHeader).map(({ file }) => file));
  const isOther = ({ file }: { readonly file: string }): boolean => !snapshots.has(file);
  const documents = dump.documents.filter(isOther);
  return { dump: { ...dump, documents, problems: dump.problems.filter(isOther) }, snapshots: [...snapshots] };
}

function isSnapshotHeader({ value }: DumpDocument): boolean {
  return typeof value === "object" && value !== null && "format" in value && value["format"] === snapshotFormat;
}

function unusedFiles(dump: Dump, used: ReadonlySet<DumpDocument>, snapshots: readonly string[]): UnusedFile[] {
  const usedFiles = new Set([...used].map((document) => document.file));
  const idle = new Set(dump.documents.map((document) => document.file).filter((file) => !usedFiles.has(file)));
  return [
    ...[...idle].map((file): UnusedFile => ({ file, reason: "not recognised" })),
    ...dump.notJson.map((file): UnusedFile => ({ file, reason: "not JSON" })),
    ...snapshots.map((file): UnusedFile => ({ file, reason: "a Rampart snapshot, which --snapshot reads" })),
  ];
}

/** How many files and folders a note names. */
const namesInNote = 60;

/** One note for each reason: files by name, and folders of which nothing was used by their name and number of files. */
function unusedNotes(unused: readonly UnusedFile[], dump: Dump): string[] {
  const idle = new Set(unused.map(({ file }) => file));
  const busyFolders = new Set([
    ...dump.documents.filter(({ file }) => !idle.has(file)).flatMap(({ file }) => foldersOf(file)),
    ...dump.problems.flatMap(({ file }) => foldersOf(file)),
  ]);
  return [...Map.groupBy(unused, ({ reason }) => reason)].map(([reason, files]) => {
    const places = Map.groupBy(files, ({ file }) => foldersOf(file).find((folder) => !busyFolders.has(folder)) ?? file);
    const names = [...places].map(([place, members]) =>
      members.length === 1 ? (members[0]?.file ?? place) : `${place} (${members.length} files)`,
    );
    const shared = sharedFolder(files.map(({ file }) => file));
    const shown = names.slice(0, namesInNote).map((name) => name.slice(shared.length));
    const more = names.length > namesInNote ? ` and ${names.length - namesInNote} more` : "";
    const where = shared === "" ? "" : ` in ${shared}`;
    const subject =
      files.length === 1 ? `1 file${where} ${singular[reason]}` : `${files.length} files${where} ${plural[reason]}`;
    return `${subject}: ${shown.join(", ")}${more}.`;
  });
}

const singular: Readonly<Record<UnusedFile["reason"], string>> = {
  "not JSON": "is not JSON",
  "not recognised": "holds nothing that Rampart reads",
  "a Rampart snapshot, which --snapshot reads": "is a Rampart snapshot, which --snapshot reads",
};

const plural: Readonly<Record<UnusedFile["reason"], string>> = {
  "not JSON": "are not JSON",
  "not recognised": "hold nothing that Rampart reads",
  "a Rampart snapshot, which --snapshot reads": "are Rampart snapshots, which --snapshot reads",
};

/** The innermost folder that all files lie in; empty when there is none. */
function sharedFolder(files: readonly string[]): string {
  const [first, ...others] = files.map(foldersOf);
  return first?.findLast((folder) => others.every((folders) => folders.includes(folder))) ?? "";
}

/** The folders above a file, outermost first, each with its last separator. */
function foldersOf(file: string): readonly string[] {
  return [...file.matchAll(/[/\\]+/gu)]
    .map((found) => file.slice(0, found.index + found[0].length))
    .filter((folder) => folder !== "/");
}

function nothingRecognised(paths: readonly string[], dump: Dump, unused: readonly UnusedFile[]): UsageError {
  const problems = dump.problems.map(({ file, cause }) => `${file} ${cause}`);
  const details = [...problems, ...unused.map(({ file, reason }) => `${file}: ${reason}`)];
  const found = details.length === 0 ? "There is no file." : `Found: ${details.slice(0, 8).join("; ")}.`;
  return new UsageError(
    `Nothing in ${paths.join(", ")} is recognised as the JSON output of a cloud's CLI. ${found} ` +
      "Save answers such as `aws ec2 describe-security-groups --output json > security-groups.json`, " +
      "`az network nsg list --output json > security-groups.json` or " +
      "`gcloud compute firewall-rules list --format=json > firewall-rules.json`, and name their folder.",
  );
}

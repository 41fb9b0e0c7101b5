import type { Json } from "../../../src/model/finding.ts";
import { awsRecogniser } from "../../../src/providers/aws/import/recognise.ts";
import { parseJsonText } from "../../../src/snapshot/json-text.ts";
import type { Snapshot } from "../../../src/snapshot/record.ts";
import { memorySink } from "../../../src/snapshot/sinks.ts";
import { account, region } from "./import-samples.ts";

/** The folder that tells account and Region, in tests that are about something else. */
export const at = `${account}/${region}`;

/** Puts files into {@link at}. */
export function placed(files: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(files).map(([name, value]) => [`${at}/${name}`, value]));
}

/** Imports files given as path and content; text is parsed as the files of a dump are. */
export function importDump(
  files: Readonly<Record<string, Json>>,
  order: (paths: string[]) => string[] = (p) => p,
): Snapshot & { used: number } {
  const sink = memorySink("import", "2026-01-01T00:00:00Z");
  const problems: { file: string; path: string[]; start: string; cause: string }[] = [];
  const documents = order(Object.keys(files)).flatMap((file) => {
    const content = files[file] ?? null;
    const path = file.split("/").map(decodeURIComponent);
    const parsed = typeof content === "string" ? parseJsonText(content) : { documents: [content], problems: [] };
    problems.push(...parsed.problems.map(({ start, kind }) => ({ file, path, start, cause: kind })));
    return parsed.documents.map((value) => ({ file, path, value }));
  });
  const used = awsRecogniser.recognise({ documents, problems }, sink).size;
  return { ...sink.finish("2026-01-01T00:00:00Z"), used };
}

/** `operation account/region` of every record, with its request. */
export function recordsIn({ records }: Snapshot): string[] {
  return records
    .map(({ operation, account: owner, region: place, request }) =>
      [operation, `${owner}/${place}`, ...Object.values(request ?? {})].join(" "),
    )
    .toSorted();
}

export function statusOf({ coverage }: Snapshot, operation: string, place: string = region): string {
  const rows = coverage.filter((row) => row.operation === operation && row.region === place);
  return rows.map(({ status, items }) => `${status} ${items}`).join(", ");
}

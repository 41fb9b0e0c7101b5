import * as v from "valibot";
import type { Json } from "../model/finding.ts";
import type { Coverage } from "../model/coverage.ts";
import type { ReportTarget } from "../model/report.ts";
import type { SnapshotRecord, VendorObject } from "./record.ts";

/**
 * The lines of a snapshot file (JSON Lines, UTF-8, `\n` after every line): a header, then target, record, coverage and note
 * lines in the order they were read, then one end line. The end line is
 *
 *     {"kind":"end","finishedAt":"…","counts":{…},"sha256":"…"}
 *
 * and `sha256` covers every byte of the file that stands before its own value, the beginning of the end line included.
 */

/** Newest version of the format that this Rampart writes and reads. */
export const snapshotVersion = 1;

/** The first line's `format`: how a file says that it is a snapshot. */
export const snapshotFormat = "rampart-snapshot";

/** What a snapshot file says about itself in its first line. */
export interface SnapshotHeader {
  readonly tool: { readonly name: string; readonly version: string };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/** How many lines of each kind stand between header and end. */
export interface SnapshotCounts {
  readonly target: number;
  readonly record: number;
  readonly coverage: number;
  readonly note: number;
}

/** A line between header and end. */
export type BodyLine =
  | ({ readonly kind: "target" } & ReportTarget)
  | ({ readonly kind: "record" } & SnapshotRecord)
  | ({ readonly kind: "coverage" } & Coverage)
  | { readonly kind: "note"; readonly note: string };

const isObject = (value: unknown): value is VendorObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A request's parameters. Not `v.record`, which leaves out members such as `__proto__`. */
const requestSchema = v.custom<Readonly<Record<string, string>>>(
  (value) => isObject(value) && Object.values(value).every((member) => typeof member === "string"),
  "expected an object of strings",
);

const targetMembers = { cloud: v.picklist(["aws", "azure", "gcp"]), account: v.string(), region: v.string() };

const failedStatuses = ["denied", "throttled", "unreachable", "malformed", "disabled", "skipped"] as const;

const bodySchema = v.variant("kind", [
  v.object({
    kind: v.literal("target"),
    ...targetMembers,
    name: v.nullable(v.string()),
    status: v.picklist(["scanned", "disabled", "skipped"]),
    note: v.nullable(v.string()),
  }),
  v.object({
    kind: v.literal("record"),
    ...targetMembers,
    operation: v.string(),
    request: v.exactOptional(requestSchema),
    data: v.custom<VendorObject>(isObject, "expected an object"),
  }),
  v.object({
    kind: v.literal("coverage"),
    ...targetMembers,
    operation: v.string(),
    status: v.picklist(["complete", ...failedStatuses]),
    items: v.number(),
    error: v.nullable(v.string()),
    gaps: v.exactOptional(
      v.array(v.object({ request: requestSchema, status: v.picklist(failedStatuses), error: v.string() })),
    ),
  }),
  v.object({ kind: v.literal("note"), note: v.string() }),
]);

const headerSchema = v.object({
  kind: v.literal("header"),
  format: v.literal(snapshotFormat),
  version: v.number(),
  tool: v.object({ name: v.string(), version: v.string() }),
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
});

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const endSchema = v.object({
  kind: v.literal("end"),
  finishedAt: v.pipe(v.string(), v.isoTimestamp()),
  counts: v.object({ target: count, record: count, coverage: count, note: count }),
  sha256: v.string(),
});

/** A parsed line, or why it is none, in words. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly cause: string };

function parse<T>(schema: v.GenericSchema<unknown, T>, line: Json): Parsed<T> {
  const result = v.safeParse(schema, line);
  if (result.success) {
    return { ok: true, value: result.output };
  }
  const issue = result.issues[0];
  const where = v.getDotPath(issue);
  return { ok: false, cause: where === null ? issue.message : `${where}: ${issue.message}` };
}

/** Reads a header line; its `version` may be newer than {@link snapshotVersion}. */
export function parseHeader(line: Json): Parsed<SnapshotHeader & { readonly version: number }> {
  return parse(headerSchema, line);
}

/** Reads a target, record, coverage or note line. */
export function parseBody(line: Json): Parsed<BodyLine> {
  return parse(bodySchema, line);
}

/** Reads the end line. */
export function parseEnd(
  line: Json,
): Parsed<{ readonly finishedAt: string; readonly counts: SnapshotCounts; readonly sha256: string }> {
  return parse(endSchema, line);
}

/** The header line, without its line feed. */
export function formatHeader(header: SnapshotHeader): string {
  const { tool, startedAt } = header;
  return JSON.stringify({ kind: "header", format: snapshotFormat, version: snapshotVersion, tool, startedAt });
}

/** Everything of the end line up to the digest's own value. */
export function formatEndStart(finishedAt: string, counts: SnapshotCounts): string {
  return `${JSON.stringify({ kind: "end", finishedAt, counts }).slice(0, -1)},"sha256":"`;
}

/** What follows the digest in the end line, its line feed included. */
export const endTail = '"}\n';

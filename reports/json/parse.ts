import * as v from "valibot";
import { UsageError } from "../../src/model/error.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import { shorten } from "../escape/shorten.ts";
import { terminalText } from "../escape/terminal.ts";
import { jsonReportSchema } from "./schema.ts";
import type { JsonReport } from "./schema.ts";

/** How many faults of a bad report are named. */
const faultsShown = 5;

/**
 * The inverse of renderJson, for `render`, `diff` and `--baseline`: what renderJson wrote comes back equal.
 * `name` is what the text is called in errors, usually its file name.
 *
 * @throws UsageError that names the first faults by path when the text is not JSON, not a Rampart report, or from a newer Rampart.
 */
export function parseReport(text: string, name = "the report"): Report {
  const value = parseJson(text, name);
  const version = schemaVersion(value);
  if (version === undefined) {
    throw new UsageError(
      `${name} is JSON but not a Rampart report: it has no schemaVersion. Write one with \`rampart scan --format json\`.`,
    );
  }
  if (typeof version === "number" && version > 1) {
    throw new UsageError(
      `${name} was written by a newer Rampart (schemaVersion ${version}; this one reads 1). Update Rampart, or write the report again with this version.`,
    );
  }
  const result = v.safeParse(jsonReportSchema, value);
  if (!result.success) {
    throw new UsageError(`${name} is not a valid Rampart report:\n${faults(result.issues)}`);
  }
  const { findings, baseline, ...rest } = result.output;
  return {
    ...rest,
    findings: findings.map(parseFinding),
    baseline: baseline === null ? null : { ...baseline, fixed: baseline.fixed.map(parseFinding) },
  };
}

function parseFinding({ cloud, account, region, resource, ...finding }: JsonReport["findings"][number]): Finding {
  return { ...finding, resource: { cloud, account, region, ...resource } };
}

function parseJson(text: string, name: string): unknown {
  try {
    // A byte order mark is what some editors add; JSON does not know it.
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const cause = error instanceof Error ? terminalText(shorten(error.message, 200), true) : "unreadable";
    throw new UsageError(
      `${name} is not JSON (${cause}). Give a report that \`rampart scan --format json\` wrote, whole.`,
    );
  }
}

function schemaVersion(value: unknown): unknown {
  return typeof value === "object" && value !== null && "schemaVersion" in value ? value.schemaVersion : undefined;
}

function faults(issues: readonly v.BaseIssue<unknown>[]): string {
  const lines = issues.slice(0, faultsShown).map((issue) => {
    const path = (issue.path ?? []).map((item) => String(item.key)).join(".");
    return `  ${terminalText(shorten(`${path === "" ? "the document" : path}: ${issue.message}`, 300), true)}`;
  });
  const more = issues.length - faultsShown;
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join("\n");
}

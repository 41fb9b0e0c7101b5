import { gzipSync } from "node:zlib";
import type { Log, Run } from "sarif";
import { isKnown, type Coverage } from "../../src/model/coverage.ts";
import type { Report } from "../../src/model/report.ts";
import type { Target } from "../../src/model/resource.ts";
import { targetKey } from "../../src/model/resource.ts";
import { jsonText } from "../escape/json.ts";
import { shorten } from "../escape/shorten.ts";
import { terminalText } from "../escape/terminal.ts";
import type { Rendered, SarifOptions } from "../format.ts";
import { fileBytes, resultsPerRun, runsPerFile } from "./limits.ts";
import { driverName, gravestFirst, sarifRun } from "./runs.ts";
import type { TargetPart } from "./runs.ts";

/** A target whose run is not written, and why. */
interface LeftOut {
  readonly target: string;
  readonly reason: string;
}

/**
 * SARIF 2.1.0 that GitHub code scanning takes.
 *
 * - One run per account and Region that was read completely, even without findings: that is how GitHub learns that alerts are
 *   fixed. A target that was not read completely has no run, because an upload closes every alert it does not repeat; it is named
 *   in the remarks and in the log's properties. A report without any such target gives a log without runs: there is nothing to upload.
 * - Only failed findings. What could not be judged would show as an alert of its check's full severity, which claims a defect
 *   nobody has seen; its number stands in the remarks. Suppressed findings are left out because GitHub opens alerts for them.
 * - At most 20 runs and 10 MB (gzip) per document, so there may be several; upload each by itself. At most 5,000 results per run,
 *   the gravest; what is cut is counted in the remarks.
 */
export function renderSarif(report: Report, options: SarifOptions): Rendered {
  const remarks: string[] = [];
  const leftOut: LeftOut[] = [];
  const runs: { readonly run: Run; readonly bytes: number }[] = [];
  for (const part of targetParts(report, options)) {
    const reason = options.includeIncomplete ? null : whyLeftOut(part, report);
    if (reason !== null) {
      leftOut.push({ target: name(part.target), reason });
      continue;
    }
    const fitted = fitRun(report, part);
    const cut = part.findings.length - fitted.shown;
    if (cut > 0) {
      remarks.push(
        `SARIF: ${name(part.target)} has ${part.findings.length} findings and a run holds ${fitted.shown}; the ${cut} least grave are left out. The JSON report has all.`,
      );
    }
    runs.push(fitted);
  }
  remarks.push(...leftOut.map(({ target, reason }) => `SARIF: ${target} is left out: ${reason}.`));
  remarks.push(...unwritten(report, options));
  const files = fill(runs);
  if (files.length === 0) {
    remarks.push("SARIF: no target was read completely, so there are no runs and nothing to upload.");
  }
  if (files.length > 1) {
    remarks.push(
      `SARIF: GitHub takes ${runsPerFile} runs and 10 MB per file, so there are ${files.length} files; upload each by itself.`,
    );
  }
  const documents = (files.length === 0 ? [[]] : files).map((file, index) =>
    document(file, leftOut, files.length > 1 ? { part: index + 1, parts: files.length } : {}),
  );
  return { documents, remarks };
}

/** Which of several files a text is, counted from 1; null for anything but one of several SARIF files of ours. */
export function sarifPart(text: string): number | null {
  try {
    const log: Partial<Log> | null = JSON.parse(text);
    const isOurs = (log?.runs ?? []).every(({ tool }) => tool.driver.name === driverName);
    const part: unknown = log?.properties?.["part"];
    return isOurs && typeof part === "number" ? part : null;
  } catch {
    return null;
  }
}

function document(
  runs: readonly Run[],
  leftOut: readonly LeftOut[],
  place: { readonly part?: number; readonly parts?: number },
): string {
  const properties = { ...place, ...(leftOut.length > 0 ? { incompleteTargets: leftOut } : {}) };
  const log: Log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [...runs],
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
  };
  return jsonText(log);
}

/**
 * Every target that was scanned or has findings, in a fixed order. Regions that are switched off and accounts that were skipped
 * on purpose hold nothing; the report's other formats list them.
 */
function targetParts(report: Report, options: SarifOptions): TargetPart[] {
  const targets = new Map<string, Target>();
  const findings = report.findings.filter(
    (finding) => finding.status === "fail" && (options.includeSuppressed || finding.suppression === null),
  );
  const scanned = report.scan.targets.filter((target) => target.status === "scanned");
  // What belongs to no Region is no target of the scan, and judged all the same.
  const judged = new Set(report.tallies.map(({ target }) => target));
  const elsewhere = report.coverage.filter((row) => judged.has(targetKey(row)));
  for (const { cloud, account, region } of [...scanned, ...elsewhere, ...findings.map(({ resource }) => resource)]) {
    const target = { cloud, account, region };
    targets.set(targetKey(target), target);
  }
  const findingsOf = Map.groupBy(findings, (finding) => targetKey(finding.resource));
  const coverageOf = Map.groupBy(report.coverage, targetKey);
  const accountKey = ({ cloud, account }: Target): string => `${cloud}/${account}`;
  const accounts = new Set(report.scan.targets.map(accountKey));
  // What belongs to no target (who is in an Azure tenant) is told by all targets of its cloud together, so that what one of them did not tell is missing there.
  const tellsOf = (key: string, target: Target): readonly Coverage[] =>
    accounts.has(accountKey(target))
      ? (coverageOf.get(key) ?? [])
      : report.coverage.filter(({ cloud }) => cloud === target.cloud);
  return [...targets]
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, target]) => ({
      target,
      findings: gravestFirst(findingsOf.get(key) ?? []),
      unread: tellsOf(key, target).filter((row) => !isKnown(row.status)),
    }));
}

function whyLeftOut(part: TargetPart, report: Report): string | null {
  const [first, ...rest] = part.unread;
  if (first !== undefined) {
    const more = rest.length > 0 ? ` and ${rest.length} more` : "";
    return `${safe(first.operation)} (${first.status})${more} could not be read, and a partial upload would close alerts that still hold`;
  }
  const key = targetKey(part.target);
  return report.coverage.some((row) => targetKey(row) === key) ? null : "nothing says that any of it was read";
}

/** The largest run within GitHub's limits, with the gravest findings. */
function fitRun(report: Report, part: TargetPart): { run: Run; bytes: number; shown: number } {
  let shown = Math.min(part.findings.length, resultsPerRun);
  for (;;) {
    const run = sarifRun(report, { ...part, findings: part.findings.slice(0, shown) });
    const bytes = uploadBytes(run);
    if (bytes <= fileBytes || shown === 0) {
      return { run, bytes, shown };
    }
    shown = Math.floor(shown * Math.min(0.9, (0.95 * fileBytes) / bytes));
  }
}

/** What a run takes in an upload. Small ones are counted uncompressed, which is never too little. */
function uploadBytes(run: Run): number {
  const text = jsonText(run);
  return text.length <= fileBytes / (runsPerFile * 4) ? text.length * 3 : gzipSync(text).length;
}

/** Runs into files, in order, each within the limits on runs and bytes. */
function fill(runs: readonly { readonly run: Run; readonly bytes: number }[]): Run[][] {
  const files: Run[][] = [];
  let room = 0;
  for (const { run, bytes } of runs) {
    const file = files.at(-1);
    if (file === undefined || file.length >= runsPerFile || bytes > room) {
      files.push([run]);
      room = fileBytes - bytes;
    } else {
      file.push(run);
      room -= bytes;
    }
  }
  return files;
}

/** What SARIF can't say, counted. */
function unwritten(report: Report, options: SarifOptions): string[] {
  const unknown = report.findings.filter((finding) => finding.status === "unknown" && finding.suppression === null);
  const suppressed = report.findings.filter((finding) => finding.status === "fail" && finding.suppression !== null);
  return [
    ...(unknown.length > 0
      ? [`SARIF: ${unknown.length} could not be judged and are not in it; the table and the JSON report list them.`]
      : []),
    ...(suppressed.length > 0 && !options.includeSuppressed
      ? [`SARIF: ${suppressed.length} suppressed findings are not in it; GitHub would open alerts for them.`]
      : []),
  ];
}

function name(target: Target): string {
  return safe(targetKey(target));
}

function safe(text: string): string {
  return terminalText(shorten(text, 300), true);
}

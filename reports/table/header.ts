import { isKnown } from "../../src/model/coverage.ts";
import type { Report, ReportTarget } from "../../src/model/report.ts";
import { clouds, globalRegion } from "../../src/model/resource.ts";
import { wrap } from "./layout.ts";
import type { Pen } from "./pen.ts";
import { accountKinds, cloudWords, count, firstFew } from "./words.ts";

/** Where the records of a scan came from, for people. */
export const sources: Readonly<Record<Report["scan"]["source"], string>> = {
  live: "live scan",
  snapshot: "from a snapshot",
  import: "from imported files",
};

/** What was scanned, when, and whether it was read completely. */
export function headerLines(report: Report, pen: Pen): string[] {
  const { scan } = report;
  const title = `Rampart ${pen.text(report.tool.version)}`;
  const about = [sources[scan.source], when(scan.startedAt, scan.finishedAt)].map(pen.text).join(pen.glyphs.dot);
  const [first = title, ...rest] = wrap(`${title}${pen.glyphs.dot}${about}`, pen.width);
  const lines = [
    first.startsWith(title) ? pen.paint("strong", title) + first.slice(title.length) : pen.paint("strong", first),
    ...rest,
  ];
  for (const cloud of clouds) {
    const targets = scan.targets.filter((target) => target.cloud === cloud && target.status === "scanned");
    if (targets.length > 0) {
      lines.push(...indented(scope(cloudWords[cloud], targets, pen), pen));
    }
  }
  if (scan.targets.every((target) => target.status !== "scanned")) {
    lines.push("  Nothing was scanned.");
  }
  const read = report.coverage.filter((row) => isKnown(row.status)).length;
  const off = report.coverage.filter((row) => row.status === "disabled").length;
  const operations = `${read} of ${count(report.coverage.length, "operation")} read`;
  const facts = [
    off > 0 ? `${operations} (${off} with nothing to read)` : operations,
    count(report.checks.length, "check"),
  ];
  lines.push(...indented(facts.join(pen.glyphs.dot), pen));
  if (!scan.complete) {
    const warning = "INCOMPLETE: not everything could be read; what rests on the rest is unknown, not good.";
    lines.push("", ...wrap(warning, pen.width).map((line) => pen.paint("warning", line)));
  }
  return lines;
}

/** `AWS: 2 accounts (111122223333 prod, 444455556666), 3 Regions (eu-west-1, ...)`. */
function scope(words: { name: string; account: string }, targets: readonly ReportTarget[], pen: Pen): string {
  const names = new Map<string, string>();
  for (const { account, name } of targets) {
    const known = names.get(account);
    names.set(
      account,
      known === undefined || known === account ? (name === null ? account : `${account} ${name}`) : known,
    );
  }
  const { own: ids, above } = accountKinds(names.keys());
  const own = ids.map((account) => names.get(account) ?? account);
  const named = targets.map((target) => target.region).filter((region) => region !== globalRegion);
  const regions = [...new Set(named)].toSorted();
  const accounts = `${count(own.length, words.account)} (${firstFew(own.map(pen.text), 4)})${above.map((kind) => `, ${kind}`).join("")}`;
  const listed =
    regions.length === 0 ? "" : `, ${count(regions.length, "Region")} (${firstFew(regions.map(pen.text), 6)})`;
  return `${words.name}: ${accounts}${listed}`;
}

function indented(text: string, pen: Pen): string[] {
  return wrap(text, pen.width - 2).map((line) => `  ${line}`);
}

/** `2026-11-21 02:14 UTC, 12 s`; a time that can't be read is shown as it stands. */
export function when(startedAt: string, finishedAt: string): string {
  const start = Date.parse(startedAt);
  const finish = Date.parse(finishedAt);
  if (Number.isNaN(start)) {
    return startedAt;
  }
  const minute = `${new Date(start).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return Number.isNaN(finish) || finish < start ? minute : `${minute}, took ${duration(finish - start)}`;
}

function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

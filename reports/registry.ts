import { renderAsff } from "./asff/render.ts";
import { renderCsv } from "./csv/render.ts";
import type { Format } from "./format.ts";
import { renderHtml } from "./html/render.ts";
import { renderJson } from "./json/render.ts";
import { renderJunit } from "./junit/render.ts";
import { renderMarkdown } from "./markdown/render.ts";
import { renderOcsf } from "./ocsf/render.ts";
import { renderSarif, sarifPart } from "./sarif/render.ts";
import { renderTable } from "./table/render.ts";

/** Every output format by the name that `--format` and `--output` take. */
export const formats = {
  table: {
    extension: "txt",
    description: "for people at a terminal",
    render: (report, options) => ({ documents: [renderTable(report, options.terminal)], remarks: [] }),
  },
  json: {
    extension: "json",
    description: "everything, by a published schema; what render, diff and --baseline read",
    render: (report) => ({ documents: [renderJson(report)], remarks: [] }),
  },
  sarif: {
    extension: "sarif",
    description: "SARIF 2.1.0 for GitHub code scanning",
    render: (report, options) => renderSarif(report, options.sarif),
    partOf: sarifPart,
  },
  html: {
    extension: "html",
    description: "one page for a browser, to search, print or attach to a ticket; works offline",
    render: (report) => ({ documents: [renderHtml(report)], remarks: [] }),
  },
  markdown: {
    extension: "md",
    description: "for the summary of a GitHub Actions step, an issue or a pull request",
    render: (report) => ({ documents: [renderMarkdown(report)], remarks: [] }),
  },
  csv: {
    extension: "csv",
    description: "for a spreadsheet, one row for each finding",
    render: (report) => ({ documents: [renderCsv(report)], remarks: [] }),
  },
  junit: {
    extension: "xml",
    description: "JUnit XML for the test view of a CI system",
    render: (report) => ({ documents: [renderJunit(report)], remarks: [] }),
  },
  ocsf: {
    extension: "jsonl",
    description: "OCSF compliance findings as JSON Lines, for a SIEM or data lake",
    render: (report) => ({ documents: [renderOcsf(report)], remarks: [] }),
  },
  asff: {
    extension: "json",
    description: "findings for AWS Security Hub, one document for each call",
    render: (report) => renderAsff(report),
    // A list of findings has no room to say it.
    partOf: () => null,
  },
} as const satisfies Record<string, Format>;

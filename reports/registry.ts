import type { Format } from "./format.ts";
import { renderJson } from "./json/render.ts";
import { renderSarif } from "./sarif/render.ts";
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
  },
} as const satisfies Record<string, Format>;

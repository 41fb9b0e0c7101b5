import type { Options } from "../config/options.ts";
import { UsageError } from "../model/error.ts";

/** The formats of what is no report. */
export const answerFormats = ["table", "json"] as const;

/**
 * The format of what is no report: an answer of `reach`, `who-can` or `diff`, the list of `checks`.
 * @throws UsageError for the formats that only a report has
 */
export function answerFormat(command: string, { format }: Options): "table" | "json" {
  if (format === "table" || format === "json") return format;
  throw new UsageError(`${command}: --format must be table or json, not ${format}, which is for reports`);
}

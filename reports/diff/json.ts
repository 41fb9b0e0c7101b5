import type { DiffReport } from "../../src/model/diff.ts";
import { jsonText } from "../escape/json.ts";

/** What changed, as JSON: every packet set whole, with its exact size. */
export function renderDiffJson(report: DiffReport): string {
  return jsonText(report);
}

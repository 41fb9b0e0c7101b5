import type { ReachReport } from "../../src/model/reach.ts";
import { jsonText } from "../escape/json.ts";

/** The answer as JSON: CATALOGUE's `reach --format json`, with every path beside it. */
export function renderReachJson(report: ReachReport): string {
  return jsonText(report);
}

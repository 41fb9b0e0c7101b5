import type { WhoCanReport } from "../../src/model/who-can.ts";
import { jsonText } from "../escape/json.ts";

/** The answer as JSON: CATALOGUE's `who-can --format json`, with what else is known of each grant. */
export function renderWhoCanJson(report: WhoCanReport): string {
  return jsonText(report);
}

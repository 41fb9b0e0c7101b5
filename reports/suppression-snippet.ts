import type { Finding } from "../src/model/finding.ts";
import { jsonText } from "./escape/json.ts";

/**
 * The entry of rampart.yaml's `suppressions` that silences exactly this finding, as lines of YAML. The fingerprint alone would do; check and
 * resource stand beside it for whoever reads the file later. The reason is left empty on purpose: Rampart refuses the entry until somebody gives one.
 */
export function suppressionSnippet(finding: Pick<Finding, "id" | "check" | "resource">): string {
  const { id, check, resource } = finding;
  return [
    `- check: ${quoted(check)}`,
    `  resource: ${quoted(resource.id)}`,
    `  finding: ${quoted(id)}`,
    `  reason: ""`,
    "",
  ].join("\n");
}

/** Text in double quotes, as YAML takes it from JSON: nothing in it can end its line or look like another type. */
function quoted(text: string): string {
  return jsonText(text).trimEnd();
}

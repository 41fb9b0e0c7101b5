// Writes schemas/report.schema.json from the contract in reports/json/schema.ts: node scripts/report-schema.ts
// A test says when it is due.
import { writeFileSync } from "node:fs";
import { toJsonSchema } from "@valibot/to-json-schema";
import { jsonReportSchema, mapSchemas } from "../reports/json/schema.ts";

/** The JSON report's contract as JSON Schema 2020-12. */
export function reportJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = toJsonSchema(jsonReportSchema, {
    target: "draft-2020-12",
    overrideSchema: ({ valibotSchema }) => mapSchemas.get(valibotSchema),
  });
  return {
    $schema,
    title: "Rampart report",
    description:
      "What `rampart scan --format json` writes. Members may be added within a schemaVersion, never changed or removed.",
    ...schema,
  };
}

if (import.meta.main) {
  const file = new URL("../schemas/report.schema.json", import.meta.url);
  writeFileSync(file, `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
}

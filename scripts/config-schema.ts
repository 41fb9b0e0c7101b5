// Writes schemas/rampart.schema.json from src/config/schema.ts, for editors: node scripts/config-schema.ts && npx oxfmt schemas
// A test says when it is due.
import { writeFileSync } from "node:fs";
import { toJsonSchema } from "@valibot/to-json-schema";
import { anyField, anyFieldSchema, configSchema, ownSchemas } from "../src/config/schema.ts";

/** What rampart.yaml may hold, as JSON Schema: draft 7, which the YAML language servers of editors understand best. */
export function configJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = toJsonSchema(configSchema, {
    target: "draft-07",
    typeMode: "input",
    overrideSchema: ({ valibotSchema }) => ownSchemas.get(valibotSchema),
    overrideAction: ({ valibotAction, jsonSchema }) => {
      if (valibotAction === anyField) return { ...jsonSchema, ...anyFieldSchema };
      // Whether a day is in the calendar is for the loader to say, and trimming forbids nothing.
      return ["check", "trim"].includes(valibotAction.type) ? jsonSchema : null;
    },
  });
  return {
    $schema,
    title: "rampart.yaml",
    description: "What Rampart judges by, and how it runs. `rampart init` writes one that explains itself.",
    ...schema,
  };
}

if (import.meta.main) {
  const file = new URL("../schemas/rampart.schema.json", import.meta.url);
  writeFileSync(file, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
}

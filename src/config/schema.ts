import * as v from "valibot";
import { clouds } from "../model/resource.ts";
import { configKey, optionNames, options, type OptionSpec } from "./options.ts";

/**
 * What rampart.yaml and a file of suppressions may hold, said once: the loader checks with it, and schemas/rampart.schema.json, which editors complete
 * and check with, is generated from it (scripts/config-schema.ts).
 */

const portWords = "must be a port number from 0 to 65535 or a text such as udp/443 or tcp/8000-8080";
const portSpec = v.union(
  [
    v.pipe(v.number(), v.integer(portWords), v.minValue(0, portWords), v.maxValue(65535, portWords)),
    // `443`, `udp/443`, `tcp/8000-8080`, or a protocol alone: `gre`.
    v.pipe(v.string(), v.regex(/^\s*(?:(?:[A-Za-z][A-Za-z0-9-]*\/)?\d{1,5}(?:-\d{1,5})?|[A-Za-z][A-Za-z0-9-]*)\s*$/)),
  ],
  portWords,
);

const prefixLength = (bits: number) => {
  const words = `must be a prefix length from 0 to ${bits}`;
  return v.pipe(v.number(words), v.integer(words), v.minValue(0, words), v.maxValue(bits, words));
};

/** A text that is more than blanks; `what` says what it must be. */
const words = (what: string, description?: string) => {
  const text = v.pipe(v.string(what), v.regex(/\S/, what), v.trim());
  return description === undefined ? text : v.pipe(text, v.description(description));
};

const quoted = "must be a text; put it in quotes";
const dayWords = "must be a day such as 2027-01-31";
const day = v.pipe(
  v.string(dayWords),
  v.regex(/^\d{4}-\d{2}-\d{2}$/, dayWords),
  v.check(isInCalendar, dayWords),
  v.description("The last day on which it counts, in UTC: YYYY-MM-DD."),
);

/** Who stands behind an entry, and until when. */
const responsibility = {
  owner: v.optional(words("must be a text", "Who answers for it.")),
  ticket: v.optional(words("must be a text", "Where it was agreed on.")),
  expires: v.optional(day),
};

const expectedEntry = {
  principal: words(
    "must name a principal: its id, in which * and ? are wildcards",
    "The principal's own id: ARN, Azure object id, Google member. * and ? are wildcards.",
  ),
  reason: words("must say in a few words why the principal may change firewalls", "Why it may change firewalls."),
  ...responsibility,
};

/** Tag values by tag keys. valibot's record leaves out keys like `constructor`, so this is told in full. */
export const tagPatterns = v.custom<Readonly<Record<string, string>>>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > 0 &&
    Object.values(value).every((item) => typeof item === "string"),
  'must be tag keys with values in quotes, for example { env: "lab" }',
);

/** JSON Schema for what valibot cannot describe by itself. */
export const ownSchemas = new Map<unknown, Record<string, unknown>>([
  [
    tagPatterns,
    {
      type: "object",
      minProperties: 1,
      additionalProperties: { type: "string" },
      description: "Tags or labels that the resource must have: exact keys, values with * and ?.",
    },
  ],
]);

/** The fields that say which findings a suppression is for; one of them at least has to be there. */
const suppressionFields = {
  check: v.optional(words(quoted, "Check, by id. * and ? are wildcards, here as in the other fields.")),
  resource: v.optional(words(quoted, "Resource, by id, name or ARN.")),
  account: v.optional(words(quoted, "AWS account, Azure subscription or Google project, by id.")),
  region: v.optional(words(quoted, "Region; `global` for what has none.")),
  cloud: v.optional(
    v.pipe(v.picklist(clouds, `must be one of ${clouds.join(", ")}`), v.description("aws, azure or gcp.")),
  ),
  finding: v.optional(words(quoted, "Finding, by its id in the JSON report.")),
  tags: v.optional(tagPatterns),
};
const fieldNames = Object.keys(suppressionFields);

const suppressionEntry = {
  ...suppressionFields,
  reason: words("must say in a few words why the finding is accepted", "Why the finding is accepted."),
  ...responsibility,
};

const suppression = v.strictObject(suppressionEntry, "must have a reason, and say which findings it is for");

/** A suppression as it is written. */
export type SuppressionEntry = v.InferOutput<typeof suppression>;

/** One of the fields has to be there: an entry without any would silence everything. */
export const anyField = v.check<SuppressionEntry, string>(
  (entry) => fieldNames.some((name) => Object.hasOwn(entry, name)),
  `must say which findings it is for: one of ${fieldNames.join(", ")} at least`,
);
/** The same as JSON Schema. */
export const anyFieldSchema = { anyOf: fieldNames.map((name) => ({ required: [name] })) };

const suppressionList = v.array(v.pipe(suppression, anyField), "must be a list of suppressions, each with a reason");

const wideSource = { ipv4: v.optional(prefixLength(32)), ipv6: v.optional(prefixLength(128)) };

const judgementKeys = {
  publicPorts: described("Ports that are meant to be public. Default: 80 and 443.", v.array(portSpec)),
  adminPorts: described("Ports that count as remote administration, beside the built-in ones.", v.array(portSpec)),
  dataPorts: described("Ports that count as data stores, beside the built-in ones.", v.array(portSpec)),
  internetShare: described(
    "The share of globally routable addresses from which sources count as the internet. Default: 1/256.",
    v.pipe(v.number(), v.gtValue(0, "must be above 0"), v.maxValue(1, "must be at most 1")),
  ),
  wideSource: described(
    "Prefix lengths: a public range wider than this is a wide source.",
    v.strictObject(wideSource, "must hold ipv4, ipv6 or both"),
  ),
  expected: described(
    "Who may change firewalls.",
    v.array(
      v.strictObject(expectedEntry, "must have a principal and a reason"),
      "must be a list of principals, each with a reason",
    ),
  ),
  suppressions: described("Findings that are accepted, each with a reason.", suppressionList),
  suppressByTag: described(
    "Key of a tag by which whoever owns a resource may silence checks: its value names them, as ids or patterns between blanks or commas. Off by default, " +
      "for whoever may tag a resource could then silence the scanner.",
    words(quoted),
  ),
};

/** The keys of each object inside a file, by the key that holds it. */
export const innerKeys: Readonly<Record<string, readonly string[]>> = {
  wideSource: Object.keys(wideSource),
  expected: Object.keys(expectedEntry),
  suppressions: Object.keys(suppressionEntry),
};

/** The schema of rampart.yaml: every option under its camel-case name, and the keys that shape judgement. */
export const configSchema = v.strictObject({
  ...judgementKeys,
  ...Object.fromEntries(
    optionNames
      .filter((name) => !("flagOnly" in options[name]))
      .map((name) => [configKey(name), described(options[name].describe, optionSchema(options[name]))]),
  ),
});

/** The schema of a file of suppressions. */
export const suppressionFileSchema = v.strictObject({ suppressions: suppressionList });

/** What rampart.yaml said, checked. Options stay under their camel-case keys. */
export type ConfigFile = Readonly<Record<string, unknown>> & {
  readonly publicPorts?: readonly (number | string)[] | undefined;
  readonly adminPorts?: readonly (number | string)[] | undefined;
  readonly dataPorts?: readonly (number | string)[] | undefined;
  readonly internetShare?: number | undefined;
  readonly wideSource?: { readonly ipv4?: number | undefined; readonly ipv6?: number | undefined } | undefined;
  readonly expected?:
    | readonly {
        readonly principal: string;
        readonly reason: string;
        readonly owner?: string | undefined;
        readonly ticket?: string | undefined;
        /** `YYYY-MM-DD` */
        readonly expires?: string | undefined;
      }[]
    | undefined;
  readonly suppressions?: readonly SuppressionEntry[] | undefined;
  readonly suppressByTag?: string | undefined;
};

function optionSchema(spec: OptionSpec): v.GenericSchema {
  switch (spec.type) {
    case "boolean":
      return v.boolean("must be true or false");
    case "number": {
      const range = `must be a number from ${spec.min} to ${spec.max}`;
      return v.pipe(v.number(range), v.minValue(spec.min, range), v.maxValue(spec.max, range));
    }
    case "string":
      return choice(spec.choices);
    case "list":
      return v.array(choice(spec.choices), "must be a list, for example [a, b]");
  }
}

function choice(choices: readonly string[] | undefined): v.GenericSchema {
  if (choices === undefined) return v.pipe(v.string(quoted), v.nonEmpty("needs a value"));
  return v.picklist(choices, `must be one of ${choices.join(", ")}`);
}

function described<const Schema extends v.GenericSchema>(description: string, schema: Schema) {
  return v.optional(v.pipe(schema, v.description(description)));
}

/** Whether a text of the form YYYY-MM-DD is a day of the calendar. */
function isInCalendar(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(`${text}T`);
}

import * as v from "valibot";
import { UsageError } from "../model/error.ts";
import { didYouMean } from "./nearest.ts";
import { configKey, optionNames, options, type OptionSpec } from "./options.ts";

/** Names under which the configuration is looked for in the working directory, in this order. */
export const configFileNames: readonly string[] = ["rampart.yaml", "rampart.yml", ".github/rampart.yaml"];

const portWords = "must be a port number from 0 to 65535 or a text such as udp/443 or tcp/8000-8080";
const portSpec = v.union(
  [v.pipe(v.number(), v.integer(portWords), v.minValue(0, portWords), v.maxValue(65535, portWords)), v.string()],
  portWords,
);

const prefixLength = (bits: number) => {
  const words = `must be a prefix length from 0 to ${bits}`;
  return v.pipe(v.number(words), v.integer(words), v.minValue(0, words), v.maxValue(bits, words));
};

const words = (what: string) => v.pipe(v.string(what), v.trim(), v.nonEmpty(what));

const expectedEntry = {
  principal: words("must name a principal: its id, in which * and ? are wildcards"),
  reason: words("must say in a few words why the principal may change firewalls"),
  owner: v.optional(words("must be a text")),
  ticket: v.optional(words("must be a text")),
  expires: v.optional(
    v.pipe(v.string("must be a day such as 2027-01-31"), v.check(isDay, "must be a day such as 2027-01-31")),
  ),
};

const wideSource = { ipv4: v.optional(prefixLength(32)), ipv6: v.optional(prefixLength(128)) };

const judgementKeys = {
  publicPorts: v.optional(v.array(portSpec)),
  adminPorts: v.optional(v.array(portSpec)),
  dataPorts: v.optional(v.array(portSpec)),
  internetShare: v.optional(v.pipe(v.number(), v.gtValue(0, "must be above 0"), v.maxValue(1, "must be at most 1"))),
  wideSource: v.optional(v.strictObject(wideSource)),
  expected: v.optional(
    v.array(
      v.strictObject(expectedEntry, "must have a principal and a reason"),
      "must be a list of principals, each with a reason",
    ),
  ),
};

/** The keys of each object inside rampart.yaml, by the key that holds it. */
const innerKeys: Readonly<Record<string, readonly string[]>> = {
  wideSource: Object.keys(wideSource),
  expected: Object.keys(expectedEntry),
};

/** The schema of rampart.yaml: every option under its camel-case name, and the keys that shape judgement. */
export const configSchema = v.strictObject({
  ...judgementKeys,
  ...Object.fromEntries(
    optionNames
      .filter((name) => !("flagOnly" in options[name]))
      .map((name) => [configKey(name), v.optional(optionSchema(options[name]))]),
  ),
});

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
};

/**
 * Reads the text of a rampart.yaml.
 * @throws UsageError naming the file, the key and what it may be, for malformed YAML, an unknown key or a value out of range
 */
export async function parseConfig(text: string, path: string): Promise<ConfigFile> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { prettyErrors: true });
  const [problem] = document.errors;
  if (problem !== undefined) throw new UsageError(`${path}: not valid YAML: ${problem.message.trim()}`);
  const content: unknown = document.toJS() ?? {};
  if (typeof content !== "object" || Array.isArray(content)) {
    throw new UsageError(`${path}: must hold keys and values, for example \`failOn: high\``);
  }
  const result = v.safeParse(configSchema, content);
  if (result.success) return result.output;
  throw new UsageError(`${path}: ${result.issues.map(describeIssue).join(`\n${path}: `)}`);
}

function optionSchema(spec: OptionSpec): v.GenericSchema {
  switch (spec.type) {
    case "boolean":
      return v.boolean();
    case "number": {
      const words = `must be a number from ${spec.min} to ${spec.max}`;
      return v.pipe(v.number(words), v.minValue(spec.min, words), v.maxValue(spec.max, words));
    }
    case "string":
      return spec.choices === undefined ? v.string() : v.picklist(spec.choices);
    case "list":
      return v.array(spec.choices === undefined ? v.string() : v.picklist(spec.choices));
  }
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? "the file";
  if (issue.type !== "strict_object") return `${path}: ${lowerFirst(issue.message)}`;
  // Only a key that has to be there is received as undefined.
  if (issue.received === "undefined") return `${path}: is missing`;
  const keys = knownKeys(issue);
  if (keys === null) return `${path}: ${lowerFirst(issue.message)}`;
  const word = path.slice(path.lastIndexOf(".") + 1);
  return `unknown key ${path}${didYouMean(word, keys)}`;
}

/** The keys allowed where a strict object met one it does not know; null when the value was no object at all. */
function knownKeys(issue: v.BaseIssue<unknown>): readonly string[] | null {
  if (issue.expected !== "never") return null;
  const [outermost, ...inner] = issue.path ?? [];
  return inner.length === 0 ? Object.keys(configSchema.entries) : (innerKeys[String(outermost?.key)] ?? null);
}

/** Whether a text is `YYYY-MM-DD` and that day is in the calendar. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(`${text}T`);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

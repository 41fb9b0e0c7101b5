import * as v from "valibot";
import { UsageError } from "../model/error.ts";
import { didYouMean } from "./nearest.ts";
import { configSchema, innerKeys, suppressionFileSchema, type ConfigFile, type SuppressionEntry } from "./schema.ts";

/** Names under which the configuration is looked for in the working directory, in this order. */
export const configFileNames: readonly string[] = ["rampart.yaml", "rampart.yml", ".github/rampart.yaml"];

/**
 * Reads the text of a rampart.yaml.
 * @throws UsageError naming the file, the key and what it may be, for malformed YAML, an unknown key or a value out of range
 */
export async function parseConfig(text: string, path: string): Promise<ConfigFile> {
  return checked(configSchema, await parseYaml(text, path, "failOn: high"), path);
}

/**
 * Reads the text of a file of suppressions: one key, `suppressions`, as rampart.yaml has it.
 * @throws UsageError as {@link parseConfig} does
 */
export async function parseSuppressionFile(text: string, path: string): Promise<readonly SuppressionEntry[]> {
  return checked(suppressionFileSchema, await parseYaml(text, path, "suppressions: [...]"), path).suppressions;
}

async function parseYaml(text: string, path: string, example: string): Promise<object> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { prettyErrors: true });
  const [problem] = document.errors;
  if (problem !== undefined) throw new UsageError(`${path}: not valid YAML: ${problem.message.trim()}`);
  const content = contentOf(document, path) ?? {};
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new UsageError(`${path}: must hold keys and values, for example \`${example}\``);
  }
  return content;
}

/** Aliases are followed here: one that leads nowhere, or some that multiply without end, are faults of the text. */
function contentOf(document: { readonly toJS: () => unknown }, path: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new UsageError(`${path}: not valid YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checked<const Schema extends FileSchema>(
  schema: Schema,
  content: object,
  path: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, content);
  if (result.success) return result.output;
  const keys = Object.keys(schema.entries);
  throw new UsageError(`${path}: ${result.issues.map((issue) => describeIssue(issue, keys)).join(`\n${path}: `)}`);
}

type FileSchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

function describeIssue(issue: v.BaseIssue<unknown>, outerKeys: readonly string[]): string {
  const path = v.getDotPath(issue) ?? "the file";
  if (issue.type !== "strict_object") return `${path}: ${lowerFirst(issue.message)}`;
  // Only a key that has to be there is received as undefined.
  if (issue.received === "undefined") return `${path}: is missing`;
  const keys = knownKeys(issue, outerKeys);
  if (keys === null) return `${path}: ${lowerFirst(issue.message)}`;
  const word = path.slice(path.lastIndexOf(".") + 1);
  return `unknown key ${path}${didYouMean(word, keys)}`;
}

/** The keys allowed where a strict object met one it does not know; null when the value was no object at all. */
function knownKeys(issue: v.BaseIssue<unknown>, outerKeys: readonly string[]): readonly string[] | null {
  if (issue.expected !== "never") return null;
  const [outermost, ...inner] = issue.path ?? [];
  return inner.length === 0 ? outerKeys : (innerKeys[String(outermost?.key)] ?? null);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

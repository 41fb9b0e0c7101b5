import { UsageError } from "../model/error.ts";
import type { ConfigFile } from "./schema.ts";
import {
  configKey,
  environmentName,
  optionNames,
  options,
  type OptionGroup,
  type OptionSpec,
  type Options,
} from "./options.ts";

/** A value with the place it was given, so that an error names that place. */
interface Given {
  readonly value: unknown;
  readonly place: string;
}

/**
 * Weighs flags, environment and file: flag > environment > file > default.
 * @param flags what stood on the command line, by option name; absent or undefined when not given
 * @throws UsageError when a value is not one the option takes
 */
export function resolveOptions(
  flags: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
  file: ConfigFile,
  filePath: string,
): Options {
  const resolved: Record<string, unknown> = {};
  for (const name of optionNames) {
    const spec: OptionSpec = options[name];
    const given = firstGiven(name, spec, flags, environment, file, filePath);
    resolved[name] = given === null ? defaultOf(spec) : checked(given, spec);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every value above went through the check of its own option
  const weighed = resolved as Options;
  return weighed.snapshot.length + weighed.import.length === 0 ? weighed : withoutTargets(weighed, flags);
}

/** Groups of options that choose live targets. */
const targetGroups: ReadonlySet<OptionGroup> = new Set(["AWS", "Azure", "Google"]);

/**
 * What was read before stands in the place of live targets. Those that a file or the environment names for every night are passed over then; only on the
 * command line are the two a contradiction.
 */
function withoutTargets(weighed: Options, flags: Readonly<Record<string, unknown>>): Options {
  const kept = optionNames.map((name): readonly [string, unknown] => {
    const spec: OptionSpec = options[name];
    const isPassedOver = targetGroups.has(spec.group) && flags[name] === undefined;
    return [name, isPassedOver ? defaultOf(spec) : weighed[name]];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- defaults are values that the options take
  return Object.fromEntries(kept) as Options;
}

function firstGiven(
  name: string,
  spec: OptionSpec,
  flags: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
  file: ConfigFile,
  filePath: string,
): Given | null {
  if (flags[name] !== undefined) return { value: flags[name], place: `--${name}` };
  if (spec.flagOnly === true) return null;
  const variable = environmentName(name);
  const text = environment[variable];
  if (text !== undefined && text !== "") return { value: fromText(text, spec), place: variable };
  const key = configKey(name);
  if (file[key] !== undefined) return { value: file[key], place: `${filePath}: ${key}` };
  return null;
}

/** Environment variables are texts: lists are separated by commas, booleans are true/false/1/0/yes/no. */
function fromText(text: string, spec: OptionSpec): unknown {
  switch (spec.type) {
    case "string":
      return text;
    case "number":
      return Number.isNaN(Number(text)) ? text : Number(text);
    case "list":
      return text
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== "");
    case "boolean":
      if (/^(1|true|yes)$/i.test(text)) return true;
      return /^(0|false|no)$/i.test(text) ? false : text;
  }
}

function defaultOf(spec: OptionSpec): unknown {
  return spec.type === "list" ? [] : spec.default;
}

function checked({ value, place }: Given, spec: OptionSpec): unknown {
  switch (spec.type) {
    case "boolean":
      if (typeof value !== "boolean") throw new UsageError(`${place}: must be true or false, not ${show(value)}`);
      return value;
    case "number":
      if (typeof value !== "number" || !(value >= spec.min && value <= spec.max)) {
        throw new UsageError(`${place}: must be a number from ${spec.min} to ${spec.max}, not ${show(value)}`);
      }
      return value;
    case "string":
      return checkedText(value, place, spec.choices);
    case "list":
      return (Array.isArray(value) ? value : [value]).map((item) => checkedText(item, place, spec.choices));
  }
}

function checkedText(value: unknown, place: string, choices: readonly string[] | undefined): string {
  if (Array.isArray(value)) throw new UsageError(`${place}: can be given only once`);
  if (typeof value !== "string" || value === "") throw new UsageError(`${place}: needs a value`);
  if (choices !== undefined && !choices.includes(value)) {
    throw new UsageError(`${place}: must be one of ${choices.join(", ")}, not ${show(value)}`);
  }
  return value;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

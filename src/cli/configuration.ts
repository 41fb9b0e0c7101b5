import { readFile } from "node:fs/promises";
import { terminalText } from "../../reports/escape/terminal.ts";
import { configFileNames, parseConfig } from "../config/config-file.ts";
import type { ConfigFile } from "../config/schema.ts";
import { resolveOptions } from "../config/resolve.ts";
import { nearest } from "../config/nearest.ts";
import { environmentName, optionNames, type Options } from "../config/options.ts";
import { UsageError } from "../model/error.ts";
import type { Io } from "./io.ts";
import type { Invocation } from "./parse-arguments.ts";

/** What the user set, wherever they set it. */
export interface Configuration {
  readonly options: Options;
  readonly file: ConfigFile;
  /** The path of the file as it was found or named; what it would be called when there is none. */
  readonly path: string;
}

/**
 * Finds and reads rampart.yaml, then weighs flags, environment and file.
 * @throws UsageError for a named file that cannot be read, and for what does not belong in it
 */
export async function configure(invocation: Invocation, io: Io): Promise<Configuration> {
  for (const remark of mistypedVariables(io.env)) io.err(`rampart: ${remark}\n`);
  const found = await findConfig(invocation.config ?? io.env["RAMPART_CONFIG"]);
  const file = found === null ? {} : await parseConfig(found.text, found.path);
  const path = found?.path ?? "rampart.yaml";
  return { options: resolveOptions(invocation.flags, io.env, file, path), file, path };
}

/** Variables that are no option's and nearly one's: a limit that was meant would otherwise not hold, and nobody would know. */
function mistypedVariables(environment: Io["env"]): readonly string[] {
  const prefix = "RAMPART_";
  const known = optionNames.map((name) => environmentName(name).slice(prefix.length));
  return Object.keys(environment).flatMap((name) => {
    const word = name.startsWith(prefix) ? name.slice(prefix.length) : "";
    if (word === "" || word === "CONFIG" || known.includes(word)) return [];
    const guess = nearest(word, known);
    if (guess === null || guess.charAt(0) !== word.charAt(0)) return [];
    return [`${terminalText(name, true)} is no option's variable and does nothing; did you mean ${prefix}${guess}?`];
  });
}

async function findConfig(named: string | false | undefined): Promise<{ path: string; text: string } | null> {
  if (named === false) return null;
  if (named !== undefined && named !== "") {
    try {
      return { path: named, text: await readFile(named, "utf8") };
    } catch (error) {
      throw new UsageError(`--config ${named}: cannot be read: ${reasonOf(error)}`);
    }
  }
  for (const path of configFileNames) {
    try {
      return { path, text: await readFile(path, "utf8") };
    } catch (error) {
      if (reasonOf(error) !== "ENOENT" && reasonOf(error) !== "ENOTDIR") {
        throw new UsageError(`${path}: cannot be read: ${reasonOf(error)}`);
      }
    }
  }
  return null;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error) return "code" in error ? String(error.code) : error.message;
  return String(error);
}

import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { configFileNames } from "../../config/config-file.ts";
import { optionNames, options as specs, type Options } from "../../config/options.ts";
import { resolveOptions } from "../../config/resolve.ts";
import { UsageError } from "../../model/error.ts";
import { combine } from "../../scan/analyse.ts";
import { acquire } from "../acquire.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { findClouds } from "../found-clouds.ts";
import type { Io } from "../io.ts";
import { packageRoot } from "../package.ts";
import type { Invocation } from "../parse-arguments.ts";
import { startProgress } from "../progress.ts";
import { providers } from "../providers.ts";
import { proposalsFor, sampleConfig, type Proposal } from "../sample-config.ts";

/**
 * `rampart init`: a commented rampart.yaml; with --expected, with those who can change firewalls today as expected. Exits with 3 when not all of them could
 * be read; the file is written all the same.
 * @throws UsageError for a file that is there already, unless --force is given
 */
export async function init(invocation: Invocation, io: Io): Promise<ExitCode> {
  // The file that is about to be written says nothing yet; one that is replaced no longer does.
  const options = resolveOptions(invocation.flags, io.env, {}, "rampart.yaml");
  const path = pathOf(invocation, io);
  if (existsSync(path) && !options.force) {
    throw new UsageError(`init: ${path} is there already. Name another file with --config, or replace it with --force`);
  }
  const today = io.now().toISOString().slice(0, "YYYY-MM-DD".length);
  const found = await findClouds(io);
  const schema = schemaFor(path);
  if (!options.expected) {
    refuseTargets(invocation);
    await write(path, sampleConfig(null, today, found, schema), options);
    const signedIn = found.filter((cloud) => cloud.found !== null).map(({ name }) => name);
    const tells = signedIn.length === 0 ? "" : `, and it tells what was found of ${signedIn.join(", ")}`;
    io.err(`rampart: ${path} is written; nothing in it is set yet${tells}\n`);
    return exitCodes.clean;
  }
  const progress = startProgress(io, options.quiet);
  try {
    const { snapshot, interrupted } = await acquire(invocation.operands, options, io, progress.onEvent);
    progress.stop();
    if (interrupted) return exitCodes.interrupted;
    const { identity } = combine(snapshot, providers);
    if (identity.principals.length === 0) {
      const why = identity.missing.length === 0 ? "nothing that was read holds any" : identity.missing.join("; ");
      throw new UsageError(`init: --expected: no identities were read, so there is nobody to list: ${why}`);
    }
    const proposals = proposalsFor(identity);
    const day = snapshot.finishedAt.slice(0, "YYYY-MM-DD".length);
    await write(path, sampleConfig(proposals, day, found, schema), options);
    const unread = identity.missing.length === 0 ? "" : `. Not everybody was read: ${identity.missing.join("; ")}`;
    io.err(`rampart: ${path} is written: ${summaryOf(proposals)}${unread}\n`);
    return unread === "" ? exitCodes.clean : exitCodes.incomplete;
  } finally {
    progress.stop();
  }
}

function summaryOf(proposals: readonly Proposal[]): string {
  const listed = proposals.filter(({ doubt }) => doubt === null).length;
  const doubtful = proposals.length - listed;
  const count = `${listed} expected ${listed === 1 ? "principal" : "principals"}`;
  return `${count}, ${doubtful} left out with the reason. Review each, and give it a reason of your own`;
}

/** The file named, else the one that is there and would be read, else the first of those that are looked for. */
function pathOf({ config }: Invocation, { env }: Io): string {
  const named = config ?? env["RAMPART_CONFIG"];
  if (typeof named === "string" && named !== "") return named;
  return configFileNames.find((path) => existsSync(path)) ?? configFileNames[0] ?? "rampart.yaml";
}

/** The schema of the package that lies in the same project, which others who have the project have too; else that of the Rampart that runs. */
function schemaFor(path: string): string {
  const inPackage = "schemas/rampart.schema.json";
  const own = `node_modules/rampart/${inPackage}`;
  return existsSync(join(dirname(path), own)) ? `./${own}` : pathToFileURL(join(packageRoot(), inPackage)).href;
}

function refuseTargets({ operands, flags }: Invocation): void {
  const given = optionNames.filter((name) => flags[name] !== undefined && specs[name].group !== "General");
  const words = [...operands, ...given.map((name) => `--${name}`)];
  if (words.length === 0) return;
  throw new UsageError(`init: ${words.join(", ")}: chooses what is read for --expected, which was not given`);
}

async function write(path: string, text: string, { force }: Options): Promise<void> {
  try {
    await writeFile(path, text, { flag: force ? "w" : "wx" });
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UsageError(`init: ${path}: cannot be written: ${reason}`);
  }
}

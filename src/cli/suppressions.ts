import { readFile } from "node:fs/promises";
import { parseSuppressionFile } from "../config/config-file.ts";
import { didYouMeanStop } from "../config/nearest.ts";
import type { SuppressionEntry } from "../config/schema.ts";
import { UsageError } from "../model/error.ts";
import { matchesGlob } from "../scan/glob.ts";
import type { SuppressionRule, Suppressions } from "../scan/suppress.ts";
import type { Configuration } from "./configuration.ts";

/**
 * What rampart.yaml and the files of `--suppression-file` accept.
 * @param ids every check there is
 * @param chosen how many of them run
 * @throws UsageError for a file that cannot be read or is wrong, and for a check that does not exist: a typo must not pass as a suppression in force
 */
export async function readSuppressions(
  { options, file, path }: Configuration,
  ids: readonly string[],
  chosen: number,
): Promise<Suppressions> {
  const rules = rulesOf(file.suppressions ?? [], path, ids);
  for (const named of options["suppression-file"]) {
    rules.push(...rulesOf(await parseSuppressionFile(await readText(named), named), named, ids));
  }
  return { rules, byTag: file.suppressByTag ?? null, narrowed: chosen < ids.length };
}

function rulesOf(entries: readonly SuppressionEntry[], path: string, ids: readonly string[]): SuppressionRule[] {
  return entries.map(({ reason, owner = null, ticket = null, expires = null, ...fields }, index) => {
    const where = `${path} suppressions[${index}]`;
    const { check } = fields;
    if (check !== undefined && !ids.some((id) => matchesGlob(id, check))) {
      throw new UsageError(
        `${where}: check ${check}: no check matches${didYouMeanStop(check, ids)} \`rampart checks\` lists them all`,
      );
    }
    return { where, fields, reason, owner, ticket, expires };
  });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UsageError(
      `--suppression-file ${path}: cannot be read: ${reason}. It is a YAML file with one key, \`suppressions\``,
    );
  }
}

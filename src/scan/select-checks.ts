import { didYouMeanStop } from "../config/nearest.ts";
import { UsageError } from "../model/error.ts";
import type { Check } from "./check.ts";
import { matchesGlob } from "./glob.ts";

/**
 * The checks that `--check` and `--skip` leave over.
 * @throws UsageError for a pattern that matches no check: a typo must not pass as "nothing found"
 */
export function selectChecks(
  checks: readonly Check[],
  only: readonly string[],
  skip: readonly string[],
): readonly Check[] {
  const ids = checks.map(({ id }) => id);
  for (const [flag, patterns] of [
    ["--check", only],
    ["--skip", skip],
  ] as const) {
    for (const pattern of patterns) {
      if (ids.some((id) => matchesGlob(id, pattern))) continue;
      throw new UsageError(
        `${flag} ${pattern}: no check matches${didYouMeanStop(pattern, ids)} \`rampart checks\` lists them all`,
      );
    }
  }
  return checks.filter(
    ({ id }) =>
      (only.length === 0 || only.some((pattern) => matchesGlob(id, pattern))) &&
      !skip.some((pattern) => matchesGlob(id, pattern)),
  );
}

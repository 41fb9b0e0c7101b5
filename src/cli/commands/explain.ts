import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checks } from "../../../checks/registry.ts";
import { didYouMeanStop } from "../../config/nearest.ts";
import { UsageError } from "../../model/error.ts";
import type { Check } from "../../scan/check.ts";
import { configure } from "../configuration.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { packageRoot } from "../package.ts";
import { providers } from "../providers.ts";
import type { Invocation } from "../parse-arguments.ts";
import { bold, paint, wantsColour } from "../style.ts";

/** `rampart explain CHECK`: the check's own page, with what it needs to read. */
export async function explain(invocation: Invocation, io: Io): Promise<ExitCode> {
  const { options } = await configure(invocation, io);
  const id = invocation.operands[0] ?? "";
  const check = checks.find((candidate) => candidate.id === id);
  if (check === undefined) {
    const ids = checks.map((candidate) => candidate.id);
    throw new UsageError(`${id}: no such check${didYouMeanStop(id, ids)} \`rampart checks\` lists them all`);
  }
  const colour = wantsColour(options.color, io);
  const page = await readFile(pageOf(check), "utf8");
  const lines = page.split("\n").map((line) => (line.startsWith("#") ? bold(line, colour) : line));
  await io.out(`${lines.join("\n").trimEnd()}\n\n${facts(check, colour)}\n\n${acceptance(check, colour)}\n`);
  return exitCodes.clean;
}

/** The page lies beside the check's source: in the folder of its cloud, or of what holds for every cloud. */
function pageOf(check: Check): string {
  const folders = ["network", "identity", ...check.clouds].map((folder) => join(packageRoot(), "checks", folder));
  const pages = folders.map((folder) => join(folder, `${check.id}.md`));
  return pages.find((page) => existsSync(page)) ?? join(packageRoot(), "checks", `${check.id}.md`);
}

/** How to accept a finding of the check; the HTML report has the entry ready for each finding. */
function acceptance({ id }: Check, colour: boolean): string {
  const entry = [
    `- check: ${id}`,
    `  resource: "ID"  # or its name or ARN; finding: "ID" takes the id of one finding in the JSON report`,
    `  reason: ""      # required; owner, ticket and expires: YYYY-MM-DD may be there`,
  ];
  return [
    bold("To accept a finding, add to suppressions: in rampart.yaml", colour),
    ...entry.map((line) => `  ${line}`),
  ].join("\n");
}

function facts(check: Check, colour: boolean): string {
  const facets = [...check.needs.subjects, ...check.needs.context];
  const concerned = providers.filter(({ cloud }) => check.clouds.includes(cloud));
  const operations = [
    ...new Set(concerned.flatMap(({ operations: of }) => facets.flatMap((facet) => of(facet, null)))),
  ];
  const permissions = [
    ...new Set(
      concerned.flatMap(({ operations: of, permissionsFor }) =>
        facets.flatMap((facet) => of(facet, null)).flatMap(permissionsFor),
      ),
    ),
  ];
  const controls = Object.entries(check.controls).map(([framework, ids]) => `${framework} ${ids.join(", ")}`);
  const rows: readonly (readonly [string, string])[] = [
    ["Severity", paint(check.severity, check.severity, colour)],
    ["Clouds", check.clouds.join(", ")],
    ["ATT&CK", [...check.attack.techniques, ...check.attack.mitigations].join(", ")],
    ["Controls", controls.join("; ") || "none"],
    ["Reads", operations.join(", ")],
    ["Permissions", permissions.join(", ")],
  ];
  return rows.map(([name, value]) => `${bold(name.padEnd(12), colour)} ${value}`).join("\n");
}

import { checks as allChecks } from "../../../checks/registry.ts";
import { severityRank } from "../../model/severity.ts";
import { selectChecks } from "../../scan/select-checks.ts";
import { summarize } from "../../scan/check.ts";
import { answerFormat } from "../answer-format.ts";
import { configure } from "../configuration.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { Invocation } from "../parse-arguments.ts";
import { paint, wantsColour } from "../style.ts";

/** `rampart checks`: what would be judged, gravest first. */
export async function listChecks(invocation: Invocation, io: Io): Promise<ExitCode> {
  const { options } = await configure(invocation, io);
  const checks = selectChecks(allChecks, options.check, options.skip);
  if (answerFormat("checks", options) === "json") {
    const list = checks.map((check) => ({ ...summarize(check), subject: check.subject, needs: check.needs }));
    await io.out(`${JSON.stringify(list, null, 2)}\n`);
    return exitCodes.clean;
  }
  const colour = wantsColour(options.color, io);
  const width = Math.max(...checks.map(({ id }) => id.length), 0);
  const lines = checks
    .toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity))
    .map(({ id, severity, title, clouds }) => {
      return `${paint(severity.padEnd(8), severity, colour)}  ${id.padEnd(width)}  ${title} (${clouds.join(", ")})`;
    });
  await io.out(`${lines.join("\n")}\n\n${checks.length} checks. \`rampart explain <check>\` tells more of each.\n`);
  return exitCodes.clean;
}

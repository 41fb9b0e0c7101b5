import { existsSync } from "node:fs";
import { renderWhoCanJson } from "../../../reports/who-can/json.ts";
import { terminalText } from "../../../reports/escape/terminal.ts";
import { renderWhoCanTable } from "../../../reports/who-can/table.ts";
import { nearest } from "../../config/nearest.ts";
import type { Options } from "../../config/options.ts";
import type { IdentityEstate, Question } from "../../identity/estate.ts";
import { reportWhoCan } from "../../identity/who-can-report.ts";
import { UsageError } from "../../model/error.ts";
import { clouds } from "../../model/resource.ts";
import { combine } from "../../scan/analyse.ts";
import type { Snapshot } from "../../snapshot/record.ts";
import { acquire } from "../acquire.ts";
import { configure } from "../configuration.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { Invocation } from "../parse-arguments.ts";
import { providers } from "../providers.ts";
import { startProgress } from "../progress.ts";
import { speaksUnicode } from "../publish.ts";
import { wantsColour } from "../style.ts";

/**
 * `rampart who-can`: which principals can change firewalls, or use one action on them, and how. Exits with 3 when the answer rests on something that was
 * not read.
 * @throws UsageError for an action or resource that is not there but nearly, and where no identities are to be had
 */
export async function whoCanCommand(invocation: Invocation, io: Io): Promise<ExitCode> {
  const { options } = await configure(invocation, io);
  if (options.format === "sarif") throw new UsageError("who-can: --format must be table or json, not sarif");
  const { action, rest } = splitOperands(invocation.operands, options);
  const progress = startProgress(io, options.quiet);
  try {
    const { snapshot, interrupted } = await acquire(rest, options, io, progress.onEvent);
    progress.stop();
    if (interrupted) return exitCodes.interrupted;
    const { identity } = combine(snapshot, providers);
    refuseWithoutIdentities(identity, snapshot);
    const question = {
      action: action === null ? null : knownAction(action, identity),
      resource: options.resource === null ? null : knownResource(options.resource, identity),
    };
    const answer = identity.whoCan(question);
    const notes = [...answer.notes, ...guesses(question, identity), ...unansweredClouds(identity, snapshot)];
    const report = reportWhoCan(identity, question, { ...answer, notes });
    const terminal = { colour: wantsColour(options.color, io), width: io.columns, unicode: speaksUnicode(io) };
    await io.out(options.format === "json" ? renderWhoCanJson(report) : renderWhoCanTable(report, terminal));
    return report.complete ? exitCodes.clean : exitCodes.incomplete;
  } finally {
    progress.stop();
  }
}

/** What an action that changes no firewall may have been meant to be. */
function guesses({ action }: Question, { actions }: IdentityEstate): readonly string[] {
  if (action === null || actions().has(action)) return [];
  const guess = nearest(action, actions().keys());
  return guess === null ? [] : [`the action nearest to it that changes a firewall is ${guess}`];
}

/** Clouds that were read, of whose identities nothing is understood. */
function unansweredClouds({ principals, missing }: IdentityEstate, { targets }: Snapshot): readonly string[] {
  if (principals.length === 0 && missing.length > 0) return [];
  const told = new Set(principals.map(({ resource }) => resource.cloud));
  const read = new Set(targets.filter(({ status }) => status === "scanned").map(({ cloud }) => cloud));
  return clouds
    .filter((cloud) => read.has(cloud) && !told.has(cloud))
    .map((cloud) => `nothing is said of ${cloud}: its identities were not read`);
}

/**
 * Tells the action from clouds and files among what stands by position. With --snapshot or --import the words that are files are one shell pattern's, as
 * everywhere.
 */
function splitOperands(
  operands: readonly string[],
  { snapshot, import: imports }: Options,
): { readonly action: string | null; readonly rest: readonly string[] } {
  const isSaved = snapshot.length + imports.length > 0;
  const isOther = (word: string): boolean => clouds.some((cloud) => cloud === word) || (isSaved && existsSync(word));
  const [action = null, ...more] = operands.filter((word) => !isOther(word));
  if (more.length > 0) {
    const what = isSaved ? "and no file has that name either" : "and it is no cloud either";
    throw new UsageError(`who-can: ${more.join(", ")}: one action is asked about at a time (${action ?? ""}), ${what}`);
  }
  if (action !== null && /[*?]/.test(action)) {
    throw new UsageError(
      `who-can: ${action}: name one action without wildcards, or none to ask about all that change firewalls`,
    );
  }
  return { action, rest: operands.filter(isOther) };
}

function refuseWithoutIdentities({ principals, missing }: IdentityEstate, { targets }: Snapshot): void {
  if (principals.length > 0 || missing.length > 0) return;
  const read = [...new Set(targets.map(({ cloud }) => cloud))].join(", ");
  throw new UsageError(
    `who-can: no identities were read${read === "" ? "" : ` (${read} alone was)`}, and it answers for AWS. Name aws, or give a snapshot or import ` +
      "that holds the output of `aws iam get-account-authorization-details`",
  );
}

/**
 * The action as the cloud writes it. What is not in the list of actions that change firewalls may be an action all the same, unless it is one letter off.
 * @throws UsageError for a name that is likely mistyped or lacks its service
 */
function knownAction(typed: string, { actions }: IdentityEstate): string {
  const names = [...actions().keys()];
  const exact = names.find((name) => name.toLowerCase() === typed.toLowerCase());
  if (exact !== undefined) return exact;
  const guess = typed.includes(":") ? nearest(typed, names) : nearestWithService(typed, names);
  if (guess !== null && (!typed.includes(":") || isSlip(typed, guess))) {
    throw new UsageError(`who-can: ${typed}: no such action; did you mean ${guess}?`);
  }
  if (!/^[\w.-]+[:./][\w./-]+$/.test(typed)) {
    throw new UsageError(
      `who-can: ${typed}: is no action. Write it with its service, for example ec2:AuthorizeSecurityGroupIngress, or leave it out to ask about all`,
    );
  }
  return typed;
}

/** The action whose name without the service is nearest. */
function nearestWithService(typed: string, names: readonly string[]): string | null {
  const byOwn = new Map(names.map((name) => [name.slice(name.indexOf(":") + 1), name]));
  const own = nearest(typed, byOwn.keys());
  return own === null ? null : (byOwn.get(own) ?? null);
}

/** Whether one letter was left out, added, mistaken or swapped with the next. No two actions of a cloud are so alike; two letters apart, some are. */
function isSlip(typed: string, name: string): boolean {
  const a = typed.toLowerCase();
  const b = name.toLowerCase();
  let first = 0;
  while (first < Math.min(a.length, b.length) && a[first] === b[first]) first++;
  let last = 0;
  while (last < Math.min(a.length, b.length) - first && a.at(-1 - last) === b.at(-1 - last)) last++;
  const [left, right] = [a.slice(first, a.length - last), b.slice(first, b.length - last)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right === `${left.charAt(1)}${left.charAt(0)}`;
}

/**
 * The resource's ARN or id. One that is not of the scan can be asked about by its ARN alone.
 * @throws UsageError for what is neither, and for a name that several have
 */
function knownResource(typed: string, { resources }: IdentityEstate): string {
  const found = resources.filter(({ id, arn }) => id === typed || arn === typed);
  const named = found.length > 0 ? found : resources.filter(({ name }) => name === typed);
  const [only] = named;
  if (only !== undefined && named.length === 1) return only.arn ?? only.id;
  if (named.length > 1) {
    const shown = named.slice(0, 10).map(({ id, arn }) => arn ?? id);
    const more = named.length > shown.length ? `; and ${named.length - shown.length} more` : "";
    throw new UsageError(
      `--resource ${typed}: ${named.length} are called that. Name one by its id: ${terminalText(shown.join("; "), true)}${more}`,
    );
  }
  if (/^arn:[^:]*:[^:]*:[^:]*:[^:]*:./.test(typed)) return typed;
  const names = resources.flatMap(({ id, name }) => [id, ...(name === null ? [] : [name])]);
  const guess = nearest(typed, names);
  const hint = guess === null ? "" : `; did you mean ${terminalText(guess, true)}?`;
  throw new UsageError(
    `--resource ${typed}: none of the ${resources.length} firewalls and lists that were read has this id, name or ARN${hint}. ` +
      "Anything else can be asked about by its whole ARN",
  );
}

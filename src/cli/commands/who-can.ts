import { existsSync } from "node:fs";
import { renderWhoCanJson } from "../../../reports/who-can/json.ts";
import { terminalText } from "../../../reports/escape/terminal.ts";
import { renderWhoCanTable } from "../../../reports/who-can/table.ts";
import { nearest } from "../../config/nearest.ts";
import type { Options } from "../../config/options.ts";
import { uniteIdentities, type IdentityEstate, type Question } from "../../identity/estate.ts";
import { reportWhoCan } from "../../identity/who-can-report.ts";
import { UsageError } from "../../model/error.ts";
import { clouds, type Cloud } from "../../model/resource.ts";
import {
  cloudNames,
  cloudOfAction,
  cloudOfResource,
  exampleAction,
  isNameOf,
  isSameAction,
  wholeName,
  withoutService,
} from "../../model/vendor-names.ts";
import { identitiesByCloud } from "../../scan/analyse.ts";
import type { Snapshot } from "../../snapshot/record.ts";
import { acquire } from "../acquire.ts";
import { answerFormat } from "../answer-format.ts";
import { configure } from "../configuration.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { Invocation } from "../parse-arguments.ts";
import { providers } from "../providers.ts";
import { startProgress } from "../progress.ts";
import { speaksUnicode } from "../publish.ts";
import { wantsColour } from "../style.ts";

/**
 * `rampart who-can`: which principals can change firewalls, or use one action on them, and how, over all clouds that were read. Exits with 3 when the
 * answer rests on something that was not read.
 * @throws UsageError for an action or resource that is not there but nearly, and where no identities are to be had
 */
export async function whoCanCommand(invocation: Invocation, io: Io): Promise<ExitCode> {
  const { options } = await configure(invocation, io);
  const format = answerFormat("who-can", options);
  const { action, rest } = splitOperands(invocation.operands, options);
  const progress = startProgress(io, options.quiet);
  try {
    const { snapshot, interrupted } = await acquire(rest, options, io, progress.onEvent);
    progress.stop();
    if (interrupted) return exitCodes.interrupted;
    const byCloud = identitiesByCloud(snapshot, providers);
    refuseWithoutIdentities(byCloud, snapshot);
    const { question, cloud } = questionOf(action, options.resource, byCloud);
    // What is spelled as one cloud spells it is asked of that one alone, and nothing that another did not tell bears on it.
    const asked = [...byCloud].filter(([each]) => cloud === null || each === cloud);
    const identity = uniteIdentities(asked.map(([, estate]) => estate));
    const answer = identity.whoCan(question);
    const notes = [...answer.notes, ...guesses(question, identity)];
    const report = reportWhoCan(identity, question, { ...answer, notes });
    const terminal = { colour: wantsColour(options.color, io), width: io.columns, unicode: speaksUnicode(io) };
    await io.out(format === "json" ? renderWhoCanJson(report) : renderWhoCanTable(report, terminal));
    return report.complete ? exitCodes.clean : exitCodes.incomplete;
  } finally {
    progress.stop();
  }
}

type ByCloud = ReadonlyMap<Cloud, IdentityEstate>;

/** The question in the clouds' own words, and the cloud that it is about; null where it is about all. */
function questionOf(
  typedAction: string | null,
  typedResource: string | null,
  byCloud: ByCloud,
): { readonly question: Question; readonly cloud: Cloud | null } {
  const action = typedAction === null ? null : knownAction(typedAction, byCloud);
  const ofAction = action === null ? null : cloudOfAction(action);
  const resource = typedResource === null ? null : knownResource(typedResource, ofAction, byCloud);
  return { question: { action, resource: resource?.name ?? null }, cloud: ofAction ?? resource?.cloud ?? null };
}

/** What an action that changes no firewall may have been meant to be. */
function guesses({ action }: Question, { actions }: IdentityEstate): readonly string[] {
  if (action === null || actions().has(action)) return [];
  const guess = nearest(action, actions().keys());
  return guess === null ? [] : [`the action nearest to it that changes a firewall is ${guess}`];
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

function isSilent({ principals, missing }: IdentityEstate): boolean {
  return principals.length === 0 && missing.length === 0;
}

/** Where each cloud's identities come from, when not from a live scan. */
const dumps: Readonly<Record<Cloud, string>> = {
  aws: "`aws iam get-account-authorization-details`",
  azure: "`az role assignment list --all` and `az role definition list`",
  gcp: "`gcloud projects get-iam-policy` and `gcloud iam roles describe`",
};

function refuseWithoutIdentities(byCloud: ByCloud, { targets }: Snapshot): void {
  if (![...byCloud.values()].every(isSilent)) return;
  const read = clouds.filter((cloud) => targets.some((target) => target.cloud === cloud));
  const wanted = read.length === 0 ? clouds : read;
  throw new UsageError(
    `who-can: no identities were read${read.length === 0 ? "" : ` of ${read.join(", ")}`}. Scan them, or give a snapshot or import that holds ` +
      `the output of ${wanted.map((cloud) => dumps[cloud]).join("; or of ")}`,
  );
}

/**
 * The action as its cloud writes it. What is not in the list of actions that change firewalls may be an action all the same, unless it is one letter off.
 * @throws UsageError for a name that is likely mistyped, that lacks its service, or that is of a cloud whose identities were not read
 */
function knownAction(typed: string, byCloud: ByCloud): string {
  const names = [...byCloud].flatMap(([cloud, { actions }]) => [...actions().keys()].map((name) => ({ cloud, name })));
  const exact = names.find(({ cloud, name }) => isSameAction(cloud, name, typed));
  if (exact !== undefined) return exact.name;
  const spelled = cloudOfAction(typed);
  if (spelled === null) {
    const guess = nearestWithService(typed, names);
    if (guess !== null) throw new UsageError(`who-can: ${typed}: no such action; did you mean ${guess}?`);
    const examples = clouds.map((cloud) => `${exampleAction(cloud)} (${cloudNames[cloud]})`).join(", ");
    throw new UsageError(
      `who-can: ${typed}: is no action. Write it with its service, for example ${examples}, or leave it out to ask about all`,
    );
  }
  const guess = nearest(
    typed,
    names.filter(({ cloud }) => cloud === spelled).map(({ name }) => name),
  );
  if (guess !== null && isSlip(typed, guess)) {
    throw new UsageError(`who-can: ${typed}: no such action; did you mean ${guess}?`);
  }
  const estate = byCloud.get(spelled);
  if (estate === undefined || isSilent(estate)) {
    throw new UsageError(
      `who-can: ${typed}: is an action of ${cloudNames[spelled]}, whose identities were not read. Name ${spelled} as well, or add its records`,
    );
  }
  return typed;
}

/** The action whose name without the service is nearest. */
function nearestWithService(
  typed: string,
  names: readonly { readonly cloud: Cloud; readonly name: string }[],
): string | null {
  const byOwn = new Map(names.map(({ cloud, name }) => [withoutService(cloud, name), name]));
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
 * The resource's whole name: its ARN, ARM id or Google path. One that is not of the scan can be asked about by that alone.
 * @param cloud the one that the action is of; null for any
 * @throws UsageError for what is none of these, for a name that several have, and for a resource of another cloud than the action's
 */
function knownResource(
  typed: string,
  cloud: Cloud | null,
  byCloud: ByCloud,
): { readonly cloud: Cloud; readonly name: string } {
  const resources = [...byCloud].flatMap(([each, estate]) =>
    cloud === null || each === cloud ? estate.resources : [],
  );
  const found = resources.filter((resource) => isNameOf(resource, typed));
  const named = found.length > 0 ? found : resources.filter(({ name }) => name === typed);
  const [only] = named;
  if (only !== undefined && named.length === 1) return { cloud: only.cloud, name: only.arn ?? only.id };
  if (named.length > 1) {
    const shown = named.slice(0, 10).map(({ id, arn }) => arn ?? id);
    const more = named.length > shown.length ? `; and ${named.length - shown.length} more` : "";
    throw new UsageError(
      `--resource ${typed}: ${named.length} are called that. Name one by its id: ${terminalText(shown.join("; "), true)}${more}`,
    );
  }
  const spelled = cloudOfResource(typed);
  if (spelled !== null && cloud !== null && spelled !== cloud) {
    throw new UsageError(
      `--resource ${typed}: is of ${cloudNames[spelled]}, and the action is one of ${cloudNames[cloud]}. Ask about a resource of the same cloud`,
    );
  }
  if (spelled !== null) return { cloud: spelled, name: wholeName(spelled, typed) };
  const names = resources.flatMap(({ id, name }) => [id, ...(name === null ? [] : [name])]);
  const guess = nearest(typed, names);
  const hint = guess === null ? "." : `; did you mean ${terminalText(guess, true)}?`;
  throw new UsageError(
    `--resource ${typed}: none of the ${resources.length} firewalls and lists that were read has this id or name${hint} ` +
      "Anything else can be asked about by its whole name: an ARN, an Azure resource id, or a path of Google Cloud (projects/...)",
  );
}

import type { Coverage, CoverageGap } from "../../../model/coverage.ts";
import { globalRegion, targetKey } from "../../../model/resource.ts";
import type { Target } from "../../../model/resource.ts";
import { listed } from "../../shared/dump.ts";
import type { ParentRequest } from "../../shared/ask.ts";
import { type AwsOperation, keptBy } from "../operation.ts";
import { cliCommand } from "./answers.ts";
import type { LostAnswer, SettledAnswer } from "./requests.ts";
import { requestKey, requestsFor } from "./requests.ts";
import { importable } from "./signs.ts";
import { unknownPlace } from "./place.ts";

/** A part of a dump that could not be read, and the operation whose answer it seems to have been. */
export interface BrokenAnswer {
  readonly operation: string;
  readonly target: Target;
  readonly file: string;
}

/** What a dump says about one target. */
export interface TargetAnswers {
  readonly target: Target;
  readonly settled: readonly SettledAnswer[];
  readonly lost: readonly LostAnswer[];
  readonly broken: readonly BrokenAnswer[];
}

/**
 * One row for every operation on the target: `complete` for what the dump holds whole, `skipped` for what it lacks and for an answer of which
 * pages are missing, `malformed` where a part of it cannot be read. What depends on an operation that is not complete cannot be
 * complete either; what depends on an empty list is complete, with nothing in it.
 */
export function coverageOf(answers: TargetAnswers, uniqueItems: (operation: string) => number): readonly Coverage[] {
  const isGlobal = answers.target.region === globalRegion;
  const rows = new Map<string, Coverage>();
  for (const operation of importable) {
    if ((operation.scope !== "region") === isGlobal) {
      const row = rowOf(operation, answers, rows, uniqueItems(operation.id));
      if (row !== null) {
        rows.set(operation.id, row);
      }
    }
  }
  return [...rows.values()];
}

function rowOf(
  operation: AwsOperation,
  { target, settled, lost, broken }: TargetAnswers,
  rows: ReadonlyMap<string, Coverage>,
  items: number,
): Coverage | null {
  const { id, ask } = operation;
  const row = { ...target, operation: id, items };
  const own = settled.filter((answer) => answer.operation === id);
  const brokenHere = broken.filter((answer) => answer.operation === id);
  const lostHere = lost.filter(({ placed }) => placed.answer.operations.some((candidate) => candidate.id === id));
  const whole = wholeness(own, brokenHere);
  if (ask.how !== "per-parent") {
    if (own.length === 0 && brokenHere.length === 0) {
      // Nobody has to ask who is calling and which accounts and Regions there are to read what one target holds.
      return ask.how === "connecting" ? null : { ...row, status: "skipped", error: notInDump(operation, target) };
    }
    const missing = listsMissing(operation, own);
    return whole.status === "complete" && missing.length > 0
      ? { ...row, status: "skipped", error: `The dump lacks ${missing.join(", ")} of this answer.` }
      : { ...row, ...whole };
  }
  const unreadParents = ask.parents.filter((parent) => rows.get(parent)?.status !== "complete");
  if (unreadParents.length > 0) {
    const why = `${unreadParents.join(", ")} is not in the dump whole, so nothing tells what else there is to ask.`;
    return { ...row, status: "skipped", error: own.length === 0 ? `${notInDump(operation, target)} ${why}` : why };
  }
  const gaps = gapsOf(operation, settled, own, notInDump(operation, target));
  if (whole.status !== "complete") {
    return { ...row, ...whole, ...(gaps.length > 0 ? { gaps } : {}) };
  }
  if (gaps.length === 0) {
    return { ...row, status: "complete", error: null };
  }
  const files = lostHere.map(({ placed }) => placed.answer.document.file);
  const hint = files.length > 0 ? ` ${listed(files)} could not be told apart; see the notes.` : "";
  if (own.length === 0) {
    return { ...row, status: "skipped", error: `${notInDump(operation, target)}${hint}` };
  }
  return { ...row, status: "skipped", error: `The dump lacks ${gaps.length} of its answers.${hint}`, gaps };
}

/** The lists of an answer that no file holds. */
function listsMissing({ answer }: AwsOperation, own: readonly SettledAnswer[]): readonly string[] {
  if (answer.kind !== "lists") return [];
  const held = new Set(own.map(({ request }) => request?.["Kind"]));
  return Object.entries(answer.kinds).flatMap(([list, kind]) => (held.has(kind) ? [] : [list]));
}

function wholeness(own: readonly SettledAnswer[], broken: readonly BrokenAnswer[]): Pick<Coverage, "status" | "error"> {
  if (broken.length > 0) {
    const files = listed([...new Set(broken.map(({ file }) => file))]);
    return { status: "malformed", error: `${files} is cut off or broken. Make it again.` };
  }
  for (const { answer } of own) {
    const { document, lacks } = answer;
    if (lacks !== null && !(lacks.status === "skipped" && isContinued(answer, own))) {
      return { status: lacks.status, error: `${document.file} ${lacks.why}.` };
    }
  }
  return { status: "complete", error: null };
}

/** Pages that stand one after the other in one file, as JSON Lines, are one answer if the last of them ends it. */
function isContinued(answer: SettledAnswer["answer"], own: readonly SettledAnswer[]): boolean {
  const sameFile = own.filter((other) => other.answer.document.file === answer.document.file);
  return sameFile.at(-1)?.answer.lacks === null;
}

/** The requests that the dump holds no answer to. */
function gapsOf(
  operation: AwsOperation,
  settled: readonly SettledAnswer[],
  own: readonly SettledAnswer[],
  missing: string,
): readonly CoverageGap[] {
  const requests = requestsFor(operation, settled).flatMap((request) => partRequest(operation, request));
  const keep = keptBy(operation);
  const { lists } = operation;
  // An empty answer says nothing about what was asked; as many answers as there are requests will be all of them.
  if (keep.length === 0 && own.length >= requests.length) {
    return [];
  }
  const answered = new Set(own.map(({ request }) => requestKey(request ?? {})));
  const mentioned = new Set(own.flatMap(({ items, answer }) => [...items.flatMap(shallowStrings), ...answer.path]));
  return requests.flatMap(({ members, skip }): readonly CoverageGap[] => {
    const kept = Object.fromEntries(Object.entries(members).filter(([name]) => keep.includes(name)));
    const isAnswered =
      keep.length > 0
        ? answered.has(requestKey(kept))
        : Object.entries(members).some(
            ([name, value]) => (lists.length === 0 || lists.includes(name)) && mentioned.has(value),
          );
    return isAnswered ? [] : [{ request: members, status: "skipped", error: skip ?? missing }];
  });
}

/** A request that names many at once, one by one. */
function partRequest({ lists }: AwsOperation, request: ParentRequest): readonly ParentRequest[] {
  const { members } = request;
  const member = lists.find((name) => name in members);
  const values = member === undefined ? [] : (members[member]?.split(",") ?? []);
  return member === undefined ? [request] : values.map((value) => ({ members: { ...members, [member]: value } }));
}

/** Strings of an item and of the objects in it: where answers repeat what was asked. */
function shallowStrings(item: SettledAnswer["items"][number]): readonly string[] {
  return [item, ...Object.values(item)].flatMap((part) =>
    typeof part === "object" && part !== null ? Object.values(part).filter((value) => typeof value === "string") : [],
  );
}

function notInDump(operation: AwsOperation, { region }: Target): string {
  const where = region === globalRegion || region === unknownPlace ? "" : ` --region ${region}`;
  return `Not in the dump: add the output of \`${cliCommand(operation)}${where}\`.`;
}

/** A Region that the account has and of which the dump holds nothing. */
export interface OtherRegion {
  readonly target: Target;
  readonly status: "skipped" | "disabled";
  readonly why: string;
}

/** The Regions that `describe-regions` lists beyond those that the dump holds. */
export function otherRegions(regions: readonly SettledAnswer[], held: ReadonlySet<string>): readonly OtherRegion[] {
  const found = new Map<string, OtherRegion>();
  for (const answer of regions) {
    for (const item of answer.items) {
      const region = item["RegionName"];
      if (typeof region !== "string") {
        continue;
      }
      const target: Target = { cloud: "aws", account: answer.target.account, region };
      const isOff = item["OptInStatus"] === "not-opted-in";
      if (!held.has(targetKey(target))) {
        found.set(targetKey(target), {
          target,
          status: isOff ? "disabled" : "skipped",
          why: isOff
            ? "The account has not opted in to this Region."
            : "The account has this Region, but the dump holds nothing of it.",
        });
      }
    }
  }
  return [...found.values()];
}

import type { Coverage, CoverageGap } from "../../../model/coverage.ts";
import type { Target } from "../../../model/resource.ts";
import type { SnapshotRecord } from "../../../snapshot/record.ts";
import type { ParentRequest } from "../../shared/ask.ts";
import { isOnePage, isOneResource } from "../../shared/dump.ts";
import type { GcpOperation } from "../operation.ts";
import { notInDump } from "./commands.ts";
import type { Holding } from "./holdings.ts";

/** What a dump holds in answer to one operation on one target. */
export interface HeldAnswers {
  readonly target: Target;
  readonly operation: GcpOperation;
  readonly holdings: readonly Holding[];
  readonly records: readonly SnapshotRecord[];
  /** Files, cut off or broken, that seem to have held more of it. */
  readonly broken: ReadonlySet<string>;
}

type Outcome = Pick<Coverage, "status" | "error" | "gaps">;

/** The coverage of an operation that is asked once: `complete` when an answer holds all there is, and what is missing otherwise. */
export function listCoverage(held: HeldAnswers): Coverage {
  const { target, operation, records } = held;
  const row = { ...target, operation: operation.id, items: records.length };
  // One item is all there is.
  if (operation.answer.kind === "item" && records.length > 0) return { ...row, status: "complete", error: null };
  return { ...row, ...outcomeOf(held) };
}

function outcomeOf({ target, operation, holdings, broken }: HeldAnswers): Outcome {
  const sound = holdings.filter(({ file }) => !broken.has(file));
  const open = sound.find((holding) => holding.more && !isContinued(holding, sound));
  const whole = sound.filter(({ form, more }) => form === "all" && !more);
  const bodies = sound.filter(({ form }) => form === "all" || form === "body");
  // A page of the REST API does not say that it is the last of several: one that has a successor elsewhere leaves none of them whole.
  const counted = whole.length > 0 ? whole : open === undefined ? bodies : [];
  const all = counted.find(({ unread, strange }) => unread.length === 0 && strange === 0) ?? counted[0];
  if (all !== undefined) return withoutLosses(counted, all);
  const [cut] = broken;
  if (cut !== undefined) return { status: "malformed", error: `${cut} is cut off or broken. Make it again.` };
  const lacks = (error: string): Outcome => ({ status: "skipped", error });
  if (open !== undefined) return lacks(isOnePage(open.file));
  const scope = sound.find(({ form }) => form === "scope");
  if (scope !== undefined) {
    return lacks(
      `${scope.file} holds a part (one zone, one region, or global ones); whether there are others is not in the dump.`,
    );
  }
  const single = sound.find(({ form }) => form === "single");
  if (single !== undefined) return lacks(isOneResource(single.file));
  return lacks(notInDump(operation.id, target.account));
}

/** What an answer that is whole says itself that it could not read. `best` is the one that lost least. */
function withoutLosses(counted: readonly Holding[], best: Holding): Outcome {
  // Of pages, each may have lost something.
  const pages = counted.filter(({ file, form }) => file === best.file && form === best.form);
  const unread = pages.flatMap((page) => page.unread);
  const error = (scope: string): string => `${best.file} says that ${scope} did not answer.`;
  if (unread.length > 0) {
    const gaps = unread.map((scope): CoverageGap => ({
      request: { scope },
      status: "unreachable",
      error: error(scope),
    }));
    return { status: "unreachable", error: error(unread.join(", ")), gaps };
  }
  const strange = pages.reduce((sum, page) => sum + page.strange, 0);
  if (strange === 0) return { status: "complete", error: null };
  return {
    status: "malformed",
    error: `${strange} of the items in ${best.file} are nothing that Google Cloud gives there.`,
  };
}

/** Pages that stand one after the other in one file, as JSON Lines, are one answer if the last of them ends it. */
function isContinued({ file }: Holding, holdings: readonly Holding[]): boolean {
  return holdings.findLast((other) => other.file === file && other.form !== "single")?.more === false;
}

/** The coverage of an operation that is asked once per parent: `complete` when everything that the dump's own records give rise to is answered. */
export function parentCoverage(
  { target, operation, records, broken }: HeldAnswers,
  requests: readonly ParentRequest[],
  isAnswered: (request: ParentRequest) => boolean,
  unreadParents: readonly string[],
): Coverage {
  const row = { ...target, operation: operation.id, items: records.length };
  const missing = notInDump(operation.id, target.account);
  const gaps = requests.flatMap((request): readonly CoverageGap[] =>
    isAnswered(request) ? [] : [{ request: request.members, status: "skipped", error: request.skip ?? missing }],
  );
  const [cut] = broken;
  const why =
    unreadParents.length === 0
      ? []
      : [`Nothing tells what else there is to ask, for this is not in the dump whole: ${unreadParents.join(", ")}.`];
  if (gaps.length === 0 && why.length === 0 && cut === undefined) return { ...row, status: "complete", error: null };
  const told = gaps.length < requests.length && gaps.length > 0 ? { gaps } : {};
  if (cut !== undefined)
    return { ...row, status: "malformed", error: `${cut} is cut off or broken. Make it again.`, ...told };
  const lacks =
    gaps.length === 0
      ? []
      : [gaps.length < requests.length ? `The dump lacks ${gaps.length} of ${requests.length} answers.` : missing];
  return { ...row, status: "skipped", error: [...lacks, ...why].join(" "), ...told };
}

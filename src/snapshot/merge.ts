import { UsageError } from "../model/error.ts";
import type { Coverage } from "../model/coverage.ts";
import type { ReportTarget } from "../model/report.ts";
import { targetKey } from "../model/resource.ts";
import type { Snapshot } from "./record.ts";
import { operationKey } from "./records.ts";

/**
 * What one snapshot has to say about an operation on a target. `rank` is what decides: having been asked comes before not
 * having been asked, then the later snapshot comes before the earlier one.
 */
interface Claim {
  readonly from: number;
  readonly asked: boolean;
}

/**
 * Makes several snapshots one. Where two hold the same operation on the same target, the later snapshot's answer (by when it
 * finished, then by its place in `snapshots`) replaces the other whole, records and coverage alike, and a note says so. An operation that was
 * `skipped` was not asked, so it never replaces an answer. A row for `*` stands for every operation of its target.
 *
 * `startedAt` is the earliest, `finishedAt` the latest. Throws a UsageError when there is nothing to merge.
 */
export function mergeSnapshots(snapshots: readonly Snapshot[]): Snapshot {
  const [only] = snapshots;
  if (only === undefined) {
    throw new UsageError("There is no snapshot to read. Name at least one file.");
  }
  if (snapshots.length === 1) {
    return only;
  }
  const ordered = snapshots.toSorted((a, b) => instant(a.finishedAt) - instant(b.finishedAt));
  const winners = chooseAnswers(ordered);
  const wins = (from: number, row: Parameters<typeof operationKey>[0], operation: string): boolean =>
    winners.chosen.get(operationKey(row, operation)) === from;
  return {
    source: ordered.every((snapshot) => snapshot.source === only.source) ? only.source : "snapshot",
    startedAt: ordered.map((snapshot) => snapshot.startedAt).reduce((a, b) => (instant(b) < instant(a) ? b : a)),
    finishedAt: ordered.map((snapshot) => snapshot.finishedAt).reduce((a, b) => (instant(b) > instant(a) ? b : a)),
    targets: mergeTargets(ordered),
    records: ordered.flatMap((snapshot, from) =>
      snapshot.records.filter((record) => wins(from, record, record.operation)),
    ),
    coverage: ordered.flatMap((snapshot, from) => snapshot.coverage.filter((row) => wins(from, row, row.operation))),
    notes: [...new Set([...ordered.flatMap((snapshot) => snapshot.notes), ...replacementNotes(winners, ordered)])],
  };
}

interface Answers {
  /** By operation key: the place, in `ordered`, of the snapshot whose answer is used. */
  readonly chosen: ReadonlyMap<string, number>;
  /** By target key: how many answers of it were replaced, and the latest snapshot that replaced one. */
  readonly replaced: ReadonlyMap<string, { readonly operations: number; readonly by: number }>;
}

function chooseAnswers(ordered: readonly Snapshot[]): Answers {
  const claims = gatherClaims(ordered);
  const chosen = new Map<string, number>();
  const replaced = new Map<string, { operations: number; by: number }>();
  for (const [target, operations] of claims) {
    const everything = best(operations.get("*"));
    let everythingUsed = operations.size === 1;
    for (const [operation, candidates] of operations) {
      const winner = best(candidates);
      if (winner === null || operation === "*") {
        continue;
      }
      const overruled = everything !== null && everything.from !== winner.from && outranks(everything, winner);
      everythingUsed ||= overruled || everything?.from === winner.from;
      if (!overruled) {
        chosen.set(`${target} ${operation}`, winner.from);
      }
      // Something that was never asked is filled in, not replaced.
      if (candidates.filter((claim) => claim.asked).length > 1 || (overruled && winner.asked)) {
        const by = overruled ? everything.from : winner.from;
        const before = replaced.get(target) ?? { operations: 0, by };
        replaced.set(target, { operations: before.operations + 1, by: Math.max(before.by, by) });
      }
    }
    if (everything !== null && everythingUsed) {
      chosen.set(`${target} *`, everything.from);
    }
  }
  return { chosen, replaced };
}

/** By target key, then by operation. Records without a coverage row claim their operation too. */
function gatherClaims(ordered: readonly Snapshot[]): Map<string, Map<string, Claim[]>> {
  const claims = new Map<string, Map<string, Claim[]>>();
  const claim = (target: string, operation: string, from: number, asked: boolean): void => {
    const operations = claims.get(target) ?? new Map<string, Claim[]>();
    claims.set(target, operations);
    const candidates = operations.get(operation) ?? [];
    operations.set(operation, candidates);
    if (candidates.at(-1)?.from !== from) {
      candidates.push({ from, asked });
    }
  };
  for (const [from, snapshot] of ordered.entries()) {
    for (const row of snapshot.coverage) {
      claim(targetKey(row), row.operation, from, wasAsked(row));
    }
    for (const record of snapshot.records) {
      claim(targetKey(record), record.operation, from, true);
    }
  }
  return claims;
}

function wasAsked(row: Coverage): boolean {
  return row.status !== "skipped";
}

function outranks(a: Claim, b: Claim): boolean {
  return a.asked === b.asked ? a.from > b.from : a.asked;
}

function best(claims: readonly Claim[] | undefined): Claim | null {
  return (claims ?? []).reduce<Claim | null>((a, b) => (a === null || outranks(b, a) ? b : a), null);
}

/** The later word on a target counts, but one that was not entered says nothing against one that was. */
function mergeTargets(ordered: readonly Snapshot[]): ReportTarget[] {
  const merged = new Map<string, ReportTarget>();
  for (const target of ordered.flatMap((snapshot) => snapshot.targets)) {
    const key = targetKey(target);
    const before = merged.get(key);
    const winner = before !== undefined && target.status === "skipped" ? before : target;
    merged.set(key, { ...winner, name: winner.name ?? target.name ?? before?.name ?? null });
  }
  return [...merged.values()];
}

function replacementNotes(answers: Answers, ordered: readonly Snapshot[]): string[] {
  return [...answers.replaced].map(([target, { operations, by }]) => {
    const what = operations === 1 ? "1 operation stands" : `${operations} operations stand`;
    return `${target}: ${what} in more than one snapshot; the later answer was used (collected ${ordered[by]?.finishedAt}).`;
  });
}

function instant(time: string): number {
  return Date.parse(time);
}

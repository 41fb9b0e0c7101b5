import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Coverage, CoverageStatus } from "../../src/model/coverage.ts";
import type { Target } from "../../src/model/resource.ts";
import { mergeSnapshots } from "../../src/snapshot/merge.ts";
import type { Snapshot } from "../../src/snapshot/record.ts";
import { indexRecords } from "../../src/snapshot/records.ts";
import { snapshotArbitrary } from "./arbitraries.ts";

const home = { cloud: "aws", account: "111122223333", region: "eu-west-1" } as const;
const away = { ...home, account: "444455556666" } as const;

const statuses: readonly CoverageStatus[] = ["complete", "denied", "skipped", "disabled", "unreachable"];

interface Part {
  readonly day: number;
  readonly target?: typeof home | typeof away;
  /** `operation status id…` */
  readonly rows: readonly string[];
}

function snapshot({ day, target = home, rows }: Part): Snapshot {
  const parts = rows.map((row) => {
    const [operation = "", status = "", ...ids] = row.split(" ");
    return { operation, status: statuses.find((known) => known === status) ?? "malformed", ids };
  });
  return {
    source: "live",
    startedAt: `2026-01-0${day}T00:00:00.000Z`,
    finishedAt: `2026-01-0${day}T01:00:00.000Z`,
    targets: [{ ...target, name: null, status: "scanned", note: null }],
    records: parts.flatMap(({ operation, ids }) => ids.map((id) => ({ ...target, operation, data: { id } }))),
    coverage: parts.map(({ operation, status, ids }) => coverageRow(target, operation, status, ids.length)),
    notes: [`day ${day}`],
  };
}

function coverageRow(target: Target, operation: string, status: CoverageStatus, items: number): Coverage {
  return { ...target, operation, status, items, error: status === "complete" ? null : status };
}

function rowsOf(merged: Snapshot): string[] {
  const index = indexRecords(merged);
  return merged.coverage
    .map((row) =>
      [
        row.operation,
        row.status,
        ...index.at(row, row.operation).map(({ data }) => JSON.stringify(data["id"]).slice(1, -1)),
      ].join(" "),
    )
    .toSorted();
}

describe("mergeSnapshots", () => {
  const cases: readonly { name: string; parts: readonly Part[]; rows: readonly string[] }[] = [
    {
      name: "puts what each alone holds side by side",
      parts: [
        { day: 1, rows: ["a:List complete a1"] },
        { day: 2, rows: ["b:List complete b1 b2"] },
      ],
      rows: ["a:List complete a1", "b:List complete b1 b2"],
    },
    {
      name: "takes the later answer whole, even an empty one",
      parts: [
        { day: 1, rows: ["a:List complete a1 a2", "b:List complete b1"] },
        { day: 2, rows: ["a:List complete", "b:List complete b2"] },
      ],
      rows: ["a:List complete", "b:List complete b2"],
    },
    {
      name: "goes by when they finished, not by their order",
      parts: [
        { day: 2, rows: ["a:List complete new"] },
        { day: 1, rows: ["a:List complete old"] },
      ],
      rows: ["a:List complete new"],
    },
    {
      name: "lets a later failure stand: it is the newest word",
      parts: [
        { day: 1, rows: ["a:List complete a1"] },
        { day: 2, rows: ["a:List denied"] },
      ],
      rows: ["a:List denied"],
    },
    {
      name: "never lets what was not asked replace what was",
      parts: [
        { day: 1, rows: ["a:List complete a1"] },
        { day: 2, rows: ["a:List skipped", "b:List complete b1"] },
      ],
      rows: ["a:List complete a1", "b:List complete b1"],
    },
    {
      name: "lets a row for every operation replace older answers",
      parts: [
        { day: 1, rows: ["a:List complete a1"] },
        { day: 2, rows: ["* disabled"] },
      ],
      rows: ["* disabled"],
    },
    {
      name: "drops an older row for every operation once there are answers",
      parts: [
        { day: 1, rows: ["* unreachable"] },
        { day: 2, rows: ["a:List complete a1"] },
      ],
      rows: ["a:List complete a1"],
    },
    {
      name: "drops a later row that says only that nothing was asked",
      parts: [
        { day: 1, rows: ["a:List complete a1"] },
        { day: 2, rows: ["* skipped"] },
      ],
      rows: ["a:List complete a1"],
    },
  ];
  it.each(cases)("$name", ({ parts, rows }) => {
    expect(rowsOf(mergeSnapshots(parts.map(snapshot)))).toEqual(rows);
  });

  it("says what it replaced, and where", () => {
    const merged = mergeSnapshots([
      snapshot({ day: 1, rows: ["a:List complete a1", "b:List complete"] }),
      snapshot({ day: 2, rows: ["a:List complete a2"] }),
    ]);
    expect(merged.notes).toEqual([
      "day 1",
      "day 2",
      "aws/111122223333/eu-west-1: 1 operation stands in more than one snapshot; the later answer was used (collected 2026-01-02T01:00:00.000Z).",
    ]);
  });

  it("spans the time of all, and keeps targets apart", () => {
    const merged = mergeSnapshots([
      snapshot({ day: 3, rows: ["a:List complete a1"] }),
      snapshot({ day: 1, target: away, rows: ["a:List complete a2"] }),
    ]);
    expect(merged).toMatchObject({ startedAt: "2026-01-01T00:00:00.000Z", finishedAt: "2026-01-03T01:00:00.000Z" });
    expect(merged.targets.map(({ account }) => account).toSorted()).toEqual([home.account, away.account]);
    expect(merged.records).toHaveLength(2);
    expect(merged.notes).toEqual(["day 1", "day 3"]);
  });

  it("gives a single snapshot back as it is, and refuses none", () => {
    const only = snapshot({ day: 1, rows: ["a:List complete a1"] });
    expect(mergeSnapshots([only])).toBe(only);
    expect(() => mergeSnapshots([])).toThrow(/no snapshot/);
  });

  it("gives the same whatever the order, for snapshots of different times", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(snapshotArbitrary, { minLength: 2, maxLength: 4, selector: (s) => s.finishedAt }),
        (list) => {
          expect(mergeSnapshots(list.toReversed())).toEqual(mergeSnapshots(list));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("gives the same in one step as in several, for snapshots that were taken one after the other", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(snapshotArbitrary, { minLength: 3, maxLength: 3, selector: (s) => s.finishedAt }),
        (list) => {
          const [a, b, c] = list.toSorted((x, y) => Date.parse(x.finishedAt) - Date.parse(y.finishedAt));
          if (a === undefined || b === undefined || c === undefined) throw new Error("three were asked for");
          const stepwise = mergeSnapshots([mergeSnapshots([a, b]), c]);
          expect(comparable(stepwise)).toEqual(comparable(mergeSnapshots([a, b, c])));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("invents and loses nothing: every record comes from the one snapshot whose answer was used", () => {
    fc.assert(
      fc.property(fc.array(snapshotArbitrary, { minLength: 2, maxLength: 3 }), (list) => {
        const merged = mergeSnapshots(list);
        const groups = Map.groupBy(merged.records, (r) => `${r.cloud}/${r.account}/${r.region}/${r.operation}`);
        for (const [key, records] of groups) {
          const whole = list.map((s) =>
            s.records.filter((r) => `${r.cloud}/${r.account}/${r.region}/${r.operation}` === key),
          );
          expect(whole).toContainEqual(records);
        }
      }),
    );
  });
});

/** What analysis rests on: notes and the way it was put together aside. */
function comparable({ records, coverage, startedAt, finishedAt }: Snapshot): unknown {
  return { records, coverage, startedAt, finishedAt };
}

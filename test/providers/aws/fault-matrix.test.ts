import { beforeAll, describe, expect, it } from "vitest";

import type { Fault, FaultKind } from "../../../lab/aws/faults.ts";
import { isKnown } from "../../../src/model/coverage.ts";
import type { AwsOperation } from "../../../src/providers/aws/operation.ts";
import { awsOperations } from "../../../src/providers/aws/operations.ts";
import type { AwsCollectOptions } from "../../../src/providers/aws/options.ts";
import { awsProvider } from "../../../src/providers/aws/provider.ts";
import type { Snapshot } from "../../../src/snapshot/record.ts";
import { type Collected, collectFrom, withLab } from "./collecting.ts";
import { management, member, smallEstate } from "./small-estate.ts";

// Every operation meets every fault, once (and may recover) and for good. Operations that do not rest on each other meet it in the same
// run, so that the whole matrix takes seconds.

const faultKinds: readonly FaultKind[] = [
  "access-denied",
  "throttled",
  "server-error",
  "unavailable",
  "region-off",
  "timeout",
  "reset",
  "cut-off",
  "malformed",
  "slow",
  "repeated-token",
  "empty-page",
];
/** Faults that are no faults once they are over, or never were. */
const passing: ReadonlySet<FaultKind> = new Set([
  "throttled",
  "server-error",
  "unavailable",
  "timeout",
  "reset",
  "cut-off",
  "slow",
  "empty-page",
]);

/** Operations whose body the SDK hands over before it is whole: when it breaks off, they are not asked again. */
const streams = new Set(["s3:GetObject"]);

/** The operation whose coverage row speaks for this one: its own, or that of the report that it has made. */
function speakerFor({ id, ask }: AwsOperation): string {
  if (ask.how !== "within") return id;
  return awsOperations.find(({ job }) => job?.begin === id)?.id ?? "";
}

function depth({ ask }: AwsOperation): number {
  if (ask.how !== "per-parent") return 0;
  const parents = awsOperations.filter(({ id }) => ask.parents.includes(id));
  return 1 + Math.max(...parents.map(depth));
}

const collecting = awsOperations.filter(({ ask }) => ask.how !== "connecting");
const groups: readonly (readonly [string, readonly AwsOperation[], Partial<AwsCollectOptions>])[] = [
  ...[...Map.groupBy(collecting, depth)].map(
    ([level, operations]) => [`operations at depth ${level}`, operations, { regions: ["us-east-1"] }] as const,
  ),
  ...awsOperations
    .filter(({ ask }) => ask.how === "connecting")
    .map(
      (operation) =>
        [
          operation.id,
          [operation],
          { organization: true, role: "auditor", externalId: "ext-1", regions: ["us-east-1"] },
        ] as const,
    ),
];

async function run(options: Partial<AwsCollectOptions>, faults: readonly Fault[]): Promise<Collected> {
  const timeouts = faults.some(({ kind }) => kind === "timeout");
  const ends = faults.some(({ times }) => times !== undefined);
  // A fault that ends leaves attempts to spare, for a machine so busy that other answers come late too.
  const limits = {
    maxAttempts: ends ? 5 : 2,
    callTimeoutMs: timeouts ? (ends ? 4_000 : 1_500) : 20_000,
    perTargetConcurrency: 32,
  };
  const collected = await withLab(smallEstate, { faults, pageSize: 2 }, (lab) =>
    collectFrom(lab, management, { ...limits, ...options }),
  );
  // What a member is denied because the management account alone is told it is no gap.
  return { ...collected, coverage: awsProvider.settleCoverage(collected) };
}

/** The records of an operation, in an order that does not depend on which request was answered first. */
function recordsOf(snapshot: Snapshot, id: string): readonly string[] {
  return snapshot.records
    .filter(({ operation }) => operation === id)
    .map((record) => JSON.stringify(record))
    .toSorted();
}

describe.concurrent.each(groups)("%s", (_name, operations, options) => {
  let whole: Collected;
  beforeAll(async () => {
    whole = await run(options, []);
  });

  describe.each(faultKinds)("%s", (kind) => {
    it.each(["once", "for good"] as const)("%s: the same records, or a row that says what is missing", async (how) => {
      const faults = operations.map(({ id }) => ({
        operation: id,
        kind,
        retryAfterSeconds: 0,
        delayMs: 20,
        ...(how === "once" ? { times: 1 } : {}),
      }));
      let snapshot: Snapshot;
      try {
        snapshot = await run(options, faults);
      } catch (error) {
        // Credentials that AWS refuses from the start are the user's to mend: a usage error, which is no clean result either.
        expect(error).toMatchObject({ name: "UsageError" });
        expect([kind, operations[0]?.id]).toEqual(["region-off", "sts:GetCallerIdentity"]);
        return;
      }
      expectHonest(snapshot, whole);
      if (how === "once" && passing.has(kind)) {
        const broken = snapshot.coverage.filter(({ status, operation }) => !isKnown(status) && !streams.has(operation));
        expect(broken).toEqual([]);
      }
      if (how === "for good" && !["slow", "empty-page", "repeated-token"].includes(kind)) {
        for (const asked of operations) {
          if (asked.id === "ec2:DescribeRegions") {
            expect(snapshot.notes).toContainEqual(expect.stringContaining("the Regions named were taken as they are"));
            continue;
          }
          const id = speakerFor(asked);
          expect([id, snapshot.coverage.some(({ operation, status }) => operation === id && !isKnown(status))]).toEqual(
            [id, true],
          );
        }
      }
    });
  });
});

/** Nothing is missing without a row that says so, no row is doubled, and no text holds a secret. */
function expectHonest(snapshot: Snapshot, whole: Snapshot): void {
  const keys = snapshot.coverage.map(({ account, region, operation }) => `${account}/${region}/${operation}`);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { id } of awsOperations) {
    const rows = snapshot.coverage.filter(({ operation }) => operation === id);
    const incomplete = rows.filter(({ status }) => !isKnown(status));
    // Nothing rests on which Regions there are where they were named: a note tells, and the rows of other operations stay honest.
    if (id === "ec2:DescribeRegions" && snapshot.notes.some((note) => note.includes("Regions named were taken")))
      continue;
    for (const row of incomplete) expect(row.error).toMatch(/^[^\n]+$/);
    // An account that could not be entered speaks for what was not asked there.
    const entered = ["sts:GetCallerIdentity", "sts:AssumeRole", "organizations:ListAccounts"].every((gate) =>
      snapshot.coverage.every(({ operation, status }) => operation !== gate || isKnown(status)),
    );
    if (incomplete.length === 0 && entered) expect([id, recordsOf(snapshot, id)]).toEqual([id, recordsOf(whole, id)]);
    for (const row of rows) expect(row.items).toBe(countOf(snapshot, row));
  }
  expect(JSON.stringify(snapshot.coverage)).not.toMatch(/AKIALAB|ASIA[A-F0-9]{16}|ext-1/);
}

function countOf({ records }: Snapshot, row: Snapshot["coverage"][number]): number {
  return records.filter(
    ({ account, region, operation }) => account === row.account && region === row.region && operation === row.operation,
  ).length;
}

describe("the estate of the matrix", () => {
  it("gives every operation something to lose", async () => {
    const snapshot = await run({ organization: true, role: "auditor", externalId: "ext-1" }, []);
    for (const { id, answer, ask } of awsOperations) {
      if (answer.kind !== "secret" && ask.how !== "within")
        expect(recordsOf(snapshot, id).length, id).toBeGreaterThan(0);
    }
    expect(
      snapshot.coverage.some(({ account, operation }) => account === member && operation === "sts:AssumeRole"),
    ).toBe(true);
  });
});

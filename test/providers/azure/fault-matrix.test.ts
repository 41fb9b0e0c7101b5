import { beforeAll, describe, expect, it } from "vitest";

import type { Fault, FaultKind } from "../../../lab/azure/faults.ts";
import { isKnown } from "../../../src/model/coverage.ts";
import type { AzureOperation } from "../../../src/providers/azure/operation.ts";
import { azureOperations } from "../../../src/providers/azure/operations.ts";
import type { Snapshot } from "../../../src/snapshot/record.ts";
import { type Collected, collectFrom, withLab } from "./collecting.ts";
import { smallEstate } from "./small-estate.ts";

// Every operation meets every fault, once (and may recover) and for good. Operations that do not rest on each other meet it in the same
// run, so that the whole matrix takes seconds.

const faultKinds: readonly FaultKind[] = [
  "access-denied",
  "throttled",
  "server-error",
  "unavailable",
  "expired-token",
  "unregistered",
  "gone",
  "timeout",
  "reset",
  "cut-off",
  "malformed",
  "slow",
  "redirect",
  "repeated-token",
  "empty-page",
  "foreign-link",
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
/** Faults that take nothing away. */
const harmless: ReadonlySet<FaultKind> = new Set(["slow", "empty-page"]);

function depth({ ask }: AzureOperation): number {
  if (ask.how !== "per-parent") return 0;
  const parents = azureOperations.filter(({ id }) => ask.parents.includes(id));
  return 1 + Math.max(...parents.map(depth));
}

/** What is no fault of an operation: that there is no such provider here, or that a parent is gone, is an answer; a query has no links. */
function isNoFaultOf(kind: FaultKind, { ask, disabledBy, route }: AzureOperation): boolean {
  if (kind === "unregistered") return ask.how !== "connecting";
  if (kind === "gone") return ask.how === "per-parent" || disabledBy.includes("status 404");
  return kind === "foreign-link" && route.kind === "query";
}

/** Whether everything was read that an operation rests on: whom Microsoft Graph is asked about, other rows say. */
function isWhole(snapshot: Snapshot, { ask }: AzureOperation): boolean {
  if (ask.how !== "per-parent") return true;
  const parents = azureOperations.filter(({ id }) => ask.parents.includes(id));
  return parents.every(
    (parent) =>
      isWhole(snapshot, parent) &&
      snapshot.coverage.every(({ operation, status }) => operation !== parent.id || isKnown(status)),
  );
}

const groups: readonly (readonly [string, readonly AzureOperation[]])[] = [
  ...[
    ...Map.groupBy(
      azureOperations.filter(({ ask }) => ask.how !== "connecting"),
      depth,
    ),
  ].map(([level, operations]) => [`operations at depth ${level}`, operations] as const),
  ...azureOperations
    .filter(({ ask }) => ask.how === "connecting")
    .map((operation) => [operation.id, [operation]] as const),
];

function run(faults: readonly Fault[]): Promise<Collected> {
  const timeouts = faults.some(({ kind }) => kind === "timeout");
  const ends = faults.some(({ times }) => times !== undefined);
  const limits = {
    // A fault that ends leaves attempts to spare, for a machine so busy that other answers come late too.
    maxAttempts: ends ? 5 : 2,
    callTimeoutMs: timeouts ? (ends ? 4_000 : 1_500) : 20_000,
    perTargetConcurrency: 32,
    managementGroups: ["top"],
  };
  return withLab(smallEstate, { faults, pageSize: 2 }, (lab) => collectFrom(lab, limits));
}

/** The records of an operation, in an order that does not depend on which request was answered first. */
function recordsOf(snapshot: Snapshot, id: string): readonly string[] {
  return snapshot.records
    .filter(({ operation }) => operation === id)
    .map((record) => JSON.stringify(record))
    .toSorted();
}

describe.concurrent.each(groups)("%s", (_name, operations) => {
  let whole: Collected;
  beforeAll(async () => {
    whole = await run([]);
  });

  describe.each(faultKinds)("%s", (kind) => {
    it.each(["once", "for good"] as const)("%s: the same records, or a row that says what is missing", async (how) => {
      const met = operations.filter((operation) => !isNoFaultOf(kind, operation));
      const faults = met.map(({ id }) => ({
        operation: id,
        kind,
        retryAfterSeconds: 0,
        delayMs: 20,
        ...(how === "once" ? { times: 1 } : {}),
      }));
      const snapshot = await run(faults);
      expectHonest(snapshot, whole);
      const broken = snapshot.coverage.filter(({ status }) => !isKnown(status)).map(({ operation }) => operation);
      if (how === "once" && passing.has(kind)) expect(broken).toEqual([]);
      if (how === "for good" && !harmless.has(kind)) for (const { id } of met) expect(broken).toContain(id);
    });
  });
});

/** Nothing is missing without a row that says so, no row is doubled, and no text holds a secret. */
function expectHonest(snapshot: Snapshot, whole: Snapshot): void {
  const keys = snapshot.coverage.map(({ account, region, operation }) => `${account}/${region}/${operation}`);
  expect(new Set(keys).size).toBe(keys.length);
  const connected = azureOperations
    .filter(({ ask }) => ask.how === "connecting")
    .every(({ id }) => snapshot.coverage.every(({ operation, status }) => operation !== id || isKnown(status)));
  for (const operation of azureOperations) {
    const { id } = operation;
    const rows = snapshot.coverage.filter((row) => row.operation === id);
    const incomplete = rows.filter(({ status }) => !isKnown(status));
    for (const row of incomplete) expect(row.error).toMatch(/^[^\n]+$/);
    // A listing of subscriptions that was not read whole speaks for what was not asked in those that it did not tell.
    if (incomplete.length === 0 && connected && isWhole(snapshot, operation))
      expect([id, recordsOf(snapshot, id)]).toEqual([id, recordsOf(whole, id)]);
    for (const row of rows) {
      const items = snapshot.records.filter((each) => each.account === row.account && each.operation === id);
      expect(row.items).toBe(items.length);
    }
  }
  expect(JSON.stringify(snapshot.coverage)).not.toMatch(/very-secret|Bearer|eyJ/);
}

describe("the estate of the matrix", () => {
  it("gives every operation something to lose", async () => {
    const snapshot = await run([]);
    for (const { id } of azureOperations) expect(recordsOf(snapshot, id).length, id).toBeGreaterThan(0);
    expect(snapshot.coverage.filter(({ status }) => status !== "complete")).toEqual([]);
  });
});

import { beforeAll, describe, expect, it } from "vitest";

import type { Fault, FaultKind } from "../../../lab/gcp/faults.ts";
import { isKnown } from "../../../src/model/coverage.ts";
import type { GcpOperation } from "../../../src/providers/gcp/operation.ts";
import { gcpOperations } from "../../../src/providers/gcp/operations.ts";
import type { Snapshot } from "../../../src/snapshot/record.ts";
import { type Collected, collectFrom, withLab } from "./collecting.ts";
import { folder, host, smallEstate } from "./small-estate.ts";

// Every operation meets every fault, once (and may recover) and for good. Operations that do not rest on each other meet it in the same
// run, so that the whole matrix takes seconds.

const faultKinds: readonly FaultKind[] = [
  "access-denied",
  "throttled",
  "rate-limited",
  "server-error",
  "unavailable",
  "expired-token",
  "api-disabled",
  "gone",
  "precondition",
  "timeout",
  "reset",
  "cut-off",
  "malformed",
  "wrong-shape",
  "slow",
  "redirect",
  "repeated-token",
  "empty-page",
  "unreachable-scope",
];
/** Faults that are no faults once they are over, or never were. */
const passing: ReadonlySet<FaultKind> = new Set([
  "throttled",
  "rate-limited",
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
/** APIs whose listings name the locations that did not answer. */
const everywhere: ReadonlySet<string> = new Set(["networksecurity", "run", "cloudfunctions"]);
/** APIs that tell what is there whether they are switched on or not. */
const alwaysThere: ReadonlySet<string> = new Set(["cloudidentity", "cloudresourcemanager", "iam"]);
/** Faults of listings, which an answer that is no list does not know. */
const ofListings: ReadonlySet<FaultKind> = new Set(["repeated-token", "empty-page", "unreachable-scope"]);

/** The operation that leaves the row of another: itself, or the one that another is a part of. */
function rowOf({ id }: GcpOperation): string {
  return gcpOperations.find(({ lookup }) => lookup?.operation === id)?.id ?? id;
}

function depth(operation: GcpOperation): number {
  const { ask } = operation;
  if (ask.how === "within") return gcpOperations.filter(({ id }) => id === rowOf(operation)).map(depth)[0] ?? 0;
  if (ask.how !== "per-parent") return 0;
  const parents = gcpOperations.filter(({ id }) => ask.parents.includes(id));
  return 1 + Math.max(...parents.map(depth));
}

/** Whether a fault is none of an operation: it is no listing, or what the fault says is an answer. */
function isNoFaultOf(kind: FaultKind, { api, answer, ask, on, paging, shared }: GcpOperation): boolean {
  if (kind === "unreachable-scope") return answer.kind !== "scopes" && !everywhere.has(api);
  if (ofListings.has(kind) && paging === null) return true;
  // An API that is off in the very project holds nothing there; the hierarchy has no such switch, and nor has who may do what.
  if (kind === "api-disabled") return on.includes("project") && ask.how !== "connecting" && !alwaysThere.has(api);
  return kind === "gone" && ask.how === "per-parent" && !shared;
}

const groups: readonly (readonly [string, readonly GcpOperation[]])[] = [
  ...[
    ...Map.groupBy(
      gcpOperations.filter(({ ask }) => ask.how !== "connecting"),
      depth,
    ),
  ].map(([level, operations]) => [`operations at depth ${level}`, operations] as const),
  ...gcpOperations
    .filter(({ ask }) => ask.how === "connecting")
    .map((operation) => [operation.id, [operation]] as const),
];

/** Two ways to find projects have every operation that connects asked. */
async function run(operations: readonly GcpOperation[], faults: readonly Fault[]): Promise<Collected> {
  const timeouts = faults.some(({ kind }) => kind === "timeout");
  const ends = faults.some(({ times }) => times !== undefined);
  const limits = {
    // A fault that ends leaves attempts to spare, for a machine so busy that other answers come late too.
    maxAttempts: ends ? 5 : 2,
    callTimeoutMs: timeouts ? (ends ? 4_000 : 1_500) : 20_000,
    perTargetConcurrency: 32,
    ...(operations.some(({ id }) => id.endsWith("projects.search")) ? {} : { folders: [folder], projects: [host] }),
  };
  return withLab(smallEstate, { faults, pageSize: 2 }, (lab) => collectFrom(lab, limits));
}

const shared = new Set(gcpOperations.filter((operation) => operation.shared).map(({ id }) => id));

/** The records of an operation, in an order that does not depend on which request was answered first. */
function recordsOf(snapshot: Snapshot, id: string): readonly string[] {
  return (
    snapshot.records
      .filter(({ operation }) => operation === id)
      // What is the same everywhere is with the target that asked for it first.
      .map((record) => JSON.stringify(shared.has(id) ? { ...record, account: null } : record))
      .toSorted()
  );
}

describe.concurrent.each(groups)("%s", (_name, operations) => {
  let whole: Collected;
  beforeAll(async () => {
    whole = await run(operations, []);
  });

  const metBy = (kind: FaultKind): readonly GcpOperation[] =>
    operations.filter((operation) => !isNoFaultOf(kind, operation));
  describe.each(faultKinds.filter((kind) => metBy(kind).length > 0))("%s", (kind) => {
    it.each(["once", "for good"] as const)("%s: the same records, or a row that says what is missing", async (how) => {
      const met = metBy(kind);
      const faults = met.map(({ id }) => ({
        operation: id,
        kind,
        retryAfterSeconds: 0,
        delayMs: 20,
        ...(how === "once" ? { times: 1 } : {}),
      }));
      const snapshot = await run(operations, faults);
      expectHonest(snapshot, whole);
      const broken = snapshot.coverage.filter(({ status }) => !isKnown(status)).map(({ operation }) => operation);
      if (how === "once" && passing.has(kind)) expect(broken).toEqual([]);
      if (how === "for good" && !harmless.has(kind)) for (const each of met) expect(broken).toContain(rowOf(each));
    });
  });
});

/** Nothing is missing without a row that says so, no row is doubled, and no text holds a secret. */
function expectHonest(snapshot: Snapshot, whole: Snapshot): void {
  const keys = snapshot.coverage.map(({ account, region, operation }) => `${account}/${region}/${operation}`);
  expect(new Set(keys).size).toBe(keys.length);
  const connected = gcpOperations
    .filter(({ ask }) => ask.how === "connecting")
    .every(({ id }) => snapshot.coverage.every(({ operation, status }) => operation !== id || isKnown(status)));
  for (const { id } of gcpOperations) {
    const rows = snapshot.coverage.filter(({ operation }) => operation === id);
    const incomplete = rows.filter(({ status }) => !isKnown(status));
    for (const row of incomplete) expect(row.error).toMatch(/^[^\n]+$/);
    // What was not read whole while connecting speaks for what was not asked on targets that it did not tell.
    if (incomplete.length === 0 && connected) expect([id, recordsOf(snapshot, id)]).toEqual([id, recordsOf(whole, id)]);
    for (const row of rows) {
      const items = snapshot.records.filter(({ account, operation }) => account === row.account && operation === id);
      expect(row.items).toBe(items.length);
    }
  }
  expect(JSON.stringify(snapshot)).not.toMatch(/VERY-SECRET|PRIVATE KEY|Bearer|ya29/);
}

describe("the estate of the matrix", () => {
  it("gives every operation something to lose", async () => {
    const connecting = new Set(
      ["projects.search", "projects.list", "folders.list"].map((id) => `cloudresourcemanager.${id}`),
    ).add("cloudidentity.groups.lookup");
    const snapshot = await run([], []);
    for (const { id } of gcpOperations) {
      if (!connecting.has(id)) expect(recordsOf(snapshot, id).length, id).toBeGreaterThan(0);
    }
    expect(snapshot.coverage.filter(({ status }) => status !== "complete")).toEqual([]);
  });
});

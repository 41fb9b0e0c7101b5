import { isKnown } from "../../model/coverage.ts";
import type { ReadOperation } from "./ask.ts";
import { distinct, type OperationEnd, type Requests, soleRequest } from "./inquire.ts";

/** How operations ended or will end, by id. */
export type Ends = ReadonlyMap<string, Promise<OperationEnd>>;

/**
 * Asks operations on one target: those without parents at once, each of the others as soon as its parents ended. Parents must come before
 * those that rest on them. Ends when all ended, however they ended. `known`: what was asked before, while connecting, and others rest on.
 */
export async function walk<Operation extends ReadOperation>(
  operations: readonly Operation[],
  ask: (operation: Operation, requests: Requests, ends: Ends) => Promise<OperationEnd>,
  known: Ends = new Map(),
): Promise<void> {
  const ends = new Map(known);
  for (const operation of operations) {
    if (operation.ask.how === "connecting" || operation.ask.how === "within") continue;
    ends.set(
      operation.id,
      requestsOf(operation, ends).then((requests) => ask(operation, requests, ends)),
    );
  }
  await Promise.all(ends.values());
}

async function requestsOf({ ask }: ReadOperation, ends: Ends): Promise<Requests> {
  if (ask.how !== "per-parent") return soleRequest;
  const parents = await Promise.all(
    ask.parents.map(async (id) => ({
      id,
      end: (await ends.get(id)) ?? { status: "skipped", error: null, records: [] },
    })),
  );
  const unread = parents.filter(({ end }) => !isKnown(end.status));
  const records = parents.flatMap(({ end }) => end.records);
  return {
    requests: distinct(records.flatMap((record) => ask.requests(record, records))),
    unasked:
      unread.length === 0 ? null : unread.map(({ id, end }) => `${id} was not read whole (${end.status})`).join("; "),
    nothingHere: parents.every(({ end }) => end.status === "disabled"),
  };
}

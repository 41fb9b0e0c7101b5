import { isKnown } from "../../model/coverage.ts";
import type { ParentRequest, ReadOperation } from "./ask.ts";
import { type OperationEnd, type Requests, soleRequest } from "./inquire.ts";

/** How operations ended or will end, by id. */
export type Ends = ReadonlyMap<string, Promise<OperationEnd>>;

/**
 * Asks operations on one target: those without parents at once, each of the others as soon as its parents ended. Parents must come before
 * those that rest on them. Ends when all ended, however they ended.
 */
export async function walk<Operation extends ReadOperation>(
  operations: readonly Operation[],
  ask: (operation: Operation, requests: Requests, ends: Ends) => Promise<OperationEnd>,
): Promise<void> {
  const ends = new Map<string, Promise<OperationEnd>>();
  for (const operation of operations) {
    if (operation.ask.how === "connecting") continue;
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
  return {
    requests: distinct(parents.flatMap(({ end }) => end.records.flatMap((record) => ask.requests(record)))),
    unasked:
      unread.length === 0 ? null : unread.map(({ id, end }) => `${id} was not read whole (${end.status})`).join("; "),
    nothingHere: parents.every(({ end }) => end.status === "disabled"),
  };
}

function distinct(requests: readonly ParentRequest[]): readonly ParentRequest[] {
  return [...new Map(requests.map((request) => [JSON.stringify(request.members), request])).values()];
}

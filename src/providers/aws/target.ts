import { isKnown } from "../../model/coverage.ts";
import type { Target } from "../../model/resource.ts";
import type { CallSite } from "./call.ts";
import { type AwsCollection, type Inquiry, inquire, type OperationEnd, soleRequest } from "./collection.ts";
import { type AwsOperation, awsOperations, type ParentRequest } from "./operations.ts";

/** The operation whose answer shows that a Region is there. */
const regionProbe = "ec2:DescribeVpcs";

/**
 * Asks every operation of a scope on one target: those without parents at once, each of the others as soon as its parents ended.
 * Ends when all ended, however they ended.
 */
export async function collectTarget(
  collection: AwsCollection,
  site: CallSite,
  target: Target,
  scope: AwsOperation["scope"],
): Promise<void> {
  const ends = new Map<string, Promise<OperationEnd>>();
  const regionAnswers = async (): Promise<boolean> => {
    const end = await ends.get(regionProbe);
    return end?.status === "complete" || end?.status === "denied";
  };
  // awsOperations names parents before those that rest on them.
  for (const operation of awsOperations) {
    if (operation.scope !== scope || operation.ask.how === "connecting") continue;
    const shared = { site, target, operation, regionAnswers };
    ends.set(operation.id, ask(collection, shared, ends));
  }
  await Promise.all(ends.values());
}

async function ask(
  collection: AwsCollection,
  shared: Pick<Inquiry, "site" | "target" | "operation" | "regionAnswers">,
  ends: ReadonlyMap<string, Promise<OperationEnd>>,
): Promise<OperationEnd> {
  const { ask: how } = shared.operation;
  if (how.how !== "per-parent") {
    const members = how.how === "once" ? how.members : {};
    return inquire(collection, { ...shared, requests: soleRequest, members, unasked: null, nothingHere: false });
  }
  const parents = await Promise.all(
    how.parents.map(async (id) => ({
      id,
      end: (await ends.get(id)) ?? { status: "skipped", error: null, records: [] },
    })),
  );
  const unread = parents.filter(({ end }) => !isKnown(end.status));
  return inquire(collection, {
    ...shared,
    requests: distinct(parents.flatMap(({ end }) => end.records.flatMap((record) => how.requests(record)))),
    unasked:
      unread.length === 0 ? null : unread.map(({ id, end }) => `${id} was not read whole (${end.status})`).join("; "),
    nothingHere: parents.every(({ end }) => end.status === "disabled"),
  });
}

function distinct(requests: readonly ParentRequest[]): readonly ParentRequest[] {
  return [...new Map(requests.map((request) => [JSON.stringify(request.members), request])).values()];
}

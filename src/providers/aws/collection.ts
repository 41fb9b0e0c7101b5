import { gravest, isKnown, type Coverage, type CoverageGap, type CoverageStatus } from "../../model/coverage.ts";
import type { OnScanEvent } from "../../model/progress.ts";
import { globalRegion, type Target } from "../../model/resource.ts";
import type { SnapshotRecord, SnapshotSink } from "../../snapshot/record.ts";
import type { AwsCaller, CallSite } from "./call.ts";
import type { AwsClients } from "./clients.ts";
import { type AwsOperation, findAwsOperation, type ParentRequest, type RequestMembers } from "./operations.ts";
import type { AwsCollectOptions } from "./options.ts";

/** What everything that collects writes to and asks with. */
export interface AwsCollection {
  readonly caller: AwsCaller;
  readonly sink: SnapshotSink;
  readonly onEvent: OnScanEvent;
}

/** What connecting works with besides. */
export interface Connecting extends AwsCollection {
  readonly options: AwsCollectOptions;
  readonly clients: AwsClients;
}

/** The operation of that id, which must be in the list. */
export function operationNamed(id: string): AwsOperation {
  const operation = findAwsOperation(id);
  if (operation === undefined) throw new Error(`${id} is not in the list of operations`);
  return operation;
}

/** The target that holds what an account has outside Regions. */
export function globalTarget(account: string): Target {
  return { cloud: "aws", account, region: globalRegion };
}

/** How an operation ended on a target, with what it left. */
export interface OperationEnd {
  readonly status: CoverageStatus;
  readonly error: string | null;
  readonly records: readonly SnapshotRecord[];
}

/** What to ask of an operation. */
export interface Inquiry {
  readonly site: CallSite;
  readonly target: Target;
  readonly operation: AwsOperation;
  /** The requests to send: one without members of its own for an operation that is asked once. */
  readonly requests: readonly ParentRequest[];
  /** Members that every request carries. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Why there may be more to ask than `requests`: an operation that lists the parents failed. Null when nothing is missing. */
  readonly unasked: string | null;
  /** Whether there is nothing to ask because the parents' service is switched off. */
  readonly nothingHere: boolean;
  /** Whether the Region itself answers, so that a host name that does not exist is a service that is not offered there. */
  readonly regionAnswers: () => Promise<boolean>;
  /** Whether nothing of the scan rests on the answer: failing, it leaves no coverage row. By default it does. */
  readonly dispensable?: boolean;
}

/** The one request of an operation that is asked once. */
export const soleRequest: readonly ParentRequest[] = [{ members: {} }];

/** Sends every request of an inquiry, and leaves the records and exactly one coverage row, but none where a dispensable one failed. Never throws for what the API does. */
export async function inquire(collection: AwsCollection, inquiry: Inquiry): Promise<OperationEnd> {
  const { target, operation, requests } = inquiry;
  collection.onEvent({ kind: "operation-started", target, operation: operation.id });
  const records: SnapshotRecord[] = [];
  const ends = await Promise.all(requests.map((request) => send(collection, inquiry, request, records)));
  const row = coverageRow(
    inquiry,
    ends.filter((end) => end !== null),
    records.length,
  );
  if (inquiry.dispensable !== true || isKnown(row.status)) collection.sink.coverage(row);
  collection.onEvent({ kind: "operation-ended", target, operation: operation.id, status: row.status });
  return { status: row.status, error: row.error, records };
}

/** Leaves the coverage row of an operation that was asked by other means, before its target was known. */
export function settle(
  { sink, onEvent }: AwsCollection,
  target: Target,
  operation: AwsOperation,
  end: { readonly status: CoverageStatus; readonly error: string | null; readonly items: number },
): void {
  onEvent({ kind: "operation-started", target, operation: operation.id });
  sink.coverage({ ...target, operation: operation.id, ...end });
  onEvent({ kind: "operation-ended", target, operation: operation.id, status: end.status });
}

async function send(
  { caller, sink }: AwsCollection,
  { site, target, operation, members, regionAnswers }: Inquiry,
  request: ParentRequest,
  records: SnapshotRecord[],
): Promise<CoverageGap | null> {
  if (request.skip !== undefined) return { request: request.members, status: "skipped", error: request.skip };
  const kept = keptMembers(operation, request.members);
  const end = await caller.ask(site, operation, { ...members, ...request.members }, (data) => {
    const record = { ...target, operation: operation.id, ...(kept === null ? {} : { request: kept }), data };
    records.push(record);
    sink.record(record);
  });
  if (end === null) return null;
  if (end.host !== null && isAwsHost(end.host) && operation.service !== "ec2" && (await regionAnswers())) {
    return { request: request.members, status: "disabled", error: "the service is not offered in this Region" };
  }
  return { request: request.members, status: end.status, error: end.error };
}

function keptMembers(operation: AwsOperation, members: RequestMembers): RequestMembers | null {
  if (operation.ask.how !== "per-parent" || operation.ask.keep.length === 0) return null;
  const { keep } = operation.ask;
  return Object.fromEntries(Object.entries(members).filter(([member]) => keep.includes(member)));
}

/** The names of AWS's own endpoints; one that a user configured says nothing about a Region when it does not exist. */
function isAwsHost(host: string): boolean {
  return /\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/i.test(host);
}

function coverageRow(inquiry: Inquiry, gaps: readonly CoverageGap[], items: number): Coverage {
  const { target, operation, requests, unasked, nothingHere } = inquiry;
  const row = { ...target, operation: operation.id, items };
  const worst = gravest(gaps);
  if (worst === null) {
    if (unasked !== null) return { ...row, status: "skipped", error: unasked };
    if (nothingHere) return { ...row, status: "disabled", error: "there is none here" };
    return { ...row, status: "complete", error: null };
  }
  const alike =
    gaps.length === requests.length &&
    gaps.every(({ status, error }) => status === worst.status && error === worst.error);
  if (alike && unasked === null) return { ...row, status: worst.status, error: worst.error };
  const count = `${gaps.length} of ${requests.length} requests`;
  const status = unasked !== null && isKnown(worst.status) ? "skipped" : worst.status;
  const error = [`${count}: ${worst.error}`, ...(unasked === null ? [] : [unasked])].join("; ");
  return { ...row, status, error, gaps };
}

import { gravest, isKnown, type Coverage, type CoverageGap, type CoverageStatus } from "../../model/coverage.ts";
import type { OnScanEvent } from "../../model/progress.ts";
import type { Target } from "../../model/resource.ts";
import type { Answer, SnapshotRecord, SnapshotSink, VendorObject } from "../../snapshot/record.ts";
import type { ParentRequest, ReadOperation, RequestMembers } from "./ask.ts";

/** What everything that collects writes to. */
export interface Collecting {
  readonly sink: SnapshotSink;
  readonly onEvent: OnScanEvent;
}

/** How an operation ended on a target, with what it left. */
export interface OperationEnd {
  readonly status: CoverageStatus;
  readonly error: string | null;
  readonly records: readonly SnapshotRecord[];
}

/** What there is to ask of an operation. */
export interface Requests {
  /** The requests to send: one without members of its own for an operation that is asked once. */
  readonly requests: readonly ParentRequest[];
  /** Why there may be more to ask than `requests`: an operation that lists the parents failed. Null when nothing is missing. */
  readonly unasked: string | null;
  /** Whether there is nothing to ask because the parents' service is switched off. */
  readonly nothingHere: boolean;
}

/** An operation on a target, with what there is to ask of it. */
export interface Inquiry extends Requests {
  readonly target: Target;
  readonly operation: ReadOperation;
  /** Whether nothing of the scan rests on the answer: failing, it leaves no coverage row. By default it does. */
  readonly dispensable?: boolean;
}

/** Takes one item of an answer. */
export type OnItem = (data: VendorObject) => void;

/**
 * Sends one request and hands over each item of its answer; null when nothing is missing from it. Never throws for what an API does.
 * `onItemOf` takes items of which the answer says something outside of them, which goes into the record's `request`.
 */
export type Send = (
  request: ParentRequest,
  onItem: OnItem,
  onItemOf: (said: RequestMembers) => OnItem,
) => Promise<Pick<CoverageGap, "status" | "error"> | null>;

/** The one request of an operation that is asked once. */
export const soleRequest: Requests = { requests: [{ members: {} }], unasked: null, nothingHere: false };

/** Sends every request of an inquiry, and leaves the records and exactly one coverage row. Never throws for what the API does. */
export async function inquire({ sink, onEvent }: Collecting, inquiry: Inquiry, send: Send): Promise<OperationEnd> {
  const { target, operation, requests } = inquiry;
  onEvent({ kind: "operation-started", target, operation: operation.id });
  const held = sink.held?.(target, operation.id) ?? null;
  if (held !== null) return takeOver({ sink, onEvent }, target, operation, held);
  const records: SnapshotRecord[] = [];
  const gapOf = async (request: ParentRequest): Promise<CoverageGap | null> => {
    if (request.skip !== undefined) return { request: request.members, status: "skipped", error: request.skip };
    const kept = keptMembers(operation, request.members);
    const take =
      (said: RequestMembers | null): OnItem =>
      (data) => {
        const record = { ...target, operation: operation.id, ...(said === null ? {} : { request: said }), data };
        records.push(record);
        sink.record(record);
      };
    const end = await send(request, take(kept), (said) => take({ ...kept, ...said }));
    return end === null ? null : { request: request.members, status: end.status, error: end.error };
  };
  const sent: ParentRequest[] = [];
  const gaps: CoverageGap[] = [];
  for (let wave = requests; wave.length > 0;) {
    const before = records.length;
    sent.push(...wave);
    gaps.push(...(await Promise.all(wave.map(gapOf))).filter((end) => end !== null));
    wave = furtherRequests(operation, records.slice(before), sent);
  }
  const row = coverageRow({ ...inquiry, requests: sent }, gaps, records.length);
  if (inquiry.dispensable !== true || isKnown(row.status)) sink.coverage(row);
  onEvent({ kind: "operation-ended", target, operation: operation.id, status: row.status });
  return { status: row.status, error: row.error, records };
}

/** Leaves what an earlier run had read whole, as if it were asked now. */
function takeOver(
  { sink, onEvent }: Collecting,
  target: Target,
  operation: ReadOperation,
  { coverage, records }: Answer,
): OperationEnd {
  for (const record of records) sink.record(record);
  sink.coverage(coverage);
  onEvent({ kind: "operation-ended", target, operation: operation.id, status: coverage.status });
  return { status: coverage.status, error: coverage.error, records };
}

/** Leaves the coverage row of an operation that was asked by other means, before its target was known. */
export function settle(
  { sink, onEvent }: Collecting,
  target: Target,
  operation: ReadOperation,
  end: { readonly status: CoverageStatus; readonly error: string | null; readonly items: number },
): void {
  onEvent({ kind: "operation-started", target, operation: operation.id });
  sink.coverage({ ...target, operation: operation.id, ...end });
  onEvent({ kind: "operation-ended", target, operation: operation.id, status: end.status });
}

/** Requests one by one, the last of those that say the same. */
export function distinct(requests: readonly ParentRequest[]): readonly ParentRequest[] {
  return [...new Map(requests.map((request) => [requestKey(request), request])).values()];
}

function requestKey({ members }: ParentRequest): string {
  return JSON.stringify(members);
}

/** What an operation's own records give to ask besides. A tree that leads back into itself is walked once. */
export function furtherRequests(
  { ask }: ReadOperation,
  records: readonly SnapshotRecord[],
  sent: readonly ParentRequest[],
): readonly ParentRequest[] {
  if (ask.how !== "per-parent" || ask.recurs !== true || records.length === 0) return [];
  const known = new Set(sent.map(requestKey));
  const further = records.flatMap((record) => ask.requests(record, records));
  return distinct(further).filter((request) => !known.has(requestKey(request)));
}

/** What of a request goes into its records; null where the answer repeats everything. */
export function keptMembers(operation: ReadOperation, members: RequestMembers): RequestMembers | null {
  if (operation.ask.how !== "per-parent" || operation.ask.keep.length === 0) return null;
  const { keep } = operation.ask;
  return Object.fromEntries(Object.entries(members).filter(([member]) => keep.includes(member)));
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

import type { Coverage } from "../../../model/coverage.ts";
import { globalRegion, type Target } from "../../../model/resource.ts";
import type { SnapshotRecord, SnapshotSink } from "../../../snapshot/record.ts";
import { text } from "../../read.ts";
import type { ParentRequest } from "../../shared/ask.ts";
import { listed } from "../../shared/dump.ts";
import { gcpOperations, kindOf, type GcpOperation } from "../operations.ts";
import { askedKey, type Told } from "./asked.ts";
import type { BrokenPart } from "./broken.ts";
import { listCoverage, parentCoverage } from "./coverage.ts";
import type { Hierarchy } from "./hierarchy.ts";
import type { Held, HeldResource } from "./holdings.ts";
import { folderOperation, isContainer, organizationOperation, projectOperation } from "./resources.ts";
import type { Settled } from "./settle.ts";

/** Everything that an import writes down. */
export interface Found {
  readonly held: Held;
  readonly settled: Settled;
  readonly broken: readonly BrokenPart[];
  readonly hierarchy: Hierarchy;
}

/** Operations that say what a target is; each target has the record of one of them. */
const describing: ReadonlySet<string> = new Set([projectOperation, folderOperation, organizationOperation]);

/** Writes the targets of a dump with their records, and one coverage row for each operation on each. */
export function writeTargets(found: Found, sink: SnapshotSink): void {
  const resources = Map.groupBy(found.settled.resources, ({ account }) => account);
  const { scanned, idle } = accountsOf(found, resources);
  const plans = scanned.map((account) => planOf(account, resources.get(account) ?? [], found));
  const claimed = new Set(plans.flatMap((plan) => [...plan.claimed]));
  const left = [...found.settled.answers].filter(([key]) => !claimed.has(key)).map(([, answer]) => answer);
  for (const plan of plans) writeTarget(plan, left, found, sink);
  for (const account of idle) leaveOut(account, resources.get(account)?.[0], sink);
  const written = new Set(scanned);
  const aside = [...resources.keys()].filter((account) => isContainer(account) && !written.has(account));
  if (aside.length > 0) sink.note(`Left out, because no project of the dump lies in it: ${listed(aside)}.`);
}

/** Accounts of which the dump holds something, with all that they lie in; and projects that it only lists. Sorted. */
function accountsOf(
  { held, settled, broken, hierarchy }: Found,
  resources: ReadonlyMap<string, readonly HeldResource[]>,
): { readonly scanned: readonly string[]; readonly idle: readonly string[] } {
  const own = new Set([
    ...held.holdings.filter(({ operation }) => !describing.has(operation)).map(({ account }) => account),
    ...settled.resources.filter(({ operation }) => !describing.has(operation)).map(({ account }) => account),
    ...[...settled.answers.values()].map(({ account }) => account),
    ...broken.flatMap(({ account }) => account ?? []),
  ]);
  const above = [...own].flatMap((account) => hierarchy.above(account));
  const scanned = new Set([...own, ...above]);
  const described = [...resources.keys()];
  // Of organizations and folders alone there is something to tell as well, when there is no project to tell them from.
  const onlyContainers = scanned.size === 0;
  const idle = described.filter((account) => !scanned.has(account) && !isContainer(account));
  if (onlyContainers) described.filter(isContainer).forEach((account) => scanned.add(account));
  return { scanned: [...scanned].toSorted(), idle: idle.toSorted() };
}

/** A target with the records that each operation leaves there. */
interface Plan {
  readonly target: Target;
  readonly name: string | null;
  readonly records: Map<string, SnapshotRecord[]>;
  readonly requests: Map<string, readonly ParentRequest[]>;
  /** Keys of the answers that the target's own resources give rise to. */
  readonly claimed: ReadonlySet<string>;
}

function planOf(account: string, resources: readonly HeldResource[], { settled }: Found): Plan {
  const target: Target = { cloud: "gcp", account, region: globalRegion };
  const records = new Map<string, SnapshotRecord[]>();
  const requests = new Map<string, readonly ParentRequest[]>();
  const claimed = new Set<string>();
  const put = (record: SnapshotRecord): void => {
    const { operation } = record;
    const before = records.get(operation);
    if (before === undefined) records.set(operation, [record]);
    else before.push(record);
  };
  for (const { operation, data } of resources) put({ ...target, operation, data });
  for (const { id, ask } of operationsOn(account)) {
    const own = ask.how === "per-parent" ? distinct(requestsOf(ask, records)) : [];
    requests.set(id, own);
    const keep = ask.how === "per-parent" ? ask.keep : [];
    for (const { members } of ask.how === "per-parent" ? own : [{ members: {} }]) {
      const key = keyOf(id, members, account);
      const answer = settled.answers.get(key);
      if (answer === undefined) continue;
      claimed.add(key);
      const kept = Object.fromEntries(Object.entries(members).filter(([member]) => keep.includes(member)));
      const request = keep.length === 0 ? {} : { request: kept };
      for (const data of answer.items) put({ ...target, operation: id, ...request, data });
    }
  }
  const own = resources.find(({ operation }) => describing.has(operation));
  const name = own === undefined ? null : text(own.data, "displayName");
  return { target, name, records, requests, claimed };
}

type PerParent = Extract<GcpOperation["ask"], { how: "per-parent" }>;

function requestsOf(ask: PerParent, records: ReadonlyMap<string, readonly SnapshotRecord[]>): readonly ParentRequest[] {
  const all = ask.parents.flatMap((parent) => records.get(parent) ?? []);
  return all.flatMap((record) => ask.requests(record, all));
}

function distinct(requests: readonly ParentRequest[]): readonly ParentRequest[] {
  return [...new Map(requests.map((request) => [JSON.stringify(request.members), request])).values()];
}

/** As {@link askedKey}; what is asked of a project as a whole is told by the project. */
function keyOf(operation: string, members: ParentRequest["members"], account: string): string {
  const key = askedKey(operation, members);
  return Object.keys(members).length === 0 ? `${key} ${account}` : key;
}

/** What is asked on a target, or said about it when it is found. */
function operationsOn(account: string): readonly GcpOperation[] {
  const kind = kindOf(account);
  return gcpOperations.filter(
    ({ id, on, ask }) => on.includes(kind) && (ask.how !== "connecting" || describing.has(id)),
  );
}

function writeTarget(plan: Plan, left: readonly Told[], found: Found, sink: SnapshotSink): void {
  const { target, name, records, requests } = plan;
  const { account } = target;
  // Answers that nothing in the dump gave rise to: what would have is not in it.
  for (const { operation, request, items } of left.filter((answer) => answer.account === account)) {
    const own = [...(records.get(operation) ?? [])];
    for (const data of items) own.push({ ...target, operation, request, data });
    records.set(operation, own);
  }
  sink.target({ ...target, name, status: "scanned", note: null });
  for (const record of [...records.values()].flat()) sink.record(record);
  const rows = new Map<string, Coverage>();
  const holdings = Map.groupBy(
    found.held.holdings.filter((holding) => holding.account === account),
    ({ operation }) => operation,
  );
  for (const operation of operationsOn(account)) {
    const { id, ask } = operation;
    const parts = found.broken.filter((part) => part.operation === id && (part.account ?? account) === account);
    const held = {
      target,
      operation,
      holdings: holdings.get(id) ?? [],
      records: records.get(id) ?? [],
      broken: new Set(parts.map(({ file }) => file)),
    };
    const row =
      ask.how === "per-parent"
        ? parentCoverage(
            held,
            requests.get(id) ?? [],
            ({ members }) => isWhole(found.settled.answers.get(keyOf(id, members, account))),
            ask.parents.filter((parent) => rows.get(parent)?.status !== "complete"),
          )
        : listCoverage(held);
    rows.set(id, row);
    sink.coverage(row);
  }
}

function isWhole(answer: Told | undefined): boolean {
  return answer !== undefined && !answer.more;
}

/** A project that the dump lists and holds nothing of. One that is being deleted has nothing running. */
function leaveOut(account: string, described: HeldResource | undefined, sink: SnapshotSink): void {
  const target: Target = { cloud: "gcp", account, region: globalRegion };
  const state = text(described?.data ?? {}, "state") ?? "ACTIVE";
  const isLive = state === "ACTIVE";
  const note = isLive
    ? "The dump lists this project, but holds nothing of it."
    : `Google Cloud says that it is ${state}.`;
  sink.target({ ...target, name: text(described?.data ?? {}, "displayName"), status: "skipped", note });
  if (described !== undefined) sink.record({ ...target, operation: described.operation, data: described.data });
  if (isLive) sink.coverage({ ...target, operation: "*", status: "skipped", items: 0, error: note });
}

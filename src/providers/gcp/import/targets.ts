import type { Coverage } from "../../../model/coverage.ts";
import { globalRegion, type Target } from "../../../model/resource.ts";
import type { SnapshotRecord, SnapshotSink } from "../../../snapshot/record.ts";
import { text } from "../../read.ts";
import type { ParentRequest } from "../../shared/ask.ts";
import { listed } from "../../shared/dump.ts";
import { distinct, furtherRequests, keptMembers, soleRequest } from "../../shared/inquire.ts";
import { kindOf, type GcpOperation } from "../operation.ts";
import { operationsOn as operationsOnKind } from "../operations.ts";
import { askedKey, type Told } from "./asked.ts";
import type { BrokenPart } from "./broken.ts";
import { listCoverage, parentCoverage } from "./coverage.ts";
import type { Hierarchy } from "./hierarchy.ts";
import type { Held, HeldResource } from "./holdings.ts";
import { isMembership } from "./identities.ts";
import { isContainer } from "./accounts.ts";
import { folderOperation, organizationOperation, projectOperation } from "./resources.ts";
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
  const given = new Set<string>();
  const plans = scanned.map((account) => planOf(account, resources.get(account) ?? [], found, given));
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
    ...settled.bareRoles.map(({ account }) => account),
    ...[...settled.answers.values()].map(({ account }) => account).filter((account) => account !== ""),
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

/** `given`: keys of the answers that targets have, of which one is enough for what is the same everywhere. */
function planOf(account: string, resources: readonly HeldResource[], { settled }: Found, given: Set<string>): Plan {
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
  /** The records of an answer, which are put down unless another target has them. */
  const answered = (operation: GcpOperation, { members }: ParentRequest): readonly SnapshotRecord[] => {
    const key = keyOf(operation.id, members, account);
    const answer = settled.answers.get(key);
    if (answer === undefined) return [];
    claimed.add(key);
    const request = keptMembers(operation, members);
    const said = request === null ? {} : { request };
    const found = answer.items.map((data): SnapshotRecord =>
      Object.assign({ ...target, operation: operation.id }, said, { data }),
    );
    const isGiven = operation.shared && given.has(key);
    given.add(key);
    if (!isGiven) found.forEach(put);
    return found;
  };
  for (const operation of operationsOn(account)) {
    const { id, ask } = operation;
    const asked: ParentRequest[] = [];
    let wave = ask.how === "per-parent" ? distinct(requestsOf(ask, records)) : soleRequest.requests;
    while (wave.length > 0) {
      asked.push(...wave);
      const found = wave.flatMap((request) => answered(operation, request));
      wave = furtherRequests(operation, found, asked);
    }
    requests.set(id, ask.how === "per-parent" ? asked : []);
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

/** As {@link askedKey}; what is asked of a project as a whole is told by the project. */
function keyOf(operation: string, members: ParentRequest["members"], account: string): string {
  const key = askedKey(operation, members);
  return Object.keys(members).length === 0 ? `${key} ${account}` : key;
}

/** What is asked on a target, or said about it when it is found. */
function operationsOn(account: string): readonly GcpOperation[] {
  return operationsOnKind(kindOf(account)).filter(
    ({ id, ask }) => ask.how !== "within" && (ask.how !== "connecting" || describing.has(id)),
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
        : withoutBare(
            listCoverage(held),
            found.settled.bareRoles.filter((role) => role.operation === id && role.account === account),
          );
    rows.set(id, row);
    sink.coverage(row);
  }
}

/** A listing of roles that does not tell what these hold. */
function withoutBare(row: Coverage, bare: readonly HeldResource[]): Coverage {
  if (bare.length === 0) return row;
  const names = listed(bare.map(({ id }) => id));
  const how = `\`gcloud iam roles describe ROLE --${isContainer(row.account) ? "organization" : "project"}=${row.account.replace(/^organizations\//, "")} --format=json\``;
  const error = `The dump does not tell what these roles hold: ${names}. Add the output of ${how}.`;
  return { ...row, status: "skipped", error };
}

/** The basic view of memberships does not tell which of the members are groups. */
function isWhole(answer: Told | undefined): boolean {
  if (answer === undefined || answer.more) return false;
  return !answer.items.some((item) => isMembership(item) && text(item, "type") === null);
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

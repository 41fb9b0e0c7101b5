import type { Coverage } from "../../../model/coverage.ts";
import { globalRegion, targetKey, type Target } from "../../../model/resource.ts";
import type { Dump, DumpDocument } from "../../../snapshot/dump.ts";
import type { Recogniser } from "../../../snapshot/import.ts";
import type { SnapshotRecord, SnapshotSink, VendorObject } from "../../../snapshot/record.ts";
import { object, text } from "../../read.ts";
import { canonicalJson, isOnePage, isOneResource, notRead } from "../../shared/dump.ts";
import { changers } from "../changers.ts";
import { holderOperations, roleDefinitions } from "../directory-operations.ts";
import type { AzureOperation } from "../operation.ts";
import { armOperations } from "../operations.ts";
import { type HeldDirectory, writeDirectory } from "./directory.ts";
import { directoryAnswerIn, idsInPath } from "./directory-answers.ts";
import { type FoundIn, type Subscriptions, subscriptionsIn } from "./scopes.ts";
import { answerIn, type FoundAnswer, type FoundResource, subscriptionType } from "./shapes.ts";

/** Finds what `az`, ARM, Resource Graph and Microsoft Graph print in a dump. */
export const azureRecogniser: Recogniser = { cloud: "azure", recognise };

/** Operations by the type of the resources that they list, in lower case. */
const operationByType: ReadonlyMap<string, AzureOperation> = new Map(
  armOperations
    .filter(({ ask }) => ask.how !== "connecting")
    .map((operation) => [operation.id.replace(/\/read$/, "").toLowerCase(), operation]),
);

/** Types whose ids do not follow their operation's: rows of Resource Graph, and what scale sets name by their instances. */
const otherTypes: readonly (readonly [pattern: RegExp, operation: string])[] = [
  [
    /^microsoft\.compute\/virtualmachinescalesets\/virtualmachines\/networkinterfaces$/,
    "Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read",
  ],
  [
    /^microsoft\.compute\/virtualmachinescalesets\/virtualmachines\/networkinterfaces\/ipconfigurations\/publicipaddresses$/,
    "Microsoft.Compute/virtualMachineScaleSets/publicIPAddresses/read",
  ],
  [
    /^microsoft\.network\/(effectivesecurityadminrules|networkgroupmemberships)$/,
    "Microsoft.ResourceGraph/resources/read",
  ],
  [/^microsoft\.network\/networkmanagers\/.*(snapshots|goalstates)$/, "Microsoft.ResourceGraph/resources/read"],
  [
    /^microsoft\.security\/locations\/jitnetworkaccesspolicies$/,
    "Microsoft.Security/locations/jitNetworkAccessPolicies/read",
  ],
];

/** The operation whose answers hold a resource; null where Rampart asks for none of that kind. */
function operationFor({ type, data }: FoundResource): AzureOperation | null {
  if (type === subscriptionType)
    return data["subscriptionId"] !== undefined && data["properties"] === undefined ? subscriptionListing : query;
  const named = otherTypes.find(([pattern]) => pattern.test(type))?.[1];
  return (named === undefined ? operationByType.get(type) : findOperation(named)) ?? null;
}

function findOperation(id: string): AzureOperation {
  const found = armOperations.find((operation) => operation.id === id);
  if (found === undefined) throw new Error(`${id} is not in the list of operations`);
  return found;
}

const subscriptionListing = findOperation("Microsoft.Resources/subscriptions/read");
const query = findOperation("Microsoft.ResourceGraph/resources/read");
const assignments = findOperation("Microsoft.Authorization/roleAssignments/read");

interface Placed {
  readonly target: Target;
  readonly operation: AzureOperation;
  readonly resource: FoundResource;
  readonly answer: FoundAnswer;
  readonly document: DumpDocument;
}

function recognise(dump: Pick<Dump, "documents" | "problems">, sink: SnapshotSink): ReadonlySet<DumpDocument> {
  const used = new Set<DumpDocument>();
  const found = dump.documents.flatMap((document): readonly FoundIn[] => {
    const answer = answerIn(document.value);
    return answer === null ? [] : [{ document, answer }];
  });
  const subscriptions = subscriptionsIn(found);
  const placed: Placed[] = [];
  for (const { document, answer } of found) {
    const known = answer.resources.filter((resource) => operationFor(resource) !== null);
    if (known.length === 0) continue;
    const here = known.flatMap((resource) => place(resource, { document, answer }, subscriptions));
    if (here.length === 0 && known.every(({ type }) => type !== subscriptionType)) {
      sink.note(`${document.file}: no subscription in the dump inherits what it holds, so that nothing of it counts.`);
    }
    used.add(document);
    placed.push(...here);
    const lost = answer.resources.length - known.length + answer.strange;
    if (lost > 0) sink.note(notRead(document.file, lost, answer.resources.length + answer.strange));
  }
  // A subscription that is only told of is none that the dump holds.
  const held = Map.groupBy(placed, ({ target }) => targetKey(target));
  for (const group of held.values()) {
    const target = group.find(({ resource }) => resource.type !== subscriptionType)?.target;
    if (target !== undefined) writeTarget(target, group, sink);
  }
  const answers = dump.documents.flatMap((document) => (used.has(document) ? [] : (directoryAnswerIn(document) ?? [])));
  for (const { document } of answers) used.add(document);
  const tenants = new Set(placed.flatMap(({ target }) => subscriptions.tenantOf(target.account) ?? []));
  writeDirectories({ tenants, answers, groups: groupsWithRights(placed) }, sink);
  return used;
}

/** The groups, by object id, that hold a right which does more than read: whose members somebody would ask about. */
function groupsWithRights(placed: readonly Placed[]): readonly string[] {
  const told = (isMeant: (operation: string) => boolean): readonly { readonly data: VendorObject }[] =>
    placed.flatMap(({ operation, resource: { data } }) => (isMeant(operation.id) ? [{ data }] : []));
  const held = told((id) => holderOperations.includes(id));
  const definitions = told((id) => id === roleDefinitions);
  return changers(held, definitions).flatMap(({ data }) => {
    const properties = object(data, "properties") ?? {};
    const id = text(properties, "principalId");
    return id !== null && text(properties, "principalType")?.toLowerCase() === "group" ? [id.toLowerCase()] : [];
  });
}

function place(resource: FoundResource, { document, answer }: FoundIn, { of }: Subscriptions): readonly Placed[] {
  const operation = operationFor(resource);
  if (operation === null) return [];
  return of(resource, document).map((account) => {
    const target: Target = { cloud: "azure", account, region: globalRegion };
    return { target, operation, resource, answer, document };
  });
}

/** What a dump holds of directories. */
interface Directories extends Pick<HeldDirectory, "answers" | "groups"> {
  /** The tenants that the dump's subscriptions trust. */
  readonly tenants: ReadonlySet<string>;
}

/** Answers of Microsoft Graph do not say whose they are: of one tenant, or of that which file or folder is named after. */
function writeDirectories({ tenants, answers, groups }: Directories, sink: SnapshotSink): void {
  if (answers.length === 0) return;
  const own = answers.flatMap(({ kind, items }) =>
    "operation" in kind && kind.operation.id === "microsoft.graph/organization"
      ? items.flatMap(({ id }) => (typeof id === "string" ? [id] : []))
      : [],
  );
  const known = new Set([...tenants, ...own].map((tenant) => tenant.toLowerCase()));
  const [only] = known.size <= 1 ? [...known, "unknown"] : [];
  const byTenant = Map.groupBy(
    answers,
    ({ document }) => only ?? idsInPath(document).find((id) => known.has(id)) ?? null,
  );
  for (const [tenant, group] of byTenant) {
    if (tenant !== null) {
      writeDirectory({ tenant, answers: group, groups }, sink);
      continue;
    }
    for (const { document } of group) {
      sink.note(
        `${document.file}: it does not say of which tenant it is. Put it into a folder named after the tenant's id`,
      );
    }
  }
}

function writeTarget(target: Target, placed: readonly Placed[], sink: SnapshotSink): void {
  sink.target({ ...target, name: null, status: "scanned", note: null });
  const counts = new Map<string, number>();
  const told = new Map<string, string>();
  for (const { operation, resource, document } of placed) {
    const key = `${operation.id} ${resource.id.toLowerCase()}`;
    const data = operation.trim(resource.data);
    const said = canonicalJson(data);
    const before = told.get(key);
    if (before === said) continue;
    if (before !== undefined)
      sink.note(`${document.file} describes ${resource.id} differently from another file; the later one counts.`);
    told.set(key, said);
    counts.set(operation.id, (counts.get(operation.id) ?? 0) + (before === undefined ? 1 : 0));
    const record: SnapshotRecord = { ...target, operation: operation.id, data };
    sink.record(record);
  }
  for (const operation of armOperations) {
    if (operation.ask.how === "connecting" && operation !== subscriptionListing) continue;
    if (operation === subscriptionListing && !counts.has(operation.id)) continue;
    sink.coverage(coverageOf(target, operation, { counts, placed }));
  }
}

/** What the dump holds of one subscription, by operation. */
interface Held {
  readonly counts: ReadonlyMap<string, number>;
  readonly placed: readonly Placed[];
}

/**
 * `complete` for what the dump holds whole. Lists that Azure gives per parent are whole when each parent that the dump knows has something
 * in them; a parent without may have nothing, or its list may be missing, and then that is a gap.
 */
function coverageOf(target: Target, operation: AzureOperation, { counts, placed }: Held): Coverage {
  const { id, ask } = operation;
  const items = counts.get(id);
  const own = placed.filter((each) => each.operation === operation);
  const row = { ...target, operation: id, items: items ?? 0 };
  const lacks = (error: string): Coverage => ({ ...row, status: "skipped", error });
  const missing = `Not in the dump: add the answer of ${id} for the subscription.`;
  const part = own.find(({ answer }) => answer.isPart);
  if (part !== undefined) return lacks(isOnePage(part.document.file));
  if (items === undefined) return lacks(missing);
  if (operation === subscriptionListing) return { ...row, status: "complete", error: null };
  // The row of the subscription itself says nothing of which admin rules are in force.
  if (operation === query && own.every(({ resource }) => resource.type === subscriptionType)) return lacks(missing);
  if (operation === assignments) {
    const printed = own.find(({ resource }) => resource.isPrinted);
    if (printed !== undefined && own.every(({ resource }) => /^\/subscriptions\//i.test(resource.id))) {
      return lacks(lacksInherited(printed.document.file));
    }
  }
  if (ask.how === "per-parent") {
    const children = own.map(({ resource }) => resource.id.toLowerCase());
    const empty = placed
      .filter((each) => ask.parents.includes(each.operation.id))
      .map(({ resource }) => resource.id)
      .filter((parent) => !children.some((child) => child.startsWith(`${parent.toLowerCase()}/`)));
    if (empty.length === 0) return { ...row, status: "complete", error: null };
    const error = `Not in the dump: the answer for ${empty.length} of what it belongs to.`;
    return { ...lacks(error), gaps: empty.map((parent) => ({ request: { parent }, status: "skipped", error })) };
  }
  const single = own.find(({ answer }) => answer.isSingle);
  return single === undefined
    ? { ...row, status: "complete", error: null }
    : lacks(isOneResource(single.document.file));
}

/** https://learn.microsoft.com/cli/azure/role/assignment#az-role-assignment-list */
function lacksInherited(file: string): string {
  return `${file} holds nothing that is inherited from management groups or the root, which az leaves out unless it is asked: add the output of \`az role assignment list --all --include-inherited\`, or of \`az rest\` on the subscription's roleAssignments.`;
}

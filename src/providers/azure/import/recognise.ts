import type { Coverage } from "../../../model/coverage.ts";
import { globalRegion, targetKey, type Target } from "../../../model/resource.ts";
import type { Dump, DumpDocument } from "../../../snapshot/dump.ts";
import type { Recogniser } from "../../../snapshot/import.ts";
import type { SnapshotRecord, SnapshotSink } from "../../../snapshot/record.ts";
import { canonicalJson, isOnePage, isOneResource, notRead } from "../../shared/dump.ts";
import { azureOperations, type AzureOperation } from "../operations.ts";
import { subscriptionOf } from "../understand/arm.ts";
import { answerIn, type FoundAnswer, type FoundResource } from "./shapes.ts";

/** Finds what `az`, ARM and Resource Graph print in a dump. */
export const azureRecogniser: Recogniser = { cloud: "azure", recognise };

/** Operations by the type of the resources that they list, in lower case. */
const operationByType: ReadonlyMap<string, AzureOperation> = new Map(
  azureOperations
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

/** The operation whose answers hold resources of a type; the type itself where Rampart asks for none of that kind. */
function operationFor(type: string): AzureOperation | null {
  const named = otherTypes.find(([pattern]) => pattern.test(type))?.[1];
  return (named === undefined ? operationByType.get(type) : azureOperations.find(({ id }) => id === named)) ?? null;
}

interface Placed {
  readonly target: Target;
  readonly operation: AzureOperation;
  readonly resource: FoundResource;
  readonly answer: FoundAnswer;
  readonly document: DumpDocument;
}

function recognise(dump: Pick<Dump, "documents" | "problems">, sink: SnapshotSink): ReadonlySet<DumpDocument> {
  const used = new Set<DumpDocument>();
  const placed: Placed[] = [];
  for (const document of dump.documents) {
    const answer = answerIn(document.value);
    if (answer === null) continue;
    const known = answer.resources.flatMap((resource): readonly Placed[] => {
      const operation = operationFor(resource.type);
      const subscription = subscriptionOf(resource.id);
      if (operation === null || subscription === null) return [];
      const target: Target = { cloud: "azure", account: subscription, region: globalRegion };
      return [{ target, operation, resource, answer, document }];
    });
    if (known.length === 0) continue;
    used.add(document);
    placed.push(...known);
    const lost = answer.resources.length - known.length + answer.strange;
    if (lost > 0) sink.note(notRead(document.file, lost, answer.resources.length + answer.strange));
  }
  for (const group of Map.groupBy(placed, ({ target }) => targetKey(target)).values()) {
    const target = group[0]?.target;
    if (target !== undefined) writeTarget(target, group, sink);
  }
  return used;
}

function writeTarget(target: Target, placed: readonly Placed[], sink: SnapshotSink): void {
  sink.target({ ...target, name: null, status: "scanned", note: null });
  const counts = new Map<string, number>();
  const parts = new Map<string, string>();
  const singles = new Map<string, string>();
  const told = new Map<string, string>();
  for (const { operation, resource, answer, document } of placed) {
    const key = `${operation.id} ${resource.id.toLowerCase()}`;
    const text = canonicalJson(resource.data);
    const before = told.get(key);
    if (before === text) continue;
    if (before !== undefined)
      sink.note(`${document.file} describes ${resource.id} differently from another file; the later one counts.`);
    told.set(key, text);
    counts.set(operation.id, (counts.get(operation.id) ?? 0) + (before === undefined ? 1 : 0));
    const record: SnapshotRecord = { ...target, operation: operation.id, data: resource.data };
    sink.record(record);
    if (answer.isPart) parts.set(operation.id, document.file);
    else if (answer.isSingle) singles.set(operation.id, document.file);
  }
  for (const operation of azureOperations) {
    if (operation.ask.how === "connecting") continue;
    sink.coverage(coverageOf(target, operation, { counts, parts, singles, placed }));
  }
}

/** What the dump holds of one subscription, by operation. */
interface Held {
  readonly counts: ReadonlyMap<string, number>;
  readonly parts: ReadonlyMap<string, string>;
  readonly singles: ReadonlyMap<string, string>;
  readonly placed: readonly Placed[];
}

/**
 * `complete` for what the dump holds whole. Lists that Azure gives per parent are whole when each parent that the dump knows has something
 * in them; a parent without may have nothing, or its list may be missing, and then that is a gap.
 */
function coverageOf(target: Target, operation: AzureOperation, { counts, parts, singles, placed }: Held): Coverage {
  const { id, ask } = operation;
  const items = counts.get(id);
  const row = { ...target, operation: id, items: items ?? 0 };
  const lacks = (error: string): Coverage => ({ ...row, status: "skipped", error });
  const part = parts.get(id);
  if (part !== undefined) return lacks(isOnePage(part));
  if (items === undefined) return lacks(`Not in the dump: add the answer of ${id} for the subscription.`);
  if (ask.how === "per-parent") {
    const children = placed.filter((each) => each.operation.id === id).map(({ resource }) => resource.id.toLowerCase());
    const empty = placed
      .filter((each) => ask.parents.includes(each.operation.id))
      .map(({ resource }) => resource.id)
      .filter((parent) => !children.some((child) => child.startsWith(`${parent.toLowerCase()}/`)));
    if (empty.length === 0) return { ...row, status: "complete", error: null };
    const error = `Not in the dump: the answer for ${empty.length} of what it belongs to.`;
    return { ...lacks(error), gaps: empty.map((parent) => ({ request: { parent }, status: "skipped", error })) };
  }
  const single = singles.get(id);
  return single === undefined ? { ...row, status: "complete", error: null } : lacks(isOneResource(single));
}

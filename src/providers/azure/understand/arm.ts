import { isKnown } from "../../../model/coverage.ts";
import { targetKey, type ResourceRef, type Target } from "../../../model/resource.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../../snapshot/record.ts";
import { indexRecords } from "../../../snapshot/records.ts";
import { object, objects, text } from "../../read.ts";
import { parentMember } from "../operation.ts";

/** One ARM resource: a record's own, or one that stands inside its parent (a subnet in its virtual network). */
export interface ArmResource {
  /** The ARM id as the record spells it. */
  readonly id: string;
  /** The ARM id in lower case: ARM compares ids without regard to case. */
  readonly key: string;
  readonly name: string | null;
  /** The type in lower case: `microsoft.network/virtualnetworks/subnets`. */
  readonly type: string;
  /** In lower case and without blanks (`westeurope`); null where the record does not say. */
  readonly location: string | null;
  readonly data: VendorObject;
  readonly properties: VendorObject;
  /** Where the record was read. */
  readonly target: Target;
}

/** Every ARM resource of a snapshot, found by type and by id. */
export interface ArmIndex {
  /** By type, in any case; each resource once, the later record counting. */
  readonly all: (type: string) => readonly ArmResource[];
  /** By ARM id, in any case. */
  readonly find: (id: string | null) => ArmResource | null;
  /** An id as the record of what it names spells it, so that the same thing is always the same text. */
  readonly spelling: (id: string) => string;
  /** Records of actions (`.../listActiveSecurityAdminRules/action`), whose answers are no resources of their own. */
  readonly answers: (operation: string) => readonly SnapshotRecord[];
  /** Whether an action's answer was read for an item: null where coverage says nothing. */
  readonly wasRead: (target: Target, operation: string) => boolean;
  /** Whether the answer to an operation was read for one parent (an ARM id). */
  readonly wasReadFor: (target: Target, operation: string, parent: string) => boolean;
  /** Targets of Azure in the snapshot. */
  readonly targets: readonly Target[];
}

/** Children that stand inside their parents' bodies, by the parent's type: what else a child's record would hold. */
const inlined: Readonly<Record<string, readonly string[]>> = {
  "microsoft.network/virtualnetworks": ["subnets", "virtualNetworkPeerings"],
  "microsoft.network/networkmanagers": [],
};

/** Sorts a snapshot's Azure records by ARM type and id; the operation a record came from plays no part. */
export function indexArm(snapshot: Snapshot): ArmIndex {
  const resources = new Map<string, ArmResource>();
  const actions = new Map<string, SnapshotRecord[]>();
  for (const record of snapshot.records) {
    if (record.cloud !== "azure") continue;
    if (/\/action$/i.test(record.operation)) {
      const operation = record.operation.toLowerCase();
      const list = actions.get(operation);
      if (list === undefined) actions.set(operation, [record]);
      else list.push(record);
      continue;
    }
    const resource = armResource(record.data, record);
    if (resource === null) continue;
    // A child's own record says at least as much as its copy in the parent, whichever comes first.
    for (const member of inlined[resource.type] ?? []) {
      for (const child of objects(resource.properties, member)) {
        const inner = armResource(child, record);
        if (inner !== null && !resources.has(inner.key)) resources.set(inner.key, inner);
      }
    }
    resources.set(resource.key, resource);
  }
  const byType = Map.groupBy(resources.values(), ({ type }) => type);
  const coverage = indexRecords({ records: [], coverage: snapshot.coverage });
  const targets = new Map(
    [...snapshot.targets, ...snapshot.records, ...snapshot.coverage]
      .filter(({ cloud }) => cloud === "azure")
      .map(({ cloud, account, region }) => [targetKey({ cloud, account, region }), { cloud, account, region }]),
  );
  return {
    all: (type) => byType.get(type.toLowerCase()) ?? [],
    find: (id) => (id === null ? null : (resources.get(id.toLowerCase()) ?? null)),
    spelling: (id) => resources.get(id.toLowerCase())?.id ?? id,
    answers: (operation) => actions.get(operation.toLowerCase()) ?? [],
    wasRead: (target, operation) => {
      const row = coverage.coverage(target, operation);
      return row !== null && isKnown(row.status);
    },
    wasReadFor: (target, operation, parent) => {
      const row = coverage.coverage(target, operation);
      if (row === null || isKnown(row.status)) return row !== null;
      const concerns = (asked: string | undefined): boolean =>
        asked === undefined || asked.toLowerCase() === parent.toLowerCase();
      return row.gaps !== undefined && !row.gaps.some(({ request }) => concerns(request[parentMember]));
    },
    targets: [...targets.values()],
  };
}

/** A body as a resource; null when it has no ARM id. */
export function armResource(data: VendorObject, target: Target): ArmResource | null {
  const id = text(data, "id");
  const type = id === null ? null : typeOfId(id);
  if (id === null || type === null) return null;
  return {
    id,
    key: id.toLowerCase(),
    name: text(data, "name") ?? id.split("/").at(-1) ?? null,
    type,
    location: text(data, "location")?.toLowerCase().replaceAll(" ", "") ?? null,
    data,
    properties: object(data, "properties") ?? {},
    target: { cloud: "azure", account: target.account, region: target.region },
  };
}

/**
 * The resource type that an ARM id names, in lower case: what follows the last `/providers/`, without the names.
 * Null when the text is no id of a resource. https://learn.microsoft.com/azure/azure-resource-manager/management/overview
 */
export function typeOfId(id: string): string | null {
  const at = id.toLowerCase().lastIndexOf("/providers/");
  if (!id.startsWith("/") || at < 0) return null;
  const [namespace, ...segments] = id.slice(at + "/providers/".length).split("/");
  if (namespace === undefined || segments.length === 0 || segments.length % 2 !== 0) return null;
  return [namespace, ...segments.filter((_, index) => index % 2 === 0)].join("/").toLowerCase();
}

/** The id of what an ARM id lies in, in the case given: a subnet's virtual network. Null where there is none. */
export function parentOf(id: string): string | null {
  const type = typeOfId(id);
  if (type === null || type.split("/").length < 3) return null;
  return id.split("/").slice(0, -2).join("/");
}

/** The subscription of an ARM id, in lower case; null for ids outside of subscriptions. */
export function subscriptionOf(id: string): string | null {
  return /^\/subscriptions\/([^/]+)/i.exec(id)?.[1]?.toLowerCase() ?? null;
}

/** The id in a reference (`{ "id": "..." }`) that a member holds; null where there is none. */
export function referenceIn(data: VendorObject, member: string): string | null {
  const reference = object(data, member);
  return reference === null ? null : text(reference, "id");
}

/** The ids of a list of references. */
export function referencesIn(data: VendorObject, member: string): readonly string[] {
  return objects(data, member).flatMap((each) => text(each, "id") ?? []);
}

/** The `properties` of an inner object; the object itself where it has none (as `az` prints it). */
export function propertiesOf(data: VendorObject): VendorObject {
  return object(data, "properties") ?? data;
}

/** A resource as reports name it. */
export function azureResource({ id, name, target }: ArmResource, type: string): ResourceRef {
  return { ...target, type, id, name, arn: null };
}

/** Something that is only known by its id. */
export function unseenResource(id: string, type: string, target: Target): ResourceRef {
  const { cloud, account, region } = target;
  return {
    cloud,
    account: subscriptionOf(id) ?? account,
    region,
    type,
    id,
    name: id.split("/").at(-1) ?? null,
    arn: null,
  };
}

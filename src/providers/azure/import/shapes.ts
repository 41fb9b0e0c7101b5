import type { Json } from "../../../model/finding.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { isObject } from "../../read.ts";
import { isObjectId } from "../directory-operations.ts";
import { typeOfId } from "../understand/arm.ts";

/** A resource as ARM gives it, found in a document. */
export interface FoundResource {
  readonly data: VendorObject;
  readonly id: string;
  /** In lower case. */
  readonly type: string;
  /** Whether `az` printed it, which lifts `properties` to the top. */
  readonly isPrinted: boolean;
}

/** What a document holds. */
export interface FoundAnswer {
  readonly resources: readonly FoundResource[];
  /** A page of several, of which the next is elsewhere. */
  readonly isPart: boolean;
  /** One resource by itself: says nothing about what else there is. */
  readonly isSingle: boolean;
  /** Members of a list that are no ARM resources. */
  readonly strange: number;
}

/**
 * Finds ARM resources in a document, by content: a list body (`value`, `nextLink`), Resource Graph's rows (`data`, `$skipToken`), what `az`
 * prints (a list or one object, flattened or not), or one resource. Null when there is none.
 */
export function answerIn(value: Json): FoundAnswer | null {
  if (Array.isArray(value)) return listAnswer(value, false);
  if (!isObject(value)) return null;
  if (typeof value["id"] === "string" && (typeOfId(value["id"]) !== null || isSubscription(value))) {
    const resource = resourceIn(value);
    return resource === null ? null : { resources: [resource], isPart: false, isSingle: true, strange: 0 };
  }
  for (const member of ["value", "data"] as const) {
    const list = value[member];
    if (!Array.isArray(list)) continue;
    const more = ["nextLink", "$skipToken", "skipToken", "skip_token"].some(
      (name) => typeof value[name] === "string" && value[name] !== "",
    );
    return listAnswer(list, more);
  }
  return null;
}

function listAnswer(list: readonly Json[], isPart: boolean): FoundAnswer | null {
  const found = list.map((item) => (isObject(item) ? resourceIn(item) : null));
  const resources = found.flatMap((each) => each ?? []);
  if (resources.length === 0) return null;
  return { resources, isPart, isSingle: false, strange: found.length - resources.length };
}

function resourceIn(item: VendorObject): FoundResource | null {
  const id = item["id"];
  if (typeof id !== "string") return null;
  if (isSubscription(item)) return subscriptionIn(item, id);
  const type = typeOfId(id);
  if (type === null || !type.startsWith("microsoft.")) return null;
  return { data: toArm(item, type), id, type, isPrinted: !isObject(item["properties"]) };
}

/** The type of a subscription: as Resource Graph has it, and for the two other shapes that subscriptions are told in. */
export const subscriptionType = "microsoft.resources/subscriptions";

/** Whether an item is a subscription: a row of Resource Graph, the body of ARM's listing, or what `az account list` prints. */
function isSubscription(item: VendorObject): boolean {
  const { id, tenantId, type, subscriptionId, environmentName } = item;
  if (typeof id !== "string" || typeof tenantId !== "string") return false;
  if (!/^\/subscriptions\/[^/]+$/i.test(id)) return isObjectId(id) && typeof environmentName === "string";
  return typeof subscriptionId === "string" || (typeof type === "string" && type.toLowerCase() === subscriptionType);
}

/** https://learn.microsoft.com/rest/api/resources/subscriptions/list */
function subscriptionIn(item: VendorObject, id: string): FoundResource {
  if (id.startsWith("/")) return { data: item, id, type: subscriptionType, isPrinted: false };
  const { name = null, state = null, tenantId = null } = item;
  const at = `/subscriptions/${id}`;
  const data = { id: at, subscriptionId: id, tenantId, displayName: name, state };
  return { data, id: at, type: subscriptionType, isPrinted: true };
}

/** Members that ARM keeps beside `properties`. https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types */
const envelope: ReadonlySet<string> = new Set([
  "id",
  "name",
  "type",
  "location",
  "extendedLocation",
  "tags",
  "etag",
  "sku",
  "kind",
  "zones",
  "identity",
  "plan",
  "managedBy",
  "systemData",
]);

/** What Resource Graph and `az` add that ARM does not give. */
const additions: ReadonlySet<string> = new Set(["resourceGroup", "subscriptionId", "tenantId", "aliases"]);

/** Types whose SKU stands inside `properties`. */
const innerSku: ReadonlySet<string> = new Set([
  "microsoft.network/azurefirewalls",
  "microsoft.network/applicationgateways",
  "microsoft.network/firewallpolicies",
]);

const envelopeWithoutSku: ReadonlySet<string> = new Set([...envelope].filter((member) => member !== "sku"));

/**
 * A resource in ARM's own shape. `az` lifts `properties` to the top level, at every depth: whatever is not part of a resource's envelope goes
 * back, and so it is with the resources inside it, which are told by their `id`. A body that has `properties` stays as it is, but for
 * members that Resource Graph adds and `az` repeats.
 */
export function toArm(item: VendorObject, type: string): VendorObject {
  if (isObject(item["properties"])) {
    const extra = Object.keys(item).some((member) => additions.has(member));
    return extra
      ? Object.fromEntries(Object.entries(item).filter(([member, each]) => !additions.has(member) && each !== null))
      : item;
  }
  const nested = nest(item, innerSku.has(type) ? envelopeWithoutSku : envelope);
  return type === "microsoft.authorization/roledefinitions" ? withRoleType(nested) : nested;
}

/** What kind of role it is stands in `type`, which `az` needs for the resource's own. */
function withRoleType(definition: VendorObject): VendorObject {
  const { properties } = definition;
  if (!isObject(properties)) return definition;
  const { roleType, ...rest } = properties;
  return roleType === undefined ? definition : { ...definition, properties: { ...rest, type: roleType } };
}

function nest(item: VendorObject, beside: ReadonlySet<string>): VendorObject {
  const own: Record<string, Json> = {};
  const properties: Record<string, Json> = {};
  for (const [member, each] of Object.entries(item)) {
    if (additions.has(member)) continue;
    if (!beside.has(member)) properties[member] = deepen(each);
    else if (each !== null) own[member] = each;
  }
  return { ...own, properties };
}

/** Inner resources (security rules in their group, subnets in their network) are flattened too; a bare reference is only an `id`. */
function deepen(value: Json): Json {
  if (Array.isArray(value)) return value.map(deepen);
  if (!isObject(value)) return value;
  const members = Object.keys(value).filter((member) => !additions.has(member));
  const isReference = members.length === 1 && members[0] === "id";
  const id = value["id"];
  if (isReference && typeof id === "string") return { id };
  if (isObject(value["properties"])) return value;
  const isInner =
    (typeof id === "string" && id.startsWith("/")) ||
    (typeof value["name"] === "string" && "provisioningState" in value);
  if (isInner) return nest(value, innerEnvelope);
  return Object.fromEntries(
    Object.entries(value).flatMap(([member, each]) => (additions.has(member) ? [] : [[member, deepen(each)]])),
  );
}

/** What stands beside the `properties` of a resource inside another. */
const innerEnvelope: ReadonlySet<string> = new Set(["id", "name", "type", "etag", "zones"]);

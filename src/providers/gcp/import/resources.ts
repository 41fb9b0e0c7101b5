import type { VendorObject } from "../../../snapshot/record.ts";
import { isObject, text } from "../../read.ts";
import { projectIn, selfLinkPath } from "../links.ts";
import { isContainer, isProject } from "./accounts.ts";
import { identityIn } from "./identities.ts";

/** One resource of Google's, found in a document, in the shape of the REST API that Rampart asks. */
export interface FoundResource {
  readonly data: VendorObject;
  /** The operation that lists resources of its kind; null where Rampart reads none of that kind. */
  readonly operation: string | null;
  /** Project id or number, `organizations/1` or `folders/2`; null where the resource does not say whose it is. */
  readonly account: string | null;
  /** What tells it from others of its kind: the path of its self link, or its resource name. */
  readonly id: string;
  /** What was asked, for an item of an answer to a question about one thing; absent for an item of a listing. */
  readonly asked?: Readonly<Record<string, string>>;
}

/** Operations by the collection that stands in self links. https://cloud.google.com/compute/docs/reference/rest/v1 */
const operationByCollection: ReadonlyMap<string, string> = new Map(
  [
    "networks.list",
    "firewalls.list",
    "routes.list",
    "targetSslProxies.list",
    "subnetworks.aggregatedList",
    "instances.aggregatedList",
    "forwardingRules.aggregatedList",
    "targetInstances.aggregatedList",
    "targetPools.aggregatedList",
    "targetHttpProxies.aggregatedList",
    "targetHttpsProxies.aggregatedList",
    "targetTcpProxies.aggregatedList",
    "urlMaps.aggregatedList",
    "backendServices.aggregatedList",
    "securityPolicies.aggregatedList",
    "instanceGroups.aggregatedList",
    "networkEndpointGroups.aggregatedList",
    "routers.aggregatedList",
  ]
    .map((method): [string, string] => [method.split(".")[0] ?? method, `compute.${method}`])
    .concat([["firewallPolicies", "compute.networkFirewallPolicies.aggregatedList"]]),
);

/** The operation of a collection of projects (`firewalls`); null where Rampart reads none of that name. */
export function operationOfCollection(collection: string): string | null {
  return operationByCollection.get(collection) ?? null;
}

/** Collections of projects that Rampart reads, by the name that stands in self links. */
export const collections: readonly string[] = [...operationByCollection.keys()];

export const projectOperation = "cloudresourcemanager.projects.get";
export const folderOperation = "cloudresourcemanager.folders.get";
export const organizationOperation = "cloudresourcemanager.organizations.get";
export const hierarchicalPolicies = "compute.firewallPolicies.list";
export const networkPolicies = "compute.networkFirewallPolicies.aggregatedList";
export const projectAddressGroups = "networksecurity.projects.locations.addressGroups.list";
export const organizationAddressGroups = "networksecurity.organizations.locations.addressGroups.list";

/** The resource that an object is, by its self link or its resource name; null when it is none of Google's. */
export function resourceIn(item: VendorObject): FoundResource | null {
  return computeResource(item) ?? addressGroup(item) ?? identityIn(item) ?? project(item) ?? container(item);
}

function computeResource(item: VendorObject): FoundResource | null {
  const link = text(item, "selfLink");
  const below = /^https?:\/\/[^/]+\/compute\/[^/]+\/(.+)$/.exec(link ?? "")?.[1];
  // The link of a list is no resource's.
  if (below === undefined || /#\w*List$/.test(text(item, "kind") ?? "")) return null;
  if (/^locations\/global\/firewallPolicies\/[\w-]+$/.test(below)) {
    const parent = text(item, "parent");
    const account = parent !== null && isContainer(parent) ? parent : null;
    return { data: item, operation: hierarchicalPolicies, account, id: below };
  }
  const account = projectIn(below) ?? "";
  if (!isProject(account)) return null;
  if (below === `projects/${account}`) return { data: item, operation: "compute.projects.get", account, id: below };
  const collection = selfLinkPath(below)?.split("/").at(-2);
  const operation = collection === undefined ? null : operationOfCollection(collection);
  return { data: item, operation, account, id: below };
}

/** https://cloud.google.com/firewall/docs/reference/network-security/rest/v1/projects.locations.addressGroups */
function addressGroup(item: VendorObject): FoundResource | null {
  const name = text(item, "name");
  const [, kind, owner] =
    /^(projects|organizations)\/([^/]+)\/locations\/[^/]+\/addressGroups\/[^/]+$/.exec(name ?? "") ?? [];
  if (name === null || owner === undefined) return null;
  if (kind === "projects") {
    return isProject(owner) ? { data: item, operation: projectAddressGroups, account: owner, id: name } : null;
  }
  const account = `organizations/${owner}`;
  return isContainer(account) ? { data: item, operation: organizationAddressGroups, account, id: name } : null;
}

/**
 * A project, as version 3 of the Resource Manager API tells it. `gcloud projects list` and Cloud Asset Inventory give version 1, in which
 * the number, the parent and the state have other members.
 * https://cloud.google.com/resource-manager/reference/rest/v1/projects https://cloud.google.com/resource-manager/reference/rest/v3/projects
 */
function project(item: VendorObject): FoundResource | null {
  const id = text(item, "projectId");
  if (id === null || !isProject(id)) return null;
  const found = (data: VendorObject): FoundResource => ({
    data,
    operation: projectOperation,
    account: id,
    id: `projects/${id}`,
  });
  if (/^projects\/\d+$/.test(text(item, "name") ?? "")) return found(item);
  const { projectNumber, name, parent, lifecycleState, ...rest } = item;
  const number = typeof projectNumber === "number" ? String(projectNumber) : projectNumber;
  if (typeof number !== "string" || !/^\d+$/.test(number)) return null;
  return found({
    ...rest,
    name: `projects/${number}`,
    ...(typeof name === "string" ? { displayName: name } : {}),
    ...(isObject(parent) ? parentOf(parent) : {}),
    ...(lifecycleState === undefined ? {} : { state: lifecycleState }),
  });
}

/** `{ "type": "folder", "id": "1" }` -> `folders/1` */
function parentOf(parent: VendorObject): VendorObject {
  const name = `${text(parent, "type") ?? ""}s/${text(parent, "id") ?? ""}`;
  return isContainer(name) ? { parent: name } : {};
}

/** Folders and organizations; only their state is named otherwise in older versions of the API. */
function container(item: VendorObject): FoundResource | null {
  const name = text(item, "name");
  if (name === null || !isContainer(name)) return null;
  // A policy of the organization, a setting of a folder: these name whose they are, and are something else.
  if (!("displayName" in item || "lifecycleState" in item || "state" in item)) return null;
  const operation = name.startsWith("folders/") ? folderOperation : organizationOperation;
  const { lifecycleState, ...rest } = item;
  const data = lifecycleState === undefined || "state" in item ? item : { ...rest, state: lifecycleState };
  return { data, operation, account: name, id: name };
}

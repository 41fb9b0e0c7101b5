import type { Api } from "./errors.ts";
import { identityOperations } from "./identity-operations.ts";

/** Which scopes an aggregated listing of Compute Engine is grouped by. */
export type ScopeKind = "global" | "regions" | "zones";

/** How an operation finds its answer. */
export type Way =
  /** The resources directly in the collection at the request's path. */
  | { readonly kind: "list" }
  /** Those of a type all over a project, by scope; the type is the last segment of the path. */
  | { readonly kind: "aggregated"; readonly scopes: readonly ScopeKind[] }
  /** The one resource at the request's path. */
  | { readonly kind: "get" }
  /** What the estate tells of the resource before the last segment of the path. */
  | { readonly kind: "detail"; readonly method: "listInstances" | "listNetworkEndpoints" }
  /** Worked out, each in its own way. */
  | { readonly kind: "computed" };

/** An operation of Google's that the lab answers. */
export interface LabOperation {
  /** The Discovery method id. */
  readonly id: string;
  readonly api: Api;
  readonly method: "GET" | "POST";
  /** Path with `{parameters}`, each of which is one segment, or one up to a colon: `{project}:getIamPolicy`. */
  readonly path: string;
  /** What it takes, as the errors name it. */
  readonly permission: string;
  /** Query parameters of its own. Any other but those of every API is an error. */
  readonly query: readonly string[];
  readonly way: Way;
}

const paged = ["maxResults", "pageToken", "filter", "orderBy", "returnPartialSuccess"];
const aggregatedQuery = [...paged, "includeAllScopes", "serviceProjectNumber"];
const project = "/compute/v1/projects/{project}";

/** Parameters that every API takes: https://docs.cloud.google.com/apis/docs/system-parameters */
export const systemParameters: ReadonlySet<string> = new Set(
  ["alt", "fields", "key", "prettyPrint", "quotaUser", "callback", "access_token", "oauth_token", "userIp"]
    .flatMap((name) => [name, `$${name}`])
    .concat("$.xgafv", "$apiKey", "uploadType", "upload_protocol"),
);

/** Every operation of the lab, but for tokens. Paths and queries are those of the Discovery documents. */
export const labOperations: readonly LabOperation[] = [
  get("networks.getEffectiveFirewalls", "global/networks/{network}/getEffectiveFirewalls", "computed"),
  {
    ...get(
      "regionNetworkFirewallPolicies.getEffectiveFirewalls",
      "regions/{region}/firewallPolicies/getEffectiveFirewalls",
      "computed",
    ),
    query: ["network"],
    permission: "compute.networks.getRegionEffectiveFirewalls",
  },
  get("projects.get", "", "computed"),
  { ...get("projects.getXpnHost", "getXpnHost", "computed"), permission: "compute.projects.get" },
  list("networks", "global/networks"),
  list("firewalls", "global/firewalls"),
  list("routes", "global/routes"),
  list("targetSslProxies", "global/targetSslProxies"),
  aggregated("subnetworks", ["regions"], ["views"]),
  aggregated("instances", ["zones"]),
  {
    ...aggregated("networkFirewallPolicies", ["global", "regions"]),
    path: `${project}/aggregated/firewallPolicies`,
    permission: "compute.firewallPolicies.list",
  },
  aggregated("forwardingRules", ["global", "regions"]),
  aggregated("targetInstances", ["zones"]),
  aggregated("targetPools", ["regions"]),
  aggregated("backendServices", ["global", "regions"]),
  aggregated("securityPolicies", ["global", "regions"]),
  aggregated("targetHttpProxies", ["global", "regions"]),
  aggregated("targetHttpsProxies", ["global", "regions"]),
  aggregated("targetTcpProxies", ["global", "regions"]),
  aggregated("urlMaps", ["global", "regions"]),
  aggregated("instanceGroups", ["regions", "zones"]),
  aggregated("networkEndpointGroups", ["global", "regions", "zones"]),
  aggregated("routers", ["regions"]),
  policy("networkFirewallPolicies", "global"),
  { ...policy("regionNetworkFirewallPolicies", "regions/{region}"), permission: "compute.regionFirewallPolicies.get" },
  detail("instanceGroups", "zones/{zone}/instanceGroups/{group}", "listInstances"),
  detail("regionInstanceGroups", "regions/{region}/instanceGroups/{group}", "listInstances"),
  detail("networkEndpointGroups", "zones/{zone}/networkEndpointGroups/{group}", "listNetworkEndpoints"),
  {
    ...list("firewallPolicies", ""),
    path: "/compute/v1/locations/global/firewallPolicies",
    query: [...paged, "parentId"],
    way: { kind: "computed" },
  },
  { ...get("firewallPolicies.get", "", "get"), path: "/compute/v1/locations/global/firewallPolicies/{policy}" },
  manager("projects.search", "projects:search", "projects.get", ["query", "pageSize", "pageToken"]),
  manager("projects.list", "projects", "projects.list", ["parent", "pageSize", "pageToken", "showDeleted"]),
  manager("projects.get", "projects/{project}", "projects.get", []),
  manager("folders.list", "folders", "folders.list", ["parent", "pageSize", "pageToken", "showDeleted"]),
  manager("folders.get", "folders/{folder}", "folders.get", []),
  manager("organizations.get", "organizations/{organization}", "organizations.get", []),
  {
    ...manager("effectiveTags.list", "effectiveTags", "", ["parent", "pageSize", "pageToken"]),
    permission: "compute.instances.listEffectiveTags",
  },
  addressGroups("organizations", "organizations/{organization}"),
  addressGroups("projects", "projects/{project}"),
  ...identityOperations,
];

function compute(id: string, below: string, way: Way, query: readonly string[]): LabOperation {
  const [collection = "", method = ""] = id.split(".");
  return {
    id: `compute.${id}`,
    api: "compute",
    method: "GET",
    path: below === "" ? project : `${project}/${below}`,
    permission: `compute.${collection}.${method === "aggregatedList" ? "list" : method}`,
    query,
    way,
  };
}

function get(id: string, below: string, kind: "get" | "computed"): LabOperation {
  return compute(id, below, { kind }, []);
}

function list(collection: string, below: string): LabOperation {
  return compute(`${collection}.list`, below, { kind: "list" }, paged);
}

function aggregated(collection: string, scopes: readonly ScopeKind[], more: readonly string[] = []): LabOperation {
  const query = [...aggregatedQuery, ...more];
  return compute(`${collection}.aggregatedList`, `aggregated/${collection}`, { kind: "aggregated", scopes }, query);
}

function policy(collection: string, scope: string): LabOperation {
  const operation = get(`${collection}.get`, `${scope}/firewallPolicies/{policy}`, "get");
  return { ...operation, permission: "compute.firewallPolicies.get" };
}

/** A read in a POST. */
function detail(collection: string, below: string, method: "listInstances" | "listNetworkEndpoints"): LabOperation {
  const operation = compute(`${collection}.${method}`, `${below}/${method}`, { kind: "detail", method }, paged);
  const held = method === "listInstances" ? "instanceGroups" : "networkEndpointGroups";
  return { ...operation, method: "POST", permission: `compute.${held}.list` };
}

function manager(id: string, path: string, permission: string, query: readonly string[]): LabOperation {
  return {
    id: `cloudresourcemanager.${id}`,
    api: "cloudresourcemanager",
    method: "GET",
    path: `/v3/${path}`,
    permission: `resourcemanager.${permission}`,
    query,
    way: { kind: "computed" },
  };
}

function addressGroups(level: "organizations" | "projects", parent: string): LabOperation {
  return {
    id: `networksecurity.${level}.locations.addressGroups.list`,
    api: "networksecurity",
    method: "GET",
    path: `/v1/${parent}/locations/{location}/addressGroups`,
    permission: "networksecurity.addressGroups.list",
    query: ["pageSize", "pageToken", "returnPartialSuccess"],
    way: { kind: "computed" },
  };
}

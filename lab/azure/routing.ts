import type { WireRequest, WireResponse } from "../http.ts";
import { graphCall, type GraphCall } from "./directory.ts";
import type { ArmObject, ArmResource, ArmValue, AzureEstate, AzureSubscription } from "./estate.ts";
import { ArmFailure, linkedPage, type Paging, queriedPage } from "./http.ts";

/** What a request asks for. */
export type LabCall =
  | { readonly kind: "sign-in"; readonly operation: "token" | "discovery"; readonly subscription: null }
  | ArmCall
  | (GraphCall & { readonly subscription: null });

/** What a request to Azure Resource Manager asks for. */
interface ArmCall {
  readonly kind: "arm";
  /** The action of Azure's access control. */
  readonly operation: string;
  readonly subscription: string | null;
  readonly answer: (paging: Paging) => WireResponse;
}

/** Finds out what a request asks for. What the lab does not have is a call whose answer says so. */
export function route(estate: AzureEstate, request: WireRequest): LabCall {
  const { method, path } = request;
  if (path.endsWith("/oauth2/v2.0/token")) return { kind: "sign-in", operation: "token", subscription: null };
  if (/\/(?:discovery\/instance|openid-configuration)$/.test(path)) {
    return { kind: "sign-in", operation: "discovery", subscription: null };
  }
  const graph = graphCall(estate, request);
  if (graph !== null) return { ...graph, subscription: null };
  if (method === "POST" && path === "/providers/Microsoft.ResourceGraph/resources") return query(estate, request);
  if (method === "GET") {
    const group = /^\/providers\/Microsoft\.Management\/managementGroups\/([^/]+)\/descendants$/.exec(path)?.[1];
    if (group !== undefined) return descendants(estate, decodeURIComponent(group));
    if (path === "/subscriptions") return subscriptions(estate);
    const found = /^\/subscriptions\/([^/]+)\/(.+)$/.exec(path);
    if (found !== null) return listing(estate, decodeURIComponent(found[1] ?? ""), decodeURIComponent(path));
  }
  return unknown(`${method} ${path}`, null);
}

function unknown(operation: string, subscription: string | null): ArmCall {
  const answer = (): never => {
    throw new ArmFailure(404, "InvalidResourceType", `The lab has no answer to ${operation}.`);
  };
  return { kind: "arm", operation, subscription, answer };
}

function subscriptions(estate: AzureEstate): ArmCall {
  const items = estate.subscriptions.map((subscription) => subscriptionBody(estate, subscription));
  return {
    kind: "arm",
    operation: "Microsoft.Resources/subscriptions/read",
    subscription: null,
    answer: (paging) => linkedPage(items, paging),
  };
}

/** A subscription as the listing tells it: https://learn.microsoft.com/rest/api/resources/subscriptions/list */
export function subscriptionBody({ tenant }: AzureEstate, { id, name, state, tenantId }: AzureSubscription): ArmObject {
  return {
    id: `/subscriptions/${id}`,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId: id,
    tenantId: tenantId ?? tenant.id,
    displayName: name,
    state: state ?? "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "PayAsYouGo_2014-09-01",
      spendingLimit: "Off",
    },
  };
}

/** https://learn.microsoft.com/rest/api/managementgroups/management-groups/get-descendants */
function descendants(estate: AzureEstate, id: string): ArmCall {
  const answer = (paging: Paging): WireResponse => {
    const top = estate.managementGroups?.find((group) => group.id === id);
    // ARM does not tell a group that is not there from one that may not be read.
    if (top === undefined) {
      throw new ArmFailure(
        403,
        "AuthorizationFailed",
        `No permission on management group '${id}', or it does not exist.`,
      );
    }
    return linkedPage(below(estate, id), paging);
  };
  const operation = "Microsoft.Management/managementGroups/descendants/read";
  return { kind: "arm", operation, subscription: null, answer };
}

function below(estate: AzureEstate, id: string): readonly ArmObject[] {
  const group = estate.managementGroups?.find((candidate) => candidate.id === id);
  if (group === undefined) return [];
  const parent = { id: `/providers/Microsoft.Management/managementGroups/${id}` };
  const own = group.subscriptions.map((subscription) => ({
    id: `/subscriptions/${subscription}`,
    type: "/subscriptions",
    name: subscription,
    properties: {
      displayName: estate.subscriptions.find((candidate) => candidate.id === subscription)?.name ?? subscription,
      parent,
    },
  }));
  const children = group.groups ?? [];
  const groups = children.map((child) => ({
    id: `/providers/Microsoft.Management/managementGroups/${child}`,
    type: "Microsoft.Management/managementGroups",
    name: child,
    properties: { displayName: child, parent },
  }));
  return [...own, ...groups, ...children.flatMap((child) => below(estate, child))];
}

/** Everything of a type in a subscription, or everything of a kind below a resource. */
function listing(estate: AzureEstate, subscription: string, path: string): ArmCall {
  const held = estate.subscriptions.find(({ id }) => id === subscription);
  const whole = /^\/subscriptions\/[^/]+\/providers\/([^/]+\/[^/]+)$/.exec(path)?.[1];
  const child = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/(.+)\/([^/]+)$/i.exec(path);
  if (whole === undefined && child === null) return unknown(`GET ${path}`, subscription);
  const type = whole ?? typeOf(path);
  const items = [...(held?.resources ?? []), ...authorizationIn(estate, subscription)].filter((resource) =>
    whole === undefined ? isBelow(resource.id, path) : same(typeOf(resource.id), homeOf(type)),
  );
  const operation = `${homeOf(type)}/read`;
  const answer = (paging: Paging): WireResponse => {
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (whole === undefined && held?.resources.every(({ id }) => !same(id, parent)) === true) {
      throw new ArmFailure(404, "ResourceNotFound", `The resource '${parent}' was not found.`);
    }
    return linkedPage(items, paging);
  };
  return { kind: "arm", operation, subscription, answer };
}

/** What of the estate's authorization a subscription's listings hold: what lies in it, and what it inherits. */
function authorizationIn(estate: AzureEstate, subscription: string): readonly ArmResource[] {
  const above = ancestorsOf(estate, subscription).map(
    ({ name }) => `/providers/Microsoft.Management/managementGroups/${name}`,
  );
  const own = `/subscriptions/${subscription}`;
  const isHere = (scope: string): boolean =>
    scope === "/" ||
    above.some((each) => same(each, scope)) ||
    `${scope.toLowerCase()}/`.startsWith(`${own}/`.toLowerCase());
  return (estate.authorization ?? []).filter((entry) => scopesOf(entry).some(isHere));
}

function scopesOf({ id, properties }: ArmResource): readonly string[] {
  const { scope, assignableScopes } = properties;
  if (typeof scope === "string") return [scope];
  if (Array.isArray(assignableScopes)) return assignableScopes.filter((each: ArmValue) => typeof each === "string");
  return [id.slice(0, id.lastIndexOf("/providers/"))];
}

/** The management groups above a subscription, the nearest first; the last holds the whole tenant. */
function ancestorsOf(
  { managementGroups = [], tenant }: AzureEstate,
  subscription: string,
): readonly { readonly name: string; readonly displayName: string }[] {
  const chain: { readonly name: string; readonly displayName: string }[] = [];
  let group = managementGroups.find(({ subscriptions: held }) => held.includes(subscription));
  while (group !== undefined) {
    const { id, displayName } = group;
    chain.push({ name: id, displayName });
    group = managementGroups.find(({ groups = [] }) => groups.includes(id));
  }
  return [...chain, { name: tenant.id, displayName: "Tenant Root Group" }];
}

/** A subscription as Resource Graph tells it: https://learn.microsoft.com/azure/governance/management-groups/resource-graph-samples */
export function subscriptionRow(estate: AzureEstate, { id, name, state }: AzureSubscription): ArmResource {
  return {
    id: `/subscriptions/${id}`,
    name,
    type: "microsoft.resources/subscriptions",
    tenantId: estate.tenant.id,
    subscriptionId: id,
    properties: { managementGroupAncestorsChain: ancestorsOf(estate, id), state: state ?? "Enabled" },
  };
}

/** The one type that is listed by another path than its own. */
function homeOf(type: string): string {
  return same(type, "Microsoft.Security/jitNetworkAccessPolicies")
    ? "Microsoft.Security/locations/jitNetworkAccessPolicies"
    : type;
}

/** `.../providers/Microsoft.Network/networkWatchers/nw/flowLogs/log` -> `Microsoft.Network/networkWatchers/flowLogs`. */
function typeOf(id: string): string {
  const [namespace = "", ...rest] = id.slice(id.lastIndexOf("/providers/") + "/providers/".length).split("/");
  return [namespace, ...rest.filter((_segment, index) => index % 2 === 0)].join("/");
}

/** Whether `id` lies directly in the collection at `path`, or, for a scale set, in that of any of its instances. */
function isBelow(id: string, path: string): boolean {
  const parent = id.slice(0, id.lastIndexOf("/"));
  if (same(parent, path)) return true;
  const scaleSet = /^(.+\/virtualMachineScaleSets\/[^/]+)\/(networkInterfaces|publicIPAddresses)$/i.exec(path);
  return (
    scaleSet !== null &&
    id.toLowerCase().startsWith(`${scaleSet[1] ?? ""}/virtualMachines/`.toLowerCase()) &&
    parent.toLowerCase().endsWith(`/${scaleSet[2] ?? ""}`.toLowerCase())
  );
}

/** ARM takes ids and types in any case. */
function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** Resource Graph, as far as `<table> | where type in~ ('...', ...)` and `type =~ '...'` go; the order is that of the estate. */
function query(estate: AzureEstate, request: WireRequest): ArmCall {
  const body: unknown = JSON.parse(Buffer.from(request.body).toString());
  const member = (from: unknown, name: string): unknown =>
    typeof from === "object" && from !== null ? Reflect.get(from, name) : undefined;
  const [subscription] = [member(body, "subscriptions")].flat();
  const types = [...String(member(body, "query")).matchAll(/'([^']+)'/g)].map(([, type]) => type ?? "");
  const token = member(member(body, "options"), "$skipToken");
  const rows = estate.subscriptions
    .filter(({ id }) => id === subscription)
    .flatMap((held) => (held.graph ?? []).concat(subscriptionRow(estate, held)))
    .filter(({ type }) => types.some((wanted) => same(wanted, type)));
  return {
    kind: "arm",
    operation: "Microsoft.ResourceGraph/resources/read",
    subscription: typeof subscription === "string" ? subscription : null,
    answer: (paging) => queriedPage(rows, paging, typeof token === "string" ? token : null),
  };
}

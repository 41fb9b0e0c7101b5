import type { SnapshotRecord } from "../../snapshot/record.ts";
import type { Ask as SharedAsk, ParentRequest } from "../shared/ask.ts";

/** How often an operation is sent, and for what. */
export type Ask = SharedAsk;

/** Where an operation is sent. */
export type Route =
  /** A path of Azure Resource Manager; `{subscription}` and `{group}` are filled in. */
  | { readonly kind: "path"; readonly path: string }
  /** Below a parent: the ARM id that the request carries, followed by `/` and `segment`. */
  | { readonly kind: "child"; readonly segment: string }
  /**
   * A query of Azure Resource Graph over one subscription. It is a POST, as a query must be, and reads no more than the caller's own
   * right to read: https://learn.microsoft.com/azure/governance/resource-graph/overview#permissions-in-azure-resource-graph
   */
  | { readonly kind: "query"; readonly query: string };

/** One operation of Azure Resource Manager that Rampart can send. Every one of them reads. */
export interface AzureOperation {
  /** The action that Azure's access control knows it by: what records, coverage and role definitions name. */
  readonly id: string;
  readonly apiVersion: string;
  readonly route: Route;
  readonly ask: Ask;
}

/**
 * Old enough for the sovereign clouds, new enough for every member that is read: private subnets, VNet flow logs, admin rules.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types
 */
const networkApi = "2024-05-01";
const computeApi = "2024-07-01";
/** The one version that answers for the interfaces and addresses of scale sets, whatever the others have come to. */
const scaleSetNetworkApi = "2018-10-01";

const once: Ask = { how: "once" };
const connecting: Ask = { how: "connecting" };

/** The request member that carries a parent's ARM id. */
export const parentMember = "parent";

/** An operation that lists a kind of the subscription's resources. */
function list(id: string, apiVersion: string, path = providerPath(id)): AzureOperation {
  return {
    id,
    apiVersion,
    route: { kind: "path", path: `/subscriptions/{subscription}/providers/${path}` },
    ask: once,
  };
}

/** `Microsoft.Network/routeTables/read` -> `Microsoft.Network/routeTables`. */
function providerPath(id: string): string {
  return id.replace(/\/read$/, "");
}

/** An operation that lists what lies under each resource that `parent` listed. */
function below(
  parent: string,
  segment: string,
  { id = `${providerPath(parent)}/${segment}/read`, apiVersion = networkApi, has = everyParent } = {},
): AzureOperation {
  const requests = (record: SnapshotRecord): readonly ParentRequest[] => {
    if (!has(record)) return [];
    const { id: parentId } = record.data;
    if (typeof parentId === "string" && isResourceId(parentId)) return [{ members: { [parentMember]: parentId } }];
    return [{ members: { [parentMember]: JSON.stringify(parentId) }, skip: "its id is no Azure resource id" }];
  };
  return {
    id,
    apiVersion,
    route: { kind: "child", segment },
    // Whatever lies under a resource has the resource's id in its own.
    ask: { how: "per-parent", parents: [parent], requests, keep: [] },
  };
}

const everyParent = (_record: SnapshotRecord): boolean => true;

/** The instances of a flexible scale set are virtual machines of their own, which are listed as such. */
function isUniform({ data }: SnapshotRecord): boolean {
  const { properties } = data;
  const mode =
    typeof properties === "object" && properties !== null ? Reflect.get(properties, "orchestrationMode") : undefined;
  return mode !== "Flexible";
}

/** Whether `id` is the full id of something in a subscription, fit to be put into a path. */
export function isResourceId(id: string): boolean {
  const segments = id.split("/").slice(1);
  return (
    /^\/subscriptions\/[^/]+\/resource[gG]roups\/[^/]+\/providers\/[^/]+\/[^/]+\/[^/]/.test(id) &&
    segments.every(
      (segment) => segment !== "" && segment !== "." && segment !== ".." && !/[\\?#%\p{Cc}]/u.test(segment),
    )
  );
}

/**
 * What Azure Virtual Network Manager has in force: which configurations each virtual network got, which groups it belongs to, and what
 * each Region was given at the last commit, with the rules as they were then. The API's own listings of this are POST actions that Reader
 * does not hold; Resource Graph tells the same to whoever may read.
 * https://learn.microsoft.com/azure/virtual-network-manager/query-azure-resource-graph
 */
const adminRulesInForce = [
  "microsoft.network/effectivesecurityadminrules",
  "microsoft.network/networkgroupmemberships",
  "microsoft.network/networkmanagers/securityadminregionalgoalstates",
  "microsoft.network/networkmanagers/securityadminconfigurations/snapshots",
  "microsoft.network/networkmanagers/securityadminconfigurations/rulecollections/snapshots",
  "microsoft.network/networkmanagers/securityadminconfigurations/rulecollections/rules/snapshots",
];

const managers = "Microsoft.Network/networkManagers/read";
const groups = "Microsoft.Network/networkManagers/networkGroups/read";
const adminConfigurations = "Microsoft.Network/networkManagers/securityAdminConfigurations/read";
const adminCollections = "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/read";
const scaleSets = "Microsoft.Compute/virtualMachineScaleSets/read";

/**
 * Every operation that Rampart can send to Azure: what `rampart permissions azure` prints, what the collector walks through, what an
 * import recognises. Nothing that is not in this list is ever sent, but for the requests for a token.
 */
export const azureOperations: readonly AzureOperation[] = [
  {
    id: "Microsoft.Resources/subscriptions/read",
    apiVersion: "2022-12-01",
    route: { kind: "path", path: "/subscriptions" },
    ask: connecting,
  },
  {
    id: "Microsoft.Management/managementGroups/descendants/read",
    apiVersion: "2020-05-01",
    route: { kind: "path", path: "/providers/Microsoft.Management/managementGroups/{group}/descendants" },
    ask: connecting,
  },

  // With the default rules, and with subnets and peerings: they are members of what is listed.
  list("Microsoft.Network/networkSecurityGroups/read", networkApi),
  list("Microsoft.Network/networkInterfaces/read", networkApi),
  list("Microsoft.Network/virtualNetworks/read", networkApi),
  list("Microsoft.Network/applicationSecurityGroups/read", networkApi),
  list("Microsoft.Network/publicIPAddresses/read", networkApi),
  list("Microsoft.Network/publicIPPrefixes/read", networkApi),
  list("Microsoft.Network/routeTables/read", networkApi),
  list("Microsoft.Network/loadBalancers/read", networkApi),
  list("Microsoft.Network/applicationGateways/read", networkApi),
  list("Microsoft.Network/azureFirewalls/read", networkApi),
  list("Microsoft.Network/firewallPolicies/read", networkApi),
  below("Microsoft.Network/firewallPolicies/read", "ruleCollectionGroups"),
  list("Microsoft.Network/ipGroups/read", networkApi),
  list(managers, networkApi),
  below(managers, "networkGroups"),
  below(groups, "staticMembers"),
  below(managers, "securityAdminConfigurations"),
  below(adminConfigurations, "ruleCollections"),
  below(adminCollections, "rules"),
  {
    id: "Microsoft.ResourceGraph/resources/read",
    apiVersion: "2022-10-01",
    route: {
      kind: "query",
      query: `networkresources | where type in~ (${adminRulesInForce.map((type) => `'${type}'`).join(", ")}) | order by id asc`,
    },
    ask: once,
  },
  list("Microsoft.Network/bastionHosts/read", networkApi),
  list("Microsoft.Network/privateEndpoints/read", networkApi),
  list("Microsoft.Network/natGateways/read", networkApi),
  list("Microsoft.Network/networkWatchers/read", networkApi),
  below("Microsoft.Network/networkWatchers/read", "flowLogs"),

  list("Microsoft.Compute/virtualMachines/read", computeApi),
  list(scaleSets, computeApi),
  below(scaleSets, "networkInterfaces", { apiVersion: scaleSetNetworkApi, has: isUniform }),
  below(scaleSets, "publicIPAddresses", { apiVersion: scaleSetNetworkApi, has: isUniform }),

  list(
    "Microsoft.Security/locations/jitNetworkAccessPolicies/read",
    "2020-01-01",
    "Microsoft.Security/jitNetworkAccessPolicies",
  ),
];

const byId = new Map(azureOperations.map((entry) => [entry.id, entry]));

/** The operation of that id; undefined when Rampart has none. */
export function findAzureOperation(id: string): AzureOperation | undefined {
  return byId.get(id);
}

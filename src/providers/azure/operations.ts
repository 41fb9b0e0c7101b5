import type { SnapshotRecord, VendorObject } from "../../snapshot/record.ts";
import { isObject } from "../read.ts";
import { directoryOperations } from "./directory-operations.ts";
import { identityOperations } from "./identity-operations.ts";
import { type Ask, type AzureOperation, below, list, operation } from "./operation.ts";

/**
 * Old enough for the sovereign clouds, new enough for every member that is read: private subnets, VNet flow logs, admin rules.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types
 */
const networkApi = "2024-05-01";
const computeApi = "2024-07-01";
/** The one version that answers for the interfaces and addresses of scale sets, whatever the others have come to. */
const scaleSetNetworkApi = "2018-10-01";

const connecting: Ask = { how: "connecting" };

/** The instances of a flexible scale set are virtual machines of their own, which are listed as such. */
function isUniform({ data }: SnapshotRecord): boolean {
  const { properties } = data;
  const mode =
    typeof properties === "object" && properties !== null ? Reflect.get(properties, "orchestrationMode") : undefined;
  return mode !== "Flexible";
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

/** What each subscription's own row says of the management groups above it: https://learn.microsoft.com/azure/governance/management-groups/resource-graph-samples */
const ancestors = "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | order by id asc";

/** The settings of a machine's extensions may hold a command line, and that a secret: https://learn.microsoft.com/azure/virtual-machines/extensions/custom-script-linux */
function withoutExtensions(machine: VendorObject): VendorObject {
  const kept = without(machine, "resources");
  const { properties } = kept;
  if (!isObject(properties) || !isObject(properties["virtualMachineProfile"])) return kept;
  const virtualMachineProfile = without(properties["virtualMachineProfile"], "extensionProfile");
  return { ...kept, properties: { ...properties, virtualMachineProfile } };
}

function without(item: VendorObject, member: string): VendorObject {
  return Object.fromEntries(Object.entries(item).filter(([name]) => name !== member));
}

/** What Azure Resource Manager is asked of each subscription, and while connecting. */
export const armOperations: readonly AzureOperation[] = [
  operation("Microsoft.Resources/subscriptions/read", {
    apiVersion: "2022-12-01",
    route: { kind: "path", path: "/subscriptions" },
    ask: connecting,
  }),
  operation("Microsoft.Management/managementGroups/descendants/read", {
    apiVersion: "2020-05-01",
    route: { kind: "path", path: "/providers/Microsoft.Management/managementGroups/{group}/descendants" },
    ask: connecting,
  }),

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
  below("Microsoft.Network/firewallPolicies/read", "ruleCollectionGroups", { apiVersion: networkApi }),
  list("Microsoft.Network/ipGroups/read", networkApi),
  list(managers, networkApi),
  below(managers, "networkGroups", { apiVersion: networkApi }),
  below(groups, "staticMembers", { apiVersion: networkApi }),
  below(managers, "securityAdminConfigurations", { apiVersion: networkApi }),
  below(adminConfigurations, "ruleCollections", { apiVersion: networkApi }),
  below(adminCollections, "rules", { apiVersion: networkApi }),
  operation("Microsoft.ResourceGraph/resources/read", {
    apiVersion: "2022-10-01",
    route: {
      kind: "query",
      queries: [
        `networkresources | where type in~ (${adminRulesInForce.map((type) => `'${type}'`).join(", ")}) | order by id asc`,
        ancestors,
      ],
    },
  }),
  list("Microsoft.Network/bastionHosts/read", networkApi),
  list("Microsoft.Network/privateEndpoints/read", networkApi),
  list("Microsoft.Network/natGateways/read", networkApi),
  list("Microsoft.Network/networkWatchers/read", networkApi),
  below("Microsoft.Network/networkWatchers/read", "flowLogs", { apiVersion: networkApi }),

  list("Microsoft.Compute/virtualMachines/read", computeApi, { trim: withoutExtensions }),
  list(scaleSets, computeApi, { trim: withoutExtensions }),
  below(scaleSets, "networkInterfaces", { apiVersion: scaleSetNetworkApi, has: isUniform }),
  below(scaleSets, "publicIPAddresses", { apiVersion: scaleSetNetworkApi, has: isUniform }),

  list("Microsoft.Security/locations/jitNetworkAccessPolicies/read", "2020-01-01", {
    path: "Microsoft.Security/jitNetworkAccessPolicies",
  }),

  ...identityOperations,
];

/**
 * Every operation that Rampart can send to Azure: what `rampart permissions azure` prints, what the collector walks through, what an
 * import recognises. Nothing that is not in this list is ever sent, but for the requests for a token.
 */
export const azureOperations: readonly AzureOperation[] = [...armOperations, ...directoryOperations];

const byId = new Map(azureOperations.map((entry) => [entry.id, entry]));

/** The operation of that id; undefined when Rampart has none. */
export function findAzureOperation(id: string): AzureOperation | undefined {
  return byId.get(id);
}

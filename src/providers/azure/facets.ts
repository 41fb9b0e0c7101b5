import type { Facet } from "../../model/facet.ts";
import type { Target } from "../../model/resource.ts";
import { directoryOperations } from "./directory-operations.ts";
import { authorizationOperations, workloadOperations } from "./identity-operations.ts";

const locks = "Microsoft.Authorization/locks/read";

/** Which operations stand behind each facet on Azure. A facet that is missing here does not exist on Azure. */
export const azureFacets: Readonly<Partial<Record<Facet, readonly string[]>>> = {
  firewalls: [
    "Microsoft.Network/networkSecurityGroups/read",
    "Microsoft.Network/azureFirewalls/read",
    "Microsoft.Network/firewallPolicies/read",
    "Microsoft.Network/firewallPolicies/ruleCollectionGroups/read",
    "Microsoft.Network/networkManagers/read",
    "Microsoft.Network/networkManagers/securityAdminConfigurations/read",
    "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/read",
    "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules/read",
  ],
  attachments: [
    "Microsoft.Network/networkInterfaces/read",
    "Microsoft.Network/virtualNetworks/read",
    "Microsoft.Compute/virtualMachineScaleSets/read",
    "Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read",
    "Microsoft.Network/publicIPAddresses/read",
    "Microsoft.Compute/virtualMachineScaleSets/publicIPAddresses/read",
    "Microsoft.ResourceGraph/resources/read",
  ],
  endpoints: [
    "Microsoft.Network/networkInterfaces/read",
    "Microsoft.Compute/virtualMachineScaleSets/read",
    "Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read",
  ],
  "address-lists": [
    "Microsoft.Network/ipGroups/read",
    "Microsoft.Network/applicationSecurityGroups/read",
    "Microsoft.Network/networkManagers/networkGroups/read",
    "Microsoft.Network/networkManagers/networkGroups/staticMembers/read",
  ],
  networks: ["Microsoft.Network/virtualNetworks/read"],
  routes: ["Microsoft.Network/routeTables/read", "Microsoft.Network/natGateways/read"],
  inspections: [
    "Microsoft.Network/azureFirewalls/read",
    "Microsoft.Network/firewallPolicies/read",
    "Microsoft.Network/firewallPolicies/ruleCollectionGroups/read",
  ],
  "flow-logs": ["Microsoft.Network/networkWatchers/read", "Microsoft.Network/networkWatchers/flowLogs/read"],
  // A lock takes no right away for certain: whether one could be read is left to each verdict.
  identities: authorizationOperations.flatMap(({ id }) => (id === locks ? [] : [id])),
  directory: directoryOperations.map(({ id }) => id),
  "trust-providers": ["Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read"],
  workloads: workloadOperations.map(({ id }) => id),
  "workload-identities": [
    "Microsoft.Compute/virtualMachines/read",
    "Microsoft.Compute/virtualMachineScaleSets/read",
    "Microsoft.ManagedIdentity/userAssignedIdentities/read",
    "Microsoft.Web/sites/read",
    "Microsoft.ContainerInstance/containerGroups/read",
    "Microsoft.App/containerApps/read",
    "Microsoft.App/jobs/read",
  ],
};

/**
 * The operations behind a facet that are asked on such a target, null: on any. Checks are judged in subscriptions; the directory is the
 * tenant's, which is no target of its own: what it did not tell, the verdicts on those whom it concerns say.
 */
export function facetOperations(facet: Facet, target: Target | null): readonly string[] {
  return facet === "directory" && target !== null ? [] : (azureFacets[facet] ?? []);
}

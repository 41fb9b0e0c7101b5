import type { Facet } from "../../model/facet.ts";

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
};

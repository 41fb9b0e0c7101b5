import type { FirewallEffect } from "../../../../../model/firewall-effect.ts";

/** An action of Azure Resource Manager that changes a firewall, or what a firewall does. */
export interface FirewallAction {
  /** As Azure's documentation writes it. */
  readonly action: string;
  readonly effect: FirewallEffect;
  /**
   * Actions of which one has to be allowed too, somewhere, for this one to change anything: what is joined is written by the action that joins.
   * Empty where it needs no other.
   */
  readonly beside: readonly string[];
  /** The page that describes it. */
  readonly source: string;
}

const permissions = (group: string): string =>
  `https://learn.microsoft.com/azure/role-based-access-control/permissions/${group}`;

/** Actions of one namespace that have one effect. */
const rows = (
  group: string,
  namespace: string,
  effect: FirewallEffect,
  actions: readonly string[],
  beside: readonly string[] = [],
): readonly FirewallAction[] =>
  actions.map((action) => ({ action: `${namespace}/${action}`, effect, beside, source: permissions(group) }));

const network = (effect: FirewallEffect, actions: readonly string[], beside: readonly string[] = []) =>
  rows("networking", "Microsoft.Network", effect, actions, beside);

/** To write and to delete each of some types. */
const changes = (...types: readonly string[]): readonly string[] =>
  types.flatMap((type) => [`${type}/write`, `${type}/delete`]);

const interfaces = ["Microsoft.Network/networkInterfaces/write", "Microsoft.Compute/virtualMachineScaleSets/write"];
const subnets = ["Microsoft.Network/virtualNetworks/subnets/write", "Microsoft.Network/virtualNetworks/write"];

/**
 * Every action that changes a firewall on Azure. Joining counts for who can also write what joins; admin rules count for who can also commit them,
 * for they have no effect before: https://learn.microsoft.com/azure/virtual-network-manager/concept-deployments
 */
export const firewallActions: readonly FirewallAction[] = [
  // What firewalls let through.
  ...network("rules", [
    ...changes(
      "networkSecurityGroups",
      "networkSecurityGroups/securityRules",
      "azureFirewalls",
      "firewallPolicies",
      "firewallPolicies/ruleCollectionGroups",
      "firewallPolicies/ruleGroups",
    ),
    "networkManagers/commit/action",
    ...changes(
      "networkSecurityPerimeters",
      "networkSecurityPerimeters/profiles",
      "networkSecurityPerimeters/profiles/accessRules",
    ),
    ...changes("ApplicationGatewayWebApplicationFirewallPolicies", "frontDoorWebApplicationFirewallPolicies"),
  ]),
  ...network(
    "rules",
    changes(
      "networkManagers/securityAdminConfigurations",
      "networkManagers/securityAdminConfigurations/ruleCollections",
      "networkManagers/securityAdminConfigurations/ruleCollections/rules",
    ),
    ["Microsoft.Network/networkManagers/commit/action"],
  ),
  ...rows("security", "Microsoft.Security", "rules", [
    ...changes("locations/jitNetworkAccessPolicies"),
    "locations/jitNetworkAccessPolicies/initiate/action",
  ]),
  // Firewalls of services, which stand in the services' own resources.
  ...rows("databases", "Microsoft.Sql", "rules", [
    ...changes("servers/firewallRules", "servers/ipv6FirewallRules", "servers/virtualNetworkRules"),
    "servers/outboundFirewallRules/delete",
    "servers/write",
    "managedInstances/write",
  ]),
  ...rows("databases", "Microsoft.DBforPostgreSQL", "rules", changes("flexibleServers/firewallRules")),
  ...rows("databases", "Microsoft.DBforMySQL", "rules", changes("flexibleServers/firewallRules")),
  ...rows("databases", "Microsoft.DocumentDB", "rules", [
    ...changes("mongoClusters/firewallRules"),
    "databaseAccounts/write",
  ]),
  ...rows("databases", "Microsoft.Cache", "rules", changes("redis/firewallRules")),
  ...rows("analytics", "Microsoft.Synapse", "rules", changes("workspaces/firewallRules")),
  ...rows("storage", "Microsoft.Storage", "rules", ["storageAccounts/write"]),
  ...rows("security", "Microsoft.KeyVault", "rules", ["vaults/write"]),
  ...rows("web-and-mobile", "Microsoft.Web", "rules", ["sites/config/write"]),
  ...rows("containers", "Microsoft.ContainerRegistry", "rules", ["registries/write"]),

  // Which firewall applies to what.
  ...network("membership", [
    ...changes("networkInterfaces", "virtualNetworks", "virtualNetworks/subnets"),
    ...changes("networkManagers/networkGroups", "networkManagers/networkGroups/staticMembers"),
    ...changes("networkSecurityPerimeters/resourceAssociations"),
    "applicationSecurityGroups/delete",
  ]),
  ...network("membership", ["networkSecurityGroups/join/action"], [...interfaces, ...subnets]),
  ...network("membership", ["applicationSecurityGroups/joinIpConfiguration/action"], interfaces),
  ...network(
    "membership",
    ["applicationSecurityGroups/joinNetworkSecurityRule/action"],
    ["Microsoft.Network/networkSecurityGroups/write", "Microsoft.Network/networkSecurityGroups/securityRules/write"],
  ),
  ...rows("compute", "Microsoft.Compute", "membership", ["virtualMachineScaleSets/write"]),

  // Lists of addresses that rules refer to.
  ...network("address-list", changes("ipGroups")),

  // Ways round firewalls.
  ...network("path", [
    ...changes("routeTables", "routeTables/routes", "virtualNetworks/virtualNetworkPeerings"),
    ...changes("publicIPAddresses", "publicIPPrefixes"),
    ...changes("loadBalancers", "loadBalancers/backendAddressPools", "loadBalancers/inboundNatRules"),
    ...changes("applicationGateways", "natGateways", "bastionHosts", "privateEndpoints"),
    ...changes("virtualHubs", "virtualHubs/hubRouteTables", "virtualNetworkGateways", "connections"),
    ...changes("serviceEndpointPolicies"),
  ]),
  ...network("path", ["routeTables/join/action", "natGateways/join/action"], subnets),
  ...network("path", ["publicIPAddresses/join/action"], [...interfaces, "Microsoft.Network/loadBalancers/write"]),
  ...network(
    "path",
    ["loadBalancers/backendAddressPools/join/action", "loadBalancers/inboundNatRules/join/action"],
    interfaces,
  ),

  // What keeps firewalls in check from above.
  ...rows("management-and-governance", "Microsoft.Authorization", "guard", [
    ...changes("locks", "policyAssignments", "policyDefinitions", "policySetDefinitions", "policyExemptions"),
  ]),
  ...rows("management-and-governance", "Microsoft.Management", "guard", [...changes("managementGroups/subscriptions")]),
  ...network("guard", changes("networkManagers")),

  // What would notice.
  ...network("detection", changes("networkWatchers", "networkWatchers/flowLogs")),
  ...rows("monitor", "Microsoft.Insights", "detection", [
    "ActivityLogAlerts/Write",
    "ActivityLogAlerts/Delete",
    "ActionGroups/Write",
    "ActionGroups/Delete",
    "DiagnosticSettings/Write",
    "DiagnosticSettings/Delete",
    "ScheduledQueryRules/Write",
    "ScheduledQueryRules/Delete",
  ]),
];

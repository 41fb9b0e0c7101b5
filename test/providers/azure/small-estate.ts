import { child, type Place, resource } from "../../../lab/azure/build.ts";
import type { ArmResource, AzureEstate } from "../../../lab/azure/estate.ts";

export const main = "11111111-1111-4111-8111-111111111111";
export const other = "22222222-2222-4222-8222-222222222222";
export const given = "33333333-3333-4333-8333-333333333333";
export const stranger = "99999999-9999-4999-8999-999999999999";

const place: Place = { subscription: main, group: "rg one", location: "westeurope" };

/** Three of each type, so that every listing has two pages. */
export const plainTypes = [
  "Microsoft.Network/networkSecurityGroups",
  "Microsoft.Network/networkInterfaces",
  "Microsoft.Network/virtualNetworks",
  "Microsoft.Network/applicationSecurityGroups",
  "Microsoft.Network/publicIPAddresses",
  "Microsoft.Network/publicIPPrefixes",
  "Microsoft.Network/routeTables",
  "Microsoft.Network/loadBalancers",
  "Microsoft.Network/applicationGateways",
  "Microsoft.Network/azureFirewalls",
  "Microsoft.Network/ipGroups",
  "Microsoft.Network/bastionHosts",
  "Microsoft.Network/privateEndpoints",
  "Microsoft.Network/natGateways",
  "Microsoft.Compute/virtualMachines",
] as const;

const three = ["a", "b", "c"];

function family(parent: ArmResource, segment: string, names: readonly string[] = three): readonly ArmResource[] {
  return names.map((name) => child(parent, segment, name, { note: `${parent.name}/${name}` }));
}

const policy = resource(place, "Microsoft.Network/firewallPolicies", "policy", {});
const emptyPolicy = resource(place, "Microsoft.Network/firewallPolicies", "empty policy", {});
const thirdPolicy = resource(place, "Microsoft.Network/firewallPolicies", "third", {});
const watcher = resource(place, "Microsoft.Network/networkWatchers", "watcher", {});
const manager = resource(place, "Microsoft.Network/networkManagers", "manager", {});
const groups = family(manager, "networkGroups");
const configurations = family(manager, "securityAdminConfigurations");
const collections = configurations.flatMap((configuration) => family(configuration, "ruleCollections", ["base"]));
const uniform = resource(place, "Microsoft.Compute/virtualMachineScaleSets", "uniform", {
  orchestrationMode: "Uniform",
});
const flexible = resource(place, "Microsoft.Compute/virtualMachineScaleSets", "flexible", {
  orchestrationMode: "Flexible",
});
const instances = three.map((name) => child(uniform, "virtualMachines", name, {}));
const scaleSetInterfaces = instances.flatMap((instance) => family(instance, "networkInterfaces", ["nic"]));
const scaleSetAddresses = scaleSetInterfaces.flatMap((nic) =>
  family(child(nic, "ipConfigurations", "ip", {}), "publicIPAddresses", ["pip"]),
);
const location: ArmResource = resource(place, "Microsoft.Security/locations", "westeurope", {});

const graphTypes = [
  "microsoft.network/effectivesecurityadminrules",
  "microsoft.network/networkgroupmemberships",
  "microsoft.network/networkmanagers/securityadminregionalgoalstates",
];

/** What the estate's main subscription holds, by the operation that lists it. */
export const held: Readonly<Record<string, readonly ArmResource[]>> = {
  ...Object.fromEntries(
    plainTypes.map((type) => [
      `${type}/read`,
      three.map((name) => resource(place, type, `${name}_(1).x`, { note: `${type} ${name}`, nothing: null })),
    ]),
  ),
  "Microsoft.Network/firewallPolicies/read": [policy, emptyPolicy, thirdPolicy],
  "Microsoft.Network/firewallPolicies/ruleCollectionGroups/read": [
    ...family(policy, "ruleCollectionGroups"),
    ...family(thirdPolicy, "ruleCollectionGroups", ["d"]),
  ],
  "Microsoft.Network/networkWatchers/read": [watcher],
  "Microsoft.Network/networkWatchers/flowLogs/read": family(watcher, "flowLogs"),
  "Microsoft.Network/networkManagers/read": [manager],
  "Microsoft.Network/networkManagers/networkGroups/read": groups,
  "Microsoft.Network/networkManagers/networkGroups/staticMembers/read": groups.flatMap((group) =>
    family(group, "staticMembers"),
  ),
  "Microsoft.Network/networkManagers/securityAdminConfigurations/read": configurations,
  "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/read": collections,
  "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules/read": collections.flatMap(
    (collection) => family(collection, "rules"),
  ),
  "Microsoft.Compute/virtualMachineScaleSets/read": [uniform, flexible],
  "Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read": scaleSetInterfaces,
  "Microsoft.Compute/virtualMachineScaleSets/publicIPAddresses/read": scaleSetAddresses,
  "Microsoft.Security/locations/jitNetworkAccessPolicies/read": family(location, "jitNetworkAccessPolicies"),
  "Microsoft.ResourceGraph/resources/read": graphTypes.map((type) => ({
    id: `/subscriptions/${main}/${type}`,
    name: "default",
    type,
    tags: null,
    properties: { EffectiveSecurityAdminConfigurations: [] },
  })),
};

/** An estate in which every operation has more than one page, or more than one parent, to read. */
export const smallEstate: AzureEstate = {
  tenant: {
    id: "00000000-aaaa-4bbb-8ccc-000000000001",
    clientId: "00000000-aaaa-4bbb-8ccc-000000000002",
    clientSecret: "very-secret-9",
  },
  managementGroups: [
    { id: "top", displayName: "Top", subscriptions: [main], groups: ["inner"] },
    { id: "inner", displayName: "Inner", subscriptions: [other, given] },
    { id: "strange", displayName: "Strange", subscriptions: [stranger] },
  ],
  subscriptions: [
    {
      id: main,
      name: "main",
      resources: Object.entries(held).flatMap(([id, list]) => (id.includes("ResourceGraph") ? [] : list)),
      graph: [
        ...(held["Microsoft.ResourceGraph/resources/read"] ?? []),
        { id: "/unasked", name: "x", type: "microsoft.network/networkmanagerconnections", properties: {} },
      ],
    },
    {
      id: other,
      name: "The Other",
      resources: [resource({ ...place, subscription: other }, "Microsoft.Network/networkSecurityGroups", "there", {})],
    },
    { id: given, name: "given up", state: "Disabled", resources: [] },
  ],
};

import { child, type Place, resource, uuidOf } from "../../../lab/azure/build.ts";
import {
  activation,
  contributor,
  denyAssignment,
  eligibility,
  groupScope,
  lock,
  networkContributor,
  owner,
  reader,
  roleAssignment,
  roleDefinition,
  subscriptionScope,
} from "../../../lab/azure/build-authorization.ts";
import {
  application,
  directoryAssignment,
  directoryRole,
  federatedCredential,
  group,
  managedIdentity,
  principal,
  user,
} from "../../../lab/azure/build-directory.ts";
import type {
  ArmObject,
  ArmResource,
  AzureDirectory,
  AzureEstate,
  DirectoryObject,
} from "../../../lab/azure/estate.ts";
import { subscriptionRow } from "../../../lab/azure/routing.ts";

export const main = "11111111-1111-4111-8111-111111111111";
export const other = "22222222-2222-4222-8222-222222222222";
export const given = "33333333-3333-4333-8333-333333333333";
export const stranger = "99999999-9999-4999-8999-999999999999";

export const tenant = {
  id: "00000000-aaaa-4bbb-8ccc-000000000001",
  clientId: "00000000-aaaa-4bbb-8ccc-000000000002",
  clientSecret: "very-secret-9",
};
const managementGroups = [
  { id: "top", displayName: "Top", subscriptions: [main], groups: ["inner"] },
  { id: "inner", displayName: "Inner", subscriptions: [other, given] },
  { id: "strange", displayName: "Strange", subscriptions: [stranger] },
];

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

// Who is who: a group that holds a right has a group in it, people and an application; another only reads, and is asked nothing.
export const people = {
  admin: user("Ada Admin", "ada@small.example"),
  guest: user("Guest", "guest_elsewhere.example#EXT#@small.example", { userType: "Guest" }),
  member: user("Mel Member", "mel@small.example"),
  nested: user("Nia Nested", "nia@small.example"),
  ownerOfGroup: user("Otto Owner", "otto@small.example"),
  ownerOfApp: user("Ola Owner", "ola@small.example"),
  eligible: user("Eli Gible", "eli@small.example"),
  globalAdmin: user("Gil Global", "gil@small.example"),
  bystander: user("By Stander", "by@small.example"),
};
export const circles = {
  network: group("network team"),
  inner: group("inner team"),
  third: group("third team"),
  readers: group("all employees"),
  strangers: group("holds nothing"),
};
export const ci = application("ci", tenant.id);
export const batch = application("batch", tenant.id);
export const directoryWriter = application("directory writer", tenant.id);
const harmless = application("reads mail", tenant.id);
const identity = resource(place, "Microsoft.ManagedIdentity/userAssignedIdentities", "mi", {});
const identityPrincipal = managedIdentity("mi", identity.id, true);

const onMain = subscriptionScope(main);
const inGroup = subscriptionScope(main, place.group);
/** Every kind of authorization, at scopes that reach the main subscription. */
const authorizationHeld: Readonly<Record<string, readonly ArmResource[]>> = {
  "Microsoft.Authorization/roleDefinitions/read": [owner, contributor, reader, networkContributor].map(roleDefinition),
  "Microsoft.Authorization/roleAssignments/read": [
    roleAssignment("/", principal(people.admin, "User"), owner),
    roleAssignment(groupScope("top"), principal(circles.network, "Group"), contributor),
    roleAssignment(onMain, principal(circles.readers, "Group"), reader),
    roleAssignment(onMain, principal(ci.servicePrincipal, "ServicePrincipal"), contributor),
    roleAssignment(inGroup, principal(identityPrincipal, "ServicePrincipal"), networkContributor),
    roleAssignment(inGroup, principal(people.guest, "User"), networkContributor),
    roleAssignment(inGroup, principal(circles.third, "Group"), networkContributor),
  ],
  "Microsoft.Authorization/denyAssignments/read": three.map((name) =>
    denyAssignment(onMain, name, ["Microsoft.Network/*/write"], [principal(people.admin, "User")]),
  ),
  "Microsoft.Authorization/locks/read": three.map((name) => lock(inGroup, name, "CanNotDelete")),
  "Microsoft.Authorization/roleEligibilityScheduleInstances/read": [onMain, inGroup, groupScope("top")].map((scope) =>
    eligibility(scope, principal(people.eligible, "User"), owner),
  ),
  "Microsoft.Authorization/roleAssignmentScheduleInstances/read": [onMain, inGroup, groupScope("top")].map((scope) =>
    activation(scope, principal(people.eligible, "User"), contributor),
  ),
};
/** What lies in the other subscription, or above it alone. */
const elsewhere = [roleAssignment(groupScope("inner"), principal(people.bystander, "User"), reader)];

const bySubscription = (kind: string, name: string, properties: ArmObject): ArmResource => ({
  id: `${onMain}/providers/${kind}/${name}`,
  name,
  type: kind,
  properties,
});

/** What runs with an identity, as a record keeps it. */
const workloadTypes = [
  "Microsoft.Web/sites",
  "Microsoft.ContainerInstance/containerGroups",
  "Microsoft.App/containerApps",
  "Microsoft.App/jobs",
  "Microsoft.Automation/automationAccounts",
  "Microsoft.Logic/workflows",
  "Microsoft.ContainerService/managedClusters",
] as const;
const workloadsHeld: Readonly<Record<string, readonly ArmResource[]>> = Object.fromEntries(
  workloadTypes.map((type) => [
    `${type}/read`,
    three.map((name) => ({
      id: `${inGroup}/providers/${type}/${name}`,
      name,
      type,
      location: "westeurope",
      identity: { type: "SystemAssigned", principalId: uuidOf(`${type} ${name}`), tenantId: tenant.id },
      properties:
        type.startsWith("Microsoft.Web") || type.includes("automation")
          ? { state: "Ok" }
          : { provisioningState: "Succeeded" },
    })),
  ]),
);

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
  ...authorizationHeld,
  "Microsoft.Authorization/classicAdministrators/read": three.map((name) =>
    bySubscription("Microsoft.Authorization/classicAdministrators", name, {
      emailAddress: `${name}@small.example`,
      role: "CoAdministrator",
    }),
  ),
  "Microsoft.ManagedServices/registrationAssignments/read": three.map((name) =>
    bySubscription("Microsoft.ManagedServices/registrationAssignments", name, {
      registrationDefinition: { properties: { managedByTenantId: stranger, authorizations: [] } },
    }),
  ),
  "Microsoft.ManagedIdentity/userAssignedIdentities/read": [identity],
  "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read": family(
    identity,
    "federatedIdentityCredentials",
  ),
  ...workloadsHeld,
  "Microsoft.ResourceGraph/resources/read": [
    ...graphTypes.map((type) => ({
      id: `/subscriptions/${main}/${type}`,
      name: "default",
      type,
      tags: null,
      properties: { EffectiveSecurityAdminConfigurations: [] },
    })),
    subscriptionRow({ tenant, managementGroups, subscriptions: [] }, { id: main, name: "main", resources: [] }),
  ],
};

const globalAdministrator = "62e90394-69f5-4237-9190-012177145e10";
const writesDirectory = "19dbc75e-c2e2-444c-a770-ec69d8559fc7";
const readsMail = "810c84a8-4a9e-49e6-bf7d-12d183f40d01";
const onGraph = (id: string, appRoleId: string): ArmObject => ({
  id: uuidOf(`on graph ${id}`),
  appRoleId,
  principalId: id,
  principalType: "ServicePrincipal",
  resourceId: uuidOf("microsoft graph"),
  createdDateTime: "2024-01-01T00:00:00Z",
});

/** Microsoft Graph tells of credentials what they begin with, which no record is to keep. */
function withCredentials(object: DirectoryObject): DirectoryObject {
  return { ...object, passwordCredentials: [{ hint: "very-secret-9" }] };
}

function eligibleInDirectory(who: DirectoryObject): ArmObject {
  const dates = { startDateTime: "2024-01-01T00:00:00Z", endDateTime: null };
  return { ...directoryAssignment(who, globalAdministrator), memberType: "Direct", ...dates };
}

/** The tenant of the estate: more people and groups than have anything to do with Azure. */
export const directory: AzureDirectory = {
  organization: {
    displayName: "Small",
    verifiedDomains: [{ name: "small.example", isDefault: true }],
    tenantType: "AAD",
  },
  users: Object.values(people),
  groups: Object.values(circles),
  servicePrincipals: [
    ...[ci, batch, directoryWriter, harmless].map(({ servicePrincipal }) => withCredentials(servicePrincipal)),
    identityPrincipal,
  ],
  applications: [ci, batch, directoryWriter, harmless].map((pair) => withCredentials(pair.application)),
  members: {
    [circles.network.id]: [people.member.id, circles.inner.id, batch.servicePrincipal.id],
    [circles.inner.id]: [people.nested.id, circles.network.id],
    [circles.third.id]: [people.member.id],
    [circles.readers.id]: Object.values(people).map(({ id }) => id),
  },
  owners: {
    [circles.network.id]: [people.ownerOfGroup.id, ci.servicePrincipal.id, people.admin.id],
    [ci.servicePrincipal.id]: [people.ownerOfApp.id],
    [batch.servicePrincipal.id]: [people.ownerOfApp.id, people.admin.id, people.member.id],
    [ci.application.id]: [people.ownerOfApp.id, people.admin.id, people.member.id],
  },
  federatedIdentityCredentials: {
    [ci.application.id]: three.map((name) =>
      federatedCredential(
        name,
        "https://token.actions.githubusercontent.com",
        `repo:small/${name}:ref:refs/heads/main`,
      ),
    ),
  },
  appRoleAssignments: [
    onGraph(directoryWriter.servicePrincipal.id, writesDirectory),
    onGraph(harmless.servicePrincipal.id, readsMail),
    onGraph(ci.servicePrincipal.id, readsMail),
  ],
  roleAssignments: [
    directoryAssignment(people.globalAdmin, globalAdministrator),
    directoryAssignment(people.admin, globalAdministrator),
    directoryAssignment(people.member, globalAdministrator),
  ],
  roleDefinitions: three.map((name) => directoryRole(uuidOf(`role ${name}`), name, ["microsoft.directory/allThings"])),
  roleEligibilityScheduleInstances: [people.eligible, people.guest, people.member].map(eligibleInDirectory),
};

/** An estate in which every operation has more than one page, or more than one parent, to read. */
export const smallEstate: AzureEstate = {
  tenant,
  managementGroups,
  authorization: [...Object.values(authorizationHeld).flat(), ...elsewhere],
  directory,
  subscriptions: [
    {
      id: main,
      name: "main",
      resources: Object.entries(held).flatMap(([id, list]) =>
        id.includes("ResourceGraph") || id in authorizationHeld ? [] : list,
      ),
      graph: [
        ...(held["Microsoft.ResourceGraph/resources/read"] ?? []).filter(({ type }) => graphTypes.includes(type)),
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

import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ComputeManagementClient } from "@azure/arm-compute";
import { ManagementLockClient } from "@azure/arm-locks";
import { ManagementGroupsAPI } from "@azure/arm-managementgroups";
import { ManagedServiceIdentityClient } from "@azure/arm-msi";
import { NetworkManagementClient } from "@azure/arm-network";
import { SubscriptionClient } from "@azure/arm-resources-subscriptions";
import { ClientSecretCredential } from "@azure/identity";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type AzureLab, startAzureLab } from "../../../lab/azure/server.ts";
import { directoryOperations } from "../../../src/providers/azure/directory-operations.ts";
import { azureOperations } from "../../../src/providers/azure/operations.ts";
import { collectFrom } from "../../providers/azure/collecting.ts";
import { held, main, smallEstate } from "../../providers/azure/small-estate.ts";

// The lab answers Microsoft's own clients, and the paths that Rampart sends are theirs: read off what both sent to the same lab.

const group = "rg one";
const scope = `subscriptions/${main}`;
let lab: AzureLab;
let clients: {
  readonly network: NetworkManagementClient;
  readonly compute: ComputeManagementClient;
  readonly authorization: AuthorizationManagementClient;
  readonly identities: ManagedServiceIdentityClient;
  readonly locks: ManagementLockClient;
  readonly subscriptions: SubscriptionClient;
  readonly managementGroups: ManagementGroupsAPI;
};
let sent: ReadonlyMap<string, ReadonlySet<string>>;

beforeAll(async () => {
  lab = await startAzureLab(smallEstate);
  const { endpoint, credentials, certificates } = lab.options;
  const options = { endpoint, tlsOptions: { ca: certificates }, credentials: { scopes: [`${endpoint}/.default`] } };
  const scopes = { endpoint, tlsOptions: { ca: certificates }, credentialScopes: [`${endpoint}/.default`] };
  const credential = new ClientSecretCredential(credentials.tenantId, credentials.clientId, credentials.clientSecret, {
    authorityHost: endpoint,
    disableInstanceDiscovery: true,
    tlsOptions: { ca: certificates },
  });
  clients = {
    network: new NetworkManagementClient(credential, main, options),
    compute: new ComputeManagementClient(credential, main, options),
    authorization: new AuthorizationManagementClient(credential, main, { ...scopes, $host: endpoint }),
    identities: new ManagedServiceIdentityClient(credential, main, { ...scopes, $host: endpoint }),
    locks: new ManagementLockClient(credential, main, { ...scopes, $host: endpoint }),
    subscriptions: new SubscriptionClient(credential, scopes),
    managementGroups: new ManagementGroupsAPI(credential, { ...scopes, $host: endpoint }),
  };
  await collectFrom(lab, { managementGroups: ["top"], subscriptions: [main] });
  sent = pathsByOperation();
});
afterAll(() => lab.close());

/** What was asked for each operation so far: paths without the query, in lower case, for ARM takes any. */
function pathsByOperation(): ReadonlyMap<string, ReadonlySet<string>> {
  const byOperation = Map.groupBy(lab.requests, ({ operation }) => operation);
  return new Map(
    [...byOperation].map(([operation, requests]) => [
      operation,
      new Set(requests.map(({ path }) => decodeURIComponent(path.split("?")[0] ?? "").toLowerCase())),
    ]),
  );
}

type Items = AsyncIterable<{ readonly id?: string }>;

const listings: readonly (readonly [string, () => Items])[] = [
  ["Microsoft.Network/networkSecurityGroups/read", () => clients.network.networkSecurityGroups.listAll()],
  ["Microsoft.Network/networkInterfaces/read", () => clients.network.networkInterfaces.listAll()],
  ["Microsoft.Network/virtualNetworks/read", () => clients.network.virtualNetworks.listAll()],
  ["Microsoft.Network/applicationSecurityGroups/read", () => clients.network.applicationSecurityGroups.listAll()],
  ["Microsoft.Network/publicIPAddresses/read", () => clients.network.publicIPAddresses.listAll()],
  ["Microsoft.Network/publicIPPrefixes/read", () => clients.network.publicIPPrefixes.listAll()],
  ["Microsoft.Network/routeTables/read", () => clients.network.routeTables.listAll()],
  ["Microsoft.Network/loadBalancers/read", () => clients.network.loadBalancers.listAll()],
  ["Microsoft.Network/applicationGateways/read", () => clients.network.applicationGateways.listAll()],
  ["Microsoft.Network/azureFirewalls/read", () => clients.network.azureFirewalls.listAll()],
  ["Microsoft.Network/firewallPolicies/read", () => clients.network.firewallPolicies.listAll()],
  ["Microsoft.Network/ipGroups/read", () => clients.network.ipGroups.list()],
  ["Microsoft.Network/networkManagers/read", () => clients.network.networkManagers.listBySubscription()],
  ["Microsoft.Network/networkManagers/networkGroups/read", () => clients.network.networkGroups.list(group, "manager")],
  [
    "Microsoft.Network/networkManagers/securityAdminConfigurations/read",
    () => clients.network.securityAdminConfigurations.list(group, "manager"),
  ],
  ["Microsoft.Network/bastionHosts/read", () => clients.network.bastionHosts.list()],
  ["Microsoft.Network/privateEndpoints/read", () => clients.network.privateEndpoints.listBySubscription()],
  ["Microsoft.Network/natGateways/read", () => clients.network.natGateways.listAll()],
  ["Microsoft.Network/networkWatchers/read", () => clients.network.networkWatchers.listAll()],
  ["Microsoft.Network/networkWatchers/flowLogs/read", () => clients.network.flowLogs.list(group, "watcher")],
  ["Microsoft.Compute/virtualMachines/read", () => clients.compute.virtualMachines.listAll()],
  ["Microsoft.Compute/virtualMachineScaleSets/read", () => clients.compute.virtualMachineScaleSets.listAll()],
  [
    "Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read",
    () => clients.network.networkInterfaces.listVirtualMachineScaleSetNetworkInterfaces(group, "uniform"),
  ],
  [
    "Microsoft.Compute/virtualMachineScaleSets/publicIPAddresses/read",
    () => clients.network.publicIPAddresses.listVirtualMachineScaleSetPublicIPAddresses(group, "uniform"),
  ],
  ["Microsoft.Authorization/roleAssignments/read", () => clients.authorization.roleAssignments.listForSubscription()],
  ["Microsoft.Authorization/roleDefinitions/read", () => clients.authorization.roleDefinitions.list(scope)],
  ["Microsoft.Authorization/denyAssignments/read", () => clients.authorization.denyAssignments.list()],
  ["Microsoft.Authorization/classicAdministrators/read", () => clients.authorization.classicAdministrators.list()],
  [
    "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
    () => clients.authorization.roleEligibilityScheduleInstances.listForScope(scope),
  ],
  [
    "Microsoft.Authorization/roleAssignmentScheduleInstances/read",
    () => clients.authorization.roleAssignmentScheduleInstances.listForScope(scope),
  ],
  ["Microsoft.Authorization/locks/read", () => clients.locks.managementLocks.listAtSubscriptionLevel()],
  [
    "Microsoft.ManagedIdentity/userAssignedIdentities/read",
    () => clients.identities.userAssignedIdentities.listBySubscription(),
  ],
  [
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read",
    () => clients.identities.federatedIdentityCredentials.list(group, "mi"),
  ],
];
/** Listings below one of several parents, so that they hold some of what the operation does. */
const partial: readonly (readonly [string, () => Items])[] = [
  [
    "Microsoft.Network/firewallPolicies/ruleCollectionGroups/read",
    () => clients.network.firewallPolicyRuleCollectionGroups.list(group, "policy"),
  ],
  [
    "Microsoft.Network/networkManagers/networkGroups/staticMembers/read",
    () => clients.network.staticMembers.list(group, "manager", "a"),
  ],
  [
    "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/read",
    () => clients.network.adminRuleCollections.list(group, "manager", "a"),
  ],
  [
    "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules/read",
    () => clients.network.adminRules.list(group, "manager", "a", "base"),
  ],
  ["Microsoft.Resources/subscriptions/read", () => clients.subscriptions.subscriptions.list()],
  [
    "Microsoft.Management/managementGroups/descendants/read",
    () => clients.managementGroups.managementGroups.listDescendants("top"),
  ],
];
/** Operations for which Microsoft's client is not among the packages of the project. */
const withoutClient = [
  "Microsoft.ResourceGraph/resources/read",
  "Microsoft.Security/locations/jitNetworkAccessPolicies/read",
  "Microsoft.ManagedServices/registrationAssignments/read",
  "Microsoft.Web/sites/read",
  "Microsoft.ContainerInstance/containerGroups/read",
  "Microsoft.App/containerApps/read",
  "Microsoft.App/jobs/read",
  "Microsoft.Automation/automationAccounts/read",
  "Microsoft.Logic/workflows/read",
  "Microsoft.ContainerService/managedClusters/read",
  ...directoryOperations.map(({ id }) => id),
];

async function idsOf(items: Items): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of items) if (id !== undefined) ids.push(id);
  return ids;
}

describe("Microsoft's own clients", () => {
  it.each(listings)("read every page of %s", async (operation, list) => {
    const ids = await idsOf(list());
    expect(ids.toSorted()).toEqual((held[operation] ?? []).map(({ id }) => id).toSorted());
  });

  it.each([...listings, ...partial])("ask %s where Rampart asks", async (operation, list) => {
    const before = lab.requests.length;
    const ids = await idsOf(list());
    expect(ids.length).toBeGreaterThan(0);
    const asked = lab.requests.slice(before).filter((request) => !["token", "discovery"].includes(request.operation));
    for (const request of asked) {
      expect(request.operation.toLowerCase()).toBe(operation.toLowerCase());
      expect(sent.get(operation)).toContain(decodeURIComponent(request.path.split("?")[0] ?? "").toLowerCase());
    }
  });

  it("cover every operation but those named here", () => {
    const covered = [...listings, ...partial].map(([operation]) => operation);
    expect([...covered, ...withoutClient].toSorted()).toEqual(azureOperations.map(({ id }) => id).toSorted());
  });
});

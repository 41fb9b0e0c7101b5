import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Coverage } from "../../src/model/coverage.ts";
import type { Json } from "../../src/model/finding.ts";
import { globalRegion } from "../../src/model/resource.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../src/snapshot/record.ts";
import { seededRandom } from "../network/random.ts";

const tenant = guid("7", 0);
const subscriptionCount = 100;
const groupsPerSubscription = 20;

interface BuiltIn {
  readonly name: string;
  readonly roleName: string;
  readonly permissions: Json;
}

/** Object ids and the like that tell at a glance what they are of. */
function guid(kind: string, at: number): string {
  return `${kind.repeat(8)}-0000-4000-8000-${String(at).padStart(12, "0")}`;
}

/** How often which role is assigned, in a hundred. */
const shares: readonly (readonly [role: string, share: number])[] = [
  ["Reader", 40],
  ["Contributor", 15],
  ["Network Contributor", 5],
  ["Virtual Machine Contributor", 8],
  ["Owner", 4],
  ["User Access Administrator", 2],
  ["Key Vault Data Access Administrator", 2],
  ["Monitoring Contributor", 4],
  ["Storage Blob Data Contributor", 10],
  ["custom", 10],
];

/**
 * A tenant as large companies have them: a hundred subscriptions under ten management groups with twenty resource groups each, principals of whom a third are in
 * groups, half as many assignments as principals at every kind of scope, most of them narrow, some under a condition or to be activated, locks and deny assignments here and there, virtual machines
 * with identities, and a directory with roles, owners and federated credentials.
 */
export function benchAzureIdentitySnapshot(principals: number, assignments: number, seed: number): Snapshot {
  const random = seededRandom(seed);
  const file = join(import.meta.dirname, "../../test/fixtures/azure-roles.json");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fixture's own shape
  const builtIn = JSON.parse(readFileSync(file, "utf8")) as readonly BuiltIn[];
  const records: SnapshotRecord[] = [];
  const say = (account: string, operation: string, data: VendorObject, parent?: string): void => {
    const request = parent === undefined ? {} : { request: { parent } };
    records.push({ cloud: "azure", account, region: globalRegion, operation, data, ...request });
  };
  const subscriptions = Array.from({ length: subscriptionCount }, (_, at) => guid("5", at));
  const roleId = (subscription: string, name: string): string =>
    `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${name}`;
  const custom = Array.from({ length: 50 }, (_, at) => ({
    name: guid("c", at),
    roleName: `Custom ${at}`,
    permissions: [
      {
        actions: [
          "*/read",
          ["Microsoft.Network/networkInterfaces/*", "Microsoft.Storage/*", "Microsoft.Network/routeTables/*"][at % 3] ??
            "",
          ["Microsoft.Compute/virtualMachines/*", "Microsoft.Sql/*", "Microsoft.Insights/*"][at % 2] ?? "",
        ],
        notActions: ["Microsoft.Network/networkInterfaces/delete"],
      },
    ],
  }));
  const roles = [...builtIn, ...custom];
  const byName = new Map(roles.map((role) => [role.roleName, role.name]));

  const managementGroups = Array.from({ length: 10 }, (_, at) => `mg-${at}`);
  for (const [at, subscription] of subscriptions.entries()) {
    const chain = [managementGroups[at % 10] ?? "mg-0", tenant].map((name) => ({ name, displayName: name }));
    say(subscription, "Microsoft.ResourceGraph/resources/read", {
      id: `/subscriptions/${subscription}`,
      name: subscription,
      type: "microsoft.resources/subscriptions",
      tenantId: tenant,
      properties: { managementGroupAncestorsChain: chain },
    });
    for (const { name, roleName, permissions } of roles) {
      say(subscription, "Microsoft.Authorization/roleDefinitions/read", {
        id: roleId(subscription, name),
        name,
        properties: {
          roleName,
          type: roleName.startsWith("Custom") ? "CustomRole" : "BuiltInRole",
          assignableScopes: roleName.startsWith("Custom") ? [`/subscriptions/${subscriptions[0] ?? ""}`] : ["/"],
          permissions,
        },
      });
    }
    for (let group = 0; group < groupsPerSubscription; group++) resources(subscription, group);
  }

  function resources(subscription: string, at: number): void {
    const group = `/subscriptions/${subscription}/resourceGroups/rg-${at}`;
    const add = (type: string, name: string, properties: VendorObject, more: VendorObject = {}): string => {
      const id = `${group}/providers/${type}/${name}`;
      say(subscription, `${type}/read`, { id, name, type, location: "westeurope", properties, ...more });
      return id;
    };
    for (const name of ["a", "b"]) {
      add("Microsoft.Network/networkSecurityGroups", name, { securityRules: [], defaultSecurityRules: [] });
      add("Microsoft.Network/networkInterfaces", name, { ipConfigurations: [] });
    }
    add("Microsoft.Network/virtualNetworks", "net", {
      addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
      subnets: [],
    });
    add("Microsoft.Network/routeTables", "routes", { routes: [] });
    if (at % 4 === 0) {
      const identity = { type: "SystemAssigned", principalId: guid("b", random(principals)), tenantId: tenant };
      add("Microsoft.Compute/virtualMachines", "vm", {}, { identity });
    }
  }

  // Who there is: two thirds users, the rest applications and managed identities.
  const everyone = Array.from({ length: principals }, (_, at) => guid(at % 3 === 0 ? "b" : "a", at));
  const groups = Array.from({ length: Math.max(5, Math.ceil(principals / 20)) }, (_, at) => guid("9", at));
  for (const [at, id] of everyone.entries()) {
    const displayName = `somebody ${at}`;
    if (at % 3 === 0) {
      say(tenant, "microsoft.graph/servicePrincipals", {
        id,
        appId: guid("d", at),
        displayName,
        servicePrincipalType: at % 6 === 0 ? "Application" : "ManagedIdentity",
        appOwnerOrganizationId: at % 6 === 0 ? tenant : null,
      });
    } else {
      say(tenant, "microsoft.graph/users", {
        id,
        displayName,
        userPrincipalName: `u${at}@example.com`,
        userType: "Member",
      });
    }
    if (random(3) > 0) continue;
    for (let count = 1 + random(3); count > 0; count--) {
      const group = groups[random(groups.length)] ?? "";
      say(
        tenant,
        "microsoft.graph/groups/members",
        { id, "@odata.type": at % 3 === 0 ? "#microsoft.graph.servicePrincipal" : "#microsoft.graph.user" },
        group,
      );
    }
  }
  for (const [at, id] of groups.entries()) {
    say(tenant, "microsoft.graph/groups", { id, displayName: `group ${at}`, securityEnabled: true, groupTypes: [] });
    if (at % 5 === 0) {
      const owner = everyone[random(principals)] ?? "";
      say(tenant, "microsoft.graph/groups/owners", { id: owner, "@odata.type": "#microsoft.graph.user" }, id);
    }
    if (at % 10 === 1) {
      const inner = groups[random(groups.length)] ?? "";
      say(tenant, "microsoft.graph/groups/members", { id: inner, "@odata.type": "#microsoft.graph.group" }, id);
    }
  }

  const roleAtRandom = (): string => {
    let left = random(100);
    for (const [name, share] of shares) {
      if (left < share) return name === "custom" ? `Custom ${random(custom.length)}` : name;
      left -= share;
    }
    return "Reader";
  };
  const scopeAtRandom = (): string => {
    const subscription = `/subscriptions/${subscriptions[random(subscriptionCount)] ?? ""}`;
    const group = `${subscription}/resourceGroups/rg-${random(groupsPerSubscription)}`;
    const at = random(1000) / 10;
    if (at < 0.4) return `/providers/Microsoft.Management/managementGroups/${tenant}`;
    if (at < 2) return `/providers/Microsoft.Management/managementGroups/${managementGroups[random(10)] ?? ""}`;
    if (at < 25) return subscription;
    if (at < 80) return group;
    const type =
      ["networkSecurityGroups/a", "networkInterfaces/b", "virtualNetworks/net", "routeTables/routes"][random(4)] ?? "";
    return `${group}/providers/Microsoft.Network/${type}`;
  };
  const delegation =
    "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] " +
    `ForAnyOfAnyValues:GuidEquals {${byName.get("Network Contributor") ?? ""}} AND @Request[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal'}))`;
  for (let at = 0; at < assignments; at++) {
    const name = roleAtRandom();
    const scope = scopeAtRandom();
    const isGroup = random(2) === 0;
    const principalId = (isGroup ? groups[random(groups.length)] : everyone[random(principals)]) ?? "";
    const first = subscriptions[0] ?? "";
    const listing = /^\/subscriptions\/([^/]+)/.exec(scope)?.[1] ?? null;
    const isEligible = random(20) === 0;
    const kind = isEligible ? "roleEligibilityScheduleInstances" : "roleAssignments";
    const data: VendorObject = {
      id: `${scope}/providers/Microsoft.Authorization/${kind}/${guid("e", at)}`,
      properties: {
        principalId,
        principalType: isGroup ? "Group" : principalId.startsWith("b") ? "ServicePrincipal" : "User",
        roleDefinitionId: roleId(listing ?? first, byName.get(name) ?? ""),
        scope,
        ...(name === "User Access Administrator" ? { condition: delegation, conditionVersion: "2.0" } : {}),
      },
    };
    // What is inherited comes with every subscription's own listing.
    for (const subscription of listing === null ? subscriptions : [listing]) {
      say(subscription, `Microsoft.Authorization/${kind}/read`, data);
    }
  }
  for (let at = 0; at < subscriptionCount * 3; at++) {
    const subscription = subscriptions[at % subscriptionCount] ?? "";
    const group = `/subscriptions/${subscription}/resourceGroups/rg-${random(groupsPerSubscription)}`;
    const scope = at % 2 === 0 ? group : `${group}/providers/Microsoft.Network/networkSecurityGroups/a`;
    say(subscription, "Microsoft.Authorization/locks/read", {
      id: `${scope}/providers/Microsoft.Authorization/locks/lock-${at}`,
      properties: { level: at % 3 === 0 ? "ReadOnly" : "CanNotDelete" },
    });
  }
  for (let at = 0; at < subscriptionCount; at++) {
    const subscription = subscriptions[at] ?? "";
    const scope = `/subscriptions/${subscription}/resourceGroups/rg-${random(groupsPerSubscription)}`;
    say(subscription, "Microsoft.Authorization/denyAssignments/read", {
      id: `${scope}/providers/Microsoft.Authorization/denyAssignments/${guid("f", at)}`,
      properties: {
        denyAssignmentName: `managed application ${at}`,
        scope,
        permissions: [{ actions: ["*"], notActions: ["*/read"] }],
        principals: [{ id: "00000000-0000-0000-0000-000000000000", type: "SystemDefined" }],
        excludePrincipals: [{ id: everyone[random(principals)] ?? "", type: "ServicePrincipal" }],
      },
    });
  }
  for (const [at, template] of [
    "62e90394-69f5-4237-9190-012177145e10",
    "e8611ab8-c189-46e8-94e1-60213ab1f814",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "fdd7a751-b60b-444a-984c-02652fe8fa1c",
    "729827e3-9c14-49f7-bb1b-9608f156bbb8",
  ].entries()) {
    for (let count = 0; count < 5; count++) {
      say(tenant, "microsoft.graph/roleManagement/directory/roleAssignments", {
        id: `assignment-${at}-${count}`,
        principalId: everyone[random(principals)] ?? "",
        roleDefinitionId: template,
        directoryScopeId: "/",
      });
    }
  }

  const complete = (account: string): Coverage => ({
    cloud: "azure",
    account,
    region: globalRegion,
    operation: "*",
    status: "complete",
    items: 0,
    error: null,
  });
  return {
    source: "live",
    startedAt: "2026-06-01T00:00:00Z",
    finishedAt: "2026-06-01T00:00:00Z",
    targets: [...subscriptions, tenant].map((account) => ({
      cloud: "azure",
      account,
      region: globalRegion,
      name: null,
      status: "scanned",
      note: null,
    })),
    records,
    coverage: [
      ...[...subscriptions, tenant].map(complete),
      { ...complete(tenant), operation: "microsoft.graph/groups/members" },
    ],
    notes: [],
  };
}

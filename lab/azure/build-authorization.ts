import { uuidOf } from "./build.ts";
import type { ArmObject, ArmResource } from "./estate.ts";

/** What a role may be assigned at: `/`, a management group, a subscription, or anything in one. */
export type Scope = string;

/** The scope of a management group. */
export function groupScope(id: string): Scope {
  return `/providers/Microsoft.Management/managementGroups/${id}`;
}

/** The scope of a subscription, or of a resource group in it. */
export function subscriptionScope(id: string, group: string | null = null): Scope {
  return group === null ? `/subscriptions/${id}` : `/subscriptions/${id}/resourceGroups/${group}`;
}

/** Who holds a right: an object of the directory with its kind. */
export interface Principal {
  readonly id: string;
  readonly kind: "Group" | "ServicePrincipal" | "User";
}

/** A role of Azure with the permissions that matter here. */
export interface RoleWords {
  /** Its id, which is the same in every tenant for those that Azure comes with. */
  readonly id: string;
  readonly name: string;
  readonly actions: readonly string[];
  readonly notActions?: readonly string[];
  readonly dataActions?: readonly string[];
  /** Where a custom role may be assigned; absent: a role that Azure comes with. */
  readonly custom?: readonly Scope[];
}

const made = "2024-03-04T08:15:30.0000000Z";

function authorization(kind: string, scope: Scope, name: string, properties: ArmObject): ArmResource {
  const at = scope === "/" ? "" : scope;
  const id = `${at}/providers/Microsoft.Authorization/${kind}/${name}`;
  return { id, name, type: `Microsoft.Authorization/${kind}`, properties };
}

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
export const owner: RoleWords = { id: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", name: "Owner", actions: ["*"] };
export const contributor: RoleWords = {
  id: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  name: "Contributor",
  actions: ["*"],
  notActions: [
    "Microsoft.Authorization/*/Delete",
    "Microsoft.Authorization/*/Write",
    "Microsoft.Authorization/elevateAccess/Action",
    "Microsoft.Blueprint/blueprintAssignments/write",
    "Microsoft.Blueprint/blueprintAssignments/delete",
    "Microsoft.Compute/galleries/share/action",
    "Microsoft.Purview/consents/write",
    "Microsoft.Purview/consents/delete",
    "Microsoft.Resources/deploymentStacks/manageDenySetting/action",
    "Microsoft.Subscription/cancel/action",
    "Microsoft.Subscription/enable/action",
  ],
};
export const reader: RoleWords = { id: "acdd72a7-3385-48ef-bd42-f606fba81ae7", name: "Reader", actions: ["*/read"] };
export const networkContributor: RoleWords = {
  id: "4d97b98b-1d4f-4787-a291-c67834d212e7",
  name: "Network Contributor",
  actions: [
    "Microsoft.Authorization/*/read",
    "Microsoft.Insights/alertRules/*",
    "Microsoft.Network/*",
    "Microsoft.ResourceHealth/availabilityStatuses/read",
    "Microsoft.Resources/deployments/*",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Support/*",
  ],
};
export const virtualMachineContributor: RoleWords = {
  id: "9980e02c-c2be-4d73-94e8-173b1dc7cf3c",
  name: "Virtual Machine Contributor",
  actions: [
    "Microsoft.Authorization/*/read",
    "Microsoft.Compute/availabilitySets/*",
    "Microsoft.Compute/disks/delete",
    "Microsoft.Compute/disks/read",
    "Microsoft.Compute/disks/write",
    "Microsoft.Compute/locations/*",
    "Microsoft.Compute/virtualMachines/*",
    "Microsoft.Compute/virtualMachineScaleSets/*",
    "Microsoft.Network/applicationGateways/backendAddressPools/join/action",
    "Microsoft.Network/loadBalancers/backendAddressPools/join/action",
    "Microsoft.Network/loadBalancers/inboundNatPools/join/action",
    "Microsoft.Network/loadBalancers/inboundNatRules/join/action",
    "Microsoft.Network/loadBalancers/probes/join/action",
    "Microsoft.Network/loadBalancers/read",
    "Microsoft.Network/locations/*",
    "Microsoft.Network/networkInterfaces/*",
    "Microsoft.Network/networkSecurityGroups/join/action",
    "Microsoft.Network/networkSecurityGroups/read",
    "Microsoft.Network/publicIPAddresses/join/action",
    "Microsoft.Network/publicIPAddresses/read",
    "Microsoft.Network/virtualNetworks/read",
    "Microsoft.Network/virtualNetworks/subnets/join/action",
    "Microsoft.Resources/deployments/*",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Support/*",
  ],
};

/** A role's definition: https://learn.microsoft.com/rest/api/authorization/role-definitions/list */
export function roleDefinition(role: RoleWords): ArmResource {
  const { id, name, actions, notActions = [], dataActions = [], custom } = role;
  return authorization("roleDefinitions", "/", id, {
    roleName: name,
    type: custom === undefined ? "BuiltInRole" : "CustomRole",
    description: "",
    assignableScopes: custom ?? ["/"],
    permissions: [{ actions, notActions, dataActions, notDataActions: [], conditionVersion: null, condition: null }],
    createdOn: made,
    updatedOn: made,
  });
}

/** An assignment of a role: https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-subscription */
export function roleAssignment(
  scope: Scope,
  { id, kind }: Principal,
  role: RoleWords,
  more: ArmObject = {},
): ArmResource {
  return authorization("roleAssignments", scope, uuidOf(`assignment ${scope} ${id} ${role.id}`), {
    roleDefinitionId: definitionId(scope, role),
    principalId: id,
    principalType: kind,
    scope,
    condition: null,
    conditionVersion: null,
    createdOn: made,
    updatedOn: made,
    ...more,
  });
}

/** Roles that are told within a subscription carry its id. */
function definitionId(scope: Scope, { id }: RoleWords): string {
  const within = /^\/subscriptions\/[^/]+/.exec(scope)?.[0] ?? "";
  return `${within}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
}

/** A role that somebody may activate: https://learn.microsoft.com/rest/api/authorization/role-eligibility-schedule-instances */
export function eligibility(scope: Scope, principal: Principal, role: RoleWords, more: ArmObject = {}): ArmResource {
  return schedule("roleEligibilityScheduleInstances", scope, principal, role, more);
}

/** A role that is held for a time: https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-instances */
export function activation(scope: Scope, principal: Principal, role: RoleWords, more: ArmObject = {}): ArmResource {
  return schedule("roleAssignmentScheduleInstances", scope, principal, role, { assignmentType: "Activated", ...more });
}

function schedule(
  kind: string,
  scope: Scope,
  { id, kind: principalType }: Principal,
  role: RoleWords,
  more: ArmObject,
): ArmResource {
  return authorization(kind, scope, uuidOf(`${kind} ${scope} ${id} ${role.id}`), {
    scope,
    roleDefinitionId: definitionId(scope, role),
    principalId: id,
    principalType,
    memberType: "Direct",
    status: "Provisioned",
    startDateTime: "2024-03-04T08:15:30Z",
    endDateTime: null,
    ...more,
  });
}

/** A lock on a scope: https://learn.microsoft.com/rest/api/resources/management-locks */
export function lock(scope: Scope, name: string, level: "CanNotDelete" | "ReadOnly"): ArmResource {
  return authorization("locks", scope, name, { level, notes: "" });
}

/** A deny assignment on everybody but some: https://learn.microsoft.com/azure/role-based-access-control/deny-assignments */
export function denyAssignment(
  scope: Scope,
  name: string,
  actions: readonly string[],
  except: readonly Principal[] = [],
): ArmResource {
  return authorization("denyAssignments", scope, uuidOf(`deny ${scope} ${name}`), {
    denyAssignmentName: name,
    description: "",
    permissions: [{ actions, notActions: [], dataActions: [], notDataActions: [] }],
    scope,
    doNotApplyToChildScopes: false,
    principals: [{ id: "00000000-0000-0000-0000-000000000000", type: "SystemDefined" }],
    excludePrincipals: except.map(({ id, kind }) => ({ id, type: kind })),
    isSystemProtected: true,
  });
}

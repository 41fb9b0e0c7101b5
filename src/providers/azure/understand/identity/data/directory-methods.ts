import { passwordRoles } from "./entra-roles.ts";
import type { EscalationMethod, On, Requirement } from "./types.ts";

const permissionsReference =
  "https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference";
const graphPermissions = "https://learn.microsoft.com/graph/permissions-reference";

/** Whoever keeps an application may lock its service principals in every tenant; of new ones they are locked from the start. */
const instanceLock = "whether the application locks the credentials of its service principals";
const lockPage = "https://learn.microsoft.com/entra/identity-platform/howto-configure-app-instance-property-locks";

/** One of some actions of the directory. */
const any = (on: On, ...actions: readonly string[]): readonly Requirement[] =>
  actions.map((action) => ({ action: `microsoft.directory/${action}`, on }));

/**
 * To change a part of a group: of any, or of those of one kind alone, and of these again of those whose members no rule tells.
 * https://learn.microsoft.com/entra/identity/role-based-access-control/custom-group-permissions
 */
const groups = (part: "members" | "owners"): readonly Requirement[] => [
  ...any("group", `groups/${part}/update`),
  ...any("security-group", `groups.security/${part}/update`, `groups.security.assignedMembership/${part}/update`),
  ...any("unified-group", `groups.unified/${part}/update`, `groups.unified.assignedMembership/${part}/update`),
];

/** Ways through Microsoft Entra ID. */
export const directoryMethods: readonly EscalationMethod[] = [
  {
    id: "entra-assign-role",
    requires: [any("directory", "roleAssignments/allProperties/allTasks")],
    missing: null,
    says: "makes itself Global Administrator",
    sources: [permissionsReference],
  },
  {
    id: "entra-grant-permission",
    // To assign roles of applications alone does not do: consent to permissions of Microsoft Graph takes this one, which few of those who may assign hold.
    requires: [any("directory", "servicePrincipals/managePermissionGrantsForAll.microsoft-company-admin")],
    missing: null,
    says: "grants itself a permission of Microsoft Graph with which it makes itself Global Administrator",
    sources: [permissionsReference, graphPermissions],
  },
  {
    id: "entra-add-application-credential",
    requires: [any("application", "applications/credentials/update")],
    missing: null,
    says: "adds a credential to the application",
    sources: [permissionsReference, "https://learn.microsoft.com/graph/api/application-addpassword"],
  },
  {
    id: "entra-add-service-principal-credential",
    requires: [any("service-principal", "servicePrincipals/credentials/update")],
    missing: instanceLock,
    says: "adds a credential to the service principal",
    sources: [permissionsReference, "https://learn.microsoft.com/graph/api/serviceprincipal-addpassword", lockPage],
  },
  {
    id: "entra-own-application",
    requires: [any("application", "applications/owners/update")],
    missing: null,
    says: "makes itself an owner of the application and adds a credential to it",
    sources: [permissionsReference, "https://learn.microsoft.com/graph/api/application-post-owners"],
  },
  {
    id: "entra-own-service-principal",
    requires: [any("service-principal", "servicePrincipals/owners/update")],
    missing: instanceLock,
    says: "makes itself an owner of the service principal and adds a credential to it",
    sources: [permissionsReference, "https://learn.microsoft.com/graph/api/serviceprincipal-post-owners", lockPage],
  },
  {
    id: "entra-join-group",
    requires: [groups("members")],
    missing: null,
    says: "makes itself a member of the group",
    sources: [permissionsReference, "https://learn.microsoft.com/graph/api/group-post-members"],
  },
  {
    id: "entra-change-membership-rule",
    requires: [
      [
        ...any("dynamic-group", "groups/dynamicMembershipRule/update"),
        ...any("dynamic-security-group", "groups.security/dynamicMembershipRule/update"),
        ...any("dynamic-unified-group", "groups.unified/dynamicMembershipRule/update"),
      ],
    ],
    missing: null,
    says: "changes the membership rule of the group so that it is a member",
    sources: [permissionsReference, "https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership"],
  },
  {
    id: "entra-own-group",
    requires: [groups("owners")],
    missing: null,
    says: "makes itself an owner of the group and then a member",
    sources: [permissionsReference, "https://learn.microsoft.com/graph/api/group-post-owners"],
  },
  {
    id: "entra-join-role-assignable-group",
    requires: [
      any("role-assignable-group", "groupsAssignableToRoles/members/update", "groupsAssignableToRoles/owners/update"),
    ],
    missing: null,
    says: "makes itself a member of the group",
    sources: ["https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept"],
  },
  ...passwordRoles.map(({ id, name }): EscalationMethod => ({
    id: `entra-reset-password-as-${id}`,
    requires: [any(`user ${name}`, `users/password/update/as/${id}`)],
    missing: "whether the user signs in with the password alone",
    says: "resets the password of the user",
    sources: [
      "https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions#who-can-reset-passwords",
    ],
  })),
];

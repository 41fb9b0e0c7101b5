import { uuidOf } from "./build.ts";
import type { Principal } from "./build-authorization.ts";
import type { ArmObject, DirectoryObject } from "./estate.ts";

const made = "2023-05-02T07:00:00Z";

/** Somebody in the directory: https://learn.microsoft.com/graph/api/resources/user */
export function user(displayName: string, userPrincipalName: string, more: ArmObject = {}): DirectoryObject {
  return {
    id: uuidOf(`user ${userPrincipalName}`),
    userPrincipalName,
    displayName,
    userType: "Member",
    accountEnabled: true,
    createdDateTime: made,
    onPremisesSyncEnabled: null,
    ...more,
  };
}

/** A security group: https://learn.microsoft.com/graph/api/resources/group */
export function group(displayName: string, more: ArmObject = {}): DirectoryObject {
  return {
    id: uuidOf(`group ${displayName}`),
    displayName,
    securityEnabled: true,
    mailEnabled: false,
    groupTypes: [],
    membershipRule: null,
    isAssignableToRole: null,
    onPremisesSyncEnabled: null,
    ...more,
  };
}

/** An application with what it signs in as in the tenant: https://learn.microsoft.com/graph/api/resources/application */
export interface ApplicationPair {
  readonly application: DirectoryObject;
  readonly servicePrincipal: DirectoryObject;
}

/** An application of the tenant's own, and its service principal. */
export function application(displayName: string, tenant: string): ApplicationPair {
  const appId = uuidOf(`client ${displayName}`);
  return {
    application: {
      id: uuidOf(`application ${displayName}`),
      appId,
      displayName,
      signInAudience: "AzureADMyOrg",
      createdDateTime: made,
    },
    servicePrincipal: {
      id: uuidOf(`principal ${displayName}`),
      appId,
      displayName,
      servicePrincipalType: "Application",
      accountEnabled: true,
      appOwnerOrganizationId: tenant,
      alternativeNames: [],
    },
  };
}

/** What a managed identity signs in as: https://learn.microsoft.com/graph/api/resources/serviceprincipal */
export function managedIdentity(displayName: string, resourceId: string, isExplicit: boolean): DirectoryObject {
  return {
    id: uuidOf(`identity ${resourceId}`),
    appId: uuidOf(`client of identity ${resourceId}`),
    displayName,
    servicePrincipalType: "ManagedIdentity",
    accountEnabled: true,
    appOwnerOrganizationId: null,
    alternativeNames: [`isExplicit=${isExplicit ? "True" : "False"}`, resourceId],
  };
}

/** Trust in what somebody outside signs: https://learn.microsoft.com/graph/api/resources/federatedidentitycredential */
export function federatedCredential(name: string, issuer: string, subject: string): ArmObject {
  return { id: uuidOf(`credential ${name}`), name, issuer, subject, audiences: ["api://AzureADTokenExchange"] };
}

/** Somebody as an assignment names him. */
export function principal({ id }: DirectoryObject, kind: Principal["kind"]): Principal {
  return { id, kind };
}

/** A role of the directory that somebody holds: https://learn.microsoft.com/graph/api/resources/unifiedroleassignment */
export function directoryAssignment(
  { id }: DirectoryObject,
  roleDefinitionId: string,
  directoryScopeId = "/",
): ArmObject {
  return { id: uuidOf(`directory ${id} ${roleDefinitionId}`), principalId: id, roleDefinitionId, directoryScopeId };
}

/** A role of the directory: https://learn.microsoft.com/graph/api/resources/unifiedroledefinition */
export function directoryRole(id: string, displayName: string, actions: readonly string[]): ArmObject {
  return {
    id,
    templateId: id,
    displayName,
    isBuiltIn: true,
    isEnabled: true,
    rolePermissions: [{ allowedResourceActions: actions, condition: null }],
  };
}

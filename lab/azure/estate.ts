/** What the loopback Azure holds. Resources are answered verbatim; only which of them a listing holds is the lab's doing. */
export interface AzureEstate {
  readonly tenant: AzureTenant;
  readonly managementGroups?: readonly AzureManagementGroup[];
  /**
   * Role assignments and definitions, deny assignments, locks and what Privileged Identity Management has, of every scope: a subscription's
   * listing holds those in it, and those that it inherits.
   */
  readonly authorization?: readonly ArmResource[];
  /** What Microsoft Graph tells; nobody when absent. */
  readonly directory?: AzureDirectory;
  readonly subscriptions: readonly AzureSubscription[];
}

/** A tenant, with the one app registration that may sign in. */
export interface AzureTenant {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What Microsoft Graph denies to it: `microsoft.graph/*`. */
  readonly denies?: readonly string[];
}

/** An object of Microsoft Entra ID as Microsoft Graph answers it. */
export interface DirectoryObject extends ArmObject {
  readonly id: string;
  readonly displayName: string;
}

/** Who is in a tenant, and who has which rights over it. */
export interface AzureDirectory {
  readonly organization: ArmObject;
  readonly users: readonly DirectoryObject[];
  readonly groups: readonly DirectoryObject[];
  readonly servicePrincipals: readonly DirectoryObject[];
  readonly applications: readonly DirectoryObject[];
  /** Ids of the direct members of groups, by the group's. */
  readonly members: Readonly<Record<string, readonly string[]>>;
  /** Ids of owners, by the id of the group, service principal or application that they own. */
  readonly owners: Readonly<Record<string, readonly string[]>>;
  /** By the object id of the application. */
  readonly federatedIdentityCredentials: Readonly<Record<string, readonly ArmObject[]>>;
  /** Application permissions on Microsoft Graph. */
  readonly appRoleAssignments: readonly ArmObject[];
  readonly roleAssignments: readonly ArmObject[];
  readonly roleDefinitions: readonly ArmObject[];
  readonly roleEligibilityScheduleInstances: readonly ArmObject[];
}

/** A management group, with what lies directly below it. */
export interface AzureManagementGroup {
  readonly id: string;
  readonly displayName: string;
  /** Subscriptions, by id; they need not be in the estate. */
  readonly subscriptions: readonly string[];
  /** Management groups, by id. */
  readonly groups?: readonly string[];
}

/** A subscription, with everything in it. */
export interface AzureSubscription {
  readonly id: string;
  readonly name: string;
  /** `Enabled` when absent. */
  readonly state?: string;
  /** The tenant that it trusts: the estate's when absent, another one where it was delegated. */
  readonly tenantId?: string;
  /** Denied to whoever asks: `Microsoft.Network/routeTables/read`, `Microsoft.Security/*`. */
  readonly denies?: readonly string[];
  readonly resources: readonly ArmResource[];
  /** What Resource Graph tells beside the resources: its rows about Azure Virtual Network Manager. */
  readonly graph?: readonly ArmResource[];
}

/** A value of JSON. */
export type ArmValue = null | boolean | number | string | readonly ArmValue[] | ArmObject;

/** An object of JSON; members that are undefined are left out. */
export interface ArmObject {
  readonly [member: string]: ArmValue | undefined;
}

/** A resource as ARM answers it. */
export interface ArmResource extends ArmObject {
  /** `/subscriptions/<id>/resourceGroups/<group>/providers/<namespace>/<type>/<name>...` */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly properties: ArmObject;
}

/** What the loopback Azure holds. Resources are answered verbatim; only which of them a listing holds is the lab's doing. */
export interface AzureEstate {
  readonly tenant: AzureTenant;
  readonly managementGroups?: readonly AzureManagementGroup[];
  readonly subscriptions: readonly AzureSubscription[];
}

/** A tenant, with the one app registration that may sign in. */
export interface AzureTenant {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: string;
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

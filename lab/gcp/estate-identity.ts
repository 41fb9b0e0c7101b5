import type { JsonObject } from "./estate.ts";

/** Who may do what in an organization, folder or project, and who there is. Everything is answered verbatim. */
export interface GcpAccess {
  /** The allow policy: `{ bindings: [...] }`. One without bindings when absent. */
  readonly policy?: JsonObject;
  /** Custom roles. Not of folders. */
  readonly roles?: readonly JsonObject[];
  readonly denyPolicies?: readonly JsonObject[];
  /** What binds boundaries to principals. */
  readonly policyBindings?: readonly JsonObject[];
  /** Principal access boundary policies. Of organizations alone. */
  readonly boundaries?: readonly JsonObject[];
  /** Of organizations alone. */
  readonly workforcePools?: readonly GcpPool[];
  /** Of projects alone, as is what follows. */
  readonly workloadIdentityPools?: readonly GcpPool[];
  readonly serviceAccounts?: readonly GcpServiceAccount[];
  /** Services and jobs of Cloud Run. */
  readonly services?: readonly JsonObject[];
  readonly jobs?: readonly JsonObject[];
  /** Cloud Functions. */
  readonly functions?: readonly JsonObject[];
}

/** A pool of identities from outside, and who vouches for them. */
export interface GcpPool {
  readonly pool: JsonObject;
  readonly providers: readonly JsonObject[];
}

/** A service account, who may do something with it, and the keys that people made for it. */
export interface GcpServiceAccount {
  readonly account: JsonObject;
  readonly policy?: JsonObject;
  readonly keys?: readonly JsonObject[];
}

/** A group of the directory. */
export interface GcpGroup {
  /** `groups/02bn6wsx1ab2c3d`. */
  readonly name: string;
  readonly address: string;
  readonly memberships: readonly JsonObject[];
}

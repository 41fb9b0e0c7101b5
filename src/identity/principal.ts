import type { ResourceRef } from "../model/resource.ts";
import type { Grant } from "./estate.ts";

/**
 * What kind of being a principal is.
 * - `user`, `role`, `service-account`: an identity of the scanned accounts (an IAM user or role, an Entra user, a Google service account).
 * - `group`: a group whose members are not known, so that it stands for them.
 * - `root`: the root user of an AWS account.
 * - `federated`: whoever an identity provider vouches for: a SAML provider, an OIDC issuer with the subjects that a trust lets in.
 * - `service`: a service of the cloud that acts by itself.
 * - `account`: another account as a whole: everyone in it whom it lets.
 * - `public`: anyone.
 */
export type PrincipalKind =
  | "user"
  | "role"
  | "service-account"
  | "group"
  | "root"
  | "federated"
  | "service"
  | "account"
  | "public";

/** When a principal last used a service, as far as the cloud tells. */
export interface ServiceUse {
  /** The service, as actions name it: `ec2`. */
  readonly service: string;
  /** ISO 8601; null when it never did in the time that the cloud keeps. */
  readonly lastUsed: string | null;
}

/** Someone who may be able to change a firewall. */
export interface Principal {
  /** The cloud's own id, which `expected` patterns are matched with: an ARN, an Azure object id, a Google member. */
  readonly id: string;
  /** Other names that patterns may match: a user principal name, a group's name. Untrusted text. */
  readonly names: readonly string[];
  readonly kind: PrincipalKind;
  /** The principal as a resource of the account that it belongs to, or, for outsiders, of the account whose trust lets them in. */
  readonly resource: ResourceRef;
  /**
   * Whose it is. `own`: it belongs to the accounts of the scan or their organization, or an identity provider vouches for named subjects of it.
   * `outside`: certainly not, or anyone at all. `unknown`: another account, and the organization's accounts could not be read.
   */
  readonly home: "own" | "outside" | "unknown";
  /** Who made it and keeps others from editing it, in words (`AWS service-linked role`, `IAM Identity Center permission set Admin`); null for all else. */
  readonly managedBy: string | null;
  /** When it was made, ISO 8601; null where the cloud does not tell. */
  readonly createdAt: string | null;
  /** The services that its policies let it use and when it did; null where the cloud does not tell or it was not asked. */
  readonly uses: readonly ServiceUse[] | null;
}

/** A workload and the identity that it carries: whoever controls the workload can act as the principal. */
export interface WorkloadIdentity {
  /** The instance, function, task or the like; its id is that of {@link "../network/endpoint.ts".Endpoint} workloads. */
  readonly workload: ResourceRef;
  /** {@link Principal.id}. */
  readonly principal: string;
  /** How it carries it, in words: `instance profile web`. Untrusted text. */
  readonly how: string;
  /** What lets the workload change firewalls, where its credential goes less far than the principal's rights; absent where it goes as far. */
  readonly grants?: () => readonly Grant[];
}

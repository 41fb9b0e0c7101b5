import type { FirewallEffect } from "../../../../../model/firewall-effect.ts";

/** What a permission is used on, as conditions and resources of the snapshot name it. */
export interface PermissionKind {
  /** What `resource.type` says; null where Google documents none. */
  readonly type: string | null;
  /** What `resource.service` says. */
  readonly service: string;
  /** What `resource.name` is like, `*` standing for any run of characters; null where that is not known. */
  readonly name: string | null;
  /**
   * Where such resources lie: in projects; in folders and organizations; in either; `organization`, `folder`, `project`: it is that container itself.
   */
  readonly lies: "in-project" | "above" | "anywhere" | "organization" | "folder" | "project";
  /** Types of the snapshot's resources that it is used on. */
  readonly refs: readonly string[];
}

/** A permission that changes what a firewall lets through, directly or by going round it. */
export interface FirewallPermission {
  /** `compute.firewalls.update`. */
  readonly permission: string;
  readonly kind: PermissionKind;
  readonly effect: FirewallEffect;
  /** The part of the firewall plane, for grouping. */
  readonly plane: string;
  /** What the call takes besides: all of them, of each one alternative. */
  readonly besides: readonly Beside[];
  /** The page that says so. */
  readonly source: string;
}

/** A permission that a call takes beside the one that it is told by. */
export interface Beside {
  /** One of them suffices. */
  readonly oneOf: readonly { readonly permission: string; readonly kind: PermissionKind }[];
  /**
   * Where it has to be allowed: where what is changed lies; on a service account of the same project; wherever the other resource lies, which may be
   * another project or the organization.
   */
  readonly where: "there" | "on-account" | "anywhere";
  /** In words that follow `not allowed by`. */
  readonly says: string;
}

/** What a requirement of a method is asked about. */
export type RequirementTarget =
  /** The service account that the method aims at. */
  | "account"
  /** The project of the service account: where a workload that runs as it can be made. */
  | "project-of-account"
  /** A workload of the snapshot that runs as the service account. */
  | "workload"
  /** The project, folder or organization whose policy is written. */
  | "container"
  /** The custom role that is rewritten. */
  | "role"
  /** The pool whose identities somebody lets in. */
  | "pool"
  /** Whatever resource the caller likes. */
  | "any";

export interface Requirement {
  readonly permission: string;
  readonly on: RequirementTarget;
}

/** The kinds of workload that a method gets into. */
export type WorkloadKind = "instance" | "function" | "run-service" | "run-job";

/**
 * What a method aims at, and what it yields.
 * - `account`: to act as a service account.
 * - `new-account`: to act as a service account that the caller makes, with a role of its choosing on the project.
 * - `carried`: to act as the service account of a workload, as far as the workload's token goes.
 * - `agent`: to act as the account that a service runs with in the project: Cloud Build's, that of Google's APIs.
 * - `policy`: a role of the caller's choosing on a project, folder or organization.
 * - `role`: whatever the caller writes into a custom role, for those who hold it.
 * - `pool`: to act as the identities of a pool from outside.
 * - `delegate`: to act as those that a service account may act as.
 * - `boundary`: principal access boundaries bind the target no longer.
 */
export type EscalationAim =
  | { readonly kind: "account" | "new-account" | "policy" | "role" | "pool" | "delegate" | "boundary" }
  | { readonly kind: "carried"; readonly workload: WorkloadKind }
  | { readonly kind: "agent"; readonly agent: "cloud-build" | "google-apis" };

/** A way from one principal's rights to more. */
export interface EscalationMethod {
  /** Stable, kebab-case: `service-account-get-access-token`. */
  readonly id: string;
  readonly aim: EscalationAim;
  /** All are needed, of each one alternative. */
  readonly requires: readonly (readonly Requirement[])[];
  /** Something that the records do not show, in words that follow "whether": the outcome is never better than possible. Null for none. */
  readonly notRead: string | null;
  /** What the caller does, in words that follow its name. */
  readonly says: string;
  /** The pages that describe it; at least one. */
  readonly sources: readonly string[];
}

import type { FirewallEffect } from "../../../../../model/firewall-effect.ts";

/** One type of resource that an action is authorised on. */
export interface AuthorizedResource {
  /** The type's name in the Service Authorization Reference, unique within a service: `security-group`. */
  readonly type: string;
  /**
   * The ARN with its open parts as `${Name}`: `arn:${Partition}:ec2:${Region}:${Account}:security-group/${SecurityGroupId}`. An open part stands
   * for any text; the last one may hold `/`. Fixed parts keep their case. Rarely `*`, where the reference says so.
   */
  readonly arn: string;
  /**
   * The condition keys that AWS puts into the request when it looks at a resource of this type for this action, beside
   * {@link AuthorizedAction.conditionKeys} and the global keys: as the reference writes them, `aws:ResourceTag/${TagKey}`. A key of the service that is
   * in neither list is absent from the request.
   */
  readonly conditionKeys: readonly string[];
}

/**
 * One resource that a call names. A call is allowed when each of its needs is: by itself, with its own condition keys.
 * - `changed`: what the call changes, or attaches something to. It exists: the ids of the snapshot can be asked about.
 * - `made`: what the call makes. Its id is not known beforehand, so only patterns can be asked about; it has no tags of its own yet.
 * - `needed`: what the call must be allowed on too.
 */
export interface ResourceNeed {
  readonly part: "changed" | "made" | "needed";
  /** The types that can stand here; one suffices. Never empty. */
  readonly oneOf: readonly AuthorizedResource[];
}

/**
 * An action as AWS authorises it.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export interface AuthorizedAction {
  /** `ec2:AuthorizeSecurityGroupIngress`, as AWS writes it; policies may write it in any case. */
  readonly action: string;
  /**
   * What the call names: all are needed. Empty: the action has no resource types, so only a statement whose resources take in `*` grants it (what a
   * statement limited to an ARN does is not documented for it: possible, not certain). Types that a call names only for tags or options are left out.
   */
  readonly needs: readonly ResourceNeed[];
  /** The condition keys that hold for the action on every resource, beside the global ones: `ec2:Region`. */
  readonly conditionKeys: readonly string[];
}

/** An action that changes what a firewall lets through, directly or by going round it. */
export interface FirewallAction extends AuthorizedAction {
  readonly effect: FirewallEffect;
  /** The part of the firewall plane, for grouping: `security groups`, `WAF`. */
  readonly plane: string;
  /** The page or data that says so. */
  readonly source: string;
}

/** What a requirement is asked about. Where a call names more than that, the rest is asked as `any`. */
export type RequirementTarget =
  /** The identity that the method aims at: the role, user or group of {@link EscalationMethod.targets}. */
  | "target"
  /** A customer managed policy that is attached to the target. */
  | "policy"
  /** The customer managed policy that is the target's permissions boundary. */
  | "boundary-policy"
  /** The workload of the method's prerequisite, which carries the target: it stands where the call has `changed`. */
  | "workload"
  /** The permission set that the target role comes from, and the instance of Identity Center that it belongs to. */
  | "permission-set"
  /**
   * Whatever resources the caller likes, existing ones or such as it makes: it is enough that the action is allowed on some. Several requirements of one
   * method may need the same resource; that they agree is not asked.
   */
  | "any";

/** One permission that the caller needs. */
export interface Requirement {
  /** As AWS writes it, without wildcards: `authorizedAction` tells its resource types and condition keys. */
  readonly action: string;
  readonly on: RequirementTarget;
  /**
   * For `iam:PassRole`, and then only: the service principals that the role can be passed to. One of them is the value of `iam:PassedToService`, and the
   * role's trust policy must let one of them assume the role; they differ for a few services. Empty for every other action.
   */
  readonly passes: readonly string[];
}

/** The kinds of workload that carry a role. A task with exec is an ECS task that was started with `enableExecuteCommand`. */
export type WorkloadKind =
  | "agentcore-browser"
  | "agentcore-code-interpreter"
  | "agentcore-runtime"
  | "apprunner-service"
  | "batch-job-definition"
  | "cloudformation-stack"
  | "codebuild-project"
  | "codedeploy-deployment-group"
  | "ec2-instance"
  | "ec2-launch-template"
  | "ecs-task-with-exec"
  | "glue-dev-endpoint"
  | "lambda-function"
  | "sagemaker-notebook"
  | "state-machine";

/** What must be so in the account, beside permissions. */
export type Prerequisite =
  /**
   * The effect is of use to whoever is the target, is a member of the target group or can become either by another method, before or after: what
   * is granted stays.
   */
  | { readonly kind: "reaches-target" }
  /** The target role's trust policy lets the caller assume it. In the same account a trust that names the caller needs no requirement of the caller's. */
  | { readonly kind: "trusts-caller" }
  /** The caller is an IAM user: the method acts on the caller's own user. */
  | { readonly kind: "caller-is-user" }
  /**
   * A user has at most one access key, so that another can be made; or two, the most that IAM allows, so that one has to go first. Inactive keys count:
   * in the credential report a key that is not there was last rotated `N/A`.
   */
  | { readonly kind: "access-keys"; readonly count: "fewer-than-two" | "two" }
  /** The policy has at most four versions, so that another can be made; or five, the most that IAM allows, so that one has to go first. */
  | { readonly kind: "policy-versions"; readonly count: "fewer-than-five" | "five" }
  /** The policy that is attached to the target has a version beside its default one. */
  | { readonly kind: "other-policy-version" }
  /** The user has a password for the console, or has none. */
  | { readonly kind: "login-profile"; readonly exists: boolean }
  /** The target has a permissions boundary. */
  | { readonly kind: "boundary" }
  /** A workload of the kind exists and carries the target; with `running`, one that runs. Unknown where such workloads were not read. */
  | { readonly kind: "workload"; readonly workload: WorkloadKind; readonly running: boolean }
  /** The target is in an instance profile. */
  | { readonly kind: "instance-profile" }
  /**
   * The target is the role of an Identity Center permission set (`AWSReservedSSO_...`). Permission sets are managed from the organization's management
   * account or the delegated administrator of Identity Center alone: the caller belongs to one of these.
   */
  | { readonly kind: "permission-set" }
  /** The caller belongs to the account that manages Identity Center, as for `permission-set`. */
  | { readonly kind: "manages-identity-center" }
  /** The target's trust policy names a SAML or OIDC provider of the account. */
  | { readonly kind: "trusts-provider"; readonly provider: "saml" | "oidc" }
  /** Something that the records do not show, in words that follow "if": the outcome is never better than possible. */
  | { readonly kind: "not-read"; readonly says: string };

/**
 * What a method yields to the caller.
 * - `become`: to act as the target, with the rights that it has.
 * - `grant`: rights of the caller's choosing for the target, capped by the target's boundary and the organization's policies; for a group: for its members.
 * - `join`: the rights of the target group, for the caller.
 * - `other-version`: for the target, what a version of its policy other than the default one allows.
 * - `drop-boundary`: the target's boundary no longer caps it: it is gone or of the caller's choosing.
 * - `change-trust`: the target role's trust policy names the caller, who can then assume the role unless something denies that to the caller; in the
 *   same account no identity policy has to allow it.
 * - `new-identity`: rights of the caller's choosing for a role or user that the caller makes, capped by the organization's policies alone. Has no target.
 */
export type EscalationEffect =
  | "become"
  | "grant"
  | "join"
  | "other-version"
  | "drop-boundary"
  | "change-trust"
  | "new-identity";

/** The kinds of identity that methods aim at. */
export type TargetKind = "role" | "user" | "group";

/** A way from one identity's rights to more: a rule of the closure over identities. Nothing of it is asked across accounts but assuming a role. */
export interface EscalationMethod {
  /** Stable, kebab-case, begins with the service: `iam-create-policy-version`. */
  readonly id: string;
  /** What it can be aimed at, the caller itself included where it is one; empty for methods that make what they need. */
  readonly targets: readonly TargetKind[];
  /** All are needed, of each one alternative: `[[a], [b, c]]` is a, and b or c. */
  readonly requires: readonly (readonly Requirement[])[];
  /** All must hold. */
  readonly prerequisites: readonly Prerequisite[];
  readonly effect: EscalationEffect;
  /** What the caller does, in words that follow its name: `creates a Lambda function that runs as the role`. */
  readonly says: string;
  /** The pages or data that describe it; at least one. */
  readonly sources: readonly string[];
}

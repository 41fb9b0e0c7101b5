import { escalationMethods } from "../../../../../src/providers/aws/understand/identity/data/escalation-methods.ts";
import type {
  EscalationMethod,
  Prerequisite,
  Requirement,
  TargetKind,
  WorkloadKind,
} from "../../../../../src/providers/aws/understand/identity/data/types.ts";
import { servicesOf } from "../../../../../src/providers/aws/understand/identity/workloads.ts";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import {
  account,
  allow,
  arnOf,
  buildProject,
  credentials,
  ecsTask,
  identities,
  identityCenter,
  identityProvider,
  instance,
  lambdaFunction,
  organization,
  stack,
  trustsArn,
  trustsProvider,
  trustsService,
  type Holder,
  type IdentityAnswer,
  type PolicyHolder,
  type RoleHolder,
  type UserHolder,
} from "../../../../support/aws-identity.ts";

/** The action that the caller has not, and gains where the method works. */
export const goal = "ec2:AuthorizeSecurityGroupIngress";

/**
 * A small account in which one caller may or may not go one way.
 * - `yes`: it certainly can; its path to {@link goal} goes by the method alone, or by it and a step to the target.
 * - `possible`: for all that the records say: something that the method needs was not read.
 * - `no`: no path of the caller's goes by the method. It may have another: by the method's twin for the opposite prerequisite.
 */
export interface EscalationCase {
  readonly name: string;
  readonly method: EscalationMethod;
  readonly answers: readonly IdentityAnswer[];
  /** ARN. */
  readonly caller: string;
  readonly expected: "yes" | "possible" | "no";
}

/** What is wrong in a case; nothing at all in the one that works. */
type Twist =
  | { readonly kind: "none" }
  | { readonly kind: "without"; readonly requirement: number }
  | { readonly kind: "against"; readonly prerequisite: Prerequisite["kind"] }
  | { readonly kind: "distrusted" };

/** Workloads that the records tell of. */
const workloads: Readonly<Partial<Record<WorkloadKind, (role: string) => readonly IdentityAnswer[]>>> = {
  "ec2-instance": (role) => [instance(role)],
  "ecs-task-with-exec": (role) => ecsTask(role, true),
  "lambda-function": (role) => [lambdaFunction(role)],
  "cloudformation-stack": (role) => [stack(role)],
  "codebuild-project": (role) => [buildProject(role)],
};

const firewall = allow([goal]);
const harmless = allow(["s3:ListAllMyBuckets"]);
const reservedPath = "/aws-reserved/sso.amazonaws.com/eu-west-1/";
const reservedName = "AWSReservedSSO_Operators_0123456789abcdef";

/** For every method and kind of target: the case in which it works, and one for each thing that can be missing. */
export const escalationCases: readonly EscalationCase[] = escalationMethods.flatMap((method) =>
  (method.targets.length === 0 ? [null] : method.targets).flatMap((target) =>
    twistsOf(method).map((twist) => caseOf(method, target, twist)),
  ),
);

function twistsOf({ requires, prerequisites }: EscalationMethod): readonly Twist[] {
  const testable = prerequisites.filter(
    (prerequisite) =>
      prerequisite.kind !== "not-read" &&
      (prerequisite.kind !== "workload" || workloads[prerequisite.workload] !== undefined),
  );
  const passes = requires.flat().some((requirement) => requirement.passes.length > 0);
  return [
    { kind: "none" },
    ...requires.map((_, requirement): Twist => ({ kind: "without", requirement })),
    ...testable.map(({ kind }): Twist => ({ kind: "against", prerequisite: kind })),
    ...(passes ? [{ kind: "distrusted" } as const] : []),
  ];
}

function caseOf(method: EscalationMethod, target: TargetKind | null, twist: Twist): EscalationCase {
  const scene = new Map(method.prerequisites.map((prerequisite) => [prerequisite.kind, prerequisite]));
  const isAgainst = (kind: Prerequisite["kind"]): boolean => twist.kind === "against" && twist.prerequisite === kind;
  const isReserved = scene.has("permission-set") && !isAgainst("permission-set");
  const reaches = scene.has("reaches-target") && !isAgainst("reaches-target");
  // Whoever comes from a permission set signs in as its role and nobody else, so the caller is the target itself.
  const isSelf = reaches && (target === "user" || (target === "role" && scene.has("permission-set")));
  const roleName = isReserved ? reservedName : "target";
  const rolePath = isReserved ? reservedPath : "/";
  const targetArn =
    target === "role" ? arnOf(`role${rolePath}${roleName}`) : arnOf(`${target}/${isSelf ? "caller" : "target"}`);
  const callerIsRole = isAgainst("caller-is-user");
  const caller = isSelf && target === "role" ? targetArn : callerIsRole ? arnOf("role/caller") : arnOf("user/caller");

  const may = method.requires.flatMap((choice, at) => {
    const [requirement] = choice;
    if (requirement === undefined || (twist.kind === "without" && twist.requirement === at)) return [];
    return [permission(requirement, targetArn)];
  });
  const held = holdings(method, scene.has("boundary") && !isAgainst("boundary"));
  const targetHolder: Holder = { name: roleName, ...held };
  const self: UserHolder & Holder = {
    name: "caller",
    ...(isSelf ? held : {}),
    allows: [...may, ...(isSelf ? (held.allows ?? []) : [])],
    groups: reaches && target === "group" ? ["target"] : [],
  };
  const carries = scene.get("workload");
  const role: RoleHolder = {
    ...targetHolder,
    path: rolePath,
    allows: isSelf ? (self.allows ?? []) : (held.allows ?? []),
    trusts: trustOf(method, twist, { reaches, caller, isReserved }),
    hasInstanceProfile: (scene.has("instance-profile") || carries !== undefined) && !isAgainst("instance-profile"),
  };
  const bystander: RoleHolder = { name: "other", trusts: trustsService("ec2.amazonaws.com"), hasInstanceProfile: true };
  const isRoleSelf = isSelf && target === "role";

  return {
    name: nameOf(method, target, twist),
    method,
    caller,
    expected: twist.kind === "none" ? (isCertain(method) ? "yes" : "possible") : "no",
    answers: [
      ...identities({
        users: [
          ...(isRoleSelf || callerIsRole ? [] : [self]),
          ...(target === "user" && !isSelf ? [{ name: "target", ...held }] : []),
        ],
        groups: target === "group" ? [{ name: "target", ...held }] : [],
        roles: [
          ...(callerIsRole ? [{ name: "caller", allows: may, trusts: trustsService("ec2.amazonaws.com") }] : []),
          ...(target === "role" ? [role] : []),
          bystander,
        ],
        policies: policiesOf(method, isAgainst),
      }),
      credentials("caller", 1, true),
      ...userFacts(method, isAgainst),
      ...(carries?.kind === "workload"
        ? (workloads[carries.workload]?.(isAgainst("workload") ? "other" : "target") ?? [])
        : []),
      ...method.prerequisites.flatMap((each) =>
        each.kind === "trusts-provider" ? identityProvider(each.provider).answers : [],
      ),
      ...(scene.has("permission-set") || scene.has("manages-identity-center") ? identityCenter("Operators") : []),
      organization(isAgainst("manages-identity-center") ? "999999999999" : account),
    ],
  };
}

function permission({ action, on, passes }: Requirement, target: string): VendorObject {
  const resources: Readonly<Partial<Record<Requirement["on"], string>>> = {
    target,
    policy: arnOf("policy/held"),
    "boundary-policy": arnOf("policy/limit"),
  };
  const passed = passes.length === 0 ? undefined : { StringEquals: { "iam:PassedToService": [...passes] } };
  return allow([action], resources[on] ?? "*", passed);
}

/** What the target has before the method is used. */
function holdings({ effect, requires }: EscalationMethod, hasBoundary: boolean): Omit<Holder, "name"> {
  const asksPolicy = requires.flat().some(({ on }) => on === "policy");
  return {
    allows: effect === "grant" || effect === "other-version" ? [harmless] : [firewall],
    attached: asksPolicy ? ["held"] : [],
    ...(hasBoundary ? { boundary: "limit" } : {}),
  };
}

function policiesOf(
  { effect, prerequisites }: EscalationMethod,
  isAgainst: (kind: Prerequisite["kind"]) => boolean,
): readonly PolicyHolder[] {
  const versions = prerequisites.find(({ kind }) => kind === "policy-versions");
  const isFull = versions?.kind === "policy-versions" && (versions.count === "five") !== isAgainst("policy-versions");
  const others = Array.from({ length: isFull ? 4 : 0 }, () => [harmless]);
  const older = effect === "other-version" && !isAgainst("other-policy-version") ? [[firewall]] : [];
  // The boundary lets the caller do what the method needs, and not what it is after.
  const limit = allow(["iam:*", "sts:*", "sso:*", "s3:*"]);
  return [
    { name: "held", versions: [[harmless], ...older, ...others] },
    { name: "limit", versions: [[limit], ...others.map(() => [limit])] },
  ];
}

function userFacts(
  { prerequisites }: EscalationMethod,
  isAgainst: (kind: Prerequisite["kind"]) => boolean,
): readonly IdentityAnswer[] {
  return prerequisites.flatMap((each) => {
    if (each.kind === "access-keys") {
      return [credentials("target", (each.count === "two") === isAgainst("access-keys") ? 1 : 2, true)];
    }
    if (each.kind === "login-profile") {
      return [credentials("target", 1, each.exists !== isAgainst("login-profile"))];
    }
    return [];
  });
}

function trustOf(
  { requires, prerequisites }: EscalationMethod,
  twist: Twist,
  { reaches, caller, isReserved }: { readonly reaches: boolean; readonly caller: string; readonly isReserved: boolean },
): VendorObject {
  const isAgainst = (kind: Prerequisite["kind"]): boolean => twist.kind === "against" && twist.prerequisite === kind;
  const provider = prerequisites.find(({ kind }) => kind === "trusts-provider");
  const services = requires.flat().flatMap(({ passes }) => passes);
  if (isReserved) return trustsProvider(arnOf("saml-provider/AWSSSO_1111_DO_NOT_DELETE"), "sts:AssumeRoleWithSAML");
  if (reaches) return trustsArn(caller);
  // The account as a whole: whoever assumes the role needs to be allowed to.
  if (prerequisites.some(({ kind }) => kind === "trusts-caller") && !isAgainst("trusts-caller")) {
    return trustsArn(arnOf("root"));
  }
  if (provider?.kind === "trusts-provider" && !isAgainst("trusts-provider")) {
    const { arn } = identityProvider(provider.provider);
    return trustsProvider(
      arn,
      provider.provider === "saml" ? "sts:AssumeRoleWithSAML" : "sts:AssumeRoleWithWebIdentity",
    );
  }
  if (twist.kind === "distrusted") return trustsService("backup.amazonaws.com");
  const carrier = prerequisites.find(({ kind }) => kind === "workload");
  if (services.length === 0 && carrier?.kind === "workload") return trustsService(...servicesOf[carrier.workload]);
  if (services.length === 0) return trustsService("backup.amazonaws.com");
  if (services.includes("cognito-identity.amazonaws.com")) {
    return trustsProvider("cognito-identity.amazonaws.com", "sts:AssumeRoleWithWebIdentity");
  }
  return trustsService(...services);
}

/** Whether everything that the method needs stands in the records. */
function isCertain({ prerequisites }: EscalationMethod): boolean {
  return prerequisites.every(
    (each) => each.kind !== "not-read" && (each.kind !== "workload" || workloads[each.workload] !== undefined),
  );
}

function nameOf({ id, requires }: EscalationMethod, target: TargetKind | null, twist: Twist): string {
  const about = `${id}${target === null ? "" : ` on a ${target}`}`;
  switch (twist.kind) {
    case "none":
      return about;
    case "without":
      return `${about} without ${requires[twist.requirement]?.map(({ action }) => action).join(" or ")}`;
    case "against":
      return `${about} against ${twist.prerequisite}`;
    case "distrusted":
      return `${about}, which trusts another service`;
  }
}

import type { EscalationEffect, EscalationMethod, Prerequisite, TargetKind } from "../types.ts";
import { all, becomesRole, hacktricks, notRead, on, pass, pathfinding, prowler, reachesTarget, rhino } from "./rows.ts";

const boundary: Prerequisite = { kind: "boundary" };
const roomForVersion: Prerequisite = { kind: "policy-versions", count: "fewer-than-five" };
const noRoomForVersion: Prerequisite = { kind: "policy-versions", count: "five" };
const loginProfile = (exists: boolean): Prerequisite => ({ kind: "login-profile", exists });

const method = (
  id: string,
  targets: readonly TargetKind[],
  effect: EscalationEffect,
  requires: EscalationMethod["requires"],
  prerequisites: readonly Prerequisite[],
  says: string,
  sources: readonly string[],
): EscalationMethod => ({ id, targets, requires, prerequisites, effect, says, sources });

const everyone: readonly TargetKind[] = ["role", "user", "group"];

/** Ways through IAM and STS themselves. */
export const iamMethods: readonly EscalationMethod[] = [
  // Policies of the target.
  method(
    "iam-create-policy-version",
    everyone,
    "grant",
    all("policy", "iam:CreatePolicyVersion"),
    [reachesTarget, roomForVersion],
    "writes a new version of a policy that is attached to it",
    [...pathfinding("iam-001", "iam-016", "iam-020"), rhino],
  ),
  method(
    "iam-replace-policy-version",
    everyone,
    "grant",
    all("policy", "iam:CreatePolicyVersion", "iam:DeletePolicyVersion"),
    [reachesTarget, noRoomForVersion],
    "deletes a version of a policy that is attached to it and writes a new one",
    [
      ...pathfinding("iam-001"),
      "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html",
    ],
  ),
  method(
    "iam-set-default-policy-version",
    everyone,
    "other-version",
    all("policy", "iam:SetDefaultPolicyVersion"),
    [reachesTarget, { kind: "other-policy-version" }],
    "makes another version of a policy that is attached to it the default one",
    [rhino, prowler, hacktricks("iam")],
  ),
  method(
    "iam-put-user-policy",
    ["user"],
    "grant",
    all("target", "iam:PutUserPolicy"),
    [reachesTarget],
    "writes an inline policy of the user",
    [...pathfinding("iam-007", "iam-018"), rhino],
  ),
  method(
    "iam-put-role-policy",
    ["role"],
    "grant",
    all("target", "iam:PutRolePolicy"),
    [reachesTarget],
    "writes an inline policy of the role",
    [...pathfinding("iam-005", "iam-017", "iam-021"), rhino],
  ),
  method(
    "iam-put-group-policy",
    ["group"],
    "grant",
    all("target", "iam:PutGroupPolicy"),
    [reachesTarget],
    "writes an inline policy of the group",
    [...pathfinding("iam-011"), rhino],
  ),
  method(
    "iam-attach-user-policy",
    ["user"],
    "grant",
    all("target", "iam:AttachUserPolicy"),
    [reachesTarget],
    "attaches a policy to the user",
    [...pathfinding("iam-008", "iam-015"), rhino],
  ),
  method(
    "iam-attach-role-policy",
    ["role"],
    "grant",
    all("target", "iam:AttachRolePolicy"),
    [reachesTarget],
    "attaches a policy to the role",
    [...pathfinding("iam-009", "iam-014", "iam-019"), rhino],
  ),
  method(
    "iam-attach-group-policy",
    ["group"],
    "grant",
    all("target", "iam:AttachGroupPolicy"),
    [reachesTarget],
    "attaches a policy to the group",
    [...pathfinding("iam-010"), rhino],
  ),
  method(
    "iam-add-user-to-group",
    ["group"],
    "join",
    all("target", "iam:AddUserToGroup"),
    [{ kind: "caller-is-user" }],
    "joins the group",
    [...pathfinding("iam-013"), rhino],
  ),

  // Credentials of another user.
  method(
    "iam-create-access-key",
    ["user"],
    "become",
    all("target", "iam:CreateAccessKey"),
    [{ kind: "access-keys", count: "fewer-than-two" }],
    "creates an access key of the user",
    [...pathfinding("iam-002"), rhino],
  ),
  method(
    "iam-replace-access-key",
    ["user"],
    "become",
    all("target", "iam:DeleteAccessKey", "iam:CreateAccessKey"),
    [{ kind: "access-keys", count: "two" }],
    "deletes an access key of the user and creates another",
    pathfinding("iam-003"),
  ),
  method(
    "iam-create-login-profile",
    ["user"],
    "become",
    all("target", "iam:CreateLoginProfile"),
    [loginProfile(false)],
    "gives the user a password for the console",
    [...pathfinding("iam-004"), rhino],
  ),
  method(
    "iam-update-login-profile",
    ["user"],
    "become",
    all("target", "iam:UpdateLoginProfile"),
    [loginProfile(true)],
    "changes the user's password for the console",
    [...pathfinding("iam-006"), rhino],
  ),

  // Trust.
  becomesRole(
    "sts-assume-role",
    all("target", "sts:AssumeRole"),
    [{ kind: "trusts-caller" }],
    "assumes the role",
    pathfinding("sts-001"),
  ),
  method(
    "iam-update-assume-role-policy",
    ["role"],
    "change-trust",
    all("target", "iam:UpdateAssumeRolePolicy"),
    [],
    "makes the role trust it and assumes the role",
    [
      ...pathfinding("iam-012", "iam-019", "iam-020", "iam-021"),
      rhino,
      "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-req-context.html",
    ],
  ),
  becomesRole(
    "iam-update-saml-provider",
    all("any", "iam:UpdateSAMLProvider"),
    [{ kind: "trusts-provider", provider: "saml" }],
    "replaces the metadata of the SAML provider that the role trusts and signs in as it pleases",
    [hacktricks("iam")],
  ),
  becomesRole(
    "iam-update-oidc-thumbprint",
    all("any", "iam:UpdateOpenIDConnectProviderThumbprint"),
    [
      { kind: "trusts-provider", provider: "oidc" },
      notRead("the caller can answer for the address of the OIDC provider, and AWS verifies it by thumbprint"),
    ],
    "makes AWS accept another certificate for the OIDC provider that the role trusts",
    [hacktricks("iam")],
  ),

  // Permissions boundaries.
  method(
    "iam-delete-user-permissions-boundary",
    ["user"],
    "drop-boundary",
    all("target", "iam:DeleteUserPermissionsBoundary"),
    [reachesTarget, boundary],
    "removes the user's permissions boundary",
    [prowler, hacktricks("iam")],
  ),
  method(
    "iam-delete-role-permissions-boundary",
    ["role"],
    "drop-boundary",
    all("target", "iam:DeleteRolePermissionsBoundary"),
    [reachesTarget, boundary],
    "removes the role's permissions boundary",
    [prowler, hacktricks("iam")],
  ),
  method(
    "iam-put-user-permissions-boundary",
    ["user"],
    "drop-boundary",
    all("target", "iam:PutUserPermissionsBoundary"),
    [reachesTarget, boundary],
    "replaces the user's permissions boundary",
    [hacktricks("iam")],
  ),
  method(
    "iam-put-role-permissions-boundary",
    ["role"],
    "drop-boundary",
    all("target", "iam:PutRolePermissionsBoundary"),
    [reachesTarget, boundary],
    "replaces the role's permissions boundary",
    [hacktricks("iam")],
  ),
  method(
    "iam-create-boundary-version",
    ["role", "user"],
    "drop-boundary",
    all("boundary-policy", "iam:CreatePolicyVersion"),
    [reachesTarget, boundary, roomForVersion],
    "writes a new version of the policy that is its permissions boundary",
    [...pathfinding("iam-001"), "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"],
  ),
  method(
    "iam-replace-boundary-version",
    ["role", "user"],
    "drop-boundary",
    all("boundary-policy", "iam:CreatePolicyVersion", "iam:DeletePolicyVersion"),
    [reachesTarget, boundary, noRoomForVersion],
    "deletes a version of the policy that is its permissions boundary and writes a new one",
    [...pathfinding("iam-001"), "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"],
  ),

  // Identities that the caller makes.
  method(
    "iam-create-role",
    [],
    "new-identity",
    [on("any", "iam:CreateRole"), on("any", "iam:AttachRolePolicy", "iam:PutRolePolicy")],
    [],
    "creates a role that it trusts itself to assume and gives it policies",
    [hacktricks("iam"), "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"],
  ),
  method(
    "iam-create-user",
    [],
    "new-identity",
    [
      on("any", "iam:CreateUser"),
      on("any", "iam:AttachUserPolicy", "iam:PutUserPolicy"),
      on("any", "iam:CreateAccessKey", "iam:CreateLoginProfile"),
    ],
    [],
    "creates a user with credentials and gives it policies",
    [hacktricks("iam"), "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"],
  ),

  // Instance profiles.
  becomesRole(
    "iam-add-role-to-instance-profile",
    [pass("ec2"), ...all("any", "iam:AddRoleToInstanceProfile")],
    [notRead("the caller can run code on an instance whose instance profile has room for the role")],
    "puts the role into the instance profile of an instance",
    [hacktricks("iam")],
  ),
];

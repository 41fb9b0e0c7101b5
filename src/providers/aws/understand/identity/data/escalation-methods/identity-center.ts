import type { EscalationMethod, Prerequisite } from "../types.ts";
import { all, becomesRole, hacktricks, notRead, on, prowler, reachesTarget } from "./rows.ts";

const permissionSet: Prerequisite = { kind: "permission-set" };

// A changed permission set has no effect in the accounts that it is assigned to until it is provisioned again.
const provisioning =
  "https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AttachManagedPolicyToPermissionSet.html";
const provision = on("permission-set", "sso:ProvisionPermissionSet");
const sources = [prowler, hacktricks("sso-and-identitystore"), provisioning];

/** Ways through IAM Identity Center. */
export const identityCenterMethods: readonly EscalationMethod[] = [
  {
    id: "sso-attach-policy-to-permission-set",
    targets: ["role"],
    requires: [
      on(
        "permission-set",
        "sso:AttachManagedPolicyToPermissionSet",
        "sso:AttachCustomerManagedPolicyReferenceToPermissionSet",
      ),
      provision,
    ],
    prerequisites: [permissionSet, reachesTarget],
    effect: "grant",
    says: "attaches a policy to the permission set that the role comes from",
    sources,
  },
  {
    id: "sso-put-inline-policy-to-permission-set",
    targets: ["role"],
    requires: [on("permission-set", "sso:PutInlinePolicyToPermissionSet"), provision],
    prerequisites: [permissionSet, reachesTarget],
    effect: "grant",
    says: "writes the inline policy of the permission set that the role comes from",
    sources,
  },
  {
    id: "sso-change-permission-set-boundary",
    targets: ["role"],
    requires: [
      on(
        "permission-set",
        "sso:DeletePermissionsBoundaryFromPermissionSet",
        "sso:PutPermissionsBoundaryToPermissionSet",
      ),
      provision,
    ],
    prerequisites: [permissionSet, { kind: "boundary" }, reachesTarget],
    effect: "drop-boundary",
    says: "removes or replaces the permissions boundary of the permission set that the role comes from",
    sources: [hacktricks("sso-and-identitystore"), provisioning],
  },
  becomesRole(
    "sso-create-account-assignment",
    all("permission-set", "sso:CreateAccountAssignment"),
    [permissionSet, notRead("the caller can sign in as a user of IAM Identity Center")],
    "assigns the permission set that the role comes from to a user or group",
    [hacktricks("sso-and-identitystore")],
  ),
  {
    id: "sso-create-permission-set",
    targets: [],
    requires: [
      on("any", "sso:CreatePermissionSet"),
      on("any", "sso:AttachManagedPolicyToPermissionSet", "sso:PutInlinePolicyToPermissionSet"),
      on("any", "sso:CreateAccountAssignment"),
    ],
    prerequisites: [
      { kind: "manages-identity-center" },
      notRead("the caller can sign in as a user of IAM Identity Center"),
    ],
    effect: "new-identity",
    says: "creates a permission set, gives it policies and assigns it to a user or group",
    sources: [prowler, hacktricks("sso-and-identitystore")],
  },
  becomesRole(
    "identitystore-create-group-membership",
    all("any", "identitystore:CreateGroupMembership"),
    [
      permissionSet,
      notRead("the permission set is assigned to a group, and the caller can sign in as a user of IAM Identity Center"),
    ],
    "puts a user into a group that the permission set is assigned to",
    [hacktricks("sso-and-identitystore")],
  ),
];

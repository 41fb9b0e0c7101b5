import type { AwsAccount } from "../../estate.ts";
import type { IdentityCenterEstate, PermissionSetEstate } from "../../estate-identity.ts";
import { textInput } from "../call.ts";
import type { Call, Operation, Operations } from "../call.ts";
import { AwsError, serviceError } from "../errors.ts";
import { page } from "../paging.ts";

/** IAM Identity Center: every member of the organization sees the instance, its owner alone what is in it. */
export const identityCenterOperations: Operations = {
  ListInstances: (call) =>
    page(
      call,
      "Instances",
      instances(call).map(({ owner, center: { InstanceArn, IdentityStoreId, Name } }) => ({
        InstanceArn,
        IdentityStoreId,
        Name,
        OwnerAccountId: owner.id,
        CreatedDate: new Date("2023-05-06T07:08:09.000Z"),
        Status: "ACTIVE",
      })),
    ),
  ListPermissionSets(call) {
    const { ofOneAccount, permissionSets } = instance(call);
    if (ofOneAccount === true) {
      throw new AwsError(
        "ValidationException",
        400,
        "The operation is not supported for this Identity Center instance",
      );
    }
    return page(
      call,
      "PermissionSets",
      permissionSets.map(({ PermissionSet }) => PermissionSet.PermissionSetArn),
    );
  },
  DescribePermissionSet: ofPermissionSet(({ PermissionSet }) => ({ PermissionSet })),
  GetInlinePolicyForPermissionSet: ofPermissionSet(({ InlinePolicy = "" }) => ({ InlinePolicy })),
  ListManagedPoliciesInPermissionSet: ofPermissionSet(({ AttachedManagedPolicies = [] }, call) =>
    page(call, "AttachedManagedPolicies", AttachedManagedPolicies),
  ),
  ListCustomerManagedPolicyReferencesInPermissionSet: ofPermissionSet(
    ({ CustomerManagedPolicyReferences = [] }, call) =>
      page(call, "CustomerManagedPolicyReferences", CustomerManagedPolicyReferences),
  ),
  GetPermissionsBoundaryForPermissionSet: ofPermissionSet(({ PermissionsBoundary }) => {
    if (PermissionsBoundary !== undefined) return { PermissionsBoundary };
    throw new AwsError("ResourceNotFoundException", 400, "There is no permissions boundary");
  }),
  ListAccountsForProvisionedPermissionSet: ofPermissionSet(({ assignments }, call) =>
    page(call, "AccountIds", [...new Set(assignments.map(({ AccountId }) => AccountId))]),
  ),
  ListAccountAssignments: ofPermissionSet(({ PermissionSet, assignments }, call) => {
    const account = textInput(call, "AccountId");
    const here = assignments.filter(({ AccountId }) => AccountId === account);
    const { PermissionSetArn } = PermissionSet;
    return page(
      call,
      "AccountAssignments",
      here.map(({ AccountId, PrincipalType, PrincipalId }) => ({
        AccountId,
        PermissionSetArn,
        PrincipalType,
        PrincipalId,
      })),
    );
  }),
};

/** The identity store of an instance. */
export const identityStoreOperations: Operations = {
  ListUsers: (call) => page(call, "Users", store(call).users),
  ListGroups: (call) => page(call, "Groups", store(call).groups),
  ListGroupMemberships(call) {
    const group = textInput(call, "GroupId");
    const own = store(call).memberships.filter(({ GroupId }) => GroupId === group);
    return page(call, "GroupMemberships", own);
  },
};

/** The instances that the caller sees in the Region. */
function instances(call: Call): readonly { readonly owner: AwsAccount; readonly center: IdentityCenterEstate }[] {
  return call.estate.accounts.flatMap((owner) => {
    const center = owner.regions[call.region]?.IdentityCenter;
    if (center === undefined) return [];
    const isShared = center.ofOneAccount !== true && [owner, call.account].every(isMember);
    return owner === call.account || isShared ? [{ owner, center }] : [];
  });
}

function isMember(account: AwsAccount): boolean {
  return account.inOrganization !== false;
}

function instance(call: Call): IdentityCenterEstate {
  const arn = textInput(call, "InstanceArn");
  return ownOf(call, ({ InstanceArn }) => InstanceArn === arn);
}

function store(call: Call): IdentityCenterEstate {
  const id = textInput(call, "IdentityStoreId");
  return ownOf(call, ({ IdentityStoreId }) => IdentityStoreId === id);
}

function ownOf(call: Call, isWanted: (center: IdentityCenterEstate) => boolean): IdentityCenterEstate {
  const found = instances(call).find(({ center }) => isWanted(center));
  if (found === undefined) throw new AwsError("ResourceNotFoundException", 400, "The instance does not exist");
  if (found.owner === call.account) return found.center;
  throw serviceError(call.errors.denied, "You do not have sufficient access to perform this action.");
}

function ofPermissionSet(answer: (set: PermissionSetEstate, call: Call) => object): Operation {
  return (call) => {
    const arn = textInput(call, "PermissionSetArn");
    const set = instance(call).permissionSets.find(({ PermissionSet }) => PermissionSet.PermissionSetArn === arn);
    if (set !== undefined) return answer(set, call);
    throw new AwsError("ResourceNotFoundException", 400, "The permission set does not exist");
  };
}

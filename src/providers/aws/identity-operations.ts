import type { SnapshotRecord } from "../../snapshot/record.ts";
import type { ParentRequest } from "../shared/ask.ts";
import { mayChangeFirewalls, mayHoldFirewalls } from "./firewall-permissions.ts";
import { type Ask, type AwsOperation, nextToken, only, operation, type Paging, perId, perRecord } from "./operation.ts";

/** The pages of IAM. */
const iamMarker: Paging = { tokenIn: "Marker", tokenOut: "Marker", size: { member: "MaxItems", value: 1000 } };
const noSuchEntity = ["NoSuchEntity", "NoSuchEntityException"];
const notFound = ["ResourceNotFoundException"];

const details = "iam:GetAccountAuthorizationDetails";

function iam(
  name: string,
  rest: Partial<Omit<AwsOperation, "id" | "service" | "name">> & Pick<AwsOperation, "answer">,
): AwsOperation {
  return operation("iam", name, { scope: "account", ...rest });
}

/** One report for each user and role whose policies could let it change a firewall. */
const perChanger: Ask = {
  how: "per-parent",
  parents: [details],
  requests: (record, records) => {
    const { Arn: arn } = record.data;
    return typeof arn === "string" && mayChangeFirewalls(record, records) ? [{ members: { Arn: arn } }] : [];
  },
  keep: ["Arn"],
};

/** IAM: who there is in an account, and which policies say what they may do. */
const iamOperations: readonly AwsOperation[] = [
  iam("GetAccountAuthorizationDetails", {
    answer: {
      kind: "lists",
      kinds: { UserDetailList: "user", GroupDetailList: "group", RoleDetailList: "role", Policies: "policy" },
    },
    paging: iamMarker,
  }),
  iam("ListSAMLProviders", { answer: { kind: "list", member: "SAMLProviderList" } }),
  iam("ListOpenIDConnectProviders", { answer: { kind: "list", member: "OpenIDConnectProviderList" } }),
  iam("GetOpenIDConnectProvider", {
    answer: { kind: "document" },
    ask: perRecord("iam:ListOpenIDConnectProviders", "Arn", "OpenIDConnectProviderArn", ["OpenIDConnectProviderArn"]),
    // A client's secret is no part of the answer: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html
    goneBy: noSuchEntity,
  }),
  iam("GenerateCredentialReport", { ask: { how: "within" }, answer: { kind: "document" } }),
  iam("GetCredentialReport", {
    permissions: ["iam:GenerateCredentialReport", "iam:GetCredentialReport"],
    answer: { kind: "credential-report" },
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html
    job: {
      begin: "iam:GenerateCredentialReport",
      ticket: null,
      told: { by: "begin", member: "State" },
      running: ["STARTED", "INPROGRESS"],
      failed: [],
    },
  }),
  iam("GenerateServiceLastAccessedDetails", { ask: { how: "within" }, answer: { kind: "document" } }),
  iam("GetServiceLastAccessedDetails", {
    permissions: ["iam:GenerateServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetails"],
    answer: { kind: "list", member: "ServicesLastAccessed" },
    paging: iamMarker,
    ask: perChanger,
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
    job: {
      begin: "iam:GenerateServiceLastAccessedDetails",
      ticket: "JobId",
      told: { by: "read", member: "JobStatus" },
      running: ["IN_PROGRESS"],
      failed: ["FAILED"],
    },
    trim: (item) => (mayHoldFirewalls(item["ServiceNamespace"]) ? item : null),
    goneBy: noSuchEntity,
  }),
];

/** A member account sees the organization's instance too, but is denied what is in it. */
const perInstance = perRecord("sso:ListInstances", "InstanceArn", "InstanceArn", ["InstanceArn"]);

/** The identity store of each instance that has permission sets to read: who is denied those is denied the store as well. */
const perStore: Ask = {
  how: "per-parent",
  parents: ["sso:ListInstances", "sso:ListPermissionSets"],
  requests: ({ data }, records) => {
    const { IdentityStoreId: store, InstanceArn: instance } = data;
    const isRead = records.some(({ request }) => request?.["InstanceArn"] === instance);
    return typeof store === "string" && isRead ? [{ members: { IdentityStoreId: store } }] : [];
  },
  keep: [],
};

const setMembers = ["InstanceArn", "PermissionSetArn"];
const perPermissionSet = perId("sso:ListPermissionSets", "PermissionSets", "PermissionSetArn", setMembers);

function ofPermissionSet(
  name: string,
  answer: AwsOperation["answer"],
  paging: AwsOperation["paging"] = null,
): AwsOperation {
  return operation("sso", name, { answer, paging, ask: perPermissionSet, goneBy: notFound });
}

/** Memberships are asked for of the groups that an account is assigned to: the others lead to no account. */
const perAssignedGroup: Ask = {
  how: "per-parent",
  parents: ["identitystore:ListGroups", "sso:ListAccountAssignments"],
  requests: (record, records) => {
    const { GroupId: group, IdentityStoreId: store } = record.data;
    if (typeof group !== "string" || typeof store !== "string" || !assignedGroups(records).has(group)) return [];
    return [{ members: { IdentityStoreId: store, GroupId: group } }] satisfies readonly ParentRequest[];
  },
  keep: [],
};

const groupsByRecords = new WeakMap<readonly SnapshotRecord[], ReadonlySet<unknown>>();

function assignedGroups(records: readonly SnapshotRecord[]): ReadonlySet<unknown> {
  const known = groupsByRecords.get(records);
  if (known !== undefined) return known;
  const groups = new Set(
    records.flatMap(({ data }) => (data["PrincipalType"] === "GROUP" ? [data["PrincipalId"]] : [])),
  );
  groupsByRecords.set(records, groups);
  return groups;
}

/**
 * IAM Identity Center, in whichever Region it lives: permission sets, and who is assigned them in which accounts. Of people and groups
 * nothing is kept but what they are called.
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_Operations.html
 */
const identityCenterOperations: readonly AwsOperation[] = [
  operation("sso", "ListInstances", { answer: { kind: "list", member: "Instances" }, paging: nextToken(100) }),
  operation("sso", "ListPermissionSets", {
    answer: { kind: "ids", member: "PermissionSets" },
    paging: nextToken(100),
    ask: perInstance,
    // What the instance of a single account answers, which has no permission sets:
    // https://docs.aws.amazon.com/singlesignon/latest/userguide/account-instances-identity-center.html
    disabledBy: ["ValidationException"],
  }),
  ofPermissionSet("DescribePermissionSet", { kind: "document" }),
  ofPermissionSet("GetInlinePolicyForPermissionSet", { kind: "document" }),
  ofPermissionSet(
    "ListManagedPoliciesInPermissionSet",
    { kind: "list", member: "AttachedManagedPolicies" },
    nextToken(100),
  ),
  ofPermissionSet(
    "ListCustomerManagedPolicyReferencesInPermissionSet",
    { kind: "list", member: "CustomerManagedPolicyReferences" },
    nextToken(100),
  ),
  // A permission set without a boundary has none to be found.
  ofPermissionSet("GetPermissionsBoundaryForPermissionSet", { kind: "document" }),
  ofPermissionSet("ListAccountsForProvisionedPermissionSet", { kind: "ids", member: "AccountIds" }, nextToken(100)),
  operation("sso", "ListAccountAssignments", {
    answer: { kind: "list", member: "AccountAssignments" },
    paging: nextToken(100),
    ask: perId("sso:ListAccountsForProvisionedPermissionSet", "AccountIds", "AccountId", [...setMembers, "AccountId"]),
    goneBy: notFound,
  }),
  operation("identitystore", "ListUsers", {
    answer: { kind: "list", member: "Users" },
    paging: nextToken(100),
    ask: perStore,
    trim: only("IdentityStoreId", "UserId", "UserName", "DisplayName"),
  }),
  operation("identitystore", "ListGroups", {
    answer: { kind: "list", member: "Groups" },
    paging: nextToken(100),
    ask: perStore,
    trim: only("IdentityStoreId", "GroupId", "DisplayName"),
  }),
  operation("identitystore", "ListGroupMemberships", {
    answer: { kind: "list", member: "GroupMemberships" },
    paging: nextToken(100),
    ask: perAssignedGroup,
    goneBy: notFound,
  }),
];

/** Who may do what: identities, their policies, and who can become them. */
export const identityOperations: readonly AwsOperation[] = [...iamOperations, ...identityCenterOperations];

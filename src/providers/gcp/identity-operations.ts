import { denyPolicies, groups, pools, predefinedRoles, serviceAccounts } from "./identity-requests.ts";
import { type GcpOperation, type GcpTargetKind, operation } from "./operation.ts";
import { keep } from "./trim.ts";

const everyKind: readonly GcpTargetKind[] = ["organization", "folder", "project"];

/** Version 3 tells of conditions: https://docs.cloud.google.com/iam/docs/allow-policies#versions */
const policyVersion = "3";

/** The allow policy of a project, folder or organization: a question that Google takes as a POST. */
function allowPolicy(kind: GcpTargetKind): GcpOperation {
  return operation(
    `cloudresourcemanager.${kind}s.getIamPolicy`,
    "{resource}:getIamPolicy",
    [`resourcemanager.${kind}s.getIamPolicy`],
    { on: [kind], method: "POST", body: { options: { requestedPolicyVersion: Number(policyVersion) } } },
  );
}

/** Custom roles, with all that they hold. Deleted ones grant nothing and are left out. */
function customRoles(kind: "project" | "organization"): GcpOperation {
  return operation(`iam.${kind}s.roles.list`, "v1/{resource}/roles", ["iam.roles.list"], {
    on: [kind],
    query: { view: "FULL" },
    answer: { kind: "list", member: "roles" },
  });
}

/** What binds boundaries to the principals of a project, folder or organization. */
function policyBindings(kind: GcpTargetKind): GcpOperation {
  return operation(
    `iam.${kind}s.locations.policyBindings.list`,
    "v3/{resource}/locations/global/policyBindings",
    ["iam.policybindings.list"],
    { on: [kind], answer: { kind: "list", member: "policyBindings" } },
  );
}

const serviceAccountList = "iam.projects.serviceAccounts.list";
const serviceAccountPolicies = "iam.projects.serviceAccounts.getIamPolicy";
const denyPolicyList = "iam.policies.listPolicies";
const denyPolicyGet = "iam.policies.get";
const allowPolicies = [...everyKind.map((kind) => allowPolicy(kind).id), serviceAccountPolicies];

/** Of the settings of a provider, what says whom it vouches for. Some have a client's secret beside it. */
const providerMembers = keep({
  name: true,
  displayName: true,
  description: true,
  state: true,
  disabled: true,
  attributeMapping: true,
  attributeCondition: true,
  aws: { accountId: true },
  oidc: { issuerUri: true, allowedAudiences: true, clientId: true },
  saml: {},
  x509: {},
  expireTime: true,
});

/**
 * Who may do what: the policies that allow and deny, what their roles hold, and who can become whom.
 *
 * https://docs.cloud.google.com/resource-manager/reference/rest/v3, https://docs.cloud.google.com/iam/docs/reference/rest (versions 1, 2
 * and 3), https://docs.cloud.google.com/identity/docs/reference/rest
 */
export const identityOperations: readonly GcpOperation[] = [
  ...everyKind.map(allowPolicy),
  operation(serviceAccountList, "v1/{resource}/serviceAccounts", ["iam.serviceAccounts.list"], {
    answer: { kind: "list", member: "accounts" },
  }),
  operation(serviceAccountPolicies, "v1/{serviceAccount}:getIamPolicy", ["iam.serviceAccounts.getIamPolicy"], {
    method: "POST",
    body: null,
    query: { "options.requestedPolicyVersion": policyVersion },
    ask: { how: "per-parent", parents: [serviceAccountList], requests: serviceAccounts, keep: ["serviceAccount"] },
  }),
  // Without what a key consists of: Google tells that once, when it makes one.
  operation("iam.projects.serviceAccounts.keys.list", "v1/{serviceAccount}/keys", ["iam.serviceAccountKeys.list"], {
    query: { keyTypes: "USER_MANAGED" },
    answer: { kind: "list", member: "keys" },
    paging: null,
    ask: { how: "per-parent", parents: [serviceAccountList], requests: serviceAccounts, keep: [] },
  }),
  customRoles("organization"),
  customRoles("project"),
  operation("iam.roles.get", "v1/{name}", ["iam.roles.get"], {
    on: everyKind,
    shared: true,
    ask: { how: "per-parent", parents: allowPolicies, requests: predefinedRoles, keep: [] },
  }),

  operation(denyPolicyList, "v2/policies/{+attachment}/denypolicies", ["iam.denypolicies.list"], {
    on: everyKind,
    answer: { kind: "list", member: "policies" },
  }),
  operation(denyPolicyGet, "v2/{+name}", ["iam.denypolicies.get"], {
    on: everyKind,
    ask: { how: "per-parent", parents: [denyPolicyList], requests: denyPolicies, keep: [] },
  }),
  operation(
    "iam.organizations.locations.principalAccessBoundaryPolicies.list",
    "v3/{resource}/locations/global/principalAccessBoundaryPolicies",
    ["iam.principalaccessboundarypolicies.list"],
    { on: ["organization"], answer: { kind: "list", member: "principalAccessBoundaryPolicies" } },
  ),
  ...everyKind.map(policyBindings),

  operation(
    "iam.projects.locations.workloadIdentityPools.list",
    "v1/{resource}/locations/global/workloadIdentityPools",
    ["iam.workloadIdentityPools.list"],
    { answer: { kind: "list", member: "workloadIdentityPools" } },
  ),
  operation(
    "iam.projects.locations.workloadIdentityPools.providers.list",
    "v1/{pool}/providers",
    ["iam.workloadIdentityPoolProviders.list"],
    {
      answer: { kind: "list", member: "workloadIdentityPoolProviders" },
      trim: providerMembers,
      ask: {
        how: "per-parent",
        parents: ["iam.projects.locations.workloadIdentityPools.list"],
        requests: pools,
        keep: [],
      },
    },
  ),
  operation("iam.locations.workforcePools.list", "v1/locations/global/workforcePools", ["iam.workforcePools.list"], {
    on: ["organization"],
    query: { parent: "{account}" },
    answer: { kind: "list", member: "workforcePools" },
  }),
  operation("iam.locations.workforcePools.providers.list", "v1/{pool}/providers", ["iam.workforcePoolProviders.list"], {
    on: ["organization"],
    answer: { kind: "list", member: "workforcePoolProviders" },
    trim: providerMembers,
    ask: { how: "per-parent", parents: ["iam.locations.workforcePools.list"], requests: pools, keep: [] },
  }),

  // Groups are known by a number of their own, which is asked for first. No permission of IAM lets them be read, but a role in the
  // directory does: https://docs.cloud.google.com/identity/docs/how-to/setup
  operation("cloudidentity.groups.lookup", "groups:lookup", [], {
    on: everyKind,
    query: { "groupKey.id": "{group}" },
    ask: { how: "within" },
  }),
  operation("cloudidentity.groups.memberships.list", "{name}/memberships", [], {
    on: everyKind,
    query: { view: "FULL" },
    answer: { kind: "list", member: "memberships" },
    lookup: { operation: "cloudidentity.groups.lookup", from: "name", as: "name" },
    shared: true,
    trim: keep({ name: true, preferredMemberKey: true, roles: { name: true, expiryDetail: true }, type: true }),
    ask: {
      how: "per-parent",
      parents: [...allowPolicies, denyPolicyGet],
      requests: groups,
      keep: ["group"],
      recurs: true,
    },
  }),
];

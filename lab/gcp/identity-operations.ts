import type { LabOperation } from "./operations.ts";

const kinds = ["organization", "folder", "project"] as const;
type Kind = (typeof kinds)[number];

const paged = ["pageSize", "pageToken"];

function read(
  id: string,
  path: string,
  permission: string,
  query: readonly string[],
  method: "GET" | "POST" = "GET",
): LabOperation {
  const [api = ""] = id.split(".");
  return { id, api: apis[api] ?? "iam", method, path, permission, query, way: { kind: "computed" } };
}

const apis: Readonly<Record<string, LabOperation["api"]>> = {
  cloudfunctions: "cloudfunctions",
  cloudidentity: "cloudidentity",
  cloudresourcemanager: "cloudresourcemanager",
  run: "run",
};

function ofKind(kind: Kind): readonly LabOperation[] {
  const node = `${kind}s/{${kind}}`;
  const policy = `cloudresourcemanager.${kind}s.getIamPolicy`;
  return [
    read(policy, `/v3/${node}:getIamPolicy`, `resourcemanager.${kind}s.getIamPolicy`, [], "POST"),
    read(
      `iam.${kind}s.locations.policyBindings.list`,
      `/v3/${node}/locations/{location}/policyBindings`,
      "iam.policybindings.list",
      [...paged, "filter"],
    ),
  ];
}

function customRoles(kind: "organization" | "project"): LabOperation {
  const query = [...paged, "view", "showDeleted"];
  return read(`iam.${kind}s.roles.list`, `/v1/${kind}s/{${kind}}/roles`, "iam.roles.list", query);
}

const project = "/v1/projects/{project}";
const account = `${project}/serviceAccounts/{account}`;
const pools = `${project}/locations/{location}/workloadIdentityPools`;
const regional = "projects/{project}/locations/{location}";

/** What tells who may do what. Paths and queries are those of the Discovery documents of IAM (versions 1 to 3) and of the other APIs. */
export const identityOperations: readonly LabOperation[] = [
  ...kinds.flatMap(ofKind),
  customRoles("organization"),
  customRoles("project"),
  read("iam.roles.get", "/v1/roles/{role}", "iam.roles.get", []),
  read("iam.projects.serviceAccounts.list", `${project}/serviceAccounts`, "iam.serviceAccounts.list", paged),
  read(
    "iam.projects.serviceAccounts.getIamPolicy",
    `${account}:getIamPolicy`,
    "iam.serviceAccounts.getIamPolicy",
    ["options.requestedPolicyVersion"],
    "POST",
  ),
  read("iam.projects.serviceAccounts.keys.list", `${account}/keys`, "iam.serviceAccountKeys.list", ["keyTypes"]),
  read("iam.policies.listPolicies", "/v2/policies/{attachment}/denypolicies", "iam.denypolicies.list", paged),
  read("iam.policies.get", "/v2/policies/{attachment}/denypolicies/{deny}", "iam.denypolicies.get", []),
  read(
    "iam.organizations.locations.principalAccessBoundaryPolicies.list",
    "/v3/organizations/{organization}/locations/{location}/principalAccessBoundaryPolicies",
    "iam.principalaccessboundarypolicies.list",
    paged,
  ),
  read("iam.projects.locations.workloadIdentityPools.list", pools, "iam.workloadIdentityPools.list", [
    ...paged,
    "showDeleted",
  ]),
  read(
    "iam.projects.locations.workloadIdentityPools.providers.list",
    `${pools}/{pool}/providers`,
    "iam.workloadIdentityPoolProviders.list",
    [...paged, "showDeleted"],
  ),
  read("iam.locations.workforcePools.list", "/v1/locations/{location}/workforcePools", "iam.workforcePools.list", [
    ...paged,
    "parent",
    "showDeleted",
  ]),
  read(
    "iam.locations.workforcePools.providers.list",
    "/v1/locations/{location}/workforcePools/{pool}/providers",
    "iam.workforcePoolProviders.list",
    [...paged, "showDeleted"],
  ),
  read("cloudidentity.groups.lookup", "/v1/groups:lookup", "", ["groupKey.id", "groupKey.namespace"]),
  read("cloudidentity.groups.memberships.list", "/v1/groups/{group}/memberships", "", [...paged, "view"]),
  read("run.projects.locations.services.list", `/v2/${regional}/services`, "run.services.list", [
    ...paged,
    "showDeleted",
  ]),
  read("run.projects.locations.jobs.list", `/v2/${regional}/jobs`, "run.jobs.list", [...paged, "showDeleted"]),
  read(
    "cloudfunctions.projects.locations.functions.list",
    `/v2/${regional}/functions`,
    "cloudfunctions.functions.list",
    [...paged, "filter", "orderBy"],
  ),
];

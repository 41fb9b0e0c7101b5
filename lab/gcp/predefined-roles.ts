import type { JsonObject } from "./estate.ts";

/** Permissions of a resource of a service: `of("compute.firewalls", "get list")`. */
const of = (resource: string, verbs: string): readonly string[] =>
  verbs.split(" ").map((verb) => `${resource}.${verb}`);

function role(name: string, title: string, ...permissions: readonly (readonly string[])[]): JsonObject {
  const description = `What ${title} holds, as far as firewalls and ways to them go`;
  return {
    name: `roles/${name}`,
    title,
    description,
    includedPermissions: permissions.flat().toSorted(),
    stage: "GA",
    etag: "AA==",
  };
}

const look = of("compute.firewalls", "get list");
const rules = of("compute.firewalls", "create delete get list update");
const policies = of("compute.firewallPolicies", "create delete update use");
const networks = of("compute.networks", "addPeering setFirewallPolicy update updatePolicy");
const routes = of("compute.routes", "create delete");
const subnets = of("compute.subnetworks", "update use");
const machines = [
  ...of("compute.instances", "addAccessConfig create setMetadata setServiceAccount setTags"),
  "compute.projects.setCommonInstanceMetadata",
];
const serverless = [...of("run.services", "create update"), ...of("cloudfunctions.functions", "create update")];
const tokens = of("iam.serviceAccounts", "getAccessToken getOpenIdToken implicitDelegation signBlob signJwt");
const editing = [
  ...rules,
  ...policies,
  ...networks,
  ...routes,
  ...subnets,
  ...machines,
  ...serverless,
  "compute.organizations.setFirewallPolicy",
  "iam.serviceAccountKeys.create",
  "iam.serviceAccounts.actAs",
  "networksecurity.addressGroups.update",
  "resourcemanager.tagValueBindings.create",
];

/**
 * Predefined roles as Google has them, each with those of its permissions that have to do with firewalls and with ways to them.
 * https://docs.cloud.google.com/iam/docs/roles-permissions
 */
export const predefinedRoles: readonly JsonObject[] = [
  role("owner", "Owner", editing, [
    "iam.roles.update",
    "iam.serviceAccounts.setIamPolicy",
    "resourcemanager.projects.setIamPolicy",
  ]),
  role("editor", "Editor", editing),
  role("viewer", "Viewer", look),
  role("browser", "Browser", of("resourcemanager.projects", "get list"), of("resourcemanager.folders", "get list")),
  role("compute.networkAdmin", "Compute Network Admin", look, networks, routes, subnets, [
    "compute.firewallPolicies.use",
    "networksecurity.addressGroups.update",
  ]),
  role("compute.securityAdmin", "Compute Security Admin", rules, policies, ["compute.networks.updatePolicy"]),
  role("compute.viewer", "Compute Viewer", look),
  role("compute.instanceAdmin.v1", "Compute Instance Admin (v1)", look, machines, ["compute.subnetworks.use"]),
  role("compute.orgFirewallPolicyAdmin", "Compute Organization Firewall Policy Admin", policies),
  role("iam.serviceAccountTokenCreator", "Service Account Token Creator", tokens),
  role("iam.serviceAccountUser", "Service Account User", ["iam.serviceAccounts.actAs"]),
  role(
    "iam.workloadIdentityUser",
    "Workload Identity User",
    of("iam.serviceAccounts", "getAccessToken getOpenIdToken"),
  ),
  role(
    "resourcemanager.organizationAdmin",
    "Organization Administrator",
    of("resourcemanager.organizations", "setIamPolicy"),
    of("resourcemanager.folders", "setIamPolicy"),
    of("resourcemanager.projects", "setIamPolicy"),
  ),
  role("run.developer", "Cloud Run Developer", of("run.services", "create update")),
];

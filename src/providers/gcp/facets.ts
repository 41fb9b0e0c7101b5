import type { Facet } from "../../model/facet.ts";
import type { Target } from "../../model/resource.ts";
import { kindOf } from "./operation.ts";
import { findGcpOperation } from "./operations.ts";
import { workloadOperations } from "./workload-operations.ts";

/** Which operations stand behind each facet on Google Cloud. A facet that is missing here does not exist there. */
export const gcpFacets: Readonly<Partial<Record<Facet, readonly string[]>>> = {
  firewalls: [
    "compute.firewalls.list",
    "compute.networkFirewallPolicies.aggregatedList",
    "compute.networkFirewallPolicies.get",
    "compute.regionNetworkFirewallPolicies.get",
    "compute.firewallPolicies.list",
    "compute.firewallPolicies.get",
  ],
  attachments: [
    "compute.instances.aggregatedList",
    "compute.networks.list",
    "compute.networkFirewallPolicies.aggregatedList",
    "compute.networks.getEffectiveFirewalls",
    "compute.regionNetworkFirewallPolicies.getEffectiveFirewalls",
    "compute.firewallPolicies.list",
  ],
  // Load balancers that answer for others are reached at their forwarding rules.
  endpoints: ["compute.instances.aggregatedList", "compute.forwardingRules.aggregatedList"],
  "address-lists": [
    "networksecurity.projects.locations.addressGroups.list",
    "networksecurity.organizations.locations.addressGroups.list",
    "cloudresourcemanager.effectiveTags.list",
  ],
  networks: ["compute.networks.list", "compute.subnetworks.aggregatedList"],
  routes: ["compute.routes.list", "compute.routers.aggregatedList"],
  // What a subnetwork logs is a member of it.
  "flow-logs": ["compute.subnetworks.aggregatedList"],
  identities: [
    "cloudresourcemanager.organizations.getIamPolicy",
    "cloudresourcemanager.folders.getIamPolicy",
    "cloudresourcemanager.projects.getIamPolicy",
    "iam.projects.serviceAccounts.list",
    "iam.projects.serviceAccounts.getIamPolicy",
    "iam.organizations.roles.list",
    "iam.projects.roles.list",
    "iam.roles.get",
  ],
  "organization-policies": [
    "iam.policies.listPolicies",
    "iam.policies.get",
    "iam.organizations.locations.principalAccessBoundaryPolicies.list",
    "iam.organizations.locations.policyBindings.list",
    "iam.folders.locations.policyBindings.list",
    "iam.projects.locations.policyBindings.list",
  ],
  directory: ["cloudidentity.groups.memberships.list"],
  "trust-providers": [
    "iam.projects.locations.workloadIdentityPools.list",
    "iam.projects.locations.workloadIdentityPools.providers.list",
    "iam.locations.workforcePools.list",
    "iam.locations.workforcePools.providers.list",
  ],
  workloads: workloadOperations.map(({ id }) => id),
  "workload-identities": [
    "compute.instances.aggregatedList",
    "run.projects.locations.services.list",
    "cloudfunctions.projects.locations.functions.list",
  ],
  "credential-reports": ["iam.projects.serviceAccounts.keys.list"],
};

/** The operations behind a facet that are asked on such a target, null: on any. A folder holds nothing but policies. */
export function facetOperations(facet: Facet, target: Target | null): readonly string[] {
  const operations = gcpFacets[facet] ?? [];
  if (target === null) return operations;
  const kind = kindOf(target.account);
  return operations.filter((id) => findGcpOperation(id)?.on.includes(kind) === true);
}

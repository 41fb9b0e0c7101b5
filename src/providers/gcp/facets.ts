import type { Facet } from "../../model/facet.ts";
import type { Target } from "../../model/resource.ts";
import { findGcpOperation, kindOf } from "./operations.ts";

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
};

/** The operations behind a facet that are asked on such a target, null: on any. A folder holds nothing but policies. */
export function facetOperations(facet: Facet, target: Target | null): readonly string[] {
  const operations = gcpFacets[facet] ?? [];
  if (target === null) return operations;
  const kind = kindOf(target.account);
  return operations.filter((id) => findGcpOperation(id)?.on.includes(kind) === true);
}

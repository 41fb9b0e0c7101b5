import { identityOperations } from "./identity-operations.ts";
import { connecting, type GcpOperation, type GcpTargetKind, operation } from "./operation.ts";
import {
  endpointGroups,
  instanceGroups,
  instancesWithTags,
  networks,
  networksInRegions,
  policiesWithoutRules,
} from "./requests.ts";
import { workloadOperations } from "./workload-operations.ts";

/** A listing of a project's resources in all scopes at once. What lies in one of them that does not answer is left out, and said. */
function everywhere(resource: string, more: readonly string[] = []): GcpOperation {
  return operation(
    `compute.${resource}.aggregatedList`,
    `projects/{account}/aggregated/${resource}`,
    [`compute.${resource}.list`, ...more],
    { query: { returnPartialSuccess: "true" }, answer: { kind: "scopes", member: resource } },
  );
}

/** A listing of a project's resources that have no scope. */
function globally(resource: string): GcpOperation {
  const path = `projects/{account}/global/${resource}`;
  return operation(`compute.${resource}.list`, path, [`compute.${resource}.list`], {
    answer: { kind: "list", member: "items" },
  });
}

const projectsGet = "cloudresourcemanager.projects.get";
const instances = "compute.instances.aggregatedList";
const networkList = "compute.networks.list";
const subnetworks = "compute.subnetworks.aggregatedList";
const networkPolicies = "compute.networkFirewallPolicies.aggregatedList";
const globalPolicy = "compute.networkFirewallPolicies.get";
const regionalPolicy = "compute.regionNetworkFirewallPolicies.get";
const effectiveFirewalls = "compute.networks.getEffectiveFirewalls";
const regionalFirewalls = "compute.regionNetworkFirewallPolicies.getEffectiveFirewalls";
const backendServices = "compute.backendServices.aggregatedList";
const endpointGroupList = "compute.networkEndpointGroups.aggregatedList";

/**
 * Every operation that Rampart can send to Google Cloud: what `rampart permissions gcp` prints, what the collector walks through, what an
 * import recognises. Nothing that is not in this list is ever sent, but for the requests for a token. Parents stand before those that rest
 * on them.
 *
 * Paths and members: https://docs.cloud.google.com/compute/docs/reference/rest/v1, https://docs.cloud.google.com/resource-manager/reference/rest,
 * https://docs.cloud.google.com/firewall/docs/reference/network-security/rest. Permissions: the same pages, and
 * https://docs.cloud.google.com/iam/docs/roles-permissions/compute.
 */
export const gcpOperations: readonly GcpOperation[] = [
  operation("cloudresourcemanager.projects.search", "projects:search", ["resourcemanager.projects.get"], {
    answer: { kind: "list", member: "projects" },
    ask: connecting,
  }),
  operation(projectsGet, "projects/{project}", ["resourcemanager.projects.get"], { ask: connecting }),
  operation("cloudresourcemanager.projects.list", "projects", ["resourcemanager.projects.list"], {
    on: ["folder", "organization"],
    query: { parent: "{parent}" },
    answer: { kind: "list", member: "projects" },
    ask: connecting,
  }),
  operation("cloudresourcemanager.folders.list", "folders", ["resourcemanager.folders.list"], {
    on: ["folder", "organization"],
    query: { parent: "{parent}" },
    answer: { kind: "list", member: "folders" },
    ask: connecting,
  }),
  operation("cloudresourcemanager.folders.get", "{folder}", ["resourcemanager.folders.get"], {
    on: ["folder"],
    ask: connecting,
  }),
  operation("cloudresourcemanager.organizations.get", "{organization}", ["resourcemanager.organizations.get"], {
    on: ["organization"],
    ask: connecting,
  }),

  // Hierarchical policies: what lies above every network of the projects below.
  operation("compute.firewallPolicies.list", "locations/global/firewallPolicies", ["compute.firewallPolicies.list"], {
    on: ["folder", "organization"],
    query: { parentId: "{account}" },
    answer: { kind: "list", member: "items" },
  }),
  operation("compute.firewallPolicies.get", "{policy}", ["compute.firewallPolicies.get"], {
    on: ["folder", "organization"],
    ask: {
      how: "per-parent",
      parents: ["compute.firewallPolicies.list"],
      requests: policiesWithoutRules("locations"),
      keep: [],
    },
  }),
  operation(
    "networksecurity.organizations.locations.addressGroups.list",
    "{account}/locations/-/addressGroups",
    ["networksecurity.addressGroups.list"],
    {
      on: ["organization"],
      query: { returnPartialSuccess: "true" },
      answer: { kind: "list", member: "addressGroups" },
    },
  ),

  operation("compute.projects.get", "projects/{account}", ["compute.projects.get"], {
    // The rest is metadata, in which people keep keys.
    query: { fields: "kind,id,name,selfLink,xpnProjectStatus,defaultServiceAccount" },
  }),
  operation("compute.projects.getXpnHost", "projects/{account}/getXpnHost", ["compute.projects.get"]),
  globally("networks"),
  everywhere("subnetworks"),
  globally("firewalls"),
  operation(
    networkPolicies,
    "projects/{account}/aggregated/firewallPolicies",
    ["compute.firewallPolicies.list", "compute.regionFirewallPolicies.list"],
    { query: { returnPartialSuccess: "true" }, answer: { kind: "scopes", member: "firewallPolicies" } },
  ),
  operation(globalPolicy, "{policy}", ["compute.firewallPolicies.get"], {
    ask: { how: "per-parent", parents: [networkPolicies], requests: policiesWithoutRules("global"), keep: [] },
  }),
  operation(regionalPolicy, "{policy}", ["compute.regionFirewallPolicies.get"], {
    ask: { how: "per-parent", parents: [networkPolicies], requests: policiesWithoutRules("regions"), keep: [] },
  }),
  everywhere("instances"),
  operation(effectiveFirewalls, "{network}/getEffectiveFirewalls", ["compute.networks.getEffectiveFirewalls"], {
    // Also of networks that a Shared VPC host in another project lends.
    ask: { how: "per-parent", parents: [networkList, subnetworks, instances], requests: networks, keep: ["network"] },
  }),
  operation(
    regionalFirewalls,
    "projects/{project}/regions/{region}/firewallPolicies/getEffectiveFirewalls",
    ["compute.networks.getRegionEffectiveFirewalls"],
    {
      query: { network: "{base}{network}" },
      ask: {
        how: "per-parent",
        parents: [subnetworks, instances],
        requests: networksInRegions,
        keep: ["network", "region"],
      },
    },
  ),
  operation("cloudresourcemanager.effectiveTags.list", "effectiveTags", ["compute.instances.listEffectiveTags"], {
    query: { parent: "{parent}" },
    endpointOf: "zone",
    answer: { kind: "list", member: "effectiveTags" },
    ask: {
      how: "per-parent",
      parents: [
        projectsGet,
        instances,
        networkPolicies,
        globalPolicy,
        regionalPolicy,
        effectiveFirewalls,
        regionalFirewalls,
      ],
      requests: instancesWithTags,
      keep: ["parent", "instance"],
    },
  }),
  globally("routes"),
  everywhere("routers"),

  everywhere("forwardingRules", ["compute.globalForwardingRules.list"]),
  everywhere("targetInstances"),
  everywhere("targetPools"),
  everywhere("backendServices", ["compute.regionBackendServices.list"]),
  everywhere("securityPolicies", ["compute.regionSecurityPolicies.list"]),
  everywhere("targetHttpProxies", ["compute.regionTargetHttpProxies.list"]),
  everywhere("targetHttpsProxies", ["compute.regionTargetHttpsProxies.list"]),
  everywhere("targetTcpProxies", ["compute.regionTargetTcpProxies.list"]),
  globally("targetSslProxies"),
  everywhere("urlMaps", ["compute.regionUrlMaps.list"]),
  everywhere("instanceGroups"),
  operation("compute.instanceGroups.listInstances", "{group}/listInstances", ["compute.instanceGroups.list"], {
    method: "POST",
    answer: { kind: "list", member: "items" },
    ask: { how: "per-parent", parents: [backendServices], requests: instanceGroups("zones"), keep: ["group"] },
  }),
  operation("compute.regionInstanceGroups.listInstances", "{group}/listInstances", ["compute.instanceGroups.list"], {
    method: "POST",
    answer: { kind: "list", member: "items" },
    ask: { how: "per-parent", parents: [backendServices], requests: instanceGroups("regions"), keep: ["group"] },
  }),
  everywhere("networkEndpointGroups", [
    "compute.globalNetworkEndpointGroups.list",
    "compute.regionNetworkEndpointGroups.list",
  ]),
  operation(
    "compute.networkEndpointGroups.listNetworkEndpoints",
    "{group}/listNetworkEndpoints",
    ["compute.networkEndpointGroups.list", "compute.networkEndpointGroups.get"],
    {
      method: "POST",
      answer: { kind: "list", member: "items" },
      ask: { how: "per-parent", parents: [endpointGroupList], requests: endpointGroups, keep: ["group"] },
    },
  ),
  operation(
    "networksecurity.projects.locations.addressGroups.list",
    "projects/{account}/locations/-/addressGroups",
    ["networksecurity.addressGroups.list"],
    { query: { returnPartialSuccess: "true" }, answer: { kind: "list", member: "addressGroups" } },
  ),
  ...identityOperations,
  ...workloadOperations,
];

/** The operations that are asked on such a target, each with those of its parents that are. */
export function operationsOn(kind: GcpTargetKind): readonly GcpOperation[] {
  return gcpOperations.filter(({ on }) => on.includes(kind)).map((entry) => withParents(entry, kind));
}

function withParents(entry: GcpOperation, kind: GcpTargetKind): GcpOperation {
  if (entry.ask.how !== "per-parent") return entry;
  const parents = entry.ask.parents.filter((id) => findGcpOperation(id)?.on.includes(kind));
  return { ...entry, ask: { ...entry.ask, parents } };
}

const byId = new Map(gcpOperations.map((entry) => [entry.id, entry]));

/** The operation of that id; undefined when Rampart has none. */
export function findGcpOperation(id: string): GcpOperation | undefined {
  return byId.get(id);
}

/** The operation of that id, which must be in the list. */
export function operationNamed(id: string): GcpOperation {
  const operation = byId.get(id);
  if (operation === undefined) throw new Error(`${id} is not in the list of operations`);
  return operation;
}

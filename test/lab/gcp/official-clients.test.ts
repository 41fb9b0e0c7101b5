import { createRequire } from "node:module";

import { BackendServicesClient } from "@google-cloud/compute/build/src/v1/backend_services_client.js";
import { FirewallPoliciesClient } from "@google-cloud/compute/build/src/v1/firewall_policies_client.js";
import { FirewallsClient } from "@google-cloud/compute/build/src/v1/firewalls_client.js";
import { ForwardingRulesClient } from "@google-cloud/compute/build/src/v1/forwarding_rules_client.js";
import { InstanceGroupsClient } from "@google-cloud/compute/build/src/v1/instance_groups_client.js";
import { InstancesClient } from "@google-cloud/compute/build/src/v1/instances_client.js";
import { NetworkEndpointGroupsClient } from "@google-cloud/compute/build/src/v1/network_endpoint_groups_client.js";
import { NetworkFirewallPoliciesClient } from "@google-cloud/compute/build/src/v1/network_firewall_policies_client.js";
import { NetworksClient } from "@google-cloud/compute/build/src/v1/networks_client.js";
import { ProjectsClient } from "@google-cloud/compute/build/src/v1/projects_client.js";
import { RegionInstanceGroupsClient } from "@google-cloud/compute/build/src/v1/region_instance_groups_client.js";
import { RegionNetworkFirewallPoliciesClient } from "@google-cloud/compute/build/src/v1/region_network_firewall_policies_client.js";
import { RoutersClient } from "@google-cloud/compute/build/src/v1/routers_client.js";
import { RoutesClient } from "@google-cloud/compute/build/src/v1/routes_client.js";
import { SecurityPoliciesClient } from "@google-cloud/compute/build/src/v1/security_policies_client.js";
import { SubnetworksClient } from "@google-cloud/compute/build/src/v1/subnetworks_client.js";
import { TargetHttpProxiesClient } from "@google-cloud/compute/build/src/v1/target_http_proxies_client.js";
import { TargetHttpsProxiesClient } from "@google-cloud/compute/build/src/v1/target_https_proxies_client.js";
import { TargetInstancesClient } from "@google-cloud/compute/build/src/v1/target_instances_client.js";
import { TargetPoolsClient } from "@google-cloud/compute/build/src/v1/target_pools_client.js";
import { TargetSslProxiesClient } from "@google-cloud/compute/build/src/v1/target_ssl_proxies_client.js";
import { TargetTcpProxiesClient } from "@google-cloud/compute/build/src/v1/target_tcp_proxies_client.js";
import { UrlMapsClient } from "@google-cloud/compute/build/src/v1/url_maps_client.js";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { demoGcpEstate } from "../../../lab/gcp/demo-estate.ts";
import { type GcpResource, isObject, type JsonValue, pathOf } from "../../../lab/gcp/estate.ts";
import { labOperations } from "../../../lab/gcp/operations.ts";
import { type GcpLab, startGcpLab } from "../../../lab/gcp/server.ts";
import { besides, besidesProject } from "./besides.ts";

// The lab answers Google's own clients, which come by their credentials as they always do, and no member of a resource is lost on the way.

const estate = {
  ...demoGcpEstate,
  projects: [...demoGcpEstate.projects.filter(({ resources }) => resources), besides],
};
const projects = estate.projects.map(({ id }) => id);
const region = "europe-west1";

let lab: GcpLab;
let clients: ReturnType<typeof makeClients>;
beforeAll(async () => {
  slim();
  lab = await startGcpLab(estate);
  for (const [name, value] of Object.entries(lab.environment)) vi.stubEnv(name, value);
  clients = makeClients();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await lab.close();
});

/** Each client builds every message that its package knows. Those of other versions of the API are as many again. */
function slim(): void {
  const protos: unknown = createRequire(import.meta.url)("@google-cloud/compute/build/protos/protos.json");
  const compute = ["nested", "google", "nested", "cloud", "nested", "compute", "nested"].reduce<unknown>(
    (from, member) => (typeof from === "object" && from !== null ? Reflect.get(from, member) : undefined),
    protos,
  );
  if (typeof compute !== "object" || compute === null) throw new Error("The package is not as it was.");
  for (const version of Object.keys(compute)) if (version !== "v1") Reflect.deleteProperty(compute, version);
}

function at(): { readonly apiEndpoint: string; readonly port: number; readonly protocol: string } {
  const { hostname, port } = new URL(lab.endpoint);
  return { apiEndpoint: hostname, port: Number(port), protocol: "http" };
}

function makeClients() {
  const options = at();
  return {
    backendServices: new BackendServicesClient(options),
    firewallPolicies: new FirewallPoliciesClient(options),
    firewalls: new FirewallsClient(options),
    forwardingRules: new ForwardingRulesClient(options),
    instanceGroups: new InstanceGroupsClient(options),
    instances: new InstancesClient(options),
    networkEndpointGroups: new NetworkEndpointGroupsClient(options),
    networkFirewallPolicies: new NetworkFirewallPoliciesClient(options),
    networks: new NetworksClient(options),
    projects: new ProjectsClient(options),
    regionInstanceGroups: new RegionInstanceGroupsClient(options),
    regionNetworkFirewallPolicies: new RegionNetworkFirewallPoliciesClient(options),
    routers: new RoutersClient(options),
    routes: new RoutesClient(options),
    securityPolicies: new SecurityPoliciesClient(options),
    subnetworks: new SubnetworksClient(options),
    targetHttpProxies: new TargetHttpProxiesClient(options),
    targetHttpsProxies: new TargetHttpsProxiesClient(options),
    targetInstances: new TargetInstancesClient(options),
    targetPools: new TargetPoolsClient(options),
    targetSslProxies: new TargetSslProxiesClient(options),
    targetTcpProxies: new TargetTcpProxiesClient(options),
    urlMaps: new UrlMapsClient(options),
  };
}

type Items = AsyncIterable<object>;

/** What a client reads of an aggregated listing, whatever the scope. */
async function* inScopes(scopes: AsyncIterable<readonly [string, object]>): Items {
  for await (const [, scope] of scopes) {
    for (const items of Object.values(scope)) if (Array.isArray(items)) yield* items;
  }
}

type Reader = (project: string) => Items;
type Asked = { readonly project: string };
type Paged = { readonly autoPaginate: false };

/** Said twice, for the library warns of what is so in any case. */
const paged: Paged = { autoPaginate: false };

function globally(client: { readonly listAsync: (request: Asked, options: Paged) => Items }): Reader {
  return (project) => client.listAsync({ project }, paged);
}

function everywhere(client: {
  readonly aggregatedListAsync: (request: Asked, options: Paged) => AsyncIterable<readonly [string, object]>;
}): Reader {
  return (project) => inScopes(client.aggregatedListAsync({ project }, paged));
}

/** By collection, and what reads all of it in a project. */
const listings: readonly (readonly [string, () => Reader])[] = [
  ["networks", () => globally(clients.networks)],
  ["firewalls", () => globally(clients.firewalls)],
  ["routes", () => globally(clients.routes)],
  ["targetSslProxies", () => globally(clients.targetSslProxies)],
  ["subnetworks", () => everywhere(clients.subnetworks)],
  ["instances", () => everywhere(clients.instances)],
  ["firewallPolicies", () => everywhere(clients.networkFirewallPolicies)],
  ["forwardingRules", () => everywhere(clients.forwardingRules)],
  ["targetInstances", () => everywhere(clients.targetInstances)],
  ["targetPools", () => everywhere(clients.targetPools)],
  ["backendServices", () => everywhere(clients.backendServices)],
  ["securityPolicies", () => everywhere(clients.securityPolicies)],
  ["targetHttpProxies", () => everywhere(clients.targetHttpProxies)],
  ["targetHttpsProxies", () => everywhere(clients.targetHttpsProxies)],
  ["targetTcpProxies", () => everywhere(clients.targetTcpProxies)],
  ["urlMaps", () => everywhere(clients.urlMaps)],
  ["instanceGroups", () => everywhere(clients.instanceGroups)],
  ["networkEndpointGroups", () => everywhere(clients.networkEndpointGroups)],
  ["routers", () => everywhere(clients.routers)],
];

async function all(items: Items): Promise<readonly object[]> {
  const found: object[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function held(collection: string, project: string): readonly GcpResource[] {
  const resources = estate.projects.find(({ id }) => id === project)?.resources ?? [];
  return resources.filter(({ selfLink }) => pathOf(selfLink).split("/").at(-2) === collection);
}

function named(collection: string, name: string): GcpResource {
  const found = projects.flatMap((project) => held(collection, project)).find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`The estate has no ${name}.`);
  return found;
}

/** The members of what the estate holds that a client did not read, or read otherwise. */
function lost(told: JsonValue | undefined, read: unknown, where = ""): readonly string[] {
  if (told === undefined) return [];
  if (Array.isArray(told)) {
    return told.flatMap((item: JsonValue, index) =>
      lost(item, Array.isArray(read) ? read[index] : null, `${where}[${index}]`),
    );
  }
  if (!isObject(told)) {
    // Numbers of 64 bits are texts to one side and not to the other.
    const text = typeof told === "string" ? told : JSON.stringify(told);
    return String(read) === text ? [] : [`${where}: ${text}`];
  }
  return Object.entries(told).flatMap(([member, value]) => {
    const got: unknown = typeof read === "object" && read !== null ? Reflect.get(read, member) : undefined;
    return lost(value, got, `${where}.${member}`);
  });
}

function byLink(resource: object): string {
  return String(Reflect.get(resource, "selfLink"));
}

describe("Google's own clients", () => {
  it.each(listings)("read every page of %s, and every member", async (collection, reader) => {
    const list = reader();
    let count = 0;
    for (const project of projects) {
      const read = new Map((await all(list(project))).map((item) => [byLink(item), item]));
      const told = held(collection, project);
      expect([...read.keys()].toSorted()).toEqual(told.map(({ selfLink }) => selfLink).toSorted());
      for (const resource of told) expect(lost(resource, read.get(resource.selfLink))).toEqual([]);
      count += told.length;
    }
    expect(count).toBeGreaterThan(0);
  });

  it("read hierarchical policies, in the list and one by one", async () => {
    const client = clients.firewallPolicies;
    const nodes = [
      ...(estate.organizations ?? []).map((node) => ({ name: `organizations/${node.id}`, node })),
      ...(estate.folders ?? []).map((node) => ({ name: `folders/${node.id}`, node })),
    ];
    const read = new Map<string, object>();
    for (const { name } of nodes) {
      for await (const policy of client.listAsync({ parentId: name }, paged)) read.set(byLink(policy), policy);
    }
    const told = nodes
      .flatMap(({ node }) => node.resources ?? [])
      .filter(({ kind }) => kind === "compute#firewallPolicy");
    expect(told.length).toBe(2);
    expect(read.size).toBe(2);
    for (const policy of told) {
      expect(lost(policy, read.get(policy.selfLink))).toEqual([]);
      const [one] = await client.get({ firewallPolicy: policy.name });
      expect(lost(policy, one)).toEqual([]);
    }
  });

  it("read network policies one by one", async () => {
    const project = "harbour-network-host";
    const [global] = await clients.networkFirewallPolicies.get({
      project,
      firewallPolicy: "harbour-edge-policy",
    });
    expect(lost(named("firewallPolicies", "harbour-edge-policy"), global)).toEqual([]);
    const regional = clients.regionNetworkFirewallPolicies;
    const [west] = await regional.get({ project, region, firewallPolicy: "harbour-edge-west" });
    expect(lost(named("firewallPolicies", "harbour-edge-west"), west)).toEqual([]);
  });

  it("read what is in force in a network and in a region of it", async () => {
    const project = "harbour-network-host";
    const [everywhere] = await clients.networks.getEffectiveFirewalls({ project, network: "harbour-edge" });
    expect(everywhere.firewallPolicys?.map(({ type }) => type)).toEqual(["HIERARCHY", "HIERARCHY", "NETWORK"]);
    const [inRegion] = await clients.regionNetworkFirewallPolicies.getEffectiveFirewalls({
      project,
      region,
      network: named("networks", "harbour-edge").selfLink,
    });
    expect(inRegion.firewallPolicys?.map(({ type, name }) => [type, name]).slice(2)).toEqual([
      ["NETWORK", "harbour-edge-policy"],
      ["NETWORK_REGIONAL", "harbour-edge-west"],
    ]);
    const rules = named("firewallPolicies", "harbour-edge-policy")["rules"];
    expect(lost(rules, inRegion.firewallPolicys?.[2]?.rules)).toEqual([]);
    expect(inRegion.firewalls?.map(({ name }) => name)).toEqual([
      "harbour-edge-deny-ssh",
      "harbour-edge-allow-branches",
    ]);
  });

  it("read who is in a group", async () => {
    const project = "harbour-listen-prod";
    const zone = "europe-west1-b";
    const groups = clients.instanceGroups;
    const web = await all(groups.listInstancesAsync({ project, zone, instanceGroup: "listen-web" }, paged));
    expect(web).toMatchObject(
      ["listen-web-1", "listen-web-2"].map((name) => ({ instance: named("instances", name).selfLink })),
    );
    const endpoints = clients.networkEndpointGroups;
    const admin = await all(
      endpoints.listNetworkEndpointsAsync({ project, zone, networkEndpointGroup: "listen-admin" }, paged),
    );
    expect(admin).toMatchObject([
      { networkEndpoint: { instance: "listen-admin-1", ipAddress: "10.40.0.31", port: 9443 } },
    ]);
    const spread = clients.regionInstanceGroups;
    const members = await all(
      spread.listInstancesAsync({ project: besidesProject, region, instanceGroup: "spread" }, paged),
    );
    expect(members.length).toBe(3);
  });

  it("read projects, and where their networks come from", async () => {
    const client = clients.projects;
    const [host] = await client.get({ project: "harbour-network-host" });
    expect(host).toMatchObject({ name: "harbour-network-host", xpnProjectStatus: "HOST" });
    const [lender] = await client.getXpnHost({ project: "harbour-listen-prod" });
    expect(lender.name).toBe("harbour-network-host");
    const [nobody] = await client.getXpnHost({ project: "harbour-demo-7f3a1" });
    expect(nobody.name ?? "").toBe("");
  });

  it("say what was refused in Google's words", async () => {
    const client = clients.networks;
    const refused = client.get({ project: "harbour-network-host", network: "no-such" });
    await expect(refused).rejects.toMatchObject({ code: 5 });
    const stranger = clients.firewalls.list({ project: "somebody-elses" });
    await expect(stranger).rejects.toThrow(
      "Required 'compute.firewalls.list' permission for 'projects/somebody-elses'",
    );
  });

  it("ask every operation of Compute Engine that the lab has, and sign in as the machine's service account", () => {
    const answered = lab.requests.filter(({ status }) => status === 200);
    const asked = new Set(answered.map(({ operation }) => operation));
    const compute = labOperations.filter(({ api }) => api === "compute").map(({ id }) => id);
    expect(compute.filter((id) => !asked.has(id))).toEqual([]);
    const principals = new Set(
      answered.filter(({ operation }) => operation.startsWith("compute.")).map(({ principal }) => principal),
    );
    expect([...principals]).toEqual([estate.identity.serviceAccount]);
  });
});

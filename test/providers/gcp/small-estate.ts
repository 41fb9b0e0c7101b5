import { computeResource, computeRoot } from "../../../lab/gcp/build.ts";
import type { GcpAccess, GcpGroup, GcpPool } from "../../../lab/gcp/estate-identity.ts";
import type { GcpDetail, GcpEstate, GcpResource, JsonObject } from "../../../lab/gcp/estate.ts";

export const main = "main-project";
export const host = "host-project";
export const old = "old-project";
export const scripts = "sys-12345678901234567890123456";
export const organization = "organizations/100000000001";
export const folder = "folders/200000000001";
export const inner = "folders/200000000002";
export const secret = "ssh-rsa VERY-SECRET-9";
export const scanner = "scanner@main-project.iam.gserviceaccount.com";
export const reader = "reader@main-project.iam.gserviceaccount.com";

const region = "europe-west1";
const zone = `${region}-b`;

/** Three of a collection, in turn in each of the scopes that it has. */
function three(collection: string, scopes: readonly string[], members: JsonObject = {}): readonly GcpResource[] {
  return ["a", "b", "c"].map((name, index) =>
    computeResource(
      { project: main, scope: scopes[index % scopes.length] ?? "global" },
      collection,
      `compute#${collection}`,
      `${collection.toLowerCase()}-${name}`,
      { ...members, note: { nothing: null, odd: ["ü", 0.5, true] } },
    ),
  );
}

/** A VPC network of the host project, which instances of the other are in. */
export const sharedNetwork = computeResource(
  { project: host, scope: "global" },
  "networks",
  "compute#network",
  "shared",
  {},
);
const networks = three("networks", ["global"]);
const ownNetwork = networks[0]?.selfLink ?? "";
const subnetworks = three("subnetworks", [`regions/${region}`, "regions/us-central1"], { network: ownNetwork });

const instances = three("instances", [`zones/${zone}`, "zones/us-central1-a"], {
  networkInterfaces: [
    { name: "nic0", network: ownNetwork },
    {
      name: "nic1",
      network: sharedNetwork.selfLink,
      subnetwork: `${computeRoot}projects/${host}/regions/europe-west4/subnetworks/s`,
    },
  ],
  metadata: { kind: "compute#metadata", fingerprint: "f=", items: [{ key: "ssh-keys", value: secret }] },
});
const zonalGroups = three("instanceGroups", [`zones/${zone}`]);
const regionalGroup = computeResource(
  { project: main, scope: `regions/${region}` },
  "instanceGroups",
  "compute#instanceGroup",
  "regional",
  {},
);
const endpointGroups = [
  ...three("networkEndpointGroups", [`zones/${zone}`, "zones/us-central1-a"], {
    networkEndpointType: "GCE_VM_IP_PORT",
  }),
  computeResource(
    { project: main, scope: "global" },
    "networkEndpointGroups",
    "compute#networkEndpointGroup",
    "elsewhere",
    { networkEndpointType: "INTERNET_IP_PORT" },
  ),
];
const backendServices = three("backendServices", ["global", `regions/${region}`], {
  backends: [...zonalGroups, regionalGroup].map(({ selfLink }) => ({ group: selfLink })),
});

const rules = [
  {
    priority: 1,
    direction: "INGRESS",
    action: "allow",
    targetSecureTags: [{ name: "tagValues/1", state: "EFFECTIVE" }],
  },
];
function attached(policy: GcpResource, target: string): GcpResource {
  return { ...policy, rules, associations: [{ name: target, attachmentTarget: target }] };
}
const policies = three("firewallPolicies", ["global", `regions/${region}`, "global"]).map((policy) =>
  attached(policy, ownNetwork),
);

function hierarchicalPolicy(id: string, parent: string): GcpResource {
  return attached(
    {
      kind: "compute#firewallPolicy",
      id,
      name: id,
      parent,
      selfLink: `${computeRoot}locations/global/firewallPolicies/${id}`,
    },
    parent,
  );
}

function addressGroup(home: string, location: string, name: string): GcpResource {
  const path = `${home}/locations/${location}/addressGroups/${name}`;
  return { name: path, selfLink: `https://networksecurity.googleapis.com/v1/${path}`, items: ["203.0.113.0/24"] };
}

const addressGroups = ["global", region, "us-central1"].map((location) =>
  addressGroup(`projects/${main}`, location, "list"),
);
const organizationGroups = ["one", "two", "three"].map((name) => addressGroup(organization, "global", name));
const folderPolicies = ["31", "32", "33"].map((id) => hierarchicalPolicy(id, folder));
const organizationPolicies = ["41"].map((id) => hierarchicalPolicy(id, organization));

const details: readonly GcpDetail[] = [
  ...[...zonalGroups, regionalGroup].map((of) => ({
    of,
    method: "listInstances" as const,
    items: instances.map(({ selfLink }) => ({ instance: selfLink, status: `RUNNING in ${of.name}` })),
  })),
  ...endpointGroups.map((of) => ({
    of,
    method: "listNetworkEndpoints" as const,
    items: instances.map(({ name }) => ({
      networkEndpoint: { instance: name, port: 80, annotations: { of: of.name } },
    })),
  })),
  ...instances.map((of) => ({
    of,
    method: "effectiveTags" as const,
    items: [1, 2, 3].map((tag) => ({ tagValue: `tagValues/${tag}`, tagKey: "tagKeys/1", of: of.name })),
  })),
];

/** A listing leaves the rules of policies out in this estate, so that each is asked for. */
const withoutRules = (policy: GcpResource): GcpResource => ({ ...policy, rules: undefined });

/** What listings tell of the main project, of its folder and of the organization, by the operation. */
export const held: Readonly<Record<string, readonly JsonObject[]>> = {
  "compute.networks.list": networks,
  "compute.subnetworks.aggregatedList": subnetworks,
  "compute.firewalls.list": three("firewalls", ["global"], { network: ownNetwork }),
  "compute.networkFirewallPolicies.aggregatedList": policies.map(withoutRules),
  "compute.networkFirewallPolicies.get": policies.filter(({ selfLink }) => selfLink.includes("/global/")),
  "compute.regionNetworkFirewallPolicies.get": policies.filter(({ selfLink }) => selfLink.includes("/regions/")),
  "compute.routes.list": three("routes", ["global"]),
  "compute.routers.aggregatedList": three("routers", [`regions/${region}`]),
  "compute.forwardingRules.aggregatedList": three("forwardingRules", ["global", `regions/${region}`]),
  "compute.targetInstances.aggregatedList": three("targetInstances", [`zones/${zone}`]),
  "compute.targetPools.aggregatedList": three("targetPools", [`regions/${region}`]),
  "compute.backendServices.aggregatedList": backendServices,
  "compute.securityPolicies.aggregatedList": three("securityPolicies", ["global", `regions/${region}`]),
  "compute.targetHttpProxies.aggregatedList": three("targetHttpProxies", ["global", `regions/${region}`]),
  "compute.targetHttpsProxies.aggregatedList": three("targetHttpsProxies", ["global", `regions/${region}`]),
  "compute.targetTcpProxies.aggregatedList": three("targetTcpProxies", ["global", `regions/${region}`]),
  "compute.targetSslProxies.list": three("targetSslProxies", ["global"]),
  "compute.urlMaps.aggregatedList": three("urlMaps", ["global", `regions/${region}`]),
  "compute.instanceGroups.aggregatedList": [...zonalGroups, regionalGroup],
  "compute.networkEndpointGroups.aggregatedList": endpointGroups,
  "networksecurity.projects.locations.addressGroups.list": addressGroups,
  "compute.firewallPolicies.list": [...folderPolicies, ...organizationPolicies].map(withoutRules),
  "compute.firewallPolicies.get": [...folderPolicies, ...organizationPolicies],
  "networksecurity.organizations.locations.addressGroups.list": organizationGroups,
};

/** Three of something with names of their own. */
function named(path: string, members: JsonObject = {}): readonly JsonObject[] {
  const of = (name: string): JsonObject => ({ name: `${path}/${name}`, ...members });
  return ["aa", "bb", "cc"].map(of);
}

/** What a deny policy is attached to, as its name has it. */
function attachment(resource: string): string {
  return `policies/${encodeURIComponent(`cloudresourcemanager.googleapis.com/${resource}`)}/denypolicies`;
}

/** What there is of everything that says who may do what, on a node by its resource name. */
function accessOf(node: string, more: GcpAccess = {}): GcpAccess {
  const rule = { denyRule: { deniedPrincipals: ["principalSet://goog/group/denied@example.com"] } };
  return {
    policy: {
      bindings: [
        { role: "roles/viewer", members: ["group:people@example.com", "user:ann@example.com"] },
        { role: "roles/editor", members: ["user:bob@example.com"], condition: { title: "c", expression: "false" } },
        { role: `${node}/roles/aa`, members: ["allUsers"] },
      ],
    },
    denyPolicies: named(attachment(node), { rules: [rule], kind: "DenyPolicy" }),
    policyBindings: named(`${node}/locations/global/policyBindings`),
    ...more,
  };
}

function providersOf(pool: string): readonly JsonObject[] {
  return named(`${pool}/providers`, {
    attributeCondition: "true",
    oidc: { issuerUri: "https://issuer.example", clientSecret: { value: { thumbprint: secret } } },
  });
}

function pool(name: string): GcpPool {
  return { pool: { name, state: "ACTIVE" }, providers: providersOf(name) };
}

const accountNames = ["one", "two", "three"].map((name) => `${name}@${main}.iam.gserviceaccount.com`);
const template = { serviceAccount: accountNames[0], containers: [{ env: [{ name: "KEY", value: secret }] }] };

const mainAccess = accessOf(`projects/${main}`, {
  roles: named(`projects/${main}/roles`, { includedPermissions: ["compute.firewalls.update"] }),
  workloadIdentityPools: ["one", "two", "three"].map((name) =>
    pool(`projects/111111111111/locations/global/workloadIdentityPools/${name}`),
  ),
  serviceAccounts: accountNames.map((email) => ({
    account: { name: `projects/${main}/serviceAccounts/${email}`, email, uniqueId: "1" },
    policy: { bindings: [{ role: "roles/owner", members: [`serviceAccount:${email}`, "group:inner@example.com"] }] },
    keys: [
      ...named(`projects/${main}/serviceAccounts/${email}/keys`, { keyType: "USER_MANAGED" }),
      { name: `projects/${main}/serviceAccounts/${email}/keys/dd`, keyType: "SYSTEM_MANAGED" },
    ],
  })),
  services: named(`projects/${main}/locations/${region}/services`, { template }),
  jobs: named(`projects/${main}/locations/${region}/jobs`, { template: { template } }),
  functions: named(`projects/${main}/locations/${region}/functions`, {
    serviceConfig: { serviceAccountEmail: accountNames[1], environmentVariables: { KEY: secret } },
    buildConfig: { environmentVariables: { KEY: secret } },
  }),
});

const organizationAccess = accessOf(organization, {
  roles: named(`${organization}/roles`, { includedPermissions: ["compute.firewalls.get"] }),
  boundaries: named(`${organization}/locations/global/principalAccessBoundaryPolicies`),
  workforcePools: ["one", "two", "three"].map((name) => pool(`locations/global/workforcePools/${name}`)),
});

function group(name: string, ...members: readonly (readonly [address: string, type: string])[]): GcpGroup {
  return {
    name: `groups/${name}`,
    address: `${name}@example.com`,
    memberships: members.map(([id, type], index) => ({
      name: `groups/${name}/memberships/${index}`,
      preferredMemberKey: { id },
      roles: [{ name: "MEMBER" }],
      type,
    })),
  };
}

/** Groups that hold each other, as some do. */
const groups: readonly GcpGroup[] = [
  group("people", ["ann@example.com", "USER"], ["inner@example.com", "GROUP"], ["cat@example.com", "USER"]),
  group("inner", ["people@example.com", "GROUP"], ["dan@example.com", "USER"]),
  group("denied", ["eve@example.com", "USER"]),
];

const predefined = ["roles/viewer", "roles/editor", "roles/owner"].map((name) => ({
  name,
  includedPermissions: ["compute.firewalls.get"],
}));

export const mainInstances = instances;
const listed = (id: string): readonly GcpResource[] =>
  (held[id] ?? []).filter((item): item is GcpResource => typeof item["selfLink"] === "string");

/** An estate in which every operation has more than one page, or more than one parent, to read. */
export const smallEstate: GcpEstate = {
  rulesInLists: false,
  identity: { serviceAccount: scanner, project: main, mayActAs: [reader] },
  organizations: [
    {
      id: "100000000001",
      displayName: "example.com",
      resources: [...organizationPolicies, ...organizationGroups],
      access: organizationAccess,
    },
  ],
  folders: [
    {
      id: "200000000001",
      displayName: "Outer",
      parent: organization,
      resources: folderPolicies,
      access: accessOf(folder),
    },
    { id: "200000000002", displayName: "Inner", parent: folder, access: accessOf(inner) },
    { id: "200000000003", displayName: "Empty", parent: folder },
  ],
  roles: predefined,
  groups,
  projects: [
    {
      id: main,
      number: "111111111111",
      displayName: "Main",
      parent: inner,
      host,
      resources: [
        ...instances,
        ...policies,
        ...Object.keys(held)
          .filter((id) => !/firewallPolicies|FirewallPolicies|organizations/.test(id))
          .flatMap(listed),
      ],
      details,
      access: mainAccess,
    },
    { id: host, number: "222222222222", parent: organization, resources: [sharedNetwork] },
    { id: old, number: "333333333333", displayName: "Old", parent: folder, state: "DELETE_REQUESTED" },
    { id: scripts, number: "444444444444", parent: organization },
  ],
};

import { firewall, instance, type InterfaceWords, type Place, tagged } from "../build.ts";
import {
  backendService,
  endpointGroup,
  forwardingRule,
  httpProxy,
  httpsProxy,
  instanceGroup,
  securityPolicy,
  targetInstance,
  targetPool,
  urlMap,
} from "../build-balancer.ts";
import { cluster } from "../build-cluster.ts";
import type { GcpResource } from "../estate.ts";
import { listenProject, otherZone, partnerTag, region, serviceAccount, zone } from "./company.ts";
import { dataSubnet, edgeSubnet, mainNetwork, nodeSubnet, streamSubnet, webSubnet } from "./networks.ts";

const everywhere: Place = { project: listenProject, scope: "global" };
const west: Place = { project: listenProject, scope: `regions/${region}` };

function machine(
  name: string,
  account: string,
  interfaces: readonly InterfaceWords[],
  more: { readonly tags?: readonly string[]; readonly zone?: string; readonly forwards?: boolean } = {},
): GcpResource {
  const { zone: where = zone, ...rest } = more;
  return instance(listenProject, where, name, {
    interfaces,
    serviceAccount: serviceAccount(account, listenProject),
    labels: { service: "listen" },
    ...rest,
  });
}

// The shop window: web servers behind Google's proxies, guarded by Cloud Armor.
const web1 = machine("listen-web-1", "listen-web", [{ subnet: webSubnet, address: "10.40.0.11" }], { tags: ["web"] });
const web2 = machine("listen-web-2", "listen-web", [{ subnet: webSubnet, address: "10.40.0.12" }], { tags: ["web"] });
const webGroup = instanceGroup("listen-web", [web1, web2], { http: 8080 });
const armor = securityPolicy(
  everywhere,
  "listen-armor",
  {
    1000: { action: "deny(403)", expression: "evaluatePreconfiguredWaf('sqli-v33-stable')" },
    2000: { action: "rate_based_ban" },
  },
  "allow",
);
const web = backendService(everywhere, "listen-web", { groups: [webGroup], securityPolicy: armor, logged: true });
const webMap = urlMap(everywhere, "listen", web);
const webProxy = httpsProxy(everywhere, "listen", webMap);
const plainProxy = httpProxy(everywhere, "listen-plain", webMap);

// The editors' desk took the same way, and forgot the guard.
const admin = machine("listen-admin-1", "listen-web", [{ subnet: webSubnet, address: "10.40.0.31" }], {
  tags: ["admin"],
});
const adminGroup = endpointGroup("listen-admin", [[admin, 9443]]);
const adminService = backendService(everywhere, "listen-admin", { groups: [adminGroup], protocol: "HTTPS" });
const adminMap = urlMap(everywhere, "listen-admin", adminService);
const adminProxy = httpsProxy(everywhere, "listen-admin", adminMap);

// Streams come straight through to the machines.
const stream1 = machine(
  "listen-stream-1",
  "listen-stream",
  [
    {
      subnet: streamSubnet,
      address: "10.42.8.11",
      ipv6: { address: "2600:1900:4010:7a2:0:1::", access: "EXTERNAL" },
    },
  ],
  { tags: ["stream"] },
);
const stream2 = machine("listen-stream-2", "listen-stream", [{ subnet: streamSubnet, address: "10.42.8.12" }], {
  tags: ["stream"],
  zone: otherZone,
});
const streamGroups = [instanceGroup("listen-stream-b", [stream1]), instanceGroup("listen-stream-c", [stream2])];
const streamService = backendService(west, "listen-stream", {
  groups: streamGroups,
  scheme: "EXTERNAL",
  protocol: "TCP",
});

const relay = machine("listen-relay-1", "listen-stream", [{ subnet: dataSubnet, address: "10.42.0.41" }], {
  tags: ["relay"],
});
const relayTarget = targetInstance("listen-relay", relay);

const reports = machine(
  "listen-reports-1",
  "listen-data",
  [{ subnet: dataSubnet, address: "10.42.0.21", publicIp: "34.76.118.40" }],
  { tags: ["reports"] },
);
const pricing = machine("pricing-desk-1", "pricing", [
  { subnet: webSubnet, address: "10.40.0.51", publicIp: "34.140.27.163" },
]);
const partnerApi = machine("partner-api-1", "partner-api", [
  { subnet: webSubnet, address: "10.40.0.61", publicIp: "35.205.90.214" },
]);

/** The address that the VPN appliance has in the main network. */
export const vpnAddress = "10.40.1.4";
const vpn = machine(
  "branch-vpn-1",
  "branch-vpn",
  [
    { subnet: edgeSubnet, address: "10.48.0.4", publicIp: "34.78.5.190" },
    { subnet: webSubnet, address: vpnAddress },
  ],
  { forwards: true },
);

const kubernetes = cluster("listen", {
  project: listenProject,
  zone,
  network: mainNetwork,
  subnet: nodeSubnet,
  addresses: ["10.41.0.2", "10.41.0.3", "10.41.0.4"],
  pods: "10.44.0.0/16",
  nodeRange: "10.41.0.0/20",
  controlPlane: "172.16.4.0/28",
  serviceAccount: serviceAccount("listen-nodes", listenProject),
});
// A Service of type LoadBalancer, for an afternoon: Kubernetes opens the port to everybody unless it is told whom to.
const cachePool = targetPool(west, "a6f1c0e2b9d34417a8e5f20c77b1d935", kubernetes.nodes);

/** The rules that GKE keeps in the host's network. */
export const clusterRules = [
  ...kubernetes.rules,
  firewall(mainNetwork, "k8s-fw-a6f1c0e2b9d34417a8e5f20c77b1d935", {
    allow: ["tcp:6379"],
    targetTags: [kubernetes.tag],
    description: '{"kubernetes.io/service-name":"default/cache", "kubernetes.io/service-ip":"34.79.61.8"}',
  }),
];

/** Everything in the audiobooks' project. */
export const listenParts = [
  web1,
  web2,
  admin,
  stream1,
  stream2,
  relay,
  reports,
  pricing,
  partnerApi,
  vpn,
  ...kubernetes.nodes,
  ...[webGroup, adminGroup, ...streamGroups].map(({ group }) => group),
  armor,
  web,
  webMap,
  webProxy,
  plainProxy,
  forwardingRule(everywhere, "listen-https", {
    address: "34.120.77.9",
    ports: "443-443",
    scheme: "EXTERNAL_MANAGED",
    target: webProxy,
  }),
  forwardingRule(everywhere, "listen-http", {
    address: "34.120.77.9",
    ports: "80-80",
    scheme: "EXTERNAL_MANAGED",
    target: plainProxy,
  }),
  adminService,
  adminMap,
  adminProxy,
  forwardingRule(everywhere, "listen-admin", {
    address: "34.107.201.52",
    ports: "443-443",
    scheme: "EXTERNAL_MANAGED",
    target: adminProxy,
  }),
  streamService,
  forwardingRule(west, "listen-stream", {
    address: "35.195.14.77",
    ports: ["443", "1935"],
    backendService: streamService,
  }),
  relayTarget,
  forwardingRule(west, "listen-relay", { address: "35.187.62.30", ports: "25-25", target: relayTarget }),
  cachePool,
  forwardingRule(west, cachePool.name, { address: "34.79.61.8", ports: "6379-6379", target: cachePool }),
];

/** Who is in the groups, and what is tagged. */
export const listenDetails = [
  ...[webGroup, adminGroup, ...streamGroups].map(({ members }) => members),
  tagged(partnerApi, { [partnerTag.name]: partnerTag.value }),
];

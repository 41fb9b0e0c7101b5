import { firewall, type FirewallWords, network, subnetwork } from "../build.ts";
import { addressGroup, globalPolicy, networkPolicy } from "../build-policy.ts";
import { natRouter, ownRoutes, peered, route } from "../build-route.ts";
import { googleProxyRanges, hostProject, iapRange, officeRanges, organization, partnerTag, region } from "./company.ts";

const [main, edge] = peered(
  network(hostProject, "harbour-vpc", { description: "All of production" }),
  network(hostProject, "harbour-edge", { policies: "BEFORE", description: "What comes in from the branches" }),
);

/** The network of production. The other is that of the VPN appliance, where policies come before rules. */
export const mainNetwork = main;

export const webSubnet = subnetwork(main, "web", { region, range: "10.40.0.0/20", flowLogs: true });
export const nodeSubnet = subnetwork(main, "nodes", {
  region,
  range: "10.41.0.0/20",
  secondary: { pods: "10.44.0.0/16", services: "10.45.0.0/20" },
  flowLogs: true,
  privateGoogleAccess: true,
});
/** The one whose flow logs somebody forgot. */
export const dataSubnet = subnetwork(main, "data", { region, range: "10.42.0.0/22" });
export const streamSubnet = subnetwork(main, "stream", {
  region,
  range: "10.42.8.0/22",
  ipv6: { range: "2600:1900:4010:7a2::/64", access: "EXTERNAL" },
  flowLogs: true,
});
export const edgeSubnet = subnetwork(edge, "vpn", { region, range: "10.48.0.0/24", flowLogs: true });

/** Those who print and ship for the company. */
export const partners = addressGroup(`organizations/${organization}`, "global", "partners", [
  "198.51.100.0/25",
  "203.0.113.77/32",
]);
const agencies = addressGroup(`projects/${hostProject}`, "global", "agencies", ["192.0.2.64/26"]);

const rules: Readonly<Record<string, FirewallWords>> = {
  "allow-iap": { allow: ["tcp:22,3389"], ranges: [iapRange], logged: true },
  "allow-health-checks": { allow: ["tcp:8080,9443"], ranges: googleProxyRanges, targetTags: ["web", "admin"] },
  "allow-internal": { priority: 65000, allow: ["tcp", "udp", "icmp"], ranges: ["10.40.0.0/14"] },
  "allow-offices": { allow: ["tcp:22,443,3389"], ranges: officeRanges, logged: true },
  // Meant to be the last word on remote desktops; the folder's policy has spoken before.
  "deny-rdp": { priority: 100, deny: ["tcp:3389"], logged: true },
  // The whole IPv4 internet, in two halves.
  "reports-export-low": { allow: ["tcp:3306,5432-5433"], ranges: ["0.0.0.0/1"], targetTags: ["reports"] },
  "reports-export-high": { allow: ["tcp:3306,5432-5433"], ranges: ["128.0.0.0/1"], targetTags: ["reports"] },
  "allow-stream": { allow: ["tcp:443,1935", "udp:8000-8010"], targetTags: ["stream"] },
  "allow-stream-v6": { allow: ["tcp:22,443"], ranges: ["::/0"], targetTags: ["stream"] },
  "allow-mail-relay": { allow: ["tcp:25"], targetTags: ["relay"], description: "protocol forwarding, see CHG-3127" },
  "allow-debug": { allow: ["all"], disabled: true, description: "only while debugging" },
  "web-to-data": {
    allow: ["tcp:5432"],
    sourceServiceAccounts: ["listen-web@harbour-listen-prod.iam.gserviceaccount.com"],
    targetServiceAccounts: ["listen-data@harbour-listen-prod.iam.gserviceaccount.com"],
  },
  "deny-smtp-out": { direction: "EGRESS", priority: 900, deny: ["tcp:25"], ranges: ["0.0.0.0/0"] },
};

const mainPolicy = globalPolicy(main, "harbour-vpc-policy", {
  1000: {
    action: "allow",
    name: "partner-api",
    from: { addressGroups: [partners] },
    traffic: ["tcp:8443"],
    targetSecureTags: [partnerTag.value],
    logged: true,
  },
  // Which addresses these are, Google alone knows.
  1100: {
    action: "allow",
    name: "readers-at-home",
    from: { countries: ["NL", "BE", "LU"] },
    traffic: ["tcp:8444"],
    targetSecureTags: [partnerTag.value],
  },
  1200: { action: "allow", name: "agencies", from: { addressGroups: [agencies] }, traffic: ["tcp:8445"] },
});

const edgePolicy = globalPolicy(edge, "harbour-edge-policy", {
  100: { action: "allow", name: "branches", from: { context: "INTERNET" }, traffic: ["udp:500,4500", "esp"] },
  // The rule below that would deny it is asked too late.
  200: { action: "allow", name: "vendor-ssh", from: { ranges: ["0.0.0.0/0"] }, traffic: ["tcp:22"] },
});
const edgeRegional = networkPolicy(
  hostProject,
  `regions/${region}`,
  "harbour-edge-west",
  { 100: { action: "allow", name: "vpn-console", from: { ranges: officeRanges }, traffic: ["tcp:8443"] } },
  [edge],
);

/** Everything in the host but the rules that GKE adds. */
export const hostParts = [
  main,
  edge,
  webSubnet,
  nodeSubnet,
  dataSubnet,
  streamSubnet,
  edgeSubnet,
  agencies,
  mainPolicy,
  edgePolicy,
  edgeRegional,
  ...Object.entries(rules).map(([name, words]) => firewall(main, `harbour-vpc-${name}`, words)),
  firewall(edge, "harbour-edge-deny-ssh", { priority: 10, deny: ["tcp:22"], logged: true }),
  firewall(edge, "harbour-edge-allow-branches", { allow: ["udp:500,4500", "esp"] }),
  ...ownRoutes(main, [webSubnet, nodeSubnet, dataSubnet, streamSubnet]),
  ...ownRoutes(edge, [edgeSubnet]),
  natRouter(main, region, "harbour-vpc-nat"),
];

/** The way to the branches, through the VPN appliance. */
export function branchRoute(address: string): ReturnType<typeof route> {
  return route(main, "to-branches", { to: "172.20.0.0/14", next: { ip: address }, priority: 800 });
}

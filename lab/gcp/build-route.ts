import { computeResource, computeRoot, numberOf, projectOf } from "./build.ts";
import { type GcpResource, type JsonObject, objectsOf, textOf } from "./estate.ts";

/** Where a route leads: `gateway` is the internet. */
export type NextHop =
  | "gateway"
  | { readonly instance: GcpResource }
  | { readonly ip: string }
  | { readonly forwardingRule: GcpResource }
  | { readonly network: GcpResource }
  | { readonly tunnel: string };

/** A route. What is absent is for every instance, at 1000. */
export interface RouteWords {
  readonly to: string;
  readonly next: NextHop;
  readonly priority?: number;
  readonly tags?: readonly string[];
  readonly description?: string;
}

/** A route of a network. */
export function route(vpc: GcpResource, name: string, words: RouteWords): GcpResource {
  const { to, next, priority = 1000, tags, description = "" } = words;
  return computeResource({ project: projectOf(vpc), scope: "global" }, "routes", "compute#route", name, {
    description,
    network: vpc.selfLink,
    ...(tags === undefined ? {} : { tags }),
    destRange: to,
    priority,
    ...nextHopMembers(next, projectOf(vpc)),
    routeType: next !== "gateway" && "network" in next ? "SUBNET" : "STATIC",
    routeStatus: "ACTIVE",
  });
}

function nextHopMembers(next: NextHop, project: string): JsonObject {
  if (next === "gateway") {
    return { nextHopGateway: `${computeRoot}projects/${project}/global/gateways/default-internet-gateway` };
  }
  if ("instance" in next) return { nextHopInstance: next.instance.selfLink };
  if ("ip" in next) return { nextHopIp: next.ip };
  if ("forwardingRule" in next) return { nextHopIlb: next.forwardingRule.selfLink };
  return "network" in next ? { nextHopNetwork: next.network.selfLink } : { nextHopVpnTunnel: next.tunnel };
}

/**
 * The routes that Google makes by itself: one for each range of a subnet, and, unless it was deleted, the one to the internet.
 * See https://docs.cloud.google.com/vpc/docs/routes.
 */
export function ownRoutes(vpc: GcpResource, subnets: readonly GcpResource[], internet = true): readonly GcpResource[] {
  const named = (to: string): string => `default-route-${numberOf(`${vpc.selfLink} ${to}`).slice(0, 16)}`;
  const ranges = subnets.flatMap((subnet) => [
    textOf(subnet, "ipCidrRange"),
    textOf(subnet, "ipv6CidrRange"),
    ...objectsOf(subnet, "secondaryIpRanges").map((range) => textOf(range, "ipCidrRange")),
  ]);
  const out = internet ? ["0.0.0.0/0", ...(ranges.some((range) => range.includes(":")) ? ["::/0"] : [])] : [];
  return [
    ...out.map((to) => route(vpc, named(to), { to, next: "gateway", description: "Default route to the Internet." })),
    ...ranges
      .filter((range) => range !== "")
      .map((to) => {
        const description = `Default local route to the subnetwork ${to}.`;
        return route(vpc, named(to), { to, next: { network: vpc }, priority: 0, description });
      }),
  ];
}

/** The two networks, peered with each other. Neither lends the other its own routes. */
export function peered(one: GcpResource, other: GcpResource): readonly [GcpResource, GcpResource] {
  return [withPeering(one, other), withPeering(other, one)];
}

function withPeering(vpc: GcpResource, remote: GcpResource): GcpResource {
  const peering = {
    name: `to-${remote.name}`,
    network: remote.selfLink,
    state: "ACTIVE",
    stateDetails: "[2024-03-11T02:55:10.000-08:00]: Connected.",
    autoCreateRoutes: true,
    exchangeSubnetRoutes: true,
    exportCustomRoutes: false,
    importCustomRoutes: false,
    exportSubnetRoutesWithPublicIp: true,
    importSubnetRoutesWithPublicIp: false,
    stackType: "IPV4_ONLY",
  };
  return { ...vpc, peerings: [...objectsOf(vpc, "peerings"), peering] };
}

/** A Cloud Router that translates addresses for the way out of every subnet in its region (Cloud NAT). */
export function natRouter(vpc: GcpResource, region: string, name: string): GcpResource {
  const place = { project: projectOf(vpc), scope: `regions/${region}` };
  return computeResource(place, "routers", "compute#router", name, {
    network: vpc.selfLink,
    bgp: { asn: 64_514, advertiseMode: "DEFAULT", keepaliveInterval: 20 },
    nats: [
      {
        name: `${name}-nat`,
        type: "PUBLIC",
        natIpAllocateOption: "AUTO_ONLY",
        sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
        enableEndpointIndependentMapping: false,
        logConfig: { enable: true, filter: "ERRORS_ONLY" },
      },
    ],
    encryptedInterconnectRouter: false,
  });
}

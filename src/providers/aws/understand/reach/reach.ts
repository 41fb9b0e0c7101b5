import { canonicalId, type Target } from "../../../../model/resource.ts";
import type { Between, Endpoint } from "../../../../network/endpoint.ts";
import { unknownBetween, type Firewall } from "../../../../network/estate.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import type { PrefixLists } from "../prefix-lists.ts";
import { applianceSubnets } from "./appliance-subnets.ts";
import { readAppliances } from "./appliances.ts";
import { balancedWays } from "./balanced.ts";
import { betweenOf } from "./between.ts";
import { readConnections } from "./connections.ts";
import { once } from "../../../shared/collections.ts";
import { unread, unreadAmong } from "./evidence.ts";
import { firewallLayers } from "./firewalls.ts";
import { readGateways } from "./gateways.ts";
import { byAddress, readInterfaces, type Nic } from "./interfaces.ts";
import { internetApproach } from "./internet.ts";
import { readBalancers, type Balancer } from "./load-balancers.ts";
import { readPlaces } from "./places.ts";
import { publicAccessLayers } from "./public-access.ts";
import { createRewriting } from "./rewrite.ts";
import { readRouting } from "./routes.ts";
import { ownWays } from "./ways.ts";
import { aliasesOf, workloadOf } from "./workloads.ts";

/** Everything that packets can reach on AWS, and what they pass on the way from one to another. */
export interface Reach {
  readonly endpoints: readonly Endpoint[];
  /** For two of these endpoints; of one that is not among them nothing is known. */
  readonly between: (from: Endpoint, to: Endpoint) => Between;
}

/** What was understood before: layers are made of these firewalls' very rules. */
export interface Understood {
  readonly groups: readonly Firewall[];
  readonly acls: readonly Firewall[];
  readonly lists: PrefixLists;
}

const describeBalancers = "elasticloadbalancingv2:DescribeLoadBalancers";

/** What tells of ways in through load balancers: without it an endpoint may have more of them. Where there are none, nothing else is missing. */
function unreadBalancing(index: RecordIndex, target: Target): readonly string[] {
  const listing = ["elasticloadbalancing:DescribeLoadBalancers", describeBalancers];
  const details = ["DescribeListeners", "DescribeTargetGroups", "DescribeTargetHealth"];
  const counts = index.at(target, describeBalancers).length > 0 || unread(index, target, describeBalancers) !== null;
  const asked = counts ? details.map((name) => `elasticloadbalancingv2:${name}`) : [];
  return unreadAmong(index, target, [...listing, ...asked]);
}

/** Reads what can reach what from records. A record that is not what AWS documents gives an `unknown`, never an error. */
export function understandReach(index: RecordIndex, understood: Understood): Reach {
  const places = readPlaces(index);
  const routing = readRouting(index, understood.lists, places);
  const gateways = readGateways(index, routing);
  const appliances = readAppliances(index);
  const publicAccess = publicAccessLayers(index);
  const firewalls = firewallLayers(index, places, understood);
  const subnets = applianceSubnets(places, firewalls, publicAccess);
  const internet = internetApproach({
    places,
    routing,
    gateways,
    appliances,
    applianceSubnets: subnets,
    publicAccess,
    firewalls,
  });

  const nics = readInterfaces(index, places);
  const balancers = readBalancers(index);
  const nodes = balancerNodes(nics, balancers);
  const own = ownWays(internet, firewalls, places, nodes.balancerOf);
  const primary = new Map<string, Nic>();
  for (const nic of nics) if (nic.instance !== null && nic.isPrimary) primary.set(nic.instance.id, nic);
  const balanced = balancedWays(balancers, {
    internet,
    firewalls,
    places,
    rewriting: createRewriting(),
    own,
    nodesOf: nodes.nodesOf,
    primaryOf: (instance) => primary.get(instance) ?? null,
    lookup: byAddress(nics),
  });

  const isAccelerator = ({ type }: Nic): boolean => type === "global_accelerator_managed";
  const accelerated = new Set(nics.filter(isAccelerator).map(({ subnet }) => subnet));
  const missingAt = once<readonly string[]>();
  const nicOf = new Map<string, Nic>();
  const endpoints = nics.map((nic): Endpoint => {
    const { account, region } = nic.resource;
    const balancer = nodes.balancerOf(nic);
    const workload = workloadOf(nic, balancer?.resource ?? null);
    const endpoint: Endpoint = {
      resource: nic.resource,
      workload,
      aliases: aliasesOf(nic, workload, balancer?.aliases ?? []),
      network: nic.vpc,
      subnet: nic.subnet,
      privateAddresses: nic.privateAddresses,
      publicAddresses: nic.publicAddresses,
      firewalls: nic.groups ?? [],
      ways: [
        ...own.ways(nic),
        ...(accelerated.has(nic.subnet) && !isAccelerator(nic) ? own.accelerated(nic) : []),
        ...(balanced.get(nic.id) ?? []),
      ],
      missing: missingAt(`${account} ${region}`, () => unreadBalancing(index, nic.resource)),
    };
    nicOf.set(canonicalId(endpoint.resource), nic);
    return endpoint;
  });
  if (endpoints.length === 0) return { endpoints, between: unknownBetween };
  return {
    endpoints,
    between: betweenOf({
      index,
      routing,
      appliances,
      applianceSubnets: subnets,
      connections: readConnections(index),
      firewalls,
      own,
      nicOf: (endpoint) => nicOf.get(canonicalId(endpoint.resource)) ?? null,
    }),
  };
}

/** Which interfaces are nodes of which load balancer: those that Elastic Load Balancing made and named after it. */
function balancerNodes(
  nics: readonly Nic[],
  balancers: readonly Balancer[],
): { readonly nodesOf: (balancer: Balancer) => readonly Nic[]; readonly balancerOf: (nic: Nic) => Balancer | null } {
  const key = (vpc: string, name: string): string => `${vpc} ELB ${name}`;
  const byName = new Map(balancers.map((balancer) => [key(balancer.vpc, balancer.nodeName), balancer]));
  const nodes = new Map<Balancer, Nic[]>();
  const balancerOf = new Map<Nic, Balancer>();
  for (const nic of nics) {
    const balancer = nic.serviceDescription === null ? undefined : byName.get(`${nic.vpc} ${nic.serviceDescription}`);
    if (balancer === undefined) continue;
    balancerOf.set(nic, balancer);
    const known = nodes.get(balancer);
    if (known === undefined) nodes.set(balancer, [nic]);
    else known.push(nic);
  }
  return {
    nodesOf: (balancer) => nodes.get(balancer) ?? [],
    balancerOf: (nic) => balancerOf.get(nic) ?? null,
  };
}

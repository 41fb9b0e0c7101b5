import {
  isEmptyAddresses,
  overlapsAddresses,
  parseCidr,
  unionAddresses,
  type AddressSet,
} from "../../../../network/addresses.ts";
import type { Between, Endpoint, Inspection, Layer, Way } from "../../../../network/endpoint.ts";
import type { ResourceRef } from "../../../../model/resource.ts";
import { globallyRoutable } from "../../../../network/width.ts";
import { azureResource, parentOf, unseenResource, type ArmIndex } from "../arm.ts";
import { readAdminRules } from "../admin-rules.ts";
import { readAzureFirewalls, type AzureFirewall } from "../azure-firewalls.ts";
import type { SecurityGroup } from "../security-groups.ts";
import { forwardingOf, type IpConfiguration, type Nic, type Topology } from "../topology.ts";
import { gatewayPaths, readApplicationGateways, type ApplicationGateway } from "./application-gateways.ts";
import { betweenSites, type Place } from "./between.ts";
import { dnatPaths, type DnatPath } from "./firewall-layers.ts";
import { layerMaker, type LayerMaker, type Site } from "./layers.ts";
import { balancedPaths, configurationsAt } from "./load-balancers.ts";
import { readPublicAddress, withoutGroup } from "./publics.ts";
import { fromInternet, seenFrom } from "./rewrite.ts";
import { unreadWays } from "./unread.ts";

/** Everything that packets can reach on Azure, and what they pass on the way from one to another. */
export interface Reach {
  readonly endpoints: readonly Endpoint[];
  readonly between: (from: Endpoint, to: Endpoint) => Between;
}

/** Reads what can reach what. A record that is not what Azure documents gives an `unknown`, never an error. */
export function understandReach(
  index: ArmIndex,
  topology: Topology,
  groups: readonly SecurityGroup[],
  admin = readAdminRules(index),
  firewalls = readAzureFirewalls(index, topology),
): Reach {
  const layers = layerMaker(index, topology, groups, admin);
  const gateways = readApplicationGateways(index, layers);
  const paths = {
    balanced: balancedPaths(index, topology),
    gateway: gatewayPaths(gateways, topology),
    dnat: dnatByConfiguration(firewalls, topology),
  };
  const unread = unreadWays(index, topology, admin, firewalls);
  const places = new Map<string, Place>();
  const add = (endpoint: Endpoint, site: Site): Endpoint => {
    const network = site.subnet === null ? null : parentOf(site.subnet);
    places.set(endpoint.resource.id.toLowerCase(), { site, network, addresses: endpoint.privateAddresses });
    return endpoint;
  };
  const endpoints = [
    ...topology.nics.map((nic) =>
      add(nicEndpoint(nic, index, topology, layers, paths, unread(nic)), siteOf(nic, nic.configurations[0])),
    ),
    ...gateways.map((gateway) => add(gatewayEndpoint(gateway, index), gateway.site)),
  ];
  return {
    endpoints,
    between: (from, to) => {
      const [a, b] = [places.get(from.resource.id.toLowerCase()), places.get(to.resource.id.toLowerCase())];
      if (a === undefined || b === undefined) {
        return {
          leaving: [],
          entering: [],
          repliesLeaving: [],
          repliesEntering: [],
          inspections: [],
          missing: ["the endpoints of the question"],
        };
      }
      return betweenSites(a, b, { index, topology, layers, firewalls });
    },
  };
}

function siteOf(nic: Nic, configuration: IpConfiguration | undefined): Site {
  return {
    addresses: configuration?.addresses ?? { v4: [], v6: [] },
    subnet: configuration?.subnet ?? null,
    securityGroup: nic.securityGroup,
    isPrivateEndpoint: nic.privateEndpoint !== null,
  };
}

interface Paths {
  readonly balanced: ReturnType<typeof balancedPaths>;
  readonly gateway: ReturnType<typeof gatewayPaths>;
  readonly dnat: ReadonlyMap<string, readonly DnatPath[]>;
}

function nicEndpoint(
  nic: Nic,
  index: ArmIndex,
  topology: Topology,
  layers: LayerMaker,
  paths: Paths,
  unread: readonly string[],
): Endpoint {
  const { resource, configurations } = nic;
  const subnet = configurations[0]?.subnet ?? null;
  const network = subnet === null ? null : parentOf(subnet);
  const addresses = unionAddresses(configurations.map((each) => each.addresses));
  const publics = configurations.flatMap(({ publicAddress }) => readPublicAddress(index, publicAddress) ?? []);
  const workload = workloadOf(nic, index);
  const name = resource.name ?? resource.id;
  return {
    resource: azureResource(resource, "azure:network:network-interface"),
    workload,
    aliases: [
      ...new Set([resource.id, name, ...(workload === null ? [] : [workload.id, workload.name ?? workload.id])]),
    ],
    network: network === null ? null : index.spelling(network),
    subnet: subnet === null ? null : index.spelling(subnet),
    privateAddresses: addresses,
    publicAddresses: unionAddresses(publics.map((each) => each.addresses)),
    firewalls: nic.securityGroup === null ? [] : [index.spelling(nic.securityGroup)],
    ways:
      nic.privateEndpoint === null
        ? configurations.flatMap((each) => waysOf(nic, each, index, topology, layers, paths))
        : [],
    // A private endpoint has no way in from the internet, whatever was not read.
    missing: [
      ...(configurations.some((each) => isEmptyAddresses(each.addresses))
        ? [`a private address of ${resource.id}`]
        : []),
      ...(nic.privateEndpoint === null ? unread : []),
    ],
  };
}

/** What runs behind an interface: its machine, the scale set instance whose part it is, the private endpoint that owns it. */
function workloadOf({ resource, machine, privateEndpoint }: Nic, index: ArmIndex): ResourceRef | null {
  const instance =
    /^(.*\/virtualMachineScaleSets\/[^/]+\/virtualMachines\/[^/]+)\/networkInterfaces\//i.exec(resource.id)?.[1] ??
    null;
  const id = machine ?? instance ?? privateEndpoint;
  if (id === null) return null;
  const found = index.find(id);
  const type =
    id === privateEndpoint
      ? "azure:network:private-endpoint"
      : instance === id
        ? "azure:compute:scale-set-instance"
        : "azure:compute:virtual-machine";
  return found === null ? unseenResource(id, type, resource.target) : azureResource(found, type);
}

function waysOf(
  nic: Nic,
  configuration: IpConfiguration,
  index: ArmIndex,
  topology: Topology,
  layers: LayerMaker,
  paths: Paths,
): readonly Way[] {
  const site = siteOf(nic, configuration);
  const { layers: guards, isUnfiltered } = layers.firewallsOf(site, "ingress");
  const outer = guards.map(fromInternet);
  const hasAdmin = guards.some(({ kind }) => kind === "admin-firewall");
  const replies = [layers.returnRoute(configuration.subnet)];
  const inspections = returnInspections(configuration.subnet, topology);
  const own = readPublicAddress(index, configuration.publicAddress);
  const address: readonly Way[] =
    own === null
      ? []
      : [
          {
            name: `public address ${own.name}`,
            kind: "address",
            packets: [
              own.layer,
              ...(isUnfiltered ? withoutGroup(own.sku, `public address ${own.name}`, hasAdmin) : []),
              ...outer,
            ],
            replies,
            inspections: [
              ...inspections,
              ...(configuration.gatewayBalancer === null ? [] : [configuration.gatewayBalancer]).map((id) =>
                chainedInspection(id, index, nic),
              ),
            ],
            clientPort: null,
          },
        ];
  const balanced = (paths.balanced.get(configuration.key) ?? []).map((path): Way => ({
    name: path.name,
    kind: "load-balancer",
    packets: [
      path.front.layer,
      path.layer,
      ...(isUnfiltered ? withoutGroup(path.sku, path.name, hasAdmin) : []),
      ...outer,
    ],
    replies,
    inspections: [...inspections, ...path.gatewayBalancers.map((id) => chainedInspection(id, index, nic))],
    clientPort: path.clientPort,
  }));
  const proxied = (paths.gateway.get(configuration.key) ?? []).map((path): Way => ({
    name: path.name,
    kind: "load-balancer",
    packets: [...path.packets, ...path.through(guards)],
    replies: [],
    inspections: [],
    clientPort: path.clientPort,
  }));
  const translated = (paths.dnat.get(configuration.key) ?? []).flatMap((path) => dnatWays(path, guards, index));
  return [...address, ...balanced, ...proxied, ...translated];
}

/** The firewall sends packets on under an address of its own subnet, and so gets the replies. */
function dnatWays(
  { name, firewall, rule, packets }: DnatPath,
  guards: readonly Layer[],
  index: ArmIndex,
): readonly Way[] {
  const resource = azureResource(firewall.resource, "azure:network:azure-firewall");
  const fronts = firewall.publicAddresses.flatMap((id) => readPublicAddress(index, id) ?? []);
  const listening = fronts.filter(
    ({ addresses }) => isEmptyAddresses(addresses) || overlapsAddresses(addresses, rule.destinations.may),
  );
  return listening.map((front) => ({
    name: `${name} on ${front.name}`,
    kind: "load-balancer",
    packets: [front.layer, ...packets, ...guards.map((layer) => seenFrom(layer, firewall.senders, front.clients))],
    replies: [],
    inspections: [{ resource, seesReplies: true }],
    clientPort: rule.clientPort,
  }));
}

function dnatByConfiguration(
  firewalls: readonly AzureFirewall[],
  topology: Topology,
): ReadonlyMap<string, readonly DnatPath[]> {
  const found = new Map<string, DnatPath[]>();
  for (const firewall of firewalls) {
    const near = firewall.network === null ? [null] : [firewall.network, ...topology.peersOf(firewall.network)];
    for (const path of dnatPaths(firewall)) {
      for (const network of near) {
        for (const { configuration } of configurationsAt(topology, path.target, network)) {
          found.set(configuration.key, [...(found.get(configuration.key) ?? []), path]);
        }
      }
    }
  }
  return found;
}

/** Appliances that replies to the internet are sent to while the packets came another way. */
function returnInspections(subnet: string | null, topology: Topology): readonly Inspection[] {
  return forwardingOf(subnet, topology)
    .appliances.filter(({ to }) => overlapsAddresses(to, globallyRoutable))
    .map(({ route }) => {
      const hop = parseCidr(route.nextHopAddress ?? "");
      const found = hop === null ? undefined : configurationsAt(topology, hop, null)[0];
      const resource =
        found === undefined
          ? unseenResource(`${route.table.id}/routes/${route.name}`, "azure:network:route", route.table.target)
          : azureResource(found.nic.resource, "azure:network:network-interface");
      return { resource, seesReplies: true };
    });
}

function chainedInspection(frontEnd: string, index: ArmIndex, nic: Nic): Inspection {
  const id = frontEnd.replace(/\/frontendIPConfigurations\/.*$/i, "");
  const found = index.find(id);
  const type = "azure:network:load-balancer";
  return {
    resource: found === null ? unseenResource(id, type, nic.resource.target) : azureResource(found, type),
    seesReplies: true,
  };
}

function gatewayEndpoint(gateway: ApplicationGateway, index: ArmIndex): Endpoint {
  const { resource, listeners, guards, site } = gateway;
  const self = azureResource(resource, "azure:network:application-gateway");
  const publics: readonly AddressSet[] = listeners.map(({ front }) => front.addresses);
  const network = site.subnet === null ? null : parentOf(site.subnet);
  return {
    resource: self,
    workload: null,
    aliases: [resource.id, ...(resource.name === null ? [] : [resource.name])],
    network: network === null ? null : index.spelling(network),
    subnet: site.subnet === null ? null : index.spelling(site.subnet),
    privateAddresses: isEmptyAddresses(gateway.privateAddresses) ? site.addresses : gateway.privateAddresses,
    publicAddresses: unionAddresses(publics),
    firewalls: [],
    ways: listeners.map(({ name, front, layer, port }) => ({
      name,
      kind: "address",
      packets: [front.layer, layer, ...guards],
      replies: [],
      inspections: [],
      clientPort: `tcp ${port}`,
    })),
    missing: [],
  };
}

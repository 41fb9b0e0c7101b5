import { memo } from "../../shared/collections.ts";
import {
  allAddresses,
  noAddresses,
  parseCidr,
  subtractAddresses,
  unionAddresses,
  type AddressSet,
} from "../../../network/addresses.ts";
import { knownExtent, noExtent, unionExtents, unknownExtent } from "../../../network/extent.ts";
import type { Extent } from "../../../network/filter.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { flag, object, objects, text, texts } from "../../read.ts";
import { hostAddress, tagMeaning } from "../service-tags.ts";
import {
  parentOf,
  propertiesOf,
  referenceIn,
  referencesIn,
  subscriptionOf,
  type ArmIndex,
  type ArmResource,
} from "./arm.ts";
import type { TagScope } from "./rules.ts";

/** An address of a network interface, with what Azure hangs on it. */
export interface IpConfiguration {
  readonly id: string;
  readonly key: string;
  readonly addresses: AddressSet;
  /** The subnet's key. */
  readonly subnet: string | null;
  readonly publicAddress: string | null;
  readonly groups: readonly string[];
  /** Backend pools (of load balancers and application gateways) and inbound NAT rules that name it: keys. */
  readonly pools: readonly string[];
  readonly natRules: readonly string[];
  /** A gateway load balancer's front end that its packets are led through. */
  readonly gatewayBalancer: string | null;
}

/** A network interface. */
export interface Nic {
  readonly resource: ArmResource;
  readonly configurations: readonly IpConfiguration[];
  readonly securityGroup: string | null;
  /** The private endpoint that owns it; null for interfaces of machines. */
  readonly privateEndpoint: string | null;
  readonly machine: string | null;
}

/** A route of a user's own. */
export interface Route {
  readonly name: string;
  readonly prefix: AddressSet;
  /** `internet`, `virtualappliance`, `vnetlocal`, `virtualnetworkgateway`, `none`; other text where the record says something else. */
  readonly nextHop: string;
  readonly nextHopAddress: string | null;
  readonly table: ArmResource;
}

/** What of a network the rules of a subnet see, and where its packets go. */
export interface Topology {
  readonly nics: readonly Nic[];
  /** Keys of the address configurations that name a backend pool or an inbound NAT rule (by key) themselves. */
  readonly joinedTo: (poolOrRule: string) => readonly string[];
  /** The meaning of tags and groups for endpoints in a subnet (by key); null stands for a network that nothing is known of. */
  readonly scopeIn: (subnet: string | null) => TagScope;
  /** The same without what user routes and gateways add: what a rule says on paper. By virtual network keys. */
  readonly plainScope: (networks: readonly string[]) => TagScope;
  readonly addressSpace: (network: string) => Extent;
  /** Virtual networks (keys) that a network is peered with, both ways or at least from its side. */
  readonly peersOf: (network: string) => readonly string[];
  readonly hasGateway: (network: string) => boolean;
  /** The user routes of a subnet; null where its route table is not in the snapshot. */
  readonly routesOf: (subnet: string) => readonly Route[] | null;
}

const nicTypes = [
  "microsoft.network/networkinterfaces",
  "microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces",
];

export function readTopology(index: ArmIndex): Topology {
  const nics = nicTypes.flatMap(index.all).map(readNic);
  const joined = new Map<string, string[]>();
  for (const { key, pools, natRules } of nics.flatMap(({ configurations }) => configurations)) {
    for (const each of [...pools, ...natRules]) {
      const known = joined.get(each);
      if (known === undefined) joined.set(each, [key]);
      else known.push(key);
    }
  }
  const groups = new Map<string, AddressSet[]>();
  for (const { configurations } of nics) {
    for (const { addresses, groups: asgs } of configurations) {
      for (const id of asgs) {
        const known = groups.get(id.toLowerCase());
        if (known === undefined) groups.set(id.toLowerCase(), [addresses]);
        else known.push(addresses);
      }
    }
  }
  const unreadNics = unreadOperation(index, "Microsoft.Network/networkInterfaces/read");
  const group = memo((id): Extent => {
    if (/\/networkgroups\//i.test(id)) return unknownExtent(allAddresses, `the members of network group ${id}`);
    const members = unionAddresses(groups.get(id.toLowerCase()) ?? []);
    const subscription = subscriptionOf(id);
    const missing = unreadNics(subscription);
    return missing === null
      ? knownExtent(members)
      : { must: members, may: allAddresses, missing: [`the members of application security group ${id} (${missing})`] };
  });
  const spaceOf = memo((network): Extent => {
    const resource = index.find(network);
    if (resource === null) {
      return unknownExtent(allAddresses, `the address space of ${network} (Microsoft.Network/virtualNetworks/read)`);
    }
    return prefixesExtent(texts(object(resource.properties, "addressSpace") ?? {}, "addressPrefixes"), resource.id);
  });
  const peerings = memo(
    (network): readonly { readonly id: string; readonly isReachable: boolean; readonly data: VendorObject }[] => {
      const resource = index.find(network);
      if (resource === null) return [];
      return objects(resource.properties, "virtualNetworkPeerings").flatMap((each) => {
        const data = propertiesOf(each);
        const id = referenceIn(data, "remoteVirtualNetwork");
        if (id === null || text(data, "peeringState")?.toLowerCase() !== "connected") return [];
        return [{ id: id.toLowerCase(), isReachable: flag(data, "allowVirtualNetworkAccess") !== false, data }];
      });
    },
  );
  const peerSpace = ({ id, data }: { readonly id: string; readonly data: VendorObject }): Extent => {
    // What was peered; the other member is what the remote network has come to since, and counts once the peering is synchronised.
    const said = object(data, "remoteAddressSpace") ?? object(data, "remoteVirtualNetworkAddressSpace");
    const prefixes = said === null ? [] : texts(said, "addressPrefixes");
    return prefixes.length > 0 ? prefixesExtent(prefixes, id) : spaceOf(id);
  };
  const gateway = memo((network): boolean => {
    const resource = index.find(network);
    const own = index.find(`${network}/subnets/gatewaysubnet`) !== null;
    const remote =
      resource === null ? false : peerings(network).some(({ data }) => flag(data, "useRemoteGateways") === true);
    return own || remote;
  });
  const space = memo((network): Extent =>
    unionExtents([
      spaceOf(network),
      ...peerings(network)
        .filter(({ isReachable }) => isReachable)
        .map(peerSpace),
    ]),
  );
  const routesOf = memo((subnet): readonly Route[] | null => {
    const resource = index.find(subnet);
    const id = resource === null ? null : referenceIn(resource.properties, "routeTable");
    if (id === null) return resource === null ? null : [];
    const table = index.find(id);
    return table === null ? null : readRoutes(table);
  });
  const virtualNetwork = memo((subnet): Extent => {
    const network = parentOf(subnet);
    if (network === null) return unknownSpace(subnet);
    const routes = routesOf(subnet);
    return unionExtents([
      space(network),
      knownExtent(hostAddress),
      ...(routes === null
        ? [unknownExtent(allAddresses, `the user routes of ${subnet} (Microsoft.Network/routeTables/read)`)]
        : routes.map(routeExtent)),
      ...(gateway(network) ? [unknownExtent(onPremises, `the prefixes that the gateway of ${network} learns`)] : []),
    ]);
  });
  const scopes = memo((subnet): TagScope => {
    const network = parentOf(subnet);
    return {
      space: network === null ? unknownSpace(subnet) : space(network),
      virtualNetwork: virtualNetwork(subnet),
      group,
    };
  });
  const nowhere: TagScope = {
    space: unknownSpace("an interface"),
    virtualNetwork: unknownSpace("an interface"),
    group,
  };
  return {
    nics,
    joinedTo: (key) => joined.get(key) ?? [],
    scopeIn: (subnet) => (subnet === null ? nowhere : scopes(subnet)),
    plainScope: (networks) => {
      // A firewall that guards nothing has no network, so the tag holds nothing yet.
      const all = networks.length === 0 ? noExtent : unionExtents(networks.map(space));
      return { space: all, virtualNetwork: unionExtents([all, knownExtent(hostAddress)]), group };
    },
    addressSpace: spaceOf,
    peersOf: (network) => peerings(network).map(({ id }) => id),
    hasGateway: gateway,
    routesOf,
  };
}

/** What on-premises networks announce through a gateway: private ranges; a default route is the user routes' and BGP's affair. */
const onPremises: AddressSet = unionAddresses(
  ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"].flatMap(
    (cidr) => parseCidr(cidr) ?? [],
  ),
);

function unknownSpace(what: string): Extent {
  return unknownExtent(allAddresses, `the virtual network of ${what} (Microsoft.Network/virtualNetworks/read)`);
}

/**
 * What a user route adds to `VirtualNetwork`: its prefix; a default route only perhaps, for the tag "might also contain default routes".
 * https://learn.microsoft.com/azure/virtual-network/service-tags-overview
 */
function routeExtent({ prefix, name, table }: Route): Extent {
  const isDefault = [...prefix.v4, ...prefix.v6].some(({ first }) => first === 0n);
  if (!isDefault) return knownExtent(prefix);
  return unknownExtent(prefix, `whether VirtualNetwork holds the default route ${name} of ${table.id}`);
}

function prefixesExtent(prefixes: readonly string[], owner: string): Extent {
  const sets = prefixes.map(parseCidr);
  const known = unionAddresses(sets.flatMap((set) => set ?? []));
  if (sets.every((set) => set !== null)) return knownExtent(known);
  return { must: known, may: allAddresses, missing: [`an address prefix of ${owner} cannot be read`] };
}

function readNic(resource: ArmResource): Nic {
  const { properties } = resource;
  const configurations = objects(properties, "ipConfigurations").map((each, position): IpConfiguration => {
    const inner = propertiesOf(each);
    const id = text(each, "id") ?? `${resource.id}/ipConfigurations/${text(each, "name") ?? position}`;
    const address = text(inner, "privateIPAddress");
    return {
      id,
      key: id.toLowerCase(),
      addresses: (address === null ? null : parseCidr(address)) ?? noAddresses,
      subnet: referenceIn(inner, "subnet")?.toLowerCase() ?? null,
      publicAddress: referenceIn(inner, "publicIPAddress")?.toLowerCase() ?? null,
      groups: referencesIn(inner, "applicationSecurityGroups"),
      pools: [
        ...referencesIn(inner, "loadBalancerBackendAddressPools"),
        ...referencesIn(inner, "applicationGatewayBackendAddressPools"),
      ].map((pool) => pool.toLowerCase()),
      natRules: referencesIn(inner, "loadBalancerInboundNatRules").map((rule) => rule.toLowerCase()),
      gatewayBalancer: referenceIn(inner, "gatewayLoadBalancer"),
    };
  });
  return {
    resource,
    configurations,
    securityGroup: referenceIn(properties, "networkSecurityGroup"),
    privateEndpoint: referenceIn(properties, "privateEndpoint"),
    machine: referenceIn(properties, "virtualMachine"),
  };
}

function readRoutes(table: ArmResource): readonly Route[] {
  return objects(table.properties, "routes").flatMap((each): readonly Route[] => {
    const inner = propertiesOf(each);
    const prefix = text(inner, "addressPrefix");
    const set =
      prefix === null ? null : (parseCidr(prefix) ?? (tagMeaning(prefix) === "not-a-tag" ? null : noAddresses));
    return [
      {
        name: text(each, "name") ?? prefix ?? "route",
        prefix: set ?? allAddresses,
        nextHop: set === null ? "unreadable" : (text(inner, "nextHopType")?.toLowerCase() ?? "unreadable"),
        nextHopAddress: text(inner, "nextHopIpAddress"),
        table,
      },
    ];
  });
}

/** A function that tells whether a subscription's answers to an operation are missing, as words; null when they are there. */
export function unreadOperation(index: ArmIndex, operation: string): (subscription: string | null) => string | null {
  return (subscription) => {
    const targets = index.targets.filter(({ account }) => account.toLowerCase() === subscription);
    if (targets.some((target) => index.wasRead(target, operation))) return null;
    return targets.length === 0 ? `subscription ${subscription ?? "unknown"} was not scanned` : operation;
  };
}

/** How packets leave a subnet: the part of all addresses that each next hop gets, by longest prefix, user routes before Azure's own. */
export interface Forwarding {
  readonly internet: AddressSet;
  readonly local: AddressSet;
  readonly dropped: AddressSet;
  readonly appliances: readonly { readonly route: Route; readonly to: AddressSet }[];
  /** Routes whose end is not modelled: gateways, routes that could not be read. */
  readonly unknown: readonly { readonly why: string; readonly to: AddressSet }[];
}

/**
 * Longest prefix first; where two are as long a user's route comes before Azure's own. Azure's own routes: the network and its peers inside,
 * everything else to the internet. https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview
 */
export function forwardingOf(subnet: string | null, topology: Topology): Forwarding {
  const network = subnet === null ? null : parentOf(subnet);
  const routes = subnet === null ? null : topology.routesOf(subnet);
  if (network === null || routes === null) {
    const why = `the routes of ${subnet ?? "an unknown subnet"} (Microsoft.Network/routeTables/read)`;
    return {
      internet: noAddresses,
      local: noAddresses,
      dropped: noAddresses,
      appliances: [],
      unknown: [{ why, to: allAddresses }],
    };
  }
  const inside = [network, ...topology.peersOf(network)].flatMap((each) => piecesOf(topology.addressSpace(each).must));
  const own = [
    ...inside.map((prefix) => ({ prefix, hop: "vnetlocal" })),
    ...piecesOf(allAddresses).map((prefix) => ({ prefix, hop: "internet" })),
  ];
  const entries = [
    ...routes.map((route) => ({ prefix: route.prefix, hop: route.nextHop, route })),
    ...own.map(({ prefix, hop }) => ({ prefix, hop, route: null })),
  ].toSorted(
    (a, b) => Number(sizeOf(a.prefix) - sizeOf(b.prefix) > 0n) - Number(sizeOf(a.prefix) - sizeOf(b.prefix) < 0n),
  );
  let taken = noAddresses;
  const hops = entries.map(({ prefix, hop, route }) => {
    const to = subtractAddresses(prefix, taken);
    taken = unionAddresses([taken, prefix]);
    return { to, hop, route };
  });
  const going = (hop: string): AddressSet =>
    unionAddresses(hops.filter((each) => each.hop === hop).map(({ to }) => to));
  const known = new Set(["internet", "vnetlocal", "none", "virtualappliance"]);
  return {
    internet: going("internet"),
    local: going("vnetlocal"),
    dropped: going("none"),
    appliances: hops.flatMap(({ to, hop, route }) =>
      hop === "virtualappliance" && route !== null ? [{ route, to }] : [],
    ),
    unknown: hops.flatMap(({ to, hop, route }) =>
      known.has(hop) ? [] : [{ why: `where route ${route?.name ?? hop} (${hop}) leads`, to }],
    ),
  };
}

function piecesOf(set: AddressSet): readonly AddressSet[] {
  return [...set.v4.map((run) => ({ v4: [run], v6: [] })), ...set.v6.map((run) => ({ v4: [], v6: [run] }))];
}

/** Addresses of a family, longest prefixes smallest; IPv4 and IPv6 never meet, so one measure serves both. */
function sizeOf({ v4, v6 }: AddressSet): bigint {
  const run = v4[0] ?? v6[0];
  return run === undefined ? 0n : run.last - run.first;
}

import { createHash } from "node:crypto";

import type { ArmObject, ArmResource, ArmValue } from "./estate.ts";

/** Where a resource lies. */
export interface Place {
  readonly subscription: string;
  readonly group: string;
  readonly location: string;
}

/** A reference to a resource, as one resource names another. */
export type Reference = { readonly id: string };

/** A UUID that depends on a name alone. */
export function uuidOf(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex");
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `4${digest.slice(13, 16)}`,
    `8${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join("-");
}

/** A top-level resource: `resource(place, "Microsoft.Network/routeTables", "rt", {...})`. */
export function resource(
  place: Place,
  type: string,
  name: string,
  properties: ArmObject,
  more: ArmObject = {},
): ArmResource {
  return {
    id: `/subscriptions/${place.subscription}/resourceGroups/${place.group}/providers/${type}/${name}`,
    name,
    type,
    location: place.location,
    ...more,
    properties: { provisioningState: "Succeeded", ...properties },
  };
}

/** What lies below a resource: `child(watcher, "flowLogs", "log", {...})`. */
export function child(
  parent: ArmResource,
  segment: string,
  name: string,
  properties: ArmObject,
  more: ArmObject = {},
): ArmResource {
  return {
    id: `${parent.id}/${segment}/${name}`,
    name,
    type: `${parent.type}/${segment}`,
    ...more,
    properties: { provisioningState: "Succeeded", ...properties },
  };
}

/** A reference to a resource, or to something below it by path: `ref(vnet, "subnets/web")`. */
export function ref({ id }: Reference, below = ""): Reference {
  return { id: below === "" ? id : `${id}/${below}` };
}

/** A subnet of a virtual network. */
export interface SubnetWords {
  readonly prefixes: string | readonly string[];
  readonly securityGroup?: Reference;
  readonly routeTable?: Reference;
  readonly natGateway?: Reference;
  /** `Disabled` when absent. */
  readonly privateEndpointPolicies?: string;
}

/** A virtual network with its subnets by name. */
export function virtualNetwork(
  place: Place,
  name: string,
  prefixes: readonly string[],
  subnets: Readonly<Record<string, SubnetWords>>,
): ArmResource {
  const network = resource(place, "Microsoft.Network/virtualNetworks", name, {});
  return {
    ...network,
    properties: {
      ...network.properties,
      resourceGuid: uuidOf(network.id),
      addressSpace: { addressPrefixes: prefixes },
      subnets: Object.entries(subnets).map(([subnet, words]) =>
        child(network, "subnets", subnet, subnetProperties(words)),
      ),
      virtualNetworkPeerings: [],
      enableDdosProtection: false,
    },
  };
}

function subnetProperties({
  prefixes,
  securityGroup: group,
  routeTable,
  natGateway,
  privateEndpointPolicies,
}: SubnetWords): ArmObject {
  return {
    ...(typeof prefixes === "string" ? { addressPrefix: prefixes } : { addressPrefixes: prefixes }),
    ...(group === undefined ? {} : { networkSecurityGroup: ref(group) }),
    ...(routeTable === undefined ? {} : { routeTable: ref(routeTable) }),
    ...(natGateway === undefined ? {} : { natGateway: ref(natGateway) }),
    delegations: [],
    privateEndpointNetworkPolicies: privateEndpointPolicies ?? "Disabled",
    privateLinkServiceNetworkPolicies: "Enabled",
  };
}

/** The two networks, peered with each other; either may forward for the other. */
export function peered(one: ArmResource, other: ArmResource): readonly [ArmResource, ArmResource] {
  return [withPeering(one, other), withPeering(other, one)];
}

function withPeering(network: ArmResource, remote: ArmResource): ArmResource {
  const { virtualNetworkPeerings: peerings } = network.properties;
  const { addressSpace } = remote.properties;
  const peering = child(network, "virtualNetworkPeerings", `to-${remote.name}`, {
    peeringState: "Connected",
    peeringSyncLevel: "FullyInSync",
    remoteVirtualNetwork: ref(remote),
    allowVirtualNetworkAccess: true,
    allowForwardedTraffic: true,
    allowGatewayTransit: false,
    useRemoteGateways: false,
    remoteAddressSpace: addressSpace,
    remoteVirtualNetworkAddressSpace: addressSpace,
  });
  const before: readonly ArmValue[] = Array.isArray(peerings) ? peerings : [];
  return { ...network, properties: { ...network.properties, virtualNetworkPeerings: [...before, peering] } };
}

/** A public IP address. The SKU decides what it lets in where there is no network security group. */
export function publicIp(
  place: Place,
  name: string,
  ipAddress: string,
  sku: "Basic" | "Standard" = "Standard",
): ArmResource {
  return resource(
    place,
    "Microsoft.Network/publicIPAddresses",
    name,
    {
      resourceGuid: uuidOf(`${place.subscription}/${name}`),
      ipAddress,
      publicIPAddressVersion: ipAddress.includes(":") ? "IPv6" : "IPv4",
      publicIPAllocationMethod: sku === "Basic" ? "Dynamic" : "Static",
      idleTimeoutInMinutes: 4,
      ipTags: [],
    },
    { sku: { name: sku, tier: "Regional" } },
  );
}

/** A network interface. */
export interface InterfaceWords {
  readonly subnet: Reference;
  readonly address: string;
  /** An IPv6 address besides. */
  readonly address6?: string;
  readonly publicIp?: Reference;
  readonly publicIp6?: Reference;
  readonly securityGroup?: Reference;
  readonly applicationGroups?: readonly Reference[];
  readonly backendPools?: readonly Reference[];
  readonly natRules?: readonly Reference[];
  readonly virtualMachine?: Reference;
  readonly forwards?: boolean;
}

/** A network interface with one configuration for each address family that it has. */
export function networkInterface(place: Place, name: string, words: InterfaceWords): ArmResource {
  const { subnet, address, address6, securityGroup: group, virtualMachine, forwards = false } = words;
  const bare = resource(place, "Microsoft.Network/networkInterfaces", name, {});
  const configuration = (
    label: string,
    version: string,
    privateIPAddress: string,
    outer: Reference | undefined,
    primary: boolean,
  ) =>
    child(bare, "ipConfigurations", label, {
      privateIPAddress,
      privateIPAllocationMethod: "Dynamic",
      privateIPAddressVersion: version,
      primary,
      subnet: ref(subnet),
      ...(outer === undefined ? {} : { publicIPAddress: ref(outer) }),
      ...references("applicationSecurityGroups", words.applicationGroups),
      ...references("loadBalancerBackendAddressPools", primary ? words.backendPools : undefined),
      ...references("loadBalancerInboundNatRules", primary ? words.natRules : undefined),
    });
  return {
    ...bare,
    properties: {
      ...bare.properties,
      resourceGuid: uuidOf(bare.id),
      ipConfigurations: [
        configuration("ipconfig1", "IPv4", address, words.publicIp, true),
        ...(address6 === undefined ? [] : [configuration("ipconfig6", "IPv6", address6, words.publicIp6, false)]),
      ],
      dnsSettings: { dnsServers: [], appliedDnsServers: [] },
      enableAcceleratedNetworking: true,
      enableIPForwarding: forwards,
      ...(group === undefined ? {} : { networkSecurityGroup: ref(group) }),
      ...(virtualMachine === undefined ? {} : { primary: true, virtualMachine: ref(virtualMachine) }),
      nicType: "Standard",
    },
  };
}

function references(member: string, list: readonly Reference[] | undefined): ArmObject {
  return list === undefined ? {} : { [member]: list.map((entry) => ref(entry)) };
}

/** A virtual machine with one interface. */
export function virtualMachine(
  place: Place,
  name: string,
  words: Omit<InterfaceWords, "virtualMachine">,
  more: ArmObject = {},
): readonly [ArmResource, ArmResource] {
  const nic = networkInterface(place, `${name}-nic`, {
    ...words,
    virtualMachine: { id: resource(place, machineType, name, {}).id },
  });
  const machine = resource(
    place,
    machineType,
    name,
    {
      vmId: uuidOf(`${place.subscription}/${name}`),
      hardwareProfile: { vmSize: "Standard_D2s_v5" },
      networkProfile: { networkInterfaces: [{ ...ref(nic), properties: { primary: true } }] },
    },
    more,
  );
  return [machine, nic];
}

const machineType = "Microsoft.Compute/virtualMachines";

import { child, type Place, ref, type Reference, resource } from "./build.ts";
import type { ArmObject, ArmResource } from "./estate.ts";

/** A route: a prefix, and the address of an appliance, or a kind of next hop. */
export function routeTable(
  place: Place,
  name: string,
  routes: Readonly<Record<string, readonly [string, string]>>,
): ArmResource {
  const table = resource(place, "Microsoft.Network/routeTables", name, {});
  const entries = Object.entries(routes).map(([route, [addressPrefix, hop]]) =>
    child(table, "routes", route, {
      addressPrefix,
      ...(/^\d/.test(hop)
        ? { nextHopType: "VirtualAppliance", nextHopIpAddress: hop }
        : { nextHopType: hop, nextHopIpAddress: "" }),
      hasBgpOverride: false,
    }),
  );
  return { ...table, properties: { ...table.properties, disableBgpRoutePropagation: false, routes: entries } };
}

/** A public load balancer with one frontend and one pool. */
export interface LoadBalancerWords {
  readonly publicIp: Reference;
  /** Frontend port to backend port, for every member of the pool. */
  readonly rules?: Readonly<Record<string, readonly [number, number]>>;
  /** Frontend port to backend port, for the one interface configuration that names the rule. */
  readonly natRules?: Readonly<Record<string, readonly [number, number]>>;
  /** The interface configurations that the pool holds, and those behind NAT rules, by rule. */
  readonly members?: readonly Reference[];
  readonly natTargets?: Readonly<Record<string, Reference>>;
}

/** A Standard load balancer. Its pool is `backend`; its NAT rules lie under `inboundNatRules/<name>`. */
export function loadBalancer(place: Place, name: string, words: LoadBalancerWords): ArmResource {
  const balancer = resource(
    place,
    "Microsoft.Network/loadBalancers",
    name,
    {},
    { sku: { name: "Standard", tier: "Regional" } },
  );
  const frontend = child(balancer, "frontendIPConfigurations", "public", {
    privateIPAllocationMethod: "Dynamic",
    publicIPAddress: ref(words.publicIp),
  });
  const pool = child(balancer, "backendAddressPools", "backend", {
    backendIPConfigurations: (words.members ?? []).map((member) => ref(member)),
    loadBalancerBackendAddresses: [],
  });
  const shared = (frontendPort: number, backendPort: number): ArmObject => ({
    frontendIPConfiguration: ref(frontend),
    frontendPort,
    backendPort,
    protocol: "Tcp",
    enableFloatingIP: false,
    idleTimeoutInMinutes: 4,
  });
  return {
    ...balancer,
    properties: {
      ...balancer.properties,
      frontendIPConfigurations: [frontend],
      backendAddressPools: [pool],
      loadBalancingRules: Object.entries(words.rules ?? {}).map(([rule, [front, back]]) =>
        child(balancer, "loadBalancingRules", rule, {
          ...shared(front, back),
          backendAddressPool: ref(pool),
          backendAddressPools: [ref(pool)],
        }),
      ),
      probes: [],
      inboundNatRules: Object.entries(words.natRules ?? {}).map(([rule, [front, back]]) => {
        const target = words.natTargets?.[rule];
        return child(balancer, "inboundNatRules", rule, {
          ...shared(front, back),
          ...(target === undefined ? {} : { backendIPConfiguration: ref(target) }),
        });
      }),
      outboundRules: [],
      inboundNatPools: [],
    },
  };
}

/** A rule of a firewall policy, but for its name. */
export type FirewallRule = ArmObject;

/** A DNAT rule: who may come, to which public address and port, and where it leads. */
export function dnatRule(
  name: string,
  from: readonly string[],
  to: readonly [string, string],
  translated: readonly [string, string],
): FirewallRule {
  return {
    ruleType: "NatRule",
    name,
    sourceAddresses: from,
    sourceIpGroups: [],
    destinationAddresses: [to[0]],
    destinationPorts: [to[1]],
    ipProtocols: ["TCP"],
    translatedAddress: translated[0],
    translatedPort: translated[1],
  };
}

/** A network rule over IP groups and addresses. */
export function networkRule(
  name: string,
  from: { readonly addresses?: readonly string[]; readonly ipGroups?: readonly Reference[] },
  to: readonly string[],
  ports: readonly string[],
): FirewallRule {
  return {
    ruleType: "NetworkRule",
    name,
    ipProtocols: ["TCP"],
    sourceAddresses: from.addresses ?? [],
    sourceIpGroups: (from.ipGroups ?? []).map(({ id }) => id),
    destinationAddresses: to,
    destinationIpGroups: [],
    destinationFqdns: [],
    destinationPorts: ports,
  };
}

/** A group of rule collections of a firewall policy, by collection. */
export function ruleCollectionGroup(
  policy: ArmResource,
  name: string,
  priority: number,
  collections: Readonly<
    Record<
      string,
      { readonly priority: number; readonly action: "Allow" | "Deny" | "DNAT"; readonly rules: readonly FirewallRule[] }
    >
  >,
): ArmResource {
  return child(policy, "ruleCollectionGroups", name, {
    priority,
    ruleCollections: Object.entries(collections).map(([collection, { priority: order, action, rules }]) => ({
      ruleCollectionType: action === "DNAT" ? "FirewallPolicyNatRuleCollection" : "FirewallPolicyFilterRuleCollection",
      name: collection,
      priority: order,
      action: { type: action },
      rules,
    })),
  });
}

/** A firewall policy; `base` is the policy whose groups go before its own. */
export function firewallPolicy(place: Place, name: string, base: Reference | null = null): ArmResource {
  return resource(place, "Microsoft.Network/firewallPolicies", name, {
    sku: { tier: "Standard" },
    threatIntelMode: "Alert",
    ...(base === null ? {} : { basePolicy: ref(base) }),
  });
}

/** An Azure Firewall in the AzureFirewallSubnet of a network. */
export function azureFirewall(
  place: Place,
  name: string,
  {
    network,
    publicIp,
    address,
    policy,
  }: {
    readonly network: Reference;
    readonly publicIp: Reference;
    readonly address: string;
    readonly policy: Reference;
  },
): ArmResource {
  const firewall = resource(place, "Microsoft.Network/azureFirewalls", name, {});
  return {
    ...firewall,
    properties: {
      ...firewall.properties,
      sku: { name: "AZFW_VNet", tier: "Standard" },
      threatIntelMode: "Alert",
      additionalProperties: {},
      ipConfigurations: [
        child(firewall, "azureFirewallIpConfigurations", "outside", {
          privateIPAddress: address,
          privateIPAllocationMethod: "Dynamic",
          subnet: ref(network, "subnets/AzureFirewallSubnet"),
          publicIPAddress: ref(publicIp),
        }),
      ],
      networkRuleCollections: [],
      applicationRuleCollections: [],
      natRuleCollections: [],
      firewallPolicy: ref(policy),
    },
  };
}

/** A flow log of a virtual network, subnet, interface or network security group. */
export function flowLog(watcher: ArmResource, name: string, target: Reference, enabled = true): ArmResource {
  return child(
    watcher,
    "flowLogs",
    name,
    {
      targetResourceId: target.id,
      storageId: target.id.replace(/\/providers\/.*/, "/providers/Microsoft.Storage/storageAccounts/flowlogs"),
      enabled,
      retentionPolicy: { days: 30, enabled: true },
      format: { type: "JSON", version: 2 },
    },
    { location: watcher["location"] },
  );
}

import { parseCidr, overlapsAddresses } from "../../../../network/addresses.ts";
import type { Layer } from "../../../../network/endpoint.ts";
import { knownExtent } from "../../../../network/extent.ts";
import { allL4, l4Ports, tcp, udp, unionL4, type L4Set } from "../../../../network/l4.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import { flag, malformed, objects, text, wholeNumber } from "../../../read.ts";
import {
  azureResource,
  parentOf,
  propertiesOf,
  referenceIn,
  referencesIn,
  type ArmIndex,
  type ArmResource,
} from "../arm.ts";
import type { IpConfiguration, Nic, Topology } from "../topology.ts";
import { passLayer } from "./layers.ts";
import { frontEndAddress, skuOf, type PublicAddress } from "./publics.ts";

/** A rule of a load balancer that carries packets from a public front end to an address behind it. */
export interface BalancedPath {
  readonly name: string;
  readonly front: PublicAddress;
  /** The SKU of the load balancer: a Standard one is closed without a group, whatever the address. */
  readonly sku: PublicAddress["sku"];
  readonly clientPort: string | null;
  readonly layer: Layer;
  /** The load balancer's own or a chained gateway's inspection: ARM ids. */
  readonly gatewayBalancers: readonly string[];
}

/** Every path through load balancers, by the key of the address configuration that it ends at. */
export function balancedPaths(index: ArmIndex, topology: Topology): ReadonlyMap<string, readonly BalancedPath[]> {
  const paths = new Map<string, BalancedPath[]>();
  for (const balancer of index.all("microsoft.network/loadbalancers")) {
    for (const { path, configurations } of pathsOf(balancer, index, topology)) {
      for (const key of configurations) paths.set(key, [...(paths.get(key) ?? []), path]);
    }
  }
  return paths;
}

interface FrontEnd {
  readonly address: PublicAddress;
  readonly gatewayBalancer: string | null;
}

function pathsOf(
  balancer: ArmResource,
  index: ArmIndex,
  topology: Topology,
): readonly { readonly path: BalancedPath; readonly configurations: ReadonlySet<string> }[] {
  const { properties, data } = balancer;
  const sku = skuOf(data);
  const fronts = new Map<string, FrontEnd>();
  for (const each of objects(properties, "frontendIPConfigurations")) {
    const inner = propertiesOf(each);
    const address = frontEndAddress(index, inner);
    const id = text(each, "id");
    if (address !== null && id !== null) {
      fronts.set(id.toLowerCase(), { address, gatewayBalancer: referenceIn(inner, "gatewayLoadBalancer") });
    }
  }
  const pools = new Map(
    objects(properties, "backendAddressPools").flatMap((pool) => {
      const id = text(pool, "id");
      return id === null ? [] : [[id.toLowerCase(), membersOf(pool, topology)] as const];
    }),
  );
  const member = (pool: string): ReadonlySet<string> => {
    return new Set([...(pools.get(pool) ?? []), ...topology.joinedTo(pool)]);
  };
  const poolsOf = (rule: VendorObject): readonly string[] => {
    const single = referenceIn(rule, "backendAddressPool");
    return [...new Set([...(single === null ? [] : [single]), ...referencesIn(rule, "backendAddressPools")])].map(
      (id) => id.toLowerCase(),
    );
  };
  const build = (
    kind: string,
    rule: VendorObject,
    configurations: (inner: VendorObject) => ReadonlySet<string>,
  ): readonly { readonly path: BalancedPath; readonly configurations: ReadonlySet<string> }[] => {
    const inner = propertiesOf(rule);
    const front = fronts.get(referenceIn(inner, "frontendIPConfiguration")?.toLowerCase() ?? "");
    if (front === undefined) return [];
    const { backend, clientPort } = portsOf(inner);
    const name = `${kind} ${text(rule, "name") ?? ""} of load balancer ${balancer.name ?? balancer.id} (${clientPort ?? "every port"})`;
    const layer = passLayer("load-balancer", name, knownExtent(front.address.clients), {
      l4: backend,
      resources: [azureResource(balancer, "azure:network:load-balancer")],
      opensBy: `a rule of load balancer ${balancer.name ?? balancer.id} for it`,
    });
    const gatewayBalancers = front.gatewayBalancer === null ? [] : [front.gatewayBalancer];
    return [
      {
        path: { name, front: front.address, sku, clientPort, layer, gatewayBalancers },
        configurations: configurations(inner),
      },
    ];
  };
  return [
    ...objects(properties, "loadBalancingRules").flatMap((rule) =>
      build("rule", rule, (inner) => new Set(poolsOf(inner).flatMap((pool) => Array.from(member(pool))))),
    ),
    ...objects(properties, "inboundNatRules").flatMap((rule) =>
      build("inbound NAT rule", rule, (inner) => {
        const id = text(rule, "id")?.toLowerCase();
        const own = referenceIn(inner, "backendIPConfiguration")?.toLowerCase();
        const joined = id === undefined ? [] : topology.joinedTo(id);
        const viaPool = poolsOf(inner).flatMap((pool) => Array.from(member(pool)));
        return new Set([...(own === undefined ? [] : [own]), ...joined, ...viaPool]);
      }),
    ),
  ];
}

/** The configurations that a pool names itself: by reference, or by address in a virtual network. */
export function membersOf(pool: VendorObject, topology: Topology): ReadonlySet<string> {
  const inner = propertiesOf(pool);
  const named = referencesIn(inner, "backendIPConfigurations").map((id) => id.toLowerCase());
  const poolNetwork = referenceIn(inner, "virtualNetwork")?.toLowerCase() ?? null;
  const byAddress = [...objects(inner, "loadBalancerBackendAddresses"), ...objects(inner, "backendAddresses")].flatMap(
    (each) => {
      const address = propertiesOf(each);
      const direct = referenceIn(address, "networkInterfaceIPConfiguration")?.toLowerCase();
      if (direct !== undefined) return [direct];
      const network = referenceIn(address, "virtualNetwork")?.toLowerCase() ?? poolNetwork;
      const set = parseCidr(text(address, "ipAddress") ?? "");
      if (set === null) return [];
      return configurationsAt(topology, set, network).map(({ configuration }) => configuration.key);
    },
  );
  return new Set([...named, ...byAddress]);
}

/** The address configurations that have one of some addresses, in one virtual network (key) or in any. */
export function configurationsAt(
  topology: Topology,
  addresses: IpConfiguration["addresses"],
  network: string | null,
): readonly { readonly nic: Nic; readonly configuration: IpConfiguration }[] {
  return topology.nics.flatMap((nic) =>
    nic.configurations
      .filter(({ subnet }) => network === null || (subnet !== null && parentOf(subnet) === network))
      .filter((configuration) => overlapsAddresses(configuration.addresses, addresses))
      .map((configuration) => ({ nic, configuration })),
  );
}

/**
 * The port behind is the one that security groups see; with a floating address packets keep the front end's. Protocol `All` on port 0 stands for
 * every port of TCP and UDP. https://learn.microsoft.com/azure/load-balancer/manage-rules-how-to
 */
function portsOf(rule: VendorObject): { readonly backend: L4Set; readonly clientPort: string | null } {
  const protocol = text(rule, "protocol")?.toLowerCase() ?? "";
  const protocols = protocol === "tcp" ? [tcp] : protocol === "udp" ? [udp] : [tcp, udp];
  const frontEnd = wholeNumber(rule, "frontendPort");
  const behind = flag(rule, "enableFloatingIP") === true ? frontEnd : wholeNumber(rule, "backendPort");
  const first = wholeNumber(rule, "frontendPortRangeStart");
  const last = wholeNumber(rule, "frontendPortRangeEnd");
  if (behind === malformed || behind === null) return { backend: allL4, clientPort: null };
  const ports = (from: number, to: number): L4Set => unionL4(protocols.map((each) => l4Ports(each, from, to)));
  if (behind === 0) return { backend: ports(0, 0xffff), clientPort: null };
  const name = protocols.length === 1 ? protocol : "tcp and udp";
  const range = typeof first === "number" && typeof last === "number" ? `${first}-${last}` : null;
  const shown = typeof frontEnd === "number" && frontEnd > 0 ? String(frontEnd) : range;
  return { backend: ports(behind, behind), clientPort: shown === null ? null : `${name} ${shown}` };
}

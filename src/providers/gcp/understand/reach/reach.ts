import {
  allIpv4,
  allIpv6,
  noAddresses,
  parseCidr,
  unionAddresses,
  type AddressSet,
} from "../../../../network/addresses.ts";
import { unknownBetween } from "../../../../network/estate.ts";
import type { Between, Endpoint, Layer, Way } from "../../../../network/endpoint.ts";
import { knownExtent, noExtent } from "../../../../network/extent.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import { objects, text } from "../../../read.ts";
import { memo } from "../../../shared/collections.ts";
import { layerOf, passes } from "../../../shared/layers.ts";
import type { DeclaredFirewall } from "../firewalls.ts";
import type { Policies } from "../policies.ts";
import { gcpResource, type GcpIndex } from "../resources.ts";
import type { Sources } from "../sources.ts";
import type { Nic, Topology } from "../topology.ts";
import { betweenNics } from "./between.ts";
import { cloudArmorLayer, policyIn } from "./cloud-armor.ts";
import { guardsOf, type Guards } from "./guards.ts";
import { forwardingName } from "./forwarding-rules.ts";
import { readPassthrough, type PassthroughPaths } from "./passthrough.ts";
import { proxyEndpoint } from "./proxies.ts";
import { readRouting, type Routing } from "./routes.ts";

/** Everything that packets can reach on Google Cloud, and what they pass on the way from one to another. */
export interface Reach {
  readonly endpoints: readonly Endpoint[];
  readonly between: (from: Endpoint, to: Endpoint) => Between;
}

/** Reads what can reach what. A record that is not what Google documents gives an `unknown`, never an error. */
export function understandReach(
  index: GcpIndex,
  topology: Topology,
  policies: Policies,
  firewalls: readonly DeclaredFirewall[],
  sourcesOf: (network: string) => Sources,
): Reach {
  const guards = guardsOf(policies, firewalls, sourcesOf);
  const routing = readRouting(index);
  const paths = readPassthrough(index, topology);
  const armor = memo((link) => cloudArmorLayer(index, link));
  const nics = new Map(topology.nics.map((nic) => [nic.path, nic]));
  const parts: Parts = { index, guards, routing, paths, armor };
  return {
    endpoints: [
      ...topology.nics.map((nic) => nicEndpoint(nic, parts)),
      ...paths.proxies.map((forwarding) => proxyEndpoint(forwarding, index, armor)),
    ],
    between: (from, to) => {
      const [a, b] = [nics.get(from.resource.id), nics.get(to.resource.id)];
      return a === undefined || b === undefined
        ? unknownBetween(from, to)
        : betweenNics(a, b, { topology, routing, guards });
    },
  };
}

interface Parts {
  readonly index: GcpIndex;
  readonly guards: Guards;
  readonly routing: Routing;
  readonly paths: PassthroughPaths;
  /** The layer of a Cloud Armor policy, by its link. */
  readonly armor: (link: string) => Layer;
}

function nicEndpoint(nic: Nic, parts: Parts): Endpoint {
  const { instance } = nic;
  const externals = objects(nic.data, "accessConfigs").flatMap(
    (config) => parseCidr(text(config, "natIP") ?? "") ?? [],
  );
  const isFirst = nic.name === "nic0";
  const name = isFirst ? instance.name : `${instance.name}/${nic.name}`;
  const workload = gcpResource(instance, "gcp:compute:instance");
  const id = text(instance.data, "id");
  return {
    resource: { ...workload, type: "gcp:compute:network-interface", id: nic.path, name },
    workload,
    aliases: [...new Set([nic.path, name, instance.path, instance.name, ...(id === null ? [] : [id])])],
    network: nic.network,
    subnet: nic.subnet,
    privateAddresses: nic.addresses,
    publicAddresses: unionAddresses([...externals, nic.externalIpv6]),
    firewalls: [],
    ways: waysOf(nic, parts),
    missing: [...nic.missing, ...parts.paths.unread(nic)],
  };
}

/** An external address of the interface itself: what it is called, and the address that firewalls see packets sent to. */
interface External {
  readonly name: string;
  readonly layer: Layer;
  readonly local: AddressSet;
  /** The access config that gives it. */
  readonly config: VendorObject;
}

function waysOf(nic: Nic, { index, guards, routing, paths, armor }: Parts): readonly Way[] {
  const replies = [routing.returnRoute(nic)];
  const armorIn = (data: VendorObject): readonly Layer[] =>
    [policyIn(data, "securityPolicy")].flatMap((policy) => (policy === null ? [] : armor(policy)));
  const inbound = (local: AddressSet): readonly Layer[] =>
    guards({ nic, direction: "ingress", arrival: "internet", local });
  const own = externalsOf(nic).map(({ name, layer, local, config }): Way => ({
    name,
    kind: "address",
    packets: [layer, ...armorIn(config), ...inbound(local)],
    replies,
    inspections: [],
    clientPort: null,
  }));
  // The load balancer hands packets on as they came: firewalls see its own address as the one they are sent to.
  const forwarded = paths.to(nic).map((forwarding): Way => ({
    name: forwardingName(forwarding),
    kind: "load-balancer",
    packets: [
      ...forwarding.layers,
      ...armorIn(index.find(forwarding.target)?.data ?? {}),
      ...inbound(forwarding.address),
    ],
    replies,
    inspections: [],
    clientPort: forwarding.port,
  }));
  return [...own, ...forwarded];
}

/**
 * External IPv4 addresses are translated, so firewalls see the interface's own; external IPv6 addresses are its own. Without an access config
 * nothing comes in by IPv4. https://cloud.google.com/compute/docs/ip-addresses
 */
function externalsOf(nic: Nic): readonly External[] {
  const self = gcpResource(nic.instance, "gcp:compute:instance");
  const configs = objects(nic.data, "accessConfigs");
  const inner: AddressSet = { v4: nic.primary.v4, v6: [] };
  const layer = (name: string, opensBy: string, clients: AddressSet | null): Layer =>
    layerOf({ kind: "public-address", name, opensBy, resources: [self] }, [
      passes(name, clients === null ? noExtent : knownExtent(clients)),
    ]);
  const v4 = configs.map((config): External => {
    const address = text(config, "natIP");
    const status = text(nic.instance.data, "status") ?? "not running";
    const opensBy = `an external address, which ${nic.instance.name} gets when it starts (it is ${status})`;
    const name = address === null ? "external IPv4 address (none at present)" : `external address ${address}`;
    return { name, layer: layer(name, opensBy, address === null ? null : allIpv4), local: inner, config };
  });
  const none: External = {
    name: "IPv4, without an external address",
    layer: layer("external IPv4 address", `an external IPv4 address for ${nic.instance.name}`, null),
    local: inner,
    config: {},
  };
  const v6 = objects(nic.data, "ipv6AccessConfigs").flatMap((config): readonly External[] => {
    const address = text(config, "externalIpv6");
    if (address === null) return [];
    const name = `external address ${address}`;
    const local = { v4: noAddresses.v4, v6: nic.externalIpv6.v6 };
    return [{ name, layer: layer(name, `an external IPv6 address for ${nic.instance.name}`, allIpv6), local, config }];
  });
  return [...(v4.length === 0 ? [none] : v4), ...v6];
}

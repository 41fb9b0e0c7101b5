import { parseCidr, unionAddresses, type AddressSet } from "../../../../network/addresses.ts";
import type { Layer } from "../../../../network/endpoint.ts";
import { knownExtent } from "../../../../network/extent.ts";
import { l4Ports, tcp, unionL4, type L4Set } from "../../../../network/l4.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import { malformed, objects, text, wholeNumber } from "../../../read.ts";
import { azureResource, propertiesOf, referenceIn, type ArmIndex, type ArmResource } from "../arm.ts";
import { subnetPrefixes } from "../azure-firewalls.ts";
import type { Topology } from "../topology.ts";
import { passLayer, type LayerMaker, type Site } from "./layers.ts";
import { membersOf } from "./load-balancers.ts";
import { frontEndAddress, type PublicAddress } from "./publics.ts";
import { onPort, seenFrom } from "./rewrite.ts";

/** A listener of an application gateway on a public address. */
export interface Listener {
  readonly id: string;
  readonly name: string;
  readonly front: PublicAddress;
  readonly port: number;
  readonly layer: Layer;
}

/** An application gateway: a proxy that is reached like an endpoint and reaches what stands behind it from its own subnet. */
export interface ApplicationGateway {
  readonly resource: ArmResource;
  readonly site: Site;
  readonly privateAddresses: AddressSet;
  readonly listeners: readonly Listener[];
  /** The firewalls before the gateway itself. */
  readonly guards: readonly Layer[];
}

/** A way through a gateway to an address behind it, without the firewalls of that address. */
export interface GatewayPath {
  readonly name: string;
  readonly clientPort: string;
  readonly packets: readonly Layer[];
  /** What the address behind sees: its own firewalls meet the gateway's subnet. */
  readonly through: (layers: readonly Layer[]) => readonly Layer[];
}

export function readApplicationGateways(index: ArmIndex, layers: LayerMaker): readonly ApplicationGateway[] {
  return index.all("microsoft.network/applicationgateways").map((resource): ApplicationGateway => {
    const { properties } = resource;
    const subnet =
      objects(properties, "gatewayIPConfigurations")
        .map(propertiesOf)
        .flatMap((each) => referenceIn(each, "subnet")?.toLowerCase() ?? [])[0] ?? null;
    const addresses = unionAddresses(subnetPrefixes(index.find(subnet)));
    const site: Site = { addresses, subnet, securityGroup: null, isPrivateEndpoint: false };
    const fronts = new Map(
      objects(properties, "frontendIPConfigurations").flatMap((each) => {
        const id = text(each, "id")?.toLowerCase();
        const address = frontEndAddress(index, propertiesOf(each));
        return id === undefined || address === null ? [] : [[id, address] as const];
      }),
    );
    const ports = new Map(
      objects(properties, "frontendPorts").flatMap((each) => {
        const id = text(each, "id")?.toLowerCase();
        const port = wholeNumber(propertiesOf(each), "port");
        return id === undefined || port === null || port === malformed ? [] : [[id, port] as const];
      }),
    );
    const listeners = [...objects(properties, "httpListeners"), ...objects(properties, "listeners")].flatMap(
      (each): readonly Listener[] => {
        const inner = propertiesOf(each);
        const front = fronts.get(referenceIn(inner, "frontendIPConfiguration")?.toLowerCase() ?? "");
        const port = ports.get(referenceIn(inner, "frontendPort")?.toLowerCase() ?? "");
        const id = text(each, "id")?.toLowerCase();
        if (front === undefined || port === undefined || id === undefined) return [];
        const name = `listener ${text(each, "name") ?? ""} (tcp ${port}) of application gateway ${resource.name ?? resource.id}`;
        return [{ id, name, front, port, layer: listenerLayer(resource, name, front, l4Ports(tcp, port, port)) }];
      },
    );
    const privateAddresses = unionAddresses(
      objects(properties, "frontendIPConfigurations").flatMap(
        (each) => parseCidr(text(propertiesOf(each), "privateIPAddress") ?? "") ?? [],
      ),
    );
    return { resource, site, privateAddresses, listeners, guards: layers.firewallsOf(site, "ingress").layers };
  });
}

function listenerLayer(resource: ArmResource, name: string, front: PublicAddress, l4: L4Set): Layer {
  return passLayer("load-balancer", name, knownExtent(front.clients), {
    l4,
    resources: [azureResource(resource, "azure:network:application-gateway")],
    opensBy: `a listener of application gateway ${resource.name ?? resource.id}`,
  });
}

/**
 * Ways through gateways by the key of the address configuration behind: the gateway's own firewalls judge the client on the listener's port,
 * those behind see the gateway's subnet on the port behind. https://learn.microsoft.com/azure/application-gateway/how-application-gateway-works
 */
export function gatewayPaths(
  gateways: readonly ApplicationGateway[],
  topology: Topology,
): ReadonlyMap<string, readonly GatewayPath[]> {
  const paths = new Map<string, GatewayPath[]>();
  for (const gateway of gateways) {
    const { properties } = gateway.resource;
    const pools = new Map(
      objects(properties, "backendAddressPools").map((pool) => [text(pool, "id")?.toLowerCase() ?? "", pool]),
    );
    const settings = new Map(
      [
        ...objects(properties, "backendHttpSettingsCollection"),
        ...objects(properties, "backendSettingsCollection"),
      ].map((each) => [text(each, "id")?.toLowerCase() ?? "", wholeNumber(propertiesOf(each), "port")]),
    );
    for (const { listener, pool, setting } of targetsOf(properties)) {
      const found = gateway.listeners.find(({ id }) => id === listener);
      const port = settings.get(setting);
      if (found === undefined) continue;
      const behind = typeof port === "number" ? l4Ports(tcp, port, port) : unionL4([l4Ports(tcp, 0, 0xffff)]);
      const body = pools.get(pool);
      const members = body === undefined ? new Set<string>() : membersOf(body, topology);
      const joined = topology.joinedTo(pool);
      const path: GatewayPath = {
        name: found.name,
        clientPort: `tcp ${found.port}`,
        packets: [
          found.front.layer,
          listenerLayer(gateway.resource, found.name, found.front, behind),
          ...gateway.guards.map((layer) => onPort(layer, l4Ports(tcp, found.port, found.port), behind)),
        ],
        through: (layers) => layers.map((layer) => seenFrom(layer, gateway.site.addresses, found.front.clients)),
      };
      for (const key of new Set([...members, ...joined])) paths.set(key, [...(paths.get(key) ?? []), path]);
    }
  }
  return paths;
}

/** Which pools and settings each listener's requests go to: by a rule itself or by the paths of its map. */
function targetsOf(
  properties: VendorObject,
): readonly { readonly listener: string; readonly pool: string; readonly setting: string }[] {
  const maps = new Map(
    objects(properties, "urlPathMaps").map((each) => [text(each, "id")?.toLowerCase() ?? "", propertiesOf(each)]),
  );
  const rules = [...objects(properties, "requestRoutingRules"), ...objects(properties, "routingRules")].map(
    propertiesOf,
  );
  return rules.flatMap((rule) => {
    const listener = (referenceIn(rule, "httpListener") ?? referenceIn(rule, "listener"))?.toLowerCase();
    if (listener === undefined) return [];
    const map = maps.get(referenceIn(rule, "urlPathMap")?.toLowerCase() ?? "");
    const choices = [
      {
        pool: referenceIn(rule, "backendAddressPool"),
        setting: referenceIn(rule, "backendHttpSettings") ?? referenceIn(rule, "backendSettings"),
      },
      ...(map === undefined
        ? []
        : [
            {
              pool: referenceIn(map, "defaultBackendAddressPool"),
              setting: referenceIn(map, "defaultBackendHttpSettings"),
            },
            ...objects(map, "pathRules")
              .map(propertiesOf)
              .map((each) => ({
                pool: referenceIn(each, "backendAddressPool"),
                setting: referenceIn(each, "backendHttpSettings"),
              })),
          ]),
    ];
    return choices.flatMap(({ pool, setting }) =>
      pool === null ? [] : [{ listener, pool: pool.toLowerCase(), setting: setting?.toLowerCase() ?? "" }],
    );
  });
}

import type { Coverage, CoverageStatus } from "../../src/model/coverage.ts";
import type { Json } from "../../src/model/finding.ts";
import { globalRegion } from "../../src/model/resource.ts";
import { certainlyPasses, possiblyPasses } from "../../src/network/naive.ts";
import type { Endpoint, Layer, Way } from "../../src/network/endpoint.ts";
import type { Packet } from "../../src/network/packet.ts";
import { parseAddress } from "../../src/network/addresses.ts";
import { tcp } from "../../src/network/l4.ts";
import { azureRecogniser } from "../../src/providers/azure/import/recognise.ts";
import { azureOperations } from "../../src/providers/azure/operations.ts";
import { azureProvider } from "../../src/providers/azure/provider.ts";
import type { Understanding } from "../../src/providers/provider.ts";
import type { Snapshot, VendorObject } from "../../src/snapshot/record.ts";
import { memorySink } from "../../src/snapshot/sinks.ts";
import type { SmallEstate } from "./aws-estate.ts";

export const subscription = "11111111-2222-3333-4444-555555555555";
const group = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network`;

/** The ARM id of a network resource: `idOf("virtualNetworks/net", "subnets/web")`. */
export function idOf(...path: readonly string[]): string {
  return [group, ...path].join("/");
}

/** A resource as ARM gives it. */
export function arm(path: string, properties: VendorObject, more: VendorObject = {}): VendorObject {
  return {
    name: path.split("/").at(-1) ?? path,
    id: path.startsWith("/") ? path : idOf(path),
    location: "westeurope",
    ...more,
    properties,
  };
}

/** A security rule: everything may come in on tcp 22 at priority 100 unless said otherwise. */
export function rule(name: string, properties: VendorObject = {}): VendorObject {
  return {
    name,
    properties: {
      priority: 100,
      direction: "Inbound",
      access: "Allow",
      protocol: "Tcp",
      sourceAddressPrefix: "*",
      sourcePortRange: "*",
      destinationAddressPrefix: "*",
      destinationPortRange: "22",
      ...properties,
    },
  };
}

export function nsg(name: string, rules: readonly Json[]): VendorObject {
  return arm(`networkSecurityGroups/${name}`, { securityRules: rules });
}

/** A virtual network `net`, 10.0.0.0/16 and fd00::/48, with one subnet `web`, 10.0.1.0/24. */
export function vnet(
  subnet: VendorObject = {},
  more: VendorObject = {},
  name = "net",
  space: readonly string[] = ["10.0.0.0/16", "fd00::/48"],
): VendorObject {
  return arm(`virtualNetworks/${name}`, {
    addressSpace: { addressPrefixes: space },
    subnets: [
      {
        id: idOf(`virtualNetworks/${name}`, "subnets/web"),
        name: "web",
        properties: { addressPrefix: "10.0.1.0/24", ...subnet },
      },
    ],
    ...more,
  });
}

/** An interface `vm` with 10.0.1.4 in subnet `web` and the public address `pip`. */
export function nic(properties: VendorObject = {}, configuration: VendorObject = {}, name = "vm"): VendorObject {
  return arm(`networkInterfaces/${name}`, {
    ipConfigurations: [
      {
        id: idOf(`networkInterfaces/${name}`, "ipConfigurations/one"),
        name: "one",
        properties: {
          privateIPAddress: "10.0.1.4",
          subnet: { id: idOf("virtualNetworks/net", "subnets/web") },
          publicIPAddress: { id: idOf("publicIPAddresses/pip") },
          ...configuration,
        },
      },
    ],
    ...properties,
  });
}

export function pip(sku: string | null = "Standard", properties: VendorObject = {}, name = "pip"): VendorObject {
  return arm(
    `publicIPAddresses/${name}`,
    { ipAddress: "20.50.1.2", publicIPAddressVersion: "IPv4", ...properties },
    sku === null ? {} : { sku: { name: sku } },
  );
}

export const to = (kind: string, name: string): VendorObject => ({ id: idOf(`${kind}/${name}`) });

/** Who is in the directory is not asked: whom it does not know may be no more. */
const unasked: Readonly<Record<string, CoverageStatus>> = {
  "microsoft.graph/users": "skipped",
  "microsoft.graph/groups": "skipped",
  "microsoft.graph/servicePrincipals": "skipped",
};

/** A snapshot of ARM bodies, through the importer, with every operation of Azure read unless it is named in `unread`. */
export function azureSnapshot(
  bodies: readonly VendorObject[],
  unread: Readonly<Record<string, CoverageStatus>> = {},
): Snapshot {
  const sink = memorySink("import", "2026-01-01T00:00:00Z");
  // A page of Microsoft Graph is a document of its own: it says itself what its items are.
  const isPage = (body: VendorObject): boolean => "@odata.context" in body;
  const values: readonly Json[] = [bodies.filter((body) => !isPage(body)), ...bodies.filter(isPage)];
  const documents = values.map((value, at) => ({ file: `${at}.json`, path: [`${at}.json`], value }));
  const used = azureRecogniser.recognise({ documents, problems: [] }, sink);
  if (bodies.length > 0 && used.size === 0) throw new Error("nothing was recognised");
  const snapshot = sink.finish("2026-01-01T00:00:00Z");
  const target = { cloud: "azure", account: subscription, region: globalRegion } as const;
  const coverage = azureOperations.map(({ id }): Coverage => {
    const status = unread[id] ?? unasked[id] ?? "complete";
    return {
      cloud: "azure",
      account: subscription,
      region: globalRegion,
      operation: id,
      status,
      items: 0,
      error: status === "complete" ? null : `${id} ${status}`,
    };
  });
  return { ...snapshot, targets: [{ ...target, name: null, status: "scanned", note: null }], coverage };
}

export function understand(
  bodies: readonly VendorObject[],
  unread: Readonly<Record<string, CoverageStatus>> = {},
): Understanding {
  return azureProvider.understand(azureSnapshot(bodies, unread));
}

/** What a check is run over. */
export function azureEstate(
  bodies: readonly VendorObject[],
  unread: Readonly<Record<string, CoverageStatus>> = {},
): SmallEstate {
  const snapshot = azureSnapshot(bodies, unread);
  const { network, identity, aws, azure, gcp, ownAccounts, organizationKnown } = azureProvider.understand(snapshot);
  return {
    estate: {
      targets: snapshot.targets,
      asOf: snapshot.finishedAt,
      network,
      identity,
      aws,
      azure,
      gcp,
      ownAccounts,
      organizationKnown,
    },
    coverage: snapshot.coverage,
  };
}

export function packet(remote: string, port: number, protocol = tcp, sourcePort = 40000): Packet {
  const address = parseAddress(remote);
  if (address === null) throw new Error(`${remote} is no address`);
  return { remote: address, l4: (protocol << 16) | port, sourcePort };
}

export type Answer = "open" | "closed" | "unknown";

/** What layers make of a packet, by the naive interpreter. */
export function through(layers: readonly Layer[], one: Packet): Answer {
  if (layers.every(({ filter }) => certainlyPasses(filter, one))) return "open";
  return layers.every(({ filter }) => possiblyPasses(filter, one)) ? "unknown" : "closed";
}

/** Whether packets can enter an endpoint by any of its ways (of a kind). */
export function enters(
  endpoint: Endpoint | undefined,
  one: Packet,
  isMeant: (way: Way) => boolean = () => true,
): Answer {
  const answers = new Set((endpoint?.ways ?? []).filter(isMeant).map(({ packets }) => through(packets, one)));
  if (answers.has("open")) return "open";
  return answers.has("unknown") ? "unknown" : "closed";
}

/** The endpoint of a resource by its name. */
export function endpointOf({ network }: Understanding, name = "vm"): Endpoint {
  const found = network.endpoints.find(({ resource }) => resource.name === name);
  if (found === undefined) throw new Error(`no endpoint ${name}`);
  return found;
}

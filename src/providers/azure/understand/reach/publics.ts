import {
  allAddresses,
  allIpv4,
  allIpv6,
  noAddresses,
  parseCidr,
  type AddressSet,
} from "../../../../network/addresses.ts";
import type { Layer } from "../../../../network/endpoint.ts";
import { knownExtent, noExtent, unknownExtent } from "../../../../network/extent.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import { object, text } from "../../../read.ts";
import { azureResource, referenceIn, type ArmIndex } from "../arm.ts";
import { closedLayer, passLayer, unknownLayer } from "./layers.ts";

/** A public address, or a prefix of them, that packets from the internet are sent to. */
export interface PublicAddress {
  readonly key: string;
  /** For people: the address, else the resource's name. */
  readonly name: string;
  readonly addresses: AddressSet;
  /** Every address of the family it is in: who can send to it. */
  readonly clients: AddressSet;
  readonly sku: "basic" | "standard" | "unknown";
  readonly layer: Layer;
}

/** Reads the public address that a reference names; null when there is none. */
export function readPublicAddress(index: ArmIndex, id: string | null): PublicAddress | null {
  if (id === null) return null;
  const resource = index.find(id);
  const name = id.split("/").at(-1) ?? id;
  if (resource === null) {
    const missing = `the public address ${id} (Microsoft.Network/publicIPAddresses/read)`;
    return {
      key: id.toLowerCase(),
      name,
      addresses: noAddresses,
      clients: allAddresses,
      sku: "unknown",
      layer: unknownLayer("public-address", `public address ${name}`, missing, []),
    };
  }
  const { properties, data } = resource;
  const address = text(properties, "ipAddress") ?? text(properties, "ipPrefix");
  const addresses = (address === null ? null : parseCidr(address)) ?? noAddresses;
  const isV6 = text(properties, "publicIPAddressVersion")?.toLowerCase() === "ipv6" || addresses.v6.length > 0;
  const clients = isV6 ? allIpv6 : allIpv4;
  const shown = address ?? resource.name ?? name;
  const layer = passLayer(
    "public-address",
    `public address ${shown}`,
    address === null ? noExtent : knownExtent(clients),
    {
      resources: [azureResource(resource, "azure:network:public-ip-address")],
      opensBy: `an address given to ${resource.name ?? name}`,
    },
  );
  return { key: resource.key, name: shown, addresses, clients, sku: skuOf(data), layer };
}

/** Azure always answers with a SKU: where there is none, what saved the answer lost it, and nothing tells which it was. */
export function skuOf(data: VendorObject): "basic" | "standard" | "unknown" {
  const sku = object(data, "sku");
  const name = sku === null ? "unknown" : (text(sku, "name")?.toLowerCase() ?? "unknown");
  if (name === "basic") return "basic";
  return name === "standard" || name === "standardv2" || name === "gateway" ? "standard" : "unknown";
}

/** The public address of a front end: `publicIPAddress`, or a prefix of them. */
export function frontEndAddress(index: ArmIndex, properties: VendorObject): PublicAddress | null {
  return readPublicAddress(
    index,
    referenceIn(properties, "publicIPAddress") ?? referenceIn(properties, "publicIPPrefix"),
  );
}

/**
 * What a Standard public address or load balancer does where no security group lets anything in: nothing comes through. A Basic one is open.
 * Admin rules that deliver without a group are not told apart, so what they make of it stays unknown.
 * https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses#sku
 */
export function withoutGroup(sku: PublicAddress["sku"], name: string, hasAdminRules: boolean): readonly Layer[] {
  if (sku === "basic") return [];
  const label = `${name}, closed until a network security group opens it`;
  if (sku === "standard" && !hasAdminRules) {
    return [closedLayer("public-address", label, "a network security group that allows it")];
  }
  const missing = hasAdminRules
    ? "what security admin rules do for an address without a network security group"
    : `whether ${name} is of the Basic or the Standard SKU`;
  return [
    passLayer("public-address", label, unknownExtent(allAddresses, missing), {
      opensBy: "a network security group that allows it",
    }),
  ];
}

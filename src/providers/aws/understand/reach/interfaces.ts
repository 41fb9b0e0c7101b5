import type { ResourceRef, Target } from "../../../../model/resource.ts";
import {
  formatAddress,
  noAddresses,
  overlapsAddresses,
  parseAddress,
  parseCidr,
  subtractAddresses,
  unionAddresses,
  type AddressSet,
} from "../../../../network/addresses.ts";
import type { SnapshotRecord, VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { flag, object, objects, text } from "../../../read.ts";
import { ec2Resource } from "../resource.ts";
import { push } from "../../../shared/collections.ts";
import type { Places } from "./places.ts";

/** A network interface, as far as it was read; an instance stands for its own where no record tells of one. */
export interface Nic {
  readonly id: string;
  readonly resource: ResourceRef;
  readonly data: VendorObject;
  readonly vpc: string;
  readonly subnet: string | null;
  /** Null when the record does not tell. */
  readonly groups: readonly string[] | null;
  /** Private IPv4 addresses and prefixes, and every IPv6 address and prefix. */
  readonly privateAddresses: AddressSet;
  /** Addresses that packets from the internet can carry. */
  readonly publicAddresses: AddressSet;
  /** Addresses of a carrier's or an on-premises network that the internet may reach or not, and why that is not known. */
  readonly doubtful: readonly string[];
  /** The instance it is attached to; its record is empty where only the attachment tells of it. */
  readonly instance: { readonly id: string; readonly resource: ResourceRef; readonly data: VendorObject } | null;
  /** Whether it is the instance's first interface. */
  readonly isPrimary: boolean;
  /** The vendor's InterfaceType: `interface`, `nat_gateway`, `network_load_balancer`, ... */
  readonly type: string;
  /** Free text; trusted only where a service wrote it. */
  readonly serviceDescription: string | null;
  readonly isAttached: boolean;
}

const unroutableV6 = unionAddresses(["fc00::/7", "fe80::/10"].map((cidr) => parseCidr(cidr) ?? noAddresses));

/**
 * Every interface: secondary and service-owned ones, those that only DescribeInstances tells of, and instances of which nothing but
 * their own addresses is known. A shared VPC's interface is told once, by the account that owns it.
 */
export function readInterfaces(index: RecordIndex, places: Places): readonly Nic[] {
  const instances = readInstances(index);
  const elastic = elasticAddresses(index);
  const nics = new Map<string, Nic>();
  const add = (record: SnapshotRecord, data: VendorObject): void => {
    const id = text(data, "NetworkInterfaceId");
    const vpc = text(data, "VpcId");
    const owner = text(data, "OwnerId");
    if (id === null || vpc === null || (nics.has(id) && owner !== record.account)) return;
    const attached = object(data, "Attachment");
    const instance =
      instances.get(text(attached ?? {}, "InstanceId") ?? "") ??
      instances.get(id) ??
      (attached === null ? null : attachedInstance(record, attached));
    const kind = { kind: "network-interface", id, owner };
    nics.set(id, readNic(record, kind, data, { places, elastic, instance }));
  };
  for (const record of index.all("ec2:DescribeNetworkInterfaces")) add(record, record.data);
  for (const record of index.all("ec2:DescribeInstances")) {
    for (const instance of objects(record.data, "Instances")) {
      for (const each of objects(instance, "NetworkInterfaces")) {
        const id = text(each, "NetworkInterfaceId");
        if (id !== null && !nics.has(id)) add(record, each);
      }
    }
  }
  const shown = new Set([...nics.values()].flatMap(({ instance }) => instance?.id ?? []));
  for (const { id, record, data } of new Set(instances.values())) {
    if (shown.has(id) || text(data, "VpcId") === null || text(data, "PrivateIpAddress") === null) continue;
    const known = instances.get(id) ?? null;
    const stand: VendorObject = { ...data, Groups: data["SecurityGroups"] ?? null };
    nics.set(id, readNic(record, { kind: "instance", id, owner: null }, stand, { places, elastic, instance: known }));
  }
  return [...nics.values()];
}

interface Instance {
  readonly id: string;
  readonly record: SnapshotRecord;
  readonly resource: ResourceRef;
  readonly data: VendorObject;
}

/** Instances by their own id and by the ids of their interfaces. */
function readInstances(index: RecordIndex): ReadonlyMap<string, Instance> {
  const found = new Map<string, Instance>();
  for (const record of index.all("ec2:DescribeInstances")) {
    for (const data of objects(record.data, "Instances")) {
      const id = text(data, "InstanceId");
      if (id === null) continue;
      const resource = ec2Resource(record, "instance", id, data, { owner: text(record.data, "OwnerId") });
      const instance: Instance = { id, record, resource, data };
      found.set(id, instance);
      for (const each of objects(data, "NetworkInterfaces")) {
        const nic = text(each, "NetworkInterfaceId");
        if (nic !== null) found.set(nic, instance);
      }
    }
  }
  return found;
}

/** An instance that was not read itself: load balancers and people name it all the same. */
function attachedInstance(record: SnapshotRecord, attachment: VendorObject): Instance | null {
  const id = text(attachment, "InstanceId");
  if (id === null) return null;
  const resource = ec2Resource(record, "instance", id, {}, { owner: text(attachment, "InstanceOwnerId") });
  return { id, record, resource, data: {} };
}

/** Public addresses by the interface that holds them; addresses that no interface holds reach nothing. */
function elasticAddresses(index: RecordIndex): ReadonlyMap<string, readonly VendorObject[]> {
  const found = new Map<string, VendorObject[]>();
  for (const { data } of index.all("ec2:DescribeAddresses")) {
    const nic = text(data, "NetworkInterfaceId");
    if (nic !== null) push(found, nic, data);
  }
  return found;
}

function readNic(
  record: Target,
  { kind, id, owner }: { readonly kind: string; readonly id: string; readonly owner: string | null },
  data: VendorObject,
  around: {
    readonly places: Places;
    readonly elastic: ReadonlyMap<string, readonly VendorObject[]>;
    readonly instance: Instance | null;
  },
): Nic {
  const vpc = text(data, "VpcId") ?? "";
  const { privateV6 } = around.places.vpc(vpc, record);
  const privates = objects(data, "PrivateIpAddresses");
  const v6 = setOf([
    text(data, "Ipv6Address"),
    ...objects(data, "Ipv6Addresses").map((each) => text(each, "Ipv6Address")),
    ...objects(data, "Ipv6Prefixes").map((each) => text(each, "Ipv6Prefix")),
  ]);
  const v4 = setOf([
    text(data, "PrivateIpAddress"),
    ...privates.map((each) => text(each, "PrivateIpAddress")),
    ...objects(data, "Ipv4Prefixes").map((each) => text(each, "Ipv4Prefix")),
  ]);
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html (each private address may have a public one)
  const associations = [
    object(data, "Association"),
    ...privates.map((each) => object(each, "Association")),
    ...(around.elastic.get(id) ?? []),
  ].filter((each) => each !== null);
  const attachment = object(data, "Attachment");
  const device = attachment === null ? undefined : attachment["DeviceIndex"];
  const doubtful = associations.flatMap((each) => [
    ...(text(each, "CarrierIp") === null
      ? []
      : [`what reaches carrier address ${text(each, "CarrierIp") ?? ""} of ${id} through its carrier's network`]),
    ...(text(each, "CustomerOwnedIp") === null
      ? []
      : [`what reaches customer-owned address ${text(each, "CustomerOwnedIp") ?? ""} of ${id} through its Outpost`]),
  ]);
  const isService = flag(data, "RequesterManaged") ?? text(data, "RequesterId") !== null;
  return {
    id,
    resource: ec2Resource(record, kind, id, data, { owner }),
    data,
    vpc,
    subnet: text(data, "SubnetId"),
    groups:
      data["Groups"] === undefined || data["Groups"] === null
        ? null
        : objects(data, "Groups").flatMap((each) => text(each, "GroupId") ?? []),
    privateAddresses: unionAddresses([v4, v6]),
    publicAddresses: unionAddresses([
      setOf([...associations.map((each) => text(each, "PublicIp")), text(data, "PublicIpAddress")]),
      subtractAddresses(subtractAddresses(v6, unroutableV6), privateV6),
    ]),
    doubtful: [...new Set(doubtful)],
    instance: around.instance,
    isPrimary: kind === "instance" || device === undefined || device === 0,
    type: text(data, "InterfaceType") ?? "interface",
    serviceDescription: isService ? text(data, "Description") : null,
    isAttached: text(data, "Status") !== "available" || attachment !== null,
  };
}

function setOf(addresses: readonly (string | null)[]): AddressSet {
  return unionAddresses(addresses.map((each) => (each === null ? noAddresses : (parseCidr(each) ?? noAddresses))));
}

/** Finds interfaces by a private address: those of a VPC, else those of any that has the address. */
export type AddressLookup = (
  vpc: string,
  address: string,
) => { readonly nics: readonly Nic[]; readonly isElsewhere: boolean };

/** Sorts interfaces by their private addresses. */
export function byAddress(nics: readonly Nic[]): AddressLookup {
  const single = new Map<string, Nic[]>();
  const prefixes: Nic[] = [];
  for (const nic of nics) {
    for (const family of [4, 6] as const) {
      for (const { first, last } of nic.privateAddresses[family === 4 ? "v4" : "v6"]) {
        // Runs of a few neighbours are single addresses; longer ones are delegated prefixes.
        if (last - first > 255n) prefixes.push(nic);
        else for (let value = first; value <= last; value += 1n) push(single, formatAddress({ family, value }), nic);
      }
    }
  }
  return (vpc, told) => {
    const address = parseAddress(told);
    const set = parseCidr(told);
    if (address === null || set === null) return { nics: [], isElsewhere: false };
    const all = [
      ...(single.get(formatAddress(address)) ?? []),
      ...prefixes.filter((nic) => overlapsAddresses(nic.privateAddresses, set)),
    ];
    const inside = all.filter((nic) => nic.vpc === vpc);
    return inside.length > 0 ? { nics: inside, isElsewhere: false } : { nics: all, isElsewhere: true };
  };
}

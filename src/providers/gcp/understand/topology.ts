import { noAddresses, parseCidr, unionAddresses, type AddressSet } from "../../../network/addresses.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { malformed, object, objectList, objects, text, wholeNumber } from "../../read.ts";
import { memo, push } from "../../shared/collections.ts";
import { linkPath, projectIn, regionOf } from "../links.ts";
import { isPlaceless, type GcpIndex, type GcpResource } from "./resources.ts";
import { isGiven, textList } from "./terms.ts";

/** A network interface of an instance. */
export interface Nic {
  /** `projects/p/zones/z/instances/i/networkInterfaces/nic0`. */
  readonly path: string;
  readonly name: string;
  readonly instance: GcpResource;
  readonly data: VendorObject;
  /** The network's path; null where the record does not say. */
  readonly network: string | null;
  readonly subnet: string | null;
  readonly region: string | null;
  /** Everything it answers to inside: its own addresses and its alias ranges, of both families. */
  readonly addresses: AddressSet;
  /** Its own addresses without alias ranges: what external IPv4 addresses stand for, and what tags and accounts mean as a source. */
  readonly primary: AddressSet;
  /** External IPv6 addresses, which are its own: nothing is translated. */
  readonly externalIpv6: AddressSet;
  /** Network tags; null where they could not be read. */
  readonly tags: ReadonlySet<string> | null;
  /** Service accounts that its instance runs as; null where they could not be read. */
  readonly accounts: ReadonlySet<string> | null;
  /** Values of the secure tags bound to its instance; null where they could not be read. */
  readonly secureTags: ReadonlySet<string> | null;
  /**
   * Values that hold for it perhaps: those that its instance has from its project or what lies above, of which nobody documents whether
   * firewalls heed them, and of an instance in several networks all, for a value may hold in one of them only.
   * https://cloud.google.com/firewall/docs/tags-firewalls-overview#specifications
   */
  readonly doubtfulTags: ReadonlySet<string>;
  /** What could not be read of it, in words. */
  readonly missing: readonly string[];
}

/** What networks there are, who is in them, and who is next to them. */
export interface Topology {
  readonly nics: readonly Nic[];
  readonly nicsIn: (network: string) => readonly Nic[];
  /** The interfaces of an instance, by the instance's path. */
  readonly nicsOf: (instance: string) => readonly Nic[];
  /** Networks that a network exchanges subnet routes with, by path. */
  readonly peersOf: (network: string) => readonly string[];
  /** Why a network may have other peers than these, in words; null when it has none. */
  readonly peersUnread: (network: string) => string | null;
  /** The ranges of a network's subnets, as far as they were read. */
  readonly rangesOf: (network: string) => AddressSet;
  /** Why it may have other subnets, in words; null when these are all. */
  readonly rangesUnread: (network: string) => string | null;
  /** Whether every interface of a network is known: all projects that may use it were read. */
  readonly isWhole: (network: string) => boolean;
  /** Every network that the records show or name, by path, in the order of the paths. */
  readonly networks: readonly string[];
  /** Regions of a network in which an interface or a subnet lies. */
  readonly regionsOf: (network: string) => readonly string[];
}

/** Reads instances, networks and subnets. What is not what Google documents stands in `missing`. */
export function readTopology(index: GcpIndex): Topology {
  const tagsOf = secureTagsOf(index);
  const nics = index.all("instances").flatMap((instance) => readNics(instance, tagsOf(instance)));
  const byNetwork = Map.groupBy(nics, ({ network }) => network ?? "");
  const byInstance = Map.groupBy(nics, ({ instance }) => instance.path);
  const subnets = index.all("subnetworks");
  const subnetsOf = Map.groupBy(subnets, ({ data }) => pathIn(data, "network") ?? "");
  const networks = new Set([
    ...index.all("networks").map(({ path }) => path),
    ...[...subnetsOf.keys(), ...byNetwork.keys()].filter((path) => path !== ""),
    ...index.all("firewalls").flatMap(({ data }) => pathIn(data, "network") ?? []),
  ]);
  return {
    nics,
    nicsIn: (network) => byNetwork.get(network) ?? [],
    nicsOf: (instance) => byInstance.get(instance) ?? [],
    peersOf: memo((network) => peersOf(index.find(network))),
    peersUnread: memo((network) => peersUnread(network, index)),
    rangesUnread: memo((network) => rangesUnread(network, subnets, index)),
    rangesOf: memo((network) => unionAddresses((subnetsOf.get(network) ?? []).flatMap(({ data }) => rangesOf(data)))),
    isWhole: memo((network) => isWhole(network, index) && !isLost(network, byNetwork.get("") ?? [])),
    networks: [...networks].toSorted(),
    regionsOf: memo((network) => [
      ...new Set([
        ...(subnetsOf.get(network) ?? []).flatMap(({ path }) => regionOf(path) ?? []),
        ...(byNetwork.get(network) ?? []).flatMap(({ region }) => region ?? []),
      ]),
    ]),
  };
}

/** The path in a link that a member holds; null where there is none. */
export function pathIn(data: VendorObject, member: string): string | null {
  const link = text(data, member);
  return link === null ? null : linkPath(link);
}

function readNics(instance: GcpResource, { bound, inherited }: SecureTags): readonly Nic[] {
  const { data, path } = instance;
  const holder = data["tags"] === undefined || data["tags"] === null ? {} : object(data, "tags");
  const items = holder === null ? null : textList(holder, "items");
  const tags = items?.isWhole === true ? new Set(items.items) : null;
  const accounts = accountsOf(data);
  const list = objectList(data, "networkInterfaces");
  // An instance has at least one; of one that cannot be read nothing is known but that it is there.
  const read = list === malformed || list.length === 0 ? [{}] : list.map((each) => (each === malformed ? {} : each));
  const networks = new Set(read.map((nic) => pathIn(nic, "network")));
  const isSpread = networks.size > 1 && bound !== null;
  return read.map((nic, position): Nic => {
    const name = text(nic, "name") ?? `nic${position}`;
    const subnet = pathIn(nic, "subnetwork");
    const network = pathIn(nic, "network");
    const externals = objects(nic, "ipv6AccessConfigs").map(externalIpv6);
    const own = ["networkIP", "ipv6Address"]
      .filter((member) => isGiven(nic[member]))
      .map((member) => setIn(nic, member));
    const ranges = objectList(nic, "aliasIpRanges");
    const aliases =
      ranges === malformed ? [null] : ranges.map((range) => (range === malformed ? null : setIn(range, "ipCidrRange")));
    const primary = unionAddresses([...own.flatMap((set) => set ?? []), ...externals]);
    const isLost = own.length + externals.length === 0 || own.includes(null) || aliases.includes(null);
    return {
      path: `${path}/networkInterfaces/${name}`,
      name,
      instance,
      data: nic,
      network,
      subnet,
      region: regionOf(subnet ?? path),
      addresses: unionAddresses([primary, ...aliases.flatMap((set) => set ?? [])]),
      primary,
      externalIpv6: unionAddresses(externals),
      tags,
      accounts,
      secureTags: isSpread ? new Set() : bound,
      doubtfulTags: isSpread ? inherited.union(bound) : inherited,
      missing: [
        ...(isPlaceless(instance) ? [`the link to instance ${instance.name}`] : []),
        ...(network === null ? [`the network of ${path} ${name}`] : []),
        ...(isLost ? [`an address of ${path} ${name}`] : []),
        ...(hasStrangeExternals(nic) ? [`the external addresses of ${path} ${name}`] : []),
      ],
    };
  });
}

function accountsOf(data: VendorObject): ReadonlySet<string> | null {
  const list = objectList(data, "serviceAccounts");
  if (list === malformed) return null;
  const emails = list.map((each) => (each === malformed ? null : text(each, "email")));
  return emails.includes(null) ? null : new Set(emails.flatMap((email) => email ?? []));
}

function setIn(data: VendorObject, member: string): AddressSet | null {
  return parseCidr(text(data, member) ?? "");
}

/** Whether it may have an external address that its access configs do not tell. */
function hasStrangeExternals(nic: VendorObject): boolean {
  const isStrange = (configs: string, address: string): boolean => {
    const list = objectList(nic, configs);
    if (list === malformed) return true;
    return list.some((config) => config === malformed || (isGiven(config[address]) && setIn(config, address) === null));
  };
  return isStrange("accessConfigs", "natIP") || isStrange("ipv6AccessConfigs", "externalIpv6");
}

/** The IPv6 address that an access config gives, with the whole range that belongs to it. */
function externalIpv6(config: VendorObject): AddressSet {
  const address = text(config, "externalIpv6");
  if (address === null) return noAddresses;
  const length = wholeNumber(config, "externalIpv6PrefixLength");
  return parseCidr(typeof length === "number" ? `${address}/${length}` : address) ?? parseCidr(address) ?? noAddresses;
}

/** Secure tags in effect on an instance, by the ids of their values. */
interface SecureTags {
  /** Bound to the instance itself; null where they could not be read. */
  readonly bound: ReadonlySet<string> | null;
  /** Inherited from the project or what lies above it. */
  readonly inherited: ReadonlySet<string>;
}

/** They are only asked for where a rule speaks of secure tags; where the question was not put, or failed, nothing is known. */
function secureTagsOf(index: GcpIndex): (instance: GcpResource) => SecureTags {
  const operation = "cloudresourcemanager.effectiveTags.list";
  const found = new Map<string, VendorObject[]>();
  for (const { request, data } of index.answers(operation)) {
    if (request?.["instance"] !== undefined) push(found, linkPath(request["instance"]), data);
  }
  return (instance) => {
    const { path, target } = instance;
    const tags = found.get(path) ?? [];
    const inherited = tags.filter((tag) => tag["inherited"] === true);
    const valuesOf = (list: readonly VendorObject[]): ReadonlySet<string> =>
      new Set(list.flatMap((tag) => text(tag, "tagValue") ?? []));
    const isLost =
      isPlaceless(instance) ||
      index.unreadFor(target.account, operation, "instance", path) !== null ||
      tags.some((tag) => text(tag, "tagValue") === null);
    return {
      bound: isLost ? null : valuesOf(tags.filter((tag) => !inherited.includes(tag))),
      inherited: valuesOf(inherited),
    };
  };
}

/** What of a network's peerings was not read: they stand in its own record. */
function peersUnread(network: string, index: GcpIndex): string | null {
  const found = index.find(network);
  if (found === null) return `the peerings of ${network} (compute.networks.list)`;
  const list = objectList(found.data, "peerings");
  const isStrange =
    list === malformed ||
    list.some(
      (peering) => peering === malformed || text(peering, "state") === null || text(peering, "network") === null,
    );
  return isStrange ? `a peering of ${network}` : null;
}

function rangesUnread(network: string, subnets: readonly GcpResource[], index: GcpIndex): string | null {
  const project = projectIn(network) ?? "";
  const unread = index.unread(project, subnetworks);
  if (unread !== null) return `the subnets of ${network} (${unread})`;
  const strange = subnets.find(
    ({ path, data }) => projectIn(path) === project && (pathIn(data, "network") === null || hasStrangeRange(data)),
  );
  return strange === undefined ? null : `the network or a range of subnet ${strange.name}`;
}

const subnetworks = "compute.subnetworks.aggregatedList";

/** Peerings that are up. A network peers by its own record; the other side may lie in a project that nobody read. */
function peersOf(network: GcpResource | null): readonly string[] {
  if (network === null) return [];
  return objects(network.data, "peerings").flatMap((peering) => {
    const other = pathIn(peering, "network");
    return other !== null && text(peering, "state")?.toUpperCase() === "ACTIVE" ? [other] : [];
  });
}

const rangeMembers = ["ipCidrRange", "ipv6CidrRange", "internalIpv6Prefix", "externalIpv6Prefix"];

function rangesOf(subnet: VendorObject): readonly AddressSet[] {
  return [
    ...rangeMembers.map((member) => setIn(subnet, member)),
    ...objects(subnet, "secondaryIpRanges").map((range) => setIn(range, "ipCidrRange")),
  ].flatMap((set) => set ?? []);
}

function hasStrangeRange(subnet: VendorObject): boolean {
  const secondary = objectList(subnet, "secondaryIpRanges");
  return (
    rangeMembers.some((member) => isGiven(subnet[member]) && setIn(subnet, member) === null) ||
    secondary === malformed ||
    secondary.some((range) => range === malformed || setIn(range, "ipCidrRange") === null)
  );
}

/** Whether an interface that does not say where it lies may lie in the network. */
function isLost(network: string, homeless: readonly Nic[]): boolean {
  return homeless.some(({ path }) => projectIn(path) === projectIn(network));
}

/**
 * A network's interfaces lie in its own project and, where that is the host of a Shared VPC, in service projects, of which nobody can be sure
 * that all were scanned. https://cloud.google.com/vpc/docs/shared-vpc
 */
function isWhole(network: string, index: GcpIndex): boolean {
  const project = projectIn(network);
  if (project === null) return false;
  if (index.unread(project, "compute.projects.get") !== null) return false;
  const found = index.find(`projects/${project}`);
  if (found === null) return false;
  const status = found.data["xpnProjectStatus"];
  // Absent where the project shares nothing.
  const isOwn = status === undefined || status === null || status === "UNSPECIFIED_XPN_PROJECT_STATUS";
  return isOwn && index.unread(project, "compute.instances.aggregatedList") === null;
}

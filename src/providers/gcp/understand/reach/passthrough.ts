import { overlapsAddresses, parseCidr } from "../../../../network/addresses.ts";
import { object, text } from "../../../read.ts";
import { push } from "../../../shared/collections.ts";
import { linkPath, projectIn } from "../../links.ts";
import type { GcpIndex } from "../resources.ts";
import { isGiven, textList } from "../terms.ts";
import { pathIn, type Nic, type Topology } from "../topology.ts";
import { externalForwardings, groupsOf, type ExternalForwarding } from "./forwarding-rules.ts";

/** Forwarding rules that deliver packets to interfaces as they came. */
export interface PassthroughPaths {
  /** By the interface's path. */
  readonly to: (nic: Nic) => readonly ExternalForwarding[];
  /** What could not be read and might lead to an interface, in words. */
  readonly unread: (nic: Nic) => readonly string[];
  /** Forwarding rules whose connections end at proxies. */
  readonly proxies: readonly ExternalForwarding[];
}

const listings = [
  "compute.forwardingRules.aggregatedList",
  "compute.targetPools.aggregatedList",
  "compute.targetInstances.aggregatedList",
  "compute.backendServices.aggregatedList",
];

/**
 * External passthrough load balancers and protocol forwarding: target pools, target instances, and backend services with instance groups or zonal
 * endpoint groups. https://cloud.google.com/load-balancing/docs/network
 */
export function readPassthrough(index: GcpIndex, topology: Topology): PassthroughPaths {
  const { all, lost: unclear } = externalForwardings(index);
  const members = groupMembers(index);
  const found = new Map<string, ExternalForwarding[]>();
  /** By the project: what could not be followed. */
  const lost = new Map<string, string[]>();
  for (const { name, path } of unclear) push(lost, projectIn(path) ?? "", `what forwarding rule ${name} leads to`);
  for (const forwarding of all.filter(({ kind }) => kind === "passthrough")) {
    const { nics, missing } = receiversOf(forwarding, index, topology, members);
    for (const nic of new Set(nics)) push(found, nic.path, forwarding);
    for (const each of missing) push(lost, projectIn(forwarding.resource.path) ?? "", each);
  }
  return {
    to: ({ path }) => found.get(path) ?? [],
    unread: ({ instance }) => {
      const project = projectIn(instance.path) ?? "";
      const unlisted = listings.flatMap((operation) => index.unread(project, operation) ?? []);
      const doubts = unlisted.length === 0 ? [] : [`whether a forwarding rule leads to it (${unlisted.join("; ")})`];
      return [...doubts, ...(lost.get(project) ?? [])];
    },
    proxies: all.filter(({ kind }) => kind === "proxy"),
  };
}

interface Receivers {
  readonly nics: readonly Nic[];
  readonly missing: readonly string[];
}

function receiversOf(
  { target, resource }: ExternalForwarding,
  index: GcpIndex,
  topology: Topology,
  members: GroupMembers,
): Receivers {
  const found = index.find(target);
  const unclear = `what forwarding rule ${resource.name} leads to (${target})`;
  if (found === null) return { nics: [], missing: [unclear] };
  const { data } = found;
  const network = pathIn(data, "network");
  if (target.includes("/targetInstances/")) {
    const instance = pathIn(data, "instance");
    return instance === null
      ? { nics: [], missing: [unclear] }
      : { nics: interfaceOf(topology, instance, network), missing: [] };
  }
  if (target.includes("/targetPools/")) {
    // Its backup takes over when too many of its own instances fail.
    const backup = index.find(pathIn(data, "backupPool"));
    const isLost = isGiven(data["backupPool"]) && backup === null;
    const lists = [found, ...(backup === null ? [] : [backup])].map((pool) => textList(pool.data, "instances"));
    return {
      nics: lists.flatMap(({ items }) => items.flatMap((link) => interfaceOf(topology, linkPath(link), null))),
      missing: isLost || lists.some(({ isWhole }) => !isWhole) ? [unclear] : [],
    };
  }
  const parts = groupsOf(found).map((group): Receivers => {
    if (group === null) return { nics: [], missing: [unclear] };
    const { list, isWhole } = members(group);
    const lost = `the members of ${group}, to which forwarding rule ${resource.name} leads`;
    return {
      nics: list.flatMap((member) => memberInterface(topology, member, network)),
      missing: isWhole ? [] : [lost],
    };
  });
  return { nics: parts.flatMap(({ nics }) => nics), missing: parts.flatMap(({ missing }) => missing) };
}

/** Packets go to the first interface, or to the one in the network that the backend service or target names. */
function interfaceOf(topology: Topology, instance: string, network: string | null): readonly Nic[] {
  const nics = topology.nicsOf(instance);
  const inNetwork = network === null ? undefined : nics.find((nic) => nic.network === network);
  return [inNetwork ?? nics.find(({ name }) => name === "nic0") ?? nics[0]].flatMap((nic) => nic ?? []);
}

interface Member {
  readonly instance: string;
  readonly address: string | null;
}

function memberInterface(topology: Topology, { instance, address }: Member, network: string | null): readonly Nic[] {
  const set = address === null ? null : parseCidr(address);
  const byAddress =
    set === null ? undefined : topology.nicsOf(instance).find(({ addresses }) => overlapsAddresses(addresses, set));
  return byAddress === undefined ? interfaceOf(topology, instance, network) : [byAddress];
}

/** The instances of a group, by the group's path, as far as they were read. */
type GroupMembers = (group: string) => { readonly list: readonly Member[]; readonly isWhole: boolean };

function groupMembers(index: GcpIndex): GroupMembers {
  const found = new Map<string, Member[]>();
  const strange = new Set<string>();
  const add = (group: string | undefined, instance: string | null, address: string | null): void => {
    if (group === undefined) return;
    if (instance === null) strange.add(linkPath(group));
    else push(found, linkPath(group), { instance: linkPath(instance), address });
  };
  for (const operation of ["compute.instanceGroups.listInstances", "compute.regionInstanceGroups.listInstances"]) {
    for (const { request, data } of index.answers(operation)) add(request?.["group"], text(data, "instance"), null);
  }
  for (const { request, data } of index.answers("compute.networkEndpointGroups.listNetworkEndpoints")) {
    const endpoint = object(data, "networkEndpoint") ?? data;
    const group = request?.["group"];
    const zone = group === undefined ? "" : linkPath(group).replace(/\/networkEndpointGroups\/.*$/, "");
    const named = text(endpoint, "instance");
    // Endpoint groups name instances by name alone: they lie in the group's zone.
    const instance = named === null || named.includes("/") ? named : `${zone}/instances/${named}`;
    add(group, instance, text(endpoint, "ipAddress"));
  }
  return (group) => ({ list: found.get(group) ?? [], isWhole: wasAsked(index, group) && !strange.has(group) });
}

function wasAsked(index: GcpIndex, group: string): boolean {
  const project = projectIn(group) ?? "";
  const operation = group.includes("/networkEndpointGroups/")
    ? "compute.networkEndpointGroups.listNetworkEndpoints"
    : /\/regions\//.test(group)
      ? "compute.regionInstanceGroups.listInstances"
      : "compute.instanceGroups.listInstances";
  return index.unreadFor(project, operation, "group", group) === null;
}

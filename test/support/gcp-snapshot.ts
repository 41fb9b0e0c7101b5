import type { Coverage, CoverageStatus } from "../../src/model/coverage.ts";
import type { Json } from "../../src/model/finding.ts";
import { globalRegion } from "../../src/model/resource.ts";
import { kindOf } from "../../src/providers/gcp/operation.ts";
import { gcpOperations } from "../../src/providers/gcp/operations.ts";
import { gcpProvider } from "../../src/providers/gcp/provider.ts";
import type { Understanding } from "../../src/providers/provider.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../src/snapshot/record.ts";

export { endpointOf, enters, packet, through, type Answer } from "./azure-estate.ts";

// Records as a scan leaves them, one item of an answer each, with the coverage of every operation: what understanding is tested with.

/** The project that everything lies in unless said otherwise. */
export const project = "shop";
export const organization = "organizations/1";
export const folder = "folders/2";
export const region = "europe-west1";
export const zone = "europe-west1-b";

/** The link to something of Compute Engine: `linkTo("projects/shop/global/networks/net")`. */
export function linkTo(path: string): string {
  return `https://www.googleapis.com/compute/v1/${path}`;
}

export const networkPath = (name = "net", owner = project): string => `projects/${owner}/global/networks/${name}`;
export const instancePath = (name = "vm", owner = project): string =>
  `projects/${owner}/zones/${zone}/instances/${name}`;

/** One item of an answer of Google's, and where it was read. */
export interface GcpItem {
  readonly account: string;
  readonly operation: string;
  readonly request?: Readonly<Record<string, string>>;
  readonly data: VendorObject;
}

/** A resource of Compute Engine by the path of its self link. */
export function resource(operation: string, path: string, members: VendorObject): GcpItem {
  const data = { id: "1", name: path.split("/").at(-1) ?? path, selfLink: linkTo(path), ...members };
  return { account: /^projects\/([^/]+)/.exec(path)?.[1] ?? project, operation, data };
}

/** A project as Resource Manager tells it; without a parent unless one is named. */
export function projectItem(parent: Json | null = null, owner = project): GcpItem {
  const data = { name: `projects/${owner === project ? 111 : 222}`, projectId: owner, state: "ACTIVE" };
  return {
    account: owner,
    operation: "cloudresourcemanager.projects.get",
    data: parent === null ? data : { ...data, parent },
  };
}

export function folderItem(name = folder, parent: Json = organization): GcpItem {
  return { account: name, operation: "cloudresourcemanager.folders.get", data: { name, parent, state: "ACTIVE" } };
}

/** A project as Compute Engine tells it: a Shared VPC host or not. */
export function computeProject(members: VendorObject = {}, owner = project): GcpItem {
  return resource("compute.projects.get", `projects/${owner}`, {
    xpnProjectStatus: "UNSPECIFIED_XPN_PROJECT_STATUS",
    ...members,
  });
}

/** A network `net` in the usual enforcement order. */
export function network(members: VendorObject = {}, name = "net", owner = project): GcpItem {
  return resource("compute.networks.list", networkPath(name, owner), {
    networkFirewallPolicyEnforcementOrder: "AFTER_CLASSIC_FIREWALL",
    ...members,
  });
}

/** Its subnet `web`, 10.0.1.0/24, in the usual region. */
export function subnet(members: VendorObject = {}, name = "web", networkName = "net", owner = project): GcpItem {
  return resource("compute.subnetworks.aggregatedList", `projects/${owner}/regions/${region}/subnetworks/${name}`, {
    network: linkTo(networkPath(networkName, owner)),
    ipCidrRange: "10.0.1.0/24",
    purpose: "PRIVATE",
    region: linkTo(`projects/${owner}/regions/${region}`),
    ...members,
  });
}

/** The interface nic0: 10.0.1.4 in subnet `web`, with an external address. */
export function nic(members: VendorObject = {}): VendorObject {
  return {
    name: "nic0",
    network: linkTo(networkPath()),
    subnetwork: linkTo(`projects/${project}/regions/${region}/subnetworks/web`),
    networkIP: "10.0.1.4",
    accessConfigs: [{ type: "ONE_TO_ONE_NAT", name: "External NAT", natIP: "34.1.2.3" }],
    ...members,
  };
}

/** An instance `vm` with one interface. */
export function vm(members: VendorObject = {}, name = "vm", owner = project): GcpItem {
  return resource("compute.instances.aggregatedList", instancePath(name, owner), {
    status: "RUNNING",
    zone: linkTo(`projects/${owner}/zones/${zone}`),
    networkInterfaces: [nic()],
    ...members,
  });
}

/** An instance that only others inside reach. */
export function inner(name: string, address: string, members: VendorObject = {}, more: VendorObject = {}): GcpItem {
  return vm({ networkInterfaces: [nic({ networkIP: address, accessConfigs: [], ...more })], ...members }, name);
}

/** A VPC firewall rule: everyone may come in on tcp 22, unless said otherwise. `null` takes a member away. */
export function vpcRule(name: string, members: VendorObject = {}, networkName = "net", owner = project): GcpItem {
  const rule = {
    network: linkTo(networkPath(networkName, owner)),
    direction: "INGRESS",
    priority: 1000,
    disabled: false,
    sourceRanges: ["0.0.0.0/0"],
    ...(Object.hasOwn(members, "denied") ? {} : { allowed: ssh }),
    ...members,
  };
  const given = Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== null));
  return resource("compute.firewalls.list", `projects/${owner}/global/firewalls/${name}`, given);
}

/** The traffic of `allowed` and `denied` that most tests speak of: tcp 22. */
export const ssh: readonly VendorObject[] = [{ IPProtocol: "tcp", ports: ["22"] }];

/** A rule of a firewall policy: about everyone on tcp 22, unless said otherwise. */
export function policyRule(
  priority: number,
  action: string,
  match: VendorObject = {},
  members: VendorObject = {},
): VendorObject {
  const isMeant = Object.keys(match).some((member) => /^(?:src|dest)[A-Z]/.test(member));
  return {
    priority,
    action,
    direction: "INGRESS",
    disabled: false,
    match: {
      ...(isMeant ? {} : { srcIpRanges: ["0.0.0.0/0"] }),
      layer4Configs: [{ ipProtocol: "tcp", ports: ["22"] }],
      ...match,
    },
    ...members,
  };
}

const handOn = (priority: number, direction: string, ranges: VendorObject): VendorObject => ({
  priority,
  action: "goto_next",
  direction,
  match: { ...ranges, layer4Configs: [{ ipProtocol: "all" }] },
});

/** What Google ends every policy with: everything is handed on. */
export const predefined: readonly VendorObject[] = [
  handOn(2_147_483_644, "EGRESS", { destIpRanges: ["::/0"] }),
  handOn(2_147_483_645, "INGRESS", { srcIpRanges: ["::/0"] }),
  handOn(2_147_483_646, "EGRESS", { destIpRanges: ["0.0.0.0/0"] }),
  handOn(2_147_483_647, "INGRESS", { srcIpRanges: ["0.0.0.0/0"] }),
];

/** A policy, and where it is in force: of an organization or a folder, of the network, of its region, or Google's own. */
export interface SmallPolicy {
  readonly type: "HIERARCHY" | "NETWORK" | "NETWORK_REGIONAL" | "SYSTEM_GLOBAL" | "SYSTEM_REGIONAL";
  /** A number for hierarchical policies. */
  readonly name: string;
  readonly rules: readonly VendorObject[];
  /** What it is associated with: the organization, or the network `net`, unless said otherwise. */
  readonly on?: string;
}

/** The policy as it is listed; null for Google's own, which are not. */
export function listedPolicy({ type, name, rules, on }: SmallPolicy, owner = project): GcpItem | null {
  if (type === "SYSTEM_GLOBAL" || type === "SYSTEM_REGIONAL") return null;
  const isHierarchical = type === "HIERARCHY";
  const place = isHierarchical
    ? "locations/global"
    : `projects/${owner}/${type === "NETWORK" ? "global" : `regions/${region}`}`;
  const attachmentTarget = on ?? (isHierarchical ? organization : linkTo(networkPath("net", owner)));
  const operation = isHierarchical ? "compute.firewallPolicies.list" : "compute.networkFirewallPolicies.aggregatedList";
  return {
    ...resource(operation, `${place}/firewallPolicies/${name}`, {
      ...(isHierarchical ? { shortName: `policy-${name}`, parent: attachmentTarget } : {}),
      rules: [...rules, ...predefined],
      associations: [{ name: "here", attachmentTarget }],
    }),
    account: isHierarchical ? attachmentTarget : owner,
  };
}

function effective({ type, name, rules }: SmallPolicy, position: number): VendorObject {
  return {
    type,
    name,
    ...(type === "HIERARCHY" ? { shortName: `policy-${name}` } : { priority: position }),
    rules: [...rules, ...predefined],
  };
}

/** What is in force in a network, as Google answers: once for the network, once for it in the region. */
export function inForce(
  policies: readonly SmallPolicy[],
  firewalls: readonly VendorObject[] = [],
  path = networkPath(),
  account = project,
): readonly GcpItem[] {
  const answer = (chosen: readonly SmallPolicy[]): VendorObject => ({
    ...(chosen.length === 0 ? {} : { firewallPolicys: chosen.map(effective) }),
    ...(firewalls.length === 0 ? {} : { firewalls }),
  });
  const isRegional = ({ type }: SmallPolicy): boolean => type === "NETWORK_REGIONAL" || type.startsWith("SYSTEM");
  return [
    {
      account,
      operation: "compute.networks.getEffectiveFirewalls",
      request: { network: path },
      data: answer(policies.filter((policy) => !isRegional(policy))),
    },
    {
      account,
      operation: "compute.regionNetworkFirewallPolicies.getEffectiveFirewalls",
      request: { project: account, network: path, region },
      data: answer(policies),
    },
  ];
}

/** A secure tag in effect on an instance. */
export function secureTag(value: string, instance = instancePath(), inherited = false): GcpItem {
  return {
    account: /^projects\/([^/]+)/.exec(instance)?.[1] ?? project,
    operation: "cloudresourcemanager.effectiveTags.list",
    request: { parent: `//compute.googleapis.com/${instance}`, instance },
    data: { tagValue: value, namespacedTagValue: `1/role/${value}`, inherited },
  };
}

/** The route to the internet that every network begins with. */
export function defaultRoute(members: VendorObject = {}, networkName = "net", owner = project): GcpItem {
  return resource("compute.routes.list", `projects/${owner}/global/routes/default-${networkName}`, {
    network: linkTo(networkPath(networkName, owner)),
    destRange: "0.0.0.0/0",
    priority: 1000,
    nextHopGateway: linkTo(`projects/${owner}/global/gateways/default-internet-gateway`),
    ...members,
  });
}

/** Coverage that differs from `complete`: a status for an operation of the project, or of another account as `account operation`. */
export type Unread = Readonly<Record<string, CoverageStatus>>;

/** A snapshot of items. Every operation of every project, folder and organization in it was read unless it is named in `unread`. */
export function gcpSnapshot(items: readonly GcpItem[], unread: Unread = {}): Snapshot {
  const accounts = [...new Set([project, ...items.map(({ account }) => account)])];
  const placed = <T extends object>(account: string, rest: T) => ({
    cloud: "gcp" as const,
    account,
    region: globalRegion,
    ...rest,
  });
  const coverage = accounts.flatMap((account) =>
    gcpOperations
      .filter(({ on, ask }) => on.includes(kindOf(account)) && ask.how !== "connecting")
      .map(({ id }): Coverage => {
        const status = unread[`${account} ${id}`] ?? (account === project ? unread[id] : undefined) ?? "complete";
        const error = status === "complete" ? null : `${id} ${status}`;
        return placed(account, { operation: id, status, items: 0, error });
      }),
  );
  return {
    source: "live",
    startedAt: "2026-01-01T00:00:00Z",
    finishedAt: "2026-01-01T00:00:00Z",
    targets: accounts.map((account) => placed(account, { name: null, status: "scanned" as const, note: null })),
    records: items.map(({ account, ...item }): SnapshotRecord => placed(account, item)),
    coverage,
    notes: [],
  };
}

export function understand(items: readonly GcpItem[], unread: Unread = {}): Understanding {
  return gcpProvider.understand(gcpSnapshot(items, unread));
}

/** Items with the project, its network and subnet, a way to the internet, and the policies in force (none unless some are named). */
export function around(
  items: readonly GcpItem[],
  policies: readonly SmallPolicy[] = [],
  order: Json = "AFTER_CLASSIC_FIREWALL",
): readonly GcpItem[] {
  return [
    projectItem(policies.some(({ type }) => type === "HIERARCHY") ? organization : null),
    computeProject(),
    network({ networkFirewallPolicyEnforcementOrder: order }),
    subnet(),
    defaultRoute(),
    ...items,
    ...policies.flatMap((policy) => listedPolicy(policy) ?? []),
    ...inForce(policies),
  ];
}

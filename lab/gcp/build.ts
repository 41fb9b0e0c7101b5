import { createHash } from "node:crypto";

import type { GcpDetail, GcpResource, JsonObject } from "./estate.ts";

/** When everything in an estate was made. */
const since = "2024-03-11T02:47:19.803-08:00";

/** Where Compute Engine's links begin. */
export const computeRoot = "https://www.googleapis.com/compute/v1/";

/** A number as Google gives one to everything, which depends on a name alone. */
export function numberOf(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex");
  // Eighteen digits, none of them a leading zero.
  return String(10n ** 17n + (BigInt(`0x${digest.slice(0, 16)}`) % (9n * 10n ** 17n)));
}

/** Where a resource of Compute Engine lies: `{ project: "p", scope: "zones/europe-west1-b" }`. */
export interface Place {
  readonly project: string;
  /** `global`, `regions/<region>` or `zones/<zone>`. */
  readonly scope: string;
}

/** A resource of Compute Engine: `computeResource(place, "networks", "compute#network", "vpc", {...})`. */
export function computeResource(
  { project, scope }: Place,
  collection: string,
  kind: string,
  name: string,
  members: JsonObject,
): GcpResource {
  const selfLink = `${computeRoot}projects/${project}/${scope}/${collection}/${name}`;
  const [place, where] = scope.split("/");
  return {
    kind,
    id: numberOf(selfLink),
    creationTimestamp: since,
    name,
    ...members,
    ...(place === "regions" ? { region: `${computeRoot}projects/${project}/regions/${where}` } : {}),
    ...(place === "zones" ? { zone: `${computeRoot}projects/${project}/zones/${where}` } : {}),
    selfLink,
  };
}

/** A VPC network, but for what others tell of it: see {@link joined}. */
export interface NetworkWords {
  /** Whether Google makes a subnet in every region. False when absent. */
  readonly auto?: boolean;
  /** Whether its firewall policies come before its rules. AFTER when absent, as it is in Google. */
  readonly policies?: "BEFORE" | "AFTER";
  readonly description?: string;
  readonly more?: JsonObject;
}

/** A VPC network. */
export function network(project: string, name: string, words: NetworkWords = {}): GcpResource {
  const { auto = false, policies = "AFTER", description, more } = words;
  return computeResource({ project, scope: "global" }, "networks", "compute#network", name, {
    ...(description === undefined ? {} : { description }),
    autoCreateSubnetworks: auto,
    routingConfig: { routingMode: "REGIONAL" },
    mtu: 1460,
    networkFirewallPolicyEnforcementOrder: `${policies}_CLASSIC_FIREWALL`,
    ...more,
  });
}

/** A subnet. */
export interface SubnetWords {
  readonly region: string;
  /** `10.20.0.0/20`. */
  readonly range: string;
  /** Its IPv6 range; external when it may be reached from the internet. */
  readonly ipv6?: { readonly range: string; readonly access: "EXTERNAL" | "INTERNAL" };
  /** Ranges for pods and services, by name. */
  readonly secondary?: Readonly<Record<string, string>>;
  /** False when absent, as it is in Google. */
  readonly flowLogs?: boolean;
  readonly privateGoogleAccess?: boolean;
  /** `PRIVATE` when absent; `REGIONAL_MANAGED_PROXY` for Envoy's own. */
  readonly purpose?: string;
}

/** A subnet of a network, in the network's project. */
export function subnetwork(vpc: GcpResource, name: string, words: SubnetWords): GcpResource {
  const { region, range, ipv6, secondary, flowLogs = false, privateGoogleAccess = false, purpose = "PRIVATE" } = words;
  const place: Place = { project: projectOf(vpc), scope: `regions/${region}` };
  const external = ipv6?.access === "EXTERNAL";
  return computeResource(place, "subnetworks", "compute#subnetwork", name, {
    network: vpc.selfLink,
    ipCidrRange: range,
    gatewayAddress: range.replace(/\.\d+\/\d+$/, ".1"),
    privateIpGoogleAccess: privateGoogleAccess,
    privateIpv6GoogleAccess: "DISABLE_GOOGLE_ACCESS",
    purpose,
    stackType: ipv6 === undefined ? "IPV4_ONLY" : "IPV4_IPV6",
    ...(ipv6 === undefined ? {} : { ipv6AccessType: ipv6.access, ipv6CidrRange: ipv6.range }),
    ...(external ? { externalIpv6Prefix: ipv6.range } : {}),
    ...(ipv6 === undefined || external ? {} : { internalIpv6Prefix: ipv6.range }),
    ...(secondary === undefined
      ? {}
      : {
          secondaryIpRanges: Object.entries(secondary).map(([rangeName, ipCidrRange]) => ({ rangeName, ipCidrRange })),
        }),
    enableFlowLogs: flowLogs,
    logConfig: flowLogs
      ? { enable: true, aggregationInterval: "INTERVAL_5_SEC", flowSampling: 0.5, metadata: "INCLUDE_ALL_METADATA" }
      : { enable: false },
  });
}

/** Protocols with their ports: `["tcp:22,3389", "icmp", "all"]`. */
export type Traffic = readonly string[];

/** Reads {@link Traffic} into pairs of protocol and ports. */
export function trafficOf(traffic: Traffic): readonly (readonly [string, readonly string[]])[] {
  return traffic.map((entry) => {
    const [protocol = "", ports] = entry.split(":");
    return [protocol, ports === undefined ? [] : ports.split(",")];
  });
}

/** A VPC firewall rule. What is absent is INGRESS, from anywhere, to everything in the network, at 1000. */
export interface FirewallWords {
  readonly allow?: Traffic;
  readonly deny?: Traffic;
  readonly direction?: "INGRESS" | "EGRESS";
  readonly priority?: number;
  /** Ranges of the other side: sources of INGRESS, destinations of EGRESS. */
  readonly ranges?: readonly string[];
  readonly sourceTags?: readonly string[];
  readonly sourceServiceAccounts?: readonly string[];
  readonly targetTags?: readonly string[];
  readonly targetServiceAccounts?: readonly string[];
  readonly disabled?: boolean;
  readonly logged?: boolean;
  readonly description?: string;
}

/** A VPC firewall rule. Google fills in a range of everything where no source is named. */
export function firewall(vpc: GcpResource, name: string, words: FirewallWords): GcpResource {
  const { direction = "INGRESS", priority = 1000, disabled = false, logged = false, description = "" } = words;
  const { sourceTags, sourceServiceAccounts, targetTags, targetServiceAccounts } = words;
  const named = sourceTags !== undefined || sourceServiceAccounts !== undefined;
  const ranges = words.ranges ?? (named ? undefined : ["0.0.0.0/0"]);
  const pairs = (traffic: Traffic): readonly JsonObject[] =>
    trafficOf(traffic).map(([IPProtocol, ports]) => (ports.length === 0 ? { IPProtocol } : { IPProtocol, ports }));
  return computeResource({ project: projectOf(vpc), scope: "global" }, "firewalls", "compute#firewall", name, {
    description,
    network: vpc.selfLink,
    priority,
    ...(ranges === undefined ? {} : { [direction === "INGRESS" ? "sourceRanges" : "destinationRanges"]: ranges }),
    ...defined({ sourceTags, sourceServiceAccounts, targetTags, targetServiceAccounts }),
    ...(words.allow === undefined ? {} : { allowed: pairs(words.allow) }),
    ...(words.deny === undefined ? {} : { denied: pairs(words.deny) }),
    direction,
    logConfig: { enable: logged, ...(logged ? { metadata: "INCLUDE_ALL_METADATA" } : {}) },
    disabled,
  });
}

/** An interface of an instance. */
export interface InterfaceWords {
  readonly subnet: GcpResource;
  readonly address: string;
  /** The external address that is translated to this one. */
  readonly publicIp?: string;
  readonly ipv6?: { readonly address: string; readonly access: "EXTERNAL" | "INTERNAL" };
  /** Ranges that are this interface's too: `10.4.0.0/24`, by the name of the subnet's secondary range. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** An instance. */
export interface InstanceWords {
  /** The first is nic0. */
  readonly interfaces: readonly InterfaceWords[];
  readonly tags?: readonly string[];
  /** Its address; none when null. The project's own default when absent is nobody's business here, and so is none. */
  readonly serviceAccount?: string;
  /** `https://www.googleapis.com/auth/cloud-platform` when absent. */
  readonly scopes?: readonly string[];
  readonly forwards?: boolean;
  /** `RUNNING` when absent. */
  readonly status?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Metadata, which holds secrets as often as not. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** An instance in a project's zone; its interfaces may lie in another project's network. */
export function instance(project: string, zone: string, name: string, words: InstanceWords): GcpResource {
  const { interfaces, tags, serviceAccount, forwards = false, status = "RUNNING", labels, metadata = {} } = words;
  const items = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  const place: Place = { project, scope: `zones/${zone}` };
  return computeResource(place, "instances", "compute#instance", name, {
    description: "",
    tags: { ...(tags === undefined ? {} : { items: tags }), fingerprint: "42WmSpB8rSM=" },
    machineType: `${computeRoot}projects/${project}/zones/${zone}/machineTypes/e2-medium`,
    status,
    canIpForward: forwards,
    networkInterfaces: interfaces.map((words, index) => networkInterface(words, index)),
    disks: [],
    metadata: { kind: "compute#metadata", fingerprint: "yKr6py6Xll8=", ...(items.length === 0 ? {} : { items }) },
    ...(serviceAccount === undefined
      ? {}
      : {
          serviceAccounts: [
            { email: serviceAccount, scopes: words.scopes ?? ["https://www.googleapis.com/auth/cloud-platform"] },
          ],
        }),
    ...(labels === undefined ? {} : { labels }),
    labelFingerprint: "42WmSpB8rSM=",
    scheduling: { onHostMaintenance: "MIGRATE", automaticRestart: true, preemptible: false },
    cpuPlatform: "Intel Broadwell",
    startRestricted: false,
    deletionProtection: false,
  });
}

function networkInterface(words: InterfaceWords, index: number): JsonObject {
  const { subnet, address, publicIp, ipv6, aliases } = words;
  const nat = {
    kind: "compute#accessConfig",
    type: "ONE_TO_ONE_NAT",
    name: "External NAT",
    natIP: publicIp,
    networkTier: "PREMIUM",
  };
  return {
    kind: "compute#networkInterface",
    name: `nic${index}`,
    network: subnet["network"],
    subnetwork: subnet.selfLink,
    networkIP: address,
    fingerprint: "wbsB3SaM7JQ=",
    stackType: ipv6 === undefined ? "IPV4_ONLY" : "IPV4_IPV6",
    ...(ipv6?.access === "INTERNAL" ? { ipv6Address: ipv6.address, ipv6AccessType: "INTERNAL" } : {}),
    ...(publicIp === undefined ? {} : { accessConfigs: [nat] }),
    ...(ipv6?.access === "EXTERNAL" ? { ipv6AccessType: "EXTERNAL", ipv6AccessConfigs: [outer6(ipv6.address)] } : {}),
    ...(aliases === undefined
      ? {}
      : {
          aliasIpRanges: Object.entries(aliases).map(([subnetworkRangeName, ipCidrRange]) => ({
            ipCidrRange,
            subnetworkRangeName,
          })),
        }),
  };
}

function outer6(address: string): JsonObject {
  return {
    kind: "compute#accessConfig",
    type: "DIRECT_IPV6",
    name: "external-ipv6",
    externalIpv6: address,
    externalIpv6PrefixLength: 96,
    networkTier: "PREMIUM",
  };
}

/** The project that a resource of Compute Engine lies in, by id. */
export function projectOf({ selfLink }: GcpResource): string {
  return /\/projects\/([^/]+)\//.exec(selfLink)?.[1] ?? "";
}

/** The members that are defined. */
export function defined(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/**
 * The effective tags of an instance, by namespaced name: `{ "480931562077/exposure/internet": "tagValues/281475012345678" }`.
 * See https://docs.cloud.google.com/resource-manager/reference/rest/v3/effectiveTags/list.
 */
export function tagged(of: GcpResource, tags: Readonly<Record<string, string>>): GcpDetail {
  const items = Object.entries(tags).map(([namespacedTagValue, tagValue]) => {
    const namespacedTagKey = namespacedTagValue.slice(0, namespacedTagValue.lastIndexOf("/"));
    return {
      tagValue,
      namespacedTagValue,
      tagKey: `tagKeys/${numberOf(namespacedTagKey).slice(0, 15)}`,
      namespacedTagKey,
      tagKeyParentName: `organizations/${namespacedTagKey.split("/")[0]}`,
      inherited: false,
    };
  });
  return { of, method: "effectiveTags", items };
}

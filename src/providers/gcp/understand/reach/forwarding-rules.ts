import { allIpv4, allIpv6, parseCidr, unionAddresses, type AddressSet } from "../../../../network/addresses.ts";
import type { Layer } from "../../../../network/endpoint.ts";
import { knownExtent, noExtent } from "../../../../network/extent.ts";
import {
  allL4,
  hasPorts,
  l4Entries,
  l4Ports,
  l4Protocol,
  noL4,
  protocolNumber,
  unionL4,
  type L4Set,
} from "../../../../network/l4.ts";
import { flag, malformed, objectList, text } from "../../../read.ts";
import { layerOf, passes, perhaps } from "../../../shared/layers.ts";
import { linkName, linkPath } from "../../links.ts";
import { gcpResource, type GcpIndex, type GcpResource } from "../resources.ts";
import { isGiven, textList } from "../terms.ts";
import { pathIn } from "../topology.ts";

/**
 * A forwarding rule with an address that the internet can reach. `passthrough`: packets arrive at instances as they came, under the forwarding
 * rule's own address (external passthrough load balancers, protocol forwarding). `proxy`: connections end at Google's proxies.
 * https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts
 */
export interface ExternalForwarding {
  readonly resource: GcpResource;
  readonly kind: "passthrough" | "proxy";
  readonly address: AddressSet;
  /** Everyone of the family who can send to it; fewer where the rule names source ranges. */
  readonly clients: AddressSet;
  readonly l4: L4Set;
  /** The link of the target or backend service. */
  readonly target: string;
  /** For people: `tcp 443`; null where it stands for more than one port. */
  readonly port: string | null;
  /** Its address, and what of the traffic it takes. */
  readonly layers: readonly Layer[];
}

/** Whether an address is external, by scheme: https://cloud.google.com/compute/docs/reference/rest/v1/forwardingRules */
const schemes: ReadonlyMap<string, boolean> = new Map([
  ["EXTERNAL", true],
  ["EXTERNAL_MANAGED", true],
  ["EXTERNAL_PASSTHROUGH", true],
  ["INTERNAL", false],
  ["INTERNAL_MANAGED", false],
  ["INTERNAL_SELF_MANAGED", false],
]);

/** Forwarding rules that the internet can send to. Those for Private Service Connect, VPN gateways and inside are left out. */
export interface ExternalForwardings {
  readonly all: readonly ExternalForwarding[];
  /** Those of which it cannot be told where they lead. */
  readonly lost: readonly GcpResource[];
}

export function externalForwardings(index: GcpIndex): ExternalForwardings {
  const all: ExternalForwarding[] = [];
  const lost: GcpResource[] = [];
  for (const resource of index.all("forwardingRules")) {
    const read = readForwarding(resource);
    if (read === "lost") lost.push(resource);
    else if (read !== "elsewhere") all.push(read);
  }
  return { all, lost };
}

function readForwarding(resource: GcpResource): ExternalForwarding | "elsewhere" | "lost" {
  const { data, name } = resource;
  const backend = pathIn(data, "backendService");
  const target = pathIn(data, "target");
  const link = target ?? backend;
  const kind = kindOf(target, backend);
  // Private Service Connect to Google's own services has no scheme at all.
  if (kind === "elsewhere") return kind;
  const scheme = data["loadBalancingScheme"] ?? "EXTERNAL";
  const isExternal = typeof scheme === "string" ? schemes.get(scheme.toUpperCase()) : undefined;
  if (isExternal === false) return "elsewhere";
  if (isExternal === undefined || kind === "lost" || link === null) return "lost";
  const said = text(data, "IPAddress");
  const address = (said === null ? null : parseCidr(said)) ?? { v4: [], v6: [] };
  const isV6 = address.v6.length > 0 || text(data, "ipVersion")?.toUpperCase() === "IPV6";
  const everyone = isV6 ? allIpv6 : allIpv4;
  const listed = textList(data, "sourceIpRanges");
  const ranges = listed.items.map(parseCidr);
  const areRead = listed.isWhole && !ranges.includes(null);
  const clients = areRead && ranges.length > 0 ? unionAddresses(ranges.flatMap((range) => range ?? [])) : everyone;
  const { l4, isKnown } = trafficOf(resource);
  const shown = said ?? name;
  const self = gcpResource(resource, "gcp:compute:forwarding-rule");
  const addressLayer = layerOf(
    {
      kind: "public-address",
      name: `external address ${shown}`,
      opensBy: `an address given to forwarding rule ${name}`,
      resources: [self],
    },
    [passes(`address ${shown}`, said === null ? noExtent : knownExtent(everyone))],
  );
  const doubts = [
    ...(isKnown ? [] : [`the ports of forwarding rule ${name}`]),
    ...(areRead ? [] : [`the source ranges of forwarding rule ${name}`]),
  ];
  const takes = doubts.length === 0 ? knownExtent(clients) : perhaps(clients, doubts);
  const listener = layerOf(
    {
      kind: "load-balancer",
      name: `forwarding rule ${name}`,
      opensBy: `a port of forwarding rule ${name}`,
      resources: [self],
    },
    [passes(`forwarding rule ${name}`, takes, l4)],
  );
  return {
    resource,
    kind,
    address,
    clients,
    l4,
    target: linkPath(link),
    port: onlyPort(l4),
    layers: [addressLayer, listener],
  };
}

/** Targets that lead neither to instances nor to a load balancer's front: VPN gateways, services published by others, Google's own. */
const elsewhere = /\/(?:targetVpnGateways|serviceAttachments)\/|^(?:all-apis|vpc-sc)$/;

function kindOf(target: string | null, backend: string | null): ExternalForwarding["kind"] | "elsewhere" | "lost" {
  if (target === null) return backend === null ? "lost" : "passthrough";
  if (elsewhere.test(target)) return "elsewhere";
  if (/\/target(?:Pools|Instances)\//.test(target)) return "passthrough";
  return /\/target(?:Http|Https|Tcp|Ssl|Grpc)Proxies\//.test(target) ? "proxy" : "lost";
}

/** Ports stand as a range, a list, or every one; L3_DEFAULT is every protocol. */
function trafficOf({ data }: GcpResource): { readonly l4: L4Set; readonly isKnown: boolean } {
  const said = isGiven(data["IPProtocol"]) ? (text(data, "IPProtocol")?.toUpperCase() ?? "") : "TCP";
  if (said === "L3_DEFAULT") return { l4: allL4, isKnown: true };
  const protocol = protocolNumber(said);
  if (protocol === null) return { l4: allL4, isKnown: false };
  const range = text(data, "portRange");
  const ports = textList(data, "ports");
  if (!ports.isWhole || (range === null && isGiven(data["portRange"]))) return { l4: allL4, isKnown: false };
  const listed = [...(range === null ? [] : [range]), ...ports.items];
  if (!hasPorts(protocol) || flag(data, "allPorts") === true || listed.length === 0)
    return { l4: l4Protocol(protocol), isKnown: true };
  const parts = listed.map((each) => {
    const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(each.trim()) ?? [];
    return first === undefined ? noL4 : l4Ports(protocol, Number(first), Number(last ?? first));
  });
  const isKnown = parts.every((part) => part.length > 0);
  return { l4: isKnown ? unionL4(parts) : l4Protocol(protocol), isKnown };
}

function onlyPort(l4: L4Set): string | null {
  const entries = l4Entries(l4);
  const [only] = entries;
  return only !== undefined && entries.length === 1 && /^\d+$/.test(only.ports ?? "")
    ? `${only.protocol} ${only.ports}`
    : null;
}

/** The backend services behind a proxy, by path: its own, or every one that its URL map names; null where something on the way was not read. */
export function servicesBehind(index: GcpIndex, proxyLink: string): readonly string[] | null {
  const proxy = index.find(proxyLink);
  if (proxy === null) return null;
  const service = pathIn(proxy.data, "service");
  if (service !== null) return [service];
  const map = index.find(text(proxy.data, "urlMap"));
  if (map === null) return null;
  return [...new Set(linksIn(map.data))];
}

/** Every link to a backend service or bucket, however deep it stands. */
function linksIn(value: unknown): readonly string[] {
  if (typeof value === "string") return /\/backend(?:Services|Buckets)\//.test(value) ? [linkPath(value)] : [];
  if (Array.isArray(value)) return value.flatMap(linksIn);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(linksIn) : [];
}

/** Links to instance groups and endpoint groups that a backend service sends to; null in the place of one that cannot be read. */
export function groupsOf({ data }: GcpResource): readonly (string | null)[] {
  const backends = objectList(data, "backends");
  if (backends === malformed) return [null];
  return backends.map((backend) => (backend === malformed ? null : pathIn(backend, "group")));
}

/** A forwarding rule's name and the load balancer's kind, for people. */
export function forwardingName({ resource, port, target }: ExternalForwarding): string {
  const how = target.includes("/targetInstances/") ? "protocol forwarding" : "load balancer";
  return `${port === null ? "" : `${port} of `}${how} ${linkName(resource.path)}`;
}

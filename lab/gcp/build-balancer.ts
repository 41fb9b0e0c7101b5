import { computeResource, computeRoot, defined, type Place } from "./build.ts";
import { type GcpDetail, type GcpResource, type JsonObject, objectsOf, pathOf, textOf } from "./estate.ts";

/** A group of instances or endpoints, and who is in it. */
export interface Group {
  readonly group: GcpResource;
  readonly members: GcpDetail;
}

/** Where a resource lies, read off another that lies beside it. */
export function placeOf({ selfLink }: GcpResource): Place {
  const [, project = "", kind = "", where = ""] = pathOf(selfLink).split("/");
  return { project, scope: kind === "global" ? kind : `${kind}/${where}` };
}

function firstInterface(instance: GcpResource): JsonObject {
  return objectsOf(instance, "networkInterfaces")[0] ?? {};
}

/** An instance group of the zone that its instances lie in, with ports by name. */
export function instanceGroup(
  name: string,
  instances: readonly [GcpResource, ...(readonly GcpResource[])],
  ports: Readonly<Record<string, number>> = {},
): Group {
  const { network, subnetwork } = firstInterface(instances[0]);
  const namedPorts = Object.entries(ports).map(([port, number]) => ({ name: port, port: number }));
  const group = computeResource(placeOf(instances[0]), "instanceGroups", "compute#instanceGroup", name, {
    network,
    subnetwork,
    size: instances.length,
    ...(namedPorts.length === 0 ? {} : { namedPorts }),
    fingerprint: "42WmSpB8rSM=",
  });
  const items = instances.map((instance) => ({
    instance: instance.selfLink,
    status: instance["status"],
    ...(namedPorts.length === 0 ? {} : { namedPorts }),
  }));
  return { group, members: { of: group, method: "listInstances", items } };
}

/** A network endpoint group whose endpoints are ports of the first interfaces of instances (`GCE_VM_IP_PORT`) of one zone. */
export function endpointGroup(
  name: string,
  endpoints: readonly [readonly [GcpResource, number], ...(readonly (readonly [GcpResource, number])[])],
): Group {
  const { network, subnetwork } = firstInterface(endpoints[0][0]);
  const place = placeOf(endpoints[0][0]);
  const group = computeResource(place, "networkEndpointGroups", "compute#networkEndpointGroup", name, {
    networkEndpointType: "GCE_VM_IP_PORT",
    network,
    subnetwork,
    size: endpoints.length,
  });
  const items = endpoints.map(([instance, port]) => ({
    networkEndpoint: { instance: instance.name, ipAddress: firstInterface(instance)["networkIP"], port },
  }));
  return { group, members: { of: group, method: "listNetworkEndpoints", items } };
}

/** A target pool of a region: the backends of an old passthrough load balancer. */
export function targetPool(place: Place, name: string, instances: readonly GcpResource[]): GcpResource {
  return computeResource(place, "targetPools", "compute#targetPool", name, {
    instances: instances.map(({ selfLink }) => selfLink),
    sessionAffinity: "NONE",
  });
}

/** A target instance, which protocol forwarding leads to. */
export function targetInstance(name: string, instance: GcpResource): GcpResource {
  return computeResource(placeOf(instance), "targetInstances", "compute#targetInstance", name, {
    instance: instance.selfLink,
    natPolicy: "NO_NAT",
    network: textOf(firstInterface(instance), "network"),
  });
}

/** A backend service. What is absent is HTTP for the port that the groups call `http`, from outside. */
export interface BackendServiceWords {
  readonly groups: readonly Group[];
  /** `EXTERNAL` of a region is a passthrough load balancer; `EXTERNAL_MANAGED` is a proxy. */
  readonly scheme?: "EXTERNAL" | "EXTERNAL_MANAGED" | "INTERNAL" | "INTERNAL_MANAGED";
  readonly protocol?: string;
  readonly portName?: string;
  readonly securityPolicy?: GcpResource;
  readonly logged?: boolean;
}

/** A backend service, global or of a region. */
export function backendService(place: Place, name: string, words: BackendServiceWords): GcpResource {
  const { groups, scheme = "EXTERNAL_MANAGED", protocol = "HTTP", portName, securityPolicy, logged = false } = words;
  const passthrough = scheme === "EXTERNAL" && place.scope !== "global";
  const mode = passthrough || scheme === "INTERNAL" ? "CONNECTION" : "UTILIZATION";
  return computeResource(place, "backendServices", "compute#backendService", name, {
    description: "",
    backends: groups.map(({ group }) => ({
      group: group.selfLink,
      balancingMode: textOf(group, "networkEndpointType") === "" ? mode : "RATE",
      capacityScaler: 1,
    })),
    healthChecks: [`${computeRoot}projects/${place.project}/global/healthChecks/${name}`],
    timeoutSec: 30,
    protocol,
    fingerprint: "T1wVnQpBf6A=",
    ...(passthrough ? {} : { portName: portName ?? "http" }),
    sessionAffinity: "NONE",
    loadBalancingScheme: scheme,
    connectionDraining: { drainingTimeoutSec: 300 },
    ...(securityPolicy === undefined ? {} : { securityPolicy: securityPolicy.selfLink }),
    logConfig: { enable: logged, ...(logged ? { sampleRate: 1 } : {}) },
  });
}

/** A forwarding rule. What is absent is TCP, from outside. */
export interface ForwardingRuleWords {
  /** IPv4 or IPv6. */
  readonly address: string;
  /** `443-443` where it leads to a target; `["443"]` or `all` where it leads to a backend service. */
  readonly ports?: string | readonly string[];
  /** `TCP`, `UDP`, `ESP`, `L3_DEFAULT`... */
  readonly protocol?: string;
  readonly scheme?: "EXTERNAL" | "EXTERNAL_MANAGED" | "INTERNAL" | "INTERNAL_MANAGED";
  /** A target pool, instance or proxy. */
  readonly target?: GcpResource;
  readonly backendService?: GcpResource;
  /** For internal ones. */
  readonly subnet?: GcpResource;
  readonly sourceRanges?: readonly string[];
}

/** A forwarding rule, global or of a region. */
export function forwardingRule(place: Place, name: string, words: ForwardingRuleWords): GcpResource {
  const { address, ports, protocol = "TCP", scheme = "EXTERNAL", target, backendService: service, subnet } = words;
  return computeResource(place, "forwardingRules", "compute#forwardingRule", name, {
    description: "",
    IPAddress: address,
    IPProtocol: protocol,
    ...(ports === "all" ? { allPorts: true } : {}),
    ...(typeof ports === "string" && ports !== "all" ? { portRange: ports } : {}),
    ...(ports === undefined || typeof ports === "string" ? {} : { ports }),
    ...(target === undefined ? {} : { target: target.selfLink }),
    ...(service === undefined ? {} : { backendService: service.selfLink }),
    ...(subnet === undefined ? {} : { subnetwork: subnet.selfLink, network: subnet["network"] }),
    ...defined({ sourceIpRanges: words.sourceRanges }),
    loadBalancingScheme: scheme,
    networkTier: "PREMIUM",
    ...(address.includes(":") ? { ipVersion: "IPV6" } : {}),
    labelFingerprint: "42WmSpB8rSM=",
    fingerprint: "nZ0PsxL7mCE=",
  });
}

/** A URL map: a backend service for everything, and others by path. */
export function urlMap(
  place: Place,
  name: string,
  fallback: GcpResource,
  paths: Readonly<Record<string, GcpResource>> = {},
): GcpResource {
  const rules = Object.entries(paths).map(([path, service]) => ({ paths: [path], service: service.selfLink }));
  return computeResource(place, "urlMaps", "compute#urlMap", name, {
    defaultService: fallback.selfLink,
    ...(rules.length === 0
      ? {}
      : {
          hostRules: [{ hosts: ["*"], pathMatcher: "all" }],
          pathMatchers: [{ name: "all", defaultService: fallback.selfLink, pathRules: rules }],
        }),
    fingerprint: "3lY0rZ8dKHA=",
  });
}

/** A proxy for HTTP. */
export function httpProxy(place: Place, name: string, map: GcpResource): GcpResource {
  return computeResource(place, "targetHttpProxies", "compute#targetHttpProxy", name, {
    urlMap: map.selfLink,
    fingerprint: "p3RZJmM0b1U=",
  });
}

/** A proxy for HTTPS. */
export function httpsProxy(place: Place, name: string, map: GcpResource): GcpResource {
  const certificate = `${computeRoot}projects/${place.project}/global/sslCertificates/${name}`;
  return computeResource(place, "targetHttpsProxies", "compute#targetHttpsProxy", name, {
    urlMap: map.selfLink,
    sslCertificates: [certificate],
    quicOverride: "NONE",
    fingerprint: "p3RZJmM0b1U=",
  });
}

/** A proxy for TCP, or for TLS when it has a certificate. */
export function tcpProxy(place: Place, name: string, service: GcpResource, tls = false): GcpResource {
  const shared = { service: service.selfLink, proxyHeader: "NONE" };
  if (!tls) return computeResource(place, "targetTcpProxies", "compute#targetTcpProxy", name, shared);
  const certificate = `${computeRoot}projects/${place.project}/global/sslCertificates/${name}`;
  return computeResource(place, "targetSslProxies", "compute#targetSslProxy", name, {
    ...shared,
    sslCertificates: [certificate],
  });
}

/** A rule of Cloud Armor: who is let in, or turned away. */
export interface ArmorRuleWords {
  readonly action: "allow" | "deny(403)" | "deny(404)" | "deny(502)" | "throttle" | "rate_based_ban";
  readonly ranges?: readonly string[];
  /** An expression in the place of ranges: `origin.region_code == 'KP'`. */
  readonly expression?: string;
  readonly preview?: boolean;
}

/** A Cloud Armor security policy by priority. Its last rule, for all who fit no other, is `fallback`. */
export function securityPolicy(
  place: Place,
  name: string,
  rules: Readonly<Record<number, ArmorRuleWords>>,
  fallback: ArmorRuleWords["action"] = "allow",
): GcpResource {
  const rule = (priority: number, { action, ranges = ["*"], expression, preview = false }: ArmorRuleWords) => ({
    kind: "compute#securityPolicyRule",
    description: priority === lastPriority ? "default rule" : "",
    priority,
    match:
      expression === undefined
        ? { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ranges } }
        : { expr: { expression } },
    action,
    preview,
  });
  return computeResource(place, "securityPolicies", "compute#securityPolicy", name, {
    description: "",
    type: "CLOUD_ARMOR",
    rules: [
      ...Object.entries(rules).map(([priority, words]) => rule(Number(priority), words)),
      rule(lastPriority, { action: fallback }),
    ],
    adaptiveProtectionConfig: { layer7DdosDefenseConfig: { enable: false } },
    fingerprint: "h1vXk1yJ9wQ=",
    labelFingerprint: "42WmSpB8rSM=",
  });
}

const lastPriority = 2_147_483_647;

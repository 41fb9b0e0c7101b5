import { describe, expect, it } from "vitest";
import type { Json } from "../../../../src/model/finding.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import {
  around,
  endpointOf,
  enters,
  instancePath,
  inner,
  linkTo,
  network,
  networkPath,
  nic,
  packet,
  project,
  region,
  resource,
  ssh,
  understand,
  vm,
  vpcRule,
  zone,
  type Answer,
  type GcpItem,
  type Unread,
} from "../../../support/gcp-snapshot.ts";

const world = packet("8.8.8.8", 22);
const open = vpcRule("open");
const hidden = inner("vm", "10.0.1.4");
const regional = (collection: string, name: string) => `projects/${project}/regions/${region}/${collection}/${name}`;
const zonal = (collection: string, name: string) => `projects/${project}/zones/${zone}/${collection}/${name}`;

const forwarding = (members: VendorObject, name = "fr"): GcpItem =>
  resource("compute.forwardingRules.aggregatedList", regional("forwardingRules", name), {
    IPAddress: "34.5.5.5",
    IPProtocol: "TCP",
    loadBalancingScheme: "EXTERNAL",
    portRange: "22-22",
    ...members,
  });
const pool = (members: VendorObject = {}, name = "pool"): GcpItem =>
  resource("compute.targetPools.aggregatedList", regional("targetPools", name), {
    instances: [linkTo(instancePath())],
    ...members,
  });
const toPool = forwarding({ target: linkTo(regional("targetPools", "pool")) });
const targetInstance = (members: VendorObject = {}): GcpItem =>
  resource("compute.targetInstances.aggregatedList", zonal("targetInstances", "ti"), {
    instance: linkTo(instancePath()),
    ...members,
  });
const toInstance = forwarding({ target: linkTo(zonal("targetInstances", "ti")) });
const service = (members: VendorObject = {}, name = "bs"): GcpItem =>
  resource("compute.backendServices.aggregatedList", regional("backendServices", name), {
    loadBalancingScheme: "EXTERNAL",
    backends: [{ group: linkTo(zonal("instanceGroups", "ig")) }],
    ...members,
  });
const toService = forwarding({ backendService: linkTo(regional("backendServices", "bs")) });
const member = (instance: Json = linkTo(instancePath()), group = zonal("instanceGroups", "ig")): GcpItem => ({
  account: project,
  operation: group.includes("/regions/")
    ? "compute.regionInstanceGroups.listInstances"
    : "compute.instanceGroups.listInstances",
  request: { group },
  data: { instance, status: "RUNNING" },
});
const endpoint = (members: VendorObject, group = zonal("networkEndpointGroups", "neg")): GcpItem => ({
  account: project,
  operation: "compute.networkEndpointGroups.listNetworkEndpoints",
  request: { group },
  data: { networkEndpoint: members },
});

/** What a packet to tcp 22 of the instance makes of it, by any way; with what could not be read, nothing is closed. */
function ask(items: readonly GcpItem[], unread: Unread = {}, one = world): Answer {
  const found = endpointOf(understand(around([hidden, ...items]), unread));
  const answer = enters(found, one);
  return answer === "closed" && found.missing.length > 0 ? "unknown" : answer;
}

const negService = service({ backends: [{ group: linkTo(zonal("networkEndpointGroups", "neg")) }] });
const paths: readonly (readonly [string, readonly GcpItem[]])[] = [
  ["a target pool", [toPool, pool()]],
  [
    "a target pool's backup",
    [toPool, pool({ instances: [], backupPool: linkTo(regional("targetPools", "b")) }), pool({}, "b")],
  ],
  ["protocol forwarding to a target instance", [toInstance, targetInstance()]],
  ["a backend service with an instance group", [toService, service(), member()]],
  [
    "a backend service with a regional instance group",
    [
      toService,
      service({ backends: [{ group: linkTo(regional("instanceGroups", "ig")) }] }),
      member(undefined, regional("instanceGroups", "ig")),
    ],
  ],
  [
    "a backend service with a zonal endpoint group",
    [toService, negService, endpoint({ instance: linkTo(instancePath()), ipAddress: "10.0.1.4" })],
  ],
  [
    "an endpoint group that names instances by name alone",
    [toService, negService, endpoint({ instance: "vm", ipAddress: "10.0.1.4" })],
  ],
];

describe("passthrough load balancers and protocol forwarding", () => {
  it.each(paths)("%s delivers packets as they came: the interface's own rules decide", (_name, items) => {
    expect([ask([...items, open]), ask(items), ask([...items, vpcRule("a", { sourceRanges: ["9.0.0.0/8"] })])]).toEqual(
      ["open", "closed", "closed"],
    );
  });
  it.each(paths)("%s: firewalls see the forwarding rule's own address as destination", (_name, items) => {
    const to = (range: string) => ask([...items, vpcRule("a", { destinationRanges: [range] })]);
    expect([to("34.5.5.5/32"), to("10.0.1.4/32")]).toEqual(["open", "closed"]);
  });
  it("leads to its members alone", () => {
    const seen = understand(around([hidden, inner("other", "10.0.1.5"), toPool, pool(), open]));
    expect(enters(endpointOf(seen, "other"), world)).toBe("closed");
  });
  it("takes its ports alone", () => {
    const all = vpcRule("all", { allowed: [{ IPProtocol: "all" }] });
    const answers = [22, 80].map((port) => ask([toPool, pool(), all], {}, packet("8.8.8.8", port)));
    expect(answers).toEqual(["open", "closed"]);
  });
  it.each<readonly [string, VendorObject, Answer]>([
    ["a list of ports", { portRange: null, ports: ["22", "80"] }, "open"],
    ["other ports", { portRange: null, ports: ["80"] }, "closed"],
    ["all ports", { portRange: null, allPorts: true }, "open"],
    ["no ports at all is every port", { portRange: null }, "open"],
    ["another protocol", { IPProtocol: "UDP" }, "closed"],
    ["L3_DEFAULT is every protocol", { IPProtocol: "L3_DEFAULT", portRange: null, allPorts: true }, "open"],
    ["the scheme's newer name", { loadBalancingScheme: "EXTERNAL_PASSTHROUGH" }, "open"],
    ["no scheme is EXTERNAL", { loadBalancingScheme: null }, "open"],
    ["an internal one", { loadBalancingScheme: "INTERNAL" }, "closed"],
    ["source ranges that hold the client", { sourceIpRanges: ["8.0.0.0/8"] }, "open"],
    ["source ranges elsewhere", { sourceIpRanges: ["9.0.0.0/8"] }, "closed"],
    ["ports that are none", { portRange: "x" }, "unknown"],
    ["ports that are no text", { portRange: 22 }, "unknown"],
    ["ports that are no list", { portRange: null, ports: 22 }, "unknown"],
    ["a protocol that is none", { IPProtocol: 5 }, "unknown"],
    ["source ranges that are none", { sourceIpRanges: ["x"] }, "unknown"],
    ["source ranges that are no list", { sourceIpRanges: 5 }, "unknown"],
    ["a scheme that nobody documents", { loadBalancingScheme: "SIDEWAYS" }, "unknown"],
    ["a scheme that is no text", { loadBalancingScheme: 5 }, "unknown"],
    ["a target that cannot be read", { target: 5 }, "unknown"],
    ["a target that nobody documents", { target: linkTo(regional("targetDreams", "x")) }, "unknown"],
  ])("a forwarding rule with %s", (_name, members, answer) => {
    const rule = forwarding({ target: linkTo(regional("targetPools", "pool")), ...members });
    expect(ask([rule, pool(), open])).toBe(answer);
  });
  it.each<readonly [string, VendorObject]>([
    ["VPN gateways", { target: linkTo(regional("targetVpnGateways", "v")), IPProtocol: "ESP" }],
    ["published services", { target: linkTo(regional("serviceAttachments", "s")), loadBalancingScheme: "" }],
    ["Google's own services", { target: "all-apis", loadBalancingScheme: "" }],
  ])("forwarding rules for %s lead to no instance", (_name, members) => {
    expect(ask([forwarding(members), open])).toBe("closed");
  });
  it.each<readonly [string, readonly GcpItem[]]>([
    ["its pool was not found", [toPool]],
    ["its pool's instances are no list", [toPool, pool({ instances: 5 })]],
    [
      "its pool's backup was not found",
      [toPool, pool({ instances: [], backupPool: "projects/p/regions/r/targetPools/x" })],
    ],
    ["its target instance names no instance", [toInstance, targetInstance({ instance: 5 })]],
    ["its backend service was not found", [toService]],
    ["its backends are no list", [toService, service({ backends: "x" })]],
    ["a backend names no group", [toService, service({ backends: [{ group: 5 }] })]],
    ["a member of its group cannot be read", [toService, service(), member(5)]],
    ["an endpoint of its group cannot be read", [toService, negService, endpoint({ instance: 5 })]],
  ])("%s: unknown", (_name, items) => {
    expect(ask([...items, open])).toBe("unknown");
  });
  it.each([
    "compute.forwardingRules.aggregatedList",
    "compute.targetPools.aggregatedList",
    "compute.targetInstances.aggregatedList",
    "compute.backendServices.aggregatedList",
  ])("%s was not read: unknown", (operation) => {
    expect(ask([open], { [operation]: "denied" })).toBe("unknown");
  });
  it("the members of its group were not read: unknown; those that were are judged", () => {
    const unread = { "compute.instanceGroups.listInstances": "throttled" } as const;
    expect([ask([toService, service(), open], unread), ask([toService, service(), member(), open], unread)]).toEqual([
      "unknown",
      "open",
    ]);
  });
  it("packets go to the first interface, or to the one in the network that the target names", () => {
    const both = vm({
      networkInterfaces: [
        nic({ accessConfigs: [] }),
        nic({ name: "nic1", network: linkTo(networkPath("other")), networkIP: "10.9.0.4", accessConfigs: [] }),
      ],
    });
    const ways = (target: GcpItem, instance = both) => {
      const seen = understand(around([instance, network({}, "other"), toInstance, target]));
      return ["vm", "vm/nic1"].map(
        (name) => endpointOf(seen, name).ways.filter(({ kind }) => kind === "load-balancer").length,
      );
    };
    const swapped = vm({
      networkInterfaces: [
        nic({ name: "nic1", network: linkTo(networkPath("other")), networkIP: "10.9.0.4", accessConfigs: [] }),
        nic({ accessConfigs: [] }),
      ],
    });
    expect(ways(targetInstance(), swapped)).toEqual([1, 0]);
    expect([ways(targetInstance()), ways(targetInstance({ network: linkTo(networkPath("other")) }))]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
  it("an IPv6 one takes IPv6 clients", () => {
    const six = forwarding({
      target: linkTo(regional("targetPools", "pool")),
      IPAddress: "2600:1900::/96",
      ipVersion: "IPV6",
    });
    const rules = [open, vpcRule("six", { sourceRanges: ["::/0"] })];
    expect([ask([six, pool(), ...rules], {}, packet("2a00::1", 22)), ask([six, pool(), ...rules])]).toEqual([
      "open",
      "closed",
    ]);
  });
});

describe("network edge policies before interfaces", () => {
  const edge = (match: VendorObject, action = "deny") =>
    resource("compute.securityPolicies.aggregatedList", regional("securityPolicies", "edge"), {
      type: "CLOUD_ARMOR_NETWORK",
      rules: [
        { priority: 1, action, networkMatch: match },
        { priority: 9, action: "allow", networkMatch: { srcIpRanges: ["*"] } },
      ],
    });
  const link = { securityPolicy: linkTo(regional("securityPolicies", "edge")) };
  const guarded = vm({ networkInterfaces: [nic({ accessConfigs: [{ natIP: "34.1.2.3", ...link }] })] });
  const at = (policy: GcpItem) => enters(endpointOf(understand(around([guarded, open, policy]))), world);
  it.each<readonly [string, VendorObject, Answer]>([
    ["by source", { srcIpRanges: ["8.0.0.0/8"] }, "closed"],
    ["by another source", { srcIpRanges: ["9.0.0.0/8"] }, "open"],
    ["by protocol and port", { ipProtocols: ["tcp"], destPorts: ["22"] }, "closed"],
    ["by another port", { ipProtocols: ["tcp"], destPorts: ["80"] }, "open"],
    ["by port alone", { destPorts: ["22"] }, "unknown"],
    ["by what is not modelled", { srcAsns: [15169] }, "unknown"],
    ["by ranges that are no list", { srcIpRanges: 5 }, "unknown"],
  ])("deny %s", (_name, match, answer) => {
    expect(at(edge(match))).toBe(answer);
  });
  it("stand before what a target pool delivers too", () => {
    const items = [hidden, open, toPool, pool(link), edge({ srcIpRanges: ["8.0.0.0/8"] })];
    expect(enters(endpointOf(understand(around(items))), world)).toBe("closed");
  });
  it("do not replace the network's rules", () => {
    const items = [guarded, vpcRule("no", { denied: ssh }), edge({}, "allow")];
    expect(enters(endpointOf(understand(around(items))), world)).toBe("closed");
  });
});

import { describe, expect, it } from "vitest";

import { firewall, instance, network, subnetwork } from "../../../lab/gcp/build.ts";
import { backendService, forwardingRule, instanceGroup, targetPool } from "../../../lab/gcp/build-balancer.ts";
import { defaultNetwork } from "../../../lab/gcp/build-default.ts";
import { globalPolicy, hierarchicalPolicy } from "../../../lab/gcp/build-policy.ts";
import { ownRoutes, peered, route } from "../../../lab/gcp/build-route.ts";
import { pathOf } from "../../../lab/gcp/estate.ts";
import { joined } from "../../../lab/gcp/join.ts";

const vpc = network("p", "vpc");
const subnet = subnetwork(vpc, "web", { region: "europe-west1", range: "10.0.0.0/24" });

describe("a firewall rule", () => {
  it.each([
    ["nobody named", { allow: ["tcp"] }, { sourceRanges: ["0.0.0.0/0"], direction: "INGRESS" }],
    ["tags", { allow: ["tcp"], sourceTags: ["a"] }, { sourceTags: ["a"] }],
    [
      "tags and ranges",
      { allow: ["tcp"], sourceTags: ["a"], ranges: ["::/0"] },
      { sourceRanges: ["::/0"], sourceTags: ["a"] },
    ],
    [
      "the way out",
      { deny: ["all"], direction: "EGRESS" as const },
      { destinationRanges: ["0.0.0.0/0"], denied: [{ IPProtocol: "all" }] },
    ],
  ])("with %s is as Google fills it in", (_what, words, members) => {
    expect(firewall(vpc, "rule", words)).toMatchObject(members);
  });

  it("names no range where tags say who it is for", () => {
    expect(Object.keys(firewall(vpc, "rule", { allow: ["tcp"], sourceTags: ["a"] }))).not.toContain("sourceRanges");
  });

  it("reads ports and protocols", () => {
    expect(firewall(vpc, "rule", { allow: ["tcp:22,8000-8010", "icmp"] })["allowed"]).toEqual([
      { IPProtocol: "tcp", ports: ["22", "8000-8010"] },
      { IPProtocol: "icmp" },
    ]);
  });
});

describe("the default network", () => {
  it("comes with four rules at 65534", () => {
    const rules = defaultNetwork("p").resources.filter(({ kind }) => kind === "compute#firewall");
    expect(rules.map(({ name, priority, sourceRanges }) => [name, priority, sourceRanges])).toEqual([
      ["default-allow-icmp", 65534, ["0.0.0.0/0"]],
      ["default-allow-internal", 65534, ["10.128.0.0/9"]],
      ["default-allow-rdp", 65534, ["0.0.0.0/0"]],
      ["default-allow-ssh", 65534, ["0.0.0.0/0"]],
    ]);
  });
});

describe("a firewall policy", () => {
  it("has its rules by priority, and Google's four at the end", () => {
    const policy = hierarchicalPolicy("folders/2", "short", { 200: { action: "allow" }, 30: { action: "deny" } });
    expect(policy["rules"]).toMatchObject(
      [30, 200, 2147483644, 2147483645, 2147483646, 2147483647].map((priority) => ({ priority })),
    );
    expect(policy).toMatchObject({ parent: "folders/2", associations: [{ attachmentTarget: "folders/2" }] });
  });

  it("says what became of a secure tag", () => {
    const policy = hierarchicalPolicy("folders/2", "short", {
      1: { action: "allow", targetSecureTags: ["tagValues/1", "tagValues/2 (INEFFECTIVE)"] },
    });
    expect(policy["rules"]).toMatchObject([
      {
        targetSecureTags: [
          { name: "tagValues/1", state: "EFFECTIVE" },
          { name: "tagValues/2", state: "INEFFECTIVE" },
        ],
      },
      {},
      {},
      {},
      {},
    ]);
  });
});

describe("an instance", () => {
  it("has interfaces in networks of other projects, inner and outer addresses, and ranges of its own", () => {
    const six = { address: "2600:1900::1", access: "EXTERNAL" } as const;
    const made = instance("service", "europe-west1-b", "vm", {
      interfaces: [
        { subnet, address: "10.0.0.2", publicIp: "34.1.2.3", ipv6: six },
        { subnet, address: "10.0.0.3", aliases: { pods: "10.4.0.0/24" } },
      ],
    });
    expect(made["networkInterfaces"]).toMatchObject([
      {
        name: "nic0",
        network: vpc.selfLink,
        accessConfigs: [{ natIP: "34.1.2.3" }],
        ipv6AccessConfigs: [{ externalIpv6: "2600:1900::1" }],
      },
      { name: "nic1", aliasIpRanges: [{ ipCidrRange: "10.4.0.0/24", subnetworkRangeName: "pods" }] },
    ]);
    expect(pathOf(made.selfLink)).toBe("projects/service/zones/europe-west1-b/instances/vm");
    expect(made["zone"]).toBe("https://www.googleapis.com/compute/v1/projects/service/zones/europe-west1-b");
  });
});

describe("a load balancer", () => {
  const place = { project: "p", scope: "regions/europe-west1" };
  const backend = instance("p", "europe-west1-b", "vm", { interfaces: [{ subnet, address: "10.0.0.2" }] });

  it("passes through to a pool by a range of ports, and to a backend service by ports", () => {
    const pool = targetPool(place, "pool", [backend]);
    const group = instanceGroup("group", [backend]);
    const service = backendService(place, "service", { groups: [group], scheme: "EXTERNAL", protocol: "TCP" });
    expect(forwardingRule(place, "old", { address: "34.1.1.1", ports: "80-90", target: pool })).toMatchObject({
      portRange: "80-90",
      target: pool.selfLink,
      loadBalancingScheme: "EXTERNAL",
    });
    const rule = forwardingRule(place, "new", { address: "34.1.1.2", ports: ["80"], backendService: service });
    expect(rule).toMatchObject({ ports: ["80"], backendService: service.selfLink });
    expect(rule["portRange"]).toBeUndefined();
    expect(service).toMatchObject({ backends: [{ group: group.group.selfLink, balancingMode: "CONNECTION" }] });
    expect(service["portName"]).toBeUndefined();
    expect(forwardingRule(place, "all", { address: "34.1.1.3", ports: "all", backendService: service })).toMatchObject({
      allPorts: true,
    });
  });
});

describe("routes", () => {
  it("are made for each range and for the internet, in both families where there are two", () => {
    const dual = subnetwork(vpc, "dual", {
      region: "europe-west1",
      range: "10.1.0.0/24",
      ipv6: { range: "2600:1900:1::/64", access: "EXTERNAL" },
      secondary: { pods: "10.4.0.0/16" },
    });
    expect(ownRoutes(vpc, [dual]).map(({ destRange }) => destRange)).toEqual([
      "0.0.0.0/0",
      "::/0",
      "10.1.0.0/24",
      "2600:1900:1::/64",
      "10.4.0.0/16",
    ]);
    expect(ownRoutes(vpc, [subnet], false).map(({ destRange }) => destRange)).toEqual(["10.0.0.0/24"]);
  });

  it.each([
    ["the internet", "gateway" as const, "nextHopGateway"],
    ["an instance", { instance: vpc }, "nextHopInstance"],
    ["an address", { ip: "10.0.0.4" }, "nextHopIp"],
    ["a load balancer", { forwardingRule: vpc }, "nextHopIlb"],
    ["a tunnel", { tunnel: "tunnel" }, "nextHopVpnTunnel"],
  ])("lead to %s", (_what, next, member) => {
    expect(
      Object.keys(route(vpc, "route", { to: "0.0.0.0/0", next })).filter((name) => name.startsWith("nextHop")),
    ).toEqual([member]);
  });
});

describe("what is told of a network", () => {
  it("are its subnets, its policy and its peers, as they are", () => {
    const other = network("p", "other");
    const policy = globalPolicy(vpc, "policy", {});
    const [here, there] = peered(vpc, other);
    const [told, toldThere] = joined([here, there, subnet, policy]);
    expect(told).toMatchObject({
      subnetworks: [subnet.selfLink],
      firewallPolicy: policy.selfLink,
      peerings: [{ network: other.selfLink, state: "ACTIVE" }],
    });
    expect(toldThere).toMatchObject({ peerings: [{ network: vpc.selfLink }] });
    expect(Object.keys(toldThere ?? {})).not.toContain("subnetworks");
  });
});

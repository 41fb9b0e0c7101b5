import { describe, expect, it } from "vitest";
import type { Json } from "../../../../src/model/finding.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import {
  around,
  endpointOf,
  enters,
  inner,
  linkTo,
  packet,
  project,
  region,
  resource,
  understand,
  vpcRule,
  zone,
  type Answer,
  type GcpItem,
} from "../../../support/gcp-snapshot.ts";

const world = packet("8.8.8.8", 22);
const hidden = inner("vm", "10.0.1.4");
const globally = (collection: string, name: string) => `projects/${project}/global/${collection}/${name}`;

const forwarding = (members: VendorObject, name: string): GcpItem =>
  resource("compute.forwardingRules.aggregatedList", `projects/${project}/regions/${region}/forwardingRules/${name}`, {
    IPAddress: "34.5.5.5",
    IPProtocol: "TCP",
    loadBalancingScheme: "EXTERNAL",
    portRange: "22-22",
    ...members,
  });

describe("proxy load balancers", () => {
  const front = forwarding(
    {
      target: linkTo(globally("targetHttpsProxies", "proxy")),
      loadBalancingScheme: "EXTERNAL_MANAGED",
      portRange: "443-443",
    },
    "front",
  );
  const proxy = resource("compute.targetHttpsProxies.aggregatedList", globally("targetHttpsProxies", "proxy"), {
    urlMap: linkTo(globally("urlMaps", "map")),
  });
  const map = (...services: readonly string[]) =>
    resource("compute.urlMaps.aggregatedList", globally("urlMaps", "map"), {
      defaultService: linkTo(globally("backendServices", services[0] ?? "a")),
      pathMatchers: [
        {
          name: "m",
          pathRules: services.slice(1).map((name) => ({ service: linkTo(globally("backendServices", name)) })),
        },
      ],
    });
  const backend = (name: string, members: VendorObject = {}) =>
    resource("compute.backendServices.aggregatedList", globally("backendServices", name), members);
  const armored = { securityPolicy: linkTo(globally("securityPolicies", "armor")) };
  const armor = (...rules: readonly VendorObject[]) =>
    resource("compute.securityPolicies.aggregatedList", globally("securityPolicies", "armor"), { rules });
  const everyone = { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } };
  const some = (...ranges: readonly string[]) => ({ versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ranges } });
  const base = [front, proxy];
  const at = (items: readonly GcpItem[], one = packet("8.8.8.8", 443)) =>
    enters(endpointOf(understand(around(items)), "front"), one);

  it("are endpoints of their own: open on their port, whatever the network's rules say", () => {
    const items = [...base, map("a"), backend("a")];
    expect([at(items), at(items, packet("8.8.8.8", 80))]).toEqual(["open", "closed"]);
  });
  it("do not expose the instances behind", () => {
    const items = [
      ...base,
      map("ig"),
      backend("ig", { backends: [{ group: linkTo(`projects/${project}/zones/${zone}/instanceGroups/ig`) }] }),
    ];
    const seen = understand(around([hidden, vpcRule("all", { allowed: [{ IPProtocol: "all" }] }), ...items]));
    expect(enters(endpointOf(seen), packet("8.8.8.8", 443))).toBe("closed");
  });
  it("a TCP proxy names its backend service itself", () => {
    const tcp = forwarding({ target: linkTo(globally("targetTcpProxies", "t")) }, "front");
    const items = (members: VendorObject) => [
      tcp,
      resource("compute.targetTcpProxies.aggregatedList", globally("targetTcpProxies", "t"), {
        service: linkTo(globally("backendServices", "a")),
      }),
      backend("a", members),
      armor({ priority: 1, action: "deny(403)", match: everyone }),
    ];
    expect([at(items({}), world), at(items(armored), world)]).toEqual(["open", "closed"]);
  });

  it.each<readonly [string, readonly VendorObject[], Answer]>([
    ["allows everyone", [{ priority: 9, action: "allow", match: everyone }], "open"],
    ["denies everyone", [{ priority: 9, action: "deny(403)", match: everyone }], "closed"],
    [
      "the lower priority goes first",
      [
        { priority: 9, action: "allow", match: everyone },
        { priority: 1, action: "deny(404)", match: some("8.0.0.0/8") },
      ],
      "closed",
    ],
    [
      "denies others",
      [
        { priority: 9, action: "allow", match: everyone },
        { priority: 1, action: "deny(404)", match: some("9.0.0.0/8") },
      ],
      "open",
    ],
    [
      "a rule in preview is not enforced",
      [
        { priority: 9, action: "allow", match: everyone },
        { priority: 1, action: "deny(404)", preview: true, match: everyone },
      ],
      "open",
    ],
    ["whoever is redirected does not get through", [{ priority: 9, action: "redirect", match: everyone }], "closed"],
    [
      "an expression is unknown",
      [
        { priority: 9, action: "deny(403)", match: everyone },
        { priority: 1, action: "allow", match: { expr: { expression: "origin.region_code == 'US'" } } },
      ],
      "unknown",
    ],
    [
      "a deny by expression is unknown",
      [
        { priority: 9, action: "allow", match: everyone },
        { priority: 1, action: "deny(403)", match: { expr: { expression: "evaluatePreconfiguredWaf('x')" } } },
      ],
      "unknown",
    ],
    ["a rate limit is unknown", [{ priority: 9, action: "throttle", match: everyone }], "unknown"],
    [
      "a rate limit decides, whatever comes later",
      [
        { priority: 1, action: "rate_based_ban", match: everyone },
        { priority: 9, action: "deny(403)", match: everyone },
      ],
      "unknown",
    ],
    [
      "a range that is none",
      [
        { priority: 9, action: "deny(403)", match: everyone },
        { priority: 1, action: "allow", match: some("x") },
      ],
      "unknown",
    ],
    ["an action that is missing", [{ priority: 9, match: everyone }], "unknown"],
    [
      "a priority that is none",
      [
        { priority: 9, action: "allow", match: everyone },
        { priority: "x", action: "deny(403)", match: everyone },
      ],
      "unknown",
    ],
    [
      "a preview that is neither",
      [
        { priority: 9, action: "allow", match: everyone },
        { priority: 1, action: "deny(403)", preview: "yes", match: everyone },
      ],
      "unknown",
    ],
    ["a match that is missing", [{ priority: 9, action: "allow" }], "unknown"],
  ])("behind Cloud Armor: %s", (_name, rules, answer) => {
    expect(at([...base, map("a"), backend("a", armored), armor(...rules)])).toBe(answer);
  });
  it.each<readonly [string, Json]>([
    ["no list", 5],
    ["something that is none", [null]],
  ])("behind Cloud Armor: rules that are %s are unknown", (_name, rules) => {
    const policy = resource("compute.securityPolicies.aggregatedList", globally("securityPolicies", "armor"), {
      rules,
    });
    expect(at([...base, map("a"), backend("a", armored), policy])).toBe("unknown");
  });

  const denies = armor({ priority: 1, action: "deny(403)", match: everyone });
  it.each<readonly [string, readonly GcpItem[], Answer]>([
    ["every backend has the policy", [map("a", "b"), backend("a", armored), backend("b", armored)], "closed"],
    ["one backend has none: it is open", [map("a", "b"), backend("a", armored), backend("b")], "open"],
    [
      "backends have different ones: it depends",
      [
        map("a", "b"),
        backend("a", armored),
        backend("b", { securityPolicy: linkTo(globally("securityPolicies", "x")) }),
      ],
      "unknown",
    ],
    ["a backend was not read", [map("a", "b"), backend("a", armored)], "unknown"],
    ["the URL map was not read", [], "unknown"],
    [
      "the policy was not read",
      [map("a"), backend("a", { securityPolicy: linkTo(globally("securityPolicies", "gone")) })],
      "unknown",
    ],
    ["the link to the policy is no text", [map("a"), backend("a", { securityPolicy: 5 })], "unknown"],
    ["a policy at the edge alone", [map("a"), backend("a", { edgeSecurityPolicy: armored.securityPolicy })], "closed"],
  ])("with Cloud Armor: %s", (_name, items, answer) => {
    expect(at([...base, denies, ...items])).toBe(answer);
  });

  it("what lies between two fronts, or a front and an instance, is not known", () => {
    const seen = understand(around([hidden, ...base, map("a"), backend("a")]));
    expect(seen.network.between(endpointOf(seen), endpointOf(seen, "front")).missing).toHaveLength(1);
  });
});

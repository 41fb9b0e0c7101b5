import { describe, expect, it } from "vitest";
import { rulesWorth } from "../../../../checks/shared/rule-worth.ts";
import {
  around,
  computeProject,
  packet,
  policyRule,
  ssh,
  through,
  understand,
  vm,
  vpcRule,
  type Answer,
  type GcpItem,
  type SmallPolicy,
  type Unread,
} from "../../../support/gcp-snapshot.ts";

/** What each rule is worth, by its name (or priority). */
function worth(
  items: readonly GcpItem[],
  policies: readonly SmallPolicy[] = [],
  unread: Unread = {},
): Record<string, string> {
  const { network } = understand(around([vm({ tags: { items: ["web", "db"] } }), ...items], policies), unread);
  return Object.fromEntries(
    [...rulesWorth(network.firewalls)].map(({ rule, verdict }) => [rule.id ?? "?", verdict.kind]),
  );
}

const allow = (name: string, targetTags: readonly string[] | null = null, priority = 1000) =>
  vpcRule(name, { targetTags, priority });
const deny = (name: string, targetTags: readonly string[] | null = null, priority = 1000) =>
  vpcRule(name, { targetTags, priority, denied: ssh });

describe("what a rule is worth, by whom it holds for", () => {
  it.each<readonly [string, readonly GcpItem[], Record<string, string>]>([
    [
      "the same for the same targets is redundant",
      [allow("a", ["web"], 1), allow("b", ["web"], 2)],
      { a: "effective", b: "redundant" },
    ],
    [
      "the same for other targets is not",
      [allow("a", ["web"], 1), allow("b", ["db"], 2)],
      { a: "effective", b: "effective" },
    ],
    [
      "a deny for everything before shadows it",
      [deny("a", null, 1), allow("b", ["web"], 2)],
      { a: "effective", b: "shadowed" },
    ],
    [
      "a deny for some before does not shadow an allow for everything",
      [deny("a", ["web"], 1), allow("b", null, 2)],
      { a: "effective", b: "effective" },
    ],
    [
      "a deny for other targets before does not shadow it, though an interface may have both",
      [deny("a", ["db"], 1), allow("b", ["web"], 2)],
      { a: "effective", b: "effective" },
    ],
    [
      "an allow for everything before makes one for some redundant",
      [allow("a", null, 1), allow("b", ["web"], 2)],
      { a: "effective", b: "redundant" },
    ],
    [
      "an allow for more targets before makes one for fewer redundant",
      [allow("a", ["web", "db"], 1), allow("b", ["web"], 2)],
      { a: "effective", b: "redundant" },
    ],
    [
      "an allow for fewer targets before does not",
      [allow("a", ["web"], 1), allow("b", ["web", "db"], 2)],
      { a: "effective", b: "effective" },
    ],
    ["a deny that denies what is denied anyway", [deny("a", ["web"], 65535)], { a: "redundant" }],
    [
      "a deny for some addresses before does not shadow it",
      [vpcRule("a", { denied: ssh, priority: 1, destinationRanges: ["10.9.0.0/16"] }), allow("b", null, 2)],
      { a: "effective", b: "effective" },
    ],
    ["disabled rules are no rules", [vpcRule("a", { disabled: true }), allow("b")], { b: "effective" }],
    [
      "a source tag that nobody carries",
      [vpcRule("a", { sourceRanges: null, sourceTags: ["nobody"] }), allow("b", ["web"])],
      { a: "unmatchable", b: "effective" },
    ],
  ])("VPC rules: %s", (_name, items, expected) => {
    expect(worth(items)).toMatchObject(expected);
  });

  it("a rule that may be missing of a list leaves no deny without worth for certain", () => {
    const items = [deny("a", ["web"], 65535), allow("b", ["db"], 1)];
    expect(worth(items)).toMatchObject({ a: "redundant" });
    const alone = around([vm(), ...items]).filter(({ operation }) => !operation.endsWith("ffectiveFirewalls"));
    const { network } = understand(alone, { "compute.firewalls.list": "throttled" });
    const kinds = [...rulesWorth(network.firewalls)]
      .filter(({ rule }) => rule.id === "a")
      .map(({ verdict }) => verdict.kind);
    expect(kinds).toEqual(["effective"]);
  });

  it("policies: each set of targets by itself, and no match hands on", () => {
    const account = { targetServiceAccounts: ["a@shop"] };
    const rules = [policyRule(1, "allow", {}, account), policyRule(2, "allow", {}, account), policyRule(3, "deny")];
    expect(worth([], [{ type: "NETWORK", name: "global", rules }])).toEqual({
      "1": "effective",
      "2": "redundant",
      "3": "effective",
    });
  });

  it("policies: what the internet sends and what comes from elsewhere are apart", () => {
    const rules = [
      policyRule(1, "deny", { srcIpRanges: ["0.0.0.0/0"], srcNetworkContext: "INTERNET" }),
      policyRule(2, "allow", { srcIpRanges: ["10.0.0.0/8"], srcNetworkContext: "NON_INTERNET" }),
      policyRule(3, "allow", { srcIpRanges: ["8.0.0.0/8"] }),
    ];
    expect(worth([], [{ type: "NETWORK", name: "global", rules }])).toEqual({
      "1": "effective",
      "2": "effective",
      "3": "shadowed",
    });
  });

  it("policies: a goto_next before everything leaves nothing to what comes later", () => {
    const rules = [policyRule(1, "goto_next"), policyRule(2, "deny")];
    expect(worth([], [{ type: "NETWORK", name: "global", rules }])).toMatchObject({ "2": "shadowed" });
  });
});

describe("declared rules", () => {
  const declared = (
    items: readonly GcpItem[],
    instances: readonly GcpItem[] = [vm({ tags: { items: ["web"] } })],
  ): Answer => {
    const [firewall] = understand(around([...instances, ...items])).network.firewalls;
    if (firewall === undefined) throw new Error("the network has rules");
    return through(
      [{ kind: "endpoint-firewall", name: "", resources: [], opensBy: "", filter: firewall.ingress }],
      packet("8.8.8.8", 22),
    );
  };
  it.each<readonly [string, readonly GcpItem[], Answer]>([
    ["an allow for some counts", [allow("a", ["db"])], "open"],
    ["a deny for everything counts", [deny("a", null, 1), allow("b")], "closed"],
    ["a deny that every instance is a target of counts", [deny("a", ["web"], 1), allow("b")], "closed"],
    ["a deny for others does not", [deny("a", ["db"], 1), allow("b")], "open"],
    [
      "a deny for some addresses does not",
      [vpcRule("a", { denied: ssh, priority: 1, destinationRanges: ["10.9.0.0/16"] }), allow("b")],
      "open",
    ],
    [
      "what may be an allow for some counts, perhaps",
      [vpcRule("a", { allowed: ssh, denied: ssh, targetTags: ["db"] })],
      "unknown",
    ],
  ])("by themselves: %s", (_name, items, answer) => {
    expect(declared(items)).toBe(answer);
  });

  it("a deny that every instance is a target of does not count for a network without any, nor for one that others share", () => {
    const items = [deny("a", ["web"], 1), allow("b")];
    expect(declared(items, [])).toBe("open");
    expect(declared(items, [vm({ tags: { items: ["web"] } }), computeProject({ xpnProjectStatus: "HOST" })])).toBe(
      "open",
    );
  });

  it("keys tell rules apart that say the very same, and stay the same whatever else is there", () => {
    const keys = (items: readonly GcpItem[]) =>
      understand(around(items)).network.firewalls[0]?.ingressRules.map(({ key }) => key);
    expect(keys([allow("a"), allow("b")])).toEqual([
      "ingress 1000 allow tcp/22 0.0.0.0/0",
      "ingress 1000 allow tcp/22 0.0.0.0/0 (2)",
    ]);
    expect(keys([allow("a"), vpcRule("c", { priority: 1 })])?.at(-1)).toBe("ingress 1000 allow tcp/22 0.0.0.0/0");
  });

  it("one policy in force in several places is one firewall", () => {
    const policies: readonly SmallPolicy[] = [
      { type: "HIERARCHY", name: "71", rules: [policyRule(1, "deny")] },
      { type: "NETWORK_REGIONAL", name: "regional", rules: [policyRule(1, "allow")] },
    ];
    const { network } = understand(around([vm()], policies));
    expect(network.firewalls.map(({ resource }) => [resource.type, resource.name])).toEqual([
      ["gcp:compute:vpc-firewall-rules", "net"],
      ["gcp:compute:firewall-policy", "policy-71"],
      ["gcp:compute:network-firewall-policy", "regional"],
    ]);
  });

  it("rules that decide about an interface stand for the rules of the firewall that holds them", () => {
    const policies: readonly SmallPolicy[] = [
      { type: "HIERARCHY", name: "71", rules: [policyRule(1, "deny", { srcIpRanges: ["9.0.0.0/8"] })] },
      { type: "NETWORK", name: "global", rules: [policyRule(1, "allow", { srcIpRanges: ["8.0.0.0/8"] })] },
    ];
    for (const order of ["AFTER_CLASSIC_FIREWALL", "BEFORE_CLASSIC_FIREWALL", "SIDEWAYS"]) {
      const { network } = understand(around([vm(), allow("a", null, 7)], policies, order));
      const declared = new Set(network.firewalls.flatMap(({ ingressRules }) => ingressRules));
      const [way] = network.endpoints[0]?.ways ?? [];
      const layers = way?.packets.filter(({ kind }) => kind !== "public-address") ?? [];
      for (const { filter, standsFor } of layers) {
        const stages = filter.kind === "chain" ? filter.stages : [];
        const rules = stages.flatMap((stage) => (stage.kind === "firstMatch" ? stage.rules : []));
        expect(rules.length).toBeGreaterThan(0);
        for (const rule of rules) expect(declared).toContain(standsFor?.get(rule) ?? rule);
      }
    }
  });
});

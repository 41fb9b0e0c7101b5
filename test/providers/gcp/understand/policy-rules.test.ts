import { describe, expect, it } from "vitest";
import { internetShare } from "../../../../src/network/width.ts";
import { exposuresOf } from "../../../../src/network/exposure.ts";
import { l4Ports, tcp } from "../../../../src/network/l4.ts";
import type { Json } from "../../../../src/model/finding.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import {
  around,
  endpointOf,
  enters,
  inner,
  linkTo,
  network,
  networkPath,
  nic,
  packet,
  policyRule,
  project,
  secureTag,
  subnet,
  through,
  understand,
  vm,
  vpcRule,
  type Answer,
  type GcpItem,
  type SmallPolicy,
  type Unread,
} from "../../../support/gcp-snapshot.ts";

const world = packet("8.8.8.8", 22);
const global = (...rules: readonly VendorObject[]): SmallPolicy => ({ type: "NETWORK", name: "global", rules });
const account = "web@shop.iam.gserviceaccount.com";
const self = vm({ serviceAccounts: [{ email: account }], tags: { items: ["web"] } });

function ask(rules: readonly VendorObject[], one = world, more: readonly GcpItem[] = [], unread: Unread = {}): Answer {
  return enters(endpointOf(understand(around([self, ...more], [global(...rules)]), unread)), one);
}

/** What the interface makes of a packet from inside. */
function inside(
  rules: readonly VendorObject[],
  remote: string,
  more: readonly GcpItem[] = [],
  unread: Unread = {},
): Answer {
  const seen = understand(around([self, inner("peer", "10.0.1.9"), ...more], [global(...rules)]), unread);
  return through(seen.network.between(endpointOf(seen, "peer"), endpointOf(seen)).entering, packet(remote, 22));
}

const allow = (match: VendorObject = {}, members: VendorObject = {}) => policyRule(10, "allow", match, members);
const deny = (match: VendorObject = {}, members: VendorObject = {}) => policyRule(5, "deny", match, members);
const secure = (...names: readonly string[]) => names.map((name) => ({ name, state: "EFFECTIVE" }));
const gone = (...names: readonly string[]) => names.map((name) => ({ name, state: "INEFFECTIVE" }));

describe("rules of firewall policies", () => {
  it.each<readonly [string, VendorObject, Answer]>([
    ["target accounts: it runs as one", { targetServiceAccounts: ["x@y", account] }, "open"],
    ["target accounts: it does not", { targetServiceAccounts: ["x@y"] }, "closed"],
    ["target networks: its own, by link", { targetResources: [linkTo(networkPath())] }, "open"],
    [
      "target networks: of the same name in another project",
      { targetResources: [linkTo(networkPath("net", "other"))] },
      "closed",
    ],
    [
      "all kinds of targets must fit",
      { targetResources: [linkTo(networkPath())], targetServiceAccounts: ["x@y"] },
      "closed",
    ],
    ["network tags are no targets of policies", { targetServiceAccounts: ["web"] }, "closed"],
    ["rules for proxies of internal load balancers hold no instances", { targetType: "INTERNAL_MANAGED_LB" }, "closed"],
    [
      "rules for forwarding rules hold no instances",
      { targetForwardingRules: ["projects/p/regions/r/forwardingRules/f"] },
      "closed",
    ],
    ["rules for instances do", { targetType: "INSTANCES" }, "open"],
    ["a type of target that nobody documents", { targetType: "TOASTERS" }, "unknown"],
    ["target accounts that are no list", { targetServiceAccounts: "x@y" }, "unknown"],
    ["a target network that is no text", { targetResources: ["projects/p/global/networks/n", 5] }, "unknown"],
    ["secure tags that are no list", { targetSecureTags: "tagValues/1" }, "unknown"],
    ["a secure tag without a name", { targetSecureTags: [{ state: "EFFECTIVE" }] }, "unknown"],
    ["a disabled that is neither", { disabled: 1 }, "unknown"],
    ["a direction that is none", { direction: "UP" }, "unknown"],
    ["a priority that is none", { priority: null }, "unknown"],
    ["an action that is none", { action: "mirror" }, "unknown"],
    ["an action that is missing", { action: null }, "unknown"],
    ["a match that is missing", { match: null }, "unknown"],
    ["a direction that is not said is INGRESS", { direction: null }, "open"],
  ])("%s", (_name, members, answer) => {
    expect(ask([allow({}, members)])).toBe(answer);
  });

  it.each<readonly [string, VendorObject, Answer]>([
    ["ranges", { srcIpRanges: ["8.0.0.0/8"] }, "open"],
    ["ranges elsewhere", { srcIpRanges: ["9.0.0.0/8"] }, "closed"],
    ["a single address", { srcIpRanges: ["8.8.8.8"] }, "open"],
    [
      "several kinds count together: a range beside a tag",
      { srcIpRanges: ["8.0.0.0/8"], srcSecureTags: secure("tagValues/1") },
      "open",
    ],
    [
      "several kinds count together: a range beside a country",
      { srcIpRanges: ["8.0.0.0/8"], srcRegionCodes: ["FR"] },
      "open",
    ],
    [
      "a destination: the private address behind an external one",
      { srcIpRanges: ["0.0.0.0/0"], destIpRanges: ["10.0.1.4"] },
      "open",
    ],
    [
      "a destination: the external address never matches",
      { srcIpRanges: ["0.0.0.0/0"], destIpRanges: ["34.1.2.3"] },
      "closed",
    ],
    ["no traffic is all traffic", { srcIpRanges: ["0.0.0.0/0"], layer4Configs: [] }, "open"],
    [
      "a protocol without ports is all ports",
      { srcIpRanges: ["0.0.0.0/0"], layer4Configs: [{ ipProtocol: "tcp" }] },
      "open",
    ],
    ["neither a source nor a context", { srcIpRanges: [] }, "unknown"],
    ["a range that is none", { srcIpRanges: ["789"] }, "unknown"],
    ["a match that Google adds some day", { srcIpRanges: ["0.0.0.0/0"], srcMoods: ["GOOD"] }, "unknown"],
    ["traffic that is no list", { srcIpRanges: ["0.0.0.0/0"], layer4Configs: "tcp" }, "unknown"],
    ["source tags that are no list", { srcSecureTags: "x" }, "unknown"],
    ["a source tag without a name", { srcSecureTags: [{ state: "EFFECTIVE" }] }, "unknown"],
    ["a context of the other side", { srcIpRanges: ["0.0.0.0/0"], destNetworkContext: "INTERNET" }, "unknown"],
    ["source tags never match external traffic", { srcSecureTags: secure("tagValues/1") }, "closed"],
    ["all source tags are gone and there is no range: ignored", { srcSecureTags: gone("tagValues/1") }, "closed"],
    [
      "all source tags are gone: ranges still count",
      { srcSecureTags: gone("tagValues/1"), srcIpRanges: ["0.0.0.0/0"] },
      "open",
    ],
    [
      "all source tags are gone: whether other sources count nobody says",
      { srcSecureTags: gone("tagValues/1"), srcRegionCodes: ["US"] },
      "unknown",
    ],
  ])("sources and destinations: %s", (_name, match, answer) => {
    expect(ask([allow(match)])).toBe(answer);
  });

  it("a deny of which all source tags are gone denies nothing, with a network context neither", () => {
    expect(ask([deny({ srcSecureTags: gone("tagValues/1") }), allow()])).toBe("open");
    expect(ask([deny({ srcSecureTags: gone("tagValues/1"), srcNetworkContext: "NON_INTERNET" }), allow()])).toBe(
      "open",
    );
  });

  it("a broken deny does not close for certain", () => {
    for (const match of [{ srcIpRanges: ["789"] }, { srcIpRanges: ["0.0.0.0/0"], destIpRanges: ["x"] }])
      expect(ask([deny(match), allow()])).toBe("unknown");
  });

  it("a policy rule of one family says nothing of the other", () => {
    expect(ask([allow({ srcIpRanges: ["::/0"] })])).toBe("closed");
  });
});

describe("secure tags as targets", () => {
  const rule = (...tags: readonly VendorObject[]) => [allow({}, { targetSecureTags: tags })];
  const bound = secureTag("tagValues/1");
  it("hold whoever carries one of them", () => {
    expect(ask(rule(...secure("tagValues/9", "tagValues/1")), world, [bound])).toBe("open");
    expect(ask(rule(...secure("tagValues/9")), world, [bound])).toBe("closed");
  });
  it("that are INEFFECTIVE are ignored", () => {
    expect(ask(rule(...gone("tagValues/1"), ...secure("tagValues/9")), world, [bound])).toBe("closed");
    expect(ask(rule(...gone("tagValues/9"), ...secure("tagValues/1")), world, [bound])).toBe("open");
  });
  it("that are all INEFFECTIVE hold nothing", () => {
    expect(ask(rule(...gone("tagValues/1")), world, [bound])).toBe("closed");
    expect(ask([deny({}, { targetSecureTags: gone("tagValues/1") }), allow()], world, [bound])).toBe("open");
  });
  it("that were not read hold perhaps", () => {
    const unread = { "cloudresourcemanager.effectiveTags.list": "denied" } as const;
    expect(ask(rule(...secure("tagValues/1")), world, [], unread)).toBe("unknown");
    expect(ask([deny({}, { targetSecureTags: secure("tagValues/1") }), allow()], world, [], unread)).toBe("unknown");
    // What is gone holds nothing, whoever carries what.
    expect(ask(rule(...gone("tagValues/1")), world, [], unread)).toBe("closed");
  });
  it("that cannot be read hold perhaps", () => {
    expect(ask(rule(...secure("tagValues/1")), world, [{ ...bound, data: { tagValue: 5 } }])).toBe("unknown");
  });
  it("that are inherited hold perhaps", () => {
    const inherited = secureTag("tagValues/1", undefined, true);
    expect(ask(rule(...secure("tagValues/1")), world, [inherited])).toBe("unknown");
    expect(ask(rule(...secure("tagValues/2")), world, [inherited])).toBe("closed");
  });
});

describe("secure tags of an instance in several networks", () => {
  it("hold for each interface perhaps, for a tag belongs to one network", () => {
    const both = vm({
      networkInterfaces: [nic(), nic({ name: "nic1", network: linkTo(networkPath("other")), accessConfigs: [] })],
    });
    const tagged = (name: string) =>
      enters(
        endpointOf(
          understand(around([both, secureTag("tagValues/1")], [global(allow({}, { targetSecureTags: secure(name) }))])),
        ),
        world,
      );
    expect([tagged("tagValues/1"), tagged("tagValues/2")]).toEqual(["unknown", "closed"]);
  });
});

describe("secure tags as sources", () => {
  const rule = [allow({ srcSecureTags: secure("tagValues/1") })];
  const carried = secureTag("tagValues/1", `projects/${project}/zones/europe-west1-b/instances/peer`);
  it("are the addresses of whoever carries them", () => {
    expect([inside(rule, "10.0.1.9", [carried]), inside(rule, "10.0.1.8", [carried])]).toEqual(["open", "closed"]);
  });
  it("that were not read are anybody inside, perhaps", () => {
    const unread = { "cloudresourcemanager.effectiveTags.list": "denied" } as const;
    expect(inside(rule, "10.0.1.9", [], unread)).toBe("unknown");
  });
  it("may be those of a peer's where the network's own record was not read", () => {
    expect(inside(rule, "10.0.1.8", [carried])).toBe("closed");
    const items = around([self, inner("peer", "10.0.1.9"), carried], [global(...rule)]).filter(
      ({ operation }) => operation !== "compute.networks.list",
    );
    const seen = understand(items, { "compute.networks.list": "denied" });
    const { entering } = seen.network.between(endpointOf(seen, "peer"), endpointOf(seen));
    expect(["10.0.1.9", "10.0.1.8"].map((remote) => through(entering, packet(remote, 22)))).toEqual([
      "open",
      "unknown",
    ]);
  });
  it("that are inherited count perhaps", () => {
    const inherited = { ...carried, data: { ...carried.data, inherited: true } };
    expect([inside(rule, "10.0.1.9", [inherited]), inside(rule, "10.0.1.8", [inherited])]).toEqual([
      "unknown",
      "closed",
    ]);
  });
});

describe("network contexts", () => {
  const context = (name: Json, more: VendorObject = {}) => [
    allow({ srcIpRanges: ["0.0.0.0/0"], srcNetworkContext: name, ...more }),
  ];
  it.each<readonly [Json, Answer, Answer]>([
    ["INTERNET", "open", "closed"],
    ["NON_INTERNET", "closed", "open"],
    ["INTRA_VPC", "closed", "open"],
    ["UNSPECIFIED", "open", "open"],
    ["internet", "open", "closed"],
    ["non-internet", "closed", "open"],
    ["OUTER_SPACE", "unknown", "unknown"],
    [5, "unknown", "unknown"],
  ])("%j: from the internet %s, from inside %s", (name, fromOutside, fromInside) => {
    expect([ask(context(name)), inside(context(name), "10.0.1.9")]).toEqual([fromOutside, fromInside]);
  });
  it("are called srcNetworkType too", () => {
    expect(ask([allow({ srcIpRanges: ["0.0.0.0/0"], srcNetworkType: "NON_INTERNET" })])).toBe("closed");
  });
  it("alone stand for everybody there", () => {
    const rule = [allow({ srcNetworkContext: "INTERNET" })];
    expect([ask(rule), inside(rule, "10.0.1.9")]).toEqual(["open", "closed"]);
  });
  it("narrow the sources: both must fit", () => {
    expect(ask(context("INTERNET", { srcIpRanges: ["9.0.0.0/8"] }))).toBe("closed");
  });
  it("INTRA_VPC holds the network's subnets", () => {
    expect(inside(context("INTRA_VPC"), "10.9.0.1")).toBe("closed");
  });
  it("INTRA_VPC is perhaps anybody inside where subnets were not read", () => {
    expect(inside(context("INTRA_VPC"), "10.9.0.1", [], { "compute.subnetworks.aggregatedList": "denied" })).toBe(
      "unknown",
    );
    expect(inside(context("INTRA_VPC"), "10.9.0.1", [subnet({ ipCidrRange: 5 }, "odd")])).toBe("unknown");
    // It is nobody on the internet all the same.
    expect(ask(context("INTRA_VPC"), world, [], { "compute.subnetworks.aggregatedList": "denied" })).toBe("closed");
  });
  it("VPC_NETWORKS holds the subnets of the networks that it names", () => {
    const other = [network({}, "other"), subnet({ ipCidrRange: "10.7.0.0/24" }, "there", "other")];
    const rule = context("VPC_NETWORKS", { srcNetworks: [linkTo(networkPath("other"))] });
    expect([inside(rule, "10.7.0.1", other), inside(rule, "10.0.1.9", other), ask(rule, world, other)]).toEqual([
      "open",
      "closed",
      "closed",
    ]);
  });
  it("VPC_NETWORKS of another project that was not scanned is perhaps anybody inside", () => {
    const rule = context("VPC_NETWORKS", { srcNetworks: [linkTo(networkPath("net", "other"))] });
    expect([inside(rule, "10.7.0.1"), ask(rule)]).toEqual(["unknown", "closed"]);
  });
  it("VPC_NETWORKS without networks is in doubt", () => {
    expect(inside(context("VPC_NETWORKS"), "10.0.1.9")).toBe("unknown");
  });
});

describe("address groups", () => {
  const name = `projects/${project}/locations/global/addressGroups/partners`;
  const group = (items: Json, path = name): GcpItem => ({
    account: project,
    operation: "networksecurity.projects.locations.addressGroups.list",
    data: { name: path, type: "IPV4", items },
  });
  const rule = [allow({ srcAddressGroups: [name] })];
  it("hold their addresses", () => {
    expect([
      ask(rule, world, [group(["8.8.8.0/24"])]),
      ask(rule, packet("9.9.9.9", 22), [group(["8.8.8.0/24"])]),
    ]).toEqual(["open", "closed"]);
  });
  it("that were not read are unknown", () => expect(ask(rule)).toBe("unknown"));
  it("with an entry that is none hold the others", () => {
    const odd = [group(["8.8.8.0/24", "789"])];
    expect([ask(rule, world, odd), ask(rule, packet("9.9.9.9", 22), odd)]).toEqual(["open", "unknown"]);
  });
  it("whose entries are no list are unknown", () => expect(ask(rule, world, [group(5)])).toBe("unknown"));
  it("without entries hold nobody", () => expect(ask(rule, world, [group([])])).toBe("closed"));
  it("of an organization, by a link with a host", () => {
    const path = "organizations/1/locations/global/addressGroups/partners";
    const linked = [allow({ srcAddressGroups: [`//networksecurity.googleapis.com/${path}`] })];
    expect(ask(linked, world, [group(["8.8.8.0/24"], path)])).toBe("open");
  });
});

describe("names, countries and threat lists", () => {
  it.each<readonly [string, VendorObject]>([
    ["domain names", { srcFqdns: ["example.com"] }],
    ["countries", { srcRegionCodes: ["FR"] }],
    ["threat lists", { srcThreatIntelligences: ["iplist-tor-exit-nodes"] }],
  ])("%s may hold an address: allow and deny are unknown", (_name, match) => {
    expect([ask([allow(match)]), ask([deny(match), allow()])]).toEqual(["unknown", "unknown"]);
  });
  it("a country certainly holds blocks that its ministry has had from the beginning, and no other country does", () => {
    expect([
      ask([allow({ srcRegionCodes: ["US"] })], packet("6.1.1.1", 22)),
      ask([allow({ srcRegionCodes: ["FR"] })], packet("6.1.1.1", 22)),
    ]).toEqual(["open", "closed"]);
  });
  it("no country and no threat list holds private addresses", () => {
    expect(inside([allow({ srcRegionCodes: ["US"] })], "10.0.1.9")).toBe("closed");
    expect(inside([allow({ srcThreatIntelligences: ["iplist-known-malicious-ips"] })], "10.0.1.9")).toBe("closed");
  });
  it.each<readonly [string, VendorObject]>([
    ["countries", { srcRegionCodes: ["RU", "KP"] }],
    ["threat lists", { srcThreatIntelligences: ["iplist-known-malicious-ips"] }],
  ])("a deny of %s before an open rule leaves it open to the internet for certain", (_name, match) => {
    const seen = understand(around([self], [global(deny(match), allow())]));
    const analysis = exposuresOf(seen.network);
    const exposure = analysis.exposureOf(endpointOf(seen));
    const { certain } = analysis.openToInternet(exposure, {
      l4: l4Ports(tcp, 22, 22),
      share: 0.01,
      measure: "packets",
    });
    expect(internetShare(certain?.addresses ?? { v4: [], v6: [] }).v4).toBeGreaterThan(0.01);
  });
});

describe("apply_security_profile_group", () => {
  const inspect = policyRule(5, "apply_security_profile_group", {}, { securityProfileGroup: "//x/spg" });
  it("is unknown, never a pass", () => {
    expect(ask([inspect])).toBe("unknown");
  });
  it("a later allow does not make it certain, a later deny does not close it", () => {
    expect([ask([inspect, allow()]), ask([inspect, policyRule(10, "deny")])]).toEqual(["unknown", "unknown"]);
  });
  it("says nothing of other packets", () => {
    expect([
      ask(
        [inspect, allow({ srcIpRanges: ["0.0.0.0/0"], layer4Configs: [{ ipProtocol: "all" }] })],
        packet("8.8.8.8", 80),
      ),
    ]).toEqual(["open"]);
  });
  it("of an organization goes past the network's own deny, perhaps", () => {
    const policy: SmallPolicy = { type: "HIERARCHY", name: "71", rules: [inspect] };
    const answer = (denied: boolean) =>
      enters(
        endpointOf(
          understand(around([self, vpcRule("own", denied ? { denied: [{ IPProtocol: "all" }] } : {})], [policy])),
        ),
        world,
      );
    expect([answer(true), answer(false)]).toEqual(["unknown", "unknown"]);
  });
  it("names what would settle it", () => {
    const seen = understand(around([self], [global(inspect)]));
    expect(
      seen.network.firewalls.flatMap(({ ingressRules }) => ingressRules.flatMap(({ remote }) => remote.missing)),
    ).toEqual(["what security profile group //x/spg lets through"]);
  });
});

import { describe, expect, it } from "vitest";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import {
  around,
  computeProject,
  defaultRoute,
  endpointOf,
  inForce,
  inner,
  linkTo,
  network,
  networkPath,
  nic,
  packet,
  project,
  resource,
  ssh,
  subnet,
  through,
  understand,
  vm,
  vpcRule,
  type Answer,
  type GcpItem,
  type Unread,
} from "../../../support/gcp-snapshot.ts";

const account = "web@shop.iam.gserviceaccount.com";
const front = inner("front", "10.0.1.10", { tags: { items: ["front"] }, serviceAccounts: [{ email: account }] });
const back = inner("back", "10.0.1.11", { tags: { items: ["back"] } });
const byTag = vpcRule("a", { sourceRanges: null, sourceTags: ["front"], targetTags: ["back"] });

interface Asked {
  readonly from?: string;
  readonly to?: string;
  readonly remote?: string;
  readonly unread?: Unread;
}

const between = (items: readonly GcpItem[], { from = "front", to = "back", unread = {} }: Asked = {}) => {
  const seen = understand(items, unread);
  return seen.network.between(endpointOf(seen, from), endpointOf(seen, to));
};
const entering = (items: readonly GcpItem[], { remote = "10.0.1.10", ...asked }: Asked = {}): Answer =>
  through(between(items, asked).entering, packet(remote, 22));

describe("network tags and service accounts as sources", () => {
  it("are the addresses of whoever carries the tag", () => {
    expect(entering(around([front, back, byTag]))).toBe("open");
    expect(entering(around([front, back, byTag]), { remote: "10.0.1.12" })).toBe("closed");
  });
  it("are the addresses of whoever runs as the account", () => {
    const rule = vpcRule("a", { sourceRanges: null, sourceServiceAccounts: [account] });
    expect(entering(around([front, back, rule]))).toBe("open");
    expect(entering(around([front, back, rule]), { remote: "10.0.1.12" })).toBe("closed");
  });
  it("count together with ranges", () => {
    const rule = vpcRule("a", { sourceRanges: ["10.0.1.12"], sourceTags: ["front"] });
    const answers = ["10.0.1.10", "10.0.1.12", "10.0.1.13"].map((remote) =>
      entering(around([front, back, rule]), { remote }),
    );
    expect(answers).toEqual(["open", "open", "closed"]);
  });
  it("leave out alias ranges, which rules reach by range alone", () => {
    const aliased = inner(
      "front",
      "10.0.1.10",
      { tags: { items: ["front"] } },
      { aliasIpRanges: [{ ipCidrRange: "10.8.0.0/24" }] },
    );
    const ask = (rule: GcpItem) => entering(around([aliased, back, rule]), { remote: "10.8.0.5" });
    expect([ask(byTag), ask(vpcRule("a", { sourceRanges: ["10.8.0.0/24"] }))]).toEqual(["closed", "open"]);
  });
  it("hold interfaces of the rule's own network alone", () => {
    const elsewhere = [
      network({}, "other"),
      inner("front", "10.0.1.10", { tags: { items: ["front"] } }, { network: linkTo(networkPath("other")) }),
    ];
    expect(entering(around([...elsewhere, back, byTag]), { from: "back" })).toBe("closed");
  });
  it("may hold others where instances were not all read", () => {
    const unread = { "compute.instances.aggregatedList": "unreachable" } as const;
    expect(entering(around([front, back, byTag]), { unread })).toBe("open");
    expect(entering(around([front, back, byTag]), { unread, remote: "10.0.1.12" })).toBe("unknown");
  });
  it.each<readonly [string, VendorObject]>([
    ["tags that are no list", { tags: { items: "front" } }],
    ["tags that are no object", { tags: [] }],
    ["a tag that is no text", { tags: { items: ["x", 5] } }],
  ])("%s may be the one, as a source and as a target", (_name, members) => {
    const odd = inner("front", "10.0.1.10", members);
    expect(entering(around([odd, back, byTag]))).toBe("unknown");
    const target = inner("back", "10.0.1.11", members);
    expect(entering(around([front, target, byTag]))).toBe("unknown");
  });
  it.each<readonly [string, VendorObject]>([
    ["accounts that are no list", { serviceAccounts: "x" }],
    ["an account without an address", { serviceAccounts: [{ scopes: [] }] }],
  ])("%s may be the one, as a source and as a target", (_name, members) => {
    const odd = inner("front", "10.0.1.10", members);
    expect(entering(around([odd, back, vpcRule("a", { sourceRanges: null, sourceServiceAccounts: ["x"] })]))).toBe(
      "unknown",
    );
    const target = inner("back", "10.0.1.11", members);
    expect(entering(around([front, target, vpcRule("a", { targetServiceAccounts: ["x"] })]))).toBe("unknown");
  });
  it("are in doubt in a network that other projects share", () => {
    const shared = around([front, back, byTag]).map((item) =>
      item.operation === "compute.projects.get" ? computeProject({ xpnProjectStatus: "HOST" }) : item,
    );
    expect([entering(shared), entering(shared, { remote: "10.0.1.12" })]).toEqual(["open", "unknown"]);
  });
  it("are in doubt where it was not read whether others share the network", () => {
    expect(
      entering(around([front, back, byTag]), { remote: "10.0.1.12", unread: { "compute.projects.get": "denied" } }),
    ).toBe("unknown");
  });
});

describe("egress", () => {
  const leaving = (...rules: readonly GcpItem[]): Answer =>
    through(between(around([front, back, ...rules])).leaving, packet("10.0.1.11", 22));
  const egress = (name: string, members: VendorObject = {}) =>
    vpcRule(name, { direction: "EGRESS", sourceRanges: null, destinationRanges: ["10.0.0.0/8"], ...members });
  it("implied egress allow: everything leaves without a rule", () => expect(leaving()).toBe("open"));
  it("a deny stops it", () => expect(leaving(egress("a", { denied: ssh }))).toBe("closed"));
  it("an ingress deny does not", () => expect(leaving(vpcRule("a", { denied: ssh }))).toBe("open"));
  it("targets are the sender", () =>
    expect([
      leaving(egress("a", { denied: ssh, targetTags: ["front"] })),
      leaving(egress("a", { denied: ssh, targetTags: ["back"] })),
    ]).toEqual(["closed", "open"]));
  it("no destination is every IPv4 address", () =>
    expect(leaving(egress("a", { denied: ssh, destinationRanges: null }))).toBe("closed"));
  it("source ranges narrow it to the sender's own address", () =>
    expect(
      ["10.0.1.10/32", "10.0.1.11/32"].map((range) => leaving(egress("a", { denied: ssh, sourceRanges: [range] }))),
    ).toEqual(["closed", "open"]));
});

describe("destination ranges inside", () => {
  const aliased = inner(
    "back",
    "10.0.1.11",
    { tags: { items: ["back"] } },
    { aliasIpRanges: [{ ipCidrRange: "10.8.0.0/24" }] },
  );
  it("that hold some of an interface's addresses: an allow opens it, a deny closes it perhaps", () => {
    const open = vpcRule("a", { destinationRanges: ["10.8.0.0/24"] });
    const no = vpcRule("b", { priority: 1, denied: ssh, destinationRanges: ["10.8.0.0/24"] });
    expect([entering(around([front, aliased, open])), entering(around([front, aliased, vpcRule("a"), no]))]).toEqual([
      "open",
      "unknown",
    ]);
  });
  it("of one family say nothing of packets of the other", () => {
    const dual = inner("back", "10.0.1.11", {}, { ipv6Address: "fd20::5", ipv6AccessConfigs: [] });
    const no = vpcRule("b", { priority: 1, denied: ssh, destinationRanges: ["10.0.1.0/24"] });
    const items = around([front, dual, vpcRule("a"), vpcRule("c", { sourceRanges: ["::/0"] }), no]);
    expect([entering(items), entering(items, { remote: "fd20::4" })]).toEqual(["closed", "open"]);
  });
});

describe("networks", () => {
  const there = inner(
    "back",
    "10.7.0.11",
    {},
    {
      network: linkTo(networkPath("other")),
      subnetwork: linkTo(`projects/${project}/regions/europe-west1/subnetworks/there`),
    },
  );
  const others = [
    subnet({ ipCidrRange: "10.7.0.0/24" }, "there", "other"),
    defaultRoute({}, "other"),
    ...inForce([], [], networkPath("other")),
    vpcRule("b", {}, "other"),
    front,
    there,
  ];
  const peering = (name: string, members: VendorObject = {}) => ({
    peerings: [{ name: "p", network: linkTo(networkPath(name)), state: "ACTIVE", ...members }],
  });
  const joined = (own: VendorObject, other: VendorObject = {}) =>
    around(others)
      .filter(({ operation }) => operation !== "compute.networks.list")
      .concat(network(own), network(other, "other"));
  /** Whether packets get there and back: what the routes make of it, and what may matter and was not read. */
  const way = (items: readonly GcpItem[], unread: Unread = {}): Answer => {
    const { leaving, repliesLeaving, missing } = between(items, { unread });
    const there_ = through(leaving, packet("10.7.0.11", 22));
    const back_ = through(repliesLeaving, packet("10.0.1.10", 22));
    if (there_ === "closed" || back_ === "closed") return "closed";
    return missing.length > 0 ? "unknown" : there_;
  };
  it("that are not joined do not reach each other", () => expect(way(joined({}))).toBe("closed"));
  it("that peer do", () => expect(way(joined(peering("other"), peering("net")))).toBe("open"));
  it("whose peering is not up do not", () => {
    const down = { state: "INACTIVE" };
    expect(way(joined(peering("other", down), peering("net", down)))).toBe("closed");
  });
  it("that peer with one of the same name in another project do not", () => {
    const stranger = { peerings: [{ name: "p", network: linkTo(networkPath("other", "else")), state: "ACTIVE" }] };
    expect(way(joined(stranger))).toBe("closed");
  });
  it.each<readonly [string, VendorObject]>([
    ["no list", { peerings: "x" }],
    ["something that is none", { peerings: [5] }],
    ["one without a network", { peerings: [{ name: "p", state: "ACTIVE" }] }],
  ])("whose peerings are %s are in doubt where neither side can tell", (_name, odd) => {
    expect([way(joined(odd, odd)), way(joined(odd))]).toEqual(["unknown", "closed"]);
  });
  it("that were not read are in doubt", () => {
    const items = around(others).filter(({ operation }) => operation !== "compute.networks.list");
    expect(way(items, { "compute.networks.list": "denied" })).toBe("unknown");
  });
  it("between which a route leads elsewhere are in doubt", () => {
    const hub = resource("compute.routes.list", `projects/${project}/global/routes/hub`, {
      network: linkTo(networkPath()),
      destRange: "10.7.0.0/16",
      nextHopHub: "projects/p/locations/global/hubs/h",
    });
    const back_ = resource("compute.routes.list", `projects/${project}/global/routes/hub-back`, {
      network: linkTo(networkPath("other")),
      destRange: "10.0.0.0/16",
      nextHopHub: "projects/p/locations/global/hubs/h",
    });
    expect([way([...joined({}), hub, back_]), way([...joined({}), hub])]).toEqual(["unknown", "closed"]);
  });
  it("source tags do not reach over a peering", () => {
    const rule = vpcRule("t", { sourceRanges: null, sourceTags: ["front"] }, "other");
    const items = joined(peering("other"), peering("net")).filter(({ data }) => data["name"] !== "b");
    expect(entering([...items, rule])).toBe("closed");
  });
  it("secure tags do", () => {
    const rules = [
      {
        priority: 1,
        action: "allow",
        direction: "INGRESS",
        match: { srcSecureTags: [{ name: "tagValues/1", state: "EFFECTIVE" }], layer4Configs: [{ ipProtocol: "all" }] },
      },
    ];
    const items = joined(peering("other"), peering("net")).filter(
      ({ data, request }) => data["name"] !== "b" && request?.["network"] !== networkPath("other"),
    );
    const tag = {
      account: project,
      operation: "cloudresourcemanager.effectiveTags.list",
      request: { instance: `projects/${project}/zones/europe-west1-b/instances/front` },
      data: { tagValue: "tagValues/1" },
    };
    const policies = inForce([{ type: "NETWORK", name: "global", rules }], [], networkPath("other"));
    expect(entering([...items, tag, ...policies])).toBe("open");
    expect(entering([...items, tag, ...policies], { remote: "10.0.1.12" })).toBe("closed");
  });
  it("an interface whose network cannot be told is in doubt", () => {
    const lost = vm({ networkInterfaces: [nic({ network: 5, networkIP: "10.0.1.10" })] }, "front");
    expect(between(around([lost, back])).missing).toEqual(["the network of an interface"]);
  });
});

import { describe, expect, it } from "vitest";
import { hasAddress, parseAddress } from "../../../../src/network/addresses.ts";
import { exposuresOf } from "../../../../src/network/exposure.ts";
import { l4Ports, tcp } from "../../../../src/network/l4.ts";
import type { Json } from "../../../../src/model/finding.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import {
  around,
  computeProject,
  defaultRoute,
  endpointOf,
  enters,
  inForce,
  inner,
  linkTo,
  network,
  networkPath,
  nic,
  packet,
  project,
  projectItem,
  resource,
  ssh,
  subnet,
  through,
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

/** What is known of an interface's exposure: with what could not be read of it, nothing is called closed. */
function exposure(
  items: readonly GcpItem[],
  unread: Unread = {},
  name = "vm",
  measure: "packets" | "reached" = "packets",
): Answer {
  const seen = understand(items, unread);
  const analysis = exposuresOf(seen.network);
  const question = { l4: l4Ports(tcp, 22, 22), share: 1e-12, measure } as const;
  const answer = analysis.openToInternet(analysis.exposureOf(endpointOf(seen, name)), question);
  if (answer.certain !== null) return "open";
  return answer.perhaps !== null ? "unknown" : "closed";
}

const withNic = (members: VendorObject, more: VendorObject = {}) => vm({ networkInterfaces: [nic(members)], ...more });

describe("external addresses", () => {
  it("an external address and a rule: open", () => expect(exposure(around([vm(), open]))).toBe("open"));
  it("without one nothing comes in", () =>
    expect(exposure(around([withNic({ accessConfigs: [] }), open]))).toBe("closed"));
  it("an access config without an address, of an instance that is stopped", () => {
    const items = around([withNic({ accessConfigs: [{ type: "ONE_TO_ONE_NAT" }] }, { status: "TERMINATED" }), open]);
    expect(exposure(items)).toBe("closed");
    const [way] = endpointOf(understand(items)).ways;
    expect(way?.packets[0]?.opensBy).toMatch(/when it starts \(it is TERMINATED\)/);
  });
  it("a stopped instance that keeps its address is judged as if it ran", () =>
    expect(exposure(around([vm({ status: "TERMINATED" }), open]))).toBe("open"));
  it("are told of the endpoint, the private ones apart", () => {
    const endpoint = endpointOf(understand(around([vm()])));
    const has = (set: typeof endpoint.publicAddresses, address: string) => {
      const parsed = parseAddress(address);
      return parsed !== null && hasAddress(set, parsed);
    };
    expect([
      has(endpoint.publicAddresses, "34.1.2.3"),
      has(endpoint.privateAddresses, "34.1.2.3"),
      has(endpoint.privateAddresses, "10.0.1.4"),
    ]).toEqual([true, false, true]);
  });
  it.each<readonly [string, VendorObject]>([
    ["access configs that are no list", { accessConfigs: "x" }],
    ["an access config that is none", { accessConfigs: [5] }],
    ["an address that is no text", { accessConfigs: [{ natIP: 5 }] }],
    ["IPv6 access configs that are no list", { accessConfigs: [], ipv6AccessConfigs: {} }],
    ["an IPv6 address that is none", { accessConfigs: [], ipv6AccessConfigs: [{ externalIpv6: "x" }] }],
    ["a network that is not told", { network: null, accessConfigs: [] }],
    ["an address of its own that is none", { networkIP: "x", accessConfigs: [] }],
    ["no address of its own", { networkIP: null, accessConfigs: [] }],
    ["alias ranges that are none", { aliasIpRanges: "x", accessConfigs: [] }],
  ])("%s: unknown", (_name, members) => {
    const items = around([withNic(members), open]);
    expect(["open", "unknown"]).toContain(exposure(items));
    expect(endpointOf(understand(items)).missing).not.toEqual([]);
  });
  it.each<Json>(["x", [5], [], null])(
    "interfaces that are %j leave an instance of which nothing is known",
    (networkInterfaces) => {
      const { ways, missing } = endpointOf(understand(around([vm({ networkInterfaces }), open])));
      expect(missing).not.toEqual([]);
      expect(ways).toHaveLength(1);
    },
  );
});

describe("external IPv6", () => {
  const six = (ranges: readonly string[]) =>
    endpointOf(
      understand(
        around([
          withNic({
            accessConfigs: [],
            ipv6AccessConfigs: [{ externalIpv6: "2600:1900::", externalIpv6PrefixLength: 96 }],
          }),
          vpcRule("a", { sourceRanges: ranges }),
          defaultRoute({ destRange: "::/0", name: "six", selfLink: linkTo(`projects/${project}/global/routes/six`) }),
        ]),
      ),
    );
  it("comes in by ::/0 alone, and needs no IPv4 address", () => {
    expect([enters(six(["::/0"]), packet("2a00::1", 22)), enters(six(["0.0.0.0/0"]), packet("2a00::1", 22))]).toEqual([
      "open",
      "closed",
    ]);
    expect(enters(six(["0.0.0.0/0"]), world)).toBe("closed");
  });
  it("has a way back by the IPv6 default route", () => {
    const way = six(["::/0"]).ways.find(({ name }) => name.includes("2600"));
    expect(through(way?.replies ?? [], packet("2a00::1", 22))).toBe("open");
  });
});

describe("several interfaces", () => {
  const other = linkTo(networkPath("other"));
  const items = around([
    vm({
      networkInterfaces: [
        nic({ accessConfigs: [] }),
        nic({ name: "nic1", network: other, networkIP: "10.9.0.4", accessConfigs: [{ natIP: "34.9.9.9" }] }),
      ],
    }),
    network({}, "other"),
    vpcRule("b", {}, "other"),
    defaultRoute({}, "other"),
    ...inForce([], [], networkPath("other")),
  ]);
  it("each is guarded by its own network", () => {
    expect([exposure(items), exposure(items, {}, "vm/nic1")]).toEqual(["closed", "open"]);
  });
  it("both belong to the instance", () => {
    const { endpoints } = understand(items).network;
    expect(endpoints.map(({ workload }) => workload?.name)).toEqual(["vm", "vm"]);
  });
});

describe("routes", () => {
  const session = (items: readonly GcpItem[], unread: Unread = {}): Answer =>
    through(endpointOf(understand(items, unread)).ways[0]?.replies ?? [], world);
  const without = around([vm(), open]).filter(({ operation }) => operation !== "compute.routes.list");
  const route = (name: string, members: VendorObject) =>
    defaultRoute({
      name,
      selfLink: linkTo(`projects/${project}/global/routes/${name}`),
      nextHopGateway: null,
      ...members,
    });
  const gateway = linkTo(`projects/${project}/global/gateways/default-internet-gateway`);
  const instance = { nextHopInstance: linkTo(`projects/${project}/zones/${zone}/instances/fw`) };

  it("the default route leads back", () => expect(session(around([vm()]))).toBe("open"));
  it("without it there is no session; packets still come in", () => {
    expect(session(without)).toBe("closed");
    expect(exposure(without)).toBe("open");
    expect(exposure(without, {}, "vm", "reached")).toBe("closed");
  });
  it("a default route of a network of the same name elsewhere is none", () =>
    expect(session([...without, defaultRoute({}, "net", "other")])).toBe("closed"));
  it("to an appliance: the session is unknown, never closed", () =>
    expect(session([...without, route("fw", instance)])).toBe("unknown"));
  it("the longest prefix goes first", () => {
    const half = route("half", { destRange: "0.0.0.0/1", ...instance });
    const answers = ["8.8.8.8", "130.1.1.1"].map((remote) =>
      through(endpointOf(understand(around([vm(), half]))).ways[0]?.replies ?? [], packet(remote, 22)),
    );
    expect(answers).toEqual(["unknown", "open"]);
  });
  it("of two as long the lower priority goes first", () => {
    const appliance = (priority: number) => session(around([vm(), route("fw", { ...instance, priority })]));
    expect([appliance(900), appliance(1100), appliance(1000)]).toEqual(["unknown", "open", "unknown"]);
  });
  it("with tags hold for whoever carries one", () => {
    const tagged = [...without, route("t", { tags: ["natted"], nextHopGateway: gateway })];
    const carrying = tagged.map((item) => (item.data["name"] === "vm" ? vm({ tags: { items: ["natted"] } }) : item));
    const odd = tagged.map((item) => (item.data["name"] === "vm" ? vm({ tags: { items: 5 } }) : item));
    expect([session(tagged), session(carrying), session(odd)]).toEqual(["closed", "open", "unknown"]);
  });
  it.each(["compute.routes.list", "compute.routers.aggregatedList"])("are unknown where %s was denied", (operation) => {
    expect(session(without, { [operation]: "denied" })).toBe("unknown");
  });
  it.each<readonly [string, VendorObject]>([
    ["a destination that is none", { destRange: "x", nextHopGateway: gateway }],
    ["no next hop that is documented", { nextHopTeleport: "x" }],
    ["a network that is not told", { network: null, nextHopGateway: gateway }],
    ["tags that are no list", { tags: "x", nextHopGateway: gateway }],
    ["a priority that is none", { priority: "x", nextHopGateway: gateway }],
  ])("with %s are unknown", (_name, members) => {
    expect(session([...without, route("odd", members)])).toBe("unknown");
  });
  it.each(["nextHopIp", "nextHopIlb", "nextHopVpnTunnel", "nextHopHub", "nextHopInterconnectAttachment"])(
    "by %s are unknown",
    (member) => {
      expect(session([...without, route("away", { [member]: "10.0.0.9" })])).toBe("unknown");
    },
  );
  it("what a router learns by BGP is unknown; a router for NAT alone learns nothing", () => {
    const router = (members: VendorObject) =>
      resource("compute.routers.aggregatedList", `projects/${project}/regions/europe-west1/routers/r`, {
        network: linkTo(networkPath()),
        ...members,
      });
    const answers = [
      { nats: [{ name: "nat" }] },
      { bgpPeers: [{ name: "onprem" }] },
      { network: linkTo(networkPath("other")), bgpPeers: [{}] },
    ].map((members) => session(around([vm(), router(members)])));
    expect(answers).toEqual(["open", "unknown", "open"]);
  });
  it("a peer's subnets are local, routes that it lends lead somewhere unknown", () => {
    const peered = (routeType: string) => session([...without, route("p", { nextHopPeering: "p", routeType })]);
    expect([peered("SUBNET"), peered("STATIC")]).toEqual(["open", "unknown"]);
  });
});

describe("Shared VPC", () => {
  const hostNetwork = networkPath("shared", "host");
  const guest = vm({
    networkInterfaces: [
      nic({ network: linkTo(hostNetwork), subnetwork: linkTo("projects/host/regions/europe-west1/subnetworks/web") }),
    ],
  });
  const service = [projectItem(), computeProject(), guest, vpcRule("own"), defaultRoute()];
  const hostRule = vpcRule("open", {}, "shared", "host");

  it("rules of the host project decide, not those of the service project", () => {
    const host = [
      computeProject({ xpnProjectStatus: "HOST" }, "host"),
      network({}, "shared", "host"),
      subnet({}, "web", "shared", "host"),
      defaultRoute({}, "shared", "host"),
    ];
    const told = inForce([], [], hostNetwork);
    expect(exposure([...service, ...host, ...told])).toBe("closed");
    expect(exposure([...service, ...host, ...told, hostRule])).toBe("open");
    expect(exposure([...service, ...host, ...told, hostRule], {}, "vm", "reached")).toBe("open");
  });
  it("the host was not scanned: what is in force was told to the service project, and decides", () => {
    expect(exposure([...service, ...inForce([], [hostRule.data], hostNetwork)])).toBe("open");
    expect(exposure([...service, ...inForce([], [], hostNetwork)])).toBe("closed");
  });
  it("the host was not scanned: whether replies get back is unknown", () => {
    expect(exposure([...service, ...inForce([], [hostRule.data], hostNetwork)], {}, "vm", "reached")).toBe("unknown");
  });
  it("the host was not scanned: the order matters where both have rules", () => {
    const denies = inForce(
      [
        {
          type: "NETWORK",
          name: "g",
          rules: [
            {
              priority: 1,
              action: "deny",
              direction: "INGRESS",
              match: { srcIpRanges: ["0.0.0.0/0"], layer4Configs: [{ ipProtocol: "all" }] },
            },
          ],
        },
      ],
      [hostRule.data],
      hostNetwork,
    );
    expect(exposure([...service, ...denies])).toBe("unknown");
  });
  it("nothing was told of the host: unknown", () => expect(exposure(service)).toBe("unknown"));
});

describe("the network's own records", () => {
  it("the default network's pre-populated rules open ssh, rdp and icmp to everyone", () => {
    const net = "default";
    const members = { priority: 65534 };
    const rules = [
      vpcRule(
        "default-allow-internal",
        { ...members, sourceRanges: ["10.128.0.0/9"], allowed: [{ IPProtocol: "tcp", ports: ["0-65535"] }] },
        net,
      ),
      vpcRule("default-allow-ssh", members, net),
      vpcRule("default-allow-rdp", { ...members, allowed: [{ IPProtocol: "tcp", ports: ["3389"] }] }, net),
    ];
    const seen = understand([
      ...around([vm({ networkInterfaces: [nic({ network: linkTo(networkPath(net)) })] }), ...rules, network({}, net)]),
      ...inForce([], [], networkPath(net)),
    ]);
    const endpoint = endpointOf(seen);
    expect([22, 3389, 80].map((port) => enters(endpoint, packet("8.8.8.8", port)))).toEqual(["open", "open", "closed"]);
    expect(enters(endpoint, packet("10.128.0.9", 80))).toBe("open");
    expect(seen.network.networks.map(({ isDefault }) => isDefault)).toEqual([true, false]);
    expect(seen.network.firewalls.map(({ isDefault }) => isDefault)).toEqual([true, false]);
  });
  it("a network called default whose rules are all gone has no rules of Google's making", () => {
    const seen = understand([...around([]), network({}, "default"), vpcRule("mine", {}, "default")]);
    expect(seen.network.firewalls.map(({ isDefault }) => isDefault)).toEqual([false, false]);
  });

  const logging = (subnets: readonly GcpItem[], unread: Unread = {}, rules: readonly GcpItem[] = []) =>
    understand([network(), ...subnets, ...rules], unread).network.networks[0]?.logging.status;
  it.each<readonly [string, readonly GcpItem[], string]>([
    ["none has flow logs", [subnet(), subnet({}, "b")], "unlogged"],
    ["every one has", [subnet({ logConfig: { enable: true } }), subnet({ enableFlowLogs: true }, "b")], "logged"],
    ["one has", [subnet({ logConfig: { enable: true } }), subnet({}, "b")], "partial"],
    [
      "proxies' subnets need none",
      [subnet({ logConfig: { enable: true } }), subnet({ purpose: "REGIONAL_MANAGED_PROXY" }, "b")],
      "logged",
    ],
    ["there are no subnets", [], "unlogged"],
    [
      "one does not say which network it is of",
      [subnet({ logConfig: { enable: true } }), subnet({ network: 5 }, "b")],
      "unknown",
    ],
  ])("flow logs, of subnets: %s", (_name, subnets, status) => {
    expect(logging(subnets)).toBe(status);
  });
  it("flow logs: subnets that were not read may have none", () => {
    expect(
      logging([subnet({ logConfig: { enable: true } })], { "compute.subnetworks.aggregatedList": "unreachable" }),
    ).toBe("unknown");
  });
  it("a network whose every VPC rule is logged counts as logged", () => {
    const logged = vpcRule("a", { logConfig: { enable: true } });
    expect([
      logging([subnet()], {}, [logged]),
      logging([subnet()], {}, [logged, vpcRule("b")]),
      logging([subnet()], { "compute.firewalls.list": "throttled" }, [logged]),
    ]).toEqual(["logged", "unlogged", "unlogged"]);
  });
});

describe("a snapshot without Google Cloud", () => {
  it("is an empty estate", () => {
    const seen = understand([], {});
    expect([seen.network.endpoints, seen.network.firewalls, seen.network.networks]).toEqual([[], [], []]);
  });
  it("an interface is known by what people call it", () => {
    const seen = understand(around([inner("a", "10.0.1.9", { id: "77" })]));
    expect(endpointOf(seen, "a").aliases).toEqual([
      `projects/${project}/zones/${zone}/instances/a/networkInterfaces/nic0`,
      "a",
      `projects/${project}/zones/${zone}/instances/a`,
      "77",
    ]);
  });
  it("rules of another project's network of the same name do not matter", () => {
    expect(exposure(around([vm(), open, vpcRule("no", { priority: 1, denied: ssh }, "net", "other")]))).toBe("open");
  });
});

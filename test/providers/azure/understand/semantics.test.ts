import { describe, expect, it } from "vitest";
import { hasAddress, parseAddress } from "../../../../src/network/addresses.ts";
import { icmp, icmpv6, udp } from "../../../../src/network/l4.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import {
  arm,
  endpointOf,
  enters,
  idOf,
  nic,
  nsg,
  packet,
  pip,
  rule,
  through,
  to,
  understand,
  vnet,
  type Answer,
} from "../../../support/azure-estate.ts";

const world = "8.8.8.8";

/** A machine with a public address, behind a group on its subnet and one on its interface. */
function machine(
  subnetRules: readonly VendorObject[] | null,
  nicRules: readonly VendorObject[] | null,
  more: readonly VendorObject[] = [],
  subnet: VendorObject = {},
) {
  return understand([
    vnet({ ...(subnetRules === null ? {} : { networkSecurityGroup: to("networkSecurityGroups", "sub") }), ...subnet }),
    nic(nicRules === null ? {} : { networkSecurityGroup: to("networkSecurityGroups", "own") }),
    pip(),
    ...(subnetRules === null ? [] : [nsg("sub", subnetRules)]),
    ...(nicRules === null ? [] : [nsg("own", nicRules)]),
    ...more,
  ]);
}

const ask = (
  rules: readonly VendorObject[],
  one = packet(world, 22),
  more: readonly VendorObject[] = [],
  subnet: VendorObject = {},
): Answer => enters(endpointOf(machine(null, rules, more, subnet)), one);

describe("network security group rules", () => {
  const deny = (priority: number, more: VendorObject = {}) =>
    rule(`deny${priority}`, { access: "Deny", priority, ...more });
  it.each<readonly [string, readonly VendorObject[], Answer]>([
    ["the lowest priority number decides", [rule("a", { priority: 200 }), deny(100)], "closed"],
    ["whatever the order in the record", [deny(300), rule("a", { priority: 200 })], "open"],
    ["DenyAllInBound (65500) ends the list", [], "closed"],
    [
      "plural prefixes and ports",
      [
        rule("a", {
          sourceAddressPrefix: null,
          sourceAddressPrefixes: ["10.9.0.0/16", "8.8.8.0/24"],
          destinationPortRange: null,
          destinationPortRanges: ["80", "20-23"],
        }),
      ],
      "open",
    ],
    [
      "an empty singular beside a plural that does not match",
      [rule("a", { sourceAddressPrefix: "", sourceAddressPrefixes: ["10.9.0.0/16"] })],
      "closed",
    ],
    ["port * is every port", [rule("a", { destinationPortRange: "*" })], "open"],
    ["port 0-65535 is every port", [rule("a", { destinationPortRange: "0-65535" })], "open"],
    [
      "other letter cases",
      [rule("a", { access: "ALLOW", direction: "inbound", protocol: "TCP", sourceAddressPrefix: "INTERNET" })],
      "open",
    ],
    ["0.0.0.0/0", [rule("a", { sourceAddressPrefix: "0.0.0.0/0" })], "open"],
    [
      "halves of the internet",
      [rule("a", { sourceAddressPrefixes: ["0.0.0.0/1", "128.0.0.0/1"], sourceAddressPrefix: null })],
      "open",
    ],
    ["another protocol", [rule("a", { protocol: "Udp" })], "closed"],
    ["protocol *", [rule("a", { protocol: "*" })], "open"],
    ["an outbound rule lets nothing in", [rule("a", { direction: "Outbound" })], "closed"],
    ["a destination elsewhere", [rule("a", { destinationAddressPrefix: "10.0.2.0/24" })], "closed"],
    [
      "the machine's private address as destination (after translation)",
      [rule("a", { destinationAddressPrefix: "10.0.1.4" })],
      "open",
    ],
    [
      "the machine's public address as destination never matches",
      [rule("a", { destinationAddressPrefix: "20.50.1.2" })],
      "closed",
    ],
    ["a source prefix that is no prefix (789)", [rule("a", { sourceAddressPrefix: "789" })], "unknown"],
    [
      "a broken deny does not close for certain",
      [rule("a", { priority: 200 }), deny(100, { sourceAddressPrefix: "789" })],
      "unknown",
    ],
    ["a port that is no port", [rule("a", { destinationPortRange: "ssh" })], "unknown"],
    ["an access that is no access", [rule("a", { access: "Audit" })], "unknown"],
    [
      "AzureLoadBalancer is the probe's address only",
      [rule("a", { sourceAddressPrefix: "AzureLoadBalancer" })],
      "closed",
    ],
    ["VirtualNetwork is not the internet", [rule("a", { sourceAddressPrefix: "VirtualNetwork" })], "closed"],
    ["a service tag that is not carried is unknown", [rule("a", { sourceAddressPrefix: "Sql.WestEurope" })], "unknown"],
  ])("%s", (_name, rules, answer) => {
    expect(ask(rules)).toBe(answer);
  });

  it("a rule whose direction cannot be read may hold in both", () => {
    const { network } = machine(null, [rule("odd", { direction: "Sideways", access: "Deny" })]);
    const [firewall] = network.firewalls;
    expect([firewall?.ingressRules[0]?.id, firewall?.egressRules[0]?.id]).toEqual(["odd", "odd"]);
    expect(firewall?.egressRules[0]?.remote.missing.join()).toMatch(/its direction in rule odd/);
  });

  it("names the rule that could not be read", () => {
    const { network } = machine(null, [rule("odd", { sourceAddressPrefix: "789" })]);
    expect(network.firewalls[0]?.ingressRules[0]?.remote.missing).toEqual([
      'its address prefix "789" in rule odd of own cannot be read',
    ]);
  });

  it("Internet includes Azure's own public addresses and leaves out the virtual network", () => {
    const rules = [rule("a", { sourceAddressPrefix: "Internet" })];
    expect(ask(rules, packet("20.60.1.1", 22))).toBe("open");
    expect(
      ask([...rules, rule("z", { access: "Deny", priority: 4000, destinationPortRange: "*" })], packet("10.0.1.9", 22)),
    ).toBe("closed");
  });

  it("AzureCloud holds other tenants' addresses", () => {
    expect(ask([rule("a", { sourceAddressPrefix: "AzureCloud" })], packet("20.60.1.1", 22))).toBe("open");
    expect(ask([rule("a", { sourceAddressPrefix: "AzureCloud" })])).toBe("unknown");
  });

  it.each(["40.107.1.1", "13.107.6.152"])("AzureCloud does not certainly hold Microsoft 365's %s", (remote) => {
    const rules = [rule("d", { access: "Deny", sourceAddressPrefix: "AzureCloud" }), rule("a", { priority: 200 })];
    expect(ask(rules, packet(remote, 22))).toBe("unknown");
  });

  it.each([
    ["Icmp", icmp, 8 << 8, "open"],
    ["Icmp", icmpv6, 128 << 8, "open"],
    ["Esp", 50, 0, "open"],
    ["Ah", 51, 0, "open"],
    ["Ah", 50, 0, "closed"],
    ["Tcp", icmp, 8 << 8, "closed"],
    ["*", 50, 0, "open"],
  ] as const)("protocol %s and packets of protocol %i", (protocol, number, point, answer) => {
    expect(ask([rule("a", { protocol, destinationPortRange: "*" })], packet(world, point, number))).toBe(answer);
  });

  it("source ports narrow a rule", () => {
    const rules = [rule("a", { sourcePortRange: "1024-2000" })];
    expect(ask(rules, packet(world, 22, 6, 1500))).toBe("open");
    expect(ask(rules, packet(world, 22, 6, 40000))).toBe("closed");
  });

  it("IPv4 prefixes match no IPv6, * matches both", () => {
    const one = packet("2a00::1", 22);
    const six = { privateIPAddress: "fd00::4", publicIPAddress: { id: idOf("publicIPAddresses/pip") } };
    const answer = (prefix: string) =>
      enters(
        endpointOf(
          understand([
            vnet(),
            nic({ networkSecurityGroup: to("networkSecurityGroups", "own") }, six),
            pip("Standard", { ipAddress: "2603:1020::5", publicIPAddressVersion: "IPv6" }),
            nsg("own", [rule("a", { sourceAddressPrefix: prefix })]),
          ]),
        ),
        one,
      );
    expect([answer("0.0.0.0/0"), answer("*"), answer("::/0")]).toEqual(["closed", "open", "open"]);
  });
});

describe("VirtualNetwork", () => {
  const fromInside = (remote: string, more: readonly VendorObject[] = [], subnet: VendorObject = {}) =>
    ask([], packet(remote, 22), more, subnet);
  const table = (prefix: string, nextHopType = "VirtualAppliance") =>
    arm("routeTables/rt", {
      routes: [{ name: "r", properties: { addressPrefix: prefix, nextHopType, nextHopIpAddress: "10.0.9.4" } }],
    });

  it("holds the address space", () => expect(fromInside("10.0.200.1")).toBe("open"));
  it("does not hold what is outside", () => expect(fromInside("10.1.0.1")).toBe("closed"));
  it("holds prefixes of user routes", () => {
    expect(fromInside("203.0.114.9", [table("203.0.114.0/24")], { routeTable: to("routeTables", "rt") })).toBe("open");
  });
  it("might hold a default route: rule 65000 then admits the internet, perhaps", () => {
    expect(fromInside(world, [table("0.0.0.0/0")], { routeTable: to("routeTables", "rt") })).toBe("unknown");
  });
  it("is unknown where the route table was not read", () => {
    expect(fromInside(world, [], { routeTable: to("routeTables", "gone") })).toBe("unknown");
  });
  it.each([
    ["connected", "Connected", true, "open"],
    ["without access", "Connected", false, "closed"],
    ["not connected", "Disconnected", true, "closed"],
  ] as const)("holds peered networks: %s", (_name, peeringState, allowVirtualNetworkAccess, answer) => {
    const peering = {
      name: "p",
      properties: {
        peeringState,
        allowVirtualNetworkAccess,
        remoteVirtualNetwork: to("virtualNetworks", "hub"),
        remoteAddressSpace: { addressPrefixes: ["10.7.0.0/16"] },
      },
    };
    const seen = understand([
      vnet({}, { virtualNetworkPeerings: [peering] }),
      nic({ networkSecurityGroup: to("networkSecurityGroups", "own") }),
      pip(),
      nsg("own", []),
    ]);
    expect(enters(endpointOf(seen), packet("10.7.1.1", 22))).toBe(answer);
  });
  it("holds of a peered network what was peered, not what it has come to since", () => {
    const peering = {
      name: "p",
      properties: {
        peeringState: "Connected",
        peeringSyncLevel: "LocalNotInSync",
        allowVirtualNetworkAccess: true,
        remoteVirtualNetwork: to("virtualNetworks", "hub"),
        remoteAddressSpace: { addressPrefixes: ["10.7.0.0/16"] },
        remoteVirtualNetworkAddressSpace: { addressPrefixes: ["10.8.0.0/16"] },
      },
    };
    const seen = understand([
      vnet({}, { virtualNetworkPeerings: [peering] }),
      nic({ networkSecurityGroup: to("networkSecurityGroups", "own") }),
      pip(),
      nsg("own", []),
    ]);
    const answers = ["10.7.1.1", "10.8.1.1"].map((remote) => enters(endpointOf(seen), packet(remote, 22)));
    expect(answers).toEqual(["open", "closed"]);
  });
  it("may hold what a gateway learns", () => {
    const gateway = vnet(
      {},
      {
        subnets: [
          { id: idOf("virtualNetworks/net", "subnets/web"), name: "web", properties: {} },
          { id: idOf("virtualNetworks/net", "subnets/GatewaySubnet"), name: "GatewaySubnet", properties: {} },
        ],
      },
    );
    const seen = understand([
      gateway,
      nic({ networkSecurityGroup: to("networkSecurityGroups", "own") }),
      pip(),
      nsg("own", []),
    ]);
    expect(enters(endpointOf(seen), packet("192.168.1.1", 22))).toBe("unknown");
  });
});

describe("two levels", () => {
  const open = [rule("a")];
  it.each<readonly [string, readonly VendorObject[] | null, readonly VendorObject[] | null, Answer]>([
    ["both allow (VM1)", open, open, "open"],
    ["only the subnet's group (VM2)", open, null, "open"],
    ["only the interface's group (VM3)", null, open, "open"],
    ["no group and a Standard address: closed (VM4)", null, null, "closed"],
    ["the subnet's group denies", [], open, "closed"],
    ["the interface's group denies", open, [], "closed"],
  ])("%s", (_name, subnet, own, answer) => {
    expect(enters(endpointOf(machine(subnet, own)), packet(world, 22))).toBe(answer);
  });

  it.each([
    ["Basic", "open"],
    [null, "unknown"],
    ["Standard", "closed"],
    ["Novel", "unknown"],
  ] as const)("no group and a public address of SKU %s", (sku, answer) => {
    expect(enters(endpointOf(understand([vnet(), nic(), pip(sku)])), packet(world, 22))).toBe(answer);
  });

  it("a group that was not read is unknown", () => {
    const seen = understand([vnet(), nic({ networkSecurityGroup: to("networkSecurityGroups", "gone") }), pip()]);
    expect(enters(endpointOf(seen), packet(world, 22))).toBe("unknown");
  });

  it("an interface without a public address has no way in", () => {
    const seen = understand([vnet(), nic({}, { publicIPAddress: null })]);
    expect(endpointOf(seen).ways).toEqual([]);
  });

  it("one group may guard subnets and interfaces", () => {
    const seen = understand([
      vnet({ networkSecurityGroup: to("networkSecurityGroups", "both") }),
      nic({ networkSecurityGroup: to("networkSecurityGroups", "BOTH") }),
      nsg("both", open),
    ]);
    expect(seen.network.firewalls[0]).toMatchObject({
      scope: "subnet",
      attachments: [idOf("virtualNetworks/net", "subnets/web"), idOf("networkInterfaces/vm")],
    });
  });
});

describe("application security groups", () => {
  const asg = (name: string) => arm(`applicationSecurityGroups/${name}`, {});
  const member = (name: string, address: string, groups: readonly string[]) =>
    nic(
      {},
      {
        privateIPAddress: address,
        publicIPAddress: null,
        applicationSecurityGroups: groups.map((each) => to("applicationSecurityGroups", each)),
      },
      name,
    );
  const seen = understand([
    vnet({ networkSecurityGroup: to("networkSecurityGroups", "sub") }),
    nsg("sub", [
      rule("a", {
        sourceAddressPrefix: null,
        sourceApplicationSecurityGroups: [to("applicationSecurityGroups", "WEB")],
        destinationAddressPrefix: null,
        destinationApplicationSecurityGroups: [to("applicationSecurityGroups", "db")],
      }),
      rule("z", { priority: 4000, access: "Deny", destinationPortRange: "*", protocol: "*" }),
    ]),
    asg("web"),
    asg("db"),
    member("front", "10.0.1.10", ["web"]),
    member("data", "10.0.1.11", ["db"]),
    member("other", "10.0.1.12", []),
  ]);
  const between = (from: string, target: string) => {
    const { entering } = seen.network.between(endpointOf(seen, from), endpointOf(seen, target));
    const address = endpointOf(seen, from).privateAddresses.v4[0]?.first ?? 0n;
    return through(entering, { remote: { family: 4, value: address }, l4: (6 << 16) | 22, sourcePort: 40000 });
  };
  it("resolve to their members' addresses, in any letter case", () => expect(between("front", "data")).toBe("open"));
  it("hold nobody else", () => expect(between("other", "data")).toBe("closed"));
  it("as destination narrow whom the rule guards", () => expect(between("front", "other")).toBe("closed"));
  it("intra-subnet traffic passes the subnet's group", () =>
    expect(
      seen.network.between(endpointOf(seen, "front"), endpointOf(seen, "data")).entering.map(({ kind }) => kind),
    ).toContain("subnet-firewall"));
});

describe("load balancers", () => {
  const balancer = (sku: string, properties: VendorObject) =>
    arm(
      "loadBalancers/lb",
      {
        frontendIPConfigurations: [
          {
            id: idOf("loadBalancers/lb", "frontendIPConfigurations/f"),
            name: "f",
            properties: { publicIPAddress: to("publicIPAddresses", "lbpip") },
          },
        ],
        backendAddressPools: [
          {
            id: idOf("loadBalancers/lb", "backendAddressPools/p"),
            name: "p",
            properties: { backendIPConfigurations: [{ id: idOf("networkInterfaces/vm", "ipConfigurations/one") }] },
          },
        ],
        ...properties,
      },
      { sku: { name: sku } },
    );
  const front = { id: idOf("loadBalancers/lb", "frontendIPConfigurations/f") };
  const pool = { id: idOf("loadBalancers/lb", "backendAddressPools/p") };
  const lbRule = {
    loadBalancingRules: [
      {
        name: "r",
        properties: {
          protocol: "Tcp",
          frontendPort: 443,
          backendPort: 8443,
          frontendIPConfiguration: front,
          backendAddressPool: pool,
        },
      },
    ],
  };
  const natRule = {
    inboundNatRules: [
      {
        name: "n",
        properties: {
          protocol: "Tcp",
          frontendPort: 50001,
          backendPort: 22,
          frontendIPConfiguration: front,
          backendIPConfiguration: { id: idOf("networkInterfaces/vm", "ipConfigurations/one") },
        },
      },
    ],
  };
  const behind = (properties: VendorObject, rules: readonly VendorObject[] | null, sku = "Standard") =>
    endpointOf(
      understand([
        vnet(),
        nic(rules === null ? {} : { networkSecurityGroup: to("networkSecurityGroups", "own") }, {
          publicIPAddress: null,
        }),
        pip(sku, { ipAddress: "20.50.9.9" }, "lbpip"),
        ...(rules === null ? [] : [nsg("own", rules)]),
        balancer(sku, properties),
      ]),
    );

  it("rules are judged on the backend port, with the client as source", () => {
    const endpoint = behind(lbRule, [rule("a", { destinationPortRange: "8443", sourceAddressPrefix: "8.8.8.0/24" })]);
    expect(enters(endpoint, packet(world, 8443))).toBe("open");
    expect(enters(endpoint, packet("9.9.9.9", 8443))).toBe("closed");
    expect(enters(endpoint, packet(world, 443))).toBe("closed");
    expect(endpoint.ways[0]?.clientPort).toBe("tcp 443");
  });
  it("a group that opens the front end's port only stays closed", () =>
    expect(enters(behind(lbRule, [rule("a", { destinationPortRange: "443" })]), packet(world, 8443))).toBe("closed"));
  it("inbound NAT rules too", () => expect(enters(behind(natRule, [rule("a")]), packet(world, 22))).toBe("open"));
  it("a Standard load balancer is closed without a group", () =>
    expect(enters(behind(natRule, null), packet(world, 22))).toBe("closed"));
  it("a Basic load balancer is open without a group", () =>
    expect(enters(behind(natRule, null, "Basic"), packet(world, 22))).toBe("open"));
});

describe("private endpoints", () => {
  const seen = (policies: string | null) =>
    understand([
      vnet({
        networkSecurityGroup: to("networkSecurityGroups", "sub"),
        ...(policies === null ? {} : { privateEndpointNetworkPolicies: policies }),
      }),
      nsg("sub", []),
      nic({ privateEndpoint: to("privateEndpoints", "pe") }, { publicIPAddress: null }, "pe"),
      nic({}, { privateIPAddress: "10.0.1.5", publicIPAddress: null }, "client"),
    ]);
  it.each([
    [null, 0],
    ["Disabled", 0],
    ["RouteTableEnabled", 0],
    ["NetworkSecurityGroupEnabled", 1],
    ["Enabled", 1],
  ] as const)("policies %s: %i groups before them", (policies, count) => {
    const estate = seen(policies);
    const { entering } = estate.network.between(endpointOf(estate, "client"), endpointOf(estate, "pe"));
    expect(entering.filter(({ kind }) => kind === "subnet-firewall")).toHaveLength(count);
  });
});

describe("user routes", () => {
  const routed = (nextHopType: string, addressPrefix = "0.0.0.0/0") =>
    endpointOf(
      machine(
        null,
        [rule("a")],
        [
          arm("routeTables/rt", {
            routes: [{ name: "r", properties: { addressPrefix, nextHopType, nextHopIpAddress: "10.0.9.4" } }],
          }),
        ],
        { routeTable: to("routeTables", "rt") },
      ),
    );
  const replies = (endpoint: ReturnType<typeof routed>, remote = world): Answer =>
    through(endpoint.ways[0]?.replies ?? [], packet(remote, 22));
  it("without any, replies go to the internet", () =>
    expect(replies(endpointOf(machine(null, [rule("a")])))).toBe("open"));
  it("to an appliance: packets enter, what becomes of the session is unknown, never closed", () => {
    const endpoint = routed("VirtualAppliance");
    expect(enters(endpoint, packet(world, 22))).toBe("open");
    expect(replies(endpoint)).toBe("unknown");
    expect(endpoint.ways[0]?.inspections).toHaveLength(1);
  });
  it("to None: replies are dropped", () => expect(replies(routed("None"))).toBe("closed"));
  it("half the internet to None cuts that half", () => {
    const endpoint = routed("None", "0.0.0.0/1");
    expect([replies(endpoint, world), replies(endpoint, "130.1.1.1")]).toEqual(["closed", "open"]);
  });
  it("to Internet: as without", () => expect(replies(routed("Internet"))).toBe("open"));
});

describe("UDP", () => {
  it("is judged like TCP, replies pass the stateful groups", () => {
    expect(ask([rule("a", { protocol: "Udp", destinationPortRange: "53" })], packet(world, 53, udp))).toBe("open");
    expect(endpointOf(machine(null, [])).ways[0]?.replies.map(({ kind }) => kind)).toEqual(["route"]);
  });
});

describe("public addresses", () => {
  it("are told of the endpoint", () => {
    const address = parseAddress("20.50.1.2");
    expect(address !== null && hasAddress(endpointOf(machine(null, [])).publicAddresses, address)).toBe(true);
  });
});

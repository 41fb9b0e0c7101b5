import { describe, expect, it } from "vitest";
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

const hub = vnet(
  { networkSecurityGroup: to("networkSecurityGroups", "sub"), routeTable: to("routeTables", "rt") },
  {
    subnets: [
      {
        id: idOf("virtualNetworks/net", "subnets/web"),
        name: "web",
        properties: { addressPrefix: "10.0.1.0/24", networkSecurityGroup: to("networkSecurityGroups", "sub") },
      },
      {
        id: idOf("virtualNetworks/net", "subnets/other"),
        name: "other",
        properties: { addressPrefix: "10.0.2.0/24", routeTable: to("routeTables", "rt") },
      },
      {
        id: idOf("virtualNetworks/net", "subnets/AzureFirewallSubnet"),
        name: "AzureFirewallSubnet",
        properties: { addressPrefix: "10.0.0.0/26" },
      },
    ],
  },
);

function firewall(properties: VendorObject): VendorObject {
  return arm("azureFirewalls/fw", {
    ipConfigurations: [
      {
        name: "c",
        properties: {
          privateIPAddress: "10.0.0.4",
          subnet: { id: idOf("virtualNetworks/net", "subnets/AzureFirewallSubnet") },
          publicIPAddress: to("publicIPAddresses", "fwpip"),
        },
      },
    ],
    ...properties,
  });
}

const dnat = (name: string, sources: readonly string[], more: VendorObject = {}): VendorObject => ({
  name,
  protocols: ["TCP"],
  sourceAddresses: sources,
  destinationAddresses: ["20.50.7.7"],
  destinationPorts: ["3390"],
  translatedAddress: "10.0.1.4",
  translatedPort: "3389",
  ...more,
});

const classic = (rules: readonly VendorObject[], network: readonly VendorObject[] = []): VendorObject => ({
  natRuleCollections: [{ name: "n", properties: { priority: 200, action: { type: "Dnat" }, rules } }],
  networkRuleCollections: network,
});

function ask(
  properties: VendorObject,
  {
    rules = [rule("a", { sourceAddressPrefix: "10.0.0.0/26", destinationPortRange: "3389" })],
    from = "8.8.8.8",
    port = 3389,
    more = [] as readonly VendorObject[],
  } = {},
): Answer {
  const seen = understand([
    hub,
    nic({}, { publicIPAddress: null }),
    pip("Standard", { ipAddress: "20.50.7.7" }, "fwpip"),
    nsg("sub", [...rules, rule("z", { priority: 4000, access: "Deny", protocol: "*", destinationPortRange: "*" })]),
    firewall(properties),
    ...more,
  ]);
  return enters(endpointOf(seen), packet(from, port));
}

describe("Azure Firewall DNAT", () => {
  it("is a way in to a machine without a public address, judged on the translated port", () => {
    expect(ask(classic([dnat("d", ["*"])]))).toBe("open");
    expect(ask(classic([dnat("d", ["*"])]), { port: 3390 })).toBe("closed");
  });
  it("admits its sources only", () => expect(ask(classic([dnat("d", ["9.9.9.0/24"])]))).toBe("closed"));
  it("meets the machine's group with the firewall's subnet as source", () => {
    const rules = [rule("a", { sourceAddressPrefix: "Internet", destinationPortRange: "3389" })];
    expect(ask(classic([dnat("d", ["*"])]), { rules })).toBe("closed");
  });
  it("an earlier rule on the same address and port takes its clients first", () => {
    const rules = [dnat("first", ["8.8.8.0/24"], { translatedAddress: "10.0.2.9" }), dnat("second", ["*"])];
    expect([ask(classic(rules)), ask(classic(rules), { from: "9.9.9.9" })]).toEqual(["closed", "open"]);
  });
  it("a network rule that denies the translated packets overrides it", () => {
    const deny = [
      {
        name: "x",
        properties: {
          priority: 100,
          action: { type: "Deny" },
          rules: [
            {
              name: "no",
              protocols: ["TCP"],
              sourceAddresses: ["8.8.8.0/24"],
              destinationAddresses: ["10.0.1.4"],
              destinationPorts: ["3389"],
            },
          ],
        },
      },
    ];
    expect([
      ask(classic([dnat("d", ["*"])], deny)),
      ask(classic([dnat("d", ["*"])], deny), { from: "9.9.9.9" }),
    ]).toEqual(["closed", "open"]);
  });
  it.each<readonly [string, VendorObject]>([
    ["a protocol that is no protocol", { protocols: ["Tpc"] }],
    ["no protocol", { protocols: [] }],
    ["a port that is no port", { destinationPorts: ["rdp"] }],
    ["a translated port that is no port", { translatedPort: "rdp" }],
    ["a source that is no prefix", { sourceAddresses: ["789"] }],
  ])("%s makes a rule unknown, neither open nor closed", (_name, more) => {
    expect(ask(classic([dnat("d", ["*"], more)]))).toBe("unknown");
  });
  it("a deny whose protocol cannot be read does not close for certain", () => {
    const denying = {
      protocols: ["Tpc"],
      sourceAddresses: ["*"],
      destinationAddresses: ["*"],
      destinationPorts: ["*"],
    };
    const deny = [
      {
        name: "n",
        properties: { priority: 100, action: { type: "Deny" }, rules: [{ name: "x", ...denying }] },
      },
    ];
    expect(ask(classic([dnat("d", ["*"])], deny))).toBe("unknown");
  });
  it("by a policy, the parent's rules first", () => {
    const group = (policy: string, rules: readonly VendorObject[]) =>
      arm(`firewallPolicies/${policy}/ruleCollectionGroups/g`, {
        priority: 200,
        ruleCollections: [
          {
            ruleCollectionType: "FirewallPolicyNatRuleCollection",
            name: "n",
            priority: 100,
            action: { type: "DNAT" },
            rules,
          },
        ],
      });
    const nat = (name: string, target: string) => ({
      ...dnat(name, ["*"], { translatedAddress: target }),
      ruleType: "NatRule",
      ipProtocols: ["TCP"],
    });
    const policies = (parent: readonly VendorObject[]) => [
      arm("firewallPolicies/child", { basePolicy: to("firewallPolicies", "base") }),
      arm("firewallPolicies/base", {}),
      group("child", [nat("c", "10.0.1.4")]),
      group("base", parent),
    ];
    const by = { firewallPolicy: to("firewallPolicies", "child") };
    expect(ask(by, { more: policies([]) })).toBe("open");
    expect(ask(by, { more: policies([nat("p", "10.0.2.9")]) })).toBe("closed");
    expect(
      ask(by, {
        more: [
          arm("firewallPolicies/child", { basePolicy: to("firewallPolicies", "base") }),
          group("child", [nat("c", "10.0.1.4")]),
        ],
      }),
    ).toBe("unknown");
  });
  it("names IP groups", () => {
    const rules = [dnat("d", [], { sourceIpGroups: [idOf("ipGroups/g")] })];
    expect(ask(classic(rules), { more: [arm("ipGroups/g", { ipAddresses: ["8.8.8.0/24", "9.9.9.1-9.9.9.5"] })] })).toBe(
      "open",
    );
    expect(
      ask(classic(rules), {
        from: "9.9.9.9",
        more: [arm("ipGroups/g", { ipAddresses: ["8.8.8.0/24", "9.9.9.1-9.9.9.5"] })],
      }),
    ).toBe("closed");
    expect(ask(classic(rules))).toBe("unknown");
  });
});

describe("between subnets past an appliance", () => {
  const seen = (hop: string, network: readonly VendorObject[] = []) =>
    understand([
      hub,
      nic({}, { publicIPAddress: null }),
      nic(
        {},
        {
          publicIPAddress: null,
          privateIPAddress: "10.0.2.8",
          subnet: { id: idOf("virtualNetworks/net", "subnets/other") },
        },
        "client",
      ),
      nsg("sub", []),
      arm("routeTables/rt", {
        routes: [
          {
            name: "r",
            properties: { addressPrefix: "10.0.1.0/24", nextHopType: "VirtualAppliance", nextHopIpAddress: hop },
          },
        ],
      }),
      firewall({ networkRuleCollections: network }),
    ]);
  const inspected = (hop: string, network: readonly VendorObject[] = []): Answer => {
    const estate = seen(hop, network);
    const { entering } = estate.network.between(endpointOf(estate, "client"), endpointOf(estate));
    return through(
      entering.filter(({ kind }) => kind === "inspection"),
      packet("10.0.2.8", 22),
    );
  };
  const collection = (priority: number, type: string) => ({
    name: `${type}${priority}`,
    properties: {
      priority,
      action: { type },
      rules: [
        {
          name: "r",
          protocols: ["Any"],
          sourceAddresses: ["*"],
          destinationAddresses: ["10.0.0.0/16"],
          destinationPorts: ["*"],
        },
      ],
    },
  });
  it.each<readonly [string, readonly VendorObject[], Answer]>([
    ["without rules nothing passes", [], "closed"],
    ["a network rule allows", [collection(200, "Allow")], "open"],
    ["collections by priority", [collection(200, "Allow"), collection(100, "Deny")], "closed"],
  ])("Azure Firewall: %s", (_name, network, answer) => expect(inspected("10.0.0.4", network)).toBe(answer));
  it("an appliance of somebody's own is unknown, never closed", () => {
    expect(inspected("10.0.9.9")).toBe("unknown");
    const estate = seen("10.0.9.9");
    expect(estate.network.between(endpointOf(estate, "client"), endpointOf(estate)).inspections).toHaveLength(1);
  });
  it("networks without a peering are apart", () => {
    const estate = understand([
      vnet(),
      nic(),
      vnet({}, {}, "far", ["10.5.0.0/16"]),
      nic({}, { privateIPAddress: "10.5.1.1", subnet: { id: idOf("virtualNetworks/far", "subnets/web") } }, "there"),
    ]);
    const { leaving } = estate.network.between(endpointOf(estate), endpointOf(estate, "there"));
    expect(through(leaving, packet("10.5.1.1", 22))).toBe("closed");
  });
});

describe("application gateways", () => {
  const id = (kind: string, name: string) => ({ id: idOf("applicationGateways/gw", `${kind}/${name}`) });
  const seen = (gatewayRules: readonly VendorObject[], behind: readonly VendorObject[]) =>
    understand([
      vnet(
        {},
        {
          subnets: [
            {
              id: idOf("virtualNetworks/net", "subnets/web"),
              name: "web",
              properties: { addressPrefix: "10.0.1.0/24", networkSecurityGroup: to("networkSecurityGroups", "own") },
            },
            {
              id: idOf("virtualNetworks/net", "subnets/gw"),
              name: "gw",
              properties: { addressPrefix: "10.0.3.0/24", networkSecurityGroup: to("networkSecurityGroups", "gw") },
            },
          ],
        },
      ),
      nic({}, { publicIPAddress: null }),
      pip("Standard", { ipAddress: "20.50.8.8" }, "gwpip"),
      nsg("gw", gatewayRules),
      nsg("own", [...behind, rule("z", { priority: 4000, access: "Deny", protocol: "*", destinationPortRange: "*" })]),
      arm("applicationGateways/gw", {
        gatewayIPConfigurations: [
          { name: "g", properties: { subnet: { id: idOf("virtualNetworks/net", "subnets/gw") } } },
        ],
        frontendIPConfigurations: [
          { ...id("frontendIPConfigurations", "f"), properties: { publicIPAddress: to("publicIPAddresses", "gwpip") } },
        ],
        frontendPorts: [{ ...id("frontendPorts", "p"), properties: { port: 443 } }],
        httpListeners: [
          {
            ...id("httpListeners", "l"),
            name: "l",
            properties: {
              frontendIPConfiguration: id("frontendIPConfigurations", "f"),
              frontendPort: id("frontendPorts", "p"),
            },
          },
        ],
        backendAddressPools: [
          { ...id("backendAddressPools", "b"), properties: { backendAddresses: [{ ipAddress: "10.0.1.4" }] } },
        ],
        backendHttpSettingsCollection: [{ ...id("backendHttpSettingsCollection", "s"), properties: { port: 8080 } }],
        requestRoutingRules: [
          {
            name: "r",
            properties: {
              httpListener: id("httpListeners", "l"),
              backendAddressPool: id("backendAddressPools", "b"),
              backendHttpSettings: id("backendHttpSettingsCollection", "s"),
            },
          },
        ],
      }),
    ]);
  const inGateway = [rule("a", { destinationPortRange: "443", sourceAddressPrefix: "8.8.8.0/24" })];
  const fromGateway = [rule("a", { destinationPortRange: "8080", sourceAddressPrefix: "10.0.3.0/24" })];
  it("are reached on their listeners' ports", () => {
    const estate = seen(inGateway, fromGateway);
    expect([443, 80].map((port) => enters(endpointOf(estate, "gw"), packet("8.8.8.8", port)))).toEqual([
      "open",
      "closed",
    ]);
    expect(enters(endpointOf(estate, "gw"), packet("9.9.9.9", 443))).toBe("closed");
  });
  it("lead to what stands behind them, which sees the gateway's subnet", () => {
    expect(enters(endpointOf(seen(inGateway, fromGateway)), packet("8.8.8.8", 8080))).toBe("open");
    expect(enters(endpointOf(seen(inGateway, fromGateway)), packet("9.9.9.9", 8080))).toBe("closed");
    expect(enters(endpointOf(seen(inGateway, [])), packet("8.8.8.8", 8080))).toBe("closed");
    expect(enters(endpointOf(seen([], fromGateway)), packet("8.8.8.8", 8080))).toBe("closed");
  });
});

describe("routes by longest prefix", () => {
  const inspections = (routes: readonly VendorObject[]): number => {
    const estate = understand([
      hub,
      nic({}, { publicIPAddress: null }),
      nic(
        {},
        {
          publicIPAddress: null,
          privateIPAddress: "10.0.2.8",
          subnet: { id: idOf("virtualNetworks/net", "subnets/other") },
        },
        "client",
      ),
      nsg("sub", []),
      arm("routeTables/rt", { routes }),
    ]);
    return estate.network.between(endpointOf(estate, "client"), endpointOf(estate)).inspections.length;
  };
  const past = (addressPrefix: string, nextHopType = "VirtualAppliance"): VendorObject => ({
    name: addressPrefix,
    properties: { addressPrefix, nextHopType, nextHopIpAddress: "10.0.9.9" },
  });
  it.each<readonly [string, readonly VendorObject[], number]>([
    ["a default route leaves the network's own prefix alone", [past("0.0.0.0/0")], 0],
    ["a user's route for the same prefix comes before Azure's", [past("10.0.0.0/16")], 1],
    ["a longer prefix wins", [past("10.0.1.0/24")], 1],
    ["the longest of a user's own wins, in any order", [past("10.0.0.0/16"), past("10.0.1.0/24", "VnetLocal")], 0],
    ["a route for somebody else", [past("10.0.7.0/24")], 0],
  ])("%s", (_name, routes, count) => expect(inspections(routes)).toBe(count));
});

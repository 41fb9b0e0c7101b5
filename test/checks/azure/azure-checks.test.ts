import { describe, expect, it } from "vitest";
import { checks } from "../../../checks/registry.ts";
import { check as openEgress } from "../../../checks/network/open-egress-rule.ts";
import { check as exposedAdmin } from "../../../checks/network/exposed-admin-port.ts";
import { check as adminBypass } from "../../../checks/azure/azure-admin-rule-bypass.ts";
import { check as basicAddress } from "../../../checks/azure/azure-basic-public-ip.ts";
import { check as dnatOpen } from "../../../checks/azure/azure-firewall-dnat-open.ts";
import { check as wideTag } from "../../../checks/azure/azure-service-tag-wide.ts";
import { check as openAdmin } from "../../../checks/network/open-admin-rule.ts";
import { check as openAll } from "../../../checks/network/open-all-rule.ts";
import { check as unlogged } from "../../../checks/network/unlogged-firewall.ts";
import { check as unused } from "../../../checks/network/unused-firewall.ts";
import { check as wideSource } from "../../../checks/network/wide-source-rule.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";
import { adminRule, deployed, manager } from "../../support/azure-admin.ts";
import { arm, azureEstate, idOf, nic, nsg, pip, rule, to, vnet } from "../../support/azure-estate.ts";
import { checkCases, judgeEstate } from "../../support/check-tester.ts";

const config = "networkManagers/m/securityAdminConfigurations/c";
const tagged = (addressPrefix: string): VendorObject => ({
  sources: [{ addressPrefix, addressPrefixType: "ServiceTag" }],
});
const bypass = (properties: VendorObject = {}, access = "AlwaysAllow") => [
  vnet(),
  ...manager([adminRule("r", access, 10, properties)]),
];

checkCases(adminBypass, {
  pass: [
    {
      name: "Allow",
      estate: azureEstate([
        ...bypass({}, "Allow"),
        deployed(config),
        ...manager([adminRule("f", "AlwaysAllow", 20, { sources: [{ addressPrefix: "198.51.100.0/24" }] })]),
      ]),
    },
    { name: "deployed nowhere", estate: azureEstate([...bypass(), deployed()]) },
  ],
  fail: [
    {
      name: "from everywhere",
      estate: azureEstate([...bypass(), deployed(config)]),
      message: /every protocol .*past every network security group/,
    },
    { name: "from Internet", estate: azureEstate([...bypass(tagged("Internet")), deployed(config)]) },
    { name: "from AzureCloud", estate: azureEstate([...bypass(tagged("AzureCloud")), deployed(config)]) },
  ],
  unknown: [
    {
      name: "whether it is deployed was not read",
      estate: azureEstate(bypass(), { "Microsoft.ResourceGraph/resources/read": "denied" }),
    },
    { name: "a tag nobody carries", estate: azureEstate([...bypass(tagged("Storage")), deployed(config)]) },
    {
      name: "a configuration in force of which nothing was read",
      estate: azureEstate([vnet(), deployed("networkManagers/elsewhere/securityAdminConfigurations/c")]),
      message: /elsewhere/,
    },
  ],
});

checkCases(basicAddress, {
  pass: [{ name: "Standard", estate: azureEstate([pip("Standard")]) }],
  fail: [
    { name: "Basic", estate: azureEstate([pip("Basic")]), message: "attached to nothing yet" },
    {
      name: "Basic, in use",
      estate: azureEstate([
        pip("Basic", { ipConfiguration: { id: idOf("networkInterfaces/vm", "ipConfigurations/one") } }),
      ]),
      message: "attached to /subscriptions",
    },
  ],
  unknown: [
    { name: "a SKU nobody knows", estate: azureEstate([pip("Novel")]) },
    { name: "without a SKU", estate: azureEstate([pip(null)]), message: "names no SKU that Azure documents" },
  ],
});

const firewall = (rules: readonly VendorObject[], properties: VendorObject = {}) =>
  arm("azureFirewalls/fw", {
    ipConfigurations: [
      { name: "c", properties: { privateIPAddress: "10.0.0.4", publicIPAddress: to("publicIPAddresses", "pip") } },
    ],
    natRuleCollections: [{ name: "n", properties: { priority: 100, action: { type: "Dnat" }, rules } }],
    ...properties,
  });
const dnat = (more: VendorObject = {}): VendorObject => ({
  name: "r",
  protocols: ["TCP"],
  sourceAddresses: ["*"],
  destinationAddresses: ["20.50.1.2"],
  destinationPorts: ["443"],
  translatedAddress: "10.0.1.4",
  translatedPort: "3389",
  ...more,
});

checkCases(dnatOpen, {
  pass: [
    { name: "to a public port", estate: azureEstate([firewall([dnat({ translatedPort: "443" })])]) },
    { name: "from one network", estate: azureEstate([firewall([dnat({ sourceAddresses: ["198.51.100.0/24"] })])]) },
  ],
  fail: [
    {
      name: "to RDP, whatever port it listens on",
      estate: azureEstate([firewall([dnat()])]),
      message: /tcp 443.*10\.0\.1\.4 \(tcp 3389\)/,
    },
    {
      name: "from halves of the internet",
      estate: azureEstate([firewall([dnat({ sourceAddresses: ["0.0.0.0/1", "128.0.0.0/1"] })])]),
    },
    {
      name: "two rules of one name",
      estate: azureEstate([firewall([dnat(), dnat()])]),
      also: (findings) => expect(findings).toHaveLength(2),
    },
  ],
  unknown: [
    {
      name: "an IP group that was not read",
      estate: azureEstate([firewall([dnat({ sourceAddresses: [], sourceIpGroups: [idOf("ipGroups/g")] })])]),
    },
  ],
});

const source = (sourceAddressPrefix: string, more: VendorObject = {}) =>
  azureEstate([nsg("web", [rule("r", { sourceAddressPrefix, destinationPortRange: "443", ...more })])]);

checkCases(wideTag, {
  pass: [
    { name: "a tag of Microsoft's own", estate: source("GatewayManager") },
    { name: "a deny", estate: source("AzureCloud", { access: "Deny" }) },
    { name: "outbound", estate: source("*", { direction: "Outbound", destinationAddressPrefix: "AzureCloud" }) },
  ],
  fail: [
    { name: "AzureCloud", estate: source("AzureCloud"), message: "every tenant of Azure" },
    { name: "one region, in capitals", estate: source("AZURECLOUD.WESTEUROPE"), message: "one Azure region" },
    { name: "a service that everybody can rent", estate: source("Storage.EastUS"), message: "every customer" },
  ],
});

describe("checks of every cloud on Azure", () => {
  const guarded = (rules: readonly VendorObject[]) =>
    azureEstate([vnet({ networkSecurityGroup: to("networkSecurityGroups", "sub") }), nic(), pip(), nsg("sub", rules)]);

  it("open-admin-rule fails with commands of the Azure CLI", () => {
    const { findings } = judgeEstate(openAdmin, guarded([rule("ssh")]));
    expect(findings).toHaveLength(1);
    expect(findings[0]?.remediation.cli).toEqual([
      "az network nsg rule delete --resource-group rg --nsg-name sub --name ssh --subscription 11111111-2222-3333-4444-555555555555",
    ]);
    expect(findings[0]?.remediation.terraform).toMatch(/azurerm_network_security_rule/);
  });
  it.each<readonly [string, readonly VendorObject[], string]>([
    ["a deny before it", [rule("no", { access: "Deny", priority: 90 }), rule("ssh")], "pass"],
    ["Azure's default rules alone", [], "pass"],
    ["AzureCloud counts as the internet", [rule("ssh", { sourceAddressPrefix: "AzureCloud" })], "fail"],
    ["a service tag nobody carries", [rule("ssh", { sourceAddressPrefix: "AzureDevOps" })], "unknown"],
    ["a source that is no prefix", [rule("ssh", { sourceAddressPrefix: "789" })], "unknown"],
    [
      "a deny for another address leaves it open",
      [rule("no", { access: "Deny", priority: 90, destinationAddressPrefix: "10.0.1.99" }), rule("ssh")],
      "fail",
    ],
  ])("open-admin-rule, %s", (_name, rules, status) => {
    const { findings, tallies } = judgeEstate(openAdmin, guarded(rules));
    expect(findings.map((each) => each.status)).toEqual(status === "pass" ? [] : [status]);
    expect(tallies).toHaveLength(1);
  });
  it("open-all-rule, wide-source-rule", () => {
    expect(
      judgeEstate(openAll, guarded([rule("all", { protocol: "*", destinationPortRange: "*" })])).findings,
    ).toHaveLength(1);
    expect(
      judgeEstate(wideSource, guarded([rule("wide", { sourceAddressPrefix: "20.0.0.0/12" })])).findings,
    ).toHaveLength(1);
  });
  it("unused-firewall names the command", () => {
    const { findings } = judgeEstate(unused, azureEstate([nsg("idle", [])]));
    expect(findings[0]?.remediation.cli[0]).toMatch(/^az network nsg delete --resource-group rg --name idle/);
  });
  const log = (target: string, properties: VendorObject = {}) =>
    arm("networkWatchers/w/flowLogs/l", { targetResourceId: target, enabled: true, ...properties });
  it.each<readonly [string, readonly VendorObject[], string | null]>([
    ["nothing", [], "records none"],
    ["a log on the virtual network", [log(idOf("virtualNetworks/net"))], null],
    ["a log on every subnet", [log(idOf("virtualNetworks/net", "subnets/web"))], null],
    ["a log on the subnet's security group", [log(idOf("networkSecurityGroups/sub"))], null],
    ["a log on an interface only", [log(idOf("networkInterfaces/vm"))], "only vm is logged"],
    ["a log that is switched off", [log(idOf("virtualNetworks/net"), { enabled: false })], "is not enabled"],
  ])("unlogged-firewall: %s", (_name, logs, message) => {
    const { findings } = judgeEstate(
      unlogged,
      azureEstate([vnet({ networkSecurityGroup: to("networkSecurityGroups", "sub") }), nsg("sub", []), nic(), ...logs]),
    );
    expect(findings.map((each) => each.message)).toEqual(message === null ? [] : [expect.stringContaining(message)]);
  });
});

describe("open-egress-rule", () => {
  const out = (more: VendorObject = {}): VendorObject =>
    rule("out", {
      direction: "Outbound",
      protocol: "*",
      sourceAddressPrefix: "*",
      sourcePortRange: "*",
      destinationAddressPrefix: "*",
      destinationPortRange: "*",
      ...more,
    });
  const made: VendorObject = {
    name: "AllowInternetOutBound",
    properties: {
      priority: 65_001,
      direction: "Outbound",
      access: "Allow",
      protocol: "*",
      sourceAddressPrefix: "*",
      sourcePortRange: "*",
      destinationAddressPrefix: "Internet",
      destinationPortRange: "*",
    },
  };
  const group = (rules: readonly VendorObject[]): VendorObject => {
    const { properties, ...rest } = nsg("web", rules);
    return { ...rest, properties: { ...Object(properties), defaultSecurityRules: [made] } };
  };
  it.each([
    ["passes what Azure adds to every group", [], 0],
    ["fails a rule that somebody wrote", [out()], 1],
    ["fails that rule before Azure's own", [out({ destinationAddressPrefix: "Internet" })], 1],
    ["passes one port, and Azure's own behind it", [out({ protocol: "Tcp", destinationPortRange: "443" })], 0],
  ] as const)("%s", (_name, rules, count) => {
    const { findings } = judgeEstate(openEgress, azureEstate([vnet(), group(rules)]));
    expect(findings).toHaveLength(count);
    for (const finding of findings) {
      expect(finding.status).toBe("fail");
      expect(finding.remediation.cli).toEqual([expect.stringMatching(/^az network nsg rule delete .* --name out /)]);
    }
  });
});

describe("exposed-admin-port, where no rule of a group can be taken away", () => {
  it("shows how to attach a group to an interface that has none", () => {
    const { findings } = judgeEstate(exposedAdmin, azureEstate([vnet(), nic(), pip("Basic")]));
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringContaining("no firewall rule stands in between"),
    ]);
    expect(findings[0]?.remediation.cli).toEqual([
      expect.stringMatching(/^az network nic update --resource-group rg --name vm --network-security-group NSG/),
    ]);
    expect(findings[0]?.remediation.terraform).toContain("azurerm_");
    expect(Object.keys(findings[0]?.controls ?? {}).join(" ")).not.toContain("aws");
  });
});

describe("every check, on records that nobody documents", () => {
  const odd: readonly (readonly [string, VendorObject])[] = [
    [
      "two rules that say the same",
      nsg("web", [rule("a"), rule("b"), rule("a", { access: "Audit" }), rule("a", { access: "Audit" })]),
    ],
    ["rules that are no objects", nsg("web", [1, null, "x"])],
    ["rules that are no list", arm("networkSecurityGroups/web", { securityRules: "none" })],
    ["no properties", arm("networkSecurityGroups/web", {})],
  ];
  it.each(odd)("%s: no check throws, and default rules are nobody's fault", (_name, group) => {
    const small = azureEstate([
      vnet({ networkSecurityGroup: to("networkSecurityGroups", "web") }),
      nic(),
      pip(),
      group,
    ]);
    for (const check of checks.filter(({ clouds }) => clouds.includes("azure"))) {
      const { findings } = judgeEstate(check, small);
      for (const finding of findings) {
        expect(finding.remediation.cli.join(), check.id).not.toMatch(/^aws /);
        expect(finding.message, check.id).not.toMatch(/AllowVnet|DenyAllIn|DenyAllOut|AllowInternetOut/);
      }
    }
  });
});

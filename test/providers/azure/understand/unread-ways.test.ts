import { describe, expect, it } from "vitest";
import { check as basicAddress } from "../../../../checks/azure/azure-basic-public-ip.ts";
import { check as exposedAdmin } from "../../../../checks/network/exposed-admin-port.ts";
import type { CoverageStatus } from "../../../../src/model/coverage.ts";
import { reach } from "../../../../src/network/reach.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import { deployed } from "../../../support/azure-admin.ts";
import {
  arm,
  azureEstate,
  endpointOf,
  enters,
  idOf,
  nic,
  nsg,
  packet,
  pip,
  rule,
  to,
  understand,
  vnet,
} from "../../../support/azure-estate.ts";
import { judgeEstate } from "../../../support/check-tester.ts";

type Unread = Readonly<Record<string, CoverageStatus>>;

const inside = { publicIPAddress: null };
const quiet = [vnet(), nic({ networkSecurityGroup: to("networkSecurityGroups", "own") }, inside), nsg("own", [])];
const denied = (operation: string): Unread => ({ [`Microsoft.${operation}/read`]: "denied" });
const missingOf = (bodies: readonly VendorObject[], unread: Unread = {}): string =>
  endpointOf(understand(bodies, unread)).missing.join("; ");

describe("what was not read may hold a way in", () => {
  it("nothing is missing where everything was read", () => expect(missingOf(quiet)).toBe(""));

  it.each([
    ["Network/loadBalancers", /whether a load balancer leads to it/],
    ["Network/applicationGateways", /whether an application gateway leads to it/],
    ["Network/azureFirewalls", /whether an Azure Firewall leads to it/],
    ["ResourceGraph/resources", /the security admin rules in force in .*virtualNetworks\/net/],
  ])("%s", (operation, missing) => {
    expect(missingOf(quiet, denied(operation))).toMatch(missing);
    const { findings } = judgeEstate(exposedAdmin, azureEstate(quiet, denied(operation)));
    expect(findings.map(({ status }) => status)).toEqual(["unknown"]);
  });

  it.each([
    ["loadBalancerBackendAddressPools", "loadBalancers/lb/backendAddressPools/p"],
    ["loadBalancerInboundNatRules", "loadBalancers/lb/inboundNatRules/n"],
    ["applicationGatewayBackendAddressPools", "applicationGateways/gw/backendAddressPools/p"],
  ])("what an interface names itself in %s", (member, path) => {
    const joined = nic({}, { ...inside, [member]: [{ id: idOf(path) }] });
    expect(missingOf([vnet(), joined])).toContain(path.split("/").slice(0, 2).join("/").toLowerCase());
  });

  it("a firewall in a peered network that was not read, and none in one that was", () => {
    const properties = { peeringState: "Connected", remoteVirtualNetwork: to("virtualNetworks", "hub") };
    const spoke = vnet({}, { virtualNetworkPeerings: [{ name: "hub", properties }] });
    expect(missingOf([spoke, nic()])).toMatch(/whether an Azure Firewall in .*hub leads to it/);
    expect(missingOf([spoke, nic(), vnet({}, {}, "hub", ["10.8.0.0/16"])])).toBe("");
  });

  it("the policy of a firewall in the same network", () => {
    const firewall = arm("azureFirewalls/fw", {
      firewallPolicy: { id: idOf("firewallPolicies/p") },
      ipConfigurations: [{ name: "c", properties: { subnet: { id: idOf("virtualNetworks/net", "subnets/web") } } }],
    });
    expect(missingOf([...quiet, firewall])).toContain("firewallPolicies/p");
    const policy = arm("firewallPolicies/p", {});
    expect(missingOf([...quiet, firewall, policy])).toBe("");
    const group = arm("firewallPolicies/p/ruleCollectionGroups/g", { priority: 100, ruleCollections: [] });
    const partial = denied("Network/firewallPolicies/ruleCollectionGroups");
    expect(missingOf([...quiet, firewall, policy, group], partial)).toContain("the rules of firewall policy");
  });

  it("a private endpoint has no way in, whatever was not read", () => {
    const endpoint = nic({ privateEndpoint: to("privateEndpoints", "pe") }, inside);
    expect(missingOf([vnet(), endpoint], denied("Network/loadBalancers"))).toBe("");
  });

  it("public addresses that were not listed are not judged as none", () => {
    const { findings } = judgeEstate(basicAddress, azureEstate(quiet, denied("Network/publicIPAddresses")));
    expect(findings.map(({ status }) => status)).toContain("unknown");
  });
});

describe("a configuration in force of which nothing was read", () => {
  const elsewhere = "networkManagers/elsewhere/securityAdminConfigurations/c";
  const machine = (rules: readonly VendorObject[]) => [
    vnet(),
    nic({ networkSecurityGroup: to("networkSecurityGroups", "own") }),
    pip(),
    nsg("own", rules),
    deployed(elsewhere),
  ];
  it("may close what the groups open", () =>
    expect(enters(endpointOf(understand(machine([rule("a")]))), packet("8.8.8.8", 22))).toBe("unknown"));
  it("may open what the groups close", () =>
    expect(enters(endpointOf(understand(machine([]))), packet("8.8.8.8", 22))).toBe("unknown"));
});

describe("168.63.129.16", () => {
  const machine = (rules: readonly VendorObject[]) =>
    understand([vnet(), nic({ networkSecurityGroup: to("networkSecurityGroups", "own") }), pip(), nsg("own", rules)]);
  const answer = (rules: readonly VendorObject[]) => {
    const seen = machine(rules);
    const found = reach(seen.network, { from: { kind: "internet" }, to: endpointOf(seen), l4: null });
    return "verdict" in found ? found.verdict : found.kind;
  };
  it("is nobody on the internet, so the default rules open nothing to it", () => expect(answer([])).toBe("closed"));
  it("nor does a rule for the probes", () =>
    expect(answer([rule("probes", { sourceAddressPrefix: "168.63.129.16", destinationPortRange: "*" })])).toBe(
      "closed",
    ));
  it("is not left out of what everybody may", () =>
    expect(answer([rule("all", { protocol: "*", destinationPortRange: "*" })])).toBe("open"));
});

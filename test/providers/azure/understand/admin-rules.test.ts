import { describe, expect, it } from "vitest";
import { propertiesOf } from "../../../../src/providers/azure/understand/arm.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import type { CoverageStatus } from "../../../../src/model/coverage.ts";
import { adminRule, deployed, manager } from "../../../support/azure-admin.ts";
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
  to,
  understand,
  vnet,
  type Answer,
} from "../../../support/azure-estate.ts";

const config = "networkManagers/m/securityAdminConfigurations/c";
const net = idOf("virtualNetworks/net");

function ask(
  bodies: readonly VendorObject[],
  nsgRules: readonly VendorObject[],
  port = 22,
  {
    subnet = {},
    unread = {},
  }: { readonly subnet?: VendorObject; readonly unread?: Readonly<Record<string, CoverageStatus>> } = {},
): Answer {
  const seen = understand(
    [
      vnet(subnet),
      nic({ networkSecurityGroup: to("networkSecurityGroups", "own") }),
      pip(),
      nsg("own", nsgRules),
      ...bodies,
    ],
    unread,
  );
  return enters(endpointOf(seen), packet("8.8.8.8", port));
}

const graph = "Microsoft.ResourceGraph/resources/read";
const open = [rule("a")];

describe("security admin rules come before every security group", () => {
  it.each<readonly [string, readonly VendorObject[], readonly VendorObject[], Answer]>([
    ["Deny drops what the group allows", [adminRule("d", "Deny", 10)], open, "closed"],
    ["Allow hands on to the group, which denies", [adminRule("a", "Allow", 10)], [], "closed"],
    ["Allow hands on to the group, which allows", [adminRule("a", "Allow", 10)], open, "open"],
    ["AlwaysAllow delivers what the group denies", [adminRule("f", "AlwaysAllow", 10)], [], "open"],
    ["Deny before AlwaysAllow", [adminRule("d", "Deny", 5), adminRule("f", "AlwaysAllow", 10)], open, "closed"],
    ["AlwaysAllow before Deny", [adminRule("d", "Deny", 15), adminRule("f", "AlwaysAllow", 10)], [], "open"],
    [
      "Allow before AlwaysAllow leaves it to the group",
      [adminRule("a", "Allow", 5), adminRule("f", "AlwaysAllow", 10)],
      [],
      "closed",
    ],
    ["a Deny of another port", [adminRule("d", "Deny", 10, { destinationPortRanges: ["3389"] })], open, "open"],
    ["an outbound Deny", [adminRule("d", "Deny", 10, { direction: "Outbound" })], open, "open"],
    [
      "a Deny for another destination",
      [adminRule("d", "Deny", 10, { destinations: [{ addressPrefix: "10.0.7.0/24", addressPrefixType: "IPPrefix" }] })],
      open,
      "open",
    ],
    [
      "an AlwaysAllow by a tag nobody carries is unknown",
      [adminRule("f", "AlwaysAllow", 10, { sources: [{ addressPrefix: "Storage", addressPrefixType: "ServiceTag" }] })],
      [],
      "unknown",
    ],
    [
      "an AlwaysAllow for members of a network group is unknown",
      [
        adminRule("f", "AlwaysAllow", 10, {
          sources: [{ addressPrefix: idOf("networkManagers/m/networkGroups/g"), addressPrefixType: "NetworkGroup" }],
        }),
      ],
      [],
      "unknown",
    ],
  ])("%s", (_name, rules, nsgRules, answer) => {
    expect(ask([...manager(rules), deployed(config)], nsgRules)).toBe(answer);
  });

  it("count only once they are deployed", () => {
    const rules = manager([adminRule("f", "AlwaysAllow", 10)]);
    expect(ask([...rules, deployed()], [])).toBe("closed");
    expect(ask(rules, [])).toBe("closed");
    expect(ask(rules, [], 22, { unread: { [graph]: "denied" } })).toBe("unknown");
  });

  it("count only for members of their groups", () => {
    const member = idOf("virtualNetworks/other");
    const rules = manager([adminRule("f", "AlwaysAllow", 10)], { member });
    expect(ask([...rules, deployed(config)], [])).toBe("closed");
    const dynamic = arm(`${net}/providers/Microsoft.Network/networkGroupMemberships/default`, {
      GroupMemberships: [{ NetworkGroupId: idOf("networkManagers/m/networkGroups/g") }],
    });
    expect(ask([...rules, deployed(config), dynamic], [])).toBe("open");
    expect(ask([...rules, deployed(config)], [], 22, { unread: { [graph]: "denied" } })).toBe("unknown");
  });

  it("hold as they were at the last commit", () => {
    const rule = adminRule("f", "AlwaysAllow", 10);
    const taken = arm(`${config}/ruleCollections/rc/rules/f/snapshots/1`, {
      ...propertiesOf(adminRule("f", "Deny", 10)),
    });
    expect(ask([...manager([rule]), deployed(config), taken], open)).toBe("closed");
  });

  describe("keep out of networks with intent-policy services", () => {
    const subnet = { delegations: [{ name: "d", properties: { serviceName: "Microsoft.Sql/managedInstances" } }] };
    it.each([
      [["None"], "Deny", open, "open"],
      [["All"], "Deny", open, "closed"],
      [["AllowRulesOnly"], "Deny", open, "open"],
      [["AllowRulesOnly"], "AlwaysAllow", [], "open"],
      [["None"], "AlwaysAllow", [], "closed"],
    ] as const)("applied on %j: %s", (modes, access, nsgRules, answer) => {
      const bodies = manager([adminRule("r", access, 10)], {
        configuration: { applyOnNetworkIntentPolicyBasedServices: [...modes] },
      });
      expect(ask([...bodies, deployed(config)], nsgRules, 22, { subnet })).toBe(answer);
    });
  });

  it("one layer each: admin rules and groups stay apart", () => {
    const seen = understand([
      vnet(),
      nic({ networkSecurityGroup: to("networkSecurityGroups", "own") }),
      pip(),
      nsg("own", open),
      ...manager([adminRule("d", "Deny", 10)]),
      deployed(config),
    ]);
    expect(endpointOf(seen).ways[0]?.packets.map(({ kind }) => kind)).toEqual([
      "public-address",
      "admin-firewall",
      "endpoint-firewall",
    ]);
  });
});

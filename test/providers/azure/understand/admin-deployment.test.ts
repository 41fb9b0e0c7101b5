import { describe, expect, it } from "vitest";
import { propertiesOf } from "../../../../src/providers/azure/understand/arm.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import { adminRule, manager } from "../../../support/azure-admin.ts";
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
const rules = `${config}/ruleCollections/rc/rules`;
const net = idOf("virtualNetworks/net");

function ask(bodies: readonly VendorObject[], nsgRules: readonly VendorObject[] = []): Answer {
  const seen = understand([
    vnet(),
    nic({ networkSecurityGroup: to("networkSecurityGroups", "own") }),
    pip(),
    nsg("own", nsgRules),
    ...bodies,
  ]);
  return enters(endpointOf(seen), packet("8.8.8.8", 22));
}

/** The row of Resource Graph as it is documented: the configuration's snapshot is named, members in either letter case. */
const inForce = (...configurations: readonly string[]): VendorObject =>
  arm(`${net}/providers/Microsoft.Network/effectiveSecurityAdminRules/default`, {
    provisioningState: "Succeeded",
    effectiveSecurityAdminConfigurations: configurations.map((each) => ({
      id: `${idOf(each)}/snapshots/0`.toLowerCase(),
    })),
  });
const goal = (location: string, ...taken: readonly string[]): VendorObject =>
  arm(`networkManagers/m/securityAdminRegionalGoalStates/${location}`, {
    securityAdminRules: taken.map((path) => ({ id: idOf(`${rules}/${path}`).toLowerCase() })),
  });
const taken = (path: string, access: string): VendorObject =>
  arm(`${rules}/${path}`, { ...propertiesOf(adminRule("f", access, 10)) });

describe("what the last commit holds", () => {
  const now = adminRule("f", "AlwaysAllow", 10);
  it.each<readonly [string, readonly VendorObject[], Answer]>([
    ["the rule as it was then", [now, goal("westeurope", "f/snapshots/1"), taken("f/snapshots/1", "Allow")], "closed"],
    [
      "of several snapshots the one that it names",
      [
        now,
        goal("westeurope", "f/snapshots/2"),
        taken("f/snapshots/1", "AlwaysAllow"),
        taken("f/snapshots/2", "Allow"),
      ],
      "closed",
    ],
    [
      "Regions with different commits: unknown",
      [
        now,
        goal("westeurope", "f/snapshots/1"),
        goal("eastus", "f/snapshots/2"),
        taken("f/snapshots/1", "Allow"),
        taken("f/snapshots/2", "AlwaysAllow"),
      ],
      "unknown",
    ],
    [
      "a rule that was deleted since",
      [goal("westeurope", "gone/snapshots/1"), taken("gone/snapshots/1", "AlwaysAllow")],
      "open",
    ],
    [
      "a rule made since: perhaps",
      [now, goal("westeurope", "old/snapshots/1"), adminRule("old", "Allow", 90), taken("old/snapshots/1", "Allow")],
      "unknown",
    ],
  ])("%s", (_name, bodies, answer) => {
    expect(ask([...manager([]), inForce(config), ...bodies])).toBe(answer);
  });
});

describe("two network managers", () => {
  const second = (access: string, managementGroups: readonly string[]): readonly VendorObject[] => {
    const base = "networkManagers/n/securityAdminConfigurations/d";
    return [
      arm("networkManagers/n", { networkManagerScopes: { subscriptions: [], managementGroups } }),
      arm("networkManagers/n/networkGroups/g", {}),
      arm("networkManagers/n/networkGroups/g/staticMembers/s", { resourceId: net }),
      arm(base, {}),
      arm(`${base}/ruleCollections/rc`, {
        appliesToGroups: [{ networkGroupId: idOf("networkManagers/n/networkGroups/g") }],
      }),
      arm(`${base}/ruleCollections/rc/rules/r`, { ...propertiesOf(adminRule("r", access, 50)) }),
      inForce(config, base),
    ];
  };
  const top = ["/providers/Microsoft.Management/managementGroups/top"];
  it("one of a management group comes before one of subscriptions, whatever the priorities", () => {
    expect(ask([...manager([adminRule("f", "AlwaysAllow", 1)]), ...second("Deny", top)])).toBe("closed");
  });
  it("of two of one rank nobody can tell which comes first", () => {
    expect(ask([...manager([adminRule("f", "AlwaysAllow", 1)]), ...second("Deny", [])])).toBe("unknown");
  });
  it("the order of two that only deny does not matter", () => {
    expect(ask([...manager([adminRule("d", "Deny", 1)]), ...second("Deny", [])], [rule("a")])).toBe("closed");
  });
});

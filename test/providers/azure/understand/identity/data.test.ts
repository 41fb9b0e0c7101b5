import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { actionTable } from "../../../../../src/identity/actions.ts";
import { hasBit } from "../../../../../src/identity/bits.ts";
import { createGlobs } from "../../../../../src/identity/glob.ts";
import { escalationMethods } from "../../../../../src/providers/azure/understand/identity/data/escalation-methods.ts";
import { entraRoles, passwordRoles } from "../../../../../src/providers/azure/understand/identity/data/entra-roles.ts";
import { firewallActions } from "../../../../../src/providers/azure/understand/identity/data/firewall-actions.ts";
import { readRoles } from "../../../../../src/providers/azure/understand/identity/roles.ts";
import { indexRecords } from "../../../../../src/snapshot/records.ts";
import { builtInRoles, snapshotOf, type BuiltInRole } from "./small-azure.ts";

/** How many of some roles allow an action. */
function holders(roles: readonly BuiltInRole[], action: string): readonly string[] {
  const snapshot = snapshotOf(
    roles.map(({ name, roleName, permissions }) => ({
      operation: "Microsoft.Authorization/roleDefinitions/read",
      data: { id: `/x/roleDefinitions/${name}`, properties: { roleName, permissions } },
    })),
    { bare: true },
  );
  const table = actionTable([action]);
  return [...readRoles(indexRecords(snapshot), createGlobs()).values()]
    .filter(({ permissions }) => permissions.some(({ actions }) => hasBit(table.bitsOf(actions), 0)))
    .map(({ name }) => name);
}

const counts = [
  ["Microsoft.Network/networkSecurityGroups/write", 9],
  ["Microsoft.Network/networkSecurityGroups/securityRules/write", 7],
  ["Microsoft.Network/networkManagers/commit/action", 3],
  ["Microsoft.Network/networkInterfaces/write", 20],
  ["Microsoft.Network/virtualNetworks/subnets/write", 25],
  ["Microsoft.Network/ipGroups/write", 3],
  ["Microsoft.Network/azureFirewalls/write", 4],
  ["Microsoft.Authorization/roleAssignments/write", 28],
  ["Microsoft.Authorization/roleDefinitions/write", 2],
  ["Microsoft.Authorization/locks/delete", 10],
  ["Microsoft.Authorization/policyAssignments/delete", 4],
  ["Microsoft.Insights/ActivityLogAlerts/Delete", 6],
  ["Microsoft.Insights/DiagnosticSettings/Delete", 14],
  ["Microsoft.Compute/virtualMachines/runCommand/action", 5],
  ["Microsoft.Compute/virtualMachines/extensions/write", 11],
] as const;

describe("built-in roles", () => {
  test.each(counts)("%s is allowed by %i roles of the fixture", (action, count) => {
    expect(holders(builtInRoles, action)).toHaveLength(count);
  });

  // All of Microsoft's roles, where the data set is at hand.
  const all = resolve(import.meta.dirname, "../../../../../../shared/data/roles/azure-built-in-roles.json");
  test.skipIf(!existsSync(all)).each(counts)("%s is allowed by %i of all roles", (action, count) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the data set's own shape
    expect(holders(JSON.parse(readFileSync(all, "utf8")) as readonly BuiltInRole[], action)).toHaveLength(count);
  });

  test("three roles commit admin rules, and Virtual Machine Contributor writes interfaces but no groups of rules", () => {
    expect(holders(builtInRoles, "Microsoft.Network/networkManagers/commit/action").toSorted()).toEqual([
      "Contributor",
      "Network Contributor",
      "Owner",
    ]);
    expect(holders(builtInRoles, "Microsoft.Network/networkInterfaces/write")).toContain("Virtual Machine Contributor");
    expect(holders(builtInRoles, "Microsoft.Network/networkSecurityGroups/write")).not.toContain(
      "Virtual Machine Contributor",
    );
  });
});

describe("data", () => {
  test("each action stands once, with a page that describes it", () => {
    const names = firewallActions.map(({ action }) => action.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    for (const { action, source, beside } of firewallActions) {
      expect(action).toMatch(/^Microsoft\.[A-Za-z]+\/.+\/(?:write|delete|action)$/i);
      expect(source).toMatch(/^https:\/\/learn\.microsoft\.com\//);
      for (const other of beside) expect(names).toContain(other.toLowerCase());
    }
  });

  test("each method has an id of its own, needs something and names its pages", () => {
    const ids = escalationMethods.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, requires, sources, says } of escalationMethods) {
      expect(id).toMatch(/^[a-z]+(?:-[a-z]+)+$/);
      expect(requires.length).toBeGreaterThan(0);
      expect(requires.every((each) => each.length > 0)).toBe(true);
      expect(sources.length).toBeGreaterThan(0);
      expect(sources.every((source) => source.startsWith("https://"))).toBe(true);
      expect(says).not.toMatch(/\.$/);
    }
  });

  test("roles that reset passwords are roles that are known", () => {
    for (const { template, name, resets } of passwordRoles) {
      expect(entraRoles.get(template)?.name).toBe(name);
      // Each may reset its own kind.
      expect(resets?.has(template) ?? true).toBe(true);
    }
  });
});

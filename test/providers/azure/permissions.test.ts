import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

import { describe, expect, it } from "vitest";

import { azureFacets } from "../../../src/providers/azure/facets.ts";
import { isResourceId } from "../../../src/providers/azure/operation.ts";
import { armOperations, azureOperations, findAzureOperation } from "../../../src/providers/azure/operations.ts";
import { azurePermissions, permissionsFor } from "../../../src/providers/azure/permissions.ts";
import { collectFrom, withLab } from "./collecting.ts";
import { circles, smallEstate } from "./small-estate.ts";

describe("the list of operations", () => {
  it.each(azureOperations.map(({ id }) => id))("%s reads", (id) => {
    // What Microsoft Graph lists is told by GETs, which the test below holds.
    expect(id).toMatch(/^(?:Microsoft\.[A-Za-z]+\/[A-Za-z/]+\/read|microsoft\.graph\/[A-Za-z/]+)$/);
  });

  it("names each operation once, and parents before those that rest on them", () => {
    const ids = azureOperations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [index, { ask }] of azureOperations.entries()) {
      if (ask.how !== "per-parent") continue;
      for (const parent of ask.parents) expect(ids.slice(0, index)).toContain(parent);
    }
  });

  it.each(["Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/virtualMachineScaleSets/read"])(
    "keeps nothing of what an extension of a machine is told: %s",
    (id) => {
      const settings = { commandToExecute: "mysql -pSECRET" };
      const item = {
        id: "/subscriptions/s/x",
        resources: [{ properties: { settings } }],
        properties: {
          virtualMachineProfile: {
            networkProfile: {},
            extensionProfile: { extensions: [{ properties: { settings } }] },
          },
        },
      };
      const kept = findAzureOperation(id)?.trim(item);
      expect(JSON.stringify(kept)).not.toContain("SECRET");
      expect(kept).toMatchObject({ properties: { virtualMachineProfile: { networkProfile: {} } } });
    },
  );

  it("stands behind every facet", () => {
    const ids = Object.values(azureFacets).flat();
    expect(ids.filter((id) => findAzureOperation(id) === undefined)).toEqual([]);
  });

  it("is what the collector sends, and all of it: reads, and the one query", async () => {
    const requests = await withLab(smallEstate, {}, async (lab) => {
      await collectFrom(lab, { managementGroups: ["top"] });
      return lab.requests.filter(({ operation }) => operation !== "token" && operation !== "discovery");
    });
    expect([...new Set(requests.map(({ operation }) => operation))].toSorted()).toEqual(
      azureOperations.map(({ id }) => id).toSorted(),
    );
    const posted = requests.filter(({ method }) => method !== "GET");
    expect([...new Set(posted.map(({ method, operation }) => `${method} ${operation}`))]).toEqual([
      "POST Microsoft.ResourceGraph/resources/read",
    ]);
  });

  it.each([
    [circles.network.id, true],
    ["../users", false],
    [`${circles.network.id}/members?x`, false],
  ])("puts nothing else than an object's id into a path of Microsoft Graph: %s", (id, isOne) => {
    const operation = findAzureOperation("microsoft.graph/groups/members");
    const record = {
      cloud: "azure",
      account: "t",
      region: "global",
      operation: "microsoft.graph/groups",
      data: { id },
    } as const;
    const requests = operation?.ask.how === "per-parent" ? operation.ask.requests(record, [record]) : [];
    expect(requests.length).toBe(isOne ? 1 : 0);
  });

  it.each([
    ["/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkManagers/m", true],
    ["/subscriptions/s/resourcegroups/g (1)/providers/Microsoft.Network/networkManagers/m/networkGroups/é", true],
    ["/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkManagers/..", false],
    ["/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkManagers/m?x=1", false],
    ["/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkManagers/m%2f..", false],
    ["//elsewhere.example/resourceGroups/g/providers/Microsoft.Network/networkManagers/m", false],
    ["https://elsewhere.example/subscriptions/s", false],
    ["/subscriptions/s", false],
    ["", false],
  ])("puts no other id into a path than a resource's: %s", (id, isOne) => {
    expect(isResourceId(id)).toBe(isOne);
    const operation = findAzureOperation("Microsoft.Network/networkManagers/networkGroups/read");
    const record = { cloud: "azure", account: "s", region: "global", operation: "x", data: { id } } as const;
    const requests = operation?.ask.how === "per-parent" ? operation.ask.requests(record, [record]) : [];
    expect(requests.map(({ skip }) => skip === undefined)).toEqual([isOne]);
  });
});

describe("azurePermissions", () => {
  const { role, graph, notes } = azurePermissions();

  it("allows exactly what the operations take, and nothing that is no read", () => {
    const retired = "Microsoft.Authorization/classicAdministrators/read";
    expect(role.Actions).toEqual(
      armOperations.map(({ id }) => (id === retired ? "Microsoft.Authorization/*/read" : id)).toSorted(),
    );
    expect([role.NotActions, role.DataActions, role.NotDataActions]).toEqual([[], [], []]);
    for (const action of role.Actions) expect(action).toMatch(/\/read$/);
  });

  it("says that Reader is enough, and what may be left out", () => {
    expect(notes.some((note) => note.includes("Reader holds all of these"))).toBe(true);
    expect(notes.some((note) => note.includes("managementGroups/descendants/read"))).toBe(true);
  });

  it("tells the permissions of Microsoft Graph apart from Azure's actions, and what is lost without them", () => {
    expect(graph).toEqual([
      "Application.Read.All",
      "GroupMember.Read.All",
      "Organization.Read.All",
      "RoleManagement.Read.Directory",
      "User.Read.All",
    ]);
    for (const permission of graph) expect(permission).toMatch(/\.Read\./);
    const note = notes.find((each) => each.includes("Microsoft Graph"));
    for (const word of [...graph, "may be left out", "groups stand for their members"]) expect(note).toContain(word);
    expect(permissionsFor("microsoft.graph/groups/members")).toEqual(["GroupMember.Read.All"]);
  });

  it("names the action of an operation, and none of one that Rampart has not", () => {
    const id = "Microsoft.Network/routeTables/read";
    expect(permissionsFor(id)).toEqual([id]);
    expect(permissionsFor("Microsoft.Network/routeTables/write")).toEqual([]);
  });

  const roles = resolve(import.meta.dirname, "../../../../shared/data/roles/azure-built-in-roles.json");
  it.skipIf(!existsSync(roles))("is covered by the built-in role Reader as it is published", () => {
    const text = readFileSync(roles, "utf8");
    const reader = /"roleName":\s*"Reader"/.exec(text);
    expect(reader).not.toBeNull();
    const around = text.slice(Math.max(0, (reader?.index ?? 0) - 2_000), (reader?.index ?? 0) + 2_000);
    expect(around).toContain('"*/read"');
  });
});

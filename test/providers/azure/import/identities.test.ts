import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

import { describe, expect, it } from "vitest";

import { demoAzureEstate } from "../../../../lab/azure/demo-estate.ts";
import type { Json } from "../../../../src/model/finding.ts";
import { directoryOperations } from "../../../../src/providers/azure/directory-operations.ts";
import { isObject, object, objects } from "../../../../src/providers/read.ts";
import type { Snapshot, VendorObject } from "../../../../src/snapshot/record.ts";
import { parseJsonText } from "../../../../src/snapshot/json-text.ts";
import { collectFrom, recordsOf, rowOf, withLab } from "../collecting.ts";
import { smallEstate } from "../small-estate.ts";
import { groupId, one, printed, recognise, roleId, tenant, two } from "./import-files.ts";

const principalObjectId = "cccc0000-0000-0000-0000-000000000003";

const assignments = "Microsoft.Authorization/roleAssignments/read";
const definitions = "Microsoft.Authorization/roleDefinitions/read";

const onSubscription = printed(`/subscriptions/${one}`, "a1");
const onGroup = printed("/providers/Microsoft.Management/managementGroups/corp", "a2");
const onRoot = printed("/", "a3");

describe("az role assignment list", () => {
  it("becomes ARM's own shape, what is inherited in the subscription that the rest of the list names", () => {
    const snapshot = recognise({ "assignments.json": [onSubscription, onGroup, onRoot] });
    const records = recordsOf(snapshot, assignments);
    expect(records.map(({ account }) => account)).toEqual([one, one, one]);
    expect(records[1]?.data).toMatchObject({
      id: onGroup["id"],
      type: "Microsoft.Authorization/roleAssignments",
      properties: {
        scope: "/providers/Microsoft.Management/managementGroups/corp",
        principalId: groupId,
        principalType: "Group",
        roleDefinitionId: expect.stringContaining(roleId),
      },
    });
    expect(rowOf(snapshot, assignments)?.status).toBe("complete");
  });

  it("without --include-inherited may lack what management groups give", () => {
    const row = rowOf(recognise({ "assignments.json": [onSubscription] }), assignments);
    expect(row).toMatchObject({ status: "skipped", error: expect.stringContaining("--all --include-inherited") });
  });

  it("in ARM's own body is whole as it stands: nothing is filtered there", () => {
    const { id = null, name = null, type = null, ...properties } = onSubscription;
    const row = rowOf(recognise({ "a.json": { value: [{ id, name, type, properties }] } }), assignments);
    expect(row?.status).toBe("complete");
  });

  it("inherits into those subscriptions alone that lie below the management group, as far as the dump tells", () => {
    const row = (id: string, groups: readonly string[]): VendorObject => ({
      id: `/subscriptions/${id}`,
      name: id,
      type: "microsoft.resources/subscriptions",
      tenantId: tenant,
      subscriptionId: id,
      properties: { managementGroupAncestorsChain: groups.map((name) => ({ name, displayName: name })) },
    });
    const elsewhere = printed(`/subscriptions/${two}`, "b1");
    const snapshot = recognise({
      "all.json": { data: [onSubscription, elsewhere, onGroup, onRoot] },
      "containers.json": { data: [row(one, ["corp"]), row(two, ["other"])] },
    });
    const hosts = (name: string): readonly string[] =>
      recordsOf(snapshot, assignments).flatMap(({ account, data }) => (data["name"] === name ? [account] : []));
    expect(hosts("a2")).toEqual([one]);
    expect(hosts("a3").toSorted()).toEqual([one, two]);
    expect(recordsOf(snapshot, "Microsoft.ResourceGraph/resources/read", two)).toHaveLength(1);
    // Which admin rules are in force, a subscription's own row does not say.
    expect(rowOf(snapshot, "Microsoft.ResourceGraph/resources/read", two)?.status).toBe("skipped");
  });

  it("that no subscription of the dump inherits is said, not dropped", () => {
    const { notes, records, used } = recognise({ "root.json": [onRoot] });
    expect(used).toBe(1);
    expect(records).toEqual([]);
    expect(notes.join()).toMatch(/root\.json: no subscription in the dump inherits/);
  });
});

describe("what else az and Resource Graph print of rights", () => {
  it("az role definition list: what kind of role it is goes back to where ARM has it", () => {
    const value = [
      {
        assignableScopes: ["/"],
        description: "",
        id: `/subscriptions/${one}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
        name: roleId,
        permissions: [{ actions: ["Microsoft.Network/*"], notActions: [], dataActions: [], notDataActions: [] }],
        roleName: "Network Contributor",
        roleType: "BuiltInRole",
        type: "Microsoft.Authorization/roleDefinitions",
      },
    ];
    const snapshot = recognise({ "roles.json": value });
    expect(recordsOf(snapshot, definitions, one)[0]?.data).toMatchObject({
      type: "Microsoft.Authorization/roleDefinitions",
      properties: { roleName: "Network Contributor", type: "BuiltInRole", permissions: value[0]?.permissions },
    });
    expect(rowOf(snapshot, definitions)?.status).toBe("complete");
  });

  it("az lock list", () => {
    const id = `/subscriptions/${one}/resourceGroups/rg/providers/Microsoft.Authorization/locks/keep`;
    const lock = { id, level: "CanNotDelete", name: "keep", notes: null, owners: null, resourceGroup: "rg" };
    const snapshot = recognise({ "locks.json": [{ ...lock, type: "Microsoft.Authorization/locks" }] });
    expect(recordsOf(snapshot, "Microsoft.Authorization/locks/read", one)[0]?.data).toMatchObject({
      id,
      properties: { level: "CanNotDelete" },
    });
  });

  it("rows of authorizationresources, whose roles lie above every subscription", () => {
    const row = (kind: string, name: string, more: VendorObject): VendorObject => ({
      id: `/providers/Microsoft.Authorization/${kind}/${name}`,
      name,
      type: `microsoft.authorization/${kind.toLowerCase()}`,
      tenantId: tenant,
      kind: "",
      location: "global",
      resourceGroup: "",
      subscriptionId: "",
      properties: more,
      tags: null,
    });
    const own = { ...printed(`/subscriptions/${one}`, "a1"), properties: { scope: `/subscriptions/${one}` } };
    const snapshot = recognise({
      "assignments.json": { data: [own] },
      "definitions.json": {
        data: [row("RoleDefinitions", roleId, { roleName: "Network Contributor" })],
      },
    });
    expect(recordsOf(snapshot, definitions, one)).toHaveLength(1);
  });

  it.each([
    ["az account list", [{ environmentName: "AzureCloud", id: one, name: "corp", state: "Enabled", tenantId: tenant }]],
    [
      "ARM's listing",
      {
        value: [
          { id: `/subscriptions/${one}`, subscriptionId: one, displayName: "corp", state: "Enabled", tenantId: tenant },
        ],
      },
    ],
  ] as const)(
    "%s tells the tenant of subscriptions that the dump holds, and makes targets of no others",
    (_what, value) => {
      const alone = recognise({ "accounts.json": value });
      expect(alone.targets).toEqual([]);
      const snapshot = recognise({ "accounts.json": value, "assignments.json": [onSubscription] });
      expect(recordsOf(snapshot, "Microsoft.Resources/subscriptions/read", one)[0]?.data).toMatchObject({
        subscriptionId: one,
        tenantId: tenant,
        displayName: "corp",
      });
    },
  );

  it("settings, variables and definitions of workloads are not kept", () => {
    const site = {
      id: `/subscriptions/${one}/resourceGroups/rg/providers/Microsoft.Web/sites/shop`,
      name: "shop",
      type: "Microsoft.Web/sites",
      tags: { connection: "very-secret" },
      identity: { type: "SystemAssigned", principalId: principalObjectId, tenantId: tenant },
      properties: { state: "Running", siteConfig: { appSettings: [{ name: "KEY", value: "very-secret" }] } },
    };
    const { properties, ...envelope } = site;
    for (const value of [site, { ...envelope, ...properties }]) {
      const snapshot = recognise({ "sites.json": [value] });
      expect(recordsOf(snapshot, "Microsoft.Web/sites/read", one)[0]?.data).toMatchObject({
        identity: { principalId: principalObjectId },
        properties: { state: "Running" },
      });
      expect(JSON.stringify(snapshot)).not.toContain("very-secret");
    }
  });
});

describe("answers of the lab, saved and imported", () => {
  it.each([
    ["the small estate", smallEstate],
    ["the demo", demoAzureEstate],
  ] as const)("%s: the same records as were read live", async (_what, estate) => {
    const live = await withLab(estate, { pageSize: 1000 }, (lab) => collectFrom(lab));
    const files: Record<string, Json> = {};
    const lists = Map.groupBy(
      live.records,
      ({ account, operation, request }) =>
        `${account}/${operation.replaceAll("/", "-")}-${request?.["parent"] ?? "all"}.json`,
    );
    for (const [file, records] of lists) {
      const isBeta = file.includes("microsoft.graph-groups-");
      files[file] = {
        value: records.map(({ data }) => data),
        ...(isBeta ? { "@odata.context": "https://graph.microsoft.com/beta/$metadata#directoryObjects" } : {}),
      };
    }
    const imported = recognise(files);
    const scanned = new Set(live.targets.flatMap(({ account, status }) => (status === "scanned" ? [account] : [])));
    const keys = ({ records }: Snapshot): readonly string[] =>
      records
        .filter(({ account, operation }) => scanned.has(account) || operation.startsWith("microsoft.graph/"))
        // Rows of Resource Graph lose what it adds that ARM does not give.
        .filter(({ operation }) => !operation.startsWith("Microsoft.ResourceGraph/"))
        .map(({ account, operation, request, data }) => JSON.stringify([account, operation, request ?? null, data]))
        .toSorted();
    expect(keys(imported)).toEqual(keys(live));
    for (const { id } of directoryOperations) {
      const row = rowOf(imported, id);
      // What has no list of its own in the dump may have none in the tenant.
      if (row?.status !== "complete")
        expect(row?.error, id).toMatch(/^(?:Not in the dump|\d+ of \d+ lists: Not in the dump)/);
    }
  });
});

const recording = resolve(
  import.meta.dirname,
  "../../../../../shared/data/azure-recordings/AccessControlTest.test_find_assignments_by_role.json",
);

/** The bodies of a recorded session. */
function bodiesOf(file: string): readonly VendorObject[] {
  const [session] = parseJsonText(readFileSync(file, "utf8")).documents;
  return objects(isObject(session) ? session : {}, "interactions").flatMap((each) => {
    const body = object(object(each, "response") ?? {}, "body");
    const data = body === null ? null : object(body, "data");
    return data === null ? [] : [data];
  });
}

describe.skipIf(!existsSync(recording))("recorded real assignments", () => {
  it("are all kept as they came, those of management groups in the subscription that was asked", () => {
    const bodies = bodiesOf(recording);
    const snapshot = recognise(Object.fromEntries(bodies.map((body, index) => [`${index}.json`, body])));
    const list = bodies.flatMap(({ value }) => (Array.isArray(value) ? value : []));
    expect(list.length).toBeGreaterThan(70);
    const records = recordsOf(snapshot, assignments);
    expect(new Set(records.map(({ account }) => account)).size).toBe(1);
    expect(records.map(({ data }) => JSON.stringify(data)).toSorted()).toEqual(
      list.map((each) => JSON.stringify(each)).toSorted(),
    );
    expect(rowOf(snapshot, assignments)?.status).toBe("complete");
    // The roles were asked for one by one.
    expect(recordsOf(snapshot, definitions).length).toBeGreaterThan(5);
    expect(rowOf(snapshot, definitions)?.status).toBe("skipped");
  });
});

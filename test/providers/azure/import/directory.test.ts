import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Json } from "../../../../src/model/finding.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import { recordsOf, rowOf } from "../collecting.ts";
import { groupId, one, printed, recognise, roleId, tenant } from "./import-files.ts";

const innerId = "bbbb0000-0000-0000-0000-000000000002";
const appId = "cccc0000-0000-0000-0000-000000000001";
const appObjectId = "cccc0000-0000-0000-0000-000000000002";
const principalObjectId = "cccc0000-0000-0000-0000-000000000003";
const userId = "dddd0000-0000-0000-0000-000000000001";

const onSubscription = printed(`/subscriptions/${one}`, "a1");
const onGroup = printed("/providers/Microsoft.Management/managementGroups/corp", "a2");

const group = {
  id: groupId,
  displayName: "network operations",
  securityEnabled: true,
  mailEnabled: false,
  groupTypes: [],
};
const inner = { ...group, id: innerId, displayName: "inner" };
const application = {
  id: appObjectId,
  appId,
  displayName: "ci",
  signInAudience: "AzureADMyOrg",
  keyCredentials: [{ key: "very-secret" }],
  passwordCredentials: [{ hint: "very-secret" }],
};
const servicePrincipal = { id: principalObjectId, appId, displayName: "ci", servicePrincipalType: "Application" };
const person = {
  id: userId,
  userPrincipalName: "ada@corp.example",
  displayName: "Ada",
  mobilePhone: "+49 151 very-secret",
};
const member = (kind: string, object: VendorObject): VendorObject => ({
  "@odata.type": `#microsoft.graph.${kind}`,
  ...object,
});
const ofGroups = "https://graph.microsoft.com/beta/$metadata#directoryObjects";

describe("what az ad prints, and pages of Microsoft Graph", () => {
  it.each<readonly [string, Json, string]>([
    ["az ad user list", [person], "users"],
    ["az ad group list", [group, inner], "groups"],
    ["az ad sp list", [servicePrincipal], "servicePrincipals"],
    ["az ad app list", [application], "applications"],
    [
      "a page of users",
      { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", value: [person] },
      "users",
    ],
    [
      "a listing of nobody",
      { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#groups", value: [] },
      "groups",
    ],
    [
      "directory roles of people",
      { value: [{ id: "x", principalId: userId, roleDefinitionId: roleId, directoryScopeId: "/" }] },
      "roleManagement/directory/roleAssignments",
    ],
    [
      "application permissions",
      {
        value: [
          {
            id: "x",
            appRoleId: roleId,
            principalId: principalObjectId,
            principalType: "ServicePrincipal",
            resourceId: "y",
          },
        ],
      },
      "servicePrincipals/appRoleAssignments",
    ],
    ["the tenant", { id: tenant, displayName: "Corp", verifiedDomains: [{ name: "corp.example" }] }, "organization"],
  ])("%s is recognised by content, and is whole", (_what, value, path) => {
    const snapshot = recognise({ "x.json": value });
    const row = rowOf(snapshot, `microsoft.graph/${path}`);
    expect(row).toMatchObject({ status: "complete", region: "global" });
    expect(JSON.stringify(snapshot)).not.toContain("very-secret");
  });

  it("a page whose next is elsewhere is not whole, and neither is one object", () => {
    const page = { value: [person], "@odata.nextLink": "https://graph.microsoft.com/v1.0/users?$skiptoken=x" };
    expect(rowOf(recognise({ "x.json": page }), "microsoft.graph/users")?.status).toBe("skipped");
    expect(rowOf(recognise({ "x.json": person }), "microsoft.graph/users")?.status).toBe("skipped");
  });

  it("belongs to the tenant that the subscriptions trust", () => {
    const files = {
      "accounts.json": [{ environmentName: "AzureCloud", id: one, name: "corp", state: "Enabled", tenantId: tenant }],
      "assignments.json": [onSubscription],
      "groups.json": [group],
    };
    expect(rowOf(recognise(files), "microsoft.graph/groups")?.account).toBe(tenant);
    const { "accounts.json": _, ...untold } = files;
    expect(rowOf(recognise(untold), "microsoft.graph/groups")?.account).toBe("unknown");
  });

  it("members are those of the group that the file is named after", () => {
    const members = [member("user", person), member("servicePrincipal", servicePrincipal), member("group", inner)];
    const snapshot = recognise({ "groups.json": [group, inner], [`members-${groupId}.json`]: members });
    const records = recordsOf(snapshot, "microsoft.graph/groups/members");
    expect(records.map(({ request }) => request)).toEqual(members.map(() => ({ parent: groupId })));
    expect(rowOf(snapshot, "microsoft.graph/groups/members")).toMatchObject({
      status: "skipped",
      gaps: [{ request: { parent: innerId }, status: "skipped" }],
    });
  });

  it.each([
    ["az, which leaves out service principals", [member("user", person)], "skipped"],
    ["version 1.0", { "@odata.context": ofGroups.replace("beta", "v1.0"), value: [member("user", person)] }, "skipped"],
    ["beta", { "@odata.context": ofGroups, value: [member("user", person)] }, "complete"],
    ["beta, of a group without members", { "@odata.context": ofGroups, value: [] }, "complete"],
  ] as const)("members as they come from %s", (_what, value, status) => {
    const snapshot = recognise({ "groups.json": [group], [`${groupId}/members.json`]: value });
    const row = rowOf(snapshot, "microsoft.graph/groups/members");
    expect(row?.status).toBe(status);
    if (status === "skipped") expect(row?.error).toMatch(/leave out service principals/);
  });

  it("a group that holds a right and has no list of members is a gap, whoever else was listed", () => {
    const snapshot = recognise({
      "assignments.json": [onSubscription],
      [`${innerId}/members.json`]: { "@odata.context": ofGroups, value: [member("user", person)] },
      "groups.json": [inner],
    });
    expect(rowOf(snapshot, "microsoft.graph/groups/members")).toMatchObject({
      status: "skipped",
      gaps: [{ request: { parent: groupId } }],
    });
  });

  it("owners and credentials are those of what the file is named after, by object id or application id", () => {
    const credential = {
      id: "f1",
      name: "main",
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:a/b",
      audiences: ["x"],
    };
    const snapshot = recognise({
      "groups.json": [group],
      "apps.json": [application],
      "sps.json": [servicePrincipal],
      [`owners/group-${groupId}.json`]: [member("user", person)],
      [`owners/app-${appId}.json`]: [member("user", person)],
      [`owners/sp-${appId}.json`]: [member("user", person)],
      [`federated-${appId}.json`]: [credential],
    });
    const parent = (path: string) =>
      recordsOf(snapshot, `microsoft.graph/${path}`).map(({ request }) => request?.["parent"]);
    expect(parent("groups/owners")).toEqual([groupId]);
    expect(parent("applications/owners")).toEqual([appObjectId]);
    expect(parent("servicePrincipals/owners")).toEqual([principalObjectId]);
    expect(parent("applications/federatedIdentityCredentials")).toEqual([appObjectId]);
    expect(rowOf(snapshot, "microsoft.graph/applications/owners")?.status).toBe("complete");
  });

  it("a list that says nowhere whose it is, is said to be unused", () => {
    const { notes, records } = recognise({ "members.json": [member("user", person)] });
    expect(records).toEqual([]);
    expect(notes.join()).toMatch(/members\.json: it does not say what these belong to.*object id/);
  });

  it.each<readonly [string, Json]>([
    ["an AWS policy", { Version: "2012-10-17", Statement: [] }],
    ["a Google service account", [{ name: "projects/p/serviceAccounts/x", email: "x@y", displayName: "x" }]],
    ["objects with ids", [{ id: "x", displayName: "y" }]],
  ])("%s is left alone", (_what, value) => {
    expect(recognise({ "x.json": value })).toMatchObject({ used: 0, records: [] });
  });

  it("no document makes it throw", () => {
    const names = [
      "id",
      "value",
      "@odata.type",
      "@odata.context",
      "principalId",
      "roleDefinitionId",
      "scope",
      "properties",
    ];
    const words = fc.constantFrom(
      "/",
      `/subscriptions/${one}`,
      groupId,
      "#microsoft.graph.user",
      onGroup["id"] ?? "",
      "microsoft.resources/subscriptions",
    );
    const { tree } = fc.letrec<{ readonly tree: Json }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        words,
        fc.integer(),
        fc.constant(null),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names, "type", "tenantId", "subscriptionId"), tie("tree")),
      ),
    }));
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 3 }), (values) => {
        recognise(Object.fromEntries(values.map((value, index) => [`${index}-${groupId}.json`, value])));
      }),
    );
  });
});

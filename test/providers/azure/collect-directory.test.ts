import { describe, expect, it } from "vitest";

import type { AzureEstate } from "../../../lab/azure/estate.ts";
import { directoryOperations } from "../../../src/providers/azure/directory-operations.ts";
import { armOperations } from "../../../src/providers/azure/operations.ts";
import type { Snapshot } from "../../../src/snapshot/record.ts";
import { collectFrom, recordsOf, rowOf, withLab } from "./collecting.ts";
import {
  batch,
  ci,
  circles,
  directoryWriter,
  main,
  other,
  people,
  smallEstate,
  stranger,
  tenant,
} from "./small-estate.ts";

const only = { subscriptions: [main] };
const graph = (path: string): string => `microsoft.graph/${path}`;

/** Ids of what an operation listed. */
function idsIn(snapshot: Snapshot, path: string): readonly unknown[] {
  return recordsOf(snapshot, graph(path)).map(({ data }) => data["id"]);
}

/** Whose members or owners were listed. */
function parentsIn(snapshot: Snapshot, path: string): ReadonlySet<string | undefined> {
  return new Set(recordsOf(snapshot, graph(path)).map(({ request }) => request?.["parent"]));
}

const isAskedOf = (id: string) => (request: { readonly path: string }) => request.path.includes(id);

describe("what Microsoft Graph is asked", async () => {
  const { snapshot, requests } = await withLab(smallEstate, {}, async (lab) => ({
    snapshot: await collectFrom(lab),
    requests: lab.requests.filter(({ operation }) => operation.startsWith("microsoft.graph/")),
  }));

  it("is one row per operation for the tenant, which is no target of its own", () => {
    const rows = snapshot.coverage.filter(({ account }) => account === tenant.id);
    expect(rows.map(({ operation }) => operation).toSorted()).toEqual(
      directoryOperations.map(({ id }) => id).toSorted(),
    );
    expect(new Set(rows.map(({ region, status }) => `${region} ${status}`))).toEqual(new Set(["global complete"]));
    expect(snapshot.targets.map(({ account }) => account)).not.toContain(tenant.id);
  });

  it("is about people who hold a right, directly, as eligible or in the directory", () => {
    const { admin, guest, eligible, globalAdmin, member, bystander } = people;
    const asked = idsIn(snapshot, "users");
    for (const { id } of [admin, guest, eligible, globalAdmin, member]) expect(asked).toContain(id);
    // Reading alone is no right that is asked about.
    expect(asked).not.toContain(bystander.id);
  });

  it("is about groups that may do more than read, with the groups in them, each once", () => {
    expect(new Set(idsIn(snapshot, "groups"))).toEqual(new Set([circles.network.id, circles.third.id]));
    expect(parentsIn(snapshot, "groups/members")).toEqual(
      new Set([circles.network.id, circles.inner.id, circles.third.id]),
    );
    for (const { id } of [circles.readers, circles.strangers]) {
      expect(requests.filter(({ operation }) => operation === graph("groups/members")).some(isAskedOf(id))).toBe(false);
    }
    const walked = requests.filter((request) => /beta\/groups\/[^/]+\/members/.test(request.path));
    const first = walked.filter(({ path }) => !path.includes("skiptoken"));
    expect(new Set(first.map(({ path }) => path)).size).toBe(first.length);
  });

  it("lists service principals among members and owners, as version 1.0 would not", () => {
    const members = recordsOf(snapshot, graph("groups/members")).map(({ data }) => data["id"]);
    expect(members).toContain(batch.servicePrincipal.id);
    expect(idsIn(snapshot, "groups/owners")).toContain(ci.servicePrincipal.id);
  });

  it("is about applications whose principals hold a right or lead to one, and about no other", () => {
    const asked = idsIn(snapshot, "servicePrincipals");
    for (const { servicePrincipal } of [ci, batch, directoryWriter]) expect(asked).toContain(servicePrincipal.id);
    expect(new Set(idsIn(snapshot, "applications"))).toEqual(
      new Set([ci, batch, directoryWriter].map(({ application }) => application.id)),
    );
    expect(parentsIn(snapshot, "applications/federatedIdentityCredentials")).toEqual(new Set([ci.application.id]));
    expect(parentsIn(snapshot, "servicePrincipals/owners")).toEqual(
      new Set([ci.servicePrincipal.id, batch.servicePrincipal.id]),
    );
  });

  it("comes with what was selected, and without credentials", () => {
    expect(recordsOf(snapshot, graph("users"))[0]?.data).toHaveProperty("userPrincipalName");
    expect(JSON.stringify(snapshot)).not.toMatch(/passwordCredentials|very-secret/);
    const selected = requests
      .filter(({ path }) => path.includes("select="))
      .map(({ path }) => decodeURIComponent(path));
    expect(selected.length).toBeGreaterThan(5);
    for (const path of selected) expect(path).not.toMatch(/[Cc]redentials[,&]|password|mobilePhone/);
  });

  it("goes with a token for Microsoft Graph alone", () => {
    expect(requests.every(({ signedIn }) => signedIn)).toBe(true);
    expect(requests.every(({ method }) => method === "GET")).toBe(true);
  });

  it("asks for no more ids at once than a filter takes", async () => {
    const many = Array.from({ length: 40 }, (_, index) => `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, "0")}`);
    const roleAssignments = many.map((principalId) => ({
      id: principalId,
      principalId,
      roleDefinitionId: "r",
      directoryScopeId: "/",
    }));
    const { directory } = smallEstate;
    if (directory === undefined) throw new Error("the estate has no directory");
    const crowded = await withLab({ ...smallEstate, directory: { ...directory, roleAssignments } }, {}, (lab) =>
      collectFrom(lab, only),
    );
    expect(rowOf(crowded, graph("users"))?.status).toBe("complete");
  });
});

describe("a directory that may not be read", async () => {
  const denied: AzureEstate = { ...smallEstate, tenant: { ...tenant, denies: ["microsoft.graph/*"] } };
  const snapshot = await withLab(denied, {}, (lab) => collectFrom(lab));

  it("takes nothing from what the subscriptions tell", () => {
    for (const { id, ask } of armOperations) {
      if (ask.how !== "connecting") expect(rowOf(snapshot, id, main)?.status, id).toBe("complete");
    }
  });

  it("says in its own rows what it takes to read it", () => {
    expect(rowOf(snapshot, graph("groups"))).toMatchObject({
      account: tenant.id,
      status: "denied",
      error:
        "denied (Authorization_RequestDenied); it needs the permission GroupMember.Read.All of Microsoft Graph, or the directory role Global Reader",
    });
    expect(rowOf(snapshot, graph("groups/members"))).toMatchObject({
      status: "skipped",
      error: "microsoft.graph/groups was not read whole (denied)",
    });
  });

  it("is asked about those who are known, where only a part of it is denied", async () => {
    const partly: AzureEstate = { ...smallEstate, tenant: { ...tenant, denies: ["microsoft.graph/roleManagement/*"] } };
    const read = await withLab(partly, {}, (lab) => collectFrom(lab));
    expect(rowOf(read, graph("roleManagement/directory/roleAssignments"))?.status).toBe("denied");
    expect(rowOf(read, graph("groups/members"))).toMatchObject({ status: "complete" });
    expect(parentsIn(read, "groups/members")).toContain(circles.network.id);
  });
});

describe("whose directory it is", () => {
  it("rests on what holders were told, and says so where no subscription told any", async () => {
    const subscriptions = smallEstate.subscriptions.map((each) =>
      Object.assign({}, each, { denies: ["Microsoft.Authorization/*"] }),
    );
    const estate: AzureEstate = {
      ...smallEstate,
      subscriptions,
      tenant: { ...tenant, denies: ["microsoft.graph/roleManagement/*"] },
    };
    const snapshot = await withLab(estate, {}, (lab) => collectFrom(lab, only));
    expect(rowOf(snapshot, graph("users"))).toMatchObject({
      status: "skipped",
      error: expect.stringContaining("Microsoft.Authorization/roleAssignments/read was not read whole (denied)"),
    });
  });

  it("is asked where one subscription tells its assignments, though another does not", async () => {
    const estate: AzureEstate = {
      ...smallEstate,
      subscriptions: smallEstate.subscriptions.map((each) =>
        each.id === other ? Object.assign({}, each, { denies: ["Microsoft.Authorization/*"] }) : each,
      ),
    };
    const snapshot = await withLab(estate, {}, (lab) => collectFrom(lab));
    expect(rowOf(snapshot, "Microsoft.Authorization/roleAssignments/read", other)?.status).toBe("denied");
    expect(rowOf(snapshot, graph("groups/members"))?.status).toBe("complete");
  });

  it("is not asked of another tenant, which a subscription was delegated by", async () => {
    const estate: AzureEstate = {
      ...smallEstate,
      subscriptions: smallEstate.subscriptions.map((each) =>
        each.id === other ? Object.assign({}, each, { tenantId: stranger }) : each,
      ),
    };
    const snapshot = await withLab(estate, {}, (lab) => collectFrom(lab));
    expect(rowOf(snapshot, graph("groups"), stranger)).toMatchObject({
      status: "skipped",
      error: `the credentials sign in to the tenant ${tenant.id}: scan with --tenant ${stranger} for this one`,
    });
    expect(rowOf(snapshot, graph("groups"), tenant.id)?.status).toBe("complete");
  });

  it("is not asked where nobody said where Microsoft Graph is", async () => {
    const { snapshot, asked } = await withLab(smallEstate, {}, async (lab) => ({
      snapshot: await collectFrom(lab, { ...only, graphEndpoint: null }),
      asked: lab.requests.some(({ operation }) => operation.startsWith("microsoft.graph/")),
    }));
    expect(asked).toBe(false);
    expect(rowOf(snapshot, graph("users"))).toMatchObject({
      status: "skipped",
      error: expect.stringContaining("AZURE_GRAPH_ENDPOINT"),
    });
  });
});

describe("what Azure has no more, or never had", () => {
  it.each([
    ["Microsoft.Authorization/classicAdministrators/read", "gone"],
    ["Microsoft.Authorization/classicAdministrators/read", "unlicensed"],
    ["Microsoft.Authorization/roleEligibilityScheduleInstances/read", "unlicensed"],
    ["Microsoft.Authorization/roleAssignmentScheduleInstances/read", "unlicensed"],
    [graph("roleManagement/directory/roleEligibilityScheduleInstances"), "unlicensed"],
  ] as const)("%s is known to have none of it: %s", async (operation, kind) => {
    const snapshot = await withLab(smallEstate, { faults: [{ operation, kind }] }, (lab) => collectFrom(lab, only));
    expect(rowOf(snapshot, operation)?.status).toBe("disabled");
  });

  it("a page that leads to another host is never followed, by Microsoft Graph either", async () => {
    const operation = graph("groups/members");
    const faults = [{ operation, kind: "foreign-link" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, only));
    expect(rowOf(snapshot, operation)).toMatchObject({
      status: "malformed",
      error: expect.stringContaining("the answer is a page whose link leads to another host"),
    });
  });
});

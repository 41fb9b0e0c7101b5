import { describe, expect, it } from "vitest";
import type { Json } from "../../../../src/model/finding.ts";
import { gcpOperations } from "../../../../src/providers/gcp/operations.ts";
import {
  asset,
  dataOf,
  firewall,
  importDump,
  instance,
  link,
  network,
  project,
  resource,
  rowOf,
  statusOf,
  subnetwork,
  type Body,
} from "./import-dump.ts";

const wrong: readonly Json[] = [null, true, 0, -1.5, "", "x", "__proto__", [], {}, [[]], [null], { a: null }];

describe("members of any type", () => {
  const bodies: Readonly<Record<string, Body>> = {
    firewall,
    instance,
    subnetwork,
    asset: asset("Firewall", firewall),
    project: { projectId: project, projectNumber: "1", parent: { type: "folder", id: "2" }, lifecycleState: "ACTIVE" },
    folder: { name: "folders/1", parent: "folders/2", displayName: "x", lifecycleState: "ACTIVE" },
    "address group": { name: `projects/${project}/locations/global/addressGroups/a`, items: [] },
    "list body": { kind: "compute#firewallList", id: `projects/${project}/global/firewalls`, items: [firewall] },
    "scopes body": {
      kind: "compute#instanceAggregatedList",
      id: `projects/${project}/aggregated/instances`,
      items: { "zones/z": { instances: [instance] } },
      unreachables: ["z"],
    },
    effective: { firewalls: [firewall], firewallPolicys: [{ rules: [] }], network: "web", region: "r" },
    "group member": { instance: instance["selfLink"] ?? null, status: "RUNNING" },
    policy: {
      ...resource("firewallPolicy", "global/firewallPolicies/p"),
      rules: [{ targetSecureTags: [] }],
      parent: "organizations/1",
    },
    "allow policy": { bindings: [{ role: "roles/x", members: ["group:g@x.example"] }], etag: "e", resource: project },
    "service account": { name: `projects/${project}/serviceAccounts/a@x.example`, email: "a@x.example", uniqueId: "1" },
    key: { name: `projects/${project}/serviceAccounts/a@x.example/keys/1`, keyType: "USER_MANAGED" },
    role: { name: "roles/x", includedPermissions: ["a.b.c"] },
    "deny policy": {
      name: `policies/cloudresourcemanager.googleapis.com%2Fprojects%2F${project}/denypolicies/d`,
      rules: [{ denyRule: { deniedPrincipals: ["principalSet://goog/group/g@x.example"] } }],
    },
    provider: { name: `projects/${project}/locations/global/workloadIdentityPools/p/providers/q`, oidc: {} },
    membership: { name: "groups/g/memberships/m", preferredMemberKey: { id: "h@x.example" }, type: "GROUP" },
    service: { apiVersion: "serving.knative.dev/v1", kind: "Service", metadata: { name: "s", namespace: project } },
    "policy of an asset": {
      name: `//cloudresourcemanager.googleapis.com/projects/${project}`,
      assetType: "cloudresourcemanager.googleapis.com/Project",
      ancestors: ["projects/1"],
      iamPolicy: { bindings: [] },
    },
    "policy that was searched": {
      resource: `//iam.googleapis.com/projects/${project}/serviceAccounts/1`,
      assetType: "iam.googleapis.com/ServiceAccount",
      project: "projects/1",
      folders: ["folders/1"],
      policy: { bindings: [] },
    },
    "backend service": resource("backendService", "global/backendServices/b", {
      backends: [{ group: link("zones/z/instanceGroups/g") }],
    }),
  };
  it.each(Object.entries(bodies))(
    "%s: no member breaks the import, and no target gets two rows for one operation",
    (_name, body) => {
      for (const member of Object.keys(body)) {
        for (const value of wrong) {
          const changed = { ...body, [member]: value };
          const snapshot = importDump({ "effective-list.json": changed, "b.json": [changed], "n.json": [network] });
          const rows = snapshot.coverage.map(({ account, operation }) => `${account} ${operation}`);
          expect(new Set(rows).size).toBe(rows.length);
          expect(rows.some((row) => row.startsWith(`${project} `))).toBe(true);
        }
      }
    },
  );
});

describe("files that are cut off or broken", () => {
  const text = JSON.stringify(
    { kind: "compute#firewallList", id: `projects/${project}/global/firewalls`, items: [firewall, firewall] },
    null,
    2,
  );
  it.each<readonly [string, string, string]>([
    ["a list that never ends", text.slice(0, -20), "x.json"],
    ["what gcloud lists, cut", JSON.stringify([firewall, network], null, 2).slice(0, -9), "x.json"],
    ["a file that only its name tells", '[\n  {\n    "crea', `${project}/firewall-rules.json`],
  ])("%s", (_name, cut, file) => {
    const snapshot = importDump({ "n/networks.json": [network], [file]: cut });
    expect(rowOf(snapshot, "compute.firewalls.list")?.status).toBe("malformed");
    expect(statusOf(snapshot, "compute.networks.list")).toBe("complete 1");
  });

  it("a project of which there is nothing else is a target", () => {
    const snapshot = importDump({ "x.json": text.slice(0, -20) });
    expect(snapshot.targets.map(({ account }) => account)).toEqual([project]);
    expect(rowOf(snapshot, "compute.firewalls.list")?.status).toBe("malformed");
  });

  it("a list that is whole elsewhere is whole", () => {
    const snapshot = importDump({ "x.json": text.slice(0, -20), "y.json": [firewall] });
    expect(statusOf(snapshot, "compute.firewalls.list")).toBe("complete 1");
  });

  it("says nothing of other projects, of what is in force, or of another cloud's file", () => {
    const other = resource("network", "global/networks/web", {}, "shop-test");
    const snapshot = importDump({
      "n/networks.json": [network, other],
      "x.json": text.slice(0, -20),
      [`${project}/effective-firewalls-web.json`]: '{\n  "firewallPo',
      "aws/instances.json": "[\n  {",
    });
    expect(statusOf(snapshot, "compute.firewalls.list", "shop-test")).toBe("skipped 0");
    expect(statusOf(snapshot, "compute.instances.aggregatedList")).toBe("skipped 0");
    const named = importDump({ "n.json": [network], [`${project}/effective-firewalls-web.json`]: '{\n  "firewallPo' });
    expect(statusOf(named, "compute.firewalls.list")).toBe("skipped 0");
  });

  it("a file of another cloud's is none of Google's", () => {
    expect(importDump({ "instances.json": '{"Reservations": [' })).toMatchObject({ targets: [], coverage: [] });
  });
});

describe("pages", () => {
  const page = (name: string, token: string | null): Body => ({
    kind: "compute#firewallList",
    id: `projects/${project}/global/firewalls`,
    items: [resource("firewall", `global/firewalls/${name}`)],
    ...(token === null ? {} : { nextPageToken: token }),
  });
  it.each<readonly [string, Readonly<Record<string, Json>>, string]>([
    [
      "one after the other in a file are whole",
      { "a.json": `${JSON.stringify(page("a", "t"))}\n${JSON.stringify(page("b", null))}` },
      "complete 2",
    ],
    [
      "of which the last is missing are not",
      { "a.json": `${JSON.stringify(page("a", "t"))}\n${JSON.stringify(page("b", "u"))}` },
      "skipped 2",
    ],
    [
      "in files of their own are not known to be all",
      { "a.json": page("a", "t"), "b.json": page("b", null) },
      "skipped 2",
    ],
    [
      "beside the whole list are whole",
      { "a.json": page("a", "t"), "b.json": [resource("firewall", "global/firewalls/a")] },
      "complete 1",
    ],
    [
      "with items that are no objects are malformed",
      { "a.json": { ...page("a", null), items: [firewall, 1, "x"] } },
      "malformed 1",
    ],
  ])("%s", (_name, files, status) => {
    expect(statusOf(importDump(files), "compute.firewalls.list")).toBe(status);
  });
});

describe("names that lead in circles", () => {
  it("folders that lie in each other", () => {
    const folder = (own: number, above: number): Body => ({
      name: `folders/${own}`,
      parent: `folders/${above}`,
      displayName: "x",
    });
    const snapshot = importDump({
      "p.json": [{ projectId: project, projectNumber: "1", parent: { type: "folder", id: "1" } }],
      "f.json": [folder(1, 2), folder(2, 3), folder(3, 1), folder(4, 4)],
      "r.json": [firewall],
    });
    expect(snapshot.targets.map(({ account }) => account)).toEqual(["folders/1", "folders/2", "folders/3", project]);
  });

  it("ancestors that name each other, and projects that share a number", () => {
    const around = asset("Firewall", firewall, ["projects/1", "folders/1", "folders/2", "folders/1"]);
    const same = asset("Firewall", resource("firewall", "global/firewalls/f", {}, "shop-test"), [
      "projects/1",
      "folders/1",
    ]);
    const snapshot = importDump({ "a.json": [around, same] });
    expect(dataOf(snapshot, "compute.firewalls.list")).toHaveLength(2);
    expect(snapshot.targets.map(({ account }) => account)).toEqual(["folders/1", "folders/2", project, "shop-test"]);
  });
});

describe("projects that the dump only lists", () => {
  const of = (projectId: string, lifecycleState: string): Body => ({
    projectId,
    projectNumber: "5",
    name: "n",
    lifecycleState,
  });
  it.each([
    ["ACTIVE", "The dump lists this project, but holds nothing of it.", "skipped"],
    ["DELETE_REQUESTED", "Google Cloud says that it is DELETE_REQUESTED.", null],
  ])("%s", (state, note, status) => {
    const snapshot = importDump({ "p.json": [of("idle-1", state)], "f.json": [firewall] });
    expect(snapshot.targets.find(({ account }) => account === "idle-1")).toMatchObject({
      status: "skipped",
      note,
      name: "n",
    });
    expect(rowOf(snapshot, "*", "idle-1")?.status ?? null).toBe(status);
  });
});

describe("much of everything", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => index);
  it("ten thousand rules, as a list and as JSON Lines", () => {
    const rules = many.map((index) => resource("firewall", `global/firewalls/f-${index}`, { priority: index }));
    const changed = rules.map((rule) => ({ ...rule, disabled: true }));
    const lines = changed.map((rule) => JSON.stringify(asset("Firewall", rule))).join("\n");
    const snapshot = importDump({ "a.json": rules, "b.json": lines });
    expect(statusOf(snapshot, "compute.firewalls.list")).toBe("complete 10000");
    expect(snapshot.notes).toHaveLength(1);
    expect(snapshot.notes[0]?.length).toBeLessThan(1000);
  });

  it("ten thousand projects", () => {
    const rules = many.map((index) => resource("firewall", "global/firewalls/f", {}, `p-${index}`));
    const snapshot = importDump({ "a.json": rules });
    expect(snapshot.targets).toHaveLength(many.length);
    const on = gcpOperations.filter(
      ({ on, ask }) => on.includes("project") && !["connecting", "within"].includes(ask.how),
    ).length;
    expect(snapshot.coverage).toHaveLength(many.length * (on + 1));
  });
});

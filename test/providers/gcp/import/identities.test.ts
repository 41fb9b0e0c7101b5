import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { describe, expect, it } from "vitest";
import type { Json } from "../../../../src/model/finding.ts";
import {
  asset,
  dataOf,
  firewall,
  importDump,
  number,
  project,
  recordsIn,
  resource,
  rowOf,
  statusOf,
  type Body,
} from "./import-dump.ts";

const projectPolicy = "cloudresourcemanager.projects.getIamPolicy";
const accountList = "iam.projects.serviceAccounts.list";
const accountPolicy = "iam.projects.serviceAccounts.getIamPolicy";
const keyList = "iam.projects.serviceAccounts.keys.list";
const roleGet = "iam.roles.get";
const memberships = "cloudidentity.groups.memberships.list";

const email = `deploy@${project}.iam.gserviceaccount.com`;
const account = `projects/${project}/serviceAccounts/${email}`;
const serviceAccount: Body = { name: account, projectId: project, email, uniqueId: "103" };
const policy: Body = {
  bindings: [{ role: "roles/editor", members: ["user:ann@example.com", "group:net@example.com"] }],
  etag: "BwY=",
  version: 1,
};
const bare: Body = { etag: "ACAB" };
const described: Body = { name: "roles/editor", includedPermissions: ["compute.firewalls.update"], title: "Editor" };

describe("allow policies, which do not say whose they are", () => {
  it.each<readonly [string, string, Json, string]>([
    ["a project in the file's name", `${project}-iam-policy.json`, policy, `${projectPolicy} ${project}`],
    ["a project in the folder's name", `${project}/get-iam-policy.json`, policy, `${projectPolicy} ${project}`],
    ["a project beside it", "x.json", { ...policy, resource: `projects/${project}` }, `${projectPolicy} ${project}`],
    [
      "a session of the REST API",
      "post-v1-projects-shop-test-getIamPolicy_1.json",
      { body: policy },
      `${projectPolicy} shop-test`,
    ],
    [
      "an organization",
      "gcloud-organizations-get-iam-policy-1234567.json",
      policy,
      "cloudresourcemanager.organizations.getIamPolicy organizations/1234567",
    ],
    ["a folder", "folders/7654321/iam.json", policy, "cloudresourcemanager.folders.getIamPolicy folders/7654321"],
    ["a service account", `iam-policy-${email}.json`, policy, `${accountPolicy} ${project} ${account}`],
    [
      "a service account in other signs",
      `iam-policy-${email.replaceAll(/\W/g, "_")}.json`,
      policy,
      `${accountPolicy} ${project} ${account}`,
    ],
    ["one that binds nothing", `${project}/nothing-iam-policy.json`, bare, `${projectPolicy} ${project}`],
  ])("%s", (_name, file, content, record) => {
    const snapshot = importDump({ "accounts.json": [serviceAccount], [file]: content });
    expect(recordsIn(snapshot)).toContain(record);
    expect(snapshot.notes).toEqual([]);
    const [operation = ""] = record.split(" ");
    expect(dataOf(snapshot, operation)).toEqual([file.includes("nothing") ? bare : policy]);
  });

  const elsewhere = resource("firewall", "global/firewalls/x", {}, "shop-test");
  it("is said of one that nothing tells the owner of", () => {
    const snapshot = importDump({ "a/x.json": [firewall, elsewhere], "b/policy.json": policy });
    expect(snapshot.notes.join(" ")).toMatch(/b\/policy\.json does not name whose policy it is: put the project/);
    expect(statusOf(snapshot, projectPolicy)).toBe("skipped 0");
  });

  it("is whole by itself", () => {
    const snapshot = importDump({ "n.json": [firewall], [`${project}-iam-policy.json`]: policy });
    expect(statusOf(snapshot, projectPolicy)).toBe("complete 1");
    expect(rowOf(importDump({ "n.json": [firewall] }), projectPolicy)?.error).toBe(
      `Not in the dump: add the output of \`gcloud projects get-iam-policy ${project} --format=json\`.`,
    );
  });

  it("come with those of all that a project lies in", () => {
    const files = [
      { id: project, policy, type: "project" },
      { id: "7654321", policy: bare, type: "folder" },
      { id: "1234567", policy, type: "organization" },
    ];
    expect(recordsIn(importDump({ "get-ancestors-iam-policy.json": files }))).toEqual([
      "cloudresourcemanager.folders.getIamPolicy folders/7654321",
      "cloudresourcemanager.organizations.getIamPolicy organizations/1234567",
      `${projectPolicy} ${project}`,
    ]);
  });

  it("is nothing else that binds", () => {
    const others = [
      { bindings: [{ role: "admin" }] },
      { bindings: [{ role: "roles/x", members: [] }], kind: "ClusterRoleBinding", subjects: [] },
      { bindings: [] },
      { bindings: "x", etag: "y" },
    ];
    const snapshot = importDump({ "n.json": [firewall], [`${project}/iam.json`]: others });
    expect(dataOf(snapshot, projectPolicy)).toEqual([]);
  });
});

describe("roles", () => {
  const custom: Body = { name: `projects/${project}/roles/op`, title: "Op", stage: "GA" };
  const full: Body = { ...custom, includedPermissions: ["compute.firewalls.update"] };

  it("that are bound are told once, wherever they were described", () => {
    const snapshot = importDump({
      "p/iam-policy.json": { ...policy, resource: `projects/${project}` },
      "organizations/1234567/iam-policy.json": policy,
      "roles/editor.json": described,
      "roles/viewer.json": { ...described, name: "roles/viewer" },
    });
    expect(dataOf(snapshot, roleGet)).toEqual([described]);
    expect([rowOf(snapshot, roleGet)?.error, rowOf(snapshot, roleGet, "organizations/1234567")?.error]).toEqual([
      expect.stringContaining(accountPolicy),
      null,
    ]);
  });

  it("that are bound and not described are named", () => {
    const snapshot = importDump({ "a.json": [serviceAccount], [`${project}-iam-policy.json`]: policy });
    expect(rowOf(snapshot, roleGet)).toMatchObject({ status: "skipped", items: 0 });
    expect(rowOf(snapshot, roleGet)?.error).toContain("`gcloud iam roles describe ROLE --format=json`");
  });

  it.each([
    ["the listing first", { "a.json": [custom], "b.json": full }],
    ["the listing last", { "a.json": full, "b.json": [custom] }],
  ])("of one's own are told with what they hold: %s", (_name, files) => {
    const snapshot = importDump(files);
    expect(dataOf(snapshot, "iam.projects.roles.list")).toEqual([full]);
    expect(statusOf(snapshot, "iam.projects.roles.list")).toBe("complete 1");
    expect(snapshot.notes).toEqual([]);
  });

  it("of one's own that are only listed are unknown, but for one in a listing that tells what others hold", () => {
    const only = importDump({ "a.json": [custom] });
    expect(dataOf(only, "iam.projects.roles.list")).toEqual([]);
    expect(rowOf(only, "iam.projects.roles.list")).toMatchObject({
      status: "skipped",
      error: `The dump does not tell what these roles hold: projects/${project}/roles/op. Add the output of \`gcloud iam roles describe ROLE --project=${project} --format=json\`.`,
    });
    const empty = { ...custom, name: `projects/${project}/roles/empty` };
    expect(statusOf(importDump({ "a.json": [full, empty] }), "iam.projects.roles.list")).toBe("complete 2");
  });

  it("of Google's that are only listed say nothing", () => {
    const { includedPermissions: _, ...bare } = described;
    const snapshot = importDump({ "n.json": [firewall], "roles.json": [bare, bare] });
    expect(dataOf(snapshot, roleGet)).toEqual([]);
  });
});

describe("service accounts and their keys", () => {
  const key = (id: string, keyType: string): Body => ({ name: `${account}/keys/${id}`, keyType });

  it("keys are told by their names; those that Google keeps are no credentials of anybody's", () => {
    const keys = [key("1", "USER_MANAGED"), key("2", "SYSTEM_MANAGED")];
    const snapshot = importDump({ "a.json": [serviceAccount], "keys.json": keys });
    expect(dataOf(snapshot, keyList)).toEqual([key("1", "USER_MANAGED")]);
    expect([statusOf(snapshot, accountList), statusOf(snapshot, keyList)]).toEqual(["complete 1", "complete 1"]);
  });

  it.each<readonly [string, Json]>([
    [`service-accounts-keys-${email}.json`, []],
    ["keys.json", [key("2", "SYSTEM_MANAGED")]],
  ])("none that people made is known, too: %s", (file, content) => {
    const snapshot = importDump({ "a.json": [serviceAccount], [file]: content });
    expect(statusOf(snapshot, keyList)).toBe("complete 0");
  });
});

describe("groups", () => {
  const member = (id: string, type: string): Body => ({
    name: `groups/abc/memberships/${id}`,
    preferredMemberKey: { id },
    roles: [{ name: "MEMBER" }],
    type,
  });
  const files = { "a.json": [serviceAccount], [`${project}-iam-policy.json`]: policy };

  it("are told by the address in the file's name, and followed", () => {
    const snapshot = importDump({
      ...files,
      "groups/net@example.com.json": [member("ann@example.com", "USER"), member("on-call@example.com", "GROUP")],
      "groups/on-call@example.com.json": { memberships: [member("bob@example.com", "USER")] },
    });
    expect(recordsIn(snapshot).filter((record) => record.startsWith(memberships))).toEqual([
      `${memberships} ${project} net@example.com`,
      `${memberships} ${project} net@example.com`,
      `${memberships} ${project} on-call@example.com`,
    ]);
  });

  it("of which only the basic view is there may hold others that it does not tell from people", () => {
    const { type: _, ...basic } = member("ann@example.com", "USER");
    const row = rowOf(importDump({ ...files, "groups/net@example.com.json": [basic] }), memberships);
    expect(row).toMatchObject({ status: "skipped", items: 1, error: expect.stringContaining("--view=full") });
  });

  it("that are not in the dump are named", () => {
    const list = [member("ann@example.com", "USER"), member("on-call@example.com", "GROUP")];
    const row = rowOf(importDump({ ...files, "groups/net@example.com.json": list }), memberships);
    expect(row?.gaps?.map(({ request }) => request)).toEqual([{ group: "on-call@example.com" }]);
  });
});

describe("Cloud Asset Inventory", () => {
  const ancestors = [`projects/${number}`, "folders/7654321", "organizations/1234567"];
  const withPolicy = (type: string, name: string, more: Body = {}): Body => ({
    name: `//${type.split("/")[0] ?? ""}/${name}`,
    assetType: type,
    ancestors,
    iamPolicy: policy,
    ...more,
  });
  const assets = [
    withPolicy("cloudresourcemanager.googleapis.com/Project", `projects/${project}`),
    withPolicy("cloudresourcemanager.googleapis.com/Folder", "folders/7654321", { ancestors: ancestors.slice(1) }),
    withPolicy("cloudresourcemanager.googleapis.com/Organization", "organizations/1234567", {
      ancestors: ancestors.slice(2),
    }),
    withPolicy("iam.googleapis.com/ServiceAccount", `projects/${project}/serviceAccounts/103`),
    withPolicy("storage.googleapis.com/Bucket", "b"),
  ];
  const expected = [
    `${accountPolicy} ${project} ${account}`,
    "cloudresourcemanager.folders.getIamPolicy folders/7654321",
    "cloudresourcemanager.organizations.getIamPolicy organizations/1234567",
    `${projectPolicy} ${project}`,
  ];
  const policies = (files: Readonly<Record<string, Json>>): readonly string[] =>
    recordsIn(importDump({ "a.json": [serviceAccount], ...files }))
      .filter((record) => record.includes("getIamPolicy"))
      .toSorted();

  it("policies as gcloud asset list prints them", () => {
    expect(policies({ "policies.json": assets })).toEqual(expected.toSorted());
  });

  it("policies as an export writes them", () => {
    const lines = assets.map(({ assetType = null, iamPolicy = null, ...rest }) =>
      JSON.stringify({ ...rest, asset_type: assetType, iam_policy: iamPolicy }),
    );
    expect(policies({ "policies.json": lines.join("\n") })).toEqual(expected.toSorted());
  });

  it("policies as a search finds them", () => {
    const found = assets.map(({ name = null, assetType = null, iamPolicy = null }) => ({
      resource: name,
      assetType,
      project: `projects/${number}`,
      folders: ["folders/7654321"],
      organization: "organizations/1234567",
      policy: iamPolicy,
    }));
    expect(policies({ "search.json": found })).toEqual(expected.toSorted());
  });

  it("accounts that an export of policies leaves out have none of their own", () => {
    const other = { ...serviceAccount, name: account.replace("deploy", "other"), email: "other", uniqueId: "104" };
    const row = (list: readonly Json[]) =>
      rowOf(importDump({ "a.json": [serviceAccount, other], "p.json": list }), accountPolicy);
    expect(row(assets)).toMatchObject({ status: "complete", items: 1 });
    // An export that was asked for projects alone says nothing of accounts.
    expect(row(assets.slice(0, 3))).toMatchObject({ status: "skipped", items: 0 });
  });

  it("an asset with neither resource nor policy says how to export it", () => {
    const snapshot = importDump({
      "n.json": [firewall],
      "x.json": [{ ...asset("Network", firewall), resource: null }],
    });
    expect(snapshot.notes.join(" ")).toMatch(/--content-type=resource, and once more with --content-type=iam-policy/);
  });
});

describe("what runs as whom", () => {
  it.each<readonly [string, Body, string, Body]>([
    [
      "a service as gcloud prints it",
      {
        apiVersion: "serving.knative.dev/v1",
        kind: "Service",
        metadata: { name: "s", namespace: number, labels: { "cloud.googleapis.com/location": "europe-west1" } },
        spec: {
          template: { spec: { serviceAccountName: email, containers: [{ env: [{ name: "K", value: "hush" }] }] } },
        },
      },
      "run.projects.locations.services.list",
      { spec: { template: { spec: { serviceAccountName: email } } } },
    ],
    [
      "a service of version 2",
      {
        name: `projects/${project}/locations/europe-west1/services/s`,
        template: { serviceAccount: email, containers: [{ env: [{ name: "K", value: "hush" }] }] },
      },
      "run.projects.locations.services.list",
      { template: { serviceAccount: email } },
    ],
    [
      "a function of version 1",
      {
        name: `projects/${project}/locations/europe-west1/functions/f`,
        serviceAccountEmail: email,
        environmentVariables: { K: "hush" },
      },
      "cloudfunctions.projects.locations.functions.list",
      { serviceAccountEmail: email },
    ],
  ])("%s", (_name, body, operation, kept) => {
    const about = { projectId: project, projectNumber: number, lifecycleState: "ACTIVE" };
    const snapshot = importDump({ "p.json": about, "list.json": [body] });
    expect(dataOf(snapshot, operation)).toMatchObject([kept]);
    expect(statusOf(snapshot, operation)).toBe("complete 1");
    expect(JSON.stringify(snapshot)).not.toContain("hush");
  });

  it("is nothing of other services that name theirs alike", () => {
    const alike = ["services", "jobs"].map((kind) => ({
      name: `projects/${project}/locations/europe-west1/${kind}/x`,
      state: "ON",
    }));
    const snapshot = importDump({ "n.json": [firewall], "list.json": alike });
    expect(snapshot.records.map(({ operation }) => operation)).toEqual(["compute.firewalls.list"]);
  });
});

const recordings = resolve(import.meta.dirname, "../../../../../shared/data/google-recordings");
describe.skipIf(!existsSync(recordings))("recorded real answers", () => {
  const bodyOf = (file: string): Json => JSON.parse(readFileSync(join(recordings, file), "utf8")).body;
  const sa = "my-sa-42dc4145@c7n-policy-dev.iam.gserviceaccount.com";
  it.each<readonly [string, string]>([
    ["project-iam-policy/post-v1-projects-custodian-test-2-getIamPolicy_1.json", `${projectPolicy} custodian-test-2`],
    [
      "folder-iam-policy/post-v2-folders-222222222222-getIamPolicy_1.json",
      "cloudresourcemanager.folders.getIamPolicy folders/222222222222",
    ],
    [
      "organization-iam-policy/post-v1-organizations-111111111111-getIamPolicy_1.json",
      "cloudresourcemanager.organizations.getIamPolicy organizations/111111111111",
    ],
    [
      `iam-service-account-iam-policy/post-v1-projects-cloud-custodian-serviceAccounts-${sa}-getIamPolicy_1.json`,
      `${accountPolicy} cloud-custodian projects/cloud-custodian/serviceAccounts/${sa}`,
    ],
    [
      "iam-service-account-iam-policy/get-v1-projects-cloud-custodian-serviceAccounts_1.json",
      `${accountList} cloud-custodian`,
    ],
    [
      "iam-project-role/get-v1-projects-cloud-custodian-roles-CustomRole1_1.json",
      "iam.projects.roles.list cloud-custodian",
    ],
  ])("%s", (file, record) => {
    const list = "iam-service-account-iam-policy/get-v1-projects-cloud-custodian-serviceAccounts_1.json";
    const snapshot = importDump({ [list]: bodyOf(list), [file]: bodyOf(file) });
    expect(recordsIn(snapshot)).toContain(record);
    expect(snapshot.notes).toEqual([]);
  });
});

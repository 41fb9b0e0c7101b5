import { describe, expect, it } from "vitest";

import { demoGcpEstate } from "../../../lab/gcp/demo-estate.ts";
import type { GcpAccess } from "../../../lab/gcp/estate-identity.ts";
import type { GcpEstate } from "../../../lab/gcp/estate.ts";
import { findGcpOperation } from "../../../src/providers/gcp/operations.ts";
import { objects, text } from "../../../src/providers/read.ts";
import type { SnapshotRecord } from "../../../src/snapshot/record.ts";
import { collectFrom, recordsOf, rowOf, withLab } from "./collecting.ts";
import { folder, host, inner, main, old, organization, secret, smallEstate } from "./small-estate.ts";

const projectPolicy = "cloudresourcemanager.projects.getIamPolicy";
const organizationPolicy = "cloudresourcemanager.organizations.getIamPolicy";
const roles = "iam.roles.get";
const memberships = "cloudidentity.groups.memberships.list";
const denyRules = "iam.policies.get";

/** The small estate with other rights on its main project. */
function withAccess(access: GcpAccess): GcpEstate {
  return {
    ...smallEstate,
    projects: smallEstate.projects.map((project) => (project.id === main ? { ...project, access } : project)),
  };
}

const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab));

describe("allow policies", () => {
  it("are read with their conditions, on every project and on all that it lies in", () => {
    const policies = snapshot.records.filter(({ operation }) => operation.endsWith("s.getIamPolicy"));
    const nodes = policies.filter(({ request }) => request === undefined).map(({ account }) => account);
    expect(nodes.toSorted()).toEqual([folder, inner, host, main, organization].toSorted());
    expect(JSON.stringify(recordsOf(snapshot, projectPolicy, main))).toContain('"condition":{"title":"c"');
    expect(JSON.stringify(policies)).not.toContain("withcond");
  });

  it("that are empty leave a record, too", () => {
    expect(recordsOf(snapshot, projectPolicy, host).map(({ data }) => Object.keys(data))).toEqual([
      ["version", "etag"],
    ]);
  });

  it("of service accounts say whose they are", () => {
    const asked = recordsOf(snapshot, "iam.projects.serviceAccounts.getIamPolicy").map(({ request }) => request);
    expect(asked).toContainEqual({
      serviceAccount: `projects/${main}/serviceAccounts/one@${main}.iam.gserviceaccount.com`,
    });
    expect(asked.length).toBe(3);
  });

  it("that may not be read on the organization are denied there, and take nothing from what lies below", async () => {
    const [top] = smallEstate.organizations ?? [];
    const estate = {
      ...smallEstate,
      organizations: top === undefined ? [] : [{ ...top, denies: [organizationPolicy, "iam.*"] }],
    };
    const denied = await withLab(estate, {}, (lab) => collectFrom(lab));
    expect(rowOf(denied, organizationPolicy, organization)).toMatchObject({
      status: "denied",
      error: "denied (IAM_PERMISSION_DENIED); it needs the permission resourcemanager.organizations.getIamPolicy",
    });
    for (const { operation, status } of denied.coverage.filter(({ account }) => account === main)) {
      expect([operation, status]).toEqual([operation, "complete"]);
    }
  });

  it("are not asked for of a project that is being deleted", () => {
    expect(snapshot.targets.find(({ account }) => account === old)?.status).toBe("skipped");
    expect(snapshot.coverage.filter(({ account }) => account === old)).toEqual([]);
  });

  it("are there although the API that tells them is switched off, which holds nothing of workloads", async () => {
    const estate = {
      ...smallEstate,
      projects: smallEstate.projects.map((project) =>
        project.id === main ? { ...project, disabledApis: ["iam.googleapis.com", "run.googleapis.com"] } : project,
      ),
    };
    const off = await withLab(estate, {}, (lab) => collectFrom(lab));
    expect(rowOf(off, "iam.projects.serviceAccounts.list", main)).toMatchObject({
      status: "denied",
      error: expect.stringContaining("iam.googleapis.com is switched off"),
    });
    expect(rowOf(off, "run.projects.locations.services.list", main)?.status).toBe("disabled");
  });
});

describe("what is the same everywhere", () => {
  const askedFor = (paths: readonly string[], name: string): number =>
    paths.filter((path) => path.endsWith(name)).length;

  it("is asked for once in a scan, whoever binds it", async () => {
    const paths = await withLab(smallEstate, {}, async (lab) => {
      await collectFrom(lab);
      return lab.requests.map(({ path }) => path);
    });
    for (const name of ["/v1/roles/viewer", "/v1/roles/owner", "groupKey.id=people%40example.com"]) {
      expect([name, askedFor(paths, name)]).toEqual([name, 1]);
    }
    const read = recordsOf(snapshot, roles).map(({ data }) => text(data, "name"));
    expect(new Set(read)).toEqual(new Set(["roles/editor", "roles/owner", "roles/viewer"]));
    expect(read).toHaveLength(3);
  });

  it("is missing on every target that asked for it", async () => {
    const estate = { ...smallEstate, roles: smallEstate.roles?.filter(({ name }) => name !== "roles/viewer") ?? [] };
    const lacking = await withLab(estate, {}, (lab) => collectFrom(lab));
    for (const account of [main, folder, inner, organization]) {
      const row = rowOf(lacking, roles, account);
      expect([account, row?.status, row?.gaps?.map(({ request }) => request)]).toEqual([
        account,
        "denied",
        [{ name: "roles/viewer" }],
      ]);
    }
    expect(rowOf(lacking, roles, host)?.status).toBe("complete");
  });
});

describe("groups", () => {
  const membersOf = (group: string): readonly unknown[] =>
    recordsOf(snapshot, memberships)
      .filter(({ request }) => request?.["group"] === group)
      .map(({ data }) => data["preferredMemberKey"]);

  it("are followed into those that they hold, in circles once", () => {
    expect(membersOf("people@example.com").length).toBe(3);
    expect(membersOf("inner@example.com")).toContainEqual({ id: "dan@example.com" });
    expect(membersOf("denied@example.com")).toEqual([{ id: "eve@example.com" }]);
  });

  it("that the directory does not tell of are named, and it is said what it takes", async () => {
    const groups = smallEstate.groups?.filter(({ address }) => address !== "inner@example.com") ?? [];
    const some = await withLab({ ...smallEstate, groups }, {}, (lab) => collectFrom(lab, { projects: [host] }));
    const row = rowOf(some, memberships, organization);
    expect(row?.gaps?.map(({ request, status }) => [request, status])).toEqual([
      [{ group: "inner@example.com" }, "denied"],
    ]);
    const none = await withLab({ ...smallEstate, groups: [] }, {}, (lab) => collectFrom(lab));
    expect(rowOf(none, memberships, inner)).toMatchObject({
      status: "denied",
      error: expect.stringMatching(/it needs a role in the directory of Cloud Identity .* Groups Reader/),
    });
    const others = none.coverage.filter(({ operation }) => operation !== memberships);
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set(["complete"]));
  });
});

describe("deny policies", () => {
  it("are asked for by the full name of what they are attached to, in one segment", async () => {
    const paths = await withLab(smallEstate, {}, async (lab) => {
      await collectFrom(lab);
      return lab.requests.filter(({ operation }) => operation.startsWith("iam.policies.")).map(({ path }) => path);
    });
    const attachment = (node: string): string =>
      `/v2/policies/cloudresourcemanager.googleapis.com%2F${node.replace("/", "%2F")}/denypolicies`;
    expect(paths).toContain(`${attachment(folder)}/aa`);
    expect(paths.some((path) => path.startsWith(`${attachment(`projects/${main}`)}?`))).toBe(true);
    expect(paths.filter((path) => !path.includes("%2F"))).toEqual([]);
  });

  it("are told with their rules", () => {
    expect(recordsOf(snapshot, denyRules, inner).length).toBe(3);
    for (const { data } of recordsOf(snapshot, denyRules)) expect(data["rules"]).toHaveLength(1);
    for (const { data } of recordsOf(snapshot, "iam.policies.listPolicies")) expect(data["rules"]).toBeUndefined();
  });
});

describe("names that nobody at Google gave", () => {
  const strange = ["../../v1/projects", "policies/x%2F..%2F..", "projects/p/serviceAccounts/a/b", "", 7, null, {}];
  const asking = [
    ["iam.projects.serviceAccounts.getIamPolicy", "iam.projects.serviceAccounts.list"],
    [denyRules, "iam.policies.listPolicies"],
    [
      "iam.projects.locations.workloadIdentityPools.providers.list",
      "iam.projects.locations.workloadIdentityPools.list",
    ],
  ] as const;
  it.each(asking)("%s puts none into a path", (id, operation) => {
    const ask = findGcpOperation(id)?.ask;
    for (const name of strange) {
      const record: SnapshotRecord = { cloud: "gcp", account: "p", region: "global", operation, data: { name } };
      const requests = ask?.how === "per-parent" ? ask.requests(record, [record]) : [];
      expect(requests.map(({ skip }) => skip)).toEqual(["it is no name that Google gives"]);
    }
  });

  it("are said, and what else there is is read", async () => {
    const accounts = [{ name: "../../secrets" }, { name: `projects/${main}/serviceAccounts/a@x.example` }];
    const estate = withAccess({ serviceAccounts: accounts.map((account) => ({ account, keys: [] })) });
    const odd = await withLab(estate, {}, (lab) => collectFrom(lab, { projects: [main] }));
    expect(rowOf(odd, "iam.projects.serviceAccounts.keys.list", main)?.gaps).toContainEqual({
      request: { serviceAccount: "../../secrets" },
      status: "skipped",
      error: "it is no name that Google gives",
    });
  });
});

describe("what may hold a secret", () => {
  it("is not kept of workloads and of providers", () => {
    expect(JSON.stringify(snapshot)).not.toContain(secret);
    const providers = recordsOf(snapshot, "iam.locations.workforcePools.providers.list");
    expect(providers.map(({ data }) => data["oidc"])).toContainEqual({ issuerUri: "https://issuer.example" });
    const [service] = recordsOf(snapshot, "run.projects.locations.services.list");
    expect(service?.data["template"]).toEqual({ serviceAccount: `one@${main}.iam.gserviceaccount.com` });
    const keys = recordsOf(snapshot, "iam.projects.serviceAccounts.keys.list").map(({ data }) => data["keyType"]);
    expect(new Set(keys)).toEqual(new Set(["USER_MANAGED"]));
  });

  it.each<readonly [string, string, object, object]>([
    [
      "a service as gcloud prints it",
      "run.projects.locations.services.list",
      {
        apiVersion: "serving.knative.dev/v1",
        kind: "Service",
        metadata: { name: "s", namespace: "1", annotations: { last: secret } },
        spec: {
          template: { metadata: { annotations: {} }, spec: { serviceAccountName: "a", containers: [{ env: [] }] } },
        },
      },
      {
        apiVersion: "serving.knative.dev/v1",
        kind: "Service",
        metadata: { name: "s", namespace: "1" },
        spec: { template: { spec: { serviceAccountName: "a" } } },
      },
    ],
    [
      "a function of version 1",
      "cloudfunctions.projects.locations.functions.list",
      { name: "f", serviceAccountEmail: "a", environmentVariables: { KEY: secret }, sourceUploadUrl: secret },
      { name: "f", serviceAccountEmail: "a" },
    ],
    [
      "members that are not what they should be",
      "run.projects.locations.jobs.list",
      { name: ["j"], template: [{ template: secret }, secret], spec: secret, metadata: null },
      { name: ["j"], template: [{}] },
    ],
  ])("%s", (_name, operation, item, expected) => {
    expect(findGcpOperation(operation)?.trim(JSON.parse(JSON.stringify(item)))).toEqual(expected);
  });
});

describe("the cast of the demo", async () => {
  const demo = await withLab(demoGcpEstate, {}, (lab) => collectFrom(lab));

  it("has something of everything, but for what is off", () => {
    const empty = demo.coverage
      .filter(({ operation }) => /^(?:iam|cloudidentity|run|cloudfunctions)\.|getIamPolicy$/.test(operation))
      .map(({ operation }) => operation)
      .filter((operation) => recordsOf(demo, operation).length === 0);
    expect([...new Set(empty)].toSorted()).toEqual([
      "iam.folders.locations.policyBindings.list",
      "iam.organizations.locations.policyBindings.list",
    ]);
    expect(JSON.stringify(demo)).not.toContain("SECRET-OF");
  });

  it("carries no service account that is not there, and binds no group that is not in the directory", () => {
    const there = new Set(recordsOf(demo, "iam.projects.serviceAccounts.list").map(({ data }) => text(data, "email")));
    const carried = recordsOf(demo, "compute.instances.aggregatedList").flatMap(({ data }) =>
      objects(data, "serviceAccounts").map((account) => text(account, "email")),
    );
    expect(carried.length).toBeGreaterThan(5);
    expect(carried.filter((email) => !there.has(email))).toEqual([]);
    expect(
      demo.coverage.filter(({ operation }) => operation === memberships).map(({ status }) => status),
    ).not.toContain("denied");
  });

  it("binds no role that is not told", () => {
    const bound = demo.records.flatMap(
      ({ data }) => JSON.stringify(data["bindings"] ?? []).match(/"role":"[^"]+"/g) ?? [],
    );
    const told = new Set(demo.records.map(({ data }) => `"role":"${text(data, "name")}"`));
    expect(bound.length).toBeGreaterThan(15);
    expect(bound.filter((role) => !told.has(role))).toEqual([]);
  });
});

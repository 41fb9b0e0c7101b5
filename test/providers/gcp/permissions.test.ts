import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

import { describe, expect, it } from "vitest";

import { labOperations } from "../../../lab/gcp/operations.ts";
import { facetOperations, gcpFacets } from "../../../src/providers/gcp/facets.ts";
import { findGcpOperation, gcpOperations } from "../../../src/providers/gcp/operations.ts";
import { gcpPermissions, permissionsFor } from "../../../src/providers/gcp/permissions.ts";
import { selfLinkPath } from "../../../src/providers/gcp/links.ts";
import { collectFrom, withLab } from "./collecting.ts";
import { folder, main, organization, smallEstate } from "./small-estate.ts";

/** Operations that Google takes as POST although they read. */
const version3 = '{"options":{"requestedPolicyVersion":3}}';
const posted: ReadonlyMap<string, string> = new Map([
  ["compute.instanceGroups.listInstances", "{}"],
  ["compute.regionInstanceGroups.listInstances", "{}"],
  ["compute.networkEndpointGroups.listNetworkEndpoints", "{}"],
  ["cloudresourcemanager.organizations.getIamPolicy", version3],
  ["cloudresourcemanager.folders.getIamPolicy", version3],
  ["cloudresourcemanager.projects.getIamPolicy", version3],
  ["iam.projects.serviceAccounts.getIamPolicy", ""],
]);
const aside = new Set(["token", "metadata", "iamcredentials.projects.serviceAccounts.generateAccessToken"]);

describe("the list of operations", () => {
  it.each(gcpOperations)("$id reads", ({ id, method }) => {
    expect(id).toMatch(
      /\.(?:get|list|lookup|search|aggregatedList|getXpnHost|getEffectiveFirewalls|getIamPolicy|list[A-Z]\w+)$/,
    );
    expect(method).toBe(posted.has(id) ? "POST" : "GET");
  });

  it("names each operation once, and parents before those that rest on them", () => {
    const ids = gcpOperations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [index, { ask }] of gcpOperations.entries()) {
      if (ask.how !== "per-parent") continue;
      for (const parent of ask.parents) expect(ids.slice(0, index)).toContain(parent);
    }
  });

  it("stands behind every facet, on the targets where it is asked", () => {
    const ids = Object.values(gcpFacets).flat();
    expect(ids.filter((id) => findGcpOperation(id) === undefined)).toEqual([]);
    const on = (account: string) => facetOperations("firewalls", { cloud: "gcp", account, region: "global" });
    expect(on(folder)).toEqual(["compute.firewallPolicies.list", "compute.firewallPolicies.get"]);
    expect(on(organization)).toEqual(on(folder));
    expect(on(main)).toEqual(gcpFacets.firewalls?.filter((id) => !id.startsWith("compute.firewallPolicies.")));
    expect(facetOperations("firewalls", null)).toEqual(gcpFacets.firewalls);
    expect(facetOperations("threat-lists", null)).toEqual([]);
  });

  it("is what the collector sends, and all of it", async () => {
    const requests = await withLab(smallEstate, {}, async (lab) => {
      await collectFrom(lab);
      await collectFrom(lab, { organization, projects: [main] });
      return lab.requests.filter(({ operation }) => !aside.has(operation));
    });
    expect([...new Set(requests.map(({ operation }) => operation))].toSorted()).toEqual(
      gcpOperations.map(({ id }) => id).toSorted(),
    );
    for (const { operation, method, body } of requests) {
      const sent = posted.get(operation);
      expect([operation, method, body]).toEqual([operation, sent === undefined ? "GET" : "POST", sent ?? ""]);
    }
  });

  it.each([
    ["https://www.googleapis.com/compute/v1/projects/p/global/networks/n", "projects/p/global/networks/n"],
    [
      "https://compute.s3nsapis.fr/compute/beta/projects/a.b:p/regions/r/subnetworks/s",
      "projects/a.b:p/regions/r/subnetworks/s",
    ],
    ["projects/p/zones/z/instances/i", "projects/p/zones/z/instances/i"],
    ["projects/p/global/networks/..", null],
    ["projects/../global/networks/n", null],
    ["projects/p/global/networks/n?x=1", null],
    ["projects/p/global/networks/n%2f..", null],
    ["projects/p/global/networks/n/addPeering", null],
    ["https://elsewhere.example/projects/p/global/networks/n", null],
    ["//elsewhere.example/global/networks/n", null],
    ["", null],
    [7, null],
  ])("puts no other link into a path than a resource's: %s", (link, path) => {
    expect(selfLinkPath(link)).toBe(path);
    const operation = findGcpOperation("compute.networks.getEffectiveFirewalls");
    const record = {
      cloud: "gcp",
      account: "p",
      region: "global",
      operation: "compute.networks.list",
      data: { selfLink: link },
    } as const;
    const requests = operation?.ask.how === "per-parent" ? operation.ask.requests(record, [record]) : [];
    expect(requests.map(({ members, skip }) => (skip === undefined ? members["network"] : null))).toEqual([path]);
  });
});

describe("gcpPermissions", () => {
  const { role, notes } = gcpPermissions();

  it("allows exactly what the operations take, and nothing that is no read", () => {
    const needed = new Set(gcpOperations.flatMap(({ permissions }) => permissions));
    expect(role.includedPermissions).toEqual([...needed].toSorted());
    for (const permission of role.includedPermissions) {
      expect(permission).toMatch(
        /^[a-z]+\.[A-Za-z]+\.(?:get|list|getIamPolicy|getEffectiveFirewalls|getRegionEffectiveFirewalls|listEffectiveTags)$/,
      );
    }
  });

  it("covers what is refused without: the permission that each refusal names", async () => {
    const refused = gcpOperations.filter(({ ask, api }) => ask.how !== "connecting" && api === "compute");
    const faults = refused.map(({ id }) => ({ operation: id, kind: "access-denied" as const }));
    const statuses = await withLab(smallEstate, { faults }, async (lab) => {
      const snapshot = await collectFrom(lab, { projects: [main] });
      return snapshot.coverage.filter(({ status }) => status === "denied");
    });
    expect(statuses.length).toBeGreaterThan(15);
    for (const { operation, error } of statuses) {
      const [permission = ""] = permissionsFor(operation);
      expect(error).toContain(`it needs the permission ${permission}`);
      expect(role.includedPermissions).toContain(permission);
    }
  });

  it("says which predefined roles are enough, and what may be left out", () => {
    expect(notes.some((note) => note.includes("roles/compute.viewer"))).toBe(true);
    expect(notes.some((note) => note.includes("compute.instances.listEffectiveTags"))).toBe(true);
    const identities = gcpOperations.filter(({ api }) => api !== "compute" && api !== "cloudresourcemanager");
    for (const permission of identities.flatMap(({ permissions }) => permissions)) {
      expect(notes.filter((note) => note.includes(permission) && /left out|Without/.test(note))).not.toEqual([]);
    }
    expect(notes.some((note) => note.includes("Groups Reader"))).toBe(true);
  });

  it("names the permissions of an operation, and none of one that Rampart has not", () => {
    expect(permissionsFor("compute.routes.list")).toEqual(["compute.routes.list"]);
    expect(permissionsFor("compute.routes.insert")).toEqual([]);
  });

  it("speaks of operations that Google has", () => {
    const known = new Map(labOperations.map(({ id, method, path }) => [id, { method, path }]));
    for (const { id, method } of gcpOperations) expect([id, known.get(id)?.method]).toEqual([id, method]);
  });

  const roles = resolve(
    import.meta.dirname,
    "../../../../shared/data/roles/google-predefined-roles-firewall-subset.json",
  );
  it.skipIf(!existsSync(roles))(
    "is covered by the predefined roles that it names, as far as they are published",
    () => {
      const published: readonly { readonly name: string; readonly includedPermissions: readonly string[] }[] =
        JSON.parse(readFileSync(roles, "utf8"));
      const named = new Set(
        published.flatMap(({ name, includedPermissions }) =>
          notes.some((note) => note.startsWith("Predefined roles") && note.includes(name)) ? includedPermissions : [],
        ),
      );
      // The file holds of each role only what has to do with firewalls.
      const told = new Set(published.flatMap(({ includedPermissions }) => includedPermissions));
      const wanted = role.includedPermissions.filter((permission) => told.has(permission));
      expect(wanted).toContain("compute.networks.getRegionEffectiveFirewalls");
      expect(wanted).toContain("iam.principalaccessboundarypolicies.list");
      expect(
        wanted.filter((permission) => !named.has(permission) && !permission.startsWith("resourcemanager.")),
      ).toEqual([]);
    },
  );
});

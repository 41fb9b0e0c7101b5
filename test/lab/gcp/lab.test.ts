import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { textOf } from "../../../lab/gcp/estate.ts";
import { type GcpLab, startGcpLab } from "../../../lab/gcp/server.ts";
import { ask, listOf, member, pages, plainly } from "./asking.ts";
import { machines, smallEstate, start } from "./small-estate.ts";

let lab: GcpLab;
beforeAll(async () => {
  lab = await startGcpLab(smallEstate);
});
afterAll(() => lab.close());

const compute = "/compute/v1/projects/main";
const firewalls = `${compute}/global/firewalls`;
const instances = `${compute}/aggregated/instances`;

function names(body: unknown, items = "items"): readonly unknown[] {
  return listOf(body, items).map((item) => member(item, "name"));
}

describe("who may ask", () => {
  it.each([
    ["no token", {}, "required", "CREDENTIALS_MISSING"],
    ["somebody's token", { authorization: "Bearer ya29.of-somebody" }, "authError", "ACCESS_TOKEN_EXPIRED"],
  ])("is nobody with %s", async (_what, headers, reason, detail) => {
    const { status, body } = await plainly(lab, firewalls, { headers });
    expect(status).toBe(401);
    expect(body).toMatchObject({
      error: { code: 401, status: "UNAUTHENTICATED", errors: [{ reason }], details: [{ reason: detail }] },
    });
    expect(lab.requests.at(-1)).toMatchObject({ operation: "compute.firewalls.list", principal: null, status: 401 });
  });
});

describe("what is refused", () => {
  const denied = { code: 403, status: "PERMISSION_DENIED" };
  it.each([
    [
      "an API that is off",
      "/compute/v1/projects/off/global/networks",
      {
        ...denied,
        message: expect.stringContaining(
          "Compute Engine API has not been used in project 222 before or it is disabled.",
        ),
        errors: [{ domain: "usageLimits", reason: "accessNotConfigured" }],
        details: [
          { reason: "SERVICE_DISABLED", metadata: { consumer: "projects/222", service: "compute.googleapis.com" } },
          {},
          {},
        ],
      },
    ],
    [
      "a permission",
      "/compute/v1/projects/closed/global/firewalls",
      {
        ...denied,
        message: "Required 'compute.firewalls.list' permission for 'projects/closed'",
        errors: [{ domain: "global", reason: "forbidden" }],
      },
    ],
    [
      "somebody else's project",
      "/compute/v1/projects/elsewhere/aggregated/instances",
      { ...denied, message: "Required 'compute.instances.list' permission for 'projects/elsewhere'" },
    ],
    [
      "a project that is being deleted",
      "/compute/v1/projects/going/global/networks",
      { ...denied, message: "Required 'compute.networks.list' permission for 'projects/going'" },
    ],
    [
      "a network that is not there",
      `${compute}/global/networks/none/getEffectiveFirewalls`,
      {
        code: 404,
        message: "The resource 'projects/main/global/networks/none' was not found",
        errors: [{ domain: "global", reason: "notFound" }],
      },
    ],
    [
      "a project to Cloud Resource Manager, which does not tell why",
      "/v3/projects/elsewhere",
      {
        ...denied,
        message:
          "Permission 'resourcemanager.projects.get' denied on resource '//cloudresourcemanager.googleapis.com/projects/elsewhere' (or it may not exist).",
        details: [{ reason: "IAM_PERMISSION_DENIED", metadata: { permission: "resourcemanager.projects.get" } }],
      },
    ],
    ["a hidden project", "/v3/projects/hidden", denied],
    ["what lies below nothing", "/v3/folders?parent=folders/99", denied],
    ["a listing without a parent", "/v3/projects", { code: 400, status: "INVALID_ARGUMENT" }],
    ["hierarchical policies of nobody", "/compute/v1/locations/global/firewallPolicies", { code: 400 }],
    [
      "a parameter that is not the operation's",
      "/v3/folders?parent=folders/10&returnPartialSuccess=true",
      { code: 400, message: expect.stringContaining('Unknown name "returnPartialSuccess"') },
    ],
    ["a page that was never given", `${firewalls}?pageToken=x`, { code: 400, errors: [{ reason: "invalid" }] }],
    ["fields that cannot be read", `${firewalls}?fields=items(name`, { code: 400 }],
    ["what the lab does not have", "/compute/v1/projects/main/global/images", { code: 404 }],
  ])("%s", async (_what, path, error) => {
    const { status, body } = await ask(lab, path);
    expect(body).toMatchObject({ error });
    expect(member(member(body, "error"), "code")).toBe(status);
  });
});

describe("pages", () => {
  it("hold two items, whatever more is asked for, and the last one no token", async () => {
    const found = await pages(lab, `${firewalls}?maxResults=500`);
    expect(found.map((page) => names(page))).toEqual([
      ["default-allow-icmp", "default-allow-internal"],
      ["default-allow-rdp", "default-allow-ssh"],
      ["extra"],
    ]);
    expect(found.map((page) => member(page, "nextPageToken") === undefined)).toEqual([false, false, true]);
  });

  it("hold fewer when fewer are asked for", async () => {
    expect(names((await ask(lab, `${firewalls}?maxResults=1`)).body)).toEqual(["default-allow-icmp"]);
  });

  it("leave the list out that would be empty", async () => {
    expect((await ask(lab, `${compute}/global/routes`)).body).toEqual({});
  });

  it("of all scopes name every scope, with a warning where there is nothing on the page", async () => {
    const found = await pages(lab, instances);
    expect(found.map((page) => Object.keys(Object(member(page, "items"))).length)).toEqual([10, 10]);
    const held = found.flatMap((page) => Object.entries(Object(member(page, "items"))));
    expect(held.flatMap(([scope, list]) => names(list, "instances").map((name) => [scope, name]))).toEqual([
      ["zones/europe-west1-b", "one"],
      ["zones/europe-west1-b", "two"],
      ["zones/us-central1-a", "three"],
    ]);
    expect(member(member(found[0], "items"), "zones/us-central1-a")).toEqual({
      warning: {
        code: "NO_RESULTS_ON_PAGE",
        message: "There are no results for scope 'zones/us-central1-a' on this page.",
        data: [{ key: "scope", value: "zones/us-central1-a" }],
      },
    });
  });

  it("do without a scope that cannot be reached, for whoever takes a part for the whole", async () => {
    const path = "/compute/v1/projects/alone/aggregated/instances";
    expect((await ask(lab, path)).status).toBe(503);
    const { body } = await ask(lab, `${path}?returnPartialSuccess=true`);
    expect(body).toMatchObject({
      items: {
        "zones/us-central1-a": { instances: [{ name: "four" }] },
        "zones/us-central1-f": { warning: { code: "UNREACHABLE" } },
      },
      unreachables: ["zones/us-central1-f"],
    });
  });
});

describe("fields", () => {
  it.each([
    ["items/name", { items: [{ name: "default-allow-icmp" }, { name: "default-allow-internal" }] }],
    [
      "items(name,allowed/IPProtocol)",
      { items: [{ name: "default-allow-icmp", allowed: [{ IPProtocol: "icmp" }] }, {}] },
    ],
    ["items(*/ports)", { items: [{ allowed: [{}] }, { allowed: [{ ports: ["0-65535"] }, {}, {}] }] }],
    ["items/name,items/priority", { items: [{ name: "default-allow-icmp", priority: 65534 }, {}] }],
    ["nextPageToken", { nextPageToken: expect.any(String) }],
    ["kind", {}],
  ])("%s leaves the rest out", async (fields, told) => {
    const { body } = await ask(lab, `${firewalls}?fields=${encodeURIComponent(fields)}`);
    expect(body).toMatchObject(told);
    expect(Object.keys(Object(body))).toEqual(Object.keys(told));
    expect(JSON.stringify(body)).not.toContain("description");
  });

  it.each(["items,items/name", "items/name,items", "*"])("%s keeps the whole", async (fields) => {
    const { body } = await ask(lab, `${firewalls}?fields=${fields}`);
    expect(listOf(body, "items")[0]).toEqual(start.resources.find(({ name }) => name === "default-allow-icmp"));
  });

  it("keep what people keep in a project's metadata from whoever does not ask for it", async () => {
    expect(JSON.stringify((await ask(lab, compute)).body)).toContain("SECRET-OF-main");
    const { body } = await ask(lab, `${compute}?fields=id,name,xpnProjectStatus`);
    expect(body).toEqual({ id: "111", name: "main", xpnProjectStatus: "HOST" });
  });
});

describe("Cloud Resource Manager", () => {
  const ids = async (path: string, list = "projects", key = "projectId"): Promise<readonly unknown[]> =>
    (await pages(lab, path)).flatMap((page) => listOf(page, list).map((item) => member(item, key)));

  it.each([
    ["/v3/projects:search", ["main", "off", "closed", "going", "alone"]],
    ["/v3/projects:search?query=state:ACTIVE", ["main", "off", "closed", "alone"]],
    ["/v3/projects:search?query=parent:folders/20%20AND%20id:off", ["off"]],
    ["/v3/projects?parent=folders/20", ["main", "off"]],
    ["/v3/projects?parent=folders/30", ["closed", "hidden"]],
    ["/v3/projects?parent=folders/30&showDeleted=true", ["closed", "hidden", "going"]],
  ])("%s", async (path, found) => {
    expect(await ids(path)).toEqual(found);
  });

  it("lists folders, and those that are being deleted for whoever asks", async () => {
    expect(await ids("/v3/folders?parent=organizations/1", "folders", "name")).toEqual(["folders/10", "folders/30"]);
    expect(await ids("/v3/folders?parent=organizations/1&showDeleted=true", "folders", "name")).toHaveLength(3);
  });

  it("tells projects by id and number, folders and organizations", async () => {
    const main = { name: "projects/111", projectId: "main", parent: "folders/20", state: "ACTIVE" };
    expect((await ask(lab, "/v3/projects/main")).body).toMatchObject(main);
    expect((await ask(lab, "/v3/projects/111")).body).toMatchObject(main);
    expect((await ask(lab, "/v3/folders/20")).body).toMatchObject({ name: "folders/20", parent: "folders/10" });
    expect((await ask(lab, "/v3/organizations/1")).body).toMatchObject({ displayName: "example.com" });
  });

  it("tells the tags of an instance that is named by its number", async () => {
    const [one, two] = machines.map(
      (machine) => `//compute.googleapis.com/projects/111/zones/europe-west1-b/instances/${textOf(machine, "id")}`,
    );
    expect((await ask(lab, `/v3/effectiveTags?parent=${one}`)).body).toMatchObject({
      effectiveTags: [{ tagValue: "tagValues/7", namespacedTagValue: "1/role/web", namespacedTagKey: "1/role" }],
    });
    expect((await ask(lab, `/v3/effectiveTags?parent=${two}`)).body).toEqual({});
    const byName = "//compute.googleapis.com/projects/111/zones/europe-west1-b/instances/one";
    for (const parent of [byName, one?.replace("west1-b", "west1-c"), one?.replace("/111/", "/222/")]) {
      expect((await ask(lab, `/v3/effectiveTags?parent=${parent}`)).status).toBe(403);
    }
  });
});

describe("address groups", () => {
  it.each([
    [
      "/v1/projects/main/locations/-/addressGroups",
      ["global/addressGroups/global-group", "europe-west1/addressGroups/west-group"],
    ],
    ["/v1/projects/main/locations/europe-west1/addressGroups", ["europe-west1/addressGroups/west-group"]],
    ["/v1/organizations/1/locations/global/addressGroups", ["global/addressGroups/offices"]],
  ])("%s", async (path, found) => {
    const { body } = await ask(lab, path);
    expect(names(body, "addressGroups").map((name) => String(name).split("/locations/")[1])).toEqual(found);
  });
});

describe("a policy", () => {
  it("tells its rules in lists, unless the estate says otherwise", async () => {
    const bare = await startGcpLab({ ...smallEstate, rulesInLists: false });
    const hierarchical = "/compute/v1/locations/global/firewallPolicies?parentId=organizations/1";
    const rulesIn = (body: unknown): unknown => member(listOf(body, "items")[0], "rules");
    try {
      expect(rulesIn((await ask(lab, hierarchical)).body)).toHaveLength(5);
      const { body } = await ask(bare, hierarchical);
      expect(rulesIn(body)).toBeUndefined();
      const name = String(names(body)[0]);
      expect((await ask(bare, `/compute/v1/locations/global/firewallPolicies/${name}`)).body).toMatchObject({
        parent: "organizations/1",
        rules: [{ priority: 100 }, {}, {}, {}, {}],
      });
      const listed = await pages(bare, `${compute}/aggregated/firewallPolicies`);
      expect(JSON.stringify(listed)).toContain("projects/main/global/firewallPolicies/everywhere");
      expect(JSON.stringify(listed)).not.toContain("layer4Configs");
      const armor = await pages(bare, `${compute}/aggregated/securityPolicies`);
      expect(JSON.stringify(armor)).toContain("versionedExpr");
    } finally {
      await bare.close();
    }
  });
});

describe("the list of requests", () => {
  it("tells what was asked, where, by whom, and what came of it", async () => {
    await ask(lab, "/compute/v1/projects/111/regions/europe-west1/firewallPolicies/west");
    expect(lab.requests.at(-1)).toEqual({
      operation: "compute.regionNetworkFirewallPolicies.get",
      account: "main",
      region: "europe-west1",
      method: "GET",
      path: "/compute/v1/projects/111/regions/europe-west1/firewallPolicies/west",
      body: "",
      principal: "scanner@main.iam.gserviceaccount.com",
      quotaProject: null,
      fault: null,
      status: 200,
    });
  });
});

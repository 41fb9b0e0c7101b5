import { describe, expect, it } from "vitest";
import type { Json } from "../../../../src/model/finding.ts";
import {
  asset,
  dataOf,
  exportedAsset,
  firewall,
  importDump,
  instance,
  link,
  network,
  number,
  project,
  recordsIn,
  resource,
  rowOf,
  statusOf,
  withoutKind,
  zone,
  type Body,
} from "./import-dump.ts";

const projects = "cloudresourcemanager.projects.get";
const folders = "cloudresourcemanager.folders.get";
const organizations = "cloudresourcemanager.organizations.get";
const above = [`projects/${number}`, "folders/20", "folders/10", "organizations/1"];

/** A resource of Resource Manager as an asset. */
function crm(type: string, name: string, data: Body, ancestors: readonly string[]): Body {
  return {
    name: `//cloudresourcemanager.googleapis.com/${name}`,
    assetType: `cloudresourcemanager.googleapis.com/${type}`,
    ancestors,
    resource: { version: "v1", data },
  };
}

function lines(assets: readonly Body[]): string {
  return assets.map((each) => `${JSON.stringify(each)}\n`).join("");
}

describe("the hierarchy", () => {
  it("is known from what assets lie in", () => {
    const snapshot = importDump({ "a.json": lines([exportedAsset("Firewall", firewall, above)]) });
    expect(dataOf(snapshot, projects)).toEqual([
      { name: `projects/${number}`, projectId: project, parent: "folders/20" },
    ]);
    expect(dataOf(snapshot, folders)).toEqual([
      { name: "folders/10", parent: "organizations/1" },
      { name: "folders/20", parent: "folders/10" },
    ]);
    expect(dataOf(snapshot, organizations)).toEqual([{ name: "organizations/1" }]);
    expect(snapshot.targets.map(({ account }) => account)).toEqual([
      "folders/10",
      "folders/20",
      "organizations/1",
      project,
    ]);
    expect(statusOf(snapshot, "compute.firewallPolicies.list", "organizations/1")).toBe("skipped 0");
  });

  it.each<readonly [string, Json]>([
    [
      "what gcloud lists",
      [
        {
          projectId: project,
          projectNumber: number,
          name: "Shop",
          lifecycleState: "ACTIVE",
          parent: { type: "folder", id: "20" },
        },
      ],
    ],
    [
      "a number that is none in JSON",
      [
        {
          projectId: project,
          projectNumber: Number(number),
          name: "Shop",
          lifecycleState: "ACTIVE",
          parent: { type: "folder", id: "20" },
        },
      ],
    ],
    [
      "version 3 of the API",
      {
        projects: [
          {
            name: `projects/${number}`,
            projectId: project,
            displayName: "Shop",
            state: "ACTIVE",
            parent: "folders/20",
          },
        ],
      },
    ],
    [
      "an asset",
      [
        crm(
          "Project",
          `projects/${number}`,
          {
            projectId: project,
            projectNumber: number,
            name: "Shop",
            lifecycleState: "ACTIVE",
            parent: { type: "folder", id: "20" },
          },
          above,
        ),
      ],
    ],
  ])("a project of %s is one of version 3", (_name, value) => {
    const snapshot = importDump({ "p.json": value, "f.json": [firewall] });
    expect(dataOf(snapshot, projects)).toEqual([
      { name: `projects/${number}`, projectId: project, displayName: "Shop", state: "ACTIVE", parent: "folders/20" },
    ]);
    expect(statusOf(snapshot, projects)).toBe("complete 1");
    expect(snapshot.targets.find(({ account }) => account === project)?.name).toBe("Shop");
  });

  it("folders and organizations that gcloud lists are targets where a project lies below them", () => {
    const snapshot = importDump({
      "projects.json": [{ projectId: project, projectNumber: number, parent: { type: "folder", id: "20" } }],
      "folders.json": [
        { name: "folders/20", displayName: "Shops", parent: "organizations/1", lifecycleState: "ACTIVE" },
        { name: "folders/99", displayName: "Elsewhere", parent: "organizations/1", lifecycleState: "ACTIVE" },
      ],
      "organizations.json": [{ name: "organizations/1", displayName: "example.com", lifecycleState: "ACTIVE" }],
      "firewalls.json": [firewall],
    });
    expect(dataOf(snapshot, folders)).toEqual([
      { name: "folders/20", displayName: "Shops", parent: "organizations/1", state: "ACTIVE" },
    ]);
    expect(snapshot.notes).toEqual(["Left out, because no project of the dump lies in it: folders/99."]);
    expect(snapshot.targets.map(({ account, name }) => [account, name])).toEqual([
      ["folders/20", "Shops"],
      ["organizations/1", "example.com"],
      [project, null],
    ]);
  });

  it("a number in an asset's place is the project's id where the dump tells it", () => {
    const group = {
      name: `//networksecurity.googleapis.com/projects/${number}/locations/global/addressGroups/ag`,
      assetType: "networksecurity.googleapis.com/AddressGroup",
      ancestors: [`projects/${number}`],
      resource: { data: { name: `projects/${number}/locations/global/addressGroups/ag`, items: ["10.0.0.0/8"] } },
    };
    const known = importDump({ "a.json": [asset("Firewall", firewall), group] });
    expect(recordsIn(known)).toContain(`networksecurity.projects.locations.addressGroups.list ${project}`);
    expect(known.targets.map(({ account }) => account)).toEqual([project]);
    expect(recordsIn(importDump({ "a.json": [group] }))).toEqual([
      `networksecurity.projects.locations.addressGroups.list ${number}`,
    ]);
  });
});

describe("how much an export holds", () => {
  const other = resource("instance", `zones/${zone}/instances/vm-9`, {}, "shop-test");
  const policy = (path: string, members: Body = {}): Body =>
    resource("firewallPolicy", path, { selfLink: `https://www.googleapis.com/compute/v1/${path}`, ...members });

  it("of a kind that it has in one project, it has all in the others", () => {
    const snapshot = importDump({ "a.json": [asset("Firewall", firewall), asset("Instance", other, ["projects/2"])] });
    expect(statusOf(snapshot, "compute.firewalls.list", "shop-test")).toBe("complete 0");
    expect(statusOf(snapshot, "compute.instances.aggregatedList")).toBe("complete 0");
    expect(statusOf(snapshot, "compute.networks.list")).toBe("skipped 0");
  });

  it("of two kinds that one operation lists, both must be there", () => {
    const operation = "compute.forwardingRules.aggregatedList";
    const regional = asset("ForwardingRule", resource("forwardingRule", "regions/r/forwardingRules/a"));
    const global = asset("GlobalForwardingRule", resource("forwardingRule", "global/forwardingRules/b"));
    const firewalls = asset("Firewall", firewall);
    expect(statusOf(importDump({ "a.json": [regional, firewalls] }), operation)).toBe("skipped 1");
    expect(statusOf(importDump({ "a.json": [regional, global] }), operation)).toBe("complete 2");
  });

  it("an organization's policies are whole only when the export was of the organization", () => {
    const list = "compute.firewallPolicies.list";
    const hierarchical = policy("locations/global/firewallPolicies/7", { parent: "organizations/1", rules: [] });
    const networkPolicy = policy(`projects/${project}/global/firewallPolicies/n`);
    const below = importDump({ "a.json": [asset("FirewallPolicy", networkPolicy, above)] });
    expect(statusOf(below, "compute.networkFirewallPolicies.aggregatedList")).toBe("complete 1");
    expect(statusOf(below, list, "organizations/1")).toBe("skipped 0");
    const whole = importDump({
      "a.json": [
        asset("FirewallPolicy", networkPolicy, above),
        asset("FirewallPolicy", hierarchical, ["organizations/1"]),
      ],
    });
    expect(statusOf(whole, list, "organizations/1")).toBe("complete 1");
    expect(statusOf(whole, list, "folders/10")).toBe("complete 0");
    const alone = importDump({
      "a.json": [asset("Firewall", firewall, above), asset("FirewallPolicy", hierarchical, ["organizations/1"])],
    });
    expect(statusOf(alone, "compute.networkFirewallPolicies.aggregatedList")).toBe("complete 0");
  });

  it("a policy that does not say whose it is lies in its asset's organization", () => {
    const hierarchical = policy("locations/global/firewallPolicies/7");
    const snapshot = importDump({ "a.json": [asset("FirewallPolicy", hierarchical, ["organizations/1"])] });
    expect(recordsIn(snapshot)).toContain("compute.firewallPolicies.list organizations/1");
  });

  it("a file that is cut off holds nothing whole", () => {
    const text = lines([exportedAsset("Firewall", firewall), exportedAsset("Network", network)]);
    const snapshot = importDump({ "a.json": `${text}{"name":"//compute.goo` });
    expect(rowOf(snapshot, "compute.firewalls.list")).toMatchObject({ status: "malformed", items: 1 });
    expect(rowOf(snapshot, "compute.firewalls.list")?.error).toMatch(/a\.json is cut off or broken/);
  });

  it("a line that is broken tells what it was, and the others may have had more beside them", () => {
    const line = JSON.stringify(exportedAsset("Instance", instance)).slice(0, 120);
    const snapshot = importDump({ "a.json": `${lines([exportedAsset("Firewall", firewall)])}${line}\n` });
    expect(statusOf(snapshot, "compute.firewalls.list")).toBe("malformed 1");
    expect(statusOf(snapshot, "compute.instances.aggregatedList")).toBe("malformed 0");
    expect(statusOf(snapshot, "compute.networks.list")).toBe("skipped 0");
  });

  it("assets without their resources are counted", () => {
    const bare = { ...asset("Instance", instance), resource: null };
    const snapshot = importDump({ "a.json": [asset("Firewall", firewall), bare] });
    expect(snapshot.notes.join(" ")).toMatch(
      /1 assets without their resources: export them with --content-type=resource/,
    );
    expect(statusOf(snapshot, "compute.instances.aggregatedList")).toBe("skipped 0");
  });
});

describe("members of old exports get their names of today", () => {
  it.each<readonly [string, string, Body, Body]>([
    [
      "Firewall",
      "global/firewalls/f",
      { allowed: [{ ipProtocol: "tcp", port: ["22"] }], sourceRange: ["0.0.0.0/0"], targetTag: ["web"] },
      { allowed: [{ IPProtocol: "tcp", ports: ["22"] }], sourceRanges: ["0.0.0.0/0"], targetTags: ["web"] },
    ],
    [
      "Instance",
      `zones/${zone}/instances/i`,
      {
        networkInterface: [{ ipAddress: "10.0.0.2", accessConfig: [{ externalIp: "198.51.100.1" }] }],
        tags: { tag: ["web"] },
        labels: { ipAddress: "x" },
      },
      {
        networkInterfaces: [{ networkIP: "10.0.0.2", accessConfigs: [{ natIP: "198.51.100.1" }] }],
        tags: { items: ["web"] },
        labels: { ipAddress: "x" },
      },
    ],
    [
      "ForwardingRule",
      "regions/r/forwardingRules/f",
      { ipAddress: "198.51.100.2", ipProtocol: "TCP", portRange: "80-80" },
      { IPAddress: "198.51.100.2", IPProtocol: "TCP", portRange: "80-80" },
    ],
    [
      "BackendService",
      "global/backendServices/b",
      { backend: [{ resourceGroup: link("zones/z/instanceGroups/g") }] },
      { backends: [{ group: link("zones/z/instanceGroups/g") }] },
    ],
    [
      "UrlMap",
      "global/urlMaps/u",
      { pathMatcher: [{ pathRule: [{ path: ["/a"] }] }], hostRule: [{ pathMatcher: "m", host: ["*"] }] },
      { pathMatchers: [{ pathRules: [{ paths: ["/a"] }] }], hostRules: [{ pathMatcher: "m", hosts: ["*"] }] },
    ],
  ])("%s", (type, path, old, today) => {
    const { records } = importDump({ "a.json": [asset(type, resource("x", path, old))] });
    const record = records.find(({ operation }) => operation.startsWith("compute."));
    expect(record?.data).toEqual(withoutKind(resource("x", path, today)));
  });

  it("what has them already is left as it is, and a self link that is missing is the asset's name", () => {
    const { selfLink, ...rest } = withoutKind(firewall);
    const { resource: _, ...named } = asset("Firewall", firewall);
    const snapshot = importDump({
      "a.json": [{ ...named, resource: { data: { ...rest, sourceRange: ["10.0.0.0/8"] } } }],
    });
    expect(dataOf(snapshot, "compute.firewalls.list")).toEqual([{ ...rest, sourceRange: ["10.0.0.0/8"], selfLink }]);
  });
});

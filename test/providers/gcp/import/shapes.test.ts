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
  project,
  recordsIn,
  resource,
  statusOf,
  subnetwork,
  withoutKind,
  zone,
  type Body,
} from "./import-dump.ts";

const firewalls = "compute.firewalls.list";

describe("the shapes that a firewall rule comes in", () => {
  const body = { kind: "compute#firewallList", id: `projects/${project}/global/firewalls`, items: [firewall] };
  const selfLink = `https://compute.example-universe.goog/compute/beta/projects/${project}/global/firewalls/allow-ssh`;
  const elsewhere = { ...firewall, selfLink };
  it.each<readonly [string, Json, Body, string]>([
    ["what gcloud lists", [firewall], firewall, "complete 1"],
    ["what gcloud lists without kind", [withoutKind(firewall)], withoutKind(firewall), "complete 1"],
    ["what gcloud describes", firewall, firewall, "skipped 1"],
    ["the body of a list", body, firewall, "complete 1"],
    ["one page of it", { ...body, nextPageToken: "x" }, firewall, "skipped 1"],
    ["its last page after the others in one file", [{ ...body, nextPageToken: "x" }, body], firewall, "complete 1"],
    ["lists under names of one's own", { [project]: { rules: [firewall] } }, firewall, "complete 1"],
    ["lists gathered by collection", { firewalls: [firewall], networks: [network] }, firewall, "complete 1"],
    ["assets", [asset("Firewall", firewall), asset("Network", network)], withoutKind(firewall), "complete 1"],
    [
      "a list body of assets",
      { readTime: "x", assets: [asset("Firewall", firewall)] },
      withoutKind(firewall),
      "complete 1",
    ],
    [
      "one page of assets",
      { assets: [asset("Firewall", firewall)], nextPageToken: "x" },
      withoutKind(firewall),
      "skipped 1",
    ],
    ["one asset", asset("Firewall", firewall), withoutKind(firewall), "skipped 1"],
    [
      "an export as JSON Lines",
      [exportedAsset("Firewall", firewall), exportedAsset("Network", network)]
        .map((line) => JSON.stringify(line))
        .join("\n"),
      withoutKind(firewall),
      "complete 1",
    ],
    ["another universe", [elsewhere], elsewhere, "complete 1"],
  ])("%s", (_name, value, record, status) => {
    const snapshot = importDump({ "some-name.json": value });
    expect(dataOf(snapshot, firewalls)).toEqual([record]);
    expect(snapshot.records.find(({ operation }) => operation === firewalls)).toMatchObject({
      cloud: "gcp",
      account: project,
      region: "global",
    });
    expect(statusOf(snapshot, firewalls)).toBe(status);
    expect(snapshot.used).toEqual(["some-name.json"]);
  });
});

describe("listings of every scope", () => {
  const operation = "compute.instances.aggregatedList";
  const scopes = {
    "zones/us-east1-b": { warning: { code: "NO_RESULTS_ON_PAGE", message: "none" } },
    [`zones/${zone}`]: { instances: [instance] },
  };
  const body = { kind: "compute#instanceAggregatedList", id: `projects/${project}/aggregated/instances` };
  it.each<readonly [string, Body, string]>([
    ["scopes without results are nothing", { ...body, items: scopes }, "complete 1"],
    [
      "a scope that did not answer is a gap",
      { ...body, items: { ...scopes, "zones/us-east1-c": { warning: { code: "UNREACHABLE" } } } },
      "unreachable 1",
    ],
    ["a body may say so for all", { ...body, items: scopes, unreachables: ["zones/us-east1-c"] }, "unreachable 1"],
    [
      "a body of nothing but warnings is whole",
      { ...body, items: { "zones/us-east1-b": scopes["zones/us-east1-b"] ?? {} } },
      "complete 0",
    ],
    ["a body without items is whole", body, "complete 0"],
    [
      "one zone is a part",
      { kind: "compute#instanceList", id: `projects/${project}/zones/${zone}/instances`, items: [instance] },
      "skipped 1",
    ],
    ["a page is a part", { ...body, items: scopes, nextPageToken: "x" }, "skipped 1"],
  ])("%s", (_name, value, status) => {
    expect(statusOf(importDump({ "x.json": value }), operation)).toBe(status);
  });

  it("the gap names the scope", () => {
    const value = { ...body, items: { ...scopes, "zones/us-east1-c": { warning: { code: "UNREACHABLE" } } } };
    const row = importDump({ "x.json": value }).coverage.find((each) => each.operation === operation);
    expect(row?.gaps).toEqual([
      {
        request: { scope: "zones/us-east1-c (UNREACHABLE)" },
        status: "unreachable",
        error: expect.stringContaining("zones/us-east1-c"),
      },
    ]);
  });
});

describe("what each kind of resource becomes", () => {
  const kinds: readonly (readonly [kind: string, path: string, operation: string])[] = [
    ["network", "global/networks/n", "compute.networks.list"],
    ["subnetwork", "regions/r/subnetworks/n", "compute.subnetworks.aggregatedList"],
    ["route", "global/routes/n", "compute.routes.list"],
    ["forwardingRule", "global/forwardingRules/n", "compute.forwardingRules.aggregatedList"],
    ["forwardingRule", "regions/r/forwardingRules/n", "compute.forwardingRules.aggregatedList"],
    ["targetPool", "regions/r/targetPools/n", "compute.targetPools.aggregatedList"],
    ["targetInstance", "zones/z/targetInstances/n", "compute.targetInstances.aggregatedList"],
    ["targetHttpProxy", "global/targetHttpProxies/n", "compute.targetHttpProxies.aggregatedList"],
    ["targetHttpsProxy", "regions/r/targetHttpsProxies/n", "compute.targetHttpsProxies.aggregatedList"],
    ["targetTcpProxy", "global/targetTcpProxies/n", "compute.targetTcpProxies.aggregatedList"],
    ["targetSslProxy", "global/targetSslProxies/n", "compute.targetSslProxies.list"],
    ["urlMap", "global/urlMaps/n", "compute.urlMaps.aggregatedList"],
    ["backendService", "global/backendServices/n", "compute.backendServices.aggregatedList"],
    ["securityPolicy", "global/securityPolicies/n", "compute.securityPolicies.aggregatedList"],
    ["instanceGroup", "zones/z/instanceGroups/n", "compute.instanceGroups.aggregatedList"],
    ["networkEndpointGroup", "zones/z/networkEndpointGroups/n", "compute.networkEndpointGroups.aggregatedList"],
    ["router", "regions/r/routers/n", "compute.routers.aggregatedList"],
    ["firewallPolicy", "global/firewallPolicies/n", "compute.networkFirewallPolicies.aggregatedList"],
    ["firewallPolicy", "regions/r/firewallPolicies/n", "compute.networkFirewallPolicies.aggregatedList"],
    ["project", "", "compute.projects.get"],
  ];
  it.each(kinds)("%s %s", (kind, path, operation) => {
    const body = { ...resource(kind, path), selfLink: link(path).replace(/\/$/, "") };
    const snapshot = importDump({ "x.json": [body] });
    expect(recordsIn(snapshot)).toEqual([`${operation} ${project}`]);
    expect(dataOf(snapshot, operation)).toEqual([body]);
    expect(statusOf(snapshot, operation)).toBe("complete 1");
  });

  it("an empty list of each collection is told by its file", () => {
    const names: Readonly<Record<string, string>> = {
      "firewall-rules": firewalls,
      "compute-networks-subnets-list": "compute.subnetworks.aggregatedList",
      "instance-groups": "compute.instanceGroups.aggregatedList",
      forwardingRules: "compute.forwardingRules.aggregatedList",
      "network-firewall-policies": "compute.networkFirewallPolicies.aggregatedList",
      "target-https-proxies": "compute.targetHttpsProxies.aggregatedList",
      "address-groups": "networksecurity.projects.locations.addressGroups.list",
    };
    const files = Object.keys(names).map((name) => [`dump/${name}.json`, []] as const);
    const snapshot = importDump({ "dump/networks.json": [network], ...Object.fromEntries(files) });
    expect(Object.values(names).map((operation) => statusOf(snapshot, operation))).toEqual(
      files.map(() => "complete 0"),
    );
    expect(statusOf(snapshot, "compute.instances.aggregatedList")).toBe("skipped 0");
  });

  it.each<readonly [string, Body, string, string]>([
    [
      "routers.json",
      { kind: "compute#routerAggregatedList", items: {} },
      "compute.routers.aggregatedList",
      "complete 0",
    ],
    ["routers.json", { kind: "compute#routerList", items: [] }, "compute.routers.aggregatedList", "skipped 0"],
    ["x.json", { kind: "compute#firewallList" }, firewalls, "complete 0"],
    [
      "x.json",
      { kind: "compute#targetHttpProxyAggregatedList" },
      "compute.targetHttpProxies.aggregatedList",
      "complete 0",
    ],
    [
      "x.json",
      { kind: "compute#networkFirewallPolicyAggregatedList" },
      "compute.networkFirewallPolicies.aggregatedList",
      "complete 0",
    ],
  ])("%s: a body that names no project is the folder's: %o", (file, body, operation, status) => {
    expect(statusOf(importDump({ "dump/networks.json": [network], [`dump/${file}`]: body }), operation)).toBe(status);
  });

  it("an empty list in a folder of no known project is left alone", () => {
    const snapshot = importDump({ "a/networks.json": [network], "b/instances.json": [] });
    expect(statusOf(snapshot, "compute.instances.aggregatedList")).toBe("skipped 0");
    expect(snapshot.used).toEqual(["a/networks.json"]);
    expect(snapshot.notes.join()).toMatch(/nothing tells whose b\/instances\.json is/);
  });
});

describe("what is left alone", () => {
  it.each<readonly [string, Json]>([
    ["another cloud's answer", { SecurityGroups: [], Instances: [{ InstanceId: "i-1" }] }],
    ["a list of anything", [1, null, "x", [[]]]],
    ["a resource of a kind that is not read", [resource("disk", `zones/${zone}/disks/d`)]],
    [
      "a resource of another API",
      [{ selfLink: "https://www.googleapis.com/storage/v1/b/bucket", kind: "storage#bucket" }],
    ],
    ["a project that cannot be one", [resource("firewall", "global/firewalls/f", {}, "../etc")]],
    ["what an asset was before", { priorAsset: asset("Firewall", firewall) }],
    ["a part of another resource", { kind: "compute#instanceTemplate", properties: { made: [firewall] } }],
    ["a project that no project is called", [resource("firewall", "global/firewalls/f", {}, "Not_A_Project")]],
  ])("%s", (_name, value) => {
    expect(importDump({ "x.json": value })).toMatchObject({ used: [], records: [], targets: [], coverage: [] });
  });

  it("and counted beside what is used", () => {
    const snapshot = importDump({ "x.json": [firewall, resource("disk", `zones/${zone}/disks/d`)] });
    expect(snapshot.notes).toEqual(["x.json: 1 of its 2 items are of kinds that Rampart does not read."]);
    expect(statusOf(snapshot, firewalls)).toBe("complete 1");
  });
});

describe("secrets", () => {
  const metadata = { kind: "compute#metadata", fingerprint: "x", items: [{ key: "ssh-keys", value: "hunter2" }] };
  it.each<readonly [string, Json]>([
    ["an instance", [{ ...instance, metadata }]],
    ["an instance of an old export", [asset("Instance", { ...instance, metadata: { item: metadata.items } })]],
    [
      "a project",
      [{ ...resource("project", ""), selfLink: link("").replace(/\/$/, ""), commonInstanceMetadata: metadata }],
    ],
    [
      "a host project",
      {
        ...resource("project", "", {}, "host"),
        name: "host",
        selfLink: link("", "host").replace(/\/$/, ""),
        commonInstanceMetadata: metadata,
      },
    ],
  ])("%s keeps the keys of its metadata, and no value", (_name, value) => {
    const snapshot = importDump({
      [`${project}/networks.json`]: [network],
      [`${project}/get-host-project.json`]: value,
    });
    const text = JSON.stringify(snapshot);
    expect(text).toContain("ssh-keys");
    expect(text).not.toContain("hunter2");
  });
});

describe("two descriptions of one resource", () => {
  it("in the same words are one record, whatever the tool", () => {
    const snapshot = importDump({
      "a.json": [firewall],
      "b.json": [asset("Firewall", firewall)],
      "c.json": [firewall],
    });
    expect(dataOf(snapshot, firewalls)).toEqual([firewall]);
    expect(snapshot.notes).toEqual([]);
  });

  it("in other words: the later counts, and that is said", () => {
    const later = { ...firewall, disabled: true };
    const snapshot = importDump({ "a.json": [firewall], "b.json": [later] });
    expect(dataOf(snapshot, firewalls)).toEqual([later]);
    expect(snapshot.notes).toEqual([
      `b.json describes projects/${project}/global/firewalls/allow-ssh differently from another answer; the later one counts.`,
    ]);
  });
});

it("a network and its subnetworks in two projects are two targets", () => {
  const other = resource("network", "global/networks/web", {}, "shop-test");
  const snapshot = importDump({ "a.json": [network, other], "b.json": [subnetwork] });
  expect(snapshot.targets.map(({ account, status }) => [account, status])).toEqual([
    [project, "scanned"],
    ["shop-test", "scanned"],
  ]);
});

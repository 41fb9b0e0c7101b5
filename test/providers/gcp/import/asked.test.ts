import { describe, expect, it } from "vitest";
import type { Json } from "../../../../src/model/finding.ts";
import {
  dataOf,
  firewall,
  id,
  importDump,
  instance,
  link,
  network,
  number,
  project,
  resource,
  rowOf,
  statusOf,
  subnetwork,
  zone,
  type Body,
} from "./import-dump.ts";

const effective = "compute.networks.getEffectiveFirewalls";
const regional = "compute.regionNetworkFirewallPolicies.getEffectiveFirewalls";
const web = `projects/${project}/global/networks/web`;
const second = resource("network", "global/networks/web-2");
const policies = { firewallPolicys: [{ type: "HIERARCHY", name: "7", rules: [] }] };
const estate = {
  "networks.json": [network, second],
  "subnets.json": [subnetwork],
  "instances.json": [instance],
};

function requestsOf(files: Readonly<Record<string, Json>>, operation: string): readonly unknown[] {
  return importDump(files)
    .records.filter((record) => record.operation === operation)
    .map(({ request }) => request);
}

describe("what is in force on a network", () => {
  it.each<readonly [string, string, Body]>([
    ["its rules", "x.json", { firewalls: [firewall], ...policies }],
    ["a member beside it, as a link", "x.json", { ...policies, network: link("global/networks/web") }],
    ["a member beside it, as a name", "x.json", { ...policies, network: "web" }],
    ["the file", "effective-firewalls-web.json", policies],
    ["the folder", "effective/web/x.json", policies],
    ["the path of the request", "projects-shop-prod-global-networks-web-getEffectiveFirewalls.json", policies],
    ["the percent-encoded path of the request", "projects%2Fshop-prod%2Fglobal%2Fnetworks%2Fweb.json", policies],
    ["the file of an answer that has nothing", "effective-firewalls-web.json", {}],
  ])("has the network of %s", (_name, file, body) => {
    const { network: _, ...data } = body;
    const snapshot = importDump({ ...estate, [file]: body });
    expect(dataOf(snapshot, effective)).toEqual([data]);
    expect(requestsOf({ ...estate, [file]: body }, effective)).toEqual([{ network: web }]);
    expect(snapshot.notes).toEqual([]);
  });

  it.each<readonly [string, string, Body, RegExp]>([
    ["nothing", "x.json", policies, /x\.json does not name its network: put it into/],
    ["two names", "effective-other.json", policies, /does not name its network/],
    ["an instance", "instances-effective-firewalls-vm.json", policies, /seems to be about one instance/],
  ])("is not placed by %s, and that is said", (_name, file, body, note) => {
    const snapshot = importDump({ ...estate, [file]: body });
    expect(dataOf(snapshot, effective)).toEqual([]);
    expect(snapshot.notes.join(" ")).toMatch(note);
  });

  it.each<readonly [string, string, Body]>([
    ["the file", "effective-firewalls-web-europe-west1.json", policies],
    ["a member beside it", "effective-firewalls-web.json", { ...policies, region: "europe-west1" }],
    ["a link beside it", "effective-firewalls-web.json", { ...policies, region: link("regions/europe-west1") }],
  ])("is that of a region when %s names one", (_name, file, body) => {
    expect(requestsOf({ ...estate, [file]: body }, regional)).toEqual([{ network: web, region: "europe-west1" }]);
    expect(requestsOf({ ...estate, [file]: body }, effective)).toEqual([]);
  });

  it("a network of a host project is answered for the projects that use it", () => {
    const host = resource("network", "global/networks/shared", {}, "net-host");
    const subnet = resource("subnetwork", "regions/europe-west1/subnetworks/s", {
      network: host["selfLink"] ?? null,
      region: link("regions/europe-west1"),
    });
    const snapshot = importDump({ "n.json": [network], "s.json": [subnet], "effective-shared.json": policies });
    const records = snapshot.records.filter(({ operation }) => operation === effective);
    expect(records.map(({ account, request }) => [account, request?.["network"]])).toEqual([
      [project, "projects/net-host/global/networks/shared"],
    ]);
    expect(rowOf(snapshot, effective)?.gaps).toEqual([expect.objectContaining({ request: { network: web } })]);
  });

  it("an answer that nothing in the dump gave rise to is kept in its network's project", () => {
    const snapshot = importDump({ "x.json": { firewalls: [firewall] } });
    expect(snapshot.records).toEqual([
      {
        cloud: "gcp",
        account: project,
        region: "global",
        operation: effective,
        request: { network: web },
        data: { firewalls: [firewall] },
      },
    ]);
    expect(rowOf(snapshot, effective)).toMatchObject({ status: "skipped", items: 1 });
  });

  it("is complete when every network has its answer and all that leads to networks is whole", () => {
    const file = "effective-firewalls-web.json";
    const { "networks.json": _, ...others } = estate;
    expect(statusOf(importDump({ ...others, "networks.json": [network], [file]: policies }), effective)).toBe(
      "complete 1",
    );
    expect(statusOf(importDump({ ...estate, [file]: policies }), effective)).toBe("skipped 1");
    const lacking = importDump({ "networks.json": [network], [file]: policies });
    expect(rowOf(lacking, effective)?.error).toMatch(
      /not in the dump whole: compute\.subnetworks\.aggregatedList, compute\.instances\.aggregatedList/,
    );
  });
});

describe("members of groups", () => {
  const group = resource("instanceGroup", `zones/${zone}/instanceGroups/pool`);
  const byRegion = resource("instanceGroup", "regions/europe-west1/instanceGroups/pool-eu");
  const backends = resource("backendService", "global/backendServices/b", {
    backends: [{ group: group["selfLink"] ?? null }, { group: byRegion["selfLink"] ?? null }],
  });
  const member = { instance: instance["selfLink"] ?? null, status: "RUNNING", namedPorts: [] };
  const body = {
    kind: "compute#instanceGroupsListInstances",
    id: `projects/${project}/zones/${zone}/instanceGroups/pool`,
    items: [member],
  };
  it.each<readonly [string, string, Json, string, string]>([
    ["what gcloud lists", "list-instances-pool.json", [member], "instanceGroups", "pool"],
    ["what gcloud lists of a region", "list-instances-pool-eu.json", [member], "regionInstanceGroups", "pool-eu"],
    ["the body, which names its group", "x.json", body, "instanceGroups", "pool"],
    ["a member beside the list", "x.json", { group: "pool", items: [member] }, "instanceGroups", "pool"],
  ])("%s", (_name, file, value, collection, name) => {
    const files = { "groups.json": [group, byRegion], "backends.json": [backends], [file]: value };
    const operation = `compute.${collection}.listInstances`;
    expect(requestsOf(files, operation)).toEqual([{ group: expect.stringMatching(`/${name}$`) }]);
    expect(dataOf(importDump(files), operation)).toEqual([member]);
    expect(statusOf(importDump(files), operation)).toBe("complete 1");
  });

  it("a list that names nothing is that of the only group in its members' zone", () => {
    const elsewhere = resource("instanceGroup", "zones/us-east1-b/instanceGroups/far");
    const files = { "groups.json": [group, elsewhere], "x.json": [member] };
    expect(requestsOf(files, "compute.instanceGroups.listInstances")).toEqual([
      { group: expect.stringMatching(/pool$/) },
    ]);
    const near = resource("instanceGroup", `zones/${zone}/instanceGroups/near`);
    expect(requestsOf({ ...files, "n.json": [near] }, "compute.instanceGroups.listInstances")).toEqual([]);
  });

  it("pages of one file are one answer, and not all of it while one is missing", () => {
    const operation = "compute.instanceGroups.listInstances";
    const first = { ...body, nextPageToken: "t" };
    const last = { ...body, items: [{ ...member, status: "STOPPED" }] };
    const pages = (list: readonly Body[]) =>
      importDump({ "b.json": [backends], "p.json": list.map((page) => JSON.stringify(page)).join("\n") });
    expect(statusOf(pages([first, last]), operation)).toBe("complete 2");
    expect(statusOf(pages([first]), operation)).toBe("skipped 1");
  });

  it("a group without members is answered by an empty list of its name", () => {
    const files = { "backends.json": [backends], "list-instances-pool.json": [] };
    expect(statusOf(importDump(files), "compute.instanceGroups.listInstances")).toBe("complete 0");
    expect(statusOf(importDump(files), "compute.regionInstanceGroups.listInstances")).toBe("skipped 0");
  });

  it("endpoints", () => {
    const neg = resource("networkEndpointGroup", `zones/${zone}/networkEndpointGroups/neg`, {
      networkEndpointType: "GCE_VM_IP_PORT",
    });
    const endpoint = { networkEndpoint: { instance: "vm-1", ipAddress: "10.0.0.2", port: 8080 } };
    const files = { "negs.json": [neg], "neg/endpoints.json": [endpoint] };
    const operation = "compute.networkEndpointGroups.listNetworkEndpoints";
    expect(requestsOf(files, operation)).toEqual([
      { group: `projects/${project}/zones/${zone}/networkEndpointGroups/neg` },
    ]);
    expect(statusOf(importDump(files), operation)).toBe("complete 1");
  });
});

describe("effective tags", () => {
  const operation = "cloudresourcemanager.effectiveTags.list";
  const tag = { tagValue: "tagValues/1", namespacedTagValue: "1/env/prod", tagKey: "tagKeys/1", inherited: false };
  const rule = { priority: 1, targetSecureTags: [{ name: "tagValues/1" }] };
  const policy = resource("firewallPolicy", "global/firewallPolicies/p", { rules: [rule] });
  const files = {
    ...estate,
    "networks.json": [network],
    "projects.json": [{ projectId: project, projectNumber: number }],
    "policies.json": [policy],
  };
  const expected = {
    parent: `//compute.googleapis.com/projects/${number}/zones/${zone}/instances/${id}`,
    instance: `projects/${project}/zones/${zone}/instances/vm-1`,
  };
  it.each<readonly [string, string, Json]>([
    ["the instance's name", "tags-bindings-vm-1.json", [tag]],
    ["the instance's number", `tags-${id}.json`, [tag]],
    ["the parent beside the list", "x.json", { effectiveTags: [tag], parent: expected.parent }],
  ])("are told by %s", (_name, file, value) => {
    expect(requestsOf({ ...files, [file]: value }, operation)).toEqual([expected]);
  });

  it("nothing is asked where no rule goes by tags", () => {
    const { "policies.json": _, ...others } = files;
    const quiet = { ...others, "policies.json": [{ ...policy, rules: [] }] };
    expect(rowOf(importDump(quiet), operation)?.gaps).toBeUndefined();
    expect(rowOf(importDump(files), operation)).toMatchObject({ status: "skipped", items: 0 });
  });

  it("a binding of a tag is no effective tag", () => {
    const binding = { ...tag, parent: expected.parent, name: "tagBindings/x" };
    expect(requestsOf({ ...files, "tags-bindings-vm-1.json": [binding] }, operation)).toEqual([]);
  });
});

describe("policies", () => {
  const list = "compute.firewallPolicies.list";
  const get = "compute.firewallPolicies.get";
  const listed: Body = {
    kind: "compute#firewallPolicy",
    id: "7",
    name: "7",
    parent: "organizations/1",
    selfLink: "https://www.googleapis.com/compute/v1/locations/global/firewallPolicies/7",
  };
  const described = { ...listed, rules: [{ priority: 1, action: "deny" }] };

  it("a description has the rules that the listing left out", () => {
    const snapshot = importDump({ "list.json": [listed], "policy.json": described });
    expect(dataOf(snapshot, list)).toEqual([listed]);
    expect(dataOf(snapshot, get)).toEqual([described]);
    expect(statusOf(snapshot, list, "organizations/1")).toBe("complete 1");
    expect(statusOf(snapshot, get, "organizations/1")).toBe("complete 1");
    expect(snapshot.notes).toEqual([]);
  });

  it("without it the rules are lacking", () => {
    expect(statusOf(importDump({ "list.json": [listed] }), get, "organizations/1")).toBe("skipped 0");
    expect(statusOf(importDump({ "list.json": [described] }), get, "organizations/1")).toBe("complete 0");
  });

  it.each([
    ["compute.networkFirewallPolicies.get", "global/firewallPolicies/p"],
    ["compute.regionNetworkFirewallPolicies.get", "regions/r/firewallPolicies/p"],
  ])("of networks: %s", (operation, path) => {
    const plain = resource("firewallPolicy", path);
    const snapshot = importDump({ "list.json": [plain], "policy.json": { ...plain, rules: [{ priority: 1 }] } });
    expect(statusOf(snapshot, operation)).toBe("complete 1");
  });

  it.each([
    ["the file", "firewall-policies-organizations-1.json"],
    ["the folder", "organizations/1/policies.json"],
  ])("one that does not say whose it is is told by %s", (_name, file) => {
    const { parent: _parent, ...orphan } = listed;
    const snapshot = importDump({ "o.json": { name: "organizations/1", displayName: "x" }, [file]: [orphan] });
    expect(dataOf(snapshot, list)).toEqual([orphan]);
  });

  it("one of nobody is said", () => {
    const { parent: _parent, ...orphan } = listed;
    const snapshot = importDump({ "x/firewalls.json": [firewall], "policies.json": [orphan] });
    expect(snapshot.notes.join()).toMatch(
      /nothing tells whose policies\.json is\. Name the file or its folder after the organization or folder/,
    );
  });
});

it("the host project of a project is told by the name of the file", () => {
  const host = { kind: "compute#project", name: "net-host", selfLink: link("", "net-host").replace(/\/$/, "") };
  const snapshot = importDump({ "n.json": [network], [`get-host-project-${project}.json`]: host });
  expect(dataOf(snapshot, "compute.projects.getXpnHost")).toEqual([host]);
  expect(statusOf(snapshot, "compute.projects.getXpnHost")).toBe("complete 1");
  expect(
    statusOf(
      importDump({ "n.json": [network], [`get-host-project-${project}.json`]: {} }),
      "compute.projects.getXpnHost",
    ),
  ).toBe("complete 1");
});

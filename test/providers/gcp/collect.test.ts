import { describe, expect, it } from "vitest";

import { demoGcpEstate } from "../../../lab/gcp/demo-estate.ts";
import type { GcpEstate } from "../../../lab/gcp/estate.ts";
import { kindOf } from "../../../src/providers/gcp/operation.ts";
import { gcpOperations } from "../../../src/providers/gcp/operations.ts";
import { collectFrom, recordsOf, rowOf, withLab } from "./collecting.ts";
import { folder, held, host, inner, main, mainInstances, organization, secret, smallEstate } from "./small-estate.ts";

const only = { projects: [main] };
const effective = "compute.networks.getEffectiveFirewalls";
const regional = "compute.regionNetworkFirewallPolicies.getEffectiveFirewalls";
const tags = "cloudresourcemanager.effectiveTags.list";

function inAnyOrder(items: readonly object[]): readonly string[] {
  return items.map((item) => JSON.stringify(item)).toSorted();
}

describe("collectGcp", async () => {
  const { snapshot, requests } = await withLab(smallEstate, {}, async (lab) => ({
    snapshot: await collectFrom(lab),
    requests: [...lab.requests],
  }));

  it.each(Object.entries(held))("reads every page of %s, verbatim", (operation, items) => {
    const read = recordsOf(snapshot, operation).filter(({ account }) => account !== host);
    expect(inAnyOrder(read.map(({ data }) => data))).toEqual(inAnyOrder(items));
    const rows = snapshot.coverage.filter((row) => row.operation === operation && row.account !== host);
    expect(rows.map(({ status, error }) => [status, error])).toEqual(rows.map(() => ["complete", null]));
    expect(rows.reduce((sum, row) => sum + row.items, 0)).toBe(items.length);
  });

  it.each([main, host, folder, inner, organization])(
    "leaves exactly one coverage row per operation on %s",
    (account) => {
      const rows = snapshot.coverage.filter((row) => row.account === account).map(({ operation }) => operation);
      const kind = kindOf(account);
      const asked = gcpOperations.filter(
        ({ on, ask }) => on.includes(kind) && !["connecting", "within"].includes(ask.how),
      );
      const own = { project: "projects", folder: "folders", organization: "organizations" }[kind];
      expect(rows.toSorted()).toEqual([...asked.map(({ id }) => id), `cloudresourcemanager.${own}.get`].toSorted());
    },
  );

  it("tells what holds in each network once, those that a host lends among them, and which it was asked about", () => {
    const asked = recordsOf(snapshot, effective, main).map(({ request }) => request);
    expect(inAnyOrder(asked.map((request) => request ?? {}))).toEqual(
      inAnyOrder([
        { network: `projects/${main}/global/networks/networks-a` },
        { network: `projects/${main}/global/networks/networks-b` },
        { network: `projects/${main}/global/networks/networks-c` },
        { network: `projects/${host}/global/networks/shared` },
      ]),
    );
    expect(recordsOf(snapshot, regional, main).map(({ request }) => request)).toEqual(
      expect.arrayContaining([
        { network: `projects/${main}/global/networks/networks-a`, region: "europe-west1" },
        { network: `projects/${main}/global/networks/networks-a`, region: "us-central1" },
        { network: `projects/${host}/global/networks/shared`, region: "europe-west4" },
      ]),
    );
    expect(recordsOf(snapshot, regional, main)).toHaveLength(3);
  });

  it("asks for the tags of instances by number, where a rule goes by tags", () => {
    const asked = recordsOf(snapshot, tags, main).map(({ request }) => request);
    expect(asked).toHaveLength(3 * mainInstances.length);
    for (const { id, selfLink } of mainInstances) {
      const path = selfLink.slice(selfLink.indexOf("projects/"));
      const zone = path.split("/")[3] ?? "";
      const parent = `//compute.googleapis.com/projects/111111111111/zones/${zone}/instances/${typeof id === "string" ? id : "?"}`;
      expect(asked).toContainEqual({ parent, instance: path });
    }
    expect(requests.filter(({ operation, account }) => operation === tags && account === host)).toEqual([]);
  });

  it("asks for the members of what balances load, and of nothing else", () => {
    const groups = [
      ...recordsOf(snapshot, "compute.instanceGroups.listInstances"),
      ...recordsOf(snapshot, "compute.regionInstanceGroups.listInstances"),
      ...recordsOf(snapshot, "compute.networkEndpointGroups.listNetworkEndpoints"),
    ].map(({ request }) => request?.["group"] ?? "");
    expect([...new Set(groups)].toSorted()).toEqual([
      `projects/${main}/regions/europe-west1/instanceGroups/regional`,
      `projects/${main}/zones/europe-west1-b/instanceGroups/instancegroups-a`,
      `projects/${main}/zones/europe-west1-b/instanceGroups/instancegroups-b`,
      `projects/${main}/zones/europe-west1-b/instanceGroups/instancegroups-c`,
      `projects/${main}/zones/europe-west1-b/networkEndpointGroups/networkendpointgroups-a`,
      `projects/${main}/zones/europe-west1-b/networkEndpointGroups/networkendpointgroups-c`,
      `projects/${main}/zones/us-central1-a/networkEndpointGroups/networkendpointgroups-b`,
    ]);
  });

  it("keeps an answer that says nothing: that a project has no host is told by an empty one", () => {
    const hosts = recordsOf(snapshot, "compute.projects.getXpnHost");
    expect(hosts.map(({ account, data }) => [account, data["name"]])).toEqual(
      expect.arrayContaining([
        [main, host],
        [host, undefined],
      ]),
    );
  });

  it("tells what happens as it happens", () => {
    const { events } = snapshot;
    expect(events).toContainEqual({ kind: "targets", cloud: "gcp", found: 5 });
    const started = events.filter(({ kind }) => kind === "operation-started");
    expect(events.filter(({ kind }) => kind === "operation-ended")).toHaveLength(started.length);
    expect(events).toContainEqual({ kind: "target-ended", target: { cloud: "gcp", account: main, region: "global" } });
  });

  it("leaves neither what people keep in metadata nor a token in the snapshot", () => {
    const instances = recordsOf(snapshot, "compute.instances.aggregatedList", main);
    expect(instances.map(({ data }) => data["metadata"])).toEqual(
      instances.map(() => ({ kind: "compute#metadata", fingerprint: "f=", items: [{ key: "ssh-keys" }] })),
    );
    expect(JSON.stringify(snapshot)).not.toMatch(/ya29|Bearer|PRIVATE KEY|SECRET/);
    expect(JSON.stringify(snapshot)).not.toContain(secret);
    for (const { operation, path } of requests) {
      if (operation === "compute.projects.get") expect(path).toContain("fields=kind%2Cid%2Cname");
    }
  });
});

describe("rules that go by no tags", () => {
  it("have nobody asked for the tags of instances", async () => {
    const resources = (smallEstate.projects[0]?.resources ?? []).map((resource) =>
      resource["rules"] === undefined
        ? resource
        : Object.assign({}, resource, { rules: [{ priority: 1, targetSecureTags: [] }] }),
    );
    const [first] = smallEstate.projects;
    const estate = { ...smallEstate, organizations: [], folders: [], projects: first ? [{ ...first, resources }] : [] };
    const { snapshot, asked } = await withLab(estate, {}, async (lab) => ({
      snapshot: await collectFrom(lab, only),
      asked: lab.requests.filter(({ operation }) => operation === tags).length,
    }));
    expect(recordsOf(snapshot, "compute.instances.aggregatedList")).toHaveLength(3);
    expect(rowOf(snapshot, tags)).toMatchObject({ items: 0 });
    expect(asked).toBe(0);
  });
});

describe("what goes wrong", () => {
  it("says which permission is missing, and skips what rests on it", async () => {
    const faults = [{ operation: "compute.instances.aggregatedList", kind: "access-denied" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, only));
    expect(rowOf(snapshot, "compute.instances.aggregatedList")).toMatchObject({
      status: "denied",
      error: "denied (forbidden); it needs the permission compute.instances.list",
    });
    expect(rowOf(snapshot, effective)).toMatchObject({
      status: "skipped",
      items: 3,
      error: "compute.instances.aggregatedList was not read whole (denied)",
    });
    expect(rowOf(snapshot, "compute.routes.list")?.status).toBe("complete");
  });

  it("names the network that could not be read when others could", async () => {
    const estate = denying(smallEstate, host, [effective]);
    const snapshot = await withLab(estate, {}, (lab) => collectFrom(lab, only));
    const row = rowOf(snapshot, effective, main);
    expect(row).toMatchObject({ status: "denied", error: expect.stringContaining("1 of 4 requests") });
    expect(row?.gaps).toEqual([
      {
        request: { network: `projects/${host}/global/networks/shared` },
        status: "denied",
        error: expect.stringContaining("compute.networks.getEffectiveFirewalls"),
      },
    ]);
  });

  it("misses nothing when what was listed is deleted before it is asked about", async () => {
    const operation = "compute.networkEndpointGroups.listNetworkEndpoints";
    const faults = [{ operation, kind: "gone" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, only));
    expect(rowOf(snapshot, operation)).toMatchObject({ status: "complete", items: 0 });
  });

  it("misses nothing when a network is deleted before it is asked about in a region", async () => {
    const operation = "compute.regionNetworkFirewallPolicies.getEffectiveFirewalls";
    const faults = [{ operation, kind: "gone" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, only));
    // What the host project has may be hidden instead.
    const gaps = rowOf(snapshot, operation, main)?.gaps;
    expect([...new Set(gaps?.map(({ request }) => request["network"]))]).toEqual([
      `projects/${host}/global/networks/shared`,
    ]);
  });

  it("does not take a network of another project that is said not to be there for deleted", async () => {
    const faults = [{ operation: effective, kind: "gone" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, only));
    expect(rowOf(snapshot, effective, main)).toMatchObject({
      status: "denied",
      gaps: [
        {
          request: { network: `projects/${host}/global/networks/shared` },
          status: "denied",
          error: "not found, or the credentials may not know of it (notFound)",
        },
      ],
    });
  });

  it("says which scope could not be reached, and keeps what was read", async () => {
    const operation = "compute.instances.aggregatedList";
    const estate = {
      ...smallEstate,
      projects: smallEstate.projects.map((project) =>
        project.id === main ? { ...project, unreachable: ["zones/us-central1-a"] } : project,
      ),
    };
    const snapshot = await withLab(estate, {}, (lab) => collectFrom(lab, only));
    expect(rowOf(snapshot, operation)).toMatchObject({
      status: "unreachable",
      items: 2,
      error: expect.stringMatching(/^zones\/us-central1-a could not be reached, so that what lies there is missing$/),
    });
    expect(rowOf(snapshot, effective)?.status).toBe("skipped");
  });

  it("knows of a project that an API that is switched off in it holds nothing there", async () => {
    const estate = {
      ...smallEstate,
      projects: smallEstate.projects.map((project) =>
        project.id === main ? { ...project, disabledApis: ["compute.googleapis.com"] } : project,
      ),
    };
    const snapshot = await withLab(estate, {}, (lab) => collectFrom(lab, only));
    const rows = snapshot.coverage.filter(
      ({ account, operation }) => account === main && operation.startsWith("compute."),
    );
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(["disabled"]));
  });

  it.each([
    ["for a moment, and asks again", 0, "complete", [429, 200, 200]],
    ["for longer than a call may take, and gives up at once", 3600, "throttled", [429]],
  ] as const)("waits when Retry-After asks %s", async (_what, retryAfterSeconds, status, sent) => {
    const operation = "compute.routes.list";
    const faults = [{ operation, kind: "throttled", times: 1, retryAfterSeconds }] as const;
    const { snapshot, statuses } = await withLab(smallEstate, { faults }, async (lab) => ({
      snapshot: await collectFrom(lab, only),
      statuses: lab.requests.filter((request) => request.operation === operation).map((request) => request.status),
    }));
    expect(rowOf(snapshot, operation)?.status).toBe(status);
    expect(statuses).toEqual(sent);
  });

  it.each([
    ["repeated-token", /the answer is a page (?:whose token leads back to it|that was read before)/],
    ["redirect", /an answer that is not expected: 302/],
    ["malformed", /^the answer is an HTML page$/],
    ["wrong-shape", /^the answer is no JSON object$/],
  ] as const)("takes %s for no answer, and never follows it", async (kind, error) => {
    const operation = "compute.routes.list";
    const snapshot = await withLab(smallEstate, { faults: [{ operation, kind }] }, (lab) => collectFrom(lab, only));
    expect(rowOf(snapshot, operation)).toMatchObject({ status: "malformed", error: expect.stringMatching(error) });
  });

  it("says that a project denies something, in its own row alone", async () => {
    const estate = denying(smallEstate, host, ["compute.routes.list"]);
    const snapshot = await withLab(estate, {}, (lab) => collectFrom(lab));
    expect(rowOf(snapshot, "compute.routes.list", host)?.status).toBe("denied");
    expect(rowOf(snapshot, "compute.routes.list", main)?.status).toBe("complete");
  });

  it("does not put what is no link into a path, and says so", async () => {
    const strange = {
      ...mainInstances[0],
      name: "strange",
      selfLink: `https://www.googleapis.com/compute/v1/projects/${main}/zones/europe-west1-b/instances/strange`,
      networkInterfaces: [{ network: `projects/${main}/global/networks/../../../x?y` }, { network: 7 }],
    };
    const estate = {
      ...smallEstate,
      projects: smallEstate.projects.map((project) =>
        project.id === main ? { ...project, resources: [...(project.resources ?? []), strange] } : project,
      ),
    };
    const { snapshot, paths } = await withLab(estate, {}, async (lab) => ({
      snapshot: await collectFrom(lab, only),
      paths: lab.requests.map(({ path }) => path),
    }));
    const row = rowOf(snapshot, effective, main);
    expect(row).toMatchObject({ status: "skipped", items: 4 });
    expect(row?.gaps?.map(({ error }) => error)).toEqual([
      "it is no link to a resource of Google Cloud",
      "it is no link to a resource of Google Cloud",
    ]);
    expect(paths.filter((path) => path.includes(".."))).toEqual([]);
  });

  it("ends when it is called off, everything unasked being skipped", async () => {
    const abort = new AbortController();
    const operation = "compute.instances.aggregatedList";
    const snapshot = await withLab(smallEstate, { faults: [{ operation, kind: "timeout" }] }, (lab) => {
      setTimeout(() => abort.abort(), 800);
      return collectFrom(lab, { ...only, callTimeoutMs: 60_000 }, abort.signal);
    });
    expect(rowOf(snapshot, operation)).toMatchObject({ status: "skipped", error: "interrupted" });
    expect(rowOf(snapshot, effective)?.status).toBe("skipped");
    expect(new Set(snapshot.coverage.map(({ status }) => status))).not.toContain("unreachable");
  });

  it("asks nothing when it was called off before it began", async () => {
    const { snapshot, asked } = await withLab(smallEstate, {}, async (lab) => ({
      snapshot: await collectFrom(lab, only, AbortSignal.abort()),
      asked: lab.requests.length,
    }));
    expect(snapshot.records).toEqual([]);
    expect(snapshot.coverage.map(({ status }) => status)).toEqual(["skipped"]);
    expect(asked).toBe(0);
  });
});

describe("the estate of the demo", async () => {
  const snapshot = await withLab(demoGcpEstate, { pageSize: 3 }, (lab) => collectFrom(lab));

  it("is read without a gap", () => {
    const gaps = snapshot.coverage.filter(({ status }) => status !== "complete" && status !== "disabled");
    expect(gaps).toEqual([]);
    expect(snapshot.targets.filter(({ status }) => status === "scanned").length).toBeGreaterThan(1);
  });

  it.each(demoGcpEstate.projects.filter(({ state }) => state !== "DELETE_REQUESTED"))(
    "is read whole: $id",
    ({ id, resources = [] }) => {
      const read = new Set(
        snapshot.records.filter(({ account }) => account === id).map(({ data }) => data["selfLink"]),
      );
      expect(resources.map(({ selfLink }) => selfLink).filter((selfLink) => !read.has(selfLink))).toEqual([]);
    },
  );
});

function denying(estate: GcpEstate, account: string, denies: readonly string[]): GcpEstate {
  return {
    ...estate,
    projects: estate.projects.map((project) => (project.id === account ? { ...project, denies } : project)),
  };
}

import { describe, expect, it } from "vitest";

import { demoAzureEstate } from "../../../lab/azure/demo-estate.ts";
import { armOperations } from "../../../src/providers/azure/operations.ts";
import { collectFrom, recordsOf, rowOf, withLab } from "./collecting.ts";
import { held, main, other, smallEstate } from "./small-estate.ts";

const inSubscriptions = armOperations.filter(({ ask }) => ask.how !== "connecting").map(({ id }) => id);
const only = { subscriptions: [main] };

describe("collectAzure", async () => {
  const { snapshot, requests } = await withLab(smallEstate, {}, async (lab) => ({
    snapshot: await collectFrom(lab),
    requests: [...lab.requests],
  }));

  it.each(Object.entries(held))("reads every page of %s, verbatim", (operation, items) => {
    const read = recordsOf(snapshot, operation, main).map(({ data }) => data);
    const byId = (entries: readonly object[]): readonly string[] =>
      entries.map((data) => JSON.stringify(data)).toSorted();
    expect(byId(read)).toEqual(byId(items));
    expect(rowOf(snapshot, operation, main)).toMatchObject({ status: "complete", items: items.length, error: null });
  });

  it("has something to read for every operation", () => {
    expect(Object.keys(held).toSorted()).toEqual(inSubscriptions.toSorted());
    for (const items of Object.values(held)) expect(items.length).toBeGreaterThan(0);
  });

  it.each([main, other])("leaves exactly one coverage row per operation in subscription %s", (account) => {
    const rows = snapshot.coverage.filter((row) => row.account === account).map(({ operation }) => operation);
    expect(rows.toSorted()).toEqual([...inSubscriptions, "Microsoft.Resources/subscriptions/read"].toSorted());
  });

  it("keeps a record as it came, in its subscription and without a Region", () => {
    const [record] = recordsOf(snapshot, "Microsoft.Network/networkSecurityGroups/read", other);
    expect(record).toEqual({
      cloud: "azure",
      account: other,
      region: "global",
      operation: "Microsoft.Network/networkSecurityGroups/read",
      data: {
        id: `/subscriptions/${other}/resourceGroups/rg one/providers/Microsoft.Network/networkSecurityGroups/there`,
        name: "there",
        type: "Microsoft.Network/networkSecurityGroups",
        location: "westeurope",
        properties: { provisioningState: "Succeeded" },
      },
    });
  });

  it("asks nothing about the instances of a flexible scale set, which are machines of their own", () => {
    expect(requests.filter(({ path }) => path.includes("/uniform/")).length).toBeGreaterThan(0);
    expect(requests.filter(({ path }) => path.includes("/flexible/"))).toEqual([]);
  });

  it("asks Resource Graph about one subscription at a time, for the admin rules in force and what lies above it alone", () => {
    const bodies = requests.filter(({ method, path }) => method === "POST" && path.includes("ResourceGraph"));
    expect(bodies.map(({ subscription }) => subscription)).toEqual(expect.arrayContaining([main, other]));
    for (const { body } of bodies)
      expect(body).toMatch(
        /microsoft\.network\/effectivesecurityadminrules|resourcecontainers \| where type =~ 'microsoft/,
      );
    expect(recordsOf(snapshot, "Microsoft.ResourceGraph/resources/read").map(({ data }) => data["id"])).not.toContain(
      "/unasked",
    );
  });

  it("tells what happens as it happens", () => {
    const { events } = snapshot;
    expect(events).toContainEqual({ kind: "targets", cloud: "azure", found: 2 });
    const started = events.filter(({ kind }) => kind === "operation-started");
    expect(events.filter(({ kind }) => kind === "operation-ended")).toHaveLength(started.length);
    expect(events).toContainEqual({
      kind: "target-ended",
      target: { cloud: "azure", account: main, region: "global" },
    });
  });

  it("sends the token to nobody but Azure Resource Manager, and keeps it out of the snapshot", () => {
    expect(
      requests.filter(({ operation, signedIn }) => signedIn === ["token", "discovery"].includes(operation)),
    ).toEqual([]);
    expect(JSON.stringify(snapshot)).not.toMatch(/Bearer|eyJ|very-secret/);
  });
});

describe("what goes wrong", () => {
  it("says which permission is missing, and skips what rests on it", async () => {
    const faults = [{ operation: "Microsoft.Network/firewallPolicies/read", kind: "access-denied" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, only));
    expect(rowOf(snapshot, "Microsoft.Network/firewallPolicies/read")).toMatchObject({
      status: "denied",
      error:
        "denied (AuthorizationFailed); it needs the permission Microsoft.Network/firewallPolicies/read, which Reader has",
    });
    expect(rowOf(snapshot, "Microsoft.Network/firewallPolicies/ruleCollectionGroups/read")).toMatchObject({
      status: "skipped",
      items: 0,
      error: "Microsoft.Network/firewallPolicies/read was not read whole (denied)",
    });
    expect(rowOf(snapshot, "Microsoft.Network/routeTables/read")?.status).toBe("complete");
  });

  it("names the parents whose parts could not be read when others could", async () => {
    const operation = "Microsoft.Network/firewallPolicies/ruleCollectionGroups/read";
    const faults = [{ operation, kind: "access-denied", times: 1 }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, only));
    const row = rowOf(snapshot, operation);
    expect(row).toMatchObject({ status: "denied", error: expect.stringContaining("1 of 3 requests") });
    expect(row?.gaps).toEqual([
      {
        request: { parent: expect.stringMatching(/\/firewallPolicies\/[a-z ]+$/) },
        status: "denied",
        error: expect.stringContaining(operation),
      },
    ]);
  });

  it("misses nothing when a parent is deleted between the listing and the question", async () => {
    const operation = "Microsoft.Network/networkWatchers/flowLogs/read";
    const faults = [{ operation, kind: "gone" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, only));
    expect(rowOf(snapshot, operation)).toMatchObject({ status: "complete", items: 0 });
  });

  it("counts a provider that is not registered as known: it holds nothing", async () => {
    const faults = [{ operation: "Microsoft.Security/*", kind: "unregistered" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, only));
    expect(rowOf(snapshot, "Microsoft.Security/locations/jitNetworkAccessPolicies/read")?.status).toBe("disabled");
  });

  it.each([
    ["for a moment, and asks again", 0, "complete", [429, 200, 200]],
    ["for longer than a call may take, and gives up at once", 3600, "throttled", [429]],
  ] as const)("waits when Retry-After asks %s", async (_what, retryAfterSeconds, status, sent) => {
    const operation = "Microsoft.Network/routeTables/read";
    const faults = [{ operation, kind: "throttled", times: 1, retryAfterSeconds }] as const;
    const { snapshot, statuses } = await withLab(smallEstate, { faults }, async (lab) => ({
      snapshot: await collectFrom(lab, only),
      statuses: lab.requests.filter((request) => request.operation === operation).map((request) => request.status),
    }));
    expect(rowOf(snapshot, operation)?.status).toBe(status);
    expect(statuses).toEqual(sent);
  });

  it.each([
    ["foreign-link", "the answer is a page whose link leads to another host"],
    ["repeated-token", /the answer is a page (?:whose token leads back to it|that was read before)/],
    ["redirect", /an answer that is not expected: 302/],
    ["malformed", "the answer is an HTML page"],
  ] as const)("takes %s for no answer, and never follows it", async (kind, error) => {
    const operation = "Microsoft.Network/routeTables/read";
    const snapshot = await withLab(smallEstate, { faults: [{ operation, kind }] }, (lab) => collectFrom(lab, only));
    expect(rowOf(snapshot, operation)).toMatchObject({
      status: "malformed",
      error: typeof error === "string" ? error : expect.stringMatching(error),
    });
  });

  it("says that a subscription denies something, in its own row alone", async () => {
    const estate = {
      ...smallEstate,
      subscriptions: smallEstate.subscriptions.map((subscription) =>
        subscription.id === other ? { ...subscription, denies: ["Microsoft.Network/routeTables/read"] } : subscription,
      ),
    };
    const snapshot = await withLab(estate, {}, (lab) => collectFrom(lab));
    expect(rowOf(snapshot, "Microsoft.Network/routeTables/read", other)?.status).toBe("denied");
    expect(rowOf(snapshot, "Microsoft.Network/routeTables/read", main)?.status).toBe("complete");
  });

  it("ends when it is called off, everything unasked being skipped", async () => {
    const abort = new AbortController();
    const operation = "Microsoft.Network/networkManagers/read";
    const snapshot = await withLab(smallEstate, { faults: [{ operation, kind: "timeout" }] }, (lab) => {
      setTimeout(() => abort.abort(), 600);
      return collectFrom(lab, { ...only, callTimeoutMs: 60_000 }, abort.signal);
    });
    expect(rowOf(snapshot, operation)).toMatchObject({ status: "skipped", error: "interrupted" });
    expect(rowOf(snapshot, "Microsoft.Network/networkManagers/networkGroups/read")?.status).toBe("skipped");
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
  const snapshot = await withLab(demoAzureEstate, { pageSize: 3 }, (lab) => collectFrom(lab));

  it("is read without a gap", () => {
    expect(snapshot.coverage.filter(({ status }) => status !== "complete")).toEqual([]);
    expect(snapshot.targets.map(({ name, status }) => [name, status])).toEqual(
      expect.arrayContaining([
        ["harbour-production", "scanned"],
        ["harbour-sandbox", "scanned"],
        ["harbour-2019", "skipped"],
      ]),
    );
  });

  it.each(demoAzureEstate.subscriptions)("is read whole and verbatim: $name", ({ id, resources, graph = [] }) => {
    const read = snapshot.records
      .filter(
        ({ account, operation }) => account === id && !/^Microsoft\.(?:Resources|Authorization)\//.test(operation),
      )
      // What the lab tells of the subscription itself.
      .filter(({ data }) => data["type"] !== "microsoft.resources/subscriptions")
      .map(({ data }) => JSON.stringify(data));
    expect(read.toSorted()).toEqual([...resources, ...graph].map((entry) => JSON.stringify(entry)).toSorted());
  });
});

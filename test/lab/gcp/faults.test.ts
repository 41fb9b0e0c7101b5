import { describe, expect, it } from "vitest";

import type { Fault } from "../../../lab/gcp/faults.ts";
import { ask, listOf, machineToken, member, pages, plainly, withLab } from "./asking.ts";
import { smallEstate } from "./small-estate.ts";

const path = "/compute/v1/projects/main/global/firewalls";
const operation = "compute.firewalls.list";
const instances = "/compute/v1/projects/main/aggregated/instances";

describe("an error to order", () => {
  it.each<[Fault["kind"], number, object]>([
    ["access-denied", 403, { errors: [{ reason: "forbidden" }], status: "PERMISSION_DENIED" }],
    ["throttled", 429, { errors: [{ reason: "rateLimitExceeded" }], status: "RESOURCE_EXHAUSTED" }],
    ["rate-limited", 403, { errors: [{ reason: "rateLimitExceeded" }], status: "PERMISSION_DENIED" }],
    ["server-error", 500, { errors: [{ reason: "backendError" }], status: "INTERNAL" }],
    ["unavailable", 503, { errors: [{ reason: "backendError" }], status: "UNAVAILABLE" }],
    ["expired-token", 401, { errors: [{ reason: "authError" }], status: "UNAUTHENTICATED" }],
    ["api-disabled", 403, { errors: [{ reason: "accessNotConfigured" }], status: "PERMISSION_DENIED" }],
    ["gone", 404, { errors: [{ reason: "notFound" }], status: "NOT_FOUND" }],
    ["precondition", 400, { errors: [{ reason: "invalid" }] }],
  ])("%s is %d", async (kind, status, error) => {
    await withLab(smallEstate, [{ operation, kind, retryAfterSeconds: 7 }], async (lab) => {
      const answer = await ask(lab, path);
      expect(answer).toMatchObject({ status, body: { error } });
      expect(answer.headers.get("retry-after")).toBe(kind === "throttled" || kind === "unavailable" ? "7" : null);
      expect(lab.requests.at(-1)).toMatchObject({ operation, fault: kind, status });
    });
  });

  it("names the project by number, as Google does", async () => {
    await withLab(smallEstate, [{ operation: "compute.*", kind: "throttled" }], async (lab) => {
      const { body } = await ask(lab, path);
      expect(JSON.stringify(body)).toContain("project_number:111");
    });
  });
});

describe("a fault of the connection", () => {
  it.each<Fault["kind"]>(["reset", "cut-off"])("%s gives no answer", async (kind) => {
    await withLab(smallEstate, [{ operation, kind }], async (lab) => {
      await expect(ask(lab, path)).rejects.toThrow();
    });
  });

  it("timeout gives none either, however long one waits", async () => {
    await withLab(smallEstate, [{ operation, kind: "timeout" }], async (lab) => {
      const headers = { authorization: `Bearer ${await machineToken(lab)}` };
      const hung = plainly(lab, path, { headers });
      const other = ask(lab, instances);
      expect(await Promise.race([hung.then(() => "firewalls"), other.then(() => "instances")])).toBe("instances");
      await lab.close();
      await expect(hung).rejects.toThrow();
    });
  });

  it("slow gives the right one", async () => {
    await withLab(smallEstate, [{ operation, kind: "slow", delayMs: 1 }], async (lab) => {
      expect(listOf((await ask(lab, path)).body, "items")).toHaveLength(2);
    });
  });
});

describe("an answer that is none", () => {
  it.each<[Fault["kind"], number, RegExp]>([
    ["malformed", 200, /^"<!DOCTYPE html>/],
    ["wrong-shape", 200, /^\["not"/],
    ["redirect", 302, /^\{\}/],
  ])("%s", async (kind, status, text) => {
    await withLab(smallEstate, [{ operation, kind }], async (lab) => {
      const answer = await ask(lab, path);
      expect(answer.status).toBe(status);
      expect(JSON.stringify(answer.body)).toMatch(text);
    });
  });
});

describe("a fault of pages", () => {
  it("repeated-token never ends", async () => {
    await withLab(smallEstate, [{ operation, kind: "repeated-token" }], async (lab) => {
      const found = await pages(lab, path);
      expect(found).toHaveLength(20);
      expect(new Set(found.map((page) => member(page, "nextPageToken"))).size).toBe(1);
    });
  });

  it("empty-page begins with nothing but a token, and loses nothing", async () => {
    await withLab(smallEstate, [{ operation, kind: "empty-page" }], async (lab) => {
      const found = await pages(lab, path);
      expect(found.map((page) => listOf(page, "items").length)).toEqual([0, 2, 2, 1]);
    });
  });

  it("unreachable-scope leaves out the last scope that holds anything", async () => {
    const fault: Fault = { operation: "compute.instances.aggregatedList", kind: "unreachable-scope" };
    await withLab(smallEstate, [fault], async (lab) => {
      expect((await ask(lab, instances)).status).toBe(503);
      const found = await pages(lab, `${instances}?returnPartialSuccess=true`);
      expect(found).toMatchObject([
        {
          items: { "zones/us-central1-a": { warning: { code: "UNREACHABLE" } } },
          unreachables: ["zones/us-central1-a"],
        },
      ]);
      expect(JSON.stringify(found)).not.toContain('"three"');
    });
  });

  it("unreachable-scope of address groups names a location", async () => {
    const fault: Fault = { operation: "networksecurity.*", kind: "unreachable-scope" };
    await withLab(smallEstate, [fault], async (lab) => {
      const { body } = await ask(lab, "/v1/projects/main/locations/-/addressGroups");
      expect(body).toMatchObject({ addressGroups: [{}], unreachable: ["europe-west1"] });
    });
  });
});

describe("a fault", () => {
  it("hits what it names alone: operation, account and region", async () => {
    const faults: readonly Fault[] = [
      { operation, kind: "gone", account: "closed" },
      { operation: "compute.regionNetworkFirewallPolicies.*", kind: "gone", region: "europe-west4" },
      { operation: "cloudresourcemanager.folders.get", kind: "server-error", account: "folders/20" },
    ];
    await withLab(smallEstate, faults, async (lab) => {
      const statuses = await Promise.all(
        [
          path,
          path.replace("main", "closed"),
          "/compute/v1/projects/main/regions/europe-west1/firewallPolicies/west",
          "/compute/v1/projects/main/regions/europe-west4/firewallPolicies/west",
          "/v3/folders/10",
          "/v3/folders/20",
        ].map(async (asked) => (await ask(lab, asked)).status),
      );
      expect(statuses).toEqual([200, 404, 200, 404, 200, 500]);
    });
  });

  it("hits as often as it is told to, and until it is ended", async () => {
    await withLab(smallEstate, [{ operation, kind: "server-error", from: 2, times: 1 }], async (lab) => {
      const statuses: number[] = [];
      for (let count = 0; count < 3; count++) statuses.push((await ask(lab, path)).status);
      expect(statuses).toEqual([200, 500, 200]);
      lab.faults.set([{ operation: "*", kind: "gone" }]);
      expect((await plainly(lab, path)).status).toBe(404);
      lab.faults.clear();
      expect((await ask(lab, path)).status).toBe(200);
    });
  });

  it.each<[Fault["kind"], number]>([
    ["access-denied", 400],
    ["throttled", 429],
    ["server-error", 500],
    ["unavailable", 503],
    ["gone", 404],
  ])("%s of the token endpoint is %d", async (kind, status) => {
    await withLab(smallEstate, [{ operation: "token", kind }], async (lab) => {
      const token = "/computeMetadata/v1/instance/service-accounts/default/token";
      expect((await plainly(lab, token, { headers: { "metadata-flavor": "Google" } })).status).toBe(status);
      expect((await plainly(lab, "/token", { method: "POST" })).status).toBe(status);
    });
  });
});

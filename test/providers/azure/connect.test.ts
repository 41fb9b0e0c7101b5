import { afterEach, describe, expect, it, vi } from "vitest";

import { makeCertificate } from "../../../lab/azure/certificate.ts";
import { UsageError } from "../../../src/model/error.ts";
import { findCloud } from "../../../src/providers/azure/cloud.ts";
import { collectFrom, recordsOf, rowOf, withLab } from "./collecting.ts";
import { given, main, other, smallEstate, stranger } from "./small-estate.ts";

const listing = "Microsoft.Resources/subscriptions/read";
const descendants = "Microsoft.Management/managementGroups/descendants/read";
const { tenant } = smallEstate;

function scanned(targets: readonly { readonly account: string; readonly status: string }[]): readonly string[] {
  return targets.flatMap(({ account, status }) => (status === "scanned" ? [account] : [])).toSorted();
}

describe("subscriptions", () => {
  it("are all that the credentials see, but for those that are disabled, which is said", async () => {
    const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab));
    expect(scanned(snapshot.targets)).toEqual([main, other]);
    expect(snapshot.targets.find(({ account }) => account === given)).toEqual({
      cloud: "azure",
      account: given,
      region: "global",
      name: "given up",
      status: "skipped",
      note: "Azure says that the subscription is Disabled",
    });
    expect(recordsOf(snapshot, listing).map(({ account, data }) => [account, data["displayName"]])).toEqual([
      [main, "main"],
      [other, "The Other"],
      [given, "given up"],
    ]);
  });

  it.each([
    ["by id", [main], [main]],
    ["by name, in any case", ["the other"], [other]],
    ["by both", [main.toUpperCase(), "The Other", main], [main, other]],
  ])("are named %s", async (_how, subscriptions, expected) => {
    const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab, { subscriptions }));
    expect(scanned(snapshot.targets)).toEqual(expected);
    expect(snapshot.targets).toHaveLength(expected.length);
  });

  it("that are named and not seen are a usage error with what is seen", async () => {
    const run = withLab(smallEstate, {}, (lab) => collectFrom(lab, { subscriptions: [stranger] }));
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(`do not see the subscription ${stranger}; they see main (${main}), The Other`);
  });

  it("that are none are a usage error with the next step", async () => {
    const run = withLab({ ...smallEstate, subscriptions: [] }, {}, (lab) => collectFrom(lab));
    await expect(run).rejects.toThrow(/see no Azure subscription: assign Reader/);
  });

  it("are taken as they are named when the listing fails, and the row says so", async () => {
    const faults = [{ operation: listing, kind: "access-denied" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, { subscriptions: [other] }));
    expect(scanned(snapshot.targets)).toEqual([other]);
    expect(rowOf(snapshot, listing, tenant.id)).toMatchObject({ status: "denied", items: 0 });
    expect(recordsOf(snapshot, "Microsoft.Network/networkSecurityGroups/read", other)).toHaveLength(1);
  });

  it("that were told before the listing broke off are scanned, and the rest is said to be missing", async () => {
    const faults = [{ operation: listing, kind: "access-denied", from: 2 }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab));
    expect(scanned(snapshot.targets)).toEqual([main, other]);
    expect(rowOf(snapshot, listing, tenant.id)?.status).toBe("denied");
    expect(snapshot.notes).toEqual([expect.stringContaining("Not every subscription could be listed")]);
  });

  it("that nobody tells leave an incomplete scan, never an empty one", async () => {
    const faults = [{ operation: listing, kind: "unavailable", retryAfterSeconds: 0 }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab));
    expect(snapshot.coverage).toEqual([
      expect.objectContaining({ account: tenant.id, operation: listing, status: "unreachable" }),
    ]);
    expect(snapshot.targets).toEqual([expect.objectContaining({ account: tenant.id, status: "skipped" })]);
  });
});

describe("management groups", () => {
  it("lead to every subscription below them", async () => {
    const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab, { managementGroups: ["top"] }));
    expect(scanned(snapshot.targets)).toEqual([main, other]);
    expect(snapshot.targets.find(({ account }) => account === given)?.status).toBe("skipped");
    expect(rowOf(snapshot, descendants, tenant.id)).toMatchObject({ status: "complete", items: 4 });
  });

  it("go together with subscriptions that are named", async () => {
    const options = { managementGroups: ["inner"], subscriptions: ["main"] };
    const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab, options));
    expect(scanned(snapshot.targets)).toEqual([main, other]);
  });

  it("do not hide a subscription that the credentials do not see", async () => {
    const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab, { managementGroups: ["strange"] }));
    expect(scanned(snapshot.targets)).toEqual([]);
    expect(rowOf(snapshot, listing, stranger)).toMatchObject({ status: "denied" });
  });

  it("that are not there, or may not be read, leave a row and a note", async () => {
    const snapshot = await withLab(smallEstate, {}, (lab) =>
      collectFrom(lab, { managementGroups: ["nowhere", "inner"] }),
    );
    expect(scanned(snapshot.targets)).toEqual([other]);
    expect(rowOf(snapshot, descendants)).toMatchObject({
      status: "denied",
      gaps: [expect.objectContaining({ request: { group: "nowhere" } })],
    });
    expect(snapshot.notes).toEqual([expect.stringContaining("Management Group Reader")]);
  });

  it("with an id that cannot be one are a usage error", async () => {
    const run = withLab(smallEstate, {}, (lab) => collectFrom(lab, { managementGroups: ["a/b"] }));
    await expect(run).rejects.toThrow(/"a\/b" is no id of a management group/);
  });
});

describe("credentials", () => {
  afterEach(() => vi.unstubAllEnvs());

  const environment = [
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_AUTHORITY_HOST",
    "AZURE_RESOURCE_MANAGER_ENDPOINT",
  ];
  const fromEnvironment = {
    credentials: null,
    endpoint: null,
    graphEndpoint: null,
    authorityHost: null,
    environment: process.env,
  };

  it("come from the environment, and so do all addresses", async () => {
    const { snapshot, operations } = await withLab(smallEstate, {}, async (lab) => {
      for (const [name, value] of Object.entries(lab.environment)) vi.stubEnv(name, value);
      const collected = await collectFrom(lab, { ...fromEnvironment, subscriptions: [other] });
      return { snapshot: collected, operations: lab.requests.map(({ operation }) => operation) };
    });
    expect(scanned(snapshot.targets)).toEqual([other]);
    // One for each API.
    expect(operations.filter((operation) => operation === "token")).toHaveLength(2);
  });

  it("that are missing are a usage error with the next step", async () => {
    for (const name of environment) vi.stubEnv(name, undefined);
    // One link of the chain is enough, and says at once that it is not there; the whole of it looks for a machine's identity on the network.
    vi.stubEnv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential");
    const run = withLab(smallEstate, {}, (lab) => collectFrom(lab, { ...fromEnvironment, endpoint: lab.endpoint }));
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(/No Azure credentials were found: run `az login`, or set AZURE_TENANT_ID/);
  });

  it("of a tenant that was named tell how to sign in to it", async () => {
    for (const name of environment) vi.stubEnv(name, undefined);
    vi.stubEnv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential");
    const options = { ...fromEnvironment, tenant: "contoso.example" };
    const run = withLab(smallEstate, {}, (lab) => collectFrom(lab, { ...options, endpoint: lab.endpoint }));
    await expect(run).rejects.toThrow(/run `az login --tenant contoso.example`/);
  });

  it("that Entra does not accept are a usage error with its code, and without the secret", async () => {
    const run = withLab(smallEstate, {}, (lab) =>
      collectFrom(lab, { credentials: { ...lab.options.credentials, clientSecret: "wrong-secret-7" } }),
    );
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(/does not accept the Azure credentials \(AADSTS7000215\)/);
    await expect(run).rejects.not.toThrow(/wrong-secret-7/);
  });

  it.each(["reset", "unavailable", "malformed", "timeout"] as const)(
    "that Entra does not answer for (%s) leave an incomplete scan",
    async (kind) => {
      const faults = [{ operation: "token", kind, retryAfterSeconds: 0 }] as const;
      const snapshot = await withLab(smallEstate, { faults }, (lab) =>
        collectFrom(lab, { maxAttempts: 2, ...(kind === "timeout" ? { callTimeoutMs: 500 } : {}) }),
      );
      expect(snapshot.coverage).toEqual([
        expect.objectContaining({ account: tenant.id, operation: listing, items: 0 }),
      ]);
      expect(snapshot.coverage[0]?.status).toMatch(/unreachable|malformed/);
      expect(JSON.stringify(snapshot)).not.toContain(tenant.clientSecret);
    },
  );

  it.each([
    ["by anybody", null],
    ["by the certificates that are to be trusted", makeCertificate().certificate],
  ])("are not sent to a server that is not vouched for %s", async (_whom, certificates) => {
    const { snapshot, asked } = await withLab(smallEstate, {}, async (lab) => ({
      snapshot: await collectFrom(lab, { certificates, maxAttempts: 1 }),
      asked: lab.requests.length,
    }));
    expect(snapshot.coverage).toEqual([expect.objectContaining({ operation: listing, status: "unreachable" })]);
    expect(asked).toBe(0);
  });
});

describe("the cloud", () => {
  const nothing = { endpoint: null, graphEndpoint: null, authorityHost: null };

  it.each([
    ["the public one", {}, "https://management.azure.com", "https://login.microsoftonline.com"],
    [
      "Azure Government",
      { AZURE_AUTHORITY_HOST: "https://login.microsoftonline.us" },
      "https://management.usgovcloudapi.net",
      "https://login.microsoftonline.us",
    ],
    [
      "China, without the scheme",
      { AZURE_AUTHORITY_HOST: "login.chinacloudapi.cn" },
      "https://management.chinacloudapi.cn",
      "https://login.chinacloudapi.cn",
    ],
    [
      "one that is not Microsoft's",
      {
        AZURE_AUTHORITY_HOST: "https://login.hub.example/",
        AZURE_RESOURCE_MANAGER_ENDPOINT: "https://arm.hub.example/",
      },
      "https://arm.hub.example",
      "https://login.hub.example",
    ],
    [
      "the public one, with an empty setting",
      { AZURE_AUTHORITY_HOST: "", AZURE_RESOURCE_MANAGER_ENDPOINT: " " },
      "https://management.azure.com",
      "https://login.microsoftonline.com",
    ],
  ])("is %s", (_which, environment, endpoint, authorityHost) => {
    expect(findCloud({ ...nothing, environment })).toMatchObject({ endpoint, authorityHost });
  });

  it.each([
    ["the public one", {}, "https://graph.microsoft.com"],
    ["US Government", { AZURE_AUTHORITY_HOST: "https://login.microsoftonline.us" }, "https://graph.microsoft.us"],
    ["China", { AZURE_AUTHORITY_HOST: "login.chinacloudapi.cn" }, "https://microsoftgraph.chinacloudapi.cn"],
    ["named", { AZURE_GRAPH_ENDPOINT: "https://dod-graph.microsoft.us/" }, "https://dod-graph.microsoft.us"],
    [
      "unknown in somebody's own cloud that names none",
      { AZURE_AUTHORITY_HOST: "https://login.hub.example", AZURE_RESOURCE_MANAGER_ENDPOINT: "https://arm.hub.example" },
      null,
    ],
  ])("has a Microsoft Graph that is %s", (_which, environment, graphEndpoint) => {
    expect(findCloud({ ...nothing, environment }).graphEndpoint).toBe(graphEndpoint);
  });

  it("takes options before the environment", () => {
    const environment = { AZURE_RESOURCE_MANAGER_ENDPOINT: "https://one.example" };
    expect(findCloud({ ...nothing, environment, endpoint: "https://two.example" }).endpoint).toBe(
      "https://two.example",
    );
  });

  it.each([
    [
      "an authority of nobody's without an endpoint",
      { AZURE_AUTHORITY_HOST: "https://login.hub.example" },
      /set AZURE_RESOURCE_MANAGER_ENDPOINT/,
    ],
    ["http", { AZURE_RESOURCE_MANAGER_ENDPOINT: "http://arm.example" }, /must be an https address/],
    ["a path", { AZURE_RESOURCE_MANAGER_ENDPOINT: "https://arm.example/subscriptions" }, /without a path/],
    ["a Microsoft Graph over http", { AZURE_GRAPH_ENDPOINT: "http://graph.example" }, /AZURE_GRAPH_ENDPOINT .* https/],
    ["no address at all", { AZURE_AUTHORITY_HOST: "::" }, /must be an https address/],
  ])("is a usage error for %s", (_what, environment, message) => {
    expect(() => findCloud({ ...nothing, environment })).toThrow(UsageError);
    expect(() => findCloud({ ...nothing, environment })).toThrow(message);
  });
});

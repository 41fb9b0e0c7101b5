import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../../src/model/finding.ts";
import { analyse } from "../../../../src/scan/analyse.ts";
import { checkSettings } from "../../../../src/scan/settings.ts";
import { checks } from "../../../../checks/registry.ts";
import { azureRecogniser } from "../../../../src/providers/azure/import/recognise.ts";
import { azureProvider } from "../../../../src/providers/azure/provider.ts";
import { parseJsonText } from "../../../../src/snapshot/json-text.ts";
import { isObject } from "../../../../src/providers/read.ts";
import { memorySink } from "../../../../src/snapshot/sinks.ts";

function recognise(values: readonly Json[]) {
  const sink = memorySink("import", "2026-01-01T00:00:00Z");
  const documents = values.map((value, index) => ({ file: `${index}.json`, path: [`${index}.json`], value }));
  const used = azureRecogniser.recognise({ documents, problems: [] }, sink);
  return { snapshot: sink.finish("2026-01-01T00:00:00Z"), used: used.size };
}

const base = "/subscriptions/AAAA0000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Network";
const nsgId = `${base}/networkSecurityGroups/web`;
const armRule = {
  name: "ssh",
  id: `${nsgId}/securityRules/ssh`,
  etag: "W/1",
  type: "Microsoft.Network/networkSecurityGroups/securityRules",
  properties: {
    provisioningState: "Succeeded",
    access: "Allow",
    direction: "Inbound",
    priority: 100,
    protocol: "Tcp",
    sourceAddressPrefix: "*",
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRange: "22",
  },
};
const armGroup = {
  name: "web",
  id: nsgId,
  etag: "W/1",
  type: "Microsoft.Network/networkSecurityGroups",
  location: "westeurope",
  tags: { team: "a" },
  properties: {
    provisioningState: "Succeeded",
    securityRules: [armRule],
    subnets: [{ id: `${base}/virtualNetworks/net/subnets/web` }],
  },
};
/** The same as `az network nsg list` prints it. */
const flattened = {
  name: "web",
  id: nsgId,
  etag: "W/1",
  type: "Microsoft.Network/networkSecurityGroups",
  location: "westeurope",
  resourceGroup: "rg",
  tags: { team: "a" },
  provisioningState: "Succeeded",
  securityRules: [
    {
      name: "ssh",
      id: `${nsgId}/securityRules/ssh`,
      etag: "W/1",
      type: "Microsoft.Network/networkSecurityGroups/securityRules",
      resourceGroup: "rg",
      provisioningState: "Succeeded",
      access: "Allow",
      direction: "Inbound",
      priority: 100,
      protocol: "Tcp",
      sourceAddressPrefix: "*",
      sourcePortRange: "*",
      destinationAddressPrefix: "*",
      destinationPortRange: "22",
    },
  ],
  subnets: [{ id: `${base}/virtualNetworks/net/subnets/web`, resourceGroup: "rg" }],
};

describe("the shapes of Azure's answers", () => {
  it.each<readonly [string, Json]>([
    ["what az prints, flattened", [flattened]],
    ["one resource, flattened", flattened],
    ["what az prints with properties", [armGroup]],
    ["one ARM resource", armGroup],
    ["an ARM list body", { value: [armGroup] }],
    [
      "Resource Graph rows",
      {
        count: 1,
        total_records: 1,
        skip_token: null,
        data: [{ ...armGroup, resourceGroup: "rg", subscriptionId: "x", tenantId: "y", identity: null, zones: null }],
      },
    ],
  ])("%s become the same record", (_name, value) => {
    const { snapshot, used } = recognise([value]);
    expect(used).toBe(1);
    expect(snapshot.records).toHaveLength(1);
    expect(snapshot.records[0]).toMatchObject({
      cloud: "azure",
      account: "aaaa0000-0000-0000-0000-000000000001",
      region: "global",
      operation: "Microsoft.Network/networkSecurityGroups/read",
    });
    expect(snapshot.records[0]?.data).toEqual(armGroup);
  });

  it.each<readonly [string, Json, string]>([
    ["a list is whole", [flattened], "complete"],
    ["a page with a next link is not", { value: [armGroup], nextLink: "https://management.azure.com/next" }, "skipped"],
    ["rows with a skip token are not", { data: [armGroup], skip_token: "abc" }, "skipped"],
    ["one resource says nothing of others", flattened, "skipped"],
  ])("%s", (_name, value, status) => {
    const row = recognise([value]).snapshot.coverage.find(
      ({ operation }) => operation === "Microsoft.Network/networkSecurityGroups/read",
    );
    expect(row?.status).toBe(status);
  });

  it("what the dump lacks is skipped", () => {
    const row = recognise([[flattened]]).snapshot.coverage.find(
      ({ operation }) => operation === "Microsoft.Network/routeTables/read",
    );
    expect(row).toMatchObject({ status: "skipped", items: 0 });
  });

  it("children of parents: a parent without an answer is a gap", () => {
    const watcher = (name: string) => ({ id: `${base}/networkWatchers/${name}`, name, properties: {} });
    const log = { id: `${base}/networkWatchers/a/flowLogs/l`, name: "l", properties: { enabled: true } };
    const row = recognise([[watcher("a"), watcher("b")], [log]]).snapshot.coverage.find(({ operation }) =>
      operation.endsWith("/flowLogs/read"),
    );
    expect(row).toMatchObject({ status: "skipped", gaps: [{ request: { parent: `${base}/networkWatchers/b` } }] });
    expect(
      recognise([[watcher("a")], [log]]).snapshot.coverage.find(({ operation }) => operation.endsWith("/flowLogs/read"))
        ?.status,
    ).toBe("complete");
  });

  it.each<readonly [string, Json]>([
    ["another cloud's answer", { SecurityGroups: [] }],
    ["a list of anything", [1, 2]],
    [
      "a resource of a kind that is not read",
      [{ id: "/subscriptions/x/resourceGroups/y/providers/Microsoft.Sql/servers/z", properties: {} }],
    ],
    ["a tenant's own id", { id: "/tenants/x" }],
  ])("%s is left alone", (_name, value) => {
    expect(recognise([value])).toMatchObject({ used: 0, snapshot: { records: [] } });
  });

  it("the same answer twice is one record, a changed one is told", () => {
    expect(recognise([[flattened], { value: [armGroup] }]).snapshot.records).toHaveLength(1);
    const changed = recognise([[flattened], { value: [{ ...armGroup, tags: {} }] }]).snapshot;
    expect(changed.notes.join()).toMatch(/differently/);
  });
});

const idOf = (each: Json | undefined): string => (isObject(each) && typeof each["id"] === "string" ? each["id"] : "");

const recordings = resolve(import.meta.dirname, "../../../../../shared/data/azure-recordings");

/** The bodies of a recorded session; one string in some files lacks a brace, which the recorder lost. */
function bodiesOf(file: string): readonly Json[] {
  const text = readFileSync(join(recordings, file), "utf8");
  const session = parseJsonText(text).documents[0];
  const interactions =
    session !== undefined && isObject(session) && Array.isArray(session["interactions"]) ? session["interactions"] : [];
  return interactions.flatMap((each): readonly Json[] => {
    if (!isObject(each) || !isObject(each["request"] ?? null)) return [];
    const response = each["response"];
    const body = isObject(response) ? response["body"] : null;
    const data = isObject(body) ? body["data"] : null;
    if (typeof data === "string") return parseJsonText(data.replace(/("securityRules": \[)\s*(?=")/g, "$1{")).documents;
    return data === null || data === undefined ? [] : [data];
  });
}

describe.skipIf(!existsSync(recordings))("recorded real answers", () => {
  const files = existsSync(recordings) ? readdirSync(recordings) : [];
  const kinds = /\/providers\/Microsoft\.Network\/(networkSecurityGroups|networkInterfaces)\/[^/]+$/i;
  it.each(files)("%s: nothing is lost", (file) => {
    const bodies = bodiesOf(file);
    expect(bodies.length).toBeGreaterThan(0);
    const said = bodies
      .flatMap((body) => (isObject(body) && Array.isArray(body["value"]) ? body["value"] : [body]))
      .flatMap((each) => (isObject(each) && typeof each["id"] === "string" && kinds.test(each["id"]) ? [each] : []));
    const { snapshot } = recognise(bodies);
    const kept = new Set(snapshot.records.map(({ data }) => JSON.stringify(data)));
    for (const each of said) expect(kept.has(JSON.stringify(each)), idOf(each)).toBe(true);
    const { network } = azureProvider.understand(snapshot);
    const groups = new Map(
      said.flatMap((each) =>
        /networkSecurityGroups/i.test(idOf(each)) ? [[idOf(each).toLowerCase(), each] as const] : [],
      ),
    );
    expect(network.firewalls).toHaveLength(groups.size);
    for (const firewall of network.firewalls) {
      const properties = groups.get(firewall.resource.id.toLowerCase())?.["properties"] ?? null;
      const names = ["securityRules", "defaultSecurityRules"]
        .flatMap((member) => (isObject(properties) && Array.isArray(properties[member]) ? properties[member] : []))
        .map((each) => (isObject(each) ? each["name"] : null));
      const understood = new Set([...firewall.ingressRules, ...firewall.egressRules].map(({ id }) => id));
      expect(understood, firewall.resource.id).toEqual(new Set(names));
    }
  });

  it("scan clean: no check throws", () => {
    const { snapshot } = recognise(files.flatMap(bodiesOf));
    const report = analyse({
      snapshot,
      providers: [azureProvider],
      checks: checks.filter(({ clouds }) => clouds.includes("azure")),
      settings: checkSettings({}),
      version: "0.0.0",
    });
    expect(report.findings.length).toBeGreaterThan(0);
    const tags = azureProvider
      .understand(snapshot)
      .network.firewalls.flatMap(({ ingressRules, egressRules }) => ingressRules.concat(egressRules))
      .flatMap(({ remote }) => remote.missing)
      .filter((missing) => missing.startsWith("the addresses of service tag"));
    expect(tags.length).toBeGreaterThan(0);
  });
});

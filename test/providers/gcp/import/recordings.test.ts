import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../../src/model/finding.ts";
import { withoutSecrets } from "../../../../src/providers/gcp/secrets.ts";
import { isObject, object, objects } from "../../../../src/providers/read.ts";
import { parseJsonText } from "../../../../src/snapshot/json-text.ts";
import { importDump, rowOf, type Body } from "./import-dump.ts";

const recordings = resolve(import.meta.dirname, "../../../../../shared/data/google-recordings");

type Bodies = Readonly<Record<string, Json>>;

/** The bodies of the recorded sessions, each a folder of its own time, by the file that tells method and path. */
function sessions(): readonly (readonly [session: string, bodies: Bodies])[] {
  if (!existsSync(recordings)) return [];
  return readdirSync(recordings).map((session) => {
    const files = readdirSync(join(recordings, session)).map((name) => join(session, name));
    return [session, Object.fromEntries(files.map((file) => [file, bodyOf(file)]))];
  });
}

function bodyOf(file: string): Json {
  const [exchange] = parseJsonText(readFileSync(join(recordings, file), "utf8")).documents;
  return (isObject(exchange) ? exchange["body"] : null) ?? null;
}

/** The items of a body that Rampart would have asked for. */
function said(file: string, body: Json | undefined): readonly Body[] {
  if (!isObject(body)) return [];
  if (/getEffectiveFirewalls/.test(file)) return [body];
  if (/-aggregated-/.test(file)) {
    return Object.values(object(body, "items") ?? {}).flatMap((scope) =>
      isObject(scope) ? objects(scope, "instances") : [],
    );
  }
  if (/-compute-v1-.*-networks_\d/.test(file)) return objects(body, "items");
  return /-firewalls-/.test(file) ? [body] : [];
}

describe.skipIf(!existsSync(recordings))("recorded real answers", () => {
  const found = sessions().map(([session, bodies]) => ({ session, bodies, snapshot: importDump(bodies) }));
  const known = found.flatMap(({ bodies, snapshot }) =>
    Object.keys(bodies)
      .filter((file) => said(file, bodies[file]).length > 0)
      .map((file) => [file, said(file, bodies[file]), snapshot] as const),
  );

  it("have something of each kind", () => {
    const names = known.map(([file]) => file).join(" ");
    for (const kind of ["getEffectiveFirewalls", "-aggregated-instances", "-networks_", "-firewalls-"]) {
      expect(names).toContain(kind);
    }
  });

  it.each(known)("%s: nothing is lost", (_file, items, snapshot) => {
    const kept = snapshot.records.map(({ data }) => data);
    for (const each of items) {
      expect(kept).toContainEqual(withoutSecrets(each));
      // Nothing but the values of metadata is withheld.
      expect({ ...withoutSecrets(each), metadata: null }).toEqual({ ...each, metadata: null });
    }
    expect(snapshot.notes.filter((note) => /not placed|differently/i.test(note))).toEqual([]);
  });

  it.each<readonly [string, readonly string[]]>([
    ["test_vpc_firewall_filter_query", ["custodian-test", "default", "kseoji"]],
    ["gke-cluster-filter-effective-firewall", ["default", "gke-test-network-jldkfaskl"]],
  ])("%s: each answer on what is in force has the network that was asked about", (session, networks) => {
    const records = found.find((each) => each.session === session)?.snapshot.records ?? [];
    const asked = records
      .filter(({ operation }) => operation === "compute.networks.getEffectiveFirewalls")
      .map(({ request }) => request);
    expect(asked.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))).toEqual(
      networks.map((name) => ({ network: `projects/cloud-custodian/global/networks/${name}` })),
    );
  });

  it.each<readonly [string, string, string]>([
    ["test_vpc_firewall_filter_query", "compute.networks.list", "complete"],
    ["instance-query", "compute.instances.aggregatedList", "complete"],
    ["firewall-get", "compute.firewalls.list", "skipped"],
  ])("%s: %s is %s", (session, operation, status) => {
    const snapshot = found.find((each) => each.session === session)?.snapshot;
    expect(snapshot === undefined ? null : rowOf(snapshot, operation, "cloud-custodian")?.status).toBe(status);
  });
});

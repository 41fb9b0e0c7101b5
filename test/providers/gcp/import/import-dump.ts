import type { Coverage } from "../../../../src/model/coverage.ts";
import type { Json } from "../../../../src/model/finding.ts";
import { gcpRecogniser } from "../../../../src/providers/gcp/import/recognise.ts";
import { text } from "../../../../src/providers/read.ts";
import { parseJsonText } from "../../../../src/snapshot/json-text.ts";
import type { Snapshot, VendorObject } from "../../../../src/snapshot/record.ts";
import { memorySink } from "../../../../src/snapshot/sinks.ts";

/** A JSON object to be put into a dump. */
export type Body = VendorObject;

/** Imports files given as path and content; text is parsed as the files of a dump are. */
export function importDump(files: Readonly<Record<string, Json>>): Snapshot & { readonly used: readonly string[] } {
  const sink = memorySink("import", "2026-01-01T00:00:00Z");
  const problems: { file: string; path: string[]; start: string; cause: string }[] = [];
  const documents = Object.entries(files).flatMap(([file, content]) => {
    const path = file.split("/").map(decodeURIComponent);
    const parsed = typeof content === "string" ? parseJsonText(content) : { documents: [content], problems: [] };
    problems.push(...parsed.problems.map(({ start, kind }) => ({ file, path, start, cause: kind })));
    return parsed.documents.map((value) => ({ file, path, value }));
  });
  const used = new Set([...gcpRecogniser.recognise({ documents, problems }, sink)].map(({ file }) => file));
  return { ...sink.finish("2026-01-01T00:00:00Z"), used: [...used].toSorted() };
}

/** `operation account` of every record, with its request. */
export function recordsIn({ records }: Snapshot): readonly string[] {
  return records
    .map(({ operation, account, request }) => [operation, account, ...Object.values(request ?? {})].join(" "))
    .toSorted();
}

/** The records' data of an operation. */
export function dataOf({ records }: Snapshot, operation: string): readonly Body[] {
  return records.filter((record) => record.operation === operation).map(({ data }) => data);
}

/** The one coverage row of an operation on a target; fails when there are several. */
export function rowOf({ coverage }: Snapshot, operation: string, account: string = project): Coverage | null {
  const rows = coverage.filter((row) => row.operation === operation && row.account === account);
  if (rows.length > 1) throw new Error(`${rows.length} rows of ${operation} on ${account}`);
  return rows[0] ?? null;
}

export function statusOf(snapshot: Snapshot, operation: string, account: string = project): string {
  const row = rowOf(snapshot, operation, account);
  return row === null ? "none" : `${row.status} ${row.items}`;
}

export const project = "shop-prod";
export const number = "123456789012";
/** The number of every resource here: nothing but tags goes by it. */
export const id = "4158127351007949610";
export const zone = "europe-west1-b";

/** The link of something in {@link project}. */
export function link(path: string, owner: string = project): string {
  return `https://www.googleapis.com/compute/v1/projects/${owner}/${path}`;
}

/** A resource as REST gives it. */
export function resource(kind: string, path: string, members: Body = {}, owner: string = project): Body {
  return {
    kind: `compute#${kind}`,
    id,
    name: path.split("/").at(-1) ?? "",
    selfLink: link(path, owner),
    ...members,
  };
}

export const network = resource("network", "global/networks/web");
export const firewall = resource("firewall", "global/firewalls/allow-ssh", {
  network: link("global/networks/web"),
  direction: "INGRESS",
  priority: 1000,
  sourceRanges: ["0.0.0.0/0"],
  allowed: [{ IPProtocol: "tcp", ports: ["22"] }],
});
export const subnetwork = resource("subnetwork", "regions/europe-west1/subnetworks/web-eu", {
  network: link("global/networks/web"),
  region: link("regions/europe-west1"),
});
export const instance = resource("instance", `zones/${zone}/instances/vm-1`, {
  zone: link(`zones/${zone}`),
  networkInterfaces: [
    { network: link("global/networks/web"), subnetwork: link("regions/europe-west1/subnetworks/web-eu") },
  ],
});

/** The same without `kind`, as some versions of gcloud and Cloud Asset Inventory give it. */
export function withoutKind(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([member]) => member !== "kind"));
}

/** An asset of Cloud Asset Inventory, as `gcloud asset list` prints it. */
export function asset(type: string, body: Body, ancestors: readonly string[] = [`projects/${number}`]): Body {
  const path = (text(body, "selfLink") ?? "").replace(/^.*\/compute\/v1\//, "");
  return {
    name: `//compute.googleapis.com/${path}`,
    assetType: `compute.googleapis.com/${type}`,
    ancestors,
    resource: { version: "v1", discoveryName: type, data: withoutKind(body) },
    updateTime: "2026-01-01T00:00:00Z",
  };
}

/** The same as `gcloud asset export` writes it. */
export function exportedAsset(type: string, body: Body, ancestors?: readonly string[]): Body {
  const { assetType = null, updateTime = null, ...rest } = asset(type, body, ancestors);
  return { ...rest, asset_type: assetType, update_time: updateTime };
}

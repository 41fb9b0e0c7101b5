import { describe, expect, it } from "vitest";
import { demoGcpEstate } from "../../../../lab/gcp/demo-estate.ts";
import type { Json } from "../../../../src/model/finding.ts";
import { findGcpOperation } from "../../../../src/providers/gcp/operations.ts";
import { text } from "../../../../src/providers/read.ts";
import type { Snapshot, SnapshotRecord } from "../../../../src/snapshot/record.ts";
import { collectFrom, withLab } from "../collecting.ts";
import { smallEstate } from "../small-estate.ts";
import { exportedAsset, importDump, type Body } from "./import-dump.ts";

/** The answers of a collection as somebody would save what gcloud prints: a folder for each target, a file for each answer. */
function savedOutput({ records, coverage }: Snapshot): Readonly<Record<string, Json>> {
  const files: Record<string, Json> = {};
  for (const { account, operation, status, items } of coverage) {
    if (status === "complete" && items === 0 && findGcpOperation(operation)?.ask.how === "once") {
      files[`${account}/${nameOf(operation)}.json`] = [];
    }
  }
  const lists = records.filter(({ operation }) => findGcpOperation(operation)?.answer.kind !== "item");
  for (const [name, list] of Map.groupBy(lists, fileOf)) {
    const [first] = list;
    const data = list.map((record) => record.data);
    const { instance, group } = first?.request ?? {};
    files[name] =
      instance === undefined && group === undefined
        ? data
        : { items: data, ...first?.request, parent: instance ?? null };
  }
  for (const record of records.filter((each) => !lists.includes(each))) {
    const { account, operation, request = {}, data } = record;
    // gcloud prints the answer itself; the name of the file tells the network.
    const about = Object.values(request).map((value) => value.replaceAll("/", "-"));
    const name = [nameOf(operation), ...about, text(data, "name")?.replaceAll("/", "-") ?? ""].join("-");
    files[`${account}/${name}.json`] = operation.endsWith("EffectiveFirewalls") ? { ...data, ...request } : data;
  }
  return files;
}

function fileOf({ account, operation, request = {} }: SnapshotRecord): string {
  return `${account}/${[nameOf(operation), ...Object.values(request).map((value) => value.replaceAll(/\W/g, "-"))].join("-")}.json`;
}

/** What the file is called after the command. */
function nameOf(operation: string): string {
  if (operation === "networksecurity.organizations.locations.addressGroups.list") return "org-address-groups";
  if (operation === "compute.projects.getXpnHost") return "get-host-project";
  if (operation === "compute.projects.get") return "project-info";
  return operation.replace("cloudresourcemanager.", "").replaceAll(".", "-");
}

/** What tells a record, for sets of them to be compared. */
function told(records: readonly SnapshotRecord[]): readonly string[] {
  const connecting = (id: string): boolean =>
    /\.(search|list)$/.test(id) && findGcpOperation(id)?.ask.how === "connecting";
  return records
    .filter(({ operation }) => !connecting(operation))
    .map(({ account, operation, request = {}, data }) =>
      // What is the same everywhere is with the target that asked for it first.
      JSON.stringify([isShared(operation) ? null : account, operation, request, sorted(data)]),
    )
    .toSorted();
}

function isShared(operation: string): boolean {
  return findGcpOperation(operation)?.shared === true;
}

function sorted(data: Body): Json {
  return Object.fromEntries(Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

describe.each([
  ["the demo's company", demoGcpEstate],
  ["an estate with something of everything", smallEstate],
])("%s, collected and imported", async (_name, estate) => {
  const live = await withLab(estate, {}, (lab) => collectFrom(lab));
  const imported = importDump(savedOutput(live));

  it("is the same records", () => {
    expect(live.records.length).toBeGreaterThan(20);
    expect(told(imported.records)).toEqual(told(live.records));
    expect(imported.notes).toEqual([]);
  });

  it("is the same targets", () => {
    const scanned = ({ targets }: Snapshot) =>
      targets.filter(({ status }) => status === "scanned").map(({ account }) => account);
    expect(scanned(imported).toSorted()).toEqual(scanned(live).toSorted());
  });

  it("what was listed whole is whole", () => {
    const once = ({ coverage }: Snapshot) =>
      coverage
        .filter(({ operation }) => findGcpOperation(operation)?.ask.how === "once")
        .map(({ account, operation, status, items }) => `${account} ${operation} ${status} ${items}`)
        .toSorted();
    expect(once(imported).filter((row) => row.includes(" complete "))).toEqual(
      once(live).filter((row) => row.includes(" complete ")),
    );
  });

  it("as an export of Cloud Asset Inventory it is the same resources of projects", () => {
    const resources = live.records.filter(
      ({ operation, data }) =>
        operation.endsWith("ist") && (text(data, "selfLink") ?? "").includes("/compute/v1/projects/"),
    );
    const lines = resources.map(({ data }) => JSON.stringify(exportedAsset("Any", data))).join("\n");
    const { records } = importDump({ "export.json": lines });
    const paths = (list: readonly SnapshotRecord[]) =>
      [...new Set(list.map(({ data, account }) => `${account} ${text(data, "selfLink") ?? ""}`))].toSorted();
    expect(paths(records.filter(({ operation }) => operation.startsWith("compute.")))).toEqual(paths(resources));
  });
});

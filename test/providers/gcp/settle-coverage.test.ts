import { describe, expect, it } from "vitest";

import type { Coverage, CoverageStatus } from "../../../src/model/coverage.ts";
import type { ReportTarget } from "../../../src/model/report.ts";
import { settleCoverage } from "../../../src/providers/gcp/settle-coverage.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../../src/snapshot/record.ts";
import { collectFrom, withLab } from "./collecting.ts";
import { inner, organization, smallEstate } from "./small-estate.ts";

const effective = "compute.networks.getEffectiveFirewalls";
const regional = "compute.regionNetworkFirewallPolicies.getEffectiveFirewalls";
const policies = "compute.firewallPolicies.list";
const folderGet = "cloudresourcemanager.folders.get";
const organizationGet = "cloudresourcemanager.organizations.get";
const projectGet = "cloudresourcemanager.projects.get";
const groups = "networksecurity.projects.locations.addressGroups.list";
const organizationGroups = "networksecurity.organizations.locations.addressGroups.list";

type Row = readonly [account: string, operation: string, status: CoverageStatus];
type Told = readonly [account: string, operation: string, data: VendorObject];

/** What projects `a` and `b` are, in `folders/1` of `organizations/9`, but for what is told otherwise. */
const tree: readonly Told[] = [
  ["a", projectGet, { name: "projects/11", parent: "folders/1" }],
  ["b", projectGet, { name: "projects/22", parent: "organizations/9" }],
  ["folders/1", folderGet, { name: "folders/1", parent: "organizations/9" }],
];
const read: readonly Row[] = [
  ["a", effective, "complete"],
  ["a", regional, "complete"],
  ["b", effective, "complete"],
  ["b", regional, "disabled"],
];

function snapshotOf(rows: readonly Row[], told: readonly Told[] = tree): Snapshot {
  const target = (account: string) => ({ cloud: "gcp", account, region: "global" }) as const;
  return {
    source: "live",
    startedAt: "2026-01-01T00:00:00Z",
    finishedAt: "2026-01-01T00:00:01Z",
    notes: [],
    targets: ["a", "b", "folders/1", "organizations/9"].map((account): ReportTarget => ({
      cloud: "gcp",
      account,
      region: "global",
      name: null,
      status: "scanned",
      note: null,
    })),
    records: told.map(([account, operation, data]): SnapshotRecord => ({ ...target(account), operation, data })),
    coverage: rows.map(([account, operation, status]): Coverage => ({
      ...target(account),
      operation,
      status,
      items: 0,
      error: status === "complete" ? null : "why",
    })),
  };
}

function settled(rows: readonly Row[], told?: readonly Told[]): CoverageStatus | undefined {
  return settleCoverage(snapshotOf([...rows], told)).at(-1)?.status;
}

/** The rows with another in the place of the one of that account and operation. */
function but(rows: readonly Row[], ...others: readonly Row[]): readonly Row[] {
  const kept = rows.filter(([account, operation]) => !others.some((row) => row[0] === account && row[1] === operation));
  return [...kept, ...others];
}

describe("what is not told of the hierarchy", () => {
  it.each<readonly [string, readonly Row[], readonly Told[], CoverageStatus]>([
    [
      "is not missed where all networks below were read",
      [...read, ["folders/1", policies, "denied"]],
      tree,
      "disabled",
    ],
    ["of the organization neither", [...read, ["organizations/9", policies, "denied"]], tree, "disabled"],
    [
      "nor what the organization is called",
      [...read, ["organizations/9", organizationGet, "denied"]],
      tree,
      "disabled",
    ],
    [
      "where a folder lies is missed: rights come from above",
      [...read, ["folders/1", folderGet, "denied"]],
      tree,
      "denied",
    ],
    [
      "is missed where a network below was not read",
      [...but(read, ["a", effective, "denied"]), ["folders/1", policies, "denied"]],
      tree,
      "denied",
    ],
    [
      "is missed where nobody asked",
      [...read.slice(1), ["organizations/9", policies, "unreachable"]],
      tree,
      "unreachable",
    ],
    [
      "is not missed for a network beside the folder",
      [...but(read, ["b", effective, "denied"]), ["folders/1", policies, "denied"]],
      tree,
      "disabled",
    ],
    [
      "of a folder whose place is not told counts for all that may lie in it",
      [...but(read, ["a", effective, "denied"]), ["organizations/9", policies, "denied"]],
      tree.slice(0, 2),
      "denied",
    ],
    [
      "is missed where no project below is told",
      [["organizations/9", policies, "denied"]],
      tree.filter(([account]) => account.startsWith("folders/")),
      "denied",
    ],
    ["and what else was denied stays", [...read, ["folders/1", "compute.routes.list", "denied"]], tree, "denied"],
  ])("%s", (_what, rows, told, expected) => {
    expect(settled(rows, told)).toBe(expected);
  });
});

describe("address groups that could not be listed", () => {
  const rule = (match: VendorObject): Told => ["b", effective, { firewallPolicys: [{ rules: [{ match }] }] }];
  const denied = (account: string, operation = groups): readonly Row[] => [...read, [account, operation, "denied"]];

  it.each<readonly [string, readonly Row[], readonly Told[], CoverageStatus]>([
    ["are not missed where no rule goes by one", denied("a"), [], "disabled"],
    ["nor those of the organization", denied("organizations/9", organizationGroups), [], "disabled"],
    [
      "are missed where a rule goes by one",
      denied("a"),
      [rule({ srcAddressGroups: ["projects/a/locations/global/addressGroups/x"] })],
      "denied",
    ],
    [
      "also when it says the project's number, in full",
      denied("a"),
      [rule({ destAddressGroups: ["//networksecurity.googleapis.com/projects/11/locations/global/addressGroups/x"] })],
      "denied",
    ],
    [
      "are not missed where a rule goes by one of somebody else",
      denied("a"),
      [rule({ srcAddressGroups: ["organizations/9/locations/global/addressGroups/x"] })],
      "disabled",
    ],
    [
      "are missed where not all rules were read",
      [...but(read, ["b", regional, "throttled"]), ["a", groups, "denied"]],
      [],
      "denied",
    ],
    [
      "are missed where Cloud Armor goes by one",
      denied("a"),
      [
        [
          "a",
          "compute.securityPolicies.aggregatedList",
          { rules: [{ match: { expr: { expression: "evaluateAddressGroup('x', origin.ip)" } } }] },
        ],
      ],
      "denied",
    ],
  ])("%s", (_what, rows, told, expected) => {
    expect(settled(rows, [...tree, ...told])).toBe(expected);
  });
});

describe("settleCoverage", () => {
  it("says why, and keeps rows of other clouds and the order", () => {
    const snapshot = snapshotOf([...read, ["folders/1", policies, "denied"]]);
    const other: Coverage = {
      cloud: "aws",
      account: "folders/1",
      region: "global",
      operation: policies,
      status: "denied",
      items: 0,
      error: "why",
    };
    const coverage = [other, ...snapshot.coverage];
    const rows = settleCoverage({ ...snapshot, coverage });
    expect(rows.slice(0, -1)).toEqual(coverage.slice(0, -1));
    expect(rows.at(-1)?.error).toMatch(/^not needed: what is in force in every network below was read/);
  });

  it("leaves a scan whose credentials see projects alone without a gap but for who may do what above them", async () => {
    const denies = ["cloudresourcemanager.*", "compute.firewallPolicies.*", "networksecurity.*"];
    const estate = {
      ...smallEstate,
      organizations: (smallEstate.organizations ?? []).map((node) => Object.assign({}, node, { denies })),
      folders: (smallEstate.folders ?? []).map((node) => Object.assign({}, node, { denies })),
    };
    const snapshot = await withLab(estate, {}, (lab) => collectFrom(lab));
    expect(snapshot.coverage.filter(({ status }) => status === "denied").length).toBeGreaterThan(1);
    const rows = settleCoverage(snapshot);
    const unread = rows.filter(({ status }) => status !== "complete" && status !== "disabled");
    const above =
      /^(?:cloudresourcemanager\.(?:folders|organizations)\.getIamPolicy|cloudresourcemanager\.folders\.get|iam\.roles\.get|cloudidentity\.groups\.memberships\.list)$/;
    expect(unread.filter(({ account, operation }) => !account.includes("/") || !above.test(operation))).toEqual([]);
    expect(new Set(unread.map(({ account }) => account))).toEqual(new Set([inner, organization]));
  });
});

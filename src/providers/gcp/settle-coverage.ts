import { type Coverage, isKnown } from "../../model/coverage.ts";
import type { Target } from "../../model/resource.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../snapshot/record.ts";
import { indexRecords, type RecordIndex } from "../../snapshot/records.ts";
import { object, objects, text, texts } from "../read.ts";
import { kindOf } from "./operation.ts";

const projectGet = "cloudresourcemanager.projects.get";
const folderGet = "cloudresourcemanager.folders.get";
/** Rules of every network, those of the hierarchy above it among them. */
const effective = "compute.networks.getEffectiveFirewalls";
const regional = "compute.regionNetworkFirewallPolicies.getEffectiveFirewalls";

/**
 * What tells of a folder or organization nothing but its name and its firewall policies. Where a folder lies is missed whatever was read below:
 * rights are inherited from all that is above it.
 */
const hierarchical: ReadonlySet<string> = new Set([
  "cloudresourcemanager.organizations.get",
  "compute.firewallPolicies.list",
  "compute.firewallPolicies.get",
]);
const addressGroups: ReadonlySet<string> = new Set([
  "networksecurity.organizations.locations.addressGroups.list",
  "networksecurity.projects.locations.addressGroups.list",
]);

/**
 * The coverage with what the records together explain. What is in force in a network is told with the policies of every folder and
 * organization above it, to whoever may read the network: where that was read of every project below, the policies themselves are not missed.
 * Address groups are not missed where every rule in force was read and none goes by a group of that project or organization.
 * https://docs.cloud.google.com/compute/docs/reference/rest/v1/networks/getEffectiveFirewalls
 */
export function settleCoverage(snapshot: Snapshot): readonly Coverage[] {
  const index = indexRecords(snapshot);
  const projects = snapshot.targets.filter(
    ({ cloud, account, status }) => cloud === "gcp" && status === "scanned" && kindOf(account) === "project",
  );
  const isRead = (project: Target, operation: string): boolean =>
    isKnown(index.coverage(project, operation)?.status ?? "skipped");
  const placeOf = hierarchyOf(index);
  // Rules are looked through only when there is something to settle by them.
  let named: ReturnType<typeof groupNames> | null = null;

  return snapshot.coverage.map((row) => {
    if (row.cloud !== "gcp" || isKnown(row.status)) return row;
    if (hierarchical.has(row.operation)) {
      const below = projects.filter((project) => placeOf(project).mayLieIn(row.account));
      return below.length > 0 && below.every((project) => isRead(project, effective))
        ? disabled(row, "not needed: what is in force in every network below was read, with the policies above it")
        : row;
    }
    if (addressGroups.has(row.operation)) {
      named ??= groupNames(snapshot.records);
      const isUnneeded =
        projects.every((project) => isRead(project, effective) && isRead(project, regional)) &&
        !named.byOthers &&
        !namesOf(row.account, index.at(row, projectGet)).some((prefix) =>
          named?.names.some((name) => name.includes(prefix)),
        );
      return isUnneeded ? disabled(row, "not needed: no rule goes by an address group that lies here") : row;
    }
    return row;
  });
}

/** Records that were read stand, and the gaps with the row: they are the reason why it was unknown. */
function disabled({ gaps: _gaps, ...row }: Coverage, error: string): Coverage {
  return { ...row, status: "disabled", error };
}

/** Where a project lies, as far as it is told. */
interface Place {
  /** Whether a folder or organization lies above it, or may. */
  readonly mayLieIn: (account: string) => boolean;
}

function hierarchyOf(index: RecordIndex): (project: Target) => Place {
  const parents = new Map(
    index.all(folderGet).flatMap(({ data }): readonly (readonly [string, string])[] => {
      const [name, parent] = [text(data, "name"), text(data, "parent")];
      return name === null || parent === null ? [] : [[name, parent]];
    }),
  );
  return (project) => {
    const above = new Set<string>();
    const [record] = index.at(project, projectGet);
    let next = record === undefined ? undefined : (text(record.data, "parent") ?? "nobody");
    while (next !== undefined && !above.has(next)) {
      above.add(next);
      next = parents.get(next);
    }
    const last = [...above].at(-1);
    // A chain that ends in neither an organization nor nobody's hands goes on unseen.
    const isWhole = last === "nobody" || last?.startsWith("organizations/") === true;
    return { mayLieIn: (account) => above.has(account) || !isWhole };
  };
}

/** How the names of a project's, or an organization's, address groups begin: Google takes a project's number for its id. */
function namesOf(account: string, told: readonly SnapshotRecord[]): readonly string[] {
  if (account.includes("/")) return [`${account}/`];
  const numbers = told.flatMap(({ data }) => text(data, "name") ?? []);
  return [`projects/${account}/`, ...numbers.map((name) => `${name}/`)];
}

/** The address groups that rules go by. `byOthers`: what is no firewall policy may go by some, in words that are not read here. */
function groupNames(records: readonly SnapshotRecord[]): {
  readonly names: readonly string[];
  readonly byOthers: boolean;
} {
  const google = records.filter(({ cloud }) => cloud === "gcp");
  const policies = google.flatMap(({ data }) => objects(data, "firewallPolicys").concat(data));
  const matches = policies
    .flatMap((policy) => objects(policy, "rules"))
    .map((rule): VendorObject => object(rule, "match") ?? {});
  return {
    names: matches.flatMap((match) => [...texts(match, "srcAddressGroups"), ...texts(match, "destAddressGroups")]),
    // Cloud Armor: https://docs.cloud.google.com/armor/docs/rules-language-reference
    byOthers: matches.some((match) => /addressGroup/i.test(text(object(match, "expr") ?? {}, "expression") ?? "")),
  };
}

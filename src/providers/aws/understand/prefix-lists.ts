import { isKnown } from "../../../model/coverage.ts";
import { canonicalId, targetKey, type Target } from "../../../model/resource.ts";
import {
  allAddresses,
  allIpv4,
  allIpv6,
  parseCidr,
  unionAddresses,
  type AddressSet,
} from "../../../network/addresses.ts";
import type { AddressList } from "../../../network/estate.ts";
import { knownExtent, unknownExtent } from "../../../network/extent.ts";
import type { Extent } from "../../../network/filter.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../../snapshot/record.ts";
import type { RecordIndex } from "../../../snapshot/records.ts";
import { text } from "../../read.ts";
import { ec2Resource } from "./resource.ts";
import { shorten } from "./traffic.ts";

const describeLists = "ec2:DescribeManagedPrefixLists";
const getEntries = "ec2:GetManagedPrefixListEntries";

/** What a rule that names a prefix list means by it. */
export interface PrefixList {
  readonly extent: Extent;
  /** The account that can change it; `AWS` for the vendor's own; null when the source does not tell. */
  readonly owner: string | null;
}

/** Every prefix list of the scan. */
export interface PrefixLists {
  readonly all: readonly AddressList[];
  /** The list as seen from an account and Region: its own answer first, else that of another account that could read it. */
  readonly resolve: (from: Target, id: string) => PrefixList;
}

/**
 * Prefix lists with their entries. A list whose entries were not read may hold anything of its family and must hold nothing.
 * https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
 */
export function understandPrefixLists(snapshot: Snapshot, index: RecordIndex): PrefixLists {
  const described = new Map<string, SnapshotRecord[]>();
  for (const record of index.all(describeLists)) {
    const id = text(record.data, "PrefixListId");
    if (id === null) continue;
    const known = described.get(id);
    if (known === undefined) described.set(id, [record]);
    else known.push(record);
  }
  const entries = new Map<string, VendorObject[]>();
  for (const { data, request, ...target } of index.all(getEntries)) {
    const id = request?.["PrefixListId"];
    if (id === undefined) continue;
    const known = entries.get(listKey(target, id));
    if (known === undefined) entries.set(listKey(target, id), [data]);
    else known.push(data);
  }
  const seenFrom = (target: Target, id: string, list: VendorObject | null): Extent => {
    const cidrs = entries.get(listKey(target, id)) ?? [];
    const why = unreadReason(target, id, { index, described: list !== null, empty: cidrs.length === 0, snapshot });
    return extentOf(id, list, cidrs, why);
  };
  const resolved = new Map<string, PrefixList>();
  const resolve = (from: Target, id: string): PrefixList => {
    const key = listKey(from, id);
    const known = resolved.get(key);
    if (known !== undefined) return known;
    const records = (described.get(id) ?? []).filter(({ region }) => region === from.region);
    const own = records.find((record) => targetKey(record) === targetKey(from)) ?? null;
    const views = [
      seenFrom(from, id, own?.data ?? records[0]?.data ?? null),
      ...records.filter((record) => record !== own).map((record) => seenFrom(record, id, record.data)),
    ];
    const list: PrefixList = {
      extent: views.find(({ missing }) => missing.length === 0) ?? views[0] ?? unknownExtent(allAddresses, id),
      owner:
        [own, ...records].map((record) => (record === null ? null : text(record.data, "OwnerId"))).find(isText) ?? null,
    };
    resolved.set(key, list);
    return list;
  };
  const all = new Map<string, AddressList>();
  for (const [id, records] of described) {
    for (const record of records) {
      const { extent, owner } = resolve(record, id);
      const resource = ec2Resource(record, "prefix-list", id, record.data, {
        arnMember: "PrefixListArn",
        name: text(record.data, "PrefixListName"),
        owner,
      });
      all.set(canonicalId(resource), { resource, owner, extent });
    }
  }
  return { all: [...all.values()], resolve };
}

function listKey(target: Target, id: string): string {
  return `${targetKey(target)} ${id}`;
}

function isText(value: string | null): value is string {
  return value !== null;
}

/** Why the entries of a list, as one account sees it, cannot be taken for all there are; null when they can. */
function unreadReason(
  target: Target,
  id: string,
  seen: {
    readonly index: RecordIndex;
    readonly described: boolean;
    readonly empty: boolean;
    readonly snapshot: Snapshot;
  },
): string | null {
  const coverage = seen.index.coverage(target, getEntries);
  const gap = coverage?.gaps?.find(({ request }) => request["PrefixListId"] === id);
  if (gap !== undefined) return `${getEntries} ${gap.status}`;
  if (coverage === null) return `${getEntries} was not asked`;
  if (!isKnown(coverage.status) && (coverage.gaps === undefined || !seen.described)) {
    return `${getEntries} ${coverage.status}`;
  }
  if (!seen.described && seen.empty) return `${describeLists} does not tell of it`;
  // A dump may lack the file of one list: no entries in it is no proof that there are none.
  if (seen.empty && seen.snapshot.source === "import") return `${getEntries} is not among the imported files`;
  return null;
}

function extentOf(id: string, list: VendorObject | null, entries: readonly VendorObject[], why: string | null): Extent {
  const name = list === null ? null : text(list, "PrefixListName");
  const called = `prefix list ${id}${name === null ? "" : ` (${shorten(name)})`}`;
  const sets: AddressSet[] = [];
  const broken: string[] = [];
  for (const entry of entries) {
    const cidr = text(entry, "Cidr");
    const set = cidr === null ? null : parseCidr(cidr);
    if (set === null) broken.push(`entry ${JSON.stringify(shorten(cidr ?? ""))} of ${called}`);
    else sets.push(set);
  }
  const must = unionAddresses(sets);
  if (why === null && broken.length === 0) return knownExtent(must);
  const missing = why === null ? broken : [`${called}: ${why}`, ...broken];
  return { must, may: unionAddresses([must, familyOf(list)]), missing };
}

/** Everything a list of this family could hold. */
function familyOf(list: VendorObject | null): AddressSet {
  const family = list === null ? null : text(list, "AddressFamily");
  if (family === "IPv4") return allIpv4;
  return family === "IPv6" ? allIpv6 : allAddresses;
}

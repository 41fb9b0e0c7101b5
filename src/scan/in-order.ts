import type { Json } from "../model/finding.ts";
import type { Target } from "../model/resource.ts";
import { targetKey } from "../model/resource.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../snapshot/record.ts";
import { compareTexts } from "./order.ts";

/**
 * A snapshot with everything in one order, whatever order it was read in: answers come as they come, files are merged as they are named, and a report
 * that changed with that would show changes where there are none.
 *
 * Records of one operation stand in the order of what they say, member by member, which most often is decided by the first one.
 */
export function inOrder(snapshot: Snapshot): Snapshot {
  return {
    ...snapshot,
    targets: snapshot.targets.toSorted((a, b) => compareTargets(a, b) || compareMembers({ ...a }, { ...b })),
    records: recordsInOrder(snapshot.records),
    coverage: snapshot.coverage.toSorted((a, b) => compareTargets(a, b) || compareTexts(a.operation, b.operation)),
    notes: snapshot.notes.toSorted(compareTexts),
  };
}

function recordsInOrder(records: readonly SnapshotRecord[]): SnapshotRecord[] {
  const groups = Map.groupBy(records, (record) => `${targetKey(record)} ${record.operation}`);
  return [...groups]
    .toSorted(([a], [b]) => compareTexts(a, b))
    .flatMap(([, group]) =>
      group.toSorted((a, b) => compareJson(a.request ?? null, b.request ?? null) || compareJson(a.data, b.data)),
    );
}

function compareTargets(a: Target, b: Target): number {
  return compareTexts(targetKey(a), targetKey(b));
}

/** By kind, then by value; lists and objects by their first difference, the shorter one first. */
function compareJson(a: Json, b: Json): number {
  if (a === b) return 0;
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (isList(a) && isList(b)) return compareLists(a, b);
  if (isObject(a) && isObject(b)) return compareMembers(a, b);
  return compareTexts(kindOf(a), kindOf(b)) || compareTexts(JSON.stringify(a), JSON.stringify(b));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is VendorObject {
  return typeof value === "object" && value !== null && !isList(value);
}

function kindOf(value: Json): string {
  return isList(value) ? "list" : typeof value;
}

function compareLists(a: readonly Json[], b: readonly Json[]): number {
  const common = Math.min(a.length, b.length);
  for (let index = 0; index < common; index++) {
    const order = compareJson(a[index] ?? null, b[index] ?? null);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareMembers(a: VendorObject, b: VendorObject): number {
  const keys = Object.keys(a);
  const others = Object.keys(b);
  const common = Math.min(keys.length, others.length);
  for (let index = 0; index < common; index++) {
    const key = keys[index] ?? "";
    const other = others[index] ?? "";
    const order = key === other ? compareJson(a[key] ?? null, b[key] ?? null) : compareTexts(key, other);
    if (order !== 0) return order;
  }
  return keys.length - others.length;
}

import type { Json } from "../../src/model/finding.ts";
import type { VendorObject } from "../../src/snapshot/record.ts";

/** Answers as two SDKs would agree on them: what is empty may be absent, and the order of a listing means nothing. */
export function comparable(items: readonly VendorObject[]): readonly string[] {
  return items.map((item) => JSON.stringify(withoutEmpty(item))).toSorted();
}

function withoutEmpty(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value)
    .filter(([, member]) => !(Array.isArray(member) && member.length === 0) && member !== null)
    .map(([name, member]): [string, Json] => [name, withoutEmpty(member)])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members);
}

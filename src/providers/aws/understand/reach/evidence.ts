import { isKnown } from "../../../../model/coverage.ts";
import type { Target } from "../../../../model/resource.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";

/** Why what an operation told of an account and Region cannot be taken for all there is; null when it can. */
export function unread(index: RecordIndex, target: Target, operation: string): string | null {
  const row = index.coverage(target, operation);
  if (row === null) return `${operation} of account ${target.account} in ${target.region} was not asked`;
  return isKnown(row.status) ? null : `${operation} ${row.status}`;
}

/** Why the answer to one request of an operation is missing; null when it is not. */
export function gapOf(
  index: RecordIndex,
  target: Target,
  operation: string,
  request: Readonly<Record<string, string>>,
): string | null {
  const row = index.coverage(target, operation);
  if (row === null) return `${operation} was not asked`;
  if (isKnown(row.status)) return null;
  const concerns = ({ request: asked }: { readonly request: Readonly<Record<string, string>> }): boolean =>
    Object.entries(request).every(([name, value]) => asked[name] === value);
  return row.gaps === undefined || row.gaps.some(concerns) ? `${operation} ${row.status}` : null;
}

/** The reasons among several operations, each once. */
export function unreadAmong(index: RecordIndex, target: Target, operations: readonly string[]): readonly string[] {
  return operations.flatMap((operation) => unread(index, target, operation) ?? []);
}

/** The text items of a list member; whatever else is in it is left out. */
export function texts(data: VendorObject, member: string): readonly string[] {
  const value = data[member];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string" && each !== "") : [];
}

/** Makes a value once for each key. */
export function once<T>(): (key: string, make: () => T) => T {
  const known = new Map<string, T>();
  return (key, make) => {
    const there = known.get(key);
    if (there !== undefined) return there;
    const made = make();
    known.set(key, made);
    return made;
  };
}

/** Adds to the list under a key. */
export function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [item]);
  else known.push(item);
}

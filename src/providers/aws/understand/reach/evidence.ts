import { isKnown } from "../../../../model/coverage.ts";
import type { Target } from "../../../../model/resource.ts";
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

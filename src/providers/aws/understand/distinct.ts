import { canonicalId, type ResourceRef } from "../../../model/resource.ts";

/** Each resource once: a dump may hold the same answer twice, and the later one counts. */
export function distinct<T extends { readonly resource: ResourceRef }>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [canonicalId(item.resource), item])).values()];
}

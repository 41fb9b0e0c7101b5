import { canonicalId, type ResourceRef } from "../model/resource.ts";
import type { NetworkEstate } from "../network/estate.ts";
import { compareTexts } from "./order.ts";

/** Tells the tags of a resource. */
export type TagsOf = (resource: ResourceRef) => Readonly<Record<string, string>>;

/**
 * The tags that findings carry, in the order of their keys: the resource's own, and for an endpoint those of its workload too where it has none of
 * that key, for people tag machines, not their interfaces.
 */
export function findingTags(own: TagsOf, { endpoints }: Pick<NetworkEstate, "endpoints">): TagsOf {
  const workloads = new Map(
    endpoints.flatMap(({ resource, workload }) =>
      workload === null ? [] : [[canonicalId(resource), workload] as const],
    ),
  );
  return (resource) => {
    const workload = workloads.get(canonicalId(resource));
    const lent = workload === undefined ? {} : own(workload);
    const tags = { ...lent, ...own(resource) };
    return Object.fromEntries(Object.entries(tags).toSorted(([a], [b]) => compareTexts(a, b)));
  };
}

import type { VendorObject } from "../../../snapshot/record.ts";
import { object, text } from "../../read.ts";
import type { GcpIndex } from "./resources.ts";
import { isGiven } from "./terms.ts";

/** A folder lies ten folders deep at most; whatever goes further is a circle. */
const deepest = 32;

/**
 * What lies above a project: organization first, then folders down to its own; null where that is not known whole. An empty list is a
 * project by itself. https://cloud.google.com/resource-manager/docs/cloud-platform-resource-hierarchy
 */
export function ancestorsOf(index: GcpIndex, project: string): readonly string[] | null {
  // Compute Engine tells projects too, without what lies above them.
  const own = index.all("projects").find(({ data }) => text(data, "projectId") === project);
  if (own === undefined) return null;
  const chain: string[] = [];
  let parent = parentIn(own.data);
  if (parent === undefined) return [];
  while (parent !== undefined && chain.length < deepest) {
    if (parent === null) return null;
    chain.unshift(parent);
    if (/^organizations\/[^/]+$/.test(parent)) return chain;
    const folder = index.find(parent);
    // A folder always lies in something.
    parent = folder === null ? null : (parentIn(folder.data) ?? null);
  }
  return null;
}

/** Undefined where there is none, null where it cannot be read. */
function parentIn(data: VendorObject): string | null | undefined {
  if (!isGiven(data["parent"])) return undefined;
  const parent = text(data, "parent");
  if (parent !== null) return parent;
  // As `gcloud projects describe` prints it.
  const inner = object(data, "parent");
  const [type, id] = inner === null ? [null, null] : [text(inner, "type"), text(inner, "id")];
  return type === null || id === null ? null : `${type}s/${id}`;
}

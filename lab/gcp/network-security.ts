import { listedPage } from "./listing.ts";
import { type GcpNode, type JsonObject, pathOf } from "./estate.ts";
import type { Paging } from "./http.ts";

/**
 * The address groups of a project or organization at a location, `-` being all of them. A location that cannot be reached is named, as in
 * https://docs.cloud.google.com/firewall/docs/reference/network-security/rest/v1/projects.locations.addressGroups/list.
 */
export function addressGroups(
  { resources = [] }: GcpNode,
  parameters: Readonly<Record<string, string>>,
  paging: Paging,
): JsonObject {
  const wanted = parameters["location"] ?? "";
  const groups = resources.flatMap((resource) => {
    const location = /\/locations\/([^/]+)\/addressGroups\/[^/]+$/.exec(pathOf(resource.selfLink))?.[1];
    return location !== undefined && (wanted === "-" || wanted === location) ? [{ resource, location }] : [];
  });
  const away = paging.fault === "unreachable-scope" ? (groups.at(-1)?.location ?? "global") : null;
  const there = groups.filter(({ location }) => location !== away).map(({ resource }) => resource);
  return {
    ...listedPage(there, paging, "addressGroups"),
    ...(away === null ? {} : { unreachable: [away] }),
  };
}

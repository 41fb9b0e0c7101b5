import { type GcpEstate, type GcpProject, type GcpResource, type JsonObject, pathOf } from "./estate.ts";
import { GoogleFailure, pageOf, type Paging } from "./http.ts";
import type { ScopeKind } from "./operations.ts";

/** A page of a plain listing. A member without items is left out, as Google does. */
export function listedPage(items: readonly JsonObject[], paging: Paging, member = "items"): JsonObject {
  const page = pageOf(items, paging);
  return {
    ...(page.items.length === 0 ? {} : { [member]: page.items }),
    ...(page.next === null ? {} : { nextPageToken: page.next }),
  };
}

/** Where Google runs, as far as the lab goes. What an estate has elsewhere is there besides. */
const knownScopes = [
  "global",
  "regions/europe-west1",
  "regions/europe-west4",
  "regions/us-central1",
  ...["b", "c", "d"].map((letter) => `zones/europe-west1-${letter}`),
  ...["a", "b", "c"].map((letter) => `zones/europe-west4-${letter}`),
  ...["a", "b", "c", "f"].map((letter) => `zones/us-central1-${letter}`),
];

/**
 * A page of an aggregated listing, whose path ends with what it is of. Every scope is on every page, with a warning where it has nothing.
 * See https://docs.cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList.
 */
export function aggregatedPage(
  estate: GcpEstate,
  project: GcpProject,
  path: string,
  kinds: readonly ScopeKind[],
  paging: Paging,
): JsonObject {
  const collection = path.slice(path.lastIndexOf("/") + 1);
  const held = (project.resources ?? []).flatMap((resource) => {
    const scope = scopeOf(resource, collection);
    return scope === null ? [] : [{ scope, resource }];
  });
  const scopes = [...new Set([...knownScopes, ...held.map(({ scope }) => scope)])]
    .filter((scope) => kinds.some((kind) => scope === kind || scope.startsWith(`${kind}/`)))
    .toSorted();
  const last = scopes.findLast((scope) => held.some((entry) => entry.scope === scope));
  const away = scopes.filter(
    (scope) =>
      project.unreachable?.includes(scope) === true || (paging.fault === "unreachable-scope" && scope === last),
  );
  if (away.length > 0 && paging.request.query.get("returnPartialSuccess") !== "true") {
    const message = `The scopes ${away.join(", ")} could not be reached.`;
    throw new GoogleFailure(503, "UNAVAILABLE", message, { legacy: { domain: "global", reason: "backendError" } });
  }
  const present = scopes.filter((scope) => !away.includes(scope));
  const page = pageOf(
    present.flatMap((scope) => held.filter((entry) => entry.scope === scope)),
    paging,
  );
  const entries = scopes.map((scope): readonly [string, JsonObject] => {
    const here = page.items.filter((entry) => entry.scope === scope).map(({ resource }) => resource);
    if (here.length === 0) return [scope, { warning: away.includes(scope) ? unreachable(scope) : empty(scope) }];
    const bare = estate.rulesInLists === false && collection === "firewallPolicies";
    return [scope, { [collection]: bare ? here.map((policy) => ({ ...policy, rules: undefined })) : here }];
  });
  return {
    id: path,
    items: Object.fromEntries(entries),
    ...(page.next === null ? {} : { nextPageToken: page.next }),
    selfLink: `https://www.googleapis.com/compute/v1/${path}`,
    ...(away.length === 0 ? {} : { unreachables: away }),
  };
}

/** `zones/europe-west1-b` of an instance; null for what is of another type. */
function scopeOf({ selfLink }: GcpResource, collection: string): string | null {
  const segments = pathOf(selfLink).split("/");
  return segments[0] === "projects" && segments.at(-2) === collection ? segments.slice(2, -2).join("/") : null;
}

function empty(scope: string): JsonObject {
  return {
    code: "NO_RESULTS_ON_PAGE",
    message: `There are no results for scope '${scope}' on this page.`,
    data: [{ key: "scope", value: scope }],
  };
}

function unreachable(scope: string): JsonObject {
  return {
    code: "UNREACHABLE",
    message: `The scope '${scope}' could not be reached. Its resources are not in this response.`,
    data: [{ key: "scope", value: scope }],
  };
}

import type { WireRequest, WireResponse } from "../http.ts";
import type { ArmObject, AzureDirectory, AzureEstate, DirectoryObject } from "./estate.ts";
import { ArmFailure, odataPage, type Paging } from "./http.ts";

/** What a request to Microsoft Graph asks for. */
export interface GraphCall {
  readonly kind: "graph";
  /** What Rampart names it by: `microsoft.graph/groups/members`. */
  readonly operation: string;
  readonly answer: (paging: Paging) => WireResponse;
}

/** The application of Microsoft Graph, in every tenant. */
const microsoftGraph = "00000003-0000-0000-c000-000000000000";

/** A directory in which there is nobody. */
const nobody: AzureDirectory = {
  organization: {},
  users: [],
  groups: [],
  servicePrincipals: [],
  applications: [],
  members: {},
  owners: {},
  federatedIdentityCredentials: {},
  appRoleAssignments: [],
  roleAssignments: [],
  roleDefinitions: [],
  roleEligibilityScheduleInstances: [],
};

/** Finds out what a request to Microsoft Graph asks for; null for a path that is none of its. */
export function graphCall({ directory = nobody, tenant }: AzureEstate, request: WireRequest): GraphCall | null {
  const [version, path] = /^\/(v1\.0|beta)(\/.+)$/.exec(decodeURIComponent(request.path))?.slice(1) ?? [];
  if (version === undefined || path === undefined || request.method !== "GET") return null;
  const of = (operation: string, items: () => readonly ArmObject[]): GraphCall => ({
    kind: "graph",
    operation: `microsoft.graph/${operation}`,
    answer: (paging) => odataPage(selected(items(), request), paging),
  });
  const listed = { ...directory, organization: [{ id: tenant.id, ...directory.organization }] };
  const listing = /^\/(organization|users|groups|servicePrincipals|applications)$/.exec(path)?.[1];
  if (listing !== undefined) return of(listing, () => filtered(objectsIn(listed, listing), request));
  const roles =
    /^\/roleManagement\/directory\/(roleAssignments|roleDefinitions|roleEligibilityScheduleInstances)$/.exec(path)?.[1];
  if (roles !== undefined) return of(path.slice(1), () => objectsIn(listed, roles));
  if (path === `/servicePrincipals(appId='${microsoftGraph}')/appRoleAssignedTo`) {
    return of("servicePrincipals/appRoleAssignments", () => directory.appRoleAssignments);
  }
  const [kind, id = "", relation = ""] =
    /^\/(groups|servicePrincipals|applications)\/([^/]+)\/([A-Za-z]+)$/.exec(path)?.slice(1) ?? [];
  if (kind === undefined) return null;
  return of(`${kind}/${relation}`, () => {
    const parents: readonly ArmObject[] = objectsIn(listed, kind);
    if (!parents.some((each) => each["id"] === id)) throw noObject(id);
    if (relation === "federatedIdentityCredentials") return directory.federatedIdentityCredentials[id] ?? [];
    if (relation !== "members" && relation !== "owners") throw noSegment(relation);
    const related = (directory[relation][id] ?? []).map((each) => typed(directory, each));
    // https://learn.microsoft.com/graph/known-issues: of groups, the stable version lists no service principals.
    return kind === "groups" && version === "v1.0"
      ? related.filter((each) => each["@odata.type"] !== "#microsoft.graph.servicePrincipal")
      : related;
  });
}

type Listed = Omit<AzureDirectory, "organization"> & { readonly organization: readonly ArmObject[] };

function objectsIn(listed: Listed, name: string): readonly ArmObject[] {
  switch (name) {
    case "organization":
    case "users":
    case "groups":
    case "servicePrincipals":
    case "applications":
    case "roleAssignments":
    case "roleDefinitions":
    case "roleEligibilityScheduleInstances":
      return listed[name];
    default:
      throw noSegment(name);
  }
}

/** Somebody with his kind, as the members and owners of something are told. */
function typed({ users, groups, servicePrincipals }: AzureDirectory, id: string): ArmObject {
  const kinds: readonly (readonly [string, readonly DirectoryObject[]])[] = [
    ["user", users],
    ["group", groups],
    ["servicePrincipal", servicePrincipals],
  ];
  for (const [kind, objects] of kinds) {
    const found = objects.find((each) => each.id === id);
    if (found !== undefined) return { "@odata.type": `#microsoft.graph.${kind}`, ...found };
  }
  throw new Error(`${id} is nobody in the directory of the estate`);
}

/** The filters that Rampart sends: `id in ('...', ...)`. */
function filtered(items: readonly ArmObject[], { query }: WireRequest): readonly ArmObject[] {
  const filter = query.get("$filter");
  if (filter === null) return items;
  const [, member = "", list = ""] = /^(\w+) in \((.*)\)$/.exec(filter) ?? [];
  const wanted = Array.from(list.matchAll(/'([^']*)'/g), ([, value]) => value ?? "");
  if (member === "" || wanted.length === 0) throw badFilter("Invalid filter clause.");
  if (wanted.length > 15) throw badFilter("Too many child clauses specified in search filter expression: max 15.");
  return items.filter(({ [member]: value }) => typeof value === "string" && wanted.includes(value));
}

function selected(items: readonly ArmObject[], { query }: WireRequest): readonly ArmObject[] {
  const names = query.get("$select")?.split(",");
  if (names === undefined) return items;
  return items.map((item) =>
    Object.fromEntries(
      Object.entries(item).filter(([name]) => name === "id" || name === "@odata.type" || names.includes(name)),
    ),
  );
}

/** https://learn.microsoft.com/graph/errors */
function noObject(id: string): ArmFailure {
  const text = `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`;
  return new ArmFailure(404, "Request_ResourceNotFound", text);
}

function noSegment(segment: string): ArmFailure {
  return new ArmFailure(400, "BadRequest", `Resource not found for the segment '${segment}'.`);
}

function badFilter(text: string): ArmFailure {
  return new ArmFailure(400, "Request_UnsupportedQuery", text);
}

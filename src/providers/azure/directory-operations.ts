import type { SnapshotRecord, VendorObject } from "../../snapshot/record.ts";
import type { Ask, ParentRequest } from "../shared/ask.ts";
import { isObject } from "../read.ts";
import { type AzureOperation, idsMember, operation, parentMember } from "./operation.ts";
import { graphPermissions } from "./understand/identity/data/entra-roles.ts";

/** The prefix of what Microsoft Graph is asked: https://learn.microsoft.com/graph/api/overview */
const prefix = "microsoft.graph/";
const stable = "v1.0";
/**
 * The version that lists service principals among the members and owners of groups. The stable one leaves them out, and its way around
 * that, `$expand`, ends at twenty: https://learn.microsoft.com/graph/known-issues, https://learn.microsoft.com/graph/api/group-list-members
 */
const withServicePrincipals = "beta";

/** The most values that a filter with `in` takes: https://learn.microsoft.com/graph/known-issues */
const mostIds = 15;
/** The largest pages that the long listings come in; they are of a hundred without it. */
const largePages = { $top: "999" };

/** The application of Microsoft Graph itself, in every tenant. */
const microsoftGraph = "00000003-0000-0000-c000-000000000000";

const roleAssignments = "Microsoft.Authorization/roleAssignments/read";
const eligibilities = "Microsoft.Authorization/roleEligibilityScheduleInstances/read";
const activations = "Microsoft.Authorization/roleAssignmentScheduleInstances/read";
/** What the roles in an assignment may do. */
export const roleDefinitions = "Microsoft.Authorization/roleDefinitions/read";
/** The operations of Azure Resource Manager that say who holds a right on Azure: what Microsoft Graph is asked about begins there. */
export const holderOperations: readonly string[] = [roleAssignments, eligibilities, activations];

const groups = `${prefix}groups`;
const members = `${prefix}groups/members`;
const groupOwners = `${prefix}groups/owners`;
const principals = `${prefix}servicePrincipals`;
const principalOwners = `${prefix}servicePrincipals/owners`;
const appRoles = `${prefix}servicePrincipals/appRoleAssignments`;
const applications = `${prefix}applications`;
const directoryAssignments = `${prefix}roleManagement/directory/roleAssignments`;
const directoryEligibilities = `${prefix}roleManagement/directory/roleEligibilityScheduleInstances`;

/** A kind of directory object that may hold a right. */
type Kind = "group" | "servicePrincipal" | "user";

/** Somebody who holds a right, or leads to one; the kind is null where the record does not say it. */
interface Holder {
  readonly id: string;
  readonly kind: Kind | null;
}

/** Whom a record names: the principal of an assignment, a member or owner, the holder of an application permission. */
function holderIn(record: SnapshotRecord): Holder | null {
  const [id, kind] = namedIn(record);
  return typeof id === "string" && isObjectId(id) ? { id: id.toLowerCase(), kind: kindOf(kind) } : null;
}

/** The id of whom a record names, with what it says of his kind. */
function namedIn({ operation: from, data }: SnapshotRecord): readonly [id: unknown, kind: unknown] {
  const { properties } = data;
  if (holderOperations.includes(from)) {
    return isObject(properties) ? [properties["principalId"], properties["principalType"]] : [null, null];
  }
  if (from === directoryAssignments || from === directoryEligibilities) return [data["principalId"], null];
  if (from !== appRoles) return [data["id"], data["@odata.type"]];
  const { appRoleId, principalId, principalType } = data;
  const leads = typeof appRoleId === "string" && graphPermissions.has(appRoleId.toLowerCase());
  return leads ? [principalId, principalType] : [null, null];
}

function kindOf(said: unknown): Kind | null {
  if (typeof said !== "string") return null;
  const kinds: readonly Kind[] = ["group", "servicePrincipal", "user"];
  const word = said.replace(/^#microsoft\.graph\./, "").toLowerCase();
  return kinds.find((kind) => kind.toLowerCase() === word) ?? null;
}

/** Whether `id` is an object id, fit to be put into a path. */
export function isObjectId(id: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id);
}

/**
 * A few requests for everybody of a kind that the parents' records name together, each with as many ids as one request takes. `idOf` gives
 * what a record names; null where that is nobody of the kind.
 */
function together(parents: readonly string[], idOf: (record: SnapshotRecord) => string | null): Ask {
  return {
    how: "per-parent",
    parents,
    // Ids of many records go into one request, so that one record speaks for all of them.
    requests: (record, all) => (record === all[0] ? chunked(new Set(all.flatMap((each) => idOf(each) ?? []))) : []),
    keep: [],
  };
}

function chunked(ids: ReadonlySet<string>): readonly ParentRequest[] {
  const sorted = [...ids].toSorted();
  return sorted.flatMap((_, at) =>
    at % mostIds === 0 ? [{ members: { [idsMember]: sorted.slice(at, at + mostIds).join(",") } }] : [],
  );
}

/** One request for each object of a kind that the parents' records name. */
function each(parents: readonly string[], kind: Kind, recurs = false): Ask {
  const requests = (record: SnapshotRecord): readonly ParentRequest[] => {
    const holder = holderIn(record);
    const is = record.operation === `${prefix}${kind}s` ? kind : holder?.kind;
    return holder !== null && is === kind ? [{ members: { [parentMember]: holder.id } }] : [];
  };
  return { how: "per-parent", parents, requests, keep: [parentMember], ...(recurs ? { recurs: true as const } : {}) };
}

/** The id of whoever may be of a kind: where a record does not say what its holder is, every kind is asked for. */
function maybe(kind: Kind): (record: SnapshotRecord) => string | null {
  return (record) => {
    const holder = holderIn(record);
    return holder !== null && (holder.kind ?? kind) === kind ? holder.id : null;
  };
}

/** An operation of Microsoft Graph; its path is what stands behind `microsoft.graph/` in its id unless it says otherwise. */
function graph(
  id: string,
  kept: readonly string[],
  permission: string,
  rest: Partial<Pick<AzureOperation, "apiVersion" | "ask" | "disabledBy" | "query">> & { readonly path?: string } = {},
): AzureOperation {
  const { path = `/${id.slice(prefix.length)}`, query = {}, ...others } = rest;
  return operation(id, {
    apiVersion: stable,
    route: { kind: "graph", path },
    query: { $select: kept.join(","), ...query },
    permissions: [permission],
    trim: only(["@odata.type", ...kept]),
    ...others,
  });
}

/** Microsoft Graph gives members that were not selected along with some objects; credentials of applications are never kept. */
function only(names: readonly string[]): AzureOperation["trim"] {
  return (item: VendorObject) => Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
}

const userMembers = [
  "id",
  "userPrincipalName",
  "displayName",
  "userType",
  "accountEnabled",
  "createdDateTime",
  "onPremisesSyncEnabled",
];
const groupMembers = [
  "id",
  "displayName",
  "securityEnabled",
  "mailEnabled",
  "groupTypes",
  "membershipRule",
  "isAssignableToRole",
  "onPremisesSyncEnabled",
];
const principalMembers = [
  "id",
  "appId",
  "displayName",
  "servicePrincipalType",
  "accountEnabled",
  "appOwnerOrganizationId",
  "alternativeNames",
];
/** Of whoever is listed as a member or owner, what its kind has of these. */
const anyMembers = [...new Set([...userMembers, ...groupMembers, ...principalMembers])];

const readRoles = "RoleManagement.Read.Directory";
const readGroups = "GroupMember.Read.All";
const readApplications = "Application.Read.All";
const readUsers = "User.Read.All";

/** What a tenant without the licence for Privileged Identity Management answers: nobody is eligible there. */
const noPim = ["AadPremiumLicenseRequired"];

/** Everybody who holds a right, by himself or as a member, or who leads to one. */
const holders = [...holderOperations, directoryAssignments, directoryEligibilities];

/**
 * What Microsoft Graph is asked, once for each tenant, after its subscriptions were read: about those who hold a right on Azure or in the
 * directory, about who is a member or owner of them, and about nobody else. https://learn.microsoft.com/graph/api/overview
 */
export const directoryOperations: readonly AzureOperation[] = [
  graph(`${prefix}organization`, ["id", "displayName", "verifiedDomains", "tenantType"], "Organization.Read.All"),
  graph(directoryAssignments, ["id", "principalId", "roleDefinitionId", "directoryScopeId"], readRoles),
  graph(
    `${prefix}roleManagement/directory/roleDefinitions`,
    ["id", "templateId", "displayName", "isBuiltIn", "isEnabled", "rolePermissions"],
    readRoles,
  ),
  graph(
    directoryEligibilities,
    ["id", "principalId", "roleDefinitionId", "directoryScopeId", "memberType", "startDateTime", "endDateTime"],
    // There is a lesser one for this alone; this one is needed all the same.
    readRoles,
    { disabledBy: noPim },
  ),
  // From the side of Microsoft Graph, which tells everybody who holds a permission on it in one listing.
  // https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto
  graph(
    appRoles,
    ["id", "appRoleId", "principalId", "principalType", "resourceId", "createdDateTime"],
    readApplications,
    {
      path: `/servicePrincipals(appId='${microsoftGraph}')/appRoleAssignedTo`,
      query: largePages,
    },
  ),

  graph(groups, groupMembers, readGroups, {
    query: { $filter: "id in ({ids})" },
    ask: together(holders, maybe("group")),
  }),
  graph(members, anyMembers, readGroups, {
    path: "/groups/{parent}/members",
    apiVersion: withServicePrincipals,
    query: largePages,
    ask: each([groups], "group", true),
  }),
  graph(groupOwners, anyMembers, readGroups, {
    path: "/groups/{parent}/owners",
    apiVersion: withServicePrincipals,
    ask: each([groups, members], "group"),
  }),
  graph(principals, principalMembers, readApplications, {
    query: { $filter: "id in ({ids})" },
    ask: together([...holders, appRoles, members, groupOwners], maybe("servicePrincipal")),
  }),
  graph(principalOwners, anyMembers, readApplications, {
    path: "/servicePrincipals/{parent}/owners",
    ask: each([principals], "servicePrincipal"),
  }),
  graph(applications, ["id", "appId", "displayName", "signInAudience", "createdDateTime"], readApplications, {
    query: { $filter: "appId in ({ids})" },
    // A managed identity has no application.
    ask: together([principals], ({ data: { appId, servicePrincipalType } }) =>
      typeof appId === "string" && isObjectId(appId) && servicePrincipalType !== "ManagedIdentity" ? appId : null,
    ),
  }),
  graph(`${prefix}applications/owners`, anyMembers, readApplications, {
    path: "/applications/{parent}/owners",
    ask: ofApplications(),
  }),
  graph(
    `${prefix}applications/federatedIdentityCredentials`,
    ["id", "name", "issuer", "subject", "audiences", "claimsMatchingExpression"],
    readApplications,
    { path: "/applications/{parent}/federatedIdentityCredentials", ask: ofApplications() },
  ),
  graph(`${prefix}users`, userMembers, readUsers, {
    query: { $filter: "id in ({ids})" },
    ask: together(holders, maybe("user")),
  }),
];

function ofApplications(): Ask {
  const requests = ({ data: { id } }: SnapshotRecord): readonly ParentRequest[] =>
    typeof id === "string" && isObjectId(id) ? [{ members: { [parentMember]: id } }] : [];
  return { how: "per-parent", parents: [applications], requests, keep: [parentMember] };
}

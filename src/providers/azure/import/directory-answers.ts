import type { Json } from "../../../model/finding.ts";
import type { DumpDocument } from "../../../snapshot/dump.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { isObject, text } from "../../read.ts";
import { directoryOperations } from "../directory-operations.ts";
import type { AzureOperation } from "../operation.ts";

/** What a document holds of what Microsoft Graph tells. */
export interface DirectoryAnswer {
  readonly document: DumpDocument;
  readonly kind: DirectoryKind;
  readonly items: readonly VendorObject[];
  /** A page of several, of which the next is elsewhere. */
  readonly isPart: boolean;
  /** One object by itself: says nothing about what else there is. */
  readonly isSingle: boolean;
  /** Items that are none of its kind. */
  readonly strange: number;
  /** Ids that the answer itself says that it is about. */
  readonly about: readonly string[];
  /** Whether it came from the version that lists service principals among members and owners; null where it does not say. */
  readonly isBeta: boolean | null;
}

/** What there is a list of: an operation's own kind, or somebody's members or owners. */
export type DirectoryKind = { readonly operation: AzureOperation } | { readonly relation: "members or owners" };

const guid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi;

/** The operation that ends so: `directoryNamed("groups/members")`. */
export function directoryNamed(path: string): AzureOperation {
  const found = directoryOperations.find(({ id }) => id === `microsoft.graph/${path}`);
  if (found === undefined) throw new Error(`${path} is not in the list of operations`);
  return found;
}

/**
 * The kinds by members that no other has: https://learn.microsoft.com/graph/api/overview. The first that fits counts; a principal and an
 * application have much in common.
 */
const kinds: readonly (readonly [has: readonly string[], path: string])[] = [
  [["issuer", "audiences"], "applications/federatedIdentityCredentials"],
  [["appRoleId", "principalId", "resourceId"], "servicePrincipals/appRoleAssignments"],
  // Of the schedules, which have a kind of membership, those of assignments say how they came about.
  [
    ["roleDefinitionId", "principalId", "directoryScopeId", "assignmentType"],
    "roleManagement/directory/roleAssignments",
  ],
  [
    ["roleDefinitionId", "principalId", "directoryScopeId", "memberType"],
    "roleManagement/directory/roleEligibilityScheduleInstances",
  ],
  [["roleDefinitionId", "principalId", "directoryScopeId"], "roleManagement/directory/roleAssignments"],
  [["rolePermissions", "templateId"], "roleManagement/directory/roleDefinitions"],
  [["servicePrincipalType", "appId"], "servicePrincipals"],
  [["signInAudience", "appId"], "applications"],
  [["securityEnabled", "displayName"], "groups"],
  [["userPrincipalName"], "users"],
  [["verifiedDomains", "displayName"], "organization"],
];

/** Kinds by what `@odata.context` says, for answers without an item. */
const contexts: readonly (readonly [RegExp, string])[] = [
  [/federatedIdentityCredentials/, "applications/federatedIdentityCredentials"],
  [/appRoleAssign/, "servicePrincipals/appRoleAssignments"],
  [/roleEligibilityScheduleInstances/, "roleManagement/directory/roleEligibilityScheduleInstances"],
  [/roleManagement\/directory\/roleAssignments/, "roleManagement/directory/roleAssignments"],
  [/roleManagement\/directory\/roleDefinitions/, "roleManagement/directory/roleDefinitions"],
  [/#servicePrincipals(?:\(|\/\$entity|$)/, "servicePrincipals"],
  [/#applications(?:\(|\/\$entity|$)/, "applications"],
  [/#groups(?:\(|\/\$entity|$)/, "groups"],
  [/#users(?:\(|\/\$entity|$)/, "users"],
  [/#organization/, "organization"],
];

/**
 * Finds what Microsoft Graph tells in a document, by content: pages of its listings (`value`, `@odata.nextLink`), what `az ad` prints, one
 * object. Null when there is none.
 */
export function directoryAnswerIn(document: DumpDocument): DirectoryAnswer | null {
  const { value } = document;
  if (Array.isArray(value)) return listed(document, value, {});
  if (!isObject(value)) return null;
  const list = value["value"];
  if (Array.isArray(list)) return listed(document, list, value);
  const kind = kindOf(value);
  if (kind === null) return null;
  const { "@odata.context": _context, ...item } = value;
  return { document, kind, items: [item], isPart: false, isSingle: true, strange: 0, ...saidBy(value) };
}

function listed(document: DumpDocument, list: readonly Json[], page: VendorObject): DirectoryAnswer | null {
  const said = saidBy(page);
  const isPart = text(page, "@odata.nextLink") !== null;
  const sorted = list.flatMap((item) => {
    const of = isObject(item) ? kindOf(item) : null;
    return of === null || !isObject(item) ? [] : [{ item, of }];
  });
  const kind = sorted[0]?.of ?? (list.length === 0 ? kindSaid(page) : null);
  if (kind === null) return null;
  const items = sorted.flatMap(({ item, of }) => (isSame(of, kind) ? [item] : []));
  return { document, kind, items, isPart, isSingle: false, strange: list.length - items.length, ...said };
}

function kindOf(item: VendorObject): DirectoryKind | null {
  // Ids of Azure Resource Manager are paths.
  if (typeof item["id"] !== "string" || item["id"].startsWith("/")) return null;
  const odata = text(item, "@odata.type");
  if (odata !== null && /^#microsoft\.graph\.(?:user|group|servicePrincipal|device|orgContact)$/.test(odata)) {
    return { relation: "members or owners" };
  }
  const path = kinds.find(([has]) => has.every((member) => item[member] !== undefined))?.[1];
  return path === undefined ? null : { operation: directoryNamed(path) };
}

/** What an empty page says that it would list; whose members or owners it lists is not told. */
function kindSaid(page: VendorObject): DirectoryKind | null {
  const context = text(page, "@odata.context") ?? "";
  if (/#directoryObjects/.test(context)) return { relation: "members or owners" };
  const path = contexts.find(([pattern]) => pattern.test(context))?.[1];
  return path === undefined ? null : { operation: directoryNamed(path) };
}

function isSame(one: DirectoryKind, other: DirectoryKind): boolean {
  if ("relation" in one || "relation" in other) return "relation" in one && "relation" in other;
  return one.operation === other.operation;
}

function saidBy(page: VendorObject): Pick<DirectoryAnswer, "about" | "isBeta"> {
  const words = [text(page, "@odata.context") ?? "", text(page, "@odata.nextLink") ?? ""].join(" ");
  const version = /\/(beta|v1\.0)\//.exec(words)?.[1];
  return {
    about: Array.from(words.matchAll(guid), ([id]) => id.toLowerCase()),
    isBeta: version === undefined ? null : version === "beta",
  };
}

/** The ids in the names of a document's file and folders, the innermost first: what a request carried that its answer does not repeat. */
export function idsInPath({ path }: DumpDocument): readonly string[] {
  return path.toReversed().flatMap((name) => Array.from(name.matchAll(guid), ([id]) => id.toLowerCase()));
}

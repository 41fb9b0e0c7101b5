import { isKnown } from "../../../../model/coverage.ts";
import { globalRegion } from "../../../../model/resource.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { flag, text } from "../../../read.ts";
import { parentMember } from "../../operation.ts";

/** What a directory object is. */
export type ObjectKind = "user" | "group" | "service-principal";

/** Whoever a tenant's directory knows. */
export interface DirectoryObject {
  /** Its object id, in lower case. */
  readonly id: string;
  readonly kind: ObjectKind;
  /** The tenant whose directory told of it. */
  readonly account: string;
  readonly data: VendorObject;
}

/** An application that is registered in the tenant, with the service principals that sign in as it. */
export interface Application {
  readonly id: string;
  readonly name: string | null;
  readonly account: string;
  readonly servicePrincipals: readonly string[];
}

/** What was read of a tenant's directory. */
export interface Directory {
  readonly find: (id: string) => DirectoryObject | null;
  readonly all: readonly DirectoryObject[];
  readonly applications: readonly Application[];
  /** The groups that somebody is in, those that hold those groups too. */
  readonly groupsOf: (id: string) => readonly string[];
  /** Whether all direct members of a group were read. */
  readonly membersKnown: (group: string) => boolean;
  /** Groups and direct members. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>;
  /** Who owns what: groups, service principals and applications by owners' ids. */
  readonly owners: ReadonlyMap<string, ReadonlySet<string>>;
}

const kinds: Readonly<Record<string, ObjectKind>> = {
  "#microsoft.graph.user": "user",
  "#microsoft.graph.group": "group",
  "#microsoft.graph.serviceprincipal": "service-principal",
};

/** Operations whose records are directory objects, and of which kind where the record does not say. */
const listings: readonly (readonly [operation: string, kind: ObjectKind | null])[] = [
  // Those that tell less come first: the later record counts.
  ["microsoft.graph/groups/owners", null],
  ["microsoft.graph/servicePrincipals/owners", null],
  ["microsoft.graph/applications/owners", null],
  ["microsoft.graph/groups/members", null],
  ["microsoft.graph/users", "user"],
  ["microsoft.graph/groups", "group"],
  ["microsoft.graph/servicePrincipals", "service-principal"],
];

/** https://learn.microsoft.com/graph/api/overview */
export function readDirectory(index: RecordIndex, tenants: readonly string[]): Directory {
  const objects = new Map<string, DirectoryObject>();
  for (const [operation, usual] of listings) {
    for (const { data, account } of index.all(operation)) {
      const id = text(data, "id")?.toLowerCase();
      const kind = kinds[text(data, "@odata.type")?.toLowerCase() ?? ""] ?? usual ?? guessed(data);
      if (id === undefined || kind === null) continue;
      const before = objects.get(id);
      objects.set(id, { id, kind, account, data: before === undefined ? data : { ...before.data, ...data } });
    }
  }
  const members = children(index, "microsoft.graph/groups/members");
  const owners = new Map<string, Set<string>>();
  for (const part of ["groups", "servicePrincipals", "applications"]) {
    for (const [parent, ids] of children(index, `microsoft.graph/${part}/owners`)) owners.set(parent, ids);
  }
  const holders = new Map<string, string[]>();
  for (const [group, ids] of members) {
    for (const id of ids) {
      const list = holders.get(id);
      if (list === undefined) holders.set(id, [group]);
      else list.push(group);
    }
  }
  const known = new Map<string, readonly string[]>();
  const groupsOf = (id: string): readonly string[] => {
    const before = known.get(id);
    if (before !== undefined) return before;
    // A Set gives its members in the order they were added, those added meanwhile too.
    const found = new Set(holders.get(id));
    for (const group of found) for (const outer of holders.get(group) ?? []) found.add(outer);
    const made = [...found].toSorted();
    known.set(id, made);
    return made;
  };
  return {
    find: (id) => objects.get(id) ?? null,
    all: [...objects.values()],
    applications: readApplications(index, objects.values()),
    groupsOf,
    // Of groups that hold nothing, of those of other tenants and of those that were not found nobody asked.
    membersKnown: (group) =>
      objects.get(group)?.kind === "group" && tenants.some((tenant) => isRead(index, tenant, group)),
    members,
    owners,
  };
}

/** Members that sign in to nothing by themselves. */
const lifeless: ReadonlySet<string> = new Set(["#microsoft.graph.device", "#microsoft.graph.orgcontact"]);

/** What a listing of members or owners gave, by the object that was asked about. */
function children(index: RecordIndex, operation: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { data, request } of index.all(operation)) {
    const parent = request?.[parentMember]?.toLowerCase();
    const id = text(data, "id")?.toLowerCase();
    if (parent === undefined || id === undefined) continue;
    if (lifeless.has(text(data, "@odata.type")?.toLowerCase() ?? "")) continue;
    const list = found.get(parent);
    if (list === undefined) found.set(parent, new Set([id]));
    else list.add(id);
  }
  return found;
}

/** Whether a tenant's listing of members was read for a group. */
function isRead(index: RecordIndex, tenant: string, group: string): boolean {
  const row = index.coverage(
    { cloud: "azure", account: tenant, region: globalRegion },
    "microsoft.graph/groups/members",
  );
  if (row === null) return false;
  if (isKnown(row.status)) return true;
  if (row.gaps === undefined) return false;
  return !row.gaps.some(({ request }) => (request[parentMember] ?? group).toLowerCase() === group);
}

function guessed(data: VendorObject): ObjectKind | null {
  if (text(data, "userPrincipalName") !== null) return "user";
  if (text(data, "appId") !== null) return "service-principal";
  return flag(data, "securityEnabled") !== null ? "group" : null;
}

function readApplications(index: RecordIndex, objects: Iterable<DirectoryObject>): readonly Application[] {
  const byApp = new Map<string, string[]>();
  for (const { id, kind, data } of objects) {
    const app = kind === "service-principal" ? text(data, "appId")?.toLowerCase() : undefined;
    if (app === undefined) continue;
    const list = byApp.get(app);
    if (list === undefined) byApp.set(app, [id]);
    else list.push(id);
  }
  const found = new Map<string, Application>();
  for (const { data, account } of index.all("microsoft.graph/applications")) {
    const id = text(data, "id")?.toLowerCase();
    if (id === undefined) continue;
    const servicePrincipals = byApp.get(text(data, "appId")?.toLowerCase() ?? "") ?? [];
    found.set(id, { id, name: text(data, "displayName"), account, servicePrincipals });
  }
  return [...found.values()];
}

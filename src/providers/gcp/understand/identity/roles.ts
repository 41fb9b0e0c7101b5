import type { ActionSet } from "../../../../identity/actions.ts";
import type { Globs } from "../../../../identity/glob.ts";
import { isKnown } from "../../../../model/coverage.ts";
import { globalRegion } from "../../../../model/resource.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { flag, text, texts } from "../../../read.ts";

/** What a role holds. */
export interface Role {
  readonly name: string;
  /** Null where it could not be read. */
  readonly permissions: ReadonlySet<string> | null;
  /** A role of the customer's, which lies in a project or organization: `projects/p`; null for Google's. */
  readonly owner: string | null;
  /** What makes it far wider than firewalls need, as a whole; null when it is not. */
  readonly breadth: string | null;
}

/** Roles by name. */
export interface Roles {
  readonly find: (name: string) => Role;
  /** Why a role could not be read, in words. */
  readonly why: (role: Role) => string;
  /** The permissions of a role that are asked about, as a set of actions; of an unread role all of them. One object for each role. */
  readonly actionsOf: (role: Role) => ActionSet;
}

const listings = ["iam.projects.roles.list", "iam.organizations.roles.list"] as const;
const basicRoles: ReadonlySet<string> = new Set(["roles/owner", "roles/editor", "roles/viewer"]);

/**
 * Reads roles as they are: Google's by what `iam.roles.get` told, custom ones from their listings. A custom role that is disabled, deleted or, where the
 * listing is whole, not in it, grants nothing. https://docs.cloud.google.com/iam/docs/roles-overview#custom-role-launch
 * @param wanted the permissions that are asked about
 */
export function readRoles(index: RecordIndex, wanted: ReadonlySet<string>, globs: Globs): Roles {
  const read = new Map<string, VendorObject>();
  for (const { data } of [...listings, "iam.roles.get"].flatMap((operation) => index.all(operation))) {
    const name = text(data, "name");
    if (name !== null) read.set(name, data);
  }
  const roles = new Map<string, Role>();
  const sets = new Map<Role, ActionSet>();
  const everything: ActionSet = { include: [globs.pattern("*")], except: [] };

  const isListed = (owner: string): boolean => {
    const account = owner.replace(/^projects\//, "");
    const operation = owner.startsWith("projects/") ? listings[0] : listings[1];
    const row = index.coverage({ cloud: "gcp", account, region: globalRegion }, operation);
    return row !== null && isKnown(row.status);
  };
  const make = (name: string): Role => {
    const owner = /^((?:projects|organizations)\/[^/]+)\/roles\/[^/]+$/.exec(name)?.[1] ?? null;
    const data = read.get(name);
    const nothing: Role = { name, permissions: new Set(), owner, breadth: null };
    if (data === undefined) return owner !== null && isListed(owner) ? nothing : { ...nothing, permissions: null };
    if (flag(data, "deleted") === true || text(data, "stage") === "DISABLED") return nothing;
    const permissions = new Set(texts(data, "includedPermissions"));
    return { name, permissions, owner, breadth: isBroad(name, permissions) ? name : null };
  };

  return {
    find: (name) => {
      const before = roles.get(name) ?? make(name);
      roles.set(name, before);
      return before;
    },
    why: ({ name, owner }) =>
      `what ${name} holds (${owner === null ? "iam.roles.get" : owner.startsWith("projects/") ? listings[0] : listings[1]})`,
    actionsOf: (role) => {
      const before = sets.get(role);
      if (before !== undefined) return before;
      const { permissions } = role;
      const held = permissions === null ? null : [...wanted].filter((permission) => permissions.has(permission));
      const made =
        held === null ? everything : { include: held.map((each) => globs.literal(each.toLowerCase())), except: [] };
      sets.set(role, made);
      return made;
    },
  };
}

/** Basic roles, and those that hold the firewalls of a project beside its machines. */
function isBroad(name: string, permissions: ReadonlySet<string>): boolean {
  if (basicRoles.has(name)) return true;
  return permissions.has("compute.firewalls.update") && permissions.has("compute.instances.delete");
}

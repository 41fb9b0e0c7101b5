import type { ActionSet } from "../../../../identity/actions.ts";
import { always, type Condition } from "../../../../identity/condition.ts";
import type { Glob, GlobPart, Globs } from "../../../../identity/glob.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { objects, text, texts } from "../../../read.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import { propertiesOf } from "../arm.ts";
import { conditionOf } from "./conditions.ts";
import { entraRoles, globalAdministrator, passwordRoles } from "./data/entra-roles.ts";
import { roleKey } from "../../guid.ts";

/** One of a role's permissions: what it leaves out of its own actions is not denied, and another permission or role may allow it. */
export interface Permission {
  readonly actions: ActionSet;
  readonly condition: Condition;
}

/** What a role allows. */
export interface Role {
  /** What names it in every id: {@link roleKey}. */
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly isCustom: boolean;
  /** For a custom role: where it can be assigned, and so where somebody has to be let change it. */
  readonly assignableScopes: readonly string[];
  readonly permissions: readonly Permission[];
  /** What makes it far wider than firewalls need, as written; null for all else. */
  readonly breadth: string | null;
}

const anyAction = "*";
/** Names of data actions begin so here: a role's actions never speak of them, whatever their wildcards. */
export const dataPrefix = "data:";

/** The roles of Azure Resource Manager. https://learn.microsoft.com/azure/role-based-access-control/role-definitions */
export function readRoles(index: RecordIndex, globs: Globs): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  for (const { data } of index.all("Microsoft.Authorization/roleDefinitions/read")) {
    const id = text(data, "id") ?? text(data, "name");
    if (id === null) continue;
    const properties = propertiesOf(data);
    const name = text(properties, "roleName") ?? id;
    const key = roleKey(id);
    if (roles.has(key)) continue;
    const permissions = objects(properties, "permissions");
    roles.set(key, {
      key,
      id,
      name,
      isCustom: /custom/i.test(text(properties, "type") ?? text(properties, "roleType") ?? ""),
      assignableScopes: texts(properties, "assignableScopes"),
      permissions: permissions.flatMap((permission) => permissionsIn(permission, globs)),
      breadth: permissions.some(isBroad) ? name : null,
    });
  }
  return roles;
}

/** Whether actions are allowed without naming whose they are, to change things. */
function isBroad(permission: VendorObject): boolean {
  return texts(permission, "actions").some((action) => /^\*(?:$|\/(?:write|delete|action|\*))/i.test(action));
}

function permissionsIn(permission: VendorObject, globs: Globs): readonly Permission[] {
  const written = text(permission, "condition");
  const condition = written === null ? always : conditionOf(written, globs);
  return setsOf(permission, globs).map((actions) => ({ actions, condition }));
}

/** Actions, and data actions, of a permission; either is left out where it has none. */
export function setsOf(permission: VendorObject, globs: Globs): readonly ActionSet[] {
  const actions = texts(permission, "actions");
  const dataActions = texts(permission, "dataActions");
  const sets: ActionSet[] = [];
  if (actions.length > 0) {
    sets.push({
      include: actions.map((action) => actionGlob(action, globs)),
      except: [...texts(permission, "notActions").map((action) => actionGlob(action, globs)), ...elsewhere(globs)],
    });
  }
  if (dataActions.length > 0) {
    sets.push({
      include: dataActions.map((action) => actionGlob(dataPrefix + action, globs)),
      except: [
        ...texts(permission, "notDataActions").map((action) => actionGlob(dataPrefix + action, globs)),
        actionGlob(`${dataPrefix}rampart/*`, globs),
      ],
    });
  }
  return sets;
}

/** Every action of Azure Resource Manager, of resources and of their data. */
export function everything(globs: Globs): readonly ActionSet[] {
  return [
    { include: [actionGlob(anyAction, globs)], except: elsewhere(globs) },
    {
      include: [actionGlob(`${dataPrefix}*`, globs)],
      except: [actionGlob(`${dataPrefix}rampart/*`, globs)],
    },
  ];
}

function elsewhere(globs: Globs): readonly Glob[] {
  return [actionGlob(`${dataPrefix}*`, globs), actionGlob("microsoft.directory/*", globs)];
}

/** A pattern over actions: `*` is its only wildcard, and case does not matter. */
export function actionGlob(pattern: string, globs: Globs): Glob {
  const parts = pattern
    .toLowerCase()
    .split(/(\*)/)
    .filter((part) => part !== "");
  return globs.of(
    parts.map((part): GlobPart => (part === "*" ? { kind: "pattern", text: part } : { kind: "literal", text: part })),
  );
}

/** A role of Microsoft Entra ID. */
export interface DirectoryRole {
  readonly name: string;
  /** {@link entraRoles} are named by it; that of a custom role is its own. */
  readonly template: string;
  readonly actions: ActionSet;
  /** Whether it may elevate its access to all of Azure. */
  readonly isGlobalAdministrator: boolean;
}

/** The roles of Microsoft Entra ID by id, those that Microsoft defines whether or not they were read. */
export function readDirectoryRoles(index: RecordIndex, globs: Globs): ReadonlyMap<string, DirectoryRole> {
  const roles = new Map<string, DirectoryRole>();
  for (const [template, { name, actions }] of entraRoles) {
    roles.set(template, directoryRole(template, name, actions, globs));
  }
  for (const { data } of index.all("microsoft.graph/roleManagement/directory/roleDefinitions")) {
    const id = text(data, "id")?.toLowerCase();
    if (id === undefined) continue;
    const template = text(data, "templateId")?.toLowerCase() ?? id;
    const told = objects(data, "rolePermissions")
      // What it may do with itself, or with what it owns, is nobody else's.
      .filter((permission) => text(permission, "condition") === null)
      .flatMap((permission) => texts(permission, "allowedResourceActions"));
    const name = text(data, "displayName") ?? id;
    const known = entraRoles.get(template);
    const actions = data["isEnabled"] === false ? [] : told.length > 0 || known === undefined ? told : known.actions;
    roles.set(id, directoryRole(template, name, actions, globs));
  }
  return roles;
}

function directoryRole(template: string, name: string, actions: readonly string[], globs: Globs): DirectoryRole {
  const isGlobalAdministrator = template === globalAdministrator;
  // What other roles than those of the table may reset is not documented: no more than the least of them.
  const resetsAs =
    passwordRoles.find((role) => role.template === template || role.alike.includes(template))?.id ?? "password";
  const patterns = isGlobalAdministrator
    ? ["microsoft.directory/*"]
    : actions.flatMap((action) => directoryPatterns(action, resetsAs));
  return {
    name,
    template,
    actions: { include: patterns.map((pattern) => actionGlob(pattern, globs)), except: [] },
    isGlobalAdministrator,
  };
}

/** https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions#how-to-understand-role-permissions */
function directoryPatterns(action: string, resetsAs: string): readonly string[] {
  const name = action.toLowerCase().replace(".myorganization/", "/");
  if (!name.startsWith("microsoft.directory/")) return [];
  if (name.endsWith("/allproperties/alltasks")) return [name.replace(/allproperties\/alltasks$/, "*")];
  if (name.endsWith("/allproperties/update")) return [name.replace(/allproperties\/update$/, "*/update")];
  if (name === "microsoft.directory/users/password/update") return [`${name}/as/${resetsAs}`];
  return [name];
}

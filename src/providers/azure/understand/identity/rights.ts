import { allOf, always, type Condition } from "../../../../identity/condition.ts";
import type { StatementRef } from "../../../../identity/estate.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { Statement } from "../../../../identity/statement.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { text } from "../../../read.ts";
import { graphPermissions } from "./data/entra-roles.ts";
import type { Directory } from "./directory.ts";
import { activated, type Holding } from "./holdings.ts";
import { until } from "./keys.ts";
import { actionGlob, dataPrefix, type DirectoryRole } from "./roles.ts";
import type { Position, Tree } from "./tree.ts";

/** What somebody may do in the directory, and beyond by what they are there. */
export interface DirectoryRights {
  /** By roles of Microsoft Entra ID, permissions of Microsoft Graph, and what they own. */
  readonly of: (ids: readonly string[]) => readonly Statement[];
  /** What a Global Administrator may do. */
  readonly globalAdministrator: (account: string) => readonly Statement[];
}

/** The text that stands for an object of a tenant's directory; `roles` for what holds for all of it. */
export function directoryText(account: string, id: string): string {
  return `directory:${account}:${id}`;
}

/** What is asked of whoever changes a custom role to gain by it: that they hold it. */
export const holdsCustomRole = `${dataPrefix}rampart/holdsCustomRole`;

export function heldText({ roleKey }: Holding, position: Position): string {
  return `held:${roleKey}:${position.self}`;
}

/** That somebody holds a custom role where it is assigned. */
export function heldStatement(holding: Holding, globs: Globs): Statement {
  const { id, role, roleKey, layer, condition, positions } = holding;
  return {
    effect: "allow",
    actions: { include: [actionGlob(holdsCustomRole, globs)], except: [] },
    resources: {
      include: positions.map((position) => ({ kind: "glob", glob: globs.literal(heldText(holding, position)) })),
      except: [],
    },
    condition,
    ref: { policy: id, statement: role?.name ?? roleKey, effect: "allow", layer, attachedTo: null },
    breadth: null,
  };
}

interface RightsInput {
  readonly index: RecordIndex;
  readonly directory: Directory;
  readonly roles: ReadonlyMap<string, DirectoryRole>;
  readonly tree: Tree;
  readonly globs: Globs;
}

/** Who holds which role or permission in the directory, by object id. */
export function readDirectoryRights(input: RightsInput): DirectoryRights {
  const { index, directory, globs } = input;
  const given = new Map<string, Statement[]>();
  const give = (id: string, statements: readonly Statement[]): void => {
    const list = given.get(id);
    if (list === undefined) given.set(id, [...statements]);
    else list.push(...statements);
  };
  for (const [operation, isEligible] of [
    ["microsoft.graph/roleManagement/directory/roleAssignments", false],
    ["microsoft.graph/roleManagement/directory/roleEligibilityScheduleInstances", true],
  ] as const) {
    for (const { data, account } of index.all(operation)) {
      const principal = text(data, "principalId")?.toLowerCase();
      const key = text(data, "roleDefinitionId")?.toLowerCase();
      if (principal === undefined || key === undefined) continue;
      const role = input.roles.get(key) ?? null;
      const end = isEligible ? text(data, "endDateTime") : null;
      const condition = allOf([
        ...(isEligible ? [activated(role?.name ?? key)] : []),
        ...(end === null ? [] : [until(end, "before") ?? always]),
      ]);
      const ref: StatementRef = {
        policy: text(data, "id") ?? key,
        statement: role?.name ?? `role ${key}`,
        effect: "allow",
        layer: isEligible ? "eligible Microsoft Entra role" : "Microsoft Entra role",
        attachedTo: groupIn(directory, principal),
      };
      give(principal, byRole(role, key, account, text(data, "directoryScopeId") ?? "/", condition, ref, input));
    }
  }
  for (const { data, account } of index.all("microsoft.graph/servicePrincipals/appRoleAssignments")) {
    const principal = text(data, "principalId")?.toLowerCase();
    const permission = graphPermissions.get(text(data, "appRoleId")?.toLowerCase() ?? "");
    if (principal === undefined || permission === undefined || permission.actions.length === 0) continue;
    const ref: StatementRef = {
      policy: text(data, "id") ?? permission.name,
      statement: permission.name,
      effect: "allow",
      layer: "Microsoft Graph permission",
      attachedTo: null,
    };
    give(principal, [statement(permission.actions, everyObject(account, globs), always, ref, globs)]);
  }
  for (const [owned, ids] of directory.owners) {
    const actions = owns(directory, owned);
    const account = directory.find(owned)?.account ?? directory.applications.find(({ id }) => id === owned)?.account;
    if (account === undefined) continue;
    const ref: StatementRef = {
      policy: nameOfGroup(nameOf(directory, owned), owned),
      statement: `owner of the ${kindOf(directory, owned)}`,
      effect: "allow",
      layer: "ownership",
      attachedTo: null,
    };
    const right = statement(actions, [globs.literal(directoryText(account, owned))], always, ref, globs);
    for (const id of ids) give(id, [right]);
  }
  const chosen: StatementRef = {
    policy: "a role assignment of the caller's choosing in the directory",
    statement: "Global Administrator",
    effect: "allow",
    layer: "Microsoft Entra role",
    attachedTo: null,
  };
  return {
    of: (ids) => ids.flatMap((id) => given.get(id) ?? []),
    globalAdministrator: (account) => [
      statement(["microsoft.directory/*"], everyObject(account, globs), always, chosen, globs),
      elevation(account, always, chosen, input),
    ],
  };
}

function groupIn(directory: Directory, principal: string): string | null {
  const found = directory.find(principal);
  return found?.kind === "group" ? nameOfGroup(text(found.data, "displayName"), principal) : null;
}

function nameOf(directory: Directory, id: string): string | null {
  const found = directory.find(id);
  if (found !== null) return text(found.data, "displayName");
  return directory.applications.find((each) => each.id === id)?.name ?? null;
}

function kindOf(directory: Directory, id: string): string {
  return (directory.find(id)?.kind ?? "application").replace("-", " ");
}

/** A group, or whatever else is owned, by its name and its id, which commands need. */
export function nameOfGroup(name: string | null, id: string): string {
  return name === null ? id : `${name} (${id})`;
}

function byRole(
  role: DirectoryRole | null,
  key: string,
  account: string,
  scope: string,
  condition: Condition,
  ref: StatementRef,
  input: RightsInput,
): readonly Statement[] {
  const { globs } = input;
  const [resources, limit] = placeOf(scope, account, globs);
  const holds = allOf([condition, limit]);
  if (role === null) {
    const unread: Condition = { kind: "unread", missing: `what the Microsoft Entra role ${key} allows` };
    return [statement(["microsoft.directory/*"], resources, allOf([holds, unread]), ref, globs)];
  }
  const own: Statement = {
    effect: "allow",
    actions: role.actions,
    resources: { include: resources.map((glob) => ({ kind: "glob", glob })), except: [] },
    condition: holds,
    ref,
    breadth: null,
  };
  return role.isGlobalAdministrator && scope === "/" ? [own, elevation(account, holds, ref, input)] : [own];
}

/** https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin */
function elevation(account: string, condition: Condition, ref: StatementRef, { tree, globs }: RightsInput): Statement {
  return statement(
    ["Microsoft.Authorization/elevateAccess/action"],
    [globs.literal(tree.root(account).self)],
    condition,
    ref,
    globs,
  );
}

/** What a role of the directory is held over. https://learn.microsoft.com/entra/identity/role-based-access-control/custom-overview#scope */
function placeOf(scope: string, account: string, globs: Globs): readonly [ReturnType<typeof everyObject>, Condition] {
  const all = everyObject(account, globs);
  if (scope === "/") return [all, always];
  const unit = /^\/administrativeUnits\/(.+)$/i.exec(scope)?.[1];
  if (unit !== undefined) {
    return [all, { kind: "unread", missing: `whether it is in the administrative unit ${unit}` }];
  }
  return [[globs.literal(directoryText(account, scope.replace(/^\//, "").toLowerCase()))], always];
}

function everyObject(account: string, globs: Globs) {
  return [
    globs.of([
      { kind: "literal", text: directoryText(account, "") },
      { kind: "pattern", text: "*" },
    ]),
  ];
}

/** https://learn.microsoft.com/entra/fundamentals/users-default-permissions#object-ownership */
function owns(directory: Directory, id: string): readonly string[] {
  const kind = directory.find(id)?.kind;
  if (kind === "group") {
    return [
      "microsoft.directory/groups/members/update",
      "microsoft.directory/groups/dynamicMembershipRule/update",
      "microsoft.directory/groupsAssignableToRoles/members/update",
    ];
  }
  return kind === "service-principal"
    ? ["microsoft.directory/servicePrincipals/credentials/update"]
    : ["microsoft.directory/applications/credentials/update"];
}

function statement(
  actions: readonly string[],
  resources: ReturnType<typeof everyObject>,
  condition: Condition,
  ref: StatementRef,
  globs: Globs,
): Statement {
  return {
    effect: "allow",
    actions: { include: actions.map((action) => actionGlob(action, globs)), except: [] },
    resources: { include: resources.map((glob) => ({ kind: "glob", glob })), except: [] },
    condition,
    ref,
    breadth: null,
  };
}

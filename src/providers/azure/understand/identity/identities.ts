import type { ActionSet, ActionTable } from "../../../../identity/actions.ts";
import { hasBit } from "../../../../identity/bits.ts";
import { allOf, always, leavesOf, type Condition } from "../../../../identity/condition.ts";
import { knownFact, type Fact } from "../../../../identity/facts.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { Identity } from "../../../../identity/identity.ts";
import type { Statement } from "../../../../identity/statement.ts";
import { createAssigner } from "./assigned.ts";
import { bareGuid } from "../../guid.ts";
import type { Holding } from "./holdings.ts";
import { assignedPrincipalKey, assignedRoleKey, assignedTypeKey } from "./keys.ts";
import type { Being, Roster } from "./roster.ts";
import type { Restriction, Somebody } from "./restrictions.ts";
import { actionGlob, everything, type Role } from "./roles.ts";
import { heldStatement, type DirectoryRights } from "./rights.ts";
import type { Position, Tree } from "./tree.ts";

/** Rights that somebody can come by without there being anyone who has them yet. */
export interface Prospect {
  readonly index: number;
  readonly account: string;
  readonly position: Position;
  /** The role that is assigned anew there; null for every right there is. */
  readonly role: string;
}

/** Everyone whose rights count, and those that somebody could come to have. */
export interface Cast {
  readonly identities: readonly Identity[];
  /** Where each being, by its object id, is among the identities. */
  readonly placeOf: ReadonlyMap<string, number>;
  /** Roles that could be assigned anew. */
  readonly prospects: readonly Prospect[];
  /** By account: a User Access Administrator of the whole tenant, and a Global Administrator. */
  readonly elevated: ReadonlyMap<string, number>;
  readonly globalAdministrators: ReadonlyMap<string, number>;
  /** Custom roles that somebody who may change role definitions holds, and where. */
  readonly held: readonly { readonly holding: Holding; readonly position: Position }[];
  readonly federated: readonly { readonly index: number; readonly being: Being }[];
}

interface CastInput {
  readonly roster: Roster;
  readonly rights: DirectoryRights;
  readonly roles: ReadonlyMap<string, Role>;
  readonly restrictions: readonly Restriction[];
  readonly tree: Tree;
  readonly table: ActionTable;
  readonly globs: Globs;
}

const owner = "8e3af657a8ff443ca75c2fe8c4bcb635";
const userAccessAdministrator = "18d7d88dd35e4fb5a5c37773c20a72d9";
/** Roles that are tried where only some may be assigned, besides those that the condition names: the ones that lead furthest. */
const tried = [
  owner,
  userAccessAdministrator,
  "f58310d9a9f6439a9e8df62e7b41a168", // Role Based Access Control Administrator
  "b24988ac618042a0ab8820f7382dd24c", // Contributor
  "4d97b98b1d4f4787a291c67834d212e7", // Network Contributor
  "9980e02cc2be4d7394e8173b1dc7cf3c", // Virtual Machine Contributor
];

/** Everyone, in one order: those who are there, then rights that could be granted anew. */
export function castOf(input: CastInput): Cast {
  const { roster, rights, tree, table, globs } = input;
  const assigner = createAssigner({ table, globs, restrictions: input.restrictions, attachedTo: roster.groupName });
  const identities: Identity[] = [];
  const placeOf = new Map<string, number>();
  const federated: { index: number; being: Being }[] = [];
  const held: { holding: Holding; position: Position }[] = [];

  const definition = table.numberOf("Microsoft.Authorization/roleDefinitions/write") ?? -1;
  const changesRoles = (statements: readonly Statement[]): boolean =>
    statements.some(({ effect, actions }) => effect === "allow" && hasBit(table.bitsOf(actions), definition));

  // Whoever stands alike shares the statements.
  const made = new Map<Condition, Map<Statement, Statement>>();
  const standing = (statement: Statement, { standing: is }: Being): Statement => {
    if (is === always || statement.effect === "deny") return statement;
    const known = made.get(is) ?? new Map<Statement, Statement>();
    made.set(is, known);
    const limited = known.get(statement) ?? { ...statement, condition: allOf([statement.condition, is]) };
    known.set(statement, limited);
    return limited;
  };
  for (const being of roster.beings) {
    const who: Somebody = { id: being.objectId, isInGroup: (group) => roster.isInGroup(being, group) };
    const ids = [being.objectId, ...being.groups];
    const holdings = ids.flatMap((id) => roster.holdingsOf(id, being.tenant));
    const statements = [...assigner(holdings, who), ...rights.of(ids)].map((each) => standing(each, being));
    if (changesRoles(statements)) {
      for (const holding of holdings) {
        if (holding.role?.isCustom !== true) continue;
        for (const position of holding.positions) held.push({ holding, position });
        statements.push(heldStatement(holding, globs));
      }
    }
    placeOf.set(being.key, identities.length);
    if (being.federation !== null) federated.push({ index: identities.length, being });
    identities.push({
      principal: being.principal,
      // A group of known members is no principal of its own, whose name would be looked up.
      id: being.principal === null ? (roster.groupName(being.objectId) ?? being.objectId) : being.objectId,
      account: being.account,
      assigned: { grants: statements, caps: [] },
      facts: factsOf(being),
      isStranger: being.federation !== null,
      members: [],
      variantOf: null,
    });
  }

  const prospects: Prospect[] = [];
  const add = (account: string, id: string, grants: readonly Statement[]): number => {
    identities.push({
      principal: null,
      id,
      account,
      assigned: { grants, caps: [] },
      facts: () => null,
      isStranger: false,
      members: [],
      variantOf: null,
    });
    return identities.length - 1;
  };
  const anyone: Somebody = { id: null, isInGroup: () => null };
  let number = roster.holdings.length;
  const anew = (account: string, scope: string, position: Position, key: string): Holding => ({
    number: number++,
    id: `a role assignment of the caller's choosing at ${scope}`,
    layer: "role assignment",
    role: input.roles.get(key) ?? (key === owner ? ownerRole(globs) : null),
    roleKey: key,
    principal: "",
    principalType: null,
    principalName: null,
    account,
    scope,
    positions: [position],
    condition: always,
    tenant: null,
  });
  for (const { account, scope, position, role } of assignable(input, held)) {
    const holding = anew(account, scope, position, role);
    const name = holding.role?.name ?? `role ${role}`;
    prospects.push({
      index: add(account, `${name} at ${scope}`, assigner([holding], anyone)),
      account,
      position,
      role,
    });
  }
  const elevated = new Map<string, number>();
  const globalAdministrators = new Map<string, number>();
  for (const account of tree.accounts) {
    const holding = anew(account, "/", tree.root(account), userAccessAdministrator);
    const role = holding.role ?? accessRole(globs);
    elevated.set(account, add(account, "User Access Administrator at /", assigner([{ ...holding, role }], anyone)));
    globalAdministrators.set(
      account,
      add(account, `Global Administrator of ${account}`, rights.globalAdministrator(account)),
    );
  }
  return { identities, placeOf, prospects, elevated, globalAdministrators, held, federated };
}

function factsOf({ objectId, groups, type }: Being): (key: string) => Fact | null {
  // Whoever assigns a role chooses to whom: to itself, or to a group that it is in.
  const ids = knownFact([objectId, ...groups].map(bareGuid), "caller");
  const types = knownFact(type === null ? [] : groups.length === 0 ? [type] : [type, "Group"], "caller");
  return (key) => {
    if (key === assignedPrincipalKey) return ids;
    if (key === assignedTypeKey) return type === null ? null : types;
    return null;
  };
}

/** What could be assigned anew: everything where somebody may assign any role, else each of the roles that could lead on. */
function* assignable(
  { roster, roles, tree, table, globs }: CastInput,
  held: Cast["held"],
): Generator<{ readonly account: string; readonly scope: string; readonly position: Position; readonly role: string }> {
  const assignment = table.numberOf("Microsoft.Authorization/roleAssignments/write") ?? -1;
  const seen = new Set<string>();
  function* once(account: string, scope: string, position: Position, role: string) {
    const key = `${position.self} ${role}`;
    if (seen.has(key)) return;
    seen.add(key);
    yield { account, scope, position, role };
  }
  for (const account of tree.accounts) yield* once(account, "/", tree.root(account), owner);
  for (const { holding, position } of held) yield* once(holding.account, holding.scope, position, owner);
  for (const { account, scope, positions, role, condition } of roster.holdings) {
    const granting = (role?.permissions ?? [{ actions: everything(globs)[0], condition: always }]).filter(
      ({ actions }) => actions !== undefined && hasBit(table.bitsOf(actions), assignment),
    );
    if (granting.length === 0) continue;
    const conditions = granting.map((permission) => allOf([condition, permission.condition]));
    const named = new Set(conditions.flatMap(rolesIn));
    for (const position of positions) {
      yield* once(account, scope, position, owner);
      if (named.size === 0) continue;
      for (const key of new Set([...tried, ...named])) {
        const known = roles.get(key);
        if (known?.permissions.some(({ actions }) => table.bitsOf(actions).some((word) => word !== 0)) === true) {
          yield* once(account, scope, position, key);
        }
      }
    }
  }
}

/** The roles that a condition names. */
function rolesIn(condition: Condition): readonly string[] {
  return [...leavesOf(condition)].flatMap((leaf) => {
    if (leaf.kind !== "test" || leaf.test.key !== assignedRoleKey || leaf.test.match?.kind !== "text") return [];
    return leaf.test.match.anyOf.flatMap((pattern) =>
      pattern.kind === "glob" && pattern.glob.literal !== null ? [pattern.glob.literal] : [],
    );
  });
}

/** Owner, where its definition was not read. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged#owner */
function ownerRole(globs: Globs): Role {
  return builtIn(owner, "Owner", everything(globs).slice(0, 1));
}

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged#user-access-administrator */
function accessRole(globs: Globs): Role {
  return builtIn(userAccessAdministrator, "User Access Administrator", [
    { include: [actionGlob("Microsoft.Authorization/*", globs)], except: [] },
  ]);
}

function builtIn(key: string, name: string, sets: readonly ActionSet[]): Role {
  return {
    key,
    id: key,
    name,
    isCustom: false,
    assignableScopes: [],
    permissions: sets.map((actions) => ({ actions, condition: always })),
    breadth: null,
  };
}

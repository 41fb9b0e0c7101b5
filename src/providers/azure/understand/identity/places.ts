import { knownFact } from "../../../../identity/facts.ts";
import type { ResourceItem } from "../../../../identity/resources.ts";
import type { ResourceRef } from "../../../../model/resource.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import { flag, texts } from "../../../read.ts";
import { passwordRoles } from "./data/entra-roles.ts";
import { workloadKinds, type On } from "./data/types.ts";
import type { Directory } from "./directory.ts";
import type { Cast } from "./identities.ts";
import { assignedRoleKey } from "./keys.ts";
import type { Kinds } from "./kinds.ts";
import { directoryText, heldText } from "./rights.ts";
import type { Role } from "./roles.ts";
import { extensionOf, type Tree } from "./tree.ts";
import type { ManagedIdentity, Workload } from "./workloads.ts";

/** What leads to identities, and to whom. */
export interface PlacesInput {
  readonly cast: Cast;
  readonly directory: Directory;
  readonly roles: ReadonlyMap<string, Role>;
  readonly workloads: readonly Workload[];
  readonly managedIdentities: readonly ManagedIdentity[];
  /** The roles of the directory that somebody holds, by template. */
  readonly directoryRolesOf: (id: string) => ReadonlySet<string>;
  readonly kinds: Kinds;
  readonly tree: Tree;
}

/** One resource that leads to identities. */
export interface Place {
  readonly account: string;
  readonly item: ResourceItem;
  readonly leadsTo: readonly number[];
}

/** The resources that lead to identities, by what methods ask of them. */
export function placesBy(input: PlacesInput): (on: On) => readonly Place[] {
  const { cast, directory, workloads, managedIdentities, kinds, tree, roles } = input;
  const known = new Map<On, readonly Place[]>();
  const identity = (ids: readonly string[]): readonly number[] =>
    ids.flatMap((id) => {
      const place = cast.placeOf.get(id);
      return place === undefined ? [] : [place];
    });
  const found = (places: readonly Place[]): readonly Place[] => places.filter(({ leadsTo }) => leadsTo.length > 0);
  const inDirectory = (account: string, id: string, type: string, leadsTo: readonly number[]): Place => ({
    account,
    item: itemOf(refOf(account, type, id), directoryText(account, id)),
    leadsTo,
  });
  const groups = (isWanted: (data: VendorObject) => boolean): readonly Place[] =>
    found(
      directory.all.flatMap(({ id, kind, account, data }) => {
        // Members of synchronised groups are set in a directory on the premises.
        if (kind !== "group" || flag(data, "onPremisesSyncEnabled") === true || !isWanted(data)) return [];
        return [inDirectory(account, id, "azure:entra:group", identity([id]))];
      }),
    );
  const isAssignable = (data: VendorObject): boolean => flag(data, "isAssignableToRole") === true;
  const isDynamic = (data: VendorObject): boolean => texts(data, "groupTypes").includes("DynamicMembership");
  const isUnified = (data: VendorObject): boolean => texts(data, "groupTypes").includes("Unified");
  let guards: ReadonlySet<string> | null = null;
  const users = (name: string): readonly Place[] => {
    guards ??= guardedIn(directory);
    const guarded = guards;
    const role = passwordRoles.find((each) => each.name === name);
    return found(
      directory.all.flatMap(({ id, kind, account, data }) => {
        if (kind !== "user" || flag(data, "onPremisesSyncEnabled") === true) return [];
        if (role === undefined || !mayReset(id, role.resets, guarded, input)) return [];
        return [inDirectory(account, id, "azure:entra:user", identity([id]))];
      }),
    );
  };
  const makers: Readonly<Partial<Record<On, () => readonly Place[]>>> = {
    "role-assignment": () =>
      cast.prospects.map(({ index, account, position, role }) => {
        const type = "microsoft.authorization/roleassignments";
        const fact = knownFact([role], "caller");
        return {
          account,
          item: {
            ref: refOf(account, "azure:authorization:role-assignment", position.self),
            text: extensionOf(position, type, "new"),
            fact: (key) => (key === assignedRoleKey ? fact : null),
          },
          leadsTo: [index],
        };
      }),
    "custom-role": () => customRoles(input),
    "held-custom-role": () =>
      cast.held.map(({ holding, position }) => ({
        account: holding.account,
        item: itemOf(
          refOf(holding.account, "azure:authorization:role-assignment", holding.id),
          heldText(holding, position),
        ),
        leadsTo: everythingAt(cast, position.self),
      })),
    tenant: () =>
      [...cast.elevated].map(([account, index]) => ({
        account,
        item: itemOf(refOf(account, "azure:entra:tenant", account), tree.root(account).self),
        leadsTo: [index],
      })),
    directory: () =>
      [...cast.globalAdministrators].map(([account, index]) =>
        inDirectory(account, "roles", "azure:entra:tenant", [index]),
      ),
    "managed-identity": () =>
      found(
        managedIdentities.map(({ resource, principal }) => ({
          account: tree.accountOf(resource.target.account),
          item: kinds.itemOf(resource, "azure:managed-identity:user-assigned-identity"),
          leadsTo: identity([principal]),
        })),
      ),
    application: () =>
      found(
        directory.applications.map(({ id, account, servicePrincipals }) =>
          inDirectory(account, id, "azure:entra:application", identity(servicePrincipals)),
        ),
      ),
    "service-principal": () =>
      found(
        directory.all.flatMap(({ id, kind: is, account, data }) =>
          // A managed identity has no credentials that anyone could add to.
          is !== "service-principal" || data["servicePrincipalType"] === "ManagedIdentity"
            ? []
            : [inDirectory(account, id, "azure:entra:service-principal", identity([id]))],
        ),
      ),
    group: () => groups((data) => !isAssignable(data) && !isDynamic(data)),
    "security-group": () => groups((data) => !isAssignable(data) && !isDynamic(data) && !isUnified(data)),
    "unified-group": () => groups((data) => !isAssignable(data) && !isDynamic(data) && isUnified(data)),
    "role-assignable-group": () => groups((data) => isAssignable(data) && !isDynamic(data)),
    "dynamic-group": () => groups((data) => !isAssignable(data) && isDynamic(data)),
    "dynamic-security-group": () => groups((data) => !isAssignable(data) && isDynamic(data) && !isUnified(data)),
    "dynamic-unified-group": () => groups((data) => !isAssignable(data) && isDynamic(data) && isUnified(data)),
  };
  const make = (on: On): readonly Place[] => {
    if (on.startsWith("user ")) return users(on.slice("user ".length));
    const kind = workloadKinds.find((each) => each === on);
    if (kind !== undefined) {
      return found(
        workloads
          .filter((workload) => workload.kind === kind)
          .map(({ resource, refs, carries }) => ({
            account: tree.accountOf(resource.target.account),
            item: kinds.itemOf(resource, refs[0]?.type ?? kind),
            leadsTo: identity(carries.map(({ principal }) => principal)),
          })),
      );
    }
    return makers[on]?.() ?? [];
  };
  /** Custom roles that somebody holds who may change role definitions somewhere. */
  function customRoles({ cast: { held } }: PlacesInput): readonly Place[] {
    const ofRole = Map.groupBy(held, ({ holding }) => holding.roleKey);
    return [...ofRole].flatMap(([key, all]) => {
      const role = roles.get(key);
      const [scope] = role?.assignableScopes ?? [];
      const [first] = all;
      if (role === undefined || scope === undefined || first === undefined) return [];
      const { account } = first.holding;
      const subscription = /^\/subscriptions\/([^/]+)/i.exec(scope)?.[1] ?? first.holding.scope.split("/")[2] ?? "";
      const [position] = tree.positionsOf(scope, new Set([subscription]));
      if (position === undefined) return [];
      const text = extensionOf(position, "microsoft.authorization/roledefinitions", key);
      const leadsTo = [...new Set(all.flatMap((each) => everythingAt(cast, each.position.self)))];
      return [{ account, item: itemOf(refOf(account, "azure:authorization:role-definition", key), text), leadsTo }];
    });
  }
  return (on) => {
    const before = known.get(on);
    if (before !== undefined) return before;
    const made = make(on);
    known.set(on, made);
    return made;
  };
}

const owner = "8e3af657a8ff443ca75c2fe8c4bcb635";

/** Where every right at a place leads. */
function everythingAt({ prospects }: Cast, self: string): readonly number[] {
  return prospects.flatMap(({ index, position, role }) => (role === owner && position.self === self ? [index] : []));
}

/** Members and owners of groups that may hold roles of the directory, whose passwords only few may reset. */
function guardedIn(directory: Directory): ReadonlySet<string> {
  const guarded = new Set<string>();
  const isGuarding = (group: string): boolean => flag(directory.find(group)?.data ?? {}, "isAssignableToRole") === true;
  for (const { id } of directory.all) if (directory.groupsOf(id).some(isGuarding)) guarded.add(id);
  for (const [owned, owners] of directory.owners) if (isGuarding(owned)) for (const owner of owners) guarded.add(owner);
  return guarded;
}

/** https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions#who-can-reset-passwords */
function mayReset(
  id: string,
  resets: ReadonlySet<string> | null,
  guarded: ReadonlySet<string>,
  { directoryRolesOf }: PlacesInput,
): boolean {
  if (resets === null) return true;
  return !guarded.has(id) && [...directoryRolesOf(id)].every((role) => resets.has(role));
}

function itemOf(ref: ResourceRef, text: string): ResourceItem {
  return { ref, text, fact: () => null };
}

function refOf(account: string, type: string, id: string): ResourceRef {
  return { cloud: "azure", account, region: "global", type, id, name: null, arn: null };
}

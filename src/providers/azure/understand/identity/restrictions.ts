import type { ActionSet } from "../../../../identity/actions.ts";
import { allOf, always, anyOf, never, not, type Condition } from "../../../../identity/condition.ts";
import type { StatementRef } from "../../../../identity/estate.ts";
import type { Globs } from "../../../../identity/glob.ts";
import { isKnown } from "../../../../model/coverage.ts";
import { globalRegion } from "../../../../model/resource.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { flag, objects, text } from "../../../read.ts";
import { propertiesOf } from "../arm.ts";
import { conditionOf } from "./conditions.ts";
import { scopeOf } from "./holdings.ts";
import { actionGlob, everything, setsOf } from "./roles.ts";
import type { Position, Tree } from "./tree.ts";

/** What keeps people from what their roles allow: a deny assignment, a lock, or that nobody could read which there are. */
export interface Restriction {
  readonly positions: readonly Position[];
  /** Whether it holds for what lies beneath, too. */
  readonly inherits: boolean;
  readonly actions: readonly ActionSet[];
  readonly condition: Condition;
  readonly ref: StatementRef;
  /** Under which condition it holds for somebody; always for locks. */
  readonly concerns: (who: Somebody) => Condition;
  /** What is so where whoever may delete it has taken it away first; null for what is no lock. */
  readonly lifted: Condition | null;
}

/** As much of somebody as deny assignments ask. */
export interface Somebody {
  /** The object id; null for whoever is granted a role anew. */
  readonly id: string | null;
  readonly isInGroup: (group: string) => boolean | null;
}

const everyone = "00000000-0000-0000-0000-000000000000";
const denyAssignments = "Microsoft.Authorization/denyAssignments/read";
const locks = "Microsoft.Authorization/locks/read";

/** Every restriction, those that several subscriptions list alike once. */
export function readRestrictions(
  index: RecordIndex,
  tree: Tree,
  subscriptions: readonly string[],
  globs: Globs,
): readonly Restriction[] {
  const place = { index, tree, globs };
  return [...denials(place), ...lockings(place), ...unread(place, subscriptions)];
}

interface Place {
  readonly index: RecordIndex;
  readonly tree: Tree;
  readonly globs: Globs;
}

function listedBy(
  index: RecordIndex,
  operation: string,
): Map<string, { readonly id: string; readonly data: Parameters<typeof text>[0]; readonly listed: Set<string> }> {
  const found = new Map<
    string,
    { readonly id: string; readonly data: Parameters<typeof text>[0]; readonly listed: Set<string> }
  >();
  for (const { data, account } of index.all(operation)) {
    const id = text(data, "id");
    if (id === null) continue;
    const known = found.get(id.toLowerCase());
    if (known === undefined) found.set(id.toLowerCase(), { id, data, listed: new Set([account]) });
    else known.listed.add(account);
  }
  return found;
}

/** https://learn.microsoft.com/azure/role-based-access-control/deny-assignments */
function* denials({ index, tree, globs }: Place): Generator<Restriction> {
  for (const { id, data, listed } of listedBy(index, denyAssignments).values()) {
    const properties = propertiesOf(data);
    const scope = text(properties, "scope") ?? scopeOf(id);
    if (scope === null) continue;
    const name = text(properties, "denyAssignmentName") ?? "deny assignment";
    const denied = idsIn(properties, "principals");
    const spared = idsIn(properties, "excludePrincipals");
    const written = text(properties, "condition");
    yield {
      positions: tree.positionsOf(scope, listed),
      inherits: flag(properties, "doNotApplyToChildScopes") !== true,
      actions: objects(properties, "permissions").flatMap((permission) => setsOf(permission, globs)),
      condition: written === null ? always : conditionOf(written, globs),
      ref: { policy: id, statement: name, effect: "deny", layer: "deny assignment", attachedTo: null },
      // Whoever is spared is somebody who is there: nobody comes to be one of them by being granted a role.
      concerns: (who) => allOf([among(who, denied, name), not(who.id === null ? never : among(who, spared, name))]),
      lifted: null,
    };
  }
}

/** Somebody whom a deny assignment names. */
interface Named {
  readonly id: string;
  readonly mayBeGroup: boolean;
}

function idsIn(properties: Parameters<typeof objects>[0], member: string): readonly Named[] {
  return objects(properties, member).flatMap((each) => {
    const id = text(each, "id")?.toLowerCase();
    const type = text(each, "type");
    return id === undefined ? [] : [{ id, mayBeGroup: type === null || /group/i.test(type) }];
  });
}

/** Whether somebody is one of those whom ids name, or in a group that is. */
function among({ id, isInGroup }: Somebody, named: readonly Named[], name: string): Condition {
  const ids = named.map((each) => each.id);
  if (ids.includes(everyone)) return always;
  if (ids.length === 0) return never;
  if (id === null) return { kind: "unread", missing: `whether deny assignment ${name} speaks of whoever does it` };
  if (ids.includes(id)) return always;
  return anyOf(
    named.map(({ id: group, mayBeGroup }) => {
      const is = mayBeGroup ? isInGroup(group) : false;
      if (is !== null) return is ? always : never;
      return {
        kind: "unread",
        missing: `whether ${id} is a member of ${group}, which deny assignment ${name} speaks of`,
      };
    }),
  );
}

/** That a lock is no more: one condition for all of them, so that what stands behind several locks is told together. */
const lifted: Condition = {
  kind: "free",
  text: "it deletes the lock on it first",
  key: "Microsoft.Authorization/locks/delete",
  control: "caller",
};

/** https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources#managed-applications-and-locks */
function liftedByOthers(lock: string): Condition {
  return {
    kind: "unread",
    missing: `whether the lock ${lock}, which belongs to an application, lets others delete it`,
  };
}

/** What locks never stop: making and deleting locks. */
const ofLocks = "microsoft.authorization/locks/*";

/** https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources */
function* lockings({ index, tree, globs }: Place): Generator<Restriction> {
  for (const { id, data, listed } of listedBy(index, locks).values()) {
    const properties = propertiesOf(data);
    const level = text(properties, "level")?.toLowerCase();
    const scope = scopeOf(id);
    if (scope === null || (level !== "readonly" && level !== "cannotdelete")) continue;
    const stopped = level === "readonly" ? ["*/write", "*/delete", "*/action"] : ["*/delete"];
    yield {
      positions: tree.positionsOf(scope, listed),
      inherits: true,
      actions: [
        {
          include: stopped.map((pattern) => actionGlob(pattern, globs)),
          except: [actionGlob(ofLocks, globs), actionGlob("data:*", globs), actionGlob("microsoft.directory/*", globs)],
        },
      ],
      condition: always,
      ref: {
        policy: id,
        statement: level === "readonly" ? "ReadOnly" : "CanNotDelete",
        effect: "deny",
        layer: "lock",
        attachedTo: null,
      },
      concerns: () => always,
      lifted: objects(properties, "owners").length === 0 ? lifted : liftedByOthers(id),
    };
  }
}

/** Where deny assignments or locks were not read, anything may be stopped. */
function* unread({ index, tree, globs }: Place, subscriptions: readonly string[]): Generator<Restriction> {
  for (const subscription of subscriptions) {
    for (const [operation, what] of [
      [denyAssignments, "deny assignments"],
      [locks, "locks"],
    ] as const) {
      const row = index.coverage({ cloud: "azure", account: subscription, region: globalRegion }, operation);
      if (row !== null && isKnown(row.status)) continue;
      const scope = `/subscriptions/${subscription}`;
      yield {
        positions: tree.positionsOf(scope, new Set([subscription])),
        inherits: true,
        actions:
          what === "locks"
            ? [
                {
                  include: [actionGlob("*", globs)],
                  except: [
                    actionGlob(ofLocks, globs),
                    actionGlob("data:*", globs),
                    actionGlob("microsoft.directory/*", globs),
                  ],
                },
              ]
            : everything(globs),
        condition: { kind: "unread", missing: `the ${what} of subscription ${subscription} (${operation})` },
        ref: { policy: scope, statement: what, effect: "deny", layer: what, attachedTo: null },
        concerns: () => always,
        lifted: null,
      };
    }
  }
}

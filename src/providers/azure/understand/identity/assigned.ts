import type { ActionSet, ActionTable } from "../../../../identity/actions.ts";
import { hasBit, isEmptyBits, overlapBits, unionBits, type Bits } from "../../../../identity/bits.ts";
import { allOf, always, never, not, type Condition } from "../../../../identity/condition.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { Statement } from "../../../../identity/statement.ts";
import { firewallActions } from "./data/firewall-actions.ts";
import type { Holding } from "./holdings.ts";
import type { Restriction, Somebody } from "./restrictions.ts";
import { actionGlob, everything, type Permission } from "./roles.ts";
import { isWithin, patternsOf } from "./tree.ts";

/** What somebody may do by the roles of Azure Resource Manager that they hold, less what keeps them from it. */
export type Assigner = (holdings: readonly Holding[], who: Somebody) => readonly Statement[];

interface AssignerInput {
  readonly table: ActionTable;
  readonly globs: Globs;
  readonly restrictions: readonly Restriction[];
  /** What a group is called, for statements that somebody has as its member; null for whoever holds a role by themselves. */
  readonly attachedTo: (principal: string) => string | null;
}

/** What follows from a list of holdings, whoever has it. */
interface Bundle {
  readonly allows: readonly Statement[];
  readonly limits: readonly { readonly restriction: Restriction; readonly canBeLifted: boolean }[];
}

const deleteLock = "Microsoft.Authorization/locks/delete";

/**
 * Whoever holds the same roles shares the statements, and so all that follows from them. Deny assignments and locks are part of those lists
 * alone that allow something where they are. https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource
 */
export function createAssigner({ table, globs, restrictions, attachedTo }: AssignerInput): Assigner {
  const size = table.names.length;
  const numberOf = (action: string): number => table.numberOf(action) ?? -1;
  const gated = firewallActions.flatMap(({ action, beside }) =>
    beside.length === 0 ? [] : [{ action: numberOf(action), beside: beside.map(numberOf) }],
  );
  const lockDeletion = numberOf(deleteLock);
  const bitsOfSets = (sets: readonly ActionSet[]): Bits => unionBits(size, sets.map(table.bitsOf));

  const permissions = new Map<Holding, { readonly permissions: readonly Permission[]; readonly bits: Bits }>();
  const permitted = (holding: Holding): { readonly permissions: readonly Permission[]; readonly bits: Bits } => {
    const known = permissions.get(holding);
    if (known !== undefined) return known;
    const all = permissionsOf(holding, globs).filter(({ actions }) => !isEmptyBits(table.bitsOf(actions)));
    const made = { permissions: all, bits: bitsOfSets(all.map(({ actions }) => actions)) };
    permissions.set(holding, made);
    return made;
  };

  const made = new Map<string, readonly Statement[]>();
  /** @param dropped numbers of actions that are of no use to whoever holds the role */
  const statementsOf = (holding: Holding, dropped: readonly number[]): readonly Statement[] => {
    const key = `${holding.number} ${dropped.join(" ")}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const { id, role, roleKey, layer, positions, condition } = holding;
    const ref = {
      policy: id,
      statement: role?.name ?? `role ${roleKey}`,
      effect: "allow",
      layer,
      attachedTo: attachedTo(holding.principal),
    } as const;
    const include = positions.flatMap((position) => patternsOf(position, globs));
    const except = dropped.map((action) => actionGlob(table.names[action] ?? "", globs));
    const statements = permitted(holding).permissions.map((permission): Statement => ({
      effect: "allow",
      actions: { include: permission.actions.include, except: [...permission.actions.except, ...except] },
      resources: { include, except: [] },
      condition: allOf([condition, permission.condition]),
      ref,
      breadth: role?.breadth ?? null,
    }));
    made.set(key, statements);
    return statements;
  };

  const limiting = restrictions.map((restriction) => ({ restriction, bits: bitsOfSets(restriction.actions) }));
  const near = new Map<string, typeof limiting>();
  /** The restrictions of what lies at a place, or above or beneath it. */
  const nearby = ({ positions }: Holding): typeof limiting => {
    const key = positions.map(({ self }) => self).join(" ");
    const known = near.get(key);
    if (known !== undefined) return known;
    const found = limiting.filter(({ restriction }) =>
      restriction.positions.some((place) =>
        positions.some((position) => isWithin(place, position) || (restriction.inherits && isWithin(position, place))),
      ),
    );
    near.set(key, found);
    return found;
  };

  const bundles = new Map<string, Bundle>();
  const bundleOf = (holdings: readonly Holding[]): Bundle => {
    const useful = holdings.filter((holding) => !isEmptyBits(permitted(holding).bits));
    const key = useful.map(({ number }) => number).join(" ");
    const known = bundles.get(key);
    if (known !== undefined) return known;
    const bits = unionBits(
      size,
      useful.map((holding) => permitted(holding).bits),
    );
    const dropped = gated
      .filter(({ action, beside }) => hasBit(bits, action) && !beside.some((other) => hasBit(bits, other)))
      .map(({ action }) => action);
    const limits = new Map<Restriction, boolean>();
    for (const holding of useful) {
      for (const each of nearby(holding)) {
        if (!limits.has(each.restriction) && overlapBits(each.bits, bits)) {
          limits.set(each.restriction, each.restriction.lifted !== null && deletes(each.restriction, useful));
        }
      }
    }
    const bundle: Bundle = {
      allows: useful.flatMap((holding) => statementsOf(holding, dropped)),
      limits: [...limits].map(([restriction, canBeLifted]) => ({ restriction, canBeLifted })),
    };
    bundles.set(key, bundle);
    return bundle;
  };
  /** Whether a lock is somebody's to delete. */
  const deletes = ({ positions }: Restriction, holdings: readonly Holding[]): boolean =>
    holdings.some(
      (holding) =>
        hasBit(permitted(holding).bits, lockDeletion) &&
        positions.every((place) => holding.positions.some((position) => isWithin(place, position))),
    );
  /** Whether a deny assignment certainly keeps somebody from deleting a lock. */
  const isKept = (lock: Restriction, limits: Bundle["limits"], who: Somebody): boolean =>
    limits.some(
      ({ restriction }) =>
        restriction.lifted === null &&
        restriction.inherits &&
        restriction.condition === always &&
        restriction.actions.some((actions) => hasBit(table.bitsOf(actions), lockDeletion)) &&
        lock.positions.every((place) => restriction.positions.some((position) => isWithin(place, position))) &&
        restriction.concerns(who) === always,
    );

  const denials = new Map<Restriction, Map<string, readonly Statement[]>>();
  const denialOf = (restriction: Restriction, concern: Condition, isLifted: boolean): readonly Statement[] => {
    const ofRestriction = denials.get(restriction) ?? new Map<string, readonly Statement[]>();
    denials.set(restriction, ofRestriction);
    const key = `${isLifted} ${concern === always ? "" : JSON.stringify(concern)}`;
    const known = ofRestriction.get(key);
    if (known !== undefined) return known;
    const lifting = isLifted && restriction.lifted !== null ? [not(restriction.lifted)] : [];
    const condition = allOf([restriction.condition, concern, ...lifting]);
    const include = restriction.positions.flatMap((position) => patternsOf(position, globs, restriction.inherits));
    const statements = restriction.actions.map((actions): Statement => ({
      effect: "deny",
      actions,
      resources: { include, except: [] },
      condition,
      ref: restriction.ref,
      breadth: null,
    }));
    ofRestriction.set(key, statements);
    return statements;
  };

  return (holdings, who) => {
    const { allows, limits } = bundleOf(holdings);
    if (limits.length === 0) return allows;
    const denies = limits.flatMap(({ restriction, canBeLifted }) => {
      const concern = restriction.concerns(who);
      if (concern === never) return [];
      return denialOf(restriction, concern, canBeLifted && !isKept(restriction, limits, who));
    });
    return [...allows, ...denies];
  };
}

/** What a role allows, or, where nobody read what it does, anything perhaps. */
function permissionsOf({ role, roleKey, scope }: Holding, globs: Globs): readonly Permission[] {
  if (role !== null) return role.permissions;
  const condition: Condition = {
    kind: "unread",
    missing: `what the role ${roleKey} allows, which is assigned at ${scope}`,
  };
  return everything(globs).map((actions) => ({ actions, condition }));
}

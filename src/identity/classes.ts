import type { ActionTable } from "./actions.ts";
import type { Bound, Rights } from "./bind.ts";
import { hasBit, membersOf, type Bits } from "./bits.ts";
import type { Outcome } from "./outcome.ts";
import type { Facts } from "./facts.ts";

/**
 * The statements of one identity that speak of some actions, all alike: whatever they say of one of the actions they say of the others.
 * Identities whose statements are the same share the object, so that what follows from them is worked out once.
 */
export interface StatementClass {
  /** Unique among classes. */
  readonly number: number;
  readonly grants: readonly Bound[];
  readonly caps: readonly { readonly name: string; readonly statements: readonly Bound[] }[];
  /** The grants that allow everything where nothing else matters: no condition, every cap agrees, nothing denies; else null. */
  readonly plain: readonly Bound[] | null;
  /** Some statement asks about the resource or the action. */
  readonly varies: boolean;
  /** What is known of the requests of an identity with these statements. */
  readonly facts: Facts;
  /** What was decided already, by kind of resource and by what the action's use fixes. */
  readonly decided: Map<string, readonly Outcome[]>;
}

/** The actions that an identity's grants speak of, sorted into classes. */
export interface Partition {
  readonly classes: readonly { readonly actions: readonly number[]; readonly statements: StatementClass }[];
  /** Null for an action that nothing allows. */
  readonly classOf: (action: number) => StatementClass | null;
}

/** Sorts actions into classes; remembers classes, and whole partitions, that any identity may share. */
export type Partitioner = (rights: Rights) => Partition;

export function createPartitioner(table: ActionTable): Partitioner {
  const size = table.names.length;
  const sharedClasses = new Map<string, StatementClass>();
  const sharedPartitions = new Map<string, Partition>();
  const capNumbers = new Map<string, number>();
  const members = new WeakMap<Bits, Uint16Array>();
  let count = 0;

  const capNumber = (name: string): number => {
    const known = capNumbers.get(name);
    if (known !== undefined) return known;
    capNumbers.set(name, capNumbers.size);
    return capNumbers.size - 1;
  };
  /** The actions of a set as a list; sets are the table's own, so the lists are few. */
  const listOf = (bits: Bits): Uint16Array => {
    const known = members.get(bits);
    if (known !== undefined) return known;
    const list = Uint16Array.from(membersOf(bits));
    members.set(bits, list);
    return list;
  };

  const classFor = (rights: Rights, member: number): StatementClass => {
    const speaks = ({ actions }: Bound): boolean => hasBit(actions, member);
    const grants = rights.grants.filter(speaks);
    const caps = rights.caps.map(({ cap, statements }) => ({ name: cap.name, statements: statements.filter(speaks) }));
    const key = sharedKey(grants, caps, capNumber);
    const known = key === null ? undefined : sharedClasses.get(key);
    if (known !== undefined) return known;
    const all = [grants, ...caps.map(({ statements }) => statements)];
    const made: StatementClass = {
      number: count++,
      grants,
      caps,
      plain: plainGrants(grants, caps),
      varies: all.some((statements) => statements.some(({ varies }) => varies)),
      facts: rights.facts,
      decided: new Map(),
    };
    if (key !== null) sharedClasses.set(key, made);
    return made;
  };

  const partition = (rights: Rights): Partition => {
    // Class 0 is of the actions that nothing allows. Each statement takes the actions that it speaks of out of their classes, into new ones.
    const classAt = new Uint32Array(size);
    let last = 0;
    const refine = (actions: Bits, from: number): void => {
      const split = new Map<number, number>();
      const list = listOf(actions);
      for (let at = 0; at < list.length; at++) {
        const action = list[at] ?? 0;
        const before = classAt[action] ?? 0;
        if (before < from) continue;
        let next = split.get(before);
        if (next === undefined) {
          next = ++last;
          split.set(before, next);
        }
        classAt[action] = next;
      }
    };
    const grants = new Set(rights.grants.map(({ actions }) => actions));
    const allowing = new Set(rights.grants.filter(({ effect }) => effect === "allow").map(({ actions }) => actions));
    for (const actions of allowing) refine(actions, 0);
    for (const actions of grants) if (!allowing.has(actions)) refine(actions, 1);
    for (const { statements } of rights.caps) {
      for (const actions of new Set(statements.map((statement) => statement.actions))) {
        if (!grants.has(actions)) refine(actions, 1);
      }
    }
    const lists = new Map<number, number[]>();
    for (let action = 0; action < size; action++) {
      const number = classAt[action] ?? 0;
      if (number === 0) continue;
      const list = lists.get(number);
      if (list === undefined) lists.set(number, [action]);
      else list.push(action);
    }
    const byNumber = new Map<number, StatementClass>();
    const classes = [...lists].map(([number, actions]) => {
      const statements = classFor(rights, actions[0] ?? 0);
      byNumber.set(number, statements);
      return { actions, statements };
    });
    return { classes, classOf: (action) => byNumber.get(classAt[action] ?? 0) ?? null };
  };

  return (rights) => {
    const key = sharedKey(
      rights.grants,
      rights.caps.map(({ cap, statements }) => ({ name: cap.name, statements })),
      capNumber,
    );
    if (key === null) return partition(rights);
    const known = sharedPartitions.get(key);
    if (known !== undefined) return known;
    const made = partition(rights);
    sharedPartitions.set(key, made);
    return made;
  };
}

function sharedKey(
  grants: readonly Bound[],
  caps: StatementClass["caps"],
  capNumber: (name: string) => number,
): string | null {
  let key = "";
  for (const { id } of grants) {
    if (id === null) return null;
    key += `${id} `;
  }
  for (const { name, statements } of caps) {
    key += `cap ${capNumber(name)} `;
    for (const { id } of statements) {
      if (id === null) return null;
      key += `${id} `;
    }
  }
  return key;
}

function plainGrants(grants: readonly Bound[], caps: StatementClass["caps"]): readonly Bound[] | null {
  const isPlain = ({ effect, everywhere, asksNothing }: Bound): boolean =>
    effect === "allow" && everywhere && asksNothing;
  const isDeny = ({ effect }: Bound): boolean => effect === "deny";
  if (grants.some(isDeny)) return null;
  if (!caps.every(({ statements }) => statements.some(isPlain) && !statements.some(isDeny))) return null;
  const granting = grants.filter(isPlain);
  return granting.length === 0 ? null : granting;
}

import type { AddressSet } from "../network/addresses.ts";
import type { Runs } from "../network/intervals.ts";
import type { Control } from "./estate.ts";
import type { Glob } from "./glob.ts";

/** Text in which the value of a condition key is put in: `user/${aws:username}`. */
export interface Template {
  readonly parts: readonly TemplatePart[];
  readonly foldsCase: boolean;
  /** As written, for people. Untrusted. */
  readonly text: string;
}

export type TemplatePart =
  | { readonly kind: "pattern" | "part" | "literal"; readonly text: string }
  | {
      readonly kind: "variable";
      readonly key: string;
      /** What stands in where the key has no value; null where the whole text then matches nothing. */
      readonly otherwise: string | null;
    };

/** A pattern that is the same for every request, or one that depends on it. */
export type Pattern =
  | { readonly kind: "glob"; readonly glob: Glob }
  | { readonly kind: "template"; readonly template: Template };

/** What one value of a key must be like. */
export type Match =
  | { readonly kind: "text"; readonly anyOf: readonly Pattern[] }
  /** Whole or broken numbers, as closed runs of thousandths, so that 0.5 can be told; times are seconds since 1970. */
  | { readonly kind: "number" | "time"; readonly anyOf: Runs<number> }
  | { readonly kind: "address"; readonly anyOf: AddressSet };

/** A test of one key of the request. */
export interface Test {
  /** The key in its canonical form, which {@link Facts} are asked with. */
  readonly key: string;
  /** The key as written. Untrusted. */
  readonly name: string;
  /** `one`: the value; `any`: one of the values at least; `every`: each of the values, and true where there is none. */
  readonly over: "one" | "any" | "every";
  /** Whether it is the value outside of {@link match} that passes. */
  readonly negated: boolean;
  /** What the test says where the request does not hold the key. */
  readonly absent: boolean;
  /** Null where nothing but the key's presence is asked about. */
  readonly match: Match | null;
  /** As written, for people: `StringLike aws:PrincipalTag/team = red*`. Untrusted. */
  readonly text: string;
}

/**
 * A part of a formula that is no formula itself. `free` is true or false of a request although no key tells it: text that could not be
 * parsed, a link between two keys. `unread` is what nobody could read.
 */
export type Leaf =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "test"; readonly test: Test }
  | { readonly kind: "free"; readonly text: string; readonly key: string; readonly control: Control }
  | { readonly kind: "unread"; readonly missing: string };

/** A formula over tests, each of which is true or false of a whole request. */
export type Condition =
  | Leaf
  | { readonly kind: "not"; readonly of: Condition }
  | { readonly kind: "all"; readonly of: readonly Condition[] }
  | { readonly kind: "any"; readonly of: readonly Condition[] };

export const always: Condition = { kind: "constant", value: true };
export const never: Condition = { kind: "constant", value: false };

/** True where all of them are; constants are settled at once. */
export function allOf(conditions: readonly Condition[]): Condition {
  return joined("all", conditions);
}

/** True where one of them is. */
export function anyOf(conditions: readonly Condition[]): Condition {
  return joined("any", conditions);
}

function joined(kind: "all" | "any", conditions: readonly Condition[]): Condition {
  const neutral = kind === "all";
  const parts = new Set<Condition>();
  for (const condition of conditions) {
    if (condition.kind === "constant") {
      if (condition.value !== neutral) return condition;
    } else if (condition.kind === kind) {
      for (const part of condition.of) parts.add(part);
    } else {
      parts.add(condition);
    }
  }
  const [only] = parts;
  if (only === undefined) return neutral ? always : never;
  return parts.size === 1 ? only : { kind, of: [...parts] };
}

/** True where the other is false. */
export function not(condition: Condition): Condition {
  if (condition.kind === "constant") return condition.value ? never : always;
  if (condition.kind === "not") return condition.of;
  return { kind: "not", of: condition };
}

/** Every leaf of it, in the order written. */
export function* leavesOf(condition: Condition): Generator<Leaf> {
  if (condition.kind === "not") yield* leavesOf(condition.of);
  else if (condition.kind === "all" || condition.kind === "any") for (const part of condition.of) yield* leavesOf(part);
  else yield condition;
}

import type { ResourceRef } from "../model/resource.ts";
import type { Fact } from "./facts.ts";
import type { Glob } from "./glob.ts";

/** A resource that statements can name. */
export interface ResourceItem {
  readonly ref: ResourceRef;
  /** What patterns are matched with: its ARN, its path. */
  readonly text: string;
  /** What is known of keys that depend on the resource; null for keys that do not, or that nobody knows. */
  readonly fact: (key: string) => Fact | null;
}

/** Every resource of one kind that an action may be asked for, in one account. */
export interface ResourceKind {
  /** Unique among kinds: `security-group 111122223333`. */
  readonly id: string;
  /** Every text that such a resource can have. */
  readonly universe: Glob;
  /** Whether those found in the snapshot are all that is asked about. */
  readonly isClosed: boolean;
  /** Those found in the snapshot. */
  readonly items: readonly ResourceItem[];
  /** Whether there is certainly no such resource: one whose like was read completely and that was not found. */
  readonly isGone: (text: string) => boolean;
  /** What is known of keys that depend on the resource, whichever it is: its account. */
  readonly fact: (key: string) => Fact | null;
  /**
   * For actions that name no resource, so that only a statement for all resources certainly applies: patterns that overlap this glob may,
   * for all that is documented. Null where resources are named.
   */
  readonly unnamed: { readonly about: Glob; readonly missing: string } | null;
}

/** A set of values for keys that an action's use fixes, such as the service that a role is passed to. */
export interface ActionFacts {
  /** Unique among them. */
  readonly id: string;
  readonly fact: (key: string) => Fact | null;
}

/** Nothing is fixed by how the action is used. */
export const noActionFacts: ActionFacts = { id: "", fact: () => null };

import type { ResourceItem, ResourceKind, ActionFacts } from "./resources.ts";
import type { Bits } from "./bits.ts";
import type { PathStep, Removal, Residual, StatementRef } from "./estate.ts";
import type { Fact } from "./facts.ts";
import type { Levels } from "./levels.ts";
import type { Principal } from "./principal.ts";
import type { Assigned } from "./statement.ts";

/** One identity of the estate: someone who can act, or whose rights others can come by. */
export interface Identity {
  /** Who is reported; null for what stands for rights alone: a group that can be joined, an identity that is not made yet. */
  readonly principal: Principal | null;
  /** What a path calls it: its id, or words. */
  readonly id: string;
  readonly account: string;
  readonly assigned: Assigned;
  /** What is known of keys of its requests. */
  readonly facts: (key: string) => Fact | null;
  /** Someone whose own side of an action is theirs to allow: only what others let them do counts, and of all methods only those across accounts. */
  readonly isStranger: boolean;
  /** Indexes of the identities that have its rights too: the members of a group. */
  readonly members: readonly number[];
  /** The index of the identity that this is with other policies: only who can act as that one can come to it. Null for identities as they are. */
  readonly variantOf: number | null;
}

/** One resource that an action has to be allowed on: one of these, each with the keys that its use fixes. */
export interface Use {
  readonly kind: ResourceKind;
  readonly given: ActionFacts;
}

/** An action that is asked about, and the resources that it has to be allowed on, all of them. */
export interface GoalAction {
  /** Its number in the table of actions. */
  readonly action: number;
  /** A number that actions share which have to be allowed on the same kinds of resource. */
  readonly shape: number;
  /** What it does to firewalls: the escalation to each category is looked for by itself. */
  readonly category: string;
  readonly needs: (account: string) => readonly Need[];
}

export interface Need {
  /** Whether this is what the action changes, and so what is reported. */
  readonly changed: boolean;
  /** One of them suffices. */
  readonly oneOf: readonly Use[];
}

/** A set of resources that lead to identities: whoever may do something with the resource comes by the identities. */
export interface Domain {
  readonly items: readonly ResourceItem[];
  /** Indexes of the identities that each item leads to, in the order of the items. */
  readonly leadsTo: readonly (readonly number[])[];
  /** The kind that an identity of an account asks about; its items are some of {@link items}. */
  readonly kind: (account: string) => ResourceKind;
}

/** One permission that a step of escalation takes. */
export interface StepNeed {
  readonly action: number;
  readonly given: ActionFacts;
  /** The resource that leads to the target; null when it is enough that the action is allowed on something. */
  readonly domain: Domain | null;
  /** For permission on anything: what has to be allowed, all of it. */
  readonly needs: (account: string) => readonly Need[];
  /** The targets for which this permission is of use; null for all. */
  readonly targets: Levels | null;
}

/** One way to come by more rights. */
export interface StepMethod {
  readonly id: string;
  readonly says: string;
  /**
   * - `become`: to act as the target.
   * - `grant`: the target may do whatever its caps allow and nothing denies it.
   * - `uncap`: the target's boundary caps it no longer.
   */
  readonly effect: "become" | "grant" | "uncap";
  /** All are needed, of each one alternative. Needs in the same domain are met by the same resource. */
  readonly needs: readonly (readonly StepNeed[])[];
  /** The targets that the estate makes possible, whoever asks. */
  readonly targets: Levels;
  /** Who can ask. */
  readonly caller: (index: number) => boolean;
  /** Whether it works on identities of other accounts too. */
  readonly acrossAccounts: boolean;
  /** What is not known of a target that is only possible, in words. */
  readonly missing: readonly string[];
  /** What must not be forbidden to the caller on the target, though nothing has to allow it: to assume a role that trusts the caller by name. */
  readonly unlessDenied: { readonly action: number; readonly domain: Domain } | null;
  /**
   * The targets that let the caller in by themselves. `named` need nothing of the caller but that nothing forbids it, `delegated` need the caller's own
   * right too. Null for methods that the target has no say in, which stay within the account.
   */
  readonly admits: ((index: number) => { readonly named: Levels; readonly delegated: Levels }) | null;
  /** Why a target lets a caller in; null where {@link admits} is. */
  readonly admission: ((caller: number, target: number) => Admission) | null;
}

/** What lets a caller in. */
export interface Admission {
  /** The target's own statement that does; null where it could not be read. */
  readonly statement: StatementRef | null;
  /** By name, so that no right of the caller's own is needed in the same account. */
  readonly named: boolean;
  readonly condition: Residual | null;
  readonly missing: readonly string[];
}

/** Everything that questions about identities rest on. */
export interface IdentityModel {
  readonly identities: readonly Identity[];
  /** Every action of the table that stands for itself in questions: those that change firewalls, or the one that is asked about. */
  readonly goals: readonly GoalAction[];
  readonly methods: readonly StepMethod[];
  /** The identities of an account, as a set of indexes. */
  readonly inAccount: (account: string) => Bits;
  /** The smallest change that takes away what some statements give, or that breaks a path. */
  readonly removal: (principal: Principal, statements: readonly StatementRef[], path: readonly PathStep[]) => Removal;
}

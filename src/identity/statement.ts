import type { ActionSet } from "./actions.ts";
import type { Condition, Pattern } from "./condition.ts";
import type { StatementRef } from "./estate.ts";

/** Some resources: those that match an included pattern and no excepted one. */
export interface ResourceSet {
  readonly include: readonly Pattern[];
  readonly except: readonly Pattern[];
}

/**
 * One statement of a policy, in the terms of every cloud: an AWS statement, an Azure role's actions at a scope, a Google binding.
 * It applies to a request when action, resource and condition all do.
 */
export interface Statement {
  readonly effect: "allow" | "deny";
  readonly actions: ActionSet;
  readonly resources: ResourceSet;
  readonly condition: Condition;
  readonly ref: StatementRef;
  /** For an allow that is far wider than firewalls need: what makes it so, as written (`ec2:*`, the name of a broad role); null otherwise. */
  readonly breadth: string | null;
}

/**
 * What must allow an action besides the grants: a permissions boundary, one level of an organization's policies, a session policy.
 * A cap grants nothing. Its denies count like any other.
 */
export interface Cap {
  /** In words that fit after `not allowed by`: `the service control policies of ou-1`. Untrusted. */
  readonly name: string;
  readonly kind: "boundary" | "organization" | "session";
  readonly statements: readonly Statement[];
}

/**
 * Everything that decides what one identity may do: an action is allowed when a grant allows it, every cap allows it, and nothing denies it.
 */
export interface Assigned {
  readonly grants: readonly Statement[];
  readonly caps: readonly Cap[];
}

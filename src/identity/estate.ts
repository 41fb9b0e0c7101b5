import type { FirewallEffect } from "../model/firewall-effect.ts";
import type { ResourceRef } from "../model/resource.ts";
import type { Principal, WorkloadIdentity } from "./principal.ts";

/**
 * Whether a principal can do something.
 * - `yes`: in every circumstance that the records leave open.
 * - `only-if`: in some of them; the condition says which.
 * - `unknown`: what could not be read decides it.
 * - `no`: in none, whatever the unread parts say.
 */
export type Verdict = "yes" | "only-if" | "unknown" | "no";

/**
 * Who decides whether a condition holds.
 * - `caller`: the caller chooses it with the request (the Region, a tag to set, the transport).
 * - `network`: where the request comes from (address, VPC, endpoint).
 * - `authentication`: how the caller signed in (MFA, its age, an external id, a token's claims).
 * - `time`: the clock.
 * - `tag`: tags of the resource or of the principal: whoever may set those.
 * - `resource`: another property of the resource.
 * - `activation`: an approval or activation that the principal has to ask for.
 * - `unknown`: a key that Rampart does not know.
 */
export type Control = "caller" | "network" | "authentication" | "time" | "tag" | "resource" | "activation" | "unknown";

/** What a decision still depends on. */
export interface Residual {
  /** In plain words, without a full stop: `with MFA, from 203.0.113.0/24`. Holds untrusted values. */
  readonly text: string;
  readonly controls: readonly Control[];
  /** The condition keys, in the cloud's own words: `aws:MultiFactorAuthPresent`. */
  readonly keys: readonly string[];
}

/** One statement of a policy (a binding, a role assignment) that decides. */
export interface StatementRef {
  /** The policy in the cloud's own id or, for inline ones, its name after its owner's: `arn:aws:iam::1:role/x inline policy y`. Untrusted. */
  readonly policy: string;
  /** The statement's own id, else its index in the policy from 0: `AllowAll`, `#2`. Untrusted. */
  readonly statement: string;
  readonly effect: "allow" | "deny";
  /** What kind of policy: `identity policy`, `permissions boundary`, `service control policy`, `trust policy`. */
  readonly layer: string;
  /** Who it is attached to where that is not the principal itself: a group, an organizational unit; null otherwise. Untrusted. */
  readonly attachedTo: string | null;
}

/** Actions and what they can be used on. */
export interface Scope {
  readonly actions: readonly string[];
  /** The firewalls and parts of them found in the snapshot that the actions can be used on. */
  readonly resources: readonly ResourceRef[];
  /**
   * What else: `any`: every resource of that kind, those made later too; `matching`: resources not in the snapshot that match a pattern; `none`:
   * the resources named and no others.
   */
  readonly beyond: "any" | "matching" | "none";
}

/** One step from one identity to the next, or to more rights of the same one. */
export interface PathStep {
  /** The method's id in the list of escalation methods: `passrole-lambda`, `assume-role`. */
  readonly method: string;
  /** What the step does, in words: `creates a Lambda function that runs as the role`. */
  readonly says: string;
  /** The principal whose rights the step yields: {@link Principal.id}. */
  readonly via: string;
  /** What people call that identity; null where it has no name. Untrusted. */
  readonly viaName: string | null;
  /** The statement without which the step fails: `policy#statement`; null where none is needed or none could be read. */
  readonly statement: StatementRef | null;
  readonly verdict: Exclude<Verdict, "no">;
  readonly condition: Residual | null;
}

/** Why a grant is far wider than firewalls. */
export interface Breadth {
  /** The widest pattern of actions that grants it, as written: `*`, `ec2:*`, `NotAction`, the name of a broad role. */
  readonly pattern: string;
  readonly statement: StatementRef;
}

/** The smallest change that takes a right away, in words and as a command. */
export interface Removal {
  readonly text: string;
  /** Commands of the cloud's CLI, with shell-quoted ids; empty where no single command does it. */
  readonly cli: readonly string[];
}

/** That a principal can change firewalls, in one way. */
export interface Grant {
  readonly principal: Principal;
  readonly decision: Exclude<Verdict, "no">;
  /** Where the decision is `unknown`: what it is if everything unread stands in nobody's way. Equal to the decision otherwise. */
  readonly atMost: "yes" | "only-if";
  /** `direct`: by its own rights; `escalation`: by granting itself more or taking another identity; `outside`: the principal is not of the organization. */
  readonly by: "direct" | "escalation" | "outside";
  readonly scopes: readonly Scope[];
  /** What it still depends on; null when on nothing. */
  readonly condition: Residual | null;
  /** From the principal to the identity whose rights change the firewall; empty when direct. */
  readonly path: readonly PathStep[];
  /** Where the path is certain: a shorter one that holds only under a condition; null where there is none. */
  readonly shorterPath: { readonly decision: "only-if" | "unknown"; readonly path: readonly PathStep[] } | null;
  /** The statements that decide, of the identity at the end of the path: allows that grant, and denies that make it conditional. */
  readonly statements: readonly StatementRef[];
  /** What could not be read, in words, where that matters. */
  readonly missing: readonly string[];
  /** Null when the grant is no wider than firewalls and networks need. */
  readonly breadth: Breadth | null;
  readonly removal: Removal;
}

/** What to ask. */
export interface Question {
  /** One action, as the cloud writes it; null for every action that changes a firewall. */
  readonly action: string | null;
  /** One resource's id or ARN; null for any. */
  readonly resource: string | null;
}

/** A principal that its own policies would let change firewalls, and what certainly stops it. */
export interface Blocked {
  readonly principal: Principal;
  readonly actions: readonly string[];
  /** What stops it, in words: `the service control policies of ou-1 allow none of it`. Holds untrusted names. */
  readonly says: string;
  /** The denies that stop it; empty where it lacks an allow. */
  readonly statements: readonly StatementRef[];
}

/** The answer to one question. */
export interface WhoCan {
  /** Principals in the order of the snapshot, direct grants first; a principal that certainly cannot has none. */
  readonly grants: readonly Grant[];
  /** Who would but for a boundary, an organization's policy or a deny. */
  readonly blocked: readonly Blocked[];
  /** Remarks on how the question was understood: an action or resource that is not known. */
  readonly notes: readonly string[];
}

/** Everything a cloud says about who may do what, in one shape for all clouds. */
export interface IdentityEstate {
  readonly principals: readonly Principal[];
  readonly workloads: readonly WorkloadIdentity[];
  /** Firewalls and whatever else of the snapshot a question can name by its id. */
  readonly resources: readonly ResourceRef[];
  /** The actions that change firewalls, as the clouds write them, and what each does to one. */
  readonly actions: () => ReadonlyMap<string, FirewallEffect>;
  /** Who can change firewalls. Works the whole question out at the first call and remembers it; other questions cost less. */
  readonly whoCan: (question?: Question) => WhoCan;
  /** What could not be read that bears on more than one principal, in words. */
  readonly missing: readonly string[];
}

/** Where a cloud was not scanned. */
export const noIdentities: IdentityEstate = {
  principals: [],
  workloads: [],
  resources: [],
  actions: () => new Map(),
  whoCan: () => ({ grants: [], blocked: [], notes: [] }),
  missing: [],
};

/** The estates of several clouds as one. */
export function uniteIdentities(estates: readonly IdentityEstate[]): IdentityEstate {
  return {
    principals: estates.flatMap(({ principals }) => principals),
    workloads: estates.flatMap(({ workloads }) => workloads),
    resources: estates.flatMap(({ resources }) => resources),
    actions: () => new Map(estates.flatMap(({ actions }) => [...actions()])),
    whoCan: (question) => {
      const answers = estates.map(({ whoCan }) => whoCan(question));
      return {
        grants: answers.flatMap(({ grants }) => grants),
        blocked: answers.flatMap(({ blocked }) => blocked),
        notes: answers.flatMap(({ notes }) => notes),
      };
    },
    missing: [...new Set(estates.flatMap(({ missing }) => missing))],
  };
}

import type { FirewallEffect } from "./firewall-effect.ts";
import type { Cloud, ResourceRef } from "./resource.ts";

/** One statement of a policy that decides, as `rampart who-can --format json` prints it. Everything in it is untrusted. */
export interface WhoCanStatement {
  readonly policy: string;
  readonly statement: string;
  readonly effect: "allow" | "deny";
  readonly layer: string;
  readonly attachedTo: string | null;
}

/** One step to another identity, or to more rights of the same one. */
export interface WhoCanStep {
  readonly method: string;
  /** In words that follow the name of who takes the step. */
  readonly says: string;
  /** The principal whose rights the step yields. */
  readonly via: string;
  /** What people call it; null where it has no name. Untrusted. */
  readonly viaName: string | null;
  /** `policy#statement`: without it the step fails; null where none is needed or none could be read. */
  readonly statement: string | null;
  readonly decidedBy: WhoCanStatement | null;
  readonly verdict: "yes" | "only-if" | "unknown";
  readonly condition: string | null;
}

/** Actions, and what they can be used on. */
export interface WhoCanScope {
  readonly actions: readonly string[];
  /** Ids of resources of the scan. */
  readonly resources: readonly string[];
  /** `any`: every other resource of the kind too; `matching`: others that match a pattern; `none`: no others. */
  readonly beyond: "any" | "matching" | "none";
}

/** That a principal can do what was asked about, in one way. A principal may have several. */
export interface WhoCanGrant {
  /** The principal's own id, as `expected` in rampart.yaml takes it. Untrusted. */
  readonly principal: string;
  readonly cloud: Cloud;
  /** The principal's account; for those from outside, the account that lets them in. */
  readonly account: string;
  readonly decision: "yes" | "only-if" | "unknown";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** What it depends on, in plain words; null when on nothing. Untrusted. */
  readonly condition: string | null;
  readonly by: "direct" | "escalation" | "outside";
  readonly path: readonly WhoCanStep[];
  /** `user`, `role`, `federated` and the like. */
  readonly kind: string;
  /** Other names of the principal. Untrusted. */
  readonly names: readonly string[];
  readonly home: "own" | "outside" | "unknown";
  readonly managedBy: string | null;
  /** Where the decision is unknown: what it is if nothing unread stands in the way. */
  readonly atMost: "yes" | "only-if";
  /** What the actions do to firewalls; empty for actions that change none. */
  readonly effects: readonly FirewallEffect[];
  /** Which of the actions can be used on which of the resources. */
  readonly scopes: readonly WhoCanScope[];
  /** Who decides whether the condition holds: `caller`, `network`, `authentication`, `time`, `tag` and the like. */
  readonly controls: readonly string[];
  readonly conditionKeys: readonly string[];
  /** Where the path is certain: a shorter one that holds only under a condition. */
  readonly shorterPath: { readonly decision: "only-if" | "unknown"; readonly path: readonly WhoCanStep[] } | null;
  readonly statements: readonly WhoCanStatement[];
  /** Why the grant is far wider than firewalls; null when it is not. */
  readonly breadth: { readonly pattern: string; readonly statement: WhoCanStatement } | null;
  readonly missing: readonly string[];
  /** The smallest change that takes the right away. */
  readonly removal: { readonly text: string; readonly cli: readonly string[] };
}

/** Someone whose own policies would allow it, and what certainly stops it. */
export interface WhoCanBlocked {
  readonly principal: string;
  readonly cloud: Cloud;
  readonly account: string;
  readonly kind: string;
  readonly actions: readonly string[];
  /** In words. Untrusted. */
  readonly says: string;
  readonly statements: readonly WhoCanStatement[];
}

/** The answer to `rampart who-can`, as its renderers take it and as `--format json` prints it. */
export interface WhoCanReport {
  /** Null asks for every action that changes firewalls, and for any resource. */
  readonly question: { readonly action: string | null; readonly resource: string | null };
  /** The answer in one sentence. Holds untrusted names. */
  readonly summary: string;
  /** False when something that was not read bears on it. */
  readonly complete: boolean;
  readonly grants: readonly WhoCanGrant[];
  readonly blocked: readonly WhoCanBlocked[];
  /** Every resource that a grant names, once. */
  readonly resources: readonly ResourceRef[];
  /** How the question was understood, where that is not plain. */
  readonly notes: readonly string[];
  /** What could not be read that bears on more than one principal. */
  readonly missing: readonly string[];
}

/**
 * What decides, without whole ids: `statement Deploy of FunctionDeployer (of Developers)` of AWS, `role assignment Network Contributor at subscription 1` of
 * Azure, `roles/editor in the allow policy of project shop` of Google Cloud. Untrusted.
 */
export function statementInWords({
  policy,
  statement,
  layer,
  attachedTo,
}: Pick<WhoCanStatement, "policy" | "statement" | "layer" | "attachedTo">): string {
  const [, owner, name] = /^(.*) inline policy (.+)$/s.exec(policy) ?? [];
  const holder = attachedTo === null || name !== undefined ? "" : ` (of ${lastPart(attachedTo)})`;
  if (layer === "allow policy") return `${statement} in the allow policy of ${containerInWords(policy)}${holder}`;
  const [, scope] =
    /^(.*)\/providers\/Microsoft\.Authorization\/(?:roleAssignments|roleEligibility\w+)\//i.exec(policy) ?? [];
  if (scope !== undefined) return `${layer} ${statement} at ${scopeInWords(scope)}${holder}`;
  // What stands for all of a kind that was not read, at a scope.
  if (layer === statement) return `the ${layer} of ${scopeInWords(policy)}${holder}`;
  if (tellItself.has(layer)) return `${layer} ${statement}${holder}`;
  if (layer === "lock") return `${layer} ${lastPart(policy)} (${statement})`;
  if (layer === "ownership") return `ownership of ${lastPart(policy)}${holder}`;
  if (layer.startsWith("allow policy ")) return `${statement} in an ${layer}${holder}`;
  const named = name === undefined ? lastPart(policy) : `inline policy ${name} of ${lastPart(owner ?? "")}`;
  const kind = layer === "identity policy" ? "" : `${layer} `;
  // What stands for a policy as a whole has no statement of its own.
  return `${statement === "*" ? "" : `statement ${statement} of `}${kind}${named}${holder}`;
}

/** What decides under a name of its own, so that the id of what it stands in says no more. */
const tellItself: ReadonlySet<string> = new Set([
  "Microsoft Entra role",
  "eligible Microsoft Entra role",
  "Microsoft Graph permission",
  "classic administrator",
  "federated credential",
  "deny assignment",
]);

/** A scope of Azure: `subscription 1`, `resource group web`, `management group corp`, a resource by its name. Untrusted. */
function scopeInWords(scope: string): string {
  if (scope === "" || scope === "/") return "the root of the tenant";
  const [, subscription, group, rest] =
    /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+)(?:\/providers\/(.+))?)?$/i.exec(scope) ?? [];
  if (rest !== undefined) return `${lastPart(rest)} in resource group ${group ?? ""}`;
  if (group !== undefined) return `resource group ${group}`;
  if (subscription !== undefined) return `subscription ${subscription}`;
  const [, managementGroup] = /\/managementGroups\/([^/]+)$/i.exec(scope) ?? [];
  if (/^[\da-f-]{36}$/i.test(scope)) return `subscription ${scope}`;
  return managementGroup === undefined ? scope : `management group ${managementGroup}`;
}

/** What holds an allow policy of Google Cloud: `project shop`, `folder 1`, `organization 1`, a service account by its address. Untrusted. */
function containerInWords(name: string): string {
  const [, account] = /\/serviceAccounts\/([^/]+)$/.exec(name) ?? [];
  if (account !== undefined) return `service account ${account}`;
  const [, kind, id] = /^(project|folder|organization)s\/([^/]+)$/.exec(name) ?? [];
  if (kind !== undefined && id !== undefined) return `${kind} ${id}`;
  return /^[\w.:-]+$/.test(name) ? `project ${name}` : name;
}

/** What comes last in a path: a policy's name without what holds it. */
function lastPart(text: string): string {
  return text.slice(text.lastIndexOf("/") + 1) || text;
}

/**
 * An identity as a step of someone's path: on AWS in the same account without what both ids begin with (`role/deploy`), else whole; where the id is no name,
 * after what people call it. Untrusted.
 */
export function identityInWords({ via, viaName }: Pick<WhoCanStep, "via" | "viaName">, account: string): string {
  const [, owner, own] = /^arn:[^:]*:[^:]*:[^:]*:([^:]*):(.+)$/s.exec(via) ?? [];
  if (own !== undefined) return owner === account ? own : via;
  return withName(via, viaName);
}

/** A principal's id, after its name where the id does not tell it: `ada@example.com (6f1c...)`. Untrusted. */
export function principalInWords({
  principal,
  names,
  cloud,
}: Pick<WhoCanGrant, "principal" | "names" | "cloud">): string {
  // A role's other names on AWS are those of the people who take it.
  return cloud === "aws" ? principal : withName(principal, names[0] ?? null);
}

function withName(id: string, name: string | null): string {
  return name === null || name === "" || id.includes(name) ? id : `${name} (${id})`;
}

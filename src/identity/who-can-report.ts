import { firewallEffects, type FirewallEffect } from "../model/firewall-effect.ts";
import { canonicalId, type ResourceRef } from "../model/resource.ts";
import type {
  WhoCanBlocked,
  WhoCanGrant,
  WhoCanReport,
  WhoCanScope,
  WhoCanStatement,
  WhoCanStep,
} from "../model/who-can.ts";
import type { Blocked, Grant, IdentityEstate, PathStep, Question, Scope, StatementRef, WhoCan } from "./estate.ts";

/** The answer to a question as its renderers take it. */
export function reportWhoCan(estate: IdentityEstate, question: Question, answer: WhoCan): WhoCanReport {
  const { grants, blocked, notes } = answer;
  const effects = estate.actions();
  const resources = new Map<string, ResourceRef>();
  for (const list of new Set(grants.flatMap(({ scopes }) => scopes.map((scope) => scope.resources)))) {
    for (const resource of list) resources.set(canonicalId(resource), resource);
  }
  return {
    question,
    summary: summaryOf(estate, question, answer),
    complete: estate.missing.length === 0 && grants.every(({ decision }) => decision !== "unknown"),
    grants: grants.map((grant) => grantReport(grant, effects, question)),
    blocked: blocked.map(blockedReport),
    resources: [...resources.values()],
    notes,
    missing: estate.missing,
  };
}

/** `12 principals can change firewalls: 9 whatever the circumstances, 2 under a condition, and whether 1 more can is not known.` */
function summaryOf({ principals, missing }: IdentityEstate, question: Question, { grants }: WhoCan): string {
  const what =
    question.action === null
      ? `change ${question.resource ?? "firewalls"}`
      : `use ${question.action}${question.resource === null ? "" : ` on ${question.resource}`}`;
  const { yes, conditional, unknown } = countsOf(grants);
  const read = missing.length === 0 ? "" : ", as far as identities were read";
  const unsure = unknown === 0 ? "" : `; whether ${unknown} ${yes + conditional === 0 ? "" : "more "}can is not known`;
  if (yes + conditional === 0) {
    const count = principals.length;
    return `None of ${count} ${count === 1 ? "principal" : "principals"} can certainly ${what}${read}${unsure}.`;
  }
  const parts = [
    ...(yes === 0 ? [] : [`${yes} whatever the circumstances`]),
    ...(conditional === 0 ? [] : [`${conditional} only under a condition`]),
  ];
  const count = yes + conditional;
  const outside = new Set(
    grants
      .filter(({ decision, principal }) => decision !== "unknown" && principal.home === "outside")
      .map(({ principal }) => canonicalId(principal.resource)),
  ).size;
  const strangers = outside === 0 ? "" : `; ${outside} of them from outside the organization`;
  return `${count} ${count === 1 ? "principal" : "principals"} can ${what}${read}: ${parts.join(", ")}${strangers}${unsure}.`;
}

/** Principals by the strongest of their grants. */
function countsOf(grants: readonly Grant[]): {
  readonly yes: number;
  readonly conditional: number;
  readonly unknown: number;
} {
  const strongest = new Map<string, Grant["decision"]>();
  for (const { principal, decision } of grants) {
    const key = canonicalId(principal.resource);
    strongest.set(key, stronger(strongest.get(key) ?? "unknown", decision));
  }
  const count = (decision: Grant["decision"]): number =>
    [...strongest.values()].filter((each) => each === decision).length;
  return { yes: count("yes"), conditional: count("only-if"), unknown: count("unknown") };
}

const decisions: readonly Grant["decision"][] = ["yes", "only-if", "unknown"];

/** The stronger of two decisions. */
function stronger(a: Grant["decision"], b: Grant["decision"]): Grant["decision"] {
  return decisions.indexOf(a) <= decisions.indexOf(b) ? a : b;
}

function grantReport(grant: Grant, effects: ReadonlyMap<string, FirewallEffect>, question: Question): WhoCanGrant {
  const { principal, decision, atMost, by, scopes, condition, path, shorterPath, statements, breadth } = grant;
  const { resource, id, kind, names, home, managedBy } = principal;
  const actions = [...new Set(scopes.flatMap((scope) => scope.actions))];
  const has = new Set(actions.map((action) => effects.get(action)));
  return {
    principal: id,
    cloud: resource.cloud,
    account: resource.account,
    decision,
    actions,
    resources: [...new Set(scopes.flatMap((scope) => scope.resources.map((each) => each.id)))],
    condition: condition?.text ?? null,
    by,
    path: path.map(stepReport),
    kind,
    names,
    home,
    managedBy,
    atMost,
    effects: firewallEffects.filter((effect) => has.has(effect)),
    scopes: scopes.map((scope) => scopeReport(scope, question)),
    controls: condition?.controls ?? [],
    conditionKeys: condition?.keys ?? [],
    shorterPath: shorterPath === null ? null : { ...shorterPath, path: shorterPath.path.map(stepReport) },
    statements: statements.map(statementReport),
    breadth: breadth === null ? null : { pattern: breadth.pattern, statement: statementReport(breadth.statement) },
    missing: grant.missing,
    removal: grant.removal,
  };
}

/** Where one resource is asked about, the answer is about no other. */
function scopeReport({ actions, resources, beyond }: Scope, { resource }: Question): WhoCanScope {
  return { actions, resources: resources.map(({ id }) => id), beyond: resource === null ? beyond : "none" };
}

function stepReport({ method, says, via, viaName, statement, verdict, condition }: PathStep): WhoCanStep {
  return {
    method,
    says,
    via,
    viaName,
    statement: statement === null ? null : statementId(statement),
    decidedBy: statement === null ? null : statementReport(statement),
    verdict,
    condition: condition?.text ?? null,
  };
}

function blockedReport({ principal, actions, says, statements }: Blocked): WhoCanBlocked {
  const { id, kind, resource } = principal;
  return {
    principal: id,
    cloud: resource.cloud,
    account: resource.account,
    kind,
    actions,
    says,
    statements: statements.map(statementReport),
  };
}

function statementReport({ policy, statement, effect, layer, attachedTo }: StatementRef): WhoCanStatement {
  return { policy, statement, effect, layer, attachedTo };
}

/** `policy#Sid`, `policy#2`: one statement as one text. */
export function statementId({ policy, statement }: Pick<StatementRef, "policy" | "statement">): string {
  return `${policy}#${statement.replace(/^#/, "")}`;
}

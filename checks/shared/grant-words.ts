import type { Grant, PathStep, StatementRef } from "../../src/identity/estate.ts";
import type { Principal } from "../../src/identity/principal.ts";
import { statementId } from "../../src/identity/who-can-report.ts";
import type { Json } from "../../src/model/finding.ts";
import { globalRegion } from "../../src/model/resource.ts";
import type { Verdict } from "../../src/scan/check.ts";
import { effectsInWords, withoutRules, type FirewallEffect } from "../../src/model/firewall-effect.ts";
import { effectsOf } from "./firewall-changers.ts";
import { accountInWords } from "../../src/model/vendor-names.ts";
import { identityInWords, statementInWords } from "../../src/model/who-can.ts";
import { brief, listed } from "./words.ts";

/** Actions that a message names before it only counts them. */
const actionsNamed = 3;

/** A principal in the middle of a sentence: `role deploy of account 111122223333`, `anyone`. Untrusted. */
export function principalName({ id, kind, resource }: Principal): string {
  switch (kind) {
    case "public":
      return "anyone";
    case "federated":
      // On Google Cloud policies name those themselves who come by an identity provider.
      return resource.cloud === "gcp" ? `whoever is ${id}` : `whoever ${id} vouches for`;
    case "account":
      return id;
    case "user":
    case "role":
    case "service-account":
    case "group":
    case "root":
    case "service":
      return ownName(id, kind, resource);
  }
}

/** On AWS names are an account's own; in the directories of Azure and Google Cloud, an address tells somebody everywhere, and any other name nobody for certain. */
function ownName(id: string, kind: string, { cloud, account, name }: Principal["resource"]): string {
  const words = cloud === "azure" && kind === "service-account" ? "service principal" : kind.replaceAll("-", " ");
  if (cloud === "aws") return `${words} ${name ?? id} of account ${account}`;
  const isTold = name === null || id.includes(name);
  return isTold ? `${words} ${name ?? id}` : `${words} ${name} (${id})`;
}

/** The same with a capital, for the start of a sentence; ids stay as they are. */
export function sentencePrincipal(principal: Principal): string {
  const name = principalName(principal);
  return principal.kind === "account" ? name : `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** `change firewall rules and address lists (12 actions) on 20 firewalls and any other`. */
export function changeWords(grants: readonly Grant[], effects: ReadonlyMap<string, FirewallEffect>): string {
  const actions = [...new Set(grants.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.actions)))];
  const named = actions.length > actionsNamed ? `${actions.length} actions` : actions.join(", ");
  const found = effectsOf(grants, effects);
  return `change ${effectsInWords(found)} (${named}${withoutRules(found)})`;
}

/** `, but only with MFA`: what one of some grants depends on; nothing where one of them depends on nothing. Untrusted. */
export function conditionWords(grants: readonly Grant[]): string {
  const conditions = grants.map(({ condition }) => condition?.text ?? null);
  const told = [...new Set(conditions.filter((text) => text !== null))];
  if (told.length === 0 || told.length < new Set(conditions).size) return "";
  return `, but only ${told.slice(0, 2).join("; or ")}${told.length > 2 ? `; or in ${told.length - 2} more ways` : ""}`;
}

/** `statement Deploy of policy ...` for the first few of the statements that allow. Untrusted. */
export function allowedBy(grants: readonly Grant[]): string {
  const allows = grants.flatMap(({ statements }) => statements).filter(({ effect }) => effect === "allow");
  return brief([...new Set(allows.map(statementInWords))], 2);
}

/** `it creates a function that runs as the role (role/deploy), then ...`: a path as a clause. Untrusted. */
export function pathWords(path: readonly PathStep[], { resource }: Principal): string {
  return path
    .map((step, index) => `${index === 0 ? "it " : ""}${step.says} (${identityInWords(step, resource.account)})`)
    .join(", then ");
}

/** What would tell, of grants that are not decided. */
export function missingIn(grants: readonly Grant[]): readonly string[] {
  return [...new Set(grants.flatMap(({ missing }) => missing))].toSorted();
}

/** Grants as evidence: what, on what, how, by which statements, and the smallest change that takes each away. */
export function grantEvidence(grants: readonly Grant[]): Json {
  return listed(grants, (grant) => ({
    decision: grant.decision,
    atMost: grant.atMost,
    by: grant.by,
    actions: listed([...new Set(grant.scopes.flatMap(({ actions }) => actions))], (action) => action),
    // In one order whatever order the Regions answered in, so that two scans of the same estate say the same.
    resources: listed(
      [...new Set(grant.scopes.flatMap(({ resources }) => resources.map(({ id }) => id)))].toSorted(),
      (id) => id,
    ),
    otherResources: grant.scopes.some(({ beyond }) => beyond === "any")
      ? "any"
      : grant.scopes.some(({ beyond }) => beyond === "matching")
        ? "matching"
        : "none",
    condition:
      grant.condition === null
        ? null
        : { text: grant.condition.text, controls: grant.condition.controls, keys: grant.condition.keys },
    path: grant.path.map(stepEvidence),
    shorterPath:
      grant.shorterPath === null
        ? null
        : { decision: grant.shorterPath.decision, path: grant.shorterPath.path.map(stepEvidence) },
    statements: listed(grant.statements, statementEvidence),
    breadth:
      grant.breadth === null
        ? null
        : { pattern: grant.breadth.pattern, statement: statementEvidence(grant.breadth.statement) },
    missing: grant.missing,
    removal: { text: grant.removal.text, cli: grant.removal.cli },
  }));
}

function stepEvidence({ method, says, via, viaName, statement, verdict, condition }: PathStep): Json {
  return {
    method,
    says,
    via,
    viaName,
    statement: statement === null ? null : statementId(statement),
    verdict,
    condition: condition?.text ?? null,
  };
}

function statementEvidence({ policy, statement, effect, layer, attachedTo }: StatementRef): Json {
  return { policy, statement, effect, layer, attachedTo };
}

/** Someone of whom it is not known whether they can do something. */
export interface Unsure {
  readonly principal: Principal;
  readonly grants: readonly Grant[];
}

/**
 * One verdict for everyone in an account of whom the same data are missing: what stands in the way of an answer is the same, and there is nothing to say of
 * any one of them.
 * @param says what they may be able to do, after "whether X": `can change firewalls`
 */
export function* unsureVerdicts(unsure: readonly Unsure[], says: string): Iterable<Verdict> {
  const groups = Map.groupBy(unsure, ({ principal: { resource }, grants }) =>
    JSON.stringify([resource.cloud, resource.account, missingIn(grants)]),
  );
  for (const all of groups.values()) {
    const [first] = all;
    if (first === undefined) continue;
    const missing = missingIn(first.grants);
    const wanting = missing.length === 0 ? "something that was not read" : brief(missing, 3);
    if (all.length === 1) {
      yield {
        status: "unknown",
        resource: first.principal.resource,
        message: `Whether ${principalName(first.principal)} ${says} could not be told: ${wanting}.`,
        evidence: { grants: grantEvidence(first.grants), missing },
      };
      continue;
    }
    const { cloud, account } = first.principal.resource;
    yield {
      status: "unknown",
      resource: {
        cloud,
        account,
        region: globalRegion,
        type: `${cloud}:account-region`,
        id: `${account}/${globalRegion}`,
        name: null,
        arn: null,
      },
      discriminator: missing.join("; "),
      message: `Whether each of ${all.length} principals of ${accountInWords(cloud, account)} ${says} could not be told: ${wanting}.`,
      evidence: { principals: listed(all, ({ principal }) => principal.id), missing },
    };
  }
}

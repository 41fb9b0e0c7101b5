import type { ActionTable } from "../../../../identity/actions.ts";
import type { ActionFacts } from "../../../../identity/resources.ts";
import { knownFact } from "../../../../identity/facts.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { Need, StepMethod, StepNeed } from "../../../../identity/identity.ts";
import { cappedLevels, noLevels, type Levels } from "../../../../identity/levels.ts";
import { authorizedAction } from "./data/authorized-actions.ts";
import { escalationMethods } from "./data/escalation-methods.ts";
import type { AuthorizedAction, EscalationMethod, Requirement } from "./data/types.ts";
import type { AwsIdentity } from "./identities.ts";
import { actionFacts, withFact, type Kinds } from "./kinds.ts";
import type { PermissionSets } from "./permission-sets.ts";
import type { Roster } from "./roster.ts";
import { createStepDomains, type StepDomains } from "./step-domains.ts";
import type { Possible, Prospects } from "./targets.ts";
import type { Caller, Trust } from "./trust.ts";

/** What step methods are made from. */
export interface MethodsInput {
  readonly identities: readonly AwsIdentity[];
  readonly roster: Roster;
  readonly permissionSets: PermissionSets;
  readonly kinds: Kinds;
  readonly trust: Trust;
  readonly prospects: Prospects;
  readonly table: ActionTable;
  readonly globs: Globs;
}

/** The policy that whoever may attach any policy would attach. */
const administratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";

/** The data's escalation methods in the engine's terms. */
export function stepMethods(input: MethodsInput): readonly StepMethod[] {
  const domains = createStepDomains(input);
  return escalationMethods.flatMap((method) =>
    input.prospects.of(method).flatMap((possible) => variants(method, possible, domains, input)),
  );
}

function variants(
  method: EscalationMethod,
  possible: Possible,
  domains: StepDomains,
  input: MethodsInput,
): readonly StepMethod[] {
  const made = stepMethod(method, possible, domains, input);
  if (made === null) return [];
  if (method.effect !== "join") return [made];
  // A boundary of the caller's own goes on limiting what the group allows, which the group by itself does not show.
  const bounded = (index: number): boolean => {
    const entity = input.identities[index]?.entity;
    return entity?.kind === "user" && entity.boundary !== null;
  };
  return [
    { ...made, caller: (index) => made.caller(index) && !bounded(index) },
    {
      ...made,
      caller: (index) => made.caller(index) && bounded(index),
      targets: cappedLevels(made.targets, "unknown"),
      missing: [...made.missing, "how far the caller's own permissions boundary limits what the group allows"],
    },
  ];
}

function stepMethod(
  method: EscalationMethod,
  possible: Possible,
  domains: StepDomains,
  input: MethodsInput,
): StepMethod | null {
  const { identities, trust, table } = input;
  const needs: StepNeed[][] = [];
  for (const alternatives of method.requires) {
    const list = alternatives.flatMap((requirement) => stepNeeds(requirement, method, possible, domains, input));
    if (list.length === 0) return null;
    needs.push(list);
  }
  const letsIn = method.prerequisites.some(({ kind }) => kind === "trusts-caller");
  const assume = table.numberOf("sts:AssumeRole");
  const callers = letsIn ? identities.map((each) => callerOf(each, identities)) : [];
  const none = noLevels(identities.length);
  const admits = (index: number): { readonly named: Levels; readonly delegated: Levels } => {
    const caller = callers[index] ?? null;
    return caller === null ? { named: none, delegated: none } : trust.admits(caller);
  };
  return {
    id: method.id,
    says: method.says,
    effect: effectOf(method),
    needs,
    targets: possible.targets,
    caller: possible.caller,
    acrossAccounts: possible.acrossAccounts,
    missing: possible.missing,
    unlessDenied:
      assume !== null && (letsIn || method.effect === "change-trust")
        ? { action: assume, domain: domains.roles }
        : null,
    admits: letsIn ? admits : null,
    admission: letsIn
      ? (index, target) => {
          const caller = callers[index] ?? null;
          return caller === null
            ? { statement: null, named: false, condition: null, missing: [] }
            : trust.admission(caller, target);
        }
      : null,
  };
}

function effectOf({ effect }: EscalationMethod): StepMethod["effect"] {
  switch (effect) {
    case "become":
    case "join":
    case "change-trust":
    case "new-identity":
    case "other-version":
      return "become";
    case "grant":
      return "grant";
    case "drop-boundary":
      return "uncap";
  }
}

/** How an identity would assume a role; null for those that cannot call: groups, and what is not made yet. */
function callerOf({ identity, entity, stranger }: AwsIdentity, identities: readonly AwsIdentity[]): Caller | null {
  if (stranger !== null) return stranger.caller;
  // With other policies it is still the same to those who trust it.
  const base = identity.variantOf === null ? undefined : identities[identity.variantOf];
  if (base !== undefined) return callerOf(base, identities);
  if (identity.principal === null) return null;
  const { account, facts, id } = identity;
  const principal =
    entity === null
      ? ({ kind: "account", account } as const)
      : ({ kind: "identity", arn: id, account, session: null } as const);
  const isBounded = entity?.kind === "user" || entity?.kind === "role" ? entity.boundary !== null : false;
  return { principal, account, facts, action: "sts:assumerole", isBounded };
}

const actions = new Map<string, AuthorizedAction>();

/** How AWS authorises an action; one object for each, for much is remembered by it. */
function actionOf(name: string): AuthorizedAction {
  const known = actions.get(name) ?? authorizedAction(name);
  actions.set(name, known);
  return known;
}

/** One permission, in every form in which it is of use. */
function stepNeeds(
  requirement: Requirement,
  method: EscalationMethod,
  possible: Possible,
  domains: StepDomains,
  input: MethodsInput,
): readonly StepNeed[] {
  const { kinds, table, trust } = input;
  const number = table.numberOf(requirement.action);
  if (number === null) return [];
  const action = actionOf(requirement.action);
  const anything: StepNeed = {
    action: number,
    given: actionFacts(action, null),
    domain: null,
    needs: (account) => kinds.needsOf(action, account),
    targets: null,
  };
  if (requirement.on === "any") return [anything];
  const places = domains.places(requirement, action, method, possible);
  // An action without resources, or a workload that nobody read: it is enough that it is allowed at all.
  if (places.length === 0) return [anything];
  return places.flatMap(({ domain, type, at }) => {
    const given = actionFacts(action, type);
    const rests = new Map<string, readonly Need[]>();
    const rest = (account: string): readonly Need[] => {
      const known = rests.get(account) ?? kinds.needsOf(action, account).filter((_, index) => index !== at);
      rests.set(account, known);
      return known;
    };
    const need = { action: number, given, domain, needs: rest, targets: null };
    if (requirement.passes.length > 0) {
      const targets = trust.byServices(requirement.passes);
      return requirement.passes.map((service) => ({
        ...need,
        given: withFact(given, "iam:PassedToService", knownFact([service], "caller")),
        targets,
      }));
    }
    return attaching(requirement.action, given).map(({ facts, verdict }): StepNeed => ({
      action: number,
      given: facts,
      domain,
      needs: rest,
      targets: verdict === "yes" ? null : cappedLevels(possible.targets, verdict),
    }));
  });
}

/**
 * Which policy is attached is for the caller to choose: one that allows everything if it may; where it may attach only others, what those allow is not
 * looked into.
 */
function attaching(
  action: string,
  given: ActionFacts,
): readonly { readonly facts: ActionFacts; readonly verdict: "yes" | "unknown" }[] {
  if (!/^iam:Attach(?:User|Role|Group)Policy$/.test(action)) return [{ facts: given, verdict: "yes" }];
  return [
    { facts: withFact(given, "iam:PolicyARN", knownFact([administratorAccess], "caller")), verdict: "yes" },
    { facts: given, verdict: "unknown" },
  ];
}

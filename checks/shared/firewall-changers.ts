import type { Grant, IdentityEstate } from "../../src/identity/estate.ts";
import type { Principal, WorkloadIdentity } from "../../src/identity/principal.ts";
import type { FirewallEffect } from "../../src/model/firewall-effect.ts";
import { canonicalId } from "../../src/model/resource.ts";

/** Someone, with everything that lets them change firewalls. */
export interface Changer {
  readonly principal: Principal;
  /** By their own rights. */
  readonly direct: readonly Grant[];
  /** By granting themselves more, by taking another identity, or from outside. */
  readonly reached: readonly Grant[];
}

const answers = new WeakMap<IdentityEstate, readonly Changer[]>();

/**
 * Every principal that is judged, with what lets it change firewalls: nothing at all for most. Rights that only blind what watches firewalls make nobody
 * able to change one, and are left out. So are principals of which there is nothing to judge: a service's own roles, which nobody else can take and no
 * customer can change, and the root user, whose rights are the account's and not granted by anyone.
 */
export function changersOf(identity: IdentityEstate): readonly Changer[] {
  const known = answers.get(identity);
  if (known !== undefined) return known;
  const effects = identity.actions();
  const changing = changesIn(identity.whoCan().grants, effects);
  const grants = Map.groupBy(changing, ({ principal }) => canonicalId(principal.resource));
  const everyone = new Map(
    [...identity.principals, ...changing.map(({ principal }) => principal)].map((principal) => [
      canonicalId(principal.resource),
      principal,
    ]),
  );
  const changers = [...everyone].flatMap(([key, principal]): readonly Changer[] => {
    if (principal.kind === "service" || principal.kind === "root") return [];
    return [changerOf(principal, grants.get(key) ?? [])];
  });
  answers.set(identity, changers);
  return changers;
}

/** Someone as far as a workload's credential goes, which may be less far than its own rights. */
export function carriedBy(workload: WorkloadIdentity, changer: Changer, { actions }: IdentityEstate): Changer {
  return workload.grants === undefined
    ? changer
    : changerOf(changer.principal, changesIn(workload.grants(), actions()));
}

function changerOf(principal: Principal, grants: readonly Grant[]): Changer {
  return {
    principal,
    direct: grants.filter(({ by }) => by === "direct"),
    reached: grants.filter(({ by }) => by !== "direct"),
  };
}

function changesIn(grants: readonly Grant[], effects: ReadonlyMap<string, FirewallEffect>): readonly Grant[] {
  return grants.filter((grant) => effectsOf([grant], effects).some(isChange));
}

function isChange(effect: FirewallEffect): boolean {
  return effect !== "detection";
}

/** What some grants do to firewalls. */
export function effectsOf(
  grants: readonly Grant[],
  effects: ReadonlyMap<string, FirewallEffect>,
): readonly FirewallEffect[] {
  const found = new Set<FirewallEffect>();
  for (const { scopes } of grants) {
    for (const { actions } of scopes) {
      for (const action of actions) {
        const effect = effects.get(action);
        if (effect !== undefined) found.add(effect);
      }
    }
  }
  return [...found];
}

/** Whether a principal is an identity of the scanned accounts, with policies of its own. */
export function isOwnIdentity({ home, kind }: Principal): boolean {
  return home === "own" && (kind === "user" || kind === "role" || kind === "service-account" || kind === "group");
}

/**
 * Whether somebody is judged as one of one's own: an own identity; or, where the account's own policies give it rights, somebody whose organization is not
 * known (a user of Google Cloud where the organization could not be read) or whom an identity provider of one's own vouches for. Whether they are from
 * outside is asked by itself.
 */
export function isHeldHere({ principal, direct }: Changer): boolean {
  if (isOwnIdentity(principal)) return true;
  const isSomebody = principal.kind === "federated" || isOwnIdentity({ ...principal, home: "own" });
  return principal.home !== "outside" && isSomebody && direct.length > 0;
}

/** How strongly somebody can, and the grants that make it so; `no` without any. */
export interface Strength {
  readonly decision: Grant["decision"] | "no";
  readonly grants: readonly Grant[];
}

const decisions = ["yes", "only-if", "unknown", "no"] as const;

/** Those of some grants that are as strong as the strongest. */
export function strongest(grants: readonly Grant[]): Strength {
  for (const decision of decisions) {
    const found = grants.filter((grant) => grant.decision === decision);
    if (found.length > 0) return { decision, grants: found };
  }
  return { decision: "no", grants: [] };
}

/** What a principal comes to by escalation or from outside beyond its own rights; `no` where those are as strong already. */
export function escalationOf({ direct, reached }: Changer): Strength {
  const strength = strongest(reached);
  const own = strongest(direct).decision;
  return decisions.indexOf(strength.decision) < decisions.indexOf(own) ? strength : { decision: "no", grants: [] };
}

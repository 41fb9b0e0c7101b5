import { always } from "../../../../identity/condition.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { Statement } from "../../../../identity/statement.ts";
import type { Allowed } from "./bindings.ts";
import { grantsOf, madeOf, type GcpIdentity, type IdentitiesInput, type LimitsOf } from "./identities.ts";
import type { Places } from "./places.ts";
import { policyHolders } from "./policy-holders.ts";
import type { Roles } from "./roles.ts";
import { holdsPermission, type Scopes } from "./scopes.ts";
import { scopedId, type Workload } from "./workloads.ts";

/** What stands for rights that somebody can come by is made from. */
export interface StandingInput extends IdentitiesInput {
  readonly limits: LimitsOf;
  readonly own: readonly GcpIdentity[];
  readonly allowed: Allowed;
  readonly places: Places;
  readonly roles: Roles;
  readonly scopes: Scopes;
  readonly workloads: readonly Workload[];
  readonly globs: Globs;
}

/** Rights that nobody has and somebody can come by, as identities that are not reported as somebody. */
export function standingIdentities(input: StandingInput): readonly GcpIdentity[] {
  return [...policyHolders(input), ...scopedAccounts(input), ...delegates(input), ...rewritten(input)];
}

/** Service accounts as far as the tokens of instances go that hand out less than all. */
function scopedAccounts(input: StandingInput): readonly GcpIdentity[] {
  const { own, workloads, globs, scopes } = input;
  const limited = new Map(
    workloads.flatMap((workload) =>
      workload.reach === null || workload.reach.length === 0 ? [] : [[scopedId(workload), workload] as const],
    ),
  );
  const byMember = new Map(own.flatMap((base) => (base.member === null ? [] : [[base.member.id, base] as const])));
  return [...limited].flatMap(([scoped, { runsAs, reach }]): readonly GcpIdentity[] => {
    const base = byMember.get(`serviceAccount:${runsAs}`);
    if (base === undefined || reach === null) return [];
    const { identity } = base;
    const allowed = scopes.at(globs.all, {
      effect: "allow",
      actions: { include: reach.map((each) => globs.pattern(each)), except: [] },
      condition: always,
      ref: { policy: "access scopes", statement: "*", effect: "allow", layer: "access scopes", attachedTo: null },
      breadth: null,
    });
    const cap = { name: "the access scopes of the instance", kind: "session", statements: [allowed] } as const;
    const assigned = { grants: identity.assigned.grants, caps: [...identity.assigned.caps, cap] };
    const id = `${identity.id} within the access scopes of an instance`;
    // A principal of its own, so that what it can do is told apart from what the account can.
    const principal = identity.principal === null ? null : { ...identity.principal };
    return [standIn(base, { ...identity, principal, id, assigned }, { kind: "scoped", scoped })];
  });
}

const delegation = ["iam.serviceaccounts.getaccesstoken", "iam.serviceaccounts.implicitdelegation"];

/** Service accounts as far as they delegate: nothing of theirs counts but whom they may make tokens of. */
function delegates(input: StandingInput): readonly GcpIdentity[] {
  const { own, globs } = input;
  // Whoever may make tokens of the account itself has no need of this.
  const isUsed = own.some(({ identity }) =>
    identity.assigned.grants.some(
      ({ effect, actions }) =>
        effect === "allow" &&
        holdsPermission(actions, delegation[1] ?? "") &&
        !holdsPermission(actions, delegation[0] ?? ""),
    ),
  );
  if (!isUsed) return [];
  const actions = { include: delegation.map((each) => globs.literal(each.toLowerCase())), except: [] };
  return own.flatMap((base): readonly GcpIdentity[] => {
    if (base.account === null) return [];
    const { identity, holder, limits } = base;
    const grants = grantsOf(holder?.holdings ?? [])
      .filter((statement) => delegation.some((each) => holdsPermission(statement.actions, each)))
      .map((statement) => withActions(statement, actions));
    if (grants.length === 0) return [];
    const made = madeOf(null, `${identity.id}, as far as it delegates`, grants, limits, identity.facts, input);
    return [standIn(base, made, { kind: "delegate" })];
  });
}

/** Holders of a custom role, as if somebody had written every permission into it. */
function rewritten(input: StandingInput): readonly GcpIdentity[] {
  const { own, globs } = input;
  const update = "iam.roles.update";
  const isUsed = own.some(({ identity }) =>
    identity.assigned.grants.some(({ effect, actions }) => effect === "allow" && holdsPermission(actions, update)),
  );
  if (!isUsed) return [];
  const everything = { include: [globs.pattern("*")], except: [] };
  const widened = new Map<Statement, Statement>();
  const widen = (statement: Statement): Statement => {
    const known = widened.get(statement) ?? withActions(statement, everything);
    widened.set(statement, known);
    return known;
  };
  return own.flatMap((base, index): readonly GcpIdentity[] => {
    const { holder, limits, identity } = base;
    if (holder === null) return [];
    // What is bound on a single service account reaches nothing but that.
    const custom = Map.groupBy(
      holder.holdings.filter(
        ({ bound, statements }) =>
          bound.role.owner !== null && bound.resource === bound.place.name && statements.length > 0,
      ),
      ({ bound }) => bound.role.name,
    );
    return [...custom].map(([role, holdings]): GcpIdentity => {
      const wide = holdings.flatMap(({ statements }) => statements.map(widen));
      const grants = [...new Set([...grantsOf(holder.holdings), ...wide])];
      const made = madeOf(null, `${identity.id} with ${role} rewritten`, grants, limits, identity.facts, input);
      return standIn(base, { ...made, variantOf: index }, { kind: "role", role });
    });
  });
}

function withActions(statement: Statement, actions: Statement["actions"]): Statement {
  return { ...statement, actions };
}

/** Rights of somebody as an identity of its own. */
function standIn(base: GcpIdentity, identity: GcpIdentity["identity"], stands: GcpIdentity["stands"]): GcpIdentity {
  return { ...base, identity, holder: null, stands };
}

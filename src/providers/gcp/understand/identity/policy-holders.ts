import { always } from "../../../../identity/condition.ts";
import type { Statement } from "../../../../identity/statement.ts";
import { madeOf, noFacts, type GcpIdentity, type Limits } from "./identities.ts";
import { byAddress } from "./members.ts";
import type { Place } from "./places.ts";
import { holdsPermission } from "./scopes.ts";
import type { StandingInput } from "./standing.ts";

/** Somebody who may be able to write the policies of a place and of what lies in it. */
interface Granter {
  readonly limits: Limits;
  readonly place: Place;
  /** Null where any role can be granted, as far as conditions tell. */
  readonly roles: readonly string[] | null;
}

/**
 * Whoever was granted a role on a place: one for each place whose policy somebody may write, and each set of limits that binds somebody who may, for
 * those go on binding whoever grants itself something. Where a condition limits which roles can be granted, one for each of those.
 */
export function policyHolders(input: StandingInput): readonly GcpIdentity[] {
  const { places } = input;
  const wanted = new Map<string, { readonly place: Place; readonly role: string | null; readonly limits: Limits }>();
  for (const { limits, place: top, roles } of grantersIn(input)) {
    for (const place of places.all) {
      if (places.isBelow(place, top) === false) continue;
      for (const role of [null, ...(roles ?? [])]) {
        wanted.set(JSON.stringify([place.name, role, limits.profile]), { place, role, limits });
      }
    }
  }
  const statements = new Map<string, readonly Statement[]>();
  const holders = [...wanted.values()].flatMap(({ place, role, limits }): readonly GcpIdentity[] => {
    const key = JSON.stringify([place.name, role]);
    const known = statements.get(key) ?? granted(place, role, input);
    statements.set(key, known);
    if (known.every(({ actions }) => actions.include.length === 0)) return [];
    const id = `whoever is granted ${role ?? "any role"} on ${place.name}`;
    return [
      {
        identity: madeOf(null, id, known, limits, noFacts, input),
        member: null,
        account: null,
        holder: null,
        someone: null,
        limits,
        stands: { kind: "policy", place, role },
      },
    ];
  });
  return [...holders, ...newAccounts(holders, input)];
}

/**
 * Service accounts that somebody makes in a project, where they are bound by less than whoever makes them: a deny policy that speaks of people, or of
 * accounts by name.
 */
function newAccounts(holders: readonly GcpIdentity[], input: StandingInput): readonly GcpIdentity[] {
  const places = new Map<Place, Set<number>>();
  for (const { stands, limits } of holders) {
    if (stands.kind !== "policy" || stands.role !== null || stands.place.kind !== "project") continue;
    const profiles = places.get(stands.place) ?? new Set();
    places.set(stands.place, profiles.add(limits.profile));
  }
  return [...places].flatMap(([place, profiles]): readonly GcpIdentity[] => {
    const member = byAddress("service-account", `a-new-account@${place.account}.iam.gserviceaccount.com`);
    const limits = input.limits({ member, home: "own", place });
    if (profiles.size === 1 && profiles.has(limits.profile)) return [];
    const id = `a new service account of ${place.name}`;
    return [
      {
        identity: madeOf(null, id, granted(place, null, input), limits, noFacts, input),
        member: null,
        account: null,
        holder: null,
        someone: null,
        limits,
        stands: { kind: "new-account", place },
      },
    ];
  });
}

function granted(place: Place, role: string | null, { globs, scopes, roles }: StandingInput): readonly Statement[] {
  const found = role === null ? null : roles.find(role);
  return scopes.in(place, {
    effect: "allow",
    actions: found === null ? { include: [globs.pattern("*")], except: [] } : roles.actionsOf(found),
    condition: found !== null && found.permissions === null ? { kind: "unread", missing: roles.why(found) } : always,
    ref: {
      policy: place.name,
      statement: role ?? "any role",
      effect: "allow",
      layer: "allow policy of the caller's choosing",
      attachedTo: null,
    },
    breadth: null,
  });
}

const setPolicies = ["projects", "folders", "organizations"].map((kind) => `resourcemanager.${kind}.setiampolicy`);

/** Each place and set of limits once. */
function grantersIn({ own }: StandingInput): Iterable<Granter> {
  const found = new Map<string, Granter>();
  for (const { holder, limits } of own) {
    for (const { bound, statements } of holder?.holdings ?? []) {
      // What a service account's own policy grants reaches no further than the account.
      if (bound.resource !== bound.place.name) continue;
      const roles = bound.limitsGrants ? rolesIn(bound.condition?.expression ?? "") : null;
      const key = JSON.stringify([bound.place.name, limits.profile, roles]);
      if (found.has(key)) continue;
      if (!statements.some(({ actions }) => setPolicies.some((each) => holdsPermission(actions, each)))) continue;
      found.set(key, { limits, place: bound.place, roles });
    }
  }
  return found.values();
}

/** Every role that a condition names. */
function rolesIn(expression: string): readonly string[] {
  return [...expression.matchAll(/["']((?:(?:projects|organizations)\/[^"'/]+\/)?roles\/[^"'/]+)["']/g)].flatMap(
    ([, role]) => role ?? [],
  );
}

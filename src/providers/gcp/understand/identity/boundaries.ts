import type { ActionSet } from "../../../../identity/actions.ts";
import { allOf, always, never, not, type Condition } from "../../../../identity/condition.ts";
import { settle, type Fact } from "../../../../identity/facts.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { Cap, Statement } from "../../../../identity/statement.ts";
import { isKnown } from "../../../../model/coverage.ts";
import { globalRegion } from "../../../../model/resource.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { object, objects, text, texts } from "../../../read.ts";
import { isSamePool, type AmongInput, type Someone } from "./among.ts";
import { readCel } from "./conditions.ts";
import { enforcementVersions, latestEnforcement } from "./data/boundary-versions.ts";
import type { Place, Places } from "./places.ts";
import type { Said, Scopes } from "./scopes.ts";

/** What principals can reach at most. */
export interface Boundaries {
  /** The cap of someone's principal access boundaries; null where none binds it. The same object for everyone of whom the same is known. */
  readonly of: (who: Someone, facts: (key: string) => Fact | null) => Cap | null;
  /** What binds everybody in a place in a way that is not known: policies of kinds that Rampart does not know. */
  readonly strange: readonly Statement[];
}

const policyListing = "iam.organizations.locations.principalAccessBoundaryPolicies.list";
const bindingListings: Readonly<Record<Place["kind"], string>> = {
  organization: "iam.organizations.locations.policyBindings.list",
  folder: "iam.folders.locations.policyBindings.list",
  project: "iam.projects.locations.policyBindings.list",
};

interface Boundary {
  readonly name: string;
  readonly version: number;
  /** Null where the policy was not read. */
  readonly places: readonly Place[] | null;
}

interface Binding {
  readonly set: string;
  readonly boundary: Boundary;
  readonly condition: Condition;
}

/** A boundary as it binds someone. */
interface Bound {
  readonly boundary: Boundary;
  readonly when: Condition;
}

/**
 * Reads principal access boundaries. Who is bound by some can reach what any of them names, by those permissions that the version of enforcement blocks;
 * everything else they have no effect on. https://docs.cloud.google.com/iam/docs/principal-access-boundary-policies
 */
export function readBoundaries(
  index: RecordIndex,
  places: Places,
  scopes: Scopes,
  among: AmongInput,
  globs: Globs,
): Boundaries {
  const bindings = readBindings(index, places, globs);
  const unread = unreadBoundaries(index, places);
  const caps = new Map<string, Cap | null>();
  const numbers = new Map<Condition, number>();
  const numberOf = (condition: Condition): number => {
    const known = numbers.get(condition) ?? numbers.size;
    numbers.set(condition, known);
    return known;
  };
  const perhaps = new Map<Binding, Condition>();
  return {
    strange: strangeBindings(index, places, scopes, globs),
    of: (who, facts) => {
      if (who.member.kind === "public") return null;
      const missing = unread(who);
      const bound = bindings.flatMap((binding): readonly Bound[] => {
        const is = isInSet(who, binding.set, places, among);
        if (is === false) return [];
        const condition = settle(binding.condition, (key) => facts(key) ?? open, globs);
        if (is === true) return condition === never ? [] : [{ boundary: binding.boundary, when: condition }];
        const known = perhaps.get(binding) ?? {
          kind: "unread",
          missing: `whether ${binding.boundary.name} binds those of ${binding.set}`,
        };
        perhaps.set(binding, known);
        return [{ boundary: binding.boundary, when: allOf([condition, known]) }];
      });
      if (bound.length === 0 && missing === null) return null;
      const key = JSON.stringify([missing, ...bound.map(({ boundary, when }) => [boundary.name, numberOf(when)])]);
      const before = caps.get(key);
      if (before !== undefined) return before;
      const made = capOf(bound, missing, scopes, globs);
      caps.set(key, made);
      return made;
    },
  };
}

const open: Fact = { presence: "maybe", values: null, within: [], except: [], missing: null, control: "unknown" };

function capOf(bound: readonly Bound[], missing: string | null, scopes: Scopes, globs: Globs): Cap {
  const names = bound.map(({ boundary }) => boundary.name);
  const layer = "principal access boundary";
  const said = (policy: string, actions: ActionSet, condition: Condition): Said => ({
    effect: "allow",
    actions,
    condition,
    ref: { policy, statement: "*", effect: "allow", layer, attachedTo: null },
    breadth: null,
  });
  const everything = globs.pattern("*");
  const patterns = (list: readonly string[]) => list.map((each) => globs.pattern(each.toLowerCase()));
  // What no version blocks, as far as versions are known.
  const newer = bound.find(({ boundary }) => boundary.version > latestEnforcement);
  const rest: Condition =
    newer === undefined
      ? always
      : { kind: "unread", missing: `what version ${newer.boundary.version} of principal access boundaries blocks` };
  const spared = [
    { include: [everything], except: patterns(enforcementVersions.flatMap(({ blocks }) => blocks)) },
    { include: patterns(enforcementVersions.flatMap(({ except }) => except)), except: [] },
  ].map((actions) => scopes.at(globs.all, said("no principal access boundary", actions, rest)));
  if (missing !== null) {
    // What could not be read may let more through, and may stop anything.
    const actions: ActionSet = { include: [everything], except: [] };
    const open_ = scopes.at(globs.all, said("principal access boundaries", actions, { kind: "unread", missing }));
    return { name: "the principal access boundaries", kind: "boundary", statements: [open_, ...spared] };
  }
  const statements: Statement[] = [];
  for (const { version, blocks, except } of enforcementVersions) {
    const actions: ActionSet = { include: patterns(blocks), except: patterns(except) };
    const enforcing = bound.filter(({ boundary }) => boundary.version >= version);
    const none = allOf(enforcing.map(({ when }) => not(when)));
    if (none !== never) statements.push(scopes.at(globs.all, said("no principal access boundary", actions, none)));
    for (const { boundary, when } of enforcing) {
      if (boundary.places === null) {
        const unread: Condition = {
          kind: "unread",
          missing: `principal access boundary ${boundary.name} (${policyListing})`,
        };
        statements.push(scopes.at(globs.all, said(boundary.name, actions, allOf([when, unread]))));
      }
      for (const place of boundary.places ?? [])
        statements.push(...scopes.in(place, said(boundary.name, actions, when)));
    }
  }
  return {
    name: `the principal access boundaries ${[...new Set(names)].join(", ")}`,
    kind: "boundary",
    statements: [...statements, ...spared],
  };
}

function readBindings(index: RecordIndex, places: Places, globs: Globs): readonly Binding[] {
  const boundaries = new Map<string, Boundary>();
  for (const { data } of index.all(policyListing)) {
    const name = text(data, "name");
    const details = object(data, "details");
    if (name === null) continue;
    const version = text(details ?? {}, "enforcementVersion");
    boundaries.set(name, {
      name,
      version: version === null || version === "latest" ? latestEnforcement : versionOf(version),
      places: details === null ? null : placesIn(details, places),
    });
  }
  return Object.values(bindingListings)
    .flatMap((operation) => index.all(operation))
    .flatMap(({ data }): readonly Binding[] => {
      const policy = text(data, "policy");
      const set = text(object(data, "target") ?? {}, "principalSet");
      if (policy === null || set === null || !isBoundaryBinding(data)) return [];
      const expression = text(object(data, "condition") ?? {}, "expression");
      const condition = expression === null ? always : readCel(expression, globs);
      return [
        {
          set,
          condition,
          boundary: boundaries.get(policy) ?? { name: policy, version: latestEnforcement, places: null },
        },
      ];
    });
}

function versionOf(text_: string): number {
  return /^\d+$/.test(text_) ? Number(text_) : latestEnforcement + 1;
}

function placesIn(details: VendorObject, places: Places): readonly Place[] {
  return objects(details, "rules")
    .filter((rule) => (text(rule, "effect") ?? "ALLOW") === "ALLOW")
    .flatMap((rule) => texts(rule, "resources"))
    .flatMap((resource) => places.find(resource.replace(/^\/\/cloudresourcemanager\.googleapis\.com\//, "")) ?? []);
}

function isBoundaryBinding(data: VendorObject): boolean {
  const kind = text(data, "policyKind");
  return kind === null || kind === "PRINCIPAL_ACCESS_BOUNDARY";
}

/** A kind of policy that Rampart does not know may allow, and may deny. https://docs.cloud.google.com/iam/docs/policy-types */
function strangeBindings(index: RecordIndex, places: Places, scopes: Scopes, globs: Globs): readonly Statement[] {
  return Object.values(bindingListings)
    .flatMap((operation) => index.all(operation))
    .flatMap(({ account, data }) => {
      const place = places.find(account);
      if (place === null || isBoundaryBinding(data)) return [];
      const policy = text(data, "policy") ?? text(data, "name") ?? "?";
      const missing = `what the policy ${policy} of kind ${text(data, "policyKind") ?? "?"} says`;
      return scopes.in(place, {
        effect: "deny",
        actions: { include: [globs.pattern("*")], except: [] },
        condition: { kind: "unread", missing },
        ref: { policy, statement: "*", effect: "deny", layer: "policy of an unknown kind", attachedTo: place.name },
        breadth: null,
      });
    });
}

/** https://docs.cloud.google.com/iam/docs/principal-access-boundary-policies#principal-sets */
function isInSet(who: Someone, set: string, places: Places, { customer }: AmongInput): boolean | null {
  const { member, home, place } = who;
  const named = set.replace(/^\/\//, "");
  const workspace = /^iam\.googleapis\.com\/locations\/global\/workspace\/(.+)$/.exec(named)?.[1];
  const isPerson = member.kind === "user" || member.kind === "group" || member.kind === "domain";
  if (workspace !== undefined) {
    if (!isPerson || home === "outside") return false;
    return home === "own" && customer !== null ? customer === workspace : null;
  }
  const pool = /^iam\.googleapis\.com\/(.+)$/.exec(named)?.[1];
  if (pool !== undefined) return member.kind === "federated" && isSamePool(member.pool, pool, places);
  const container = /^cloudresourcemanager\.googleapis\.com\/(.+)$/.exec(named)?.[1];
  if (container === undefined) return null;
  if (isPerson || (member.kind === "federated" && member.pool.startsWith("locations/"))) {
    if (!container.startsWith("organizations/") || home === "outside") return false;
    return home === "own" ? true : null;
  }
  if (member.kind !== "service-account" && member.kind !== "federated" && member.kind !== "accounts-of") return null;
  const own = member.kind === "accounts-of" ? places.find(member.place) : place;
  const above = places.find(container);
  if (own === null) return home === "outside" ? false : null;
  if (above !== null) return places.isBelow(own, above);
  return own.above === null ? null : own.above.includes(container);
}

/** Why someone's boundaries are not known, in words; null when they are. */
function unreadBoundaries(index: RecordIndex, places: Places): (who: Someone) => string | null {
  const statusOf = ({ account }: Place, operation: string): string | null => {
    const row = index.coverage({ cloud: "gcp", account, region: globalRegion }, operation);
    return row !== null && isKnown(row.status) ? null : `${operation} of ${account}: ${row?.status ?? "not asked"}`;
  };
  const organizations = places.all.filter(({ kind }) => kind === "organization");
  const stray = places.all.find(
    ({ kind, above }) =>
      kind !== "organization" && (above === null || above.some((each) => places.find(each) === null)),
  );
  const above = organizations
    .map((place) => statusOf(place, policyListing) ?? statusOf(place, bindingListings.organization))
    .find((why) => why !== null);
  const everywhere = above ?? (stray === undefined ? null : `what lies above ${stray.name} was not read`);
  const perPlace = new Map<Place, string | null>();
  return ({ member, place }) => {
    if (everywhere !== null) return `the principal access boundaries (${everywhere})`;
    // Those of a project bind what lies in it alone; without an organization there are none.
    if (place === null || (member.kind !== "service-account" && member.kind !== "federated")) return null;
    if (place.organization === null) return null;
    const known = perPlace.get(place) ?? null;
    if (perPlace.has(place)) return known;
    const chain = [place, ...(place.above ?? []).flatMap((each) => places.find(each) ?? [])];
    const why = chain.map((each) => statusOf(each, bindingListings[each.kind])).find((each) => each !== null) ?? null;
    const made = why === null ? null : `the principal access boundaries (${why})`;
    perPlace.set(place, made);
    return made;
  };
}

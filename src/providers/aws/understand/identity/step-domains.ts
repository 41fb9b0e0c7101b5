import { knownFact } from "../../../../identity/facts.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { Domain } from "../../../../identity/identity.ts";
import type { ResourceItem, ResourceKind } from "../../../../identity/resources.ts";
import type { AuthorizedAction, AuthorizedResource, EscalationMethod, Requirement } from "./data/types.ts";
import type { AwsIdentity } from "./identities.ts";
import { itemOf } from "./inventory.ts";
import type { PermissionSets } from "./permission-sets.ts";
import { policyKey, type ManagedPolicy, type Roster } from "./roster.ts";
import type { Possible, Prospects } from "./targets.ts";
import type { Workload } from "./workloads.ts";

/** What domains are made from. */
export interface StepDomainsInput {
  readonly identities: readonly AwsIdentity[];
  readonly roster: Roster;
  readonly permissionSets: PermissionSets;
  readonly prospects: Prospects;
  readonly globs: Globs;
}

/** Where in an action's needs a domain's resources stand. */
export interface Place {
  readonly domain: Domain;
  readonly type: AuthorizedResource;
  /** The index of the need. */
  readonly at: number;
}

/** The resources that lead to identities. */
export interface StepDomains {
  /** The roles of every account: what can be assumed. */
  readonly roles: Domain;
  /** The places of what a requirement is asked about; none where it is asked about anything. */
  readonly places: (
    requirement: Requirement,
    action: AuthorizedAction,
    method: EscalationMethod,
    possible: Possible,
  ) => readonly Place[];
}

export function createStepDomains({
  identities,
  roster,
  permissionSets,
  prospects,
  globs,
}: StepDomainsInput): StepDomains {
  const known = new Map<string, Domain>();
  const numbers = new WeakMap<object, number>();
  let count = 0;
  const numberOf = (object: object): number => {
    const before = numbers.get(object) ?? count++;
    numbers.set(object, before);
    return before;
  };
  const domain = (key: string, make: () => Omit<DomainParts, "key">): Domain => {
    const before = known.get(key) ?? domainOf({ key, ...make() }, globs);
    known.set(key, before);
    return before;
  };

  // One place for each identity, in their order, so that places and identities are the same numbers.
  const own = identities.map(({ item }) => item ?? standIn);
  const themselves = identities.map((_, index) => [index]);
  const ofIdentities = (kind: string, everywhere: boolean): Domain =>
    domain(`identities ${kind} ${everywhere}`, () => ({
      items: own,
      leadsTo: themselves,
      asked: identities.flatMap(({ item, entity }) => (item !== null && entity?.kind === kind ? [item] : [])),
      everywhere,
    }));

  const ofPolicies = (possible: Possible, boundary: boolean): Domain =>
    domain(`policies ${boundary} ${numberOf(possible)}`, () => {
      const held = new Map<string, number[]>();
      const hold = (key: string, index: number): void => {
        const list = held.get(key);
        if (list === undefined) held.set(key, [index]);
        else list.push(index);
      };
      for (const [index, { entity, otherVersion }] of identities.entries()) {
        if (otherVersion !== null) hold(policyKey(otherVersion.account, otherVersion.arn), index);
        if (entity === null) continue;
        const limit = entity.kind === "group" || entity.boundary === null ? [] : [entity.boundary];
        for (const arn of boundary ? limit : entity.attached) hold(policyKey(entity.account, arn), index);
      }
      // AWS's own policies cannot be changed.
      const policies = [...roster.policies.values()].filter(
        (policy) =>
          !policy.arn.includes(":iam::aws:") &&
          possible.policy(policy) &&
          held.has(policyKey(policy.account, policy.arn)),
      );
      const items = policies.map(policyItem);
      const leadsTo = policies.map(({ account, arn }) => held.get(policyKey(account, arn)) ?? []);
      return { items, leadsTo, asked: items, everywhere: false };
    });

  const ofWorkloads = (workloads: readonly Workload[]): Domain =>
    domain(`workloads ${numberOf(workloads)}`, () => {
      const items = workloads.map(({ item }) => item);
      const leadsTo = workloads.map(({ carries }) => prospects.carriedBy(carries));
      return { items, leadsTo, asked: items, everywhere: false };
    });

  const ofPermissionSets = (): Domain =>
    domain("permission sets", () => {
      const items = permissionSets.all.map(({ resource, arn }) => itemOf(resource, arn, null));
      const leadsTo = permissionSets.all.map((set) =>
        identities.flatMap(({ entity }, index) =>
          entity?.kind === "role" && permissionSets.ofRole(entity) === set ? [index] : [],
        ),
      );
      return { items, leadsTo, asked: items, everywhere: true };
    });

  return {
    roles: ofIdentities("role", true),
    places: (requirement, action, method, possible) => {
      switch (requirement.on) {
        case "any":
          return [];
        case "target":
          return placesOf(action, method.targets, (type) =>
            ofIdentities(type, requirement.action === "sts:AssumeRole"),
          );
        case "policy":
          return placesOf(action, ["policy"], () => ofPolicies(possible, false));
        case "boundary-policy":
          return placesOf(action, ["policy"], () => ofPolicies(possible, true));
        case "permission-set":
          return placesOf(action, ["PermissionSet"], ofPermissionSets);
        case "workload": {
          const { workloads } = possible;
          return workloads === null ? [] : placesOf(action, null, () => ofWorkloads(workloads)).slice(0, 1);
        }
      }
    },
  };
}

interface DomainParts {
  readonly key: string;
  readonly items: readonly ResourceItem[];
  readonly leadsTo: readonly (readonly number[])[];
  /** The items that can be asked about. */
  readonly asked: readonly ResourceItem[];
  /** Whether those of other accounts can. */
  readonly everywhere: boolean;
}

function domainOf({ key, items, leadsTo, asked, everywhere }: DomainParts, globs: Globs): Domain {
  const kinds = new Map<string, ResourceKind>();
  const grouped = Map.groupBy(asked, ({ ref }) => ref.account);
  return {
    items,
    leadsTo,
    kind: (account) => {
      const place = everywhere ? "" : account;
      const known = kinds.get(place) ?? {
        id: `${key} ${place}`,
        universe: globs.all,
        isClosed: true,
        items: everywhere ? asked : (grouped.get(account) ?? []),
        isGone: () => false,
        fact: () => null,
        unnamed: null,
      };
      kinds.set(place, known);
      return known;
    },
  };
}

/**
 * Where in an action's needs resources of some types stand.
 * @param types null for what the action changes, whatever its type
 */
function placesOf(
  action: AuthorizedAction,
  types: readonly string[] | null,
  domain: (type: string) => Domain,
): readonly Place[] {
  const at = action.needs.findIndex(({ part, oneOf }) =>
    types === null ? part === "changed" : oneOf.some(({ type }) => types.includes(type)),
  );
  return (action.needs[at]?.oneOf ?? [])
    .filter(({ type }) => types === null || types.includes(type))
    .map((type) => ({ domain: domain(type.type), type, at }));
}

/** Stands where an identity is no resource. */
const standIn: ResourceItem = {
  ref: { cloud: "aws", account: "", region: "", type: "", id: "", name: null, arn: null },
  text: "",
  fact: () => null,
};

function policyItem({ arn, account, tags }: ManagedPolicy): ResourceItem {
  const ref = { cloud: "aws", account, region: "global", type: "aws:iam:policy", id: arn, name: null, arn } as const;
  return {
    ref,
    text: arn,
    fact: (key) => {
      const tag = /^aws:resourcetag\/(.*)$/s.exec(key)?.[1];
      if (tag === undefined) return null;
      const value = tags.get(tag);
      return knownFact(value === undefined ? [] : [value], "tag");
    },
  };
}

import type { ActionTable } from "../../../../identity/actions.ts";
import type { Verdict } from "../../../../identity/estate.ts";
import type { Domain, Need, StepMethod, StepNeed } from "../../../../identity/identity.ts";
import { cappedLevels, isEmptyLevels, levelsOf, type Levels } from "../../../../identity/levels.ts";
import type { ResourceItem } from "../../../../identity/resources.ts";
import { push } from "../../../shared/collections.ts";
import { escalationMethods } from "./data/escalation-methods.ts";
import type { EscalationMethod, Requirement, WorkloadKind } from "./data/types.ts";
import type { GcpIdentity } from "./identities.ts";
import type { Kinds } from "./kinds.ts";
import type { Place, Places } from "./places.ts";
import type { Pools } from "./pools.ts";
import type { Uses } from "./uses.ts";
import { scopedId, type Workload } from "./workloads.ts";

/** What step methods are made from. */
export interface MethodsInput {
  readonly identities: readonly GcpIdentity[];
  readonly places: Places;
  readonly pools: Pools;
  readonly workloads: readonly Workload[];
  readonly kinds: Kinds;
  readonly uses: Uses;
  readonly table: ActionTable;
  /** Why the instances of a project are not all known, in words; null when they are. */
  readonly unreadInstances: (place: Place) => string | null;
}

/** A way to aim a method. */
interface Aim {
  readonly targets: Levels;
  /** What leads to the targets, by what a requirement is asked about. */
  readonly domains: Readonly<Partial<Record<Requirement["on"], Domain>>>;
  readonly caller: (index: number) => boolean;
  /** Why the targets are no more than possible, in words; null where they are certain. */
  readonly missing: string | null;
  /** The role that a policy is written for, where conditions ask. */
  readonly grants: string | null;
}

/** The role that whoever may grant any would grant. */
const owner = "roles/owner";
/** A role that no condition names: where all but some can be granted, as good as any. */
const unnamed = "roles/whatever-no-condition-names";

/** The data's escalation methods in the engine's terms. */
export function stepMethods(input: MethodsInput): readonly StepMethod[] {
  const domains = createDomains(input);
  return escalationMethods.flatMap((method) =>
    aimsOf(method, domains, input).flatMap((aim): readonly StepMethod[] => {
      const needs: (readonly StepNeed[])[] = [];
      for (const alternatives of method.requires) {
        const list = alternatives.flatMap((requirement) => stepNeed(requirement, aim, input) ?? []);
        if (list.length === 0) return [];
        needs.push(list);
      }
      const missing = [
        ...(method.notRead === null ? [] : [`whether ${method.notRead}`]),
        ...(aim.missing === null ? [] : [aim.missing]),
      ];
      const targets = missing.length === 0 ? aim.targets : cappedLevels(aim.targets, "unknown");
      if (isEmptyLevels(targets)) return [];
      return [
        {
          id: method.id,
          says: method.says,
          effect: method.aim.kind === "boundary" ? "uncap" : "become",
          needs,
          targets,
          caller: aim.caller,
          acrossAccounts: true,
          missing,
          unlessDenied: null,
          admits: null,
          admission: null,
        },
      ];
    }),
  );
}

function stepNeed(
  { permission, on }: Requirement,
  { domains, grants }: Aim,
  { uses, kinds, table }: MethodsInput,
): StepNeed | null {
  const action = table.numberOf(permission);
  if (action === null) return null;
  const given = grants === null ? uses.of(permission) : uses.granting(permission, grants);
  const domain = domains[on] ?? null;
  if (on !== "any") return domain === null ? null : { action, given, domain, needs: nothing, targets: null };
  return { action, given, domain: null, needs: () => kinds.needsOf(permission), targets: null };
}

const noNeeds: readonly Need[] = [];
const nothing = (): readonly Need[] => noNeeds;

function aimsOf(method: EscalationMethod, domains: Domains, input: MethodsInput): readonly Aim[] {
  const { identities } = input;
  const anyone = (): boolean => true;
  const { accounts } = domains;
  const levels = (is: (identity: GcpIdentity) => boolean): Levels => levelsWhere(identities, is);
  const { aim } = method;
  switch (aim.kind) {
    case "account": {
      const targets = levels(({ account, stands }) => account !== null && stands.kind === "itself");
      return [
        {
          targets,
          domains: { account: accounts, "project-of-account": accounts },
          caller: anyone,
          missing: null,
          grants: null,
        },
      ];
    }
    case "new-account": {
      const targets = levels(({ stands }) => stands.kind === "new-account");
      const container = domains.newAccounts();
      return [{ targets, domains: { container }, caller: anyone, missing: null, grants: owner }];
    }
    case "delegate": {
      const targets = levels(({ stands }) => stands.kind === "delegate");
      return [{ targets, domains: { account: accounts }, caller: anyone, missing: null, grants: null }];
    }
    case "carried": {
      const workload = domains.workloads(aim.workload);
      const targets = levelsOf(
        identities.length,
        workload.leadsTo.flat().map((index) => [index, "yes"] as const),
      );
      return [
        { targets, domains: { workload, account: accounts }, caller: anyone, missing: null, grants: null },
        ...possiblyCarried(accounts, input),
      ];
    }
    case "agent": {
      const agents = domains.agents(
        aim.agent === "cloud-build" ? "cloudbuild.gserviceaccount.com" : "cloudservices.gserviceaccount.com",
      );
      const targets = levelsOf(
        identities.length,
        agents.leadsTo.flat().map((index) => [index, "yes"] as const),
      );
      return [{ targets, domains: { "project-of-account": agents }, caller: anyone, missing: null, grants: null }];
    }
    case "pool": {
      const pool = domains.pools();
      const targets = levels(({ member, stands }) => member?.kind === "federated" && stands.kind === "itself");
      return [{ targets, domains: { pool }, caller: anyone, missing: null, grants: null }];
    }
    case "role": {
      const role = domains.roles();
      const targets = levels(({ stands }) => stands.kind === "role");
      return [{ targets, domains: { role }, caller: anyone, missing: null, grants: null }];
    }
    case "boundary":
      return [
        {
          targets: levels(({ limits }) => limits.caps.some(({ kind }) => kind === "boundary")),
          domains: {},
          caller: anyone,
          missing: null,
          grants: null,
        },
      ];
    case "policy": {
      const kind = method.id.slice("set-iam-policy-".length);
      return policyAims(kind, domains, identities);
    }
  }
}

/** Accounts that an instance which was not read may run as. */
function possiblyCarried(accounts: Domain, { identities, unreadInstances }: MethodsInput): readonly Aim[] {
  const reasons = new Set<string>();
  const targets = levelsWhere(identities, ({ account, stands }) => {
    const why = account === null || stands.kind !== "itself" ? null : unreadInstances(account.place);
    if (why !== null) reasons.add(why);
    return why !== null;
  });
  if (reasons.size === 0) return [];
  const missing = `whether an instance runs as the service account (${[...reasons].slice(0, 3).join("; ")})`;
  return [{ targets, domains: { workload: accounts, account: accounts }, caller: () => true, missing, grants: null }];
}

/** One for each set of limits: whoever grants itself a role stays bound by what binds it. */
function policyAims(kind: string, domains: Domains, identities: readonly GcpIdentity[]): readonly Aim[] {
  const roles = new Set<string | null>();
  const profiles = new Set<number>();
  for (const { stands, limits } of identities) {
    if (stands.kind !== "policy") continue;
    roles.add(stands.role);
    profiles.add(limits.profile);
  }
  // A condition may name roles to leave them out.
  const any = roles.size > 1 ? [owner, unnamed] : [owner];
  return [...roles].flatMap((role) =>
    [...profiles].flatMap((profile): readonly Aim[] => {
      const container = domains.policies(kind, role, profile);
      const targets = levelsOf(
        identities.length,
        container.leadsTo.flat().map((index) => [index, "yes"] as const),
      );
      // Public principals grant nothing to themselves that is not everyone's.
      const caller = (index: number): boolean =>
        identities[index]?.limits.profile === profile && identities[index].member?.kind !== "public";
      return (role === null ? any : [role]).map((grants) => ({
        targets,
        domains: { container },
        caller,
        missing: null,
        grants,
      }));
    }),
  );
}

/** The resources that lead to identities. */
interface Domains {
  readonly accounts: Domain;
  readonly workloads: (kind: WorkloadKind) => Domain;
  readonly agents: (domain: string) => Domain;
  readonly pools: () => Domain;
  readonly roles: () => Domain;
  readonly newAccounts: () => Domain;
  readonly policies: (kind: string, role: string | null, profile: number) => Domain;
}

function createDomains({ identities, places, pools, workloads, kinds }: MethodsInput): Domains {
  const make = (id: string, leads: ReadonlyMap<ResourceItem, readonly number[]>): Domain => {
    const items = [...leads.keys()];
    const kind = kinds.closed(id, items);
    return { items, leadsTo: [...leads.values()], kind: () => kind };
  };
  const known = new Map<string, Domain>();
  const remember = (id: string, leads: () => ReadonlyMap<ResourceItem, readonly number[]>): Domain => {
    const before = known.get(id) ?? make(id, leads());
    known.set(id, before);
    return before;
  };

  /** Identities that act as an account: itself, and what of it others can take. */
  const byAccount = new Map<string, { readonly text: string; readonly index: number[] }>();
  const byMember = new Map<string, number>();
  const scoped = new Map<string, number>();
  for (const [index, { member, account, stands }] of identities.entries()) {
    if (member === null) continue;
    if (stands.kind === "itself") byMember.set(member.id, index);
    if (stands.kind === "scoped") scoped.set(stands.scoped, index);
    if (account === null || stands.kind === "role") continue;
    const entry = byAccount.get(account.text) ?? { text: account.text, index: [] };
    byAccount.set(account.text, entry);
    entry.index.push(index);
  }
  const refOf = (index: number | undefined): ResourceItem["ref"] =>
    (index === undefined ? undefined : identities[index]?.identity.principal?.resource) ?? nowhereRef;

  const placeLeads = (of: Iterable<readonly [Place, number]>): ReadonlyMap<ResourceItem, readonly number[]> => {
    const lists = new Map<string, number[]>();
    const byName = new Map<string, Place>();
    for (const [place, index] of of) {
      byName.set(place.name, place);
      push(lists, place.name, index);
    }
    return new Map(
      [...lists].flatMap(([name, list]) => {
        const place = byName.get(name);
        return place === undefined ? [] : [[kinds.itemOf(place), list] as const];
      }),
    );
  };

  return {
    accounts: remember(
      "service accounts",
      () =>
        new Map(
          [...byAccount.values()].map(
            ({ text, index }) => [{ ref: refOf(index[0]), text, fact: () => null }, index] as const,
          ),
        ),
    ),
    workloads: (kind) =>
      remember(`workloads ${kind}`, () => {
        const leads = new Map<ResourceItem, readonly number[]>();
        for (const workload of workloads) {
          const { kind: of, text, ref, runsAs, reach } = workload;
          if (of !== kind) continue;
          const index = reach === null ? byMember.get(`serviceAccount:${runsAs}`) : scoped.get(scopedId(workload));
          if (index !== undefined) leads.set({ text, ref, fact: () => null }, [index]);
        }
        return leads;
      }),
    agents: (domain) =>
      remember(`agents ${domain}`, () =>
        placeLeads(
          [...byMember].flatMap(([id, index]) => {
            const number = /^serviceAccount:(\d+)@(.+)$/.exec(id);
            if (number === null || number[2] !== domain) return [];
            const place = places.find(`projects/${number[1] ?? ""}`);
            return place === null ? [] : [[place, index] as const];
          }),
        ),
      ),
    pools: () =>
      remember("pools", () =>
        placeLeads(
          [...byMember.values()].flatMap((index) => {
            const member = identities[index]?.member;
            const place = member?.kind === "federated" ? pools.placeOf(member.pool) : null;
            return place === null || member?.kind !== "federated" || member.pool.endsWith(".svc.id.goog")
              ? []
              : [[place, index] as const];
          }),
        ),
      ),
    roles: () =>
      remember("roles", () =>
        placeLeads(
          identities.flatMap(({ stands }, index) => {
            if (stands.kind !== "role") return [];
            const place = places.find(stands.role.slice(0, stands.role.indexOf("/roles/")));
            return place === null ? [] : [[place, index] as const];
          }),
        ),
      ),
    newAccounts: () =>
      remember("new accounts", () =>
        placeLeads(
          identities.flatMap(({ stands }, index) =>
            stands.kind === "new-account" ? [[stands.place, index] as const] : [],
          ),
        ),
      ),
    policies: (kind, role, profile) =>
      remember(`policies ${kind} ${role ?? "*"} ${profile}`, () =>
        placeLeads(
          identities.flatMap(({ stands, limits }, index) =>
            stands.kind === "policy" && stands.role === role && stands.place.kind === kind && limits.profile === profile
              ? [[stands.place, index] as const]
              : [],
          ),
        ),
      ),
  };
}

const nowhereRef = { cloud: "gcp", account: "", region: "", type: "", id: "", name: null, arn: null } as const;

function levelsWhere(identities: readonly GcpIdentity[], is: (identity: GcpIdentity) => boolean): Levels {
  return levelsOf(
    identities.length,
    identities.flatMap((identity, index): readonly (readonly [number, Verdict])[] =>
      is(identity) ? [[index, "yes"]] : [],
    ),
  );
}

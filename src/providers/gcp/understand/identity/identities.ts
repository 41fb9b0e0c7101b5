import type { Fact } from "../../../../identity/facts.ts";
import { knownFact } from "../../../../identity/facts.ts";
import type { Condition } from "../../../../identity/condition.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { Identity } from "../../../../identity/identity.ts";
import type { Principal, PrincipalKind } from "../../../../identity/principal.ts";
import type { Cap, Statement } from "../../../../identity/statement.ts";
import { globalRegion } from "../../../../model/resource.ts";
import type { ServiceAccount, ServiceAccounts } from "./accounts.ts";
import { isAmong, type AmongInput, type Someone } from "./among.ts";
import type { BesideCaps } from "./beside-caps.ts";
import type { Allowed, Holder, Holding } from "./bindings.ts";
import type { Boundaries } from "./boundaries.ts";
import type { Denials } from "./deny.ts";
import type { Homes } from "./homes.ts";
import type { Member } from "./members.ts";
import { isServiceAgent, type Place } from "./places.ts";
import type { Pools } from "./pools.ts";
import { resourcesIn } from "./scopes.ts";

/** Everything is one account to the engine: rights of Google Cloud lie over all projects at once. */
export const everywhere = "google";

/** An identity with what it was made from. */
export interface GcpIdentity {
  readonly identity: Identity;
  readonly member: Member | null;
  /** The service account that it is, or acts as in part; null for those of Google's own, which nobody else can act as. */
  readonly account: ServiceAccount | null;
  readonly holder: Holder | null;
  readonly someone: Someone | null;
  /** What limits it and what is denied to it, beside what it holds. */
  readonly limits: Limits;
  /** What the identity stands for where it is nobody. */
  readonly stands: Standing;
}

/** What an identity stands for. */
export type Standing =
  | { readonly kind: "itself" }
  /** Whoever was granted a role on a place: everything, or one role. */
  | { readonly kind: "policy"; readonly place: Place; readonly role: string | null }
  /** A service account that somebody makes in a project and grants a role there. */
  | { readonly kind: "new-account"; readonly place: Place }
  /** A holder of a custom role that was rewritten. */
  | { readonly kind: "role"; readonly role: string }
  /** A service account as far as the scopes of an instance let its token go. */
  | { readonly kind: "scoped"; readonly scoped: string }
  /** A service account as far as it delegates. */
  | { readonly kind: "delegate" };

/** What holds for someone whatever it is granted. */
export interface Limits {
  /** The same for everyone for whom the same holds. */
  readonly profile: number;
  readonly denies: readonly Statement[];
  readonly caps: readonly Cap[];
}

export interface IdentitiesInput {
  readonly allowed: Allowed;
  readonly accounts: ServiceAccounts;
  readonly homes: Homes;
  readonly pools: Pools;
  readonly denials: Denials;
  readonly boundaries: Boundaries;
  readonly besides: BesideCaps;
  readonly among: AmongInput;
  readonly globs: Globs;
}

/** Every principal that allow policies name, and every service account of the scanned projects. */
export function ownIdentities(input: IdentitiesInput, limits: LimitsOf): readonly GcpIdentity[] {
  const { allowed, accounts, homes, pools, among } = input;
  const holders = [...allowed.holders.values()];
  for (const { member, place } of accounts.listed) {
    if (!allowed.holders.has(member.id)) holders.push({ member, holdings: [], places: new Set([place]) });
  }
  const sets = holders.filter(({ member }) => isSet(member));
  return holders.map((holder) => {
    const { member, places } = holder;
    const account = member.kind === "service-account" ? accounts.named(member.address) : null;
    const place = account?.place ?? (member.kind === "federated" ? pools.placeOf(member.pool) : null);
    const someone: Someone = { member, home: homes.of(member, places), place };
    const inherited = sets
      .filter((set) => set !== holder && isAmong(someone, set.member, among) === true)
      .flatMap(({ holdings, member: { id } }) =>
        holdings.map(({ bound, statements }) => ({ bound, statements, by: id })),
      );
    const whole = inherited.length === 0 ? holder : { member, places, holdings: [...holder.holdings, ...inherited] };
    return identityOf(whole, someone, account, limits, input);
  });
}

/** Whether a member stands for many, of whom others may name some: those have what it has. */
function isSet(member: Member): boolean {
  return (
    member.kind === "domain" || member.kind === "accounts-of" || (member.kind === "federated" && member.told === null)
  );
}

function identityOf(
  holder: Holder,
  someone: Someone,
  account: ServiceAccount | null,
  limits: LimitsOf,
  input: IdentitiesInput,
): GcpIdentity {
  const { member, home } = someone;
  const facts = factsOf(member);
  const held = limits(someone);
  const principal = principalOf(holder, account, home);
  // They lie in projects of Google's: what is granted on the customer's reaches none of them. https://docs.cloud.google.com/iam/docs/service-agents
  const canBeTaken = member.kind !== "service-account" || !isServiceAgent(member.address);
  return {
    identity: madeOf(
      principal,
      member.id,
      grantsOf(holder.holdings),
      held,
      facts,
      input,
      account?.disabled === true ? [asleep(member.id, input.globs)] : [],
    ),
    member,
    account: canBeTaken ? account : null,
    holder,
    someone,
    limits: held,
    stands: { kind: "itself" },
  };
}

type Facts = (key: string) => Fact | null;

/** An identity with grants and whatever limits it. */
export function madeOf(
  principal: Principal | null,
  id: string,
  grants: readonly Statement[],
  { denies, caps }: Limits,
  facts: Facts,
  { besides }: Pick<IdentitiesInput, "besides">,
  more: readonly Statement[] = [],
): Identity {
  return {
    principal,
    id,
    account: everywhere,
    assigned: { grants: [...grants, ...denies, ...more], caps: [...caps, ...besides.of(grants, denies)] },
    facts,
    isStranger: false,
    members: [],
    variantOf: null,
  };
}

export function grantsOf(holdings: readonly Holding[]): readonly Statement[] {
  return [...new Set(holdings.flatMap(({ statements }) => statements))];
}

/** An account that is switched off signs in nowhere until somebody switches it on again. */
function asleep(id: string, globs: Globs): Statement {
  const condition: Condition = {
    kind: "free",
    text: `${id} is still disabled`,
    key: "disabled",
    control: "activation",
  };
  return {
    effect: "deny",
    actions: { include: [globs.pattern("*")], except: [] },
    resources: resourcesIn(globs.all),
    condition,
    ref: { policy: id, statement: "disabled", effect: "deny", layer: "service account", attachedTo: null },
    breadth: null,
  };
}

/** Tells what holds for someone, with numbers that are the same for everyone for whom the same holds. */
export type LimitsOf = (who: Someone) => Limits;

export function createLimits({ denials, boundaries }: Pick<IdentitiesInput, "denials" | "boundaries">): LimitsOf {
  const statements = new Map<Statement, number>();
  const caps = new Map<Cap, number>();
  const profiles = new Map<string, Limits>();
  const numberOf = <T>(map: Map<T, number>, key: T): number => {
    const known = map.get(key) ?? map.size;
    map.set(key, known);
    return known;
  };
  return (who) => {
    const facts = factsOf(who.member);
    const denies = [...denials.of(who), ...boundaries.strange];
    const cap = boundaries.of(who, facts);
    const key = `${denies.map((each) => numberOf(statements, each)).join(" ")}/${cap === null ? "" : numberOf(caps, cap)}`;
    const before = profiles.get(key) ?? { profile: profiles.size, denies, caps: cap === null ? [] : [cap] };
    profiles.set(key, before);
    return before;
  };
}

/** https://docs.cloud.google.com/iam/docs/principal-access-boundary-policies#conditions */
function factsOf(member: Member): Facts {
  const type =
    member.kind === "service-account"
      ? "iam.googleapis.com/ServiceAccount"
      : member.kind === "user"
        ? "iam.googleapis.com/WorkspaceIdentity"
        : member.kind === "federated"
          ? member.pool.startsWith("locations/")
            ? "iam.googleapis.com/WorkforcePoolIdentity"
            : "iam.googleapis.com/WorkloadPoolIdentity"
          : null;
  const subject = "address" in member && member.kind !== "group" && member.kind !== "domain" ? member.address : null;
  return (key) => {
    if (key === "principal.type") return type === null ? null : knownFact([type], "authentication");
    if (key === "principal.subject") return subject === null ? null : knownFact([subject], "authentication");
    return null;
  };
}

/** Nobody in particular, whose requests tell nothing. */
export const noFacts: Facts = () => null;

const kindsOf: Readonly<Record<Member["kind"], PrincipalKind>> = {
  user: "user",
  "service-account": "service-account",
  group: "group",
  domain: "group",
  customer: "group",
  "accounts-of": "group",
  federated: "federated",
  public: "public",
  convenience: "group",
  deleted: "user",
  unknown: "federated",
};

function principalOf({ member, places }: Holder, account: ServiceAccount | null, home: Principal["home"]): Principal {
  const isAgent = member.kind === "service-account" && isServiceAgent(member.address);
  const kind = isAgent ? "service" : kindsOf[member.kind];
  const place = account?.place ?? topmost(places);
  return {
    id: member.id,
    names: namesOf(member, account),
    kind,
    resource: {
      cloud: "gcp",
      account: place?.account ?? "",
      region: globalRegion,
      type: `gcp:iam:${kind}`,
      id: member.id,
      name: "address" in member ? member.address : null,
      arn: null,
    },
    home,
    managedBy: isAgent ? "Google, as a service agent" : null,
    createdAt: null,
    uses: null,
  };
}

function namesOf(member: Member, account: ServiceAccount | null): readonly string[] {
  const names = "address" in member ? [member.address] : [];
  const title = account?.displayName ?? null;
  return title === null ? names : [...names, title];
}

/** The policy that names somebody from highest up; of several as high, the first by its name. */
function topmost(places: ReadonlySet<Place>): Place | null {
  const ranks = { organization: 0, folder: 1, project: 2 };
  let best: Place | null = null;
  for (const place of places) {
    if (
      best === null ||
      ranks[place.kind] < ranks[best.kind] ||
      (place.kind === best.kind && place.account < best.account)
    )
      best = place;
  }
  return best;
}

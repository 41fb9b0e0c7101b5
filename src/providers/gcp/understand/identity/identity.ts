import { actionTable, type ActionTable } from "../../../../identity/actions.ts";
import { createAutomata } from "../../../../identity/automaton.ts";
import { noBits, setBit } from "../../../../identity/bits.ts";
import { answerWhoCan } from "../../../../identity/engine.ts";
import {
  noIdentities,
  type Grant,
  type IdentityEstate,
  type Question,
  type WhoCan,
} from "../../../../identity/estate.ts";
import { readTime } from "../../../../identity/facts.ts";
import { createGlobs, type Globs } from "../../../../identity/glob.ts";
import type { GoalAction, IdentityModel, Need } from "../../../../identity/identity.ts";
import type { FirewallEffect } from "../../../../model/firewall-effect.ts";
import { isKnown } from "../../../../model/coverage.ts";
import type { ResourceRef } from "../../../../model/resource.ts";
import type { Snapshot } from "../../../../snapshot/record.ts";
import { indexRecords, type RecordIndex } from "../../../../snapshot/records.ts";
import { linkPath } from "../../links.ts";
import type { GcpIndex } from "../resources.ts";
import { readServiceAccounts } from "./accounts.ts";
import { createBesideCaps } from "./beside-caps.ts";
import { readBindings, type Allowed } from "./bindings.ts";
import { readBoundaries } from "./boundaries.ts";
import { escalationMethods } from "./data/escalation-methods.ts";
import { firewallPermissions } from "./data/firewall-permissions.ts";
import { readDenials } from "./deny.ts";
import { readGroups } from "./groups.ts";
import { readHomes } from "./homes.ts";
import { createLimits, everywhere, ownIdentities, type GcpIdentity } from "./identities.ts";
import { gcpKeys } from "./keys.ts";
import { createKinds, itemOfResource, type Kinds, type Named } from "./kinds.ts";
import { stepMethods } from "./methods.ts";
import { homeOfAccount, readPlaces, type Places } from "./places.ts";
import { readPools, type Pools } from "./pools.ts";
import { createRemoval } from "./removal.ts";
import { readRoles } from "./roles.ts";
import { createScopes } from "./scopes.ts";
import { standingIdentities } from "./standing.ts";
import { createUses, type Uses } from "./uses.ts";
import { readWorkloads, scopedId, type Workload } from "./workloads.ts";

/** What the identity estate of Google Cloud is made from, besides the records of identities. */
export interface GcpIdentityInput {
  readonly snapshot: Snapshot;
  readonly index: GcpIndex;
  /** Firewalls, address lists and whatever else permissions are used on. */
  readonly resources: readonly ResourceRef[];
}

/** The permissions that questions are about and that escalation takes. */
const tracked: readonly string[] = [
  ...new Set([
    ...firewallPermissions.flatMap(({ permission, besides }) => [
      permission,
      ...besides.flatMap(({ oneOf }) => oneOf.map((each) => each.permission)),
    ]),
    ...escalationMethods.flatMap(({ requires }) => requires.flat().map(({ permission }) => permission)),
  ]),
];
const trackedNames: ReadonlySet<string> = new Set(tracked.map((name) => name.toLowerCase()));

/**
 * Who can change Google Cloud's firewalls. Nothing is decided before it is asked. https://docs.cloud.google.com/iam/docs/policy-types#evaluation
 */
export function understandIdentity(input: GcpIdentityInput): IdentityEstate {
  if (input.index.targets.length === 0) return noIdentities;
  const read = readEstate(input, null);
  const { own, workloads, places } = read;
  const principals = own.flatMap(({ identity }) => identity.principal ?? []);
  const known = new Set(principals.map(({ id }) => id));
  let whole: Answer | null = null;
  const askAll = (): Answer => (whole ??= ask({ action: null, resource: null }, read, input));
  return {
    principals,
    workloads: workloads.flatMap((workload) => {
      const { ref, runsAs, reach, how } = workload;
      const principal = `serviceAccount:${runsAs}`;
      // Tokens that none of the permissions can be used with are of no use to an intruder.
      if (reach?.length === 0 || !known.has(principal)) return [];
      const carried = { workload: ref, principal, how };
      if (reach === null) return [carried];
      return [{ ...carried, grants: () => askAll().scoped.get(scopedId(workload)) ?? [] }];
    }),
    resources: [...input.resources, ...places.all.map(({ ref }) => ref)],
    actions: () => effects,
    whoCan: (question = { action: null, resource: null }) => {
      if (question.action === null && question.resource === null) return askAll().answer;
      const isTracked = question.action === null || trackedNames.has(question.action.toLowerCase());
      return ask(question, isTracked ? read : readEstate(input, question.action), input).answer;
    },
    missing: missingIn(read),
  };
}

const effects: ReadonlyMap<string, FirewallEffect> = new Map(
  firewallPermissions.map(({ permission, effect }) => [permission, effect]),
);

/** Everything that questions share. */
interface ReadEstate {
  readonly globs: Globs;
  readonly now: number;
  readonly records: RecordIndex;
  readonly places: Places;
  readonly pools: Pools;
  readonly allowed: Allowed;
  readonly workloads: readonly Workload[];
  readonly uses: Uses;
  readonly kinds: Kinds;
  /** Those who are somebody. */
  readonly own: readonly GcpIdentity[];
  /** Those, and what stands for rights that can be come by. */
  readonly identities: readonly GcpIdentity[];
}

/** @param also a permission that is asked about beside those that are looked at anyway */
function readEstate({ snapshot, index }: GcpIdentityInput, also: string | null): ReadEstate {
  const globs = createGlobs();
  const now = readTime(snapshot.finishedAt) ?? readTime(snapshot.startedAt) ?? 0;
  const records = indexRecords({
    records: snapshot.records.filter(({ cloud }) => cloud === "gcp"),
    coverage: snapshot.coverage,
  });
  const places = readPlaces(snapshot, index, globs);
  const scopes = createScopes(places, globs);
  const roles = readRoles(records, new Set(also === null ? tracked : [...tracked, also]), globs);
  const groups = readGroups(snapshot, records, now);
  const pools = readPools(records, places);
  const homes = readHomes(records, places, pools);
  const accounts = readServiceAccounts(records, places);
  const accountText = accountTexts(places);
  const allowed = readBindings({ index: records, places, scopes, roles, groups, globs, accountText });
  const among = { places, groups, customer: homes.customer };
  const workloads = readWorkloads(records, index, places);
  const uses = createUses(globs);
  const common = {
    allowed,
    accounts,
    homes,
    pools,
    denials: readDenials(records, places, scopes, among, globs),
    boundaries: readBoundaries(records, places, scopes, among, globs),
    besides: createBesideCaps(globs),
    among,
    globs,
  };
  const limits = createLimits(common);
  const own = ownIdentities(common, limits);
  const standing = standingIdentities({ ...common, limits, own, places, roles, scopes, workloads });
  return {
    globs,
    now,
    records,
    places,
    pools,
    allowed,
    workloads,
    uses,
    kinds: createKinds(places, uses, globs),
    own,
    identities: [...own, ...standing],
  };
}

/** `projects/p/serviceAccounts/a@p...` as what is done to the account names it. */
function accountTexts(places: Places): (name: string) => string | null {
  const homeOf = homeOfAccount(places);
  return (name) => {
    const [, project = "", email = ""] = /^projects\/([^/]+)\/serviceAccounts\/(.+)$/.exec(name) ?? [];
    const place = places.find(project) ?? places.find(`projects/${project}`) ?? homeOf(email.toLowerCase());
    return place === null || email === "" ? null : `${place.path}serviceAccounts/${email.toLowerCase()}/`;
  };
}

const instanceListing = "compute.instances.aggregatedList";

interface Answer {
  readonly answer: WhoCan;
  /** What service accounts can as far as access scopes let the tokens of instances go, by {@link scopedId}. */
  readonly scoped: ReadonlyMap<string, readonly Grant[]>;
}

/** One question, with an engine of its own: what is remembered belongs to the actions that are asked about. */
function ask(question: Question, read: ReadEstate, { resources, index }: GcpIdentityInput): Answer {
  const { globs, identities, places, pools, workloads, kinds, uses, allowed } = read;
  const notes: string[] = [];
  const table = actionTable([...tracked, ...(question.action === null ? [] : [question.action])]);
  const named = question.resource === null ? null : resourceFor(question.resource, resources, places, notes);
  const all = noBits(identities.length);
  for (const index of identities.keys()) setBit(all, index);
  const none = noBits(identities.length);
  const model: IdentityModel = {
    identities: identities.map(({ identity }) => identity),
    goals: named === "unknown" ? [] : goalsFor(question, named, table, kinds, notes),
    methods: stepMethods({
      identities,
      places,
      pools,
      workloads,
      kinds,
      uses,
      table,
      unreadInstances: ({ account, kind }) => (kind === "project" ? index.incomplete(account, instanceListing) : null),
    }),
    inAccount: (account) => (account === everywhere ? all : none),
    removal: createRemoval(allowed),
  };
  const automata = createAutomata();
  const found = answerWhoCan({ globs, automata, vocabulary: gcpKeys(read.now, globs), table, model });
  const scopedOf = new Map(
    identities.flatMap(({ identity: { principal }, stands }) =>
      principal !== null && stands.kind === "scoped" ? [[principal, stands.scoped] as const] : [],
    ),
  );
  const isSomebody = ({ principal }: Pick<Grant, "principal">): boolean => !scopedOf.has(principal);
  return {
    answer: { grants: found.grants.filter(isSomebody), blocked: found.blocked.filter(isSomebody), notes },
    scoped: Map.groupBy(
      found.grants.filter((grant) => !isSomebody(grant)),
      ({ principal }) => scopedOf.get(principal) ?? "",
    ),
  };
}

function goalsFor(
  question: Question,
  named: Named | null,
  table: ActionTable,
  kinds: Kinds,
  notes: string[],
): readonly GoalAction[] {
  const wanted = question.action?.toLowerCase();
  const shapes = new Map<Need["oneOf"][number]["kind"] | undefined, number>();
  const needsOf = (permission: string): readonly Need[] =>
    named === null ? kinds.needsOf(permission) : kinds.needsOn(permission, named);
  const goal = (permission: string, category: string): readonly GoalAction[] => {
    const action = table.numberOf(permission);
    if (action === null) return [];
    const needs = needsOf(permission);
    const kind = needs[0]?.oneOf[0]?.kind;
    const shape = shapes.get(kind) ?? shapes.size;
    shapes.set(kind, shape);
    return [{ action, shape, category, needs: () => needs }];
  };
  const asked =
    wanted === undefined
      ? firewallPermissions
      : firewallPermissions.filter(({ permission }) => permission.toLowerCase() === wanted);
  const goals = asked.flatMap(({ permission, effect }) => goal(permission, effect));
  if (goals.length > 0 || question.action === null) return goals;
  const known = tracked.find((name) => name.toLowerCase() === wanted);
  notes.push(
    known === undefined
      ? `${question.action} is not a permission that Rampart knows the resources of: the answer is for any resource`
      : `${known} changes no firewall by itself`,
  );
  return goal(known ?? question.action, "asked");
}

/** The resource that a question names, by id or name, or a project, folder or organization; `unknown` where it lies in none of the scan. */
function resourceFor(
  name: string,
  resources: readonly ResourceRef[],
  places: Places,
  notes: string[],
): Named | "unknown" {
  const found = resources.find(({ id }) => id === linkPath(name)) ?? resources.find((ref) => ref.name === name);
  const place = places.find(name);
  const ref = found ?? place?.ref;
  if (ref !== undefined) {
    if (withPolicies.has(ref.type)) notes.push(ownPolicies);
    return itemOfResource(ref, places) ?? "unknown";
  }
  notes.push(`${name} is not among the firewalls of the snapshot`);
  const path = linkPath(name);
  const account = /^projects\/([^/]+)/.exec(path)?.[1] ?? "";
  const collection = path.split("/").at(-2) ?? "";
  if (withPolicies.has(typesOfCollections[collection] ?? "")) notes.push(ownPolicies);
  const unseen = {
    cloud: "gcp",
    account,
    region: "global",
    type: typesOfCollections[collection] ?? "gcp:resource",
    id: path,
    name: null,
    arn: null,
  } as const;
  return itemOfResource(unseen, places) ?? "unknown";
}

const ownPolicies =
  "the allow policy of this one resource is not read: who is named in that alone, and not in those of its project and above, is not told";

/** Types whose resources have allow policies of their own. https://docs.cloud.google.com/iam/docs/resource-types-with-policies */
const withPolicies: ReadonlySet<string> = new Set([
  "gcp:compute:instance",
  "gcp:compute:network-interface",
  "gcp:compute:firewall-policy",
  "gcp:compute:network-firewall-policy",
  "gcp:networksecurity:address-group",
]);

const typesOfCollections: Readonly<Record<string, string>> = {
  firewalls: "gcp:compute:vpc-firewall-rules",
  networks: "gcp:compute:network",
  firewallPolicies: "gcp:compute:firewall-policy",
  instances: "gcp:compute:instance",
  routes: "gcp:compute:route",
  securityPolicies: "gcp:compute:security-policy",
  addressGroups: "gcp:networksecurity:address-group",
  forwardingRules: "gcp:compute:forwarding-rule",
};

/** Places whose allow policies were not read, and groups. */
function missingIn({ places, records, allowed }: ReadEstate): readonly string[] {
  const unread = places.all.flatMap(({ kind, ref, name }) => {
    const operation = `cloudresourcemanager.${kind}s.getIamPolicy`;
    const row = records.coverage(ref, operation);
    if (records.at(ref, operation).length > 0 || (row !== null && isKnown(row.status))) return [];
    return [`who is granted what on ${name}: ${operation} (${row?.status ?? "not asked"})`];
  });
  const accountPolicies = "iam.projects.serviceAccounts.getIamPolicy";
  const unreadAccounts = places.all.flatMap(({ kind, ref, name }) => {
    const row = kind === "project" ? records.coverage(ref, accountPolicies) : null;
    if (kind !== "project" || (row !== null && isKnown(row.status))) return [];
    return [`who may act as the service accounts of ${name}: ${accountPolicies} (${row?.status ?? "not asked"})`];
  });
  const strays = places.all.flatMap(({ above, name }) =>
    above === null ? [`what lies above ${name}, whose policies are inherited`] : [],
  );
  return [...unread, ...unreadAccounts, ...strays, ...allowed.missing];
}

import { actionTable, type ActionTable } from "../../../../identity/actions.ts";
import { createAutomata } from "../../../../identity/automaton.ts";
import { noBits, setBit, type Bits } from "../../../../identity/bits.ts";
import { answerWhoCan } from "../../../../identity/engine.ts";
import type { IdentityEstate, Question, WhoCan } from "../../../../identity/estate.ts";
import { readTime } from "../../../../identity/facts.ts";
import { createGlobs, matchesGlob, type Globs } from "../../../../identity/glob.ts";
import type { GoalAction, Identity, IdentityModel, Need } from "../../../../identity/identity.ts";
import type { ResourceItem, ResourceKind } from "../../../../identity/resources.ts";
import { isKnown } from "../../../../model/coverage.ts";
import { globalRegion, type ResourceRef } from "../../../../model/resource.ts";
import type { Snapshot } from "../../../../snapshot/record.ts";
import { indexRecords, type RecordIndex } from "../../../../snapshot/records.ts";
import { text } from "../../../read.ts";
import type { ArmIndex } from "../arm.ts";
import { escalationMethods } from "./data/escalation-methods.ts";
import { firewallActions } from "./data/firewall-actions.ts";
import { readDirectory, type Directory } from "./directory.ts";
import { readHoldings } from "./holdings.ts";
import { castOf } from "./identities.ts";
import { azureKeys } from "./keys.ts";
import { createKinds, type Kinds } from "./kinds.ts";
import { stepMethods } from "./methods.ts";
import { removalOf } from "./removal.ts";
import { readRestrictions, type Restriction } from "./restrictions.ts";
import { readDirectoryRights, type DirectoryRights } from "./rights.ts";
import { readDirectoryRoles, readRoles, type Role } from "./roles.ts";
import { readRoster, type Roster } from "./roster.ts";
import { readTree, type Tree } from "./tree.ts";
import { readManagedIdentities, readWorkloads, type ManagedIdentity, type Workload } from "./workloads.ts";

/** What the identity estate of Azure is made from. */
export interface AzureIdentityInput {
  readonly snapshot: Snapshot;
  readonly index: ArmIndex;
  /** Firewalls, address lists and whatever else other parts of the estate name. */
  readonly resources: readonly ResourceRef[];
}

/**
 * Who can change Azure's firewalls. Nothing is decided before it is asked.
 * https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource
 */
export function understandIdentity(input: AzureIdentityInput): IdentityEstate {
  const read = readEstate(input);
  const { roster, workloads, kinds } = read;
  const principals = roster.beings.flatMap(({ principal }) => principal ?? []);
  const known = new Set(principals.map(({ id }) => id));
  let whole: WhoCan | null = null;
  return {
    principals,
    workloads: workloads.flatMap(({ refs, carries }) =>
      refs.flatMap((workload) =>
        carries.flatMap(({ principal, how }) => (known.has(principal) ? [{ workload, principal, how }] : [])),
      ),
    ),
    resources: kinds.all.map(({ ref }) => ref),
    actions: () => new Map(firewallActions.map(({ action, effect }) => [action, effect])),
    whoCan: (question = { action: null, resource: null }) => {
      if (question.action !== null || question.resource !== null) return ask(question, read);
      whole ??= ask(question, read);
      return whole;
    },
    missing: missingIn(read),
  };
}

/** Everything that questions share. */
interface ReadEstate {
  readonly globs: Globs;
  readonly records: RecordIndex;
  readonly now: number;
  readonly subscriptions: readonly string[];
  readonly tenants: readonly string[];
  readonly tree: Tree;
  readonly roles: ReadonlyMap<string, Role>;
  readonly directory: Directory;
  readonly directoryRolesOf: (id: string) => ReadonlySet<string>;
  readonly rights: DirectoryRights;
  readonly restrictions: readonly Restriction[];
  readonly roster: Roster;
  readonly kinds: Kinds;
  readonly workloads: readonly Workload[];
  readonly managedIdentities: readonly ManagedIdentity[];
}

function readEstate({ snapshot, index, resources }: AzureIdentityInput): ReadEstate {
  const globs = createGlobs();
  const records = indexRecords(snapshot);
  const { subscriptions, tenants } = accountsIn(snapshot, index);
  const tree = readTree(records, subscriptions, tenants);
  const roles = readRoles(records, globs);
  const directory = readDirectory(records, tenants);
  const addresses = new Map(
    directory.all.flatMap(({ id, data }) => {
      const address = text(data, "userPrincipalName")?.toLowerCase();
      return address === undefined ? [] : [[address, id] as const];
    }),
  );
  const idOf = (address: string): string | null => addresses.get(address.toLowerCase()) ?? null;
  const holdings = readHoldings({ index: records, tree, roles, globs, idOf });
  const restrictions = readRestrictions(records, tree, subscriptions, globs);
  const places = [...holdings, ...restrictions].flatMap(({ positions }) => positions);
  const directoryRoles = readDirectoryRoles(records, globs);
  const rights = readDirectoryRights({ index: records, directory, roles: directoryRoles, tree, globs });
  const managedIdentities = readManagedIdentities(index);
  const held = new Map<string, Set<string>>();
  for (const { data } of records.all("microsoft.graph/roleManagement/directory/roleAssignments")) {
    const principal = text(data, "principalId")?.toLowerCase();
    const role = text(data, "roleDefinitionId")?.toLowerCase();
    if (principal === undefined || role === undefined) continue;
    const list = held.get(principal) ?? new Set<string>();
    held.set(principal, list.add(directoryRoles.get(role)?.template ?? role));
  }
  return {
    globs,
    records,
    now: readTime(snapshot.finishedAt) ?? readTime(snapshot.startedAt) ?? 0,
    subscriptions,
    tenants,
    tree,
    roles,
    directory,
    directoryRolesOf: (id) => {
      const found = new Set<string>();
      for (const each of [id, ...directory.groupsOf(id)]) for (const role of held.get(each) ?? []) found.add(role);
      return found;
    },
    rights,
    restrictions,
    roster: readRoster({
      index: records,
      directory,
      holdings,
      managedIdentities,
      tree,
      hasDirectoryRights: (id) => rights.of([id]).length > 0,
    }),
    kinds: createKinds(index, tree, resources, places, globs),
    workloads: readWorkloads(index, managedIdentities),
    managedIdentities,
  };
}

/** Subscriptions, and tenants whose directory was asked about. */
function accountsIn(
  snapshot: Snapshot,
  index: ArmIndex,
): { readonly subscriptions: readonly string[]; readonly tenants: readonly string[] } {
  const tenants = new Set<string>();
  for (const { cloud, operation, account } of [...snapshot.records, ...snapshot.coverage]) {
    if (cloud === "azure" && operation.startsWith("microsoft.graph/")) tenants.add(account);
  }
  // What is asked while connecting is asked of the tenant.
  const connecting = /^Microsoft\.(?:Resources\/subscriptions|Management\/managementGroups\/descendants)\/read$/;
  const asked = new Set<string>();
  for (const { cloud, operation, account } of [...snapshot.records, ...snapshot.coverage]) {
    if (cloud === "azure" && !connecting.test(operation)) asked.add(account);
  }
  const accounts = new Set(index.targets.map(({ account }) => account));
  return {
    subscriptions: [...accounts].filter((account) => !tenants.has(account) && asked.has(account)),
    tenants: [...tenants],
  };
}

/** One question, with an engine of its own: what is remembered belongs to the actions that are asked about. */
function ask(question: Question, read: ReadEstate): WhoCan {
  const { globs, roster, rights, roles, restrictions, tree } = read;
  const notes: string[] = [];
  const table = actionTable(actionNames(question.action));
  const cast = castOf({ roster, rights, roles, restrictions, tree, table, globs });
  const model: IdentityModel = {
    identities: cast.identities,
    goals: goalsFor(question, table, read, notes),
    methods: stepMethods({ ...read, cast, table }),
    inAccount: accountBits(cast.identities),
    removal: removalOf,
  };
  const answer = answerWhoCan({
    globs,
    automata: createAutomata(),
    vocabulary: azureKeys(read.now),
    table,
    model,
  });
  return { ...answer, notes };
}

function actionNames(asked: string | null): readonly string[] {
  return [
    ...firewallActions.map(({ action }) => action),
    ...escalationMethods.flatMap(({ requires }) => requires.flat().map(({ action }) => action)),
    ...(asked === null ? [] : [asked]),
  ];
}

function goalsFor(question: Question, table: ActionTable, read: ReadEstate, notes: string[]): readonly GoalAction[] {
  const { kinds } = read;
  const resource = question.resource === null ? null : resourceFor(question.resource, read, notes);
  const wanted = question.action?.toLowerCase();
  const asked =
    wanted === undefined ? firewallActions : firewallActions.filter(({ action }) => action.toLowerCase() === wanted);
  const shapes = new Map<string, number>();
  const goal = (action: string, category: string): readonly GoalAction[] => {
    const number = table.numberOf(action);
    if (number === null) return [];
    const type = kinds.shapeOf(action);
    const shape = shapes.get(type) ?? shapes.size;
    shapes.set(type, shape);
    return [{ action: number, shape, category, needs: limited(kinds.needsOf(action), resource) }];
  };
  const goals = asked.flatMap(({ action, effect }) => goal(action, effect));
  if (goals.length > 0 || question.action === null) return goals;
  notes.push(
    /^[\w.]+(?:\/[\w.*-]+)+$/.test(question.action)
      ? `${question.action} changes no firewall by itself`
      : `${question.action} is not an action of Azure, such as Microsoft.Network/networkSecurityGroups/write`,
  );
  return goal(question.action, "asked");
}

/** Needs where what is changed is one given resource. */
function limited(
  needs: (account: string) => readonly Need[],
  resource: ResourceItem | null,
): (account: string) => readonly Need[] {
  if (resource === null) return needs;
  const known = new Map<ResourceKind, ResourceKind>();
  const only = (kind: ResourceKind): ResourceKind => {
    const before = known.get(kind);
    if (before !== undefined) return before;
    // Rules of a group stand in the group, so that what they are asked about is the group.
    const items = kind.items.filter(({ ref }) => ref.id === resource.ref.id);
    const found = items.length > 0 || kind.isClosed || !matchesGlob(kind.universe, resource.text) ? items : [resource];
    const made: ResourceKind = { ...kind, id: `${kind.id} only ${resource.text}`, isClosed: true, items: found };
    known.set(kind, made);
    return made;
  };
  return (account) =>
    needs(account).map(({ changed, oneOf }) => ({
      changed,
      oneOf: oneOf.map(({ kind, given }) => ({ kind: only(kind), given })),
    }));
}

/** The resource that a question names, by id or name; one that is not in the snapshot can be asked about by its id. */
function resourceFor(name: string, { kinds }: ReadEstate, notes: string[]): ResourceItem {
  const wanted = name.toLowerCase();
  const found =
    kinds.all.find(({ ref }) => ref.id.toLowerCase() === wanted) ?? kinds.all.find(({ ref }) => ref.name === name);
  if (found !== undefined) return found;
  notes.push(`${name} is not among the firewalls of the snapshot`);
  const account = /^\/subscriptions\/([^/]+)/i.exec(name)?.[1] ?? "";
  return {
    ref: {
      cloud: "azure",
      account,
      region: globalRegion,
      type: "azure:resource",
      id: name,
      name: name.split("/").at(-1) ?? null,
      arn: null,
    },
    text: kinds.positionOf(name) ?? wanted,
    fact: () => null,
  };
}

function accountBits(identities: readonly Identity[]): (account: string) => Bits {
  const byAccount = new Map<string, Bits>();
  for (const [index, { account }] of identities.entries()) {
    const bits = byAccount.get(account) ?? noBits(identities.length);
    setBit(bits, index);
    byAccount.set(account, bits);
  }
  const none = noBits(identities.length);
  return (account) => byAccount.get(account) ?? none;
}

/** What tells who holds rights, and who does not say so where it is not told. */
const tellsHolders = [
  "Microsoft.Authorization/roleAssignments/read",
  "Microsoft.Authorization/roleDefinitions/read",
  "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
  "Microsoft.ManagedServices/registrationAssignments/read",
];
const tellsDirectory = [
  "microsoft.graph/groups/members",
  "microsoft.graph/groups/owners",
  "microsoft.graph/roleManagement/directory/roleAssignments",
  "microsoft.graph/roleManagement/directory/roleEligibilityScheduleInstances",
  "microsoft.graph/servicePrincipals/appRoleAssignments",
  "microsoft.graph/servicePrincipals/owners",
  "microsoft.graph/applications/owners",
  "microsoft.graph/applications/federatedIdentityCredentials",
];

/** Subscriptions and tenants whose holders of rights were not read, or not all. */
function missingIn({ records, subscriptions, tenants }: ReadEstate): readonly string[] {
  const unread = (account: string, what: string, operations: readonly string[]): readonly string[] => {
    const lacking = operations.flatMap((operation) => {
      const row = records.coverage({ cloud: "azure", account, region: globalRegion }, operation);
      return row !== null && isKnown(row.status) ? [] : [`${operation} (${row?.status ?? "not asked"})`];
    });
    return lacking.length === 0 ? [] : [`identities of ${what} ${account}: ${lacking.join(", ")}`];
  };
  return [
    ...subscriptions.flatMap((account) => unread(account, "subscription", tellsHolders)),
    ...tenants.flatMap((account) => unread(account, "tenant", tellsDirectory)),
  ];
}

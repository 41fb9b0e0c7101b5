import { actionTable, type ActionTable } from "../../../../identity/actions.ts";
import { createAutomata } from "../../../../identity/automaton.ts";
import { noBits, setBit, type Bits } from "../../../../identity/bits.ts";
import type { ResourceItem } from "../../../../identity/resources.ts";
import { answerWhoCan } from "../../../../identity/engine.ts";
import type { IdentityEstate, Question, WhoCan } from "../../../../identity/estate.ts";
import { readTime } from "../../../../identity/facts.ts";
import { createGlobs, matchesGlob, type Globs } from "../../../../identity/glob.ts";
import type { GoalAction, IdentityModel, Need } from "../../../../identity/identity.ts";
import { isKnown } from "../../../../model/coverage.ts";
import { globalRegion, type ResourceRef } from "../../../../model/resource.ts";
import type { Snapshot } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import type { Accounts } from "../accounts.ts";
import { authorizedAction, authorizedActionNames } from "./data/authorized-actions.ts";
import { firewallActions } from "./data/firewall-actions.ts";
import { parseArn } from "./arn.ts";
import { ownIdentities, strangerIdentity, type AwsIdentity } from "./identities.ts";
import { createInventory, itemOf, type Inventory } from "./inventory.ts";
import { awsKeys } from "./keys.ts";
import { createKinds, type Kinds } from "./kinds.ts";
import { stepMethods } from "./methods.ts";
import { readOrganization, type Organization } from "./organization.ts";
import { readPermissionSets } from "./permission-sets.ts";
import { createPolicies } from "./policies.ts";
import { removalOf } from "./removal.ts";
import { authorizationDetails, readRoster, type Roster } from "./roster.ts";
import { strangersIn } from "./strangers.ts";
import { createProspects } from "./targets.ts";
import { createTrust, type TrustingRole } from "./trust.ts";
import { variantsOf } from "./variants.ts";
import { readWorkloads, type Workloads } from "./workloads.ts";

/** What the identity estate of AWS is made from, besides the records of identities. */
export interface AwsIdentityInput {
  readonly snapshot: Snapshot;
  readonly index: RecordIndex;
  readonly accounts: Accounts;
  /** Firewalls, address lists and whatever else actions on firewalls name. */
  readonly resources: readonly ResourceRef[];
}

/**
 * Who can change AWS's firewalls. Nothing is decided before it is asked. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function understandIdentity(input: AwsIdentityInput): IdentityEstate {
  const { snapshot, index } = input;
  const read = readEstate(input);
  const { identities, workloads } = read;
  let whole: WhoCan | null = null;
  const holders = new Map<string, string>();
  for (const { entity } of identities) {
    if (entity?.kind !== "role") continue;
    for (const arn of [entity.arn, ...entity.instanceProfiles]) holders.set(arn, entity.arn);
  }
  return {
    principals: identities.flatMap(({ identity }) => identity.principal ?? []),
    workloads: workloads.all.flatMap(({ item, carries, how }) => {
      const principal = holders.get(carries);
      return principal === undefined ? [] : [{ workload: item.ref, principal, how }];
    }),
    resources: read.inventory.all.map(({ ref }) => ref),
    actions: () => new Map(firewallActions().map(({ action, effect }) => [action, effect])),
    whoCan: (question = { action: null, resource: null }) => {
      if (question.action !== null || question.resource !== null) return ask(question, read);
      whole ??= ask(question, read);
      return whole;
    },
    missing: missingIn(snapshot, index),
  };
}

/** Everything that questions share. */
interface ReadEstate {
  readonly globs: Globs;
  readonly index: RecordIndex;
  readonly now: number;
  readonly roster: Roster;
  readonly organization: Organization;
  readonly inventory: Inventory;
  readonly kinds: Kinds;
  readonly workloads: Workloads;
  readonly permissionSets: ReturnType<typeof readPermissionSets>;
  readonly identities: readonly AwsIdentity[];
}

function readEstate({ snapshot, index, accounts, resources }: AwsIdentityInput): ReadEstate {
  const globs = createGlobs();
  const roster = readRoster(index);
  const organization = readOrganization(snapshot, index, globs);
  const permissionSets = readPermissionSets(index);
  const inventory = createInventory(resources, index);
  const policies = createPolicies(roster, globs);
  const own = ownIdentities({ roster, policies, organization, permissionSets, index, globs });
  const partitions = new Map(
    own.flatMap(({ entity }) => (entity === null ? [] : [[entity.account, parseArn(entity.arn)?.partition ?? "aws"]])),
  );
  const kinds = createKinds({
    globs,
    items: inventory.inAccount,
    isGone: inventory.isGone,
    partition: (account) => partitions.get(account) ?? "aws",
    membership: organization.membership,
  });
  const now = readTime(snapshot.finishedAt) ?? readTime(snapshot.startedAt) ?? 0;
  const scanned = new Set(own.map(({ identity }) => identity.account));
  const vocabulary = awsKeys(now, globs);
  const { allows } = createTrust({
    roles: trustingRoles(own, organization),
    size: own.length,
    globs,
    automata: createAutomata(),
    vocabulary,
  });
  const strangers = strangersIn(allows, {
    scanned,
    own: accounts.own,
    organizationKnown: accounts.organizationKnown,
    organization,
  });
  return {
    globs,
    index,
    now,
    roster,
    organization,
    inventory,
    kinds,
    workloads: readWorkloads(snapshot, index),
    permissionSets,
    identities: [
      ...own,
      ...variantsOf(own, roster, policies, actionTable(authorizedActionNames)),
      ...strangers.map((stranger) => strangerIdentity(stranger, globs)),
    ],
  };
}

function trustingRoles(identities: readonly AwsIdentity[], organization: Organization): readonly TrustingRole[] {
  return identities.flatMap(({ entity, trust }, index): readonly TrustingRole[] =>
    entity?.kind === "role"
      ? [
          {
            index,
            arn: entity.arn,
            account: entity.account,
            statements: trust,
            controls: organization.resourceControls(entity.account),
          },
        ]
      : [],
  );
}

/** One question, with an engine of its own: what is remembered belongs to the actions that are asked about. */
function ask(question: Question, read: ReadEstate): WhoCan {
  const { globs, identities } = read;
  const automata = createAutomata();
  const vocabulary = awsKeys(read.now, globs);
  const notes: string[] = [];
  const names = [...authorizedActionNames, ...(question.action === null ? [] : [question.action])];
  const table = actionTable(names);
  const goals = goalsFor(question, table, read, notes);
  const trust = createTrust({
    roles: trustingRoles(identities, read.organization),
    size: identities.length,
    globs,
    automata,
    vocabulary,
  });
  const prospects = createProspects({
    identities,
    trust,
    workloads: read.workloads,
    organization: read.organization,
    index: read.index,
  });
  const { roster, permissionSets, kinds } = read;
  const model: IdentityModel = {
    identities: identities.map(({ identity }) => identity),
    goals,
    methods: stepMethods({ identities, roster, permissionSets, kinds, trust, prospects, table, globs }),
    inAccount: accountBits(identities),
    removal: removalOf,
  };
  return { ...answerWhoCan({ globs, automata, vocabulary, table, model }), notes };
}

function goalsFor(question: Question, table: ActionTable, read: ReadEstate, notes: string[]): readonly GoalAction[] {
  const resource = question.resource === null ? null : resourceFor(question.resource, read, notes);
  const firewall = firewallActions();
  const wanted = question.action?.toLowerCase();
  const asked = wanted === undefined ? firewall : firewall.filter(({ action }) => action.toLowerCase() === wanted);
  const shapes = new Map<string, number>();
  const goals = asked.flatMap((firewallAction): readonly GoalAction[] => {
    const { action, effect, needs } = firewallAction;
    const number = table.numberOf(action);
    if (number === null) return [];
    const kinds = JSON.stringify(needs.map(({ part, oneOf }) => [part, oneOf.map(({ arn }) => arn)]));
    const shape = shapes.get(kinds) ?? shapes.size;
    shapes.set(kinds, shape);
    const named = limited((account) => read.kinds.needsOf(firewallAction, account), resource, read);
    return [{ action: number, shape, category: effect, needs: named }];
  });
  if (goals.length > 0 || question.action === null) return goals;
  const number = table.numberOf(question.action);
  if (number === null) return [];
  const known = authorizedActionNames.find((name) => name.toLowerCase() === wanted);
  if (known === undefined) {
    notes.push(
      `${question.action} is not an action that Rampart knows the resources of: the answer is for any resource`,
    );
  } else {
    notes.push(`${known} changes no firewall by itself`);
  }
  const authorized = known === undefined ? null : authorizedAction(known);
  const needs = (account: string): readonly Need[] =>
    authorized === null ? read.kinds.anything(account) : read.kinds.needsOf(authorized, account);
  return [{ action: number, shape: 0, category: "asked", needs: limited(needs, resource, read) }];
}

/** Needs where what is changed is one given resource. */
function limited(
  needs: (account: string) => readonly Need[],
  resource: ResourceItem | null,
  { kinds }: ReadEstate,
): (account: string) => readonly Need[] {
  if (resource === null) return needs;
  const kind = kinds.only(resource);
  return (account) => {
    const all = needs(account);
    const fitting = all.map((need) =>
      need.changed ? need.oneOf.filter((use) => matchesGlob(use.kind.universe, resource.text)) : [],
    );
    // What an action makes is not the resource that exists.
    if (fitting.every((uses) => uses.length === 0)) return [{ changed: true, oneOf: [] }];
    return all.map((need, at): Need => {
      const uses = fitting[at] ?? [];
      if (uses.length > 0) return { changed: true, oneOf: uses.map(({ given }) => ({ kind, given })) };
      // What the action changes besides, a group's rules beside the group, may be any.
      return { changed: false, oneOf: need.oneOf };
    });
  };
}

/** The resource that a question names: by id, name or ARN; one that is not in the snapshot can be asked about by its ARN. */
function resourceFor(name: string, { inventory }: ReadEstate, notes: string[]): ResourceItem {
  const found = inventory.all.find(({ ref, text }) => text === name || ref.id === name || ref.name === name);
  if (found !== undefined) return found;
  notes.push(`${name} is not among the firewalls of the snapshot`);
  const ref = {
    cloud: "aws",
    account: name.split(":")[4] ?? "",
    region: name.split(":")[3] ?? "",
    type: "aws:resource",
    id: name,
    name: null,
    arn: name,
  } as const;
  return itemOf(ref, name, null);
}

function accountBits(identities: readonly AwsIdentity[]): (account: string) => Bits {
  const byAccount = new Map<string, Bits>();
  for (const [index, { identity }] of identities.entries()) {
    const bits = byAccount.get(identity.account) ?? noBits(identities.length);
    setBit(bits, index);
    byAccount.set(identity.account, bits);
  }
  const none = noBits(identities.length);
  return (account) => byAccount.get(account) ?? none;
}

/** Accounts whose identities were not read, or not all. */
function missingIn(snapshot: Snapshot, index: RecordIndex): readonly string[] {
  const accounts = new Set(snapshot.targets.filter(({ cloud }) => cloud === "aws").map(({ account }) => account));
  return [...accounts].flatMap((account) => {
    const row = index.coverage({ cloud: "aws", account, region: globalRegion }, authorizationDetails);
    if (row !== null && isKnown(row.status)) return [];
    return [`identities of account ${account}: ${authorizationDetails} (${row?.status ?? "not asked"})`];
  });
}

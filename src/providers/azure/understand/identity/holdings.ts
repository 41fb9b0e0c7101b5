import { allOf, always, type Condition } from "../../../../identity/condition.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { SnapshotRecord } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { object, objects, text, texts } from "../../../read.ts";
import { propertiesOf } from "../arm.ts";
import { conditionOf } from "./conditions.ts";
import { roleKey } from "../../guid.ts";
import { until } from "./keys.ts";
import type { Role } from "./roles.ts";
import type { Position, Tree } from "./tree.ts";

/** That somebody holds a role of Azure Resource Manager at a scope. */
export interface Holding {
  /** Its own number among all. */
  readonly number: number;
  /** The id of the assignment, eligibility or delegation. */
  readonly id: string;
  readonly layer: "role assignment" | "eligible role assignment" | "Lighthouse delegation" | "classic administrator";
  /** Null where its definition was not read. */
  readonly role: Role | null;
  readonly roleKey: string;
  /** The object id of whoever holds it, in lower case; the mail address of a classic administrator. */
  readonly principal: string;
  /** What the record says that the holder is: `User`, `Group`, `ServicePrincipal`, `ForeignGroup`; null where it does not. */
  readonly principalType: string | null;
  /** What the record calls the holder; null where it does not. Untrusted. */
  readonly principalName: string | null;
  readonly account: string;
  readonly scope: string;
  readonly positions: readonly Position[];
  /** What holds the role under a condition: its own, until when, whether it is active. */
  readonly condition: Condition;
  /** The tenant whose principal it is where that is another one; null for the subscription's own. */
  readonly tenant: string | null;
}

const assignments = "Microsoft.Authorization/roleAssignments/read";
const eligibilities = "Microsoft.Authorization/roleEligibilityScheduleInstances/read";
const activations = "Microsoft.Authorization/roleAssignmentScheduleInstances/read";
const delegations = "Microsoft.ManagedServices/registrationAssignments/read";
const classics = "Microsoft.Authorization/classicAdministrators/read";

const owner = "8e3af657a8ff443ca75c2fe8c4bcb635";

interface HoldingsInput {
  readonly index: RecordIndex;
  readonly tree: Tree;
  readonly roles: ReadonlyMap<string, Role>;
  readonly globs: Globs;
  /** The object id that the directory knows a mail address by; null where it knows none. */
  readonly idOf: (address: string) => string | null;
}

/** Who holds which role where, in force or to be activated. */
export function readHoldings(input: HoldingsInput): readonly Holding[] {
  const found: Holding[] = [];
  const add = (holding: Omit<Holding, "number">): void => {
    if (holding.positions.length > 0) found.push({ ...holding, number: found.length });
  };
  for (const holding of assigned(input)) add(holding);
  for (const holding of eligible(input)) add(holding);
  for (const holding of delegated(input)) add(holding);
  for (const holding of classic(input)) add(holding);
  return found;
}

/** One record of those that several subscriptions list alike, with the subscriptions that listed it. */
function together(
  index: RecordIndex,
  operation: string,
): readonly { readonly record: SnapshotRecord; readonly id: string; readonly listed: ReadonlySet<string> }[] {
  const found = new Map<
    string,
    { readonly record: SnapshotRecord; readonly id: string; readonly listed: Set<string> }
  >();
  for (const record of index.all(operation)) {
    const id = text(record.data, "id");
    if (id === null) continue;
    const known = found.get(id.toLowerCase());
    if (known === undefined) found.set(id.toLowerCase(), { record, id, listed: new Set([record.account]) });
    else known.listed.add(record.account);
  }
  return [...found.values()];
}

/** https://learn.microsoft.com/azure/role-based-access-control/role-assignments */
function* assigned({ index, tree, roles, globs }: HoldingsInput): Generator<Omit<Holding, "number">> {
  // What was activated, or given for a time, ends: https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-instances
  const ends = new Map<string, Condition>();
  for (const { data } of index.all(activations)) {
    const properties = propertiesOf(data);
    const origin = text(properties, "originRoleAssignmentId")?.toLowerCase();
    const end = text(properties, "endDateTime");
    const condition = end === null ? null : until(end, "before");
    if (origin !== undefined && condition !== null) ends.set(origin, condition);
  }
  for (const { record, id, listed } of together(index, assignments)) {
    const base = heldIn(record, id, listed, { tree, roles, globs });
    if (base === null) continue;
    const end = ends.get(id.toLowerCase());
    yield {
      ...base,
      layer: "role assignment",
      condition: allOf([base.condition, ...(end === undefined ? [] : [end])]),
    };
  }
}

/** https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-resource-roles-activate-your-roles */
function* eligible({ index, tree, roles, globs }: HoldingsInput): Generator<Omit<Holding, "number">> {
  for (const { record, id, listed } of together(index, eligibilities)) {
    const base = heldIn(record, id, listed, { tree, roles, globs });
    if (base === null) continue;
    const end = text(propertiesOf(record.data), "endDateTime");
    const lasting = end === null ? null : until(end, "before");
    yield {
      ...base,
      layer: "eligible role assignment",
      condition: allOf([
        activated(base.role?.name ?? base.roleKey),
        base.condition,
        ...(lasting === null ? [] : [lasting]),
      ]),
    };
  }
}

/** A role that somebody may take when he activates it; whether that takes an approval or a second factor is the tenant's affair. */
export function activated(role: string): Condition {
  return {
    kind: "free",
    text: `it activates its eligible role ${role}`,
    key: "Privileged Identity Management",
    control: "activation",
  };
}

/** What assignments, and eligibilities, of roles have in common. */
function heldIn(
  { data, account }: SnapshotRecord,
  id: string,
  listed: ReadonlySet<string>,
  { tree, roles, globs }: Pick<HoldingsInput, "tree" | "roles" | "globs">,
): Omit<Holding, "number" | "layer"> | null {
  const properties = propertiesOf(data);
  const role = text(properties, "roleDefinitionId");
  const principal = text(properties, "principalId");
  const scope = text(properties, "scope") ?? scopeOf(id);
  if (role === null || principal === null || scope === null) return null;
  const written = text(properties, "condition");
  return {
    id,
    role: roles.get(roleKey(role)) ?? null,
    roleKey: roleKey(role),
    principal: principal.toLowerCase(),
    principalType: text(properties, "principalType"),
    principalName: text(properties, "principalName"),
    account: tree.accountOf(account),
    scope,
    positions: tree.positionsOf(scope, listed),
    condition: written === null ? always : conditionOf(written, globs),
    tenant: null,
  };
}

/** The scope that an assignment's own id stands at; `/` for those of the tenant. */
export function scopeOf(id: string): string | null {
  const at = id.toLowerCase().lastIndexOf("/providers/microsoft.authorization/");
  if (at < 0) return null;
  return at === 0 ? "/" : id.slice(0, at);
}

/**
 * What another tenant may do by a delegation. https://learn.microsoft.com/azure/lighthouse/concepts/architecture
 * Its User Access Administrators assign the roles that the delegation names, to managed identities alone.
 */
function* delegated({ index, tree, roles }: HoldingsInput): Generator<Omit<Holding, "number">> {
  for (const { record, id, listed } of together(index, delegations)) {
    const properties = propertiesOf(record.data);
    const definition = object(properties, "registrationDefinition");
    const said = definition === null ? null : propertiesOf(definition);
    const scope = /^(.*?)\/providers\/microsoft\.managedservices\//i.exec(id)?.[1] ?? null;
    if (said === null || scope === null) continue;
    const tenant = text(said, "managedByTenantId")?.toLowerCase() ?? "";
    const positions = tree.positionsOf(scope, listed);
    const account = tree.accountOf(record.account);
    const authorizations = [
      ...objects(said, "authorizations").map((each) => [each, false] as const),
      ...objects(said, "eligibleAuthorizations").map((each) => [each, true] as const),
    ];
    for (const [authorization, isEligible] of authorizations) {
      const principal = text(authorization, "principalId");
      const role = text(authorization, "roleDefinitionId");
      if (principal === null || role === null) continue;
      const key = roleKey(role);
      const known = roles.get(key) ?? null;
      const limit = delegatedRoles(texts(authorization, "delegatedRoleDefinitionIds"));
      yield {
        id,
        layer: "Lighthouse delegation",
        role: known,
        roleKey: key,
        principal: principal.toLowerCase(),
        principalType: null,
        principalName: text(authorization, "principalIdDisplayName"),
        account,
        scope,
        positions,
        condition: allOf([...(isEligible ? [activated(known?.name ?? key)] : []), limit]),
        tenant,
      };
    }
  }
}

/** A delegation that lets roles be assigned lets only some be, to managed identities of the customer, and so not to the one who assigns. */
function delegatedRoles(roles: readonly string[]): Condition {
  if (roles.length === 0) return always;
  return {
    kind: "free",
    text: `what it does is to assign one of the roles ${roles.join(", ")} to a managed identity`,
    key: "delegatedRoleDefinitionIds",
    control: "caller",
  };
}

/**
 * Classic administrators, whose roles ended in May 2026: https://learn.microsoft.com/azure/cost-management-billing/manage/classic-administrator-retire
 * Where a subscription still lists some, nobody but Azure knows whether it honours them.
 */
function* classic({ index, tree, roles, idOf }: HoldingsInput): Generator<Omit<Holding, "number">> {
  for (const { record, id, listed } of together(index, classics)) {
    const properties = propertiesOf(record.data);
    const address = text(properties, "emailAddress");
    const role = text(properties, "role") ?? "";
    // Who pays for a subscription may not manage what is in it.
    if (address === null || !/coadministrator|serviceadministrator/i.test(role)) continue;
    const scope = `/subscriptions/${record.account}`;
    yield {
      id,
      layer: "classic administrator",
      role: roles.get(owner) ?? null,
      roleKey: owner,
      principal: idOf(address) ?? address.toLowerCase(),
      principalType: "User",
      principalName: address,
      account: tree.accountOf(record.account),
      scope,
      positions: tree.positionsOf(scope, listed),
      condition: {
        kind: "unread",
        missing: `whether Azure still honours the classic administrator role of ${address} (${role}), which was retired`,
      },
      tenant: null,
    };
  }
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Grant, IdentityEstate, Question, WhoCan } from "../../../../../src/identity/estate.ts";
import type { Coverage, CoverageStatus } from "../../../../../src/model/coverage.ts";
import { globalRegion } from "../../../../../src/model/resource.ts";
import { understandAzure } from "../../../../../src/providers/azure/understand/understand.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../../../../src/snapshot/record.ts";

export const tenant = "77777777-7777-4777-8777-777777777777";
export const subscription = "11111111-1111-4111-8111-111111111111";
export const sibling = "22222222-2222-4222-8222-222222222222";

/** The object id of somebody, told at a glance: a number from 1 to 9999. */
export const id = (number: number): string => `aaaaaaaa-0000-4000-8000-${String(number).padStart(12, "0")}`;
export const everyone = "00000000-0000-0000-0000-000000000000";

export const inSubscription = (rest = "", of = subscription): string => `/subscriptions/${of}${rest}`;
export const inGroup = (group: string, rest = "", of = subscription): string =>
  inSubscription(`/resourceGroups/${group}${rest}`, of);
export const network = (group: string, type: string, name: string, of = subscription): string =>
  inGroup(group, `/providers/Microsoft.Network/${type}/${name}`, of);
export const managementGroup = (name: string): string => `/providers/Microsoft.Management/managementGroups/${name}`;

export interface BuiltInRole {
  readonly name: string;
  readonly roleName: string;
  readonly permissions: readonly VendorObject[];
}

/** Built-in roles that change firewalls or lead to that, as Microsoft defines them. */
const fixture = readFileSync(join(import.meta.dirname, "../../../../fixtures/azure-roles.json"), "utf8");
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fixture's own shape
export const builtInRoles = JSON.parse(fixture) as readonly BuiltInRole[];

export function builtIn(roleName: string): string {
  const found = builtInRoles.find((role) => role.roleName === roleName);
  if (found === undefined) throw new Error(`the fixture has no role ${roleName}`);
  return found.name;
}

/** One record, of the subscription unless an account is named. */
export interface SmallRecord {
  readonly operation: string;
  readonly data: VendorObject;
  readonly account?: string;
  readonly parent?: string;
}

let count = 0;

export const record = (operation: string, data: VendorObject, account = subscription): SmallRecord => ({
  operation,
  data,
  account,
});

/** A custom role; its id is made from its name. */
export function role(
  name: string,
  permission: VendorObject | readonly VendorObject[],
  scopes: readonly string[] = [inSubscription()],
  account = subscription,
): SmallRecord {
  return record(
    "Microsoft.Authorization/roleDefinitions/read",
    {
      id: inSubscription(`/providers/Microsoft.Authorization/roleDefinitions/${name}`, account),
      name,
      properties: {
        roleName: name,
        type: "CustomRole",
        assignableScopes: scopes,
        permissions: Array.isArray(permission) ? permission : [permission],
      },
    },
    account,
  );
}

export const actions = (...names: readonly string[]): VendorObject => ({ actions: names });

interface Held {
  readonly kind?: "roleAssignments" | "roleEligibilityScheduleInstances";
  readonly type?: string;
  readonly condition?: string;
  readonly more?: VendorObject;
  readonly account?: string;
}

/** That somebody holds a role, by its name: a built-in one's or that of a custom one. */
export function holds(principal: string, roleName: string, scope = inSubscription(), held: Held = {}): SmallRecord {
  const { kind = "roleAssignments", type = "User", condition, more = {}, account = subscription } = held;
  const name = builtInRoles.find((each) => each.roleName === roleName)?.name ?? roleName;
  const parent = scope === "/" ? "" : scope;
  return record(
    `Microsoft.Authorization/${kind}/read`,
    {
      id: `${parent}/providers/Microsoft.Authorization/${kind}/assignment-${count++}`,
      properties: {
        principalId: principal,
        principalType: type,
        roleDefinitionId: inSubscription(`/providers/Microsoft.Authorization/roleDefinitions/${name}`, account),
        scope,
        ...(condition === undefined ? {} : { condition, conditionVersion: "2.0" }),
        ...more,
      },
    },
    account,
  );
}

/** A deny assignment. */
export function denies(
  actionNames: readonly string[],
  scope: string,
  principals: readonly string[] = [everyone],
  more: VendorObject = {},
): SmallRecord {
  return record("Microsoft.Authorization/denyAssignments/read", {
    id: `${scope}/providers/Microsoft.Authorization/denyAssignments/deny-${count++}`,
    properties: {
      denyAssignmentName: "guard",
      scope,
      permissions: [{ actions: actionNames }],
      principals: principals.map((principal) => ({
        id: principal,
        type: principal === everyone ? "SystemDefined" : null,
      })),
      excludePrincipals: [],
      ...more,
    },
  });
}

export function lock(level: "ReadOnly" | "CanNotDelete", scope: string, name = "keep"): SmallRecord {
  return record("Microsoft.Authorization/locks/read", {
    id: `${scope}/providers/Microsoft.Authorization/locks/${name}`,
    name,
    properties: { level },
  });
}

/** A resource as listings tell of it. */
export function resource(
  type: string,
  resourceId: string,
  properties: VendorObject = {},
  more: VendorObject = {},
): SmallRecord {
  const account = resourceId.split("/")[2] ?? subscription;
  return record(
    `${type}/read`,
    { id: resourceId, name: resourceId.split("/").at(-1) ?? "", type, properties, ...more },
    account,
  );
}

export const securityGroup = (group: string, name: string, of = subscription): SmallRecord =>
  resource("Microsoft.Network/networkSecurityGroups", network(group, "networkSecurityGroups", name, of), {
    securityRules: [],
    defaultSecurityRules: [],
  });

/** Something that Microsoft Graph told. */
export const graph = (operation: string, data: VendorObject, parent?: string): SmallRecord => ({
  operation: `microsoft.graph/${operation}`,
  data,
  account: tenant,
  ...(parent === undefined ? {} : { parent }),
});
export const user = (number: number, more: VendorObject = {}): SmallRecord =>
  graph("users", {
    id: id(number),
    userPrincipalName: `u${number}@example.com`,
    displayName: `User ${number}`,
    userType: "Member",
    ...more,
  });
export const directoryGroup = (number: number, more: VendorObject = {}): SmallRecord =>
  graph("groups", { id: id(number), displayName: `Group ${number}`, securityEnabled: true, groupTypes: [], ...more });
export const servicePrincipal = (number: number, more: VendorObject = {}): SmallRecord =>
  graph("servicePrincipals", {
    id: id(number),
    appId: `dddddddd-0000-4000-8000-${String(number).padStart(12, "0")}`,
    displayName: `App ${number}`,
    servicePrincipalType: "Application",
    appOwnerOrganizationId: tenant,
    ...more,
  });
export const member = (group: number, of: number, type = "user"): SmallRecord =>
  graph("groups/members", { "@odata.type": `#microsoft.graph.${type}`, id: id(of) }, id(group));
export const directoryRole = (number: number, template: string, more: VendorObject = {}): SmallRecord =>
  graph("roleManagement/directory/roleAssignments", {
    id: `entra-${count++}`,
    principalId: id(number),
    roleDefinitionId: template,
    directoryScopeId: "/",
    ...more,
  });

/** Where subscriptions lie: the management groups above each, the nearest first. */
export const above = (of: string, ...groups: readonly string[]): SmallRecord =>
  record(
    "Microsoft.ResourceGraph/resources/read",
    {
      id: inSubscription("", of),
      type: "microsoft.resources/subscriptions",
      tenantId: tenant,
      properties: { managementGroupAncestorsChain: [...groups, tenant].map((name) => ({ name })) },
    },
    of,
  );

export interface SmallOptions {
  /** Rows that say otherwise than that everything was read. */
  readonly coverage?: readonly Coverage[];
  /** Whether the built-in roles are left out. */
  readonly bare?: boolean;
  readonly now?: string;
}

export function ended(operation: string, status: CoverageStatus = "denied", account = subscription): Coverage {
  return {
    cloud: "azure",
    account,
    region: globalRegion,
    operation,
    status,
    items: 0,
    error: status === "complete" ? null : status,
  };
}

function snapshotRecord({ operation, data, account = subscription, parent }: SmallRecord): SnapshotRecord {
  const request = parent === undefined ? {} : { request: { parent } };
  return { cloud: "azure", account, region: globalRegion, operation, data, ...request };
}

/** A snapshot of some records; everything else was read and is not there. */
export function snapshotOf(records: readonly SmallRecord[], options: SmallOptions = {}): Snapshot {
  const { coverage = [], bare = false, now = "2026-06-01T00:00:00Z" } = options;
  const definitions = bare
    ? []
    : builtInRoles.map(({ name, roleName, permissions }) =>
        record("Microsoft.Authorization/roleDefinitions/read", {
          id: `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${name}`,
          name,
          properties: { roleName, type: "BuiltInRole", assignableScopes: ["/"], permissions },
        }),
      );
  const all = [...definitions, ...records].map(snapshotRecord);
  const accounts = [...new Set([subscription, ...all.map(({ account }) => account)])];
  return {
    source: "live",
    startedAt: now,
    finishedAt: now,
    targets: accounts.map((account) => ({
      cloud: "azure",
      account,
      region: globalRegion,
      name: null,
      status: "scanned",
      note: null,
    })),
    records: all,
    coverage: [...accounts.map((account) => ended("*", "complete", account)), ...coverage],
    notes: [],
  };
}

export function estateOf(records: readonly SmallRecord[], options: SmallOptions = {}): IdentityEstate {
  return understandAzure(snapshotOf(records, options)).identity;
}

export function ask(
  records: readonly SmallRecord[],
  question: Partial<Question> = {},
  options: SmallOptions = {},
): WhoCan {
  return estateOf(records, options).whoCan({ action: null, resource: null, ...question });
}

export const ruleWrite = "Microsoft.Network/networkSecurityGroups/securityRules/write";
export const groupWrite = "Microsoft.Network/networkSecurityGroups/write";
export const groupDelete = "Microsoft.Network/networkSecurityGroups/delete";

/** What somebody can do of one action on one resource, or on any. */
export function decision(
  records: readonly SmallRecord[],
  who: string,
  action = groupWrite,
  resourceId: string | null = null,
  options: SmallOptions = {},
): Grant["decision"] | "no" {
  const { grants } = ask(records, { action, resource: resourceId }, options);
  return strongest(grants.filter(({ principal }) => principal.id === who));
}

export function strongest(grants: readonly Grant[]): Grant["decision"] | "no" {
  for (const wanted of ["yes", "only-if", "unknown"] as const) {
    if (grants.some((grant) => grant.decision === wanted)) return wanted;
  }
  return "no";
}

/** The grants of somebody over everything that changes firewalls. */
export function grantsOf(records: readonly SmallRecord[], who: string, options: SmallOptions = {}): readonly Grant[] {
  return ask(records, {}, options).grants.filter(({ principal }) => principal.id === who);
}

/** The methods of each path that somebody has. */
export function paths(records: readonly SmallRecord[], who: string, options: SmallOptions = {}): readonly string[] {
  return [
    ...new Set(
      grantsOf(records, who, options).map(({ path, decision: is }) =>
        [...path.map(({ method }) => method), is].join(" > "),
      ),
    ),
  ];
}

import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  isAllowed,
  type NaiveAssignment,
  type NaiveDeny,
  type NaiveLock,
  type NaiveRole,
  type NaiveWorld,
} from "./naive-azure.ts";
import {
  above,
  denies,
  directoryGroup,
  estateOf,
  everyone,
  groupDelete,
  groupWrite,
  holds,
  id,
  inGroup,
  inSubscription,
  lock,
  managementGroup,
  member,
  network,
  role,
  ruleWrite,
  securityGroup,
  sibling,
  strongest,
  subscription,
  tenant,
  user,
  type SmallRecord,
} from "./small-azure.ts";

const people = [1, 2, 3].map(id);
const teams = [11, 12].map(id);
const roleNames = ["one", "two", "three"] as const;
const groups = [
  network("web", "networkSecurityGroups", "a"),
  network("web", "networkSecurityGroups", "b"),
  network("data", "networkSecurityGroups", "a"),
  network("web", "networkSecurityGroups", "a", sibling),
];
const scopes = [
  "/",
  managementGroup(tenant),
  managementGroup("corp"),
  managementGroup("landing"),
  inSubscription(),
  inSubscription("", sibling),
  inGroup("web"),
  inGroup("data"),
  ...groups,
  network("web", "networkInterfaces", "nic"),
];
const patterns = [
  "*",
  "*/write",
  "*/delete",
  "Microsoft.Network/*",
  "Microsoft.Network/networkSecurityGroups/*",
  groupWrite,
  groupDelete,
  ruleWrite,
  "MICROSOFT.AUTHORIZATION/locks/*",
  "*/read",
];
const actions = [groupWrite, groupDelete];
const values = ["red", "blue"];

const some = <T>(list: readonly T[], maxLength: number) => fc.array(fc.constantFrom(...list), { maxLength });
/** Often everything: what is allowed and denied has to meet. */
const named = (maxLength: number) => fc.oneof(fc.constant(["*"]), some(patterns, maxLength));
const permission = fc.record({ actions: named(3), notActions: some(patterns, 1) });
const below = scopes.filter((scope) => scope.startsWith("/subscriptions/"));
const world: fc.Arbitrary<NaiveWorld> = fc.record({
  above: fc.constant({ [subscription]: ["landing", "corp", tenant], [sibling]: ["corp", tenant] }),
  memberOf: fc.record(
    Object.fromEntries(
      [...people, ...teams].map((each) => [
        each,
        some(
          teams.filter((team) => team !== each),
          1,
        ),
      ]),
    ),
  ),
  roles: fc.tuple(
    ...roleNames.map((name): fc.Arbitrary<NaiveRole> =>
      fc.record({ name: fc.constant(name), permissions: fc.array(permission, { minLength: 1, maxLength: 2 }) }),
    ),
  ),
  assignments: fc.array(
    fc.record<NaiveAssignment>({
      principal: fc.constantFrom(...people, ...teams),
      role: fc.constantFrom(...roleNames),
      scope: fc.constantFrom(...scopes),
      eligible: fc.boolean(),
      wants: fc.option(fc.constantFrom(...values), { freq: 1 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  denies: fc.array(
    fc.record<NaiveDeny>({
      scope: fc.constantFrom(...below),
      actions: named(2),
      notActions: fc.oneof(fc.constant([]), some(patterns, 1)),
      principals: fc.oneof(fc.constant([everyone]), some([everyone, ...people, ...teams], 2)),
      excluded: some([...people, ...teams], 1),
      onlyHere: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
  locks: fc.array(
    fc.record<NaiveLock>({
      scope: fc.constantFrom(...below),
      level: fc.constantFrom("ReadOnly", "CanNotDelete"),
    }),
    { maxLength: 2 },
  ),
});

function recordsOf({ memberOf, roles, assignments, denies: denials, locks }: NaiveWorld): readonly SmallRecord[] {
  const accountOf = (scope: string): string => (scope.includes(sibling) ? sibling : subscription);
  return [
    above(subscription, "landing", "corp"),
    above(sibling, "corp"),
    ...groups.map((each) => {
      const [, , of = "", , name = ""] = each.split("/");
      return securityGroup(name, each.split("/").at(-1) ?? "", of);
    }),
    ...people.map((_, at) => user(at + 1)),
    ...teams.map((_, at) => directoryGroup(at + 11)),
    ...Object.entries(memberOf).flatMap(([each, of]) =>
      of.map((team) =>
        member(Number(team.slice(-12)), Number(each.slice(-12)), teams.includes(each) ? "group" : "user"),
      ),
    ),
    ...roles.map(({ name, permissions }) =>
      role(
        name,
        permissions.map(({ actions: own, notActions }) => ({ actions: own, notActions })),
      ),
    ),
    ...assignments.flatMap(({ principal, role: name, scope, eligible, wants }) => {
      const held = holds(principal, name, scope, {
        kind: eligible ? "roleEligibilityScheduleInstances" : "roleAssignments",
        type: teams.includes(principal) ? "Group" : "User",
        account: accountOf(scope),
        ...(wants === null ? {} : { condition: `@Request[Example/things:color] StringEquals '${wants}'` }),
      });
      // What is inherited is listed by each subscription beneath.
      const isShared = !scope.startsWith("/subscriptions/") && !scope.endsWith("landing");
      return isShared ? [held, { ...held, account: sibling }] : [held];
    }),
    ...denials.map(({ scope, actions: own, notActions, principals, excluded, onlyHere }) => ({
      ...denies([], scope, principals, {
        permissions: [{ actions: own, notActions }],
        excludePrincipals: excluded.map((each) => ({ id: each })),
        doNotApplyToChildScopes: onlyHere,
      }),
      account: accountOf(scope),
    })),
    ...locks.map(({ scope, level }, at) => ({ ...lock(level, scope, `lock-${at}`), account: accountOf(scope) })),
  ];
}

/** Everything that a request may leave open. */
const subsets: (readonly string[])[] = [[]];
for (const name of roleNames) for (const set of subsets.slice()) subsets.push([...set, name]);
const contexts = subsets.flatMap((activated) =>
  [...values, null].flatMap((attribute) =>
    [true, false].map((deletesLocks) => ({ activated, attribute, deletesLocks })),
  ),
);

test("the engine and a naive evaluator of single requests agree on what is allowed always, never and under a condition", () => {
  fc.assert(
    fc.property(
      world,
      fc.constantFrom(...people),
      fc.constantFrom(...actions),
      fc.constantFrom(...groups),
      (estate, principal, action, resource) => {
        const outcomes = contexts.map((context) => isAllowed(estate, { principal, action, resource, ...context }));
        const expected = outcomes.every(Boolean) ? "yes" : outcomes.some(Boolean) ? "only-if" : "no";
        const { grants } = estateOf(recordsOf(estate), { bare: true }).whoCan({ action, resource });
        const own = grants.filter(({ principal: who, path }) => who.id === principal && path.length === 0);
        expect(strongest(own)).toBe(expected);
      },
    ),
    { numRuns: 600 },
  );
}, 60_000);

import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  ask,
  ended,
  estateOf,
  groupWrite,
  holds,
  id,
  inSubscription,
  record,
  securityGroup,
  subscription,
  tenant,
  user,
  type SmallRecord,
} from "./small-azure.ts";

const operations = [
  "Microsoft.Authorization/roleAssignments/read",
  "Microsoft.Authorization/roleDefinitions/read",
  "Microsoft.Authorization/denyAssignments/read",
  "Microsoft.Authorization/locks/read",
  "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
  "Microsoft.Authorization/classicAdministrators/read",
  "Microsoft.ManagedServices/registrationAssignments/read",
  "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read",
  "microsoft.graph/users",
  "microsoft.graph/groups/members",
  "microsoft.graph/roleManagement/directory/roleAssignments",
  "microsoft.graph/roleManagement/directory/roleDefinitions",
];

test("records that are not as documented are no error, and take nobody's rights away", () => {
  const names = [
    "id",
    "principalId",
    "roleDefinitionId",
    "scope",
    "properties",
    "permissions",
    "actions",
    "level",
    "condition",
    "principals",
    "registrationDefinition",
  ];
  const value: fc.Arbitrary<unknown> = fc.oneof(
    fc.constantFrom(
      null,
      7,
      true,
      "",
      "x",
      "/",
      "/subscriptions",
      inSubscription("/providers/Microsoft.Authorization/locks/l"),
      id(2),
    ),
    fc.array(fc.constantFrom("*", 1, null), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom(...names), fc.constantFrom(null, "x", 3), { maxKeys: 3 }),
  );
  const anything = fc.dictionary(
    fc.constantFrom(...names),
    fc.oneof(value, fc.dictionary(fc.constantFrom(...names), value)),
  );
  const records = fc.array(
    fc.tuple(fc.constantFrom(...operations), anything).map(([operation, data]): SmallRecord =>
      record(
        operation,
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON by construction
        data as SmallRecord["data"],
        operation.startsWith("microsoft.graph/") ? tenant : subscription,
      ),
    ),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(records, (odd) => {
      const denied = odd.some(({ operation }) => /denyAssignments|locks/.test(operation));
      const { grants } = ask([securityGroup("web", "a"), user(1), holds(id(1), "Network Contributor"), ...odd], {
        action: groupWrite,
      });
      if (!denied)
        expect(grants.some(({ principal, decision }) => principal.id === id(1) && decision === "yes")).toBe(true);
    }),
    { numRuns: 150 },
  );
}, 60_000);

test("text of others is quoted in commands", () => {
  const scope = inSubscription("/resourceGroups/a'; rm -rf ~; '");
  const [grant] = ask([securityGroup("web", "a"), holds(id(1), "Network Contributor", scope)]).grants;
  expect(grant?.removal.cli[0]).toMatch(/^az role assignment delete --ids '.*a'\\''; rm -rf ~; '\\''/);
});

test("a snapshot without Azure has nobody, and lacks nothing", () => {
  const estate = estateOf([]);
  expect(estate.whoCan().grants).toEqual([]);
  expect(estate.missing).toEqual([]);
});

test("what was not read of who holds rights is said", () => {
  const coverage = [
    ended("Microsoft.Authorization/roleAssignments/read"),
    ended("microsoft.graph/groups/members", "denied", tenant),
    ended("microsoft.graph/applications/owners", "denied", tenant),
  ];
  expect(estateOf([user(1)], { coverage }).missing).toEqual([
    `identities of subscription ${subscription}: Microsoft.Authorization/roleAssignments/read (denied)`,
    `identities of tenant ${tenant}: microsoft.graph/groups/members (denied), microsoft.graph/applications/owners (denied)`,
  ]);
});

test("groups that are in each other are gone through once", () => {
  const inEachOther = [
    {
      operation: "microsoft.graph/groups/members",
      account: tenant,
      parent: id(1),
      data: { id: id(2), "@odata.type": "#microsoft.graph.group" },
    },
    {
      operation: "microsoft.graph/groups/members",
      account: tenant,
      parent: id(2),
      data: { id: id(1), "@odata.type": "#microsoft.graph.group" },
    },
    {
      operation: "microsoft.graph/groups/members",
      account: tenant,
      parent: id(2),
      data: { id: id(3), "@odata.type": "#microsoft.graph.user" },
    },
  ];
  const { grants } = ask([...inEachOther, holds(id(1), "Network Contributor", inSubscription(), { type: "Group" })], {
    action: groupWrite,
  });
  expect(grants.map(({ principal }) => principal.id)).toEqual([id(3)]);
});

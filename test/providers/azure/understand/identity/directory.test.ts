import { describe, expect, test } from "vitest";
import {
  decision,
  denies,
  directoryGroup,
  directoryRole,
  ended,
  everyone,
  grantsOf,
  graph,
  holds,
  id,
  inSubscription,
  member,
  paths,
  securityGroup,
  servicePrincipal,
  tenant,
  user,
} from "./small-azure.ts";

const groups = [securityGroup("web", "front")];
const asGroup = { type: "Group" };

describe("who is in the directory", () => {
  test("whoever is disabled can once it is enabled, by its own rights, a group's and a path", () => {
    const disabled = user(1, { accountEnabled: false });
    expect(decision([...groups, user(1), holds(id(1), "Contributor")], id(1))).toBe("yes");
    expect(decision([...groups, disabled, holds(id(1), "Contributor")], id(1))).toBe("only-if");
    const inTeam = [directoryGroup(3), member(3, 1), member(3, 2), user(2)];
    const team = [...groups, disabled, ...inTeam, holds(id(3), "Contributor", inSubscription(), asGroup)];
    expect(decision(team, id(1))).toBe("only-if");
    expect(decision(team, id(2))).toBe("yes");
    const [grant] = grantsOf([...groups, disabled, holds(id(1), "Contributor")], id(1));
    expect(JSON.stringify(grant)).toContain("its account, which is disabled, is enabled first");
    const globalAdministrator = directoryRole(1, "62e90394-69f5-4237-9190-012177145e10");
    expect(decision([...groups, disabled, globalAdministrator], id(1))).toBe("only-if");
    // Whoever comes by the rights of a disabled application has to have it enabled.
    const app = servicePrincipal(9, { accountEnabled: false });
    const administrator = directoryRole(2, "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3");
    const held = holds(id(9), "Contributor", inSubscription(), { type: "ServicePrincipal" });
    expect(decision([...groups, user(2), app, held, administrator], id(2))).not.toBe("yes");
  });

  test("a device or a contact in a group is nobody", () => {
    const team = [
      ...groups,
      directoryGroup(3),
      member(3, 1),
      user(1),
      member(3, 4, "device"),
      member(3, 5, "orgContact"),
      holds(id(3), "Contributor", inSubscription(), asGroup),
    ];
    expect(decision(team, id(1))).toBe("yes");
    expect(decision(team, id(4))).toBe("no");
    expect(decision(team, id(5))).toBe("no");
  });

  test("whether the holder of an assignment still exists is unknown where the directory does not know it", () => {
    const records = [...groups, user(2), holds(id(1), "Contributor"), holds(id(2), "Contributor")];
    const read = { coverage: [ended("microsoft.graph/users", "complete", tenant)] };
    const denied = { coverage: [ended("microsoft.graph/users", "denied", tenant)] };
    expect(decision(records, id(1), undefined, null, read)).toBe("unknown");
    expect(decision(records, id(2), undefined, null, read)).toBe("yes");
    // It could be one of those that nobody was told of.
    expect(decision(records, id(1), undefined, null, denied)).toBe("yes");
    // Who is no user may be a group or an application, of which nobody was told here.
    const group = [...groups, user(2), holds(id(1), "Contributor", inSubscription(), asGroup)];
    expect(decision(group, id(1), undefined, null, read)).toBe("yes");
    const groupsRead = { coverage: [...read.coverage, ended("microsoft.graph/groups", "complete", tenant)] };
    expect(decision(group, id(1), undefined, null, groupsRead)).toBe("unknown");
    const foreign = [...groups, user(2), holds(id(1), "Contributor", inSubscription(), { type: "ForeignGroup" })];
    expect(decision(foreign, id(1), undefined, null, groupsRead)).toBe("yes");
  });

  test("the members of a group that nobody asked about are not known", () => {
    const denied = denies(["*"], inSubscription(), [id(7)], { principals: [{ id: id(7), type: "Group" }] });
    const team = [...groups, user(1), holds(id(1), "Contributor")];
    expect(decision([...team, denied], id(1))).toBe("unknown");
    expect(decision([...team, directoryGroup(7), denied], id(1))).toBe("yes");
    const spared = denies(["*"], inSubscription(), [everyone], { excludePrincipals: [{ id: id(7), type: "Group" }] });
    expect(decision([...team, spared], id(1))).toBe("unknown");
    expect(decision([...team, directoryGroup(7), spared], id(1))).toBe("no");
  });

  test("a group of which some members were told and others not is somebody beside them", () => {
    const team = [
      ...groups,
      directoryGroup(3),
      member(3, 1),
      user(1),
      holds(id(3), "Contributor", inSubscription(), asGroup),
    ];
    const gap = {
      ...ended("microsoft.graph/groups/members", "throttled", tenant),
      gaps: [{ request: { parent: id(3) }, status: "throttled" as const, error: "page 2" }],
    };
    expect(decision(team, id(3))).toBe("no");
    expect(decision(team, id(3), undefined, null, { coverage: [gap] })).toBe("yes");
    expect(decision(team, id(1), undefined, null, { coverage: [gap] })).toBe("yes");
  });
});

describe("which groups a role changes", () => {
  const team = (template: string, groupTypes: readonly string[]) => [
    ...groups,
    user(1),
    user(2),
    directoryGroup(3, { groupTypes }),
    member(3, 2),
    holds(id(3), "Contributor", inSubscription(), asGroup),
    directoryRole(1, template),
  ];
  const custom = (action: string) =>
    graph("roleManagement/directory/roleDefinitions", {
      id: "custom",
      displayName: "Custom",
      isEnabled: true,
      rolePermissions: [{ allowedResourceActions: [`microsoft.directory/${action}`], condition: null }],
    });

  test.each([
    ["groups/members/update", [], "entra-join-group > yes"],
    ["groups/members/update", ["Unified"], "entra-join-group > yes"],
    ["groups.security/members/update", [], "entra-join-group > yes"],
    ["groups.security/members/update", ["Unified"], null],
    ["groups.security.assignedMembership/members/update", [], "entra-join-group > yes"],
    ["groups.security.assignedMembership/owners/update", [], "entra-own-group > yes"],
    ["groups.unified/members/update", [], null],
    ["groups.unified/members/update", ["Unified"], "entra-join-group > yes"],
    ["groups.unified/owners/update", ["Unified"], "entra-own-group > yes"],
    ["groups.unified.assignedMembership/members/update", ["Unified"], "entra-join-group > yes"],
    ["groups.security/dynamicMembershipRule/update", ["DynamicMembership"], "entra-change-membership-rule > yes"],
    ["groups.security/dynamicMembershipRule/update", ["Unified", "DynamicMembership"], null],
    [
      "groups.unified/dynamicMembershipRule/update",
      ["Unified", "DynamicMembership"],
      "entra-change-membership-rule > yes",
    ],
    ["groups.unified/dynamicMembershipRule/update", ["DynamicMembership"], null],
  ])("%s over a group of the types %j: %s", (action, groupTypes, expected) => {
    expect(paths([...team("custom", groupTypes), custom(action)], id(1))).toEqual(expected === null ? [] : [expected]);
  });

  test("an Identity Governance Administrator changes members, an Intune Administrator those of security groups", () => {
    expect(paths(team("45d8d3c5-c802-45c6-b32a-1d70b5e1e86e", []), id(1))).toEqual(["entra-join-group > yes"]);
    expect(paths(team("3a2c62db-5318-420d-8d74-23affee5d9d5", []), id(1))).toEqual(["entra-join-group > yes"]);
    expect(paths(team("3a2c62db-5318-420d-8d74-23affee5d9d5", ["Unified"]), id(1))).toEqual([]);
  });
});

describe("what roles and permissions lead to", () => {
  const globalAdministrator = "62e90394-69f5-4237-9190-012177145e10";

  test("Partner Tier2 Support resets passwords of administrators too, and assigns roles; Tier1 neither", () => {
    const passwords = (template: string) => [
      ...groups,
      user(1),
      user(2),
      directoryRole(1, template),
      directoryRole(2, globalAdministrator),
      graph("roleManagement/directory/roleDefinitions", {
        id: template,
        templateId: template,
        displayName: "Partner",
        isEnabled: true,
        rolePermissions: [{ allowedResourceActions: ["microsoft.directory/users/password/update"], condition: null }],
      }),
    ];
    expect(paths(passwords("e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8"), id(1))[0]).toMatch(
      /^entra-reset-password-as-privileged-authentication > .* > unknown$/,
    );
    expect(paths(passwords("4ba39ca4-527c-499a-b93d-d9b492c50246"), id(1))).toEqual([]);
    const unread = [...groups, user(1), directoryRole(1, "e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8")];
    expect(paths(unread, id(1))[0]).toMatch(/^entra-assign-role > .* > yes$/);
  });

  const permitted = (appRoleId: string, groupTypes: readonly string[] = []) => [
    ...groups,
    servicePrincipal(1),
    user(2),
    user(4),
    holds(id(4), "Contributor"),
    directoryGroup(3, { groupTypes }),
    member(3, 2),
    holds(id(3), "Contributor", inSubscription(), asGroup),
    graph("servicePrincipals/appRoleAssignments", {
      id: "p",
      principalId: id(1),
      principalType: "ServicePrincipal",
      appRoleId,
    }),
  ];

  test("an application resets passwords by a role, whatever permission it has", () => {
    expect(paths(permitted("741f803b-c850-494e-b5df-cde7c675a1ca"), id(1))).toEqual([]);
    expect(paths(permitted("cc117bb9-00cf-4eb8-b580-ea2a878fe8f7"), id(1))).toEqual([]);
    const userAdministrator = directoryRole(1, "fe930be7-5e62-47db-91af-98c3a49a38b1", {
      directoryScopeId: `/${id(4)}`,
    });
    expect(paths([...permitted("cc117bb9-00cf-4eb8-b580-ea2a878fe8f7"), userAdministrator], id(1))).toEqual([
      "entra-reset-password-as-user > unknown",
    ]);
  });

  test("permissions to write groups write the rules of dynamic ones, those to write members do not", () => {
    const rule = (appRoleId: string) => paths(permitted(appRoleId, ["DynamicMembership"]), id(1));
    expect(rule("62a82d76-70ea-41e2-9197-370581804d09")).toEqual(["entra-change-membership-rule > yes"]);
    expect(rule("19dbc75e-c2e2-444c-a770-ec69d8559fc7")).toEqual(["entra-change-membership-rule > yes"]);
    expect(rule("dbaae8cf-10b5-4b86-a4a1-f871c94c6695")).toEqual([]);
  });

  test("schedules of Privileged Identity Management assign roles and members as well", () => {
    expect(paths(permitted("dd199f4a-f148-40a4-a2ec-f0069cc799ec"), id(1))[0]).toMatch(
      /^entra-assign-role > .* > yes$/,
    );
    for (const permission of ["41202f2c-f7ab-45be-b001-85c9728b9d69", "2f6817f8-7b12-4f0f-bc18-eeaf60705a9e"]) {
      expect(paths(permitted(permission), id(1))).toEqual(["entra-join-group > yes"]);
    }
  });
});

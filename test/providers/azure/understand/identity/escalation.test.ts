import { describe, expect, test } from "vitest";
import {
  actions,
  ask,
  builtIn,
  decision,
  directoryGroup,
  directoryRole,
  estateOf,
  grantsOf,
  graph,
  groupWrite,
  holds,
  id,
  inGroup,
  inSubscription,
  managementGroup,
  member,
  network,
  paths,
  resource,
  role,
  securityGroup,
  servicePrincipal,
  sibling,
  tenant,
  user,
  type SmallRecord,
} from "./small-azure.ts";

const web = network("web", "networkSecurityGroups", "front");
const groups = [securityGroup("web", "front"), securityGroup("data", "back")];
const globalAdministrator = "62e90394-69f5-4237-9190-012177145e10";

const machine = (name: string, identity: number, group = "web"): SmallRecord =>
  resource(
    "Microsoft.Compute/virtualMachines",
    inGroup(group, `/providers/Microsoft.Compute/virtualMachines/${name}`),
    {},
    { identity: { type: "SystemAssigned", principalId: id(identity), tenantId: tenant } },
  );
const managedIdentity = (name: string, principal: number): SmallRecord =>
  resource(
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    inGroup("web", `/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`),
    {
      principalId: id(principal),
      clientId: id(principal + 5000),
    },
  );
/** A service principal that changes firewalls. */
const powerful = (number: number): readonly SmallRecord[] => [
  servicePrincipal(number, { servicePrincipalType: "ManagedIdentity", appOwnerOrganizationId: null }),
  holds(id(number), "Network Contributor", inSubscription(), { type: "ServicePrincipal" }),
];

describe("assigning roles", () => {
  test("whoever assigns roles assigns itself one", () => {
    const records = [...groups, holds(id(1), "User Access Administrator", inGroup("web"))];
    expect(paths(records, id(1))).toContain("authorization-write-role-assignment > yes");
    expect(decision(records, id(1), groupWrite, web)).toBe("yes");
    expect(decision(records, id(1), groupWrite, network("data", "networkSecurityGroups", "back"))).toBe("no");
    const grant = grantsOf(records, id(1)).find(({ path }) => path.length > 0);
    expect(grant).toMatchObject({ by: "escalation", path: [{ via: `Owner at ${inGroup("web")}`, verdict: "yes" }] });
    expect(grant?.removal.cli[0]).toContain("az role assignment delete --ids");
  });

  test("only roles that its condition names", () => {
    const delegation = (names: readonly string[]): string =>
      `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${names.map(builtIn).join(", ")}}))`;
    const held = (...names: readonly string[]): readonly SmallRecord[] => [
      ...groups,
      holds(id(1), "Role Based Access Control Administrator", inSubscription(), { condition: delegation(names) }),
    ];
    expect(decision(held("Network Contributor"), id(1))).toBe("yes");
    expect(decision(held("Virtual Machine Contributor"), id(1))).toBe("no");
    expect(decision(held("Virtual Machine Contributor"), id(1), "Microsoft.Network/networkInterfaces/write")).toBe(
      "yes",
    );
    expect(decision(held("Reader", "Storage Blob Data Contributor"), id(1))).toBe("no");
    // A role that assigns roles leads on to every right.
    expect(decision(held("User Access Administrator"), id(1))).toBe("yes");
  });

  test("only roles that its condition does not except", () => {
    const condition = (names: readonly string[]): string =>
      `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals {${names.map(builtIn).join(", ")}}))`;
    const held = (...names: readonly string[]) => [
      ...groups,
      holds(id(1), "User Access Administrator", inSubscription(), { condition: condition(names) }),
    ];
    expect(decision(held("Owner", "User Access Administrator", "Role Based Access Control Administrator"), id(1))).toBe(
      "yes",
    );
    const grant = grantsOf(
      held("Owner", "User Access Administrator", "Role Based Access Control Administrator"),
      id(1),
    ).find(({ path }) => path.length > 0);
    expect(grant?.path[0]?.via).toBe(`Contributor at ${inSubscription()}`);
  });

  test("only to kinds of principal that its condition names", () => {
    const condition =
      "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal'}))";
    const records = [
      ...groups,
      user(1),
      servicePrincipal(2),
      holds(id(1), "User Access Administrator", inSubscription(), { condition }),
      holds(id(2), "User Access Administrator", inSubscription(), { condition, type: "ServicePrincipal" }),
    ];
    expect([decision(records, id(1)), decision(records, id(2))]).toEqual(["no", "yes"]);
  });

  test("only to principals that its condition names: itself, or a group that it is in", () => {
    const condition = (to: string) =>
      `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:PrincipalId] ForAnyOfAnyValues:GuidEquals {${to}}))`;
    const held = (to: number) => [
      ...groups,
      user(1),
      directoryGroup(2),
      member(2, 1),
      directoryGroup(3),
      holds(id(1), "User Access Administrator", inSubscription(), { condition: condition(id(to)) }),
    ];
    expect([1, 2, 3].map((to) => decision(held(to), id(1)))).toEqual(["yes", "yes", "no"]);
  });

  test("a built-in role with a condition of its own assigns what that names", () => {
    const records = [...groups, holds(id(1), "Key Vault Data Access Administrator")];
    expect(decision(records, id(1))).toBe("no");
  });

  test("whoever is eligible to assign roles can once that is activated", () => {
    const kind = "roleEligibilityScheduleInstances" as const;
    const records = [...groups, holds(id(1), "User Access Administrator", inSubscription(), { kind })];
    const grant = grantsOf(records, id(1)).find(({ path }) => path.length > 0);
    expect(grant).toMatchObject({ decision: "only-if", condition: { controls: ["activation"] } });
  });
});

describe("custom roles", () => {
  const changer = role("role writer", actions("Microsoft.Authorization/roleDefinitions/write"));

  test("whoever holds a custom role and may change it adds what it wants", () => {
    const own = role("own", actions("Microsoft.Storage/storageAccounts/read"));
    const records = [...groups, changer, own, holds(id(1), "role writer"), holds(id(1), "own", inGroup("web"))];
    expect(paths(records, id(1))).toContain("authorization-write-role-definition > yes");
    expect(decision(records, id(1), groupWrite, web)).toBe("yes");
    const strangersRole = [
      ...groups,
      changer,
      own,
      holds(id(1), "role writer", inGroup("data")),
      holds(id(2), "own", inGroup("web")),
    ];
    expect(paths(strangersRole, id(1))).toEqual([]);
  });

  test("where a role can be assigned elsewhere too it is unknown whether it may be changed", () => {
    const own = role("own", actions("Microsoft.Storage/storageAccounts/read"), [
      inSubscription(),
      inSubscription("", sibling),
    ]);
    const records = [
      ...groups,
      changer,
      own,
      holds(id(1), "role writer", inGroup("data")),
      holds(id(1), "role writer"),
      holds(id(1), "own", inGroup("web")),
    ];
    const known = paths(
      [...groups, changer, own, holds(id(1), "role writer"), holds(id(1), "own", inGroup("web"))],
      id(1),
    );
    // The role that lets it change roles is a custom one with one scope, and it holds that one itself.
    expect(known).toContain("authorization-write-role-definition > yes");
    expect(paths(records, id(1)).length).toBeGreaterThan(0);
  });
});

describe("identities of workloads", () => {
  const carried = [...groups, machine("vm", 9), ...powerful(9)];

  test("running a command on a machine is acting as its identity", () => {
    const records = [
      ...carried,
      role("runner", actions("Microsoft.Compute/virtualMachines/runCommand/action")),
      holds(id(1), "runner", inGroup("web")),
    ];
    expect(paths(records, id(1))).toEqual(["vm-run-command > unknown"]);
    expect(grantsOf(records, id(1))[0]).toMatchObject({ atMost: "yes", missing: ["whether the machine is running"] });
    expect(grantsOf(records, id(1))[0]?.path[0]?.via).toBe(id(9));
    expect(
      paths(
        [
          ...carried,
          role("runner", actions("Microsoft.Compute/virtualMachines/runCommand/action")),
          holds(id(1), "runner", inGroup("data")),
        ],
        id(1),
      ),
    ).toEqual([]);
  });

  test("whoever signs in to a machine is given tokens of its identity, as its administrator or not", () => {
    for (const action of ["loginAsAdmin", "login"]) {
      const dataActions = [`Microsoft.Compute/virtualMachines/${action}/action`];
      expect(paths([...carried, role("login", { dataActions }), holds(id(1), "login", inGroup("web"))], id(1))).toEqual(
        ["vm-login > unknown"],
      );
    }
  });

  test("whoever may start the machine besides acts as it for certain", () => {
    const records = [...carried, holds(id(1), "Virtual Machine Contributor", inGroup("web"))];
    expect(decision(records, id(1))).toBe("yes");
    expect(paths(records, id(1))).toContain("vm-start-and-run-command > yes");
  });

  test("workloads tell which identity they carry", () => {
    expect(estateOf(carried).workloads).toEqual([
      {
        workload: expect.objectContaining({ type: "azure:compute:virtual-machine", name: "vm" }),
        principal: id(9),
        how: "its system-assigned identity",
      },
    ]);
  });

  test("giving a managed identity to a workload of one's own takes both rights", () => {
    const base = [...groups, managedIdentity("deployer", 9), ...powerful(9)];
    const operator = holds(id(1), "Managed Identity Operator", inGroup("web"));
    const containers = role("containers", actions("Microsoft.ContainerInstance/containerGroups/write"));
    expect(paths([...base, operator], id(1))).toEqual([]);
    expect(paths([...base, operator, containers, holds(id(1), "containers", inGroup("data"))], id(1))).toEqual([
      "assign-identity-container > yes",
    ]);
  });

  test("a federated credential lets one's own token in", () => {
    const base = [...groups, managedIdentity("deployer", 9), ...powerful(9)];
    const right = role(
      "trusts",
      actions("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write"),
    );
    expect(paths([...base, right, holds(id(1), "trusts", inGroup("web"))], id(1))).toEqual([
      "managed-identity-federated-credential > yes",
    ]);
  });

  test("whom an identity provider vouches for acts as the identity", () => {
    const credential = resource(
      "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
      inGroup(
        "web",
        "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/deployer/federatedIdentityCredentials/github",
      ),
      { issuer: "https://token.actions.githubusercontent.com", subject: "repo:example/shop:ref:refs/heads/main" },
    );
    const { grants } = ask([...groups, managedIdentity("deployer", 9), ...powerful(9), credential]);
    const federated = grants.find(({ principal }) => principal.kind === "federated");
    expect(federated).toMatchObject({
      decision: "yes",
      principal: {
        id: "https://token.actions.githubusercontent.com repo:example/shop:ref:refs/heads/main",
        home: "own",
      },
      path: [{ method: "federated-credential", via: id(9) }],
    });
    expect(federated?.removal.cli[0]).toContain("az resource delete");
  });

  test("an app, a runbook and a workflow", () => {
    const app = (type: string, name: string): SmallRecord =>
      resource(type, inGroup("web", `/providers/${type}/${name}`), {}, { identity: { principalId: id(9) } });
    for (const [type, action, method] of [
      ["Microsoft.Web/sites", ["Microsoft.Web/sites/extensions/write"], "app-service-deploy > yes"],
      [
        "Microsoft.Automation/automationAccounts",
        [
          "Microsoft.Automation/automationAccounts/runbooks/write",
          "Microsoft.Automation/automationAccounts/jobs/write",
        ],
        "automation-runbook > yes",
      ],
      ["Microsoft.Logic/workflows", ["Microsoft.Logic/workflows/write"], "logic-app-write > yes"],
      [
        "Microsoft.ContainerInstance/containerGroups",
        ["Microsoft.ContainerInstance/containerGroups/containers/exec/action"],
        "container-exec > yes",
      ],
    ] as const) {
      const records = [
        ...groups,
        app(type, "one"),
        ...powerful(9),
        role("r", actions(...action)),
        holds(id(1), "r", inGroup("web")),
      ];
      expect(paths(records, id(1))).toEqual([method]);
    }
  });
});

describe("the directory", () => {
  test("a Global Administrator elevates its access", () => {
    const records = [...groups, user(1), directoryRole(1, globalAdministrator)];
    // What guards firewalls it changes as soon as it has elevated its access.
    expect(paths(records, id(1))).toEqual([
      "authorization-elevate-access > authorization-write-role-assignment > yes",
      "authorization-elevate-access > yes",
    ]);
  });

  test("an eligible Global Administrator can once that is activated", () => {
    const eligible = graph("roleManagement/directory/roleEligibilityScheduleInstances", {
      id: "e",
      principalId: id(1),
      roleDefinitionId: globalAdministrator,
      directoryScopeId: "/",
    });
    const [grant] = grantsOf([...groups, user(1), eligible], id(1));
    expect(grant).toMatchObject({ decision: "only-if", condition: { controls: ["activation"] } });
  });

  test("an Owner of a subscription does not elevate its access", () => {
    const records = [...groups, securityGroup("web", "far", sibling), holds(id(1), "Owner")];
    expect(decision(records, id(1), groupWrite, network("web", "networkSecurityGroups", "far", sibling))).toBe("no");
  });

  test("a Privileged Role Administrator makes itself Global Administrator", () => {
    const records = [...groups, user(1), directoryRole(1, "e8611ab8-c189-46e8-94e1-60213ab1f814")];
    expect(paths(records, id(1))[0]).toBe(
      "entra-assign-role > authorization-elevate-access > authorization-write-role-assignment > yes",
    );
  });

  test("an Application Administrator acts as any application", () => {
    const app = graph("applications", { id: id(100), appId: servicePrincipal(9).data["appId"] ?? "" });
    const base = [
      ...groups,
      user(1),
      servicePrincipal(9),
      holds(id(9), "Contributor", inSubscription(), { type: "ServicePrincipal" }),
      app,
    ];
    expect(paths([...base, directoryRole(1, "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3")], id(1))[0]).toMatch(
      /^entra-add-(?:application|service-principal)-credential > yes$/,
    );
    // Of one application alone, where the role is held over that one.
    const scoped = { directoryScopeId: `/${id(100)}` };
    expect(paths([...base, directoryRole(1, "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", scoped)], id(1))).toEqual([
      "entra-add-application-credential > yes",
    ]);
    const other = { directoryScopeId: `/${id(101)}` };
    expect(paths([...base, directoryRole(1, "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", other)], id(1))).toEqual([]);
  });

  test("owners act as what they own", () => {
    const app = graph("applications", { id: id(100), appId: servicePrincipal(9).data["appId"] ?? "" });
    const base = [
      ...groups,
      user(1),
      servicePrincipal(9),
      holds(id(9), "Contributor", inSubscription(), { type: "ServicePrincipal" }),
      app,
    ];
    const owner = (of: string, parent: number) =>
      graph(`${of}/owners`, { "@odata.type": "#microsoft.graph.user", id: id(1) }, id(parent));
    expect(paths([...base, owner("applications", 100)], id(1))).toEqual(["entra-add-application-credential > yes"]);
    expect(paths([...base, owner("servicePrincipals", 9)], id(1))).toEqual([
      "entra-add-service-principal-credential > unknown",
    ]);
    const team = [
      ...groups,
      user(1),
      user(2),
      directoryGroup(3),
      member(3, 2),
      holds(id(3), "Contributor", inSubscription(), { type: "Group" }),
    ];
    expect(paths([...team, owner("groups", 3)], id(1))).toEqual(["entra-join-group > yes"]);
    expect(
      paths(
        [
          ...groups,
          user(1),
          directoryGroup(3, { groupTypes: ["DynamicMembership"] }),
          member(3, 2),
          holds(id(3), "Contributor", inSubscription(), { type: "Group" }),
          owner("groups", 3),
        ],
        id(1),
      ),
    ).toEqual(["entra-change-membership-rule > yes"]);
  });

  test("role-assignable groups are kept from those who manage other groups", () => {
    const groupsAdministrator = "fdd7a751-b60b-444a-984c-02652fe8fa1c";
    const team = (isAssignableToRole: boolean) => [
      ...groups,
      user(1),
      user(2),
      directoryGroup(3, { isAssignableToRole }),
      member(3, 2),
      holds(id(3), "Contributor", inSubscription(), { type: "Group" }),
      directoryRole(1, groupsAdministrator),
    ];
    expect(paths(team(false), id(1))).toEqual(["entra-join-group > yes"]);
    expect(paths(team(true), id(1))).toEqual([]);
  });

  test("who resets whose password", () => {
    const helpdesk = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
    const base = [...groups, user(1), user(2), holds(id(2), "Contributor"), directoryRole(1, helpdesk)];
    expect(paths(base, id(1))).toEqual(["entra-reset-password-as-helpdesk > unknown"]);
    expect(paths([...base, directoryRole(2, "f2ef992c-3afb-46b9-b7cf-a126ee74c451")], id(1))).toEqual([]);
    expect(paths([...base, directoryRole(2, "88d8e3e3-8f55-4a1e-953a-9b9898b8876b")], id(1))).toEqual([
      "entra-reset-password-as-helpdesk > unknown",
    ]);
    const guarded = [...base, directoryGroup(3, { isAssignableToRole: true }), member(3, 2)];
    expect(paths(guarded, id(1))).toEqual([]);
  });

  test("a permission of Microsoft Graph leads as far as a role", () => {
    const permission = (appRoleId: string) =>
      graph("servicePrincipals/appRoleAssignments", {
        id: "p",
        principalId: id(1),
        principalType: "ServicePrincipal",
        appRoleId,
      });
    const base = [...groups, servicePrincipal(1)];
    expect(paths([...base, permission("9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8")], id(1))[0]).toBe(
      "entra-assign-role > authorization-elevate-access > authorization-write-role-assignment > yes",
    );
    expect(paths([...base, permission("06b708a9-e830-4db3-a914-8e69da51d44f")], id(1))[0]).toMatch(
      /^entra-grant-permission > /,
    );
    expect(paths([...base, permission("df021288-bdef-4463-88db-98f22de89214")], id(1))).toEqual([]);
  });
});

describe("what stands above subscriptions", () => {
  test("moving a subscription takes the right to assign roles in it, and guards are changed", () => {
    const mover = role("mover", actions("Microsoft.Management/managementGroups/subscriptions/write"));
    const records = [...groups, mover, holds(id(1), "mover", managementGroup(tenant))];
    expect(decision(records, id(1), "Microsoft.Management/managementGroups/subscriptions/write")).toBe("yes");
    expect(decision(records, id(1))).toBe("no");
  });
});

test("removal breaks the path at its first step", () => {
  const owner = graph("groups/owners", { "@odata.type": "#microsoft.graph.user", id: id(1) }, id(3));
  const team = [
    ...groups,
    user(1),
    user(2),
    directoryGroup(3),
    member(3, 2),
    holds(id(3), "Contributor", inSubscription(), { type: "Group" }),
  ];
  const [grant] = grantsOf([...team, owner], id(1));
  expect(grant?.path[0]).toMatchObject({ via: `Group 3 (${id(3)})`, statement: { layer: "ownership" } });
  expect(grant?.removal.cli).toEqual([`az ad group owner remove --group ${id(3)} --owner-object-id ${id(1)}`]);
  const [own] = grantsOf(team, id(2));
  expect(own?.removal.cli).toEqual([`az ad group member remove --group ${id(3)} --member-id ${id(2)}`]);
});

test("to assign roles of applications is not to grant permissions of Microsoft Graph", () => {
  const named = (name: string, ...allowedResourceActions: readonly string[]): SmallRecord =>
    graph("roleManagement/directory/roleDefinitions", {
      id: name,
      templateId: name,
      displayName: name,
      isEnabled: true,
      rolePermissions: [{ allowedResourceActions, condition: null }],
    });
  const held = (action: string) => [
    ...groups,
    user(1),
    named("held", `microsoft.directory/servicePrincipals/${action}`),
    directoryRole(1, "held"),
  ];
  expect(paths(held("appRoleAssignedTo/update"), id(1))).toEqual([]);
  expect(paths(held("managePermissionGrantsForAll.microsoft-application-admin"), id(1))).toEqual([]);
  expect(paths(held("managePermissionGrantsForAll.microsoft-company-admin"), id(1))[0]).toMatch(
    /^entra-grant-permission > /,
  );
});

test("whoever changes the rule of a group is a member of it", () => {
  const team = [
    ...groups,
    user(1),
    directoryGroup(3, { groupTypes: ["DynamicMembership"] }),
    member(3, 2),
    holds(id(3), "Contributor", inSubscription(), { type: "Group" }),
  ];
  const groupsAdministrator = directoryRole(1, "fdd7a751-b60b-444a-984c-02652fe8fa1c");
  expect(paths([...team, groupsAdministrator], id(1))).toContain("entra-change-membership-rule > yes");
});

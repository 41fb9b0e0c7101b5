import { describe, expect, test } from "vitest";
import {
  above,
  actions,
  ask,
  builtInRoles,
  decision,
  denies,
  directoryGroup,
  ended,
  everyone,
  grantsOf,
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
  servicePrincipal,
  sibling,
  subscription,
  tenant,
  user,
  type SmallRecord,
} from "./small-azure.ts";

const web = network("web", "networkSecurityGroups", "front");
const data = network("data", "networkSecurityGroups", "back");
const groups = [securityGroup("web", "front"), securityGroup("data", "back")];
const writer = role("nsg writer", actions(groupWrite));

describe("how Azure decides, statement by statement", () => {
  test("the token holds the user's groups, those in which the groups are too", () => {
    const nested = [
      ...groups,
      directoryGroup(1),
      directoryGroup(2),
      member(1, 2, "group"),
      member(2, 3),
      user(3),
      user(4),
      holds(id(1), "Network Contributor", inSubscription(), { type: "Group" }),
    ];
    expect(decision(nested, id(3))).toBe("yes");
    expect(decision(nested, id(4))).toBe("no");
    const [grant] = grantsOf(nested, id(3));
    expect(grant?.statements[0]?.attachedTo).toBe(`Group 1 (${id(1)})`);
    // A group whose members are known is nobody by itself.
    expect(decision(nested, id(1))).toBe("no");
  });

  test("where the directory was not read the group is the principal", () => {
    const records = [...groups, holds(id(1), "Network Contributor", inSubscription(), { type: "Group" })];
    const { grants } = ask(records);
    expect(new Set(grants.map(({ principal }) => `${principal.id} ${principal.kind}`))).toEqual(
      new Set([`${id(1)} group`]),
    );
  });

  test("where one group's members could not be read that group is the principal", () => {
    const records = [
      ...groups,
      directoryGroup(1),
      directoryGroup(2),
      member(2, 3),
      user(3),
      holds(id(1), "Contributor", inSubscription(), { type: "Group" }),
      holds(id(2), "Contributor", inSubscription(), { type: "Group" }),
    ];
    const gap = {
      ...ended("microsoft.graph/groups/members", "denied", tenant),
      gaps: [{ request: { parent: id(1) }, status: "denied" as const, error: "no" }],
    };
    const { grants } = ask(records, {}, { coverage: [gap] });
    expect(new Set(grants.map(({ principal }) => principal.id))).toEqual(new Set([id(1), id(3)]));
  });

  test("a deny assignment at the scope or above it goes before every role", () => {
    const records = [...groups, holds(id(1), "Contributor"), denies([groupWrite], inGroup("web"), [id(1)])];
    expect(decision(records, id(1), groupWrite, web)).toBe("no");
    expect(decision(records, id(1), groupWrite, data)).toBe("yes");
    const { blocked } = ask(records, { action: groupWrite, resource: web });
    expect(blocked[0]?.says).toContain("deny assignment");
  });

  test("whoever assigns roles and is denied by name may do it as somebody else", () => {
    const records = [...groups, holds(id(1), "Owner"), denies([groupWrite], inGroup("web"), [id(1)])];
    expect(decision(records, id(1), groupWrite, web)).toBe("unknown");
  });

  test("each role allows its Actions less its NotActions", () => {
    const records = [
      ...groups,
      role("most", { actions: ["Microsoft.Network/*"], notActions: [groupWrite] }),
      holds(id(1), "most"),
    ];
    expect(decision(records, id(1), groupWrite)).toBe("no");
    expect(decision(records, id(1), groupDelete)).toBe("yes");
  });

  test("NotActions is no deny: another role grants what it leaves out", () => {
    const records = [
      ...groups,
      role("most", { actions: ["Microsoft.Network/*"], notActions: [groupWrite] }),
      writer,
      holds(id(1), "most"),
      holds(id(1), "nsg writer", inGroup("web")),
    ];
    expect(decision(records, id(1), groupWrite, web)).toBe("yes");
    expect(decision(records, id(1), groupWrite, data)).toBe("no");
  });

  test("each permission of a role leaves out for itself alone", () => {
    const records = [
      ...groups,
      role("two", [{ actions: ["Microsoft.Network/*"], notActions: [groupWrite] }, actions(groupWrite)]),
      holds(id(1), "two"),
    ];
    expect(decision(records, id(1), groupWrite)).toBe("yes");
  });

  test("what is assigned is inherited from management group to subscription to resource group to resource", () => {
    const tree = [above(subscription, "landing", "corp"), above(sibling, "other")];
    const held = (scope: string): readonly SmallRecord[] => [
      ...groups,
      securityGroup("web", "far", sibling),
      ...tree,
      holds(id(1), "Network Contributor", scope),
    ];
    const far = network("web", "networkSecurityGroups", "far", sibling);
    for (const [scope, here, there] of [
      [managementGroup(tenant), "yes", "yes"],
      [managementGroup("corp"), "yes", "no"],
      [managementGroup("landing"), "yes", "no"],
      [inSubscription(), "yes", "no"],
      [inGroup("web"), "yes", "no"],
      [web, "yes", "no"],
      ["/", "yes", "yes"],
      [inGroup("data"), "no", "no"],
      [network("web", "networkInterfaces", "nic"), "no", "no"],
    ] as const) {
      expect([
        scope,
        decision(held(scope), id(1), groupWrite, web),
        decision(held(scope), id(1), groupWrite, far),
      ]).toEqual([scope, here, there]);
    }
  });

  test("where nobody read which group lies in which, a management group is what lists it", () => {
    const scope = managementGroup("corp");
    const records = [...groups, securityGroup("web", "far", sibling), holds(id(1), "Network Contributor", scope)];
    expect(decision(records, id(1), groupWrite, web)).toBe("yes");
    expect(decision(records, id(1), groupWrite, network("web", "networkSecurityGroups", "far", sibling))).toBe("no");
  });

  test("a role on one group of rules reaches its rules and nothing else", () => {
    const [grant] = ask([...groups, holds(id(1), "Network Contributor", web)], { action: ruleWrite }).grants;
    expect(grant?.scopes).toEqual([
      { actions: [ruleWrite], resources: [expect.objectContaining({ id: web })], beyond: "none" },
    ]);
    const [on] = ask([...groups, holds(id(1), "Network Contributor", web)], { action: groupWrite }).grants;
    expect(on?.scopes[0]?.beyond).toBe("none");
    const [wide] = ask([...groups, holds(id(1), "Network Contributor", inGroup("web"))], { action: groupWrite }).grants;
    expect(wide?.scopes[0]).toMatchObject({ beyond: "matching", resources: [{ id: web }] });
  });

  test("ids and actions are compared without regard to case", () => {
    const records = [
      ...groups,
      role("SHOUT", actions("MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/WRITE")),
      holds(id(1).toUpperCase(), "shout", inGroup("WEB").toUpperCase()),
    ];
    expect(decision(records, id(1), groupWrite, web)).toBe("yes");
  });

  test("* spans slashes", () => {
    const records = [...groups, role("any", actions("Microsoft.Network/*/write")), holds(id(1), "any")];
    expect(decision(records, id(1), ruleWrite)).toBe("yes");
    expect(decision(records, id(1), groupDelete)).toBe("no");
  });

  test("data actions are apart: they allow no action of management, nor the other way round", () => {
    const login = "data:Microsoft.Compute/virtualMachines/loginAsAdmin/action";
    const records = [
      ...groups,
      role("data", { dataActions: ["*"] }),
      role("control", { actions: ["*"] }),
      holds(id(1), "data"),
      holds(id(2), "control"),
    ];
    expect(decision(records, id(1), groupWrite)).toBe("no");
    expect(decision(records, id(2), login)).toBe("no");
    expect(decision(records, id(1), login)).toBe("yes");
  });

  test("conditions are asked last", () => {
    const condition =
      "((!(ActionMatches{'Microsoft.Network/networkSecurityGroups/write'})) OR (@Resource[Microsoft.Network/networkSecurityGroups:name] StringEquals 'front'))";
    const records = [...groups, holds(id(1), "Network Contributor", inSubscription(), { condition })];
    expect(decision(records, id(1), groupDelete)).toBe("yes");
    const [grant] = ask(records, { action: groupWrite }).grants;
    expect(grant).toMatchObject({ decision: "only-if", condition: { controls: ["resource"] } });
    expect(grant?.condition?.text).toContain("front");
  });

  test("a role itself may have a condition", () => {
    const records = [
      ...groups,
      role("limited", { actions: [groupWrite], condition: "@Environment[isPrivateLink] BoolEquals true" }),
      holds(id(1), "limited"),
    ];
    expect(decision(records, id(1))).toBe("only-if");
  });

  test("a condition that cannot be read is told in its own words", () => {
    const records = [
      ...groups,
      holds(id(1), "Network Contributor", inSubscription(), { condition: "the moon is full" }),
    ];
    const [grant] = ask(records, { action: groupWrite }).grants;
    expect(grant?.decision).toBe("only-if");
    expect(grant?.condition?.text).toBe("if its condition holds: the moon is full");
  });
});

describe("deny assignments", () => {
  const owners = [...groups, holds(id(1), "Owner"), holds(id(2), "Owner"), user(1), user(2)];

  test("the all-zero GUID is everyone", () => {
    const records = [...owners, denies(["*"], inSubscription(), [everyone])];
    expect([decision(records, id(1)), decision(records, id(2))]).toEqual(["no", "no"]);
  });

  test("excludePrincipals are spared", () => {
    const excludePrincipals = [{ id: id(2), type: "User" }];
    const records = [...owners, denies(["*"], inSubscription(), [everyone], { excludePrincipals })];
    expect([decision(records, id(1)), decision(records, id(2))]).toEqual(["no", "yes"]);
  });

  test("doNotApplyToChildScopes leaves what lies beneath alone", () => {
    const only = { doNotApplyToChildScopes: true };
    const below = [...owners, denies(["*"], inGroup("web"), [everyone], only)];
    expect(decision(below, id(1), groupWrite, web)).toBe("yes");
    const itself = [...owners, denies(["*"], web, [everyone], only)];
    expect(decision(itself, id(1), groupWrite, web)).toBe("no");
  });

  test("NotActions of a deny assignment are not denied", () => {
    const permissions = [{ actions: ["*"], notActions: [groupWrite] }];
    const records = [...owners, denies([], inSubscription(), [everyone], { permissions })];
    expect([decision(records, id(1), groupWrite), decision(records, id(1), groupDelete)]).toEqual(["yes", "no"]);
  });

  test("members of a denied group are denied; where its members are not known that is unknown", () => {
    const denied = [...owners, denies(["*"], inSubscription(), [id(9)])];
    const known = [...denied, directoryGroup(9), member(9, 1)];
    expect([decision(known, id(1)), decision(known, id(2))]).toEqual(["no", "yes"]);
    const unread = { coverage: [ended("microsoft.graph/groups/members", "denied", tenant)] };
    const [grant] = ask(denied, { action: groupWrite }, unread).grants;
    expect(grant).toMatchObject({ decision: "unknown", atMost: "yes" });
    expect(grant?.missing[0]).toContain(`whether ${id(1)} is a member of ${id(9)}`);
  });

  test("where deny assignments were not read every role may be denied", () => {
    const unread = { coverage: [ended("Microsoft.Authorization/denyAssignments/read")] };
    const [grant] = ask(owners, { action: groupWrite }, unread).grants;
    expect(grant).toMatchObject({ decision: "unknown", atMost: "yes" });
  });

  test("what is denied to members of a group goes before what the group holds", () => {
    const records = [
      ...groups,
      user(1),
      directoryGroup(2),
      member(2, 1),
      holds(id(2), "Owner", inSubscription(), { type: "Group" }),
      denies(["*"], inSubscription(), [id(1)]),
    ];
    expect(decision(records, id(1))).toBe("no");
  });
});

describe("Privileged Identity Management", () => {
  test("who is eligible can once the role is activated", () => {
    const kind = "roleEligibilityScheduleInstances" as const;
    const records = [...groups, holds(id(1), "Network Contributor", inSubscription(), { kind })];
    const [grant] = ask(records, { action: groupWrite }).grants;
    expect(grant).toMatchObject({ decision: "only-if", by: "direct", condition: { controls: ["activation"] } });
    expect(grant?.condition?.text).toBe("if it activates its eligible role Network Contributor");
  });

  test("who is eligible and holds the role besides needs no activation", () => {
    const kind = "roleEligibilityScheduleInstances" as const;
    const records = [
      ...groups,
      holds(id(1), "Network Contributor", inSubscription(), { kind }),
      holds(id(1), "Network Contributor"),
    ];
    expect(decision(records, id(1))).toBe("yes");
  });

  test("an eligibility that has ended is none", () => {
    const kind = "roleEligibilityScheduleInstances" as const;
    const ended_ = (endDateTime: string) => [
      ...groups,
      holds(id(1), "Owner", inSubscription(), { kind, more: { endDateTime } }),
    ];
    expect(decision(ended_("2026-05-01T00:00:00Z"), id(1))).toBe("no");
    expect(decision(ended_("2027-05-01T00:00:00Z"), id(1))).toBe("only-if");
  });

  test("a role that was activated holds until it ends", () => {
    const assigned = holds(id(1), "Network Contributor");
    const instance: SmallRecord = {
      operation: "Microsoft.Authorization/roleAssignmentScheduleInstances/read",
      data: {
        id: inSubscription("/providers/Microsoft.Authorization/roleAssignmentScheduleInstances/i"),
        properties: {
          assignmentType: "Activated",
          originRoleAssignmentId: assigned.data["id"] ?? null,
          endDateTime: "2026-06-01T08:00:00Z",
        },
      },
    };
    const [grant] = ask([...groups, assigned, instance], { action: groupWrite }).grants;
    expect(grant).toMatchObject({ decision: "only-if", condition: { controls: ["time"] } });
  });
});

describe("locks", () => {
  const contributor = [...groups, holds(id(1), "Network Contributor")];

  test("ReadOnly stops writing and deleting", () => {
    const records = [...contributor, lock("ReadOnly", inGroup("web"))];
    expect([decision(records, id(1), groupWrite, web), decision(records, id(1), groupDelete, web)]).toEqual([
      "no",
      "no",
    ]);
    expect(decision(records, id(1), groupWrite, data)).toBe("yes");
    expect(ask(records, { action: groupWrite, resource: web }).blocked[0]?.says).toContain("lock");
  });

  test("CanNotDelete stops deleting alone", () => {
    const records = [...contributor, lock("CanNotDelete", web)];
    expect([decision(records, id(1), groupWrite, web), decision(records, id(1), groupDelete, web)]).toEqual([
      "yes",
      "no",
    ]);
  });

  test("whoever may delete the lock can once that is done", () => {
    const records = [...groups, holds(id(1), "Owner"), lock("ReadOnly", inGroup("web"))];
    const [grant] = ask(records, { action: groupWrite, resource: web }).grants;
    expect(grant).toMatchObject({ decision: "only-if", condition: { controls: ["caller"] } });
    expect(grant?.condition?.text).toBe("if it deletes the lock on it first");
    expect(decision(records, id(1), "Microsoft.Authorization/locks/delete")).toBe("yes");
  });

  test("whether somebody may delete the lock of an application is unknown", () => {
    const owned = lock("ReadOnly", inGroup("web"));
    const properties = { level: "ReadOnly", owners: [{ applicationId: id(9) }] };
    const locked = { ...owned, data: { ...owned.data, properties } };
    expect(decision([...groups, holds(id(1), "Owner"), locked], id(1), groupWrite, web)).toBe("unknown");
    expect(decision([...contributor, locked], id(1), groupWrite, web)).toBe("no");
  });

  test("a lock that another scope's administrator could delete still stops", () => {
    const records = [
      ...groups,
      holds(id(1), "Network Contributor"),
      holds(id(1), "User Access Administrator", inGroup("data")),
      lock("ReadOnly", inGroup("web")),
    ];
    expect(decision(records, id(1), groupWrite, web)).toBe("no");
  });

  test("a deny assignment keeps a lock from being deleted", () => {
    const records = [
      ...groups,
      holds(id(1), "Owner"),
      lock("ReadOnly", inGroup("web")),
      denies(["Microsoft.Authorization/locks/*"], inGroup("web")),
    ];
    expect(decision(records, id(1), groupWrite, web)).toBe("no");
  });

  test("where locks were not read every change may be stopped", () => {
    const unread = { coverage: [ended("Microsoft.Authorization/locks/read")] };
    const [grant] = ask(contributor, { action: groupWrite }, unread).grants;
    expect(grant).toMatchObject({ decision: "unknown", atMost: "yes" });
  });
});

describe("who comes from elsewhere", () => {
  test("a Lighthouse delegation lets in principals of another tenant", () => {
    const delegation: SmallRecord = {
      operation: "Microsoft.ManagedServices/registrationAssignments/read",
      data: {
        id: inSubscription("/providers/Microsoft.ManagedServices/registrationAssignments/d"),
        properties: {
          registrationDefinition: {
            properties: {
              managedByTenantId: "99999999-9999-4999-8999-999999999999",
              authorizations: [
                {
                  principalId: id(5),
                  principalIdDisplayName: "Partner operators",
                  roleDefinitionId: builtInRoles.find(({ roleName }) => roleName === "Contributor")?.name ?? "",
                },
              ],
              eligibleAuthorizations: [
                {
                  principalId: id(6),
                  roleDefinitionId: builtInRoles.find(({ roleName }) => roleName === "Contributor")?.name ?? "",
                },
              ],
            },
          },
        },
      },
    };
    const { grants } = ask([...groups, delegation], { action: groupWrite });
    expect(grants.map(({ principal, decision: is, by }) => [principal.id, principal.home, is, by])).toEqual([
      [id(5), "outside", "yes", "outside"],
      [id(6), "outside", "only-if", "outside"],
    ]);
    expect(grants[0]?.removal.cli[0]).toContain("az managedservices assignment delete");
  });

  test("a guest, and an application of another tenant, are from outside", () => {
    const records = [
      ...groups,
      user(1, { userType: "Guest" }),
      servicePrincipal(2, { appOwnerOrganizationId: "99999999-9999-4999-8999-999999999999" }),
      servicePrincipal(3),
      holds(id(1), "Contributor"),
      holds(id(2), "Contributor", inSubscription(), { type: "ServicePrincipal" }),
      holds(id(3), "Contributor", inSubscription(), { type: "ServicePrincipal" }),
    ];
    const homes = new Map(
      ask(records, { action: groupWrite }).grants.map(({ principal }) => [principal.id, principal.home]),
    );
    expect(homes).toEqual(
      new Map([
        [id(1), "outside"],
        [id(2), "outside"],
        [id(3), "own"],
      ]),
    );
  });

  test("whether a classic administrator is still honoured is unknown", () => {
    const classic: SmallRecord = {
      operation: "Microsoft.Authorization/classicAdministrators/read",
      data: {
        id: inSubscription("/providers/Microsoft.Authorization/classicAdministrators/c"),
        properties: { emailAddress: "u1@example.com", role: "CoAdministrator" },
      },
    };
    const [grant] = ask([...groups, user(1), classic], { action: groupWrite }).grants;
    expect(grant).toMatchObject({ principal: { id: id(1) }, decision: "unknown", atMost: "yes" });
  });
});

describe("what counts as a change", () => {
  const nic = network("web", "networkInterfaces", "nic");

  test("joining counts for who can write what joins", () => {
    const join = "Microsoft.Network/applicationSecurityGroups/joinIpConfiguration/action";
    const joiner = role("joiner", actions(join));
    expect(decision([joiner, holds(id(1), "joiner")], id(1), join)).toBe("no");
    const both = [
      joiner,
      role("nics", actions("Microsoft.Network/networkInterfaces/write")),
      holds(id(1), "joiner"),
      holds(id(1), "nics", nic),
    ];
    expect(decision(both, id(1), join)).toBe("yes");
  });

  test("Virtual Machine Contributor writes interfaces and no groups of rules", () => {
    const records = [...groups, holds(id(1), "Virtual Machine Contributor")];
    expect(decision(records, id(1), "Microsoft.Network/networkInterfaces/write")).toBe("yes");
    expect(decision(records, id(1), groupWrite)).toBe("no");
  });

  test("Contributor deletes no locks and assigns no roles", () => {
    const records = [...groups, holds(id(1), "Contributor")];
    expect(decision(records, id(1), "Microsoft.Authorization/locks/delete")).toBe("no");
    expect(decision(records, id(1), "Microsoft.Authorization/roleAssignments/write")).toBe("no");
  });

  test("a role that was not read may allow anything", () => {
    const [grant] = ask([...groups, holds(id(1), "nobody-read-this")], { action: groupWrite }).grants;
    expect(grant).toMatchObject({ decision: "unknown", atMost: "yes" });
    expect(grant?.missing[0]).toContain("what the role");
  });

  test("broad roles are told as such", () => {
    const broad = (name: string) => grantsOf([...groups, holds(id(1), name)], id(1))[0]?.breadth?.pattern ?? null;
    expect(["Owner", "Contributor", "Network Contributor"].map(broad)).toEqual(["Owner", "Contributor", null]);
  });

  test("removal names the assignment", () => {
    const [grant] = grantsOf([...groups, holds(id(1), "Network Contributor")], id(1));
    expect(grant?.removal.cli).toEqual([`az role assignment delete --ids ${grant?.statements[0]?.policy ?? ""}`]);
  });
});

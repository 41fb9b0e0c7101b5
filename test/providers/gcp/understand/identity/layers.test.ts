import { describe, expect, it } from "vitest";
import {
  folder,
  gcpSnapshot,
  organization,
  project,
  understand,
  type GcpItem,
} from "../../../../support/gcp-snapshot.ts";
import { gcpProvider } from "../../../../../src/providers/gcp/provider.ts";
import {
  about,
  ada,
  asked,
  boundary,
  create,
  customRole,
  denyPolicy,
  estateOf,
  groupMember,
  identitiesOf,
  policy,
  predefinedRole,
  say,
  serviceAccount,
  update,
  type Binding,
} from "./small-identity.ts";

const admin = "roles/compute.securityAdmin";
const everyone = "principalSet://goog/public:all";
const subject = "principal://goog/subject/ada@example.com";

const told = (items: readonly GcpItem[], id = ada, action: string | null = update): string =>
  say(asked(items, about(action)), id);
const bound = (...bindings: readonly Binding[]): GcpItem => policy(project, ...bindings);

describe("allow policies are inherited: organization, folder, project", () => {
  it.each([organization, folder, project])("%s", (account) => {
    expect(told([policy(account, [admin, ada])])).toBe("yes");
  });

  it("what another project grants is worth nothing here", () => {
    const { grants } = asked([policy("other", [admin, ada]), policy(project, ["roles/viewer", ada])]);
    expect(grants.flatMap(({ scopes }) => scopes.flatMap(({ resources }) => resources.map(({ id }) => id)))).toEqual([
      "projects/other",
    ]);
  });

  it("one binding on a folder reaches each of its projects", () => {
    const { grants } = asked([policy(folder, [admin, ada])]);
    expect(grants.flatMap(({ scopes }) => scopes.flatMap(({ resources }) => resources.map(({ id }) => id)))).toEqual([
      "projects/other",
      "projects/shop",
    ]);
  });
});

describe("what a permission takes besides", () => {
  it("compute.firewalls.create takes compute.networks.updatePolicy on the network", () => {
    const answer = asked([bound(["roles/creator", ada])], about(create));
    expect(say(answer, ada)).toBe("no");
    expect(answer.blocked.map(({ says }) => says)).toEqual([
      "not allowed by any role with compute.networks.updatePolicy on the network, which it takes besides",
    ]);
  });

  it("another role, inherited, may give it", () => {
    expect(
      told([bound(["roles/creator", ada]), policy(folder, ["roles/compute.networkAdmin", ada])], ada, create),
    ).toBe("yes");
  });

  it("on another project it is of no use", () => {
    expect(
      told([bound(["roles/creator", ada]), policy("other", ["roles/compute.networkAdmin", ada])], ada, create),
    ).toBe("no");
  });

  it("denied, it takes the other with it", () => {
    const deny = denyPolicy(project, {
      deniedPrincipals: [everyone],
      deniedPermissions: ["compute.googleapis.com/networks.updatePolicy"],
    });
    expect(told([bound([admin, ada]), ...deny])).toBe("no");
  });

  it("compute.networkAdmin cannot edit VPC rules and can still change their effect", () => {
    const items = [bound(["roles/compute.networkAdmin", ada])];
    expect(told(items)).toBe("no");
    expect(told(items, ada, create)).toBe("no");
    const { grants } = identitiesOf(items).whoCan();
    expect(new Set(grants.flatMap(({ scopes }) => scopes.flatMap(({ actions }) => actions)))).toEqual(
      new Set([
        "compute.networks.update",
        "compute.networks.setFirewallPolicy",
        "compute.routes.create",
        "compute.routes.delete",
      ]),
    );
    const effects = identitiesOf(items).actions();
    expect(effects.get("compute.networks.update")).toBe("membership");
  });
});

describe("deny policies come before allow policies", () => {
  const deny = (rule: object, account = project): readonly GcpItem[] =>
    denyPolicy(account, {
      deniedPrincipals: [everyone],
      deniedPermissions: ["compute.googleapis.com/firewalls.*"],
      ...rule,
    });
  const with_ = (rule: object, account = project): string => told([bound([admin, ada]), ...deny(rule, account)]);

  it.each<readonly [trap: string, rule: object, says: string]>([
    ["denies", {}, "no"],
    ["denies another permission", { deniedPermissions: ["compute.googleapis.com/routes.delete"] }, "yes"],
    ["the permission is an exception", { exceptionPermissions: ["compute.googleapis.com/firewalls.update"] }, "yes"],
    ["denies the principal by name", { deniedPrincipals: [subject] }, "no"],
    ["denies another principal", { deniedPrincipals: ["principal://goog/subject/bob@example.com"] }, "yes"],
    ["the principal is an exception", { exceptionPrincipals: [subject] }, "yes"],
    [
      "denies those of the customer",
      { deniedPrincipals: ["principalSet://goog/cloudIdentityCustomerId/C0ours"] },
      "no",
    ],
    [
      "denies those of another customer",
      { deniedPrincipals: ["principalSet://goog/cloudIdentityCustomerId/C0other"] },
      "yes",
    ],
    [
      "denies service accounts",
      { deniedPrincipals: ["principalSet://cloudresourcemanager.googleapis.com/projects/111/type/ServiceAccount"] },
      "yes",
    ],
    [
      "under a condition on tags",
      { denialCondition: { expression: "resource.matchTag('1/env', 'prod')" } },
      "only-if where tag 1/env is not prod or absent",
    ],
    [
      "under a condition that cannot be parsed",
      { denialCondition: { expression: "resource.matchTag(" } },
      "only-if unless resource.matchTag(",
    ],
  ])("%s", (_, rule, says) => {
    expect(with_(rule)).toBe(says);
  });

  it.each([
    ["principal", "subject/ns/web/sa/front", "no"],
    ["principal", "subject/ns/web/sa/back", "yes"],
    ["principalSet", "*", "no"],
  ])("denies workloads of a cluster, by %s %s", (scheme, told_, says) => {
    const pool = "projects/111/locations/global/workloadIdentityPools/shop.svc.id.goog";
    const member = "serviceAccount:shop.svc.id.goog[web/front]";
    const rule = { deniedPrincipals: [`${scheme}://iam.googleapis.com/${pool}/${told_}`] };
    expect(told([bound([admin, member]), ...deny(rule)], member)).toBe(says);
  });

  it.each([organization, folder])("inherited from %s", (account) => {
    expect(with_({}, account)).toBe("no");
  });

  it("of a group that was not read it is not known whom it binds", () => {
    const items = [bound([admin, ada]), ...deny({ deniedPrincipals: ["principalSet://goog/group/staff@example.com"] })];
    expect(say(asked(items), ada)).toBe("yes");
    const none = asked(items, about(update), unreadGroups);
    expect(say(none, ada)).toBe("unknown");
    expect(none.grants[0]?.atMost).toBe("yes");
  });

  it("that were not read leave it unknown, with what is missing", () => {
    const { grants } = asked([bound([admin, ada])], about(update), {
      [`${folder} iam.policies.listPolicies`]: "denied",
    });
    expect(grants.map(({ decision, missing }) => [decision, missing])).toEqual([
      ["unknown", ["the deny policies of folders/2 (iam.policies.listPolicies: denied)"]],
    ]);
  });

  it("whose rules were not read leave it unknown", () => {
    const [listed] = denyPolicy(project, {});
    const items = listed === undefined ? [] : [listed];
    const { grants } = asked([bound([admin, ada]), ...items], about(update), { "iam.policies.get": "denied" });
    expect(grants.map(({ decision }) => decision)).toEqual(["unknown"]);
  });
});

const unreadGroups = Object.fromEntries(
  [project, folder, organization].map(
    (account) => [`${account} cloudidentity.groups.memberships.list`, "denied"] as const,
  ),
);

describe("principal access boundaries come first", () => {
  const ours = "//cloudresourcemanager.googleapis.com/organizations/1";
  const fenced = (resources: readonly string[], more: Parameters<typeof boundary>[2] = {}, set = ours): string =>
    told([bound([admin, ada]), ...boundary(resources, set, more)]);

  interface Fence {
    readonly resources: readonly string[];
    readonly more?: Parameters<typeof boundary>[2];
    readonly set?: string;
  }
  const elsewhere = ["projects/other"];

  it.each<readonly [trap: string, says: string, fence: Fence]>([
    ["names the project", "yes", { resources: ["projects/111"] }],
    ["names the folder above", "yes", { resources: ["folders/2"] }],
    ["names another project", "no", { resources: elsewhere }],
    ["of an enforcement version that blocks no firewalls", "yes", { resources: elsewhere, more: { version: "2" } }],
    ["of the latest version", "no", { resources: elsewhere, more: { version: "latest" } }],
    [
      "binds other principals",
      "yes",
      { resources: elsewhere, set: "//iam.googleapis.com/locations/global/workforcePools/staff" },
    ],
    [
      "binds the organization's own customer",
      "no",
      { resources: elsewhere, set: "//iam.googleapis.com/locations/global/workspace/C0ours" },
    ],
    [
      "binds service accounts alone",
      "yes",
      { resources: elsewhere, more: { condition: "principal.type == 'iam.googleapis.com/ServiceAccount'" } },
    ],
    [
      "spares the principal",
      "yes",
      { resources: elsewhere, more: { condition: "principal.subject != 'ada@example.com'" } },
    ],
  ])("%s", (_, says, { resources, more = {}, set = ours }) => {
    expect(fenced(resources, more, set)).toBe(says);
  });

  it("of several any may name it", () => {
    const items = [...boundary(["projects/other"], ours), ...boundary(["projects/111"], ours, { name: "second" })];
    expect(told([bound([admin, ada]), ...items])).toBe("yes");
  });

  it("does not stop compute.instances.setTags, which no version blocks", () => {
    const role = predefinedRole("roles/tags", ["compute.instances.setTags"]);
    const items = [role, bound(["roles/tags", ada]), ...boundary(["projects/other"], ours, { version: "4" })];
    expect(told(items, ada, "compute.instances.setTags")).toBe("yes");
  });

  it("of a newer version than is known: what else it blocks is unknown", () => {
    const role = predefinedRole("roles/tags", ["compute.instances.setTags"]);
    const items = [role, bound(["roles/tags", ada]), ...boundary(["projects/other"], ours, { version: "9" })];
    expect(told(items, ada, "compute.instances.setTags")).toBe("unknown");
  });

  it("that were not read leave it unknown", () => {
    const operation = "iam.organizations.locations.principalAccessBoundaryPolicies.list";
    const { grants } = asked([bound([admin, ada])], about(update), { [`${organization} ${operation}`]: "denied" });
    expect(grants.map(({ decision, atMost }) => [decision, atMost])).toEqual([["unknown", "yes"]]);
  });

  it("a policy of an unknown kind leaves it unknown", () => {
    const strange: GcpItem = {
      account: organization,
      operation: "iam.organizations.locations.policyBindings.list",
      data: {
        name: "organizations/1/locations/global/policyBindings/x",
        policyKind: "ACCESS",
        policy: "x",
        target: {},
      },
    };
    expect(told([bound([admin, ada]), strange])).toBe("unknown");
  });
});

describe("conditions of bindings", () => {
  const when = (condition: string, action: string | null = update, resource: string | null = null): string =>
    say(asked([bound([admin, ada, condition])], about(action, resource)), ada);

  it.each<readonly [condition: string, says: string]>([
    ["request.time < timestamp('2025-01-01T00:00:00Z')", "no"],
    ["request.time < timestamp('2099-01-01T00:00:00Z')", "yes"],
    ["request.time > timestamp('2020-01-01T00:00:00Z')", "yes"],
    ["resource.type == 'compute.googleapis.com/Instance'", "no"],
    ["resource.service == 'compute.googleapis.com'", "yes"],
    ["resource.name.startsWith('projects/other/')", "no"],
    ["resource.name.startsWith('projects/shop/')", "yes"],
    [
      "resource.name.startsWith('projects/shop/global/')",
      "only-if for resources named projects/shop/global/*, where the name of what it takes besides is projects/shop/global/*",
    ],
    ["resource.matchTag('1/env', 'dev')", "only-if where tag 1/env is dev"],
    ["request.auth.access_levels.exists(x, x == 'a')", "only-if if request.auth.access_levels.exists(x, x == 'a')"],
    ["this is no expression (", "only-if if this is no expression ("],
    ["false", "no"],
  ])("%s: %s", (condition, says) => {
    expect(when(condition)).toBe(says);
  });

  it("a condition on firewalls alone leaves out the network, so it grants no change of a rule", () => {
    expect(when("resource.type == 'compute.googleapis.com/Firewall'")).toBe("no");
  });

  it("of one firewall that is asked about the name is known", () => {
    const condition =
      "resource.name.startsWith('projects/shop/global/firewalls/web-') || resource.type != 'compute.googleapis.com/Firewall'";
    expect(when(condition, update, "projects/shop/global/firewalls/web-1")).toBe("yes");
    expect(when(condition, update, "projects/shop/global/firewalls/db-1")).toBe("no");
  });

  it("no condition counts on basic roles", () => {
    expect(told([bound(["roles/editor", ada, "false"])])).toBe("yes");
  });

  it("of a policy that was read at an old version the condition is unknown", () => {
    expect(told([bound([`${admin}_withcond_0123456789abcdef0123`, ada])])).toBe("unknown");
  });
});

describe("roles", () => {
  const name = "projects/shop/roles/fw";
  const held = ["compute.firewalls.update", "compute.networks.updatePolicy"];

  it.each<readonly [trap: string, more: object, says: string]>([
    ["a custom role", {}, "yes"],
    ["that is disabled grants nothing", { stage: "DISABLED" }, "no"],
    ["that is deleted grants nothing", { deleted: true }, "no"],
    ["that is deprecated grants what it holds", { stage: "DEPRECATED" }, "yes"],
  ])("%s", (_, more, says) => {
    expect(told([customRole(name, held, { ...more }), bound([name, ada])])).toBe(says);
  });

  it("that a whole listing does not have grants nothing", () => {
    expect(told([bound([name, ada])])).toBe("no");
  });

  it.each([
    ["iam.projects.roles.list", name],
    ["iam.roles.get", "roles/unheard.of"],
  ])("that was not read leaves it unknown: %s", (operation, role) => {
    const { grants } = asked([bound([role, ada])], about(update), { [operation]: "denied" });
    expect(grants.map(({ decision, missing }) => [decision, missing])).toEqual([
      ["unknown", [`what ${role} holds (${operation})`]],
    ]);
  });
});

describe("members", () => {
  it.each<readonly [member: string, kind: string, home: string]>([
    ["user:bob@example.com", "user", "own"],
    ["user:bob@gmail.com", "user", "outside"],
    ["user:bob@subsidiary.net", "user", "unknown"],
    ["group:team@example.com", "group", "own"],
    ["domain:example.com", "group", "own"],
    ["serviceAccount:app@shop.iam.gserviceaccount.com", "service-account", "own"],
    ["serviceAccount:111-compute@developer.gserviceaccount.com", "service-account", "own"],
    ["serviceAccount:shop@appspot.gserviceaccount.com", "service-account", "own"],
    ["serviceAccount:app@elsewhere.iam.gserviceaccount.com", "service-account", "unknown"],
    ["serviceAccount:service-111@container-engine-robot.iam.gserviceaccount.com", "service", "own"],
    ["serviceAccount:111@cloudservices.gserviceaccount.com", "service", "own"],
    ["allUsers", "public", "outside"],
    ["allAuthenticatedUsers", "public", "outside"],
  ])("%s is %s and %s", (member, kind, home) => {
    const { principals } = identitiesOf([bound([admin, member])], unreadGroups);
    expect(principals.find(({ id }) => id === member)).toMatchObject({ kind, home });
    expect(say(asked([bound([admin, member])], about(update), unreadGroups), member)).toBe("yes");
  });

  it("a deleted member holds nothing", () => {
    expect(asked([bound([admin, "deleted:user:eve@example.com?uid=1"])]).grants).toEqual([]);
  });

  it("the public is told once, not for everyone", () => {
    const { grants } = asked([bound([admin, "allAuthenticatedUsers"], ["roles/viewer", ada])]);
    expect(grants.map(({ principal, by }) => [principal.id, by])).toEqual([["allAuthenticatedUsers", "outside"]]);
  });

  it("members of a group, and of groups in it, have what it has", () => {
    const items = [
      bound([admin, "group:team@example.com"]),
      groupMember("team@example.com", "inner@example.com", "GROUP"),
      groupMember("inner@example.com", "ada@example.com"),
    ];
    const { grants } = asked(items);
    expect(grants.map(({ principal, statements }) => [principal.id, statements[0]?.attachedTo])).toEqual([
      [ada, "group:team@example.com"],
    ]);
  });

  it("a group that leads round in a circle is read all the same", () => {
    const items = [
      bound([admin, "group:a@example.com"]),
      groupMember("a@example.com", "b@example.com", "GROUP"),
      groupMember("b@example.com", "a@example.com", "GROUP"),
      groupMember("b@example.com", "ada@example.com"),
    ];
    expect(told(items)).toBe("yes");
  });

  it("a group that was not read stands for its members, and that is said", () => {
    const estate = identitiesOf([bound([admin, "group:team@example.com"])], unreadGroups);
    expect(estate.whoCan(about(update)).grants.map(({ principal }) => principal.id)).toEqual([
      "group:team@example.com",
    ]);
    expect(estate.missing).toEqual(["who is in group team@example.com (cloudidentity.groups.memberships.list)"]);
  });

  it("people of a domain who are named elsewhere have what the domain has", () => {
    expect(told([bound([admin, "domain:example.com"], ["roles/viewer", ada])])).toBe("yes");
  });

  it("service accounts of a project have what all of them have", () => {
    const all = "principalSet://cloudresourcemanager.googleapis.com/projects/111/type/ServiceAccount";
    const robots = ["app@shop.iam.gserviceaccount.com", "app@other.iam.gserviceaccount.com"];
    const items = [
      bound([admin, all]),
      ...robots.map((email, at) => serviceAccount(email, {}, at === 0 ? project : "other")),
    ];
    expect(robots.map((email) => told(items, `serviceAccount:${email}`))).toEqual(["yes", "no"]);
  });

  it("one subject of a pool has what everyone of the pool has", () => {
    const pool = "//iam.googleapis.com/projects/111/locations/global/workloadIdentityPools/ci";
    const items = [bound([admin, `principalSet:${pool}/*`], ["roles/viewer", `principal:${pool}/subject/x`])];
    expect(told(items, `principal:${pool}/subject/x`)).toBe("yes");
  });

  it("that policies of service accounts may name are told as missing", () => {
    const operation = "iam.projects.serviceAccounts.getIamPolicy";
    expect(identitiesOf([bound([admin, ada])], { [operation]: "denied" }).missing).toEqual([
      `who may act as the service accounts of projects/shop: ${operation} (denied)`,
    ]);
  });

  it("belong to the policy that names them from highest up, service accounts to their project", () => {
    const robot = "serviceAccount:app@shop.iam.gserviceaccount.com";
    const { principals } = identitiesOf([policy(folder, [admin, [ada, robot]]), bound([admin, ada])]);
    expect(principals.map(({ id, resource }) => [id, resource.account])).toEqual([
      [ada, folder],
      [robot, project],
    ]);
  });

  it("a service account of no project of a whole organization is from outside", () => {
    const robot = "serviceAccount:app@elsewhere.iam.gserviceaccount.com";
    const snapshot = gcpSnapshot(estateOf([bound([admin, robot])]));
    const listed = ["cloudresourcemanager.projects.list", "cloudresourcemanager.folders.list"].map((operation) => ({
      cloud: "gcp" as const,
      account: organization,
      region: "global",
      operation,
      status: "complete" as const,
      items: 0,
      error: null,
    }));
    const { identity } = gcpProvider.understand({ ...snapshot, coverage: [...snapshot.coverage, ...listed] });
    expect(identity.principals.find(({ id }) => id === robot)?.home).toBe("outside");
  });

  it("in a project without an organization nobody is from outside of one", () => {
    const items: readonly GcpItem[] = [
      {
        account: project,
        operation: "cloudresourcemanager.projects.get",
        data: { name: "projects/111", projectId: project },
      },
      predefinedRole(admin, [update, "compute.networks.updatePolicy"]),
      bound([admin, "user:me@gmail.com"]),
    ];
    expect(identitiesAlone(items)).toEqual([["user:me@gmail.com", "own"]]);
  });
});

function identitiesAlone(items: readonly GcpItem[]): readonly (readonly [string, string])[] {
  return understand(items).identity.principals.map(({ id, home }) => [id, home]);
}

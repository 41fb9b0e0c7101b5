import * as fc from "fast-check";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../../../src/model/finding.ts";
import { parseCel } from "../../../../../src/providers/gcp/understand/identity/cel.ts";
import { readCel } from "../../../../../src/providers/gcp/understand/identity/conditions.ts";
import { createGlobs } from "../../../../../src/identity/glob.ts";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import {
  gcpSnapshot,
  organization,
  project,
  projectItem,
  understand,
  vm,
  type GcpItem,
} from "../../../../support/gcp-snapshot.ts";
import { gcpProvider } from "../../../../../src/providers/gcp/provider.ts";
import {
  about,
  accountPolicy,
  ada,
  asked,
  boundary,
  customRole,
  denyPolicy,
  emailOf,
  estateOf,
  groupMember,
  identitiesOf,
  policy,
  predefinedRole,
  say,
  serviceAccount,
  update,
} from "./small-identity.ts";

const admin = "roles/compute.securityAdmin";
const robot = emailOf("robot");

const json: fc.Arbitrary<Json> = fc.letrec<{ readonly value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<Json>(
      null,
      true,
      0,
      -1,
      "",
      "*",
      "allUsers",
      "user:",
      "principalSet://",
      "roles/",
      "a(",
      "true",
      "__proto__",
    ),
    fc.string(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        "role",
        "members",
        "condition",
        "expression",
        "denyRule",
        "deniedPrincipals",
        "rules",
        "details",
        "id",
        "email",
        "name",
        "__proto__",
      ),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;

describe("records that anybody may have written", () => {
  const items: readonly GcpItem[] = [
    policy(project, [admin, ["group:team@example.com", `serviceAccount:${robot}`]]),
    serviceAccount(robot),
    accountPolicy(robot, [["roles/iam.serviceAccountTokenCreator", ada]]),
    groupMember("team@example.com", "ada@example.com"),
    customRole("projects/shop/roles/x", [update]),
    predefinedRole("roles/y", [update]),
    ...denyPolicy(project, {
      deniedPrincipals: ["principalSet://goog/public:all"],
      deniedPermissions: ["compute.googleapis.com/routes.*"],
    }),
    ...boundary(["projects/111"], "//cloudresourcemanager.googleapis.com/organizations/1"),
    vm({ serviceAccounts: [{ email: robot, scopes: [] }] }),
    projectItem("folders/2"),
    ...[
      "iam.projects.locations.workloadIdentityPools.providers.list",
      "run.projects.locations.services.list",
      "run.projects.locations.jobs.list",
    ].map((operation): GcpItem => ({ account: project, operation, data: { name: "x", template: {} } })),
  ];

  it("never break the reading, whatever a member holds", () => {
    fc.assert(
      fc.property(
        fc
          .nat(items.length - 1)
          .chain((at) => fc.tuple(fc.constant(at), fc.constantFrom(...Object.keys(items[at]?.data ?? {})), json)),
        ([at, member, value]) => {
          const item = items[at];
          if (item === undefined) return;
          const twisted = { ...item, data: { ...item.data, [member]: value } };
          const estate = identitiesOf(items.with(at, twisted));
          expect(estate.whoCan().grants.length).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each<readonly [trap: string, data: VendorObject]>([
    ["bindings that are no list", { bindings: "x" }],
    ["a binding that is no object", { bindings: [1] }],
    ["a binding without a role", { bindings: [{ members: [ada] }] }],
    ["members that are no list", { bindings: [{ role: admin, members: ada }] }],
  ])("%s are told as missing", (_, data) => {
    const { missing } = identitiesOf([
      { account: project, operation: "cloudresourcemanager.projects.getIamPolicy", data },
    ]);
    expect(missing).toEqual(["a binding of the allow policy of projects/shop, which is not as Google documents it"]);
  });

  it("a condition without an expression leaves it unknown", () => {
    const data = { bindings: [{ role: admin, members: [ada], condition: { title: "x" } }] };
    expect(say(asked([{ account: project, operation: "cloudresourcemanager.projects.getIamPolicy", data }]), ada)).toBe(
      "unknown",
    );
  });

  it.each<readonly [trap: string, rules: Json]>([
    ["rules that are no list", "x"],
    ["a rule that is no object", [1]],
    ["a rule of an unknown kind", [{ allowRule: {} }]],
    [
      "permissions that are no list",
      [{ denyRule: { deniedPrincipals: ["principalSet://goog/public:all"], deniedPermissions: "*" } }],
    ],
  ])("a deny policy with %s leaves it unknown", (_, rules) => {
    const deny = denyPolicy(project, {}).map(({ data, ...item }): GcpItem =>
      Object.assign({}, item, { data: { name: data["name"] ?? "", rules } }),
    );
    expect(say(asked([policy(project, [admin, ada]), ...deny]), ada)).toBe("unknown");
  });

  it("names are told as they are, and quoted in commands", () => {
    const member = "user:<b>$(rm -rf /)`'\"@example.com";
    const [grant] = asked([policy(project, [admin, member])]).grants;
    expect(grant?.principal.id).toBe(member.toLowerCase());
    expect(grant?.removal.cli[0]).toContain(`--member='user:<b>$(rm -rf /)\`'\\''"@example.com'`);
  });

  it("folders that lead round in a circle say nothing of what is above", () => {
    const circle = ["folders/8", "folders/9"].map((name, at): GcpItem => ({
      account: name,
      operation: "cloudresourcemanager.folders.get",
      data: { name, parent: `folders/${9 - at}` },
    }));
    const items_ = [
      projectItem("folders/8"),
      ...circle,
      predefinedRole(admin, [update, "compute.networks.updatePolicy"]),
      policy(project, [admin, ada]),
    ];
    const { identity } = understand(items_);
    expect(identity.whoCan(about(update)).grants.map(({ decision }) => decision)).toEqual(["unknown"]);
  });
});

describe("projects that were left out", () => {
  const snapshot = gcpSnapshot(
    estateOf([policy(project, [admin, [ada, "serviceAccount:app@gone-1.iam.gserviceaccount.com"]])]),
  );
  const gone = {
    cloud: "gcp",
    account: "gone-1",
    region: "global",
    name: null,
    status: "skipped",
    note: "it is being deleted",
  } as const;
  const { identity } = gcpProvider.understand({ ...snapshot, targets: [...snapshot.targets, gone] });

  it("make nothing unknown", () => {
    expect(identity.whoCan(about(update)).grants.map(({ decision }) => decision)).toEqual(["yes", "yes"]);
    expect(identity.missing).toEqual([]);
  });

  it("and their service accounts no strangers", () => {
    expect(identity.principals.map(({ home }) => home)).toEqual(["own", "own"]);
  });
});

describe("what lies above a project that was not read", () => {
  const stray = [projectItem("folders/77"), predefinedRole(admin, [update, "compute.networks.updatePolicy"])];

  it("may deny and may limit", () => {
    const { identity } = understand([...stray, policy(project, [admin, ada])]);
    expect(say(identity.whoCan(about(update)), ada)).toBe("unknown");
    expect(identity.missing).toEqual(["what lies above projects/shop, whose policies are inherited"]);
  });

  it("may be an organization that was read", () => {
    const { identity } = understand([...stray, policy(organization, [admin, ada])]);
    expect(say(identity.whoCan(about(update)), ada)).toBe("unknown");
  });
});

describe("expressions", () => {
  it.each([
    "a.b('x') && !c || d in [1, 2] ? e : f",
    "request.time < timestamp(\"2020-01-01T00:00:00Z\") + duration('1h')",
    "resource['name'] == r'raw\\d' // a remark",
    "-1 < size('''a'b''')",
  ])("%s", (source) => {
    expect(parseCel(source)).not.toBeNull();
  });

  it.each([
    "",
    "a b",
    "(a",
    "a &&",
    "'open",
    "a ? b",
    "a[",
    "a.1",
    "{'a': 1}",
    `${"(".repeat(500)}a${")".repeat(500)}`,
    "!".repeat(5000),
    `a${" || a".repeat(50_000)}`,
  ])("no expression: %.20s", (source) => {
    expect(parseCel(source)).toBeNull();
  });

  it("any text is read as a condition", () => {
    const globs = createGlobs();
    const words = fc.constantFrom(
      "resource.name",
      "==",
      "'x'",
      "&&",
      "!",
      "(",
      ")",
      ".",
      "startsWith",
      "request.time",
      "<",
      "timestamp",
      "[",
      "]",
      ",",
      "in",
      "?",
      ":",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words, { maxLength: 12 }).map((list) => list.join(" ")),
        ),
        (source) => {
          expect(readCel(source, globs).kind).toMatch(/^(?:constant|test|free|not|all|any)$/);
        },
      ),
    );
  });
});

const recordings = resolve(import.meta.dirname, "../../../../../../shared/data/google-recordings/project-iam-policy");

describe.skipIf(!existsSync(recordings))("policies as Google told them", () => {
  it.each(existsSync(recordings) ? readdirSync(recordings).filter((name) => name.includes("getIamPolicy")) : [])(
    "%s",
    (name) => {
      const recorded: unknown = JSON.parse(readFileSync(resolve(recordings, name), "utf8"));
      const body = bodyOf(recorded);
      const { principals, missing } = identitiesOf([
        { account: project, operation: "cloudresourcemanager.projects.getIamPolicy", data: body },
      ]);
      expect(principals.length).toBeGreaterThan(0);
      expect(missing).toEqual([]);
    },
  );
});

function bodyOf(recorded: unknown): VendorObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a recording is JSON
  const { body } = recorded as { readonly body?: VendorObject };
  return body ?? {};
}

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Verdict, WhoCan } from "../../../../../src/identity/estate.ts";
import {
  folder,
  gcpSnapshot,
  organization,
  projectItem,
  folderItem,
  type GcpItem,
} from "../../../../support/gcp-snapshot.ts";
import { gcpProvider } from "../../../../../src/providers/gcp/provider.ts";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import {
  isAllowed,
  type Binding,
  type Boundary,
  type Condition,
  type Context,
  type DenyRule,
  type Policies,
  type Request,
} from "./naive-google.ts";
import { about, organizationItem, predefinedRole, serviceAccount } from "./small-identity.ts";

const update = "compute.firewalls.update";
const setTags = "compute.instances.setTags";
const token = "iam.serviceAccounts.getAccessToken";
const setPolicy = "resourcemanager.projects.setIamPolicy";

const roles: Readonly<Record<string, readonly string[]>> = {
  "roles/nothing": ["storage.objects.get"],
  "roles/rules": [update],
  "roles/networks": ["compute.networks.updatePolicy"],
  "roles/both": [update, "compute.networks.updatePolicy"],
  "roles/tags": [setTags],
  "roles/token": [token],
  "roles/granter": [setPolicy],
  "roles/owner": [update, "compute.networks.updatePolicy", setTags, token, setPolicy],
};

const projects = ["shop", "other"] as const;
const accounts = projects.map((each) => `robot@${each}.iam.gserviceaccount.com`);
const people = ["user:ada@example.com", "user:bob@example.com"];
const everybody = [...people, ...accounts.map((each) => `serviceAccount:${each}`)];
const places = [organization, folder, "projects/shop", "projects/other"];
const times = ["2026-06-01T00:00:00Z", "2030-06-01T00:00:00Z"];

const wayTo = (project: string, account?: string): readonly string[] => [
  organization,
  folder,
  `projects/${project}`,
  ...(account === undefined ? [] : [account]),
];

// Conditions, as text and as what they mean.
const atoms: readonly Condition[] = [
  { text: "request.time < timestamp('2028-01-01T00:00:00Z')", holds: ({ context }) => context.time < "2028" },
  { text: "request.time >= timestamp('2020-01-01T00:00:00Z')", holds: () => true },
  { text: "resource.matchTag('1/env', 'prod')", holds: ({ context }) => context.tags["env"] === "prod" },
  {
    text: 'resource.type == "compute.googleapis.com/Firewall"',
    holds: ({ type }) => type === "compute.googleapis.com/Firewall",
  },
  {
    text: "resource.type in ['compute.googleapis.com/Network', 'compute.googleapis.com/Instance']",
    holds: ({ type }) => type.endsWith("Network") || type.endsWith("Instance"),
  },
  { text: "resource.service == 'compute.googleapis.com'", holds: ({ type }) => type.startsWith("compute.") },
  {
    text: "resource.name.startsWith('projects/shop/global/firewalls/web')",
    holds: ({ name }) => name.startsWith("projects/shop/global/firewalls/web"),
  },
  { text: "resource.name.endsWith('-1')", holds: ({ name }) => name.endsWith("-1") },
  { text: "resource.name.startsWith('projects/other/')", holds: ({ name }) => name.startsWith("projects/other/") },
  {
    text: "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/both', 'roles/nothing'])",
    holds: ({ context }) => context.grants.every((role) => role === "roles/both" || role === "roles/nothing"),
  },
];
const { condition } = fc.letrec<{ readonly condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom(...atoms),
    tie("condition").map((of): Condition => ({ text: `!(${of.text})`, holds: (request) => !of.holds(request) })),
    fc.tuple(tie("condition"), tie("condition")).map(([a, b]): Condition => ({
      text: `(${a.text} && ${b.text})`,
      holds: (request) => a.holds(request) && b.holds(request),
    })),
    fc.tuple(tie("condition"), tie("condition")).map(([a, b]): Condition => ({
      text: `(${a.text} || ${b.text})`,
      holds: (request) => a.holds(request) || b.holds(request),
    })),
  ),
}));

const groupNames = ["team@example.com", "staff@example.com"];
const memberArb = fc.constantFrom(...everybody, ...groupNames.map((each) => `group:${each}`));
const bindingArb = (conditions: fc.Arbitrary<Condition | null>): fc.Arbitrary<Binding> =>
  fc.record({
    role: fc.constantFrom(...Object.keys(roles)),
    members: fc.uniqueArray(memberArb, { minLength: 1, maxLength: 3 }),
    condition: conditions,
  });
// No condition can be put on basic roles.
const withoutBasic = (binding: Binding): Binding =>
  binding.role === "roles/owner" ? { ...binding, condition: null } : binding;
const deniedArb = fc.constantFrom(
  "principalSet://goog/public:all",
  "principal://goog/subject/ada@example.com",
  `principal://iam.googleapis.com/projects/-/serviceAccounts/${accounts[0] ?? ""}`,
  "principalSet://goog/group/team@example.com",
  "principalSet://cloudresourcemanager.googleapis.com/organizations/1/type/ServiceAccount",
);
const permissionArb = fc.constantFrom(
  "compute.googleapis.com/firewalls.*",
  "compute.googleapis.com/firewalls.update",
  "compute.googleapis.com/networks.updatePolicy",
  "compute.googleapis.com/*",
  "iam.googleapis.com/serviceAccounts.getAccessToken",
  "cloudresourcemanager.googleapis.com/projects.setIamPolicy",
);
const tagConditions = atoms.filter(({ text }) => text.includes("matchTag"));
const denyArb = fc.record({
  deniedPrincipals: fc.uniqueArray(deniedArb, { minLength: 1, maxLength: 2 }),
  exceptionPrincipals: fc.uniqueArray(deniedArb, { maxLength: 1 }),
  deniedPermissions: fc.uniqueArray(permissionArb, { minLength: 1, maxLength: 2 }),
  exceptionPermissions: fc.uniqueArray(permissionArb, { maxLength: 1 }),
  condition: fc.option(fc.constantFrom(...tagConditions), { freq: 3 }),
}) satisfies fc.Arbitrary<DenyRule>;
const boundaryArb = fc.record({
  resources: fc.uniqueArray(fc.constantFrom(...places), { minLength: 1, maxLength: 2 }),
  version: fc.constantFrom(1, 2, 3, 4),
  binds: fc.constantFrom("everyone" as const, "service accounts" as const),
}) satisfies fc.Arbitrary<Boundary>;

const accountNames = projects.map((project, at) => `projects/${project}/serviceAccounts/${accounts[at] ?? ""}`);
const estateArb = (
  conditions: fc.Arbitrary<Condition | null>,
  deny: fc.Arbitrary<readonly DenyRule[]>,
): fc.Arbitrary<Policies> =>
  fc.record({
    roles: fc.constant(roles),
    groups: fc.record(
      Object.fromEntries(
        groupNames.map((each) => [each, fc.uniqueArray(fc.constantFrom(...everybody), { minLength: 1, maxLength: 2 })]),
      ),
    ),
    allow: fc.record(
      Object.fromEntries(
        [...places, ...accountNames].map((place) => [
          place,
          fc.array(bindingArb(conditions).map(withoutBasic), { maxLength: 3 }),
        ]),
      ),
    ),
    deny: fc.record(Object.fromEntries(places.map((place) => [place, deny]))),
    boundaries: fc.array(boundaryArb, { maxLength: 2 }),
  });

// The same as records.
const numbers: Readonly<Record<string, string>> = { "projects/shop": "projects/111", "projects/other": "projects/222" };

function recordsOf({ groups, allow, deny, boundaries }: Policies): readonly GcpItem[] {
  const accountOf = (place: string): string => place.replace(/^projects\/([^/]+).*$/, "$1");
  return [
    organizationItem(),
    folderItem(),
    ...projects.map((project) => projectItem(folder, project)),
    ...Object.entries(roles).map(([name, permissions]) => predefinedRole(name, permissions)),
    ...accounts.map((email, at) => serviceAccount(email, {}, projects[at] ?? "")),
    ...Object.entries(groups).flatMap(([group, members]) =>
      members.map((member): GcpItem => ({
        account: "shop",
        operation: "cloudidentity.groups.memberships.list",
        request: { group },
        data: {
          preferredMemberKey: { id: member.split(":")[1] ?? "" },
          type: member.startsWith("user:") ? "USER" : "SERVICE_ACCOUNT",
        },
      })),
    ),
    ...Object.entries(allow).map(([place, bindings]): GcpItem => {
      const data = { version: 3, bindings: bindings.map(bindingBody) };
      if (place.includes("/serviceAccounts/")) {
        return {
          account: accountOf(place),
          operation: "iam.projects.serviceAccounts.getIamPolicy",
          request: { serviceAccount: place },
          data,
        };
      }
      return {
        account: accountOf(place),
        operation: `cloudresourcemanager.${place.split("/")[0] ?? ""}.getIamPolicy`,
        data,
      };
    }),
    ...Object.entries(deny).flatMap(([place, rules]) => {
      const name = `policies/cloudresourcemanager.googleapis.com%2F${(numbers[place] ?? place).replace("/", "%2F")}/denypolicies/d`;
      const body = rules.map(({ condition: when, ...rule }) => ({
        denyRule: { ...rule, ...(when === null ? {} : { denialCondition: { expression: when.text } }) },
      }));
      return ["iam.policies.listPolicies", "iam.policies.get"].map((operation): GcpItem => ({
        account: accountOf(place),
        operation,
        data: { name, rules: body },
      }));
    }),
    ...boundaries.flatMap(({ resources, version, binds }, at) => boundaryRecords(resources, version, binds, at)),
  ];
}

function bindingBody({ role, members, condition: when }: Binding): VendorObject {
  return {
    role,
    members: [...members],
    ...(when === null ? {} : { condition: { title: "t", expression: when.text } }),
  };
}

function boundaryRecords(
  resources: readonly string[],
  version: number,
  binds: Boundary["binds"],
  at: number,
): readonly GcpItem[] {
  const name = `${organization}/locations/global/principalAccessBoundaryPolicies/b${at}`;
  const condition_ =
    binds === "everyone" ? {} : { condition: { expression: "principal.type == 'iam.googleapis.com/ServiceAccount'" } };
  return [
    {
      account: organization,
      operation: "iam.organizations.locations.principalAccessBoundaryPolicies.list",
      data: {
        name,
        details: {
          rules: [
            {
              effect: "ALLOW",
              resources: resources.map((each) => `//cloudresourcemanager.googleapis.com/${numbers[each] ?? each}`),
            },
          ],
          enforcementVersion: String(version),
        },
      },
    },
    {
      account: organization,
      operation: "iam.organizations.locations.policyBindings.list",
      data: {
        name: `${organization}/locations/global/policyBindings/b${at}`,
        target: { principalSet: "//cloudresourcemanager.googleapis.com/organizations/1" },
        policyKind: "PRINCIPAL_ACCESS_BOUNDARY",
        policy: name,
        ...condition_,
      },
    },
  ];
}

function decisionOf(answer: WhoCan, id: string, escalated: boolean): Verdict {
  const own = answer.grants.filter(({ principal, path }) => principal.id === id && (escalated || path.length === 0));
  return (["yes", "only-if", "unknown"] as const).find((each) => own.some(({ decision }) => decision === each)) ?? "no";
}

const contexts: readonly Context[] = times.flatMap((time) =>
  [{}, { env: "prod" }, { env: "dev" }].map((tags): Context => ({ time, tags, grants: [] })),
);
const networkNames = ["net", "net-1"].map((each) => `projects/shop/global/networks/${each}`);

/** What comes of a change of one firewall in every world that the conditions can tell apart. */
function outcomes(principal: string, firewall: string, policies: Policies): readonly boolean[] {
  const way = wayTo("shop");
  return contexts.flatMap((context) =>
    networkNames.map((network) => {
      const ask = (permission: string, type: string, name: string): boolean =>
        isAllowed({ principal, permission, way, type: `compute.googleapis.com/${type}`, name, context }, policies);
      return ask(update, "Firewall", firewall) && ask("compute.networks.updatePolicy", "Network", network);
    }),
  );
}

describe("against an independent reader of Google's policies", () => {
  it("nobody can, everybody can and some can in the same worlds, by their own rights", () => {
    const conditions = fc.option(condition, { freq: 3 });
    const firewalls = ["projects/shop/global/firewalls/web-1", "projects/shop/global/firewalls/db"];
    fc.assert(
      fc.property(
        estateArb(conditions, fc.array(denyArb, { maxLength: 1 })),
        fc.constantFrom(...firewalls),
        (policies, firewall) => {
          const { identity } = gcpProvider.understand(gcpSnapshot(recordsOf(policies)));
          const answer = identity.whoCan(about(update, firewall));
          for (const principal of everybody) {
            const found = outcomes(principal, firewall, policies);
            const expected = found.every(Boolean) ? "yes" : found.some(Boolean) ? "only-if" : "no";
            expect([principal, decisionOf(answer, principal, false)]).toEqual([principal, expected]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("whoever comes by it does so by impersonation or by granting itself a role, and in no other way", () => {
    // Denies that hold for everyone alike, so that nothing is gained by granting a role to somebody who is spared.
    const deny = fc.array(denyArb.map(forEveryone), { maxLength: 1 });
    fc.assert(
      fc.property(estateArb(fc.constant(null), deny), (estate) => {
        const policies = {
          ...estate,
          boundaries: estate.boundaries.map((each) => ({ ...each, binds: "everyone" as const })),
        };
        const { identity } = gcpProvider.understand(gcpSnapshot(recordsOf(policies)));
        const answer = identity.whoCan(about(update));
        for (const principal of everybody) {
          const expected = comesBy(principal, policies, new Set()) ? "yes" : "no";
          expect([principal, decisionOf(answer, principal, true)]).toEqual([principal, expected]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Denied to all without a condition; of service accounts everything, for whoever has any role of its choosing has many ways to them. */
function forEveryone(rule: DenyRule): DenyRule {
  const deniedPermissions = rule.deniedPermissions.map((each) =>
    each.startsWith("iam.") ? "iam.googleapis.com/*" : each,
  );
  return {
    ...rule,
    deniedPrincipals: ["principalSet://goog/public:all"],
    exceptionPrincipals: [],
    deniedPermissions,
    exceptionPermissions: [],
    condition: null,
  };
}

const plainly: Context = { time: times[0] ?? "", tags: {}, grants: [] };

/** Whether somebody comes to change firewalls anywhere: by itself, as an account that it can make tokens of, or after granting itself the role of owner. */
function comesBy(principal: string, policies: Policies, seen: ReadonlySet<string>): boolean {
  const ask = (permission: string, way: readonly string[]): boolean => {
    const request: Request = { principal, permission, way, type: "", name: "", context: plainly };
    return isAllowed(request, policies);
  };
  const key = `${principal} ${JSON.stringify(policies.allow)}`;
  if (seen.has(key)) return false;
  const after = new Set([...seen, key]);
  for (const project of projects) {
    const way = wayTo(project);
    if (ask(update, way) && ask("compute.networks.updatePolicy", way)) return true;
  }
  for (const [at, account] of accountNames.entries()) {
    if (
      ask(token, wayTo(projects[at] ?? "", account)) &&
      comesBy(`serviceAccount:${accounts[at] ?? ""}`, policies, after)
    )
      return true;
  }
  for (const project of projects) {
    const place = `projects/${project}`;
    const has = (policies.allow[place] ?? []).some(
      ({ role, members }) => role === "roles/owner" && members.includes(principal),
    );
    if (has || !ask(setPolicy, wayTo(project))) continue;
    const granted: Binding = { role: "roles/owner", members: [principal], condition: null };
    const allow = { ...policies.allow, [place]: [...(policies.allow[place] ?? []), granted] };
    if (comesBy(principal, { ...policies, allow }, after)) return true;
  }
  return false;
}

import { describe, expect, it } from "vitest";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import { project, type GcpItem } from "../../../../support/gcp-snapshot.ts";
import {
  accountPolicy,
  asked,
  emailOf,
  identitiesOf,
  policy,
  predefinedRole,
  say,
  serviceAccount,
} from "./small-identity.ts";

const admin = "roles/compute.securityAdmin";
const pool = "projects/111/locations/global/workloadIdentityPools/ci";
const inPool = `//iam.googleapis.com/${pool}`;
const anyone = `principalSet:${inPool}/*`;
const repository = `principalSet:${inPool}/attribute.repository/acme/app`;
const subject = `principal:${inPool}/subject/repo:acme/app:ref:refs/heads/main`;

const poolItem: GcpItem = {
  account: project,
  operation: "iam.projects.locations.workloadIdentityPools.list",
  data: { name: pool, state: "ACTIVE" },
};
const github = { issuerUri: "https://token.actions.githubusercontent.com" };
const mapping = { "google.subject": "assertion.sub", "attribute.repository": "assertion.repository" };

const provider = (members: VendorObject): GcpItem => ({
  account: project,
  operation: "iam.projects.locations.workloadIdentityPools.providers.list",
  data: { name: `${pool}/providers/p`, state: "ACTIVE", oidc: github, attributeMapping: mapping, ...members },
});

const homeOf = (member: string, ...providers: readonly GcpItem[]): string | undefined =>
  identitiesOf([poolItem, ...providers, policy(project, [admin, member])]).principals.find(({ id }) => id === member)
    ?.home;

describe("workload identity pools", () => {
  it.each<readonly [trap: string, home: string, member: string, provider: VendorObject]>([
    ["without a condition lets in anyone", "outside", anyone, {}],
    ["with a condition on the owner", "own", anyone, { attributeCondition: "assertion.repository_owner == 'acme'" }],
    [
      "with a condition on a mapped attribute",
      "own",
      anyone,
      { attributeCondition: "attribute.repository.startsWith('acme/')" },
    ],
    [
      "with a condition of which one half is enough",
      "outside",
      anyone,
      { attributeCondition: "assertion.repository_owner == 'acme' || true" },
    ],
    [
      "with a condition on something else",
      "outside",
      anyone,
      { attributeCondition: "assertion.ref == 'refs/heads/main'" },
    ],
    [
      "with a subject that everyone has",
      "outside",
      anyone,
      { attributeCondition: "assertion.sub.startsWith('repo:')" },
    ],
    ["with a subject of one owner", "own", anyone, { attributeCondition: "assertion.sub.startsWith('repo:acme/')" }],
    [
      "with the beginning of an owner's name, which others can take",
      "outside",
      anyone,
      { attributeCondition: "assertion.repository_owner.startsWith('acme')" },
    ],
    [
      "with a subject that begins like an owner's",
      "outside",
      anyone,
      { attributeCondition: "assertion.sub.startsWith('repo:acme')" },
    ],
    [
      "with a pattern that may be found anywhere",
      "outside",
      anyone,
      { attributeCondition: "assertion.repository.matches('acme/')" },
    ],
    [
      "with a pattern of everyone's repositories of a name",
      "outside",
      anyone,
      { attributeCondition: "assertion.repository.matches('^.*/infra$')" },
    ],
    [
      "with a pattern of one owner",
      "own",
      anyone,
      { attributeCondition: "assertion.repository.matches('^acme/(app|infra)$')" },
    ],
    [
      "with a pattern of two owners",
      "own",
      anyone,
      { attributeCondition: "assertion.repository_owner.matches('^(acme|acme-labs)$')" },
    ],
    [
      "with a pattern of which one half is anyone's",
      "outside",
      anyone,
      { attributeCondition: "assertion.repository.matches('^acme/app$|app')" },
    ],
    ["of which one repository is meant", "own", repository, {}],
    ["of which one subject is meant", "own", subject, {}],
    [
      "of which an attribute is meant that everyone has",
      "outside",
      `principalSet:${inPool}/attribute.actor/x`,
      { attributeMapping: { "attribute.actor": "assertion.actor" } },
    ],
    ["of an issuer of one's own", "own", anyone, { oidc: { issuerUri: "https://login.example.com" } }],
    ["of AWS", "own", anyone, { oidc: null, aws: { accountId: "111122223333" } }],
    ["that is switched off", "own", anyone, { disabled: true }],
  ])("a GitHub provider %s: %s", (_, home, member, members) => {
    expect(homeOf(member, provider(members))).toBe(home);
  });

  it("whose providers were not read", () => {
    const { principals } = identitiesOf([policy(project, [admin, anyone])], {
      "iam.projects.locations.workloadIdentityPools.providers.list": "denied",
    });
    expect(principals.map(({ home }) => home)).toEqual(["unknown"]);
  });

  it("of another project", () => {
    expect(homeOf("principalSet://iam.googleapis.com/projects/999/locations/global/workloadIdentityPools/ci/*")).toBe(
      "unknown",
    );
  });

  it("anyone of GitHub comes to a service account that can change firewalls", () => {
    const robot = emailOf("deployer");
    const items = [
      poolItem,
      provider({}),
      serviceAccount(robot),
      policy(project, [admin, `serviceAccount:${robot}`]),
      accountPolicy(robot, [["roles/iam.workloadIdentityUser", anyone]]),
    ];
    const answer = asked(items);
    expect(say(answer, anyone)).toBe("yes by service-account-get-access-token");
    expect(answer.grants.find(({ principal }) => principal.id === anyone)?.by).toBe("outside");
  });

  it("whoever may change a provider can come as anyone of its pool", () => {
    const ops = "user:ops@example.com";
    const items = [
      poolItem,
      provider({}),
      predefinedRole("roles/x", ["iam.workloadIdentityPoolProviders.update"]),
      policy(project, [admin, repository], ["roles/x", ops]),
    ];
    expect(say(asked(items), ops)).toBe("yes by workload-identity-provider");
  });
});

it("a workload of a cluster is of the project that the cluster is in", () => {
  const member = "serviceAccount:shop.svc.id.goog[web/front]";
  expect(homeOf(member)).toBe("own");
  expect(homeOf("serviceAccount:elsewhere.svc.id.goog[web/front]")).toBe("unknown");
});

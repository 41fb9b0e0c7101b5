import { describe, expect, it } from "vitest";
import { check } from "../../../checks/identity/unexpected-firewall-admin.ts";
import type { ExpectedPrincipal } from "../../../src/identity/expected.ts";
import { account, awsEstate } from "../../support/aws-estate.ts";
import { checkCases, judgeEstate } from "../../support/check-tester.ts";
import { assume, grant, identityEstate, perhaps, principal, stranger, withMfa } from "../../support/identity-estate.ts";

const team = principal("network-admin");
const dev = principal("dev", "user");
const expected = (pattern: string, changes: Partial<ExpectedPrincipal> = {}) => ({
  expected: [{ principal: pattern, reason: "network team", owner: null, ticket: null, expires: null, ...changes }],
});

checkCases(check, {
  pass: [
    { name: "nobody can change a firewall", estate: identityEstate({ others: [dev] }) },
    {
      name: "who can is expected",
      estate: identityEstate({ grants: [grant(team)] }),
      settings: expected("arn:aws:iam::*:role/network-*"),
    },
    {
      name: "an entry counts through its last day",
      estate: identityEstate({ grants: [grant(team)] }),
      settings: expected("*network-admin", { expires: "2026-06-01" }),
    },
    {
      name: "who can only after a step is another check's",
      estate: identityEstate({ grants: [grant(dev, { by: "escalation", path: [assume("network-admin")] })] }),
    },
    {
      name: "who can only blind what watches firewalls",
      estate: identityEstate({ grants: [grant(dev, { actions: ["cloudtrail:StopLogging"] })] }),
    },
  ],
  fail: [
    {
      name: "a user of whom it is not known whether they are of the organization: the account's own policies name them",
      estate: identityEstate({ grants: [grant(principal("nia", "user", { home: "unknown" }))] }),
      message: /^User nia of account 111122223333 can change firewall rules/,
    },
    {
      name: "whom an identity provider of one's own vouches for, where a policy names them itself",
      estate: identityEstate({ grants: [grant(principal("ci", "federated", { id: "principalSet://pool/ci" }))] }),
      message: /^Whoever principalSet:\/\/pool\/ci vouches for can change firewall rules/,
    },
    {
      name: "who can edit no rule, and change the effect of rules all the same",
      estate: identityEstate({ grants: [grant(dev, { actions: ["ec2:CreateRoute"] })] }),
      message:
        "User dev of account 111122223333 can change ways round firewalls (ec2:CreateRoute; edits no firewall rule, and changes the effect of them all the same) by",
    },
    {
      name: "a role that nobody expects",
      estate: identityEstate({ grants: [grant(team)] }),
      resources: [team.id],
      message:
        "Role network-admin of account 111122223333 can change firewall rules (ec2:AuthorizeSecurityGroupIngress) by " +
        "statement #0 of net; nothing in rampart.yaml says that this is expected.",
      also: ([finding]) => {
        expect(finding?.severity).toBe("high");
        expect(finding?.remediation.console).toMatch(
          /^Detach net from .* list arn:\S+ under expected in rampart\.yaml/,
        );
        expect(finding?.remediation.cli).toEqual(["aws iam detach-role-policy --role-name network-admin"]);
        expect(finding?.evidence).toMatchObject({
          grants: {
            count: 1,
            first: [
              {
                decision: "yes",
                actions: { first: ["ec2:AuthorizeSecurityGroupIngress"] },
                resources: { first: ["sg-1"] },
                statements: { first: [{ policy: "arn:aws:iam::111122223333:policy/net", statement: "#0" }] },
                removal: { text: `Detach net from ${team.id}.` },
              },
            ],
          },
        });
      },
    },
    {
      name: "under a condition",
      estate: identityEstate({ grants: [grant(dev, { decision: "only-if", condition: withMfa })] }),
      message:
        "User dev of account 111122223333 can change firewall rules (ec2:AuthorizeSecurityGroupIngress) by statement #0 of net, but only with MFA;",
    },
    {
      name: "certainly in one way and perhaps in another: one finding",
      estate: identityEstate({ grants: [perhaps(dev, { actions: ["ec2:CreateRoute"] }), grant(dev)] }),
      resources: [dev.id],
      message: /can change firewall rules \(ec2:AuthorizeSecurityGroupIngress\) by statement/,
    },
    {
      name: "an entry that has ended",
      estate: identityEstate({ grants: [grant(team)] }),
      settings: expected("*", { expires: "2026-05-31" }),
    },
    {
      name: "the list names others",
      estate: identityEstate({ grants: [grant(team), grant(dev)] }),
      settings: expected(`arn:aws:iam::${account}:user/*`),
      resources: [team.id],
    },
    {
      name: "a name of somebody who takes the role is not the role's",
      estate: identityEstate({ grants: [grant(principal("sso", "role", { names: ["noor@example.com"] }))] }),
      settings: expected("noor@example.com"),
    },
  ],
  unknown: [
    {
      name: "something unread decides",
      estate: identityEstate({ grants: [perhaps(dev)] }),
      resources: [dev.id],
      message:
        "Whether user dev of account 111122223333 can change firewalls could not be told: the service control policies.",
    },
    {
      name: "the same is unread for several: told once",
      estate: identityEstate({ grants: [perhaps(dev), perhaps(team)] }),
      resources: [`${account}/global`],
      message: "Whether each of 2 principals of account 111122223333 can change firewalls could not be told",
    },
    {
      name: "identities could not be read: the account, once",
      estate: identityEstate({}, { unread: { "iam:GetAccountAuthorizationDetails": "denied" } }),
      resources: [`${account}/global`],
      message: "iam:GetAccountAuthorizationDetails was denied",
    },
  ],
  mixed: [
    {
      name: "a page of identities is missing: what fails stands, nothing passes",
      estate: identityEstate(
        { grants: [grant(team)], others: [dev] },
        { unread: { "iam:GetAccountAuthorizationDetails": "throttled" } },
      ),
      resources: [`${account}/global`, team.id],
      also: (_, { tallies }) => {
        expect(tallies.reduce((sum, { pass }) => sum + pass, 0)).toBe(0);
      },
    },
  ],
  silent: [
    {
      name: "root users and services' own roles",
      estate: identityEstate({ grants: [grant(principal("root", "root")), grant(principal("elb", "service"))] }),
    },
    {
      name: "somebody from outside",
      estate: identityEstate({ grants: [grant(stranger, { by: "outside", path: [assume("partner")] })] }),
    },
  ],
});

describe("unexpected-firewall-admin", () => {
  it("tells findings apart by principal alone, not by what it can or how", () => {
    const ids = [
      grant(team),
      grant(team, { decision: "only-if", condition: withMfa, actions: ["ec2:CreateRoute"] }),
    ].map((one) => judgeEstate(check, identityEstate({ grants: [one] })).findings.map(({ id }) => id));
    expect(ids[0]).toEqual(ids[1]);
  });

  it("does not make an account unknown because its organization's policies could not be read", () => {
    const { findings } = judgeEstate(
      check,
      awsEstate([{ UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] }], {
        unread: { "organizations:ListRoots": "denied", "organizations:DescribeOrganization": "denied" },
      }),
    );
    expect(findings).toEqual([]);
  });
});

import { expect } from "vitest";
import { check } from "../../../checks/identity/firewall-admin-from-outside.ts";
import type { ExpectedPrincipal } from "../../../src/identity/expected.ts";
import { account } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import {
  assume,
  grant,
  identityEstate,
  perhaps,
  principal,
  stranger,
  withMfa,
  type GrantChanges,
} from "../../support/identity-estate.ts";

const asPartner: GrantChanges = { by: "outside", path: [assume("partner")] };
const partnerRole = principal("network-admin", "account", {
  id: "arn:aws:iam::999988887777:role/network-admin",
  home: "outside",
});
const expected = (pattern: string): { readonly expected: readonly ExpectedPrincipal[] } => ({
  expected: [{ principal: pattern, reason: "freight partner", owner: null, ticket: null, expires: null }],
});

checkCases(check, {
  pass: [
    { name: "somebody from outside who can change nothing", estate: identityEstate({ others: [stranger] }) },
    {
      name: "one's own identity provider",
      estate: identityEstate({
        grants: [grant(principal("idp", "federated"), { by: "escalation", path: [assume("network-admin")] })],
      }),
    },
    {
      name: "a partner who is expected, by the whole id",
      estate: identityEstate({ grants: [grant(partnerRole, asPartner)] }),
      settings: expected(partnerRole.id),
    },
    {
      name: "one whose id holds a star, letter by letter",
      estate: identityEstate({
        grants: [grant(principal("x", "federated", { id: "github sub repo:acme*", home: "outside" }), asPartner)],
      }),
      settings: expected("github sub repo:acme*"),
    },
  ],
  fail: [
    {
      name: "another organization's account",
      estate: identityEstate({ grants: [grant(stranger, asPartner)] }),
      resources: [stranger.id],
      message:
        "arn:aws:iam::999988887777:root, from outside the organization, can change firewall rules " +
        "(ec2:AuthorizeSecurityGroupIngress): it assumes the role (role/partner).",
      also: ([finding]) => {
        expect(finding?.severity).toBe("critical");
      },
    },
    {
      name: "anyone, under a condition",
      estate: identityEstate({
        grants: [
          grant(principal("*", "public", { id: "*", home: "outside" }), {
            ...asPartner,
            decision: "only-if",
            condition: withMfa,
          }),
        ],
      }),
      message: /^Anyone, from outside the organization, can .*, but only with MFA: it assumes the role/,
    },
    {
      name: "a stranger's role of the same name as one's own that is expected",
      estate: identityEstate({ grants: [grant(partnerRole, asPartner)] }),
      settings: expected("arn:aws:iam::*:role/network-admin"),
      resources: [partnerRole.id],
    },
    {
      name: "over two roles: one finding",
      estate: identityEstate({
        grants: [
          grant(stranger, asPartner),
          grant(stranger, { by: "outside", path: [assume("other")], actions: ["ec2:CreateRoute"] }),
        ],
      }),
      resources: [stranger.id],
      message: /it assumes the role \(role\/partner\), it assumes the role \(role\/other\)\./,
    },
  ],
  unknown: [
    {
      name: "whether the account is of the organization is not known",
      estate: identityEstate({ grants: [grant({ ...stranger, home: "unknown" }, asPartner)] }),
      resources: [stranger.id],
      message: "whether arn:aws:iam::999988887777:root belongs to the organization",
    },
    {
      name: "what the role can do is not known",
      estate: identityEstate({ grants: [perhaps(stranger, asPartner)] }),
      message: "the service control policies",
    },
    {
      name: "identities could not be read",
      estate: identityEstate({}, { unread: { "iam:GetAccountAuthorizationDetails": "denied" } }),
      resources: [`${account}/global`],
    },
  ],
  silent: [
    {
      name: "root users and services' own roles",
      estate: identityEstate({ grants: [grant(principal("root", "root")), grant(principal("elb", "service"))] }),
    },
    { name: "one's own identities", estate: identityEstate({ grants: [grant(principal("network-admin"))] }) },
  ],
});

import { expect } from "vitest";
import { check } from "../../../checks/identity/firewall-admin-by-escalation.ts";
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

const dev = principal("dev", "user");
const viaDeploy: GrantChanges = {
  by: "escalation",
  path: [
    assume("deploy", { method: "lambda-create-function", says: "creates a Lambda function that runs as the role" }),
    assume("network-admin"),
  ],
};
const expected = (pattern: string): { readonly expected: readonly ExpectedPrincipal[] } => ({
  expected: [{ principal: pattern, reason: "deploys", owner: null, ticket: null, expires: null }],
});

checkCases(check, {
  pass: [
    { name: "nobody comes by anything", estate: identityEstate({ others: [dev] }) },
    { name: "a right of one's own", estate: identityEstate({ grants: [grant(dev)] }) },
    {
      name: "who can anyway comes by more of the same",
      estate: identityEstate({ grants: [grant(dev), grant(dev, { ...viaDeploy, actions: ["ec2:CreateRoute"] })] }),
    },
    {
      name: "it is expected",
      estate: identityEstate({ grants: [grant(dev, viaDeploy)] }),
      settings: expected("*:user/dev"),
    },
    {
      name: "what it comes by only blinds what watches firewalls",
      estate: identityEstate({ grants: [grant(dev, { ...viaDeploy, actions: ["cloudtrail:StopLogging"] })] }),
    },
  ],
  fail: [
    {
      name: "in two steps",
      estate: identityEstate({ grants: [grant(dev, viaDeploy)] }),
      resources: [dev.id],
      message:
        "User dev of account 111122223333 cannot change firewalls by its own rights, but comes by the right in 2 steps: " +
        "it creates a Lambda function that runs as the role (role/deploy), then assumes the role (role/network-admin).",
      also: ([finding]) => {
        expect(finding?.evidence).toMatchObject({
          grants: {
            first: [
              {
                path: [
                  { method: "lambda-create-function", statement: "arn:aws:iam::111122223333:policy/assume-deploy#0" },
                  { method: "sts-assume-role", via: "arn:aws:iam::111122223333:role/network-admin" },
                ],
              },
            ],
          },
        });
      },
    },
    {
      name: "without the condition that its own right is under",
      estate: identityEstate({
        grants: [grant(dev, { decision: "only-if", condition: withMfa }), grant(dev, viaDeploy)],
      }),
      message: "only under a condition, but comes by the right in 2 steps:",
    },
    {
      name: "only with MFA, and in a second way",
      estate: identityEstate({
        grants: [
          grant(dev, { ...viaDeploy, decision: "only-if", condition: withMfa }),
          grant(dev, { by: "escalation", path: [assume("admin")], decision: "only-if", condition: withMfa }),
        ],
      }),
      message: /in 1 step, but only with MFA: it assumes the role \(role\/admin\), and in 1 more ways\./,
    },
    {
      name: "another account of the organization",
      estate: identityEstate({
        grants: [
          grant(principal("tools", "account", { id: "arn:aws:iam::444455556666:root" }), {
            by: "escalation",
            path: [assume("network-admin")],
          }),
        ],
      }),
      message: /^arn:aws:iam::444455556666:root cannot change firewalls by its own rights/,
    },
  ],
  unknown: [
    {
      name: "a step rests on something unread",
      estate: identityEstate({ grants: [perhaps(dev, viaDeploy)] }),
      resources: [dev.id],
      message: "can come by the right to change firewalls could not be told: the service control policies",
    },
    {
      name: "identities could not be read",
      estate: identityEstate({}, { unread: { "iam:GetAccountAuthorizationDetails": "denied" } }),
      resources: [`${account}/global`],
    },
  ],
  silent: [
    {
      name: "whom one's own identity provider vouches for enters as the role",
      estate: identityEstate({
        grants: [grant(principal("idp", "federated"), { by: "escalation", path: [assume("network-admin")] })],
      }),
    },
    {
      name: "somebody from outside",
      estate: identityEstate({ grants: [grant(stranger, { by: "outside", path: [assume("partner")] })] }),
    },
  ],
});

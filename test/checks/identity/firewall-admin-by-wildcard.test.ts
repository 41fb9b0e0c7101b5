import { check } from "../../../checks/identity/firewall-admin-by-wildcard.ts";
import type { Breadth } from "../../../src/identity/estate.ts";
import { account } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import {
  assume,
  grant,
  identityEstate,
  perhaps,
  principal,
  statement,
  withMfa,
} from "../../support/identity-estate.ts";

const build = principal("build");
const wide = (pattern: string): Breadth => ({ pattern, statement: statement("everything") });

checkCases(check, {
  pass: [
    { name: "actions by name", estate: identityEstate({ grants: [grant(build)] }) },
    { name: "somebody who can change nothing", estate: identityEstate({ others: [build] }) },
    {
      name: "the wide grant is the one at the end of a path",
      estate: identityEstate({
        grants: [grant(build, { by: "escalation", path: [assume("admin")], breadth: wide("*") })],
      }),
    },
  ],
  fail: [
    {
      name: "a whole service",
      estate: identityEstate({ grants: [grant(build, { breadth: wide("ec2:*") })] }),
      resources: [build.id],
      message:
        'Role build of account 111122223333 can change firewalls, by a grant that is far wider than them: "ec2:*" in statement #0 of everything.',
    },
    {
      name: "everything, with MFA",
      estate: identityEstate({
        grants: [grant(build, { breadth: wide("*"), decision: "only-if", condition: withMfa })],
      }),
      message: ", but only with MFA, by a grant",
    },
    {
      name: "who is expected to change firewalls is not expected to have everything",
      estate: identityEstate({ grants: [grant(build, { breadth: wide("NotAction") })] }),
      settings: { expected: [{ principal: "*", reason: "all", owner: null, ticket: null, expires: null }] },
    },
    {
      name: "narrow by one statement and wide by another",
      estate: identityEstate({ grants: [grant(build), grant(build, { breadth: wide("ec2:*") })] }),
      resources: [build.id],
    },
  ],
  unknown: [
    {
      name: "something unread decides",
      estate: identityEstate({ grants: [perhaps(build, { breadth: wide("*") })] }),
      resources: [build.id],
      message: "could not be told: the service control policies",
    },
    {
      name: "identities could not be read",
      estate: identityEstate({}, { unread: { "iam:GetAccountAuthorizationDetails": "denied" } }),
      resources: [`${account}/global`],
    },
  ],
  silent: [
    {
      name: "a root user",
      estate: identityEstate({ grants: [grant(principal("root", "root"), { breadth: wide("*") })] }),
    },
  ],
});

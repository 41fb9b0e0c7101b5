import { check } from "../../../checks/identity/unused-firewall-permission.ts";
import type { Principal } from "../../../src/identity/principal.ts";
import { account } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import { grant, identityEstate, perhaps, principal } from "../../support/identity-estate.ts";

/** A role that last used EC2 then, as of 2026-06-01T12:00:00Z; null for never. */
const lastUsed = (when: string | null, changes: Partial<Principal> = {}) =>
  principal("patching", "role", { uses: [{ service: "ec2", lastUsed: when }], ...changes });
const both = ["ec2:AuthorizeSecurityGroupIngress", "wafv2:UpdateWebACL"];
const waf = (when: string | null) => ({ service: "wafv2", lastUsed: when });

checkCases(check, {
  pass: [
    {
      name: "used yesterday",
      estate: identityEstate({ grants: [grant(lastUsed("2026-05-31T08:00:00+00:00"))] }),
    },
    {
      name: "used 90 days ago to the second",
      estate: identityEstate({ grants: [grant(lastUsed("2026-03-03T12:00:00Z"))] }),
    },
    {
      name: "one of two services is in use",
      estate: identityEstate({
        grants: [
          grant(lastUsed(null, { uses: [{ service: "ec2", lastUsed: null }, waf("2026-05-01T00:00:00Z")] }), {
            actions: both,
          }),
        ],
      }),
    },
    {
      name: "made last week",
      estate: identityEstate({ grants: [grant(lastUsed(null, { createdAt: "2026-05-25T00:00:00Z" }))] }),
    },
  ],
  fail: [
    {
      name: "never",
      estate: identityEstate({ grants: [grant(lastUsed(null))] }),
      resources: [lastUsed(null).id],
      message:
        "Role patching of account 111122223333 has the right to change firewalls by statement #0 of net, and has not used its service (ec2) in all the time that the cloud keeps.",
    },
    {
      name: "a second longer than 90 days ago",
      estate: identityEstate({ grants: [grant(lastUsed("2026-03-03T11:59:59Z"))] }),
      message: "has not used its service (ec2) since 2026-03-03.",
    },
    {
      name: "neither of two services",
      estate: identityEstate({
        grants: [
          grant(lastUsed(null, { uses: [{ service: "ec2", lastUsed: "2025-01-02T00:00:00Z" }, waf(null)] }), {
            actions: both,
          }),
        ],
      }),
      message: "any of the services it is for (ec2, wafv2) since 2025-01-02.",
    },
    {
      name: "who is expected to have the right has no use for it either",
      estate: identityEstate({ grants: [grant(lastUsed(null, { createdAt: null }))] }),
      settings: { expected: [{ principal: "*", reason: "all", owner: null, ticket: null, expires: null }] },
    },
  ],
  unknown: [
    {
      name: "nothing was told of it",
      estate: identityEstate({ grants: [grant(principal("patching"))] }),
      message: "the cloud did not say when it last used ec2",
    },
    {
      name: "nothing was told of one service, and the other is not in use",
      estate: identityEstate({ grants: [grant(lastUsed(null), { actions: both })] }),
      message: "the cloud did not say when it last used wafv2",
    },
    {
      name: "a time that is none",
      estate: identityEstate({ grants: [grant(lastUsed("last spring"))] }),
      message: "did not say when it last used ec2",
    },
    {
      name: "times of use could not be read: the account, once",
      estate: identityEstate(
        { grants: [grant(lastUsed(null))] },
        { unread: { "iam:GetServiceLastAccessedDetails": "denied" } },
      ),
      resources: [`${account}/global`],
      message: "iam:GetServiceLastAccessedDetails was denied (needs iam:GenerateServiceLastAccessedDetails",
    },
  ],
  silent: [
    { name: "no right", estate: identityEstate({ others: [lastUsed(null)] }) },
    { name: "whether it has the right is not known", estate: identityEstate({ grants: [perhaps(lastUsed(null))] }) },
  ],
});

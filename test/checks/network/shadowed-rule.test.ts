import { expect } from "vitest";
import { check } from "../../../checks/network/shadowed-rule.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";
import { account, awsEstate, region } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import { aclEntry, networkAcl } from "../../support/one-instance.ts";
import { allow, securityGroup } from "../../support/security-groups.ts";

const acl = (...entries: readonly VendorObject[]) => awsEstate([{ NetworkAcls: [networkAcl("acl-1", entries)] }]);
const ssh = { protocol: "6", ports: [22, 22] } as const;

checkCases(check, {
  pass: [
    {
      name: "a denial before what it narrows",
      estate: acl(aclEntry(90, "deny", "0.0.0.0/0", ssh), aclEntry(100, "allow", "0.0.0.0/0")),
    },
    {
      name: "trap 7: numbers decide, not the order of the answer",
      estate: acl(aclEntry(200, "allow", "0.0.0.0/0"), aclEntry(100, "deny", "0.0.0.0/0", ssh)),
    },
    {
      name: "trap 7: a rule of the other family shadows nothing",
      estate: acl(aclEntry(100, "allow", "0.0.0.0/0"), aclEntry(200, "deny", "::/0", ssh)),
    },
    {
      name: "a rule of the other direction shadows nothing",
      estate: acl(aclEntry(100, "allow", "0.0.0.0/0", { egress: true }), aclEntry(200, "deny", "0.0.0.0/0", ssh)),
    },
    {
      name: "decided before, always alike: redundant-rule tells",
      estate: acl(aclEntry(100, "allow", "0.0.0.0/0"), aclEntry(200, "allow", "0.0.0.0/0", ssh)),
    },
    {
      name: "trap 1: nothing in a security group has an order",
      estate: awsEstate([
        { SecurityGroups: [securityGroup("sg-1", [allow("-1", null, "0.0.0.0/0"), allow("tcp", 22, "10.0.0.0/8")])] },
      ]),
    },
  ],
  fail: [
    {
      name: "a denial after everything was allowed",
      estate: acl(aclEntry(100, "allow", "0.0.0.0/0"), aclEntry(200, "deny", "0.0.0.0/0", ssh)),
      resources: ["acl-1"],
      message:
        "Network ACL acl-1 never gets to its ingress rule 200 (deny tcp 22 from 0.0.0.0/0): everything it matches is decided before by rule 100 (allow every protocol from 0.0.0.0/0), and not as it says.",
      also: ([finding]) => {
        expect(finding?.evidence).toMatchObject({ shadowedBy: { first: [{ id: "100" }] } });
        expect(finding?.remediation.cli).toEqual([
          "aws ec2 delete-network-acl-entry --network-acl-id acl-1 --ingress --rule-number 200 --region eu-west-1",
        ]);
        expect(finding?.remediation.console).toContain("If the rule is meant to hold");
      },
    },
    {
      name: "IPv6, outbound",
      estate: acl(
        aclEntry(100, "deny", "::/0", { egress: true }),
        aclEntry(200, "allow", "2000::/3", { ...ssh, egress: true }),
      ),
      message: "egress rule 200 (allow tcp 22 to 2000::/3)",
      also: ([finding]) => expect(finding?.remediation.cli[0]).toContain("--egress --rule-number 200"),
    },
    {
      name: "overruled by two together, both named, and load-bearing denials with them",
      estate: acl(
        aclEntry(100, "deny", "0.0.0.0/1"),
        aclEntry(110, "deny", "128.0.0.0/1"),
        aclEntry(120, "allow", "0.0.0.0/0", ssh),
        aclEntry(130, "allow", "::/0"),
      ),
      message: /rule 100 .*, rule 110 /,
    },
    {
      name: "a denial that holds is named, so that nobody deletes it",
      estate: acl(
        aclEntry(80, "deny", "0.0.0.0/0", ssh),
        aclEntry(100, "allow", "0.0.0.0/0"),
        aclEntry(200, "deny", "0.0.0.0/0", { protocol: "6", ports: [23, 23] }),
      ),
      also: ([finding]) =>
        expect(finding?.evidence["loadBearingDenies"]).toMatchObject({ count: 1, first: [{ id: "80" }] }),
    },
  ],
  unknown: [
    {
      name: "whom the earlier rule means cannot be read",
      estate: acl(aclEntry(100, "allow", "nowhere"), aclEntry(200, "deny", "0.0.0.0/0", ssh)),
      message: "cannot be read",
    },
    {
      name: "network ACLs were denied",
      estate: awsEstate([{ SecurityGroups: [securityGroup("sg-1")] }], {
        unread: { "ec2:DescribeNetworkAcls": "denied" },
      }),
      resources: [`${account}/${region}`],
    },
  ],
});

import { expect } from "vitest";
import { check } from "../../../checks/network/redundant-rule.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";
import { account, awsEstate, region } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import { aclEntry, networkAcl } from "../../support/one-instance.ts";
import { allow, networkInterface, securityGroup } from "../../support/security-groups.ts";

const group = (...rules: readonly VendorObject[]) => awsEstate([{ SecurityGroups: [securityGroup("sg-1", rules)] }]);
const acl = (...entries: readonly VendorObject[]) => awsEstate([{ NetworkAcls: [networkAcl("acl-1", entries)] }]);
const ssh = { protocol: "6", ports: [22, 22] } as const;
const https = { protocol: "6", ports: [443, 443] } as const;

/** Two groups, and the interfaces that carry them. */
const groups = (
  one: readonly VendorObject[],
  two: readonly VendorObject[],
  ...carried: readonly (readonly string[])[]
) =>
  awsEstate([
    { SecurityGroups: [securityGroup("sg-1", one), securityGroup("sg-2", two)] },
    {
      NetworkInterfaces: carried.map((ids, index) =>
        networkInterface(`eni-${index}`, ids, { PrivateIpAddress: `10.0.0.${index + 4}` }),
      ),
    },
  ]);
const office = allow("tcp", 22, "198.20.0.0/24");
const wide = allow("tcp", [20, 30], "198.0.0.0/8");
const out: VendorObject = { IpPermissionsEgress: [allow("-1", null, "0.0.0.0/0")] };

checkCases(check, {
  pass: [
    {
      name: "each allows something of its own",
      estate: group(allow("tcp", 22, "198.20.0.0/24"), allow("tcp", 443, "0.0.0.0/0")),
    },
    { name: "the same ports for both families", estate: group(allow("tcp", 22, "0.0.0.0/0", "::/0")) },
    {
      name: "a denial that a later rule would overrule",
      estate: acl(aclEntry(90, "deny", "0.0.0.0/0", ssh), aclEntry(100, "allow", "0.0.0.0/0")),
    },
    {
      name: "implied on one interface and not on another",
      estate: groups([office], [wide], ["sg-1", "sg-2"], ["sg-1"]),
    },
    { name: "the other group is attached elsewhere", estate: groups([office], [wide], ["sg-1"], ["sg-2"]) },
    {
      name: "what every new group lets out, in two of them",
      estate: awsEstate([
        { SecurityGroups: [securityGroup("sg-1", [], out), securityGroup("sg-2", [], out)] },
        { NetworkInterfaces: [networkInterface("eni-1", ["sg-1", "sg-2"])] },
      ]),
    },
  ],
  fail: [
    {
      name: "an office beside everybody",
      estate: group(allow("tcp", 22, "0.0.0.0/0"), office),
      resources: ["sg-1"],
      message:
        'would do the same without its ingress rule "allow tcp 22 from 198.20.0.0/24": everything it allows is allowed by rule "allow tcp 22 from 0.0.0.0/0" too',
      also: ([finding]) => {
        expect(finding?.remediation.cli[0]).toContain('"CidrIp":"198.20.0.0/24"');
        expect(finding?.remediation.console).toContain("is wider than was meant, delete that instead");
      },
    },
    {
      name: "two halves make up a third rule, over IPv6",
      estate: group(allow("tcp", 22, "::/1"), allow("tcp", 22, "8000::/1"), allow("tcp", 22, "::/0")),
      also: (findings) => expect(findings.length).toBeGreaterThan(0),
    },
    {
      name: "a list: decided alike before",
      estate: acl(aclEntry(100, "allow", "0.0.0.0/0"), aclEntry(200, "allow", "0.0.0.0/0", ssh)),
      message: "everything it matches is decided alike before by rule 100",
    },
    {
      name: "a list: the end would deny it anyway; the denial that bears load is named",
      estate: acl(
        aclEntry(90, "deny", "198.0.0.0/8", https),
        aclEntry(100, "allow", "0.0.0.0/0", https),
        aclEntry(200, "deny", "0.0.0.0/0", ssh),
      ),
      resources: ["acl-1"],
      message:
        "rule 200 (deny tcp 22 from 0.0.0.0/0): everything it decides would be decided alike by what the list does where no rule matches",
      also: ([finding]) =>
        expect(finding?.evidence["loadBearingDenies"]).toMatchObject({ count: 1, first: [{ id: "90" }] }),
    },
    {
      name: "trap 1: implied by another group on every interface that carries it",
      estate: groups([office], [wide], ["sg-1", "sg-2"], ["sg-2", "sg-1"], ["sg-2"]),
      resources: ["sg-1"],
      message:
        /wherever the scan saw the group attached, .* allowed by rule "allow tcp 20-30 from 198\.0\.0\.0\/8" of security group 2 \(sg-2\) too/,
    },
    {
      name: "two groups that say the same, always together: one of them is enough, not none",
      estate: groups([office], [office], ["sg-1", "sg-2"]),
      also: (findings) => expect(findings).toHaveLength(1),
    },
  ],
  unknown: [
    {
      name: "who is on the list that would cover it was denied",
      estate: awsEstate([{ SecurityGroups: [securityGroup("sg-1", [office, allow("tcp", 22, "pl-1")])] }], {
        unread: { "ec2:GetManagedPrefixListEntries": "denied" },
      }),
      message: /Whether ingress rule .* of security group 1 \(sg-1\) changes anything is not known: prefix list pl-1/,
    },
    {
      name: "interfaces were denied, and every rule matters in its own group",
      estate: awsEstate([{ SecurityGroups: [securityGroup("sg-1", [office])] }], {
        unread: { "ec2:DescribeNetworkInterfaces": "denied" },
      }),
      resources: [`${account}/${region}`],
    },
  ],
});

import { expect } from "vitest";
import { check } from "../../../checks/network/unmatchable-rule.ts";
import { awsEstate } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import { aclEntry, networkAcl } from "../../support/one-instance.ts";
import { allow, networkInterface, securityGroup } from "../../support/security-groups.ts";

const nic = networkInterface("eni-1", ["sg-app"], { PrivateIpAddress: "10.0.0.5" });
const list = (...cidrs: readonly string[]) => [
  { SecurityGroups: [securityGroup("sg-web", [allow("tcp", 22, "pl-1")])] },
  { PrefixLists: [{ PrefixListId: "pl-1", PrefixListName: "vpn", AddressFamily: "IPv4", OwnerId: "111122223333" }] },
  { Entries: cidrs.map((Cidr) => ({ Cidr })), PrefixListId: "pl-1" },
];

checkCases(check, {
  pass: [
    {
      name: "the group it names is on an interface",
      estate: awsEstate([
        { SecurityGroups: [securityGroup("sg-web", [allow("tcp", 22, "sg-app")]), securityGroup("sg-app")] },
        { NetworkInterfaces: [nic] },
      ]),
    },
    { name: "a list with one entry", estate: awsEstate(list("198.20.0.0/24")) },
    {
      name: "trap 5: a group that names itself and is not attached yet",
      estate: awsEstate([{ SecurityGroups: [securityGroup("sg-web", [allow("-1", null, "sg-web")])] }]),
    },
    {
      name: "both families of a network ACL",
      estate: awsEstate([
        { NetworkAcls: [networkAcl("acl-1", [aclEntry(100, "allow", "0.0.0.0/0"), aclEntry(101, "deny", "::/0")])] },
      ]),
    },
  ],
  fail: [
    {
      name: "trap 5: a stale rule: the group it names is gone",
      estate: awsEstate([
        { SecurityGroups: [securityGroup("sg-web", [allow("tcp", 22, "sg-gone"), allow("tcp", 443, "::/0")])] },
        { NetworkInterfaces: [nic] },
      ]),
      resources: ["sg-web"],
      message:
        'Security group web (sg-web) has an ingress rule that no packet can match, rule "allow tcp 22 from security group sg-gone": security group sg-gone is on no network interface whose packets could come here.',
      also: ([finding]) => expect(finding?.remediation.cli[0]).toContain('"GroupId":"sg-gone"'),
    },
    {
      name: "outbound too",
      estate: awsEstate([
        {
          SecurityGroups: [securityGroup("sg-web", [], { IpPermissionsEgress: [allow("tcp", 5432, "sg-gone")] })],
        },
        { NetworkInterfaces: [nic] },
      ]),
      message: "an egress rule that no packet can match",
    },
  ],
  unknown: [
    {
      name: "trap 6: the entries of the list were denied",
      estate: awsEstate(
        [
          { SecurityGroups: [securityGroup("sg-web", [allow("tcp", 22, "pl-1")])] },
          { PrefixLists: [{ PrefixListId: "pl-1", AddressFamily: "IPv4", OwnerId: "111122223333" }] },
        ],
        { unread: { "ec2:GetManagedPrefixListEntries": "denied" } },
      ),
      resources: ["sg-web"],
      message: "ec2:GetManagedPrefixListEntries denied",
    },
    {
      name: "an entry that is not what AWS documents",
      estate: awsEstate([{ NetworkAcls: [networkAcl("acl-1", [aclEntry(100, "allow", "nowhere")])] }]),
      resources: ["acl-1"],
    },
  ],
});

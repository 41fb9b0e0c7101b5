import { expect } from "vitest";
import { check } from "../../../checks/network/default-firewall-in-use.ts";
import { checkCases } from "../../support/check-tester.ts";
import { awsEstate } from "../../support/aws-estate.ts";
import { allow, networkInterface, securityGroup } from "../../support/security-groups.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";

const group = (ingress: readonly VendorObject[], more: VendorObject = {}) =>
  awsEstate([{ SecurityGroups: [securityGroup("sg-1", ingress, { GroupName: "default", ...more })] }]);

checkCases(check, {
  pass: [{ name: "emptied", estate: group([]) }],
  fail: [
    {
      name: "as AWS makes it",
      estate: group([allow("-1", null, "sg-1")], { IpPermissionsEgress: [allow("-1", null, "0.0.0.0/0")] }),
      resources: ["sg-1"],
      message:
        "Security group default (sg-1) is the default of its network and allows traffic: 1 inbound rule and 1 outbound rule.",
      also: ([finding]) => expect(finding?.remediation.cli).toHaveLength(2),
    },
    { name: "one harmless rule, IPv6", estate: group([allow("tcp", 443, "fd00::/8")]) },
    { name: "one outbound rule", estate: group([], { IpPermissionsEgress: [allow("tcp", 443, "10.0.0.0/8")] }) },
    {
      name: "a rule beside what cannot be read",
      estate: group([], { IpPermissions: "none", IpPermissionsEgress: [allow("tcp", 443, "10.0.0.0/8")] }),
    },
    { name: "a rule that names an unreadable prefix list is a rule", estate: group([allow("tcp", 22, "pl-1")]) },
    {
      name: "with rules, on an interface",
      estate: awsEstate([
        { SecurityGroups: [securityGroup("sg-1", [allow("tcp", 22, "10.0.0.0/8")], { GroupName: "default" })] },
        { NetworkInterfaces: [networkInterface("eni-1", ["sg-1"])] },
      ]),
      also: ([finding]) => expect(finding?.evidence["attachments"]).toBe(1),
    },
  ],
  unknown: [
    { name: "rules that cannot be read", estate: group([], { IpPermissions: "none" }), message: "may have rules" },
  ],
  silent: [
    {
      name: "a group of one's own",
      estate: awsEstate([{ SecurityGroups: [securityGroup("sg-2", [allow("-1", null, "0.0.0.0/0")])] }]),
    },
    {
      name: "a default network ACL",
      estate: awsEstate([
        {
          NetworkAcls: [
            {
              NetworkAclId: "acl-1",
              VpcId: "vpc-1",
              OwnerId: "111122223333",
              IsDefault: true,
              Associations: [],
              Entries: [
                { RuleNumber: 100, Protocol: "-1", RuleAction: "allow", Egress: false, CidrBlock: "0.0.0.0/0" },
              ],
            },
          ],
        },
      ]),
    },
  ],
});

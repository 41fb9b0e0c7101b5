import { expect } from "vitest";
import { check } from "../../../checks/network/unused-firewall.ts";
import { checkCases } from "../../support/check-tester.ts";
import { awsEstate } from "../../support/aws-estate.ts";
import { allow, networkInterface, securityGroup } from "../../support/security-groups.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";

const acl = (more: VendorObject) => ({
  NetworkAcls: [
    {
      NetworkAclId: "acl-1",
      VpcId: "vpc-1",
      OwnerId: "111122223333",
      IsDefault: false,
      Associations: [],
      Entries: [],
      ...more,
    },
  ],
});
const groups = (...items: readonly VendorObject[]) => ({ SecurityGroups: items });

checkCases(check, {
  pass: [
    {
      name: "a group on an interface",
      estate: awsEstate([groups(securityGroup("sg-1")), { NetworkInterfaces: [networkInterface("eni-1", ["sg-1"])] }]),
    },
    {
      name: "trap 14: a group that is associated with another VPC",
      estate: awsEstate([
        groups(securityGroup("sg-1")),
        {
          SecurityGroupVpcAssociations: [
            { GroupId: "sg-1", VpcId: "vpc-2", VpcOwnerId: "111122223333", State: "associated" },
          ],
        },
      ]),
    },
    { name: "a network ACL of a subnet", estate: awsEstate([acl({ Associations: [{ SubnetId: "subnet-1" }] })]) },
  ],
  fail: [
    {
      name: "a group on nothing",
      estate: awsEstate([groups(securityGroup("sg-1", [allow("tcp", 22, "0.0.0.0/0")]))]),
      resources: ["sg-1"],
      message: "Security group 1 (sg-1) guards nothing that the scan saw, and no other firewall's rule names it.",
      also: ([finding]) =>
        expect(finding?.remediation.cli).toEqual(["aws ec2 delete-security-group --group-id sg-1 --region eu-west-1"]),
    },
    {
      name: "a group that only its own rule names",
      estate: awsEstate([groups(securityGroup("sg-1", [allow("-1", null, "sg-1")]))]),
    },
    {
      name: "a group whose association with a VPC has ended",
      estate: awsEstate([
        groups(securityGroup("sg-1")),
        {
          SecurityGroupVpcAssociations: [
            { GroupId: "sg-1", VpcId: "vpc-2", VpcOwnerId: "111122223333", State: "disassociated" },
          ],
        },
      ]),
    },
    {
      name: "a network ACL without a subnet",
      estate: awsEstate([acl({})]),
      resources: ["acl-1"],
      message: "Network ACL acl-1 guards nothing",
    },
    {
      name: "the group that names another, not the one that is named",
      estate: awsEstate([groups(securityGroup("sg-1"), securityGroup("sg-2", [allow("tcp", 22, "sg-1")]))]),
      resources: ["sg-2"],
    },
  ],
  unknown: [
    {
      name: "interfaces that could not be listed: the account and Region, not each group",
      estate: awsEstate([groups(securityGroup("sg-1"), securityGroup("sg-2"))], {
        unread: { "ec2:DescribeNetworkInterfaces": "denied" },
      }),
      resources: ["111122223333/eu-west-1"],
      message: "ec2:DescribeNetworkInterfaces",
    },
    {
      name: "groups of which some were not listed, for one of those may name a group that looks unused",
      estate: awsEstate([groups(securityGroup("sg-1"))], { unread: { "ec2:DescribeSecurityGroups": "throttled" } }),
      resources: ["111122223333/eu-west-1"],
      message: "ec2:DescribeSecurityGroups",
    },
    {
      name: "network ACLs that could not be listed",
      estate: awsEstate([groups(securityGroup("sg-1")), { NetworkInterfaces: [networkInterface("eni-1", ["sg-1"])] }], {
        unread: { "ec2:DescribeNetworkAcls": "denied" },
      }),
      resources: ["111122223333/eu-west-1"],
    },
  ],
  silent: [
    {
      name: "default ones cannot be deleted",
      estate: awsEstate([groups(securityGroup("sg-1", [], { GroupName: "default" })), acl({ IsDefault: true })]),
    },
  ],
});

import { expect } from "vitest";
import { check } from "../../../checks/aws/aws-nacl-open-admin.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";
import { account, awsEstate, region } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import { aclEntry, networkAcl, openAcl } from "../../support/one-instance.ts";
import { allow, securityGroup } from "../../support/security-groups.ts";

const acl = (...entries: readonly VendorObject[]) => awsEstate([{ NetworkAcls: [networkAcl("acl-1", entries)] }]);
const ssh = { protocol: "6", ports: [22, 22] } as const;
const everything = aclEntry(100, "allow", "0.0.0.0/0");

checkCases(check, {
  pass: [
    { name: "HTTPS alone", estate: acl(aclEntry(100, "allow", "0.0.0.0/0", { protocol: "6", ports: [443, 443] })) },
    { name: "everything from private space", estate: acl(aclEntry(100, "allow", "10.0.0.0/8")) },
    { name: "everything out, nothing in", estate: acl(aclEntry(100, "allow", "0.0.0.0/0", { egress: true })) },
    {
      name: "trap 7: both halves are denied before everything is allowed",
      estate: acl(aclEntry(90, "deny", "0.0.0.0/1"), aclEntry(91, "deny", "128.0.0.0/1"), everything),
    },
    {
      name: "trap 7: sorted by number, whatever the order of the answer",
      estate: acl(aclEntry(100, "allow", "0.0.0.0/0", ssh), aclEntry(10, "deny", "0.0.0.0/0")),
    },
  ],
  fail: [
    {
      name: "the default ACL as AWS makes it",
      estate: awsEstate([{ NetworkAcls: [{ ...networkAcl("acl-1", openAcl, ["subnet-1"]), IsDefault: true }] }]),
      resources: ["acl-1"],
      message:
        "Network ACL acl-1, the default of its VPC, lets in every remote-administration port to the whole internet (0.0.0.0/0, ::/0), for 1 subnet.",
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "aws ec2 delete-network-acl-entry --network-acl-id acl-1 --ingress --rule-number 100 --region eu-west-1",
          "aws ec2 delete-network-acl-entry --network-acl-id acl-1 --ingress --rule-number 101 --region eu-west-1",
        ]);
        expect(finding?.remediation.console).toContain("First add rules");
      },
    },
    {
      name: "associated with nothing",
      estate: acl(aclEntry(100, "allow", "0.0.0.0/0", ssh)),
      message: "for 0 subnets",
    },
    {
      name: "IPv6 alone",
      estate: acl(aclEntry(100, "allow", "::/0", ssh)),
      message: "SSH (tcp 22) to all of the IPv6 internet",
    },
    {
      name: "trap 7: the denial of the other family closes nothing",
      estate: acl(aclEntry(90, "deny", "::/0"), aclEntry(100, "allow", "0.0.0.0/0", ssh)),
      message: "IPv4 internet",
    },
    {
      name: "trap 2: open by halves",
      estate: acl(aclEntry(100, "allow", "0.0.0.0/1", ssh), aclEntry(110, "allow", "128.0.0.0/1", ssh)),
      message: "(0.0.0.0/0)",
    },
    {
      name: "the denial comes too late",
      estate: acl(aclEntry(100, "allow", "0.0.0.0/0", ssh), aclEntry(110, "deny", "0.0.0.0/0", ssh)),
    },
    {
      name: "UDP counts",
      estate: acl(aclEntry(100, "allow", "0.0.0.0/0", { protocol: "17", ports: [3389, 3389] })),
      message: "RDP (udp 3389)",
    },
  ],
  silent: [
    {
      name: "a security group is judged by other checks",
      estate: awsEstate([{ SecurityGroups: [securityGroup("sg-1", [allow("tcp", 22, "0.0.0.0/0")])] }]),
    },
  ],
  unknown: [
    {
      name: "a denial whose addresses cannot be read",
      estate: acl(aclEntry(90, "deny", "everyone"), aclEntry(100, "allow", "0.0.0.0/0", ssh)),
      resources: ["acl-1"],
      message: "cannot be read",
    },
    {
      name: "network ACLs were denied",
      estate: awsEstate([], { unread: { "ec2:DescribeNetworkAcls": "denied" } }),
      resources: [`${account}/${region}`],
    },
  ],
});

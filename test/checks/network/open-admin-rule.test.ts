import { check } from "../../../checks/network/open-admin-rule.ts";
import { parsePortService } from "../../../src/network/port-groups.ts";
import { checkCases } from "../../support/check-tester.ts";
import { awsEstate } from "../../support/aws-estate.ts";
import { allow, networkInterface, securityGroup } from "../../support/security-groups.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";
import { expect } from "vitest";

const group = (...ingress: readonly VendorObject[]) =>
  awsEstate([{ SecurityGroups: [securityGroup("sg-web", ingress)] }]);

/** A group whose SSH port is open to a prefix list of these entries. */
const listed = (...cidrs: readonly string[]) =>
  awsEstate([
    { SecurityGroups: [securityGroup("sg-web", [allow("tcp", 22, "pl-1")])] },
    { PrefixLists: [{ PrefixListId: "pl-1", PrefixListName: "all", AddressFamily: "IPv4", OwnerId: "111122223333" }] },
    { Entries: cidrs.map((Cidr) => ({ Cidr })), PrefixListId: "pl-1" },
  ]);

/** All of IPv4 in 64 blocks of /6, over three rules. */
const slices = Array.from({ length: 64 }, (_, index) => `${index * 4}.0.0.0/6`);

/** A group whose SSH port is open to two lists that could not be read: one of IPv4, and another group nobody knows. */
const doubtful = () =>
  awsEstate(
    [
      { SecurityGroups: [securityGroup("sg-web", [allow("tcp", 22, "pl-1", "999988887777/sg-far")])] },
      {
        PrefixLists: [{ PrefixListId: "pl-1", PrefixListName: "all", AddressFamily: "IPv4", OwnerId: "111122223333" }],
      },
    ],
    { unread: { "ec2:GetManagedPrefixListEntries": "denied" } },
  );

checkCases(check, {
  pass: [
    { name: "SSH from an office", estate: group(allow("tcp", 22, "198.51.100.0/24", "2001:db8::/48")) },
    { name: "HTTPS from everywhere", estate: group(allow("tcp", 443, "0.0.0.0/0", "::/0")) },
    {
      name: "everything from private space of both families",
      estate: group(allow("-1", null, "10.0.0.0/8", "192.168.0.0/16", "fd00::/8")),
    },
    { name: "ICMP of every type, numbers that look like ports", estate: group(allow("icmp", [22, 22], "0.0.0.0/0")) },
    {
      name: "trap 5: SSH from a group with public members is not the internet",
      estate: awsEstate([
        { SecurityGroups: [securityGroup("sg-web", [allow("tcp", 22, "sg-web", "999988887777/sg-far")])] },
        {
          NetworkInterfaces: [
            networkInterface("eni-1", ["sg-web"], {
              PrivateIpAddress: "10.0.0.5",
              Association: { PublicIp: "54.1.2.3" },
            }),
          ],
        },
      ]),
    },
    { name: "a prefix list of offices", estate: listed("198.51.100.0/24", "52.1.0.0/16") },
    { name: "just under the share that counts as the internet", estate: group(allow("tcp", 22, "4.0.0.0/9")) },
    {
      name: "a network ACL that lets SSH in: not a first-line firewall",
      estate: awsEstate([
        { SecurityGroups: [securityGroup("sg-web")] },
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
    {
      name: "no group at all, but one without rules",
      estate: awsEstate([{ SecurityGroups: [securityGroup("sg-empty")] }]),
    },
  ],
  fail: [
    {
      name: "SSH from everywhere",
      estate: group(allow("tcp", 22, "0.0.0.0/0")),
      resources: ["sg-web"],
      message: "Security group web (sg-web) opens SSH (tcp 22) to all of the IPv4 internet (0.0.0.0/0).",
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          `aws ec2 revoke-security-group-ingress --group-id sg-web --ip-permissions '[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]' --region eu-west-1`,
        ]);
        expect(finding?.evidence).toMatchObject({ services: ["SSH"], attachments: 0, rules: { count: 1 } });
      },
    },
    { name: "the same for IPv6", estate: group(allow("tcp", 22, "::/0")), message: "all of the IPv6 internet (::/0)" },
    {
      name: "both families",
      estate: group(allow("tcp", 3389, "0.0.0.0/0", "::/0")),
      message: "RDP (tcp 3389) to the whole internet (0.0.0.0/0, ::/0)",
    },
    {
      name: "trap 2: two halves of IPv4",
      estate: group(allow("tcp", 22, "0.0.0.0/1", "128.0.0.0/1")),
      message: "(0.0.0.0/0)",
    },
    {
      name: "trap 2: two halves of IPv6 in rules of their own",
      estate: group(allow("tcp", 22, "::/1"), allow("tcp", [20, 30], "8000::/1")),
      message: "SSH",
    },
    {
      name: "trap 2: all global unicast",
      estate: group(allow("tcp", 22, "2000::/3")),
      message: "all of the IPv6 internet (2000::/3)",
    },
    {
      name: "trap 2: sixty-four blocks over three rules",
      estate: group(
        allow("tcp", 22, ...slices.slice(0, 20)),
        allow("-1", null, ...slices.slice(20, 40)),
        allow("tcp", [0, 65535], ...slices.slice(40)),
      ),
      message: "SSH",
    },
    {
      name: "trap 2: a hundred small ranges, none of them wide, that add up to the internet",
      estate: group(
        ...Array.from({ length: 100 }, (_, index) =>
          allow("tcp", 22, `${20 + Math.floor(index / 2)}.${index % 2 === 0 ? 0 : 64}.0.0/10`),
        ),
      ),
      message:
        /opens SSH \(tcp 22\) to 11\.\d % of the IPv4 internet \(20\.0\.0\.0\/9, 21\.0\.0\.0\/9, .* and 46 more\)/,
    },
    {
      name: "trap 3: every protocol with ports that mean nothing",
      estate: group(allow("-1", 443, "0.0.0.0/0")),
      message: "SSH, Telnet, WinRM, RDP and 16 more",
    },
    { name: "trap 3: a numeric protocol", estate: group(allow("17", 3389, "::/0")), message: "RDP (udp 3389)" },
    { name: "trap 4: ports left out", estate: group(allow("tcp", null, "0.0.0.0/0")), message: "SSH" },
    {
      name: "a range with one such port in it",
      estate: group(allow("tcp", [2000, 2400], "::/0")),
      message: "Docker, etcd, NFS (tcp 2049, 2375-2376, 2379-2380)",
    },
    { name: "trap 6: a prefix list of two halves", estate: listed("0.0.0.0/1", "128.0.0.0/1"), message: "SSH" },
    {
      name: "trap 6: half of it by a list, half by a rule",
      estate: awsEstate([
        { SecurityGroups: [securityGroup("sg-web", [allow("tcp", 22, "pl-1", "0.0.0.0/9")])] },
        { PrefixLists: [{ PrefixListId: "pl-1", AddressFamily: "IPv4", OwnerId: "111122223333" }] },
        { Entries: [{ Cidr: "128.0.0.0/1" }], PrefixListId: "pl-1" },
      ]),
      message: "SSH",
    },
    {
      name: "a default group too, attached or not",
      estate: awsEstate([
        { SecurityGroups: [securityGroup("sg-1", [allow("tcp", 22, "0.0.0.0/0")], { GroupName: "default" })] },
      ]),
    },
    {
      name: "a port of the user's own",
      estate: group(allow("tcp", 9443, "0.0.0.0/0")),
      settings: { adminPorts: [parsePortService("9443")] },
      message: "9443 (tcp 9443)",
    },
    {
      name: "a lower share of one's own",
      estate: group(allow("tcp", 22, "4.0.0.0/10")),
      settings: { internetShare: 1 / 2048 },
      message: "0.113 % of the IPv4 internet",
    },
    {
      name: "with rule ids; the office's rule stays",
      estate: awsEstate([
        {
          SecurityGroups: [
            securityGroup("sg-web", [allow("tcp", 22, "0.0.0.0/0", "198.20.0.0/24"), allow("-1", null, "::/0")]),
          ],
        },
        {
          SecurityGroupRules: [
            {
              SecurityGroupRuleId: "sgr-1",
              GroupId: "sg-web",
              IsEgress: false,
              IpProtocol: "tcp",
              FromPort: 22,
              ToPort: 22,
              CidrIpv4: "0.0.0.0/0",
            },
            {
              SecurityGroupRuleId: "sgr-2",
              GroupId: "sg-web",
              IsEgress: false,
              IpProtocol: "tcp",
              FromPort: 22,
              ToPort: 22,
              CidrIpv4: "198.20.0.0/24",
            },
            {
              SecurityGroupRuleId: "sgr-3",
              GroupId: "sg-web",
              IsEgress: false,
              IpProtocol: "-1",
              FromPort: -1,
              ToPort: -1,
              CidrIpv6: "::/0",
            },
          ],
        },
      ]),
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "aws ec2 revoke-security-group-ingress --group-id sg-web --security-group-rule-ids sgr-1 sgr-3 --region eu-west-1",
        ]);
        expect(finding?.remediation.console).toContain("sgr-1 (tcp 22 from 0.0.0.0/0)");
      },
    },
    {
      name: "an id that would run a command is quoted",
      estate: awsEstate([{ SecurityGroups: [securityGroup("sg-'; rm -rf ~", [allow("tcp", 22, "0.0.0.0/0")])] }]),
      also: ([finding]) => expect(finding?.remediation.cli[0]).toContain(String.raw`--group-id 'sg-'\''; rm -rf ~'`),
    },
    {
      name: "certainly open, whatever else could not be read",
      estate: awsEstate([{ SecurityGroups: [securityGroup("sg-web", [allow("tcp", 22, "0.0.0.0/0", "pl-1")])] }], {
        unread: { "ec2:GetManagedPrefixListEntries": "denied" },
      }),
    },
  ],
  unknown: [
    {
      name: "trap 6: a prefix list that was denied",
      estate: awsEstate(
        [
          { SecurityGroups: [securityGroup("sg-web", [allow("tcp", 22, "pl-1")])] },
          {
            PrefixLists: [
              { PrefixListId: "pl-1", PrefixListName: "vpn", AddressFamily: "IPv6", OwnerId: "111122223333" },
            ],
          },
        ],
        { unread: { "ec2:GetManagedPrefixListEntries": "denied" } },
      ),
      resources: ["sg-web"],
      message: "may open SSH (tcp 22) to the internet: prefix list pl-1 (vpn): ec2:GetManagedPrefixListEntries denied.",
    },
    {
      name: "names what makes the difference, not a group whose members cannot be the internet",
      estate: doubtful(),
      message: "may open SSH (tcp 22) to the internet: prefix list pl-1 (all): ec2:GetManagedPrefixListEntries denied.",
      also: ([finding]) => {
        expect(JSON.stringify(finding?.evidence)).not.toContain("sg-far");
      },
    },
    {
      name: "an address block that is none",
      estate: group(allow("tcp", 22, "0.0.0.0/00000")),
      message: "cannot be read",
    },
    { name: "a protocol that is none", estate: group(allow("tpc", 443, "0.0.0.0/0")), message: 'its protocol "tpc"' },
    {
      name: "groups that could not be listed: the account and Region, once",
      estate: awsEstate([{ Vpcs: [{ VpcId: "vpc-1", OwnerId: "111122223333" }] }], {
        unread: { "ec2:DescribeSecurityGroups": "denied" },
      }),
      resources: ["111122223333/eu-west-1"],
    },
  ],
});

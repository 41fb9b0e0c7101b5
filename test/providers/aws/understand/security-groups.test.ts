import { describe, expect, it } from "vitest";
import { parseCidr, toCidrs, unionAddresses } from "../../../../src/network/addresses.ts";
import { openness } from "../../../../src/network/declared.ts";
import type { Firewall } from "../../../../src/network/estate.ts";
import { describeL4 } from "../../../../src/network/l4.ts";
import { internetShare } from "../../../../src/network/width.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import { allow, networkInterface, securityGroup } from "../../../support/security-groups.ts";
import { ended, here, understood, type Answer } from "./small-snapshot.ts";

const groupsOf = (...items: readonly VendorObject[]): Answer => ({ operation: "ec2:DescribeSecurityGroups", items });
const interfaces = (...items: readonly VendorObject[]): Answer => ({
  operation: "ec2:DescribeNetworkInterfaces",
  items,
});

function firewallOf(answers: readonly Answer[], id = "sg-1", options?: Parameters<typeof understood>[1]): Firewall {
  const firewall = understood(answers, options).network.firewalls.find(({ resource }) => resource.id === id);
  if (firewall === undefined) throw new Error(`no ${id}`);
  return firewall;
}

/** What a group with one permission lets in: ports and certain sources in words. */
function lets(permission: VendorObject): string {
  const open = openness(firewallOf([groupsOf(securityGroup("sg-1", [permission]))]).ingress);
  return open.map(({ l4, remote }) => `${describeL4(l4)} from ${toCidrs(remote.must).join(", ") || "?"}`).join(" | ");
}

describe("trap 3: what a permission's protocol and ports mean", () => {
  it.each([
    ["-1 is everything even if ports are given", allow("-1", 22, "0.0.0.0/0"), "every protocol from 0.0.0.0/0"],
    ["-1 for IPv6", allow("-1", null, "::/0"), "every protocol from ::/0"],
    ["tcp by name", allow("tcp", [20, 23], "10.0.0.0/8"), "tcp 20-23 from 10.0.0.0/8"],
    ["tcp by number", allow("6", 22, "2001:db8::/32"), "tcp 22 from 2001:db8::/32"],
    ["udp by name", allow("udp", 53, "10.0.0.0/8"), "udp 53 from 10.0.0.0/8"],
    ["udp by number", allow("17", 53, "10.0.0.0/8"), "udp 53 from 10.0.0.0/8"],
    ["TCP in capitals", allow("TCP", 22, "10.0.0.0/8"), "tcp 22 from 10.0.0.0/8"],
    ["icmp type and code", allow("icmp", [3, 4], "10.0.0.0/8"), "icmp destination-unreachable/4 from 10.0.0.0/8"],
    ["icmp type with every code", allow("1", [8, -1], "10.0.0.0/8"), "icmp echo-request from 10.0.0.0/8"],
    ["icmp of every type", allow("icmp", [-1, -1], "10.0.0.0/8"), "all icmp from 10.0.0.0/8"],
    ["icmpv6 by name without fields", allow("icmpv6", null, "::/0"), "all icmpv6 from ::/0"],
    ["icmpv6 by number", allow("58", [128, 0], "::/0"), "icmpv6 echo-request/0 from ::/0"],
    ["another protocol has no ports", allow("50", [22, 22], "10.0.0.0/8"), "all esp from 10.0.0.0/8"],
    ["sctp has no ports here", allow("132", [22, 22], "10.0.0.0/8"), "every sctp port from 10.0.0.0/8"],
  ])("%s", (_, permission, expected) => {
    expect(lets(permission)).toBe(expected);
  });
});

describe("trap 4: ports that are missing are all ports", () => {
  it.each([
    ["both, tcp", allow("tcp", null, "0.0.0.0/0"), "every tcp port from 0.0.0.0/0"],
    ["both, udp over IPv6", allow("udp", null, "::/0"), "every udp port from ::/0"],
    [
      "both null",
      { ...allow("tcp", null, "0.0.0.0/0"), FromPort: null, ToPort: null },
      "every tcp port from 0.0.0.0/0",
    ],
    ["both -1", allow("tcp", [-1, -1], "0.0.0.0/0"), "every tcp port from 0.0.0.0/0"],
    ["the last one", { ...allow("tcp", null, "0.0.0.0/0"), FromPort: 1024 }, "tcp 1024-65535 from 0.0.0.0/0"],
    ["the first one", { ...allow("tcp", null, "0.0.0.0/0"), ToPort: 1023 }, "tcp 0-1023 from 0.0.0.0/0"],
    [
      "digits in quotes are numbers",
      { ...allow("tcp", null, "0.0.0.0/0"), FromPort: "22", ToPort: "22" },
      "tcp 22 from 0.0.0.0/0",
    ],
  ])("%s", (_, permission, expected) => {
    expect(lets(permission)).toBe(expected);
  });
});

describe("a record that is not what AWS documents allows nothing for certain and may allow everything", () => {
  const everything = "every protocol from ?";
  it.each([
    ["an address block that is none", allow("tcp", 22, "10.0.0.0/33"), "tcp 22 from ?"],
    ["an IPv6 block that is none", allow("tcp", 22, "2001::g/32"), "tcp 22 from ?"],
    ["an unknown protocol", allow("tpc", 22, "0.0.0.0/0"), everything],
    ["no protocol", { ...allow("tcp", 22, "0.0.0.0/0"), IpProtocol: null }, everything],
    ["a protocol number too high", allow("300", null, "0.0.0.0/0"), everything],
    ["a port that is text", { ...allow("tcp", 22, "0.0.0.0/0"), FromPort: "ssh" }, "every tcp port from ?"],
    ["a port too high", allow("tcp", [22, 70000], "0.0.0.0/0"), "every tcp port from ?"],
    ["ports the wrong way round", allow("tcp", [23, 22], "0.0.0.0/0"), "every tcp port from ?"],
    ["an ICMP code without a type (unmatchable)", allow("icmp", [-1, 4], "0.0.0.0/0"), "all icmp from ?"],
    ["ranges that are no list", { ...allow("tcp", 22), IpRanges: "0.0.0.0/0" }, "tcp 22 from ?"],
    ["a range that is no object", { ...allow("tcp", 22), IpRanges: ["0.0.0.0/0"] }, "tcp 22 from ?"],
    ["a group pair without an id", { ...allow("tcp", 22), UserIdGroupPairs: [{ UserId: "1" }] }, "tcp 22 from ?"],
  ])("%s", (_, permission, expected) => {
    expect(lets(permission)).toBe(expected);
    const { ingressRules } = firewallOf([groupsOf(securityGroup("sg-1", [permission]))]);
    expect(ingressRules.flatMap(({ remote }) => remote.missing).join()).toContain("of sg-1 cannot be read");
  });

  it.each([
    ["permissions that are no list", { IpPermissions: "none" }],
    ["a permission that is no object", { IpPermissions: [null] }],
    ["a summary without rules", { IpPermissions: undefined, IpPermissionsEgress: undefined }],
  ])("%s", (_, more) => {
    const record = Object.fromEntries(
      Object.entries({ ...securityGroup("sg-1"), ...more }).filter(([, value]) => value !== undefined),
    );
    const [open] = openness(firewallOf([groupsOf(record)]).ingress);
    expect(internetShare(open?.remote.may ?? { v4: [], v6: [] })).toEqual({ v4: 1, v6: 1 });
    expect(open?.remote.must).toEqual({ v4: [], v6: [] });
    expect(open?.remote.missing).not.toEqual([]);
  });

  it("a group without an id is left out, whatever it holds", () => {
    expect(understood([groupsOf({ GroupName: "x" }, { GroupId: 7 })]).network.firewalls).toEqual([]);
  });
});

describe("trap 1: a group is the union of its rules, each with one peer", () => {
  const group = securityGroup("sg-1", [allow("tcp", 22, "10.0.0.0/8", "2001:db8::/32", "pl-1", "sg-2")], {
    IpPermissionsEgress: [allow("-1", null, "0.0.0.0/0")],
  });

  it("one rule for each peer, with a key that holds what it says", () => {
    const { ingressRules, egressRules, ingress } = firewallOf([groupsOf(group)]);
    expect(ingress).toMatchObject({ kind: "anyOf", rules: ingressRules });
    expect(ingressRules.map(({ key }) => key)).toEqual([
      "ingress allow tcp/22 10.0.0.0/8",
      "ingress allow tcp/22 2001:db8::/32",
      "ingress allow tcp/22 pl-1",
      "ingress allow tcp/22 sg-2",
    ]);
    expect(egressRules.map(({ key }) => key)).toEqual(["egress allow all 0.0.0.0/0"]);
  });

  it("rules that say the same are one, however they are written", () => {
    const twice = securityGroup("sg-1", [
      allow("tcp", 22, "0.0.0.0/0", "0:0::/0"),
      allow("6", 22, "0.0.0.0/0", "::/0"),
      allow("tcp", 22, "10.1.2.3/8"),
      allow("tcp", 22, "10.0.0.0/8"),
    ]);
    const keys = firewallOf([groupsOf(twice)]).ingressRules.map(({ key }) => key);
    expect(keys).toEqual([
      "ingress allow tcp/22 0.0.0.0/0",
      "ingress allow tcp/22 ::/0",
      "ingress allow tcp/22 10.0.0.0/8",
    ]);
  });

  it("a group told twice in one account and Region is one firewall with the rules of both", () => {
    const first = securityGroup("sg-1", [allow("tcp", 22, "10.0.0.0/8")]);
    const second = securityGroup("sg-1", [allow("tcp", 443, "0.0.0.0/0")]);
    const { firewalls } = understood([groupsOf(first, second)]).network;
    expect(firewalls.map(({ ingressRules }) => ingressRules.length)).toEqual([2]);
  });

  it("trap 15: takes rule ids and descriptions from DescribeSecurityGroupRules, for every kind of peer and both directions", () => {
    const rule = (id: string, more: VendorObject): VendorObject => ({
      SecurityGroupRuleId: id,
      GroupId: "sg-1",
      IsEgress: false,
      IpProtocol: "tcp",
      FromPort: 22,
      ToPort: 22,
      Description: `about ${id}`,
      ...more,
    });
    const { ingressRules, egressRules } = firewallOf([
      groupsOf(group),
      {
        operation: "ec2:DescribeSecurityGroupRules",
        items: [
          rule("sgr-1", { CidrIpv4: "10.0.0.0/8" }),
          rule("sgr-2", { CidrIpv6: "2001:db8::/32" }),
          rule("sgr-3", { PrefixListId: "pl-1" }),
          rule("sgr-4", { ReferencedGroupInfo: { GroupId: "sg-2", UserId: "111122223333" } }),
          rule("sgr-5", { IsEgress: true, IpProtocol: "-1", FromPort: -1, ToPort: -1, CidrIpv4: "0.0.0.0/0" }),
          rule("sgr-6", { GroupId: "sg-9", CidrIpv4: "10.0.0.0/8" }),
          { SecurityGroupRuleId: "sgr-7" },
        ],
      },
    ]);
    expect(ingressRules.map(({ id }) => id)).toEqual(["sgr-1", "sgr-2", "sgr-3", "sgr-4"]);
    expect(egressRules).toMatchObject([{ id: "sgr-5", description: "about sgr-5" }]);
  });
});

describe("trap 5: a group as a source is its members' private addresses, never the internet", () => {
  const group = securityGroup("sg-1", [allow("tcp", 22, "sg-2")]);
  const member = networkInterface("eni-1", ["sg-2"], {
    PrivateIpAddress: "10.0.0.5",
    PrivateIpAddresses: [
      { PrivateIpAddress: "10.0.0.5", Primary: true, Association: { PublicIp: "54.1.2.3" } },
      { PrivateIpAddress: "10.0.0.6", Primary: false },
    ],
    Ipv6Addresses: [{ Ipv6Address: "2a05:d018::5" }],
    Ipv4Prefixes: [{ Ipv4Prefix: "10.0.1.0/28" }],
    Ipv6Prefixes: [{ Ipv6Prefix: "2a05:d018:1::/80" }],
  });

  it("primary and secondary addresses, IPv6 and delegated prefixes; not the public address", () => {
    const [rule] = firewallOf([groupsOf(group), interfaces(member)]).ingressRules;
    expect(toCidrs(rule?.remote.must ?? { v4: [], v6: [] })).toEqual([
      "10.0.0.5/32",
      "10.0.0.6/32",
      "10.0.1.0/28",
      "2a05:d018::5/128",
      "2a05:d018:1::/80",
    ]);
    expect(rule?.remote.missing).toEqual([]);
  });

  it("a reference to itself is its own members", () => {
    const self = securityGroup("sg-1", [allow("-1", null, "sg-1")]);
    const [rule] = firewallOf([
      groupsOf(self),
      interfaces(networkInterface("eni-1", ["sg-1"], { PrivateIpAddress: "10.0.0.5" })),
    ]).ingressRules;
    expect(toCidrs(rule?.remote.may ?? { v4: [], v6: [] })).toEqual(["10.0.0.5/32"]);
  });

  it("no members, everything read: matches nothing", () => {
    const [rule] = firewallOf([groupsOf(group)]).ingressRules;
    expect(rule?.remote).toEqual({ must: { v4: [], v6: [] }, may: { v4: [], v6: [] }, missing: [] });
  });

  it.each([
    ["the interfaces of the account were denied", "sg-2", "ec2:DescribeNetworkInterfaces denied"],
    ["the group is in an account that was not scanned", "999988887777/sg-2", "account 999988887777 was not asked"],
  ])("%s: private space at most, and the network's own blocks", (_, peer, missing) => {
    const [rule] = firewallOf(
      [
        groupsOf(securityGroup("sg-1", [allow("tcp", 22, peer)])),
        interfaces(member),
        {
          operation: "ec2:DescribeVpcs",
          items: [
            {
              VpcId: "vpc-1",
              CidrBlock: "198.20.0.0/16",
              Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: "2a05:d018::/56" }],
            },
          ],
        },
      ],
      "sg-1",
      { coverage: [ended("ec2:DescribeNetworkInterfaces")] },
    ).ingressRules;
    const may = rule?.remote.may ?? { v4: [], v6: [] };
    const share = internetShare(may);
    expect(rule?.remote.missing.join()).toContain(missing);
    expect(toCidrs(rule?.remote.must ?? { v4: [], v6: [] })).toContain("10.0.0.5/32");
    for (const cidr of ["10.0.0.0/8", "192.168.0.0/16", "198.20.0.0/16", "fd00::/8", "2a05:d018::/56"]) {
      expect(toCidrs(unionAddresses([may, parseCidr(cidr) ?? may]))).toEqual(toCidrs(may));
    }
    expect(Math.max(share.v4, share.v6)).toBeLessThan(1 / 256);
  });

  it("stale: a reference over a peering connection that was deleted matches nothing", () => {
    const pair = { GroupId: "sg-2", UserId: "999988887777", VpcPeeringConnectionId: "pcx-1", PeeringStatus: "deleted" };
    const stale = securityGroup("sg-1", [{ ...allow("tcp", 22), UserIdGroupPairs: [pair] }]);
    const [rule] = firewallOf([groupsOf(stale), interfaces(member)]).ingressRules;
    expect(rule?.remote.may).toEqual({ v4: [], v6: [] });
  });
});

describe("trap 14: what carries a group, and who shares it", () => {
  it("every interface (secondary, service-owned), load balancer, VPC endpoint and associated network", () => {
    const { attachments } = firewallOf([
      groupsOf(securityGroup("sg-1")),
      interfaces(
        networkInterface("eni-1", ["sg-1", "sg-2"]),
        networkInterface("eni-2", ["sg-1"], { RequesterManaged: true, OwnerId: "amazon-elb" }),
        networkInterface("eni-3", ["sg-2"]),
      ),
      {
        operation: "ec2:DescribeInstances",
        items: [
          {
            Instances: [
              { InstanceId: "i-1", NetworkInterfaces: [networkInterface("eni-4", ["sg-1"])] },
              { InstanceId: "i-2", SecurityGroups: [{ GroupId: "sg-1" }] },
            ],
          },
        ],
      },
      {
        operation: "elasticloadbalancing:DescribeLoadBalancers",
        items: [{ LoadBalancerName: "old", SecurityGroups: ["sg-1"] }],
      },
      {
        operation: "elasticloadbalancingv2:DescribeLoadBalancers",
        items: [{ LoadBalancerArn: "arn:lb", SecurityGroups: ["sg-1"] }],
      },
      { operation: "ec2:DescribeVpcEndpoints", items: [{ VpcEndpointId: "vpce-1", Groups: [{ GroupId: "sg-1" }] }] },
      {
        operation: "ec2:DescribeSecurityGroupVpcAssociations",
        items: [
          { GroupId: "sg-1", VpcId: "vpc-2", State: "associated" },
          { GroupId: "sg-1", VpcId: "vpc-3", State: "disassociated" },
        ],
      },
    ]);
    expect(attachments).toEqual(["eni-1", "eni-2", "eni-4", "i-2", "vpce-1", "old", "arn:lb", "vpc-2"]);
  });

  it("an interface of a participant's account carries the group too", () => {
    const participant = { ...here, account: "444455556666" };
    const { attachments } = firewallOf([
      groupsOf(securityGroup("sg-1")),
      { ...interfaces(networkInterface("eni-1", ["sg-1"])), target: participant },
    ]);
    expect(attachments).toEqual(["eni-1"]);
  });

  it("a group that its owner shares is told once, by the owner", () => {
    const participant = { ...here, account: "444455556666" };
    const shared = groupsOf(securityGroup("sg-1"));
    const { firewalls } = understood([{ ...shared, target: participant }, shared]).network;
    expect(firewalls.map(({ resource }) => resource.account)).toEqual(["111122223333"]);
    const unscannedOwner = understood([{ ...shared, target: participant }]).network.firewalls;
    expect(unscannedOwner.map(({ resource }) => [resource.account, resource.arn])).toEqual([
      ["444455556666", "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1"],
    ]);
  });

  it("groups that name it in a rule, in other accounts too, but not it itself", () => {
    const elsewhere = { ...here, account: "444455556666" };
    const { referencedBy } = firewallOf([
      groupsOf(securityGroup("sg-1", [allow("-1", null, "sg-1")])),
      {
        ...groupsOf(
          securityGroup("sg-3", [], {
            OwnerId: "444455556666",
            IpPermissionsEgress: [allow("tcp", 1, "111122223333/sg-1")],
          }),
        ),
        target: elsewhere,
      },
    ]);
    expect(referencedBy).toEqual(["sg-3"]);
  });
});

describe("names and ARNs", () => {
  it.each([
    ["eu-west-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
  ])("in %s an ARN is built in the partition %s", (region, partition) => {
    const [firewall] = understood([{ ...groupsOf(securityGroup("sg-1")), target: { ...here, region } }]).network
      .firewalls;
    expect(firewall?.resource).toMatchObject({
      type: "aws:ec2:security-group",
      id: "sg-1",
      name: "1",
      arn: `arn:${partition}:ec2:${region}:111122223333:security-group/sg-1`,
    });
  });

  it("an ARN that the record has is taken as it is", () => {
    expect(firewallOf([groupsOf(securityGroup("sg-1", [], { SecurityGroupArn: "arn:told" }))]).resource.arn).toBe(
      "arn:told",
    );
  });

  it("the group called default is the one AWS made", () => {
    const { firewalls } = understood([
      groupsOf(securityGroup("sg-1", [], { GroupName: "default" }), securityGroup("sg-2")),
    ]).network;
    expect(firewalls.map(({ isDefault }) => isDefault)).toEqual([true, false]);
  });
});

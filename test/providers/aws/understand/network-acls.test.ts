import { describe, expect, it } from "vitest";
import { toCidrs } from "../../../../src/network/addresses.ts";
import { openness } from "../../../../src/network/declared.ts";
import type { Firewall } from "../../../../src/network/estate.ts";
import { describeL4 } from "../../../../src/network/l4.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import { understood } from "./small-snapshot.ts";

const entry = (number: number, action: string, cidr: string, more: VendorObject = {}): VendorObject => ({
  RuleNumber: number,
  RuleAction: action,
  Egress: false,
  Protocol: "-1",
  ...(cidr.includes(":") ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr }),
  ...more,
});
const tcp = (from: number, to: number): VendorObject => ({ Protocol: "6", PortRange: { From: from, To: to } });

function aclOf(entries: readonly (VendorObject | null)[], more: VendorObject = {}): Firewall {
  const [acl] = understood([
    {
      operation: "ec2:DescribeNetworkAcls",
      items: [
        { NetworkAclId: "acl-1", OwnerId: "111122223333", VpcId: "vpc-1", IsDefault: false, Entries: entries, ...more },
      ],
    },
  ]).network.firewalls;
  if (acl === undefined) throw new Error("no ACL");
  return acl;
}

function lets({ ingress }: Firewall): readonly string[] {
  return openness(ingress).map(({ l4, remote }) => {
    const [must, may] = [toCidrs(remote.must).join(" "), toCidrs(remote.may).join(" ")];
    return `${describeL4(l4)}: ${must === may ? must : `${must || "nothing"}, perhaps ${may}`}`;
  });
}

describe("trap 7: a network ACL is a list in the order of its numbers", () => {
  it.each([
    [
      "sorted by number, not as the API gives it",
      [entry(200, "allow", "0.0.0.0/0"), entry(100, "deny", "0.0.0.0/0")],
      [],
    ],
    [
      "the first match decides",
      [entry(100, "allow", "10.0.0.0/8"), entry(200, "deny", "10.0.0.0/8")],
      ["every protocol: 10.0.0.0/8"],
    ],
    [
      "an earlier deny takes its part away",
      [entry(90, "deny", "0.0.0.0/1"), entry(100, "allow", "0.0.0.0/0")],
      ["every protocol: 128.0.0.0/1"],
    ],
    [
      "IPv4 denials do not touch IPv6",
      [entry(90, "deny", "0.0.0.0/0"), entry(100, "allow", "::/0")],
      ["every protocol: ::/0"],
    ],
    [
      "IPv6 denials do not touch IPv4",
      [entry(90, "deny", "::/0"), entry(100, "allow", "0.0.0.0/0")],
      ["every protocol: 0.0.0.0/0"],
    ],
    ["nothing matches: denied", [], []],
    [
      "the denials at the end are no rules of one's own",
      [entry(32767, "deny", "0.0.0.0/0"), entry(32768, "deny", "::/0")],
      [],
    ],
    ["the protocol is a number in a string", [entry(100, "allow", "0.0.0.0/0", tcp(22, 22))], ["tcp 22: 0.0.0.0/0"]],
    ["no port range: every port", [entry(100, "allow", "::/0", { Protocol: "17" })], ["every udp port: ::/0"]],
    [
      "ICMP type and code",
      [entry(100, "allow", "0.0.0.0/0", { Protocol: "1", IcmpTypeCode: { Type: 8, Code: -1 } })],
      ["icmp echo-request: 0.0.0.0/0"],
    ],
    [
      "ICMPv6 as a whole",
      [entry(100, "allow", "::/0", { Protocol: "58", IcmpTypeCode: { Type: -1, Code: -1 } })],
      ["all icmpv6: ::/0"],
    ],
    ["outbound entries are another list", [entry(100, "allow", "0.0.0.0/0", { Egress: true })], []],
  ])("%s", (_, entries, expected) => {
    expect(lets(aclOf(entries))).toEqual(expected);
  });

  it("rules carry their numbers, and the implicit denials are left to the filter", () => {
    const acl = aclOf([
      entry(32767, "deny", "0.0.0.0/0"),
      entry(110, "allow", "::/0"),
      entry(100, "deny", "10.0.0.0/8", tcp(22, 22)),
    ]);
    expect(acl.ingress).toMatchObject({ kind: "firstMatch", otherwise: "deny" });
    expect(acl.ingressRules.map(({ id, key }) => [id, key])).toEqual([
      ["100", "ingress 100 deny tcp/22 10.0.0.0/8"],
      ["110", "ingress 110 allow all ::/0"],
    ]);
  });

  it("guards the subnets it is associated with; a default one is told as such", () => {
    const acl = aclOf([], { IsDefault: true, Associations: [{ SubnetId: "subnet-1" }, { SubnetId: "subnet-2" }, {}] });
    expect(acl).toMatchObject({
      scope: "subnet",
      network: "vpc-1",
      isDefault: true,
      attachments: ["subnet-1", "subnet-2"],
      resource: { type: "aws:ec2:network-acl", arn: "arn:aws:ec2:eu-west-1:111122223333:network-acl/acl-1" },
    });
  });
});

describe("an entry that is not what AWS documents may do anything and certainly does nothing", () => {
  const allowAll = entry(100, "allow", "0.0.0.0/0");
  it.each([
    [
      "a denial of what block",
      [entry(90, "deny", "10.0.0.0/99"), allowAll],
      ["every protocol: nothing, perhaps 0.0.0.0/0"],
    ],
    [
      "an allowance of what block",
      [entry(90, "allow", "10.0.0.0/99")],
      ["every protocol: nothing, perhaps 0.0.0.0/0 ::/0"],
    ],
    [
      "neither allow nor deny",
      [entry(90, "perhaps", "10.0.0.0/8"), allowAll],
      [
        "every protocol: 0.0.0.0/5 8.0.0.0/7 11.0.0.0/8 12.0.0.0/6 16.0.0.0/4 32.0.0.0/3 64.0.0.0/2 128.0.0.0/1, perhaps 0.0.0.0/0",
      ],
    ],
    [
      "a denial without a number may come first",
      [allowAll, { ...entry(1, "deny", "0.0.0.0/1"), RuleNumber: "first" }],
      ["every protocol: 128.0.0.0/1, perhaps 0.0.0.0/0"],
    ],
    ["no object at all", [null], ["every protocol: nothing, perhaps 0.0.0.0/0 ::/0"]],
    [
      "an unknown protocol",
      [entry(90, "allow", "0.0.0.0/0", { Protocol: "tpc" })],
      ["every protocol: nothing, perhaps 0.0.0.0/0"],
    ],
    [
      "a direction that is not told",
      [entry(90, "allow", "0.0.0.0/0", { Egress: null })],
      ["every protocol: nothing, perhaps 0.0.0.0/0"],
    ],
  ])("%s", (_, entries, expected) => {
    const acl = aclOf(entries);
    expect(lets(acl)).toEqual(expected);
    expect(acl.ingressRules.flatMap(({ remote }) => remote.missing).join()).toContain("cannot be read");
  });

  it("entries that are no list", () => {
    expect(lets(aclOf([], { Entries: "all" }))).toEqual(["every protocol: nothing, perhaps 0.0.0.0/0 ::/0"]);
  });
});

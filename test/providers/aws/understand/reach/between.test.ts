import { describe, expect, it } from "vitest";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import { allow, securityGroup } from "../../../../support/security-groups.ts";
import { ended } from "../small-snapshot.ts";
import {
  acl,
  crosses,
  ec2,
  endpointOf,
  entry,
  nic,
  open,
  openAcl,
  openGroup,
  out,
  reachOf,
  route,
  routeTable,
  subnet,
  tcpPorts,
  vpc,
  type Answered,
  type Items,
} from "./small-reach.ts";

const everywhere = { IpPermissionsEgress: [allow("-1", null, "0.0.0.0/0", "::/0")] };

/** eni-a and eni-b in subnets of one VPC. */
function inside(replaced: Items = {}, subnetOfB = "subnet-2"): Items {
  return open({
    DescribeNetworkInterfaces: [nic("eni-a", "10.0.1.10"), nic("eni-b", "10.0.2.20", null, { SubnetId: subnetOfB })],
    ...replaced,
  });
}

const across = (items: Items, options?: Parameters<typeof reachOf>[1], port = "tcp 5432") =>
  crosses(reachOf(ec2(items), options), "eni-a", "eni-b", port);

describe("inside a VPC", () => {
  it.each<[string, Items, Answered, Answered]>([
    ["the local route is enough", {}, "yes", "yes"],
    [
      "whatever else the tables say",
      { DescribeRouteTables: [routeTable("rtb-1", ["main"], [route("10.0.0.0/16", "local")])] },
      "yes",
      "yes",
    ],
    [
      "the sender's group lets nothing out",
      { DescribeSecurityGroups: [securityGroup("sg-open", [allow("-1", null, "0.0.0.0/0")])] },
      "no",
      "no",
    ],
    [
      "the receiver's group lets it in by group",
      { DescribeSecurityGroups: [securityGroup("sg-open", [allow("tcp", 5432, "sg-open")], everywhere)] },
      "yes",
      "yes",
    ],
    [
      "the receiver's group lets in another port",
      { DescribeSecurityGroups: [securityGroup("sg-open", [allow("tcp", 22, "sg-open")], everywhere)] },
      "no",
      "no",
    ],
    [
      "the sender's ACL lets nothing out",
      { DescribeNetworkAcls: [acl("acl-0", [], openAcl), acl("acl-1", ["subnet-1"], openAcl.slice(0, 2))] },
      "no",
      "no",
    ],
    [
      "the receiver's ACL lets nothing in",
      { DescribeNetworkAcls: [acl("acl-0", [], openAcl), acl("acl-2", ["subnet-2"], openAcl.slice(2))] },
      "no",
      "no",
    ],
    [
      "the receiver's ACL lets no reply out",
      { DescribeNetworkAcls: [acl("acl-0", [], openAcl), acl("acl-2", ["subnet-2"], openAcl.slice(0, 2))] },
      "yes",
      "no",
    ],
    [
      "the sender's ACL lets no reply in",
      { DescribeNetworkAcls: [acl("acl-0", [], openAcl), acl("acl-1", ["subnet-1"], openAcl.slice(2))] },
      "yes",
      "no",
    ],
    [
      "replies to ephemeral ports",
      {
        DescribeNetworkAcls: [
          acl("acl-0", [], openAcl),
          acl("acl-1", ["subnet-1"], [...openAcl.slice(2), entry(100, "allow", "10.0.0.0/8", tcpPorts(1024, 65535))]),
        ],
      },
      "yes",
      "yes",
    ],
    ["tables that were not read", { DescribeRouteTables: [] }, "yes", "yes"],
  ])("%s", (_, items, packet, session) => {
    expect(across(inside(items))).toEqual([packet, session]);
  });

  it("trap 7: an ACL is not asked inside a subnet", () => {
    const items = { DescribeNetworkAcls: [acl("acl-1", ["subnet-1"], [])] };
    expect(across(inside(items, "subnet-1"))).toEqual(["yes", "yes"]);
    expect(across(inside(items))).toEqual(["no", "no"]);
  });

  it("a more specific route through an appliance", () => {
    const tables = [
      routeTable("rtb-1", ["subnet-1"], [route("10.0.0.0/16", "local"), route("10.0.2.0/24", "vpce-fw")]),
      routeTable("rtb-2", ["subnet-2"], [route("10.0.0.0/16", "local")]),
    ];
    const endpoint = {
      VpcEndpointId: "vpce-fw",
      VpcEndpointType: "GatewayLoadBalancer",
      VpcId: "vpc-1",
      SubnetIds: [],
    };
    const reach = reachOf(ec2(inside({ DescribeRouteTables: tables, DescribeVpcEndpoints: [endpoint] })));
    expect(crosses(reach, "eni-a", "eni-b", "tcp 5432")).toEqual(["maybe", "maybe"]);
    const { inspections } = reach.between(endpointOf(reach, "eni-a"), endpointOf(reach, "eni-b"));
    expect(inspections).toMatchObject([{ resource: { id: "vpce-fw" }, seesReplies: false }]);
  });

  it("the ACL of the subnet of a firewall on the way", () => {
    const arn = "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/inner";
    const pass = { StatelessDefaultActions: ["aws:pass"], StatelessFragmentDefaultActions: ["aws:pass"] };
    const through = (more: Items): readonly Answered[] => {
      const items = inside({
        DescribeRouteTables: [
          routeTable("rtb-1", ["subnet-1"], [route("10.0.0.0/16", "local"), route("10.0.2.0/24", "vpce-fw")]),
          routeTable("rtb-2", ["subnet-2", "subnet-3"], [route("10.0.0.0/16", "local")]),
        ],
        "network-firewall:DescribeFirewall": [
          {
            Firewall: { FirewallName: "inner", FirewallArn: "arn:inner", FirewallPolicyArn: arn, VpcId: "vpc-1" },
            FirewallStatus: { SyncStates: { a: { Attachment: { EndpointId: "vpce-fw", SubnetId: "subnet-3" } } } },
          },
        ],
        "network-firewall:DescribeFirewallPolicy": [
          { FirewallPolicyResponse: { FirewallPolicyArn: arn }, FirewallPolicy: pass },
        ],
        ...more,
      });
      return crosses(reachOf(ec2(items)), "eni-a", "eni-b", "tcp 5432");
    };
    const shut = { DescribeNetworkAcls: [acl("acl-0", [], openAcl), acl("acl-3", ["subnet-3"], [])] };
    expect([through({})[0], through(shut)[0]]).toEqual(["yes", "maybe"]);
  });

  it("trap 14: a group associated with another VPC guards interfaces there", () => {
    const groups = [
      openGroup,
      securityGroup("sg-far", [allow("tcp", 5432, "sg-open")], { VpcId: "vpc-2", ...everywhere }),
    ];
    const nics = [
      nic("eni-a", "10.0.1.10"),
      nic("eni-b", "10.0.2.20", null, { SubnetId: "subnet-2", Groups: [{ GroupId: "sg-far" }] }),
    ];
    const items = { DescribeSecurityGroups: groups, DescribeNetworkInterfaces: nics };
    expect(across(inside(items))).toEqual(["yes", "yes"]);
    expect(across(inside(items), undefined, "tcp 22")).toEqual(["no", "no"]);
  });
});

/** eni-a in vpc-1 and eni-b in vpc-2 (10.2.0.0/16), each with a table of its own. */
function apart(tables: readonly [readonly VendorObject[], readonly VendorObject[]], more: Items = {}): Items {
  const [here, there] = tables;
  const far = { VpcId: "vpc-2" };
  return open({
    DescribeVpcs: [vpc(), vpc("vpc-2", "10.2.0.0/16")],
    DescribeSubnets: [subnet("subnet-1", "10.0.1.0/24"), subnet("subnet-b", "10.2.1.0/24", far)],
    DescribeRouteTables: [
      routeTable("rtb-1", ["subnet-1"], [route("10.0.0.0/16", "local"), ...here]),
      routeTable("rtb-2", ["subnet-b"], [route("10.2.0.0/16", "local"), ...there], far),
    ],
    DescribeNetworkAcls: [acl("acl-1", [], openAcl), acl("acl-2", [], openAcl, far)],
    DescribeSecurityGroups: [openGroup, { ...openGroup, GroupId: "sg-far", ...far }],
    DescribeNetworkInterfaces: [
      nic("eni-a", "10.0.1.10"),
      nic("eni-b", "10.2.1.20", null, { ...far, SubnetId: "subnet-b", Groups: [{ GroupId: "sg-far" }] }),
    ],
    ...more,
  });
}

const peering = (code = "active", region = "eu-west-1"): VendorObject => ({
  VpcPeeringConnectionId: "pcx-1",
  RequesterVpcInfo: { VpcId: "vpc-1", Region: "eu-west-1" },
  AccepterVpcInfo: { VpcId: "vpc-2", Region: region },
  Status: { Code: code },
});
const attachment = (VpcId: string, support: string | null, more: VendorObject = {}): VendorObject => ({
  TransitGatewayId: "tgw-1",
  VpcId,
  State: "available",
  Options: support === null ? {} : { SecurityGroupReferencingSupport: support },
  ...more,
});
const toB = (target: string) => [route("10.2.0.0/16", target)];
const toA = (target: string) => [route("10.0.0.0/16", target)];
const byGroup = [
  openGroup,
  securityGroup("sg-far", [allow("tcp", 5432, "sg-open")], { VpcId: "vpc-2", ...everywhere }),
];

describe("trap 5: between VPCs", () => {
  const peered = { DescribeVpcPeeringConnections: [peering()] };
  it.each<[string, Items, Answered, Answered]>([
    ["nothing joins them", apart([[], []]), "no", "no"],
    ["an active peering with routes on both sides", apart([toB("pcx-1"), toA("pcx-1")], peered), "yes", "yes"],
    ["no route there", apart([[], toA("pcx-1")], peered), "no", "no"],
    ["no route back", apart([toB("pcx-1"), []], peered), "yes", "no"],
    ["a route to another part only", apart([[route("10.2.9.0/24", "pcx-1")], toA("pcx-1")], peered), "no", "no"],
    [
      "a peering that was deleted",
      apart([toB("pcx-1"), toA("pcx-1")], { DescribeVpcPeeringConnections: [peering("deleted")] }),
      "no",
      "no",
    ],
    ["a route to an internet gateway leads elsewhere", apart([[route("0.0.0.0/0", "igw-1")], []]), "no", "no"],
    [
      "a virtual private gateway may lead there",
      apart([[route("10.2.0.0/16", "vgw-1")], [route("10.0.0.0/16", "vgw-2")]]),
      "maybe",
      "maybe",
    ],
    [
      "a group named across the peering",
      apart([toB("pcx-1"), toA("pcx-1")], { ...peered, DescribeSecurityGroups: byGroup }),
      "yes",
      "yes",
    ],
    [
      "a group named across Regions",
      apart([toB("pcx-1"), toA("pcx-1")], {
        DescribeVpcPeeringConnections: [peering("active", "us-east-1")],
        DescribeSecurityGroups: byGroup,
      }),
      "no",
      "no",
    ],
  ])("%s", (_, items, packet, session) => {
    expect(across(items)).toEqual([packet, session]);
  });

  it("peering connections that were not read may join them", () => {
    const options = { coverage: [ended("ec2:DescribeVpcPeeringConnections")] };
    const items = apart([toB("pcx-1"), toA("pcx-1")]);
    expect(across(items, options)).toEqual(["maybe", "maybe"]);
    const reach = reachOf(ec2(items), options);
    expect(reach.between(endpointOf(reach, "eni-a"), endpointOf(reach, "eni-b")).missing).toEqual([
      "ec2:DescribeVpcPeeringConnections denied",
    ]);
  });

  it("a closed way says what would open it", () => {
    const reach = reachOf(ec2(apart([[], []])));
    const closed = reach.between(endpointOf(reach, "eni-a"), endpointOf(reach, "eni-b")).leaving.at(-1);
    expect(closed?.opensBy).toBe(
      "a peering connection or transit gateway between vpc-1 and vpc-2, with routes on both sides",
    );
  });

  const attachments = (support: string | null): Items => ({
    DescribeTransitGatewayVpcAttachments: [attachment("vpc-1", support), attachment("vpc-2", support)],
  });
  const gateway = (support: string): Items => ({
    DescribeTransitGateways: [{ TransitGatewayId: "tgw-1", Options: { SecurityGroupReferencingSupport: support } }],
  });
  it.each<[string, Items, Answered]>([
    ["its own tables are not read", attachments("enable"), "maybe"],
    ["one VPC is not attached", { DescribeTransitGatewayVpcAttachments: [attachment("vpc-1", "enable")] }, "maybe"],
    [
      "a group named across it, support unknown",
      { ...attachments("enable"), DescribeSecurityGroups: byGroup },
      "maybe",
    ],
    [
      "a group named across it, support on",
      { ...attachments("enable"), ...gateway("enable"), DescribeSecurityGroups: byGroup },
      "maybe",
    ],
    [
      "a group named across it, support off at the gateway",
      { ...attachments("enable"), ...gateway("disable"), DescribeSecurityGroups: byGroup },
      "no",
    ],
    [
      "a group named across it, support off at an attachment",
      { ...attachments("disable"), DescribeSecurityGroups: byGroup },
      "no",
    ],
    [
      "a group named in an outbound rule never holds across it",
      {
        ...attachments("enable"),
        ...gateway("enable"),
        DescribeSecurityGroups: [
          securityGroup("sg-open", [], { IpPermissionsEgress: [allow("-1", null, "sg-far")] }),
          { ...openGroup, GroupId: "sg-far", VpcId: "vpc-2" },
        ],
      },
      "no",
    ],
  ])("a transit gateway: %s", (_, more, expected) => {
    expect(across(apart([toB("tgw-1"), toA("tgw-1")], more))[0]).toBe(expected);
  });
});

it("of an endpoint of another estate nothing is known, and an interface reaches itself", () => {
  const reach = reachOf(ec2(inside()));
  const other = endpointOf(reachOf(ec2(inside({ DescribeNetworkInterfaces: [nic("eni-z", "10.0.1.99")] }))), "eni-z");
  const here = endpointOf(reach, "eni-a");
  expect(reach.between(here, other).missing).toEqual(["how eni-a and eni-z are connected"]);
  expect(reach.between(here, here)).toMatchObject({ leaving: [], entering: [], missing: [] });
});

it("an ACL's entries outbound are told apart from those inbound", () => {
  const acls = [
    acl("acl-1", ["subnet-1"], [...openAcl, entry(90, "deny", "10.0.2.0/24", out)]),
    acl("acl-0", [], openAcl),
  ];
  const reach = reachOf(ec2(inside({ DescribeNetworkAcls: acls })));
  expect(crosses(reach, "eni-a", "eni-b", "tcp 5432")[0]).toBe("no");
  expect(crosses(reach, "eni-b", "eni-a", "tcp 5432")).toEqual(["yes", "no"]);
});

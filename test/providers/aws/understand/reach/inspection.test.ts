import { describe, expect, it } from "vitest";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import { ended } from "../small-snapshot.ts";
import {
  acl,
  converses,
  ec2,
  endpointOf,
  enters,
  entry,
  nic,
  open,
  openAcl,
  reachOf,
  route,
  routeTable,
  subnet,
  type Answered,
  type Items,
} from "./small-reach.ts";

const ssh = "tcp 22 from 203.0.113.9";
const local = route("10.0.0.0/16", "local");
const policyArn = "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/edge";
const groupArn = "arn:aws:network-firewall:eu-west-1:111122223333:stateful-rulegroup/rules";

const firewall: VendorObject = {
  Firewall: {
    FirewallName: "edge",
    FirewallArn: "arn:aws:network-firewall:eu-west-1:111122223333:firewall/edge",
    FirewallPolicyArn: policyArn,
    VpcId: "vpc-1",
  },
  FirewallStatus: {
    SyncStates: { "eu-west-1a": { Attachment: { EndpointId: "vpce-fw", SubnetId: "subnet-2", Status: "READY" } } },
  },
};

const forward = ["aws:forward_to_sfe"];
const policy = (more: VendorObject = {}): VendorObject => ({
  FirewallPolicyResponse: { FirewallPolicyArn: policyArn },
  FirewallPolicy: {
    StatelessDefaultActions: forward,
    StatelessFragmentDefaultActions: forward,
    StatefulRuleGroupReferences: [{ ResourceArn: groupArn }],
    ...more,
  },
});

const stateless = (action: string): VendorObject => ({
  StatelessDefaultActions: [action],
  StatelessFragmentDefaultActions: [action],
});

/** Protected subnet-1, firewall subnet-2; the gateway's table sends what is for subnet-1 through the firewall. */
function inspected({
  edge = [local, route("10.0.1.0/24", "vpce-fw")],
  back = [local, route("0.0.0.0/0", "vpce-fw")],
  firewallSubnet = [local, route("0.0.0.0/0", "igw-1")],
  more = {},
}: {
  readonly edge?: readonly VendorObject[];
  readonly back?: readonly VendorObject[];
  readonly firewallSubnet?: readonly VendorObject[];
  readonly more?: Items;
} = {}): Items {
  return open({
    DescribeRouteTables: [
      routeTable("rtb-edge", ["igw-1"], edge),
      routeTable("rtb-1", ["subnet-1"], back),
      routeTable("rtb-2", ["subnet-2"], firewallSubnet),
    ],
    "network-firewall:DescribeFirewall": [firewall],
    "network-firewall:DescribeFirewallPolicy": [policy()],
    ...more,
  });
}

const wayOf = (items: Items) => endpointOf(reachOf(ec2(items))).ways[0];

describe("trap 8 and 12: edge routes through an appliance", () => {
  it("packets pass AWS Network Firewall, and so do replies", () => {
    expect(wayOf(inspected())?.inspections).toEqual([
      { resource: expect.objectContaining({ type: "aws:network-firewall:firewall", id: "edge" }), seesReplies: true },
    ]);
  });

  it.each<[string, readonly VendorObject[], boolean | null]>([
    ["go round it", [local, route("0.0.0.0/0", "igw-1")], false],
    ["partly go round it", [local, route("0.0.0.0/0", "vpce-fw"), route("203.0.113.0/24", "igw-1")], false],
    ["go through another endpoint", [local, route("0.0.0.0/0", "vpce-other")], false],
  ])("replies that %s", (_, back, seesReplies) => {
    expect(wayOf(inspected({ back }))?.inspections).toMatchObject([{ seesReplies }]);
  });

  it("nobody knows whether a session survives whose replies go round it", () => {
    const items = inspected({
      back: [local, route("0.0.0.0/0", "igw-1")],
      more: {
        "network-firewall:DescribeFirewallPolicy": [
          policy({ StatefulRuleGroupReferences: [], StatefulDefaultActions: ["aws:drop_strict"] }),
        ],
      },
    });
    expect(converses(endpointOf(reachOf(ec2(items))), ssh)).toBe("maybe");
  });

  it("replies through a firewall that did not see the packets", () => {
    const endpoint = endpointOf(reachOf(ec2(inspected({ edge: [local] }))));
    expect(endpoint.ways[0]?.inspections).toEqual([]);
    expect([enters(endpoint, ssh), converses(endpoint, ssh)]).toEqual(["yes", "maybe"]);
  });

  it("the way back counts only if the firewall's own subnet leads to the internet gateway", () => {
    const endpoint = endpointOf(reachOf(ec2(inspected({ edge: [local], firewallSubnet: [local] }))));
    expect(enters(endpoint, ssh)).toBe("no");
  });

  it("edge routes for another subnet play no part", () => {
    const items = inspected({
      edge: [local, route("10.0.9.0/24", "vpce-fw")],
      back: [local, route("0.0.0.0/0", "igw-1")],
    });
    expect(wayOf(items)?.inspections).toEqual([]);
    expect(enters(endpointOf(reachOf(ec2(items))), ssh)).toBe("yes");
  });

  it("a gateway load balancer endpoint inspects, and what it lets through is not known", () => {
    const more: Items = {
      "network-firewall:DescribeFirewall": [],
      DescribeVpcEndpoints: [
        { VpcEndpointId: "vpce-fw", VpcEndpointType: "GatewayLoadBalancer", VpcId: "vpc-1", SubnetIds: ["subnet-2"] },
      ],
    };
    const endpoint = endpointOf(reachOf(ec2(inspected({ more }))));
    expect(endpoint.ways[0]?.inspections).toMatchObject([{ resource: { id: "vpce-fw" }, seesReplies: true }]);
    expect(enters(endpoint, ssh)).toBe("maybe");
  });

  it("an S3 gateway endpoint inspects nothing", () => {
    const gateway = { VpcEndpointId: "vpce-s3", VpcEndpointType: "Gateway", VpcId: "vpc-1" };
    const back = [local, route("0.0.0.0/0", "igw-1"), route("pl-1", "vpce-s3")];
    const items = inspected({ edge: [local], back, more: { DescribeVpcEndpoints: [gateway] } });
    const endpoint = endpointOf(reachOf(ec2(items), { coverage: [ended("ec2:GetManagedPrefixListEntries")] }));
    expect(enters(endpoint, ssh)).toBe("yes");
    expect(converses(endpoint, ssh)).toBe("yes");
  });

  it("an instance as an appliance may do anything", () => {
    const box = nic("eni-box", "10.0.2.9", null, { SubnetId: "subnet-2" });
    const items = inspected({
      edge: [local, route("10.0.1.0/24", "eni-box")],
      back: [local, route("0.0.0.0/0", "eni-box")],
      more: { DescribeNetworkInterfaces: [nic("eni-1", "10.0.1.10", "198.51.100.7"), box] },
    });
    const endpoint = endpointOf(reachOf(ec2(items)));
    expect(endpoint.ways[0]?.inspections).toMatchObject([{ resource: { id: "eni-box" }, seesReplies: null }]);
    expect(enters(endpoint, ssh)).toBe("maybe");
  });

  it("IPv6 goes by routes of its own", () => {
    const v6 = { Ipv6Addresses: [{ Ipv6Address: "2001:db8:1::7" }] };
    const items = inspected({
      edge: [local, route("2001:db8:1::/64", "vpce-fw")],
      back: [local, route("::/0", "vpce-fw"), route("0.0.0.0/0", "igw-1")],
      firewallSubnet: [local, route("::/0", "igw-1")],
      more: {
        DescribeSubnets: [subnet("subnet-1", "10.0.1.0/24"), subnet("subnet-2", "10.0.2.0/24")],
        DescribeNetworkInterfaces: [nic("eni-1", "10.0.1.10", "198.51.100.7", v6)],
      },
    });
    const ways = endpointOf(reachOf(ec2(items))).ways;
    expect(ways.map(({ inspections }) => inspections.map(({ seesReplies }) => seesReplies))).toEqual([[], [true]]);
  });
});

describe("the subnet of an appliance on the way", () => {
  const passing = { "network-firewall:DescribeFirewallPolicy": [policy(stateless("aws:pass"))] };
  const guarded = (entries: readonly VendorObject[]): Items => ({
    DescribeNetworkAcls: [acl("acl-0", [], openAcl), acl("acl-fw", ["subnet-2"], entries)],
  });
  const blocked = (exclusions: readonly string[]): Items => ({
    DescribeVpcBlockPublicAccessOptions: [
      { VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: "block-bidirectional" } },
    ],
    DescribeVpcBlockPublicAccessExclusions: exclusions.map((id) => ({
      ExclusionId: `vpcbpa-exclude-${id}`,
      InternetGatewayExclusionMode: "allow-bidirectional",
      ResourceArn: `arn:aws:ec2:eu-west-1:111122223333:subnet/${id}`,
      State: "create-complete",
    })),
  });
  it.each<[string, Items, Answered]>([
    ["lets everything through", {}, "yes"],
    ["has an ACL that allows everything first", guarded(openAcl), "yes"],
    ["has an ACL that denies something before", guarded([entry(90, "deny", "192.0.2.0/24"), ...openAcl]), "maybe"],
    ["has an ACL that lets nothing out", guarded([entry(100, "allow", "0.0.0.0/0")]), "maybe"],
    ["is excluded from block public access", blocked(["subnet-1", "subnet-2"]), "yes"],
    ["is not excluded from block public access", blocked(["subnet-1"]), "maybe"],
    ["does not matter where the receiver's own is not excluded", blocked(["subnet-2"]), "no"],
  ])("%s", (_, more, expected) => {
    const endpoint = endpointOf(reachOf(ec2(inspected({ more: { ...passing, ...more } }))));
    expect([enters(endpoint, ssh), converses(endpoint, ssh)]).toEqual([expected, expected]);
  });

  it("replies that alone go through it meet it too", () => {
    const shut = guarded([entry(90, "deny", "192.0.2.0/24"), ...openAcl]);
    const sessions = [{}, shut].map((more) =>
      converses(endpointOf(reachOf(ec2(inspected({ edge: [local], more: { ...passing, ...more } })))), ssh),
    );
    expect(sessions).toEqual(["yes", "maybe"]);
  });
});

describe("trap 12: what a firewall policy lets through where it needs no rule to say so", () => {
  const emptyGroup = {
    RuleGroupResponse: { RuleGroupArn: groupArn },
    RuleGroup: { RulesSource: { StatefulRules: [] } },
  };
  const fullGroup = {
    RuleGroupResponse: { RuleGroupArn: groupArn },
    RuleGroup: { RulesSource: { RulesString: "drop ip any any -> any any" } },
  };
  const none = { StatefulRuleGroupReferences: [] };
  it.each<[string, readonly VendorObject[], readonly VendorObject[], Answered]>([
    ["stateless aws:pass goes past the stateful rules", [policy(stateless("aws:pass"))], [fullGroup], "yes"],
    ["stateless aws:drop", [policy(stateless("aws:drop"))], [], "no"],
    ["stateful rules are not modelled", [policy()], [fullGroup], "maybe"],
    ["no stateful rule and no default to drop", [policy(none)], [], "yes"],
    ["an empty rule group is no rule", [policy()], [emptyGroup], "yes"],
    ["a default to drop", [policy({ ...none, StatefulDefaultActions: ["aws:drop_established"] })], [], "maybe"],
    [
      "a stateless rule group",
      [policy({ ...stateless("aws:pass"), StatelessRuleGroupReferences: [{ ResourceArn: groupArn }] })],
      [fullGroup],
      "maybe",
    ],
    ["a policy that was not read", [], [], "maybe"],
  ])("%s", (_, policies, groups, expected) => {
    const more = {
      "network-firewall:DescribeFirewallPolicy": policies,
      "network-firewall:DescribeRuleGroup": groups,
    };
    expect(enters(endpointOf(reachOf(ec2(inspected({ more })))), ssh)).toBe(expected);
  });
});

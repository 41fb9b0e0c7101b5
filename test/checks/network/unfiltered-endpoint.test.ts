import { expect } from "vitest";
import { check } from "../../../checks/network/unfiltered-endpoint.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";
import { account, awsEstate, region } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import { aclEntry, networkAcl, openAcl } from "../../support/one-instance.ts";
import { networkInterface, securityGroup } from "../../support/security-groups.ts";

const arn = `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/net/feeds/50dc6c495c0c9188`;
const balancer = (groups: readonly string[]) => ({
  LoadBalancers: [
    {
      LoadBalancerArn: arn,
      LoadBalancerName: "feeds",
      Type: "network",
      Scheme: "internal",
      VpcId: "vpc-1",
      SecurityGroups: groups,
    },
  ],
});
const node = (more: VendorObject = {}, groups: readonly string[] = []) =>
  networkInterface("eni-lb", groups, {
    InterfaceType: "network_load_balancer",
    RequesterManaged: true,
    Description: "ELB net/feeds/50dc6c495c0c9188",
    PrivateIpAddress: "10.0.0.9",
    ...more,
  });
const feeds = (acl: readonly VendorObject[], nic = node()) =>
  awsEstate([balancer([]), { NetworkInterfaces: [nic] }, { NetworkAcls: [networkAcl("acl-1", acl, ["subnet-1"])] }]);
const of = (nic: VendorObject) =>
  awsEstate([{ NetworkInterfaces: [nic] }, { NetworkAcls: [networkAcl("acl-1", openAcl, ["subnet-1"])] }]);

checkCases(check, {
  pass: [
    {
      name: "a load balancer with a group",
      estate: awsEstate([
        balancer(["sg-1"]),
        { SecurityGroups: [securityGroup("sg-1")] },
        { NetworkInterfaces: [node({}, ["sg-1"])] },
        { NetworkAcls: [networkAcl("acl-1", openAcl, ["subnet-1"])] },
      ]),
    },
    {
      name: "no group, and the network ACL denies one port",
      estate: feeds([aclEntry(90, "deny", "0.0.0.0/0", { protocol: "6", ports: [23, 23] }), ...openAcl]),
    },
    {
      name: "trap 9: a NAT gateway, which accepts nothing",
      estate: of(
        networkInterface("eni-nat", [], {
          InterfaceType: "nat_gateway",
          PrivateIpAddress: "10.0.0.3",
          RequesterManaged: true,
        }),
      ),
    },
    {
      name: "the endpoint of a gateway load balancer, which passes on",
      estate: of(
        networkInterface("eni-gwlbe", [], {
          InterfaceType: "gateway_load_balancer_endpoint",
          PrivateIpAddress: "10.0.0.4",
          RequesterManaged: true,
        }),
      ),
    },
  ],
  fail: [
    {
      name: "a load balancer without a group, and the network ACL is no filter",
      estate: feeds(openAcl),
      resources: ["eni-lb"],
      message:
        "No firewall filters what comes to load balancer feeds at network interface eni-lb: none is attached to it, and network ACL acl-1 lets everything through.",
      also: ([finding]) => expect(finding?.remediation.cli[0]).toContain("aws elbv2 create-load-balancer"),
    },
    {
      name: "the ACL denies IPv6, and the load balancer has IPv4 alone",
      estate: feeds([aclEntry(100, "allow", "0.0.0.0/1"), aclEntry(101, "allow", "128.0.0.0/1")]),
      resources: ["eni-lb"],
    },
    {
      name: "IPv6 is let through as well",
      estate: feeds(openAcl, node({ Ipv6Addresses: [{ Ipv6Address: "2600:1f18::9" }] })),
      resources: ["eni-lb"],
    },
  ],
  unknown: [
    {
      name: "the network ACLs were denied",
      estate: awsEstate([balancer([]), { NetworkInterfaces: [node()] }], {
        unread: { "ec2:DescribeNetworkAcls": "denied" },
      }),
      resources: ["eni-lb"],
      message: "ec2:DescribeNetworkAcls denied",
    },
  ],
});

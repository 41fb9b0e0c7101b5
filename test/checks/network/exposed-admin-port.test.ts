import { expect } from "vitest";
import { check } from "../../../checks/network/exposed-admin-port.ts";
import { account, awsEstate, region } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import { aclEntry, networkAcl, oneInstance, oneInstanceAnswers, openAcl, route } from "../../support/one-instance.ts";
import { allow, networkInterface, securityGroup } from "../../support/security-groups.ts";

const ssh = allow("tcp", 22, "0.0.0.0/0");
const ssh6 = allow("tcp", 22, "::/0");
const ipv6 = "2600:1f18::5";
const denySsh = aclEntry(90, "deny", "0.0.0.0/0", { protocol: "6", ports: [22, 22] });
const nat = [route("0.0.0.0/0", "nat-1")];

/** The instance behind a Network Load Balancer that hands on its clients' addresses. */
const balancer = (port: number, targetPort: number) => {
  const arn = `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/net/front/50dc6c495c0c9188`;
  const group = `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/back/50dc6c495c0c9189`;
  return [
    {
      LoadBalancers: [
        {
          LoadBalancerArn: arn,
          LoadBalancerName: "front",
          Type: "network",
          Scheme: "internet-facing",
          IpAddressType: "ipv4",
          VpcId: "vpc-1",
          State: { Code: "active" },
          AvailabilityZones: [{ ZoneName: "eu-west-1a", SubnetId: "subnet-1" }],
          SecurityGroups: [],
        },
      ],
    },
    {
      Listeners: [
        {
          ListenerArn: `${arn.replace(":loadbalancer/", ":listener/")}/1`,
          LoadBalancerArn: arn,
          Port: port,
          Protocol: "TCP",
          DefaultActions: [{ Type: "forward", TargetGroupArn: group }],
        },
      ],
    },
    {
      TargetGroups: [
        {
          TargetGroupArn: group,
          TargetGroupName: "back",
          Protocol: "TCP",
          Port: targetPort,
          VpcId: "vpc-1",
          TargetType: "instance",
          LoadBalancerArns: [arn],
        },
      ],
    },
    {
      TargetHealthDescriptions: [{ Target: { Id: "i-1", Port: targetPort }, TargetHealth: { State: "healthy" } }],
      TargetGroupArn: group,
    },
    {
      NetworkInterfaces: [
        networkInterface("eni-lb", [], {
          InterfaceType: "network_load_balancer",
          RequesterManaged: true,
          RequesterId: "amazon-elb",
          Description: "ELB net/front/50dc6c495c0c9188",
          PrivateIpAddress: "10.0.0.9",
          Association: { PublicIp: "54.9.9.9" },
        }),
      ],
    },
  ];
};

/** A Network Firewall that packets and replies pass, and what its policy says of every packet. */
const inspected = (action: string) => {
  const arn = `arn:aws:network-firewall:${region}:${account}`;
  const state = { Attachment: { SubnetId: "subnet-fw", EndpointId: "vpce-1", Status: "READY" } };
  return oneInstance({
    ingress: [ssh],
    routes: [route("0.0.0.0/0", "vpce-1")],
    more: [
      {
        Firewall: {
          FirewallName: "edge",
          FirewallArn: `${arn}:firewall/edge`,
          FirewallPolicyArn: `${arn}:firewall-policy/edge`,
          VpcId: "vpc-1",
        },
        FirewallStatus: { Status: "READY", SyncStates: { "eu-west-1a": state } },
      },
      {
        FirewallPolicyResponse: { FirewallPolicyName: "edge", FirewallPolicyArn: `${arn}:firewall-policy/edge` },
        FirewallPolicy: { StatelessDefaultActions: [action], StatelessFragmentDefaultActions: [action] },
      },
      { Subnets: [{ SubnetId: "subnet-fw", VpcId: "vpc-1", OwnerId: account, CidrBlock: "10.0.250.0/28" }] },
      { NetworkAcls: [networkAcl("acl-fw", openAcl, ["subnet-fw"])] },
      {
        RouteTables: [
          {
            RouteTableId: "rtb-fw",
            VpcId: "vpc-1",
            OwnerId: account,
            Associations: [{ SubnetId: "subnet-fw" }],
            Routes: [route("0.0.0.0/0", "igw-1")],
          },
          {
            RouteTableId: "rtb-edge",
            VpcId: "vpc-1",
            OwnerId: account,
            Associations: [{ GatewayId: "igw-1" }],
            Routes: [route("10.0.0.0/16", "local"), route("10.0.0.0/24", "vpce-1")],
          },
        ],
      },
    ],
  });
};

checkCases(check, {
  pass: [
    { name: "SSH from an office", estate: oneInstance({ ingress: [allow("tcp", 22, "198.20.0.0/24")] }) },
    { name: "HTTPS from everywhere", estate: oneInstance({ ingress: [allow("tcp", 443, "0.0.0.0/0", "::/0")] }) },
    { name: "no public address", estate: oneInstance({ ingress: [ssh], publicIp: null }) },
    { name: "IPv4 is open, the address is IPv6", estate: oneInstance({ ingress: [ssh], publicIp: null, ipv6 }) },
    { name: "IPv6 is open, the address is IPv4", estate: oneInstance({ ingress: [ssh6] }) },
    { name: "trap 8: the way out is a NAT gateway", estate: oneInstance({ ingress: [ssh], routes: nat }) },
    {
      name: "trap 8: IPv6 by an egress-only gateway",
      estate: oneInstance({ ingress: [ssh6], ipv6, routes: [route("::/0", "eigw-1")] }),
    },
    {
      name: "trap 8: the route to the gateway is a black hole",
      estate: oneInstance({ ingress: [ssh], routes: [route("0.0.0.0/0", "igw-1", "blackhole")] }),
    },
    { name: "a gateway that is attached to nothing", estate: oneInstance({ ingress: [ssh], hasGateway: false }) },
    {
      name: "trap 7: a network ACL denies it first",
      estate: oneInstance({ ingress: [ssh], acl: [denySsh, ...openAcl] }),
    },
    {
      name: "trap 7: no reply gets out: a network ACL keeps no connections",
      estate: oneInstance({ ingress: [ssh], acl: openAcl.slice(0, 2) }),
    },
    {
      name: "trap 10: block public access keeps ingress out",
      estate: oneInstance({ ingress: [ssh], blockPublicAccess: "block-ingress" }),
    },
    { name: "trap 12: a firewall that drops everything", estate: inspected("aws:drop") },
    {
      name: "trap 5: SSH from members of a group that have public addresses",
      estate: oneInstance({ ingress: [allow("tcp", 22, "sg-web")] }),
    },
  ],
  fail: [
    {
      name: "SSH from everywhere",
      estate: oneInstance({ ingress: [ssh] }),
      resources: ["eni-1"],
      message:
        'Instance i-1 is open on SSH (tcp 22) to all of the IPv4 internet (0.0.0.0/0) at public address 54.1.2.3; rule "allow tcp 22 from 0.0.0.0/0" of security group web (sg-web) lets it in.',
      also: ([finding]) => {
        expect(finding?.evidence).toMatchObject({
          services: ["SSH"],
          workload: { id: "i-1" },
          open: { first: [{ ports: [{ protocol: "tcp", ports: "22" }], to: { cidrs: { first: ["0.0.0.0/0"] } } }] },
          witness: { source: "9.9.9.9", protocol: "tcp", port: "22", certain: true },
        });
        expect(finding?.remediation.cli).toEqual([
          `aws ec2 revoke-security-group-ingress --group-id sg-web --ip-permissions '[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]' --region eu-west-1`,
        ]);
        const layers = JSON.stringify(finding?.evidence["ways"]);
        for (const layer of ["public IPv4 address", "internet gateway igw-1", "route table rtb-1", "acl-1", "sg-web"]) {
          expect(layers).toContain(layer);
        }
      },
    },
    { name: "the same for IPv6", estate: oneInstance({ ingress: [ssh6], publicIp: null, ipv6 }), message: ipv6 },
    {
      name: "traps 2 and 8: halves in two groups, halves in two routes",
      estate: awsEstate([
        ...oneInstanceAnswers({
          routes: [route("0.0.0.0/1", "igw-1"), route("128.0.0.0/1", "igw-1")],
          ingress: [allow("tcp", 22, "0.0.0.0/1")],
          nic: { Groups: [{ GroupId: "sg-web" }, { GroupId: "sg-two" }] },
        }),
        { SecurityGroups: [securityGroup("sg-two", [allow("tcp", [20, 30], "128.0.0.0/1")])] },
      ]),
      message: /\(0\.0\.0\.0\/0\).*sg-.*sg-/,
    },
    {
      name: "trap 9: the public address is on a secondary private address",
      estate: oneInstance({
        ingress: [ssh],
        publicIp: null,
        nic: {
          PrivateIpAddresses: [
            { PrivateIpAddress: "10.0.0.5", Primary: true },
            { PrivateIpAddress: "10.0.0.6", Association: { PublicIp: "54.7.7.7" } },
          ],
        },
      }),
      message: "public address 54.7.7.7",
    },
    {
      name: "half of the internet is half open: the other half has a route elsewhere",
      estate: oneInstance({ ingress: [ssh], routes: [route("0.0.0.0/0", "igw-1"), route("128.0.0.0/1", "nat-1")] }),
      message: "0.0.0.0/1",
    },
    {
      name: "UDP needs no reply to do harm",
      estate: oneInstance({ ingress: [allow("udp", 161, "0.0.0.0/0")], acl: openAcl.slice(0, 2) }),
      message: "SNMP (udp 161)",
    },
    {
      name: "trap 9: behind a load balancer, on another port than clients see",
      estate: oneInstance({ ingress: [ssh], publicIp: null, more: balancer(2222, 22) }),
      resources: ["eni-1"],
      message: /SSH \(tcp 22\).* at listener tcp 2222 of load balancer front; /,
    },
    {
      name: "the rule serves another port and another interface: both are said",
      estate: awsEstate([
        ...oneInstanceAnswers({ ingress: [allow("tcp", [22, 443], "0.0.0.0/0")] }),
        { NetworkInterfaces: [networkInterface("eni-2", ["sg-web"], { PrivateIpAddress: "10.0.0.8" })] },
      ]),
      resources: ["eni-1"],
      also: ([finding]) => {
        expect(finding?.evidence["closing"]).toMatchObject({
          first: [{ alsoServes: { attachments: { count: 1, first: ["eni-2"] } } }],
        });
        expect(finding?.remediation.console).toMatch(/also serves eni-2 and tcp 24-/);
      },
    },
    {
      name: "certainly open, whatever else could not be read",
      estate: oneInstance(
        { ingress: [ssh, allow("tcp", 3389, "pl-1")] },
        { unread: { "ec2:GetManagedPrefixListEntries": "denied" } },
      ),
    },
    {
      name: "trap 12: through a firewall that passes everything: only through it",
      estate: inspected("aws:pass"),
      message: "at public address 54.1.2.3, only through Network Firewall edge; rule",
      also: ([finding]) => expect(finding?.evidence["onlyThrough"]).toMatchObject([{ id: "edge", seesReplies: true }]),
    },
    {
      name: "trap 11: a tracked connection goes on; the finding says so",
      estate: oneInstance({ ingress: [allow("tcp", 3389, "0.0.0.0/0")] }),
      also: ([finding]) => expect(finding?.remediation.console).toContain("tracks already go on until they end"),
    },
    {
      name: "certainly open, though load balancers could not be listed",
      estate: oneInstance({ ingress: [ssh] }, { unread: { "elasticloadbalancingv2:DescribeLoadBalancers": "denied" } }),
    },
  ],
  unknown: [
    {
      name: "the route tables were denied: not closed, not proven",
      estate: awsEstate(
        oneInstanceAnswers({ ingress: [ssh] }).filter((answer) => !JSON.stringify(answer).startsWith('{"RouteTables"')),
        { unread: { "ec2:DescribeRouteTables": "denied" } },
      ),
      resources: ["eni-1"],
      message: "ec2:DescribeRouteTables denied",
    },
    {
      name: "load balancers were denied and nothing is open by itself: one finding for all of them",
      estate: oneInstance({ publicIp: null }, { unread: { "elasticloadbalancingv2:DescribeLoadBalancers": "denied" } }),
      resources: [`${account}/${region}`],
      message: "elasticloadbalancingv2:DescribeLoadBalancers denied",
    },
    {
      name: "trap 12: a firewall whose rules are not modelled stands in the way",
      estate: inspected("aws:forward_to_sfe_and_more"),
      resources: ["eni-1"],
      message:
        "only through Network Firewall edge; what would tell: what the rules of AWS Network Firewall edge let through",
    },
    {
      name: "a prefix list was denied",
      estate: oneInstance(
        { ingress: [allow("tcp", 22, "pl-1")] },
        { unread: { "ec2:GetManagedPrefixListEntries": "denied" } },
      ),
      resources: ["eni-1"],
      message: /may be open to the internet on SSH \(tcp 22\); what would tell: prefix list pl-1/,
    },
    {
      name: "interfaces could not be listed: the account and Region, once",
      estate: awsEstate([{ SecurityGroups: [securityGroup("sg-web", [ssh])] }], {
        unread: { "ec2:DescribeNetworkInterfaces": "denied" },
      }),
      resources: [`${account}/${region}`],
    },
  ],
});

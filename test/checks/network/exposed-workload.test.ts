import { expect } from "vitest";
import { check } from "../../../checks/network/exposed-workload.ts";
import { parsePortService } from "../../../src/network/port-groups.ts";
import { account, region } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import { oneInstance, openAcl } from "../../support/one-instance.ts";
import { allow } from "../../support/security-groups.ts";

const grafana = allow("tcp", 3000, "0.0.0.0/0", "::/0");

/** A classic load balancer before the instance: clients speak to `port`, it speaks to 8080. */
const classic = (port: number) => [
  {
    LoadBalancerDescriptions: [
      {
        LoadBalancerName: "front",
        Scheme: "internet-facing",
        VPCId: "vpc-1",
        Subnets: ["subnet-1"],
        SecurityGroups: ["sg-front"],
        ListenerDescriptions: [
          { Listener: { Protocol: "HTTP", LoadBalancerPort: port, InstanceProtocol: "HTTP", InstancePort: 8080 } },
        ],
        Instances: [{ InstanceId: "i-1" }],
      },
    ],
  },
  {
    SecurityGroups: [
      {
        GroupId: "sg-front",
        GroupName: "front",
        OwnerId: account,
        VpcId: "vpc-1",
        IpPermissions: [allow("tcp", port, "0.0.0.0/0")],
        IpPermissionsEgress: [allow("-1", null, "0.0.0.0/0")],
      },
    ],
  },
  {
    NetworkInterfaces: [
      {
        NetworkInterfaceId: "eni-lb",
        InterfaceType: "interface",
        OwnerId: account,
        VpcId: "vpc-1",
        SubnetId: "subnet-1",
        Status: "in-use",
        RequesterManaged: true,
        RequesterId: "amazon-elb",
        Description: "ELB front",
        PrivateIpAddress: "10.0.0.9",
        Association: { PublicIp: "54.9.9.9" },
        Groups: [{ GroupId: "sg-front", GroupName: "front" }],
      },
    ],
  },
];
const behind = (port: number) =>
  oneInstance({ ingress: [allow("tcp", 8080, "sg-front")], publicIp: null, more: classic(port) });

checkCases(check, {
  pass: [
    {
      name: "HTTP and HTTPS",
      estate: oneInstance({ ingress: [allow("tcp", 80, "0.0.0.0/0"), allow("tcp", 443, "::/0")] }),
    },
    {
      name: "ICMP of every type is no service",
      estate: oneInstance({ ingress: [allow("icmp", [-1, -1], "0.0.0.0/0")] }),
    },
    { name: "SSH has a check of its own", estate: oneInstance({ ingress: [allow("tcp", 22, "0.0.0.0/0")] }) },
    { name: "no public address", estate: oneInstance({ ingress: [grafana], publicIp: null }) },
    {
      name: "a port that the user means to be public",
      estate: oneInstance({ ingress: [grafana] }),
      settings: { publicPorts: [parsePortService("3000")] },
    },
    { name: "8080 behind a load balancer's public port", estate: behind(80) },
  ],
  fail: [
    {
      name: "a dashboard",
      estate: oneInstance({ ingress: [grafana] }),
      resources: ["eni-1"],
      message: "open on tcp 3000",
    },
    {
      name: "over IPv6 alone",
      estate: oneInstance({ ingress: [grafana], publicIp: null, ipv6: "2600:1f18::5" }),
      message: "2600:1f18::5",
    },
    {
      name: "a protocol that has no ports",
      estate: oneInstance({ ingress: [allow("47", null, "0.0.0.0/0")], acl: openAcl }),
      message: "all gre",
    },
    {
      name: "8080 behind a load balancer's port that nobody meant to be public",
      estate: behind(8000),
      resources: ["eni-1", "eni-lb"],
      also: (findings) => {
        const target = findings.find(({ resource }) => resource.id === "eni-1");
        expect(target?.message).toMatch(/tcp 8080 .* at listener tcp 8000 of load balancer front/);
        // The load balancer's own rule is the one to take away, as the group has it: its port is the listener's.
        expect(target?.remediation.cli[0]).toContain('"FromPort":8000');
        expect(target?.remediation.cli[0]).toContain("--group-id sg-front");
      },
    },
  ],
  unknown: [
    {
      name: "listeners are known, the instances' group was not read",
      estate: oneInstance(
        { ingress: [grafana], nic: { Groups: [{ GroupId: "sg-elsewhere" }] } },
        { unread: { "ec2:DescribeSecurityGroups": "throttled" } },
      ),
      resources: ["eni-1"],
      message: "sg-elsewhere",
    },
    {
      name: "interfaces were read in part: what is open stands, nothing passes",
      estate: oneInstance({ ingress: [] }, { unread: { "ec2:DescribeNetworkInterfaces": "throttled" } }),
      resources: [`${account}/${region}`],
    },
  ],
});

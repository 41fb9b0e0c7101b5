import type { Instance, SecurityGroup, Subnet } from "@aws-sdk/client-ec2";
import { idOf } from "../build.ts";
import type { VpcBuilder } from "../build-vpc.ts";
import type { AwsRegionEstate } from "../estate.ts";
import { shopHome as place } from "./company.ts";

const prefix = `arn:aws:elasticloadbalancing:${place.region}:${place.account}`;

/** The shop's front doors: an Application Load Balancer for people, a Network Load Balancer for publishers' feeds. */
export function shopEdge(
  shop: VpcBuilder,
  parts: {
    readonly publicSubnets: readonly Subnet[];
    readonly feedSubnet: Subnet;
    readonly balancer: SecurityGroup;
    readonly application: readonly Instance[];
    readonly feedReaders: readonly Instance[];
  },
): AwsRegionEstate {
  const { publicSubnets, balancer } = parts;
  const zones = publicSubnets.map(({ AvailabilityZone, SubnetId }) => ({ ZoneName: AvailabilityZone, SubnetId }));
  const web = `${prefix}:loadbalancer/app/shop/5d1a8f0c2b7e4a90`;
  const feeds = `${prefix}:loadbalancer/net/feeds/0c44be2f9a6d1e37`;
  const webTargets = `${prefix}:targetgroup/shop-app/1f0a6c2d8b3e5947`;
  const feedTargets = `${prefix}:targetgroup/feeds/92cd7e01ab4f6358`;
  const [publicA, publicB] = publicSubnets;
  if (publicA === undefined || publicB === undefined) throw new Error("The shop's edge needs two public subnets.");
  // The publishers' feeds have a subnet of their own, whose ACL nobody ever looked at.
  const { AvailabilityZone: feedZone, SubnetId: feedSubnetId } = parts.feedSubnet;

  shop.networkInterface("alb-a", {
    subnet: publicA,
    groups: [balancer],
    ip: "10.20.0.101",
    publicIp: "52.7.201.90",
    ipv6: "2600:1f18:4a3b:e500::101",
    description: "ELB app/shop/5d1a8f0c2b7e4a90",
    requester: "amazon-elb",
  });
  shop.networkInterface("alb-b", {
    subnet: publicB,
    groups: [balancer],
    ip: "10.20.1.101",
    publicIp: "34.193.18.7",
    ipv6: "2600:1f18:4a3b:e501::101",
    description: "ELB app/shop/5d1a8f0c2b7e4a90",
    requester: "amazon-elb",
  });
  shop.networkInterface("nlb-a", {
    subnet: parts.feedSubnet,
    groups: [],
    ip: "10.20.2.120",
    publicIp: "3.220.44.61",
    description: "ELB net/feeds/0c44be2f9a6d1e37",
    kind: "network_load_balancer",
  });

  return {
    LoadBalancers: [
      {
        LoadBalancerArn: web,
        LoadBalancerName: "shop",
        DNSName: "shop-1043377812.us-east-1.elb.amazonaws.com",
        Type: "application",
        Scheme: "internet-facing",
        IpAddressType: "dualstack",
        VpcId: shop.vpc.VpcId,
        State: { Code: "active" },
        AvailabilityZones: zones,
        SecurityGroups: [balancer.GroupId ?? ""],
        CanonicalHostedZoneId: "Z35SXDOTRQ7X7K",
        CreatedTime: new Date("2024-09-04T07:12:31.000Z"),
      },
      {
        LoadBalancerArn: feeds,
        LoadBalancerName: "feeds",
        DNSName: "feeds-0c44be2f9a6d1e37.elb.us-east-1.amazonaws.com",
        Type: "network",
        Scheme: "internet-facing",
        IpAddressType: "ipv4",
        VpcId: shop.vpc.VpcId,
        State: { Code: "active" },
        AvailabilityZones: [{ ZoneName: feedZone, SubnetId: feedSubnetId }],
        SecurityGroups: [],
        CanonicalHostedZoneId: "Z26RNL4JYFTOTI",
        CreatedTime: new Date("2023-05-16T13:40:02.000Z"),
      },
    ],
    Listeners: [
      {
        ListenerArn: listener(web, "aa11"),
        LoadBalancerArn: web,
        Port: 443,
        Protocol: "HTTPS",
        SslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        Certificates: [{ CertificateArn: `arn:aws:acm:${place.region}:${place.account}:certificate/7f1d-shop` }],
        DefaultActions: [{ Type: "forward", TargetGroupArn: webTargets }],
      },
      {
        ListenerArn: listener(web, "aa22"),
        LoadBalancerArn: web,
        Port: 80,
        Protocol: "HTTP",
        DefaultActions: [
          { Type: "redirect", RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" } },
        ],
      },
      {
        ListenerArn: listener(feeds, "bb11"),
        LoadBalancerArn: feeds,
        Port: 8443,
        Protocol: "TCP",
        DefaultActions: [{ Type: "forward", TargetGroupArn: feedTargets }],
      },
    ],
    Rules: {
      [listener(web, "aa11")]: [
        {
          RuleArn: `${listener(web, "aa11").replace(":listener/", ":listener-rule/")}/cc33`,
          Priority: "default",
          IsDefault: true,
          Conditions: [],
          Actions: [{ Type: "forward", TargetGroupArn: webTargets }],
        },
      ],
    },
    TargetGroupAttributes: {
      // Which supplier connects is for the readers' own security group to judge.
      [feedTargets]: [{ Key: "preserve_client_ip.enabled", Value: "true" }],
    },
    TargetGroups: [
      targetGroup(webTargets, "shop-app", "HTTP", 8080, web, shop),
      targetGroup(feedTargets, "feeds", "TCP", 8443, feeds, shop),
    ],
    TargetHealth: {
      [webTargets]: parts.application.map(({ InstanceId }) => healthy(InstanceId, 8080)),
      [feedTargets]: parts.feedReaders.map(({ InstanceId }) => healthy(InstanceId, 8443)),
    },
  };
}

function listener(balancer: string, id: string): string {
  return `${balancer.replace(":loadbalancer/", ":listener/")}/${idOf("l", place, id).slice(3)}`;
}

function targetGroup(
  TargetGroupArn: string,
  TargetGroupName: string,
  Protocol: "HTTP" | "TCP",
  Port: number,
  balancer: string,
  { vpc }: VpcBuilder,
): NonNullable<AwsRegionEstate["TargetGroups"]>[number] {
  return {
    TargetGroupArn,
    TargetGroupName,
    Protocol,
    Port,
    VpcId: vpc.VpcId,
    TargetType: "instance",
    LoadBalancerArns: [balancer],
    HealthCheckProtocol: Protocol,
    HealthCheckPort: "traffic-port",
    HealthCheckEnabled: true,
    IpAddressType: "ipv4",
  };
}

function healthy(Id: string | undefined, Port: number): NonNullable<AwsRegionEstate["TargetHealth"]>[string][number] {
  return { Target: { Id, Port }, HealthCheckPort: String(Port), TargetHealth: { State: "healthy" } };
}

import { groupId, hex, instanceId, region, zones } from "./names.ts";
import type { Add, Random } from "./names.ts";

/** Where a load balancer stands. */
export interface BalancerPlan {
  readonly account: string;
  readonly vpc: string;
  readonly number: number;
  readonly balancer: number;
  readonly subnets: readonly string[];
  readonly groups: number;
}

/** A load balancer with its listener, rule, target group of two to forty instances, and a node in each public subnet. */
export function addBalancer(add: Add, random: Random, plan: BalancerPlan): void {
  const { account, vpc, number, balancer, subnets, groups } = plan;
  const kind = balancer % 4 === 0 ? "net" : "app";
  const prefix = `arn:aws:elasticloadbalancing:${region}:${account}`;
  const name = `lb-${number}-${balancer}`;
  const path = `${kind}/${name}/${hex(balancer)}`;
  const arn = `${prefix}:loadbalancer/${path}`;
  const target = `${prefix}:targetgroup/${name}/${hex(balancer)}`;
  const elb = "elasticloadbalancingv2";
  const own = [groupId(number, random(groups))];
  add(`${elb}:DescribeLoadBalancers`, {
    LoadBalancerArn: arn,
    LoadBalancerName: name,
    DNSName: `${name}.elb.amazonaws.com`,
    Type: kind === "app" ? "application" : "network",
    Scheme: balancer % 3 === 0 ? "internal" : "internet-facing",
    IpAddressType: "ipv4",
    VpcId: vpc,
    SecurityGroups: kind === "app" ? own : [],
    AvailabilityZones: subnets.slice(0, 3).map((SubnetId, zone) => ({ SubnetId, ZoneName: zones[zone] ?? "" })),
  });
  const forward = [{ Type: "forward", TargetGroupArn: target }];
  const listener = `${prefix}:listener/${path}/1`;
  add(`${elb}:DescribeListeners`, {
    ListenerArn: listener,
    LoadBalancerArn: arn,
    Port: 443,
    Protocol: kind === "app" ? "HTTPS" : "TCP",
    DefaultActions: kind === "app" ? [{ Type: "fixed-response" }] : forward,
  });
  if (kind === "app") {
    add(`${elb}:DescribeRules`, {
      RuleArn: `${listener.replace(":listener/", ":listener-rule/")}/1`,
      Priority: "1",
      IsDefault: false,
      Conditions: [{ Field: "path-pattern", Values: ["/api/*"] }],
      Actions: forward,
    });
  }
  const request = { TargetGroupArn: target };
  add(`${elb}:DescribeTargetGroups`, {
    ...request,
    TargetGroupName: name,
    Protocol: kind === "app" ? "HTTP" : "TCP",
    Port: 8080,
    VpcId: vpc,
    TargetType: "instance",
    LoadBalancerArns: [arn],
  });
  for (const [Key, Value] of [
    ["load_balancing.cross_zone.enabled", "use_load_balancer_configuration"],
    ...(kind === "net" ? [["preserve_client_ip.enabled", "true"]] : []),
  ] as const) {
    add(`${elb}:DescribeTargetGroupAttributes`, { Key: Key ?? "", Value: Value ?? "" }, request);
  }
  // Services of two to forty instances.
  for (let index = 0; index < 2 + random(39); index += 1) {
    const Target = { Id: instanceId(number, balancer * 90 + index), Port: 8080 };
    add(`${elb}:DescribeTargetHealth`, { Target, TargetHealth: { State: "healthy" } }, request);
  }
  for (const [zone, SubnetId] of subnets.slice(0, 3).entries()) {
    const address = `10.${number % 256}.${zone * 16 + 15}.${balancer}`;
    add("ec2:DescribeNetworkInterfaces", {
      NetworkInterfaceId: `eni-b${hex(number)}${hex(balancer)}${zone}`,
      OwnerId: account,
      VpcId: vpc,
      SubnetId,
      Status: "in-use",
      InterfaceType: kind === "app" ? "interface" : "network_load_balancer",
      Description: `ELB ${path}`,
      RequesterManaged: true,
      Groups: kind === "app" ? own.map((GroupId) => ({ GroupId })) : [],
      PrivateIpAddress: address,
      PrivateIpAddresses: [
        {
          PrivateIpAddress: address,
          Primary: true,
          Association: { PublicIp: `203.${100 + (number % 100)}.${balancer}.${zone}` },
        },
      ],
      Attachment: { DeviceIndex: 1, Status: "attached" },
    });
  }
}

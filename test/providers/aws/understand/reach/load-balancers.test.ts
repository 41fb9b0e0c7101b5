import { describe, expect, it } from "vitest";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import { allow, securityGroup } from "../../../../support/security-groups.ts";
import { ended, type Answer } from "../small-snapshot.ts";
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
  out,
  reachOf,
  route,
  routeTable,
  subnet,
  tcpPorts,
  type Answered,
  type Items,
} from "./small-reach.ts";

const prefix = "arn:aws:elasticloadbalancing:eu-west-1:111122223333";
const arnOf = (kind: "app" | "net", name: string): string => `${prefix}:loadbalancer/${kind}/${name}/0a1b`;
const groupArn = (name: string): string => `${prefix}:targetgroup/${name}/0c1d`;

const listenerArn = (balancer: string): string => `${balancer.replace(":loadbalancer/", ":listener/")}/0e1f`;

interface Balancing {
  readonly kind?: "app" | "net";
  readonly name?: string;
  readonly scheme?: string;
  readonly groups?: readonly string[];
  readonly more?: VendorObject;
  readonly listener?: VendorObject | null;
  readonly group?: VendorObject;
  readonly targets?: readonly VendorObject[];
  readonly preserves?: "true" | "false";
  readonly crossZone?: string;
  readonly rules?: readonly VendorObject[];
}

/** A load balancer `web` in subnet-2 with a listener on 443 that forwards to port 8443 of i-1. */
function balancing({
  kind = "app",
  name = "web",
  scheme = "internet-facing",
  groups = ["sg-lb"],
  more = {},
  listener = {},
  group = {},
  targets = [{ Id: "i-1", Port: 8443 }],
  preserves,
  crossZone,
  rules = [],
}: Balancing = {}): readonly Answer[] {
  const arn = arnOf(kind, name);
  const to = groupArn(name);
  const protocol = kind === "app" ? "HTTPS" : "TCP";
  const operation = (id: string): string => `elasticloadbalancingv2:${id}`;
  return [
    {
      operation: operation("DescribeLoadBalancers"),
      items: [
        {
          LoadBalancerArn: arn,
          LoadBalancerName: name,
          DNSName: `${name}.example`,
          Scheme: scheme,
          Type: kind === "app" ? "application" : "network",
          VpcId: "vpc-1",
          AvailabilityZones: [{ SubnetId: "subnet-2" }],
          IpAddressType: "ipv4",
          SecurityGroups: groups,
          ...more,
        },
      ],
    },
    {
      operation: operation("DescribeListeners"),
      items:
        listener === null
          ? []
          : [
              {
                ListenerArn: listenerArn(arn),
                LoadBalancerArn: arn,
                Port: 443,
                Protocol: protocol,
                DefaultActions: [{ Type: "forward", TargetGroupArn: to }],
                ...listener,
              },
            ],
    },
    {
      operation: operation("DescribeTargetGroups"),
      items: [
        {
          TargetGroupArn: to,
          TargetGroupName: name,
          Protocol: protocol,
          Port: 8443,
          VpcId: "vpc-1",
          TargetType: "instance",
          LoadBalancerArns: [arn],
          ...group,
        },
      ],
    },
    {
      operation: operation("DescribeTargetHealth"),
      request: { TargetGroupArn: to },
      items: targets.map((Target) => ({ Target, TargetHealth: { State: "unhealthy" } })),
    },
    {
      operation: operation("DescribeRules"),
      items: rules.map((rule, each) => ({
        RuleArn: `${listenerArn(arn).replace(":listener/", ":listener-rule/")}/${each}`,
        Priority: String(each),
        IsDefault: false,
        Conditions: [],
        ...rule,
      })),
    },
    {
      operation: operation("DescribeTargetGroupAttributes"),
      request: { TargetGroupArn: to },
      items: [
        ...(preserves === undefined ? [] : [{ Key: "preserve_client_ip.enabled", Value: preserves }]),
        ...(crossZone === undefined ? [] : [{ Key: "load_balancing.cross_zone.enabled", Value: crossZone }]),
      ],
    },
  ];
}

const node = (id: string, address: string, description: string, groups: readonly string[], more: VendorObject = {}) =>
  nic(id, address, "198.51.100.50", {
    SubnetId: "subnet-2",
    Description: `ELB ${description}`,
    RequesterManaged: true,
    Groups: groups.map((GroupId) => ({ GroupId })),
    ...more,
  });

const everywhere = { IpPermissionsEgress: [allow("-1", null, "0.0.0.0/0", "::/0")] };
const targetGroup = (...peers: readonly string[]) => securityGroup("sg-target", [allow("tcp", 8443, ...peers)]);
const balancerGroup = securityGroup("sg-lb", [allow("tcp", 443, "0.0.0.0/0")], everywhere);

/** A private target in subnet-1 (no route out), and subnet-2 public with a node at 10.0.2.5. */
function estate(items: Items = {}, nodeName = "app/web/0a1b", nodeGroups: readonly string[] = ["sg-lb"]): Items {
  const instance = { InstanceId: "i-1", NetworkInterfaces: [{ NetworkInterfaceId: "eni-1" }] };
  return open({
    DescribeRouteTables: [
      routeTable("rtb-1", ["subnet-1"], [route("10.0.0.0/16", "local")]),
      routeTable(
        "rtb-2",
        ["subnet-2"],
        [route("10.0.0.0/16", "local"), route("0.0.0.0/0", "igw-1"), route("::/0", "igw-1")],
      ),
    ],
    DescribeSecurityGroups: [targetGroup("sg-lb"), balancerGroup],
    DescribeInstances: [{ Instances: [instance] }],
    DescribeNetworkInterfaces: [
      nic("eni-1", "10.0.1.10", null, {
        Groups: [{ GroupId: "sg-target" }],
        Attachment: { InstanceId: "i-1", DeviceIndex: 0 },
      }),
      node("eni-lb", "10.0.2.5", nodeName, nodeGroups),
    ],
    ...items,
  });
}

const viaBalancer = ({ kind }: { readonly kind: string }): boolean => kind === "load-balancer";
const client = "tcp 8443 from 203.0.113.9";

function reached(answers: readonly Answer[], packet = client, id = "eni-1"): Answered {
  return enters(endpointOf(reachOf(answers), id), packet, id === "eni-1" ? viaBalancer : undefined);
}

describe("trap 9: an application load balancer before a private target", () => {
  it("its listener leads to the target's port, from whoever the load balancer lets in", () => {
    const endpoint = endpointOf(reachOf([...ec2(estate()), ...balancing()]));
    expect(enters(endpoint, client)).toBe("yes");
    expect(converses(endpoint, client)).toBe("yes");
    expect(enters(endpoint, "tcp 443 from 203.0.113.9")).toBe("no");
    expect(enters(endpoint, "tcp 22 from 203.0.113.9")).toBe("no");
    expect(endpoint.ways.filter(viaBalancer)).toHaveLength(1);
    const way = endpoint.ways.find(viaBalancer);
    expect([way?.name, way?.clientPort]).toEqual(["listener tcp 443 of load balancer web", "tcp 443"]);
  });

  it("a target instance that was not read is known by its interface's attachment", () => {
    const answers = [...ec2(estate({ DescribeInstances: [] })), ...balancing()];
    expect(reached(answers)).toBe("yes");
    const endpoint = endpointOf(reachOf(answers), "eni-1");
    expect(endpoint.workload?.id).toBe("i-1");
    expect(endpoint.aliases).toContain("i-1");
  });

  it.each<[string, Items, Balancing, Answered]>([
    ["internal", {}, { scheme: "internal" }, "no"],
    ["without a listener", {}, { listener: null }, "no"],
    [
      "whose group lets nobody in",
      { DescribeSecurityGroups: [targetGroup("sg-lb"), securityGroup("sg-lb", [], everywhere)] },
      {},
      "no",
    ],
    [
      "whose group lets nothing out",
      { DescribeSecurityGroups: [targetGroup("sg-lb"), securityGroup("sg-lb", [allow("tcp", 443, "0.0.0.0/0")])] },
      {},
      "no",
    ],
    [
      "whose group opens the target's port, not the listener's",
      {
        DescribeSecurityGroups: [
          targetGroup("sg-lb"),
          securityGroup("sg-lb", [allow("tcp", 8443, "0.0.0.0/0")], everywhere),
        ],
      },
      {},
      "no",
    ],
    [
      "a target that lets in the node's subnet",
      { DescribeSecurityGroups: [targetGroup("10.0.2.0/24"), balancerGroup] },
      {},
      "yes",
    ],
    [
      "a target that lets in only clients",
      { DescribeSecurityGroups: [targetGroup("203.0.113.0/24"), balancerGroup] },
      {},
      "no",
    ],
    [
      "the target's subnet shut to the nodes",
      {
        DescribeNetworkAcls: [
          acl("acl-0", [], openAcl),
          acl("acl-1", ["subnet-1"], [entry(90, "deny", "10.0.2.0/24"), ...openAcl]),
        ],
      },
      {},
      "no",
    ],
    [
      "the nodes' subnet shut to clients",
      {
        DescribeNetworkAcls: [
          acl("acl-0", [], openAcl),
          acl("acl-2", ["subnet-2"], [entry(90, "deny", "203.0.113.0/24"), ...openAcl]),
        ],
      },
      {},
      "no",
    ],
    [
      "the nodes' subnet shut to the target",
      {
        DescribeNetworkAcls: [
          acl("acl-0", [], openAcl),
          acl("acl-2", ["subnet-2"], [entry(90, "deny", "10.0.1.0/24", out), ...openAcl]),
        ],
      },
      {},
      "no",
    ],
    [
      "the nodes' subnet without a way to the internet",
      { DescribeRouteTables: [routeTable("rtb-1", ["main"], [route("10.0.0.0/16", "local")])] },
      {},
      "no",
    ],
    [
      "a weight of 0 sends nothing",
      {},
      {
        listener: {
          DefaultActions: [
            { Type: "forward", ForwardConfig: { TargetGroups: [{ TargetGroupArn: groupArn("web"), Weight: 0 }] } },
          ],
        },
        group: { LoadBalancerArns: [] },
      },
      "no",
    ],
    [
      "a list of sources that was not read",
      { DescribeSecurityGroups: [targetGroup("pl-1"), balancerGroup] },
      {},
      "maybe",
    ],
    ["a target that is unhealthy counts", {}, {}, "yes"],
    ["a target by its address", {}, { group: { TargetType: "ip" }, targets: [{ Id: "10.0.1.10", Port: 8443 }] }, "yes"],
    [
      "a function is no endpoint",
      {},
      { group: { TargetType: "lambda" }, targets: [{ Id: "arn:aws:lambda:eu-west-1:1:function:f" }] },
      "no",
    ],
    [
      "whoever signs in",
      {},
      {
        listener: {
          DefaultActions: [{ Type: "authenticate-oidc" }, { Type: "forward", TargetGroupArn: groupArn("web") }],
        },
      },
      "maybe",
    ],
    [
      "weighted target groups",
      {},
      {
        listener: {
          DefaultActions: [{ Type: "forward", ForwardConfig: { TargetGroups: [{ TargetGroupArn: groupArn("web") }] } }],
        },
      },
      "yes",
    ],
  ])("%s", (_, items, parts, expected) => {
    expect(reached([...ec2(estate(items)), ...balancing(parts)])).toBe(expected);
  });

  it("a session also needs the way back through both subnets' ACLs", () => {
    const noReply = [entry(90, "deny", "10.0.2.0/24", out), ...openAcl];
    const noAnswer = [entry(90, "deny", "10.0.1.0/24", tcpPorts(0, 65535)), ...openAcl];
    for (const shut of [acl("acl-1", ["subnet-1"], noReply), acl("acl-2", ["subnet-2"], noAnswer)]) {
      const endpoint = endpointOf(
        reachOf([...ec2(estate({ DescribeNetworkAcls: [acl("acl-0", [], openAcl), shut] })), ...balancing()]),
      );
      expect([enters(endpoint, client), converses(endpoint, client)]).toEqual(["yes", "no"]);
    }
  });

  it("a node in the target's own subnet passes no ACL on the way to it", () => {
    const items: Items = {
      DescribeRouteTables: [routeTable("rtb-1", ["main"], [route("0.0.0.0/0", "igw-1")])],
      DescribeNetworkAcls: [acl("acl-1", ["subnet-1"], [entry(90, "deny", "10.0.0.0/8"), ...openAcl])],
    };
    const [target] = estate()["DescribeNetworkInterfaces"] ?? [];
    const beside = node("eni-lb", "10.0.1.5", "app/web/0a1b", ["sg-lb"], { SubnetId: "subnet-1" });
    expect(
      reached([...ec2(estate({ ...items, DescribeNetworkInterfaces: [target ?? {}, beside] })), ...balancing()]),
    ).toBe("yes");
  });

  it("nodes that no record tells of may have any address of their subnets", () => {
    const [target] = estate()["DescribeNetworkInterfaces"] ?? [];
    const items = estate({
      DescribeNetworkInterfaces: [target ?? {}],
      DescribeSecurityGroups: [targetGroup("10.0.2.0/25"), balancerGroup],
    });
    expect(reached([...ec2(items), ...balancing()])).toBe("maybe");
  });

  it("its own interfaces are reached on the ports it listens on", () => {
    const answers = [...ec2(estate()), ...balancing()];
    const balancer = endpointOf(reachOf(answers), "eni-lb");
    expect(enters(balancer, "tcp 443 from 203.0.113.9")).toBe("yes");
    expect(enters(balancer, "tcp 22 from 203.0.113.9")).toBe("no");
    expect(balancer.workload?.type).toBe("aws:elasticloadbalancing:loadbalancer");
    expect(balancer.aliases).toEqual(expect.arrayContaining(["web", "web.example", arnOf("app", "web")]));
    const wide = securityGroup("sg-lb", [allow("-1", null, "0.0.0.0/0")], everywhere);
    expect(
      reached(
        [...ec2(estate({ DescribeSecurityGroups: [targetGroup("sg-lb"), wide] })), ...balancing()],
        "tcp 22 from 203.0.113.9",
        "eni-lb",
      ),
    ).toBe("no");
  });

  it("a user's interface that calls itself a node is none", () => {
    const [target] = estate()["DescribeNetworkInterfaces"] ?? [];
    const fake = node("eni-lb", "10.0.2.5", "app/web/0a1b", ["sg-lb"], { RequesterManaged: false });
    const answers = [...ec2(estate({ DescribeNetworkInterfaces: [target ?? {}, fake] })), ...balancing()];
    expect(endpointOf(reachOf(answers), "eni-lb").workload).toBeNull();
  });

  it("a dual-stack one is reached over IPv6 too, and speaks to its target as it does", () => {
    const groups = [targetGroup("sg-lb"), securityGroup("sg-lb", [allow("tcp", 443, "::/0")], everywhere)];
    const answers = [
      ...ec2(estate({ DescribeSecurityGroups: groups })),
      ...balancing({ more: { IpAddressType: "dualstack" } }),
    ];
    expect(reached(answers, "tcp 8443 from 2001:db8:f::9")).toBe("yes");
    expect(reached(answers)).toBe("no");
  });

  it("rewritten rules tell which rule they stand for", () => {
    const way = endpointOf(reachOf([...ec2(estate()), ...balancing()])).ways.find(viaBalancer);
    const rewritten = way?.packets.filter(({ kind }) => kind === "endpoint-firewall") ?? [];
    expect(rewritten.map(({ resources }) => resources.map(({ id }) => id))).toEqual([
      ["sg-lb"],
      ["sg-lb"],
      ["sg-target"],
    ]);
    const keys = rewritten.flatMap(({ standsFor }) => [...(standsFor?.values() ?? [])].map(({ key }) => key));
    expect(keys).toContain("ingress allow tcp/443 0.0.0.0/0");
    expect(keys).toContain("ingress allow tcp/8443 sg-lb");
  });
});

describe("listener rules", () => {
  const forward: VendorObject = { Actions: [{ Type: "forward", TargetGroupArn: groupArn("web") }] };
  const fixed = { DefaultActions: [{ Type: "fixed-response" }] };
  const condition = (...conditions: readonly VendorObject[]): VendorObject => ({ ...forward, Conditions: conditions });
  const from = (...Values: readonly string[]): VendorObject => ({ Field: "source-ip", SourceIpConfig: { Values } });
  const path = { Field: "path-pattern", PathPatternConfig: { Values: ["/admin/*"] } };
  const tuple = (Weight: number): VendorObject => ({
    Actions: [
      {
        Type: "forward",
        ForwardConfig: { TargetGroups: [{ TargetGroupArn: groupArn("web"), Weight }, { Weight: 1 }] },
      },
    ],
  });
  it.each<[string, readonly VendorObject[], Answered]>([
    ["none", [], "no"],
    ["a rule forwards to the group", [forward], "yes"],
    ["conditions on host or path are no packet filters", [condition(path)], "yes"],
    ["a condition on the client's address is one: inside", [condition(from("203.0.113.0/24"))], "yes"],
    ["a condition on the client's address is one: outside", [condition(from("192.0.2.0/24"))], "no"],
    ["any value of a condition", [condition(from("192.0.2.0/24", "203.0.113.0/24"))], "yes"],
    ["all conditions of a rule", [condition(path, from("203.0.113.0/24"), from("192.0.2.0/24"))], "no"],
    ["another rule lets everyone in", [condition(from("192.0.2.0/24")), condition(path)], "yes"],
    ["a condition that cannot be read", [condition(from("somewhere"))], "maybe"],
    ["a weighted group", [tuple(1)], "yes"],
    ["a weight of 0 sends nothing", [tuple(0)], "no"],
    [
      "a rule that asks to sign in",
      [{ Actions: [{ Type: "authenticate-cognito" }, { Type: "forward", TargetGroupArn: groupArn("web") }] }],
      "maybe",
    ],
    ["a rule that redirects", [{ Actions: [{ Type: "redirect" }] }], "no"],
    ["the default rule of the answer says nothing more", [{ ...forward, IsDefault: true }], "no"],
    ["a rule of another listener", [{ ...forward, RuleArn: `${prefix}:listener-rule/app/web/0a1b/ffff/0` }], "no"],
  ])("%s", (_, rules, expected) => {
    expect(reached([...ec2(estate()), ...balancing({ listener: fixed, rules })])).toBe(expected);
  });

  it.each<[string, Parameters<typeof reachOf>[1], Answered]>([
    ["were not read", { coverage: [ended("elasticloadbalancingv2:DescribeRules")] }, "maybe"],
    [
      "of another listener were not read",
      {
        coverage: [
          {
            ...ended("elasticloadbalancingv2:DescribeRules"),
            gaps: [{ request: { ListenerArn: "another" }, status: "denied", error: "denied" }],
          },
        ],
      },
      "no",
    ],
  ])("rules that %s", (_, options, expected) => {
    const reach = reachOf([...ec2(estate()), ...balancing({ listener: fixed })], options);
    expect(enters(endpointOf(reach), client, viaBalancer)).toBe(expected);
  });
});

describe("cross-zone load balancing", () => {
  const zones = (nodes: string | null, target: string | null): Items => ({
    DescribeSubnets: [
      subnet("subnet-1", "10.0.1.0/24", { AvailabilityZoneId: target }),
      subnet("subnet-2", "10.0.2.0/24", { AvailabilityZoneId: nodes }),
    ],
    DescribeSecurityGroups: [targetGroup("10.0.2.0/24", "sg-lb"), balancerGroup],
  });
  const byBalancer = "use_load_balancer_configuration";
  it.each<[string, "app" | "net", string | undefined, Items, Answered]>([
    ["a network one: on", "net", "true", zones("az1", "az2"), "yes"],
    ["a network one: off", "net", "false", zones("az1", "az2"), "no"],
    ["a network one: off, in one zone", "net", "false", zones("az1", "az1"), "yes"],
    [
      "a network one: left to the load balancer, whose attribute is not read",
      "net",
      byBalancer,
      zones("az1", "az2"),
      "maybe",
    ],
    ["a network one: left to the load balancer, in one zone", "net", byBalancer, zones("az1", "az1"), "yes"],
    ["a network one: not read", "net", undefined, zones("az1", "az2"), "maybe"],
    ["a network one: off, zones not known", "net", "false", zones("az1", null), "maybe"],
    [
      "an application one is on where its target group says nothing else",
      "app",
      byBalancer,
      zones("az1", "az2"),
      "yes",
    ],
    ["an application one: off for the target group", "app", "false", zones("az1", "az2"), "no"],
    ["an application one: not read", "app", undefined, zones("az1", "az2"), "maybe"],
  ])("%s", (_, kind, crossZone, items, expected) => {
    const settings: Balancing = {
      kind,
      preserves: "false",
      ...(kind === "net" ? { groups: [] } : {}),
      ...(crossZone === undefined ? {} : { crossZone }),
    };
    const nodes = kind === "net" ? estate(items, "net/web/0a1b", []) : estate(items);
    expect(reached([...ec2(nodes), ...balancing(settings)])).toBe(expected);
  });

  it("an address outside of the VPC counts as being in every zone", () => {
    const [target, balancer] = estate()["DescribeNetworkInterfaces"] ?? [];
    const far = { ...zones("az1", "az2"), DescribeNetworkInterfaces: [target ?? {}, balancer ?? {}] };
    const settings: Balancing = {
      crossZone: "false",
      group: { TargetType: "ip" },
      targets: [{ Id: "10.0.1.10", Port: 8443, AvailabilityZone: "all" }],
    };
    expect(reached([...ec2(estate(far)), ...balancing(settings)])).toBe("yes");
  });
});

describe("trap 9: a network load balancer before a private target", () => {
  const clients = targetGroup("203.0.113.0/24");
  const nodes = targetGroup("10.0.2.0/24");
  const network = (parts: Balancing = {}): readonly Answer[] => balancing({ kind: "net", groups: [], ...parts });
  const withGroup = (group: VendorObject, groups: readonly string[] = []): readonly Answer[] =>
    ec2(estate({ DescribeSecurityGroups: [group, balancerGroup] }, "net/web/0a1b", groups));
  const udp = { group: { Protocol: "UDP" }, listener: { Protocol: "UDP" } };
  const udpClients = securityGroup("sg-target", [allow("udp", 8443, "203.0.113.0/24")]);
  it.each<[string, readonly Answer[], string, Answered]>([
    [
      "preserved, the target lets in clients",
      [...withGroup(clients), ...network({ preserves: "true" })],
      client,
      "yes",
    ],
    [
      "preserved, other clients",
      [...withGroup(clients), ...network({ preserves: "true" })],
      "tcp 8443 from 192.0.2.1",
      "no",
    ],
    [
      "preserved, the target lets in only the nodes",
      [...withGroup(nodes), ...network({ preserves: "true" })],
      client,
      "no",
    ],
    [
      "not preserved, the target lets in the nodes",
      [...withGroup(nodes), ...network({ preserves: "false" })],
      client,
      "yes",
    ],
    [
      "not preserved, the target lets in only clients",
      [...withGroup(clients), ...network({ preserves: "false" })],
      client,
      "no",
    ],
    ["not told, the target lets in clients", [...withGroup(clients), ...network()], client, "maybe"],
    ["not told, the target lets in the nodes", [...withGroup(nodes), ...network()], client, "maybe"],
    [
      "not told, the target lets in both",
      [...withGroup(targetGroup("203.0.113.0/24", "10.0.2.0/24")), ...network()],
      client,
      "yes",
    ],
    ["UDP is always preserved", [...withGroup(udpClients), ...network(udp)], "udp 8443 from 203.0.113.9", "yes"],
    [
      "IPv6 clients of an IPv4 target are not",
      [...withGroup(nodes), ...network({ preserves: "true", more: { IpAddressType: "dualstack" } })],
      "tcp 8443 from 2001:db8:f::9",
      "yes",
    ],
    [
      "preserved, the target names the load balancer's group",
      [...withGroup(targetGroup("sg-lb"), ["sg-lb"]), ...network({ preserves: "true", groups: ["sg-lb"] })],
      client,
      "yes",
    ],
    [
      "its own group keeps clients out",
      [
        ...ec2(
          estate(
            {
              DescribeSecurityGroups: [
                targetGroup("sg-lb"),
                securityGroup("sg-lb", [allow("tcp", 443, "192.0.2.0/24")], everywhere),
              ],
            },
            "net/web/0a1b",
          ),
        ),
        ...network({ preserves: "true", groups: ["sg-lb"] }),
      ],
      client,
      "no",
    ],
  ])("%s", (_, answers, packet, expected) => {
    expect(reached(answers, packet)).toBe(expected);
  });

  it("without groups nothing but its listeners and its subnet's ACL guards its nodes", () => {
    const answers = [...withGroup(clients), ...network()];
    expect(reached(answers, "tcp 443 from 203.0.113.9", "eni-lb")).toBe("yes");
    expect(reached(answers, "tcp 22 from 203.0.113.9", "eni-lb")).toBe("no");
  });

  it("before an internal application load balancer: the client goes through both", () => {
    const [target, first] = estate({}, "net/front/0a1b", [])["DescribeNetworkInterfaces"] ?? [];
    const inner = nic("eni-app", "10.0.2.6", null, {
      SubnetId: "subnet-2",
      Description: "ELB app/web/0a1b",
      RequesterManaged: true,
      Groups: [{ GroupId: "sg-lb" }],
    });
    const front = balancing({
      kind: "net",
      name: "front",
      groups: [],
      listener: { Port: 80 },
      group: { TargetType: "alb" },
      targets: [{ Id: arnOf("app", "web"), Port: 443 }],
    });
    const answers = [
      ...ec2(estate({ DescribeNetworkInterfaces: [target ?? {}, first ?? {}, inner] })),
      ...balancing({ scheme: "internal" }),
      ...front,
    ];
    const endpoint = endpointOf(reachOf(answers));
    expect(enters(endpoint, client)).toBe("yes");
    expect(endpoint.ways.find(viaBalancer)).toMatchObject({
      name: "listener tcp 80 of load balancer front, then listener tcp 443 of load balancer web",
      clientPort: "tcp 80",
    });
    expect(enters(endpointOf(reachOf(answers), "eni-app"), "tcp 443 from 203.0.113.9")).toBe("yes");
  });
});

describe("trap 9: a classic load balancer before a private target", () => {
  const classic = (more: VendorObject = {}): Answer => ({
    operation: "elasticloadbalancing:DescribeLoadBalancers",
    items: [
      {
        LoadBalancerName: "old",
        DNSName: "old.example",
        Scheme: "internet-facing",
        VPCId: "vpc-1",
        Subnets: ["subnet-2"],
        SecurityGroups: ["sg-lb"],
        ListenerDescriptions: [{ Listener: { Protocol: "HTTPS", LoadBalancerPort: 443, InstancePort: 8443 } }],
        Instances: [{ InstanceId: "i-1" }],
        ...more,
      },
    ],
  });
  it.each<[string, VendorObject, string, Answered]>([
    ["from the listener to the instance's port", {}, client, "yes"],
    ["no other port", {}, "tcp 443 from 203.0.113.9", "no"],
    ["internal", { Scheme: "internal" }, client, "no"],
    ["another instance", { Instances: [{ InstanceId: "i-2" }] }, client, "no"],
  ])("%s", (_, more, packet, expected) => {
    expect(reached([...ec2(estate({}, "old")), classic(more)], packet)).toBe(expected);
  });
});

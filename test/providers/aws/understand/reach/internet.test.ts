import { describe, expect, it } from "vitest";
import { toCidrs } from "../../../../../src/network/addresses.ts";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import { allow, securityGroup } from "../../../../support/security-groups.ts";
import { ended, here, type Answer } from "../small-snapshot.ts";
import {
  acl,
  converses,
  ec2,
  endpointOf,
  enters,
  entry,
  internetGateway,
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

const ssh = "tcp 22 from 203.0.113.9";
const ssh6 = "tcp 22 from 2001:db8:f::9";

function reached(replaced: Items, packet = ssh, options?: Parameters<typeof reachOf>[1], id = "eni-1"): Answered {
  return enters(endpointOf(reachOf(ec2(open(replaced)), options), id), packet);
}

const v6 = (address: string, more: VendorObject = {}): VendorObject => ({
  Ipv6Addresses: [{ Ipv6Address: address }],
  ...more,
});

describe("trap 1: groups are a union, on every interface", () => {
  const web = securityGroup("sg-web", [allow("tcp", 443, "0.0.0.0/0")]);
  const admin = securityGroup("sg-admin", [allow("tcp", 22, "203.0.113.0/24")]);
  const both = nic("eni-1", "10.0.1.10", "198.51.100.7", { Groups: [{ GroupId: "sg-web" }, { GroupId: "sg-admin" }] });
  const items = { DescribeSecurityGroups: [web, admin], DescribeNetworkInterfaces: [both] };
  it.each([
    ["what the first group allows", "tcp 443 from 192.0.2.1", "yes"],
    ["what the second group allows", "tcp 22 from 203.0.113.9", "yes"],
    ["not the ports of one from the sources of the other", "tcp 22 from 192.0.2.1", "no"],
    ["nothing else", "udp 443 from 192.0.2.1", "no"],
  ] as const)("%s", (_, packet, expected) => {
    expect(reached(items, packet)).toBe(expected);
  });

  it("a secondary interface of an instance counts by its own groups and addresses", () => {
    const instance = {
      Instances: [
        { InstanceId: "i-1", NetworkInterfaces: [{ NetworkInterfaceId: "eni-1" }, { NetworkInterfaceId: "eni-2" }] },
      ],
    };
    const second = nic("eni-2", "10.0.1.20", "198.51.100.8", {
      Groups: [{ GroupId: "sg-admin" }],
      Attachment: { InstanceId: "i-1", DeviceIndex: 1 },
    });
    const first = nic("eni-1", "10.0.1.10", null, { Groups: [{ GroupId: "sg-web" }] });
    const reach = reachOf(
      ec2(open({ ...items, DescribeNetworkInterfaces: [first, second], DescribeInstances: [instance] })),
    );
    expect(enters(endpointOf(reach, "eni-2"), ssh)).toBe("yes");
    expect(enters(endpointOf(reach, "eni-1"), ssh)).toBe("no");
    expect(endpointOf(reach, "eni-2").workload?.id).toBe("i-1");
  });

  it("rules are the firewalls' very rules, so that their owner can be found", () => {
    const layer = endpointOf(reachOf(ec2(open()))).ways[0]?.packets.at(-1);
    expect(layer?.resources.map(({ id }) => id)).toEqual(["sg-open"]);
    expect(layer?.standsFor).toBeUndefined();
  });

  it("a group that was not read may allow anything", () => {
    expect(reached({ DescribeSecurityGroups: [] })).toBe("maybe");
    expect(
      reached({ DescribeNetworkInterfaces: [{ ...nic("eni-1", "10.0.1.10", "198.51.100.7"), Groups: null }] }),
    ).toBe("maybe");
  });
});

describe("trap 2: halves and supernets of the internet are still the internet", () => {
  it.each([
    ["two halves", ["0.0.0.0/1", "128.0.0.0/1"], ssh],
    ["IPv6 halves", ["::/1", "8000::/1"], ssh6],
    ["all global unicast", ["2000::/3"], ssh6],
  ])("%s", (_, cidrs, packet) => {
    const items: Items = {
      DescribeSecurityGroups: [securityGroup("sg-open", [allow("tcp", 22, ...cidrs)])],
      DescribeNetworkInterfaces: [nic("eni-1", "10.0.1.10", "198.51.100.7", v6("2001:db8:1::7"))],
    };
    expect(reached(items, packet)).toBe("yes");
  });
});

describe("trap 5: a group reference is its members' private addresses, never the internet", () => {
  it.each([
    ["another group", "sg-other"],
    ["itself", "sg-open"],
  ])("%s", (_, named) => {
    const groups = [securityGroup("sg-open", [allow("-1", null, named)]), securityGroup("sg-other")];
    const other = nic("eni-2", "10.0.1.20", "203.0.113.9", { Groups: [{ GroupId: "sg-other" }] });
    const items = {
      DescribeSecurityGroups: groups,
      DescribeNetworkInterfaces: [nic("eni-1", "10.0.1.10", "198.51.100.7"), other],
    };
    expect(reached(items)).toBe("no");
  });
});

describe("trap 6: a prefix list in a rule", () => {
  const lists = { DescribeManagedPrefixLists: [{ PrefixListId: "pl-1", AddressFamily: "IPv4" }] };
  const group = securityGroup("sg-open", [allow("tcp", 22, "pl-1")]);
  it("that cannot be read is unknown, not empty", () => {
    const options = { coverage: [ended("ec2:GetManagedPrefixListEntries")] };
    expect(reached({ ...lists, DescribeSecurityGroups: [group] }, ssh, options)).toBe("maybe");
  });
});

describe("trap 7: the subnet's network ACL", () => {
  const shut = [
    entry(100, "deny", "0.0.0.0/0"),
    entry(110, "allow", "0.0.0.0/0"),
    entry(120, "allow", "::/0"),
    ...openAcl.slice(2),
  ];
  const dual = [nic("eni-1", "10.0.1.10", "198.51.100.7", v6("2001:db8:1::7"))];
  it.each([
    ["denies before it allows, over IPv4", [acl("acl-1", ["subnet-1"], shut)], ssh, "no"],
    ["has entries of its own for IPv6", [acl("acl-1", ["subnet-1"], shut)], ssh6, "yes"],
    [
      "is the default one where none names the subnet",
      [acl("acl-0", [], shut), acl("acl-1", ["subnet-2"], openAcl)],
      ssh,
      "no",
    ],
    ["of another subnet plays no part", [acl("acl-0", [], openAcl), acl("acl-1", ["subnet-2"], shut)], ssh, "yes"],
    ["that was not read may do anything", [acl("acl-1", ["subnet-2"], openAcl)], ssh, "maybe"],
  ] as const)("%s", (_, acls, packet, expected) => {
    expect(reached({ DescribeNetworkAcls: acls, DescribeNetworkInterfaces: dual }, packet)).toBe(expected);
  });

  it.each([
    ["all of it", openAcl.slice(2), "yes"],
    ["nothing", [], "no"],
    ["ephemeral ports", [entry(100, "allow", "0.0.0.0/0", { ...out, ...tcpPorts(1024, 65535) })], "yes"],
    [
      "one port, which a client may choose",
      [entry(100, "allow", "0.0.0.0/0", { ...out, ...tcpPorts(443, 443) })],
      "yes",
    ],
    ["port 0, which no client has", [entry(100, "allow", "0.0.0.0/0", { ...out, ...tcpPorts(0, 0) })], "no"],
    ["another protocol", [entry(100, "allow", "0.0.0.0/0", { ...out, Protocol: "17" })], "no"],
    ["other clients", [entry(100, "allow", "192.0.2.0/24", out)], "no"],
    ["IPv6 only", [entry(100, "allow", "::/0", out)], "no"],
    [
      "what an earlier entry leaves",
      [
        entry(90, "deny", "0.0.0.0/0", { ...out, ...tcpPorts(1024, 65535) }),
        entry(100, "allow", "0.0.0.0/0", { ...out, ...tcpPorts(1024, 65535) }),
      ],
      "no",
    ],
  ] as const)("packets enter, and a session needs the way back: outbound it allows %s", (_, egress, expected) => {
    const endpoint = endpointOf(
      reachOf(ec2(open({ DescribeNetworkAcls: [acl("acl-1", ["subnet-1"], [...openAcl.slice(0, 2), ...egress])] }))),
    );
    expect(enters(endpoint, ssh)).toBe("yes");
    expect(converses(endpoint, ssh)).toBe(expected);
  });

  it.each([
    ["icmp 8/0 from 203.0.113.9", { Protocol: "1", IcmpTypeCode: { Type: 0, Code: -1 } }, "yes"],
    ["icmp 8/0 from 203.0.113.9", { Protocol: "1", IcmpTypeCode: { Type: 3, Code: -1 } }, "no"],
    ["gre 0 from 203.0.113.9", { Protocol: "47" }, "yes"],
    ["gre 0 from 203.0.113.9", { Protocol: "6" }, "no"],
  ] as const)("an echo needs its own reply: %s", (packet, egress, expected) => {
    const entries = [...openAcl.slice(0, 2), entry(100, "allow", "0.0.0.0/0", { ...out, ...egress })];
    const endpoint = endpointOf(reachOf(ec2(open({ DescribeNetworkAcls: [acl("acl-1", ["subnet-1"], entries)] }))));
    expect(converses(endpoint, packet)).toBe(expected);
  });
});

describe("trap 8: routes", () => {
  const local = route("10.0.0.0/16", "local");
  const tables = (...routes: readonly VendorObject[]): Items => ({
    DescribeRouteTables: [routeTable("rtb-1", ["subnet-1"], [local, ...routes])],
  });
  it.each([
    ["a default route to the internet gateway", [route("0.0.0.0/0", "igw-1")], "yes"],
    ["two halves to the internet gateway", [route("0.0.0.0/1", "igw-1"), route("128.0.0.0/1", "igw-1")], "yes"],
    ["the other half only", [route("0.0.0.0/1", "igw-1")], "no"],
    ["no route", [], "no"],
    ["a NAT gateway", [route("0.0.0.0/0", "nat-1")], "no"],
    ["a transit gateway", [route("0.0.0.0/0", "tgw-1")], "no"],
    ["a virtual private gateway", [route("0.0.0.0/0", "vgw-1")], "no"],
    ["a blackhole", [route("0.0.0.0/0", "igw-1", { State: "blackhole" })], "no"],
    ["a more specific route elsewhere", [route("0.0.0.0/0", "igw-1"), route("203.0.113.0/24", "nat-1")], "no"],
    [
      "a more specific blackhole",
      [route("0.0.0.0/0", "igw-1"), route("203.0.113.0/24", "tgw-1", { State: "blackhole" })],
      "no",
    ],
    ["a more specific route to the gateway", [route("0.0.0.0/0", "nat-1"), route("203.0.113.0/24", "igw-1")], "yes"],
    [
      "a propagated route gives way to a static one",
      [route("0.0.0.0/0", "vgw-1", { Origin: "EnableVgwRoutePropagation" }), route("0.0.0.0/0", "igw-1")],
      "yes",
    ],
    ["a carrier gateway", [route("0.0.0.0/0", "cagw-1")], "maybe"],
    ["a destination that cannot be read", [route("0.0.0.0/0", "igw-1"), route("bad", "nat-1")], "maybe"],
  ] as const)("%s", (_, routes, expected) => {
    expect(reached(tables(...routes))).toBe(expected);
  });

  it.each([
    ["an internet gateway", [route("::/0", "igw-1")], "yes"],
    ["an egress-only gateway", [route("::/0", "eigw-1")], "no"],
    ["IPv4 routes only", [route("0.0.0.0/0", "igw-1")], "no"],
    ["halves", [route("::/1", "igw-1"), route("8000::/1", "eigw-1")], "yes"],
  ] as const)("IPv6 over %s", (_, routes, expected) => {
    const items = {
      ...tables(...routes),
      DescribeNetworkInterfaces: [nic("eni-1", "10.0.1.10", null, v6("2001:db8:1::7"))],
    };
    expect(reached(items, ssh6)).toBe(expected);
  });

  it("a subnet without a table of its own uses its VPC's main one, not another VPC's", () => {
    const other = routeTable("rtb-2", ["main"], [route("0.0.0.0/0", "igw-1")], { VpcId: "vpc-2" });
    const main = routeTable("rtb-1", ["main"], [local]);
    expect(reached({ DescribeVpcs: [vpc(), vpc("vpc-2", "10.2.0.0/16")], DescribeRouteTables: [main, other] })).toBe(
      "no",
    );
    expect(reached({ DescribeRouteTables: [other] })).toBe("maybe");
  });

  it("its own table comes before the main one", () => {
    const main = routeTable("rtb-0", ["main"], [local, route("0.0.0.0/0", "igw-1")]);
    expect(reached({ DescribeRouteTables: [main, routeTable("rtb-1", ["subnet-1"], [local])] })).toBe("no");
  });

  it.each([
    ["certain where it was read", ["203.0.113.0/24"], undefined, "no"],
    ["unknown where it was not", [], { coverage: [ended("ec2:GetManagedPrefixListEntries")] }, "maybe"],
  ])("a prefix list as a destination is %s", (_, cidrs, options, expected) => {
    const answers = [
      ...ec2(
        open({
          ...tables(route("0.0.0.0/0", "igw-1"), route("pl-1", "tgw-1")),
          DescribeManagedPrefixLists: [{ PrefixListId: "pl-1", AddressFamily: "IPv4" }],
        }),
      ),
      {
        operation: "ec2:GetManagedPrefixListEntries",
        request: { PrefixListId: "pl-1" },
        items: cidrs.map((Cidr) => ({ Cidr })),
      },
    ];
    expect(enters(endpointOf(reachOf(answers, options)), ssh)).toBe(expected);
  });

  it.each([
    ["attached", [internetGateway()], undefined, "yes"],
    ["attached to another VPC", [internetGateway("igw-1", "vpc-2")], undefined, "no"],
    ["being attached", [internetGateway("igw-1", "vpc-1", "attaching")], undefined, "maybe"],
    ["unread, but a route to it is active", [], { coverage: [ended("ec2:DescribeInternetGateways")] }, "yes"],
  ] as const)("the gateway: %s", (_, gateways, options, expected) => {
    expect(reached({ DescribeInternetGateways: gateways }, ssh, options)).toBe(expected);
  });
});

describe("trap 9: public addresses", () => {
  const secondary = {
    PrivateIpAddresses: [
      { PrivateIpAddress: "10.0.1.10", Primary: true },
      { PrivateIpAddress: "10.0.1.11", Primary: false, Association: { PublicIp: "198.51.100.9" } },
    ],
  };
  it.each([
    ["none", nic("eni-1", "10.0.1.10"), ssh, "no"],
    ["on the primary address", nic("eni-1", "10.0.1.10", "198.51.100.7"), ssh, "yes"],
    ["on a secondary address", nic("eni-1", "10.0.1.10", null, secondary), ssh, "yes"],
    ["IPv6 is public as it is", nic("eni-1", "10.0.1.10", null, v6("2001:db8:1::7")), ssh6, "yes"],
    ["an IPv6 address gives no IPv4 one", nic("eni-1", "10.0.1.10", null, v6("2001:db8:1::7")), ssh, "no"],
    ["unique local IPv6 is private", nic("eni-1", "10.0.1.10", null, v6("fd00::7")), ssh6, "no"],
    [
      "a delegated IPv6 prefix",
      nic("eni-1", "10.0.1.10", null, { Ipv6Prefixes: [{ Ipv6Prefix: "2001:db8:1::/80" }] }),
      ssh6,
      "yes",
    ],
    [
      "a service's interface",
      nic("eni-1", "10.0.1.10", "198.51.100.7", { RequesterManaged: true, Description: "RDSNetworkInterface" }),
      ssh,
      "yes",
    ],
    [
      "a NAT gateway takes no connections",
      nic("eni-1", "10.0.1.10", "198.51.100.7", { InterfaceType: "nat_gateway", Groups: [] }),
      ssh,
      "no",
    ],
    ["an interface attached to nothing", nic("eni-1", "10.0.1.10", "198.51.100.7", { Status: "available" }), ssh, "no"],
    [
      "a carrier's address",
      nic("eni-1", "10.0.1.10", null, { Association: { CarrierIp: "198.51.100.7" } }),
      ssh,
      "maybe",
    ],
  ] as const)("%s", (_, data, packet, expected) => {
    expect(reached({ DescribeNetworkInterfaces: [data] }, packet)).toBe(expected);
  });

  it("an Elastic IP that only DescribeAddresses tells of counts; one without an interface does not", () => {
    const items = {
      DescribeNetworkInterfaces: [nic("eni-1", "10.0.1.10")],
      DescribeAddresses: [{ PublicIp: "198.51.100.7", NetworkInterfaceId: "eni-1" }, { PublicIp: "198.51.100.8" }],
    };
    const endpoint = endpointOf(reachOf(ec2(open(items))));
    expect(enters(endpoint, ssh)).toBe("yes");
    expect(toCidrs(endpoint.publicAddresses)).toEqual(["198.51.100.7/32"]);
  });

  it("private IPv6 space of a VPC is not announced", () => {
    const block = { Ipv6CidrBlock: "2001:db8:1::/56", Ipv6AddressAttribute: "private" };
    const items = {
      DescribeVpcs: [vpc("vpc-1", "10.0.0.0/16", { Ipv6CidrBlockAssociationSet: [block] })],
      DescribeNetworkInterfaces: [nic("eni-1", "10.0.1.10", null, v6("2001:db8:1::7"))],
    };
    expect(reached(items, ssh6)).toBe("no");
  });

  it("interfaces that only DescribeInstances tells of, and an instance of which only its addresses are known", () => {
    const shown = { InstanceId: "i-1", NetworkInterfaces: [nic("eni-1", "10.0.1.10", "198.51.100.7")] };
    const bare = {
      InstanceId: "i-2",
      VpcId: "vpc-1",
      SubnetId: "subnet-1",
      PrivateIpAddress: "10.0.1.12",
      PublicIpAddress: "198.51.100.12",
      SecurityGroups: [{ GroupId: "sg-open" }],
    };
    const reach = reachOf(
      ec2(open({ DescribeNetworkInterfaces: [], DescribeInstances: [{ Instances: [shown, bare] }] })),
    );
    expect(reach.endpoints.map(({ resource }) => resource.id)).toEqual(["eni-1", "i-2"]);
    expect(enters(endpointOf(reach, "eni-1"), ssh)).toBe("yes");
    expect(enters(endpointOf(reach, "i-2"), ssh)).toBe("yes");
  });

  it("an accelerator in the subnet may lead to private addresses", () => {
    const items = {
      DescribeNetworkInterfaces: [
        nic("eni-1", "10.0.1.10"),
        nic("eni-ga", "10.0.1.99", null, { InterfaceType: "global_accelerator_managed", RequesterManaged: true }),
      ],
    };
    expect(reached(items)).toBe("maybe");
  });
});

describe("trap 10: VPC block public access", () => {
  const mode = (InternetGatewayBlockMode: string, more: VendorObject = {}): readonly VendorObject[] => [
    { VpcBlockPublicAccessOptions: { InternetGatewayBlockMode, ...more } },
  ];
  const exclusion = (
    resource: string,
    InternetGatewayExclusionMode: string,
    State = "create-complete",
  ): VendorObject => ({
    ExclusionId: "vpcbpa-exclude-1",
    InternetGatewayExclusionMode,
    ResourceArn: `arn:aws:ec2:eu-west-1:111122223333:${resource}`,
    State,
  });
  it.each([
    ["off", mode("off"), [], "yes"],
    ["both directions blocked", mode("block-bidirectional"), [], "no"],
    ["ingress blocked", mode("block-ingress"), [], "no"],
    ["the VPC excluded", mode("block-bidirectional"), [exclusion("vpc/vpc-1", "allow-bidirectional")], "yes"],
    [
      "the VPC excluded from ingress blocking",
      mode("block-ingress"),
      [exclusion("vpc/vpc-1", "allow-bidirectional")],
      "yes",
    ],
    ["the subnet excluded", mode("block-bidirectional"), [exclusion("subnet/subnet-1", "allow-bidirectional")], "yes"],
    [
      "another subnet excluded",
      mode("block-bidirectional"),
      [exclusion("subnet/subnet-2", "allow-bidirectional")],
      "no",
    ],
    ["excluded for egress only", mode("block-bidirectional"), [exclusion("vpc/vpc-1", "allow-egress")], "no"],
    [
      "an exclusion that was deleted",
      mode("block-bidirectional"),
      [exclusion("vpc/vpc-1", "allow-bidirectional", "delete-complete")],
      "no",
    ],
    [
      "an exclusion that was disabled",
      mode("block-bidirectional"),
      [exclusion("vpc/vpc-1", "allow-bidirectional", "disable-complete")],
      "no",
    ],
    [
      "an exclusion in the making",
      mode("block-bidirectional"),
      [exclusion("vpc/vpc-1", "allow-bidirectional", "create-in-progress")],
      "maybe",
    ],
    ["a mode nobody knows", mode("block-some"), [], "maybe"],
    ["being changed", mode("block-ingress", { State: "update-in-progress" }), [], "maybe"],
    ["not read", [], [], "maybe"],
  ] as const)("%s", (_, options, exclusions, expected) => {
    const dual = [nic("eni-1", "10.0.1.10", "198.51.100.7", v6("2001:db8:1::7"))];
    const items = {
      DescribeVpcBlockPublicAccessOptions: options,
      DescribeVpcBlockPublicAccessExclusions: exclusions,
      DescribeNetworkInterfaces: dual,
    };
    expect(reached(items)).toBe(expected);
    expect(reached(items, ssh6)).toBe(expected);
  });

  it("exclusions that were not read may open it", () => {
    const options = { coverage: [ended("ec2:DescribeVpcBlockPublicAccessExclusions")] };
    expect(reached({ DescribeVpcBlockPublicAccessOptions: mode("block-ingress") }, ssh, options)).toBe("maybe");
  });
});

describe("trap 11: what a change of a rule does to tracked connections plays no part", () => {
  it("only an ACL has a say in replies; groups remember the connection", () => {
    const way = endpointOf(reachOf(ec2(open()))).ways[0];
    expect(way?.replies.map(({ kind }) => kind)).toEqual(["subnet-firewall"]);
  });
});

describe("trap 14: shared VPCs", () => {
  const owner = { ...here, account: "999900001111" };
  const shared = { OwnerId: "999900001111" };
  const ownerSide = open({ DescribeNetworkInterfaces: [], DescribeSecurityGroups: [] });
  const participant: Items = {
    DescribeVpcs: [vpc("vpc-1", "10.0.0.0/16", shared)],
    DescribeSubnets: [subnet("subnet-1", "10.0.1.0/24", shared)],
    DescribeSecurityGroups: [openGroup],
    DescribeNetworkInterfaces: [nic("eni-1", "10.0.1.10", "198.51.100.7")],
    DescribeVpcBlockPublicAccessOptions: [{ VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: "off" } }],
  };
  const asOwner = (items: Items) =>
    ec2(items).map(({ operation, items: told }): Answer => ({
      operation,
      target: owner,
      items: told.map((item) => ("OwnerId" in item ? { ...item, ...shared } : item)),
    }));

  it("what the owner's gateways, routes and ACLs say counts for a participant's interface", () => {
    expect(enters(endpointOf(reachOf([...ec2(participant), ...asOwner(ownerSide)])), ssh)).toBe("yes");
    const closed = asOwner({ ...ownerSide, DescribeRouteTables: [routeTable("rtb-main", ["main"], [])] });
    expect(enters(endpointOf(reachOf([...ec2(participant), ...closed])), ssh)).toBe("no");
  });

  it("block public access of the owner counts, not of the participant", () => {
    const blocked = {
      ...ownerSide,
      DescribeVpcBlockPublicAccessOptions: [
        { VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: "block-ingress" } },
      ],
    };
    expect(enters(endpointOf(reachOf([...ec2(participant), ...asOwner(blocked)])), ssh)).toBe("no");
  });

  it("where the owner was not scanned nothing is certain", () => {
    expect(enters(endpointOf(reachOf(ec2(participant))), ssh)).toBe("maybe");
  });
});

describe("trap 15: what could not be read is never closed", () => {
  it.each([
    ["ec2:DescribeRouteTables", { DescribeRouteTables: [] }],
    ["ec2:DescribeNetworkAcls", { DescribeNetworkAcls: [] }],
    ["ec2:DescribeVpcBlockPublicAccessOptions", { DescribeVpcBlockPublicAccessOptions: [] }],
    ["ec2:DescribeSecurityGroups", { DescribeSecurityGroups: [] }],
  ] as const)("%s denied", (operation, items) => {
    const reach = reachOf(ec2(open(items)), { coverage: [ended(operation)] });
    const endpoint = endpointOf(reach);
    expect(enters(endpoint, ssh)).toBe("maybe");
    const missing = endpoint.ways.flatMap(({ packets }) =>
      packets.flatMap(({ filter }) => ("rules" in filter ? filter.rules.flatMap(({ remote }) => remote.missing) : [])),
    );
    expect(missing.join("\n")).toContain(operation);
  });

  it("ec2:DescribeInternetGateways denied, and no route to tell that there is one", () => {
    const items = { DescribeInternetGateways: [], DescribeRouteTables: [routeTable("rtb-1", ["subnet-1"], [])] };
    const reach = reachOf(ec2(open(items)), { coverage: [ended("ec2:DescribeInternetGateways")] });
    const gateway = endpointOf(reach).ways[0]?.packets.find(({ kind }) => kind === "gateway");
    expect(JSON.stringify(gateway?.filter, (_, value: unknown) => (typeof value === "bigint" ? 0 : value))).toContain(
      "ec2:DescribeInternetGateways denied",
    );
  });

  const balancer = { LoadBalancerArn: "arn:lb", LoadBalancerName: "web", VpcId: "vpc-1" };
  it.each([
    ["elasticloadbalancing:DescribeLoadBalancers", []],
    ["elasticloadbalancingv2:DescribeListeners", [balancer]],
    ["elasticloadbalancingv2:DescribeTargetGroups", [balancer]],
    ["elasticloadbalancingv2:DescribeTargetHealth", [balancer]],
  ])("%s denied: there may be more ways in", (operation, balancers) => {
    const items = open({ "elasticloadbalancingv2:DescribeLoadBalancers": balancers });
    expect(endpointOf(reachOf(ec2(items), { coverage: [ended(operation)] })).missing).toEqual([`${operation} denied`]);
  });

  it("where there is no load balancer, nothing else about them is missing", () => {
    const options = { coverage: [ended("elasticloadbalancingv2:DescribeTargetHealth", "skipped")] };
    expect(endpointOf(reachOf(ec2(open()), options)).missing).toEqual([]);
  });
});

describe("names and sharing", () => {
  it("an interface answers to its own names and its instance's", () => {
    const instance = {
      InstanceId: "i-1",
      Tags: [{ Key: "Name", Value: "web-1" }],
      PrivateDnsName: "ip-10-0-1-10.internal",
    };
    const data = nic("eni-1", "10.0.1.10", "198.51.100.7", { Attachment: { InstanceId: "i-1", DeviceIndex: 0 } });
    const { aliases } = endpointOf(
      reachOf(ec2(open({ DescribeNetworkInterfaces: [data], DescribeInstances: [{ Instances: [instance] }] }))),
    );
    expect(aliases).toEqual(
      expect.arrayContaining([
        "eni-1",
        "i-1",
        "web-1",
        "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
        "arn:aws:ec2:eu-west-1:111122223333:network-interface/eni-1",
        "ip-10-0-1-10.internal",
      ]),
    );
  });

  it.each([
    ["Interface for NAT Gateway nat-0a", "aws:ec2:natgateway", "nat-0a"],
    ["AWS Lambda VPC ENI-report-b3c1d2e4-0000-1111-2222-333344445555", "aws:lambda:function", "report"],
    ["EFS mount target for fs-1 (fsmt-1)", "aws:elasticfilesystem:file-system", "fs-1"],
    ["RDSNetworkInterface", "aws:rds:database", "eni-1"],
  ])("a service's interface tells what is behind it: %s", (Description, type, id) => {
    const data = nic("eni-1", "10.0.1.10", null, { Description, RequesterManaged: true });
    const { workload } = endpointOf(reachOf(ec2(open({ DescribeNetworkInterfaces: [data] }))));
    expect(workload).toMatchObject({ type, id });
  });

  it("a description that a user wrote tells nothing", () => {
    const data = nic("eni-1", "10.0.1.10", null, { Description: "RDSNetworkInterface", RequesterManaged: false });
    expect(endpointOf(reachOf(ec2(open({ DescribeNetworkInterfaces: [data] })))).workload).toBeNull();
  });

  it("interfaces alike share their layers", () => {
    const reach = reachOf(
      ec2(
        open({
          DescribeNetworkInterfaces: [
            nic("eni-1", "10.0.1.10", "198.51.100.7"),
            nic("eni-2", "10.0.1.11", "198.51.100.8"),
          ],
        }),
      ),
    );
    const [one, two] = ["eni-1", "eni-2"].map((id) => endpointOf(reach, id).ways[0]);
    expect(one?.packets.length).toBeGreaterThan(3);
    expect(one?.packets.every((layer, each) => layer === two?.packets[each])).toBe(true);
    expect(one?.replies.every((layer, each) => layer === two?.replies[each])).toBe(true);
  });
});

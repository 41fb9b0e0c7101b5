import { noAddresses, parseCidr, unionAddresses, type AddressSet } from "../../../network/addresses.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import type { RecordIndex } from "../../../snapshot/records.ts";
import { objects, text } from "../../read.ts";

/** What carries security groups, by group id; ids are unique over all accounts and Regions. */
export interface GroupMembers {
  /** Ids of the interfaces, load balancers and networks that carry the group. */
  readonly attachments: (group: string) => readonly string[];
  /** The private addresses of the interfaces that carry the group: what a rule means that names the group. */
  readonly addresses: (group: string) => AddressSet;
}

/**
 * Reads who carries which group: every network interface, secondary and service-owned ones included; interfaces that only
 * DescribeInstances tells of; load balancers; associations with further VPCs.
 */
export function understandGroupMembers(index: RecordIndex): GroupMembers {
  const attachments = new Map<string, Set<string>>();
  const addresses = new Map<string, AddressSet[]>();
  const attach = (group: string | null, id: string | null): void => {
    if (group === null || id === null) return;
    const known = attachments.get(group);
    if (known === undefined) attachments.set(group, new Set([id]));
    else known.add(id);
  };
  const seen = new Set<string>();
  const readInterface = (data: VendorObject): void => {
    const id = text(data, "NetworkInterfaceId");
    if (id === null || seen.has(id)) return;
    seen.add(id);
    const own = addressesOf(data);
    for (const group of groupIds(data, "Groups")) {
      attach(group, id);
      const known = addresses.get(group);
      if (known === undefined) addresses.set(group, [own]);
      else known.push(own);
    }
  };
  for (const { data } of index.all("ec2:DescribeNetworkInterfaces")) readInterface(data);
  const instances = index.all("ec2:DescribeInstances").flatMap(({ data }) => objects(data, "Instances"));
  for (const instance of instances) {
    const interfaces = objects(instance, "NetworkInterfaces");
    for (const each of interfaces) readInterface(each);
    // A dump that was cut down may show an instance's groups alone.
    if (interfaces.length === 0) {
      for (const group of groupIds(instance, "SecurityGroups")) attach(group, text(instance, "InstanceId"));
    }
  }
  for (const { data } of index.all("ec2:DescribeVpcEndpoints")) {
    for (const group of groupIds(data, "Groups")) attach(group, text(data, "VpcEndpointId"));
  }
  const balancers = [
    ...index.all("elasticloadbalancing:DescribeLoadBalancers"),
    ...index.all("elasticloadbalancingv2:DescribeLoadBalancers"),
  ];
  for (const { data } of balancers) {
    for (const group of strings(data, "SecurityGroups")) {
      attach(group, text(data, "LoadBalancerArn") ?? text(data, "LoadBalancerName"));
    }
  }
  for (const { data } of index.all("ec2:DescribeSecurityGroupVpcAssociations")) {
    // https://docs.aws.amazon.com/vpc/latest/userguide/security-group-assoc.html
    if (text(data, "State") === "associated") attach(text(data, "GroupId"), text(data, "VpcId"));
  }
  const unions = new Map<string, AddressSet>();
  return {
    attachments: (group) => [...(attachments.get(group) ?? [])],
    addresses: (group) => {
      const known = unions.get(group);
      if (known !== undefined) return known;
      const union = unionAddresses(addresses.get(group) ?? []);
      unions.set(group, union);
      return union;
    },
  };
}

/** Private IPv4 addresses, IPv6 addresses and delegated prefixes of an interface; its public addresses play no part in group rules. */
function addressesOf(data: VendorObject): AddressSet {
  const told = [
    text(data, "PrivateIpAddress"),
    ...objects(data, "PrivateIpAddresses").map((each) => text(each, "PrivateIpAddress")),
    text(data, "Ipv6Address"),
    ...objects(data, "Ipv6Addresses").map((each) => text(each, "Ipv6Address")),
    ...objects(data, "Ipv4Prefixes").map((each) => text(each, "Ipv4Prefix")),
    ...objects(data, "Ipv6Prefixes").map((each) => text(each, "Ipv6Prefix")),
  ];
  return unionAddresses(told.map((each) => (each === null ? noAddresses : (parseCidr(each) ?? noAddresses))));
}

function groupIds(data: VendorObject, member: string): readonly string[] {
  return objects(data, member).flatMap((group) => text(group, "GroupId") ?? []);
}

function strings(data: VendorObject, member: string): readonly string[] {
  const value = data[member];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}

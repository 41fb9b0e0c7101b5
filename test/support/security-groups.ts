import type { VendorObject } from "../../src/snapshot/record.ts";

/** A permission as DescribeSecurityGroups gives it; peers by their looks: CIDR, `pl-...`, `sg-...` or `account/sg-...`. */
export function allow(
  protocol: string,
  ports: number | readonly [from: number, to: number] | null,
  ...peers: readonly string[]
): VendorObject {
  const [from, to] = typeof ports === "number" ? [ports, ports] : (ports ?? []);
  return {
    IpProtocol: protocol,
    ...(from === undefined ? {} : { FromPort: from }),
    ...(to === undefined ? {} : { ToPort: to }),
    IpRanges: peers.filter((peer) => kindOf(peer) === "v4").map((CidrIp) => ({ CidrIp })),
    Ipv6Ranges: peers.filter((peer) => kindOf(peer) === "v6").map((CidrIpv6) => ({ CidrIpv6 })),
    PrefixListIds: peers.filter((peer) => kindOf(peer) === "list").map((PrefixListId) => ({ PrefixListId })),
    UserIdGroupPairs: peers.filter((peer) => kindOf(peer) === "group").map(pairOf),
  };
}

function kindOf(peer: string): "v4" | "v6" | "list" | "group" {
  if (peer.startsWith("pl-")) return "list";
  if (peer.includes("sg-")) return "group";
  return peer.includes(":") ? "v6" : "v4";
}

function pairOf(peer: string): VendorObject {
  const [first = "", second] = peer.split("/");
  return second === undefined ? { GroupId: first, UserId: "111122223333" } : { GroupId: second, UserId: first };
}

/** A security group with an id and name of its own; no rules but those given. */
export function securityGroup(
  id: string,
  ingress: readonly VendorObject[] = [],
  more: VendorObject = {},
): VendorObject {
  return {
    GroupId: id,
    GroupName: id.replace("sg-", ""),
    Description: "test",
    OwnerId: "111122223333",
    VpcId: "vpc-1",
    IpPermissions: ingress,
    IpPermissionsEgress: [],
    ...more,
  };
}

/** A network interface that carries groups. */
export function networkInterface(id: string, groups: readonly string[], more: VendorObject = {}): VendorObject {
  return {
    NetworkInterfaceId: id,
    OwnerId: "111122223333",
    VpcId: "vpc-1",
    SubnetId: "subnet-1",
    Status: "in-use",
    Groups: groups.map((GroupId) => ({ GroupId, GroupName: GroupId })),
    ...more,
  };
}

import type { Json } from "../../src/model/finding.ts";
import type { VendorObject } from "../../src/snapshot/record.ts";
import { account, awsEstate, region, type SmallEstate, type SmallEstateOptions } from "./aws-estate.ts";
import { networkInterface, securityGroup } from "./security-groups.ts";

/** What stands around the one instance of a small estate; what is left out is as open as AWS lets it be. */
export interface Around {
  /** Inbound rules of its group `sg-web`. */
  readonly ingress?: readonly VendorObject[];
  /** Null for no public IPv4 address. */
  readonly publicIp?: string | null;
  readonly ipv6?: string;
  /** Routes of its subnet besides the local one. */
  readonly routes?: readonly VendorObject[];
  /** Entries of its subnet's network ACL. */
  readonly acl?: readonly VendorObject[];
  readonly blockPublicAccess?: string;
  /** False: the internet gateway is attached to nothing. */
  readonly hasGateway?: boolean;
  /** Members of the interface's record to change. */
  readonly nic?: VendorObject;
  /** Further answers. */
  readonly more?: readonly Json[];
}

/** A route as DescribeRouteTables gives it; the target by its prefix. */
export function route(destination: string, target: string, state = "active"): VendorObject {
  const to = destination.startsWith("pl-")
    ? "DestinationPrefixListId"
    : destination.includes(":")
      ? "DestinationIpv6CidrBlock"
      : "DestinationCidrBlock";
  const members: Readonly<Record<string, string>> = { nat: "NatGatewayId", eigw: "EgressOnlyInternetGatewayId" };
  return { [to]: destination, [members[target.split("-")[0] ?? ""] ?? "GatewayId"]: target, State: state };
}

/** A network ACL's entry; protocol by number as a text, ports for TCP and UDP. */
export function aclEntry(
  number: number,
  action: "allow" | "deny",
  cidr: string,
  more: { readonly protocol?: string; readonly ports?: readonly [number, number]; readonly egress?: boolean } = {},
): VendorObject {
  return {
    RuleNumber: number,
    RuleAction: action,
    Protocol: more.protocol ?? "-1",
    Egress: more.egress ?? false,
    [cidr.includes(":") ? "Ipv6CidrBlock" : "CidrBlock"]: cidr,
    ...(more.ports === undefined ? {} : { PortRange: { From: more.ports[0], To: more.ports[1] } }),
  };
}

/** What AWS puts into the default ACL of a VPC with IPv6. */
export const openAcl: readonly VendorObject[] = [
  aclEntry(100, "allow", "0.0.0.0/0"),
  aclEntry(101, "allow", "::/0"),
  aclEntry(100, "allow", "0.0.0.0/0", { egress: true }),
  aclEntry(101, "allow", "::/0", { egress: true }),
];

/** A network ACL of `vpc-1`. */
export function networkAcl(
  id: string,
  entries: readonly VendorObject[],
  subnets: readonly string[] = [],
): VendorObject {
  return {
    NetworkAclId: id,
    VpcId: "vpc-1",
    OwnerId: account,
    IsDefault: false,
    Entries: entries,
    Associations: subnets.map((SubnetId) => ({
      SubnetId,
      NetworkAclId: id,
      NetworkAclAssociationId: `of-${SubnetId}`,
    })),
  };
}

/** The answers that tell of one instance, `i-1` at `eni-1` in `subnet-1` of `vpc-1`. */
export function oneInstanceAnswers({
  ingress = [],
  publicIp = "54.1.2.3",
  ipv6,
  routes = [route("0.0.0.0/0", "igw-1"), route("::/0", "igw-1")],
  acl = openAcl,
  blockPublicAccess = "off",
  hasGateway = true,
  nic = {},
  more = [],
}: Around): readonly Json[] {
  return [
    { Vpcs: [{ VpcId: "vpc-1", OwnerId: account, CidrBlock: "10.0.0.0/16", Ipv6CidrBlockAssociationSet: [] }] },
    {
      Subnets: [
        {
          SubnetId: "subnet-1",
          VpcId: "vpc-1",
          OwnerId: account,
          AvailabilityZone: "eu-west-1a",
          CidrBlock: "10.0.0.0/24",
        },
      ],
    },
    { SecurityGroups: [securityGroup("sg-web", ingress)] },
    {
      NetworkInterfaces: [
        networkInterface("eni-1", ["sg-web"], {
          InterfaceType: "interface",
          PrivateIpAddress: "10.0.0.5",
          Attachment: { InstanceId: "i-1", DeviceIndex: 0, Status: "attached" },
          ...(publicIp === null ? {} : { Association: { PublicIp: publicIp } }),
          Ipv6Addresses: ipv6 === undefined ? [] : [{ Ipv6Address: ipv6 }],
          ...nic,
        }),
      ],
    },
    {
      Reservations: [
        {
          ReservationId: "r-1",
          OwnerId: account,
          Instances: [{ InstanceId: "i-1", VpcId: "vpc-1", SubnetId: "subnet-1", State: { Name: "running" } }],
        },
      ],
    },
    {
      RouteTables: [
        {
          RouteTableId: "rtb-1",
          VpcId: "vpc-1",
          OwnerId: account,
          Associations: [{ Main: true, RouteTableId: "rtb-1" }],
          Routes: [route("10.0.0.0/16", "local"), ...routes],
        },
      ],
    },
    {
      InternetGateways: [
        {
          InternetGatewayId: "igw-1",
          OwnerId: account,
          Attachments: hasGateway ? [{ State: "available", VpcId: "vpc-1" }] : [],
        },
      ],
    },
    { NetworkAcls: [networkAcl("acl-1", acl, ["subnet-1"])] },
    {
      VpcBlockPublicAccessOptions: {
        AwsAccountId: account,
        AwsRegion: region,
        State: "update-complete",
        InternetGatewayBlockMode: blockPublicAccess,
        ManagedBy: "account",
      },
    },
    ...more,
  ];
}

/** A small estate of one instance and what stands around it. */
export function oneInstance(around: Around, options: SmallEstateOptions = {}): SmallEstate {
  return awsEstate(oneInstanceAnswers(around), options);
}

import type * as Ec2 from "@aws-sdk/client-ec2";
import { aclEntries, ec2Arn, everything, idOf, nameTag, openAcl } from "./build.ts";
import type { AclLine, Place } from "./build.ts";
import type { AwsRegionEstate, InternetGatewayEstate, NetworkInterfaceEstate } from "./estate.ts";

/** What a security group lets in and out. Without `egress` it has what AWS gives a new one: everything to IPv4. */
interface GroupRules {
  readonly ingress?: readonly Ec2.IpPermission[];
  readonly egress?: readonly Ec2.IpPermission[];
}

/** A network interface, in the words of a description. */
interface InterfaceWords {
  readonly subnet: Ec2.Subnet;
  readonly groups: readonly Ec2.SecurityGroup[];
  readonly ip: string;
  /** The public IPv4 address: an Elastic IP's or an automatic one. */
  readonly publicIp?: string;
  readonly ipv6?: string;
  readonly description?: string;
  /** `interface` unless an AWS service made it. */
  readonly kind?: string;
  /** Who made an ordinary interface for itself: `amazon-elb`, `amazon-rds`. */
  readonly requester?: string;
}

/** An instance, with the words for its primary interface. */
interface InstanceWords extends InterfaceWords {
  readonly type?: Ec2._InstanceType;
  readonly profile?: string;
}

/** Builds one VPC. Everything that is made is also kept, and `records` gives it all. */
export interface VpcBuilder {
  readonly vpc: Ec2.Vpc;
  readonly internetGateway: InternetGatewayEstate;
  group(name: string, description: string, rules: GroupRules): Ec2.SecurityGroup;
  /** The group that comes with the VPC, as AWS makes it unless rules are given. */
  defaultGroup(rules?: GroupRules): Ec2.SecurityGroup;
  subnet(name: string, zone: string, cidr: string, ipv6?: string): Ec2.Subnet;
  /** A route table; the main one when no subnets are named. The VPC's own ranges are routed locally. */
  routes(name: string, routes: readonly Ec2.Route[], subnets?: readonly Ec2.Subnet[]): void;
  /** A network ACL; the default one when no subnets are named. */
  acl(
    name: string,
    lines: { ingress: readonly AclLine[]; egress: readonly AclLine[] },
    subnets?: readonly Ec2.Subnet[],
  ): void;
  networkInterface(name: string, words: InterfaceWords): NetworkInterfaceEstate;
  instance(name: string, words: InstanceWords): Ec2.Instance;
  records(): AwsRegionEstate;
}

/** Starts a VPC with its CIDR, optionally an IPv6 CIDR, and an internet gateway. */
export function buildVpc(place: Place, name: string, cidr: string, ipv6?: string): VpcBuilder {
  const VpcId = idOf("vpc", place, name);
  const OwnerId = place.account;
  const vpc: Ec2.Vpc = {
    VpcId,
    OwnerId,
    CidrBlock: cidr,
    CidrBlockAssociationSet: [
      {
        AssociationId: idOf("vpc-cidr-assoc", place, name),
        CidrBlock: cidr,
        CidrBlockState: { State: "associated" },
      },
    ],
    ...(ipv6 === undefined ? {} : { Ipv6CidrBlockAssociationSet: [ipv6Block(place, name, ipv6)] }),
    DhcpOptionsId: idOf("dopt", place, "default"),
    InstanceTenancy: "default",
    IsDefault: false,
    State: "available",
    Tags: nameTag(name),
  };
  const internetGateway: InternetGatewayEstate = {
    InternetGatewayId: idOf("igw", place, name),
    OwnerId,
    Attachments: [{ State: "available", VpcId }],
    Tags: nameTag(name),
  };
  const groups: Ec2.SecurityGroup[] = [];
  const subnets: Ec2.Subnet[] = [];
  const tables: Ec2.RouteTable[] = [];
  const acls: { acl: Ec2.NetworkAcl; own: boolean }[] = [];
  const interfaces: NetworkInterfaceEstate[] = [];
  const reservations: Ec2.Reservation[] = [];

  const group: VpcBuilder["group"] = (groupName, description, rules) => {
    const GroupId = idOf("sg", place, `${name}/${groupName}`);
    const made: Ec2.SecurityGroup = {
      GroupId,
      GroupName: groupName,
      Description: description,
      OwnerId,
      VpcId,
      SecurityGroupArn: ec2Arn(place, "security-group", GroupId),
      IpPermissions: [...(rules.ingress ?? [])],
      IpPermissionsEgress: [...(rules.egress ?? [everything("0.0.0.0/0")])],
      Tags: groupName === "default" ? [] : nameTag(groupName),
    };
    groups.push(made);
    return made;
  };

  const networkInterface: VpcBuilder["networkInterface"] = (interfaceName, words) => {
    const made = buildInterface(place, { VpcId, OwnerId }, `${name}/${interfaceName}`, words);
    interfaces.push(made);
    return made;
  };

  return {
    vpc,
    internetGateway,
    group,
    defaultGroup(rules) {
      const GroupId = idOf("sg", place, `${name}/default`);
      const self = everything({ GroupId, OwnerId });
      return group("default", "default VPC security group", rules ?? { ingress: [self] });
    },
    subnet(subnetName, zone, subnetCidr, subnetIpv6) {
      const SubnetId = idOf("subnet", place, `${name}/${subnetName}`);
      const made: Ec2.Subnet = {
        SubnetId,
        SubnetArn: ec2Arn(place, "subnet", SubnetId),
        VpcId,
        OwnerId,
        AvailabilityZone: `${place.region}${zone}`,
        CidrBlock: subnetCidr,
        Ipv6CidrBlockAssociationSet:
          subnetIpv6 === undefined ? [] : [ipv6Block(place, `${name}/${subnetName}`, subnetIpv6)],
        AvailableIpAddressCount: 240,
        AssignIpv6AddressOnCreation: subnetIpv6 !== undefined,
        MapPublicIpOnLaunch: subnetName.startsWith("public"),
        DefaultForAz: false,
        State: "available",
        Tags: nameTag(`${name}-${subnetName}`),
      };
      subnets.push(made);
      return made;
    },
    routes(tableName, routes, attached = []) {
      const RouteTableId = idOf("rtb", place, `${name}/${tableName}`);
      const local = [cidr, ...(ipv6 === undefined ? [] : [ipv6])].map(localRoute);
      const main = attached.length === 0;
      tables.push({
        RouteTableId,
        VpcId,
        OwnerId,
        Routes: [...local, ...routes],
        Associations: (main ? [null] : attached).map((subnet) => tableAssociation(place, RouteTableId, subnet)),
        PropagatingVgws: [],
        Tags: nameTag(`${name}-${tableName}`),
      });
    },
    acl(aclName, lines, attached) {
      const NetworkAclId = idOf("acl", place, `${name}/${aclName}`);
      const acl: Ec2.NetworkAcl = {
        NetworkAclId,
        VpcId,
        OwnerId,
        IsDefault: attached === undefined,
        Entries: [...aclEntries(false, lines.ingress), ...aclEntries(true, lines.egress)],
        Associations: (attached ?? []).map((subnet) => aclAssociation(place, NetworkAclId, subnet)),
        Tags: nameTag(`${name}-${aclName}`),
      };
      acls.push({ acl, own: attached !== undefined });
    },
    networkInterface,
    instance(instanceName, words) {
      const InstanceId = idOf("i", place, `${name}/${instanceName}`);
      const primary = networkInterface(`${instanceName}-eth0`, { ...words, description: "Primary network interface" });
      Object.assign(primary, {
        Attachment: { InstanceId, DeviceIndex: 0, Status: "attached", InstanceOwnerId: OwnerId },
      });
      const made = buildInstance(place, InstanceId, instanceName, words, primary);
      reservations.push({ ReservationId: idOf("r", place, `${name}/${instanceName}`), OwnerId, Instances: [made] });
      return made;
    },
    records: () => ({
      Vpcs: [vpc],
      InternetGateways: [internetGateway],
      SecurityGroups: groups,
      Subnets: subnets,
      RouteTables: tables,
      NetworkAcls: withDefaultAcl(place, name, vpc, subnets, acls),
      NetworkInterfaces: interfaces,
      Reservations: reservations,
    }),
  };
}

/** Puts what lies in several VPCs, and beside them, into one Region. */
export function mergeRegion(...parts: readonly AwsRegionEstate[]): AwsRegionEstate {
  const merged: Record<string, unknown> = {};
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    const present = merged[name];
    merged[name] = Array.isArray(present) && Array.isArray(value) ? [...present, ...value] : value;
  }
  return merged;
}

/** Every VPC has a default ACL, and every subnet that no other ACL names is associated with it. */
function withDefaultAcl(
  place: Place,
  name: string,
  vpc: Ec2.Vpc,
  subnets: readonly Ec2.Subnet[],
  acls: readonly { acl: Ec2.NetworkAcl; own: boolean }[],
): readonly Ec2.NetworkAcl[] {
  const named = acls.filter(({ own }) => own).map(({ acl }) => acl);
  const given = acls.find(({ own }) => !own)?.acl;
  const untouched: Ec2.NetworkAcl = {
    NetworkAclId: idOf("acl", place, `${name}/default`),
    VpcId: vpc.VpcId,
    OwnerId: vpc.OwnerId,
    IsDefault: true,
    Entries: [...aclEntries(false, openAcl), ...aclEntries(true, openAcl)],
    Tags: [],
  };
  const fallback = given ?? untouched;
  const taken = new Set(named.flatMap(({ Associations }) => (Associations ?? []).map(({ SubnetId }) => SubnetId)));
  const rest = subnets.filter(({ SubnetId }) => !taken.has(SubnetId));
  return [
    ...named,
    { ...fallback, Associations: rest.map((subnet) => aclAssociation(place, fallback.NetworkAclId ?? "", subnet)) },
  ];
}

/** The association of a route table with a subnet, or with the VPC as its main table. */
function tableAssociation(place: Place, RouteTableId: string, subnet: Ec2.Subnet | null): Ec2.RouteTableAssociation {
  return {
    RouteTableAssociationId: idOf("rtbassoc", place, `${RouteTableId}/${subnet?.SubnetId ?? "main"}`),
    RouteTableId,
    Main: subnet === null,
    AssociationState: { State: "associated" },
    ...(subnet === null ? {} : { SubnetId: subnet.SubnetId }),
  };
}

function aclAssociation(place: Place, NetworkAclId: string, { SubnetId }: Ec2.Subnet): Ec2.NetworkAclAssociation {
  return { NetworkAclAssociationId: idOf("aclassoc", place, SubnetId ?? ""), NetworkAclId, SubnetId };
}

function ipv6Block(place: Place, name: string, Ipv6CidrBlock: string): Ec2.VpcIpv6CidrBlockAssociation {
  return {
    AssociationId: idOf("cidr-assoc", place, name),
    Ipv6CidrBlock,
    Ipv6CidrBlockState: { State: "associated" },
  };
}

function localRoute(cidr: string): Ec2.Route {
  const destination = cidr.includes(":") ? { DestinationIpv6CidrBlock: cidr } : { DestinationCidrBlock: cidr };
  return { ...destination, GatewayId: "local", Origin: "CreateRouteTable", State: "active" };
}

function buildInterface(
  place: Place,
  { VpcId, OwnerId }: Pick<Ec2.Vpc, "VpcId" | "OwnerId">,
  name: string,
  words: InterfaceWords,
): NetworkInterfaceEstate {
  const kind = words.kind ?? "interface";
  const Association =
    words.publicIp === undefined
      ? undefined
      : { PublicIp: words.publicIp, IpOwnerId: kind === "interface" ? "amazon" : "amazon-elb" };
  const association = Association === undefined ? {} : { Association };
  return {
    NetworkInterfaceId: idOf("eni", place, name),
    InterfaceType: kind,
    Description: words.description ?? name,
    OwnerId,
    VpcId,
    SubnetId: words.subnet.SubnetId,
    AvailabilityZone: words.subnet.AvailabilityZone,
    Groups: words.groups.map(({ GroupId, GroupName }) => ({ GroupId, GroupName })),
    PrivateIpAddress: words.ip,
    PrivateIpAddresses: [{ PrivateIpAddress: words.ip, Primary: true, ...association }],
    Ipv6Addresses: words.ipv6 === undefined ? [] : [{ Ipv6Address: words.ipv6, IsPrimaryIpv6: false }],
    ...association,
    RequesterManaged: kind !== "interface" || words.requester !== undefined,
    ...(words.requester === undefined ? {} : { RequesterId: words.requester }),
    SourceDestCheck: kind === "interface",
    Status: "in-use",
    TagSet: nameTag(name),
  };
}

function buildInstance(
  place: Place,
  InstanceId: string,
  name: string,
  words: InstanceWords,
  primary: NetworkInterfaceEstate,
): Ec2.Instance {
  const { account } = place;
  return {
    InstanceId,
    InstanceType: words.type ?? "t3.small",
    ImageId: idOf("ami", place, "base"),
    State: { Code: 16, Name: "running" },
    VpcId: primary.VpcId,
    SubnetId: primary.SubnetId,
    Placement: { AvailabilityZone: primary.AvailabilityZone, Tenancy: "default" },
    PrivateIpAddress: words.ip,
    ...(words.publicIp === undefined ? {} : { PublicIpAddress: words.publicIp }),
    ...(words.ipv6 === undefined ? {} : { Ipv6Address: words.ipv6 }),
    SecurityGroups: primary.Groups,
    NetworkInterfaces: [
      {
        NetworkInterfaceId: primary.NetworkInterfaceId,
        Groups: primary.Groups,
        PrivateIpAddress: words.ip,
        PrivateIpAddresses: [{ PrivateIpAddress: words.ip, Primary: true }],
        SubnetId: primary.SubnetId,
        VpcId: primary.VpcId,
        OwnerId: account,
        Status: "in-use",
      },
    ],
    ...(words.profile === undefined
      ? {}
      : { IamInstanceProfile: { Arn: `arn:aws:iam::${account}:instance-profile/${words.profile}` } }),
    MetadataOptions: { HttpTokens: "required", HttpEndpoint: "enabled", State: "applied" },
    LaunchTime: new Date("2026-01-20T06:15:00.000Z"),
    Tags: nameTag(name),
  };
}

import type { ResourceRef, Target } from "../../../../model/resource.ts";
import { noAddresses, parseCidr, unionAddresses, type AddressSet } from "../../../../network/addresses.ts";
import type { SnapshotRecord, VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { object, objects, text } from "../../../read.ts";
import { ec2Resource } from "../resource.ts";

/** A VPC: who owns it, and which addresses are its own. */
export interface Vpc {
  readonly id: string;
  readonly resource: ResourceRef;
  /** The account and Region that own it: whose gateways, route tables and block public access count. */
  readonly home: Target;
  /** Null when its record was not read. */
  readonly blocks: AddressSet | null;
  /** IPv6 blocks that are never announced to the internet. */
  readonly privateV6: AddressSet;
}

/** A subnet, as far as it was read. */
export interface Subnet {
  readonly id: string;
  readonly vpc: string | null;
  readonly blocks: AddressSet;
  readonly hasV6: boolean;
  /** Its Availability Zone: the id, which means the same in every account, where it is told. */
  readonly zone: string | null;
}

/** VPCs and subnets by id; ids are unique over all accounts and Regions. */
export interface Places {
  /** The VPC; one that no record tells of is taken to belong to the account that speaks of it. */
  readonly vpc: (id: string, seenBy: Target) => Vpc;
  readonly subnet: (id: string) => Subnet | null;
}

/** Reads VPCs and subnets; what a participant sees of a shared VPC counts where its owner was not scanned. */
export function readPlaces(index: RecordIndex): Places {
  const vpcs = new Map<string, Vpc>();
  for (const record of index.all("ec2:DescribeVpcs")) {
    const id = text(record.data, "VpcId");
    if (id === null || (vpcs.has(id) && !isOwn(record))) continue;
    vpcs.set(id, readVpc(record, id));
  }
  const subnets = new Map<string, Subnet>();
  for (const { data } of index.all("ec2:DescribeSubnets")) {
    const id = text(data, "SubnetId");
    if (id === null) continue;
    const blocks = blocksOf(data);
    const zone = text(data, "AvailabilityZoneId") ?? text(data, "AvailabilityZone");
    subnets.set(id, { id, vpc: text(data, "VpcId"), blocks, hasV6: blocks.v6.length > 0, zone });
  }
  return {
    vpc: (id, seenBy) => {
      const known = vpcs.get(id);
      if (known !== undefined) return known;
      const { cloud, account, region } = seenBy;
      const home = { cloud, account, region };
      const vpc: Vpc = {
        id,
        resource: ec2Resource(home, "vpc", id, {}),
        home,
        blocks: null,
        privateV6: noAddresses,
      };
      vpcs.set(id, vpc);
      return vpc;
    },
    subnet: (id) => subnets.get(id) ?? null,
  };
}

function readVpc(record: SnapshotRecord, id: string): Vpc {
  const { cloud, region, data } = record;
  const owner = text(data, "OwnerId");
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcIpv6CidrBlockAssociation.html (Ipv6AddressAttribute)
  const hidden = objects(data, "Ipv6CidrBlockAssociationSet").filter(
    (each) => text(each, "Ipv6AddressAttribute") === "private",
  );
  return {
    id,
    resource: ec2Resource(record, "vpc", id, data, { owner }),
    home: { cloud, account: owner ?? record.account, region },
    blocks: blocksOf(data),
    privateV6: unionAddresses(hidden.map((each) => setOf(text(each, "Ipv6CidrBlock")))),
  };
}

/** The CIDR blocks of a VPC or subnet that are associated with it, both families. */
function blocksOf(data: VendorObject): AddressSet {
  const associated = (member: string, state: string): readonly VendorObject[] =>
    objects(data, member).filter((each) => !/^(?:disassociat|fail)/.test(stateOf(each, state)));
  return unionAddresses([
    setOf(text(data, "CidrBlock")),
    ...associated("CidrBlockAssociationSet", "CidrBlockState").map((each) => setOf(text(each, "CidrBlock"))),
    ...associated("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlockState").map((each) =>
      setOf(text(each, "Ipv6CidrBlock")),
    ),
  ]);
}

function stateOf(association: VendorObject, member: string): string {
  return text(object(association, member) ?? {}, "State") ?? "";
}

function setOf(cidr: string | null): AddressSet {
  return cidr === null ? noAddresses : (parseCidr(cidr) ?? noAddresses);
}

function isOwn({ account, data }: SnapshotRecord): boolean {
  const owner = text(data, "OwnerId");
  return owner === null || owner === account;
}

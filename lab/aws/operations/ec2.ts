import type { AwsRegionEstate } from "../../estate.ts";
import { textInput } from "../call.ts";
import type { Call, Operation, Operations } from "../call.ts";
import { AwsError } from "../errors.ts";
import { filtered } from "../filters.ts";
import { page } from "../paging.ts";
import { isObject, memberOf } from "../shapes.ts";
import { optInOf } from "../regions.ts";
import { securityGroupRules } from "./security-group-rules.ts";

/** Amazon EC2, as far as a firewall posture needs it. */
export const ec2Operations: Operations = {
  DescribeRegions(call) {
    const names = stringList(call.input["RegionNames"]);
    const all = call.input["AllRegions"] === true || names.length > 0;
    const regions = call.estate.regions
      .map(({ name }) => ({
        RegionName: name,
        Endpoint: `ec2.${name}.amazonaws.com`,
        OptInStatus: optInOf(call.estate, call.account, name) ?? "not-opted-in",
      }))
      .filter(({ RegionName, OptInStatus }) =>
        names.length > 0 ? names.includes(RegionName) : all || OptInStatus !== "not-opted-in",
      );
    return listing(call, "Regions", regions);
  },
  DescribeVpcs: collection("Vpcs", "VpcIds"),
  DescribeSubnets: collection("Subnets", "SubnetIds"),
  DescribeRouteTables: collection("RouteTables", "RouteTableIds"),
  DescribeInternetGateways: collection("InternetGateways", "InternetGatewayIds"),
  DescribeEgressOnlyInternetGateways: collection("EgressOnlyInternetGateways", "EgressOnlyInternetGatewayIds"),
  DescribeNatGateways: collection("NatGateways", "NatGatewayIds"),
  DescribeAddresses: collection("Addresses", "AllocationIds"),
  DescribeNetworkAcls: collection("NetworkAcls", "NetworkAclIds"),
  DescribeSecurityGroups: collection("SecurityGroups", "GroupIds"),
  DescribeSecurityGroupRules: (call) =>
    listing(
      call,
      "SecurityGroupRules",
      chosen(call, "SecurityGroupRuleIds", securityGroupRules(call.here.SecurityGroups ?? [], call.region)),
    ),
  DescribeSecurityGroupVpcAssociations: collection("SecurityGroupVpcAssociations"),
  DescribeStaleSecurityGroups(call) {
    const vpcId = call.input["VpcId"];
    requireOwn(call, "VpcId", call.here.Vpcs ?? [], "InvalidVpcID.NotFound");
    const groups = (call.here.StaleSecurityGroupSet ?? []).filter(({ VpcId }) => VpcId === vpcId);
    return page(call, "StaleSecurityGroupSet", groups);
  },
  DescribeNetworkInterfaces: collection("NetworkInterfaces", "NetworkInterfaceIds"),
  DescribeInstances(call) {
    const ids = stringList(call.input["InstanceIds"]);
    const reservations = (call.here.Reservations ?? []).filter(
      ({ Instances }) => ids.length === 0 || Instances?.some(({ InstanceId }) => ids.includes(InstanceId ?? "")),
    );
    return listing(call, "Reservations", reservations);
  },
  DescribeVpcPeeringConnections: collection("VpcPeeringConnections", "VpcPeeringConnectionIds"),
  DescribeTransitGateways: collection("TransitGateways", "TransitGatewayIds"),
  DescribeTransitGatewayAttachments: collection("TransitGatewayAttachments", "TransitGatewayAttachmentIds"),
  DescribeTransitGatewayVpcAttachments: collection("TransitGatewayVpcAttachments", "TransitGatewayAttachmentIds"),
  DescribeVpcEndpoints: collection("VpcEndpoints", "VpcEndpointIds"),
  DescribeManagedPrefixLists: collection("PrefixLists", "PrefixListIds"),
  GetManagedPrefixListEntries(call) {
    const list = requireOwn(call, "PrefixListId", call.here.PrefixLists ?? [], "InvalidPrefixListID.NotFound");
    return page(call, "Entries", list.Entries);
  },
  DescribeVpcBlockPublicAccessOptions(call) {
    const untouched = { AwsAccountId: call.account.id, AwsRegion: call.region, State: "default-state" };
    return {
      VpcBlockPublicAccessOptions: call.here.VpcBlockPublicAccessOptions ?? {
        ...untouched,
        InternetGatewayBlockMode: "off",
        ManagedBy: "account",
        ExclusionsAllowed: "allowed",
      },
    };
  },
  DescribeVpcBlockPublicAccessExclusions: collection("VpcBlockPublicAccessExclusions", "ExclusionIds"),
  DescribeFlowLogs: collection("FlowLogs", "FlowLogIds"),
};

/** The lists of a Region's estate that an EC2 operation answers as they stand. */
type Collection = {
  [Name in keyof AwsRegionEstate]-?: Required<AwsRegionEstate>[Name] extends readonly unknown[] ? Name : never;
}[keyof AwsRegionEstate];

function collection(name: Collection, idsMember?: string): Operation {
  return (call) => {
    const items: readonly unknown[] = call.here[name] ?? [];
    return listing(call, name, idsMember === undefined ? items : chosen(call, idsMember, items));
  };
}

function listing(call: Call, name: string, items: readonly unknown[]): ReturnType<Operation> {
  const shape = memberOf(call.operation.output, name)?.shape;
  if (shape?.kind !== "list") throw new Error(`${call.operation.name} has no list named ${name}.`);
  return page(call, name, filtered(call, shape.member.shape, items));
}

/** The items whose id the request names, or all when it names none. */
function chosen<Item>(call: Call, idsMember: string, items: readonly Item[]): readonly Item[] {
  const ids = stringList(call.input[idsMember]);
  if (ids.length === 0) return items;
  const idMember = idsMember.slice(0, -1);
  const found = items.filter((item) => ids.includes(idOf(item, idMember)));
  const missing = ids.find((id) => !found.some((item) => idOf(item, idMember) === id));
  if (missing !== undefined) {
    throw new AwsError(`Invalid${idMember.replace(/Id$/, "ID")}.NotFound`, 400, `The ID '${missing}' does not exist`);
  }
  return found;
}

/** The one item that the request's required id names. */
function requireOwn<Item>(call: Call, idMember: string, items: readonly Item[], notFound: string): Item {
  const id = textInput(call, idMember);
  if (id === "") {
    throw new AwsError("MissingParameter", 400, `The request must contain the parameter ${idMember}`);
  }
  const item = items.find((candidate) => idOf(candidate, idMember) === id);
  if (item === undefined) throw new AwsError(notFound, 400, `The ID '${id}' does not exist`);
  return item;
}

function idOf(item: unknown, member: string): string {
  return isObject(item) ? String(item[member]) : "";
}

function stringList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

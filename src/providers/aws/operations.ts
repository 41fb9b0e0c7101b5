import { identityOperations } from "./identity-operations.ts";
import { type Ask, type AwsOperation, list, nextToken, operation, type Paging, perId, perRecord } from "./operation.ts";
import { organizationOperations } from "./organization-operations.ts";
import { parseS3Location } from "./s3-location.ts";
import { workloadOperations } from "./workload-operations.ts";

/** The largest part of a list's file that is read, in bytes. GuardDuty itself takes lists of up to 35 MB. */
export const fileByteLimit = 5 * 1024 * 1024;

const marker: Paging = { tokenIn: "Marker", tokenOut: "NextMarker", size: { member: "PageSize", value: 400 } };

const perDetector = perId("guardduty:ListDetectors", "DetectorIds", "DetectorId", ["DetectorId"]);

function perListId(parent: string, from: string, member: string): Ask {
  return perId(parent, from, member, ["DetectorId", member]);
}

function guardDutyIds(name: string, member: string): AwsOperation {
  return operation("guardduty", name, { answer: { kind: "ids", member }, paging: nextToken(50), ask: perDetector });
}

function guardDutyItem(name: string, ask: Ask): AwsOperation {
  return operation("guardduty", name, { answer: { kind: "document" }, ask });
}

/** Stale rules are asked for in the account's own VPCs: the API knows them of no other. */
const perOwnVpc: Ask = {
  how: "per-parent",
  parents: ["ec2:DescribeVpcs"],
  requests: ({ account, data }) => {
    const { VpcId: vpc, OwnerId: owner } = data;
    return typeof vpc === "string" && (owner === undefined || owner === account) ? [{ members: { VpcId: vpc } }] : [];
  },
  keep: [],
};

const perTargetGroup = perRecord("elasticloadbalancingv2:DescribeTargetGroups", "TargetGroupArn", "TargetGroupArn", [
  "TargetGroupArn",
]);

/**
 * Rules are asked for where there can be others than the default one, which the listener itself tells: at Application Load Balancers.
 * A rule's ARN repeats its listener's: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Rule.html
 */
const perApplicationListener: Ask = {
  how: "per-parent",
  parents: ["elasticloadbalancingv2:DescribeListeners"],
  requests: ({ data }) => {
    const { ListenerArn: arn } = data;
    return typeof arn === "string" && arn.includes(":listener/app/") ? [{ members: { ListenerArn: arn } }] : [];
  },
  keep: [],
};

/** One file for each GuardDuty list, whatever its kind. */
const perListFile: Ask = {
  how: "per-parent",
  parents: [
    "guardduty:GetIPSet",
    "guardduty:GetThreatIntelSet",
    "guardduty:GetTrustedEntitySet",
    "guardduty:GetThreatEntitySet",
  ],
  requests: ({ data }) => {
    const { Location: location } = data;
    if (typeof location !== "string" || location === "") return [];
    const file = parseS3Location(location);
    if (file === null) return [{ members: { Location: location }, skip: "its location is no address of an S3 object" }];
    return [{ members: { Location: location, Bucket: file.bucket, Key: file.key } }];
  },
  keep: ["Location", "Bucket", "Key"],
};

const gone = ["ResourceNotFoundException"];

/**
 * Every operation that Rampart can send to AWS: what `rampart permissions aws` prints, what the collector walks through, what an import
 * recognises. Nothing that is not in this list is ever sent.
 */
export const awsOperations: readonly AwsOperation[] = [
  operation("sts", "GetCallerIdentity", {
    // AWS answers it whatever the caller's policies say: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    permissions: [],
    scope: "account",
    ask: { how: "connecting" },
    answer: { kind: "document" },
  }),
  operation("sts", "AssumeRole", { scope: "account", ask: { how: "connecting" }, answer: { kind: "secret" } }),
  ...organizationOperations,
  operation("ec2", "DescribeRegions", {
    scope: "account",
    ask: { how: "connecting" },
    answer: { kind: "list", member: "Regions" },
  }),
  operation("s3", "ListBuckets", {
    // The one answer that is sure both ways: a bucket's name is unique, and the list holds every bucket the account owns.
    permissions: ["s3:ListAllMyBuckets"],
    scope: "account",
    answer: { kind: "list", member: "Buckets" },
    paging: {
      tokenIn: "ContinuationToken",
      tokenOut: "ContinuationToken",
      size: { member: "MaxBuckets", value: 1000 },
    },
  }),

  list("ec2", "DescribeVpcs", "Vpcs", nextToken(1000)),
  list("ec2", "DescribeSubnets", "Subnets", nextToken(1000)),
  list("ec2", "DescribeSecurityGroups", "SecurityGroups", nextToken(1000)),
  list("ec2", "DescribeSecurityGroupRules", "SecurityGroupRules", nextToken(1000)),
  list("ec2", "DescribeSecurityGroupVpcAssociations", "SecurityGroupVpcAssociations", nextToken(1000)),
  list("ec2", "DescribeStaleSecurityGroups", "StaleSecurityGroupSet", nextToken(255), perOwnVpc),
  list("ec2", "DescribeNetworkAcls", "NetworkAcls", nextToken(1000)),
  // Interfaces and instances that an AWS service manages are hidden by default in accounts that chose so; they are reachable all the same.
  list("ec2", "DescribeNetworkInterfaces", "NetworkInterfaces", nextToken(1000), {
    how: "once",
    members: { IncludeManagedResources: true },
  }),
  list("ec2", "DescribeInstances", "Reservations", nextToken(1000), {
    how: "once",
    members: { IncludeManagedResources: true },
  }),
  list("ec2", "DescribeRouteTables", "RouteTables", nextToken(100)),
  list("ec2", "DescribeInternetGateways", "InternetGateways", nextToken(1000)),
  list("ec2", "DescribeEgressOnlyInternetGateways", "EgressOnlyInternetGateways", nextToken(255)),
  list("ec2", "DescribeNatGateways", "NatGateways", nextToken(1000)),
  list("ec2", "DescribeAddresses", "Addresses", null),
  list("ec2", "DescribeVpcPeeringConnections", "VpcPeeringConnections", nextToken(1000)),
  list("ec2", "DescribeTransitGateways", "TransitGateways", nextToken(1000)),
  list("ec2", "DescribeTransitGatewayAttachments", "TransitGatewayAttachments", nextToken(1000)),
  list("ec2", "DescribeTransitGatewayVpcAttachments", "TransitGatewayVpcAttachments", nextToken(1000)),
  list("ec2", "DescribeVpcEndpoints", "VpcEndpoints", nextToken(1000)),
  list("ec2", "DescribeManagedPrefixLists", "PrefixLists", nextToken(100)),
  operation("ec2", "GetManagedPrefixListEntries", {
    answer: { kind: "list", member: "Entries" },
    paging: nextToken(100),
    ask: perRecord("ec2:DescribeManagedPrefixLists", "PrefixListId", "PrefixListId", ["PrefixListId"]),
    goneBy: ["InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"],
  }),
  operation("ec2", "DescribeVpcBlockPublicAccessOptions", { answer: { kind: "document" } }),
  list("ec2", "DescribeVpcBlockPublicAccessExclusions", "VpcBlockPublicAccessExclusions", nextToken(1000)),
  list("ec2", "DescribeFlowLogs", "FlowLogs", nextToken(1000)),

  list("elasticloadbalancing", "DescribeLoadBalancers", "LoadBalancerDescriptions", marker),
  list("elasticloadbalancingv2", "DescribeLoadBalancers", "LoadBalancers", marker),
  operation("elasticloadbalancingv2", "DescribeListeners", {
    answer: { kind: "list", member: "Listeners" },
    paging: marker,
    ask: perRecord("elasticloadbalancingv2:DescribeLoadBalancers", "LoadBalancerArn", "LoadBalancerArn"),
    goneBy: ["LoadBalancerNotFound", "LoadBalancerNotFoundException"],
  }),
  operation("elasticloadbalancingv2", "DescribeRules", {
    answer: { kind: "list", member: "Rules" },
    paging: marker,
    ask: perApplicationListener,
    goneBy: ["ListenerNotFound", "ListenerNotFoundException"],
  }),
  list("elasticloadbalancingv2", "DescribeTargetGroups", "TargetGroups", marker),
  operation("elasticloadbalancingv2", "DescribeTargetGroupAttributes", {
    answer: { kind: "list", member: "Attributes" },
    ask: perTargetGroup,
    goneBy: ["TargetGroupNotFound", "TargetGroupNotFoundException"],
  }),
  operation("elasticloadbalancingv2", "DescribeTargetHealth", {
    answer: { kind: "list", member: "TargetHealthDescriptions" },
    ask: perTargetGroup,
    goneBy: ["TargetGroupNotFound", "TargetGroupNotFoundException"],
  }),

  list("network-firewall", "ListFirewalls", "Firewalls", nextToken(100)),
  operation("network-firewall", "DescribeFirewall", {
    answer: { kind: "document" },
    ask: perRecord("network-firewall:ListFirewalls", "FirewallArn", "FirewallArn"),
    goneBy: gone,
  }),
  list("network-firewall", "ListFirewallPolicies", "FirewallPolicies", nextToken(100)),
  operation("network-firewall", "DescribeFirewallPolicy", {
    answer: { kind: "document" },
    ask: perRecord("network-firewall:ListFirewallPolicies", "Arn", "FirewallPolicyArn"),
    goneBy: gone,
  }),
  list("network-firewall", "ListRuleGroups", "RuleGroups", nextToken(100)),
  operation("network-firewall", "DescribeRuleGroup", {
    answer: { kind: "document" },
    ask: perRecord("network-firewall:ListRuleGroups", "Arn", "RuleGroupArn"),
    goneBy: gone,
  }),

  operation("guardduty", "ListDetectors", { answer: { kind: "ids", member: "DetectorIds" }, paging: nextToken(50) }),
  guardDutyItem("GetDetector", perDetector),
  guardDutyItem("GetAdministratorAccount", perDetector),
  operation("guardduty", "DescribeOrganizationConfiguration", {
    answer: { kind: "document" },
    paging: { tokenIn: "NextToken", tokenOut: "NextToken", size: null },
    ask: perDetector,
    // What every account but the organization's GuardDuty administrator is told: it has no such configuration.
    disabledBy: ["BadRequestException"],
  }),
  guardDutyIds("ListIPSets", "IpSetIds"),
  guardDutyItem("GetIPSet", perListId("guardduty:ListIPSets", "IpSetIds", "IpSetId")),
  guardDutyIds("ListThreatIntelSets", "ThreatIntelSetIds"),
  guardDutyItem(
    "GetThreatIntelSet",
    perListId("guardduty:ListThreatIntelSets", "ThreatIntelSetIds", "ThreatIntelSetId"),
  ),
  guardDutyIds("ListTrustedEntitySets", "TrustedEntitySetIds"),
  guardDutyItem(
    "GetTrustedEntitySet",
    perListId("guardduty:ListTrustedEntitySets", "TrustedEntitySetIds", "TrustedEntitySetId"),
  ),
  guardDutyIds("ListThreatEntitySets", "ThreatEntitySetIds"),
  guardDutyItem(
    "GetThreatEntitySet",
    perListId("guardduty:ListThreatEntitySets", "ThreatEntitySetIds", "ThreatEntitySetId"),
  ),
  guardDutyIds("ListFilters", "FilterNames"),
  guardDutyItem("GetFilter", perListId("guardduty:ListFilters", "FilterNames", "FilterName")),
  operation("s3", "GetObject", { answer: { kind: "file" }, ask: perListFile }),

  ...identityOperations,
  ...workloadOperations,
];

const byId = new Map(awsOperations.map((entry) => [entry.id, entry]));

/** The operation of that id; undefined when Rampart has none. */
export function findAwsOperation(id: string): AwsOperation | undefined {
  return byId.get(id);
}

import type { Json } from "../../../model/finding.ts";
import { awsOperations } from "../operations.ts";
import { type AwsOperation, keptBy } from "../operation.ts";
import { isObject, parseArn } from "./clues.ts";

/**
 * By what an item (or, for an operation that answers with one document, the document) is known when the answer's own list member is not
 * there to tell, as after `--query SecurityGroups`. `|` parts alternatives, `.` leads into an object. The first sign is the one that
 * also tells apart answers of different services that share a list's name, so it must be on every item.
 */
interface Signs {
  readonly members: readonly string[];
  /** What the resource part's beginning of the item's own ARN says, where names alone do not tell. */
  readonly arn?: { readonly service: string; readonly resource: RegExp };
  /** What the item's own `Key` is, where items are pairs of key and value as tags and anybody's attributes are too. */
  readonly key?: RegExp;
  /** Whether other services answer with a list of that name too, so that an empty one says nothing without the operation's name. */
  readonly shared?: boolean;
  /** Whether items say too little to be known without their list's name. */
  readonly plain?: boolean;
}

const signsById: Readonly<Record<string, Signs>> = {
  "sts:GetCallerIdentity": { members: ["UserId", "Account", "Arn"] },
  "organizations:DescribeOrganization": { members: ["Organization.MasterAccountId|Organization.FeatureSet"] },
  "organizations:ListAccounts": {
    members: ["Id", "Arn", "Status|State|JoinedMethod"],
    arn: { service: "organizations", resource: /^account\// },
  },
  "ec2:DescribeRegions": { members: ["Endpoint|OptInStatus", "RegionName"] },
  "s3:ListBuckets": { members: ["Name", "CreationDate"] },
  "ec2:DescribeVpcs": { members: ["VpcId", "CidrBlock"] },
  "ec2:DescribeSubnets": { members: ["SubnetId", "VpcId", "CidrBlock|Ipv6Native"] },
  "ec2:DescribeSecurityGroups": { members: ["GroupId", "GroupName", "IpPermissions|IpPermissionsEgress|OwnerId"] },
  "ec2:DescribeSecurityGroupRules": { members: ["SecurityGroupRuleId", "GroupId", "IsEgress"] },
  "ec2:DescribeSecurityGroupVpcAssociations": { members: ["GroupId", "VpcId", "State"] },
  "ec2:DescribeStaleSecurityGroups": {
    members: ["GroupId", "VpcId", "StaleIpPermissions|StaleIpPermissionsEgress"],
  },
  "ec2:DescribeNetworkAcls": { members: ["NetworkAclId", "VpcId", "Entries"] },
  "ec2:DescribeNetworkInterfaces": { members: ["NetworkInterfaceId", "SubnetId", "VpcId"] },
  "ec2:DescribeInstances": { members: ["Instances", "ReservationId|OwnerId"] },
  "ec2:DescribeRouteTables": { members: ["RouteTableId", "VpcId", "Routes"] },
  "ec2:DescribeInternetGateways": { members: ["InternetGatewayId", "Attachments"] },
  "ec2:DescribeEgressOnlyInternetGateways": { members: ["EgressOnlyInternetGatewayId", "Attachments"] },
  "ec2:DescribeNatGateways": { members: ["NatGatewayId", "State", "VpcId"] },
  "ec2:DescribeAddresses": { members: ["AllocationId|PublicIp", "Domain"] },
  "ec2:DescribeVpcPeeringConnections": { members: ["VpcPeeringConnectionId", "AccepterVpcInfo|RequesterVpcInfo"] },
  "ec2:DescribeTransitGateways": { members: ["TransitGatewayArn", "TransitGatewayId"] },
  "ec2:DescribeTransitGatewayAttachments": {
    members: ["TransitGatewayAttachmentId", "TransitGatewayId", "ResourceType"],
  },
  "ec2:DescribeTransitGatewayVpcAttachments": {
    members: ["TransitGatewayAttachmentId", "TransitGatewayId", "SubnetIds"],
  },
  "ec2:DescribeVpcEndpoints": { members: ["VpcId", "VpcEndpointId"] },
  // `describe-prefix-lists` answers with a list of the same name that says neither owner nor state.
  "ec2:DescribeManagedPrefixLists": { members: ["PrefixListArn|OwnerId|State", "PrefixListId"] },
  "ec2:GetManagedPrefixListEntries": { members: ["Cidr"] },
  "ec2:DescribeVpcBlockPublicAccessOptions": { members: ["VpcBlockPublicAccessOptions"] },
  "ec2:DescribeVpcBlockPublicAccessExclusions": { members: ["ExclusionId", "InternetGatewayExclusionMode"] },
  "ec2:DescribeFlowLogs": { members: ["FlowLogId", "ResourceId"] },
  "elasticloadbalancing:DescribeLoadBalancers": {
    members: ["LoadBalancerName", "ListenerDescriptions|CanonicalHostedZoneNameID|SourceSecurityGroup"],
  },
  "elasticloadbalancingv2:DescribeLoadBalancers": {
    members: ["LoadBalancerArn", "LoadBalancerName", "Type|DNSName"],
  },
  "elasticloadbalancingv2:DescribeListeners": { members: ["LoadBalancerArn", "ListenerArn"] },
  "elasticloadbalancingv2:DescribeRules": { members: ["RuleArn", "Actions", "IsDefault|Conditions"] },
  "elasticloadbalancingv2:DescribeTargetGroups": { members: ["TargetGroupArn", "TargetGroupName"] },
  // Load balancers have attributes of the same shape, and one of the same name (load_balancing.cross_zone.enabled), but none of these:
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
  "elasticloadbalancingv2:DescribeTargetGroupAttributes": {
    members: ["Key", "Value"],
    key: /^(?:deregistration_delay|lambda|preserve_client_ip|proxy_protocol_v2|slow_start|stickiness|target_\w+|load_balancing\.algorithm)\./u,
  },
  "elasticloadbalancingv2:DescribeTargetHealth": { members: ["TargetHealth", "Target"] },
  "network-firewall:ListFirewalls": { members: ["FirewallArn", "FirewallName"] },
  "network-firewall:DescribeFirewall": { members: ["Firewall.FirewallPolicyArn|Firewall.FirewallArn"] },
  "network-firewall:ListFirewallPolicies": {
    members: ["Arn", "Name"],
    arn: { service: "network-firewall", resource: /^firewall-policy\// },
  },
  "network-firewall:DescribeFirewallPolicy": { members: ["FirewallPolicyResponse"] },
  "network-firewall:ListRuleGroups": {
    members: ["Arn", "Name"],
    arn: { service: "network-firewall", resource: /^(?:stateful|stateless)-rulegroup\// },
  },
  "network-firewall:DescribeRuleGroup": { members: ["RuleGroupResponse"] },
  "guardduty:GetDetector": { members: ["ServiceRole|FindingPublishingFrequency", "Status"] },
  // Security Hub's answer of the same name says MemberStatus instead.
  "guardduty:GetAdministratorAccount": { members: ["Administrator.RelationshipStatus"] },
  // Security Hub's answer of the same name has neither.
  "guardduty:DescribeOrganizationConfiguration": {
    members: ["AutoEnableOrganizationMembers|DataSources|Features", "MemberAccountLimitReached"],
  },
  "guardduty:GetIPSet": { members: ["Location", "Format", "Status"] },
  "guardduty:GetThreatIntelSet": { members: ["Location", "Format", "Status"] },
  "guardduty:GetTrustedEntitySet": { members: ["Location", "Format", "Status"] },
  "guardduty:GetThreatEntitySet": { members: ["Location", "Format", "Status"] },
  "guardduty:GetFilter": { members: ["FindingCriteria", "Action", "Name"] },
  "s3:GetObject": { members: ["Body", "Bucket|Location"] },
  "organizations:ListRoots": {
    members: ["Id", "Arn", "PolicyTypes|Name"],
    arn: { service: "organizations", resource: /^root\// },
    shared: true,
  },
  "organizations:ListOrganizationalUnitsForParent": {
    members: ["Id", "Arn", "Name"],
    arn: { service: "organizations", resource: /^ou\// },
  },
  "organizations:ListAccountsForParent": {
    members: ["Id", "Arn", "Status|State|JoinedMethod"],
    arn: { service: "organizations", resource: /^account\// },
    shared: true,
  },
  "organizations:ListDelegatedAdministrators": { members: ["DelegationEnabledDate", "Id"] },
  // `aws iam list-policies` answers with a list of the same name.
  "organizations:ListPolicies": {
    members: ["AwsManaged", "Id", "Type"],
    arn: { service: "organizations", resource: /^policy\// },
    shared: true,
  },
  "organizations:DescribePolicy": { members: ["Policy.PolicySummary", "Policy.Content"] },
  "organizations:ListTargetsForPolicy": { members: ["TargetId", "Type"], shared: true },
  "iam:ListSAMLProviders": { members: ["Arn"], arn: { service: "iam", resource: /^saml-provider\// } },
  "iam:ListOpenIDConnectProviders": { members: ["Arn"], arn: { service: "iam", resource: /^oidc-provider\// } },
  "iam:GetOpenIDConnectProvider": { members: ["Url", "ClientIDList|ThumbprintList"] },
  "iam:GetCredentialReport": { members: ["Content", "ReportFormat"] },
  "iam:GetServiceLastAccessedDetails": { members: ["ServiceNamespace", "ServiceName"] },
  // Instances of EC2 stand in reservations, or alone without this id.
  "sso:ListInstances": { members: ["InstanceArn", "IdentityStoreId"], shared: true },
  "sso:DescribePermissionSet": { members: ["PermissionSet.PermissionSetArn"] },
  "sso:GetInlinePolicyForPermissionSet": { members: ["InlinePolicy"] },
  "sso:ListManagedPoliciesInPermissionSet": { members: ["Arn", "Name"], plain: true },
  "sso:ListCustomerManagedPolicyReferencesInPermissionSet": { members: ["Name"], plain: true },
  "sso:GetPermissionsBoundaryForPermissionSet": {
    members: ["PermissionsBoundary.ManagedPolicyArn|PermissionsBoundary.CustomerManagedPolicyReference"],
  },
  "sso:ListAccountAssignments": { members: ["PermissionSetArn", "PrincipalId", "AccountId"] },
  // IAM has users and groups of its own.
  "identitystore:ListUsers": { members: ["IdentityStoreId", "UserId", "UserName"], shared: true },
  "identitystore:ListGroups": { members: ["IdentityStoreId", "GroupId"], shared: true },
  "identitystore:ListGroupMemberships": { members: ["IdentityStoreId", "GroupId", "MemberId"] },
  "lambda:ListFunctions": { members: ["FunctionArn", "FunctionName", "Role"], shared: true },
  "ecs:DescribeTasks": { members: ["taskArn", "taskDefinitionArn"], shared: true },
  "ecs:DescribeTaskDefinition": { members: ["taskDefinition.taskDefinitionArn"] },
  "cloudformation:DescribeStacks": { members: ["StackStatus", "StackName"], shared: true },
  "codebuild:ListProjects": { members: [], shared: true },
  "codebuild:BatchGetProjects": { members: ["serviceRole", "name"], shared: true },
};

/** The operations whose answers an import takes; a secret is never taken in, and what begins a report says nothing. */
export const importable: readonly AwsOperation[] = awsOperations.filter(
  ({ answer, ask }) => answer.kind !== "secret" && ask.how !== "within",
);

/** The operation that answers with several lists, and what the items of each are: who there is in an account. */
export const authorizationDetails = operationOfLists("iam:GetAccountAuthorizationDetails");

function operationOfLists(id: string): {
  readonly operation: AwsOperation;
  readonly kinds: readonly [string, string][];
} {
  const operation = importable.find((candidate) => candidate.id === id);
  if (operation?.answer.kind !== "lists") throw new Error(`${id} does not answer with several lists`);
  return { operation, kinds: Object.entries(operation.answer.kinds) };
}

const listOperations = Map.groupBy(
  importable.filter(({ answer }) => answer.kind === "list" || answer.kind === "ids"),
  ({ answer }) => ("member" in answer ? answer.member : ""),
);

/** The operations that answer with a list in that member. */
export function operationsListing(member: string): readonly AwsOperation[] {
  return listOperations.get(member) ?? [];
}

const documentKinds: ReadonlySet<AwsOperation["answer"]["kind"]> = new Set(["document", "file", "credential-report"]);

/** The operations that answer with one document that looks like this one. */
export function operationsAnswering(document: Json): readonly AwsOperation[] {
  return importable.filter(({ id, answer }) => documentKinds.has(answer.kind) && hasAllSigns(id, document));
}

/** The member that holds what an answering document is about. */
export function subjectMember(id: string): string {
  return signsById[id]?.members[0]?.split(/[|.]/u)[0] ?? "";
}

/** The operation of whose lists this is an item, by all its signs; null when none or several fit equally well. */
export function operationOfItem(item: Json): AwsOperation | null {
  const fitting = importable.filter(
    ({ id, answer }) => answer.kind === "list" && signsById[id]?.plain !== true && hasAllSigns(id, item),
  );
  const weight = (operation: AwsOperation): number => signsById[operation.id]?.members.length ?? 0;
  const most = Math.max(...fitting.map(weight));
  const best = fitting.filter((operation) => weight(operation) === most);
  return best.length === 1 ? (best[0] ?? null) : asksNothing(best);
}

/** The one of several operations that is asked without members of its own, which an answer without any is of; null when that is not one. */
export function asksNothing(operations: readonly AwsOperation[]): AwsOperation | null {
  const [plain, ...others] = operations.filter((operation) => keptBy(operation).length === 0);
  return others.length === 0 ? (plain ?? null) : null;
}

/** Whether an empty list of that name may be another service's answer. */
export function isShared(id: string): boolean {
  return signsById[id]?.shared === true;
}

/** Whether an item of a list may be this operation's: it has the sign that no other list of the same name has. */
export function hasFirstSign(id: string, item: Json): boolean {
  const signs = signsById[id];
  const [first] = signs?.members ?? [];
  return signs === undefined || ((first === undefined || hasSign(item, first)) && ownNamesFit(signs, item));
}

function hasAllSigns(id: string, item: Json): boolean {
  const signs = signsById[id];
  return signs !== undefined && signs.members.every((sign) => hasSign(item, sign)) && ownNamesFit(signs, item);
}

/** Signs by their text, cut up once: ways to fulfil it, each a way into the item. */
const waysBySign: ReadonlyMap<string, readonly (readonly string[])[]> = new Map(
  Object.values(signsById)
    .flatMap(({ members }) => members)
    .map((sign) => [sign, sign.split("|").map((way) => way.split("."))]),
);

function hasSign(item: Json, sign: string): boolean {
  return (waysBySign.get(sign) ?? []).some((way) => {
    let value: Json | undefined = item;
    for (const name of way) {
      value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    }
    return value !== undefined;
  });
}

function ownNamesFit(signs: Signs, item: Json): boolean {
  if (signs.key !== undefined) {
    const key = isObject(item) ? item["Key"] : undefined;
    return typeof key === "string" && signs.key.test(key);
  }
  if (signs.arn === undefined) {
    return true;
  }
  const text = isObject(item) ? (item["Arn"] ?? item["ARN"]) : undefined;
  const arn = typeof text === "string" ? parseArn(text) : null;
  return arn !== null && arn.service === signs.arn.service && signs.arn.resource.test(arn.resource);
}

import type { Json } from "../../../src/model/finding.ts";

export const account = "111122223333";
export const region = "eu-west-1";

const arn = (service: string, resource: string): string => `arn:aws:${service}:${region}:${account}:${resource}`;
export const detector = "12abc34d567e8fa901bc2d34e56789f0";
export const listId = "0cb0141ab9fbde177613ab9436212e90";
export const targetGroup = arn("elasticloadbalancing", "targetgroup/web/73e2d6bc24d8a067");
export const loadBalancer = arn("elasticloadbalancing", "loadbalancer/app/web/50dc6c495c0c9188");
export const firewall = arn("network-firewall", "firewall/edge");

const instance = "arn:aws:sso:::instance/ssoins-0123456789abcdef";
const permissionSet = "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef";
const role = `arn:aws:iam::${account}:role/network`;
const oidcProvider = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
const organization = (rest: string): string => `arn:aws:organizations::${account}:${rest}`;
const [root, unit, policy] = ["r-ab12", "ou-ab12-0123abcd", "p-0123abcd"];
const cluster = arn("ecs", "cluster/web");
const task = arn("ecs", "task/web/0123456789abcdef");
const taskDefinition = arn("ecs", "task-definition/web:1");

const guardDutyList = {
  Name: "partners",
  Format: "TXT",
  Location: "s3://lists/partners.txt",
  Status: "ACTIVE",
  Tags: {},
};

/** One answer of every operation, as the AWS CLI prints it, by operation; those that need it are beside their request. */
export const samples: Readonly<Record<string, Json>> = {
  "sts:GetCallerIdentity": { UserId: "AIDA", Account: account, Arn: `arn:aws:iam::${account}:user/auditor` },
  "organizations:DescribeOrganization": {
    Organization: {
      Id: "o-1",
      Arn: `arn:aws:organizations::${account}:organization/o-1`,
      FeatureSet: "ALL",
      MasterAccountId: account,
    },
  },
  "organizations:ListAccounts": {
    Accounts: [
      { Id: account, Arn: `arn:aws:organizations::${account}:account/o-1/${account}`, Name: "x", Status: "ACTIVE" },
    ],
  },
  "ec2:DescribeRegions": {
    Regions: [{ Endpoint: `ec2.${region}.amazonaws.com`, RegionName: region, OptInStatus: "opt-in-not-required" }],
  },
  "s3:ListBuckets": {
    Buckets: [{ Name: "lists", CreationDate: "2026-01-01T00:00:00Z" }],
    Owner: { ID: "f" },
    Prefix: null,
  },
  "ec2:DescribeVpcs": { Vpcs: [{ VpcId: "vpc-00000001", CidrBlock: "10.0.0.0/16", OwnerId: account }] },
  "ec2:DescribeSubnets": {
    Subnets: [
      { SubnetId: "subnet-00000001", VpcId: "vpc-00000001", CidrBlock: "10.0.0.0/24", AvailabilityZone: `${region}a` },
    ],
  },
  "ec2:DescribeSecurityGroups": {
    SecurityGroups: [
      { GroupId: "sg-00000001", GroupName: "web", OwnerId: account, VpcId: "vpc-00000001", IpPermissions: [] },
    ],
  },
  "ec2:DescribeSecurityGroupRules": {
    SecurityGroupRules: [
      { SecurityGroupRuleId: "sgr-00000001", GroupId: "sg-00000001", IsEgress: false, IpProtocol: "tcp" },
    ],
  },
  "ec2:DescribeSecurityGroupVpcAssociations": {
    SecurityGroupVpcAssociations: [{ GroupId: "sg-00000001", VpcId: "vpc-00000002", State: "associated" }],
  },
  "ec2:DescribeStaleSecurityGroups": {
    StaleSecurityGroupSet: [
      { GroupId: "sg-00000001", GroupName: "web", VpcId: "vpc-00000001", StaleIpPermissions: [] },
    ],
  },
  "ec2:DescribeNetworkAcls": { NetworkAcls: [{ NetworkAclId: "acl-00000001", VpcId: "vpc-00000001", Entries: [] }] },
  "ec2:DescribeNetworkInterfaces": {
    NetworkInterfaces: [
      { NetworkInterfaceId: "eni-00000001", SubnetId: "subnet-00000001", VpcId: "vpc-00000001", Groups: [] },
    ],
  },
  "ec2:DescribeInstances": {
    Reservations: [
      {
        ReservationId: "r-1",
        OwnerId: account,
        Groups: [],
        Instances: [{ InstanceId: "i-00000001", ImageId: "ami-1", State: {} }],
      },
    ],
  },
  "ec2:DescribeRouteTables": {
    RouteTables: [{ RouteTableId: "rtb-00000001", VpcId: "vpc-00000001", Routes: [], OwnerId: account }],
  },
  "ec2:DescribeInternetGateways": { InternetGateways: [{ InternetGatewayId: "igw-00000001", Attachments: [] }] },
  "ec2:DescribeEgressOnlyInternetGateways": {
    EgressOnlyInternetGateways: [{ EgressOnlyInternetGatewayId: "eigw-00000001", Attachments: [] }],
  },
  "ec2:DescribeNatGateways": {
    NatGateways: [{ NatGatewayId: "nat-00000001", State: "available", VpcId: "vpc-00000001" }],
  },
  "ec2:DescribeAddresses": {
    Addresses: [{ AllocationId: "eipalloc-00000001", PublicIp: "203.0.113.7", Domain: "vpc" }],
  },
  "ec2:DescribeVpcPeeringConnections": {
    VpcPeeringConnections: [
      { VpcPeeringConnectionId: "pcx-1", AccepterVpcInfo: { Region: "us-east-1" }, RequesterVpcInfo: {} },
    ],
  },
  "ec2:DescribeTransitGateways": {
    TransitGateways: [
      { TransitGatewayId: "tgw-1", TransitGatewayArn: arn("ec2", "transit-gateway/tgw-1"), OwnerId: account },
    ],
  },
  "ec2:DescribeTransitGatewayAttachments": {
    TransitGatewayAttachments: [
      { TransitGatewayAttachmentId: "tgw-attach-1", TransitGatewayId: "tgw-1", ResourceType: "vpc" },
    ],
  },
  "ec2:DescribeTransitGatewayVpcAttachments": {
    TransitGatewayVpcAttachments: [
      { TransitGatewayAttachmentId: "tgw-attach-1", TransitGatewayId: "tgw-1", SubnetIds: [] },
    ],
  },
  "ec2:DescribeVpcEndpoints": {
    VpcEndpoints: [
      { VpcEndpointId: "vpce-00000001", VpcId: "vpc-00000001", ServiceName: `com.amazonaws.${region}.s3` },
    ],
  },
  "ec2:DescribeManagedPrefixLists": {
    PrefixLists: [
      { PrefixListId: "pl-00000001", PrefixListArn: arn("ec2", "prefix-list/pl-00000001"), OwnerId: account },
    ],
  },
  "ec2:GetManagedPrefixListEntries": {
    PrefixListId: "pl-00000001",
    Entries: [{ Cidr: "198.51.100.0/24", Description: "" }],
  },
  "ec2:DescribeVpcBlockPublicAccessOptions": {
    VpcBlockPublicAccessOptions: { AwsAccountId: account, AwsRegion: region, State: "default-state" },
  },
  "ec2:DescribeVpcBlockPublicAccessExclusions": {
    VpcBlockPublicAccessExclusions: [
      {
        ExclusionId: "vpcbpa-exclude-1",
        InternetGatewayExclusionMode: "allow-egress",
        ResourceArn: arn("ec2", "vpc/vpc-00000001"),
      },
    ],
  },
  "ec2:DescribeFlowLogs": { FlowLogs: [{ FlowLogId: "fl-00000001", ResourceId: "vpc-00000001", TrafficType: "ALL" }] },
  "elasticloadbalancing:DescribeLoadBalancers": {
    LoadBalancerDescriptions: [
      { LoadBalancerName: "old", ListenerDescriptions: [], AvailabilityZones: [`${region}a`] },
    ],
  },
  "elasticloadbalancingv2:DescribeLoadBalancers": {
    LoadBalancers: [
      { LoadBalancerArn: loadBalancer, LoadBalancerName: "web", Type: "application", SecurityGroups: [] },
    ],
  },
  "elasticloadbalancingv2:DescribeListeners": {
    Listeners: [
      { ListenerArn: arn("elasticloadbalancing", "listener/app/web/1/2"), LoadBalancerArn: loadBalancer, Port: 443 },
    ],
  },
  "elasticloadbalancingv2:DescribeRules": {
    Rules: [
      {
        RuleArn: arn("elasticloadbalancing", "listener-rule/app/web/1/2/3"),
        Priority: "1",
        Conditions: [{ Field: "path-pattern", Values: ["/admin/*"] }],
        Actions: [{ Type: "forward", TargetGroupArn: targetGroup }],
        IsDefault: false,
      },
    ],
  },
  "elasticloadbalancingv2:DescribeTargetGroups": {
    TargetGroups: [{ TargetGroupArn: targetGroup, TargetGroupName: "web", LoadBalancerArns: [loadBalancer] }],
  },
  "elasticloadbalancingv2:DescribeTargetGroupAttributes": {
    TargetGroupArn: targetGroup,
    Attributes: [{ Key: "preserve_client_ip.enabled", Value: "true" }],
  },
  "elasticloadbalancingv2:DescribeTargetHealth": {
    TargetGroupArn: targetGroup,
    TargetHealthDescriptions: [{ Target: { Id: "i-00000001", Port: 80 }, TargetHealth: { State: "healthy" } }],
  },
  "network-firewall:ListFirewalls": { Firewalls: [{ FirewallName: "edge", FirewallArn: firewall }] },
  "network-firewall:DescribeFirewall": {
    UpdateToken: "t",
    Firewall: {
      FirewallName: "edge",
      FirewallArn: firewall,
      FirewallPolicyArn: arn("network-firewall", "firewall-policy/p"),
    },
    FirewallStatus: { Status: "READY" },
  },
  "network-firewall:ListFirewallPolicies": {
    FirewallPolicies: [{ Name: "p", Arn: arn("network-firewall", "firewall-policy/p") }],
  },
  "network-firewall:DescribeFirewallPolicy": {
    UpdateToken: "t",
    FirewallPolicyResponse: {
      FirewallPolicyName: "p",
      FirewallPolicyArn: arn("network-firewall", "firewall-policy/p"),
    },
    FirewallPolicy: { StatelessDefaultActions: ["aws:pass"] },
  },
  "network-firewall:ListRuleGroups": {
    RuleGroups: [{ Name: "g", Arn: arn("network-firewall", "stateful-rulegroup/g") }],
  },
  "network-firewall:DescribeRuleGroup": {
    UpdateToken: "t",
    RuleGroup: { RulesSource: {} },
    RuleGroupResponse: { RuleGroupName: "g", RuleGroupArn: arn("network-firewall", "stateful-rulegroup/g") },
  },
  "guardduty:ListDetectors": { DetectorIds: [detector] },
  "guardduty:GetDetector": {
    DetectorId: detector,
    Status: "ENABLED",
    ServiceRole: `arn:aws:iam::${account}:role/aws-service-role/x`,
    FindingPublishingFrequency: "SIX_HOURS",
    Features: [],
  },
  "guardduty:GetAdministratorAccount": {
    DetectorId: detector,
    Administrator: { AccountId: "444455556666", RelationshipStatus: "Enabled" },
  },
  "guardduty:DescribeOrganizationConfiguration": {
    DetectorId: detector,
    MemberAccountLimitReached: false,
    AutoEnableOrganizationMembers: "ALL",
    Features: [],
  },
  "guardduty:ListIPSets": { DetectorId: detector, IpSetIds: [listId] },
  "guardduty:GetIPSet": { DetectorId: detector, IpSetId: listId, ...guardDutyList },
  "guardduty:ListThreatIntelSets": { DetectorId: detector, ThreatIntelSetIds: [listId] },
  "guardduty:GetThreatIntelSet": { DetectorId: detector, ThreatIntelSetId: listId, ...guardDutyList },
  "guardduty:ListTrustedEntitySets": { DetectorId: detector, TrustedEntitySetIds: [listId] },
  "guardduty:GetTrustedEntitySet": { DetectorId: detector, TrustedEntitySetId: listId, ...guardDutyList },
  "guardduty:ListThreatEntitySets": { DetectorId: detector, ThreatEntitySetIds: [listId] },
  "guardduty:GetThreatEntitySet": { DetectorId: detector, ThreatEntitySetId: listId, ...guardDutyList },
  "guardduty:ListFilters": { DetectorId: detector, FilterNames: ["quiet"] },
  "guardduty:GetFilter": {
    DetectorId: detector,
    Name: "quiet",
    Action: "ARCHIVE",
    Rank: 1,
    FindingCriteria: { Criterion: {} },
  },
  "s3:GetObject": {
    Location: "s3://lists/partners.txt",
    Bucket: "lists",
    Key: "partners.txt",
    ContentLength: 11,
    Body: "192.0.2.0/24",
  },
  "organizations:ListRoots": {
    Roots: [{ Id: root, Arn: organization(`root/o-1/${root}`), Name: "Root", PolicyTypes: [] }],
  },
  "organizations:ListOrganizationalUnitsForParent": {
    ParentId: root,
    OrganizationalUnits: [{ Id: unit, Arn: organization(`ou/o-1/${unit}`), Name: "shops" }],
  },
  "organizations:ListAccountsForParent": {
    ParentId: unit,
    Accounts: [{ Id: account, Arn: organization(`account/o-1/${account}`), Name: "x", Status: "ACTIVE" }],
  },
  "organizations:ListDelegatedAdministrators": {
    DelegatedAdministrators: [
      {
        Id: account,
        Arn: organization(`account/o-1/${account}`),
        Name: "x",
        Status: "ACTIVE",
        DelegationEnabledDate: "2026-01-01T00:00:00Z",
      },
    ],
  },
  "organizations:ListPolicies": {
    Policies: [
      {
        Id: policy,
        Arn: organization(`policy/o-1/service_control_policy/${policy}`),
        Name: "no-firewall-changes",
        Type: "SERVICE_CONTROL_POLICY",
        AwsManaged: false,
      },
    ],
  },
  "organizations:DescribePolicy": {
    Policy: {
      PolicySummary: { Id: policy, Name: "no-firewall-changes", Type: "SERVICE_CONTROL_POLICY" },
      Content: '{"Version":"2012-10-17","Statement":[]}',
    },
  },
  "organizations:ListTargetsForPolicy": {
    PolicyId: policy,
    Targets: [{ TargetId: unit, Arn: organization(`ou/o-1/${unit}`), Name: "shops", Type: "ORGANIZATIONAL_UNIT" }],
  },
  "iam:GetAccountAuthorizationDetails": {
    UserDetailList: [],
    GroupDetailList: [],
    RoleDetailList: [
      {
        Path: "/",
        RoleName: "network",
        Arn: role,
        RolePolicyList: [
          {
            PolicyName: "p",
            PolicyDocument: { Statement: [{ Effect: "Allow", Action: "ec2:*", Resource: "*" }] },
          },
        ],
      },
    ],
    Policies: [],
  },
  "iam:ListSAMLProviders": { SAMLProviderList: [{ Arn: `arn:aws:iam::${account}:saml-provider/idp` }] },
  "iam:ListOpenIDConnectProviders": { OpenIDConnectProviderList: [{ Arn: oidcProvider }] },
  "iam:GetOpenIDConnectProvider": {
    OpenIDConnectProviderArn: oidcProvider,
    Url: "token.actions.githubusercontent.com",
    ClientIDList: ["sts.amazonaws.com"],
    ThumbprintList: [],
  },
  "iam:GetCredentialReport": {
    Content: Buffer.from(`user,arn,mfa_active\n<root_account>,arn:aws:iam::${account}:root,true`).toString("base64"),
    ReportFormat: "text/csv",
    GeneratedTime: "2026-01-01T00:00:00Z",
  },
  "iam:GetServiceLastAccessedDetails": {
    Arn: role,
    JobStatus: "COMPLETED",
    JobCreationDate: "2026-01-01T00:00:00Z",
    JobCompletionDate: "2026-01-01T00:00:01Z",
    ServicesLastAccessed: [{ ServiceName: "Amazon EC2", ServiceNamespace: "ec2", TotalAuthenticatedEntities: 0 }],
    IsTruncated: false,
  },
  "sso:ListInstances": {
    Instances: [{ InstanceArn: instance, IdentityStoreId: "d-1234567890", OwnerAccountId: account }],
  },
  "sso:ListPermissionSets": { PermissionSets: [permissionSet] },
  "sso:DescribePermissionSet": { PermissionSet: { Name: "Admin", PermissionSetArn: permissionSet } },
  "sso:GetInlinePolicyForPermissionSet": { PermissionSetArn: permissionSet, InlinePolicy: "" },
  "sso:ListManagedPoliciesInPermissionSet": {
    PermissionSetArn: permissionSet,
    AttachedManagedPolicies: [{ Name: "ReadOnlyAccess", Arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
  },
  "sso:ListCustomerManagedPolicyReferencesInPermissionSet": {
    PermissionSetArn: permissionSet,
    CustomerManagedPolicyReferences: [{ Name: "net", Path: "/" }],
  },
  "sso:GetPermissionsBoundaryForPermissionSet": {
    PermissionSetArn: permissionSet,
    PermissionsBoundary: { ManagedPolicyArn: "arn:aws:iam::aws:policy/PowerUserAccess" },
  },
  "sso:ListAccountsForProvisionedPermissionSet": { PermissionSetArn: permissionSet, AccountIds: [account] },
  "sso:ListAccountAssignments": {
    AccountAssignments: [
      { AccountId: account, PermissionSetArn: permissionSet, PrincipalType: "GROUP", PrincipalId: "g-1" },
    ],
  },
  "identitystore:ListUsers": {
    Users: [
      { IdentityStoreId: "d-1234567890", UserId: "u-1", UserName: "ada", Emails: [{ Value: "ada@example.com" }] },
    ],
  },
  "identitystore:ListGroups": {
    Groups: [{ IdentityStoreId: "d-1234567890", GroupId: "g-1", DisplayName: "network" }],
  },
  "identitystore:ListGroupMemberships": {
    GroupMemberships: [
      { IdentityStoreId: "d-1234567890", MembershipId: "m-1", GroupId: "g-1", MemberId: { UserId: "u-1" } },
    ],
  },
  "lambda:ListFunctions": {
    Functions: [
      {
        FunctionName: "f",
        FunctionArn: arn("lambda", "function:f"),
        Role: role,
        Environment: { Variables: { PASSWORD: "s3cret" } },
      },
    ],
  },
  "ecs:ListClusters": { clusterArns: [cluster] },
  "ecs:ListTasks": { taskArns: [task] },
  "ecs:DescribeTasks": {
    tasks: [{ taskArn: task, clusterArn: cluster, taskDefinitionArn: taskDefinition, overrides: {} }],
    failures: [],
  },
  "ecs:DescribeTaskDefinition": {
    taskDefinition: { taskDefinitionArn: taskDefinition, taskRoleArn: role, containerDefinitions: [] },
    tags: [],
  },
  "cloudformation:DescribeStacks": {
    Stacks: [
      {
        StackId: arn("cloudformation", "stack/s/1"),
        StackName: "s",
        StackStatus: "CREATE_COMPLETE",
        Parameters: [{ ParameterKey: "p", ParameterValue: "s3cret" }],
      },
    ],
  },
  "codebuild:ListProjects": { projects: ["build"] },
  "codebuild:BatchGetProjects": {
    projects: [{ name: "build", arn: arn("codebuild", "project/build"), serviceRole: role }],
    projectsNotFound: [],
  },
};

/** What else it takes to answer everything that the samples give to ask: what lies in the unit, and what there is none of. */
export const furtherSamples: readonly Json[] = [
  { ParentId: unit, OrganizationalUnits: [] },
  { ParentId: root, Accounts: [] },
  { Filter: "RESOURCE_CONTROL_POLICY", Policies: [] },
];

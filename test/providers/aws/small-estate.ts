import type { AwsIdentities, IdentityCenterEstate, OrganizationTree } from "../../../lab/estate-identity.ts";
import type { AwsAccount, AwsEstate, AwsRegionEstate } from "../../../lab/estate.ts";

export const management = "111111111111";
export const member = "222222222222";
export const suspended = "333333333333";
export const stranger = "999999999999";

const arn = (service: string, rest: string): string => `arn:aws:${service}:us-east-1:${management}:${rest}`;
const three = [1, 2, 3] as const;
const loadBalancer = (n: number): string =>
  arn("elasticloadbalancing", `loadbalancer/app/web-${n}/000000000000000${n}`);
const targetGroup = (n: number): string => arn("elasticloadbalancing", `targetgroup/web-${n}/000000000000000${n}`);
const createdAt = new Date("2025-01-02T03:04:05Z");

const allow = (...actions: readonly string[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });
const trust = '{"Version":"2012-10-17","Statement":[]}';
const iamArn = (rest: string): string => `arn:aws:iam::${management}:${rest}`;
const usesOf = (...services: readonly string[]) =>
  services.map((ServiceNamespace) => ({ ServiceNamespace, ServiceName: `Service ${ServiceNamespace}` }));

/** One principal who can change firewalls, one who cannot, one of each kind; documents percent-encoded, as the API gives them. */
export const smallIdentities: AwsIdentities = {
  UserDetailList: three.map((n) => ({
    Path: "/",
    UserName: `user-${n}`,
    UserId: `AIDA${n}`,
    Arn: iamArn(`user/user-${n}`),
    CreateDate: createdAt,
    GroupList: n === 1 ? ["group-1"] : [],
    UserPolicyList:
      n === 2 ? [{ PolicyName: "reads", PolicyDocument: encodeURIComponent(allow("ec2:Describe*")) }] : [],
    AttachedManagedPolicies: [],
  })),
  GroupDetailList: [
    {
      GroupName: "group-1",
      Arn: iamArn("group/group-1"),
      GroupPolicyList: [{ PolicyName: "net", PolicyDocument: encodeURIComponent(allow("ec2:*")) }],
      AttachedManagedPolicies: [],
    },
  ],
  RoleDetailList: three.map((n) => ({
    Path: n === 3 ? "/aws-service-role/ec2.amazonaws.com/" : "/",
    RoleName: `role-${n}`,
    Arn: iamArn(`role/role-${n}`),
    AssumeRolePolicyDocument: encodeURIComponent(trust),
    InstanceProfileList: [],
    RolePolicyList: [],
    AttachedManagedPolicies: n === 2 ? [] : [{ PolicyName: "net", PolicyArn: iamArn("policy/net") }],
  })),
  Policies: [
    {
      PolicyName: "net",
      Arn: iamArn("policy/net"),
      DefaultVersionId: "v2",
      PolicyVersionList: [
        { VersionId: "v2", IsDefaultVersion: true, Document: encodeURIComponent(allow("guardduty:*")) },
        { VersionId: "v1", IsDefaultVersion: false, Document: encodeURIComponent(allow("s3:GetObject")) },
      ],
    },
  ],
  SAMLProviderList: three.map((n) => ({ Arn: iamArn(`saml-provider/saml-${n}`) })),
  OpenIDConnectProviders: three.map((n) => ({
    Arn: iamArn(`oidc-provider/issuer-${n}.example`),
    Url: `issuer-${n}.example`,
    ClientIDList: ["sts.amazonaws.com"],
  })),
  CredentialReport: { "user-1": { access_key_1_active: "true" } },
  ServicesLastAccessed: {
    [iamArn("user/user-1")]: usesOf("ec2", "wafv2", "guardduty", "dynamodb"),
    [iamArn("role/role-1")]: usesOf("guardduty"),
  },
};

const organizationArn = (rest: string): string => `arn:aws:organizations::${management}:${rest}`;
const controlPolicy = (id: string, type: "SERVICE_CONTROL_POLICY" | "RESOURCE_CONTROL_POLICY") => ({
  PolicySummary: { Id: id, Arn: organizationArn(`policy/o-example/${id}`), Name: id, Type: type, AwsManaged: false },
  Content: allow("*"),
  targets: three.map((n) => ({ TargetId: `ou-${n}`, Type: "ORGANIZATIONAL_UNIT" as const, Name: `unit-${n}` })),
});

/** Units three deep, with an account in each of two. */
const tree: OrganizationTree = {
  root: { Id: "r-1", Arn: organizationArn("root/o-example/r-1"), Name: "Root" },
  units: [
    { Id: "ou-1", Name: "unit-1", parent: "r-1" },
    { Id: "ou-2", Name: "unit-2", parent: "ou-1" },
    { Id: "ou-3", Name: "unit-3", parent: "ou-2" },
  ],
  placement: { [member]: "ou-3", [suspended]: "ou-1" },
  policies: [
    controlPolicy("p-1", "SERVICE_CONTROL_POLICY"),
    controlPolicy("p-2", "SERVICE_CONTROL_POLICY"),
    controlPolicy("p-3", "SERVICE_CONTROL_POLICY"),
    controlPolicy("p-4", "RESOURCE_CONTROL_POLICY"),
  ],
  delegatedAdministrators: [{ Id: stranger, Name: "security" }],
};

const permissionSet = (n: number): string => `arn:aws:sso:::permissionSet/ssoins-1/ps-${n}`;

const identityCenter: IdentityCenterEstate = {
  InstanceArn: "arn:aws:sso:::instance/ssoins-1",
  IdentityStoreId: "d-1",
  permissionSets: three.map((n) => ({
    PermissionSet: { Name: `set-${n}`, PermissionSetArn: permissionSet(n), CreatedDate: createdAt },
    InlinePolicy: allow("ec2:*"),
    AttachedManagedPolicies: [{ Name: "ReadOnlyAccess", Arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
    CustomerManagedPolicyReferences: [{ Name: "net", Path: "/" }],
    ...(n === 1 ? { PermissionsBoundary: { ManagedPolicyArn: "arn:aws:iam::aws:policy/PowerUserAccess" } } : {}),
    assignments: [
      { AccountId: management, PrincipalType: "GROUP", PrincipalId: "group-1" },
      { AccountId: member, PrincipalType: "USER", PrincipalId: "person-1" },
    ],
  })),
  users: three.map((n) => ({
    IdentityStoreId: "d-1",
    UserId: `person-${n}`,
    UserName: `person-${n}@example.com`,
    PhoneNumbers: [{ Value: "+1 555 0100" }],
  })),
  groups: three.map((n) => ({ IdentityStoreId: "d-1", GroupId: `group-${n}`, DisplayName: `Group ${n}` })),
  memberships: three.map((n) => ({
    IdentityStoreId: "d-1",
    MembershipId: `membership-${n}`,
    GroupId: n === 3 ? "group-2" : "group-1",
    MemberId: { UserId: `person-${n}` },
  })),
};

const cluster = arn("ecs", "cluster/web");

/** What carries an identity, with secrets where people leave them. */
const workloads: AwsRegionEstate = {
  Functions: three.map((n) => ({
    FunctionName: `function-${n}`,
    FunctionArn: arn("lambda", `function:function-${n}`),
    Role: iamArn(`role/role-${n}`),
    Environment: { Variables: { PASSWORD: "s3cret-lambda" } },
  })),
  Tasks: three.map((n) => ({
    taskArn: arn("ecs", `task/web/task-${n}`),
    clusterArn: cluster,
    taskDefinitionArn: arn("ecs", `task-definition/web:${n}`),
    overrides: {
      taskRoleArn: iamArn("role/role-1"),
      containerOverrides: [{ environment: [{ name: "PASSWORD", value: "s3cret-task" }] }],
    },
  })),
  TaskDefinitions: three.map((n) => ({
    taskDefinitionArn: arn("ecs", `task-definition/web:${n}`),
    taskRoleArn: iamArn(`role/role-${n}`),
    containerDefinitions: [{ environment: [{ name: "PASSWORD", value: "s3cret-definition" }] }],
  })),
  Stacks: three.map((n) => ({
    StackName: `stack-${n}`,
    StackStatus: "CREATE_COMPLETE",
    CreationTime: createdAt,
    RoleARN: iamArn("role/role-1"),
    Parameters: [{ ParameterKey: "Password", ParameterValue: "s3cret-stack" }],
  })),
  Projects: three.map((n) => ({
    name: `project-${n}`,
    serviceRole: iamArn("role/role-1"),
    environment: {
      type: "LINUX_CONTAINER",
      image: "image",
      computeType: "BUILD_GENERAL1_SMALL",
      environmentVariables: [{ name: "PASSWORD", value: "s3cret-project" }],
    },
  })),
};

/** Something for every operation, three of whatever is listed, so that a page size of two gives two pages. */
const everything: AwsRegionEstate = {
  ...workloads,
  IdentityCenter: identityCenter,
  Vpcs: three.map((n) => ({ VpcId: `vpc-${n}`, OwnerId: management, CidrBlock: `10.${n}.0.0/16`, State: "available" })),
  Subnets: three.map((n) => ({ SubnetId: `subnet-${n}`, VpcId: `vpc-${n}`, CidrBlock: `10.${n}.1.0/24` })),
  SecurityGroups: three.map((n) => ({
    GroupId: `sg-${n}`,
    GroupName: `group-${n}`,
    Description: "<&> é",
    OwnerId: management,
    VpcId: `vpc-${n}`,
    IpPermissions: [
      {
        IpProtocol: "tcp",
        FromPort: 22,
        ToPort: 22,
        IpRanges: [{ CidrIp: "0.0.0.0/0" }],
        Ipv6Ranges: [],
        PrefixListIds: [],
        UserIdGroupPairs: [],
      },
    ],
    IpPermissionsEgress: [],
  })),
  SecurityGroupVpcAssociations: [{ GroupId: "sg-1", VpcId: "vpc-2", GroupOwnerId: management, State: "associated" }],
  StaleSecurityGroupSet: [{ GroupId: "sg-3", GroupName: "group-3", VpcId: "vpc-3" }],
  NetworkAcls: three.map((n) => ({ NetworkAclId: `acl-${n}`, VpcId: `vpc-${n}`, IsDefault: true, Entries: [] })),
  NetworkInterfaces: three.map((n) => ({ NetworkInterfaceId: `eni-${n}`, VpcId: `vpc-${n}`, SubnetId: `subnet-${n}` })),
  Reservations: three.map((n) => ({
    ReservationId: `r-${n}`,
    OwnerId: management,
    Instances: [{ InstanceId: `i-${n}`, LaunchTime: createdAt }],
  })),
  RouteTables: three.map((n) => ({ RouteTableId: `rtb-${n}`, VpcId: `vpc-${n}`, Routes: [] })),
  InternetGateways: three.map((n) => ({ InternetGatewayId: `igw-${n}`, Attachments: [{ VpcId: `vpc-${n}` }] })),
  EgressOnlyInternetGateways: [{ EgressOnlyInternetGatewayId: "eigw-1" }],
  NatGateways: [{ NatGatewayId: "nat-1", VpcId: "vpc-1", State: "available" }],
  Addresses: [{ AllocationId: "eipalloc-1", PublicIp: "198.51.100.7", Domain: "vpc" }],
  VpcPeeringConnections: [{ VpcPeeringConnectionId: "pcx-1" }],
  TransitGateways: [{ TransitGatewayId: "tgw-1", State: "available" }],
  TransitGatewayAttachments: [{ TransitGatewayAttachmentId: "tgw-attach-1", TransitGatewayId: "tgw-1" }],
  TransitGatewayVpcAttachments: [{ TransitGatewayAttachmentId: "tgw-attach-1", TransitGatewayId: "tgw-1" }],
  VpcEndpoints: [{ VpcEndpointId: "vpce-1", VpcId: "vpc-1" }],
  PrefixLists: three.map((n) => ({
    PrefixListId: `pl-${n}`,
    PrefixListName: `list-${n}`,
    OwnerId: management,
    Entries: three.slice(0, n).map((m) => ({ Cidr: `192.0.${n}.${m}/32` })),
  })),
  VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: "off", ManagedBy: "account" },
  VpcBlockPublicAccessExclusions: [{ ExclusionId: "vpcbpa-exclude-1", InternetGatewayExclusionMode: "allow-egress" }],
  FlowLogs: three.map((n) => ({ FlowLogId: `fl-${n}`, ResourceId: `vpc-${n}` })),
  LoadBalancerDescriptions: [{ LoadBalancerName: "classic", DNSName: "classic.example", CreatedTime: createdAt }],
  LoadBalancers: three.map((n) => ({
    LoadBalancerArn: loadBalancer(n),
    LoadBalancerName: `web-${n}`,
    Type: "application",
  })),
  Listeners: three.map((n) => ({
    LoadBalancerArn: loadBalancer(n),
    ListenerArn: arn("elasticloadbalancing", `listener/app/web-${n}/000000000000000${n}/0000000000000001`),
    Port: 443,
  })),
  Rules: Object.fromEntries(
    three.map((n) => {
      const listener = arn("elasticloadbalancing", `listener/app/web-${n}/000000000000000${n}/0000000000000001`);
      const ruleArn = `${listener.replace(":listener/", ":listener-rule/")}/0000000000000002`;
      return [listener, [{ RuleArn: ruleArn, Priority: "1", Actions: [], Conditions: [], IsDefault: false }]];
    }),
  ),
  TargetGroups: three.map((n) => ({ TargetGroupArn: targetGroup(n), TargetGroupName: `web-${n}`, Port: 8443 })),
  TargetHealth: Object.fromEntries(three.map((n) => [targetGroup(n), [{ Target: { Id: `i-${n}`, Port: 8443 } }]])),
  Firewalls: three.map((n) => ({
    UpdateToken: "token",
    Firewall: {
      FirewallName: `firewall-${n}`,
      FirewallArn: arn("network-firewall", `firewall/firewall-${n}`),
      FirewallId: `firewall-${n}`,
      FirewallPolicyArn: arn("network-firewall", "firewall-policy/policy-1"),
      VpcId: "vpc-1",
      SubnetMappings: [{ SubnetId: "subnet-1" }],
    },
  })),
  FirewallPolicies: [
    {
      UpdateToken: "token",
      FirewallPolicyResponse: {
        FirewallPolicyName: "policy-1",
        FirewallPolicyArn: arn("network-firewall", "firewall-policy/policy-1"),
        FirewallPolicyId: "policy-1",
      },
      FirewallPolicy: { StatelessDefaultActions: ["aws:pass"], StatelessFragmentDefaultActions: ["aws:drop"] },
    },
  ],
  RuleGroups: [
    {
      UpdateToken: "token",
      RuleGroupResponse: {
        RuleGroupName: "rules-1",
        RuleGroupArn: arn("network-firewall", "stateful-rulegroup/rules-1"),
        RuleGroupId: "rules-1",
      },
      RuleGroup: { RulesSource: { RulesString: "pass tcp any any -> any any (sid:1;)" } },
    },
  ],
  Detectors: [
    {
      DetectorId: "detector1",
      ServiceRole: "role",
      Status: "ENABLED",
      IpSets: three.map((n) => ({
        IpSetId: `ipset${n}`,
        Name: `trusted-${n}`,
        Format: "TXT",
        Status: "ACTIVE",
        Location: n === 3 ? "https://strangers-bucket.s3.amazonaws.com/list.txt" : `s3://own-bucket/list-${n}.txt`,
      })),
      ThreatIntelSets: [
        {
          ThreatIntelSetId: "threat1",
          Name: "threats",
          Format: "TXT",
          Status: "ACTIVE",
          Location: "https://s3.amazonaws.com/own-bucket/empty.txt",
        },
      ],
      TrustedEntitySets: [
        {
          TrustedEntitySetId: "trusted1",
          Name: "trusted entities",
          Format: "TXT",
          Status: "INACTIVE",
          Location: "s3://own-bucket/list-1.txt",
        },
      ],
      ThreatEntitySets: [
        {
          ThreatEntitySetId: "entity1",
          Name: "threat entities",
          Format: "TXT",
          Status: "ACTIVE",
          Location: "s3://other-region-bucket/list.txt",
        },
      ],
      Filters: three.map((n) => ({
        Name: `filter-${n}`,
        Action: "ARCHIVE",
        FindingCriteria: { Criterion: { type: { Eq: ["Recon:EC2/PortProbeUnprotectedPort"] } } },
      })),
      OrganizationConfiguration: { AutoEnable: true, MemberAccountLimitReached: false },
    },
  ],
};

const accounts: readonly AwsAccount[] = [
  { id: management, name: "management", identities: smallIdentities, regions: { "us-east-1": everything } },
  {
    id: member,
    name: "member",
    roles: [{ name: "auditor", trusts: [management], externalId: "ext-1" }],
    regions: {
      "us-east-1": { Vpcs: [{ VpcId: "vpc-9", OwnerId: member }] },
      "eu-west-1": {
        Detectors: [{ DetectorId: "detector2", ServiceRole: "role", Status: "ENABLED" }],
      },
    },
  },
  { id: suspended, name: "suspended", status: "SUSPENDED", regions: {} },
];

/** Two accounts of an organization with a third that is suspended, two Regions and a third that is off. */
export const smallEstate: AwsEstate = {
  organization: { Id: "o-example", MasterAccountId: management },
  organizationTree: tree,
  regions: [
    { name: "us-east-1", optIn: "opt-in-not-required" },
    { name: "eu-west-1", optIn: "opted-in" },
    { name: "ap-east-1", optIn: "not-opted-in" },
  ],
  accounts,
  buckets: {
    "own-bucket": {
      owner: management,
      region: "us-east-1",
      objects: {
        "list-1.txt": { body: "192.0.2.1\n" },
        "list-2.txt": { body: "192.0.2.2\n" },
        "empty.txt": { body: "" },
      },
    },
    "other-region-bucket": {
      owner: member,
      region: "eu-west-1",
      readers: [management],
      objects: { "list.txt": { body: "example.com\n" } },
    },
    "strangers-bucket": {
      owner: stranger,
      region: "us-east-1",
      readers: ["*"],
      objects: { "list.txt": { body: "0.0.0.0/0\n" } },
    },
  },
};

import type * as CloudFormation from "@aws-sdk/client-cloudformation";
import type * as CodeBuild from "@aws-sdk/client-codebuild";
import type * as Ec2 from "@aws-sdk/client-ec2";
import type * as Ecs from "@aws-sdk/client-ecs";
import type * as Elb from "@aws-sdk/client-elastic-load-balancing";
import type * as ElbV2 from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as GuardDuty from "@aws-sdk/client-guardduty";
import type * as Lambda from "@aws-sdk/client-lambda";
import type * as NetworkFirewall from "@aws-sdk/client-network-firewall";
import type * as Organizations from "@aws-sdk/client-organizations";
import type { AwsIdentities, IdentityCenterEstate, OrganizationTree } from "./estate-identity.ts";

/**
 * What the loopback AWS holds. Records stand in the SDK's own member names and are answered verbatim; what the API derives
 * from them (rule ids, lists of names, who owns a bucket) the lab derives too.
 */
export interface AwsEstate {
  /** The organization; absent when the accounts stand alone. */
  readonly organization?: Organizations.Organization;
  /** How its accounts hang together and what limits them; absent: all below one root, limited by nothing but what AWS itself attaches. */
  readonly organizationTree?: OrganizationTree;
  /** Every Region the partition has, with its state for accounts that say nothing else. */
  readonly regions: readonly AwsRegion[];
  readonly accounts: readonly AwsAccount[];
  /** S3 buckets of the accounts above and of strangers, by name: the namespace is global. */
  readonly buckets?: Readonly<Record<string, AwsBucket>>;
}

/** A Region as DescribeRegions tells it. */
export interface AwsRegion {
  readonly name: string;
  readonly optIn: "opt-in-not-required" | "opted-in" | "not-opted-in";
}

/** An account, with what lies in each of its Regions. A Region it does not mention is empty. */
export interface AwsAccount {
  /** Twelve digits. */
  readonly id: string;
  /** Its name in the organization, which serves as the profile's name too. */
  readonly name: string;
  readonly email?: string;
  readonly status?: Organizations.AccountStatus;
  /** False for an account that is not in the organization: a stranger. */
  readonly inOrganization?: boolean;
  readonly joinedAt?: Date;
  readonly roles?: readonly AwsRole[];
  /** Opt-in states that differ from the partition's, by Region. */
  readonly optIns?: Readonly<Record<string, AwsRegion["optIn"]>>;
  /** Denied to the account's own long-lived keys: `ec2:DescribeNetworkAcls`, `guardduty:*`. */
  readonly denies?: readonly string[];
  /** Users, groups, roles and policies; absent: none. */
  readonly identities?: AwsIdentities;
  readonly regions: Readonly<Record<string, AwsRegionEstate>>;
}

/** A role that may be assumed. */
export interface AwsRole {
  readonly name: string;
  /** Accounts that its trust policy names; absent means every account of the estate. */
  readonly trusts?: readonly string[];
  /** Issuers of web identities that it trusts; absent means none. */
  readonly trustsIssuers?: readonly string[];
  /** The external id that its trust policy asks for. */
  readonly externalId?: string;
  /** Denied to its sessions: `ec2:DescribeNetworkAcls`, `guardduty:*`. */
  readonly denies?: readonly string[];
}

/** An S3 bucket. */
export interface AwsBucket {
  /** The account that owns it; it need not be in the estate. */
  readonly owner: string;
  readonly region: string;
  readonly createdAt?: Date;
  /** Accounts beside the owner that may read it; `*` is everyone. */
  readonly readers?: readonly string[];
  readonly objects?: Readonly<Record<string, AwsObject>>;
}

/** An S3 object. */
interface AwsObject {
  readonly body: string | Uint8Array;
  readonly contentType?: string;
  readonly lastModified?: Date;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What lies in one Region of an account, by the member name of the answer that lists it. */
export interface AwsRegionEstate {
  readonly Vpcs?: readonly Ec2.Vpc[];
  readonly Subnets?: readonly Ec2.Subnet[];
  readonly RouteTables?: readonly Ec2.RouteTable[];
  readonly InternetGateways?: readonly InternetGatewayEstate[];
  readonly EgressOnlyInternetGateways?: readonly Ec2.EgressOnlyInternetGateway[];
  readonly NatGateways?: readonly Ec2.NatGateway[];
  readonly Addresses?: readonly Ec2.Address[];
  readonly NetworkAcls?: readonly Ec2.NetworkAcl[];
  /** DescribeSecurityGroupRules is derived from these, with rule ids that stay the same from run to run. */
  readonly SecurityGroups?: readonly Ec2.SecurityGroup[];
  readonly SecurityGroupVpcAssociations?: readonly Ec2.SecurityGroupVpcAssociation[];
  readonly StaleSecurityGroupSet?: readonly Ec2.StaleSecurityGroup[];
  readonly NetworkInterfaces?: readonly NetworkInterfaceEstate[];
  readonly Reservations?: readonly Ec2.Reservation[];
  readonly VpcPeeringConnections?: readonly Ec2.VpcPeeringConnection[];
  readonly TransitGateways?: readonly Ec2.TransitGateway[];
  readonly TransitGatewayAttachments?: readonly Ec2.TransitGatewayAttachment[];
  readonly TransitGatewayVpcAttachments?: readonly Ec2.TransitGatewayVpcAttachment[];
  readonly VpcEndpoints?: readonly VpcEndpointEstate[];
  /** The account's own prefix lists, those shared with it, and AWS's. */
  readonly PrefixLists?: readonly ManagedPrefixListEstate[];
  readonly VpcBlockPublicAccessOptions?: Ec2.VpcBlockPublicAccessOptions;
  readonly VpcBlockPublicAccessExclusions?: readonly Ec2.VpcBlockPublicAccessExclusion[];
  readonly FlowLogs?: readonly Ec2.FlowLog[];
  /** Classic load balancers. */
  readonly LoadBalancerDescriptions?: readonly Elb.LoadBalancerDescription[];
  /** Application, Network and Gateway Load Balancers. */
  readonly LoadBalancers?: readonly ElbV2.LoadBalancer[];
  readonly Listeners?: readonly ElbV2.Listener[];
  /** Listener rules by the listener's ARN. */
  readonly Rules?: Readonly<Record<string, readonly ElbV2.Rule[]>>;
  readonly TargetGroups?: readonly ElbV2.TargetGroup[];
  /** Attributes that differ from the default ones, by the target group's ARN. */
  readonly TargetGroupAttributes?: Readonly<Record<string, readonly ElbV2.TargetGroupAttribute[]>>;
  /** Target health by the target group's ARN. */
  readonly TargetHealth?: Readonly<Record<string, readonly ElbV2.TargetHealthDescription[]>>;
  readonly Firewalls?: readonly Answer<NetworkFirewall.DescribeFirewallCommandOutput>[];
  readonly FirewallPolicies?: readonly Answer<NetworkFirewall.DescribeFirewallPolicyCommandOutput>[];
  readonly RuleGroups?: readonly Answer<NetworkFirewall.DescribeRuleGroupCommandOutput>[];
  readonly Detectors?: readonly DetectorEstate[];
  /** The instance of IAM Identity Center that lives here; the other members of the organization see that it is there. */
  readonly IdentityCenter?: IdentityCenterEstate;
  readonly Functions?: readonly Lambda.FunctionConfiguration[];
  /** Running tasks of Amazon ECS; their clusters are those that they name. */
  readonly Tasks?: readonly Ecs.Task[];
  readonly TaskDefinitions?: readonly Ecs.TaskDefinition[];
  readonly Stacks?: readonly CloudFormation.Stack[];
  /** Projects of AWS CodeBuild. */
  readonly Projects?: readonly CodeBuild.Project[];
}

/*
 * Three records of EC2 hold values that the SDK's enumerations do not list, or spell in another way than the API does:
 * an internet gateway's attachment is `available`, a NAT gateway's interface `nat_gateway`, an endpoint `available`.
 */

/** An internet gateway as the API answers it. */
export interface InternetGatewayEstate extends Omit<Ec2.InternetGateway, "Attachments"> {
  readonly Attachments?: readonly { readonly State?: string; readonly VpcId?: string | undefined }[];
}

/** A network interface as the API answers it. */
export interface NetworkInterfaceEstate extends Omit<Ec2.NetworkInterface, "InterfaceType"> {
  readonly InterfaceType?: string;
}

/** A VPC endpoint as the API answers it. */
interface VpcEndpointEstate extends Omit<Ec2.VpcEndpoint, "State"> {
  readonly State?: string;
}

/** A prefix list with its entries. */
export interface ManagedPrefixListEstate extends Ec2.ManagedPrefixList {
  readonly Entries: readonly Ec2.PrefixListEntry[];
}

/** A GuardDuty detector with everything that hangs on it, by the name of its list. */
export interface DetectorEstate extends Answer<GuardDuty.GetDetectorCommandOutput> {
  readonly DetectorId: string;
  readonly IpSets?: readonly ({ readonly IpSetId: string } & Answer<GuardDuty.GetIPSetCommandOutput>)[];
  readonly ThreatIntelSets?: readonly ({
    readonly ThreatIntelSetId: string;
  } & Answer<GuardDuty.GetThreatIntelSetCommandOutput>)[];
  readonly TrustedEntitySets?: readonly ({
    readonly TrustedEntitySetId: string;
  } & Answer<GuardDuty.GetTrustedEntitySetCommandOutput>)[];
  readonly ThreatEntitySets?: readonly ({
    readonly ThreatEntitySetId: string;
  } & Answer<GuardDuty.GetThreatEntitySetCommandOutput>)[];
  readonly Filters?: readonly Answer<GuardDuty.GetFilterCommandOutput>[];
  /** The administrator account; absent when the account manages itself. */
  readonly Administrator?: GuardDuty.Administrator;
  readonly Members?: readonly GuardDuty.Member[];
  /** Only the delegated administrator of an organization has one; others are told that they may not ask. */
  readonly OrganizationConfiguration?: Answer<GuardDuty.DescribeOrganizationConfigurationCommandOutput>;
}

/** An answer of the SDK without what the SDK itself adds. */
type Answer<Output> = Omit<Output, "$metadata" | "NextToken">;

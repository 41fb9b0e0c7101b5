import type { ResourceRef } from "../../model/resource.ts";
import type { Extent } from "../../network/filter.ts";

/**
 * VPC block public access of one account and Region.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html
 */
export interface PublicAccessBlock {
  /** The account and Region (type `aws:account-region`). */
  readonly resource: ResourceRef;
  /** `unknown`: the answer does not say, or says something that the vendor does not document. */
  readonly mode: "off" | "block-bidirectional" | "block-ingress" | "unknown";
  /** Null when the account itself sets it; otherwise what manages it (`declarative-policy`: AWS Organizations). */
  readonly managedBy: string | null;
}

/** A VPC or subnet that block public access leaves out. It may exist while the mode is off. */
export interface PublicAccessExclusion {
  readonly resource: ResourceRef;
  /** The VPC or subnet it opens: the ARN. */
  readonly opens: string;
  /** `unknown`: the answer does not say, or says something that the vendor does not document. */
  readonly mode: "allow-bidirectional" | "allow-egress" | "unknown";
  /** The vendor's state: `create-complete`, `update-in-progress`, `delete-complete`, ... */
  readonly state: string;
}

/**
 * Who owns the bucket that a list's file lies in: an account of the scan or its organization, someone outside those
 * (by account id where GuardDuty was told whom to expect), nobody because there is no such bucket, or nobody knows.
 */
export type BucketOwner =
  | { readonly kind: "ours"; readonly account: string }
  | { readonly kind: "outside"; readonly account: string | null }
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly missing: string };

/** An Amazon GuardDuty list: an IP or entity list, trusted or of threats, whose content is a file in S3. */
export interface ThreatDetectionList {
  readonly resource: ResourceRef;
  readonly purpose: "trusted" | "threat";
  readonly holds: "addresses" | "entities";
  /** The vendor's state: `ACTIVE`, `INACTIVE`, `ACTIVATING`, `ERROR`, ... */
  readonly status: string;
  /** What the vendor says about an `ERROR`; null where it says nothing. */
  readonly statusDetails: string | null;
  /** Where the file lies, as the vendor gives it. */
  readonly location: string;
  readonly format: string;
  readonly bucket: BucketOwner;
  /** Whether S3 says that the file does not exist; false too where nobody could say. */
  readonly fileIsGone: boolean;
  /** The addresses in the file as it is now; must/may and what is missing where it could not be read whole. */
  readonly content: Extent;
  /** Lines of the file that hold no IPv4 address (domains of an entity list, IPv6, broken lines). */
  readonly otherEntries: number;
}

/** A GuardDuty filter. With the action ARCHIVE its findings reach neither EventBridge nor Security Hub. */
export interface ThreatDetectionFilter {
  readonly resource: ResourceRef;
  /** `ARCHIVE` or `NOOP` (a saved search); other text where the source says something else. */
  readonly action: string;
  readonly description: string | null;
  /**
   * The criteria by field: `{ "type": { "Eq": ["Recon:EC2/PortProbeUnprotectedPort"] } }`; empty means every finding, null that they
   * could not be understood. All of them must hold for a finding to match.
   */
  readonly criteria: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> | null;
}

/**
 * Who manages a detector, for in a member account the administrator's lists and suppression rules apply.
 * - `self`: nobody but its own account (the administrator account itself included).
 * - `scanned`: an administrator whose detector in this Region is in the same scan, where its lists and filters are judged.
 * - `unseen`: an administrator whose detector in this Region is not in the scan.
 * - `unread`: whether there is an administrator could not be read.
 * https://docs.aws.amazon.com/guardduty/latest/ug/administrator_member_relationships.html
 */
export type ThreatDetectionAdministration =
  | { readonly kind: "self" }
  | { readonly kind: "scanned"; readonly account: string }
  | { readonly kind: "unseen"; readonly account: string }
  | { readonly kind: "unread" };

/** Amazon GuardDuty in one account and Region where it is offered. */
export interface ThreatDetection {
  /** The detector; where none is known, the account and Region themselves (type `aws:account-region`). */
  readonly resource: ResourceRef;
  readonly status: "enabled" | "suspended" | "absent" | "unknown";
  readonly administration: ThreatDetectionAdministration;
  /** Lists of this detector; those that a member only shows because its scanned administrator has them are left out. */
  readonly lists: readonly ThreatDetectionList[];
  readonly filters: readonly ThreatDetectionFilter[];
}

/** How packets between one subnet and the internet are routed, as seen from the AWS Network Firewall of its VPC. */
export interface InspectedSubnet {
  readonly resource: ResourceRef;
  /** The route table the subnet uses. */
  readonly table: ResourceRef;
  /** Internet addresses to which the subnet's packets leave without passing the firewall. */
  readonly outboundPast: Extent;
  /** What takes them there: the internet gateway, egress-only gateway or NAT gateway; ids. */
  readonly outboundBy: readonly string[];
  /** The destinations, as written, of the table's routes to these: CIDR blocks and prefix list ids. */
  readonly outboundRoutes: readonly string[];
  /** The subnet's own addresses that packets from the internet get to without passing the firewall; empty where none do, or none come in at all. */
  readonly inboundPast: Extent;
  /** The internet gateways they come from; ids. */
  readonly inboundBy: readonly string[];
  /** The firewall's endpoint to route through: the one in the subnet's own zone where there is one. */
  readonly endpoint: string | null;
}

/** An AWS Network Firewall and how the subnets of its VPC are routed around or through it. */
export interface NetworkFirewall {
  readonly resource: ResourceRef;
  /** Null for a firewall that is attached to a transit gateway and not to a VPC. */
  readonly network: string | null;
  /** Every subnet of the VPC but those of the firewall's own endpoints and those that hold nothing but NAT gateways. */
  readonly subnets: readonly InspectedSubnet[];
  /** What could not be read as a whole; whether anything goes round the firewall is then not known. */
  readonly missing: readonly string[];
}

/** What only AWS has: the controls that the checks in checks/aws ask about. */
export interface AwsControls {
  readonly publicAccessBlocks: readonly PublicAccessBlock[];
  readonly publicAccessExclusions: readonly PublicAccessExclusion[];
  readonly threatDetection: readonly ThreatDetection[];
  readonly networkFirewalls: readonly NetworkFirewall[];
}

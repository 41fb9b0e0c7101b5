import { UsageError } from "../../model/error.ts";
import type { AwsOperation } from "./operation.ts";
import { awsOperations, findAwsOperation } from "./operations.ts";
import { roleArnFor } from "./role-arn.ts";
import { parseS3Location } from "./s3-location.ts";

/** A statement of an IAM policy. */
export interface IamStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
}

/** An IAM identity policy. */
export interface IamPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly IamStatement[];
}

/** The least that Rampart needs on AWS. */
export interface AwsPermissions {
  readonly policy: IamPolicy;
  /** What each statement is for, and what is lost without those that were left out: lines for people. */
  readonly notes: readonly string[];
}

/** What a scan is to do besides reading the one account whose credentials it has. */
export interface AwsPermissionsFor {
  /** Files behind GuardDuty lists to read, as GuardDuty gives their location. */
  readonly listFiles: readonly string[];
  /** Whether to scan every account of the organization. */
  readonly organization: boolean;
  /** The role to assume, by name or ARN; null: none. */
  readonly role: string | null;
}

/** A scan of one account, by its own credentials. */
export const plainScan: AwsPermissionsFor = { listFiles: [], organization: false, role: null };

interface Group {
  readonly sid: string;
  readonly purpose: string;
  readonly holds: (operation: AwsOperation) => boolean;
}

/** A group that only some scans need, or only on resources that they know. */
interface OptionalGroup extends Group {
  /** What it is on; null when it was not asked for. */
  readonly resource: (scan: AwsPermissionsFor) => string | readonly string[] | null;
  /** What a scan lacks without it, and the option that adds it. */
  readonly without: string;
}

const ofService =
  (...services: readonly AwsOperation["service"][]) =>
  ({ service }: AwsOperation): boolean =>
    services.includes(service);

const named =
  (id: string) =>
  (operation: AwsOperation): boolean =>
    operation.id === id;

/** The reports on when rights were used, each with the operation that has it made. */
function isAboutUse({ id }: AwsOperation): boolean {
  return awsOperations.some(({ job, ...reading }) => job !== null && [reading.id, job.begin].includes(id));
}

/** What every scan needs. AWS takes no narrower resource for these. Each operation belongs to the one group that holds it. */
const groups: readonly Group[] = [
  {
    sid: "ReadNetworksAndFirewalls",
    purpose: "VPCs, security groups, network ACLs, routes, interfaces and the rest of the network",
    holds: ofService("ec2"),
  },
  {
    sid: "ReadLoadBalancers",
    purpose: "load balancers and what stands behind them",
    holds: ofService("elasticloadbalancing", "elasticloadbalancingv2"),
  },
  {
    sid: "ReadNetworkFirewalls",
    purpose: "AWS Network Firewall",
    holds: ofService("network-firewall"),
  },
  {
    sid: "ReadThreatDetection",
    purpose: "Amazon GuardDuty: detectors, lists and suppression filters",
    holds: ofService("guardduty"),
  },
  {
    sid: "ReadBucketNames",
    purpose: "whose bucket holds the file behind a GuardDuty list",
    holds: named("s3:ListBuckets"),
  },
  {
    sid: "ReadIdentities",
    purpose: "users, groups, roles, their policies and the identity providers that they trust",
    holds: (operation) => operation.service === "iam" && !isAboutUse(operation),
  },
  {
    sid: "ReadUse",
    purpose:
      "when who may change firewalls last used that right. AWS makes these two reports on request and changes nothing by it. Without this " +
      "statement a scan is incomplete, but lacks nothing else than the check unused-firewall-permission",
    holds: isAboutUse,
  },
  {
    sid: "ReadOrganization",
    purpose:
      "the organization's accounts, and its policies, which limit what the accounts' identities may do. AWS tells them to the management " +
      "account and to delegated administrators alone: where none of these is scanned, it stays unknown what those policies forbid",
    holds: ofService("organizations"),
  },
  {
    sid: "ReadIdentityCenter",
    purpose:
      "IAM Identity Center: permission sets and who is assigned them; of people and groups only what they are called is kept. AWS tells " +
      "them to the account that owns the instance and to delegated administrators alone",
    holds: ofService("sso", "identitystore"),
  },
  {
    sid: "ReadWorkloads",
    purpose:
      "functions, tasks, stacks and build projects, of which only the role that they run as and their names are kept",
    holds: ofService("lambda", "ecs", "cloudformation", "codebuild"),
  },
];

const optionalGroups: readonly OptionalGroup[] = [
  {
    sid: "ReadThreatDetectionFiles",
    purpose: "the files behind the GuardDuty lists that were named",
    holds: named("s3:GetObject"),
    resource: ({ listFiles }) => (listFiles.length === 0 ? null : [...new Set(listFiles.map(objectArn))]),
    without:
      "No statement lets the files behind GuardDuty lists be read: a scan that meets a list of yours says that its content is unknown, and is " +
      "incomplete. Name each file with --guardduty-list s3://BUCKET/KEY to add it",
  },
  {
    sid: "EnterAccounts",
    purpose: "assuming the role in each account; only where --role is given",
    holds: named("sts:AssumeRole"),
    resource: ({ role }) => (role === null ? null : assumable(role)),
    without: "No statement lets a role be assumed, as scan --role does: --role NAME adds it for that role alone",
  },
];

/**
 * The least-privilege policy for a scan by operations.ts, with what each statement is for and what it leaves out.
 * @throws UsageError for a list's file that is no object in S3, a role that is none, and an organization without a role
 */
export function awsPermissions(scan: AwsPermissionsFor): AwsPermissions {
  if (scan.organization && scan.role === null) {
    throw new UsageError("--organization needs --role: the name of the role that is assumed in each account");
  }
  const statement = ({ sid, holds }: Group, resource: IamStatement["Resource"]): IamStatement => {
    const actions = awsOperations.filter(holds).flatMap(({ permissions }) => permissions);
    return { Sid: sid, Effect: "Allow", Action: [...new Set(actions)].toSorted(), Resource: resource };
  };
  const chosen = optionalGroups.map((group) => ({ group, resource: group.resource(scan) }));
  const added = chosen.flatMap(({ group, resource }) => (resource === null ? [] : [statement(group, resource)]));
  const notes = [...groups, ...chosen.flatMap(({ group, resource }) => (resource === null ? [] : [group]))].map(
    ({ sid, purpose }) => `${sid}: ${purpose}`,
  );
  notes.push(...chosen.flatMap(({ group, resource }) => (resource === null ? [group.without] : [])));
  if (added.length > 0) notes.push("In AWS GovCloud (US) and China the ARNs begin with arn:aws-us-gov and arn:aws-cn");
  return {
    policy: { Version: "2012-10-17", Statement: [...groups.map((group) => statement(group, "*")), ...added] },
    notes,
  };
}

function objectArn(location: string): string {
  const file = parseS3Location(location);
  if (file !== null) return `arn:aws:s3:::${file.bucket}/${file.key}`;
  throw new UsageError(
    `--guardduty-list ${location}: is no object in Amazon S3. Give the list's location as GuardDuty shows it, or as s3://BUCKET/KEY`,
  );
}

function assumable(role: string): string {
  const arn = roleArnFor(role, "aws", "*");
  if (arn !== null) return arn;
  throw new UsageError(`${JSON.stringify(role)} is neither the name nor the ARN of an IAM role`);
}

/** The IAM actions an operation takes, for messages about what could not be read; empty for an operation Rampart has not. */
export function permissionsFor(operation: string): readonly string[] {
  return findAwsOperation(operation)?.permissions ?? [];
}

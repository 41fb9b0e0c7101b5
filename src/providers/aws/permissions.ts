import { awsOperations, type AwsOperation, findAwsOperation } from "./operations.ts";

/** A statement of an IAM policy. */
export interface IamStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string;
}

/** An IAM identity policy. */
export interface IamPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly IamStatement[];
}

/** The least that Rampart needs on AWS. */
export interface AwsPermissions {
  readonly policy: IamPolicy;
  /** What each statement is for, and what is lost without those that may be left out: lines for people. */
  readonly notes: readonly string[];
}

interface Group {
  readonly sid: string;
  readonly purpose: string;
  /** Null when a scan needs it. */
  readonly lostWithout: string | null;
  readonly holds: (operation: AwsOperation) => boolean;
  readonly resource: string;
}

const ofService =
  (...services: readonly AwsOperation["service"][]) =>
  ({ service }: AwsOperation): boolean =>
    services.includes(service);

const named =
  (id: string) =>
  (operation: AwsOperation): boolean =>
    operation.id === id;

/** Each operation belongs to the one group that holds it. */
const groups: readonly Group[] = [
  {
    sid: "ReadNetworksAndFirewalls",
    purpose: "VPCs, security groups, network ACLs, routes, interfaces and the rest of the network",
    lostWithout: null,
    holds: ofService("ec2"),
    resource: "*",
  },
  {
    sid: "ReadLoadBalancers",
    purpose: "load balancers and what stands behind them",
    lostWithout: null,
    holds: ofService("elasticloadbalancing", "elasticloadbalancingv2"),
    resource: "*",
  },
  {
    sid: "ReadNetworkFirewalls",
    purpose: "AWS Network Firewall",
    lostWithout: null,
    holds: ofService("network-firewall"),
    resource: "*",
  },
  {
    sid: "ReadThreatDetection",
    purpose: "Amazon GuardDuty: detectors, lists and suppression filters",
    lostWithout: null,
    holds: ofService("guardduty"),
    resource: "*",
  },
  {
    sid: "ReadBucketNames",
    purpose: "whose bucket holds the file behind a GuardDuty list",
    lostWithout: null,
    holds: named("s3:ListBuckets"),
    resource: "*",
  },
  {
    sid: "ReadThreatDetectionFiles",
    purpose: "the files behind GuardDuty lists; name their objects as the Resource to allow no others",
    lostWithout: "what the lists hold is unknown, and a scan that meets a list is incomplete",
    holds: named("s3:GetObject"),
    resource: "arn:aws:s3:::*",
  },
  {
    sid: "ReadOrganization",
    purpose: "the accounts of the organization, for --organization; only where that runs",
    lostWithout: "--organization finds no account but the caller's own",
    holds: ofService("organizations"),
    resource: "*",
  },
  {
    sid: "EnterAccounts",
    purpose: "assuming the role that --role names; name its ARN in each account as the Resource",
    lostWithout: "--role and --organization cannot enter an account",
    holds: named("sts:AssumeRole"),
    resource: "arn:aws:iam::*:role/*",
  },
];

/** The least-privilege policy for everything that operations.ts can send, with what each statement is for. */
export function awsPermissions(): AwsPermissions {
  const statements = groups.map(({ sid, holds, resource }): IamStatement => {
    const actions = awsOperations.filter(holds).flatMap(({ permissions }) => permissions);
    return { Sid: sid, Effect: "Allow", Action: [...new Set(actions)].toSorted(), Resource: resource };
  });
  const notes = groups.map(({ sid, purpose, lostWithout }) =>
    lostWithout === null ? `${sid}: ${purpose}` : `${sid}: ${purpose}. It may be left out: then ${lostWithout}`,
  );
  notes.push("In AWS GovCloud (US) and China the ARNs begin with arn:aws-us-gov and arn:aws-cn");
  return { policy: { Version: "2012-10-17", Statement: statements }, notes };
}

/** The IAM actions an operation takes, for messages about what could not be read; empty for an operation Rampart has not. */
export function permissionsFor(operation: string): readonly string[] {
  return findAwsOperation(operation)?.permissions ?? [];
}

import type { ResourceRef } from "../../src/model/resource.ts";
import { globalRegion } from "../../src/model/resource.ts";

/** Where a finding is imported to: Security Hub of one account in one Region. */
export interface HubPlace {
  readonly partition: string;
  readonly account: string;
  /** A real Region. */
  readonly region: string;
}

/** The partition of each kind of Region, and the Region where services without one are at home there. https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const partitions: readonly { readonly name: string; readonly regions: RegExp; readonly home: string }[] = [
  { name: "aws-cn", regions: /^cn-/, home: "cn-north-1" },
  { name: "aws-us-gov", regions: /^us-gov-/, home: "us-gov-west-1" },
  { name: "aws-iso", regions: /^us-iso-/, home: "us-iso-east-1" },
  { name: "aws-iso-b", regions: /^us-isob-/, home: "us-isob-east-1" },
  { name: "aws-iso-e", regions: /^eu-isoe-/, home: "eu-isoe-west-1" },
  { name: "aws-iso-f", regions: /^us-isof-/, home: "us-isof-south-1" },
  { name: "aws-eusc", regions: /^eusc-/, home: "eusc-de-east-1" },
  { name: "aws", regions: /^[a-z]{2}-[a-z]+-\d+$/, home: "us-east-1" },
];

/**
 * Where a resource's findings belong. Null for what Security Hub has no place for: other clouds, and accounts or Regions that are not known
 * (files that were imported may not tell).
 *
 * What belongs to no Region goes to the home Region of its partition, as its ARN tells it, or else the standard one.
 */
export function hubPlace({ cloud, account, region, arn }: ResourceRef): HubPlace | null {
  if (cloud !== "aws" || !/^\d{12}$/.test(account)) return null;
  if (region === globalRegion) {
    const told = partitions.find(({ name }) => arn?.startsWith(`arn:${name}:`) === true);
    const { name, home } = told ?? { name: "aws", home: "us-east-1" };
    return { partition: name, account, region: home };
  }
  // Regions of Security Hub have at most 16 characters, and so have all Regions there are.
  const partition = /^[a-z0-9-]{1,16}$/.test(region)
    ? partitions.find(({ regions }) => regions.test(region))
    : undefined;
  return partition === undefined ? null : { partition: partition.name, account, region };
}

/** How Security Hub calls the kinds of resources that it knows and Rampart reports on; every other one is `Other`. https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources.html */
const resourceTypes: Readonly<Record<string, string>> = {
  "aws:account": "AwsAccount",
  "aws:cloudformation:stack": "AwsCloudFormationStack",
  "aws:codebuild:project": "AwsCodeBuildProject",
  "aws:ec2:instance": "AwsEc2Instance",
  "aws:ec2:network-acl": "AwsEc2NetworkAcl",
  "aws:ec2:network-interface": "AwsEc2NetworkInterface",
  "aws:ec2:security-group": "AwsEc2SecurityGroup",
  "aws:ec2:subnet": "AwsEc2Subnet",
  "aws:ec2:vpc": "AwsEc2Vpc",
  "aws:ecs:task": "AwsEcsTask",
  "aws:eks:cluster": "AwsEksCluster",
  "aws:guardduty:detector": "AwsGuardDutyDetector",
  "aws:iam:group": "AwsIamGroup",
  "aws:iam:policy": "AwsIamPolicy",
  "aws:iam:role": "AwsIamRole",
  "aws:iam:user": "AwsIamUser",
  "aws:lambda:function": "AwsLambdaFunction",
  "aws:network-firewall:firewall": "AwsNetworkFirewallFirewall",
};

export function hubResourceType(type: string): string {
  return Object.hasOwn(resourceTypes, type) ? (resourceTypes[type] ?? "Other") : "Other";
}

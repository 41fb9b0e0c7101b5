import type { Remediation } from "../../src/model/finding.ts";
import type { PublicAccessBlock } from "../../src/providers/aws/controls.ts";
import { cloudFirewallAttack, type Check, type Estate, type Verdict } from "../../src/scan/check.ts";
import { awsCommand } from "../shared/aws-remediation.ts";

const generalRemediation: Remediation = {
  console:
    "In the VPC console, choose Settings, then Block public access, Edit public access settings, turn block public access on for this Region " +
    "and choose the direction: Ingress-only, or Bidirectional where nothing needs the internet. Look at Network Access Analyzer first for what it would cut off.",
  cli: ["aws ec2 modify-vpc-block-public-access-options --internet-gateway-block-mode block-ingress --region REGION"],
  terraform:
    'Add an aws_vpc_block_public_access_options resource with internet_gateway_block_mode = "block-ingress" (or "block-bidirectional") for this Region.',
};

export const check: Check = {
  id: "aws-public-access-unblocked",
  title: "VPC block public access is on in every Region of the account",
  severity: "medium",
  subject: "account",
  clouds: ["aws"],
  rationale:
    "With VPC block public access on, no single change to a security group, network ACL or route can open a VPC to the internet; " +
    "with it off, any principal that can change one of them can.",
  remediation: generalRemediation,
  attack: cloudFirewallAttack,
  controls: { "aws-security-hub": ["EC2.172"] },
  needs: { subjects: [], context: ["public-access"] },
  judge: function* ({ aws }: Estate): Iterable<Verdict> {
    for (const block of aws?.publicAccessBlocks ?? []) yield verdictOn(block);
  },
};

function verdictOn({ resource, mode, managedBy }: PublicAccessBlock): Verdict {
  const where = `account ${resource.account} in ${resource.region}`;
  const evidence = { mode, managedBy };
  switch (mode) {
    case "block-ingress":
    case "block-bidirectional":
      return { status: "pass", resource };
    case "unknown":
      return {
        status: "unknown",
        resource,
        message: `VPC block public access of ${where}: the answer of ec2:DescribeVpcBlockPublicAccessOptions does not say which mode is set.`,
        evidence,
      };
    case "off": {
      const manager = managedBy === null ? "" : `, and ${managedBy} manages it`;
      const message = `VPC block public access is off for ${where}${manager}.`;
      return { status: "fail", resource, message, evidence, remediation: remediationOf(resource, managedBy) };
    }
    default:
      return mode satisfies never;
  }
}

function remediationOf(resource: PublicAccessBlock["resource"], managedBy: string | null): Remediation {
  if (managedBy !== null) {
    return {
      console:
        "The account cannot change it: in AWS Organizations, edit the declarative policy for EC2 that is attached to the account, and set " +
        "vpc_block_public_access.internet_gateway_block.mode to block_ingress or block_bidirectional.",
      cli: ["aws organizations describe-effective-policy --policy-type DECLARATIVE_POLICY_EC2"],
      terraform:
        "Change the aws_organizations_policy of type DECLARATIVE_POLICY_EC2 that sets vpc_block_public_access.",
    };
  }
  const words = ["modify-vpc-block-public-access-options", "--internet-gateway-block-mode", "block-ingress"];
  return { ...generalRemediation, cli: [awsCommand(resource, "ec2", ...words)] };
}

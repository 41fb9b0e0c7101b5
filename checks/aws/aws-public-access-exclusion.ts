import type { Remediation } from "../../src/model/finding.ts";
import { targetKey } from "../../src/model/resource.ts";
import type { PublicAccessBlock, PublicAccessExclusion } from "../../src/providers/aws/controls.ts";
import { cloudFirewallAttack, type Check, type Estate, type Verdict } from "../../src/scan/check.ts";
import { awsCommand } from "../shared/aws-remediation.ts";

/** States in which an exclusion lets nothing through: it never came to be, is gone, or a policy of the organization overrules it. */
const idleStates = new Set(["create-failed", "delete-complete", "disable-complete"]);

const generalRemediation: Remediation = {
  console:
    "In the VPC console, choose Settings, then Block public access, choose the exclusion and delete it, once nothing behind it needs the internet.",
  cli: ["aws ec2 delete-vpc-block-public-access-exclusion --exclusion-id EXCLUSION --region REGION"],
  terraform: "Remove the aws_vpc_block_public_access_exclusion resource.",
};

export const check: Check = {
  id: "aws-public-access-exclusion",
  title: "No VPC or subnet is excluded from VPC block public access",
  severity: "medium",
  subject: "network",
  clouds: ["aws"],
  rationale:
    "An exclusion puts a VPC or subnet back on the internet while the account looks blocked; making one is a single call that changes " +
    "no security group, network ACL or route.",
  remediation: generalRemediation,
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["public-access-exclusions"], context: ["public-access"] },
  judge: function* ({ aws }: Estate): Iterable<Verdict> {
    const modes = new Map((aws?.publicAccessBlocks ?? []).map(({ resource, mode }) => [targetKey(resource), mode]));
    for (const exclusion of aws?.publicAccessExclusions ?? []) {
      yield verdictOn(exclusion, modes.get(targetKey(exclusion.resource)) ?? "unknown");
    }
  },
};

function verdictOn(exclusion: PublicAccessExclusion, accountMode: PublicAccessBlock["mode"]): Verdict {
  const { resource, opens, mode, state } = exclusion;
  const effect = idleStates.has(state) ? "nothing" : effectOf(mode, accountMode);
  if (effect === "nothing") return { status: "pass", resource };
  const evidence = { opens, mode, state, accountMode };
  const where = `account ${resource.account} in ${resource.region}`;
  if (effect === "unclear") {
    const message = `What exclusion ${resource.id} from VPC block public access opens of ${opens} is not known: its mode is ${mode}, that of ${where} is ${accountMode}.`;
    return { status: "unknown", resource, message, evidence };
  }
  const message = {
    "both-ways": `Exclusion ${resource.id} opens ${opens} to the internet in both directions, although VPC block public access is ${accountMode} for ${where}.`,
    outward: `Exclusion ${resource.id} lets ${opens} send to the internet, although VPC block public access is ${accountMode} for ${where}.`,
    dormant: `Exclusion ${resource.id} will keep ${opens} open to the internet when VPC block public access, now off, is turned on for ${where}.`,
  }[effect];
  const cli = [awsCommand(resource, "ec2", "delete-vpc-block-public-access-exclusion", "--exclusion-id", resource.id)];
  return { status: "fail", resource, message, evidence, remediation: { ...generalRemediation, cli } };
}

type Effect = "nothing" | "unclear" | "both-ways" | "outward" | "dormant";

/**
 * What an exclusion lets through that the account's mode would not. allow-egress "only applies when VPC BPA is set to Bidirectional". While
 * the mode is off nothing is blocked yet; an exclusion that will let the internet in later counts all the same.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessExclusion.html
 */
function effectOf(mode: PublicAccessExclusion["mode"], accountMode: PublicAccessBlock["mode"]): Effect {
  if (mode === "unknown" || accountMode === "unknown") return "unclear";
  if (mode === "allow-egress") return accountMode === "block-bidirectional" ? "outward" : "nothing";
  return accountMode === "off" ? "dormant" : "both-ways";
}

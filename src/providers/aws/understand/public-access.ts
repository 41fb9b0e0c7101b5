import type { ResourceRef, Target } from "../../../model/resource.ts";
import type { RecordIndex } from "../../../snapshot/records.ts";
import type { PublicAccessBlock, PublicAccessExclusion } from "../controls.ts";
import { distinct } from "./distinct.ts";
import { object, text } from "../../read.ts";
import { ec2Resource } from "./resource.ts";

const blockModes = ["off", "block-bidirectional", "block-ingress"] as const;
const exclusionModes = ["allow-bidirectional", "allow-egress"] as const;

/** An account in a Region as the thing that is judged. */
export function accountRegion({ cloud, account, region }: Target): ResourceRef {
  return { cloud, account, region, type: `${cloud}:account-region`, id: `${account}/${region}`, name: null, arn: null };
}

/**
 * VPC block public access of every account and Region, from the answers of DescribeVpcBlockPublicAccessOptions.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html
 */
export function understandPublicAccessBlocks(index: RecordIndex): readonly PublicAccessBlock[] {
  const blocks = index.all("ec2:DescribeVpcBlockPublicAccessOptions").map((record): PublicAccessBlock => {
    const options = object(record.data, "VpcBlockPublicAccessOptions") ?? {};
    const managedBy = text(options, "ManagedBy");
    return {
      resource: accountRegion(record),
      mode: oneOf(blockModes, text(options, "InternetGatewayBlockMode")),
      managedBy: managedBy === "account" ? null : managedBy,
    };
  });
  return distinct(blocks);
}

/**
 * The exclusions from block public access, in every state the vendor still lists (deleted ones stay listed for a while).
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessExclusion.html
 */
export function understandPublicAccessExclusions(index: RecordIndex): readonly PublicAccessExclusion[] {
  const exclusions = index.all("ec2:DescribeVpcBlockPublicAccessExclusions").map((record): PublicAccessExclusion => {
    const { data } = record;
    const id = text(data, "ExclusionId") ?? text(data, "ResourceArn") ?? "unnamed";
    return {
      resource: ec2Resource(record, "vpc-block-public-access-exclusion", id, data),
      opens: text(data, "ResourceArn") ?? "a VPC or subnet that the answer does not name",
      mode: oneOf(exclusionModes, text(data, "InternetGatewayExclusionMode")),
      state: text(data, "State") ?? "unknown",
    };
  });
  return distinct(exclusions);
}

function oneOf<T extends string>(known: readonly T[], value: string | null): T | "unknown" {
  return known.find((candidate) => candidate === value) ?? "unknown";
}

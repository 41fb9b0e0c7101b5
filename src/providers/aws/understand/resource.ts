import type { ResourceRef, Target } from "../../../model/resource.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { objects, text } from "../../read.ts";

/** Region name prefixes of the partitions that are not `aws`. https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const partitions: readonly (readonly [prefix: string, partition: string])[] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-isof-", "aws-iso-f"],
  ["eusc-", "aws-eusc"],
];

/** The partition a Region belongs to: `aws`, `aws-cn`, `aws-us-gov`, ... */
export function partitionOf(region: string): string {
  return partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "aws";
}

/** An EC2 resource read from `data`: its ARN is the record's own (`arnMember`) where it has one, else built from owner and id. */
export function ec2Resource(
  target: Target,
  kind: string,
  id: string,
  data: VendorObject,
  names: { readonly arnMember?: string; readonly name?: string | null; readonly owner?: string | null } = {},
): ResourceRef {
  const told = names.arnMember === undefined ? null : text(data, names.arnMember);
  return {
    cloud: target.cloud,
    account: target.account,
    region: target.region,
    type: `aws:ec2:${kind}`,
    id,
    name: names.name ?? nameTag(data),
    arn:
      told ?? `arn:${partitionOf(target.region)}:ec2:${target.region}:${names.owner ?? target.account}:${kind}/${id}`,
  };
}

/** The value of the Name tag; network interfaces keep their tags under TagSet. */
function nameTag(data: VendorObject): string | null {
  const tags = [...objects(data, "Tags"), ...objects(data, "TagSet")];
  const tag = tags.find((candidate) => text(candidate, "Key") === "Name");
  return tag === undefined ? null : text(tag, "Value");
}

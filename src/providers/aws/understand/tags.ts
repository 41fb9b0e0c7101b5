import { targetKey, type ResourceRef, type Target } from "../../../model/resource.ts";
import type { SnapshotRecord, VendorObject } from "../../../snapshot/record.ts";
import { isObject, object, objects, text, textMembers } from "../../read.ts";

type Tags = Readonly<Record<string, string>>;

/** What tells the resource of a record of each operation whose answers carry tags: a member of the record, or of the request. */
const idMembers: Readonly<Record<string, string>> = {
  "ec2:DescribeVpcs": "VpcId",
  "ec2:DescribeSubnets": "SubnetId",
  "ec2:DescribeSecurityGroups": "GroupId",
  "ec2:DescribeNetworkAcls": "NetworkAclId",
  "ec2:DescribeNetworkInterfaces": "NetworkInterfaceId",
  "ec2:DescribeNatGateways": "NatGatewayId",
  "ec2:DescribeVpcEndpoints": "VpcEndpointId",
  "ec2:DescribeManagedPrefixLists": "PrefixListId",
  "ec2:DescribeVpcBlockPublicAccessExclusions": "ExclusionId",
  "iam:GetAccountAuthorizationDetails": "Arn",
  "guardduty:GetDetector": "DetectorId",
  "guardduty:GetIPSet": "IpSetId",
  "guardduty:GetThreatIntelSet": "ThreatIntelSetId",
  "guardduty:GetTrustedEntitySet": "TrustedEntitySetId",
  "guardduty:GetThreatEntitySet": "ThreatEntitySetId",
  "guardduty:GetFilter": "FilterName",
};

/** Tells the tags of a resource as its record has them; none where no record does. */
export function readTags(records: readonly SnapshotRecord[]): (resource: ResourceRef) => Tags {
  let read: ReadonlyMap<string, Tags> | null = null;
  return (resource) => {
    read ??= indexTags(records);
    return read.get(keyOf(resource, resource.id)) ?? {};
  };
}

function indexTags(records: readonly SnapshotRecord[]): ReadonlyMap<string, Tags> {
  const tags = new Map<string, Tags>();
  const add = (target: Target, id: string | null, data: VendorObject): void => {
    if (id !== null) tags.set(keyOf(target, id), tagsIn(data));
  };
  for (const record of records) {
    if (record.cloud !== "aws") continue;
    const { operation, data, request } = record;
    if (operation === "ec2:DescribeInstances") {
      // A record is a reservation.
      for (const instance of objects(data, "Instances")) add(record, text(instance, "InstanceId"), instance);
    } else if (operation === "network-firewall:DescribeFirewall") {
      const firewall = object(data, "Firewall") ?? {};
      add(record, text(firewall, "FirewallArn"), firewall);
    } else {
      const member = idMembers[operation];
      if (member !== undefined) add(record, request?.[member] ?? text(data, member), data);
    }
  }
  return tags;
}

/** ARNs are their own; other ids belong to an account and a Region. */
function keyOf(target: Target, id: string): string {
  return id.startsWith("arn:") ? id : `${targetKey(target)}/${id}`;
}

/** Pairs of Key and Value, which network interfaces keep under TagSet; GuardDuty's answers have an object instead. */
function tagsIn(data: VendorObject): Tags {
  const whole = data["Tags"];
  if (isObject(whole)) return textMembers(whole);
  return Object.fromEntries(
    [...objects(data, "Tags"), ...objects(data, "TagSet")].flatMap((tag) => {
      const key = text(tag, "Key");
      return key === null ? [] : [[key, text(tag, "Value") ?? ""] as const];
    }),
  );
}

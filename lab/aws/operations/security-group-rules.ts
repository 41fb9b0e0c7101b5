import { createHash } from "node:crypto";
import type { IpPermission, SecurityGroup, SecurityGroupRule } from "@aws-sdk/client-ec2";

/**
 * The rules of security groups one by one, as DescribeSecurityGroupRules tells them. A rule's id depends on its content
 * alone. Where DescribeSecurityGroups leaves the ports out, this operation says -1.
 */
export function securityGroupRules(groups: readonly SecurityGroup[], region: string): readonly SecurityGroupRule[] {
  return groups.flatMap((group) => [
    ...(group.IpPermissions ?? []).flatMap((permission) => rulesOf(group, permission, false, region)),
    ...(group.IpPermissionsEgress ?? []).flatMap((permission) => rulesOf(group, permission, true, region)),
  ]);
}

function rulesOf(
  group: SecurityGroup,
  permission: IpPermission,
  isEgress: boolean,
  region: string,
): readonly SecurityGroupRule[] {
  const peers: readonly SecurityGroupRule[] = [
    ...(permission.IpRanges ?? []).map(({ CidrIp, Description }) => peer({ CidrIpv4: CidrIp }, Description)),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) => peer({ CidrIpv6 }, Description)),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId, Description }) => peer({ PrefixListId }, Description)),
    ...(permission.UserIdGroupPairs ?? []).map(
      ({ Description, GroupId, PeeringStatus, UserId, VpcId, VpcPeeringConnectionId }) =>
        peer({ ReferencedGroupInfo: { GroupId, PeeringStatus, UserId, VpcId, VpcPeeringConnectionId } }, Description),
    ),
  ];
  return peers.map((source) => {
    const rule: SecurityGroupRule = Object.assign({}, source, {
      GroupId: group.GroupId,
      GroupOwnerId: group.OwnerId,
      IsEgress: isEgress,
      IpProtocol: permission.IpProtocol,
      FromPort: permission.FromPort ?? -1,
      ToPort: permission.ToPort ?? -1,
      Tags: [],
    });
    // A description may be changed without making another rule.
    const content = JSON.stringify({ ...rule, Description: null });
    const id = `sgr-0${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
    const arn = `arn:aws:ec2:${region}:${group.OwnerId}:security-group-rule/${id}`;
    return Object.assign(rule, { SecurityGroupRuleId: id, SecurityGroupRuleArn: arn });
  });
}

function peer(source: SecurityGroupRule, description: string | undefined): SecurityGroupRule {
  return description === undefined ? source : { ...source, Description: description };
}

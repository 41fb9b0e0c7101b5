import type { Plane } from "./plane.ts";

export const securityGroups: readonly Plane[] = [
  {
    plane: "security groups",
    service: "ec2",
    actions: {
      rules: [
        "AuthorizeSecurityGroupIngress",
        "AuthorizeSecurityGroupEgress",
        "RevokeSecurityGroupIngress",
        "RevokeSecurityGroupEgress",
        "ModifySecurityGroupRules",
        "CreateSecurityGroup",
        "DeleteSecurityGroup",
      ],
      membership: [
        "AssociateSecurityGroupVpc",
        "DisassociateSecurityGroupVpc",
        "ApplySecurityGroupsToClientVpnTargetNetwork",
        "ModifyNetworkInterfaceAttribute",
        "ModifyInstanceAttribute",
        "CreateNetworkInterface",
        "AttachNetworkInterface",
        "RunInstances",
        "RequestSpotInstances",
        "ModifyVpcEndpoint",
      ],
    },
  },
];

import type { Plane } from "./plane.ts";

export const exposure: readonly Plane[] = [
  {
    plane: "public addresses and endpoints",
    service: "ec2",
    actions: {
      path: [
        "AllocateAddress",
        "AssociateAddress",
        "AssignIpv6Addresses",
        "AssociateSubnetCidrBlock",
        "AssociateVpcCidrBlock",
        "ModifySubnetAttribute",
        "CreateVpcEndpoint",
        "ModifyVpcEndpointServiceConfiguration",
        "AcceptVpcEndpointConnections",
        "ModifyVpcEndpointServicePermissions",
        "CreateVpcEndpointServiceConfiguration",
        "CreateClientVpnRoute",
        "CreateClientVpnEndpoint",
        "ModifyClientVpnEndpoint",
        "AssociateClientVpnTargetNetwork",
      ],
      rules: [
        "AuthorizeClientVpnIngress",
        "RevokeClientVpnIngress",
        "ModifyVerifiedAccessEndpointPolicy",
        "ModifyVerifiedAccessGroupPolicy",
      ],
      membership: ["DisassociateVerifiedAccessInstanceWebAcl", "AssociateVerifiedAccessInstanceWebAcl"],
      detection: ["CreateFlowLogs", "DeleteFlowLogs"],
    },
  },
];

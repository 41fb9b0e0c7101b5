import type { Plane } from "./plane.ts";

export const otherServices: readonly Plane[] = [
  {
    plane: "load balancers",
    service: "elasticloadbalancing",
    page: "elbv2",
    actions: {
      membership: ["SetSecurityGroups"],
      path: ["SetSubnets", "SetIpAddressType", "CreateListener", "ModifyListener"],
    },
  },
  {
    plane: "classic load balancers",
    service: "elasticloadbalancing",
    page: "elb",
    actions: {
      membership: ["ApplySecurityGroupsToLoadBalancer"],
      path: ["CreateLoadBalancerListeners", "AttachLoadBalancerToSubnets"],
    },
  },
  {
    plane: "other services",
    service: "lightsail",
    actions: {
      rules: ["OpenInstancePublicPorts", "CloseInstancePublicPorts", "PutInstancePublicPorts"],
      path: ["AttachStaticIp"],
    },
  },
  {
    plane: "other services",
    service: "rds",
    actions: {
      path: ["ModifyDBInstance", "ModifyDBCluster"],
      rules: ["AuthorizeDBSecurityGroupIngress", "RevokeDBSecurityGroupIngress"],
    },
  },
  {
    plane: "other services",
    service: "redshift",
    actions: {
      path: ["ModifyCluster"],
      rules: ["AuthorizeClusterSecurityGroupIngress", "RevokeClusterSecurityGroupIngress"],
    },
  },
  {
    plane: "other services",
    service: "lambda",
    actions: {
      membership: ["UpdateFunctionConfiguration"],
      path: ["CreateFunctionUrlConfig", "UpdateFunctionUrlConfig"],
    },
  },
  {
    plane: "other services",
    service: "eks",
    actions: {
      path: ["UpdateClusterConfig"],
    },
  },
  {
    plane: "other services",
    service: "vpc-lattice",
    actions: {
      membership: ["CreateServiceNetworkVpcAssociation", "UpdateServiceNetworkVpcAssociation"],
      guard: ["PutResourcePolicy", "PutAuthPolicy", "DeleteAuthPolicy"],
    },
  },
  {
    plane: "other services",
    service: "globalaccelerator",
    actions: {
      path: ["CreateListener", "CreateEndpointGroup", "UpdateEndpointGroup", "AddEndpoints"],
    },
  },
  {
    plane: "other services",
    service: "elasticfilesystem",
    page: "efs",
    actions: {
      membership: ["ModifyMountTargetSecurityGroups"],
    },
  },
];

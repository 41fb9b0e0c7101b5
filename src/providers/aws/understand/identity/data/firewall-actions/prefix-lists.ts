import type { Plane } from "./plane.ts";

export const prefixLists: readonly Plane[] = [
  {
    plane: "prefix lists",
    service: "ec2",
    actions: {
      "address-list": [
        "CreateManagedPrefixList",
        "ModifyManagedPrefixList",
        "RestoreManagedPrefixListVersion",
        "DeleteManagedPrefixList",
        "CreateIpamPrefixListResolver",
        "ModifyIpamPrefixListResolver",
        "DeleteIpamPrefixListResolver",
        "CreateIpamPrefixListResolverTarget",
        "ModifyIpamPrefixListResolverTarget",
        "DeleteIpamPrefixListResolverTarget",
      ],
      path: [
        "CreateTransitGatewayPrefixListReference",
        "ModifyTransitGatewayPrefixListReference",
        "DeleteTransitGatewayPrefixListReference",
      ],
    },
  },
  {
    plane: "prefix lists",
    service: "ram",
    actions: {
      "address-list": ["CreateResourceShare", "AssociateResourceShare"],
    },
  },
];

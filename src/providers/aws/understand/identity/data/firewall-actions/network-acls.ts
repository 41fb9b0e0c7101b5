import type { Plane } from "./plane.ts";

export const networkAcls: readonly Plane[] = [
  {
    plane: "network ACLs",
    service: "ec2",
    actions: {
      rules: [
        "CreateNetworkAcl",
        "CreateNetworkAclEntry",
        "ReplaceNetworkAclEntry",
        "DeleteNetworkAclEntry",
        "DeleteNetworkAcl",
      ],
      membership: ["ReplaceNetworkAclAssociation"],
    },
  },
];

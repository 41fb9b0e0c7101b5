import type { Plane } from "./plane.ts";

export const vpcGuards: readonly Plane[] = [
  {
    plane: "VPC block public access and encryption control",
    service: "ec2",
    actions: {
      guard: [
        "ModifyVpcBlockPublicAccessOptions",
        "CreateVpcBlockPublicAccessExclusion",
        "ModifyVpcBlockPublicAccessExclusion",
        "DeleteVpcBlockPublicAccessExclusion",
        "CreateVpcEncryptionControl",
        "ModifyVpcEncryptionControl",
        "DeleteVpcEncryptionControl",
        "ModifyAccountVpcEncryptionControl",
      ],
    },
  },
];

import type { Plane } from "./plane.ts";

export const firewallManager: readonly Plane[] = [
  {
    plane: "Firewall Manager",
    service: "fms",
    actions: {
      guard: [
        "PutPolicy",
        "DeletePolicy",
        "AssociateAdminAccount",
        "DisassociateAdminAccount",
        "PutAdminAccount",
        "PutProtocolsList",
        "DeleteProtocolsList",
        "PutAppsList",
        "DeleteAppsList",
        "PutResourceSet",
        "DeleteResourceSet",
        "BatchAssociateResource",
        "BatchDisassociateResource",
        "AssociateThirdPartyFirewall",
        "DisassociateThirdPartyFirewall",
      ],
    },
  },
  {
    plane: "Shield",
    service: "shield",
    actions: {
      guard: [
        "DeleteProtection",
        "DeleteProtectionGroup",
        "DeleteSubscription",
        "DisableApplicationLayerAutomaticResponse",
        "DisableProactiveEngagement",
        "UpdateApplicationLayerAutomaticResponse",
        "UpdateProtectionGroup",
        "UpdateSubscription",
        "DisassociateHealthCheck",
        "DisassociateDRTRole",
        "DisassociateDRTLogBucket",
      ],
    },
  },
];

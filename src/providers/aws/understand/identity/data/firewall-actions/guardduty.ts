import type { Plane } from "./plane.ts";

export const guardduty: readonly Plane[] = [
  {
    plane: "GuardDuty",
    service: "guardduty",
    actions: {
      "address-list": [
        "CreateIPSet",
        "UpdateIPSet",
        "DeleteIPSet",
        "CreateTrustedEntitySet",
        "UpdateTrustedEntitySet",
        "DeleteTrustedEntitySet",
        "CreateThreatIntelSet",
        "UpdateThreatIntelSet",
        "DeleteThreatIntelSet",
        "CreateThreatEntitySet",
        "UpdateThreatEntitySet",
        "DeleteThreatEntitySet",
      ],
      detection: [
        "CreateFilter",
        "UpdateFilter",
        "DeleteFilter",
        "UpdateDetector",
        "DeleteDetector",
        "UpdateMemberDetectors",
        "StopMonitoringMembers",
        "DisassociateMembers",
        "DeleteMembers",
        "DisassociateFromAdministratorAccount",
        "DisassociateFromMasterAccount",
        "DisableOrganizationAdminAccount",
        "UpdateOrganizationConfiguration",
        "ArchiveFindings",
        "UpdatePublishingDestination",
        "DeletePublishingDestination",
      ],
    },
  },
];

import type { ServiceAuthorization } from "./service.ts";

export const guardduty: ServiceAuthorization = {
  service: "guardduty",
  types: {
    detector: ["detector/${DetectorId}", "aws:ResourceTag/${TagKey}"],
    filter: ["detector/${DetectorId}/filter/${FilterName}", "aws:ResourceTag/${TagKey}"],
    ipset: ["detector/${DetectorId}/ipset/${IPSetId}", "aws:ResourceTag/${TagKey}"],
    publishingDestination: [
      "detector/${DetectorId}/publishingdestination/${PublishingDestinationId}",
      "aws:ResourceTag/${TagKey}",
    ],
    threatentityset: ["detector/${DetectorId}/threatentityset/${ThreatEntitySetId}", "aws:ResourceTag/${TagKey}"],
    threatintelset: ["detector/${DetectorId}/threatintelset/${ThreatIntelSetId}", "aws:ResourceTag/${TagKey}"],
    trustedentityset: ["detector/${DetectorId}/trustedentityset/${TrustedEntitySetId}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    ArchiveFindings: "",
    CreateFilter: "+filter / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateIPSet: " / aws:RequestTag/${TagKey} aws:ResourceTag/${TagKey} aws:TagKeys",
    CreateThreatEntitySet: " / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateThreatIntelSet: " / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateTrustedEntitySet: " / aws:RequestTag/${TagKey} aws:ResourceTag/${TagKey} aws:TagKeys",
    DeleteDetector: "detector",
    DeleteFilter: "filter",
    DeleteIPSet: "ipset",
    DeleteMembers: "",
    DeletePublishingDestination: "publishingDestination",
    DeleteThreatEntitySet: "threatentityset",
    DeleteThreatIntelSet: "threatintelset",
    DeleteTrustedEntitySet: "trustedentityset",
    DisableOrganizationAdminAccount: "",
    DisassociateFromAdministratorAccount: "",
    DisassociateFromMasterAccount: "",
    DisassociateMembers: "",
    StopMonitoringMembers: "",
    UpdateDetector: "detector",
    UpdateFilter: "filter",
    UpdateIPSet: "ipset",
    UpdateMemberDetectors: "",
    UpdateOrganizationConfiguration: "",
    UpdatePublishingDestination: "publishingDestination",
    UpdateThreatEntitySet: "threatentityset",
    UpdateThreatIntelSet: "threatintelset",
    UpdateTrustedEntitySet: "trustedentityset",
  },
};

export const cloudtrail: ServiceAuthorization = {
  service: "cloudtrail",
  types: {
    trail: ["trail/${TrailName}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    DeleteTrail: "trail",
    PutEventSelectors: "trail",
    StopLogging: "trail",
    UpdateTrail: "trail",
  },
};

export const cloudwatch: ServiceAuthorization = {
  service: "cloudwatch",
  types: {
    alarm: ["alarm:${AlarmName}", "aws:ResourceTag/${TagKey}"],
    "alarm-mute-rule": ["alarm-mute-rule:${AlarmMuteRuleName}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    DeleteAlarms: "alarm",
    DisableAlarmActions: "alarm",
    PutAlarmMuteRule: "alarm-mute-rule / aws:RequestTag/${TagKey} aws:TagKeys",
    PutMetricAlarm: "alarm / aws:RequestTag/${TagKey} aws:TagKeys cloudwatch:AlarmActions",
    SetAlarmState: "alarm",
  },
};

export const config: ServiceAuthorization = {
  service: "config",
  types: {
    ConfigRule: ["config-rule/${ConfigRuleId}", "aws:ResourceTag/${TagKey}"],
    ConfigurationRecorder: ["configuration-recorder/${RecorderName}/${RecorderId}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    DeleteConfigRule: "ConfigRule",
    DeleteConfigurationRecorder: "ConfigurationRecorder",
    StopConfigurationRecorder: "ConfigurationRecorder",
  },
};

export const events: ServiceAuthorization = {
  service: "events",
  types: {
    "rule-on-custom-event-bus": ["rule/${EventBusName}/${RuleName}", "aws:ResourceTag/${TagKey}"],
    "rule-on-default-event-bus": ["rule/${RuleName}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    DeleteRule: "rule-on-custom-event-bus|rule-on-default-event-bus / events:ManagedBy events:creatorAccount",
    DisableRule: "rule-on-custom-event-bus|rule-on-default-event-bus / events:ManagedBy events:creatorAccount",
    PutRule:
      "rule-on-custom-event-bus|rule-on-default-event-bus / aws:RequestTag/${TagKey} aws:TagKeys events:ManagedBy events:creatorAccount events:detail-type events:detail.eventTypeCode events:detail.service events:detail.userIdentity.principalId events:source",
    RemoveTargets: "rule-on-custom-event-bus|rule-on-default-event-bus / events:ManagedBy events:creatorAccount",
  },
};

export const logs: ServiceAuthorization = {
  service: "logs",
  types: {
    "log-group": ["log-group:${LogGroupName}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    DeleteLogGroup: "log-group",
    DeleteMetricFilter: "log-group",
    DeleteSubscriptionFilter: "log-group",
    PutMetricFilter: "log-group",
  },
};

export const securityhub: ServiceAuthorization = {
  service: "securityhub",
  types: {
    "automation-rule": ["automation-rule/${AutomationRuleId}", "aws:ResourceTag/${TagKey}"],
    hub: ["hub/default", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    BatchUpdateAutomationRules: "automation-rule",
    CreateAutomationRule: " / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateAutomationRuleV2: " / aws:RequestTag/${TagKey} aws:TagKeys",
    DisableSecurityHub: "hub",
    UpdateStandardsControl: "hub",
  },
};

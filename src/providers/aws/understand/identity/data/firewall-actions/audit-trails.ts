import type { Plane } from "./plane.ts";

export const auditTrails: readonly Plane[] = [
  {
    plane: "CloudTrail",
    service: "cloudtrail",
    actions: {
      detection: ["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"],
    },
  },
  {
    plane: "CloudWatch Logs",
    service: "logs",
    actions: {
      detection: ["DeleteMetricFilter", "PutMetricFilter", "DeleteLogGroup", "DeleteSubscriptionFilter"],
    },
  },
  {
    plane: "CloudWatch",
    service: "cloudwatch",
    actions: {
      detection: ["DeleteAlarms", "DisableAlarmActions", "PutMetricAlarm", "SetAlarmState", "PutAlarmMuteRule"],
    },
  },
  {
    plane: "EventBridge",
    service: "events",
    page: "eventbridge",
    actions: {
      detection: ["DisableRule", "DeleteRule", "RemoveTargets", "PutRule"],
    },
  },
  {
    plane: "AWS Config",
    service: "config",
    actions: {
      detection: ["StopConfigurationRecorder", "DeleteConfigurationRecorder", "DeleteConfigRule"],
    },
  },
  {
    plane: "Security Hub",
    service: "securityhub",
    actions: {
      detection: [
        "DisableSecurityHub",
        "UpdateStandardsControl",
        "CreateAutomationRule",
        "CreateAutomationRuleV2",
        "BatchUpdateAutomationRules",
      ],
    },
  },
  {
    plane: "AWS Organizations",
    service: "organizations",
    actions: {
      guard: ["LeaveOrganization", "DetachPolicy"],
    },
  },
];

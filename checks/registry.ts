import type { Check } from "../src/scan/check.ts";
import { check as awsNaclOpenAdmin } from "./aws/aws-nacl-open-admin.ts";
import { check as awsNetworkFirewallBypassed } from "./aws/aws-network-firewall-bypassed.ts";
import { check as awsPublicAccessExclusion } from "./aws/aws-public-access-exclusion.ts";
import { check as awsPublicAccessUnblocked } from "./aws/aws-public-access-unblocked.ts";
import { check as azureAdminRuleBypass } from "./azure/azure-admin-rule-bypass.ts";
import { check as azureBasicPublicIp } from "./azure/azure-basic-public-ip.ts";
import { check as azureFirewallDnatOpen } from "./azure/azure-firewall-dnat-open.ts";
import { check as azureServiceTagWide } from "./azure/azure-service-tag-wide.ts";
import { check as borrowedSourceRule } from "./network/borrowed-source-rule.ts";
import { check as defaultFirewallInUse } from "./network/default-firewall-in-use.ts";
import { check as exposedAdminPort } from "./network/exposed-admin-port.ts";
import { check as exposedAllPorts } from "./network/exposed-all-ports.ts";
import { check as exposedDataPort } from "./network/exposed-data-port.ts";
import { check as exposedWorkload } from "./network/exposed-workload.ts";
import { check as exposedWorkloadCanOpenFirewall } from "./identity/exposed-workload-can-open-firewall.ts";
import { check as firewallAdminByEscalation } from "./identity/firewall-admin-by-escalation.ts";
import { check as firewallAdminByWildcard } from "./identity/firewall-admin-by-wildcard.ts";
import { check as firewallAdminFromOutside } from "./identity/firewall-admin-from-outside.ts";
import { check as gcpEnforcementOrder } from "./gcp/gcp-enforcement-order.ts";
import { check as gcpPolicyAllowOverrides } from "./gcp/gcp-policy-allow-overrides.ts";
import { check as gcpTagMutableTarget } from "./gcp/gcp-tag-mutable-target.ts";
import { check as guarddutyOff } from "./aws/guardduty-off.ts";
import { check as guarddutySuppression } from "./aws/guardduty-suppression.ts";
import { check as guarddutyThreatListOff } from "./aws/guardduty-threat-list-off.ts";
import { check as guarddutyTrustedList } from "./aws/guardduty-trusted-list.ts";
import { check as latentExposure } from "./network/latent-exposure.ts";
import { check as openAdminRule } from "./network/open-admin-rule.ts";
import { check as openAllRule } from "./network/open-all-rule.ts";
import { check as openDataRule } from "./network/open-data-rule.ts";
import { check as openEgressRule } from "./network/open-egress-rule.ts";
import { check as openPortRule } from "./network/open-port-rule.ts";
import { check as redundantRule } from "./network/redundant-rule.ts";
import { check as shadowedRule } from "./network/shadowed-rule.ts";
import { check as unexpectedFirewallAdmin } from "./identity/unexpected-firewall-admin.ts";
import { check as unfilteredEndpoint } from "./network/unfiltered-endpoint.ts";
import { check as unloggedFirewall } from "./network/unlogged-firewall.ts";
import { check as unmatchableRule } from "./network/unmatchable-rule.ts";
import { check as unusedFirewall } from "./network/unused-firewall.ts";
import { check as unusedFirewallPermission } from "./identity/unused-firewall-permission.ts";
import { check as wideSourceRule } from "./network/wide-source-rule.ts";

/** Every check, by id. test/checks/catalogue.test.ts holds this list against the folders. */
export const checks: readonly Check[] = [
  awsNaclOpenAdmin,
  awsNetworkFirewallBypassed,
  awsPublicAccessExclusion,
  awsPublicAccessUnblocked,
  azureAdminRuleBypass,
  azureBasicPublicIp,
  azureFirewallDnatOpen,
  azureServiceTagWide,
  borrowedSourceRule,
  defaultFirewallInUse,
  exposedAdminPort,
  exposedAllPorts,
  exposedDataPort,
  exposedWorkload,
  exposedWorkloadCanOpenFirewall,
  firewallAdminByEscalation,
  firewallAdminByWildcard,
  firewallAdminFromOutside,
  gcpEnforcementOrder,
  gcpPolicyAllowOverrides,
  gcpTagMutableTarget,
  guarddutyOff,
  guarddutySuppression,
  guarddutyThreatListOff,
  guarddutyTrustedList,
  latentExposure,
  openAdminRule,
  openAllRule,
  openDataRule,
  openEgressRule,
  openPortRule,
  redundantRule,
  shadowedRule,
  unexpectedFirewallAdmin,
  unfilteredEndpoint,
  unloggedFirewall,
  unmatchableRule,
  unusedFirewall,
  unusedFirewallPermission,
  wideSourceRule,
];

import type { Check } from "../src/scan/check.ts";
import { check as awsPublicAccessExclusion } from "./aws/aws-public-access-exclusion.ts";
import { check as awsPublicAccessUnblocked } from "./aws/aws-public-access-unblocked.ts";
import { check as borrowedSourceRule } from "./network/borrowed-source-rule.ts";
import { check as defaultFirewallInUse } from "./network/default-firewall-in-use.ts";
import { check as guarddutyOff } from "./aws/guardduty-off.ts";
import { check as guarddutySuppression } from "./aws/guardduty-suppression.ts";
import { check as guarddutyThreatListOff } from "./aws/guardduty-threat-list-off.ts";
import { check as guarddutyTrustedList } from "./aws/guardduty-trusted-list.ts";
import { check as openAdminRule } from "./network/open-admin-rule.ts";
import { check as openAllRule } from "./network/open-all-rule.ts";
import { check as openDataRule } from "./network/open-data-rule.ts";
import { check as openEgressRule } from "./network/open-egress-rule.ts";
import { check as openPortRule } from "./network/open-port-rule.ts";
import { check as unloggedFirewall } from "./network/unlogged-firewall.ts";
import { check as unusedFirewall } from "./network/unused-firewall.ts";
import { check as wideSourceRule } from "./network/wide-source-rule.ts";

/** Every check, by id. test/checks/catalogue.test.ts holds this list against the folders. */
export const checks: readonly Check[] = [
  awsPublicAccessExclusion,
  awsPublicAccessUnblocked,
  borrowedSourceRule,
  defaultFirewallInUse,
  guarddutyOff,
  guarddutySuppression,
  guarddutyThreatListOff,
  guarddutyTrustedList,
  openAdminRule,
  openAllRule,
  openDataRule,
  openEgressRule,
  openPortRule,
  unloggedFirewall,
  unusedFirewall,
  wideSourceRule,
];

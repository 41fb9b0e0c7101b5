import type { Remediation } from "../../src/model/finding.ts";
import type { Firewall } from "../../src/network/estate.ts";
import type { Rule } from "../../src/network/filter.ts";
import { removeRules as removeAwsRules } from "./aws-remediation.ts";
import { removeSecurityRules } from "./azure-remediation.ts";

/** How to take rules off a firewall in its own cloud, as the part of a verdict; empty where there are no words for its kind, and the check's own hold. */
export function removeRules(
  firewall: Firewall,
  rules: readonly Rule[],
  direction: "ingress" | "egress",
): { readonly remediation?: Remediation } {
  return firewall.resource.cloud === "azure"
    ? removeSecurityRules(firewall, rules, direction)
    : removeAwsRules(firewall, rules, direction);
}

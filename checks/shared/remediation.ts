import type { Remediation } from "../../src/model/finding.ts";
import type { Firewall } from "../../src/network/estate.ts";
import type { Rule } from "../../src/network/filter.ts";
import { removeRules as removeAwsRules } from "./aws-remediation.ts";
import { removeSecurityRules } from "./azure-remediation.ts";
import { removeGoogleRules } from "./gcp-remediation.ts";

/** How to take rules off a firewall in its own cloud, as the part of a verdict; empty where there are no words for its kind, and the check's own hold. */
export function removeRules(
  firewall: Firewall,
  rules: readonly Rule[],
  direction: "ingress" | "egress",
): { readonly remediation?: Remediation } {
  switch (firewall.resource.cloud) {
    case "aws":
      return removeAwsRules(firewall, rules, direction);
    case "azure":
      return removeSecurityRules(firewall, rules, direction);
    case "gcp":
      return removeGoogleRules(firewall, rules, direction);
  }
}

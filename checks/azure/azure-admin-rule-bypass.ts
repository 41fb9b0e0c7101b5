import { isInternetWide } from "../../src/network/width.ts";
import { describeL4 } from "../../src/network/l4.ts";
import type { Remediation } from "../../src/model/finding.ts";
import type { AdminBypass } from "../../src/providers/azure/controls.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import { azCommand } from "../shared/azure-remediation.ts";
import { addressEvidence, audience, brief } from "../shared/words.ts";

const generalRemediation: Remediation = {
  console:
    "In the Azure portal, open the network manager, then Configurations, the security admin configuration and its rule; change AlwaysAllow to Allow, name narrower sources, and deploy the configuration again.",
  cli: [
    "az network manager security-admin-config rule-collection rule update --network-manager-name MANAGER --configuration-name CONFIGURATION --rule-collection-name COLLECTION --rule-name RULE --resource-group GROUP --kind Custom --access Allow",
  ],
  terraform:
    'Set action = "Allow" or narrower source blocks in the azurerm_network_manager_admin_rule, and deploy it again.',
};

export const check: Check = {
  id: "azure-admin-rule-bypass",
  title: "No security admin rule delivers packets from the internet past the network security groups",
  severity: "high",
  subject: "rule",
  clouds: ["azure"],
  rationale:
    "AlwaysAllow skips every network security group of every virtual network in the rule's groups; whoever owns a machine there cannot close " +
    "what the rule opens, and sees nothing of it in his own firewalls.",
  remediation: generalRemediation,
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["firewalls"], context: [] },
  *judge({ azure }, { internetShare }) {
    for (const bypass of azure?.adminBypasses ?? []) yield verdictOn(bypass, internetShare);
  },
};

function verdictOn({ resource, priority, remote, l4, networks, doubts }: AdminBypass, share: number): Verdict {
  if (!isInternetWide(remote.may, share) || (networks.length === 0 && doubts.length === 0))
    return { status: "pass", resource };
  const evidence = {
    priority,
    ports: describeL4(l4),
    from: addressEvidence(remote.may),
    networks: [...networks],
    ...(doubts.length + remote.missing.length === 0 ? {} : { missing: [...remote.missing, ...doubts] }),
  };
  const rule = `Security admin rule ${resource.name ?? resource.id}`;
  if (!isInternetWide(remote.must, share) || networks.length === 0) {
    const missing = brief([...remote.missing, ...doubts], 3);
    return {
      status: "unknown",
      resource,
      message: `${rule} may deliver ${describeL4(l4)} past the network security groups: ${missing}.`,
      evidence,
    };
  }
  const message = `${rule} delivers ${describeL4(l4)} from ${audience(remote.must)} past every network security group in ${brief(networks, 3)}.`;
  return {
    status: "fail",
    resource,
    message,
    evidence,
    remediation: { ...generalRemediation, cli: [narrow(resource)] },
  };
}

function narrow(resource: AdminBypass["resource"]): string {
  const part = (segment: string): string =>
    new RegExp(`/${segment}/([^/]+)`, "i").exec(resource.id)?.[1] ?? segment.toUpperCase();
  return azCommand(
    resource,
    "network",
    "manager",
    "security-admin-config",
    "rule-collection",
    "rule",
    "update",
    "--network-manager-name",
    part("networkManagers"),
    "--configuration-name",
    part("securityAdminConfigurations"),
    "--rule-collection-name",
    part("ruleCollections"),
    "--rule-name",
    part("rules"),
    "--resource-group",
    part("resourceGroups"),
    "--kind",
    "Custom",
    "--access",
    "Allow",
  );
}

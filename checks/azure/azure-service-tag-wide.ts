import type { Rule } from "../../src/network/filter.ts";
import { describeL4 } from "../../src/network/l4.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import type { Firewall } from "../../src/network/estate.ts";
import { removeRules } from "../shared/remediation.ts";
import { tagWidth, type TagWidth } from "../shared/service-tags.ts";
import { brief, ruleEvidence, sentenceNameOf } from "../shared/words.ts";

export const check: Check = {
  id: "azure-service-tag-wide",
  title: "No network security group lets in a service tag that anybody's resources can stand behind",
  severity: "medium",
  subject: "firewall",
  clouds: ["azure"],
  rationale:
    "A tag such as AzureCloud reads like a trusted place, but holds the public addresses of every tenant: whoever rents a machine or a service " +
    "in Azure is let in.",
  remediation: {
    console:
      "Edit the network security group's inbound rules: name the addresses or application security groups that need access instead of the tag, or reach the service by a private endpoint.",
    cli: [
      "az network nsg rule update --resource-group GROUP --nsg-name NSG --name RULE --source-address-prefixes ADDRESSES",
    ],
    terraform: "Name addresses of your own in source_address_prefixes of the azurerm_network_security_rule.",
  },
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["firewalls"], context: [] },
  *judge({ network }) {
    for (const firewall of network.firewalls) {
      if (firewall.resource.type === "azure:network:network-security-group") yield verdictOn(firewall);
    }
  },
};

function verdictOn(firewall: Firewall): Verdict {
  const { resource, ingressRules } = firewall;
  const wide = ingressRules.flatMap((rule) => {
    const width = rule.action === "allow" && rule.peer.kind === "tag" ? tagWidth(rule.peer.name) : null;
    return width === null || rule.peer.kind !== "tag" ? [] : [{ rule, width, tag: rule.peer.name }];
  });
  if (wide.length === 0) return { status: "pass", resource };
  const rules: readonly Rule[] = wide.map(({ rule }) => rule);
  const said = wide.map(
    ({ rule, tag, width }) => `${tag}, ${who[width]}, to ${describeL4(rule.l4)} (rule ${rule.id ?? "without a name"})`,
  );
  return {
    status: "fail",
    resource,
    message: `${sentenceNameOf(resource)} lets in ${brief(said, 3)}.`,
    evidence: {
      rules: ruleEvidence(rules),
      tags: [...new Set(wide.map(({ tag }) => tag))],
      attachments: firewall.attachments.length,
    },
    ...removeRules(firewall, rules, "ingress"),
  };
}

const who: Readonly<Record<TagWidth, string>> = {
  azure: "every tenant of Azure",
  "azure-region": "every tenant of one Azure region",
  "shared-service": "every customer of that service",
};

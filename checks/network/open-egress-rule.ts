import type { Firewall } from "../../src/network/estate.ts";
import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import { isDefault } from "../shared/azure-remediation.ts";
import {
  audienceOf,
  everyPortOpenToInternet,
  isFirstLine,
  l4Of,
  verdictOf,
  wholeInWords,
  type Openings,
} from "../shared/open-ports.ts";
import { brief, sentenceNameOf } from "../shared/words.ts";

export const check: Check = {
  id: "open-egress-rule",
  title: "No firewall lets everything out to the internet on every port",
  severity: "low",
  subject: "firewall",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "Unrestricted egress lets an intruder fetch tools, talk to a command server and carry data away on any port; most workloads need a handful of destinations.",
  remediation: {
    console:
      "Edit the firewall's outbound rules: replace the rule that allows everything by rules for the destinations and ports that are needed.",
    cli: [
      "aws ec2 revoke-security-group-egress --group-id GROUP --security-group-rule-ids RULE",
      "az network nsg rule create --resource-group GROUP --nsg-name NSG --name DenyAllOutbound --priority 4096 --direction Outbound --access Deny --protocol * --destination-address-prefixes Internet --destination-port-ranges *",
    ],
    terraform: {
      aws: "Replace the allow-all aws_vpc_security_group_egress_rule by one for each destination that is needed.",
      azure:
        "Replace the allow-all azurerm_network_security_rule by one for each destination that is needed, and one that denies the tag Internet after them.",
    },
  },
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["firewalls"], context: [] },
  *judge({ network }, { internetShare }) {
    for (const firewall of network.firewalls.filter(isFirstLine)) {
      const name = sentenceNameOf(firewall.resource);
      const openings = everyPortOpenToInternet(firewall.egress, internetShare);
      yield verdictOf(firewall, "egress", isAsMade(firewall, openings) ? closed : openings, {
        fails: (opening) => `${name} lets ${wholeInWords(l4Of(opening))} out to ${audienceOf(opening)}.`,
        unknown: (opening) =>
          `${name} may let ${wholeInWords(l4Of(opening))} out to the internet: ${brief(opening.missing, 3)}.`,
      });
    }
  },
};

const closed: Openings = { certain: null, perhaps: null };

/**
 * Whether nothing but rules that Azure adds to every network security group lets the internet out: none of them can be taken away, and
 * nobody wrote them. AWS writes its rule into the group itself, where it can be deleted. https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#default-security-rules
 */
function isAsMade({ resource }: Firewall, { certain, perhaps }: Openings): boolean {
  const rules = (certain ?? perhaps)?.rules ?? [];
  return resource.type === "azure:network:network-security-group" && rules.length > 0 && rules.every(isDefault);
}

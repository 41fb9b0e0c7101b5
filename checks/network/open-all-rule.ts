import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import {
  audienceOf,
  everyPortOpenToInternet,
  isFirstLine,
  l4Of,
  openingsOf,
  verdictOf,
  wholeInWords,
} from "../shared/open-ports.ts";
import { brief, sentenceNameOf } from "../shared/words.ts";

export const check: Check = {
  id: "open-all-rule",
  title: "No firewall opens every TCP port, every UDP port or every protocol to the internet",
  severity: "high",
  subject: "firewall",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "A firewall that is open on every port is no firewall: whatever starts to listen behind it is on the internet at once, and nobody decided so.",
  remediation: {
    console:
      "Edit the firewall's inbound rules: replace the rule by one for each port that has to be public, or delete it.",
    cli: [
      "aws ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids RULE",
      "az network nsg rule delete --resource-group GROUP --nsg-name NSG --name RULE",
      "gcloud compute firewall-rules update RULE --rules=PROTOCOL:PORT --project=PROJECT",
    ],
    terraform: {
      aws: "Give the aws_vpc_security_group_ingress_rule an ip_protocol, from_port and to_port of its own, or remove it.",
      azure: "Give the azurerm_network_security_rule a protocol and destination_port_ranges of its own, or remove it.",
      gcp: "Give the allow block of the google_compute_firewall (layer4_configs in a firewall policy's rule) a protocol and ports of its own, or remove it.",
    },
  },
  attack: cloudFirewallAttack,
  controls: {
    "aws-security-hub": ["EC2.13", "EC2.14", "EC2.18", "EC2.19", "EC2.53", "EC2.54"],
    "cis-aws-7.0": ["6.1.2", "6.3", "6.4"],
    "gcp-security-command-center": ["OPEN_FIREWALL"],
    "azure-policy": ["9daedab3-fb2d-461e-b861-71790eead4f6"],
    "defender-for-cloud": ["3b20e985-f71f-483b-b078-f30d73936d43"],
  },
  needs: { subjects: ["firewalls"], context: [] },
  *judge({ network }, { internetShare }) {
    for (const firewall of network.firewalls.filter(isFirstLine)) {
      const name = sentenceNameOf(firewall.resource);
      const open = openingsOf(firewall, "ingress", (filter) => everyPortOpenToInternet(filter, internetShare));
      yield verdictOf(firewall, "ingress", open, {
        fails: (opening) => `${name} opens ${wholeInWords(l4Of(opening))} to ${audienceOf(opening)}.`,
        unknown: (opening) =>
          `${name} may open ${wholeInWords(l4Of(opening))} to the internet: ${brief(opening.missing, 3)}.`,
      });
    }
  },
};

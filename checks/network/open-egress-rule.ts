import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import {
  audienceOf,
  everyPortOpenToInternet,
  isFirstLine,
  l4Of,
  verdictOf,
  wholeInWords,
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
      "Edit the firewall's outbound rules: replace the rule that allows everything by rules for the destinations and ports that are needed (443 to a prefix list or an endpoint's group).",
    cli: ["aws ec2 revoke-security-group-egress --group-id GROUP --security-group-rule-ids RULE"],
    terraform: "Replace the allow-all aws_vpc_security_group_egress_rule by one for each destination that is needed.",
  },
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["firewalls"], context: [] },
  *judge({ network }, { internetShare }) {
    for (const firewall of network.firewalls.filter(isFirstLine)) {
      const name = sentenceNameOf(firewall.resource);
      yield verdictOf(firewall, "egress", everyPortOpenToInternet(firewall.egress, internetShare), {
        fails: (opening) => `${name} lets ${wholeInWords(l4Of(opening))} out to ${audienceOf(opening)}.`,
        unknown: (opening) =>
          `${name} may let ${wholeInWords(l4Of(opening))} out to the internet: ${brief(opening.missing, 3)}.`,
      });
    }
  },
};

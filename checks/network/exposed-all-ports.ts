import type { Exposure, ExposureAnalysis, InternetOpenings } from "../../src/network/exposure.ts";
import { allL4, noL4, unionL4 } from "../../src/network/l4.ts";
import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import { judgeExposure } from "../shared/exposed.ts";
import { wholeInWords, wholePart } from "../shared/open-ports.ts";

export const check: Check = {
  id: "exposed-all-ports",
  title: "The internet reaches no endpoint on every TCP port, every UDP port or every protocol",
  severity: "critical",
  subject: "endpoint",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "Nothing stands between the internet and the endpoint: whatever listens on it now, or starts to, is public at once, and nobody decided so.",
  remediation: {
    console:
      "Edit the inbound rules of the firewall attached to the endpoint: replace the rule by one for each port that has to be public, or delete it.",
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
  attack: { ...cloudFirewallAttack, techniques: [...cloudFirewallAttack.techniques, "T1190"] },
  controls: {
    "aws-security-hub": ["EC2.13", "EC2.14", "EC2.18", "EC2.19", "EC2.53", "EC2.54"],
    "cis-aws-7.0": ["6.1.2", "6.2", "6.3", "6.4"],
    "azure-policy": ["9daedab3-fb2d-461e-b861-71790eead4f6"],
    "defender-for-cloud": ["3b20e985-f71f-483b-b078-f30d73936d43"],
    "gcp-security-command-center": ["OPEN_FIREWALL"],
  },
  needs: { subjects: ["endpoints"], context: [] },
  judge({ network }, { adminPorts, internetShare: share }) {
    const everything = { l4: allL4, share };
    const answers = new Map<InternetOpenings, InternetOpenings>();
    const openings = (analysis: ExposureAnalysis, exposure: Exposure): InternetOpenings => {
      const all = analysis.openToInternet(exposure, everything);
      const known = answers.get(all);
      if (known !== undefined) return known;
      const answer = wholeOpenings(all, (l4) => analysis.openToInternet(exposure, { l4, share }));
      answers.set(all, answer);
      return answer;
    };
    return judgeExposure(network, {
      openings,
      what: wholeInWords,
      services: (l4) => [wholeInWords(l4)],
      share,
      prefer: adminPorts.map(({ l4 }) => l4),
    });
  },
};

/** What of some openings is a whole protocol; what may be open counts together with what is. */
function wholeOpenings(
  { certain, perhaps }: InternetOpenings,
  ask: (l4: typeof allL4) => InternetOpenings,
): InternetOpenings {
  const sure = wholePart(certain?.l4 ?? noL4);
  const possible = wholePart(unionL4([certain?.l4 ?? noL4, perhaps?.l4 ?? noL4]));
  return {
    certain: sure.length === 0 ? null : ask(sure).certain,
    perhaps: possible.length === 0 ? null : ask(possible).perhaps,
  };
}

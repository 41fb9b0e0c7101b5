import { allL4, icmp, icmpv6, includesL4, l4Protocol, subtractL4, unionL4, type L4Set } from "../../src/network/l4.ts";
import { l4OfServices } from "../../src/network/port-groups.ts";
import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import {
  briefPorts,
  eachPart,
  isFirstLine,
  l4Of,
  openingsOf,
  openToInternet,
  verdictOf,
} from "../shared/open-ports.ts";
import { brief, sentenceNameOf } from "../shared/words.ts";

export const check: Check = {
  id: "open-port-rule",
  title: "No firewall opens a port to the internet that is not meant to be public",
  severity: "medium",
  subject: "firewall",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "Ports nobody meant to be public (build servers, metrics, development servers, debuggers) are the ones that nobody hardens or watches.",
  remediation: {
    console:
      "Edit the firewall's inbound rules: delete the rule, set a narrower source, or, where the port is meant to be public, add it to publicPorts in rampart.yaml.",
    cli: [
      "aws ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids RULE",
      "az network nsg rule delete --resource-group GROUP --nsg-name NSG --name RULE",
      "gcloud compute firewall-rules update RULE --source-ranges=RANGES --project=PROJECT",
    ],
    terraform: {
      aws: "Name a narrower cidr_ipv4, cidr_ipv6 or prefix_list_id in the aws_vpc_security_group_ingress_rule, or remove it.",
      azure: "Name narrower source_address_prefixes in the azurerm_network_security_rule, or remove it.",
      gcp: "Name narrower source_ranges in the google_compute_firewall (src_ip_ranges in the match block of a firewall policy's rule), or remove it.",
    },
  },
  attack: cloudFirewallAttack,
  controls: {
    "aws-security-hub": ["EC2.18", "EC2.19"],
    "cis-azure-6.0": ["7.3", "7.4"],
    "gcp-security-command-center": ["OPEN_FIREWALL", "OPEN_HTTP_PORT"],
  },
  needs: { subjects: ["firewalls"], context: [] },
  *judge({ network }, { publicPorts, adminPorts, dataPorts, internetShare }) {
    // ICMP has no ports, and answering to ping is no service.
    const elsewhere = unionL4([
      l4OfServices([...publicPorts, ...adminPorts, ...dataPorts]),
      l4Protocol(icmp),
      l4Protocol(icmpv6),
    ]);
    const interest = subtractL4(allL4, elsewhere);
    const ports = (l4: L4Set): string => (includesL4(l4, interest) ? "all of them" : briefPorts(l4));
    for (const firewall of network.firewalls.filter(isFirstLine)) {
      const name = sentenceNameOf(firewall.resource);
      const open = openingsOf(firewall, "ingress", (filter) => openToInternet(filter, interest, internetShare));
      yield verdictOf(firewall, "ingress", open, {
        fails: (opening) => `${name} opens ports that are not meant to be public: ${eachPart(opening, ports)}.`,
        unknown: (opening) =>
          `${name} may open ports that are not meant to be public, ${ports(l4Of(opening))}, to the internet: ${brief(opening.missing, 3)}.`,
      });
    }
  },
};

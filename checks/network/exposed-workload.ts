import { allL4, icmp, icmpv6, includesL4, l4Protocol, subtractL4, unionL4, type L4Set } from "../../src/network/l4.ts";
import { l4OfServices } from "../../src/network/port-groups.ts";
import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import { judgeExposure } from "../shared/exposed.ts";
import { briefPorts } from "../shared/open-ports.ts";

export const check: Check = {
  id: "exposed-workload",
  title: "The internet reaches only ports that are meant to be public",
  severity: "medium",
  subject: "endpoint",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "Ports nobody meant to be public (build servers, metrics, development servers, debuggers) are the ones that nobody hardens or watches, " +
    "and this one can be reached from anywhere.",
  remediation: {
    console:
      "Edit the inbound rules of the firewall attached to the endpoint: delete the rule, set a narrower source, or, where the port is meant to be " +
      "public, add it to publicPorts in rampart.yaml.",
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
  attack: { ...cloudFirewallAttack, techniques: [...cloudFirewallAttack.techniques, "T1190"] },
  controls: {
    "aws-security-hub": ["EC2.9", "EC2.18", "EC2.19"],
    "azure-policy": ["83a86a26-fd1f-447c-b59d-e51f44264114"],
    "cis-gcp-5.0": ["4.9"],
    "gcp-security-command-center": ["OPEN_FIREWALL", "OPEN_HTTP_PORT", "PUBLIC_IP_ADDRESS"],
  },
  needs: { subjects: ["endpoints"], context: [] },
  judge({ network }, { publicPorts, adminPorts, dataPorts, internetShare: share }) {
    // ICMP has no ports, and answering to ping is no service.
    const elsewhere = unionL4([
      l4OfServices([...publicPorts, ...adminPorts, ...dataPorts]),
      l4Protocol(icmp),
      l4Protocol(icmpv6),
    ]);
    const question = { l4: subtractL4(allL4, elsewhere), share };
    const what = (l4: L4Set): string => (includesL4(l4, question.l4) ? "every port" : briefPorts(l4));
    return judgeExposure(network, {
      openings: (analysis, exposure) => analysis.openToInternet(exposure, question),
      what,
      publicListeners: publicPorts,
      services: () => [],
      share,
      prefer: [],
    });
  },
};

import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import { judgeExposure, serviceQuestions } from "../shared/exposed.ts";

export const check: Check = {
  id: "exposed-admin-port",
  title: "The internet reaches no remote-administration port of any endpoint",
  severity: "critical",
  subject: "endpoint",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "Packets from anywhere get through every layer to a port that gives control of the machine: passwords are tried on it within minutes, and " +
    "the next flaw in what listens there needs no password.",
  remediation: {
    console:
      "Edit the inbound rules of the firewall attached to the endpoint: delete the rule, or set its source to the addresses that administer it. " +
      "The cloud's own session service needs no port that is open to the internet.",
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
  attack: { ...cloudFirewallAttack, techniques: [...cloudFirewallAttack.techniques, "T1133", "T1021"] },
  controls: {
    "aws-security-hub": ["EC2.13", "EC2.14", "EC2.19", "EC2.53", "EC2.54"],
    "cis-aws-7.0": ["6.1.2", "6.2", "6.3", "6.4"],
    "azure-policy": ["22730e10-96f6-4aac-ad84-9383d35b5917"],
    "defender-for-cloud": ["bc303248-3d14-44c2-96a0-55f5c326b5fe"],
    "cis-gcp-5.0": ["3.6", "3.7"],
    "gcp-security-command-center": [
      "OPEN_CISCOSECURE_WEBSM_PORT",
      "OPEN_DIRECTORY_SERVICES_PORT",
      "OPEN_FTP_PORT",
      "OPEN_LDAP_PORT",
      "OPEN_NETBIOS_PORT",
      "OPEN_RDP_PORT",
      "OPEN_SSH_PORT",
      "OPEN_TELNET_PORT",
    ],
  },
  needs: { subjects: ["endpoints"], context: [] },
  judge: ({ network }, { adminPorts, internetShare }) =>
    judgeExposure(network, serviceQuestions(adminPorts, internetShare, "every remote-administration port")),
};

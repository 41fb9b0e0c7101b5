import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import { judgeServices } from "../shared/open-ports.ts";

export const check: Check = {
  id: "open-admin-rule",
  title: "No firewall opens a remote-administration port to the internet",
  severity: "high",
  subject: "firewall",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "Whoever reaches SSH, RDP, a Kubernetes API or the like can guess passwords and use the next flaw in it; the rule opens every machine " +
    "that the firewall is attached to, now or later.",
  remediation: {
    console:
      "Edit the firewall's inbound rules: delete the rule, or set its source to the addresses that administer these machines. " +
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
  attack: cloudFirewallAttack,
  controls: {
    "aws-security-hub": ["EC2.13", "EC2.14", "EC2.18", "EC2.19", "EC2.53", "EC2.54"],
    "cis-aws-7.0": ["6.1.2", "6.3", "6.4"],
    "cis-azure-6.0": ["7.1", "7.2"],
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
    "azure-policy": [
      "22730e10-96f6-4aac-ad84-9383d35b5917",
      "2c89a2e5-7285-40fe-afe0-ae8654b92fab",
      "e372f825-a257-4fb8-9175-797a8a8627d6",
    ],
    "defender-for-cloud": ["bc303248-3d14-44c2-96a0-55f5c326b5fe"],
  },
  needs: { subjects: ["firewalls"], context: [] },
  judge: ({ network }, { adminPorts, internetShare }) => judgeServices(network.firewalls, adminPorts, internetShare),
};

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
      "The cloud's own session service needs no open port.",
    cli: [
      "aws ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids RULE",
      "az network nsg rule delete --resource-group GROUP --nsg-name NSG --name RULE",
    ],
    terraform: {
      aws: "Name a narrower cidr_ipv4, cidr_ipv6 or prefix_list_id in the aws_vpc_security_group_ingress_rule, or remove it.",
      azure: "Name narrower source_address_prefixes in the azurerm_network_security_rule, or remove it.",
    },
  },
  attack: { ...cloudFirewallAttack, techniques: [...cloudFirewallAttack.techniques, "T1133", "T1021"] },
  controls: {
    "aws-security-hub": ["EC2.13", "EC2.14", "EC2.19", "EC2.53", "EC2.54"],
    "cis-aws-7.0": ["6.1.2", "6.2", "6.3", "6.4"],
  },
  needs: { subjects: ["endpoints"], context: [] },
  judge: ({ network }, { adminPorts, internetShare }) =>
    judgeExposure(network, serviceQuestions(adminPorts, internetShare, "every remote-administration port")),
};

import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import { judgeExposure, serviceQuestions } from "../shared/exposed.ts";

export const check: Check = {
  id: "exposed-data-port",
  title: "The internet reaches no database, cache, search or queue port of any endpoint",
  severity: "critical",
  subject: "endpoint",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "Packets from anywhere get through every layer to a port that data is read from; many of these services ask for no password unless told to, " +
    "and their data is copied and held to ransom by machines that look for nothing else.",
  remediation: {
    console:
      "Edit the inbound rules of the firewall attached to the endpoint: name the applications that use the data, by their group or their subnets, as the source.",
    cli: [
      "aws ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids RULE",
      "az network nsg rule delete --resource-group GROUP --nsg-name NSG --name RULE",
      "gcloud compute firewall-rules update RULE --source-ranges=RANGES --project=PROJECT",
    ],
    terraform: {
      aws: "Name a referenced_security_group_id or a narrower range in the aws_vpc_security_group_ingress_rule, or remove it.",
      azure:
        "Name source_application_security_group_ids or narrower source_address_prefixes in the azurerm_network_security_rule, or remove it.",
      gcp: "Name source_service_accounts or narrower source_ranges in the google_compute_firewall (src_ip_ranges in the match block of a firewall policy's rule), or remove it.",
    },
  },
  attack: { ...cloudFirewallAttack, techniques: [...cloudFirewallAttack.techniques, "T1190"] },
  controls: {
    "aws-security-hub": ["EC2.18", "EC2.19"],
    "gcp-security-command-center": [
      "OPEN_CASSANDRA_PORT",
      "OPEN_DNS_PORT",
      "OPEN_ELASTICSEARCH_PORT",
      "OPEN_MEMCACHED_PORT",
      "OPEN_MONGODB_PORT",
      "OPEN_MYSQL_PORT",
      "OPEN_ORACLEDB_PORT",
      "OPEN_POP3_PORT",
      "OPEN_POSTGRESQL_PORT",
      "OPEN_REDIS_PORT",
      "OPEN_SMTP_PORT",
    ],
  },
  needs: { subjects: ["endpoints"], context: [] },
  judge: ({ network }, { dataPorts, internetShare }) =>
    judgeExposure(network, serviceQuestions(dataPorts, internetShare, "every database, cache, search and queue port")),
};

import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import { judgeServices } from "../shared/open-ports.ts";

export const check: Check = {
  id: "open-data-rule",
  title: "No firewall opens a database, cache, search, queue, mail or name server port to the internet",
  severity: "high",
  subject: "firewall",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "Databases, caches, search engines and queues hold the data itself, and many of them ask for no password unless told to; nobody but " +
    "the applications in front of them should reach them.",
  remediation: {
    console:
      "Edit the firewall's inbound rules: delete the rule, or set its source to the firewall or the addresses of the applications that use the data.",
    cli: [
      "aws ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids RULE",
      "az network nsg rule delete --resource-group GROUP --nsg-name NSG --name RULE",
      "gcloud compute firewall-rules update RULE --source-ranges=RANGES --project=PROJECT",
    ],
    terraform: {
      aws: "Name the applications' group as referenced_security_group_id in the aws_vpc_security_group_ingress_rule, or remove the rule.",
      azure:
        "Name the applications' group in source_application_security_group_ids of the azurerm_network_security_rule, or remove the rule.",
      gcp: "Name source_service_accounts or narrower source_ranges in the google_compute_firewall (src_ip_ranges in the match block of a firewall policy's rule), or remove it.",
    },
  },
  attack: cloudFirewallAttack,
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
  needs: { subjects: ["firewalls"], context: [] },
  judge: ({ network }, { dataPorts, internetShare }) => judgeServices(network.firewalls, dataPorts, internetShare),
};

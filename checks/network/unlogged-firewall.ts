import type { Network } from "../../src/network/estate.ts";
import type { Remediation } from "../../src/model/finding.ts";
import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import { awsCommand } from "../shared/aws-remediation.ts";
import { azCommand } from "../shared/azure-remediation.ts";
import { gcloudCommand } from "../shared/gcp-remediation.ts";
import { nameOf, sentenceNameOf } from "../shared/words.ts";

export const check: Check = {
  id: "unlogged-firewall",
  title: "Every network records the traffic that its firewalls accept and reject",
  severity: "low",
  subject: "network",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "Without a record of traffic nobody can tell what came in while a firewall stood open, nor notice that it does.",
  remediation: {
    console: "Switch on flow logs for the network, or for each of its subnets, and record all of its traffic.",
    cli: [
      "aws ec2 create-flow-logs --resource-type VPC --resource-ids VPC --traffic-type ALL --log-destination-type s3 --log-destination arn:aws:s3:::BUCKET",
      "az network watcher flow-log create --location LOCATION --name NAME --vnet VNET --storage-account STORAGE",
      "gcloud compute networks subnets update SUBNET --region=REGION --enable-flow-logs --project=PROJECT",
    ],
    terraform: {
      aws: 'Add an aws_flow_log for the VPC with traffic_type = "ALL".',
      azure: "Add an azurerm_network_watcher_flow_log with the virtual network as its target_resource_id.",
      gcp: "Give each google_compute_subnetwork of the network a log_config block.",
    },
  },
  attack: cloudFirewallAttack,
  controls: {
    "aws-security-hub": ["EC2.6"],
    "cis-aws-7.0": ["4.7"],
    "cis-azure-6.0": ["7.8"],
    "cis-gcp-5.0": ["3.10"],
    "gcp-security-command-center": ["FIREWALL_RULE_LOGGING_DISABLED", "FLOW_LOGS_DISABLED"],
    "azure-policy": [
      "4c3c6c5f-0d47-4402-99b8-aa543dd8bcee",
      "c251913d-7d24-4958-af87-478ed3b9ba41",
      "27960feb-a23c-4577-8d36-ef8b5f35e0be",
    ],
  },
  needs: { subjects: ["networks"], context: ["flow-logs"] },
  *judge({ network }) {
    for (const { resource, logging, endpoints } of network.networks) {
      const name = sentenceNameOf(resource);
      const evidence = { logging: { ...logging }, endpoints };
      if (logging.status === "logged") yield { status: "pass", resource };
      else if (logging.status === "unknown") {
        yield {
          status: "unknown",
          resource,
          message: `Whether ${nameOf(resource)} records its traffic could not be read: ${logging.missing}.`,
          evidence,
        };
      } else {
        yield {
          status: "fail",
          resource,
          message: `${name} ${shortcoming(logging)}; ${inIt(endpoints)}.`,
          evidence,
          ...remediationOf(resource),
        };
      }
    }
  },
};

function shortcoming(logging: Exclude<Network["logging"], { readonly status: "logged" | "unknown" }>): string {
  if (logging.status === "partial") return `records its traffic in part: ${logging.gap}`;
  return logging.reason === null ? "records none of its traffic" : `records none of its traffic: ${logging.reason}`;
}

function inIt(endpoints: number): string {
  if (endpoints === 0) return "no network interface lives in it";
  return endpoints === 1 ? "1 network interface lives in it" : `${endpoints} network interfaces live in it`;
}

function remediationOf(resource: Network["resource"]): { readonly remediation?: Remediation } {
  if (resource.type === "azure:network:virtual-network") return { remediation: flowLogFor(resource) };
  if (resource.type === "gcp:compute:network") return { remediation: subnetLogsFor(resource) };
  if (resource.type !== "aws:ec2:vpc") return {};
  const options = ["--traffic-type", "ALL", "--log-destination-type", "s3", "--log-destination", "arn:aws:s3:::BUCKET"];
  return {
    remediation: {
      console: `In the VPC console, choose ${resource.id}, then Flow logs, Create flow log; record all traffic, and give it a destination that delivery works to.`,
      cli: [
        awsCommand(
          resource,
          "ec2",
          "create-flow-logs",
          "--resource-type",
          "VPC",
          "--resource-ids",
          resource.id,
          ...options,
        ),
      ],
      terraform: `Add an aws_flow_log with vpc_id of ${resource.id} and traffic_type = "ALL".`,
    },
  };
}

/** https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-cli */
function flowLogFor(network: Network["resource"]): Remediation {
  const words = [
    "network",
    "watcher",
    "flow-log",
    "create",
    "--location",
    "LOCATION",
    "--name",
    `${network.name ?? "network"}-flow-log`,
  ];
  return {
    console: `In the Azure portal, open Network Watcher, then Flow logs, Create; choose Virtual network, ${network.name ?? network.id}, and a storage account.`,
    cli: [azCommand(network, ...words, "--vnet", network.id, "--storage-account", "STORAGE", "--retention", "90")],
    terraform: `Add an azurerm_network_watcher_flow_log with target_resource_id of ${network.id}.`,
  };
}

/**
 * Flow logs of Google are a setting of each subnet; the network's record does not name its subnets.
 * https://cloud.google.com/vpc/docs/using-flow-logs
 */
function subnetLogsFor({ id, account, name }: Network["resource"]): Remediation {
  const network = name ?? id;
  return {
    console: `In the Google Cloud console, open VPC networks, choose ${network}, then Subnets, and set Flow logs to On in each; or set Logs to On in each of its firewall rules.`,
    cli: [
      gcloudCommand(account, "compute", "networks", "subnets", "list", `--network=${network}`),
      gcloudCommand(
        account,
        "compute",
        "networks",
        "subnets",
        "update",
        "SUBNET",
        "--region=REGION",
        "--enable-flow-logs",
      ),
    ],
    terraform: `Give each google_compute_subnetwork of ${id} a log_config block.`,
  };
}

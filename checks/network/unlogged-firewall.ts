import type { Network } from "../../src/network/estate.ts";
import type { Remediation } from "../../src/model/finding.ts";
import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import { awsCommand } from "../shared/aws-remediation.ts";
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
    console: "In the VPC console, choose the VPC, then Flow logs, Create flow log; record all traffic.",
    cli: [
      "aws ec2 create-flow-logs --resource-type VPC --resource-ids VPC --traffic-type ALL --log-destination-type s3 --log-destination arn:aws:s3:::BUCKET",
    ],
    terraform: 'Add an aws_flow_log for the VPC with traffic_type = "ALL".',
  },
  attack: cloudFirewallAttack,
  controls: { "aws-security-hub": ["EC2.6"], "cis-aws-7.0": ["4.7"] },
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

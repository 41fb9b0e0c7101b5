import type { Firewall } from "../../src/network/estate.ts";
import type { Remediation } from "../../src/model/finding.ts";
import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import { awsCommand } from "../shared/aws-remediation.ts";
import { azCommand, groupAndName } from "../shared/azure-remediation.ts";
import { deletePolicy } from "../shared/gcp-remediation.ts";
import { nameOf, sentenceNameOf } from "../shared/words.ts";

export const check: Check = {
  id: "unused-firewall",
  title: "Every firewall guards something",
  severity: "low",
  subject: "firewall",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "A firewall that guards nothing is looked at by nobody, and its rules come to life, however old and open they are, the moment someone attaches it.",
  remediation: {
    console: "Delete the firewall once you are sure that nothing is meant to be started with it.",
    cli: [
      "aws ec2 delete-security-group --group-id GROUP",
      "aws ec2 delete-network-acl --network-acl-id ACL",
      "az network nsg delete --resource-group GROUP --name NSG",
      "gcloud compute network-firewall-policies delete POLICY --global --project=PROJECT",
    ],
    terraform: {
      aws: "Remove the aws_security_group or aws_network_acl.",
      azure: "Remove the azurerm_network_security_group.",
      gcp: "Remove the google_compute_network_firewall_policy, google_compute_region_network_firewall_policy or google_compute_firewall_policy.",
    },
  },
  attack: cloudFirewallAttack,
  controls: { "aws-security-hub": ["EC2.16", "EC2.22"] },
  // A group that was not read may be the one whose rule names a group that looks unused.
  needs: { subjects: ["subnet-firewalls"], context: ["firewalls", "attachments"] },
  *judge({ network }) {
    // What a cloud makes by itself cannot be deleted.
    for (const firewall of network.firewalls.filter(({ isDefault }) => !isDefault)) {
      const { resource, attachments, referencedBy, ingressRules, egressRules } = firewall;
      if (attachments.length > 0 || referencedBy.length > 0) {
        yield { status: "pass", resource };
        continue;
      }
      const remediation = deletion(firewall);
      yield {
        status: "fail",
        resource,
        message: `${sentenceNameOf(resource)} guards nothing that the scan saw, and no other firewall's rule names it.`,
        evidence: { ingressRules: ingressRules.length, egressRules: egressRules.length },
        ...(remediation === null ? {} : { remediation }),
      };
    }
  },
};

function deletion({ resource }: Firewall): Remediation | null {
  if (resource.cloud === "gcp") return deletePolicy(resource);
  if (resource.type === "azure:network:network-security-group") {
    return {
      console: `In the Azure portal, open Network security groups, choose ${resource.name ?? resource.id}, then Delete, once you are sure that no template is meant to use it.`,
      cli: [azCommand(resource, "network", "nsg", "delete", ...groupAndName(resource))],
      terraform: `Remove the azurerm_network_security_group of ${resource.id}.`,
    };
  }
  const ways: Readonly<Record<string, readonly [page: string, command: string, option: string, terraform: string]>> = {
    "aws:ec2:security-group": ["Security groups", "delete-security-group", "--group-id", "aws_security_group"],
    "aws:ec2:network-acl": ["Network ACLs", "delete-network-acl", "--network-acl-id", "aws_network_acl"],
  };
  const way = ways[resource.type];
  if (way === undefined) return null;
  const [page, command, option, terraform] = way;
  return {
    console: `In the VPC console, open ${page}, choose ${nameOf(resource)}, then Actions, Delete, once you are sure that no launch template or stack is meant to use it.`,
    cli: [awsCommand(resource, "ec2", command, option, resource.id)],
    terraform: `Remove the ${terraform} of ${resource.id}.`,
  };
}

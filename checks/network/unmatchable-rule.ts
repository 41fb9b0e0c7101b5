import type { Json } from "../../src/model/finding.ts";
import type { Cloud } from "../../src/model/resource.ts";
import { isEmptyAddresses } from "../../src/network/addresses.ts";
import type { Rule } from "../../src/network/filter.ts";
import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import { removeRules } from "../shared/remediation.ts";
import { rulesWorth } from "../shared/rule-worth.ts";
import { brief, nameOf, peerName, ruleEvidence, ruleName, sentenceNameOf } from "../shared/words.ts";

export const check: Check = {
  id: "unmatchable-rule",
  title: "Every firewall rule can match some packet",
  severity: "low",
  subject: "rule",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "A rule that matches nothing, because the group it names is gone or its list is empty, does not do what it was written for, and comes to " +
    "life the day someone fills the list or attaches the group.",
  remediation: {
    console: "Delete the rule, or point it at the group or list that was meant.",
    cli: [
      "aws ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids RULE",
      "aws ec2 delete-network-acl-entry --network-acl-id ACL --ingress --rule-number NUMBER",
      "az network nsg rule delete --resource-group GROUP --nsg-name NSG --name RULE",
      "gcloud compute firewall-rules delete RULE --project=PROJECT",
      "gcloud compute network-firewall-policies rules delete PRIORITY --firewall-policy=POLICY --global-firewall-policy --project=PROJECT",
    ],
    terraform: {
      aws: "Remove the aws_vpc_security_group_ingress_rule or aws_network_acl_rule.",
      azure: "Remove the azurerm_network_security_rule.",
      gcp: "Remove the google_compute_firewall, or the firewall policy's rule.",
    },
  },
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["firewalls", "subnet-firewalls"], context: [] },
  *judge({ network }) {
    for (const { firewall, direction, rule, verdict, perhaps } of rulesWorth(network.firewalls)) {
      const { resource } = firewall;
      // Google fills its own lists; what is on them today is of no matter here.
      const isGoogles = rule.peer.kind === "tag" && /^(?:region code|threat list) /.test(rule.peer.name);
      // A group that names itself and is attached to nothing comes right the moment it is attached.
      const namesItself = rule.peer.kind === "group" && rule.peer.id === resource.id;
      const isSure = verdict.kind === "unmatchable";
      if (namesItself || isGoogles || (!isSure && !perhaps.some(({ kind }) => kind === "unmatchable"))) {
        yield { status: "pass", resource };
        continue;
      }
      const what = ruleName(rule, direction);
      const evidence: Readonly<Record<string, Json>> = {
        direction,
        rules: ruleEvidence([rule]),
        ...(isSure ? {} : { missing: [...rule.remote.missing] }),
      };
      const about = { resource, discriminator: rule.key, evidence };
      if (isSure) {
        yield {
          status: "fail",
          ...about,
          message: `${sentenceNameOf(resource)} has an ${direction} rule that no packet can match, ${what}: ${reasonFor(rule, resource.cloud)}.`,
          ...removeRules(firewall, [rule], direction),
        };
      } else {
        yield {
          status: "unknown",
          ...about,
          message: `Whether any packet can match ${direction} ${what} of ${nameOf(resource)} is not known: ${brief(rule.remote.missing, 3)}.`,
        };
      }
    }
  },
};

function reasonFor({ l4, peer, remote, sourcePorts }: Rule, cloud: Cloud): string {
  if (l4.length === 0 || sourcePorts?.length === 0) return "it names no traffic";
  if (!isEmptyAddresses(remote.may)) return "it names nobody";
  if (peer.kind === "group") return `${peerName(peer)} is on no network interface whose packets could come here`;
  if (peer.kind === "list") return `${peerName(peer)} has no entries`;
  if (peer.kind === "tag" && cloud === "gcp") return `no instance of its network goes by ${peerName(peer)}`;
  return `${peerName(peer)} stands for no address`;
}

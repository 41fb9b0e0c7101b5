import type { Json } from "../../src/model/finding.ts";
import type { Rule } from "../../src/network/filter.ts";
import { cloudFirewallAttack, type Check, type Estate } from "../../src/scan/check.ts";
import { removeRules } from "../shared/remediation.ts";
import { isFirstLine } from "../shared/open-ports.ts";
import { peerName, sentenceNameOf } from "../shared/words.ts";

/** Owners that stand for the cloud itself: what AWS publishes under these names no customer can change. */
const vendorOwners: ReadonlySet<string> = new Set(["AWS", "amazon-elb", "amazon-aws"]);

export const check: Check = {
  id: "borrowed-source-rule",
  title: "The sources of rules are under the organization's own control",
  severity: "medium",
  subject: "rule",
  clouds: ["aws"],
  rationale:
    "Whoever owns a shared prefix list or another account's security group decides who gets in, can add any address at any time, and leaves no trace in the " +
    "account that the rule protects.",
  remediation: {
    console:
      "Copy the list's entries into a managed prefix list of your own and name that in the rule, or ask the owner's account to be taken into your organization.",
    cli: ["aws ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids RULE"],
    terraform:
      "Point prefix_list_id or referenced_security_group_id of the aws_vpc_security_group_ingress_rule at a resource of your own.",
  },
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["firewalls"], context: [] },
  *judge(estate) {
    const groupOwners = new Map(estate.network.firewalls.map(({ resource }) => [resource.id, resource.account]));
    for (const firewall of estate.network.firewalls.filter(isFirstLine)) {
      const { resource, ingressRules } = firewall;
      const name = sentenceNameOf(resource);
      for (const rule of ingressRules) {
        const control = controlOf(rule, groupOwners, estate);
        if (control.by === "us") {
          yield { status: "pass", resource };
          continue;
        }
        const source = peerName(rule.peer);
        const evidence: Readonly<Record<string, Json>> = {
          rule: { id: rule.id, key: rule.key },
          source,
          owner: control.owner,
        };
        const about = { resource, discriminator: rule.key, evidence };
        if (control.by === "stranger") {
          yield {
            status: "fail",
            ...about,
            message: `${name} takes who may reach it (${rule.key}) from ${source}, which account ${control.owner} outside the organization can change.`,
            ...removeRules(firewall, [rule], "ingress"),
          };
        } else {
          yield {
            status: "unknown",
            ...about,
            message: `${name} takes who may reach it (${rule.key}) from ${source}, ${control.why}.`,
          };
        }
      }
    }
  },
};

/** Who decides what a rule's source means. */
type Control =
  | { readonly by: "us" }
  | { readonly by: "stranger"; readonly owner: string }
  | { readonly by: "unknown"; readonly owner: string | null; readonly why: string };

function controlOf({ peer }: Rule, groupOwners: ReadonlyMap<string, string>, estate: Estate): Control {
  if (peer.kind !== "list" && peer.kind !== "group") return { by: "us" };
  const owner = peer.owner ?? (peer.kind === "group" ? (groupOwners.get(peer.id) ?? null) : null);
  if (owner === null) {
    const operation = peer.kind === "list" ? "ec2:DescribeManagedPrefixLists" : "ec2:DescribeSecurityGroups";
    return { by: "unknown", owner, why: `whose owner could not be read (${operation})` };
  }
  if (vendorOwners.has(owner) || estate.ownAccounts.has(owner)) return { by: "us" };
  if (estate.organizationKnown) return { by: "stranger", owner };
  return {
    by: "unknown",
    owner,
    why: `which account ${owner} can change; whether that account is part of your organization could not be read (organizations:ListAccounts)`,
  };
}

import type { Rule } from "../../src/network/filter.ts";
import type { Firewall } from "../../src/network/estate.ts";
import type { Remediation } from "../../src/model/finding.ts";
import { cloudFirewallAttack, remediationOn, type Check } from "../../src/scan/check.ts";
import { removeRules } from "../shared/remediation.ts";
import { isFirstLine } from "../shared/open-ports.ts";
import { brief, ruleEvidence, sentenceNameOf } from "../shared/words.ts";

export const check: Check = {
  id: "default-firewall-in-use",
  title: "Firewalls that the cloud made by itself allow nothing",
  severity: "medium",
  subject: "firewall",
  clouds: ["aws", "gcp"],
  rationale:
    "Whatever is started without a firewall of its own gets the default one; as long as that has rules, machines nobody thought about can " +
    "reach each other and the internet.",
  remediation: {
    console:
      "Give everything that uses the default security group a group of its own, then delete all inbound and outbound rules of the default group.",
    cli: [
      "aws ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids RULE",
      "aws ec2 revoke-security-group-egress --group-id GROUP --security-group-rule-ids RULE",
    ],
    terraform: "Declare aws_default_security_group for the VPC with no ingress and no egress block.",
  },
  attack: cloudFirewallAttack,
  controls: { "aws-security-hub": ["EC2.2"], "cis-aws-7.0": ["6.5"] },
  needs: { subjects: ["firewalls"], context: [] },
  *judge({ network }) {
    for (const firewall of network.firewalls.filter(({ isDefault }) => isDefault).filter(isFirstLine)) {
      const { resource, ingressRules, egressRules, attachments } = firewall;
      const rules = [...ingressRules, ...egressRules];
      const name = sentenceNameOf(resource);
      const evidence = {
        ingressRules: ruleEvidence(ingressRules),
        egressRules: ruleEvidence(egressRules),
        attachments: attachments.length,
      };
      if (rules.length === 0) yield { status: "pass", resource };
      else if (rules.every(isUnreadable)) {
        const missing = brief([...new Set(rules.flatMap(({ remote }) => remote.missing))], 3);
        yield { status: "unknown", resource, message: `${name} may have rules: ${missing}.`, evidence };
      } else {
        yield {
          status: "fail",
          resource,
          message: `${name} is the default of its network and allows traffic: ${count(ingressRules, "inbound")} and ${count(egressRules, "outbound")}.`,
          evidence,
          ...emptyGroup(firewall),
        };
      }
    }
  },
};

/** A rule of which nothing could be read: it may not even exist. */
function isUnreadable({ peer, remote }: Rule): boolean {
  return peer.kind === "any" && remote.missing.length > 0;
}

function count(rules: readonly Rule[], kind: string): string {
  return `${rules.length} ${kind} rule${rules.length === 1 ? "" : "s"}`;
}

function emptyGroup(firewall: Firewall): { readonly remediation?: Remediation } {
  const { ingressRules, egressRules } = firewall;
  const ways = [removeRules(firewall, ingressRules, "ingress"), removeRules(firewall, egressRules, "egress")];
  const cli = ways.flatMap(({ remediation }) => remediation?.cli ?? []);
  return cli.length === 0 ? {} : { remediation: { ...remediationOn(check, firewall.resource.cloud), cli } };
}

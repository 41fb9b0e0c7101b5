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
      "Give everything that uses the default firewall one of its own, then delete the rules that the default one came with.",
    cli: [
      "aws ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids RULE",
      "aws ec2 revoke-security-group-egress --group-id GROUP --security-group-rule-ids RULE",
      "gcloud compute firewall-rules delete default-allow-ssh default-allow-rdp default-allow-icmp default-allow-internal --project=PROJECT",
    ],
    terraform: {
      aws: "Declare aws_default_security_group for the VPC with no ingress and no egress block.",
      gcp: "Set auto_create_network = false in the google_project, and give its machines a google_compute_network of their own.",
    },
  },
  attack: cloudFirewallAttack,
  controls: {
    "aws-security-hub": ["EC2.2"],
    "cis-aws-7.0": ["6.5"],
    "cis-gcp-5.0": ["3.1"],
    "gcp-security-command-center": ["DEFAULT_NETWORK"],
  },
  needs: { subjects: ["firewalls"], context: [] },
  *judge({ network }) {
    for (const firewall of network.firewalls.filter(isMadeByCloud).filter(isFirstLine)) {
      const { resource, attachments } = firewall;
      const [ingressRules, egressRules] = [cameWith(firewall, "ingress"), cameWith(firewall, "egress")];
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
          message:
            resource.cloud === "gcp"
              ? `${name} still has rules that Google made the default network with: ${brief([...new Set(rules.flatMap(({ id }) => id ?? []))], 4)}.`
              : `${name} is the default of its network and allows traffic: ${count(ingressRules, "inbound")} and ${count(egressRules, "outbound")}.`,
          evidence,
          ...emptyGroup(firewall),
        };
      }
    }
  },
};

/**
 * What a cloud made by itself. Of Google's default network the rules that it came with may be gone: then it is as good as any other, which
 * is worth telling.
 */
function isMadeByCloud({ isDefault, resource }: Firewall): boolean {
  return isDefault || (resource.type === "gcp:compute:vpc-firewall-rules" && resource.name === "default");
}

/** https://cloud.google.com/firewall/docs/firewalls#more_rules_default_vpc */
const prepopulated = /^default-allow-(?:internal|ssh|rdp|icmp)$/;

/** The rules that a default firewall came with: all that AWS's has, of Google's the four that it writes by itself. */
function cameWith(firewall: Firewall, direction: "ingress" | "egress"): readonly Rule[] {
  const rules = direction === "ingress" ? firewall.ingressRules : firewall.egressRules;
  if (firewall.resource.cloud !== "gcp") return rules;
  return rules.filter((rule) => isUnreadable(rule) || prepopulated.test(rule.id ?? ""));
}

/** A rule of which nothing could be read: it may not even exist. */
function isUnreadable({ peer, remote }: Rule): boolean {
  return peer.kind === "any" && remote.missing.length > 0;
}

function count(rules: readonly Rule[], kind: string): string {
  return `${rules.length} ${kind} rule${rules.length === 1 ? "" : "s"}`;
}

function emptyGroup(firewall: Firewall): { readonly remediation?: Remediation } {
  const ways = (["ingress", "egress"] as const).map((direction) =>
    removeRules(firewall, cameWith(firewall, direction), direction),
  );
  const cli = ways.flatMap(({ remediation }) => remediation?.cli ?? []);
  return cli.length === 0 ? {} : { remediation: { ...remediationOn(check, firewall.resource.cloud), cli } };
}

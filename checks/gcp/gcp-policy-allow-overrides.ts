import type { Remediation } from "../../src/model/finding.ts";
import type { ResourceRef } from "../../src/model/resource.ts";
import { unionAddresses, type AddressSet } from "../../src/network/addresses.ts";
import { describeL4 } from "../../src/network/l4.ts";
import { internetShare } from "../../src/network/width.ts";
import type { NetworkEnforcement, PolicyAllow } from "../../src/providers/gcp/controls.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import { policyRuleCommand } from "../shared/gcp-remediation.ts";
import { addressEvidence, audience, brief, briefCidrs, listed, nameOf, sentenceNameOf } from "../shared/words.ts";

const generalRemediation: Remediation = {
  console:
    "In the Google Cloud console, open VPC network, then Firewall policies, the policy and its rule; set the action to Go to next, so that the network's own rules decide, or name narrower sources and targets.",
  cli: [
    "gcloud compute firewall-policies rules update PRIORITY --firewall-policy=POLICY --action=goto_next",
    "gcloud compute network-firewall-policies rules update PRIORITY --firewall-policy=POLICY --global-firewall-policy --action=goto_next --project=PROJECT",
  ],
  terraform:
    'Set action = "goto_next", or narrower src_ip_ranges in the match block, in the google_compute_firewall_policy_rule or google_compute_network_firewall_policy_rule.',
};

export const check: Check = {
  id: "gcp-policy-allow-overrides",
  title: "No firewall policy lets in what a VPC firewall rule of the network denies",
  severity: "medium",
  subject: "rule",
  clouds: ["gcp"],
  rationale:
    "What a policy allows before the network's VPC firewall rules are asked, none of them can deny: whoever wrote the denial believes that a way is closed which is open.",
  remediation: generalRemediation,
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["firewalls"], context: [] },
  *judge({ gcp }) {
    if (gcp === null) return;
    // A policy over many networks is one thing to mend.
    const byRule = Map.groupBy(gcp.policyAllows, ({ resource, key }) => `${resource.id} ${key}`);
    for (const allows of byRule.values()) {
      const [first] = allows;
      if (first !== undefined) yield verdictOn(first, allows, gcp.enforcement);
    }
  },
};

function verdictOn(
  { resource, key, kind, priority, l4 }: PolicyAllow,
  allows: readonly PolicyAllow[],
  enforcement: readonly NetworkEnforcement[],
): Verdict {
  const overriding = allows.filter(({ overridden }) => overridden.length > 0);
  const about = { resource, discriminator: key };
  const known = { kind, priority, ports: describeL4(l4) };
  if (overriding.length > 0) {
    const sources = unionAddresses(overriding.map(({ remote }) => remote.must));
    const denials = overriding.map(
      ({ network, overridden }) =>
        `${brief(
          overridden.map(({ name }) => name),
          3,
        )} in network ${lastPart(network)}`,
    );
    const { size } = new Set(overriding.flatMap(({ overridden }) => overridden.map(({ id }) => id)));
    return {
      status: "fail",
      ...about,
      message:
        `${sentenceNameOf(resource)} lets in ${describeL4(l4)} from ${who(sources)} by rule ${priority}, before VPC firewall rules are asked: ` +
        `${brief(denials, 3)} ${size === 1 ? "denies" : "deny"} it and can no longer stop it.`,
      evidence: {
        ...known,
        from: addressEvidence(sources),
        overridden: listed(
          overriding.flatMap(({ network, overridden }) => overridden.map((rule) => ({ network, rule }))),
          ({ network, rule }) => ({ network, rule: rule.id, priority: rule.priority }),
        ),
      },
      remediation: remediationFor(resource, priority),
    };
  }
  const missing = missingOf(allows, enforcement);
  if (missing.length === 0) return { status: "pass", resource };
  return {
    status: "unknown",
    ...about,
    message: `Whether rule ${priority} of ${nameOf(resource)} lets in what a VPC firewall rule denies is not known: ${brief(missing, 3)}.`,
    evidence: { ...known, networks: listed(allows, ({ network }) => network), missing: [...missing] },
  };
}

/** What would tell. Sources that could not be read matter where a rule of the network denies anything at all. */
function missingOf(allows: readonly PolicyAllow[], enforcement: readonly NetworkEnforcement[]): readonly string[] {
  const denying = new Set(
    enforcement.filter(({ vpcDenies }) => vpcDenies.length > 0).map(({ resource }) => resource.id),
  );
  const missing = allows.flatMap((allow) => [
    ...allow.missing,
    ...(denying.has(allow.network) ? allow.remote.missing : []),
  ]);
  return [...new Set(missing)];
}

/** The sources: measured where they are public, as blocks otherwise. */
function who(sources: AddressSet): string {
  const { v4, v6 } = internetShare(sources);
  return v4 > 0 || v6 > 0 ? audience(sources) : briefCidrs(sources, 4);
}

function lastPart(path: string): string {
  return path.split("/").at(-1) ?? path;
}

function remediationFor(resource: ResourceRef, priority: number): Remediation {
  const command = policyRuleCommand(resource, String(priority), "--action=goto_next");
  return {
    ...generalRemediation,
    console: `In the Google Cloud console, open VPC network, then Firewall policies, ${resource.name ?? resource.id} and its rule ${priority}; set the action to Go to next, so that the network's own rules decide, or name narrower sources and targets.`,
    cli: command === null ? [] : [command],
  };
}

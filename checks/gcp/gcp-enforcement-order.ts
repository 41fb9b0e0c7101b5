import type { Remediation } from "../../src/model/finding.ts";
import type { NetworkEnforcement } from "../../src/providers/gcp/controls.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import { updateNetwork } from "../shared/gcp-remediation.ts";
import { brief, listed, nameOf, sentenceNameOf } from "../shared/words.ts";

const generalRemediation: Remediation = {
  console:
    "In the Google Cloud console, open VPC networks, the network, then Edit; set the firewall policy enforcement order so that VPC firewall rules come first, or carry their denials over into the policies and delete them.",
  cli: [
    "gcloud compute networks update NETWORK --network-firewall-policy-enforcement-order=AFTER_CLASSIC_FIREWALL --project=PROJECT",
  ],
  terraform: 'Set network_firewall_policy_enforcement_order = "AFTER_CLASSIC_FIREWALL" in the google_compute_network.',
};

export const check: Check = {
  id: "gcp-enforcement-order",
  title: "Where VPC firewall rules deny, no network firewall policy is evaluated before them",
  severity: "medium",
  subject: "network",
  clouds: ["gcp"],
  rationale:
    "One member of the network turns the order round, and whoever may update networks may set it without a permission on firewalls: then what a policy allows, no VPC firewall rule denies any more.",
  remediation: generalRemediation,
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["networks", "firewalls"], context: [] },
  *judge({ gcp }) {
    for (const network of gcp?.enforcement ?? []) yield verdictOn(network);
  },
};

function verdictOn({ resource, order, policies, vpcRules, vpcDenies }: NetworkEnforcement): Verdict {
  if (order === "AFTER_CLASSIC_FIREWALL" || policies.length === 0 || vpcDenies.length === 0)
    return { status: "pass", resource };
  const evidence = {
    order,
    policies: [...policies],
    vpcRules: vpcRules.length,
    vpcDenies: listed(vpcDenies, ({ id, priority }) => ({ id, priority })),
  };
  const [named, denials] = [
    `network firewall ${policies.length === 1 ? "policy" : "policies"} ${brief(policies, 3)}`,
    brief(
      vpcDenies.map(({ name }) => name),
      3,
    ),
  ];
  if (order === null) {
    const message = `Whether ${nameOf(resource)} evaluates ${named} before its VPC firewall rules, of which ${denials} deny, is not known: its record was not read, or names no order that Google documents (compute.networks.list).`;
    return { status: "unknown", resource, message, evidence };
  }
  return {
    status: "fail",
    resource,
    message: `${sentenceNameOf(resource)} evaluates ${named} before its VPC firewall rules (BEFORE_CLASSIC_FIREWALL): what is allowed there, ${denials} can no longer deny.`,
    evidence,
    remediation: {
      ...generalRemediation,
      cli: [updateNetwork(resource, "--network-firewall-policy-enforcement-order=AFTER_CLASSIC_FIREWALL")],
    },
  };
}

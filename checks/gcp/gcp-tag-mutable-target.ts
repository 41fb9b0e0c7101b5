import type { Remediation } from "../../src/model/finding.ts";
import { isEmptyAddresses } from "../../src/network/addresses.ts";
import type { Firewall } from "../../src/network/estate.ts";
import { unionExtents } from "../../src/network/extent.ts";
import type { Extent } from "../../src/network/filter.ts";
import { describeL4, unionL4, type L4Set } from "../../src/network/l4.ts";
import { publicPart } from "../../src/network/width.ts";
import type { TagRule } from "../../src/providers/gcp/controls.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import { replaceVpcRule } from "../shared/gcp-remediation.ts";
import { addressEvidence, audience, brief, sentenceNameOf } from "../shared/words.ts";

const generalRemediation: Remediation = {
  console:
    "In the Google Cloud console, open VPC network, then Firewall; make a rule of the same words whose targets are a service account, or a firewall policy's rule whose targets are secure tags, and delete the rule that goes by network tags.",
  cli: [
    "gcloud compute firewall-rules create NEW_RULE --network=NETWORK --direction=DIRECTION --action=ACTION --rules=RULES --source-ranges=RANGES --target-service-accounts=ACCOUNT --project=PROJECT",
    "gcloud compute firewall-rules delete RULE --project=PROJECT",
  ],
  terraform:
    "Name target_service_accounts instead of target_tags in the google_compute_firewall, or target_secure_tags in a google_compute_network_firewall_policy_rule.",
};

export const check: Check = {
  id: "gcp-tag-mutable-target",
  title: "No firewall rule that faces the internet is bound to its machines by network tags alone",
  severity: "low",
  subject: "rule",
  clouds: ["gcp"],
  rationale:
    "A network tag is free text on an instance: whoever may set it there opens the machine, or takes it out of a denial, without any permission on firewalls. " +
    "A service account or a secure tag has to be granted.",
  remediation: generalRemediation,
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["firewalls"], context: [] },
  *judge({ gcp, network }) {
    const firewalls = new Map(network.firewalls.map((firewall) => [keyOf(firewall), firewall]));
    for (const rule of gcp?.tagRules ?? []) {
      const firewall = firewalls.get(keyOf(rule));
      if (firewall !== undefined) yield verdictOn(rule, firewall);
    }
  },
};

function keyOf({ resource }: Pick<Firewall, "resource">): string {
  return `${resource.type} ${resource.id}`;
}

function verdictOn(tagRule: TagRule, firewall: Firewall): Verdict {
  const { resource, key, targetTags, instances, action, direction, rule } = tagRule;
  const { remote, l4 } = otherSide(tagRule, firewall);
  if (targetTags.length === 0 || isEmptyAddresses(publicPart(remote.may))) return { status: "pass", resource };
  const evidence = {
    rule: { id: rule.id, priority: rule.priority, key },
    action,
    direction,
    ports: describeL4(l4),
    targetTags: [...targetTags],
    instances,
    [direction === "ingress" ? "from" : "to"]: addressEvidence(remote.may),
  };
  const about = { resource, discriminator: key };
  const name = sentenceNameOf(resource);
  const tags = `network ${targetTags.length === 1 ? "tag" : "tags"} ${brief(targetTags, 3)}`;
  if (isEmptyAddresses(publicPart(remote.must))) {
    return {
      status: "unknown",
      ...about,
      message: `${name} goes by ${tags} in rule ${rule.name}; whether that faces the internet is not known: ${brief(remote.missing, 3)}.`,
      evidence: { ...evidence, missing: [...remote.missing] },
    };
  }
  const what = `${describeL4(l4)} ${direction === "ingress" ? "from" : "to"} ${audience(remote.must)}`;
  const change = action === "allow" ? "put it on any other instance" : "take it off";
  return {
    status: "fail",
    ...about,
    message:
      `${name} ${action === "allow" ? "allows" : "denies"} ${what} by rule ${rule.name} wherever ${tags} stands, ${onInstances(instances)}: ` +
      `whoever may set tags (compute.instances.setTags) can ${change}.`,
    evidence,
    remediation: { ...generalRemediation, cli: replaceVpcRule(resource, tagRule) },
  };
}

/** The rule as the firewall has it: one for each thing that it names on the other side. */
function otherSide({ rule, direction }: TagRule, firewall: Firewall): { readonly remote: Extent; readonly l4: L4Set } {
  const side = direction === "ingress" ? firewall.ingressRules : firewall.egressRules;
  const own = side.filter(({ id }) => id === rule.name);
  return { remote: unionExtents(own.map(({ remote }) => remote)), l4: unionL4(own.map(({ l4 }) => l4)) };
}

function onInstances(count: number): string {
  if (count === 0) return "on no instance today";
  return `on ${count} ${count === 1 ? "instance" : "instances"} today`;
}

import type { Firewall } from "../../src/network/estate.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import { allIpv6 } from "../../src/network/addresses.ts";
import { knownExtent } from "../../src/network/extent.ts";
import type { Filter } from "../../src/network/filter.ts";
import { allL4 } from "../../src/network/l4.ts";
import type { GcpControls } from "../../src/providers/gcp/controls.ts";
import { isDefault } from "../shared/azure-remediation.ts";
import { denyEgress } from "../shared/gcp-remediation.ts";
import {
  audienceOf,
  everyPortOpenToInternet,
  isFirstLine,
  l4Of,
  verdictOf,
  wholeInWords,
  type Openings,
} from "../shared/open-ports.ts";
import { brief, sentenceNameOf } from "../shared/words.ts";

export const check: Check = {
  id: "open-egress-rule",
  title: "No firewall lets everything out to the internet on every port",
  severity: "low",
  subject: "firewall",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "Unrestricted egress lets an intruder fetch tools, talk to a command server and carry data away on any port; most workloads need a handful of destinations.",
  remediation: {
    console:
      "Edit the firewall's outbound rules: replace the rule that allows everything by rules for the destinations and ports that are needed.",
    cli: [
      "aws ec2 revoke-security-group-egress --group-id GROUP --security-group-rule-ids RULE",
      "az network nsg rule create --resource-group GROUP --nsg-name NSG --name DenyAllOutbound --priority 4096 --direction Outbound --access Deny --protocol * --destination-address-prefixes Internet --destination-port-ranges *",
      "gcloud compute firewall-rules create deny-egress --network=NETWORK --direction=EGRESS --action=DENY --rules=all --destination-ranges=0.0.0.0/0 --priority=65534 --project=PROJECT",
    ],
    terraform: {
      aws: "Replace the allow-all aws_vpc_security_group_egress_rule by one for each destination that is needed.",
      azure:
        "Replace the allow-all azurerm_network_security_rule by one for each destination that is needed, and one that denies the tag Internet after them.",
      gcp: 'Add a google_compute_firewall with direction = "EGRESS", a deny block of every protocol and a high priority number, after one for each destination that is needed.',
    },
  },
  attack: cloudFirewallAttack,
  controls: { "gcp-security-command-center": ["EGRESS_DENY_RULE_NOT_SET"] },
  needs: { subjects: ["firewalls"], context: [] },
  *judge({ network, gcp }, { internetShare }) {
    const ipv6Networks = new Set(
      network.endpoints
        .filter(({ privateAddresses, publicAddresses }) => privateAddresses.v6.length + publicAddresses.v6.length > 0)
        .map((endpoint) => endpoint.network),
    );
    for (const firewall of network.firewalls.filter(isFirstLine)) {
      const name = sentenceNameOf(firewall.resource);
      const hasIpv6 = ipv6Networks.has(firewall.network);
      const filter = isVpcFirewall(firewall) ? inNetwork(firewall, network.firewalls, gcp, hasIpv6) : firewall.egress;
      const openings = everyPortOpenToInternet(filter, internetShare);
      const verdict = verdictOf(firewall, "egress", isAsMade(firewall, openings) ? closed : openings, {
        fails: (opening) =>
          `${name} lets ${wholeInWords(l4Of(opening))} out to ${audienceOf(opening)}${opening.rules.length === 0 ? ", for no rule denies it" : ""}.`,
        unknown: (opening) =>
          `${name} may let ${wholeInWords(l4Of(opening))} out to the internet: ${brief(opening.missing, 3)}.`,
      });
      yield withDenial(verdict, firewall, hasIpv6);
    }
  },
};

function isVpcFirewall({ resource }: Firewall): boolean {
  return resource.type === "gcp:compute:vpc-firewall-rules";
}

/**
 * What decides on the way out of a network of Google. It lets everything leave that no rule denies, so what policies in force there deny counts
 * with its own rules; what policies allow is told of them. Nothing leaves by IPv6 where no interface has such an address.
 * https://cloud.google.com/firewall/docs/firewall-policies-rule-eval-order
 */
function inNetwork(
  { network, egress }: Firewall,
  firewalls: readonly Firewall[],
  gcp: GcpControls | null,
  hasIpv6: boolean,
): Filter {
  const denialsOf = (type: string): readonly Filter[] =>
    firewalls
      .filter((each) => each.resource.type === type && each.attachments.includes(network ?? ""))
      .map((each) => denialsIn(each.egress));
  const own = denialsOf("gcp:compute:network-firewall-policy");
  const order = gcp?.enforcement.find((each) => each.resource.id === network)?.order;
  const rules = handingOn(egress);
  return {
    kind: "chain",
    stages: [
      ...(hasIpv6 ? [] : [noIpv6]),
      ...denialsOf("gcp:compute:firewall-policy"),
      ...(order === "BEFORE_CLASSIC_FIREWALL" ? [...own, rules] : [rules, ...own]),
    ],
    otherwise: "allow",
  };
}

const noIpv6: Filter = {
  kind: "firstMatch",
  layer: "no IPv6 address",
  rules: [
    {
      key: "no IPv6 address",
      id: null,
      action: "deny",
      peer: { kind: "any" },
      remote: knownExtent(allIpv6),
      l4: allL4,
      sourcePorts: null,
      description: null,
    },
  ],
  otherwise: "next",
};

function denialsIn(filter: Filter): Filter {
  return filter.kind === "firstMatch"
    ? { ...filter, rules: filter.rules.filter(({ action }) => action !== "allow"), otherwise: "next" }
    : filter;
}

function handingOn(filter: Filter): Filter {
  return filter.kind === "firstMatch" ? { ...filter, otherwise: "next" } : filter;
}

/** Where nothing but the lack of a denial is to blame there is no rule to take away, but one to add. */
function withDenial(verdict: Verdict, firewall: Firewall, hasIpv6: boolean): Verdict {
  if (verdict.status !== "fail" || verdict.remediation !== undefined || !isVpcFirewall(firewall)) return verdict;
  return { ...verdict, remediation: denyEgress(firewall.resource, hasIpv6 ? ["0.0.0.0/0", "::/0"] : ["0.0.0.0/0"]) };
}

const closed: Openings = { certain: null, perhaps: null };

/**
 * Whether nothing but rules that Azure adds to every network security group lets the internet out: none of them can be taken away, and
 * nobody wrote them. AWS writes its rule into the group itself, where it can be deleted. https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#default-security-rules
 */
function isAsMade({ resource }: Firewall, { certain, perhaps }: Openings): boolean {
  const rules = (certain ?? perhaps)?.rules ?? [];
  return resource.type === "azure:network:network-security-group" && rules.length > 0 && rules.every(isDefault);
}

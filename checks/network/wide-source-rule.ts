import { unionAddresses, type AddressSet, type Interval } from "../../src/network/addresses.ts";
import { allL4, icmp, icmpv6, l4Protocol, subtractL4, unionL4 } from "../../src/network/l4.ts";
import { l4OfServices } from "../../src/network/port-groups.ts";
import { internetShare, publicPart } from "../../src/network/width.ts";
import { cloudFirewallAttack, type Check, type CheckSettings } from "../../src/scan/check.ts";
import { briefPorts, isFirstLine, l4Of, openings, openingsOf, verdictOf, type Opening } from "../shared/open-ports.ts";
import { brief, briefCidrs, sentenceNameOf } from "../shared/words.ts";

export const check: Check = {
  id: "wide-source-rule",
  title: "No firewall lets in a public address range wider than the limit, short of the whole internet",
  severity: "medium",
  subject: "firewall",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "A range far wider than any one organization lets strangers in while it looks like a restriction; whole cloud providers fit into it.",
  remediation: {
    console: "Edit the firewall's inbound rules: replace the range by the addresses that need access.",
    cli: [
      "aws ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids RULE",
      "az network nsg rule delete --resource-group GROUP --nsg-name NSG --name RULE",
      "gcloud compute firewall-rules update RULE --source-ranges=RANGES --project=PROJECT",
    ],
    terraform: {
      aws: "Name a narrower cidr_ipv4 or cidr_ipv6 in the aws_vpc_security_group_ingress_rule.",
      azure: "Name narrower source_address_prefixes in the azurerm_network_security_rule.",
      gcp: "Name narrower source_ranges in the google_compute_firewall (src_ip_ranges in the match block of a firewall policy's rule).",
    },
  },
  attack: cloudFirewallAttack,
  controls: { "gcp-security-command-center": ["OPEN_FIREWALL"] },
  needs: { subjects: ["firewalls"], context: [] },
  *judge({ network }, settings) {
    const { ipv4, ipv6 } = settings.wideSource;
    // What may be open to everyone may be open to many.
    const elsewhere = unionL4([l4OfServices(settings.publicPorts), l4Protocol(icmp), l4Protocol(icmpv6)]);
    const interest = subtractL4(allL4, elsewhere);
    for (const firewall of network.firewalls.filter(isFirstLine)) {
      const name = sentenceNameOf(firewall.resource);
      const open = openingsOf(firewall, "ingress", (filter) =>
        openings(
          filter,
          interest,
          (set) => wideRanges(set, settings),
          ({ must, may }) => wideRanges(may, settings, internetShare(must)),
        ),
      );
      yield verdictOf(firewall, "ingress", open, {
        fails: (opening) =>
          `${name} lets public ranges wider than /${ipv4} (IPv4) or /${ipv6} (IPv6) in on ${briefPorts(l4Of(opening))}: ${ranges(opening)}.`,
        unknown: (opening) =>
          `${name} may let wide public ranges in on ${briefPorts(l4Of(opening))}: ${brief(opening.missing, 3)}.`,
        evidence: () => ({ limit: { ipv4, ipv6 } }),
      });
    }
  },
};

function ranges({ parts }: Opening): string {
  return briefCidrs(unionAddresses(parts.map(({ addresses }) => addresses)), 4);
}

/**
 * The public ranges of a set that hold more addresses than a block of the limit's prefix length, wherever they begin. A family of which the
 * set is the internet is left out: other checks speak of that.
 */
function wideRanges(
  set: AddressSet,
  { wideSource, internetShare: limit }: Pick<CheckSettings, "wideSource" | "internetShare">,
  share: { readonly v4: number; readonly v6: number } = internetShare(set),
): AddressSet {
  const { v4, v6 } = publicPart(set);
  const isWide =
    (hostBits: number) =>
    ({ first, last }: Interval): boolean =>
      last - first + 1n > 1n << BigInt(hostBits);
  return {
    v4: share.v4 < limit ? v4.filter(isWide(32 - wideSource.ipv4)) : [],
    v6: share.v6 < limit ? v6.filter(isWide(128 - wideSource.ipv6)) : [],
  };
}

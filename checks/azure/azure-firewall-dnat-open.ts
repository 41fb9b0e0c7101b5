import type { Remediation } from "../../src/model/finding.ts";
import { describeL4, isEmptyL4, subtractL4 } from "../../src/network/l4.ts";
import { l4OfServices } from "../../src/network/port-groups.ts";
import { isInternetWide } from "../../src/network/width.ts";
import type { DnatControl } from "../../src/providers/azure/controls.ts";
import { cloudFirewallAttack, type Check, type CheckSettings, type Verdict } from "../../src/scan/check.ts";
import { addressEvidence, audience, brief, sentenceNameOf } from "../shared/words.ts";

const generalRemediation: Remediation = {
  console:
    "In the Azure portal, open the Azure Firewall's policy (or Rules (classic)), then DNAT rules; name the sources that need the rule, or delete it.",
  cli: [
    "az network firewall nat-rule delete --resource-group GROUP --firewall-name FIREWALL --collection-name COLLECTION --name RULE",
  ],
  terraform:
    "Name narrower source_addresses in the nat_rule of azurerm_firewall_policy_rule_collection_group or azurerm_firewall_nat_rule_collection.",
};

export const check: Check = {
  id: "azure-firewall-dnat-open",
  title: "No Azure Firewall sends packets from the internet on to a port that is not meant to be public",
  severity: "high",
  subject: "rule",
  clouds: ["azure"],
  rationale:
    "A DNAT rule makes a machine without a public address reachable from the internet, and the firewall's implicit allow goes with it; the " +
    "machine's own network security group sees only the firewall's address.",
  remediation: generalRemediation,
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["firewalls"], context: ["address-lists"] },
  *judge({ azure }, settings) {
    const seen = new Map<string, number>();
    for (const rule of azure?.dnatRules ?? []) {
      // Two rules of one name may stand in different collections.
      const named = `${rule.resource.id} ${rule.rule} ${rule.translatedAddress ?? ""} ${describeL4(rule.listens)}`;
      const count = (seen.get(named) ?? 0) + 1;
      seen.set(named, count);
      yield verdictOn(rule, count, settings);
    }
  },
};

function verdictOn(rule: DnatControl, count: number, { internetShare, publicPorts }: CheckSettings): Verdict {
  const { resource, sources, listens, translated, translatedAddress } = rule;
  const unmeant = subtractL4(translated, l4OfServices(publicPorts));
  if (isEmptyL4(unmeant) || !isInternetWide(sources.may, internetShare)) return { status: "pass", resource };
  const evidence = {
    rule: rule.rule,
    listens: describeL4(listens),
    translatedAddress,
    translated: describeL4(translated),
    from: addressEvidence(sources.may),
    ...(sources.missing.length === 0 ? {} : { missing: [...sources.missing] }),
  };
  const discriminator = `dnat ${rule.rule} ${describeL4(listens)} to ${translatedAddress ?? "?"}${count === 1 ? "" : ` (${count})`}`;
  const target = `${translatedAddress ?? "an unknown address"} (${describeL4(unmeant)})`;
  const name = sentenceNameOf(resource);
  if (!isInternetWide(sources.must, internetShare)) {
    const message = `${name} may send the internet on to ${target} by DNAT rule ${rule.rule}: ${brief(sources.missing, 3)}.`;
    return { status: "unknown", resource, discriminator, message, evidence };
  }
  const message = `${name} sends ${describeL4(listens)} from ${audience(sources.must)} on to ${target} by DNAT rule ${rule.rule}.`;
  return { status: "fail", resource, discriminator, message, evidence };
}

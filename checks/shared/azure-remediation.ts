import type { Remediation } from "../../src/model/finding.ts";
import type { ResourceRef } from "../../src/model/resource.ts";
import type { Firewall } from "../../src/network/estate.ts";
import type { Rule } from "../../src/network/filter.ts";
import { describeL4 } from "../../src/network/l4.ts";
import { shellQuote } from "./aws-remediation.ts";
import { peerName } from "./words.ts";

/** How many rules one finding prints commands for. */
const ruleLimit = 50;

/** A command of the Azure CLI aimed at the subscription where the resource lives. */
export function azCommand(resource: ResourceRef, ...words: readonly string[]): string {
  return ["az", ...words, "--subscription", resource.account].map(shellQuote).join(" ");
}

/** The resource group and the name of a resource, as `az` wants them. */
export function groupAndName({ id, name }: ResourceRef): readonly string[] {
  const group = /\/resourceGroups\/([^/]+)\//i.exec(id)?.[1] ?? "GROUP";
  return ["--resource-group", group, "--name", id.split("/").at(-1) ?? name ?? "NAME"];
}

/**
 * How to take rules off a network security group. The rules that Azure adds by itself (priorities from 65000) cannot be taken away, only
 * overridden by a rule that comes before them. https://learn.microsoft.com/cli/azure/network/nsg/rule
 */
export function removeSecurityRules(
  firewall: Firewall,
  rules: readonly Rule[],
  direction: "ingress" | "egress",
): { readonly remediation?: Remediation } {
  if (firewall.resource.type !== "azure:network:network-security-group" || rules.length === 0) return {};
  const { resource } = firewall;
  const way =
    direction === "ingress"
      ? { tab: "Inbound", other: "source", prefixes: "source_address_prefixes" }
      : { tab: "Outbound", other: "destination", prefixes: "destination_address_prefixes" };
  const named = new Map(rules.map((rule) => [rule.id ?? rule.key, rule]));
  const says = [...named]
    .slice(0, 5)
    .map(
      ([name, { l4, peer }]) =>
        `${name} (${describeL4(l4)} ${direction === "ingress" ? "from" : "to"} ${peerName(peer)})`,
    );
  const more = named.size > 5 ? ` and ${named.size - 5} more` : "";
  const [group = "", groupName = "", , nsgName = ""] = groupAndName(resource);
  const commands = [...new Set([...named.values()].slice(0, ruleLimit).map((rule) => commandFor(rule)))];
  return {
    remediation: {
      console:
        `In the Azure portal, open Network security groups, choose ${resource.name ?? resource.id}, then ${way.tab} security rules. ` +
        `Delete ${says.join(", ")}${more}, or set a narrower ${way.other}, and save.`,
      cli: commands,
      terraform: `In the azurerm_network_security_rule (or the security_rule block of azurerm_network_security_group) that stands for it, name narrower ${way.prefixes}, or remove it.`,
    },
  };

  function commandFor(rule: Rule): string {
    const at = [group, groupName, "--nsg-name", nsgName];
    if (!isDefault(rule))
      return azCommand(resource, "network", "nsg", "rule", "delete", ...at, "--name", rule.id ?? "RULE");
    const end = direction === "ingress" ? "--source-address-prefixes" : "--destination-address-prefixes";
    const tag = rule.peer.kind === "tag" ? rule.peer.name : "*";
    return azCommand(
      resource,
      "network",
      "nsg",
      "rule",
      "create",
      ...at,
      "--name",
      direction === "ingress" ? "DenyAllInbound" : "DenyAllOutbound",
      "--priority",
      "4096",
      "--direction",
      way.tab,
      "--access",
      "Deny",
      "--protocol",
      "*",
      end,
      tag,
      "--destination-port-ranges",
      "*",
    );
  }
}

/** Whether Azure made the rule by itself: its priority, the first thing in its key, is above every rule of one's own. */
export function isDefault({ key }: Rule): boolean {
  return Number(/^(?:in|e)gress (\d+) /.exec(key)?.[1] ?? 0) >= 65000;
}

/** How to put a network security group before a network interface that has none. https://learn.microsoft.com/cli/azure/network/nic */
export function attachSecurityGroup(resource: ResourceRef): Remediation {
  return {
    console: `In the Azure portal, open ${resource.name ?? resource.id}, then Network security group, and choose one that admits only what it serves; or attach one to its subnet.`,
    cli: [
      azCommand(resource, "network", "nic", "update", ...groupAndName(resource), "--network-security-group", "NSG"),
    ],
    terraform:
      "Add an azurerm_network_interface_security_group_association or azurerm_subnet_network_security_group_association.",
  };
}

/**
 * How to keep security admin rules from delivering packets past the network security groups; their names alone are known where they are
 * read from a virtual network's effective rules. https://learn.microsoft.com/azure/virtual-network-manager/concept-security-admins
 */
export function changeAdminRules(names: readonly string[]): Remediation {
  return {
    console:
      `In the Azure portal, open the network manager, then Configurations, the security admin configuration with ${names.join(", ")}; ` +
      "change AlwaysAllow to Allow, or name narrower sources, and deploy the configuration again.",
    cli: names.map((name) =>
      [
        "az network manager security-admin-config rule-collection rule update --network-manager-name MANAGER --configuration-name CONFIGURATION",
        `--rule-collection-name COLLECTION --rule-name ${shellQuote(name)} --resource-group GROUP --kind Custom --access Allow`,
      ].join(" "),
    ),
    terraform:
      'Set action = "Allow" or narrower source blocks in the azurerm_network_manager_admin_rule, and deploy it again.',
  };
}

import { allAddresses, parseCidr, type AddressSet } from "../../../../network/addresses.ts";
import type { Layer } from "../../../../network/endpoint.ts";
import { knownExtent, subtractExtents, unionExtents } from "../../../../network/extent.ts";
import type { Extent, Filter, Rule } from "../../../../network/filter.ts";
import { allL4, isEmptyL4, l4Ports, overlapsL4, tcp, type L4Set } from "../../../../network/l4.ts";
import { azureResource } from "../arm.ts";
import { meets, type AzureFirewall, type DnatRule, type NetworkRule } from "../azure-firewalls.ts";
import { doubted } from "../rules.ts";
import { passLayer } from "./layers.ts";
import { passes } from "../../../shared/layers.ts";

/** A DNAT rule's way to the address it sends packets on to, without that address's own firewalls. */
export interface DnatPath {
  readonly name: string;
  readonly firewall: AzureFirewall;
  readonly rule: DnatRule;
  readonly target: AddressSet;
  readonly packets: readonly Layer[];
}

/**
 * What gets in by each DNAT rule. Earlier rules on the same address and port take their clients first. A match brings a network rule that
 * allows the translated packets; a network rule that denies them comes before it. https://learn.microsoft.com/azure/firewall/rule-processing
 */
export function dnatPaths(firewall: AzureFirewall): readonly DnatPath[] {
  return firewall.dnat.flatMap((rule, position): readonly DnatPath[] => {
    const target = parseCidr(rule.translatedAddress ?? "");
    if (target === null) return [];
    const earlier = firewall.dnat
      .slice(0, position)
      .filter((other) => overlapsL4(other.listens, rule.listens) && sameListener(other, rule))
      .map(({ sources }) => sources);
    const clients = earlier.length === 0 ? rule.sources : subtractExtents(rule.sources, unionExtents(earlier));
    const resource = azureResource(firewall.resource, "azure:network:azure-firewall");
    const name = `DNAT rule ${rule.name} of Azure Firewall ${firewall.resource.name ?? firewall.resource.id}`;
    const translation = passLayer("load-balancer", name, doubted(clients, firewall.missing), {
      l4: rule.translated,
      resources: [resource],
      opensBy: `a DNAT rule of Azure Firewall ${firewall.resource.name ?? firewall.resource.id}`,
    });
    return [{ name, firewall, rule, target, packets: [translation, networkLayer(firewall, target, "allow")] }];
  });
}

function sameListener(a: DnatRule, b: DnatRule): boolean {
  return meets(a.destinations, b.destinations.may) !== "no";
}

/**
 * The firewall's network rules for packets to one destination, seen with the sender as the other side. What no rule decides is denied
 * (`otherwise`), or allowed where a DNAT rule let it in; application rules may still let web traffic through.
 */
export function networkLayer(firewall: AzureFirewall, destination: AddressSet, otherwise: "allow" | "deny"): Layer {
  const rules = firewall.networkRules.flatMap((rule) => rulesFor(rule, destination));
  const name = `network rules of Azure Firewall ${firewall.resource.name ?? firewall.resource.id}`;
  const web: readonly Rule[] =
    otherwise === "deny" && firewall.hasApplicationRules
      ? webPorts.map((l4) =>
          passes(
            `application rules ${name}`,
            doubted(knownExtent(allAddresses), [`what the application rules of ${firewall.resource.id} let through`]),
            l4,
          ),
        )
      : [];
  const doubt = firewall.missing.length === 0 ? [] : doubtRules(name, firewall.missing);
  const filter: Filter = { kind: "firstMatch", layer: name, rules: [...doubt, ...rules, ...web], otherwise };
  return {
    kind: "inspection",
    name,
    resources: [azureResource(firewall.resource, "azure:network:azure-firewall")],
    filter,
    opensBy: `a network rule of Azure Firewall ${firewall.resource.name ?? firewall.resource.id}`,
  };
}

const webPorts: readonly L4Set[] = [
  l4Ports(tcp, 80, 80),
  l4Ports(tcp, 443, 443),
  l4Ports(tcp, 1433, 1433),
  l4Ports(tcp, 8080, 8080),
];

/** Rules that could not be read may allow or deny before all others. */
function doubtRules(name: string, missing: readonly string[]): readonly Rule[] {
  const remote = doubted(knownExtent(allAddresses), missing);
  const rule = passes(`unread ${name}`, remote, allL4);
  return [{ ...rule, action: "deny" }, rule];
}

function rulesFor(rule: NetworkRule, destination: AddressSet): readonly Rule[] {
  const met = meets(rule.destinations, destination);
  if (met === "no" || isEmptyL4(rule.l4)) return [];
  const remote =
    met === "yes"
      ? rule.sources
      : doubted(rule.sources, [...rule.destinations.missing, `which destinations rule ${rule.name} holds`]);
  const made = (action: "allow" | "deny", side: Extent): Rule => ({
    ...passes(`network rule ${rule.name} ${action}`, side, rule.l4),
    id: rule.name,
    action,
  });
  if (rule.action !== "unknown") return [made(rule.action, remote)];
  const doubtful = doubted(remote, [`the action of rule ${rule.name}`]);
  return [made("deny", doubtful), made("allow", doubtful)];
}

/** Whether a next hop is one of the firewall's own addresses. */
export function isFirewallHop(firewall: AzureFirewall, nextHop: string | null): boolean {
  const set = nextHop === null ? null : parseCidr(nextHop);
  return set !== null && meets(knownExtent(firewall.privateAddresses), set) === "yes";
}

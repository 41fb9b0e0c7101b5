import { allAddresses, allIpv4, allIpv6, type AddressSet } from "../../../../network/addresses.ts";
import type { Layer } from "../../../../network/endpoint.ts";
import {
  intersectExtents,
  isEmptyExtent,
  knownExtent,
  noExtent,
  unionExtents,
  unknownExtent,
} from "../../../../network/extent.ts";
import type { Extent, Filter, Rule } from "../../../../network/filter.ts";
import { allL4 } from "../../../../network/l4.ts";
import { once } from "../../../shared/collections.ts";
import { linkName } from "../../links.ts";
import type { DeclaredFirewall } from "../firewalls.ts";
import type { Policies } from "../policies.ts";
import type { Direction, FirewallRule } from "../rules.ts";
import { changed, doubted, type Arrival, type Sources } from "../sources.ts";
import type { Stage } from "../stages.ts";
import { bothHold, localHolds, targetsHold, type Holding } from "../targets.ts";
import type { Nic } from "../topology.ts";

/** Where packets meet firewalls. */
export interface Site {
  readonly nic: Nic;
  readonly direction: Direction;
  readonly arrival: Exclude<Arrival, "paper">;
  /** The address that packets are sent to (ingress) or from (egress), as the firewall sees it. */
  readonly local: AddressSet;
}

/** The firewalls in a site's way: those laid over the network, then the network's own. */
export type Guards = (site: Site) => readonly Layer[];

/**
 * The layers of firewalls before an interface. Interfaces for which the same rules hold share the same layers.
 *
 * Hierarchical and system policies are a layer of their own, which only denies; what they allow goes past the network's own rules, so that
 * layer holds them as stages before its own. So each layer can be told apart: what the organization denies, and what the network does.
 */
export function guardsOf(
  policies: Policies,
  firewalls: readonly DeclaredFirewall[],
  sourcesOf: (network: string) => Sources,
): Guards {
  const declared = new Map(firewalls.flatMap(({ declared: rules }) => [...rules]));
  const made = once<readonly Layer[]>();
  const numbered = new Map<FirewallRule, number>();
  const numberOf = (rule: FirewallRule): number => {
    const known = numbered.get(rule) ?? numbered.size;
    numbered.set(rule, known);
    return known;
  };
  return (site) => {
    const { nic, direction, arrival, local } = site;
    const network = nic.network ?? "";
    const sources = sourcesOf(network);
    const { over, own } = policies.stagesOf(network, nic.region);
    const held = (stage: Stage): readonly HeldRule[] =>
      stage.rules.flatMap((rule): readonly HeldRule[] => {
        if (rule.direction !== direction) return [];
        const targets = targetsHold(rule.targets, nic);
        if (targets.is === "no") return [];
        const onSide = localHolds(rule, local, sources);
        if (onSide.v4.is === "no" && onSide.v6.is === "no") return [];
        const doubt: Holding = stage.doubt === null ? targets : { is: "perhaps", missing: stage.doubt };
        return [{ rule, v4: bothHold(doubt, onSide.v4), v6: bothHold(doubt, onSide.v6) }];
      });
    const [overHeld, ownHeld] = [over.map(held), own.map(held)];
    const numbers = (stages: readonly (readonly HeldRule[])[]): string =>
      stages
        .map((rules) => rules.map(({ rule, v4, v6 }) => `${numberOf(rule)}${signs[v4.is]}${signs[v6.is]}`).join(","))
        .join(";");
    const key = [network, nic.region ?? "", direction, arrival, numbers(overHeld), numbers(ownHeld)].join(" ");
    return made(key, () => {
      const standsFor = new Map<Rule, Rule>();
      const filters = (stages: readonly Stage[], rules: readonly (readonly HeldRule[])[]): readonly Filter[] =>
        stages.map((stage, index) => stageFilter(stage, rules[index] ?? [], { arrival, sources, declared, standsFor }));
      return layersOf(network, direction, { over, own }, filters(over, overHeld), filters(own, ownHeld), standsFor);
    });
  };
}

/** A rule that holds for a site, for packets of each family. */
interface HeldRule {
  readonly rule: FirewallRule;
  readonly v4: Holding;
  readonly v6: Holding;
}

const signs: Readonly<Record<Holding["is"], string>> = { yes: "+", perhaps: "?", no: "-" };

/** What a rule matches where it holds: of each family everything, perhaps, or nothing. */
function whereHeld(remote: Extent, { v4, v6 }: HeldRule): Extent {
  if (v4.is === "yes" && v6.is === "yes") return remote;
  const part = (family: AddressSet, holding: Holding): Extent => {
    const own = intersectExtents(remote, knownExtent(family));
    if (holding.is === "perhaps") return isEmptyExtent(own) ? noExtent : doubted(own, [holding.missing]);
    return holding.is === "yes" ? own : noExtent;
  };
  return unionExtents([part(allIpv4, v4), part(allIpv6, v6)]);
}

function narrowed(rule: Rule, remote: Extent): Rule {
  return remote === rule.remote ? rule : { ...rule, remote };
}

interface FilterParts {
  readonly arrival: Arrival;
  readonly sources: Sources;
  readonly declared: ReadonlyMap<FirewallRule, readonly Rule[]>;
  readonly standsFor: Map<Rule, Rule>;
}

function stageFilter(
  stage: Stage,
  held: readonly HeldRule[],
  { arrival, sources, declared, standsFor }: FilterParts,
): Filter {
  const rules = held.flatMap((each) => {
    const own = declared.get(each.rule) ?? [];
    return sources.modelRules(each.rule, arrival).map((model, index): Rule => {
      const here = narrowed(model, whereHeld(model.remote, each));
      const original = own[index];
      if (original !== undefined && original !== here) standsFor.set(here, original);
      return here;
    });
  });
  return { kind: "firstMatch", layer: stage.name, rules: [...unreadRules(stage), ...rules], otherwise: "next" };
}

/**
 * What a stage that was not read may do: anything. System policies are Google's own and open what its services need; they are taken to deny
 * nothing, so that a project whose system policies nobody read is not unknown as a whole.
 * https://cloud.google.com/firewall/docs/firewall-policies-overview#system-firewall-policies
 */
function unreadRules({ kind, name, unread }: Stage): readonly Rule[] {
  if (unread === null) return [];
  const actions = kind === "system" ? (["allow"] as const) : (["allow", "deny"] as const);
  return actions.map((action) => ({
    key: `unread ${action} of ${name}`,
    id: null,
    action,
    peer: { kind: "any" },
    remote: unknownExtent(allAddresses, unread),
    l4: allL4,
    sourcePorts: null,
    description: null,
  }));
}

function layersOf(
  network: string,
  direction: Direction,
  { over, own }: { readonly over: readonly Stage[]; readonly own: readonly Stage[] },
  overFilters: readonly Filter[],
  ownFilters: readonly Filter[],
  standsFor: Map<Rule, Rule>,
): readonly Layer[] {
  const resources = (stages: readonly Stage[]) => stages.flatMap(({ resource }) => resource ?? []);
  const says = overFilters.some((filter) => rulesIn(filter).length > 0);
  const admin: Layer = {
    kind: "admin-firewall",
    name: `hierarchical firewall policies over ${linkName(network)}`,
    resources: resources(over),
    filter: { kind: "chain", stages: overFilters, otherwise: "allow" },
    opensBy: "a hierarchical firewall policy that no longer denies it",
    standsFor,
  };
  const past = overFilters.flatMap((filter) => pastDenials(filter, standsFor));
  const ownLayer: Layer = {
    kind: "endpoint-firewall",
    name: `firewall rules of network ${linkName(network)}`,
    resources: resources(own),
    filter: { kind: "chain", stages: [...past, ...ownFilters], otherwise: direction === "ingress" ? "deny" : "allow" },
    opensBy: `a VPC firewall rule or a network firewall policy rule in network ${linkName(network)} that allows it`,
    standsFor,
  };
  return says ? [admin, ownLayer] : [ownLayer];
}

/** A stage that only tells what goes past the network's own rules: its denials are the other layer's. Nothing where it allows nothing. */
function pastDenials(filter: Filter, standsFor: Map<Rule, Rule>): readonly Filter[] {
  const rules = rulesIn(filter);
  if (filter.kind !== "firstMatch" || !rules.some(({ action }) => action === "allow")) return [];
  const past = rules.map((rule): Rule => {
    if (rule.action !== "deny") return rule;
    const handedOn = changed(rule, { action: "next" });
    standsFor.set(handedOn, standsFor.get(rule) ?? rule);
    return handedOn;
  });
  return [{ ...filter, rules: past }];
}

function rulesIn(filter: Filter): readonly Rule[] {
  return filter.kind === "firstMatch" || filter.kind === "anyOf" ? filter.rules : [];
}

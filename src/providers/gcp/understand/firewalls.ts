import type { Firewall, FirewallView } from "../../../network/estate.ts";
import { allAddresses } from "../../../network/addresses.ts";
import { unknownExtent } from "../../../network/extent.ts";
import type { Filter, Rule } from "../../../network/filter.ts";
import { allL4, overlapsL4, unionL4 } from "../../../network/l4.ts";
import { linkName } from "../links.ts";
import type { Policies } from "./policies.ts";
import type { Stage } from "./stages.ts";
import type { GcpIndex } from "./resources.ts";
import type { Direction, FirewallRule } from "./rules.ts";
import { changed, doubted, type Sources } from "./sources.ts";
import { holdsAll, targetsCover, targetsHold, targetsKey } from "./targets.ts";
import type { Nic, Topology } from "./topology.ts";

/** A list of rules as a firewall, and the model rules that stand for each rule of it, for whoever evaluates it elsewhere. */
export interface DeclaredFirewall {
  readonly stage: Stage;
  readonly firewall: Firewall;
  /** The firewall's own rules behind a rule, one for each thing that it names. */
  readonly declared: ReadonlyMap<FirewallRule, readonly Rule[]>;
}

/** Names of the rules that Google puts into the network it makes by itself: https://cloud.google.com/firewall/docs/firewalls#more_rules_default_vpc */
const prepopulated: ReadonlySet<string> = new Set([
  "default-allow-internal",
  "default-allow-ssh",
  "default-allow-rdp",
  "default-allow-icmp",
]);

/**
 * Every list of rules as a firewall: the VPC firewall rules of each network, and each policy. What is declared is what the rules say by
 * themselves, whatever else is evaluated before or after them: a deny counts where it holds for everything that is guarded.
 */
export function understandFirewalls(
  index: GcpIndex,
  topology: Topology,
  policies: Policies,
  sourcesOf: (network: string) => Sources,
): readonly DeclaredFirewall[] {
  const networks = topology.networks
    .map((network) => ({ network, stage: policies.vpcStage(network) }))
    .filter(({ stage, network }) => stage.rules.length > 0 || index.find(network) !== null);
  return [
    ...networks.map(({ network, stage }) => vpcFirewall(network, stage, topology, sourcesOf(network))),
    ...policies.all.map(({ stage, resource, attachments }): DeclaredFirewall => {
      const attached = attachments.find((each) => topology.networks.includes(each));
      const sources = sourcesOf(attached ?? "");
      const declared = declaredRules(stage, sources);
      return {
        stage,
        declared,
        firewall: {
          resource,
          scope: "network",
          network: null,
          isDefault: false,
          // By itself a policy opens only what it allows: what it says nothing of goes on to the next.
          ingress: filterOf(stage, "ingress", declared, () => false, "deny"),
          egress: filterOf(stage, "egress", declared, () => false, "deny"),
          ingressRules: sideOf(stage, "ingress", declared),
          egressRules: sideOf(stage, "egress", declared),
          attachments,
          referencedBy: [],
          ...viewsOf(stage, declared, { ingress: "next", egress: "next" }),
        },
      };
    }),
  ];
}

function vpcFirewall(network: string, stage: Stage, topology: Topology, sources: Sources): DeclaredFirewall {
  const declared = declaredRules(stage, sources);
  const nics = topology.nicsIn(network);
  const isWhole = nics.length > 0 && topology.isWhole(network);
  const coversAll = (rule: FirewallRule): boolean => isWhole && holdsForEach(rule, nics);
  const resource = stage.resource ?? {
    cloud: "gcp",
    account: "unknown",
    region: "global",
    type: "",
    id: network,
    name: null,
    arn: null,
  };
  return {
    stage,
    declared,
    firewall: {
      resource,
      scope: "network",
      network,
      isDefault: linkName(network) === "default" && stage.rules.some(({ id }) => prepopulated.has(id)),
      ingress: filterOf(stage, "ingress", declared, coversAll, "deny"),
      // Without a rule that says otherwise everything may leave.
      egress: filterOf(stage, "egress", declared, coversAll, "allow"),
      ingressRules: sideOf(stage, "ingress", declared),
      egressRules: sideOf(stage, "egress", declared),
      attachments: [network],
      referencedBy: [],
      ...viewsOf(stage, declared, { ingress: "deny", egress: "allow" }),
    },
  };
}

function holdsForEach({ targets }: FirewallRule, nics: readonly Nic[]): boolean {
  return nics.every((nic) => targetsHold(targets, nic).is === "yes");
}

/** Rules that say the very same are told apart by a number, for a key names one rule. */
function declaredRules(stage: Stage, sources: Sources): ReadonlyMap<FirewallRule, readonly Rule[]> {
  const counts = new Map<string, number>();
  return new Map(
    stage.rules.map((rule) => [
      rule,
      sources.modelRules(rule, "paper").map((each): Rule => {
        const count = (counts.get(each.key) ?? 0) + 1;
        counts.set(each.key, count);
        return count === 1 ? each : changed(each, { key: `${each.key} (${count})` });
      }),
    ]),
  );
}

function sideOf(
  stage: Stage,
  direction: Direction,
  declared: ReadonlyMap<FirewallRule, readonly Rule[]>,
): readonly Rule[] {
  const own = stage.rules.filter((rule) => rule.direction === direction).flatMap((rule) => declared.get(rule) ?? []);
  return [...unreadRules(stage, ["allow"]), ...own];
}

/** What may be missing of a list: rules before all others that do anything, or nothing. */
function unreadRules({ name, unread }: Stage, actions: readonly ("allow" | "deny")[]): readonly Rule[] {
  if (unread === null) return [];
  return actions.map((action) => ({
    key: action === "allow" ? `unread ${name}` : `unread ${action} of ${name}`,
    id: null,
    action,
    peer: { kind: "any" },
    remote: unknownExtent(allAddresses, unread),
    l4: allL4,
    sourcePorts: null,
    description: null,
  }));
}

/** Whether a rule lets something through, perhaps: then it counts wherever it holds. */
function opens({ action }: FirewallRule): boolean {
  return action !== "deny" && action !== "next";
}

function filterOf(
  stage: Stage,
  direction: Direction,
  declared: ReadonlyMap<FirewallRule, readonly Rule[]>,
  coversAll: (rule: FirewallRule) => boolean,
  otherwise: "allow" | "deny",
): Filter {
  const own = stage.rules
    .filter((rule) => rule.direction === direction)
    .filter((rule) => opens(rule) || (rule.local.length === 0 && (holdsAll(rule.targets) || coversAll(rule))))
    .flatMap((rule) => declared.get(rule) ?? []);
  return { kind: "firstMatch", layer: stage.name, rules: [...unreadRules(stage, ["allow"]), ...own], otherwise };
}

/** Whether a rule certainly holds wherever another does: for the same interfaces, and addresses of theirs. */
function covers(outer: FirewallRule, inner: FirewallRule): boolean {
  return (
    targetsCover(outer.targets, inner.targets) && (outer.local.length === 0 || localKey(outer) === localKey(inner))
  );
}

function localKey({ local }: FirewallRule): string {
  return local.map(({ kind, text }) => `${kind} ${text}`).join(",");
}

/**
 * One view for each set of targets: the rules that hold wherever those targets are, and, as perhaps holding, those of other targets that an
 * interface may belong to as well. A network's VPC rules with one set of targets need none.
 */
function viewsOf(
  stage: Stage,
  declared: ReadonlyMap<FirewallRule, readonly Rule[]>,
  otherwise: Readonly<Record<Direction, "allow" | "deny" | "next">>,
): { readonly views?: readonly FirewallView[] } {
  const sets = Map.groupBy(stage.rules, (rule) => `${targetsKey(rule.targets)} ${localKey(rule)}`);
  // What VPC rules do where none matches stands in the firewall itself; what a policy does, only here.
  if (sets.size < 2 && stage.kind === "vpc" && stage.unread === null) return {};
  const views = [...sets.values()].map((own): FirewallView => {
    const [first] = own;
    const interest = unionL4(own.map(({ l4 }) => l4));
    const partial = new Set<Rule>();
    const perhaps = (rule: Rule): Rule => {
      const here = changed(rule, { remote: doubted(rule.remote, ["whether an interface belongs to several targets"]) });
      partial.add(here);
      return here;
    };
    const seen = (rule: FirewallRule): readonly Rule[] => {
      const rules = declared.get(rule) ?? [];
      if (first === undefined || !covers(rule, first)) return rules.map(perhaps);
      // What was not read may stand anywhere: behind each rule it takes from it the worth of being the last word.
      return rules.concat(unreadRules(stage, ["allow", "deny"]));
    };
    const inView = (direction: Direction): Filter => ({
      kind: "firstMatch",
      layer: stage.name,
      rules: stage.rules.filter((rule) => rule.direction === direction && overlapsL4(rule.l4, interest)).flatMap(seen),
      otherwise: otherwise[direction],
    });
    const [ingress, egress] = [inView("ingress"), inView("egress")];
    return { ingress, egress, own: new Set(own.flatMap((rule) => declared.get(rule) ?? [])), partial };
  });
  return { views };
}

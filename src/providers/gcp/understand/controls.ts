import { intersectAddresses, isEmptyAddresses } from "../../../network/addresses.ts";
import { unionExtents } from "../../../network/extent.ts";
import { overlapsL4 } from "../../../network/l4.ts";
import type { GcpControls, NetworkEnforcement, PolicyAllow, TagRule, VpcRuleName } from "../controls.ts";
import type { DeclaredFirewall } from "./firewalls.ts";
import type { Policies } from "./policies.ts";
import type { Stage } from "./stages.ts";
import { gcpResource, unseenResource, type GcpIndex } from "./resources.ts";
import type { FirewallRule } from "./rules.ts";
import type { Sources } from "./sources.ts";
import { targetsHold } from "./targets.ts";
import type { Nic, Topology } from "./topology.ts";

/** What only Google Cloud has, for the checks that ask about it. */
export function understandControls(
  index: GcpIndex,
  topology: Topology,
  policies: Policies,
  firewalls: readonly DeclaredFirewall[],
  sourcesOf: (network: string) => Sources,
): GcpControls {
  return {
    policyAllows: topology.networks.flatMap((network) => allowsBefore(network, topology, policies, sourcesOf(network))),
    enforcement: topology.networks.map((network) => enforcementOf(network, index, topology, policies)),
    tagRules: firewalls.flatMap((declared) => tagRulesOf(declared, topology)),
  };
}

const kinds = { hierarchical: "hierarchical", global: "global", regional: "regional" } as const;

/** Allows of policies that come before a network's VPC rules, in any of its regions. */
function allowsBefore(
  network: string,
  topology: Topology,
  policies: Policies,
  sources: Sources,
): readonly PolicyAllow[] {
  const vpc = policies.vpcStage(network);
  const found = new Map<string, PolicyAllow>();
  for (const region of [null, ...topology.regionsOf(network)]) {
    const { over, own, order } = policies.stagesOf(network, region);
    const before = order === "BEFORE_CLASSIC_FIREWALL" ? own.slice(0, own.indexOf(vpc)) : [];
    for (const stage of [...over, ...before]) {
      const { kind, resource } = stage;
      if (resource === null || kind === "system" || kind === "vpc") continue;
      for (const rule of stage.rules.filter(({ action, direction }) => action === "allow" && direction === "ingress")) {
        const key = `${resource.id} ${rule.id} ${rule.says}`;
        if (found.has(key)) continue;
        const models = sources.modelRules(rule, "paper");
        const remote = unionExtents(models.map((each) => each.remote));
        found.set(key, {
          resource,
          kind: kinds[kind],
          priority: rule.priority,
          key: `${rule.direction} ${rule.says}`,
          remote,
          l4: rule.l4,
          network,
          overridden: overriddenBy(rule, vpc, topology.nicsIn(network), sources),
          missing: [...rule.problems, ...(vpc.unread === null ? [] : [vpc.unread])],
        });
      }
    }
  }
  return [...found.values()];
}

/** VPC rules that deny some of what a rule allows, on instances that both hold; where there are no instances yet, on any that both could hold. */
function overriddenBy(rule: FirewallRule, vpc: Stage, nics: readonly Nic[], sources: Sources): readonly VpcRuleName[] {
  const allowed = unionExtents(sources.modelRules(rule, "paper").map((each) => each.remote)).must;
  return vpc.rules
    .filter((deny) => deny.action === "deny" && deny.direction === rule.direction && overlapsL4(deny.l4, rule.l4))
    .filter((deny) => {
      const denied = unionExtents(sources.modelRules(deny, "paper").map((each) => each.remote)).must;
      return !isEmptyAddresses(intersectAddresses(denied, allowed));
    })
    .filter(
      (deny) =>
        nics.length === 0 ||
        nics.some((nic) => targetsHold(deny.targets, nic).is === "yes" && targetsHold(rule.targets, nic).is === "yes"),
    )
    .map((deny) => ruleName(deny, vpc));
}

function ruleName({ id, priority }: FirewallRule, { resource }: Stage): VpcRuleName {
  return { id: `projects/${resource?.account ?? "unknown"}/global/firewalls/${id}`, name: id, priority };
}

function enforcementOf(network: string, index: GcpIndex, topology: Topology, policies: Policies): NetworkEnforcement {
  const found = index.find(network);
  const vpc = policies.vpcStage(network);
  const regions = [null, ...topology.regionsOf(network)];
  const own = regions.flatMap((region) => policies.stagesOf(network, region).own);
  const named = own.filter(({ kind, rules }) => (kind === "global" || kind === "regional") && rules.length > 0);
  const names = (rules: readonly FirewallRule[]): readonly VpcRuleName[] => rules.map((rule) => ruleName(rule, vpc));
  const type = "gcp:compute:network";
  return {
    resource:
      found === null
        ? unseenResource(network, type, index.targets[0] ?? { cloud: "gcp", account: "unknown", region: "global" })
        : gcpResource(found, type),
    order: policies.orderOf(network),
    vpcRules: names(vpc.rules),
    policies: [...new Set(named.map(({ resource, name }) => resource?.name ?? name))],
    vpcDenies: names(vpc.rules.filter(({ action }) => action === "deny")),
  };
}

/** VPC rules that network tags decide about. */
function tagRulesOf({ stage, firewall, declared }: DeclaredFirewall, topology: Topology): readonly TagRule[] {
  if (stage.kind !== "vpc") return [];
  const nics = topology.nicsIn(firewall.network ?? "");
  return stage.rules.flatMap((rule): readonly TagRule[] => {
    const sourceTags = rule.remote.flatMap((term) => (term.kind === "tag" ? [term.text] : []));
    const targetTags = rule.targets.tags ?? [];
    if ((sourceTags.length === 0 && targetTags.length === 0) || (rule.action !== "allow" && rule.action !== "deny"))
      return [];
    const carrying = nics.filter(({ tags }) => targetTags.some((tag) => tags?.has(tag) === true));
    return [
      {
        resource: firewall.resource,
        rule: ruleName(rule, stage),
        key: declared.get(rule)?.[0]?.key ?? `${rule.direction} ${rule.says}`,
        action: rule.action,
        direction: rule.direction,
        targetTags,
        sourceTags,
        instances: new Set(carrying.map(({ instance }) => instance.path)).size,
      },
    ];
  });
}

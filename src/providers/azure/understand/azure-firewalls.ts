import { allAddresses, noAddresses, parseCidr, unionAddresses, type AddressSet } from "../../../network/addresses.ts";
import {
  intersectExtents,
  isEmptyExtent,
  isKnownExtent,
  knownExtent,
  noExtent,
  unionExtents,
  unknownExtent,
} from "../../../network/extent.ts";
import type { Extent } from "../../../network/filter.ts";
import {
  allL4,
  hasPorts,
  icmp,
  l4Protocol,
  protocolNumber,
  l4Ports,
  unionL4,
  type L4Set,
} from "../../../network/l4.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { malformed, object, objects, text, wholeNumber, texts } from "../../read.ts";
import { parentOf, propertiesOf, referenceIn, type ArmIndex, type ArmResource } from "./arm.ts";
import { ipGroupExtent } from "./networks.ts";
import { doubted, extentOf, shorten, termOf, type TagScope } from "./rules.ts";
import { readPorts } from "./traffic.ts";
import type { Topology } from "./topology.ts";

/** A network rule of a firewall: where packets come from, where they go, and what becomes of them. */
export interface NetworkRule {
  readonly name: string;
  readonly action: "allow" | "deny" | "unknown";
  readonly sources: Extent;
  readonly destinations: Extent;
  readonly l4: L4Set;
}

/** A DNAT rule: packets to one of the firewall's own addresses are sent on to an address inside. */
export interface DnatRule {
  readonly name: string;
  readonly sources: Extent;
  /** The firewall's own addresses it listens on. */
  readonly destinations: Extent;
  readonly listens: L4Set;
  readonly translatedAddress: string | null;
  readonly translated: L4Set;
  /** For people: `tcp 443`. */
  readonly clientPort: string | null;
}

/** An Azure Firewall with its rules in the order in which it looks at them. */
export interface AzureFirewall {
  readonly resource: ArmResource;
  readonly network: string | null;
  /** Its subnet's addresses: where packets it sends on seem to come from. */
  readonly senders: AddressSet;
  readonly privateAddresses: AddressSet;
  /** Public address ids. */
  readonly publicAddresses: readonly string[];
  readonly dnat: readonly DnatRule[];
  readonly networkRules: readonly NetworkRule[];
  /** Application rules exist: web traffic that no network rule decides may still be let through. */
  readonly hasApplicationRules: boolean;
  /** What could not be read of its rules. */
  readonly missing: readonly string[];
}

interface Collection {
  readonly kind: "nat" | "network" | "application";
  readonly action: "allow" | "deny" | "unknown";
  readonly rules: readonly VendorObject[];
}

/**
 * Azure Firewalls: DNAT rules first, then network rules, then application rules; within each kind a parent policy's before the policy's own,
 * rule collection groups by priority, collections by priority in them. https://learn.microsoft.com/azure/firewall/rule-processing
 */
export function readAzureFirewalls(index: ArmIndex, topology: Topology): readonly AzureFirewall[] {
  const groups = Map.groupBy(
    index.all("microsoft.network/firewallpolicies/rulecollectiongroups"),
    ({ key }) => parentOf(key) ?? "",
  );
  return index.all("microsoft.network/azurefirewalls").map((resource): AzureFirewall => {
    const { properties } = resource;
    const configurations = [
      ...objects(properties, "ipConfigurations"),
      ...objects(properties, "managementIpConfiguration"),
    ].map(propertiesOf);
    const subnets = configurations.flatMap((each) => referenceIn(each, "subnet")?.toLowerCase() ?? []);
    const subnet = subnets[0] ?? null;
    const policy = referenceIn(properties, "firewallPolicy");
    const chain = policyChain(policy, index);
    const collections = [
      ...classicCollections(properties),
      ...chain.policies.flatMap((each) => policyCollections(groups.get(each.key) ?? [])),
    ];
    const privateAddresses = unionAddresses(
      configurations.flatMap((each) => parseCidr(text(each, "privateIPAddress") ?? "") ?? []),
    );
    const prefixes = subnet === null ? [] : subnetPrefixes(index.find(subnet));
    const scope = topology.scopeIn(subnet);
    const of = (kind: Collection["kind"]): readonly Collection[] => collections.filter((each) => each.kind === kind);
    return {
      resource,
      network: subnet === null ? null : parentOf(subnet),
      senders: prefixes.length === 0 ? privateAddresses : unionAddresses(prefixes),
      privateAddresses,
      publicAddresses: configurations.flatMap((each) => referenceIn(each, "publicIPAddress") ?? []),
      dnat: of("nat").flatMap(({ rules }) => rules.map((rule) => readDnat(rule, scope, index))),
      networkRules: of("network").flatMap(({ rules, action }) =>
        rules.map((rule) => readNetworkRule(rule, action, scope, index)),
      ),
      hasApplicationRules: of("application").some(({ rules, action }) => rules.length > 0 && action !== "deny"),
      missing: chain.missing,
    };
  });
}

/** The address blocks of a subnet. */
export function subnetPrefixes(subnet: ArmResource | null): readonly AddressSet[] {
  if (subnet === null) return [];
  const { properties } = subnet;
  const single = text(properties, "addressPrefix");
  return [...(single === null ? [] : [single]), ...texts(properties, "addressPrefixes")].flatMap(
    (prefix) => parseCidr(prefix) ?? [],
  );
}

/** A policy and its parents, the outermost parent first. */
function policyChain(
  id: string | null,
  index: ArmIndex,
): { readonly policies: readonly ArmResource[]; readonly missing: readonly string[] } {
  const policies: ArmResource[] = [];
  const seen = new Set<string>();
  let next = id;
  while (next !== null) {
    const policy = index.find(next);
    if (policy === null)
      return { policies, missing: [`firewall policy ${next} (Microsoft.Network/firewallPolicies/read)`] };
    if (seen.has(policy.key))
      return { policies, missing: [`the parents of firewall policy ${next} go round in a circle`] };
    seen.add(policy.key);
    policies.unshift(policy);
    next = referenceIn(policy.properties, "basePolicy");
  }
  const missing = policies
    .filter(({ id: policy, target }) => !index.wasReadFor(target, groupsOperation, policy))
    .map((policy) => `the rules of firewall policy ${policy.id} (${groupsOperation})`);
  return { policies, missing };
}

const groupsOperation = "Microsoft.Network/firewallPolicies/ruleCollectionGroups/read";

function byPriority(a: VendorObject, b: VendorObject): number {
  return priorityOf(a) - priorityOf(b);
}

/** Lowest first; what cannot be read may come before everything else. */
function priorityOf(data: VendorObject): number {
  const priority = wholeNumber(data, "priority");
  return priority === malformed || priority === null ? -1 : priority;
}

function actionOf(data: VendorObject): Collection["action"] {
  const said = text(object(data, "action") ?? {}, "type")?.toLowerCase();
  return said === "deny" ? "deny" : said === "allow" || said === "dnat" || said === "snat" ? "allow" : "unknown";
}

function classicCollections(properties: VendorObject): readonly Collection[] {
  const read = (member: string, kind: Collection["kind"]): readonly Collection[] =>
    objects(properties, member)
      .map(propertiesOf)
      .toSorted(byPriority)
      .map((data) => ({ kind, action: actionOf(data), rules: objects(data, "rules") }));
  return [
    ...read("natRuleCollections", "nat"),
    ...read("networkRuleCollections", "network"),
    ...read("applicationRuleCollections", "application"),
  ];
}

function policyCollections(groups: readonly ArmResource[]): readonly Collection[] {
  return groups
    .map(({ properties }) => properties)
    .toSorted(byPriority)
    .flatMap((properties) => objects(properties, "ruleCollections").toSorted(byPriority))
    .flatMap((data): readonly Collection[] => {
      const rules = objects(data, "rules");
      const action = actionOf(data);
      const of = (type: string): readonly VendorObject[] =>
        rules.filter((rule) => text(rule, "ruleType")?.toLowerCase() === type);
      if (text(data, "ruleCollectionType")?.toLowerCase() === "firewallpolicynatrulecollection")
        return [{ kind: "nat", action, rules }];
      return [
        { kind: "network", action, rules: of("networkrule") },
        { kind: "application", action, rules: of("applicationrule") },
      ];
    });
}

function sideOf(rule: VendorObject, side: "source" | "destination", scope: TagScope, index: ArmIndex): Extent {
  const addresses = texts(rule, `${side}Addresses`).map((each) => extentOf(termOf(each), scope));
  const groups = texts(rule, `${side}IpGroups`).map((id): Extent => {
    const group = index.find(id);
    return group === null
      ? unknownExtent(allAddresses, `IP group ${id} (Microsoft.Network/ipGroups/read)`)
      : ipGroupExtent(group);
  });
  const names = texts(rule, `${side}Fqdns`).map((name) => unknownExtent(allAddresses, `the addresses of ${name}`));
  const all = [...addresses, ...groups, ...names];
  return all.length === 0 ? noExtent : unionExtents(all);
}

interface RuleTraffic {
  readonly l4: L4Set;
  /** What could not be read; `l4` is then everything it may be. */
  readonly problems: readonly string[];
}

function trafficOf(protocols: readonly string[], ranges: readonly string[]): RuleTraffic {
  const ports = readPorts(ranges);
  const onPorts = (each: number): L4Set => unionL4(ports.set.map(({ first, last }) => l4Ports(each, first, last)));
  const strange = protocols.filter((name) => !/^any$/i.test(name) && protocolNumber(name) === null);
  const l4 = unionL4(
    protocols.flatMap((name): readonly L4Set[] => {
      if (/^any$/i.test(name)) return [onPorts(6), onPorts(17), ...(ports.isWhole ? [l4Protocol(icmp)] : [])];
      const number = protocolNumber(name);
      if (number === null) return [allL4];
      return [hasPorts(number) ? onPorts(number) : l4Protocol(number)];
    }),
  );
  const hasNamedPorts = protocols.some((name) => {
    const number = protocolNumber(name);
    return number === null || hasPorts(number);
  });
  return {
    l4: protocols.length === 0 ? allL4 : l4,
    problems: [
      ...(protocols.length === 0 ? ["its protocols"] : []),
      ...strange.map((name) => `its protocol ${JSON.stringify(shorten(name))}`),
      ...(hasNamedPorts ? ports.problems : []),
    ],
  };
}

/** Says of which rule something could not be read. */
function ofRule(problems: readonly string[], name: string): readonly string[] {
  return problems.map((problem) => `${problem} in firewall rule ${shorten(name)} cannot be read`);
}

/** The classic rules say `protocols`, those of policies `ipProtocols`. */
function protocolsOf(rule: VendorObject): readonly string[] {
  return [...texts(rule, "protocols"), ...texts(rule, "ipProtocols")];
}

function readNetworkRule(
  rule: VendorObject,
  action: NetworkRule["action"],
  scope: TagScope,
  index: ArmIndex,
): NetworkRule {
  const name = text(rule, "name") ?? "without a name";
  const { l4, problems } = trafficOf(protocolsOf(rule), texts(rule, "destinationPorts"));
  return {
    name,
    action,
    sources: doubted(sideOf(rule, "source", scope, index), ofRule(problems, name)),
    destinations: sideOf(rule, "destination", scope, index),
    l4,
  };
}

function readDnat(rule: VendorObject, scope: TagScope, index: ArmIndex): DnatRule {
  const listens = trafficOf(protocolsOf(rule), texts(rule, "destinationPorts"));
  const said = wholeNumber(rule, "translatedPort");
  const port = typeof said === "number" ? String(said) : (text(rule, "translatedPort") ?? "");
  const translated = trafficOf(protocolsOf(rule), port === "" ? texts(rule, "destinationPorts") : [port]);
  const name = text(rule, "name") ?? "without a name";
  const problems = ofRule([...new Set([...listens.problems, ...translated.problems])], name);
  return {
    name,
    sources: doubted(sideOf(rule, "source", scope, index), problems),
    destinations: sideOf(rule, "destination", scope, index),
    listens: listens.l4,
    translatedAddress: text(rule, "translatedAddress") ?? text(rule, "translatedFqdn"),
    translated: translated.l4,
    clientPort:
      `${protocolsOf(rule).join(" and ").toLowerCase()} ${texts(rule, "destinationPorts").join(",")}`.trim() || null,
  };
}

/** Whether some addresses are in an extent: surely all of them, surely none, or not known. */
export function meets(extent: Extent, addresses: AddressSet): "yes" | "no" | "perhaps" {
  const met = intersectExtents(extent, knownExtent(addresses));
  if (isEmptyExtent(met)) return "no";
  return isKnownExtent(met) && met.must !== noAddresses ? "yes" : "perhaps";
}

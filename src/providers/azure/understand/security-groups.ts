import { memo } from "../../shared/collections.ts";
import { includesAddresses, isEmptyAddresses, type AddressSet } from "../../../network/addresses.ts";
import type { Firewall } from "../../../network/estate.ts";
import { isKnownExtent } from "../../../network/extent.ts";
import type { Filter, Rule } from "../../../network/filter.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { malformed, objectList, text, type Malformed } from "../../read.ts";
import {
  azureResource,
  parentOf,
  propertiesOf,
  referenceIn,
  referencesIn,
  type ArmIndex,
  type ArmResource,
} from "./arm.ts";
import {
  coversLocal,
  isWholeSide,
  modelRules,
  perhapsFor,
  readSecurityRule,
  type Direction,
  type SecurityRule,
  type TagScope,
} from "./rules.ts";
import { type Topology } from "./topology.ts";

/** A network security group with its rules in the order in which they are evaluated. */
export interface SecurityGroup {
  readonly resource: ArmResource;
  readonly firewall: Firewall;
  /** What the group does with the packets of an endpoint: rules that speak of other addresses left out, tags as they are there. */
  readonly filterFor: (direction: Direction, place: Place) => SpecialFilter;
}

/** Where a group is evaluated. */
export interface Place {
  /** The endpoint's own addresses. */
  readonly addresses: AddressSet;
  readonly scope: TagScope;
  /** Stands for the scope: the same text, the same scope. */
  readonly subnet: string | null;
}

/** A filter made for one place, and the group's own rule behind each rule of it. */
export interface SpecialFilter {
  readonly filter: Filter;
  readonly standsFor: ReadonlyMap<Rule, Rule>;
}

/** What Azure adds to every group; groups whose record lacks them have them all the same. */
const defaultRules: readonly VendorObject[] = [
  defaultRule("AllowVnetInBound", 65000, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
  defaultRule("AllowAzureLoadBalancerInBound", 65001, "Inbound", "Allow", "AzureLoadBalancer", "*"),
  defaultRule("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*"),
  defaultRule("AllowVnetOutBound", 65000, "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
  defaultRule("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", "Internet"),
  defaultRule("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*"),
];

function defaultRule(
  name: string,
  priority: number,
  direction: string,
  access: string,
  source: string,
  destination: string,
): VendorObject {
  return {
    name,
    properties: {
      priority,
      direction,
      access,
      protocol: "*",
      sourcePortRange: "*",
      destinationPortRange: "*",
      sourceAddressPrefix: source,
      destinationAddressPrefix: destination,
    },
  };
}

/**
 * Network security groups: the first rule by priority that matches decides, Azure's default rules last.
 * https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
 */
export function understandSecurityGroups(index: ArmIndex, topology: Topology): readonly SecurityGroup[] {
  const attached = attachments(index, topology);
  return index.all("microsoft.network/networksecuritygroups").map((resource): SecurityGroup => {
    const rules = rulesOf(resource);
    const { nics, subnets } = attached.get(resource.key) ?? { nics: new Set<string>(), subnets: new Set<string>() };
    const networks = networksOf(topology, nics, subnets);
    const scope = topology.plainScope(networks);
    const guarded = guardedAddresses(topology, nics, subnets);
    const declared = new Map(rules.map((rule) => [rule, modelRules(rule, scope)] as const));
    const side = (direction: Direction): readonly Rule[] =>
      rules.filter((rule) => rule.direction === direction).flatMap((rule) => declared.get(rule) ?? []);
    const filter = (direction: Direction): Filter => ({
      kind: "firstMatch",
      layer: layerName(resource),
      // A deny for some of the guarded addresses leaves the others open.
      rules: rules
        .filter((rule) => rule.direction === direction)
        .filter((rule) => rule.actions.includes("allow") || coversAll(rule, guarded, scope))
        .flatMap((rule) => declared.get(rule) ?? []),
      otherwise: "deny",
    });
    const firewall: Firewall = {
      resource: azureResource(resource, "azure:network:network-security-group"),
      scope: subnets.size > 0 ? "subnet" : "endpoint",
      network: networks.length === 1 ? index.spelling(networks[0] ?? "") : null,
      isDefault: false,
      ingress: filter("ingress"),
      egress: filter("egress"),
      ingressRules: side("ingress"),
      egressRules: side("egress"),
      attachments: [...subnets, ...nics].map(index.spelling),
      referencedBy: [],
    };
    const places = new Map<string, Place>();
    const special = memo((key): SpecialFilter => specialise(key, rules, declared, layerName(resource), places));
    return {
      resource,
      firewall,
      filterFor: (direction, place) => {
        const key = `${direction} ${place.subnet ?? ""} ${selectionKey(rules, direction, place)}`;
        if (!places.has(key)) places.set(key, place);
        return special(key);
      },
    };
  });
}

function layerName({ name, id }: ArmResource): string {
  return `network security group ${name ?? id}`;
}

function rulesOf({ properties, name, id }: ArmResource): readonly SecurityRule[] {
  const owner = name ?? id;
  const own = objectList(properties, "securityRules");
  const told = objectList(properties, "defaultSecurityRules");
  const defaults = told === malformed || told.length === 0 ? defaultRules : told;
  const listed: readonly (VendorObject | Malformed)[] = own === malformed ? [malformed] : own;
  const all = [...listed, ...defaults].flatMap((each) =>
    each === malformed ? [unreadable("Inbound", owner), unreadable("Outbound", owner)] : readBothWays(each, owner),
  );
  return apart(all).toSorted((a, b) => a.priority - b.priority);
}

/** A rule whose direction cannot be read may hold in either. */
function readBothWays(rule: VendorObject, owner: string): readonly SecurityRule[] {
  const read = readSecurityRule(rule, owner);
  const properties = propertiesOf(rule);
  if (/^(in|out)bound$/i.test(text(properties, "direction") ?? "")) return [read];
  const outbound = readSecurityRule({ ...rule, properties: { ...properties, direction: "Outbound" } }, owner);
  return [read, { ...outbound, problems: read.problems }];
}

/** Rules that say the very same, as only broken records have them, are told apart by a number, for a key names one rule. */
function apart(rules: readonly SecurityRule[]): readonly SecurityRule[] {
  const counts = new Map<string, number>();
  return rules.map((rule) => {
    const text = `${rule.direction} ${rule.says} ${rule.remote.map((term) => term.text.toLowerCase()).join(",")}`;
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    return count === 1 ? rule : Object.assign({}, rule, { says: `${rule.says} (${count})` });
  });
}

/** A rule of which nothing could be read: it may be any rule. */
function unreadable(direction: string, owner: string): SecurityRule {
  return readSecurityRule({ name: "that is no object", properties: { direction } }, owner);
}

/** Which of the rules speak of the place's own addresses: the same text, the same filter there. */
function selectionKey(rules: readonly SecurityRule[], direction: Direction, place: Place): string {
  return rules
    .filter((rule) => rule.direction === direction)
    .map((rule) => appliesTo(rule, place).verdict.charAt(0))
    .join("");
}

function appliesTo(rule: SecurityRule, { addresses, scope }: Place): ReturnType<typeof coversLocal> {
  if (isWholeSide(rule.local) || isEmptyAddresses(addresses)) {
    return { verdict: "yes", extent: { must: addresses, may: addresses, missing: [] } };
  }
  return coversLocal(rule.local, addresses, scope);
}

function specialise(
  key: string,
  rules: readonly SecurityRule[],
  declared: ReadonlyMap<SecurityRule, readonly Rule[]>,
  layer: string,
  places: ReadonlyMap<string, Place>,
): SpecialFilter {
  const direction: Direction = key.startsWith("ingress") ? "ingress" : "egress";
  const place = places.get(key);
  const standsFor = new Map<Rule, Rule>();
  const own = rules
    .filter((rule) => rule.direction === direction)
    .flatMap((rule): readonly Rule[] => {
      if (place === undefined) return [];
      const { verdict, extent } = appliesTo(rule, place);
      if (verdict === "no") return [];
      const originals = declared.get(rule) ?? [];
      return modelRules(rule, place.scope).flatMap((there, position): readonly Rule[] => {
        const original = originals[position];
        const special = verdict === "perhaps" ? perhapsFor(there, extent) : there;
        if (original === undefined) return [special];
        if (verdict === "yes" && sameExtent(original, special)) return [original];
        standsFor.set(special, original);
        return [special];
      });
    });
  return { filter: { kind: "firstMatch", layer, rules: own, otherwise: "deny" }, standsFor };
}

function sameExtent(a: Rule, b: Rule): boolean {
  return (
    a.remote === b.remote ||
    (isKnownExtent(a.remote) &&
      isKnownExtent(b.remote) &&
      includesAddresses(a.remote.may, b.remote.may) &&
      includesAddresses(b.remote.may, a.remote.may))
  );
}

interface Attachments {
  readonly nics: Set<string>;
  readonly subnets: Set<string>;
}

/** By group: told by the group itself, or by the interface or subnet. */
function attachments(index: ArmIndex, topology: Topology): ReadonlyMap<string, Attachments> {
  const all = new Map<string, Attachments>();
  const at = (group: string): Attachments => {
    const key = group.toLowerCase();
    const known = all.get(key) ?? { nics: new Set(), subnets: new Set() };
    all.set(key, known);
    return known;
  };
  for (const { key, properties } of index.all("microsoft.network/networksecuritygroups")) {
    for (const id of referencesIn(properties, "networkInterfaces")) at(key).nics.add(id.toLowerCase());
    for (const id of referencesIn(properties, "subnets")) at(key).subnets.add(id.toLowerCase());
  }
  for (const { resource, securityGroup } of topology.nics) {
    if (securityGroup !== null) at(securityGroup).nics.add(resource.key);
  }
  for (const subnet of index.all("microsoft.network/virtualnetworks/subnets")) {
    const group = referenceIn(subnet.properties, "networkSecurityGroup");
    if (group !== null) at(group).subnets.add(subnet.key);
  }
  return all;
}

function networksOf(topology: Topology, nics: ReadonlySet<string>, subnets: ReadonlySet<string>): readonly string[] {
  const inside = topology.nics
    .filter(({ resource }) => nics.has(resource.key))
    .flatMap(({ configurations }) => configurations.flatMap(({ subnet }) => subnet ?? []));
  return [...new Set([...subnets, ...inside].flatMap((subnet) => parentOf(subnet) ?? []))];
}

/** The private addresses of what a group guards, one set for each. */
function guardedAddresses(
  topology: Topology,
  nics: ReadonlySet<string>,
  subnets: ReadonlySet<string>,
): readonly AddressSet[] {
  return topology.nics.flatMap(({ resource, configurations }) =>
    configurations
      .filter(({ subnet }) => nics.has(resource.key) || (subnet !== null && subnets.has(subnet)))
      .map(({ addresses }) => addresses)
      .filter((addresses) => !isEmptyAddresses(addresses)),
  );
}

/** Whether a rule's own side holds everything that the group guards, so that it counts for each of them. */
function coversAll(rule: SecurityRule, guarded: readonly AddressSet[], scope: TagScope): boolean {
  if (isWholeSide(rule.local)) return true;
  if (guarded.length === 0) return false;
  return guarded.every((addresses) => coversLocal(rule.local, addresses, scope).verdict === "yes");
}

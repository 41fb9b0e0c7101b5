import { allAddresses, noAddresses, parseCidr, toCidrs, type AddressSet } from "../../../network/addresses.ts";
import {
  intersectExtents,
  isKnownExtent,
  knownExtent,
  subtractExtents,
  unknownExtent,
} from "../../../network/extent.ts";
import type { Action, Extent, Peer, Rule } from "../../../network/filter.ts";
import type { L4Set, PortSet } from "../../../network/l4.ts";
import { globallyRoutable } from "../../../network/width.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { text, wholeNumber, texts } from "../../read.ts";
import { azurePublicBlocks, hostAddress, tagMeaning, serviceTagsChecked } from "../service-tags.ts";
import { propertiesOf, referencesIn, subscriptionOf } from "./arm.ts";
import { readPorts, trafficOf } from "./traffic.ts";

export type Direction = "ingress" | "egress";

/** One prefix, tag or application security group of a rule's side. */
export type Term =
  | { readonly kind: "cidr"; readonly text: string; readonly set: AddressSet }
  | { readonly kind: "tag"; readonly text: string }
  | { readonly kind: "group"; readonly text: string }
  | { readonly kind: "malformed"; readonly text: string };

/** A security rule as Azure holds it: both sides, before tags and groups are resolved for anybody. */
export interface SecurityRule {
  readonly direction: Direction;
  /** Lowest first; -1 when it could not be read, for such a rule may stand before all others. */
  readonly priority: number;
  readonly name: string | null;
  /** Both allow and deny when the access could not be read: each reading then meets the one that matters to it. */
  readonly actions: readonly Action[];
  readonly l4: L4Set;
  readonly sourcePorts: PortSet | null;
  readonly remote: readonly Term[];
  readonly local: readonly Term[];
  /** What in the record could not be read, with the rule named. */
  readonly problems: readonly string[];
  readonly description: string | null;
  /** The part of the rule's key between the direction and the remote side. */
  readonly says: string;
}

/** What tags and groups mean where a rule is evaluated. */
export interface TagScope {
  /** The address space of the network and of what is peered with it: what `Internet` leaves out. */
  readonly space: Extent;
  /** Everything that `VirtualNetwork` holds. */
  readonly virtualNetwork: Extent;
  /** The addresses of an application security group's members. */
  readonly group: (id: string) => Extent;
}

/** How a rule's access is read: the vendor's word in lower case to what happens. */
export type Accesses = ReadonlyMap<string, Action>;

export const nsgAccesses: Accesses = new Map([
  ["deny", "deny"],
  ["allow", "allow"],
]);

/**
 * Reads a security rule. Each side has singular and plural fields (`sourceAddressPrefix`, `sourceAddressPrefixes`,
 * `sourceApplicationSecurityGroups`); whatever is there counts, in either case, and the API leaves the others empty or null.
 * https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#augmented-security-rules
 */
export function readSecurityRule(data: VendorObject, owner: string, accesses: Accesses = nsgAccesses): SecurityRule {
  const properties = propertiesOf(data);
  const name = text(data, "name");
  const priority = wholeNumber(properties, "priority");
  const hasPriority = typeof priority === "number" && priority >= 0;
  const said = text(properties, "access")?.toLowerCase() ?? "";
  const action = accesses.get(said);
  const direction = text(properties, "direction")?.toLowerCase() === "outbound" ? "egress" : "ingress";
  const isDirection = /^(in|out)bound$/i.test(text(properties, "direction") ?? "");
  const source = sideOf(properties, "source");
  const destination = sideOf(properties, "destination");
  const ports = readPorts(gather(properties, "destinationPortRange"));
  const sourcePorts = readPorts(gather(properties, "sourcePortRange"));
  const traffic = trafficOf(properties["protocol"], ports);
  const problems = [
    ...(isDirection ? [] : ["its direction"]),
    ...(hasPriority ? [] : ["its priority"]),
    ...(action === undefined ? [`its access ${JSON.stringify(shorten(said))}`] : []),
    ...traffic.problems,
    ...sourcePorts.problems.map((problem) => `${problem} of its source`),
    ...[...source, ...destination].flatMap((term) =>
      term.kind === "malformed" ? [`its address prefix ${JSON.stringify(term.text)}`] : [],
    ),
  ];
  const actions: readonly Action[] = action === undefined ? [...accesses.values()] : [action];
  const local = direction === "ingress" ? destination : source;
  return {
    direction,
    priority: hasPriority ? priority : -1,
    name,
    actions,
    l4: traffic.l4,
    sourcePorts: sourcePorts.isWhole ? null : sourcePorts.set,
    remote: direction === "ingress" ? source : destination,
    local,
    problems: problems.map(
      (problem) => `${problem} in rule ${shorten(name ?? "without a name")} of ${owner} cannot be read`,
    ),
    description: text(properties, "description"),
    says: [
      hasPriority ? String(priority) : "?",
      said === "" ? "?" : shorten(said),
      traffic.text,
      ...(sourcePorts.isWhole ? [] : [`source-ports ${sourcePorts.text}`]),
      ...(isWholeSide(local)
        ? []
        : [
            `local ${local
              .map((term) => term.text.toLowerCase())
              .toSorted()
              .join(",")}`,
          ]),
    ].join(" "),
  };
}

/** The texts of a singular member and of its plural. */
function gather(properties: VendorObject, member: string): readonly string[] {
  const single = text(properties, member);
  return [...(single === null ? [] : [single]), ...texts(properties, `${member}s`)];
}

function sideOf(properties: VendorObject, side: "source" | "destination"): readonly Term[] {
  const single = text(properties, `${side}AddressPrefix`);
  const prefixes = [...(single === null ? [] : [single]), ...texts(properties, `${side}AddressPrefixes`)];
  const groups = referencesIn(properties, `${side}ApplicationSecurityGroups`);
  const terms = [...new Set(prefixes.flatMap((prefix) => prefix.split(",").map((part) => part.trim())))].map(termOf);
  const all = [
    ...new Map(terms.map((term) => [term.text.toLowerCase(), term])).values(),
    ...groups.map((id): Term => ({ kind: "group", text: id })),
  ];
  return all.length === 0 ? [{ kind: "malformed", text: "" }] : all;
}

/** One prefix: an address block, a tag, or neither (`789` exists in the wild). */
export function termOf(prefix: string): Term {
  const set = parseCidr(prefix);
  if (set !== null) return { kind: "cidr", text: toCidrs(set)[0] ?? prefix, set };
  const range = /^\s*([0-9.]+)\s*-\s*([0-9.]+)\s*$/.exec(prefix);
  const ends = range === null ? [] : [parseCidr(range[1] ?? "")?.v4[0], parseCidr(range[2] ?? "")?.v4[0]];
  const [first, last] = ends;
  if (first !== undefined && last !== undefined && first.first <= last.last) {
    return { kind: "cidr", text: prefix.trim(), set: { v4: [{ first: first.first, last: last.last }], v6: [] } };
  }
  return tagMeaning(prefix) === "not-a-tag"
    ? { kind: "malformed", text: shorten(prefix) }
    : { kind: "tag", text: prefix.trim() };
}

/** Whether a side holds every address. */
export function isWholeSide(terms: readonly Term[]): boolean {
  return terms.some((term) => term.kind === "tag" && tagMeaning(term.text) === "any");
}

/** The addresses that one term stands for. */
export function extentOf(term: Term, scope: TagScope): Extent {
  switch (term.kind) {
    case "cidr":
      return knownExtent(term.set);
    case "group":
      return scope.group(term.text);
    case "malformed":
      return unknownExtent(allAddresses, `the address prefix ${JSON.stringify(term.text)} cannot be read`);
    case "tag":
      return tagExtent(term.text, scope);
    default:
      return term satisfies never;
  }
}

function tagExtent(tag: string, scope: TagScope): Extent {
  switch (tagMeaning(tag)) {
    case "any":
      return knownExtent(allAddresses);
    case "internet":
      return subtractExtents(knownExtent(globallyRoutable), scope.space);
    case "virtual-network":
      return scope.virtualNetwork;
    case "load-balancer":
      return knownExtent(hostAddress);
    case "azure":
      return {
        must: azurePublicBlocks,
        may: globallyRoutable,
        missing: [
          `which public addresses are Azure's beyond the large blocks known on ${serviceTagsChecked} (service tag ${shorten(tag)})`,
        ],
      };
    case "azure-region":
    case "service":
    case "not-a-tag":
      return unknownExtent(globallyRoutable, `the addresses of service tag ${shorten(tag)}`);
  }
}

/** The terms' addresses together. */
export function sideExtent(terms: readonly Term[], scope: TagScope): readonly Extent[] {
  return terms.map((term) => extentOf(term, scope));
}

/** The rules of the model that a security rule stands for where it is evaluated: one for each action and remote term, in one place of the order. */
export function modelRules(rule: SecurityRule, scope: TagScope): readonly Rule[] {
  return rule.remote.flatMap((term) =>
    rule.actions.map((action): Rule => ({
      key: `${rule.direction} ${rule.says} ${term.text.toLowerCase()}`,
      id: rule.name,
      action,
      peer: peerOf(term),
      remote: doubted(extentOf(term, scope), rule.problems),
      l4: rule.l4,
      sourcePorts: rule.sourcePorts,
      description: rule.description,
    })),
  );
}

/** What may match, but certainly matches nothing, as long as part of the rule could not be read. */
export function doubted(extent: Extent, problems: readonly string[]): Extent {
  return problems.length === 0 ? extent : { must: noAddresses, may: extent.may, missing: [...new Set(problems)] };
}

/** The rule for an endpoint whose address may or may not be one that the rule speaks of. */
export function perhapsFor(rule: Rule, local: Extent): Rule {
  return { ...rule, remote: doubted(rule.remote, local.missing) };
}

/** Whether all, none or perhaps some of `addresses` are in the terms; what is missing where that is not known. */
export function coversLocal(
  terms: readonly Term[],
  addresses: AddressSet,
  scope: TagScope,
): { readonly verdict: "yes" | "no" | "perhaps"; readonly extent: Extent } {
  let perhaps: Extent | null = null;
  for (const term of terms) {
    const met = intersectExtents(knownExtent(addresses), extentOf(term, scope));
    if (met.must.v4.length + met.must.v6.length > 0) return { verdict: "yes", extent: met };
    if (!isKnownExtent(met)) perhaps = met;
  }
  return perhaps === null
    ? { verdict: "no", extent: knownExtent(noAddresses) }
    : { verdict: "perhaps", extent: perhaps };
}

function peerOf(term: Term): Peer {
  switch (term.kind) {
    case "cidr":
      return { kind: "cidr", cidr: term.text };
    case "group":
      return { kind: "group", id: term.text, owner: subscriptionOf(term.text), network: null };
    case "malformed":
      return { kind: "any" };
    case "tag":
      return tagMeaning(term.text) === "any" ? { kind: "any" } : { kind: "tag", name: term.text };
    default:
      return term satisfies never;
  }
}

/** Untrusted text, cut to what fits in a message. */
export function shorten(untrusted: string): string {
  return untrusted.length > 60 ? `${untrusted.slice(0, 60)}...` : untrusted;
}

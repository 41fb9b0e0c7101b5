import {
  allAddresses,
  equalAddresses,
  noAddresses,
  subtractAddresses,
  unionAddresses,
  type AddressSet,
} from "../../../network/addresses.ts";
import { intersectExtents, knownExtent, noExtent, unionExtents, unknownExtent } from "../../../network/extent.ts";
import type { Extent, Peer, Rule } from "../../../network/filter.ts";
import { globallyRoutable } from "../../../network/width.ts";
import { memo } from "../../shared/collections.ts";
import { projectIn } from "../links.ts";
import { certainlyIn, certainlyOutside, onNoThreatList } from "../region-blocks.ts";
import type { AddressGroups } from "./address-groups.ts";
import type { FirewallRule } from "./rules.ts";
import { shorten, type Term } from "./terms.ts";
import type { Nic, Topology } from "./topology.ts";

/**
 * Where packets come from (or go to), as far as rules can tell:
 * - `internet`: to an external address, by way of the internet. Network tags, service accounts and secure tags never match them.
 * - `inside`: within the network, from its peers, or by a hybrid connection.
 * - `paper`: what a rule says by itself, wherever packets come from.
 * https://cloud.google.com/firewall/docs/understand-network-contexts
 */
export type Arrival = "internet" | "inside" | "paper";

/** Turns rules of one network into rules of the model. */
export interface Sources {
  /** What the rule says of packets that arrive so, one model rule for each thing it names; the same objects each time. */
  readonly modelRules: (rule: FirewallRule, arrival: Arrival) => readonly Rule[];
  /** The addresses of some terms together. */
  readonly extentOf: (terms: readonly Term[], arrival: Arrival) => Extent;
}

/** The meaning of sources in one network. */
export function sourcesIn(network: string, topology: Topology, groups: AddressGroups): Sources {
  const tagged = memo((tag) => membersOf(topology.nicsIn(network), (nic) => nic.tags, tag));
  const running = memo((account) => membersOf(topology.nicsIn(network), (nic) => nic.accounts, account));
  const secured = memo((value) => {
    const networks = [network, ...topology.peersOf(network)];
    const nics = networks.flatMap(topology.nicsIn);
    const { must, may } = membersOf(nics, ({ secureTags }) => secureTags, value);
    const heirs = addressesOf(nics.filter(({ doubtfulTags }) => doubtfulTags.has(value)));
    const isWhole = topology.peersUnread(network) === null && networks.every(topology.isWhole);
    return { members: { must, may: unionAddresses([may, heirs]) }, isWhole };
  });
  const known = new Map<FirewallRule, Map<Arrival, readonly Rule[]>>();

  const termExtent = (term: Term, arrival: Arrival): Extent => {
    switch (term.kind) {
      case "cidr":
        return knownExtent(term.set);
      case "tag":
        return membersExtent(tagged(term.text), topology.isWhole(network), arrival, `instances with tag ${term.text}`);
      case "account":
        return membersExtent(
          running(term.text),
          topology.isWhole(network),
          arrival,
          `instances that run as ${term.text}`,
        );
      case "secure-tag": {
        const { members, isWhole } = secured(term.text);
        return membersExtent(members, isWhole, arrival, `instances with secure tag ${term.text}`);
      }
      case "group":
        return groups.extentOf(term.text);
      case "fqdn":
        return unknownExtent(allAddresses, `what ${shorten(term.text)} resolves to`);
      case "region-code":
        return regionExtent(term.text);
      case "threat-list":
        return unknownExtent(
          subtractAddresses(globallyRoutable, onNoThreatList),
          `which addresses are on Google's list ${shorten(term.text)}`,
        );
      case "malformed":
        return unknownExtent(allAddresses, term.text);
      default:
        return term satisfies never;
    }
  };

  /**
   * Who carries a tag: never anybody on the internet. An instance may be in another project of a Shared VPC that was not scanned: who else
   * carries it is then unknown, but inside.
   */
  const membersExtent = ({ must, may }: Members, isWhole: boolean, arrival: Arrival, what: string): Extent => {
    if (arrival === "internet") return noExtent;
    if (isWhole && equalAddresses(must, may)) return knownExtent(must);
    const missing = `${what} that were not scanned or not read`;
    const others = isWhole ? noAddresses : arrival === "paper" ? insideOf(network, topology) : allAddresses;
    return { must, may: unionAddresses([may, others]), missing: [missing] };
  };

  const make = (rule: FirewallRule, arrival: Arrival): readonly Rule[] =>
    rule.remote.flatMap((term): readonly Rule[] => {
      const remote = doubted(
        intersectExtents(termExtent(term, arrival), contextExtent(rule, arrival, network, topology)),
        rule.problems,
      );
      const said = {
        key: `${rule.direction} ${rule.says} ${term.kind === "cidr" ? term.text : `${term.kind} ${term.text}`}`,
        id: rule.id,
        peer: peerOf(term),
        l4: rule.l4,
        sourcePorts: null,
        description: rule.description,
      };
      switch (rule.action) {
        case "allow":
        case "deny":
          return [{ ...said, action: rule.action, remote }];
        case "next":
          return [{ ...said, action: "next", remote }];
        case "inspect": {
          const missing = `what security profile group ${shorten(rule.inspectedBy ?? "without a name")} lets through`;
          return [
            { ...said, action: "allow", remote: doubted(remote, [missing]) },
            { ...said, key: `${said.key} (dropped by inspection)`, action: "deny", remote },
          ];
        }
        case "unknown":
          // Doubted already: an action that could not be read is one of the rule's problems.
          return [
            { ...said, key: `${said.key} (allow)`, action: "allow", remote },
            { ...said, key: `${said.key} (deny)`, action: "deny", remote },
          ];
        default:
          return rule.action satisfies never;
      }
    });

  return {
    modelRules: (rule, arrival) => {
      const made = known.get(rule) ?? new Map<Arrival, readonly Rule[]>();
      known.set(rule, made);
      const rules = made.get(arrival) ?? make(rule, arrival);
      made.set(arrival, rules);
      return rules;
    },
    extentOf: (terms, arrival) => unionExtents(terms.map((term) => termExtent(term, arrival))),
  };
}

/** Everything that could be an interface inside: subnets, and every address that is not public. */
function insideOf(network: string, topology: Topology): AddressSet {
  return unionAddresses([topology.rangesOf(network), subtractAddresses(allAddresses, globallyRoutable)]);
}

/** Addresses of interfaces that certainly, and that perhaps, belong to somebody. */
interface Members {
  readonly must: AddressSet;
  readonly may: AddressSet;
}

/** Interfaces that have something; those of which it is not known perhaps have it. */
function membersOf(nics: readonly Nic[], having: (nic: Nic) => ReadonlySet<string> | null, wanted: string): Members {
  return {
    must: addressesOf(nics.filter((nic) => having(nic)?.has(wanted) === true)),
    may: addressesOf(nics.filter((nic) => having(nic)?.has(wanted) !== false)),
  };
}

/**
 * What a network context leaves of a rule's sources. Packets to an external address are `internet`, everything else is not, whatever
 * address it comes from.
 */
function contextExtent(
  { context, contextNetworks }: FirewallRule,
  arrival: Arrival,
  network: string,
  topology: Topology,
): Extent {
  const everything = knownExtent(allAddresses);
  if (context === null) return everything;
  const isInternet = arrival === "internet";
  switch (context) {
    case "internet":
      if (arrival === "paper") return knownExtent(globallyRoutable);
      return isInternet ? everything : noExtent;
    case "non-internet":
      if (arrival === "paper") return knownExtent(subtractAddresses(allAddresses, globallyRoutable));
      return isInternet ? noExtent : everything;
    case "intra-vpc":
      return isInternet ? noExtent : within([network], topology);
    case "vpc-networks":
      return isInternet ? noExtent : within(contextNetworks, topology);
    case "other":
      return unknownExtent(allAddresses, "what a network context that is not documented means");
    default:
      return context satisfies never;
  }
}

/** Packets from within some networks: their subnets' ranges, where all of them were read. */
function within(networks: readonly string[], topology: Topology): Extent {
  const ranges = unionAddresses(networks.map(topology.rangesOf));
  const missing = networks.flatMap((network) => topology.rangesUnread(network) ?? []);
  return missing.length === 0 ? knownExtent(ranges) : { must: ranges, may: allAddresses, missing };
}

/** What may match, but certainly matches nothing, as long as part of the rule could not be read. */
export function doubted(extent: Extent, problems: readonly string[]): Extent {
  return problems.length === 0
    ? extent
    : { must: noAddresses, may: extent.may, missing: [...new Set([...extent.missing, ...problems])] };
}

/** A rule with part of it changed. */
export function changed(rule: Rule, change: Partial<Rule>): Rule {
  return { ...rule, ...change };
}

/** Countries by the blocks that certainly lie in them; everything else that lies in no other country may. */
function regionExtent(code: string): Extent {
  const may = subtractAddresses(globallyRoutable, certainlyOutside([code]));
  const missing = `which addresses Google takes to lie in ${shorten(code)}`;
  return { must: certainlyIn(code), may, missing: [missing] };
}

/**
 * As a source, an interface is its primary addresses: alias ranges and external IPv4 addresses are left out.
 * https://cloud.google.com/firewall/docs/firewalls#sources_or_destinations_for_the_rule
 */
function addressesOf(nics: readonly Nic[]): AddressSet {
  return unionAddresses(nics.map(({ primary }) => primary));
}

function peerOf(term: Term): Peer {
  switch (term.kind) {
    case "cidr":
      return { kind: "cidr", cidr: term.text };
    case "group":
      return { kind: "list", id: term.text, owner: projectIn(term.text) ?? organizationIn(term.text) };
    case "malformed":
      return { kind: "any" };
    case "tag":
      return { kind: "tag", name: term.text };
    case "account":
      return { kind: "tag", name: `service account ${term.text}` };
    case "secure-tag":
      return { kind: "tag", name: `secure tag ${term.text}` };
    case "fqdn":
      return { kind: "tag", name: `domain name ${term.text}` };
    case "region-code":
      return { kind: "tag", name: `region code ${term.text}` };
    case "threat-list":
      return { kind: "tag", name: `threat list ${term.text}` };
    default:
      return term satisfies never;
  }
}

function organizationIn(path: string): string | null {
  return /^(organizations\/[^/]+)/.exec(path)?.[1] ?? null;
}

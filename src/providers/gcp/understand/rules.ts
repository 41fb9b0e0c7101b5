import type { L4Set } from "../../../network/l4.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { flag, object, text, wholeNumber } from "../../read.ts";
import { linkName, linkPath } from "../links.ts";
import {
  addressTerm,
  distinctTerms,
  everyAddress,
  everyIpv4,
  isGiven,
  matchTerms,
  secureTagList,
  shorten,
  strangeMatchMembers,
  termsIn,
  textList,
  type Term,
} from "./terms.ts";
import { readTraffic, type Traffic } from "./traffic.ts";

/** Seen from the target: who packets come from (ingress) or go to (egress). */
export type Direction = "ingress" | "egress";

/**
 * Where packets come from or go to, besides the addresses. `other` is one that nobody documents.
 * https://cloud.google.com/firewall/docs/understand-network-contexts
 */
export type NetworkContext = "internet" | "non-internet" | "intra-vpc" | "vpc-networks" | "other";

/** What happens to packets that a rule matches; `inspect` is apply_security_profile_group, `unknown` what could not be read. */
export type RuleAction = "allow" | "deny" | "next" | "inspect" | "unknown";

/** Which interfaces a rule holds for: all kinds that are given must fit; a kind that is null does not narrow. */
export interface RuleTargets {
  readonly tags: readonly string[] | null;
  readonly accounts: readonly string[] | null;
  /** Values of secure tags that are in effect. */
  readonly secureTags: readonly string[] | null;
  /** Networks, by the paths of their self links. */
  readonly networks: readonly string[] | null;
  /** It holds for something else than instances: load balancers' proxies. */
  readonly isElsewhere: boolean;
}

/** A rule of a VPC network or of a firewall policy, as it is written. Disabled rules never become one. */
export interface FirewallRule {
  readonly direction: Direction;
  /** Lower goes first; -1 where it could not be read. */
  readonly priority: number;
  readonly action: RuleAction;
  /** The security profile group that inspects; null for other actions. */
  readonly inspectedBy: string | null;
  /** The VPC rule's name, or the policy rule's priority as text: what Google's commands call it by. */
  readonly id: string;
  readonly remote: readonly Term[];
  /** The target's own addresses: empty where the rule does not look at them. */
  readonly local: readonly Term[];
  readonly context: NetworkContext | null;
  /** Networks that `vpc-networks` means, by path. */
  readonly contextNetworks: readonly string[];
  readonly l4: L4Set;
  readonly targets: RuleTargets;
  /** What could not be read, each with the rule's name; as long as anything stands here the rule holds perhaps. */
  readonly problems: readonly string[];
  /** What the rule says without its remote side, as a stable text; part of the key. */
  readonly says: string;
  /** Whether its connections are logged. */
  readonly isLogged: boolean;
  /** Untrusted. */
  readonly description: string | null;
}

/**
 * A VPC firewall rule: nothing where it is disabled, one for each direction where its own cannot be read. Ingress unless it says otherwise;
 * `sourceRanges` count together with `sourceTags` or `sourceServiceAccounts`, whichever matches; without any source or destination it means
 * every IPv4 address; priority 1000 unless it says otherwise. https://cloud.google.com/firewall/docs/firewalls
 */
export function readVpcRule(data: VendorObject, owner: string): readonly FirewallRule[] {
  if (flag(data, "disabled") === true) return [];
  const denies = isGiven(data["denied"]);
  const allows = isGiven(data["allowed"]);
  const priority = isGiven(data["priority"]) ? wholeNumber(data, "priority") : 1000;
  const isPlain = denies !== allows;
  const sources: readonly Term[] = [
    ...termsIn(data, "sourceRanges", addressTerm),
    ...termsIn(data, "sourceTags", (name) => ({ kind: "tag", text: name })),
    ...termsIn(data, "sourceServiceAccounts", (name) => ({ kind: "account", text: name })),
  ];
  const destinations = termsIn(data, "destinationRanges", addressTerm);
  const tags = targetList(data, "targetTags");
  const accounts = targetList(data, "targetServiceAccounts");
  return inDirections(data, (is, direction) => {
    const [remote, local] = is === "ingress" ? [sources, destinations] : [destinations, sources];
    return assemble({
      id: text(data, "name") ?? "without a name",
      owner,
      direction: is,
      priority: typeof priority === "number" ? priority : null,
      action: isPlain ? (denies ? "deny" : "allow") : "unknown",
      said: isPlain ? "" : "both or neither of allowed and denied",
      inspectedBy: null,
      remote: remote.length === 0 ? [everyIpv4] : remote,
      local,
      context: null,
      contextNetworks: [],
      traffic: isPlain ? readTraffic(data, denies ? "denied" : "allowed", "IPProtocol") : anyTraffic,
      targets: { tags: tags.items, accounts: accounts.items, secureTags: null, networks: null, isElsewhere: false },
      problems: [...direction, ...offProblem(data), ...tags.problems, ...accounts.problems],
      isLogged: flag(object(data, "logConfig") ?? {}, "enable") === true,
      description: text(data, "description"),
    });
  });
}

/** How a policy rule says what to do: the API's words, and the console's. */
const actions: ReadonlyMap<string, RuleAction> = new Map([
  ["allow", "allow"],
  ["deny", "deny"],
  ["goto_next", "next"],
  ["apply_security_profile_group", "inspect"],
]);

const contexts: ReadonlyMap<string, NetworkContext | null> = new Map([
  ["unspecified", null],
  ["internet", "internet"],
  ["non_internet", "non-internet"],
  ["intra_vpc", "intra-vpc"],
  ["vpc_networks", "vpc-networks"],
]);

/** Kinds of targets that a rule may name, with whether these are interfaces of instances. */
const targetTypes: ReadonlyMap<string, boolean> = new Map([
  ["INSTANCES", true],
  ["INTERNAL_MANAGED_LB", false],
]);

/**
 * A rule of a hierarchical, global, regional or system firewall policy: nothing where it is disabled, one for each direction where its own
 * cannot be read. Sources count together, whichever matches; a network context narrows them all. Secure tags that are INEFFECTIVE (their value
 * is gone) stand for nothing; where all targets are, the rule holds for nothing; where all sources are and no range is named, it is ignored.
 * https://cloud.google.com/firewall/docs/firewall-policies-rule-details,
 * https://cloud.google.com/compute/docs/reference/rest/v1/firewallPolicies
 */
export function readPolicyRule(data: VendorObject, owner: string): readonly FirewallRule[] {
  if (flag(data, "disabled") === true) return [];
  const priority = wholeNumber(data, "priority");
  const match = object(data, "match") ?? {};
  const said = text(data, "action")?.toLowerCase() ?? "";
  const sources = matchTerms(match, "src");
  const destinations = matchTerms(match, "dest");
  const sourcesAreGone = secureTagList(match, "srcSecureTags").areGone && !isGiven(match["srcIpRanges"]);
  const accounts = targetList(data, "targetServiceAccounts");
  const networks = targetList(data, "targetResources");
  const elsewhere = targetTypeOf(data);
  const tags = secureTagList(data, "targetSecureTags");
  return inDirections(data, (is, direction) => {
    // What else such a rule names may still count: the documentation speaks of ranges alone.
    if (is === "ingress" && sourcesAreGone && sources.length === 0) return null;
    const [remote, local] = is === "ingress" ? [sources, destinations] : [destinations, sources];
    const networksMeant = textList(match, "srcNetworks");
    const named = readContext(match, is === "ingress" ? "src" : "dest");
    const areTold = networksMeant.isWhole && networksMeant.items.length > 0;
    const context = named === "vpc-networks" && !areTold ? "other" : named;
    const isLost = remote.length === 0 && context === null;
    return assemble({
      id: typeof priority === "number" ? String(priority) : "without a priority",
      owner,
      direction: is,
      priority: typeof priority === "number" ? priority : null,
      action: actions.get(said) ?? "unknown",
      said,
      inspectedBy: text(data, "securityProfileGroup"),
      remote: remote.length === 0 ? everyAddress : remote,
      local,
      context,
      contextNetworks: networksMeant.items.map(linkPath),
      traffic: readTraffic(match, "layer4Configs", "ipProtocol"),
      targets: {
        tags: null,
        accounts: accounts.items,
        secureTags: tags.isWhole && isGiven(data["targetSecureTags"]) ? tags.items : null,
        networks: networks.items?.map(linkPath) ?? null,
        isElsewhere: elsewhere.isElsewhere,
      },
      problems: [
        ...direction,
        ...offProblem(data),
        ...accounts.problems,
        ...networks.problems,
        ...elsewhere.problems,
        ...(tags.isWhole ? [] : ["its targetSecureTags"]),
        ...(object(data, "match") === null ? ["its match"] : strangeMatchMembers(match).map(itsMember)),
        ...(isLost ? [is === "ingress" ? "its source" : "its destination"] : []),
        ...(is === "ingress" && sourcesAreGone ? ["what its srcSecureTags, which are gone, leave of it"] : []),
        ...(context === "other" || readContext(match, is === "ingress" ? "dest" : "src") !== null
          ? ["its network context"]
          : []),
      ],
      isLogged: flag(data, "enableLogging") === true,
      description: text(data, "description") ?? text(data, "ruleName"),
    });
  });
}

function itsMember(member: string): string {
  return `its ${shorten(member)}`;
}

const anyTraffic: Traffic = readTraffic({}, "layer4Configs", "ipProtocol");

/** Which kinds of targets are meant, other than interfaces. */
function targetTypeOf(data: VendorObject): { readonly isElsewhere: boolean; readonly problems: readonly string[] } {
  if (isGiven(data["targetForwardingRules"])) return { isElsewhere: true, problems: [] };
  if (!isGiven(data["targetType"])) return { isElsewhere: false, problems: [] };
  const isInstances = targetTypes.get(text(data, "targetType")?.toUpperCase() ?? "");
  if (isInstances === undefined) return { isElsewhere: false, problems: ["its targetType"] };
  return { isElsewhere: !isInstances, problems: [] };
}

/** Targets of one kind: null, which narrows nothing, where there are none or not all can be read. */
function targetList(
  data: VendorObject,
  member: string,
): { readonly items: readonly string[] | null; readonly problems: readonly string[] } {
  const { items, isWhole } = textList(data, member);
  if (!isWhole) return { items: null, problems: [itsMember(member)] };
  return { items: items.length === 0 ? null : items, problems: [] };
}

function offProblem(data: VendorObject): readonly string[] {
  return isGiven(data["disabled"]) && flag(data, "disabled") === null ? ["whether it is disabled"] : [];
}

function readContext(match: VendorObject, side: "src" | "dest"): NetworkContext | null {
  const member = [`${side}NetworkContext`, `${side}NetworkType`].find((each) => isGiven(match[each]));
  if (member === undefined) return null;
  const known = contexts.get(text(match, member)?.toLowerCase().replaceAll("-", "_") ?? "");
  return known === undefined ? "other" : known;
}

/** What a rule means in its direction, or in both, with what cannot be read of it. */
function inDirections(
  data: VendorObject,
  make: (direction: Direction, problems: readonly string[]) => FirewallRule | null,
): readonly FirewallRule[] {
  const said = isGiven(data["direction"]) ? text(data, "direction")?.toUpperCase() : "INGRESS";
  const made =
    said === "INGRESS" || said === "EGRESS"
      ? [make(said === "EGRESS" ? "egress" : "ingress", [])]
      : [make("ingress", ["its direction"]), make("egress", ["its direction"])];
  return made.filter((rule) => rule !== null);
}

/** What was read of a rule, before its words are put together. */
interface Parts {
  readonly id: string;
  readonly owner: string;
  readonly direction: Direction;
  readonly priority: number | null;
  readonly action: RuleAction;
  /** What stands where the action should. */
  readonly said: string;
  readonly inspectedBy: string | null;
  readonly remote: readonly Term[];
  readonly local: readonly Term[];
  readonly context: NetworkContext | null;
  readonly contextNetworks: readonly string[];
  readonly traffic: Traffic;
  readonly targets: RuleTargets;
  readonly problems: readonly string[];
  readonly isLogged: boolean;
  readonly description: string | null;
}

function assemble({ id, owner, priority, traffic, said, ...parts }: Parts): FirewallRule {
  const { local, action, targets, context } = parts;
  const named = (problem: string): string => `${problem} in rule ${shorten(id)} of ${owner} cannot be read`;
  const placed = (terms: readonly Term[]): readonly Term[] =>
    distinctTerms(
      terms.map((term) => (term.kind === "malformed" ? { kind: "malformed", text: named(term.text) } : term)),
    );
  const problems = [
    ...(priority === null ? ["its priority"] : []),
    ...(action === "unknown" ? [`its action ${JSON.stringify(shorten(said))}`] : []),
    ...traffic.problems,
    ...parts.problems,
  ];
  return {
    ...parts,
    id: shorten(id),
    priority: priority ?? -1,
    remote: placed(parts.remote),
    local: placed(local),
    l4: traffic.l4,
    problems: problems.map(named),
    says: [
      priority ?? "?",
      action === "next" ? "goto_next" : action,
      traffic.text,
      ...(context === null ? [] : [context]),
      ...(local.length === 0 ? [] : [`local ${inWords(local.map((term) => term.text))}`]),
      ...targetsInWords(targets),
    ].join(" "),
  };
}

function targetsInWords({ tags, accounts, secureTags, networks }: RuleTargets): readonly string[] {
  return [
    ...(tags === null ? [] : [`to tags ${inWords(tags)}`]),
    ...(accounts === null ? [] : [`to accounts ${inWords(accounts)}`]),
    ...(secureTags === null ? [] : [`to secure tags ${inWords(secureTags)}`]),
    ...(networks === null ? [] : [`in ${inWords(networks.map(linkName))}`]),
  ];
}

function inWords(items: readonly string[]): string {
  return items.toSorted().join(",").slice(0, 200);
}

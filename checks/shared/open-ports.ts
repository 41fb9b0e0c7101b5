import type { Json } from "../../src/model/finding.ts";
import type { Verdict } from "../../src/scan/check.ts";
import {
  equalAddresses,
  intersectAddresses,
  isEmptyAddresses,
  noAddresses,
  unionAddresses,
  type AddressSet,
} from "../../src/network/addresses.ts";
import { openness, type Openness } from "../../src/network/declared.ts";
import type { Firewall } from "../../src/network/estate.ts";
import { isKnownExtent } from "../../src/network/extent.ts";
import type { Extent, Filter, Rule } from "../../src/network/filter.ts";
import {
  allL4,
  equalL4,
  includesL4,
  intersectL4,
  isEmptyL4,
  l4Entries,
  l4Ports,
  l4Protocol,
  overlapsL4,
  tcp,
  udp,
  unionL4,
  type L4Set,
} from "../../src/network/l4.ts";
import { l4OfServices, servicesIn, type PortService } from "../../src/network/port-groups.ts";
import { isInternetWide, publicPart } from "../../src/network/width.ts";
import { removeRules } from "./remediation.ts";
import { addressEvidence, audience, brief, listed, ruleEvidence, sentenceNameOf, trafficInWords } from "./words.ts";

/** Protocols and ports, and the addresses to which every one of them is open. */
interface OpenPart {
  readonly l4: L4Set;
  readonly addresses: AddressSet;
}

/** What a filter opens to addresses that matter to a check. */
export interface Opening {
  /** Everything that is open; each part to other addresses. */
  readonly parts: readonly OpenPart[];
  /** The rules that make it so. */
  readonly rules: readonly Rule[];
  /** What could not be read and would settle the matter; empty when nothing is in doubt. */
  readonly missing: readonly string[];
}

/** What is certainly open, and what may be open besides because something could not be read. Null where there is none. */
export interface Openings {
  readonly certain: Opening | null;
  readonly perhaps: Opening | null;
}

/**
 * Firewalls that are the first line: those a packet must be let through by. AWS network ACLs stand behind security groups and let everything
 * through when AWS makes them; what they admit is judged in its order elsewhere.
 */
export function isFirstLine({ resource }: Firewall): boolean {
  return resource.type !== "aws:ec2:network-acl";
}

/**
 * What a filter opens to the internet among the protocols and ports of interest. The internet is measured: for each port the
 * addresses of all rules count together, and are the internet from the given share (0 to 1) of globally routable space in either family.
 */
export function openToInternet(filter: Filter, interest: L4Set, share: number): Openings {
  const internet = (set: AddressSet): AddressSet => internetFamilies(set, share);
  return openings(filter, interest, internet, ({ may }) => internet(may));
}

/** The addresses of those families in which the set is the internet. */
export function internetFamilies(set: AddressSet, share: number): AddressSet {
  const { v4, v6 } = set;
  return {
    v4: isInternetWide({ v4, v6: [] }, share) ? v4 : [],
    v6: isInternetWide({ v4: [], v6 }, share) ? v6 : [],
  };
}

/** What a filter opens to the internet as a whole: every TCP port, every UDP port or every protocol. Port 0 is no port to listen on. */
export function everyPortOpenToInternet(filter: Filter, share: number): Openings {
  const { certain, perhaps } = openToInternet(filter, allL4, share);
  const sure = l4Of(certain);
  return {
    certain: narrowToBroadRules(openToInternet(filter, wholePart(sure), share).certain),
    perhaps: openToInternet(filter, wholePart(unionL4([sure, l4Of(perhaps)])), share).perhaps,
  };
}

/** Where rules open a whole protocol by themselves, those are to blame, not a rule for one port that is open all the same. */
function narrowToBroadRules(opening: Opening | null): Opening | null {
  if (opening === null) return null;
  const broad = opening.rules.filter(({ l4 }) => !isEmptyL4(wholePart(l4)));
  return broad.length === 0 ? opening : { ...opening, rules: broad };
}

/**
 * What a firewall opens. Where rules hold for some of what it guards only (Google's targets), the first that lets something in is not to blame
 * alone: each set of targets is asked as well, for the rules that speak of it.
 */
export function openingsOf(
  firewall: Firewall,
  direction: "ingress" | "egress",
  ask: (filter: Filter) => Openings,
): Openings {
  const whole = ask(firewall[direction]);
  if (whole.certain === null || firewall.views === undefined) return whole;
  const rules = firewall.views.flatMap((view) =>
    (ask(view[direction]).certain?.rules ?? []).filter((rule) => view.own.has(rule)),
  );
  return { ...whole, certain: { ...whole.certain, rules: [...new Set([...whole.certain.rules, ...rules])] } };
}

/** What of a set is every protocol, or every port of TCP or of UDP. */
export function wholePart(l4: L4Set): L4Set {
  if (equalL4(l4, allL4)) return allL4;
  return unionL4(
    [tcp, udp]
      .filter((protocol) => includesL4(l4, l4Ports(protocol, 1, 0xffff)))
      .map((protocol) => intersectL4(l4, l4Protocol(protocol))),
  );
}

/**
 * What a filter opens to addresses that matter.
 * @param relevant what matters of the addresses that certainly get through
 * @param relevantPerhaps what matters of addresses of which that is not certain; asked where nothing certain matters
 */
export function openings(
  filter: Filter,
  interest: L4Set,
  relevant: (set: AddressSet) => AddressSet,
  relevantPerhaps: (remote: Extent) => AddressSet,
): Openings {
  if (isEmptyL4(interest)) return { certain: null, perhaps: null };
  const certain: Opening[] = [];
  const perhaps: Opening[] = [];
  for (const { l4, remote, rules } of opennessOf(filter)) {
    const ports = intersectL4(l4, interest);
    if (isEmptyL4(ports)) continue;
    const sure = relevant(remote.must);
    if (!isEmptyAddresses(sure)) {
      certain.push({ parts: [{ l4: ports, addresses: sure }], rules: culpritsOf(rules, relevant), missing: [] });
      continue;
    }
    const possible = relevantPerhaps(remote);
    if (isEmptyAddresses(possible)) continue;
    perhaps.push({ parts: [{ l4: ports, addresses: possible }], ...doubtOf(remote, rules, relevantPerhaps) });
  }
  return { certain: join(certain), perhaps: join(perhaps) };
}

/**
 * The rules that make the difference between what is certain and what is possible, and what is missing of those. A rule whose own doubt
 * would not matter is none of them, unless it takes several together.
 */
function doubtOf(
  remote: Extent,
  rules: readonly Rule[],
  relevantPerhaps: (remote: Extent) => AddressSet,
): Pick<Opening, "rules" | "missing"> {
  const doubtful = rules.filter((rule) => !isKnownExtent(rule.remote));
  const decides = (rule: Rule): boolean =>
    !isEmptyAddresses(relevantPerhaps({ ...remote, may: unionAddresses([remote.must, rule.remote.may]) }));
  const alone = doubtful.filter(decides);
  const deciding = alone.length > 0 ? alone : doubtful;
  const needed = new Set(deciding.flatMap((rule) => rule.remote.missing));
  const idle = new Set(doubtful.flatMap((rule) => rule.remote.missing).filter((each) => !needed.has(each)));
  // What is missing of a deny, which is none of the rules that let something through, stays.
  return { rules: deciding, missing: remote.missing.filter((each) => !idle.has(each)) };
}

/** Several checks ask the same of the same filter; the answer rests on the filter alone and lives as long as it does. */
const answers = new WeakMap<Filter, readonly Openness[]>();

function opennessOf(filter: Filter): readonly Openness[] {
  const known = answers.get(filter);
  if (known !== undefined) return known;
  const answer = openness(filter);
  answers.set(filter, answer);
  return answer;
}

/** The rules that matter by themselves; where the others still matter together, the public ones among those too. */
export function culpritsOf(rules: readonly Rule[], relevant: (set: AddressSet) => AddressSet): readonly Rule[] {
  const matters = (set: AddressSet): boolean => !isEmptyAddresses(relevant(set));
  const alone = new Set(rules.filter(({ remote }) => matters(remote.must)));
  const rest = rules.filter((rule) => !alone.has(rule) && !isEmptyAddresses(publicPart(rule.remote.must)));
  if (rest.length < 2 || !matters(unionAddresses(rest.map(({ remote }) => remote.must)))) return [...alone];
  return rules.filter((rule) => alone.has(rule) || rest.includes(rule));
}

/** Several openings as one; parts that are open to the same addresses become one part. */
function join(all: readonly Opening[]): Opening | null {
  if (all.length === 0) return null;
  const parts: { l4: L4Set[]; addresses: AddressSet }[] = [];
  for (const { l4, addresses } of all.flatMap((opening) => opening.parts)) {
    const same = parts.find((part) => equalAddresses(part.addresses, addresses));
    if (same === undefined) parts.push({ l4: [l4], addresses });
    else same.l4.push(l4);
  }
  return {
    parts: parts.map(({ l4, addresses }) => ({ l4: unionL4(l4), addresses })),
    rules: [...new Set(all.flatMap(({ rules }) => rules))],
    missing: [...new Set(all.flatMap(({ missing }) => missing))],
  };
}

/** Everything that an opening opens. */
export function l4Of(opening: Opening | null): L4Set {
  return unionL4(opening?.parts.map(({ l4 }) => l4) ?? []);
}

/** The addresses to which all of an opening is open; everyone to whom some of it is where there are no such. */
export function audienceOf({ parts }: Pick<Opening, "parts">): string {
  const [first, ...rest] = parts.map(({ addresses }) => addresses);
  const common = rest.reduce<AddressSet>(intersectAddresses, first ?? noAddresses);
  return audience(isEmptyAddresses(publicPart(common)) ? unionAddresses(parts.map((part) => part.addresses)) : common);
}

/** How a check words what it found open. */
export interface Wording {
  readonly fails: (opening: Opening) => string;
  readonly unknown: (opening: Opening) => string;
  /** Evidence besides what every opening has. */
  readonly evidence?: (opening: Opening) => Readonly<Record<string, Json>>;
}

/** The verdict that follows from openings: certain ones fail, possible ones are unknown, none passes. */
export function verdictOf(
  firewall: Firewall,
  direction: "ingress" | "egress",
  { certain, perhaps }: Openings,
  say: Wording,
): Verdict {
  const { resource } = firewall;
  const order = direction === "ingress" ? firewall.ingressRules : firewall.egressRules;
  const inOrder = (rules: readonly Rule[]): readonly Rule[] => order.filter((rule) => rules.includes(rule));
  const evidence = (opening: Opening): Readonly<Record<string, Json>> => ({
    ...say.evidence?.(opening),
    ...openingEvidence({ ...opening, rules: inOrder(opening.rules) }, firewall),
  });
  if (certain !== null) {
    const remediation = removeRules(firewall, inOrder(certain.rules), direction);
    return { status: "fail", resource, message: say.fails(certain), evidence: evidence(certain), ...remediation };
  }
  if (perhaps !== null) {
    return { status: "unknown", resource, message: say.unknown(perhaps), evidence: evidence(perhaps) };
  }
  return { status: "pass", resource };
}

/** An opening as evidence, with how many things the firewall is attached to. */
function openingEvidence({ parts, rules, missing }: Opening, firewall: Firewall): Record<string, Json> {
  return {
    open: listed(parts, ({ l4, addresses }) => ({
      ports: l4Entries(l4).map(({ protocol, ports }) => ({ protocol, ports })),
      to: addressEvidence(addresses),
    })),
    rules: ruleEvidence(rules),
    attachments: firewall.attachments.length,
    ...(missing.length === 0 ? {} : { missing: [...missing] }),
  };
}

/** Judges every first-line firewall by what it opens to the internet of some services, one verdict each. */
export function* judgeServices(
  firewalls: readonly Firewall[],
  services: readonly PortService[],
  share: number,
): Iterable<Verdict> {
  const interest = l4OfServices(services);
  const names = (l4: L4Set): readonly string[] => servicesIn(services, l4).map(({ name }) => name);
  const what = (l4: L4Set): string => `${brief(names(l4), 4)} (${briefPorts(l4)})`;
  for (const firewall of firewalls.filter(isFirstLine)) {
    const name = sentenceNameOf(firewall.resource);
    const open = openingsOf(firewall, "ingress", (filter) => openToInternet(filter, interest, share));
    yield verdictOf(firewall, "ingress", open, {
      fails: (opening) => `${name} opens ${eachPart(opening, what)}.`,
      unknown: (opening) => `${name} may open ${what(l4Of(opening))} to the internet: ${brief(opening.missing, 3)}.`,
      evidence: (opening) => ({ services: names(l4Of(opening)) }),
    });
  }
}

/** What is open to whom, part by part: `SSH (tcp 22) to the whole internet (0.0.0.0/0, ::/0) and ...`. */
export function eachPart({ parts }: Pick<Opening, "parts">, what: (l4: L4Set) => string): string {
  const shown = parts.slice(0, 2).map(({ l4, addresses }) => `${what(l4)} to ${audience(addresses)}`);
  return `${shown.join(" and ")}${parts.length > 2 ? ", and more" : ""}`;
}

/** Ports in words, cut between two of them where the list grows long. */
export function briefPorts(l4: L4Set): string {
  const text = trafficInWords(l4);
  if (text.length <= 120) return text;
  const cut = text.slice(0, 120);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(","), cut.lastIndexOf(";")))} and more`;
}

/** `every protocol`, `every TCP port`, `every TCP and UDP port`: a whole set in words. */
export function wholeInWords(l4: L4Set): string {
  if (equalL4(l4, allL4)) return "every protocol";
  const named = [
    { protocol: tcp, name: "TCP" },
    { protocol: udp, name: "UDP" },
  ].filter(({ protocol }) => overlapsL4(l4, l4Protocol(protocol)));
  return `every ${named.map(({ name }) => name).join(" and ")} port`;
}

import { BlockList, isIPv6 } from "node:net";
import type { Json } from "../../../../src/model/finding.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";

/**
 * A second reading of Google's firewalls, packet by packet and rule by rule, straight from the REST bodies and sharing nothing with the
 * product: https://cloud.google.com/firewall/docs/firewall-policies-rule-eval-order,
 * https://cloud.google.com/firewall/docs/firewalls, https://cloud.google.com/firewall/docs/firewall-policies-rule-details
 */

/** An instance, as rules look at it. */
export interface Machine {
  readonly address: string;
  readonly tags: readonly string[];
  readonly account: string;
  readonly secureTags: readonly string[];
}

export interface NaivePacket {
  readonly direction: "INGRESS" | "EGRESS";
  readonly isInternet: boolean;
  /** The other end, and the machine's own address as its firewall sees it. */
  readonly remote: string;
  readonly local: string;
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}

/** Everything that is in force around a machine. */
export interface Surroundings {
  readonly order: "AFTER_CLASSIC_FIREWALL" | "BEFORE_CLASSIC_FIREWALL";
  /** From the organization down. */
  readonly hierarchical: readonly (readonly VendorObject[])[];
  /** Null where nobody read them: Google's own open something, or nothing. */
  readonly system: readonly VendorObject[] | null;
  readonly vpc: readonly VendorObject[];
  readonly global: readonly VendorObject[];
  /** Null where nobody read them. */
  readonly regional: readonly VendorObject[] | null;
  /** The path of the network, and the ranges of its subnets by path. */
  readonly network: string;
  readonly subnets: Readonly<Record<string, readonly string[]>>;
  readonly machines: readonly Machine[];
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** How what cannot be known turns out: whether a country holds an address, what an inspection does. */
  readonly fate: (question: string) => boolean;
}

type Verdict = "allow" | "deny" | "next";

/** Whether the packet passes every firewall of the machine. */
export function passes(machine: Machine, packet: NaivePacket, all: Surroundings): boolean {
  const policy = (rules: readonly VendorObject[]): Verdict => firstOf(inOrder(rules), machine, packet, all);
  const vpc = vpcVerdict(machine, packet, all);
  const decides = (list: string, verdict: Verdict): Verdict =>
    all.fate(`${list} ${JSON.stringify(packet)}`) ? verdict : "next";
  const regional = all.regional === null ? decides("regional allow", "allow") : policy(all.regional);
  const own = [
    policy(all.global),
    all.regional === null && regional === "next" ? decides("regional deny", "deny") : regional,
  ];
  const verdicts = [
    ...all.hierarchical.map(policy),
    all.system === null ? decides("system allow", "allow") : policy(all.system),
    ...(all.order === "AFTER_CLASSIC_FIREWALL" ? [vpc, ...own] : [...own, vpc]),
  ];
  const decided = verdicts.find((verdict) => verdict !== "next");
  return decided === undefined ? packet.direction === "EGRESS" : decided === "allow";
}

function inOrder(rules: readonly VendorObject[]): readonly VendorObject[] {
  return rules.toSorted((a, b) => Number(a["priority"]) - Number(b["priority"]));
}

function firstOf(rules: readonly VendorObject[], machine: Machine, packet: NaivePacket, all: Surroundings): Verdict {
  for (const rule of rules) {
    if (!policyRuleMatches(rule, machine, packet, all)) continue;
    if (rule["action"] === "goto_next") return "next";
    if (rule["action"] === "apply_security_profile_group")
      return all.fate(`inspect ${JSON.stringify(packet)}`) ? "allow" : "deny";
    return rule["action"] === "allow" ? "allow" : "deny";
  }
  return "next";
}

function policyRuleMatches(rule: VendorObject, machine: Machine, packet: NaivePacket, all: Surroundings): boolean {
  const match = member(rule, "match");
  const [far, near] = packet.direction === "INGRESS" ? ["src", "dest"] : ["dest", "src"];
  if (rule["disabled"] === true || rule["direction"] !== packet.direction) return false;
  if (!isTarget(rule, machine, all)) return false;
  const listed = objects(match, `${far}SecureTags`);
  const tags = listed.filter(({ state }) => state !== "INEFFECTIVE").map((tag) => textIn(tag, "name"));
  const ranges = texts(match, `${far}IpRanges`);
  if (listed.length > 0 && tags.length === 0 && ranges.length === 0) return false;
  const nearRanges = texts(match, `${near}IpRanges`);
  if (nearRanges.length > 0 && !holds(nearRanges, packet.local)) return false;
  const sources = [
    ...ranges.map((range) => holds([range], packet.remote)),
    ...tags.map(
      (tag) =>
        !packet.isInternet && isMachine(all, packet.remote, ({ secureTags }) => secureTags.includes(tag), `tag ${tag}`),
    ),
    ...texts(match, `${far}AddressGroups`).map((group) => {
      const entries = all.groups[group];
      return entries === undefined ? all.fate(`${group} ${packet.remote}`) : holds(entries, packet.remote);
    }),
    ...texts(match, `${far}Fqdns`).map((name) => all.fate(`${name} ${packet.remote}`)),
    // No private address lies in a country.
    ...texts(match, `${far}RegionCodes`).map(
      (code) => !isPrivate(packet.remote) && all.fate(`${code} ${packet.remote}`),
    ),
    ...texts(match, `${far}ThreatIntelligences`).map(
      (list) => !isPrivate(packet.remote) && all.fate(`${list} ${packet.remote}`),
    ),
  ];
  // A network context alone means everybody there.
  if (sources.length > 0 && !sources.includes(true)) return false;
  const within = (paths: readonly string[]): boolean =>
    !packet.isInternet && paths.some((path) => holds(all.subnets[path] ?? [], packet.remote));
  const context = textIn(match, `${far}NetworkContext`);
  if (context === "INTERNET" && !packet.isInternet) return false;
  if (context === "NON_INTERNET" && packet.isInternet) return false;
  if (context === "INTRA_VPC" && !within([all.network])) return false;
  if (context === "VPC_NETWORKS" && !within(texts(match, "srcNetworks"))) return false;
  return trafficMatches(objects(match, "layer4Configs"), "ipProtocol", packet);
}

function isTarget(rule: VendorObject, machine: Machine, all: Surroundings): boolean {
  if (rule["targetType"] === "INTERNAL_MANAGED_LB") return false;
  const accounts = texts(rule, "targetServiceAccounts");
  if (accounts.length > 0 && !accounts.includes(machine.account)) return false;
  const networks = texts(rule, "targetResources");
  if (networks.length > 0 && !networks.some((each) => each.endsWith(all.network))) return false;
  const tags = objects(rule, "targetSecureTags");
  const effective = tags.filter(({ state }) => state !== "INEFFECTIVE").map((tag) => textIn(tag, "name"));
  return tags.length === 0 || effective.some((tag) => carries(machine, tag, all));
}

/** `?` in front of a value says that nobody read whether the machine carries it. */
function carries({ secureTags, address }: Machine, tag: string, all: Surroundings): boolean {
  return secureTags.includes(tag) || (secureTags.includes("?") && all.fate(`${address} carries ${tag}`));
}

/** VPC rules: the lowest priority number decides, and of those alike a deny. */
function vpcVerdict(machine: Machine, packet: NaivePacket, all: Surroundings): Verdict {
  const matching = all.vpc.filter((rule) => vpcRuleMatches(rule, machine, packet, all));
  const priority = Math.min(...matching.map((rule) => Number(rule["priority"] ?? 1000)));
  const deciding = matching.filter((rule) => Number(rule["priority"] ?? 1000) === priority);
  if (deciding.length === 0) return "next";
  return deciding.some((rule) => rule["denied"] !== undefined) ? "deny" : "allow";
}

function vpcRuleMatches(rule: VendorObject, machine: Machine, packet: NaivePacket, all: Surroundings): boolean {
  if (rule["disabled"] === true || (rule["direction"] ?? "INGRESS") !== packet.direction) return false;
  const targets = texts(rule, "targetTags");
  if (targets.length > 0 && !targets.some((tag) => machine.tags.includes(tag))) return false;
  const accounts = texts(rule, "targetServiceAccounts");
  if (accounts.length > 0 && !accounts.includes(machine.account)) return false;
  const isIn = packet.direction === "INGRESS";
  const near = texts(rule, isIn ? "destinationRanges" : "sourceRanges");
  if (near.length > 0 && !holds(near, packet.local)) return false;
  const ranges = texts(rule, isIn ? "sourceRanges" : "destinationRanges");
  const tags = texts(rule, "sourceTags");
  const sourceAccounts = texts(rule, "sourceServiceAccounts");
  const isInside = !packet.isInternet && isIn;
  const isMeant =
    ranges.length + tags.length + sourceAccounts.length === 0
      ? holds(["0.0.0.0/0"], packet.remote)
      : holds(ranges, packet.remote) ||
        (isInside && isMachine(all, packet.remote, (each) => each.tags.some((tag) => tags.includes(tag)), "")) ||
        (isInside && isMachine(all, packet.remote, ({ account }) => sourceAccounts.includes(account), ""));
  const traffic = [...objects(rule, "allowed"), ...objects(rule, "denied")];
  return isMeant && trafficMatches(traffic, "IPProtocol", packet);
}

function isMachine(all: Surroundings, address: string, is: (machine: Machine) => boolean, question: string): boolean {
  return all.machines.some(
    (machine) =>
      machine.address === address &&
      (is(machine) || (machine.secureTags.includes("?") && question !== "" && all.fate(`${question} ${address}`))),
  );
}

function trafficMatches(configs: readonly VendorObject[], protocol: string, packet: NaivePacket): boolean {
  return configs.some((config) => {
    const said = textIn(config, protocol).toLowerCase();
    const number = packet.protocol === "tcp" ? "6" : "17";
    if (said === "all") return true;
    if (said !== packet.protocol && said !== number) return false;
    const ports = texts(config, "ports");
    return (
      ports.length === 0 ||
      ports.some((range) => {
        const [first = "", last = first] = range.split("-");
        return Number(first) <= packet.port && packet.port <= Number(last);
      })
    );
  });
}

function holds(ranges: readonly string[], address: string): boolean {
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const list = new BlockList();
  for (const range of ranges) {
    const [base = "", length] = range.split("/");
    // A list of both families takes an IPv4 address for one of IPv6 too.
    if (isIPv6(base) !== isIPv6(address)) continue;
    if (length === undefined) list.addAddress(base, family);
    else list.addSubnet(base, Number(length), family);
  }
  return list.check(address, family);
}

function isPrivate(address: string): boolean {
  return holds(["10.0.0.0/8"], address);
}

function textIn(data: VendorObject, name: string): string {
  const value = data[name];
  return typeof value === "string" ? value : "";
}

function member(data: VendorObject, name: string): VendorObject {
  const value = data[name];
  return isObject(value) ? value : {};
}

function objects(data: VendorObject, name: string): readonly VendorObject[] {
  const value = data[name];
  return Array.isArray(value) ? value.filter((each: Json): each is VendorObject => isObject(each)) : [];
}

function texts(data: VendorObject, name: string): readonly string[] {
  const value = data[name];
  return Array.isArray(value) ? value.filter((each: Json): each is string => typeof each === "string") : [];
}

function isObject(value: Json | undefined): value is VendorObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

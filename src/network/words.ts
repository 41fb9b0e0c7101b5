import { placeOf, type ResourceRef } from "../model/resource.ts";
import { isEmptyAddresses, subtractAddresses, toCidrs, type AddressSet } from "./addresses.ts";
import type { Peer, Rule } from "./filter.ts";
import { allL4, describeL4, isEmptyL4, l4Entries, subtractL4, type L4Set } from "./l4.ts";
import { globallyRoutable, internetShare } from "./width.ts";

/** Kinds of resources whose type is not what people call them. */
const kinds: ReadonlyMap<string, string> = new Map([
  ["aws:ec2:network-acl", "network ACL"],
  ["aws:ec2:vpc", "VPC"],
  ["aws:ec2:natgateway", "NAT gateway"],
  ["aws:ec2:vpc-endpoint", "VPC endpoint"],
  ["aws:elasticloadbalancing:loadbalancer", "load balancer"],
  ["aws:network-firewall:firewall", "Network Firewall"],
  ["aws:lambda:function", "Lambda function"],
  ["azure:network:azure-firewall", "Azure Firewall"],
  ["azure:network:public-ip-address", "public IP address"],
  ["azure:network:ip-group", "IP group"],
  // As a set they are what other clouds call a firewall, and have no name but their network's.
  ["gcp:compute:vpc-firewall-rules", "VPC firewall of network"],
  ["gcp:compute:firewall-policy", "hierarchical firewall policy"],
  ["gcp:compute:network", "VPC network"],
]);

/** A resource as people call it: `security group web (sg-1)`; its id alone where it has no other name. */
export function nameOf(resource: ResourceRef): string {
  const kind = kinds.get(resource.type) ?? resource.type.split(":").at(-1)?.replaceAll("-", " ") ?? resource.type;
  return resource.name === null || resource.name === resource.id
    ? `${kind} ${resource.id}`
    : `${kind} ${resource.name} (${placeOf(resource) ?? resource.id})`;
}

/** The same with a capital, for the start of a sentence. */
export function sentenceNameOf(resource: ResourceRef): string {
  const name = nameOf(resource);
  return /^[A-Z]/.test(name) ? name : name.charAt(0).toUpperCase() + name.slice(1);
}

/** Who a set of addresses is, measured: `the whole internet (0.0.0.0/0, ::/0)`, `12.5 % of the IPv4 internet (...)`. */
export function audience(set: AddressSet): string {
  const { v4, v6 } = internetShare(set);
  const families = [...(v4 > 0 ? [{ name: "IPv4", share: v4 }] : []), ...(v6 > 0 ? [{ name: "IPv6", share: v6 }] : [])];
  const isWhole = families.length === 2 && families.every(({ share }) => share > 0.9999);
  const who = isWhole
    ? "the whole internet"
    : families.map(({ name, share }) => `${percent(share)} the ${name} internet`).join(" and ");
  return `${who} (${blocksInWords(set)})`;
}

/** The blocks of a set, or, where they are many only because few are left out of a family, those: `::/0 without 2600:1f18::/56`. */
function blocksInWords(set: AddressSet): string {
  const families = [
    { own: { v4: set.v4, v6: [] }, rest: { v4: globallyRoutable.v4, v6: [] }, whole: "0.0.0.0/0" },
    { own: { v4: [], v6: set.v6 }, rest: { v4: [], v6: globallyRoutable.v6 }, whole: "::/0" },
  ];
  return families
    .filter(({ own }) => !isEmptyAddresses(own))
    .map(({ own, rest, whole }) => {
      const left = toCidrs(own).length > 4 ? toCidrs(subtractAddresses(rest, own)) : [];
      return left.length > 0 && left.length <= 3 ? `${whole} without ${left.join(", ")}` : briefCidrs(own, 4);
    })
    .join(", ");
}

function percent(share: number): string {
  if (share > 0.9999) return "all of";
  const value = share * 100;
  return value < 0.01 ? "less than 0.01 % of" : `${Number(value.toPrecision(3))} % of`;
}

/** The first CIDR blocks of the minimal cover, and how many more there are. */
export function briefCidrs(set: AddressSet, limit: number): string {
  return brief(toCidrs(set), limit);
}

/** The first items of a list in words, and how many more there are: `SSH, RDP and 3 more`. */
export function brief(items: readonly string[], limit: number): string {
  const shown = items.slice(0, limit).join(", ");
  return items.length > limit ? `${shown} and ${items.length - limit} more` : shown;
}

/**
 * Protocols and ports in words: what is left out where nearly everything is meant (`every protocol but tcp 22`), else what is meant
 * (`tcp 22, 8000-8080; udp 53`).
 */
export function trafficInWords(l4: L4Set): string {
  const rest = subtractL4(allL4, l4);
  const words = describeL4(l4);
  if (isEmptyL4(rest)) return words;
  const left = describeL4(rest).replaceAll(/\b(?:every (\S+) port|all (\S+))(?=;|$)/g, "$1$2");
  const but = `every protocol but ${left}`;
  return l4Entries(rest).length < l4Entries(l4).length ? but : words;
}

/** A rule in words: `rule sgr-1 (allow tcp 22 from 0.0.0.0/0)`, without the id where the source does not tell it. */
export function ruleName(rule: Rule, direction: "ingress" | "egress"): string {
  const { id, action, l4, peer } = rule;
  const says = `${action} ${trafficInWords(l4)} ${direction === "ingress" ? "from" : "to"} ${peerName(peer)}`;
  return id === null ? `rule "${says}"` : `rule ${id} (${says})`;
}

/** The other side of a rule in the vendor's terms. */
export function peerName(peer: Peer): string {
  switch (peer.kind) {
    case "cidr":
      return peer.cidr;
    case "list":
      return peer.id.includes("/addressGroups/") ? `address group ${peer.id}` : `prefix list ${peer.id}`;
    case "group":
      return peer.id.startsWith("/") ? `application security group ${peer.id}` : `security group ${peer.id}`;
    case "tag":
      // Of what is told by names, tags alone have names of one word; everything else says itself what it is: `service account x@...`.
      return peer.name.includes(" ") ? peer.name : `tag ${peer.name}`;
    case "any":
      return "anything";
    default:
      return peer satisfies never;
  }
}

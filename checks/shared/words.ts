import type { Json } from "../../src/model/finding.ts";
import { toCidrs, type AddressSet } from "../../src/network/addresses.ts";
import type { Rule } from "../../src/network/filter.ts";
import { internetShare } from "../../src/network/width.ts";
import { peerName } from "../../src/network/words.ts";

export {
  audience,
  brief,
  briefCidrs,
  nameOf,
  peerName,
  ruleName,
  sentenceNameOf,
  trafficInWords,
} from "../../src/network/words.ts";

/** How many items a list in the evidence shows at most; its full length stands beside it. */
const evidenceLimit = 20;

/** A list as evidence: its first items, and how many there are in all. */
export function listed<Item>(items: readonly Item[], toJson: (item: Item) => Json): Json {
  return { count: items.length, first: items.slice(0, evidenceLimit).map(toJson) };
}

/** A set of addresses as evidence: what share of the internet it is, and its minimal CIDR cover. */
export function addressEvidence(set: AddressSet): Json {
  const { v4, v6 } = internetShare(set);
  return { internetShare: { ipv4: v4, ipv6: v6 }, cidrs: listed(toCidrs(set), (cidr) => cidr) };
}

/** Rules as evidence. */
export function ruleEvidence(rules: readonly Rule[]): Json {
  return listed(rules, ({ id, key, peer, description }) => ({ id, key, peer: peerName(peer), description }));
}

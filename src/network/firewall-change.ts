import type { FirewallChange, RuleChange, Traffic } from "../model/diff.ts";
import { canonicalId } from "../model/resource.ts";
import { isEmptyAddresses } from "./addresses.ts";
import { compile, rulesOf } from "./compile.ts";
import type { Firewall } from "./estate.ts";
import { bothMaps, mapOfBoxes } from "./exposure-maps.ts";
import { equalExtents, isKnownExtent } from "./extent.ts";
import type { Filter, Rule } from "./filter.ts";
import { equalL4 } from "./l4.ts";
import type { PacketBox } from "./packet.ts";
import type { PacketMap } from "./packet-map.ts";
import { packetChange, trafficBetween, type Bounds } from "./packet-change.ts";
import { differenceOf, permittedBoxes } from "./permitted.ts";
import { peerName, sentenceNameOf } from "./words.ts";

/** Firewalls of both sides, by what they are, in the order of the new side with those that are gone last. */
export interface Paired<Item> {
  readonly before: Item | null;
  readonly after: Item | null;
}

/** Pairs the items of two estates by their canonical ids. */
export function pairById<Item extends { readonly resource: Firewall["resource"] }>(
  before: readonly Item[],
  after: readonly Item[],
): readonly Paired<Item>[] {
  const old = new Map(before.map((item) => [canonicalId(item.resource), item]));
  const pairs = after.map((item): Paired<Item> => {
    const key = canonicalId(item.resource);
    const known = old.get(key) ?? null;
    old.delete(key);
    return { before: known, after: item };
  });
  return [...pairs, ...[...old.values()].map((item): Paired<Item> => ({ before: item, after: null }))];
}

/**
 * What became of one firewall; null when nothing did. What it lets through is what it declares by itself, whatever else stands in the way.
 * @param surroundingsRead whether both sides read what lies around it. Where one did not, neither what it guards nor who a group or a tag stands for is
 * compared, and only what its changed rules speak of counts as opened or closed
 */
export function changeOfFirewall(
  { before, after }: Paired<Firewall>,
  surroundingsRead: boolean = true,
): FirewallChange | null {
  const firewall = after ?? before;
  if (firewall === null) return null;
  const changed = (side: "ingressRules" | "egressRules"): readonly ChangedRule[] =>
    changedRules(before?.[side] ?? [], after?.[side] ?? [], surroundingsRead);
  const [changedIn, changedOut] = [changed("ingressRules"), changed("egressRules")];
  const rules = [
    ...changedIn.map((each) => changeOfRule(each, "ingress")),
    ...changedOut.map((each) => changeOfRule(each, "egress")),
  ];
  const attached = surroundingsRead ? without(after?.attachments ?? [], before?.attachments ?? []) : [];
  const detached = surroundingsRead ? without(before?.attachments ?? [], after?.attachments ?? []) : [];
  const sameRules = before !== null && after !== null && rules.length === 0;
  const unchanged: Traffic = { opened: null, closed: null, missing: [] };
  const declared = (direction: "ingress" | "egress", of: readonly ChangedRule[]): Traffic =>
    declaredTraffic(before?.[direction] ?? null, after?.[direction] ?? null, direction, surroundingsRead ? null : of);
  const ingress = sameRules ? unchanged : declared("ingress", changedIn);
  const egress = sameRules ? unchanged : declared("egress", changedOut);
  if (sameRules && attached.length + detached.length === 0) return null;
  const change = before === null ? "appeared" : after === null ? "disappeared" : "changed";
  return {
    change,
    resource: firewall.resource,
    summary: summaryOf(sentenceNameOf(firewall.resource), change, { ingress, egress, rules, attached, detached }),
    ingress,
    egress,
    rules,
    attached,
    detached,
  };
}

/** @param within counts only what these rules speak of; null for everything */
function declaredTraffic(
  before: Filter | null,
  after: Filter | null,
  direction: "ingress" | "egress",
  within: readonly ChangedRule[] | null,
): Traffic {
  const missing = [before, after].flatMap((filter) =>
    filter === null ? [] : rulesOf(filter).flatMap(({ remote }) => (isKnownExtent(remote) ? [] : remote.missing)),
  );
  const [was, is] = [boundsOf(before), boundsOf(after)];
  if (within === null) return trafficBetween(was, is, [...new Set(missing)], direction);
  const spokenOf = mapOfBoxes(
    within.flatMap((each) => [...boxesOf(each.before, "may"), ...boxesOf(each.after, "may")]),
  );
  const cut = (boxes: readonly PacketBox[]): readonly PacketBox[] =>
    permittedBoxes(bothMaps(mapOfBoxes(boxes), spokenOf));
  const cutBounds = ({ must, may }: Bounds): Bounds => ({ must: cut(must), may: cut(may) });
  return trafficBetween(cutBounds(was), cutBounds(is), [...new Set(missing)], direction);
}

/** A firewall that is not there guards nothing, and so it lets nothing through by itself. */
function boundsOf(filter: Filter | null): Bounds {
  if (filter === null) return { must: [], may: [] };
  const { must, may } = compile(filter);
  const certain = permittedBoxes(must);
  return { must: certain, may: must === may ? certain : permittedBoxes(may) };
}

function without(all: readonly string[], known: readonly string[]): readonly string[] {
  const old = new Set(known);
  return all.filter((id) => !old.has(id));
}

/** A rule that is not what it was; null where there was or is none. */
type ChangedRule = Paired<Rule>;

/** Rules that say the same are the same; of the others those with one id are one rule that was changed. */
function changedRules(
  before: readonly Rule[],
  after: readonly Rule[],
  surroundingsRead: boolean,
): readonly ChangedRule[] {
  const gone = countedByKey(before);
  const fresh: Rule[] = [];
  const reaching: ChangedRule[] = [];
  for (const rule of after) {
    const same = gone.get(rule.key)?.shift();
    if (same === undefined) fresh.push(rule);
    else if ((surroundingsRead || standsByItself(rule)) && !sameReach(same, rule)) {
      reaching.push({ before: same, after: rule });
    }
  }
  return [...pairByVendorId([...gone.values()].flat(), fresh), ...reaching];
}

/**
 * Rules with one vendor's id are one rule that was changed. Where such a rule names several peers it is several here: those that speak of the same peer
 * belong together, then whatever is left, for a peer may have been replaced.
 */
function pairByVendorId(gone: readonly Rule[], fresh: readonly Rule[]): readonly ChangedRule[] {
  const left = new Set(gone);
  const oldOf = new Map<Rule, Rule>();
  const pair = (nameOfRule: (rule: Rule) => string | null): void => {
    const named = Map.groupBy(left, nameOfRule);
    for (const rule of fresh) {
      const name = oldOf.has(rule) ? null : nameOfRule(rule);
      const old = name === null ? undefined : named.get(name)?.shift();
      if (old === undefined) continue;
      oldOf.set(rule, old);
      left.delete(old);
    }
  };
  pair((rule) => (rule.id === null ? null : `${rule.id} ${peerName(rule.peer)}`));
  pair(({ id }) => id);
  return [
    ...fresh.map((rule): ChangedRule => ({ before: oldOf.get(rule) ?? null, after: rule })),
    ...[...left].map((rule): ChangedRule => ({ before: rule, after: null })),
  ];
}

/** Whether who it speaks of does not depend on which endpoints were read: members of a group or bearers of a tag do. */
function standsByItself({ peer }: Rule): boolean {
  return peer.kind !== "group" && peer.kind !== "tag";
}

/** What a name stands for may have changed while the rule says the same: entries of a list, members of a group. */
function sameReach(before: Rule, after: Rule): boolean {
  if (equalExtents(before.remote, after.remote) && equalL4(before.l4, after.l4)) return true;
  const { gained, lost } = matchedBetween(before, after);
  return gained.length + lost.length === 0;
}

/** What a rule certainly matches and certainly did not, and the reverse: a list that was not read on one side is not an empty one. */
function matchedBetween(
  before: Rule | null,
  after: Rule | null,
): { readonly gained: readonly PacketBox[]; readonly lost: readonly PacketBox[] } {
  const map = (rule: Rule | null, bound: "must" | "may"): PacketMap => mapOfBoxes(boxesOf(rule, bound));
  return {
    gained: differenceOf(map(before, "may"), map(after, "must")).gained,
    lost: differenceOf(map(before, "must"), map(after, "may")).lost,
  };
}

function countedByKey(rules: readonly Rule[]): Map<string, Rule[]> {
  const counted = new Map<string, Rule[]>();
  for (const rule of rules) {
    const known = counted.get(rule.key);
    if (known === undefined) counted.set(rule.key, [rule]);
    else known.push(rule);
  }
  return counted;
}

function changeOfRule({ before, after }: ChangedRule, direction: "ingress" | "egress"): RuleChange {
  const { gained, lost } = matchedBetween(before, after);
  return {
    change: kindOfChange(before, after, gained.length > 0, lost.length > 0),
    direction,
    id: (after ?? before)?.id ?? null,
    before: before?.key ?? null,
    after: after?.key ?? null,
    gained: packetChange(gained, direction),
    lost: packetChange(lost, direction),
  };
}

function kindOfChange(before: Rule | null, after: Rule | null, gains: boolean, loses: boolean): RuleChange["change"] {
  if (before === null) return "appeared";
  if (after === null) return "disappeared";
  if (before.action !== after.action || gains === loses) {
    // It matches the same packets and says otherwise: its place among the others, or how its peer is written.
    const isMoved =
      before.action === after.action && !gains && [before, after].every(({ remote }) => isKnownExtent(remote));
    return isMoved ? "moved" : "changed";
  }
  return gains ? "widened" : "narrowed";
}

function boxesOf(rule: Rule | null, bound: "must" | "may"): readonly PacketBox[] {
  if (rule === null || isEmptyAddresses(rule.remote[bound])) return [];
  return [{ remote: rule.remote[bound], l4: rule.l4, sourcePorts: rule.sourcePorts }];
}

function summaryOf(
  name: string,
  change: FirewallChange["change"],
  { ingress, egress, rules, attached, detached }: Omit<FirewallChange, "change" | "resource" | "summary">,
): string {
  const parts = [
    ...(change === "appeared" ? ["is new"] : change === "disappeared" ? ["is gone"] : []),
    ...(ingress.opened === null ? [] : [`opens ${ingress.opened.says}`]),
    ...(ingress.closed === null ? [] : [`closes ${ingress.closed.says}`]),
    ...(egress.opened === null ? [] : [`lets out ${egress.opened.says}`]),
    ...(egress.closed === null ? [] : [`no longer lets out ${egress.closed.says}`]),
    ...(attached.length === 0 ? [] : [`guards ${attached.length} more`]),
    ...(detached.length === 0 ? [] : [`guards ${detached.length} fewer`]),
  ];
  const isQuiet = parts.length === 0;
  const words = isQuiet ? ["lets through what it did, by other rules"] : parts;
  const by = change === "changed" ? rulesInWords(rules) : "";
  return `${name} ${words.join("; ")}${by}.`;
}

/** Rules that a summary names; the rest is counted. */
const rulesShown = 2;

function rulesInWords(rules: readonly RuleChange[]): string {
  if (rules.length === 0) return "";
  const shown = rules
    .slice(0, rulesShown)
    .map(({ id, change, after, before }) => `rule ${id ?? `"${after ?? before ?? ""}"`} ${change}`);
  const rest = rules.length - rulesShown;
  return ` (${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""})`;
}

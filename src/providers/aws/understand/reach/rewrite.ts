import { allAddresses, isEmptyAddresses, noAddresses, overlapsAddresses } from "../../../../network/addresses.ts";
import { compile } from "../../../../network/compile.ts";
import type { Layer } from "../../../../network/endpoint.ts";
import { isEmptyExtent, knownExtent } from "../../../../network/extent.ts";
import type { Extent, Filter, Rule } from "../../../../network/filter.ts";
import {
  allL4,
  equalL4,
  icmp,
  icmpv6,
  hasPorts,
  l4Icmp,
  l4Ports,
  l4Protocol,
  overlapsL4,
  subtractL4,
  unionL4,
  type L4Set,
} from "../../../../network/l4.ts";
import { boxesOf } from "../../../../network/permitted.ts";
import { once } from "../../../shared/collections.ts";

// A layer sees a packet as the endpoint does. Where the packet really looks otherwise there (a reply, the other side of a load balancer),
// its rules are rewritten so that they say the same of the packet as the endpoint sees it.

/** What a rule lets through of a list in which others come first: disjoint parts. */
interface Part {
  readonly rule: Rule;
  readonly remote: Extent;
  readonly l4: L4Set;
}

const partsOf = new WeakMap<Filter, readonly Part[]>();

/** What each allowing rule of a layer itself lets through. */
function permittedParts(filter: Filter): readonly Part[] {
  const known = partsOf.get(filter);
  if (known !== undefined) return known;
  if (filter.kind === "allOf" || filter.kind === "chain") throw new Error("only single layers are rewritten");
  const parts =
    filter.kind === "anyOf"
      ? filter.rules.map((rule): Part => ({ rule, remote: rule.remote, l4: rule.l4 }))
      : orderedParts(filter);
  partsOf.set(filter, parts);
  return parts;
}

function orderedParts(filter: Extract<Filter, { readonly kind: "firstMatch" }>): readonly Part[] {
  const { must, may } = compile(filter);
  const missing = [...new Set(filter.rules.flatMap((rule) => rule.remote.missing))];
  return filter.rules.flatMap((rule, index): readonly Part[] => {
    if (rule.action !== "allow") return [];
    const certain = boxesOf(must, ({ outcome, winners }) => outcome === "allow" && winners[0] === index);
    const parts = certain.map(({ remote, l4 }): Part => ({ rule, remote: knownExtent(remote), l4 }));
    if (must === may) return parts;
    const possible = boxesOf(may, ({ outcome, winners }) => outcome === "allow" && winners[0] === index);
    return [
      ...parts,
      ...possible.map(({ remote, l4 }): Part => ({ rule, remote: { must: noAddresses, may: remote, missing }, l4 })),
    ];
  });
}

function rebuilt(layer: Layer, name: string, parts: readonly Part[]): Layer {
  const standsFor = new Map<Rule, Rule>();
  const rules = parts.flatMap(({ rule, remote, l4 }): readonly Rule[] => {
    if (l4.length === 0 || isEmptyExtent(remote)) return [];
    const rewritten: Rule = { ...rule, remote, l4 };
    standsFor.set(rewritten, layer.standsFor?.get(rule) ?? rule);
    return [rewritten];
  });
  return { ...layer, name, filter: { kind: "anyOf", layer: name, rules }, standsFor };
}

const replies = new WeakMap<Layer, Layer>();

/**
 * A stateless layer that a reply passes, seen as the packet it answers: it passes when the reply to some source port can. A client may
 * choose any port from 1 to 65535, so one that the layer lets out is enough.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html
 */
export function replyLayer(layer: Layer): Layer {
  const known = replies.get(layer);
  if (known !== undefined) return known;
  const parts = permittedParts(layer.filter).map(({ rule, remote, l4 }): Part => ({
    rule,
    remote,
    l4: answeredBy(l4),
  }));
  const made = rebuilt(layer, `replies through ${layer.name}`, parts);
  replies.set(layer, made);
  return made;
}

const echoes: readonly (readonly [protocol: number, request: number, reply: number])[] = [
  [icmp, 8, 0],
  [icmp, 13, 14],
  [icmpv6, 128, 129],
];

const answered = new WeakMap<L4Set, L4Set>();

/** The packets to which something in a set can be the reply. */
function answeredBy(replying: L4Set): L4Set {
  if (equalL4(replying, allL4)) return allL4;
  const known = answered.get(replying);
  if (known !== undefined) return known;
  const sets: L4Set[] = [];
  for (let protocol = 0; protocol < 256; protocol += 1) {
    const whole = l4Protocol(protocol);
    const usable = hasPorts(protocol) ? l4Ports(protocol, 1, 0xffff) : whole;
    if (!overlapsL4(usable, replying)) continue;
    // A message that asks for no reply needs none; an echo needs its own.
    const unanswered = echoes.filter(
      ([family, , reply]) => family === protocol && !overlapsL4(l4Icmp(protocol, reply, null), replying),
    );
    sets.push(subtractL4(whole, unionL4(unanswered.map(([, request]) => l4Icmp(protocol, request, null)))));
  }
  const result = unionL4(sets);
  answered.set(replying, result);
  return result;
}

/** A port of a load balancer and what it becomes at the target: both points of the L4 axis, for each protocol it carries. */
export interface Translation {
  /** Equal for equal translations. */
  readonly key: string;
  readonly pairs: readonly { readonly from: number; readonly to: number }[];
}

/** What lets layers be rewritten alike only once. */
export interface Rewriting {
  /** The layer as it stands before a load balancer, seen in the ports of the target. */
  readonly translated: (layer: Layer, translation: Translation) => Layer;
  /** The layer with the other side pinned to some addresses: it passes, whoever the client is, when one of them does. */
  readonly pinned: (layer: Layer, remote: Extent, whose: string) => Layer;
  /** The layer as packets meet it that come through a carrier of some groups but keep their client's address: rules that name one of the groups let them in. */
  readonly vouched: (layer: Layer, groups: readonly string[]) => Layer;
}

export function createRewriting(): Rewriting {
  const ids = new Map<Layer, number>();
  const idOf = (layer: Layer): number => {
    const known = ids.get(layer);
    if (known !== undefined) return known;
    ids.set(layer, ids.size);
    return ids.size - 1;
  };
  const translations = once<Layer>();
  const pins = once<Layer>();
  const vouches = once<Layer>();
  return {
    vouched: (layer, groups) => {
      const vouchedFor = ({ rule }: Part): boolean => rule.peer.kind === "group" && groups.includes(rule.peer.id);
      const parts = permittedParts(layer.filter);
      if (!parts.some(vouchedFor)) return layer;
      return vouches(`${idOf(layer)} ${groups.join()}`, () =>
        rebuilt(
          layer,
          layer.name,
          parts.map((part) =>
            vouchedFor(part) ? { rule: part.rule, remote: knownExtent(allAddresses), l4: part.l4 } : part,
          ),
        ),
      );
    },
    translated: (layer, translation) =>
      translations(`${idOf(layer)} ${translation.key}`, () => {
        const parts = permittedParts(layer.filter).map(({ rule, remote, l4 }): Part => ({
          rule,
          remote,
          l4: translateL4(l4, translation),
        }));
        return rebuilt(layer, layer.name, parts);
      }),
    pinned: (layer, remote, whose) => {
      const parts = permittedParts(layer.filter);
      const held = parts.map((part) => pinnedExtent(part.remote, remote));
      // Most pins come out alike: what they let through tells them apart.
      const outcome = held.map(({ must, may }) => (isEmptyAddresses(may) ? "0" : isEmptyAddresses(must) ? "?" : "1"));
      const missing = [...new Set(held.flatMap((each) => each.missing))];
      return pins(`${idOf(layer)} ${whose} ${outcome.join("")} ${missing.join()}`, () =>
        rebuilt(
          layer,
          `${layer.name} for ${whose}`,
          parts.map(({ rule, remote, l4 }, each): Part => ({ rule, remote: held[each] ?? remote, l4 })),
        ),
      );
    },
  };
}

/** Everyone, perhaps everyone, or no one: whether some pinned address is certainly, perhaps or never in an extent. */
function pinnedExtent(extent: Extent, pin: Extent): Extent {
  if (overlapsAddresses(extent.must, pin.must)) return knownExtent(allAddresses);
  if (!overlapsAddresses(extent.may, pin.may)) return knownExtent(noAddresses);
  return { must: noAddresses, may: allAddresses, missing: [...extent.missing, ...pin.missing] };
}

function translateL4(l4: L4Set, { pairs }: Translation): L4Set {
  return unionL4(
    pairs
      .filter(({ from }) => l4.some(({ first, last }) => first <= from && from <= last))
      .map(({ to }) => [{ first: to, last: to }]),
  );
}

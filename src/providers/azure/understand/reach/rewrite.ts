import {
  includesAddresses,
  noAddresses,
  overlapsAddresses,
  parseCidr,
  subtractAddresses,
  type AddressSet,
} from "../../../../network/addresses.ts";
import type { Layer } from "../../../../network/endpoint.ts";
import { knownExtent } from "../../../../network/extent.ts";
import type { Extent, Filter, Rule } from "../../../../network/filter.ts";
import { includesL4, noL4, overlapsL4, type L4Set } from "../../../../network/l4.ts";
import { hostAddress } from "../../service-tags.ts";

/** The same layer with each rule rewritten, and the rule that each stands for. */
function rewriteLayer(layer: Layer, change: (rule: Rule) => Rule): Layer {
  const standsFor = new Map<Rule, Rule>();
  const rewrite = (rule: Rule): Rule => {
    const changed = change(rule);
    standsFor.set(changed, layer.standsFor?.get(rule) ?? rule);
    return changed;
  };
  const walk = (filter: Filter): Filter => {
    switch (filter.kind) {
      case "anyOf":
      case "firstMatch":
        return { ...filter, rules: filter.rules.map(rewrite) };
      case "allOf":
        return { ...filter, filters: filter.filters.map(walk) };
      case "chain":
        return { ...filter, stages: filter.stages.map(walk) };
      default:
        return filter satisfies never;
    }
  };
  return { ...layer, filter: walk(layer.filter), standsFor };
}

/**
 * What a layer does with packets that a middlebox sends on under an address of its own: whoever the client is, the rules see one of `sender`.
 * A rule that holds some of them only, holds the packet perhaps.
 */
export function seenFrom(layer: Layer, sender: AddressSet, universe: AddressSet): Layer {
  return rewriteLayer(layer, (rule) => ({ ...rule, remote: whole(rule.remote, sender, universe) }));
}

function whole(remote: Extent, sender: AddressSet, universe: AddressSet): Extent {
  if (includesAddresses(remote.must, sender)) return knownExtent(universe);
  if (!overlapsAddresses(remote.may, sender)) return knownExtent(noAddresses);
  const missing = remote.missing.length > 0 ? remote.missing : ["which address the middlebox sends from"];
  return { must: noAddresses, may: universe, missing };
}

const seenFromInternet = new WeakMap<Layer, Layer>();
const nextToHost = parseCidr("168.63.129.17") ?? noAddresses;

/**
 * What a layer does with packets from the internet. Only Azure's own host sends as 168.63.129.16, so nobody outside is whom a rule means that
 * holds this address and not its neighbours (`AzureLoadBalancer`, `VirtualNetwork`).
 * https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
 */
export function fromInternet(layer: Layer): Layer {
  const known = seenFromInternet.get(layer);
  if (known !== undefined) return known;
  const outside = (set: AddressSet): AddressSet =>
    overlapsAddresses(set, hostAddress) && !overlapsAddresses(set, nextToHost)
      ? subtractAddresses(set, hostAddress)
      : set;
  const made = rewriteLayer(layer, (rule) => {
    const [must, may] = [outside(rule.remote.must), outside(rule.remote.may)];
    const isSame = must === rule.remote.must && may === rule.remote.may;
    return isSame ? rule : { ...rule, remote: { ...rule.remote, must, may } };
  });
  seenFromInternet.set(layer, made);
  return made;
}

/** What a layer does with packets on `port` of it, told as packets on `as`: a listener's port as the port behind it. */
export function onPort(layer: Layer, port: L4Set, as: L4Set): Layer {
  return rewriteLayer(layer, (rule) => {
    if (!overlapsL4(rule.l4, port)) return { ...rule, l4: noL4 };
    if (includesL4(rule.l4, port)) return { ...rule, l4: as };
    return {
      ...rule,
      l4: as,
      remote: {
        must: noAddresses,
        may: rule.remote.may,
        missing: [`which of several ports rule ${rule.id ?? rule.key} meets`],
      },
    };
  });
}

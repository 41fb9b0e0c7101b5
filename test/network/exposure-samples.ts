import type { ResourceRef } from "../../src/model/resource.ts";
import { allAddresses, noAddresses } from "../../src/network/addresses.ts";
import type { AddressSet } from "../../src/network/addresses.ts";
import type { Between, Endpoint, Layer, LayerKind, Way } from "../../src/network/endpoint.ts";
import type { Firewall } from "../../src/network/estate.ts";
import type { Extent, Filter, Rule } from "../../src/network/filter.ts";
import { allL4 } from "../../src/network/l4.ts";
import { certainlyPasses, possiblyPasses } from "../../src/network/naive.ts";
import type { Packet, PacketBox } from "../../src/network/packet.ts";
import { anyOf, rule } from "./random-filters.ts";

/** Endpoints and layers by hand, for tests of exposure and reach. */

export function resource(id: string, kind = "network-interface", name: string | null = null): ResourceRef {
  return { cloud: "aws", account: "111122223333", region: "eu-west-1", type: `aws:ec2:${kind}`, id, name, arn: null };
}

export function layer(kind: LayerKind, filter: Filter, options: Partial<Layer> = {}): Layer {
  return { kind, name: `the ${kind}`, resources: [], filter, opensBy: `open the ${kind}`, ...options };
}

/** A layer without rules of its own: everything, nothing, or what is not known. */
export function fact(kind: LayerKind, lets: AddressSet | Extent = allAddresses, options: Partial<Layer> = {}): Layer {
  const remote: Extent = "must" in lets ? lets : { must: lets, may: lets, missing: [] };
  return layer(kind, anyOf([rule("allow", remote, allL4)], kind), options);
}

export const passing = fact("route");
export const blocking = (kind: LayerKind): Layer => fact(kind, noAddresses);
export const doubtful = (kind: LayerKind, missing: string): Layer =>
  fact(kind, { must: noAddresses, may: allAddresses, missing: [missing] });

export function way(packets: readonly Layer[], replies: readonly Layer[] = [], options: Partial<Way> = {}): Way {
  return {
    name: "public address 198.51.100.7",
    kind: "address",
    packets,
    replies,
    inspections: [],
    clientPort: null,
    ...options,
  };
}

export function endpoint(id: string, ways: readonly Way[], options: Partial<Endpoint> = {}): Endpoint {
  return {
    resource: resource(id),
    workload: null,
    aliases: [],
    network: "vpc-1",
    subnet: "subnet-1",
    privateAddresses: noAddresses,
    publicAddresses: noAddresses,
    firewalls: [],
    ways,
    missing: [],
    ...options,
  };
}

export const nothingBetween: Between = {
  leaving: [],
  entering: [],
  repliesLeaving: [],
  repliesEntering: [],
  inspections: [],
  missing: [],
};

export function securityGroup(id: string, rules: readonly Rule[], options: Partial<Firewall> = {}): Firewall {
  return {
    resource: resource(id, "security-group", `name of ${id}`),
    scope: "endpoint",
    network: "vpc-1",
    isDefault: false,
    ingress: anyOf(rules, id),
    egress: anyOf([], id),
    ingressRules: rules,
    egressRules: [],
    attachments: [],
    referencedBy: [],
    ...options,
  };
}

export function groupLayer(...groups: readonly Firewall[]): Layer {
  return layer(
    "endpoint-firewall",
    anyOf(
      groups.flatMap(({ ingressRules }) => ingressRules),
      "groups",
    ),
    {
      name: groups.map((each) => `security group ${each.resource.id}`).join(", "),
      resources: groups.map((each) => each.resource),
    },
  );
}

export function holds(boxes: readonly PacketBox[], packet: Packet): boolean {
  const family = packet.remote.family === 4 ? "v4" : "v6";
  return boxes.some(
    ({ remote, l4, sourcePorts }) =>
      remote[family].some(({ first, last }) => first <= packet.remote.value && packet.remote.value <= last) &&
      l4.some(({ first, last }) => first <= packet.l4 && packet.l4 <= last) &&
      (sourcePorts === null ||
        sourcePorts.some(({ first, last }) => first <= packet.sourcePort && packet.sourcePort <= last)),
  );
}

/** By the naive interpreter, layer by layer: does the packet get through all of them? */
export function naivelyPasses(layers: readonly Layer[], packet: Packet, bound: "must" | "may"): boolean {
  const passes = bound === "must" ? certainlyPasses : possiblyPasses;
  return layers.every(({ filter }) => passes(filter, packet));
}

/** The layers that count for a packet by what is `reached`: a reply's only for TCP. */
export function naivelyCounting(
  { packets, replies }: Pick<Way, "packets" | "replies">,
  packet: Packet,
): readonly Layer[] {
  return packet.l4 >> 16 === 6 ? [...packets, ...replies] : packets;
}

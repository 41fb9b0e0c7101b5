import { allAddresses, unionAddresses } from "../../../../network/addresses.ts";
import type { Inspection, Layer, Way } from "../../../../network/endpoint.ts";
import { knownExtent } from "../../../../network/extent.ts";
import type { Extent } from "../../../../network/filter.ts";
import { once, push } from "../../../shared/collections.ts";
import type { FirewallLayers } from "./firewalls.ts";
import type { AddressLookup, Nic } from "./interfaces.ts";
import type { Internet } from "./internet.ts";
import { allOf, layerOf, ofFamily, passes, perhaps, type Family } from "../../../shared/layers.ts";
import { addressesKey, type Forward } from "./forwards.ts";
import type { Balancer, Listener } from "./load-balancers.ts";
import type { Places } from "./places.ts";
import { replyLayer, type Rewriting, type Translation } from "./rewrite.ts";
import type { GroupTarget, TargetGroup } from "./target-groups.ts";
import type { OwnWays } from "./ways.ts";

/** Nodes of a load balancer that packets reach through the same layers. */
interface Front {
  readonly family: Family;
  /** One of their subnets stands for all: the layers are the same. */
  readonly nodes: readonly Node[];
  /** Layers and ports as the nodes see them. */
  readonly packets: readonly Layer[];
  readonly replies: readonly Layer[];
  readonly inspections: readonly Inspection[];
  /** Set where another load balancer stands before this one: what the client speaks to, and the one port that comes out of it. */
  readonly before: {
    readonly name: string;
    readonly clientPort: string | null;
    readonly points: readonly number[];
  } | null;
}

/** The part of a load balancer in one subnet. */
interface Node {
  readonly subnet: string;
  readonly addresses: Extent;
}

/** What the ways are made of. */
export interface BalancedParts {
  readonly internet: Internet;
  readonly firewalls: FirewallLayers;
  readonly places: Places;
  readonly rewriting: Rewriting;
  readonly own: OwnWays;
  readonly nodesOf: (balancer: Balancer) => readonly Nic[];
  readonly primaryOf: (instance: string) => Nic | null;
  readonly lookup: AddressLookup;
}

/**
 * The ways in through load balancers, by the id of the interface they lead to: one for each listener and target (and once more where nodes
 * stand behind different layers). First the client's packet reaches a node, then the node's packet, or the client's own where its address
 * is preserved, reaches the target.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
 */
export function balancedWays(
  balancers: readonly Balancer[],
  parts: BalancedParts,
): ReadonlyMap<string, readonly Way[]> {
  const { internet, firewalls, places, rewriting, own, nodesOf, primaryOf, lookup } = parts;
  const ways = new Map<string, Way[]>();
  const chained = new Map<string, Front[]>();
  const listenerLayers = once<Layer>();
  const facing = once<Layer>();
  const byArn = new Map(balancers.map((balancer) => [balancer.resource.arn ?? "", balancer]));

  function readNodes(balancer: Balancer): readonly Node[] {
    const nics = new Map<string, Nic[]>();
    for (const nic of nodesOf(balancer)) if (nic.subnet !== null) push(nics, nic.subnet, nic);
    const known = [...nics].map(([subnet, there]): Node => {
      return { subnet, addresses: knownExtent(unionAddresses(there.map((nic) => nic.privateAddresses))) };
    });
    if (known.length > 0) return known;
    return balancer.subnets.map((subnet): Node => {
      const may = places.subnet(subnet)?.blocks ?? allAddresses;
      const missing = [
        `the interfaces of load balancer ${balancer.resource.id} (ec2:DescribeNetworkInterfaces does not tell of them)`,
      ];
      return { subnet, addresses: perhaps(may, missing) };
    });
  }

  function groupsOf(balancer: Balancer, direction: "ingress" | "egress"): readonly Layer[] {
    const { kind, groups, resource, vpc } = balancer;
    if (kind === "network" && groups.length === 0) return [];
    const about = { endpoint: `load balancer ${resource.id}`, network: vpc, foreign: "hold" as const };
    return [firewalls.groups(groups.length === 0 ? null : groups, direction, about)];
  }

  function internetFronts(balancer: Balancer): readonly Front[] {
    if (!balancer.isInternetFacing) return [];
    const fronts: Front[] = [];
    for (const family of balancer.families) {
      for (const node of readNodes(balancer)) {
        const at = { vpc: balancer.vpc, subnet: node.subnet, seenBy: balancer.resource };
        const { packets, replies, inspections } = internet(at, family, ofFamily(node.addresses.may, family));
        const layers = [internetFacing(family), ...packets, ...groupsOf(balancer, "ingress")];
        addFront(fronts, { family, nodes: [node], packets: layers, replies, inspections, before: null });
      }
    }
    return fronts;
  }

  function internetFacing(family: Family): Layer {
    const name = `public IPv${family} address`;
    const opensBy = `an internet-facing load balancer with IPv${family}`;
    return facing(String(family), () =>
      layerOf({ kind: "public-address", name, opensBy }, [passes(name, knownExtent(allOf(family)))]),
    );
  }

  function send(balancer: Balancer, front: Front, listener: Listener): void {
    if (front.before !== null && !listener.points.some((point) => front.before?.points.includes(point))) return;
    for (const forward of listener.forwards) {
      for (const target of forward.group.targets) {
        if (forward.group.type === "alb") sendToBalancer(balancer, front, listener, forward, target);
        else sendToInterface(balancer, front, listener, forward, target);
      }
    }
  }

  function sendToInterface(
    balancer: Balancer,
    front: Front,
    listener: Listener,
    forward: Forward,
    target: GroupTarget,
  ): void {
    const { group } = forward;
    if (group.type === "lambda") return;
    const { nics, isElsewhere } =
      group.type === "instance"
        ? { nics: [primaryOf(target.id)].filter((nic) => nic !== null), isElsewhere: false }
        : lookup(group.vpc ?? balancer.vpc, target.id);
    const doubts = isElsewhere
      ? [`the way from load balancer ${balancer.resource.id} to ${target.id} in another VPC`]
      : [];
    for (const nic of nics) {
      for (const way of waysTo(
        balancer,
        front,
        listener,
        { ...forward, doubts: [...forward.doubts, ...doubts] },
        target,
        nic,
      )) {
        push(ways, nic.id, way);
      }
    }
  }

  function sendToBalancer(
    balancer: Balancer,
    front: Front,
    listener: Listener,
    forward: Forward,
    target: GroupTarget,
  ): void {
    const next = byArn.get(target.id);
    if (next === undefined || next.kind !== "application") return;
    const fronts = chained.get(target.id) ?? [];
    chained.set(target.id, fronts);
    for (const nic of nodesOf(next)) {
      for (const way of waysTo(balancer, front, listener, forward, target, nic)) {
        push(ways, nic.id, way);
        if (nic.subnet === null) continue;
        addFront(fronts, {
          family: front.family,
          nodes: [{ subnet: nic.subnet, addresses: knownExtent(nic.privateAddresses) }],
          packets: way.packets,
          replies: way.replies,
          inspections: way.inspections,
          before: {
            name: way.name,
            clientPort: way.clientPort,
            points: translationOf(listener, target.port).pairs.map(({ to }) => to),
          },
        });
      }
    }
  }

  function waysTo(
    balancer: Balancer,
    front: Front,
    listener: Listener,
    forward: Forward,
    target: GroupTarget,
    nic: Nic,
  ): readonly Way[] {
    const { group, doubts } = forward;
    const translation = translationOf(listener, target.port);
    const itself = `listener ${listener.port} of load balancer ${balancer.resource.id}`;
    const first = front.packets.map((layer) => rewriting.translated(layer, translation));
    const firstReplies = front.replies.map((layer) => rewriting.translated(layer, translation));
    const hop = (nodes: readonly Node[], preserved: boolean, moreDoubts: readonly string[]): Way => {
      const second = secondHop(balancer, nodes, nic, group.family, preserved);
      return {
        name: `${front.before === null ? "" : `${front.before.name}, then `}${itself}${target.state === null ? "" : ` (target ${target.state})`}`,
        kind: "load-balancer",
        packets: [
          ...first,
          listening(balancer, listener, translation, { ...forward, doubts: [...doubts, ...moreDoubts] }),
          ...second.packets,
        ],
        replies: [...firstReplies, ...second.replies],
        inspections: front.inspections,
        clientPort: front.before?.clientPort ?? listener.port,
      };
    };
    const canPreserve = balancer.kind === "network" && front.family === group.family;
    return sendingNodes(balancer, front.nodes, group, target, nic).flatMap(
      ({ nodes, doubts: zones }): readonly Way[] => {
        if (nodes.length === 0) return [];
        if (!canPreserve) return [hop(nodes, false, zones)];
        if (group.preservesClient !== null) return [hop(nodes, group.preservesClient, zones)];
        return unsettled(hop(nodes, true, zones), hop(nodes, false, zones), (preserved) =>
          hop(nodes, preserved, [
            ...zones,
            `whether target group ${group.name} preserves client addresses (elasticloadbalancingv2:DescribeTargetGroupAttributes)`,
          ]),
        );
      },
    );
  }

  /**
   * The nodes that send to a target. One in the target's own subnet passes no ACL on the way to it; the others stand behind the same
   * layers. Those in other zones send to it only with cross-zone load balancing: always on at Application Load Balancers, unless their
   * target group turns it off; an attribute of the load balancer, which is not collected, says whether it is on at others.
   * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html#cross-zone-load-balancing
   */
  function sendingNodes(
    balancer: Balancer,
    nodes: readonly Node[],
    group: TargetGroup,
    target: GroupTarget,
    nic: Nic,
  ): readonly { readonly nodes: readonly Node[]; readonly doubts: readonly string[] }[] {
    const beside = nodes.filter((node) => node.subnet === nic.subnet);
    const apart = nodes.filter((node) => node.subnet !== nic.subnet);
    const isAlwaysOn = group.crossZone === "as-balancer" && balancer.kind === "application";
    if (group.crossZone === "on" || isAlwaysOn || target.isInEveryZone) {
      return [
        { nodes: beside, doubts: [] },
        { nodes: apart, doubts: [] },
      ];
    }
    const zoneOf = (subnet: string | null): string | null => places.subnet(subnet ?? "")?.zone ?? null;
    const own = zoneOf(nic.subnet);
    const same = apart.filter(({ subnet }) => own !== null && zoneOf(subnet) === own);
    const others = apart.filter(({ subnet }) => {
      const zone = zoneOf(subnet);
      const isKnown = own !== null && zone !== null;
      return isKnown ? zone !== own && group.crossZone !== "off" : true;
    });
    const doubt = `whether load balancer ${balancer.resource.id} sends to targets of ${group.name} in other zones`;
    return [
      { nodes: beside, doubts: [] },
      { nodes: same, doubts: [] },
      { nodes: others, doubts: [doubt] },
    ];
  }

  function listening(
    balancer: Balancer,
    { port }: Listener,
    { key, pairs }: Translation,
    { doubts, clients }: Forward,
  ): Layer {
    const { resource } = balancer;
    const name = `listener ${port} of load balancer ${resource.id}`;
    return listenerLayers(`${resource.arn ?? resource.id} ${key} ${doubts.join()} ${addressesKey(clients)}`, () =>
      layerOf(
        {
          kind: "load-balancer",
          name,
          opensBy: `a listener of load balancer ${resource.id} that forwards to it`,
          resources: [resource],
        },
        [
          passes(
            `listener ${port}`,
            doubts.length === 0 ? knownExtent(clients) : perhaps(clients, doubts),
            pairs.map(({ to }) => ({ first: to, last: to })).toSorted((a, b) => a.first - b.first),
          ),
        ],
      ),
    );
  }

  /** From nodes that stand behind the same layers to a target, in the target's ports. */
  function secondHop(balancer: Balancer, nodes: readonly Node[], nic: Nic, family: Family, preserved: boolean) {
    const sender = `load balancer ${balancer.resource.id}`;
    const from: Extent = {
      must: ofFamily(unionAddresses(nodes.map(({ addresses }) => addresses.must)), family),
      may: ofFamily(unionAddresses(nodes.map(({ addresses }) => addresses.may)), family),
      missing: [...new Set(nodes.flatMap(({ addresses }) => addresses.missing))],
    };
    const to = knownExtent(ofFamily(nic.privateAddresses, family));
    const subnet = nodes[0]?.subnet ?? null;
    const toTarget = (layer: Layer): Layer => rewriting.pinned(layer, to, "its target");
    const fromSender = (layer: Layer): Layer => (preserved ? layer : rewriting.pinned(layer, from, sender));
    const guards = own
      .guards(nic)
      .map((layer) => (preserved ? rewriting.vouched(layer, balancer.groups) : fromSender(layer)));
    const leaving = groupsOf(balancer, "egress").map(toTarget);
    if (subnet === nic.subnet) return { packets: [...leaving, ...guards], replies: [] };
    return {
      packets: [
        ...leaving,
        toTarget(firewalls.acl(subnet, balancer.vpc, balancer.resource, "egress")),
        fromSender(firewalls.acl(nic.subnet, nic.vpc, nic.resource, "ingress")),
        ...guards,
      ],
      replies: [
        fromSender(firewalls.aclReplies(nic.subnet, nic.vpc, nic.resource, "egress")),
        toTarget(replyLayer(firewalls.acl(subnet, balancer.vpc, balancer.resource, "ingress"))),
      ],
    };
  }

  // Application Load Balancers last: Network Load Balancers may stand before them.
  const order = balancers.toSorted((a, b) => Number(a.kind === "application") - Number(b.kind === "application"));
  for (const balancer of order) {
    const fronts = [...internetFronts(balancer), ...(chained.get(balancer.resource.arn ?? "") ?? [])];
    for (const front of fronts) for (const listener of balancer.listeners) send(balancer, front, listener);
  }
  return ways;
}

/** Adds a node to the front whose layers are the same, or begins a new one. */
function addFront(fronts: Front[], front: Front): void {
  const same = fronts.findIndex(
    (each) =>
      each.family === front.family &&
      each.before?.name === front.before?.name &&
      sameLayers(each.packets, front.packets) &&
      sameLayers(each.replies, front.replies),
  );
  const known = fronts[same];
  if (known === undefined) fronts.push(front);
  else fronts[same] = { ...known, nodes: [...known.nodes, ...front.nodes] };
}

function sameLayers(a: readonly Layer[], b: readonly Layer[]): boolean {
  return a.length === b.length && a.every((layer, each) => layer === b[each]);
}

function translationOf({ points }: Listener, port: number): Translation {
  const pairs = points.map((from) => ({ from, to: (from & ~0xffff) | port }));
  return { key: `${points.join()}>${port}`, pairs };
}

/**
 * Where it is not known whether client addresses are preserved, what certainly gets through does so both ways, and what may get through does
 * so in one of them.
 */
function unsettled(preserved: Way, replaced: Way, doubted: (preserved: boolean) => Way): readonly Way[] {
  const both: Way = {
    ...preserved,
    packets: [...new Set([...preserved.packets, ...replaced.packets])],
    replies: [...new Set([...preserved.replies, ...replaced.replies])],
  };
  return [both, doubted(true), doubted(false)];
}

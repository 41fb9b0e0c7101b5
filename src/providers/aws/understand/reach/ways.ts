import { allAddresses, formatAddress, type AddressSet } from "../../../../network/addresses.ts";
import type { Layer, Way } from "../../../../network/endpoint.ts";
import { knownExtent } from "../../../../network/extent.ts";
import type { Balancer } from "./load-balancers.ts";
import { once } from "../../../shared/collections.ts";
import type { FirewallLayers } from "./firewalls.ts";
import type { Nic } from "./interfaces.ts";
import type { Internet } from "./internet.ts";
import { allOf, layerOf, ofFamily, passes, perhaps, plainLayer, type Family } from "../../../shared/layers.ts";
import type { Places } from "./places.ts";

/** The ways in by an interface's own addresses, and the layers that guard it wherever packets come from. */
export interface OwnWays {
  readonly ways: (nic: Nic) => readonly Way[];
  /** What guards the interface itself, but for its groups: that it is attached, what service owns it, where it listens. */
  readonly guards: (nic: Nic) => readonly Layer[];
  /**
   * The way through an accelerator that has an interface in the same subnet: it sends to private addresses and keeps the client's. Which of
   * them, and on which ports, is not collected.
   * https://docs.aws.amazon.com/global-accelerator/latest/dg/preserve-client-ip-address.html
   */
  readonly accelerated: (nic: Nic) => readonly Way[];
}

const noConnections = plainLayer(
  {
    kind: "endpoint-firewall",
    name: "NAT gateway",
    // https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
    opensBy: "nothing: a NAT gateway accepts no connections from outside",
  },
  "nothing",
);

const accelerator = plainLayer(
  {
    kind: "load-balancer",
    name: "AWS Global Accelerator",
    opensBy: "an accelerator that sends to it",
  },
  ["which listeners of AWS Global Accelerator lead into its subnet (not collected)"],
);

const detached = plainLayer(
  { kind: "public-address", name: "attachment", opensBy: "attaching the interface to something that listens" },
  "nothing",
);

/** An interface is reached by its public addresses, primary and secondary; IPv6 addresses are public unless they are unique local or kept private. */
export function ownWays(
  internet: Internet,
  firewalls: FirewallLayers,
  places: Places,
  balancerOf: (nic: Nic) => Balancer | null,
): OwnWays {
  const publicLayers = once<Layer>();
  const listenerLayers = once<Layer>();

  function publicAddress(nic: Nic, family: Family): Layer {
    const known = ofFamily(nic.publicAddresses, family)[family === 4 ? "v4" : "v6"].length > 0;
    const doubts = family === 4 && !known ? nic.doubtful : [];
    return publicLayers(`${family} ${String(known)} ${doubts.join()}`, () => {
      const about = {
        kind: "public-address" as const,
        name: `public IPv${family} address`,
        opensBy:
          family === 4 ? "a public IPv4 address (an Elastic IP)" : "an IPv6 address that is announced to the internet",
      };
      if (known) return layerOf(about, [passes(about.name, knownExtent(allOf(family)))]);
      return layerOf(about, doubts.length === 0 ? [] : [passes(about.name, perhaps(allOf(family), doubts))]);
    });
  }

  /** A load balancer takes only what it has a listener for. */
  function listening(balancer: Balancer): Layer {
    const { resource, listeners, missing } = balancer;
    return listenerLayers(resource.arn ?? resource.id, () =>
      layerOf(
        {
          kind: "load-balancer",
          name: `load balancer ${resource.id}`,
          opensBy: `a listener of load balancer ${resource.id}`,
          resources: [resource],
        },
        [
          ...listeners.map(({ port, points }) =>
            passes(
              `listener ${port}`,
              knownExtent(allAddresses),
              points.map((point) => ({ first: point, last: point })),
            ),
          ),
          ...(missing.length === 0 ? [] : [passes("listeners that were not read", perhaps(allAddresses, missing))]),
        ],
      ),
    );
  }

  function guards(nic: Nic): readonly Layer[] {
    if (nic.type === "nat_gateway") return [noConnections];
    const balancer = balancerOf(nic);
    const listeners = balancer === null ? [] : [listening(balancer)];
    const unattached = nic.isAttached ? [] : [detached];
    // A Network Load Balancer without groups has none in its way.
    if (balancer?.kind === "network" && (nic.groups?.length ?? 0) === 0 && balancer.groups.length === 0) {
      return [...unattached, ...listeners];
    }
    const groups = nic.groups === null || nic.groups.length === 0 ? null : nic.groups;
    const about = { endpoint: nic.id, network: nic.vpc, foreign: "hold" as const };
    return [...unattached, ...listeners, firewalls.groups(groups, "ingress", about)];
  }

  return {
    guards,
    accelerated: (nic) => {
      const at = [nic.subnet, nic.vpc, nic.resource] as const;
      const packets = [accelerator, firewalls.acl(...at, "ingress"), ...guards(nic)];
      const replies = [firewalls.aclReplies(...at, "egress")];
      return [
        { name: "AWS Global Accelerator", kind: "load-balancer", packets, replies, inspections: [], clientPort: null },
      ];
    },
    ways: (nic) => {
      const hasV6 = nic.privateAddresses.v6.length > 0 || places.subnet(nic.subnet ?? "")?.hasV6 === true;
      const hasV4 = nic.privateAddresses.v4.length > 0 || !hasV6;
      const inner = guards(nic);
      const families: readonly Family[] = [...(hasV4 ? [4 as const] : []), ...(hasV6 ? [6 as const] : [])];
      return families.map((family): Way => {
        const at = { vpc: nic.vpc, subnet: nic.subnet, seenBy: nic.resource };
        const { packets, replies, inspections } = internet(at, family, ofFamily(nic.privateAddresses, family));
        return {
          name: nameOf(nic.publicAddresses, family),
          kind: "address",
          packets: [publicAddress(nic, family), ...packets, ...inner],
          replies,
          inspections,
          clientPort: null,
        };
      });
    },
  };
}

function nameOf(addresses: AddressSet, family: Family): string {
  const runs = addresses[family === 4 ? "v4" : "v6"];
  const told = runs.map(({ first, last }) => {
    const from = formatAddress({ family, value: first });
    return first === last ? from : `${from}-${formatAddress({ family, value: last })}`;
  });
  if (told.length === 0) return `IPv${family}, without a public address`;
  return `public address${told.length === 1 ? "" : "es"} ${told.join(", ")}`;
}

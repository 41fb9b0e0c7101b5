import type { ResourceRef } from "../model/resource.ts";
import type { AddressSet } from "./addresses.ts";
import type { Filter, Rule } from "./filter.ts";

/** What a layer is, in terms that hold for every cloud. */
export type LayerKind =
  /** The endpoint has an address that the internet can reach, of the packet's family. */
  | "public-address"
  /** An account-wide switch that keeps the internet out (AWS VPC block public access). */
  | "public-access-block"
  /** The gateway between the network and the internet exists and is attached. */
  | "gateway"
  /** A route leads there; on the way back, a route leads to the gateway again. */
  | "route"
  | "subnet-firewall"
  | "endpoint-firewall"
  /** Rules an administrator lays over every other firewall (Azure admin rules, Google hierarchical policies). */
  | "admin-firewall"
  | "load-balancer"
  /** An inspecting appliance (AWS Network Firewall, a gateway load balancer, Azure Firewall). */
  | "inspection";

/**
 * One thing in a packet's way. Its filter sees the packet from the endpoint's side: `remote` is the other end, `l4` the endpoint's own port.
 * A layer without rules of its own (a route, a public address) is an `anyOf` of synthetic rules whose `key` and `peer` say what they stand for,
 * so that every layer composes and explains itself alike. Endpoints with the same layer share the same object: the engine works each out once.
 */
export interface Layer {
  readonly kind: LayerKind;
  /** For people: `network ACL acl-1 (public)`, `route to igw-1`. Holds untrusted names. */
  readonly name: string;
  /** What holds its rules: the security groups, the ACL, the route table. */
  readonly resources: readonly ResourceRef[];
  readonly filter: Filter;
  /** The change that would let packets through where it does not now, in words: `an internet gateway route in rtb-1`. */
  readonly opensBy: string;
  /**
   * Where the layer's rules were rewritten (a load balancer's ports translated, a reply seen as its request): the firewall's own rule that
   * each stands for. Absent where the filter holds the firewall's own rules.
   */
  readonly standsFor?: ReadonlyMap<Rule, Rule>;
}

/** An appliance that sees the packets of a way, and whether it sees the replies too. */
export interface Inspection {
  readonly resource: ResourceRef;
  /** False when the way back goes round it: a stateful appliance then drops or misses the session. Null when unknown. */
  readonly seesReplies: boolean | null;
}

/** One way in from outside the endpoint's own networks. */
export interface Way {
  /** For people: `public address 198.51.100.7`, `listener tcp 443 of load balancer web`. */
  readonly name: string;
  readonly kind: "address" | "load-balancer";
  /** What a packet passes, outermost first. It enters when every layer lets it through. */
  readonly packets: readonly Layer[];
  /**
   * What the reply passes, seen as the packet it answers (`remote` and `l4` are the request's): stateless subnet firewalls projected over the client's
   * ports, the route back. A session can be made when every layer of `packets` and of `replies` lets it through.
   */
  readonly replies: readonly Layer[];
  readonly inspections: readonly Inspection[];
  /** The listener port a client speaks to, where a load balancer translates: `tcp 443`; null when it is the endpoint's own. */
  readonly clientPort: string | null;
}

/** What packets pass between two endpoints inside. Leaving layers see the receiver as `remote`, entering layers the sender. */
export interface Between {
  readonly leaving: readonly Layer[];
  readonly entering: readonly Layer[];
  /** Stateless layers that the reply passes: leaving the receiver (`remote` is the sender) and entering the sender. Seen as the request's l4. */
  readonly repliesLeaving: readonly Layer[];
  readonly repliesEntering: readonly Layer[];
  readonly inspections: readonly Inspection[];
  /** What could not be read and might open or close the way. */
  readonly missing: readonly string[];
}

/** Something with an address that packets can reach: a network interface, a load balancer's node. */
export interface Endpoint {
  readonly resource: ResourceRef;
  /** What runs behind it (instance, load balancer, database); null when nothing is known. */
  readonly workload: ResourceRef | null;
  /** Everything a person may call it by: ids, names, ARNs, of itself and of its workload. Addresses are looked up apart. */
  readonly aliases: readonly string[];
  readonly network: string | null;
  readonly subnet: string | null;
  readonly privateAddresses: AddressSet;
  readonly publicAddresses: AddressSet;
  /** Firewalls attached to it directly: ids. */
  readonly firewalls: readonly string[];
  /** Every way in from the internet that the records show, also those a layer closes: why it is closed is worth knowing. */
  readonly ways: readonly Way[];
  /** What could not be read about it; its exposure is then unknown where it is not open anyway. */
  readonly missing: readonly string[];
}

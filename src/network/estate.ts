import type { ResourceRef } from "../model/resource.ts";
import type { Between, Endpoint } from "./endpoint.ts";
import type { Extent, Filter, Rule } from "./filter.ts";

/**
 * A set of rules with a name of its own: a security group, a network ACL, an NSG, a Google network's rules.
 * Both filters see the packet from the guarded side: `remote` is the source on ingress and the destination on egress.
 */
export interface Firewall {
  readonly resource: ResourceRef;
  /** Guards single endpoints (security group, NIC NSG) or everything in a subnet or network (NACL, subnet NSG, VPC rules). */
  readonly scope: "endpoint" | "subnet" | "network";
  /** The vendor's id of the network (VPC) it belongs to; null where it has none. */
  readonly network: string | null;
  /** The firewall its cloud made by itself (an AWS default security group, a default NACL). */
  readonly isDefault: boolean;
  readonly ingress: Filter;
  readonly egress: Filter;
  readonly ingressRules: readonly Rule[];
  readonly egressRules: readonly Rule[];
  /** What it guards: ids of endpoints, or of subnets and networks, by scope. */
  readonly attachments: readonly string[];
  /** Firewalls and address lists outside this one that name it in a rule; such a firewall is not idle. */
  readonly referencedBy: readonly string[];
  /**
   * Where rules hold for some of what is guarded only (Google's targets), one view for each set of targets: what a rule is worth is told
   * there, for nothing of its own may be left to it on the endpoints that it speaks of. Absent where every rule holds for everything.
   */
  readonly views?: readonly FirewallView[];
}

/** A firewall as the endpoints of one set of targets meet it. */
export interface FirewallView {
  readonly ingress: Filter;
  readonly egress: Filter;
  /** The rules that speak of just these targets, and are to be judged here. */
  readonly own: ReadonlySet<Rule>;
  /** Rules that hold for some of these endpoints perhaps: in the filters they match nothing for certain. */
  readonly partial: ReadonlySet<Rule>;
}

/** A virtual network: VPC, VNet. */
export interface Network {
  readonly resource: ResourceRef;
  readonly isDefault: boolean;
  /**
   * What logs its traffic. `partial` names what is left out, in words; `unlogged` names why a log that exists records nothing, null
   * where there is none; `unknown` names the datum that could not be read.
   */
  readonly logging:
    | { readonly status: "logged" }
    | { readonly status: "partial"; readonly gap: string }
    | { readonly status: "unlogged"; readonly reason: string | null }
    | { readonly status: "unknown"; readonly missing: string };
  /** How many endpoints live in it. */
  readonly endpoints: number;
}

/** A named list of addresses that rules refer to: a managed prefix list, an IP group. */
export interface AddressList {
  readonly resource: ResourceRef;
  /** The account that can change it; `AWS` and the like for the vendor's own; null when the source does not tell. */
  readonly owner: string | null;
  readonly extent: Extent;
}

/** Everything a cloud says about its networks, in one shape for all clouds. */
export interface NetworkEstate {
  readonly firewalls: readonly Firewall[];
  readonly networks: readonly Network[];
  readonly addressLists: readonly AddressList[];
  readonly endpoints: readonly Endpoint[];
  /** What stands between two of these endpoints; not symmetric. */
  readonly between: (from: Endpoint, to: Endpoint) => Between;
}

/** Nothing between them is known: what any two endpoints are to each other where no provider says. */
export function unknownBetween(from: Endpoint, to: Endpoint): Between {
  const missing = [`how ${from.resource.id} and ${to.resource.id} are connected`];
  return { leaving: [], entering: [], repliesLeaving: [], repliesEntering: [], inspections: [], missing };
}

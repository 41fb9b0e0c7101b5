import type { AddressSet } from "./addresses.ts";
import type { L4Set, PortSet } from "./l4.ts";

/**
 * What a rule does with the packets it matches.
 * `next` hands them to the next stage of a chain (Google `goto_next`); `final` allows and skips every later stage (AVNM AlwaysAllow).
 */
export type Action = "allow" | "deny" | "next" | "final";

/**
 * A set of addresses that may not be wholly known. `must` is certainly in it, `may` is everything that could be.
 * Known sets have `must` equal to `may` and nothing missing. `must` is always a subset of `may`.
 */
export interface Extent {
  readonly must: AddressSet;
  readonly may: AddressSet;
  /** The data that would settle the difference, for people: `prefix list pl-1 (ec2:GetManagedPrefixListEntries denied)`. */
  readonly missing: readonly string[];
}

/** Where a rule's remote side comes from, in the vendor's terms; what people and remediation commands need. */
export type Peer =
  | { readonly kind: "cidr"; readonly cidr: string }
  | { readonly kind: "list"; readonly id: string; readonly owner: string | null }
  | { readonly kind: "group"; readonly id: string; readonly owner: string | null; readonly network: string | null }
  | { readonly kind: "tag"; readonly name: string }
  | { readonly kind: "any" };

/** One rule of a firewall layer, seen from the endpoint it guards: the other side is remote, the ports are the local side's on ingress. */
export interface Rule {
  /**
   * What the rule says, as a stable text: direction, action, protocol, ports, peer (and priority where order matters).
   * Two rules that say the same have the same key; descriptions and vendor ids play no part, so that a fingerprint made from it
   * is the same for a live scan and for an import that lacks rule ids.
   */
  readonly key: string;
  /** The vendor's id of the rule (`sgr-…`, a NACL entry number, an NSG rule name); null where the source does not tell. */
  readonly id: string | null;
  readonly action: Action;
  readonly peer: Peer;
  readonly remote: Extent;
  /** Destination protocol and ports, or ICMP type and code. */
  readonly l4: L4Set;
  /** Source ports the rule constrains (Azure); null when it does not look at them. */
  readonly sourcePorts: PortSet | null;
  /** Free text its owner wrote. Untrusted. */
  readonly description: string | null;
}

/**
 * How rules combine; all three clouds compile to this.
 * - `anyOf`: a packet passes if any rule allows it (security groups).
 * - `firstMatch`: the first rule that matches decides, in the order given (NACLs, NSGs, VPC rules by priority).
 * - `allOf`: every filter must pass it (subnet layer and interface layer).
 * - `chain`: stages in order; `next` and no match go on to the next stage, `final` passes at once.
 */
export type Filter =
  | { readonly kind: "anyOf"; readonly layer: string; readonly rules: readonly Rule[] }
  | {
      readonly kind: "firstMatch";
      readonly layer: string;
      readonly rules: readonly Rule[];
      readonly otherwise: "allow" | "deny" | "next";
    }
  | { readonly kind: "allOf"; readonly filters: readonly Filter[] }
  | { readonly kind: "chain"; readonly stages: readonly Filter[]; readonly otherwise: "allow" | "deny" };

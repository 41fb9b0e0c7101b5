import type { ResourceRef } from "../../model/resource.ts";
import type { Extent } from "../../network/filter.ts";
import type { L4Set } from "../../network/l4.ts";

/** A VPC firewall rule by its own names. */
export interface VpcRuleName {
  /** Its self-link's path: `projects/p/global/firewalls/deny-ssh`. */
  readonly id: string;
  readonly name: string;
  readonly priority: number;
}

/**
 * An inbound allow of a firewall policy that is evaluated before a network's VPC firewall rules: hierarchical policies always are, network
 * firewall policies where the network says BEFORE_CLASSIC_FIREWALL. What it allows no VPC firewall rule can deny any more.
 * https://cloud.google.com/firewall/docs/firewall-policies-rule-eval-order
 */
export interface PolicyAllow {
  /** The policy. */
  readonly resource: ResourceRef;
  readonly kind: "hierarchical" | "global" | "regional";
  readonly priority: number;
  /** What the rule says, as its fingerprint needs it. */
  readonly key: string;
  /** Who gets in; must/may where part of the rule could not be read. */
  readonly remote: Extent;
  readonly l4: L4Set;
  /** The network in which it comes first, by its self-link's path. */
  readonly network: string;
  /** VPC firewall rules of that network that deny some of the same packets on some of the same instances, and are never asked. */
  readonly overridden: readonly VpcRuleName[];
  /** What leaves open whether any VPC rule is overridden; empty when everything was read. */
  readonly missing: readonly string[];
}

/** In which order a network evaluates its own firewalls. */
export interface NetworkEnforcement {
  readonly resource: ResourceRef;
  /** Null where the network's own record was not read. */
  readonly order: "AFTER_CLASSIC_FIREWALL" | "BEFORE_CLASSIC_FIREWALL" | null;
  /** VPC firewall rules of the network that are enabled. */
  readonly vpcRules: readonly VpcRuleName[];
  /** Network firewall policies (global and regional) associated with it that hold rules of their own: names. */
  readonly policies: readonly string[];
  /** Enabled VPC firewall rules that deny. */
  readonly vpcDenies: readonly VpcRuleName[];
}

/** A VPC firewall rule whose targets, or sources, are told by network tags: whoever may set an instance's tags decides whether it holds. */
export interface TagRule {
  /** The network's VPC firewall rules. */
  readonly resource: ResourceRef;
  readonly rule: VpcRuleName;
  readonly key: string;
  readonly action: "allow" | "deny";
  readonly direction: "ingress" | "egress";
  readonly targetTags: readonly string[];
  readonly sourceTags: readonly string[];
  /** How many instances of the scan carry one of the target tags today. */
  readonly instances: number;
}

/** What only Google Cloud has: the controls that the checks in checks/gcp ask about. */
export interface GcpControls {
  readonly policyAllows: readonly PolicyAllow[];
  readonly enforcement: readonly NetworkEnforcement[];
  readonly tagRules: readonly TagRule[];
}

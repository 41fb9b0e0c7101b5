import type { ResourceRef } from "../../../model/resource.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { malformed, objectList, text, type Malformed } from "../../read.ts";
import { linkName } from "../links.ts";
import { readPolicyRule, readVpcRule, type FirewallRule } from "./rules.ts";

/** What a stage is. System policies are Google's own, for its services. */
export type StageKind = "hierarchical" | "system" | "vpc" | "global" | "regional";

/** A list of rules that is evaluated as one: a policy, or a network's VPC firewall rules. */
export interface Stage {
  readonly kind: StageKind;
  /** For people: `VPC firewall rules of default`. Holds untrusted names. */
  readonly name: string;
  /** Null where nothing of it was read. */
  readonly resource: ResourceRef | null;
  /** In the order of evaluation. */
  readonly rules: readonly FirewallRule[];
  /** Why it may hold other rules than these, in words; null when it is all there. */
  readonly unread: string | null;
  /** Why it may not be evaluated at this place, in words; null when it certainly is. */
  readonly doubt: string | null;
}

const stageNames: Readonly<Record<StageKind, string>> = {
  hierarchical: "hierarchical firewall policy",
  system: "system firewall policy",
  vpc: "VPC firewall rules of",
  global: "network firewall policy",
  regional: "regional network firewall policy",
};

/** A stage of which nothing was read. */
export function unreadStage(kind: StageKind, why: string): Stage {
  const name = kind === "vpc" ? "VPC firewall rules" : stageNames[kind];
  return { kind, name: `${name} that was not read`, resource: null, rules: [], unread: why, doubt: null };
}

/**
 * Google ends every policy with rules of its own from here on, which nobody can take away. Those that hand everything on say what holds without them.
 * https://cloud.google.com/firewall/docs/firewall-policies-rule-details#predefined-rules
 */
const firstPredefined = 2_147_483_644;

/** A firewall policy. Priorities are unique in it, so that their order is the rules'. */
export function policyStage(data: VendorObject, kind: StageKind, resource: ResourceRef | null): Stage {
  const shown = resource?.name ?? policyName(data, text(data, "name") ?? "without a name");
  const name = `${stageNames[kind]} ${shown}`;
  const told = Object.hasOwn(data, "rules") ? objectList(data, "rules") : malformed;
  const list = told === malformed ? [] : told;
  const isWhole = told !== malformed && !list.includes(malformed);
  return {
    kind,
    name,
    resource,
    rules: list
      .flatMap((each) => (each === malformed ? [] : readPolicyRule(each, name)))
      .filter(({ priority, action }) => !(priority >= firstPredefined && action === "next"))
      .toSorted((a, b) => a.priority - b.priority),
    unread: isWhole ? null : `the rules of ${name}`,
    doubt: null,
  };
}

/** A network's VPC firewall rules, of which `unread` may be missing. */
export function vpcStage(
  network: string,
  rules: readonly (VendorObject | Malformed)[],
  unread: string | null,
  resource: ResourceRef,
): Stage {
  const name = `${stageNames.vpc} ${linkName(network)}`;
  const lost = rules.includes(malformed) ? `a rule of ${name} cannot be read` : null;
  return {
    kind: "vpc",
    name,
    resource,
    rules: rules.flatMap((each) => (each === malformed ? [] : readVpcRule(each, name))).toSorted(vpcOrder),
    unread: unread ?? lost,
    doubt: null,
  };
}

/** Lower priorities first; of two alike what denies. https://cloud.google.com/firewall/docs/firewalls#priority_order_for_firewall_rules */
function vpcOrder(a: FirewallRule, b: FirewallRule): number {
  const rank = ({ action }: FirewallRule): number => (action === "allow" ? 1 : 0);
  return a.priority - b.priority || rank(a) - rank(b);
}

/** Hierarchical policies are numbers to Google; people know them by their short name. */
export function policyName(data: VendorObject, path: string): string {
  return text(data, "shortName") ?? text(data, "displayName") ?? text(data, "name") ?? linkName(path);
}

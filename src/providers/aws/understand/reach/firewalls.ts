import type { Target } from "../../../../model/resource.ts";
import { allAddresses } from "../../../../network/addresses.ts";
import type { Layer } from "../../../../network/endpoint.ts";
import type { Firewall } from "../../../../network/estate.ts";
import type { Rule } from "../../../../network/filter.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import type { Direction } from "../security-group-rules.ts";
import { once } from "../../../shared/collections.ts";
import { unread } from "./evidence.ts";
import { passes, perhaps, plainLayer } from "../../../shared/layers.ts";
import type { Places } from "./places.ts";
import { replyLayer } from "./rewrite.ts";

/**
 * Which rules that name a group of another VPC hold on a connection: all of them, none, or nobody knows. Rules that name a group of the
 * endpoint's own VPC always hold.
 */
export type ForeignGroups = "hold" | "fail" | readonly string[];

/** The layers made of security groups and network ACLs; endpoints with the same ones share them. */
export interface FirewallLayers {
  /** The union of some groups' rules. `groups` null: which groups there are is not known. */
  readonly groups: (
    groups: readonly string[] | null,
    direction: Direction,
    about: { readonly endpoint: string; readonly network: string | null; readonly foreign: ForeignGroups },
  ) => Layer;
  /** The ACL of a subnet. */
  readonly acl: (subnet: string | null, vpc: string, seenBy: Target, direction: Direction) => Layer;
  /** The same ACL as replies meet it, seen as the packets they answer. */
  readonly aclReplies: (subnet: string | null, vpc: string, seenBy: Target, direction: Direction) => Layer;
}

/**
 * Layers from the firewalls that were understood before.
 * Groups: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 * ACLs: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 */
export function firewallLayers(
  index: RecordIndex,
  places: Places,
  { groups, acls }: { readonly groups: readonly Firewall[]; readonly acls: readonly Firewall[] },
): FirewallLayers {
  const groupById = new Map<string, Firewall>();
  for (const group of groups) if (!groupById.has(group.resource.id)) groupById.set(group.resource.id, group);
  const aclOfSubnet = aclBySubnet(acls, places);
  const defaultAcls = new Map(
    acls.flatMap((acl) => (acl.isDefault && acl.network !== null ? [[acl.network, acl]] : [])),
  );
  const sharedGroups = once<Layer>();
  const sharedAcls = once<Layer>();

  function acl(subnet: string | null, vpc: string, seenBy: Target, direction: Direction): Layer {
    const own = subnet === null ? undefined : aclOfSubnet.get(subnet);
    if (own !== undefined) return aclLayer(own, direction);
    // A subnet that no ACL names has the default one of its VPC: https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
    const why = unread(index, places.vpc(vpc, seenBy).home, describeAcls);
    const fallback = defaultAcls.get(vpc);
    const whole = why === null || unread(index, seenBy, describeAcls) === null;
    if (fallback !== undefined && subnet !== null && whole) return aclLayer(fallback, direction);
    const where = subnet ?? `a subnet of ${vpc}`;
    return sharedAcls(`? ${where} ${direction}`, () =>
      plainLayer(
        { kind: "subnet-firewall", name: `network ACL of ${where}`, opensBy: `a rule in the network ACL of ${where}` },
        [why ?? `the network ACL of ${where} (${describeAcls} does not tell of it)`],
      ),
    );
  }

  function aclLayer(firewall: Firewall, direction: Direction): Layer {
    const { id, name } = firewall.resource;
    return sharedAcls(`${id} ${direction}`, () => ({
      kind: "subnet-firewall",
      name: `network ACL ${id}${name === null ? "" : ` (${name})`}`,
      resources: [firewall.resource],
      filter: direction === "ingress" ? firewall.ingress : firewall.egress,
      opensBy: `an ${direction === "ingress" ? "inbound" : "outbound"} rule in ${id} that allows it`,
    }));
  }

  return {
    acl,
    aclReplies: (...at) => replyLayer(acl(...at)),
    groups: (ids, direction, { endpoint, network, foreign }) => {
      if (ids === null) {
        return sharedGroups(`? ${endpoint} ${direction}`, () =>
          plainLayer(
            { kind: "endpoint-firewall", name: `what guards ${endpoint}`, opensBy: `a rule in its security groups` },
            [`the security groups of ${endpoint}`],
          ),
        );
      }
      const sorted = [...new Set(ids)].toSorted();
      const key = `${sorted.join(" ")} ${direction} ${typeof foreign === "string" ? foreign : foreign.join()} ${foreign === "hold" ? "" : (network ?? "")}`;
      return sharedGroups(key, () => {
        const rules = sorted.flatMap((id): readonly Rule[] => {
          const group = groupById.get(id);
          if (group !== undefined) return direction === "ingress" ? group.ingressRules : group.egressRules;
          const missing = [`the rules of security group ${id} (ec2:DescribeSecurityGroups does not tell of it)`];
          return [passes(`${direction} rules of ${id}`, perhaps(allAddresses, missing))];
        });
        const counted = foreign === "hold" ? rules : rules.flatMap((rule) => foreignRule(rule, network, foreign));
        const called = `security group${sorted.length === 1 ? "" : "s"} ${sorted.join(", ")}`;
        return {
          kind: "endpoint-firewall",
          name: called,
          resources: sorted.flatMap((id) => groupById.get(id)?.resource ?? []),
          filter: { kind: "anyOf", layer: called, rules: counted },
          opensBy: `an ${direction === "ingress" ? "inbound" : "outbound"} rule in ${sorted.join(" or ")} that allows it`,
        };
      });
    },
  };

  /** A rule that names a group of another VPC, as this connection sees it. */
  function foreignRule(rule: Rule, network: string | null, foreign: Exclude<ForeignGroups, "hold">): readonly Rule[] {
    if (rule.peer.kind !== "group") return [rule];
    const there = rule.peer.network ?? groupById.get(rule.peer.id)?.network ?? null;
    if (there === null || there === network) return [rule];
    if (foreign === "fail") return [];
    return [{ ...rule, remote: perhaps(rule.remote.may, [...rule.remote.missing, ...foreign]) }];
  }
}

const describeAcls = "ec2:DescribeNetworkAcls";

/** The ACL of each subnet; where several accounts tell of it, the account that owns the VPC is believed. */
function aclBySubnet(acls: readonly Firewall[], places: Places): ReadonlyMap<string, Firewall> {
  const found = new Map<string, Firewall>();
  for (const acl of acls) {
    const isOwner = acl.network === null || places.vpc(acl.network, acl.resource).home.account === acl.resource.account;
    for (const subnet of acl.attachments) if (isOwner || !found.has(subnet)) found.set(subnet, acl);
  }
  return found;
}

import type { Target } from "../../../../model/resource.ts";
import { includesAddresses, overlapsAddresses } from "../../../../network/addresses.ts";
import type { Layer } from "../../../../network/endpoint.ts";
import { allL4, equalL4 } from "../../../../network/l4.ts";
import type { Appliance } from "./appliances.ts";
import type { FirewallLayers } from "./firewalls.ts";
import { allOf, type Family } from "../../../shared/layers.ts";
import type { Places } from "./places.ts";
import type { PublicAccessLayers } from "./public-access.ts";

/** What might stop packets in the subnet of an appliance that lies on their way; empty when nothing there can. */
export interface ApplianceSubnets {
  /** On the way from or to the internet, by which packets enter and leave the VPC there. */
  readonly fromInternet: (appliance: Appliance, vpc: string, family: Family, seenBy: Target) => readonly string[];
  readonly inside: (
    appliance: Appliance,
    vpc: string,
    families: readonly Family[],
    seenBy: Target,
  ) => readonly string[];
}

/**
 * Packets through an appliance enter its subnet and leave it again, in both directions. AWS does not say in every case which of that
 * subnet's ACL and exclusions from block public access count for its endpoint, so one that does not let everything through leaves it open.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html
 */
export function applianceSubnets(
  places: Places,
  firewalls: FirewallLayers,
  publicAccess: PublicAccessLayers,
): ApplianceSubnets {
  function acls(appliance: Appliance, vpc: string, family: Family, seenBy: Target): readonly string[] {
    const both = (["ingress", "egress"] as const).map((direction) =>
      firewalls.acl(appliance.subnet, appliance.vpc ?? vpc, seenBy, direction),
    );
    const shut = both.find((layer) => !letsEverything(layer, family));
    return shut === undefined ? [] : [`what ${shut.name} lets through to and from ${appliance.name}`];
  }
  return {
    inside: (appliance, vpc, families, seenBy) => [
      ...new Set(families.flatMap((family) => acls(appliance, vpc, family, seenBy))),
    ],
    fromInternet: (appliance, vpc, family, seenBy) => {
      const block = publicAccess(places.vpc(appliance.vpc ?? vpc, seenBy), appliance.subnet);
      const isOpen = block === null || letsEverything(block, family);
      return [
        ...acls(appliance, vpc, family, seenBy),
        ...(isOpen ? [] : [`what ${block.name} lets through to the subnet of ${appliance.name}`]),
      ];
    },
  };
}

/** Whether a layer certainly lets through every packet of a family: nothing is denied before a rule that allows everything. */
function letsEverything({ filter }: Layer, family: Family): boolean {
  if (filter.kind !== "firstMatch" && filter.kind !== "anyOf") return false;
  for (const { action, remote, l4, sourcePorts } of filter.rules) {
    const isWhole = equalL4(l4, allL4) && includesAddresses(remote.must, allOf(family)) && sourcePorts === null;
    if (action === "allow" && isWhole) return true;
    if (action === "deny" && overlapsAddresses(remote.may, allOf(family))) return false;
  }
  return false;
}

import { allAddresses, unionAddresses } from "../../../network/addresses.ts";
import { intersectExtents, knownExtent, unionExtents } from "../../../network/extent.ts";
import { object, text } from "../../read.ts";
import type { AzureControls } from "../controls.ts";
import type { AdminRules } from "./admin-rules.ts";
import { azureResource, referenceIn, type ArmIndex } from "./arm.ts";
import type { AzureFirewall } from "./azure-firewalls.ts";
import { skuOf, readPublicAddress } from "./reach/publics.ts";
import { doubted, sideExtent } from "./rules.ts";
import type { Topology } from "./topology.ts";

const addressTypes = [
  "microsoft.network/publicipaddresses",
  "microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces/ipconfigurations/publicipaddresses",
];

/** What only Azure has, for the checks that ask about it. */
export function understandControls(
  index: ArmIndex,
  topology: Topology,
  admin: AdminRules,
  firewalls: readonly AzureFirewall[],
): AzureControls {
  const scope = topology.plainScope([]);
  return {
    adminBypasses: admin.all
      .filter(({ rule }) => rule.direction === "ingress" && rule.actions.includes("final"))
      .map(({ resource, rule, networks, doubts }) => ({
        resource,
        priority: rule.priority,
        remote: doubted(unionExtents(sideExtent(rule.remote, scope)), rule.problems),
        l4: rule.l4,
        networks,
        doubts,
      })),
    publicAddresses: addressTypes.flatMap(index.all).map((resource) => ({
      resource: azureResource(resource, "azure:network:public-ip-address"),
      sku: skuOf(resource.data),
      address: text(resource.properties, "ipAddress"),
      attachedTo:
        referenceIn(resource.properties, "ipConfiguration") ??
        text(object(resource.properties, "natGateway") ?? {}, "id"),
    })),
    dnatRules: firewalls.flatMap((firewall) =>
      firewall.dnat.map((rule) => ({
        resource: azureResource(firewall.resource, "azure:network:azure-firewall"),
        rule: rule.name,
        sources: doubted(intersectExtents(rule.sources, knownExtent(allAddresses)), firewall.missing),
        listens: rule.listens,
        translated: rule.translated,
        translatedAddress: rule.translatedAddress,
        publicAddresses: unionAddresses(
          firewall.publicAddresses.flatMap((id) => readPublicAddress(index, id)?.addresses ?? []),
        ),
      })),
    ),
  };
}

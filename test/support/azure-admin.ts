import type { VendorObject } from "../../src/snapshot/record.ts";
import { arm, idOf } from "./azure-estate.ts";

const config = "networkManagers/m/securityAdminConfigurations/c";
const net = idOf("virtualNetworks/net");

/** A network manager with one configuration and one collection for group `g`. */
export function manager(
  rules: readonly VendorObject[],
  more: { readonly configuration?: VendorObject; readonly member?: string } = {},
): VendorObject[] {
  return [
    arm("networkManagers/m", { networkManagerScopes: { subscriptions: [], managementGroups: [] } }),
    arm("networkManagers/m/networkGroups/g", {}),
    arm("networkManagers/m/networkGroups/g/staticMembers/s", { resourceId: more.member ?? net }),
    arm(config, { applyOnNetworkIntentPolicyBasedServices: ["None"], ...more.configuration }),
    arm(`${config}/ruleCollections/rc`, {
      appliesToGroups: [{ networkGroupId: idOf("networkManagers/m/networkGroups/g") }],
    }),
    ...rules,
  ];
}

export function adminRule(name: string, access: string, priority: number, properties: VendorObject = {}): VendorObject {
  return arm(
    `${config}/ruleCollections/rc/rules/${name}`,
    {
      access,
      priority,
      direction: "Inbound",
      protocol: "Any",
      sources: [{ addressPrefix: "*", addressPrefixType: "IPPrefix" }],
      destinations: [{ addressPrefix: "*", addressPrefixType: "IPPrefix" }],
      sourcePortRanges: ["0-65535"],
      destinationPortRanges: ["0-65535"],
      ...properties,
    },
    { kind: "Custom" },
  );
}

/** Resource Graph's row that says which configurations a network has. */
export const deployed = (...configurations: readonly string[]): VendorObject =>
  arm(`${net}/providers/Microsoft.Network/effectiveSecurityAdminRules/default`, {
    EffectiveSecurityAdminConfigurations: configurations.map((each) => ({ Id: idOf(each) })),
  });

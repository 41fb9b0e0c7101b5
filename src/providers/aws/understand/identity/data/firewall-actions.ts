import type { FirewallEffect } from "../../../../../model/firewall-effect.ts";
import { authorizedChange } from "./authorized-actions.ts";
import { auditTrails } from "./firewall-actions/audit-trails.ts";
import { dnsFirewall } from "./firewall-actions/dns-firewall.ts";
import { exposure } from "./firewall-actions/exposure.ts";
import { firewallManager } from "./firewall-actions/firewall-manager.ts";
import { guardduty } from "./firewall-actions/guardduty.ts";
import { networkAcls } from "./firewall-actions/network-acls.ts";
import { networkFirewall } from "./firewall-actions/network-firewall.ts";
import { otherServices } from "./firewall-actions/other-services.ts";
import type { Plane } from "./firewall-actions/plane.ts";
import { prefixLists } from "./firewall-actions/prefix-lists.ts";
import { routes } from "./firewall-actions/routes.ts";
import { securityGroups } from "./firewall-actions/security-groups.ts";
import { vpcGuards } from "./firewall-actions/vpc-guards.ts";
import { wafClassic } from "./firewall-actions/waf-classic.ts";
import { waf } from "./firewall-actions/waf.ts";
import type { FirewallAction } from "./types.ts";

const effects: readonly FirewallEffect[] = ["rules", "membership", "address-list", "path", "guard", "detection"];

/** In the order in which people think of firewalls. */
const planes: readonly Plane[] = [
  ...securityGroups,
  ...networkAcls,
  ...prefixLists,
  ...vpcGuards,
  ...routes,
  ...exposure,
  ...networkFirewall,
  ...waf,
  ...wafClassic,
  ...dnsFirewall,
  ...firewallManager,
  ...otherServices,
  ...guardduty,
  ...auditTrails,
];

let known: readonly FirewallAction[] | null = null;

/**
 * Every action of AWS that changes what a firewall lets through, goes round it, or blinds what watches it. Each once. Read from the rows at the first call.
 */
export function firewallActions(): readonly FirewallAction[] {
  known ??= planes.flatMap(readPlane);
  return known;
}

function readPlane({ plane, service, page, actions }: Plane): readonly FirewallAction[] {
  return effects.flatMap((effect) =>
    (actions[effect] ?? []).map((name): FirewallAction => {
      const { action, needs, conditionKeys } = authorizedChange(`${service}:${name}`);
      return { action, needs, conditionKeys, effect, plane, source: sourceOf(page ?? service, name) };
    }),
  );
}

/** The action's own row in the Service Authorization Reference. */
function sourceOf(page: string, action: string): string {
  const file = `list_${page}`;
  return `https://docs.aws.amazon.com/service-authorization/latest/reference/${file}.html#${file}-action-${action}`;
}

import { child, type Place, ref, type Reference, resource, uuidOf } from "./build.ts";
import type { ArmObject, ArmResource } from "./estate.ts";

/** One side of a rule: `*`, a service tag, CIDRs, or application security groups. */
export type Side = string | readonly string[] | { readonly groups: readonly Reference[] };

/** A rule of a network security group. What is absent is Allow, Inbound, Tcp, any source port, and `*` on both sides. */
export interface RuleWords {
  readonly priority: number;
  readonly access?: "Allow" | "Deny";
  readonly direction?: "Inbound" | "Outbound";
  readonly protocol?: "Tcp" | "Udp" | "Icmp" | "Esp" | "Ah" | "*";
  readonly from?: Side;
  readonly to?: Side;
  readonly ports?: string | readonly string[];
  readonly description?: string;
}

/** A network security group with its rules by name, and the default rules that Azure adds. Who it is attached to, {@link joined} says. */
export function securityGroup(
  place: Place,
  name: string,
  rules: Readonly<Record<string, RuleWords>> = {},
): ArmResource {
  const group = resource(place, "Microsoft.Network/networkSecurityGroups", name, {});
  const own = Object.entries(rules).map(([rule, words]) => child(group, "securityRules", rule, ruleProperties(words)));
  const defaults = defaultRules.map(([rule, words]) =>
    child(group, "defaultSecurityRules", rule, ruleProperties(words)),
  );
  return {
    ...group,
    properties: {
      ...group.properties,
      resourceGuid: uuidOf(group.id),
      securityRules: own,
      defaultSecurityRules: defaults,
    },
  };
}

/** https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#default-security-rules */
const defaultRules: readonly (readonly [string, RuleWords])[] = [
  [
    "AllowVnetInBound",
    {
      priority: 65000,
      protocol: "*",
      from: "VirtualNetwork",
      to: "VirtualNetwork",
      description: "Allow inbound traffic from all VMs in VNET",
    },
  ],
  [
    "AllowAzureLoadBalancerInBound",
    {
      priority: 65001,
      protocol: "*",
      from: "AzureLoadBalancer",
      description: "Allow inbound traffic from azure load balancer",
    },
  ],
  ["DenyAllInBound", { priority: 65500, protocol: "*", access: "Deny", description: "Deny all inbound traffic" }],
  [
    "AllowVnetOutBound",
    {
      priority: 65000,
      protocol: "*",
      direction: "Outbound",
      from: "VirtualNetwork",
      to: "VirtualNetwork",
      description: "Allow outbound traffic from all VMs to all VMs in VNET",
    },
  ],
  [
    "AllowInternetOutBound",
    {
      priority: 65001,
      protocol: "*",
      direction: "Outbound",
      to: "Internet",
      description: "Allow outbound traffic from all VMs to Internet",
    },
  ],
  [
    "DenyAllOutBound",
    { priority: 65500, protocol: "*", access: "Deny", direction: "Outbound", description: "Deny all outbound traffic" },
  ],
];

/** A rule's members as ARM gives them: in the singular or in the plural, the other one being empty or absent. */
function ruleProperties(words: RuleWords): ArmObject {
  const {
    priority,
    access = "Allow",
    direction = "Inbound",
    protocol = "Tcp",
    from = "*",
    to = "*",
    ports = "*",
    description,
  } = words;
  return {
    ...(description === undefined ? {} : { description }),
    protocol,
    sourcePortRange: "*",
    sourcePortRanges: [],
    ...(typeof ports === "string"
      ? { destinationPortRange: ports, destinationPortRanges: [] }
      : { destinationPortRanges: ports }),
    ...sideProperties("source", from),
    ...sideProperties("destination", to),
    access,
    priority,
    direction,
  };
}

function sideProperties(side: "source" | "destination", value: Side): ArmObject {
  if (typeof value === "string") return { [`${side}AddressPrefix`]: value, [`${side}AddressPrefixes`]: [] };
  if ("groups" in value) {
    return {
      [`${side}ApplicationSecurityGroups`]: value.groups.map((group) => ref(group)),
      [`${side}AddressPrefixes`]: [],
    };
  }
  return { [`${side}AddressPrefixes`]: value };
}

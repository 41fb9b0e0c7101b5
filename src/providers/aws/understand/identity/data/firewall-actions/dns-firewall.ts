import type { Plane } from "./plane.ts";

export const dnsFirewall: readonly Plane[] = [
  {
    plane: "Route 53 Resolver DNS Firewall",
    service: "route53resolver",
    actions: {
      rules: [
        "CreateFirewallRule",
        "UpdateFirewallRule",
        "DeleteFirewallRule",
        "CreateFirewallRuleGroup",
        "DeleteFirewallRuleGroup",
        "UpdateFirewallConfig",
      ],
      membership: ["AssociateFirewallRuleGroup", "DisassociateFirewallRuleGroup", "UpdateFirewallRuleGroupAssociation"],
      "address-list": [
        "UpdateFirewallDomains",
        "ImportFirewallDomains",
        "CreateFirewallDomainList",
        "DeleteFirewallDomainList",
      ],
      guard: ["PutFirewallRuleGroupPolicy"],
    },
  },
];

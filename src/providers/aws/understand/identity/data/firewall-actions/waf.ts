import type { Plane } from "./plane.ts";

export const waf: readonly Plane[] = [
  {
    plane: "WAF",
    service: "wafv2",
    actions: {
      rules: [
        "CreateWebACL",
        "UpdateWebACL",
        "DeleteWebACL",
        "CreateRuleGroup",
        "UpdateRuleGroup",
        "DeleteRuleGroup",
        "PutManagedRuleSetVersions",
      ],
      membership: ["AssociateWebACL", "DisassociateWebACL"],
      "address-list": [
        "CreateIPSet",
        "UpdateIPSet",
        "DeleteIPSet",
        "CreateRegexPatternSet",
        "UpdateRegexPatternSet",
        "DeleteRegexPatternSet",
      ],
      guard: [
        "PutFirewallManagerRuleGroups",
        "DeleteFirewallManagerRuleGroups",
        "DisassociateFirewallManager",
        "PutPermissionPolicy",
        "DeletePermissionPolicy",
      ],
      detection: ["PutLoggingConfiguration", "DeleteLoggingConfiguration"],
    },
  },
  {
    plane: "WAF",
    service: "elasticloadbalancing",
    page: "elbv2",
    actions: {
      membership: ["SetWebAcl", "CreateWebACLAssociation", "DeleteWebACLAssociation"],
    },
  },
  {
    plane: "WAF",
    service: "cloudfront",
    actions: {
      membership: [
        "UpdateDistribution",
        "AssociateDistributionWebACL",
        "DisassociateDistributionWebACL",
        "AssociateDistributionTenantWebACL",
        "DisassociateDistributionTenantWebACL",
      ],
    },
  },
  {
    plane: "WAF",
    service: "apigateway",
    actions: {
      membership: ["SetWebACL"],
    },
  },
  {
    plane: "WAF",
    service: "appsync",
    actions: {
      membership: ["SetWebACL", "DisassociateWebACL"],
    },
  },
  {
    plane: "WAF",
    service: "cognito-idp",
    actions: {
      membership: ["AssociateWebACL", "DisassociateWebACL"],
    },
  },
  {
    plane: "WAF",
    service: "apprunner",
    actions: {
      membership: ["AssociateWebAcl", "DisassociateWebAcl"],
    },
  },
];

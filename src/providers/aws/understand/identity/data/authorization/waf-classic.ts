import type { ServiceAuthorization } from "./service.ts";

const rules = ["ratebasedrule", "rule", "rulegroup", "webacl"] as const;
const sets = ["bytematchset", "geomatchset", "ipset", "regexpatternset", "sizeconstraintset", "xssmatchset"] as const;

/** The names of the actions' last words, by type. */
const named = {
  bytematchset: "ByteMatchSet",
  geomatchset: "GeoMatchSet",
  ipset: "IPSet",
  ratebasedrule: "RateBasedRule",
  regexmatchset: "RegexMatchSet",
  regexpatternset: "RegexPatternSet",
  rule: "Rule",
  rulegroup: "RuleGroup",
  sizeconstraintset: "SizeConstraintSet",
  sqlinjectionmatchset: "SqlInjectionMatchSet",
  webacl: "WebACL",
  xssmatchset: "XssMatchSet",
} as const;

/** The same for both WAF Classic services but for where their resources are. */
function wafClassic(service: string, where: string, more: ServiceAuthorization): ServiceAuthorization {
  const arn = (path: string): string => `arn:\${Partition}:${service}:${where}:\${Account}:${path}/\${Id}`;
  return {
    service,
    types: {
      ...Object.fromEntries(rules.map((type) => [type, [arn(type), "aws:ResourceTag/${TagKey}"] as const])),
      ...Object.fromEntries(sets.map((type) => [type, [arn(type), ""] as const])),
      regexmatchset: [arn("regexmatch"), ""],
      sqlinjectionmatchset: [arn("sqlinjectionset"), ""],
      ...more.types,
    },
    actions: {
      ...Object.fromEntries(
        Object.entries(named).flatMap(([type, name]) => [
          [`Update${name}`, type],
          [`Delete${name}`, type],
        ]),
      ),
      PutPermissionPolicy: "rulegroup",
      DeletePermissionPolicy: "rulegroup",
      PutLoggingConfiguration: "webacl",
      DeleteLoggingConfiguration: "webacl",
      ...more.actions,
    },
  };
}

export const waf: ServiceAuthorization = wafClassic("waf", "", { service: "waf", types: {}, actions: {} });

export const wafRegional: ServiceAuthorization = wafClassic("waf-regional", "${Region}", {
  service: "waf-regional",
  types: {
    "loadbalancer/app/": [
      "arn:${Partition}:elasticloadbalancing:${Region}:${Account}:loadbalancer/app/${LoadBalancerName}/${LoadBalancerId}",
      "",
    ],
  },
  actions: { AssociateWebACL: "loadbalancer/app/ ~webacl", DisassociateWebACL: "loadbalancer/app/" },
});

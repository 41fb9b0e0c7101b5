import type { ResourceRef, Target } from "../../../../model/resource.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { isObject, object, objects, text, texts } from "../../../read.ts";
import { ec2Resource } from "../resource.ts";
import type { Hop } from "./routes.ts";

/** An appliance that a route sends packets to. */
export interface Appliance {
  readonly resource: ResourceRef;
  /** For people: `AWS Network Firewall edge`, `gateway load balancer endpoint vpce-1`. */
  readonly name: string;
  /** The subnet in which its endpoint or interface lies, from where packets go on; null when it was not read. */
  readonly subnet: string | null;
  readonly vpc: string | null;
  /** What it lets through: everything, nothing, or what is missing to say so. */
  readonly lets: "everything" | "nothing" | readonly string[];
}

/** Finds the appliance behind a next hop; null for an endpoint that inspects nothing (an S3 gateway endpoint). */
export type Appliances = (hop: Hop, seenBy: Target) => Appliance | null;

/**
 * Reads AWS Network Firewall endpoints, gateway load balancer endpoints, and interfaces that routes point to.
 * https://docs.aws.amazon.com/network-firewall/latest/developerguide/architectures.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/introduction.html
 */
export function readAppliances(index: RecordIndex): Appliances {
  const policies = firewallPolicies(index);
  const endpoints = new Map<string, Appliance>();
  const inert = new Set<string>();
  for (const record of index.all("ec2:DescribeVpcEndpoints")) {
    const { data } = record;
    const id = text(data, "VpcEndpointId");
    if (id === null) continue;
    if (text(data, "VpcEndpointType") === "Gateway") inert.add(id);
    endpoints.set(id, {
      resource: ec2Resource(record, "vpc-endpoint", id, data, { owner: text(data, "OwnerId") }),
      name: `gateway load balancer endpoint ${id}`,
      subnet: texts(data, "SubnetIds")[0] ?? null,
      vpc: text(data, "VpcId"),
      lets: [`what the appliances behind ${id} let through`],
    });
  }
  for (const record of index.all("network-firewall:DescribeFirewall")) {
    const firewall = object(record.data, "Firewall") ?? {};
    const arn = text(firewall, "FirewallArn");
    const called = text(firewall, "FirewallName") ?? arn;
    if (arn === null || called === null) continue;
    const { cloud, account, region } = record;
    const resource: ResourceRef = {
      cloud,
      account,
      region,
      type: "aws:network-firewall:firewall",
      id: called,
      name: called,
      arn,
    };
    const states = object(object(record.data, "FirewallStatus") ?? {}, "SyncStates") ?? {};
    for (const state of Object.values(states)) {
      const attachment = isObject(state) ? object(state, "Attachment") : null;
      const id = attachment === null ? null : text(attachment, "EndpointId");
      if (attachment === null || id === null) continue;
      endpoints.set(id, {
        resource,
        name: `AWS Network Firewall ${called}`,
        subnet: text(attachment, "SubnetId"),
        vpc: text(firewall, "VpcId"),
        lets: policies(text(firewall, "FirewallPolicyArn"), called),
      });
    }
  }
  // Most estates have no route to an interface: sorting all of them is left until there is one.
  let interfaces: ReadonlyMap<string, VendorObject> | null = null;
  return (hop, seenBy) => {
    if (hop.kind === "endpoint") {
      const known = endpoints.get(hop.id);
      if (known !== undefined) return inert.has(hop.id) ? null : known;
      return {
        resource: ec2Resource(seenBy, "vpc-endpoint", hop.id, {}),
        name: `VPC endpoint ${hop.id}`,
        subnet: null,
        vpc: null,
        lets: [`VPC endpoint ${hop.id}, which no record tells of (ec2:DescribeVpcEndpoints)`],
      };
    }
    if (hop.kind !== "interface" && hop.kind !== "instance") return null;
    interfaces ??= interfacesOf(index);
    const data = interfaces.get(hop.id) ?? {};
    return {
      resource: ec2Resource(seenBy, hop.kind === "instance" ? "instance" : "network-interface", hop.id, data),
      name: `appliance ${hop.id}`,
      subnet: text(data, "SubnetId"),
      vpc: text(data, "VpcId"),
      lets: [`what the appliance ${hop.id} lets through`],
    };
  };
}

/** Interfaces by their own id, and by the instance whose first one they are. */
function interfacesOf(index: RecordIndex): ReadonlyMap<string, VendorObject> {
  const found = new Map<string, VendorObject>();
  const instances = index.all("ec2:DescribeInstances").flatMap(({ data }) => objects(data, "Instances"));
  for (const instance of instances) {
    const id = text(instance, "InstanceId");
    if (id !== null) found.set(id, instance);
    for (const each of objects(instance, "NetworkInterfaces")) add(each);
  }
  for (const { data } of index.all("ec2:DescribeNetworkInterfaces")) add(data);
  function add(data: VendorObject): void {
    const id = text(data, "NetworkInterfaceId");
    if (id !== null) found.set(id, data);
  }
  return found;
}

/**
 * What a firewall policy does where it needs no rule to say so: stateless `aws:pass` goes past the stateful engine, stateless `aws:drop`
 * ends there, and a stateful engine without rules and without a default to drop lets everything through. Anything else is not modelled.
 * https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-policy-settings.html
 * https://docs.aws.amazon.com/network-firewall/latest/developerguide/suricata-rule-evaluation-order.html
 */
function firewallPolicies(index: RecordIndex): (arn: string | null, firewall: string) => Appliance["lets"] {
  const policies = new Map<string, VendorObject>();
  for (const { data } of index.all("network-firewall:DescribeFirewallPolicy")) {
    const arn = text(object(data, "FirewallPolicyResponse") ?? {}, "FirewallPolicyArn");
    const policy = object(data, "FirewallPolicy");
    if (arn !== null && policy !== null) policies.set(arn, policy);
  }
  const empty = emptyRuleGroups(index);
  return (arn, firewall) => {
    const policy = arn === null ? undefined : policies.get(arn);
    if (policy === undefined) {
      return [`the policy of AWS Network Firewall ${firewall} (network-firewall:DescribeFirewallPolicy)`];
    }
    const counts = (member: string): boolean =>
      objects(policy, member).some((each) => !empty.has(text(each, "ResourceArn") ?? ""));
    const unmodelled = [`what the rules of AWS Network Firewall ${firewall} let through`];
    if (counts("StatelessRuleGroupReferences")) return unmodelled;
    const whole = texts(policy, "StatelessDefaultActions");
    const fragments = texts(policy, "StatelessFragmentDefaultActions");
    const both = (action: string): boolean => whole.includes(action) && fragments.includes(action);
    if (both("aws:pass")) return "everything";
    if (both("aws:drop")) return "nothing";
    const onlyForwards = both("aws:forward_to_sfe");
    if (!onlyForwards || counts("StatefulRuleGroupReferences")) return unmodelled;
    const drops = texts(policy, "StatefulDefaultActions").some((action) => action.startsWith("aws:drop"));
    return drops ? unmodelled : "everything";
  };
}

/** Rule groups that were read and hold no rule. */
function emptyRuleGroups(index: RecordIndex): ReadonlySet<string> {
  const empty = new Set<string>();
  for (const { data } of index.all("network-firewall:DescribeRuleGroup")) {
    const arn = text(object(data, "RuleGroupResponse") ?? {}, "RuleGroupArn");
    const source = object(object(data, "RuleGroup") ?? {}, "RulesSource");
    if (arn === null || source === null) continue;
    const stateless = object(source, "StatelessRulesAndCustomActions");
    const hasRules =
      text(source, "RulesString") !== null ||
      source["RulesSourceList"] !== undefined ||
      objects(source, "StatefulRules").length > 0 ||
      (stateless !== null && objects(stateless, "StatelessRules").length > 0);
    if (!hasRules) empty.add(arn);
  }
  return empty;
}

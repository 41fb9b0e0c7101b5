import type * as ElbV2 from "@aws-sdk/client-elastic-load-balancing-v2";
import { textInput } from "../call.ts";
import type { Call, Operations } from "../call.ts";
import { AwsError, serviceError } from "../errors.ts";
import { page } from "../paging.ts";

/** Elastic Load Balancing, API version 2012-06-01: Classic Load Balancers. */
export const classicLoadBalancingOperations: Operations = {
  DescribeLoadBalancers(call) {
    const balancers = call.here.LoadBalancerDescriptions ?? [];
    const wanted = chosen(call, "LoadBalancerNames", balancers, ({ LoadBalancerName }) => LoadBalancerName);
    return page(call, "LoadBalancerDescriptions", wanted ?? missing("AccessPointNotFound", "load balancer"));
  },
};

/** Elastic Load Balancing, API version 2015-12-01: Application, Network and Gateway Load Balancers. */
export const loadBalancingOperations: Operations = {
  DescribeLoadBalancers(call) {
    const balancers = call.here.LoadBalancers ?? [];
    const byArn = chosen(call, "LoadBalancerArns", balancers, ({ LoadBalancerArn }) => LoadBalancerArn);
    const wanted = byArn && chosen(call, "Names", byArn, ({ LoadBalancerName }) => LoadBalancerName);
    return page(call, "LoadBalancers", wanted ?? missing("LoadBalancerNotFound", "load balancer"));
  },
  DescribeListeners(call) {
    const arn = call.input["LoadBalancerArn"];
    needOneOf(call, "LoadBalancerArn", "ListenerArns");
    const listeners = (call.here.Listeners ?? []).filter(
      ({ LoadBalancerArn }) => arn === undefined || LoadBalancerArn === arn,
    );
    const known = call.here.LoadBalancers?.some(({ LoadBalancerArn }) => LoadBalancerArn === arn);
    if (arn !== undefined && known !== true) missing("LoadBalancerNotFound", "load balancer");
    const wanted = chosen(call, "ListenerArns", listeners, ({ ListenerArn }) => ListenerArn);
    return page(call, "Listeners", wanted ?? missing("ListenerNotFound", "listener"));
  },
  DescribeRules(call) {
    const arn = call.input["ListenerArn"];
    needOneOf(call, "ListenerArn", "RuleArns");
    if (arn !== undefined && !call.here.Listeners?.some(({ ListenerArn }) => ListenerArn === arn)) {
      missing("ListenerNotFound", "listener");
    }
    const byListener = Object.entries(call.here.Rules ?? {});
    const rules = byListener.filter(([listener]) => arn === undefined || listener === arn).flatMap(([, own]) => own);
    const wanted = chosen(call, "RuleArns", rules, ({ RuleArn }) => RuleArn);
    return page(call, "Rules", wanted ?? missing("RuleNotFound", "rule"));
  },
  DescribeTargetGroups(call) {
    const arn = textInput(call, "LoadBalancerArn");
    const groups = (call.here.TargetGroups ?? []).filter(
      ({ LoadBalancerArns }) => arn === "" || LoadBalancerArns?.includes(arn),
    );
    const byArn = chosen(call, "TargetGroupArns", groups, ({ TargetGroupArn }) => TargetGroupArn);
    const wanted = byArn && chosen(call, "Names", byArn, ({ TargetGroupName }) => TargetGroupName);
    return page(call, "TargetGroups", wanted ?? missing("TargetGroupNotFound", "target group"));
  },
  DescribeTargetGroupAttributes(call) {
    const { arn, group } = targetGroup(call);
    const own = call.here.TargetGroupAttributes?.[arn] ?? [];
    const defaults = defaultAttributes(group).filter(({ Key }) => !own.some((each) => each.Key === Key));
    return { Attributes: [...defaults, ...own] };
  },
  DescribeTargetHealth(call) {
    const { arn } = targetGroup(call);
    return { TargetHealthDescriptions: call.here.TargetHealth?.[arn] ?? [] };
  },
};

function targetGroup(call: Call): { readonly arn: string; readonly group: ElbV2.TargetGroup } {
  const arn = textInput(call, "TargetGroupArn");
  const group = call.here.TargetGroups?.find(({ TargetGroupArn }) => TargetGroupArn === arn);
  return group === undefined ? missing("TargetGroupNotFound", "target group") : { arn, group };
}

/**
 * Attributes as they are unless somebody changed them.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
 */
function defaultAttributes({ TargetType, Protocol }: ElbV2.TargetGroup): readonly ElbV2.TargetGroupAttribute[] {
  const attribute = (Key: string, Value: string): ElbV2.TargetGroupAttribute => ({ Key, Value });
  if (TargetType === "lambda") return [attribute("lambda.multi_value_headers.enabled", "false")];
  const common = [
    attribute("deregistration_delay.timeout_seconds", "300"),
    attribute("stickiness.enabled", "false"),
    attribute("load_balancing.cross_zone.enabled", "use_load_balancer_configuration"),
  ];
  if (Protocol?.startsWith("HTTP") === true) return [...common, attribute("slow_start.duration_seconds", "0")];
  // Off by default for addresses over TCP and TLS, and on for everything else.
  const preserves = TargetType !== "ip" || (Protocol !== "TCP" && Protocol !== "TLS");
  return [...common, attribute("preserve_client_ip.enabled", String(preserves))];
}

/** The items that the request names, all when it names none, null when one of them is not there. */
function chosen<Item>(
  call: Call,
  idsMember: string,
  items: readonly Item[],
  idOf: (item: Item) => string | undefined,
): readonly Item[] | null {
  const ids = call.input[idsMember];
  if (!Array.isArray(ids) || ids.length === 0) return items;
  const found = items.filter((item) => ids.includes(idOf(item)));
  return found.length < new Set(ids).size ? null : found;
}

function needOneOf(call: Call, one: string, other: string): void {
  if (call.input[one] !== undefined || call.input[other] !== undefined) return;
  throw serviceError(call.errors.invalidParameter, `You must specify either ${one} or ${other}`);
}

function missing(code: string, what: string): never {
  throw new AwsError(code, 400, `One or more ${what}s not found`);
}

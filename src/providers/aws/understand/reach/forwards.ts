import type { Target } from "../../../../model/resource.ts";
import {
  allAddresses,
  equalAddresses,
  intersectAddresses,
  parseCidr,
  unionAddresses,
  type AddressSet,
} from "../../../../network/addresses.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { flag, object, objects, text, texts, wholeNumber } from "../../../read.ts";
import { push } from "../../../shared/collections.ts";
import { gapOf } from "./evidence.ts";
import type { TargetGroup } from "./target-groups.ts";

/** A target group that a listener sends packets to; doubts are what might keep some of them away. */
export interface Forward {
  readonly group: TargetGroup;
  readonly doubts: readonly string[];
  /** The clients whose packets it gets; everyone, unless a rule asks for their addresses. */
  readonly clients: AddressSet;
}

/** Where a listener of a load balancer sends packets. */
export type Forwards = (
  balancer: {
    readonly record: Target;
    readonly name: string;
    readonly kind: "application" | "network";
    readonly arn: string;
  },
  listener: VendorObject,
) => readonly Forward[];

const describeRules = "elasticloadbalancingv2:DescribeRules";

/**
 * Reads where listeners forward to: by their default actions and, at Application Load Balancers, by their rules. Conditions on the request
 * (host, path, header, method, query) keep no packet out, for any client may meet them; one on the client's address does.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function readForwards(index: RecordIndex, groups: ReadonlyMap<string, TargetGroup>): Forwards {
  const rules = new Map<string, VendorObject[]>();
  for (const { data } of index.all(describeRules)) {
    const arn = text(data, "RuleArn");
    // The default rule says what the listener's own actions say.
    if (arn !== null && flag(data, "IsDefault") !== true) push(rules, listenerOf(arn), data);
  }
  const attached = new Map<string, TargetGroup[]>();
  for (const group of groups.values()) for (const arn of group.balancers) push(attached, arn, group);
  return ({ record, name, kind, arn }, listener) => {
    const mutual = text(object(listener, "MutualAuthentication") ?? {}, "Mode") === "verify";
    const certificate = mutual ? ["who has a certificate that the listener trusts"] : [];
    const byDefault = forwardsOf(objects(listener, "DefaultActions"), allAddresses, certificate, groups);
    if (kind === "network") return byDefault;
    const own = text(listener, "ListenerArn");
    const byRule = (own === null ? [] : (rules.get(own) ?? [])).flatMap((rule) => {
      const { clients, doubts } = clientsOf(rule, name);
      return forwardsOf(objects(rule, "Actions"), clients, [...certificate, ...doubts], groups);
    });
    const known = distinct([...byDefault, ...byRule]);
    const gap = own === null ? "its ARN" : gapOf(index, record, describeRules, { ListenerArn: own });
    if (gap === null) return known;
    const certain = new Set(known.filter(isWhole).map(({ group }) => group.arn));
    const perhaps = (attached.get(arn) ?? []).filter((group) => !certain.has(group.arn));
    const doubt = (group: TargetGroup): string =>
      `which rules of load balancer ${name} forward to ${group.name} (${gap})`;
    return [...known, ...perhaps.map((group): Forward => ({ group, doubts: [doubt(group)], clients: allAddresses }))];
  };
}

/** The listener that a rule's ARN names. */
function listenerOf(rule: string): string {
  return rule.slice(0, rule.lastIndexOf("/")).replace(":listener-rule/", ":listener/");
}

/** Whose packets meet a rule's conditions: all of them must be met, and any value of one is enough. */
function clientsOf(
  rule: VendorObject,
  balancer: string,
): { readonly clients: AddressSet; readonly doubts: readonly string[] } {
  let clients = allAddresses;
  for (const condition of objects(rule, "Conditions")) {
    if (text(condition, "Field") !== "source-ip") continue;
    const told = texts(object(condition, "SourceIpConfig") ?? condition, "Values").map(parseCidr);
    const known = told.filter((each) => each !== null);
    if (known.length === 0 || known.length < told.length) {
      return { clients: allAddresses, doubts: [`which clients a rule of load balancer ${balancer} asks for`] };
    }
    clients = intersectAddresses(clients, unionAddresses(known));
  }
  return { clients, doubts: [] };
}

function forwardsOf(
  actions: readonly VendorObject[],
  clients: AddressSet,
  doubts: readonly string[],
  groups: ReadonlyMap<string, TargetGroup>,
): readonly Forward[] {
  // Whoever does not sign in is not forwarded; what a client can present is not modelled.
  const signIn = actions.some((action) => /^(?:authenticate-|jwt-)/.test(text(action, "Type") ?? ""));
  const all = signIn ? [...doubts, "who can sign in where the listener asks for it"] : doubts;
  const arns = actions.flatMap((action) => {
    const tuples = objects(object(action, "ForwardConfig") ?? {}, "TargetGroups");
    // The one group of an action may be named both ways; of several, a weight of 0 sends nothing:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupTuple.html
    const weighted = tuples.filter((each) => wholeNumber(each, "Weight") !== 0);
    return [...(tuples.length > 0 ? weighted : [action])].map((each) => text(each, "TargetGroupArn"));
  });
  return [...new Set(arns)].flatMap((arn): readonly Forward[] => {
    const group = arn === null ? undefined : groups.get(arn);
    return group === undefined ? [] : [{ group, doubts: all, clients }];
  });
}

/** Each forward once; where a group gets everything anyway, other ways to it say nothing more. */
function distinct(forwards: readonly Forward[]): readonly Forward[] {
  const whole = new Set(forwards.filter(isWhole).map(({ group }) => group.arn));
  const byMeaning = new Map<string, Forward>();
  for (const forward of forwards) {
    if (whole.has(forward.group.arn) && !isWhole(forward)) continue;
    byMeaning.set(`${forward.group.arn} ${forward.doubts.join()} ${addressesKey(forward.clients)}`, forward);
  }
  return [...byMeaning.values()];
}

function isWhole({ doubts, clients }: Forward): boolean {
  return doubts.length === 0 && equalAddresses(clients, allAddresses);
}

/** Equal for equal sets. */
export function addressesKey({ v4, v6 }: AddressSet): string {
  const told = (runs: AddressSet["v4"]): string => runs.map(({ first, last }) => `${first}-${last}`).join();
  return `${told(v4)}/${told(v6)}`;
}

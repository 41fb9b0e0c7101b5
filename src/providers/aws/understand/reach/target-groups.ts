import type { VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { object, text, texts, wholeNumber } from "../../../read.ts";
import { push } from "../../../shared/collections.ts";

/** A target of a group: an instance, an address, a load balancer. */
export interface GroupTarget {
  readonly id: string;
  readonly port: number;
  /** Whether it counts as being in every zone, as an address outside of the VPC does. */
  readonly isInEveryZone: boolean;
  /** The vendor's health state where it says that nothing is sent to it (`unused`, `draining`); else null. */
  readonly state: string | null;
}

/** A target group, or the instances of a Classic Load Balancer on one port. */
export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly type: "instance" | "ip" | "alb" | "lambda";
  readonly protocol: string;
  readonly vpc: string | null;
  /** ARNs of the load balancers that forward to it. */
  readonly balancers: readonly string[];
  /** Whether a Network Load Balancer leaves the client's address in place; null when that is not known. */
  readonly preservesClient: boolean | null;
  /** Whether nodes send to targets in other zones than their own; `as-balancer` leaves it to the load balancer, null is not known. */
  readonly crossZone: "on" | "off" | "as-balancer" | null;
  readonly family: 4 | 6;
  readonly targets: readonly GroupTarget[];
}

const describeHealth = "elasticloadbalancingv2:DescribeTargetHealth";
const describeAttributes = "elasticloadbalancingv2:DescribeTargetGroupAttributes";

/** Reads target groups with their targets; which ones are healthy at the moment plays no part. */
export function readTargetGroups(index: RecordIndex): ReadonlyMap<string, TargetGroup> {
  const healths = new Map<string, VendorObject[]>();
  for (const { data, request } of index.all(describeHealth)) {
    const arn = request?.["TargetGroupArn"];
    if (arn !== undefined) push(healths, arn, data);
  }
  const attributes = new Map<string, string>();
  for (const { data, request } of index.all(describeAttributes)) {
    const arn = request?.["TargetGroupArn"];
    if (arn !== undefined) attributes.set(`${arn} ${text(data, "Key") ?? ""}`, text(data, "Value") ?? "");
  }
  const groups = new Map<string, TargetGroup>();
  for (const { data } of index.all("elasticloadbalancingv2:DescribeTargetGroups")) {
    const arn = text(data, "TargetGroupArn");
    if (arn === null) continue;
    const type = typeOf(text(data, "TargetType"));
    const protocol = text(data, "Protocol") ?? "TCP";
    groups.set(arn, {
      arn,
      name: text(data, "TargetGroupName") ?? arn,
      type,
      protocol,
      vpc: text(data, "VpcId"),
      balancers: texts(data, "LoadBalancerArns"),
      preservesClient: preservation(type, protocol, attributes.get(`${arn} preserve_client_ip.enabled`)),
      crossZone: zonesOf(attributes.get(`${arn} load_balancing.cross_zone.enabled`)),
      family: text(data, "IpAddressType") === "ipv6" ? 6 : 4,
      targets: (healths.get(arn) ?? []).flatMap((each) => readTarget(each, wholeNumber(data, "Port"))),
    });
  }
  return groups;
}

/**
 * Always on where UDP or QUIC is carried and for load balancers as targets; for TCP and TLS an attribute of the group decides.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation
 */
function preservation(type: TargetGroup["type"], protocol: string, attribute: string | undefined): boolean | null {
  if (type === "alb" || /UDP|QUIC/.test(protocol)) return true;
  if (attribute === "true" || attribute === "false") return attribute === "true";
  return null;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html */
function zonesOf(attribute: string | undefined): TargetGroup["crossZone"] {
  if (attribute === "true" || attribute === "false") return attribute === "true" ? "on" : "off";
  return attribute === "use_load_balancer_configuration" ? "as-balancer" : null;
}

function readTarget(health: VendorObject, groupPort: ReturnType<typeof wholeNumber>): readonly GroupTarget[] {
  const target = object(health, "Target") ?? {};
  const id = text(target, "Id");
  const told = wholeNumber(target, "Port");
  const port = typeof told === "number" ? told : groupPort;
  if (id === null || typeof port !== "number" || port < 1 || port > 0xffff) return [];
  const state = text(object(health, "TargetHealth") ?? {}, "State");
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html (AvailabilityZone)
  const isInEveryZone = text(target, "AvailabilityZone") === "all";
  return [{ id, port, isInEveryZone, state: state === "unused" || state === "draining" ? state : null }];
}

function typeOf(told: string | null): TargetGroup["type"] {
  return told === "ip" || told === "alb" || told === "lambda" ? told : "instance";
}

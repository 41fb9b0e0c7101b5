import { targetKey, type ResourceRef, type Target } from "../../../../model/resource.ts";
import { allAddresses } from "../../../../network/addresses.ts";
import { protocolName, tcp, udp } from "../../../../network/l4.ts";
import type { SnapshotRecord, VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { object, objects, text, texts, wholeNumber } from "../../../read.ts";
import { partitionOf } from "../resource.ts";
import { push } from "../../../shared/collections.ts";
import { gapOf } from "./evidence.ts";
import { readForwards, type Forward, type Forwards } from "./forwards.ts";
import { readTargetGroups, type TargetGroup } from "./target-groups.ts";

/** A port a load balancer listens on, and where it sends what comes in. */
export interface Listener {
  /** For people: `tcp 443`, `tcp, udp 53`. */
  readonly port: string;
  /** Points of the L4 axis. */
  readonly points: readonly number[];
  readonly forwards: readonly Forward[];
}

/** A load balancer of any kind but gateway load balancers, which stand in nobody's way in as targets do. */
export interface Balancer {
  readonly resource: ResourceRef;
  readonly kind: "application" | "network" | "classic";
  readonly isInternetFacing: boolean;
  readonly families: readonly (4 | 6)[];
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
  readonly listeners: readonly Listener[];
  /** What is missing to know all of its listeners. */
  readonly missing: readonly string[];
  /** How its interfaces name it after `ELB `. https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html */
  readonly nodeName: string;
  readonly aliases: readonly string[];
}

const describeListeners = "elasticloadbalancingv2:DescribeListeners";

/** Reads load balancers with their listeners and target groups. */
export function readBalancers(index: RecordIndex): readonly Balancer[] {
  const groups = readTargetGroups(index);
  const listeners = new Map<string, VendorObject[]>();
  for (const { data } of index.all(describeListeners)) {
    const arn = text(data, "LoadBalancerArn");
    if (arn !== null) push(listeners, arn, data);
  }
  const forwards = readForwards(index, groups);
  const found = new Map<string, Balancer>();
  for (const record of index.all("elasticloadbalancingv2:DescribeLoadBalancers")) {
    const arn = text(record.data, "LoadBalancerArn");
    const kind = text(record.data, "Type") ?? "application";
    if (arn === null || (kind !== "application" && kind !== "network")) continue;
    const balancer = readModern(index, record, arn, kind, listeners.get(arn) ?? [], forwards);
    if (balancer !== null) found.set(arn, balancer);
  }
  for (const record of index.all("elasticloadbalancing:DescribeLoadBalancers")) {
    const balancer = readClassic(record);
    if (balancer !== null) found.set(`${targetKey(record)} ${balancer.resource.id}`, balancer);
  }
  return [...found.values()];
}

function readModern(
  index: RecordIndex,
  record: SnapshotRecord,
  arn: string,
  kind: "application" | "network",
  listeners: readonly VendorObject[],
  forwards: Forwards,
): Balancer | null {
  const { data } = record;
  const vpc = text(data, "VpcId");
  if (vpc === null) return null;
  const name = text(data, "LoadBalancerName") ?? arn;
  const read = listeners.flatMap((listener): readonly Listener[] => {
    const points = pointsOf(text(listener, "Protocol") ?? "TCP", wholeNumber(listener, "Port"));
    return points === null ? [] : [{ ...points, forwards: forwards({ record, name, kind, arn }, listener) }];
  });
  const gap = gapOf(index, record, describeListeners, { LoadBalancerArn: arn });
  const addressType = text(data, "IpAddressType") ?? "ipv4";
  return {
    resource: { ...targetOf(record), type: "aws:elasticloadbalancing:loadbalancer", id: name, name, arn },
    kind,
    isInternetFacing: text(data, "Scheme") === "internet-facing",
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#ip-address-type
    families: addressType === "ipv4" ? [4] : addressType === "dualstack" ? [4, 6] : [6],
    vpc,
    subnets: objects(data, "AvailabilityZones").flatMap((zone) => text(zone, "SubnetId") ?? []),
    groups: texts(data, "SecurityGroups"),
    listeners: read,
    missing: gap === null ? [] : [gap],
    nodeName: arn.slice(arn.indexOf(":loadbalancer/") + ":loadbalancer/".length),
    aliases: [name, arn, text(data, "DNSName")].filter((each) => each !== null),
  };
}

/** Listener protocols on the L4 axis. https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html */
function pointsOf(
  protocol: string,
  port: ReturnType<typeof wholeNumber>,
): { readonly port: string; readonly points: readonly number[] } | null {
  if (typeof port !== "number" || port < 1 || port > 0xffff) return null;
  const carried = transportOf(protocol);
  return {
    port: `${carried.map(protocolName).join(", ")} ${port}`,
    points: carried.map((each) => (each << 16) | port),
  };
}

/** The transport protocols that a listener's or a target group's protocol travels on. */
function transportOf(protocol: string): readonly number[] {
  if (protocol === "UDP" || protocol === "QUIC") return [udp];
  return protocol === "TCP_UDP" || protocol === "TCP_QUIC" ? [tcp, udp] : [tcp];
}

/** A Classic Load Balancer: each of its listeners sends to one port of all its instances. */
function readClassic(record: SnapshotRecord): Balancer | null {
  const { data, region, account } = record;
  const name = text(data, "LoadBalancerName");
  const vpc = text(data, "VPCId");
  if (name === null || vpc === null) return null;
  const arn = `arn:${partitionOf(region)}:elasticloadbalancing:${region}:${account}:loadbalancer/${name}`;
  const instances = objects(data, "Instances").flatMap((each) => text(each, "InstanceId") ?? []);
  const listeners = objects(data, "ListenerDescriptions").flatMap((description): readonly Listener[] => {
    const listener = object(description, "Listener") ?? {};
    const points = pointsOf("TCP", wholeNumber(listener, "LoadBalancerPort"));
    const port = wholeNumber(listener, "InstancePort");
    if (points === null || typeof port !== "number") return [];
    const group: TargetGroup = {
      arn: `${arn} ${points.port}`,
      name,
      type: "instance",
      protocol: "TCP",
      vpc,
      balancers: [],
      preservesClient: false,
      // An attribute of the load balancer, which is not collected, decides.
      crossZone: "as-balancer",
      family: 4,
      targets: instances.map((id) => ({ id, port, isInEveryZone: false, state: null })),
    };
    return [{ ...points, forwards: [{ group, doubts: [], clients: allAddresses }] }];
  });
  return {
    resource: { ...targetOf(record), type: "aws:elasticloadbalancing:loadbalancer", id: name, name, arn },
    kind: "classic",
    isInternetFacing: text(data, "Scheme") !== "internal",
    families: [4],
    vpc,
    subnets: texts(data, "Subnets"),
    groups: texts(data, "SecurityGroups"),
    listeners,
    missing: [],
    nodeName: name,
    aliases: [name, arn, text(data, "DNSName")].filter((each) => each !== null),
  };
}

function targetOf({ cloud, account, region }: Target): Target {
  return { cloud, account, region };
}

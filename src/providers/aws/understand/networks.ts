import { isKnown } from "../../../model/coverage.ts";
import { canonicalId, targetKey } from "../../../model/resource.ts";
import type { Network } from "../../../network/estate.ts";
import type { SnapshotRecord } from "../../../snapshot/record.ts";
import type { RecordIndex } from "../../../snapshot/records.ts";
import { flag, text } from "../../read.ts";
import { ec2Resource } from "./resource.ts";

/** Traffic that working flow logs of a resource record. */
interface Recorded {
  readonly accepted: boolean;
  readonly rejected: boolean;
}

/** What the flow logs of one account and Region say, by the id of the VPC, subnet or interface they are on. */
interface FlowLogs {
  readonly recorded: ReadonlyMap<string, Recorded>;
  /** Why a log that exists records nothing. */
  readonly broken: ReadonlyMap<string, string>;
  /** Flow logs whose record does not say what they log, or whether they deliver it, with what they are on; null: not told. */
  readonly unreadable: readonly { readonly id: string; readonly on: string | null }[];
}

/** The ids of what lies in one VPC. */
interface Inside {
  readonly subnets: readonly string[];
  /** Whether those are all the subnets there are. */
  readonly allSubnets: boolean;
  readonly interfaces: readonly string[];
}

const nothing: Recorded = { accepted: false, rejected: false };

/** The VPCs of the scan, with what logs their traffic. One that its owner shares with other scanned accounts is told once, by the owner. */
export function understandNetworks(index: RecordIndex): readonly Network[] {
  const vpcs = index.all("ec2:DescribeVpcs");
  const toldByOwner = new Set(vpcs.filter(isOwn).map(({ data }) => text(data, "VpcId")));
  const subnets = idsByNetwork(index.all("ec2:DescribeSubnets"), "SubnetId");
  const interfaces = idsByNetwork(index.all("ec2:DescribeNetworkInterfaces"), "NetworkInterfaceId");
  const logs = new Map<string, FlowLogs>();
  const networks = new Map<string, Network>();
  for (const vpc of vpcs) {
    const id = text(vpc.data, "VpcId");
    if (id === null || (!isOwn(vpc) && toldByOwner.has(id))) continue;
    const target = targetKey(vpc);
    const flowLogs = logs.get(target) ?? readFlowLogs(index.at(vpc, "ec2:DescribeFlowLogs"));
    logs.set(target, flowLogs);
    const owner = text(vpc.data, "OwnerId");
    const inside: Inside = {
      subnets: [...(subnets.get(id) ?? [])],
      allSubnets: isKnown(index.coverage(vpc, "ec2:DescribeSubnets")?.status ?? "skipped"),
      interfaces: [...(interfaces.get(id) ?? [])],
    };
    const network: Network = {
      resource: ec2Resource(vpc, "vpc", id, vpc.data, { owner }),
      isDefault: flag(vpc.data, "IsDefault") === true,
      logging: isOwn(vpc)
        ? loggingOf(id, inside, flowLogs)
        : {
            // Participants do not see the owner's flow logs: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
            status: "unknown",
            missing: `the flow logs of account ${owner ?? "unknown"}, which owns the network and was not scanned in this Region`,
          },
      endpoints: inside.interfaces.length,
    };
    networks.set(canonicalId(network.resource), network);
  }
  return [...networks.values()];
}

/** False for a VPC that another account shares with this one. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html */
function isOwn({ account, data }: SnapshotRecord): boolean {
  const owner = text(data, "OwnerId");
  return owner === null || owner === account;
}

/** The ids of what lies in each VPC, whichever account told of it. */
function idsByNetwork(records: readonly SnapshotRecord[], member: string): ReadonlyMap<string, ReadonlySet<string>> {
  const ids = new Map<string, Set<string>>();
  for (const { data } of records) {
    const vpc = text(data, "VpcId");
    const id = text(data, member);
    if (vpc === null || id === null) continue;
    const known = ids.get(vpc);
    if (known === undefined) ids.set(vpc, new Set([id]));
    else known.add(id);
  }
  return ids;
}

/**
 * A log on a VPC records every interface in it, one on a subnet every interface in the subnet.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
 */
function loggingOf(
  vpc: string,
  { subnets, allSubnets, interfaces }: Inside,
  { recorded, broken, unreadable }: FlowLogs,
): Network["logging"] {
  const everywhere = recorded.get(vpc) ?? nothing;
  if (isWhole(everywhere)) return { status: "logged" };
  const coversSubnet = (subnet: string): boolean => isWhole(merge(everywhere, recorded.get(subnet) ?? nothing));
  if (subnets.length > 0 && subnets.every(coversSubnet)) return { status: "logged" };
  const parts = [...subnets, ...interfaces];
  const concerns = (on: string): boolean =>
    on === vpc || parts.includes(on) || (!allSubnets && on.startsWith("subnet-"));
  const doubtful = unreadable.filter(({ on }) => on === null || concerns(on)).map(({ id }) => id);
  if (doubtful.length > 0) {
    return { status: "unknown", missing: `what the flow log ${doubtful.join(", ")} records (ec2:DescribeFlowLogs)` };
  }
  // The subnets that have logs may be all of this network's, or none of them.
  const isElsewhere = (on: string): boolean => on.startsWith("subnet-") && !subnets.includes(on);
  if (!allSubnets && [...recorded.keys()].some(isElsewhere)) {
    return { status: "unknown", missing: "which of the subnets with flow logs are its own (ec2:DescribeSubnets)" };
  }
  if (everywhere.accepted) return { status: "partial", gap: "rejected traffic is not recorded" };
  if (everywhere.rejected) return { status: "partial", gap: "accepted traffic is not recorded" };
  const logged = parts.filter((part) => recorded.has(part));
  if (logged.length > 0) {
    const rest = logged.length - 3;
    const named = rest > 0 ? `${logged.slice(0, 3).join(", ")} and ${rest} more` : logged.join(", ");
    return { status: "partial", gap: `only ${named} is logged` };
  }
  return { status: "unlogged", reason: broken.get(vpc) ?? null };
}

function readFlowLogs(records: readonly SnapshotRecord[]): FlowLogs {
  const recorded = new Map<string, Recorded>();
  const broken = new Map<string, string>();
  const unreadable: { readonly id: string; readonly on: string | null }[] = [];
  for (const { data } of records) {
    const id = text(data, "FlowLogId") ?? "without an id";
    const on = text(data, "ResourceId");
    const traffic = recordedBy(text(data, "TrafficType"));
    const failure = failureOf(data);
    if (on === null || isUntold(data)) unreadable.push({ id, on });
    else if (failure !== null) broken.set(on, `flow log ${id} ${failure}`);
    else if (traffic !== null) recorded.set(on, merge(recorded.get(on) ?? nothing, traffic));
    // A log on a transit gateway has no traffic type, and is on no network.
    else if (!on.startsWith("tgw-")) unreadable.push({ id, on });
  }
  return { recorded, broken, unreadable };
}

/**
 * Whether nobody says that an active flow log delivers, or that it fails: the API promises neither member.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html
 */
function isUntold(data: SnapshotRecord["data"]): boolean {
  const silent = text(data, "DeliverLogsStatus") === null && text(data, "DeliverLogsErrorMessage") === null;
  return silent && text(data, "FlowLogStatus") === "ACTIVE";
}

/** Why a flow log delivers nothing; null when it works. */
function failureOf(data: SnapshotRecord["data"]): string | null {
  const status = text(data, "FlowLogStatus");
  if (status !== "ACTIVE") return `is ${status ?? "in no known state"}`;
  const delivery = text(data, "DeliverLogsStatus");
  if (delivery === "SUCCESS") return null;
  const error = text(data, "DeliverLogsErrorMessage");
  return `delivers nothing: ${delivery ?? "no delivery status"}${error === null ? "" : ` (${error})`}`;
}

function recordedBy(trafficType: string | null): Recorded | null {
  if (trafficType === "ALL") return { accepted: true, rejected: true };
  if (trafficType === "ACCEPT") return { accepted: true, rejected: false };
  return trafficType === "REJECT" ? { accepted: false, rejected: true } : null;
}

function isWhole({ accepted, rejected }: Recorded): boolean {
  return accepted && rejected;
}

function merge(a: Recorded, b: Recorded): Recorded {
  return { accepted: a.accepted || b.accepted, rejected: a.rejected || b.rejected };
}

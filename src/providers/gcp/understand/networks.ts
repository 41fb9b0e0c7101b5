import type { Network } from "../../../network/estate.ts";
import { flag, object, text } from "../../read.ts";
import { linkName } from "../links.ts";
import type { Policies } from "./policies.ts";
import { gcpResource, unseenResource, type GcpIndex, type GcpResource } from "./resources.ts";
import { pathIn, type Topology } from "./topology.ts";

/**
 * Networks with what logs their traffic: VPC flow logs, which are switched on by subnet. Logging of single firewall rules records what these
 * rules decide; a network whose every rule is logged counts as logged too.
 * https://cloud.google.com/vpc/docs/flow-logs, https://cloud.google.com/firewall/docs/firewall-rules-logging
 */
export function understandNetworks(index: GcpIndex, topology: Topology, policies: Policies): readonly Network[] {
  const subnetsOf = Map.groupBy(index.all("subnetworks"), ({ data }) => pathIn(data, "network") ?? "");
  const first = index.targets[0];
  return topology.networks.flatMap((path): readonly Network[] => {
    const found = index.find(path);
    if (found === null && first === undefined) return [];
    const type = "gcp:compute:network";
    const resource = found === null && first !== undefined ? unseenResource(path, type, first) : null;
    return [
      {
        resource:
          found === null
            ? (resource ?? {
                cloud: "gcp",
                account: "unknown",
                region: "global",
                type,
                id: path,
                name: null,
                arn: null,
              })
            : gcpResource(found, type),
        isDefault: linkName(path) === "default",
        logging: loggingOf(path, subnetsOf.get(path) ?? [], topology, policies),
        endpoints: topology.nicsIn(path).length,
      },
    ];
  });
}

function loggingOf(
  network: string,
  all: readonly GcpResource[],
  topology: Topology,
  policies: Policies,
): Network["logging"] {
  // Subnets of proxies and of Private Service Connect hold no instances and have no flow logs.
  const subnets = all.filter(({ data }) => ["", "PRIVATE"].includes(text(data, "purpose")?.toUpperCase() ?? ""));
  const { rules, unread: lost } = policies.vpcStage(network);
  if (lost === null && rules.length > 0 && rules.every(({ isLogged }) => isLogged)) return { status: "logged" };
  const unread = topology.rangesUnread(network);
  const silent = subnets.filter(({ data }) => !hasFlowLogs(data));
  if (silent.length === 0 && unread === null && subnets.length > 0) return { status: "logged" };
  if (silent.length === 0 && unread !== null) return { status: "unknown", missing: unread };
  if (silent.length === subnets.length) return { status: "unlogged", reason: null };
  const named = silent
    .slice(0, 3)
    .map(({ name }) => name)
    .join(", ");
  return {
    status: "partial",
    gap: `subnet ${named}${silent.length > 3 ? ` and ${silent.length - 3} more` : ""} is not logged`,
  };
}

/** `enableFlowLogs` is the older member, `logConfig.enable` the newer; they say the same. */
function hasFlowLogs(subnet: GcpResource["data"]): boolean {
  const config = object(subnet, "logConfig");
  return flag(subnet, "enableFlowLogs") === true || (config !== null && flag(config, "enable") === true);
}

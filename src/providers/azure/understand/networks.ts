import { memo } from "../../shared/collections.ts";
import type { Network, AddressList } from "../../../network/estate.ts";
import { allAddresses, unionAddresses } from "../../../network/addresses.ts";
import { knownExtent } from "../../../network/extent.ts";
import type { Extent } from "../../../network/filter.ts";
import { flag, text, texts } from "../../read.ts";
import { azureResource, parentOf, referenceIn, type ArmIndex, type ArmResource } from "./arm.ts";
import { termOf } from "./rules.ts";
import { type Topology } from "./topology.ts";

/** What working and broken flow logs say, by the key of what they are on. */
interface FlowLogs {
  readonly working: ReadonlySet<string>;
  readonly broken: ReadonlyMap<string, string>;
  readonly unreadable: readonly string[];
}

/**
 * Virtual networks with what logs their traffic. A flow log is on a virtual network, a subnet, an interface, or (the old kind, which retires
 * in 2027) a network security group, and records what passes there.
 * https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview
 */
export function understandNetworks(index: ArmIndex, topology: Topology): readonly Network[] {
  const logs = readFlowLogs(index);
  const groupOf = memo((key): string | null => groupRecord(index, key));
  const subnetsOf = Map.groupBy(index.all("microsoft.network/virtualnetworks/subnets"), ({ key }) => parentOf(key));
  const nicsOf = Map.groupBy(topology.nics, ({ configurations }) => parentOf(configurations[0]?.subnet ?? ""));
  return index.all("microsoft.network/virtualnetworks").map((network): Network => {
    const subnets = subnetsOf.get(network.key) ?? [];
    const nics = nicsOf.get(network.key) ?? [];
    const isLogged = (nic: (typeof nics)[number]): boolean =>
      logs.working.has(nic.resource.key) ||
      nic.configurations.some(({ subnet }) => subnet !== null && logs.working.has(subnet)) ||
      [
        nic.securityGroup?.toLowerCase(),
        ...nic.configurations.map(({ subnet }) => (subnet === null ? null : groupOf(subnet))),
      ].some((group) => typeof group === "string" && logs.working.has(group));
    const parts = { subnets, nics, isLogged, groupOf };
    return {
      resource: azureResource(network, "azure:network:virtual-network"),
      isDefault: false,
      logging: loggingOf(network, parts, logs),
      endpoints: nics.length,
    };
  });
}

function groupRecord(index: ArmIndex, subnet: string): string | null {
  const resource = index.find(subnet);
  return resource === null ? null : (referenceIn(resource.properties, "networkSecurityGroup")?.toLowerCase() ?? null);
}

function loggingOf(
  network: ArmResource,
  parts: {
    readonly subnets: readonly ArmResource[];
    readonly nics: Topology["nics"];
    readonly isLogged: (nic: Topology["nics"][number]) => boolean;
    readonly groupOf: (subnet: string) => string | null;
  },
  logs: FlowLogs,
): Network["logging"] {
  if (logs.working.has(network.key)) return { status: "logged" };
  const subnetLogged = ({ key }: ArmResource): boolean =>
    logs.working.has(key) || logs.working.has(parts.groupOf(key) ?? "");
  const { subnets, nics } = parts;
  if (subnets.length > 0 && subnets.every(subnetLogged)) return { status: "logged" };
  if (logs.unreadable.length > 0) {
    return { status: "unknown", missing: `what flow log ${logs.unreadable.join(", ")} is on` };
  }
  const logged = [...subnets.filter(subnetLogged), ...nics.filter(parts.isLogged).map(({ resource }) => resource)];
  if (logged.length > 0) {
    const named = logged
      .slice(0, 3)
      .map(({ name, id }) => name ?? id)
      .join(", ");
    return {
      status: "partial",
      gap: `only ${named}${logged.length > 3 ? ` and ${logged.length - 3} more` : ""} is logged`,
    };
  }
  return { status: "unlogged", reason: logs.broken.get(network.key) ?? null };
}

function readFlowLogs(index: ArmIndex): FlowLogs {
  const working = new Set<string>();
  const broken = new Map<string, string>();
  const unreadable: string[] = [];
  for (const { id, name, properties } of index.all("microsoft.network/networkwatchers/flowlogs")) {
    const on = text(properties, "targetResourceId")?.toLowerCase() ?? null;
    const state = text(properties, "provisioningState");
    if (on === null) unreadable.push(name ?? id);
    else if (flag(properties, "enabled") !== true) broken.set(on, `flow log ${name ?? id} is not enabled`);
    else if (state !== null && state.toLowerCase() === "failed")
      broken.set(on, `flow log ${name ?? id} could not be set up`);
    else working.add(on);
  }
  return { working, broken, unreadable };
}

/** IP groups: lists of addresses that Azure Firewall's rules name. https://learn.microsoft.com/azure/firewall/ip-groups */
export function understandIpGroups(index: ArmIndex): readonly AddressList[] {
  return index.all("microsoft.network/ipgroups").map((group) => ({
    resource: azureResource(group, "azure:network:ip-group"),
    owner: group.target.account,
    extent: ipGroupExtent(group),
  }));
}

/** The addresses of an IP group: blocks, single addresses and ranges. */
export function ipGroupExtent({ properties, id }: ArmResource): Extent {
  const terms = texts(properties, "ipAddresses").map(termOf);
  const set = unionAddresses(terms.flatMap((term) => (term.kind === "cidr" ? [term.set] : [])));
  const bad = terms.find(({ kind }) => kind !== "cidr");
  return bad === undefined
    ? knownExtent(set)
    : {
        must: set,
        may: allAddresses,
        missing: [`the entry ${JSON.stringify(bad.text)} of IP group ${id} cannot be read`],
      };
}

import type { Coverage } from "../../src/model/coverage.ts";
import type { Target } from "../../src/model/resource.ts";
import { gcpOperations } from "../../src/providers/gcp/operations.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../src/snapshot/record.ts";

const root = "https://www.googleapis.com/compute/v1/";
const project = "bench";
const target: Target = { cloud: "gcp", account: project, region: "global" };
const region = "europe-west1";
const rulesInNetwork = 200;
/** As many instances as one network holds; beyond, there are more networks. */
const instancesInNetwork = 10_000;

/** A project with one interface to each instance, in networks of 10,000 under 200 VPC firewall rules each, most of which go by network tags. */
export function benchGcpSnapshot(interfaces: number): Snapshot {
  const networks = Math.ceil(interfaces / instancesInNetwork);
  const records = [
    record("cloudresourcemanager.projects.get", { name: "projects/1", projectId: project, state: "ACTIVE" }),
    record("compute.projects.get", { name: project, selfLink: `${root}projects/${project}` }),
    ...Array.from({ length: networks }, (_each, network) => networkRecords(network)).flat(),
    ...Array.from({ length: interfaces }, (_each, number) => instanceRecord(number)),
  ];
  const coverage = gcpOperations.filter(({ on }) => on.includes("project")).map(({ id }) => complete(id));
  const at = "2026-01-01T00:00:00Z";
  return {
    source: "snapshot",
    startedAt: at,
    finishedAt: at,
    targets: [{ ...target, name: project, status: "scanned", note: null }],
    records,
    coverage,
    notes: [],
  };
}

function complete(operation: string): Coverage {
  return { ...target, operation, status: "complete", items: 1, error: null };
}

function record(operation: string, data: VendorObject, request?: Readonly<Record<string, string>>): SnapshotRecord {
  return { ...target, operation, ...(request === undefined ? {} : { request }), data };
}

function networkRecords(number: number): readonly SnapshotRecord[] {
  const path = `projects/${project}/global/networks/n${number}`;
  const network = `${root}${path}`;
  const subnet = `${root}projects/${project}/regions/${region}/subnetworks/s${number}`;
  const rules = Array.from({ length: rulesInNetwork }, (_each, rule) => firewallRule(network, number, rule));
  return [
    record("compute.networks.list", { name: `n${number}`, selfLink: network }),
    record("compute.subnetworks.aggregatedList", {
      name: `s${number}`,
      selfLink: subnet,
      network,
      ipCidrRange: "10.0.0.0/8",
    }),
    record("compute.routes.list", {
      name: `default-${number}`,
      selfLink: `${root}projects/${project}/global/routes/default-${number}`,
      network,
      destRange: "0.0.0.0/0",
      priority: 1000,
      nextHopGateway: `${root}projects/${project}/global/gateways/default-internet-gateway`,
    }),
    ...rules.map((rule) => record("compute.firewalls.list", rule)),
    record("compute.networks.getEffectiveFirewalls", { firewalls: rules }, { network: path }),
    record(
      "compute.regionNetworkFirewallPolicies.getEffectiveFirewalls",
      { firewalls: rules },
      { network: path, region },
    ),
  ];
}

function firewallRule(network: string, number: number, rule: number): VendorObject {
  const name = `n${number}-rule-${rule}`;
  const traffic = [{ IPProtocol: "tcp", ports: [String(20 + rule)] }];
  return {
    name,
    selfLink: `${root}projects/${project}/global/firewalls/${name}`,
    network,
    priority: 1000 + (rule % 50),
    direction: "INGRESS",
    sourceRanges: [rule % 5 === 0 ? "0.0.0.0/0" : "10.0.0.0/8"],
    ...(rule % 4 === 0 ? {} : { targetTags: [`tag-${rule}`] }),
    ...(rule % 7 === 0 ? { denied: traffic } : { allowed: traffic }),
  };
}

function instanceRecord(number: number): SnapshotRecord {
  const network = Math.floor(number / instancesInNetwork);
  const address = `${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
  const name = `i${number}`;
  return record("compute.instances.aggregatedList", {
    id: String(number),
    name,
    selfLink: `${root}projects/${project}/zones/${region}-b/instances/${name}`,
    zone: `${root}projects/${project}/zones/${region}-b`,
    status: "RUNNING",
    tags: { items: [`tag-${number % rulesInNetwork}`, `tag-${(number * 7) % rulesInNetwork}`] },
    networkInterfaces: [
      {
        name: "nic0",
        network: `${root}projects/${project}/global/networks/n${network}`,
        subnetwork: `${root}projects/${project}/regions/${region}/subnetworks/s${network}`,
        networkIP: `10.${address}`,
        ...(number % 3 === 0 ? { accessConfigs: [{ type: "ONE_TO_ONE_NAT", natIP: `34.${address}` }] } : {}),
      },
    ],
  });
}

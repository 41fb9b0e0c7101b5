import { computeResource, instance, network, subnetwork } from "../../../lab/gcp/build.ts";
import { backendService, tcpProxy } from "../../../lab/gcp/build-balancer.ts";
import type { GcpProject } from "../../../lab/gcp/estate.ts";

export const besidesProject = "besides";

const everywhere = { project: besidesProject, scope: "global" };
const vpc = network(besidesProject, "vpc");
const subnet = subnetwork(vpc, "subnet", { region: "europe-west1", range: "10.0.0.0/24" });
const instances = ["b", "c", "d"].map((letter, index) =>
  instance(besidesProject, `europe-west1-${letter}`, `spread-${letter}`, {
    interfaces: [{ subnet, address: `10.0.0.${10 + index}` }],
  }),
);
const spread = computeResource(
  { project: besidesProject, scope: "regions/europe-west1" },
  "instanceGroups",
  "compute#instanceGroup",
  "spread",
  { network: vpc.selfLink, size: 3 },
);
const service = backendService(everywhere, "tls", { groups: [], protocol: "TCP", portName: "tls" });

/** What the sample estate has none of: proxies for TCP and TLS, and an instance group of a whole region. */
export const besides: GcpProject = {
  id: besidesProject,
  number: "100200300400",
  resources: [
    vpc,
    subnet,
    ...instances,
    spread,
    service,
    tcpProxy(everywhere, "tcp", service),
    tcpProxy(everywhere, "tls", service, true),
  ],
  details: [
    {
      of: spread,
      method: "listInstances",
      items: instances.map(({ selfLink }) => ({ instance: selfLink, status: "RUNNING" })),
    },
  ],
};

import { firewall, instance, numberOf } from "./build.ts";
import type { GcpResource } from "./estate.ts";

/** A GKE cluster, as far as Compute Engine sees it. */
export interface ClusterWords {
  /** The project of the nodes; the subnet may lie in a Shared VPC host's. */
  readonly project: string;
  readonly zone: string;
  readonly network: GcpResource;
  readonly subnet: GcpResource;
  /** The nodes' addresses; each node gets a /24 of the pods' range from the same place on. */
  readonly addresses: readonly string[];
  /** External addresses in the same order; none for a private cluster. */
  readonly publicIps?: readonly string[];
  /** The range of pods: `10.44.0.0/16`, in the subnet's secondary range `pods`. */
  readonly pods: string;
  readonly nodeRange: string;
  /** Where the control plane is, for a private cluster: `172.16.0.0/28`. */
  readonly controlPlane?: string;
  readonly serviceAccount: string;
}

/** The nodes of a cluster, and the rules that GKE keeps in its network: https://docs.cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules */
export function cluster(
  name: string,
  words: ClusterWords,
): { readonly nodes: readonly GcpResource[]; readonly rules: readonly GcpResource[]; readonly tag: string } {
  const { project, zone, network, subnet, pods, nodeRange, controlPlane, serviceAccount } = words;
  const hash = BigInt(numberOf(`${project}/${name}`))
    .toString(16)
    .slice(0, 8);
  const prefix = `gke-${name}-${hash}`;
  const tag = `${prefix}-node`;
  const nodes = words.addresses.map((address, index) => {
    const publicIp = words.publicIps?.[index];
    return instance(project, zone, `gke-${name}-default-pool-${hash}-${"abcdefgh"[index] ?? index}x1z`, {
      interfaces: [
        {
          subnet,
          address,
          ...(publicIp === undefined ? {} : { publicIp }),
          aliases: { pods: pods.replace(/\.\d+\.\d+\/\d+$/, `.${index}.0/24`) },
        },
      ],
      tags: [tag],
      serviceAccount,
      labels: { "goog-k8s-cluster-name": name, "goog-k8s-cluster-location": zone, "goog-gke-node": "" },
      metadata: { "cluster-name": name, "kube-env": `SECRET-OF-${name}` },
    });
  });
  const rules = [
    firewall(network, `${prefix}-all`, {
      allow: ["sctp", "tcp", "udp", "icmp", "esp", "ah"],
      ranges: [pods],
      targetTags: [tag],
    }),
    firewall(network, `${prefix}-vms`, {
      allow: ["icmp", "tcp:1-65535", "udp:1-65535"],
      ranges: [nodeRange],
      targetTags: [tag],
    }),
    firewall(network, `${prefix}-inkubelet`, {
      priority: 999,
      allow: ["tcp:10255"],
      ranges: [pods],
      sourceTags: [tag],
      targetTags: [tag],
    }),
    firewall(network, `${prefix}-exkubelet`, { deny: ["tcp:10255"], targetTags: [tag] }),
    ...(controlPlane === undefined
      ? []
      : [
          firewall(network, `${prefix}-master`, {
            allow: ["tcp:10250,443"],
            ranges: [controlPlane],
            targetTags: [tag],
          }),
        ]),
  ];
  return { nodes, rules, tag };
}

import { firewall, type FirewallWords, network, subnetwork } from "./build.ts";
import type { GcpResource } from "./estate.ts";

/** The network that a new project comes with. */
export interface DefaultNetwork {
  readonly network: GcpResource;
  /** Everything, the network included. */
  readonly resources: readonly GcpResource[];
  /** Its subnet of a region: `us-central1`, `europe-west1` or `europe-west4`. */
  readonly subnetOf: (region: DefaultRegion) => GcpResource;
}

/** Where the default network has a subnet, as far as the lab goes. */
export type DefaultRegion = keyof typeof ranges;

/** https://docs.cloud.google.com/vpc/docs/subnets#ip-ranges */
const ranges = {
  "us-central1": "10.128.0.0/20",
  "europe-west1": "10.132.0.0/20",
  "europe-west4": "10.164.0.0/20",
};

/**
 * The default network that a new project comes with, with the four rules that Google puts in.
 * See https://docs.cloud.google.com/firewall/docs/firewalls#more_rules_default_vpc.
 */
export function defaultNetwork(project: string): DefaultNetwork {
  const vpc = network(project, "default", { auto: true, description: "Default network for the project" });
  const subnetOf = (region: DefaultRegion): GcpResource =>
    subnetwork(vpc, "default", { region, range: ranges[region] });
  const rule = (name: string, description: string, words: FirewallWords): GcpResource =>
    firewall(vpc, `default-allow-${name}`, { priority: 65534, description, ...words });
  return {
    network: vpc,
    subnetOf,
    resources: [
      vpc,
      subnetOf("us-central1"),
      subnetOf("europe-west1"),
      subnetOf("europe-west4"),
      rule("icmp", "Allow ICMP from anywhere", { allow: ["icmp"] }),
      rule("internal", "Allow internal traffic on the default network", {
        allow: ["tcp:0-65535", "udp:0-65535", "icmp"],
        ranges: ["10.128.0.0/9"],
      }),
      rule("rdp", "Allow RDP from anywhere", { allow: ["tcp:3389"] }),
      rule("ssh", "Allow SSH from anywhere", { allow: ["tcp:22"] }),
    ],
  };
}

import { noAddresses } from "../../../../network/addresses.ts";
import type { Endpoint, Layer } from "../../../../network/endpoint.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import { plainLayer } from "../../../shared/layers.ts";
import { gcpResource, type GcpIndex } from "../resources.ts";
import { policyIn } from "./cloud-armor.ts";
import { servicesBehind, type ExternalForwarding } from "./forwarding-rules.ts";

/**
 * The front of an external proxy load balancer: connections end at Google's proxies, whose own addresses are all that instances behind ever see.
 * What is exposed is the load balancer itself, behind Cloud Armor where every one of its backends has a policy.
 * https://cloud.google.com/load-balancing/docs/https
 */
export function proxyEndpoint(
  forwarding: ExternalForwarding,
  index: GcpIndex,
  armor: (link: string) => Layer,
): Endpoint {
  const { resource, address, layers } = forwarding;
  const self = gcpResource(resource, "gcp:compute:forwarding-rule");
  return {
    resource: self,
    workload: null,
    aliases: [resource.path, resource.name],
    network: null,
    subnet: null,
    privateAddresses: noAddresses,
    publicAddresses: address,
    firewalls: [],
    ways: [
      {
        name: `external address of load balancer ${resource.name}`,
        kind: "address",
        packets: [...layers, ...armorBefore(forwarding, index, armor)],
        replies: [],
        inspections: [],
        clientPort: null,
      },
    ],
    missing: [],
  };
}

/**
 * Cloud Armor stands before backends, not before the load balancer: a request meets the policy of the backend that it is for. One backend
 * without a policy is open to everyone; where backends have different ones, it depends on the request.
 * https://cloud.google.com/armor/docs/security-policy-overview
 */
function armorBefore(
  { target, resource }: ExternalForwarding,
  index: GcpIndex,
  armor: (link: string) => Layer,
): readonly Layer[] {
  const services = servicesBehind(index, target);
  const about = {
    kind: "inspection" as const,
    name: `Cloud Armor before load balancer ${resource.name}`,
    opensBy: "a Cloud Armor policy that allows it",
  };
  if (services === null) {
    return [
      plainLayer(about, [
        `whether Cloud Armor stands before load balancer ${resource.name} (its proxy or URL map was not read)`,
      ]),
    ];
  }
  const unseen = services.filter((path) => index.find(path) === null && !path.includes("/backendBuckets/"));
  const found = services.flatMap((path) => index.find(path) ?? []);
  const policies = found.map(({ data }) => policiesOf(data));
  if (policies.some((own) => own.length === 0)) return [];
  if (unseen.length > 0) {
    return [
      plainLayer(about, [
        `whether Cloud Armor stands before ${unseen.join(", ")} (compute.backendServices.aggregatedList)`,
      ]),
    ];
  }
  const [first] = policies;
  if (first === undefined) return [];
  const areAlike = new Set(policies.map((own) => own.join(" "))).size === 1;
  if (areAlike && found.length === services.length) return first.map(armor);
  return [plainLayer(about, [`which of the Cloud Armor policies of load balancer ${resource.name} a request meets`])];
}

/** The policies of a backend service: one at the edge, before caches, and its own. */
function policiesOf(service: VendorObject): readonly string[] {
  return ["edgeSecurityPolicy", "securityPolicy"].flatMap((member) => policyIn(service, member) ?? []);
}

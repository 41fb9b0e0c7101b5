import type { Json, Remediation } from "../../src/model/finding.ts";
import { allAddresses, allIpv4, allIpv6, unionAddresses } from "../../src/network/addresses.ts";
import type { Endpoint, Layer } from "../../src/network/endpoint.ts";
import type { Firewall } from "../../src/network/estate.ts";
import { explainLayer } from "../../src/network/exposure-blame.ts";
import { allL4 } from "../../src/network/l4.ts";
import type { PacketBox } from "../../src/network/packet.ts";
import { exposuresOf, type ExposureAnalysis } from "../../src/network/exposure.ts";
import { cloudFirewallAttack, remediationOn, type Check, type Verdict } from "../../src/scan/check.ts";
import { awsCommand } from "../shared/aws-remediation.ts";
import { attachSecurityGroup } from "../shared/azure-remediation.ts";
import { isForwarder } from "../shared/exposed.ts";
import { brief, nameOf } from "../shared/words.ts";

export const check: Check = {
  id: "unfiltered-endpoint",
  title: "A firewall stands before every endpoint",
  severity: "high",
  subject: "endpoint",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "No layer looks at the packets that come to the endpoint: whatever a route brings there arrives, and there is no place where anybody could " +
    "close anything in a hurry.",
  remediation: {
    console: "Attach a firewall that admits only what the endpoint serves to it, or to its subnet.",
    cli: [
      "aws ec2 modify-network-interface-attribute --network-interface-id INTERFACE --groups GROUP",
      "az network nic update --resource-group GROUP --name NIC --network-security-group NSG",
      "gcloud compute instances network-interfaces update INSTANCE --network=NETWORK --subnetwork=SUBNET --zone=ZONE --project=PROJECT",
    ],
    terraform: {
      aws: "Name security_groups in the aws_network_interface, aws_instance or aws_lb.",
      azure:
        "Add an azurerm_network_interface_security_group_association or azurerm_subnet_network_security_group_association.",
      gcp: "Name a network or subnetwork with rules of its own in the network_interface block of the google_compute_instance.",
    },
  },
  attack: cloudFirewallAttack,
  controls: {
    "cis-azure-6.0": ["7.11"],
    "azure-policy": [
      "e71308d3-144b-4262-b144-efdc3cc90517",
      "f6de0be7-9a8a-4b8a-b349-43cf02d22f7c",
      "bb91dfba-c30d-4263-9add-9c2384e659a6",
    ],
    "defender-for-cloud": [
      "483f12ed-ae23-447e-a2de-a67a10db4353",
      "a9341235-9389-42f0-a0bf-9bfb57960d44",
      "eade5b56-eefd-444f-95c8-23f29e5d93cb",
    ],
  },
  needs: { subjects: ["endpoints"], context: [] },
  *judge({ network }) {
    const analysis = exposuresOf(network);
    const subnetFirewalls = new Map(
      network.firewalls
        .filter(({ scope }) => scope !== "endpoint")
        .flatMap((firewall) => firewall.attachments.map((id) => [id, firewall] as const)),
    );
    for (const endpoint of network.endpoints) {
      const own = subnetFirewalls.get(endpoint.subnet ?? "") ?? subnetFirewalls.get(endpoint.network ?? "") ?? null;
      yield verdictOn(endpoint, own, analysis);
    }
  },
};

function verdictOn(endpoint: Endpoint, subnetFirewall: Firewall | null, analysis: ExposureAnalysis): Verdict {
  const { resource, workload, firewalls, ways } = endpoint;
  const pass: Verdict = { status: "pass", resource };
  if (resource.cloud === "gcp") return onGoogle(endpoint);
  if (firewalls.length > 0 || isForwarder(endpoint)) return pass;
  const filtering = new Set(["endpoint-firewall", "subnet-firewall", "admin-firewall", "inspection"]);
  const onWays = [...new Set(ways.flatMap(({ packets }) => packets))].filter(({ kind }) => filtering.has(kind));
  const layers = [...onWays, ...(subnetFirewall === null ? [] : [layerOf(subnetFirewall)])];
  const steps = layers.map((layer) => explainLayer(layer, "packet", [everythingTo(endpoint)], analysis));
  if (steps.some((step) => step.passes !== "all" && step.missing.length === 0)) return pass;
  const missing = [
    ...new Set([
      ...steps.flatMap((step) => step.missing),
      // Every AWS subnet has a network ACL; an Azure subnet without a group has none.
      ...(resource.cloud !== "aws" || layers.some(({ kind }) => kind === "subnet-firewall")
        ? []
        : [`the network ACL of ${endpoint.subnet ?? "its subnet"}`]),
    ]),
  ];
  const evidence: Readonly<Record<string, Json>> = {
    workload: workload === null ? null : { type: workload.type, id: workload.id, name: workload.name },
    subnet: endpoint.subnet,
    transparentLayers: layers.filter((layer) => layer.resources.length > 0).map(({ name }) => name),
    ways: ways.map(({ name }) => name),
    ...(missing.length === 0 ? {} : { missing }),
  };
  if (missing.length > 0) {
    const message = `Whether any firewall stands before ${nameOf(resource)} is not known: ${brief(missing, 3)}.`;
    return { status: "unknown", resource, message, evidence };
  }
  const behind = subnetFirewall === null ? "" : `, and ${nameOf(subnetFirewall.resource)} lets everything through`;
  return {
    status: "fail",
    resource,
    message: `No firewall filters what comes to ${called(endpoint)}: none is attached to it${behind}.`,
    evidence,
    remediation: remediationOf(endpoint),
  };
}

/**
 * Every network of Google denies what no rule allows, and a load balancer takes only what its forwarding rule names, so something always
 * looks at the packets; what rules make of them other checks tell.
 * https://cloud.google.com/firewall/docs/firewalls#default_firewall_rules
 */
function onGoogle({ resource, network }: Endpoint): Verdict {
  if (network !== null || resource.type !== "gcp:compute:network-interface") return { status: "pass", resource };
  const missing = `the network of ${nameOf(resource)}`;
  const message = `Whether any firewall stands before ${nameOf(resource)} is not known: ${missing}.`;
  return { status: "unknown", resource, message, evidence: { missing: [missing] } };
}

/** An endpoint within a sentence: what runs behind it, and the interface itself. */
function called({ resource, workload }: Endpoint): string {
  return workload === null ? nameOf(resource) : `${nameOf(workload)} at ${nameOf(resource)}`;
}

/** Every packet of the families that the endpoint has addresses of: what an ACL does with another family says nothing. */
function everythingTo({ privateAddresses, publicAddresses }: Endpoint): PacketBox {
  const { v4, v6 } = unionAddresses([privateAddresses, publicAddresses]);
  const remote =
    v4.length === 0 && v6.length === 0
      ? allAddresses
      : { v4: v4.length === 0 ? [] : allIpv4.v4, v6: v6.length === 0 ? [] : allIpv6.v6 };
  return { remote, l4: allL4, sourcePorts: null };
}

function layerOf({ resource, ingress }: Firewall): Layer {
  return { kind: "subnet-firewall", name: nameOf(resource), resources: [resource], filter: ingress, opensBy: "" };
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html */
function remediationOf({ resource, workload }: Endpoint): Remediation {
  if (workload?.type.startsWith("aws:elasticloadbalancing:") === true) {
    return {
      console:
        `A Network Load Balancer that was made without a security group cannot get one later: in the EC2 console, make one like ` +
        `${workload.name ?? workload.id} with a security group, move its listeners and its DNS name, and delete the old one.`,
      cli: [
        awsCommand(
          workload,
          "elbv2",
          "create-load-balancer",
          "--type",
          "network",
          "--name",
          "NAME",
          "--subnets",
          "SUBNET",
          "--security-groups",
          "GROUP",
        ),
      ],
      terraform: "Name security_groups in the aws_lb; Terraform then replaces the load balancer.",
    };
  }
  if (resource.type === "azure:network:network-interface") return attachSecurityGroup(resource);
  if (resource.type !== "aws:ec2:network-interface") return remediationOn(check, resource.cloud);
  return {
    ...remediationOn(check, "aws"),
    console: `In the EC2 console, open Network interfaces, choose ${resource.id}, then Actions, Change security groups, and add one that admits only what it serves.`,
    cli: [
      awsCommand(
        resource,
        "ec2",
        "modify-network-interface-attribute",
        "--network-interface-id",
        resource.id,
        "--groups",
        "GROUP",
      ),
    ],
  };
}

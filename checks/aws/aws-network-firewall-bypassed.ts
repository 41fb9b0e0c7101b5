import type { Json, Remediation } from "../../src/model/finding.ts";
import type { ResourceRef } from "../../src/model/resource.ts";
import { isEmptyAddresses, toCidrs, type AddressSet } from "../../src/network/addresses.ts";
import { readableInternet } from "../../src/network/reach-sources.ts";
import type { InspectedSubnet, NetworkFirewall } from "../../src/providers/aws/controls.ts";
import { cloudFirewallAttack, remediationOn, type Check, type Verdict } from "../../src/scan/check.ts";
import { awsCommand } from "../shared/aws-remediation.ts";
import { brief, briefCidrs, listed, nameOf, sentenceNameOf } from "../shared/words.ts";

export const check: Check = {
  id: "aws-network-firewall-bypassed",
  title:
    "Every subnet of a VPC with a Network Firewall reaches the internet, and is reached from it, only through the firewall",
  severity: "high",
  subject: "firewall",
  clouds: ["aws"],
  rationale:
    "A Network Firewall sees only what routes send through it. What goes round it in one direction is not inspected at all, and a stateful rule " +
    "that sees half of a connection drops it or lets it through unread.",
  remediation: {
    console:
      "In the VPC console, under Route tables, point the subnet's internet routes at the firewall's endpoint in its zone. Give the firewall's own " +
      "subnet the route to the internet gateway, and associate a route table with the internet gateway that sends each subnet's range through the endpoint.",
    cli: [
      "aws ec2 replace-route --route-table-id TABLE --destination-cidr-block 0.0.0.0/0 --vpc-endpoint-id ENDPOINT",
      "aws ec2 associate-route-table --route-table-id EDGE-TABLE --gateway-id GATEWAY",
    ],
    terraform:
      "Set vpc_endpoint_id in the aws_route of the subnet, and add an aws_route_table with an aws_route_table_association that names gateway_id.",
  },
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["inspections"], context: ["networks", "routes", "attachments"] },
  *judge({ aws }) {
    for (const firewall of aws?.networkFirewalls ?? []) yield verdictOn(firewall);
  },
};

/** A subnet and the directions in which its packets go round the firewall. */
interface Bypass {
  readonly subnet: InspectedSubnet;
  readonly outbound: boolean;
  readonly inbound: boolean;
}

function bypasses({ subnets }: NetworkFirewall, bound: "must" | "may"): readonly Bypass[] {
  return subnets
    .map((subnet): Bypass => ({
      subnet,
      outbound: !isEmptyAddresses(subnet.outboundPast[bound]),
      inbound: !isEmptyAddresses(subnet.inboundPast[bound]),
    }))
    .filter(({ outbound, inbound }) => outbound || inbound);
}

function verdictOn(firewall: NetworkFirewall): Verdict {
  const { resource, network, subnets } = firewall;
  const name = sentenceNameOf(resource);
  const sure = bypasses(firewall, "must");
  if (sure.length > 0) {
    const told = sure.map((bypass) => `${nameOf(bypass.subnet.resource)} (${directionOf(bypass)})`);
    return {
      status: "fail",
      resource,
      message: `${name} is bypassed by ${sure.length} of the ${subnets.length} subnets it could inspect in ${network ?? "its VPC"}: ${brief(told, 3)}.`,
      evidence: { network, subnets: listed(sure, evidenceOf) },
      remediation: remediationOf(sure),
    };
  }
  const perhaps = bypasses(firewall, "may");
  const missing = [
    ...new Set([
      ...firewall.missing,
      ...perhaps.flatMap(({ subnet }) => [...subnet.outboundPast.missing, ...subnet.inboundPast.missing]),
    ]),
  ];
  if (missing.length === 0 && perhaps.length === 0) return { status: "pass", resource };
  return {
    status: "unknown",
    resource,
    message: `Whether any subnet goes round ${nameOf(resource)} is not known: ${brief(missing, 3)}.`,
    evidence: { network, subnets: listed(perhaps, evidenceOf), missing },
  };
}

function directionOf({ subnet, outbound, inbound }: Bypass): string {
  const [to, from] = [brief(subnet.outboundBy, 2), brief(subnet.inboundBy, 2)];
  if (outbound && inbound) return `to the internet by ${to} and from it by ${from}`;
  return outbound ? `to the internet by ${to}` : `from the internet by ${from}`;
}

function evidenceOf({ subnet }: Bypass): Json {
  const { resource, table, outboundPast, outboundBy, outboundRoutes, inboundPast, inboundBy, endpoint } = subnet;
  return {
    subnet: resource.id,
    name: resource.name,
    routeTable: table.id,
    outbound: { to: cidrsOf(readableInternet(outboundPast.may)), by: [...outboundBy], routes: [...outboundRoutes] },
    inbound: { to: cidrsOf(inboundPast.may), by: [...inboundBy] },
    endpoint,
  };
}

function cidrsOf(set: AddressSet): Json {
  return listed(toCidrs(set), (cidr) => cidr);
}

/** https://docs.aws.amazon.com/cli/latest/reference/ec2/replace-route.html, https://docs.aws.amazon.com/cli/latest/reference/ec2/associate-route-table.html */
function remediationOf(sure: readonly Bypass[]): Remediation {
  const outward = new Map<string, string>();
  const inward = new Map<string, string>();
  for (const { subnet, outbound, inbound } of sure.slice(0, 20)) {
    const endpoint = subnet.endpoint ?? "ENDPOINT";
    if (outbound) {
      for (const cidr of subnet.outboundRoutes.slice(0, 4)) {
        const words = [
          "replace-route",
          "--route-table-id",
          subnet.table.id,
          ...destination(cidr),
          "--vpc-endpoint-id",
          endpoint,
        ];
        outward.set(`${subnet.table.id} ${cidr}`, awsCommand(subnet.table, "ec2", ...words));
      }
    }
    if (!inbound) continue;
    for (const gateway of subnet.inboundBy) {
      const words = ["associate-route-table", "--route-table-id", "EDGE-TABLE", "--gateway-id", gateway];
      inward.set(gateway, awsCommand(subnet.resource, "ec2", ...words));
    }
    for (const cidr of toCidrs(subnet.inboundPast.must).slice(0, 4)) {
      const words = [
        "create-route",
        "--route-table-id",
        "EDGE-TABLE",
        ...destination(cidr),
        "--vpc-endpoint-id",
        endpoint,
      ];
      inward.set(cidr, awsCommand(subnet.resource, "ec2", ...words));
    }
  }
  const tables = [...new Set(sure.filter(({ outbound }) => outbound).map(({ subnet }) => subnet.table))];
  const ranges = sure.filter(({ inbound }) => inbound).map(({ subnet }) => briefCidrs(subnet.inboundPast.must, 2));
  return {
    ...remediationOn(check, "aws"),
    console: [
      "In the VPC console, open Route tables.",
      ...(tables.length === 0
        ? []
        : [
            `Point the internet routes of ${brief(unique(tables), 4)} at the firewall's endpoint in the subnet's zone.`,
          ]),
      ...(ranges.length === 0
        ? []
        : [
            `Associate a route table (EDGE-TABLE) with the internet gateway that sends ${brief(ranges, 4)} through the firewall's endpoints.`,
          ]),
      "Give the firewall's own subnets the route to the internet gateway first: until then the change cuts the subnets off.",
    ].join(" "),
    cli: [...outward.values(), ...inward.values()],
  };
}

function unique(resources: readonly ResourceRef[]): readonly string[] {
  return [...new Set(resources.map(({ id }) => id))];
}

function destination(cidr: string): readonly [option: string, cidr: string] {
  if (cidr.startsWith("pl-")) return ["--destination-prefix-list-id", cidr];
  return [cidr.includes(":") ? "--destination-ipv6-cidr-block" : "--destination-cidr-block", cidr];
}

import type { ResourceRef } from "../../../../model/resource.ts";
import type { Layer } from "../../../../network/endpoint.ts";
import { knownExtent } from "../../../../network/extent.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { objects, text } from "../../../read.ts";
import { ec2Resource } from "../resource.ts";
import { once, push } from "../../../shared/collections.ts";
import { unread } from "./evidence.ts";
import { allOf, layerOf, passes, perhaps, type Family } from "../../../shared/layers.ts";
import type { Vpc } from "./places.ts";
import type { Routing } from "./routes.ts";

const describeGateways = "ec2:DescribeInternetGateways";

/** The internet gateways of a VPC, and the layer they make. */
export interface Gateways {
  readonly ids: (vpc: string) => readonly string[];
  readonly layer: (vpc: Vpc, family: Family) => Layer;
}

interface Attached {
  readonly resource: ResourceRef;
  readonly isSettled: boolean;
}

/**
 * Internet gateways: nothing comes in from the internet where none is attached. An egress-only gateway and a NAT gateway let nothing in.
 * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html
 */
export function readGateways(index: RecordIndex, routing: Routing): Gateways {
  const byVpc = new Map<string, Attached[]>();
  for (const record of index.all(describeGateways)) {
    const id = text(record.data, "InternetGatewayId");
    if (id === null) continue;
    const resource = ec2Resource(record, "internet-gateway", id, record.data, { owner: text(record.data, "OwnerId") });
    for (const attachment of objects(record.data, "Attachments")) {
      const vpc = text(attachment, "VpcId");
      const state = text(attachment, "State") ?? "available";
      if (vpc === null || state === "detached") continue;
      push(byVpc, vpc, { resource, isSettled: state === "available" || state === "attached" });
    }
  }
  const layers = once<Layer>();
  /** Gateways that routes lead to without a sign that they are gone. */
  const routed = (vpc: string): readonly string[] => [
    ...new Set(
      routing.ofVpc(vpc).flatMap(({ hops }) => hops.flatMap(({ kind, id }) => (kind === "internet-gateway" ? id : []))),
    ),
  ];
  const ids = once<readonly string[]>();
  return {
    ids: (vpc) => ids(vpc, () => byVpc.get(vpc)?.map(({ resource }) => resource.id) ?? routed(vpc)),
    layer: (vpc, family) =>
      layers(`${vpc.id} ${family}`, () => {
        const attached = byVpc.get(vpc.id) ?? [];
        const why = unread(index, vpc.home, describeGateways);
        const active = why === null ? [] : routed(vpc.id);
        const known = attached.length > 0 ? attached.map(({ resource }) => resource.id) : active;
        const about = {
          kind: "gateway" as const,
          name:
            known.length === 0 ? `internet gateway of ${vpc.id}` : `internet gateway ${known.join(", ")} of ${vpc.id}`,
          opensBy: `attaching an internet gateway to ${vpc.id}`,
          resources: attached.length > 0 ? attached.map(({ resource }) => resource) : [vpc.resource],
        };
        if (attached.some(({ isSettled }) => isSettled) || active.length > 0) {
          return layerOf(about, [passes(about.name, knownExtent(allOf(family)))]);
        }
        const others = routing
          .ofVpc(vpc.id)
          .flatMap(({ hops }) => hops.filter(({ kind }) => kind === "carrier-gateway" || kind === "local-gateway"));
        const doubts = [
          ...(attached.length > 0 ? [`${about.name} is being attached or detached`] : []),
          ...(why === null || attached.length > 0 ? [] : [why]),
          ...(others.length === 0
            ? []
            : [`what comes in through ${[...new Set(others.map(({ id }) => id))].join(", ")}`]),
        ];
        return layerOf(about, doubts.length === 0 ? [] : [passes(about.name, perhaps(allOf(family), doubts))]);
      }),
  };
}

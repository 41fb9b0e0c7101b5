import type { RecordIndex } from "../../../../snapshot/records.ts";
import { object, text } from "../../../read.ts";
import { push } from "../../../shared/collections.ts";
import type { ForeignGroups } from "./firewalls.ts";
import type { HopKind } from "./routes.ts";

/** Something that joins two VPCs when routes lead to it. */
export interface Connection {
  readonly kind: Extract<HopKind, "peering" | "transit-gateway">;
  /** The id that routes name. */
  readonly id: string;
  /** What keeps it from being certain that packets come through: what it does inside is not read. */
  readonly doubts: readonly string[];
  /** Whether rules that name a group of the other VPC hold across it, by direction. */
  readonly inboundGroups: ForeignGroups;
  readonly outboundGroups: ForeignGroups;
}

/** What joins two VPCs. */
export type Connections = (a: string, b: string) => readonly Connection[];

interface Peering {
  readonly id: string;
  readonly other: string;
  readonly sameRegion: boolean;
  readonly isActive: boolean;
}

interface Attachment {
  readonly gateway: string;
  readonly isAvailable: boolean;
  /** Whether the attachment lets rules name groups of other VPCs; null when not told. */
  readonly referencing: boolean | null;
}

/**
 * Reads peering connections and attachments to transit gateways.
 * https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html (groups by name: same Region, active)
 * https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html#vpc-attachment-security (inbound rules only, both sides enabled)
 */
export function readConnections(index: RecordIndex): Connections {
  const peerings = new Map<string, Peering[]>();
  const seen = new Set<string>();
  for (const { data } of index.all("ec2:DescribeVpcPeeringConnections")) {
    const id = text(data, "VpcPeeringConnectionId");
    const requester = object(data, "RequesterVpcInfo") ?? {};
    const accepter = object(data, "AccepterVpcInfo") ?? {};
    const [a, b] = [text(requester, "VpcId"), text(accepter, "VpcId")];
    if (id === null || a === null || b === null || seen.has(id)) continue;
    seen.add(id);
    const peering = {
      id,
      sameRegion: text(requester, "Region") === text(accepter, "Region"),
      isActive: text(object(data, "Status") ?? {}, "Code") === "active",
    };
    push(peerings, a, { ...peering, other: b });
    push(peerings, b, { ...peering, other: a });
  }
  const attachments = readAttachments(index);
  const gateways = transitGateways(index);
  return (a, b) => {
    const peered = (peerings.get(a) ?? []).filter(({ other, isActive }) => other === b && isActive);
    const there = new Map((attachments.get(b) ?? []).map((attachment) => [attachment.gateway, attachment]));
    const joined = (attachments.get(a) ?? []).flatMap((here): readonly Connection[] => {
      const other = there.get(here.gateway);
      if (other === undefined || !here.isAvailable || !other.isAvailable) return [];
      const support = new Set([gateways.get(here.gateway) ?? null, here.referencing, other.referencing]);
      return [
        {
          kind: "transit-gateway",
          id: here.gateway,
          doubts: [`the route tables of transit gateway ${here.gateway}`],
          inboundGroups: support.has(false)
            ? "fail"
            : support.has(null)
              ? [`whether ${here.gateway} supports rules that name groups of other VPCs`]
              : "hold",
          outboundGroups: "fail",
        },
      ];
    });
    return [
      ...peered.map(({ id, sameRegion }): Connection => {
        const groups = sameRegion ? "hold" : "fail";
        return { kind: "peering", id, doubts: [], inboundGroups: groups, outboundGroups: groups };
      }),
      ...joined,
    ];
  };
}

/** Attachments by VPC, from the answer that knows their options, else from the one that does not. */
function readAttachments(index: RecordIndex): ReadonlyMap<string, readonly Attachment[]> {
  const found = new Map<string, Map<string, Attachment>>();
  const add = (vpc: string | null, attachment: Attachment): void => {
    if (vpc === null) return;
    const known = found.get(vpc) ?? new Map<string, Attachment>();
    found.set(vpc, known);
    if (!known.has(attachment.gateway) || attachment.referencing !== null) known.set(attachment.gateway, attachment);
  };
  for (const { data } of index.all("ec2:DescribeTransitGatewayVpcAttachments")) {
    const gateway = text(data, "TransitGatewayId");
    const told = text(object(data, "Options") ?? {}, "SecurityGroupReferencingSupport");
    const referencing = told === null ? null : told === "enable";
    if (gateway !== null)
      add(text(data, "VpcId"), { gateway, isAvailable: isAvailable(text(data, "State")), referencing });
  }
  for (const { data } of index.all("ec2:DescribeTransitGatewayAttachments")) {
    const gateway = text(data, "TransitGatewayId");
    if (gateway === null || text(data, "ResourceType") !== "vpc") continue;
    add(text(data, "ResourceId"), { gateway, isAvailable: isAvailable(text(data, "State")), referencing: null });
  }
  return new Map([...found].map(([vpc, each]) => [vpc, [...each.values()]]));
}

function isAvailable(state: string | null): boolean {
  return state === null || state === "available" || state === "modifying";
}

/** Whether a transit gateway supports rules that name groups; it is off unless somebody turned it on. */
function transitGateways(index: RecordIndex): ReadonlyMap<string, boolean> {
  return new Map(
    index.all("ec2:DescribeTransitGateways").flatMap(({ data }): readonly (readonly [string, boolean])[] => {
      const id = text(data, "TransitGatewayId");
      const told = text(object(data, "Options") ?? {}, "SecurityGroupReferencingSupport");
      return id === null || told === null ? [] : [[id, told === "enable"]];
    }),
  );
}

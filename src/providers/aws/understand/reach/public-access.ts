import { targetKey } from "../../../../model/resource.ts";
import type { Layer } from "../../../../network/endpoint.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import type { PublicAccessExclusion } from "../../controls.ts";
import { understandPublicAccessBlocks, understandPublicAccessExclusions } from "../public-access.ts";
import { object, text } from "../../../read.ts";
import { once, push } from "../../../shared/collections.ts";
import { unread } from "./evidence.ts";
import { plainLayer } from "../../../shared/layers.ts";
import type { Vpc } from "./places.ts";

/** The layer that VPC block public access lays before a subnet; null where it is off, and nothing stands in the way. */
export type PublicAccessLayers = (vpc: Vpc, subnet: string | null) => Layer | null;

const describeOptions = "ec2:DescribeVpcBlockPublicAccessOptions";
const describeExclusions = "ec2:DescribeVpcBlockPublicAccessExclusions";

/**
 * VPC block public access of the account that owns the VPC. Both of its modes keep connections from the internet out, over IPv4 and IPv6,
 * but for VPCs and subnets with an exclusion that allows both directions; `allow-egress` lets nothing in.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html
 */
export function publicAccessLayers(index: RecordIndex): PublicAccessLayers {
  const blocks = new Map(understandPublicAccessBlocks(index).map((block) => [targetKey(block.resource), block]));
  const changing = new Set(
    index
      .all(describeOptions)
      .filter(({ data }) => text(object(data, "VpcBlockPublicAccessOptions") ?? {}, "State") === "update-in-progress")
      .map((record) => targetKey(record)),
  );
  const exclusions = new Map<string, PublicAccessExclusion[]>();
  for (const exclusion of understandPublicAccessExclusions(index)) {
    push(exclusions, exclusion.opens.slice(exclusion.opens.lastIndexOf("/") + 1), exclusion);
  }
  const shared = once<Layer | null>();
  return (vpc, subnet) => {
    const home = targetKey(vpc.home);
    const forSubnet = subnet === null ? [] : (exclusions.get(subnet) ?? []);
    const key = `${vpc.id} ${forSubnet.length > 0 ? (subnet ?? "") : ""}`;
    return shared(key, () => {
      const block = blocks.get(home);
      const mode = block?.mode ?? "unknown";
      const isChanging = changing.has(home);
      if (mode === "off" && !isChanging) return null;
      const about = {
        kind: "public-access-block" as const,
        name: `VPC block public access of account ${vpc.home.account} in ${vpc.home.region}${mode === "unknown" ? "" : ` (${mode})`}`,
        opensBy: `turning VPC block public access off, or an exclusion that allows both directions for ${vpc.id}${subnet === null ? "" : ` or ${subnet}`}`,
        resources: block === undefined ? [] : [block.resource],
      };
      const lets = [...(exclusions.get(vpc.id) ?? []), ...forSubnet].map(opens);
      if (lets.includes("everything")) return plainLayer(about, "everything");
      const why =
        mode === "unknown"
          ? (unread(index, vpc.home, describeOptions) ??
            `the mode of VPC block public access of account ${vpc.home.account} (${describeOptions})`)
          : (unread(index, vpc.home, describeExclusions) ?? null);
      const doubts = [
        ...(why === null ? [] : [why]),
        ...(isChanging ? [`VPC block public access of account ${vpc.home.account} is being changed`] : []),
        ...lets.filter((each) => each !== "nothing"),
      ];
      return plainLayer(about, doubts.length === 0 ? "nothing" : doubts);
    });
  };
}

/** What an exclusion lets in, by its mode and state; else what is missing to say so. */
function opens({ mode, state, resource }: PublicAccessExclusion): string {
  // Deleted ones stay listed for a while, and one that could not be made opens nothing.
  if (/^(?:create-failed|delete-complete|disable-complete)$/.test(state)) return "nothing";
  const isSettled = state === "create-complete" || state === "update-complete";
  if (isSettled && mode === "allow-egress") return "nothing";
  if (isSettled && mode === "allow-bidirectional") return "everything";
  return `exclusion ${resource.id} from VPC block public access (${mode}, ${state})`;
}

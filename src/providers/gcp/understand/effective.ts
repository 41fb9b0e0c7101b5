import type { VendorObject } from "../../../snapshot/record.ts";
import { malformed, objectList, text, wholeNumber, type Malformed } from "../../read.ts";
import { linkName, linkPath } from "../links.ts";
import type { GcpIndex } from "./resources.ts";
import type { StageKind } from "./stages.ts";

const networkOperation = "compute.networks.getEffectiveFirewalls";
const regionalOperation = "compute.regionNetworkFirewallPolicies.getEffectiveFirewalls";

/** What Google told to be in force in a network, or in one region of it. */
export interface InForce {
  /** Its policies of a kind, in the order of evaluation. */
  readonly policies: (kind: Exclude<StageKind, "vpc">) => readonly VendorObject[];
  /** The network's VPC firewall rules. */
  readonly firewalls: readonly (VendorObject | Malformed)[];
  /** Why there may be other policies than these, in words; null when these are all. */
  readonly strange: string | null;
}

/** Everything of it that was read. */
export interface InForceAnswers {
  /** Null where it was not read. A region's answer tells of the whole network too. */
  readonly of: (network: string, region: string | null) => InForce | null;
  readonly why: (network: string, region: string | null) => string;
}

/** Kinds of policies by what the answer calls them. */
const kinds: ReadonlyMap<string, Exclude<StageKind, "vpc">> = new Map([
  ["HIERARCHY", "hierarchical"],
  ["SYSTEM", "system"],
  ["SYSTEM_GLOBAL", "system"],
  ["SYSTEM_REGIONAL", "system"],
  ["NETWORK", "global"],
  ["NETWORK_REGIONAL", "regional"],
]);

/**
 * Reads what is in force. Hierarchical policies come from the organization down; of several policies of a network the lower priority goes first.
 * https://cloud.google.com/compute/docs/reference/rest/v1/networks/getEffectiveFirewalls,
 * https://cloud.google.com/compute/docs/reference/rest/v1/regionNetworkFirewallPolicies/getEffectiveFirewalls
 */
export function readInForce(index: GcpIndex): InForceAnswers {
  const answers = new Map<string, InForce>();
  /** One region's answer serves the network as a whole where that was not told by itself. */
  const anyRegion = new Map<string, InForce>();
  for (const operation of [networkOperation, regionalOperation]) {
    for (const { request, data } of index.answers(operation)) {
      const path = request?.["network"];
      if (path === undefined) continue;
      const network = linkPath(path);
      const answer = readAnswer(data, network);
      if (operation === networkOperation) answers.set(`${network} `, answer);
      else {
        answers.set(`${network} ${linkName(request?.["region"] ?? "")}`, answer);
        anyRegion.set(network, answer);
      }
    }
  }
  return {
    of: (network, region) =>
      answers.get(`${network} ${region ?? ""}`) ?? (region === null ? (anyRegion.get(network) ?? null) : null),
    why: (network, region) =>
      region === null
        ? `what is in force in ${network} was not read (${networkOperation})`
        : `what is in force in ${network} in ${region} was not read (${regionalOperation})`,
  };
}

function readAnswer(data: VendorObject, network: string): InForce {
  const told = listOf(data, "firewallPolicys");
  const policies = told.flatMap((each) => (each === malformed ? [] : [each]));
  const kindOf = (policy: VendorObject) => kinds.get(text(policy, "type")?.toUpperCase() ?? "");
  const isStrange = told.includes(malformed) || policies.some((policy) => kindOf(policy) === undefined);
  return {
    policies: (kind) => {
      const own = policies.filter((policy) => kindOf(policy) === kind);
      return kind === "hierarchical" ? own : own.toSorted((a, b) => priorityOf(a) - priorityOf(b));
    },
    firewalls: listOf(data, "firewalls"),
    strange: isStrange ? `a firewall policy of ${linkName(network)} is of a kind that is not documented` : null,
  };
}

function priorityOf(policy: VendorObject): number {
  const number = wholeNumber(policy, "priority");
  return typeof number === "number" ? number : 0;
}

function listOf(data: VendorObject, member: string): readonly (VendorObject | Malformed)[] {
  const list = objectList(data, member);
  return list === malformed ? [malformed] : list;
}

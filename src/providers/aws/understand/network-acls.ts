import { canonicalId } from "../../../model/resource.ts";
import { allAddresses, noAddresses, parseCidr, toCidrs } from "../../../network/addresses.ts";
import type { Firewall } from "../../../network/estate.ts";
import { knownExtent } from "../../../network/extent.ts";
import type { Action, Extent, Filter, Rule } from "../../../network/filter.ts";
import type { SnapshotRecord, VendorObject } from "../../../snapshot/record.ts";
import type { RecordIndex } from "../../../snapshot/records.ts";
import { flag, malformed, objectList, objects, text, wholeNumber } from "../../read.ts";
import { ec2Resource } from "./resource.ts";
import type { Direction } from "./security-group-rules.ts";
import { aclEntryTraffic, allTraffic, shorten, type Traffic } from "./traffic.ts";

/** The highest number a rule of one's own can have; the ones above are the denials that end every list. */
const lastRuleNumber = 32766;

/**
 * Network ACLs as firewalls: the first rule by number that matches decides, and what no rule matches is denied.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 */
export function understandNetworkAcls(index: RecordIndex): readonly Firewall[] {
  const acls = new Map<string, Firewall>();
  for (const record of index.all("ec2:DescribeNetworkAcls")) {
    const id = text(record.data, "NetworkAclId");
    if (id === null) continue;
    const acl = understandNetworkAcl(record, id);
    acls.set(canonicalId(acl.resource), acl);
  }
  return [...acls.values()];
}

function understandNetworkAcl(record: SnapshotRecord, id: string): Firewall {
  const { data } = record;
  const ingressRules = rulesOf(data, id, "ingress");
  const egressRules = rulesOf(data, id, "egress");
  const filter = (rules: readonly Rule[]): Filter => ({
    kind: "firstMatch",
    layer: `network ACL ${id}`,
    rules,
    otherwise: "deny",
  });
  return {
    resource: ec2Resource(record, "network-acl", id, data, { owner: text(data, "OwnerId") }),
    scope: "subnet",
    network: text(data, "VpcId"),
    isDefault: flag(data, "IsDefault") === true,
    ingress: filter(ingressRules),
    egress: filter(egressRules),
    ingressRules,
    egressRules,
    attachments: [...new Set(objects(data, "Associations").flatMap((each) => text(each, "SubnetId") ?? []))],
    referencedBy: [],
  };
}

interface Entry {
  /** Negative when it could not be read: such an entry may stand before all others. */
  readonly number: number;
  readonly rules: readonly Rule[];
}

/** The rules of one direction in the order in which they are evaluated; the API promises none. */
function rulesOf(data: VendorObject, acl: string, direction: Direction): readonly Rule[] {
  const list = objectList(data, "Entries");
  if (list === malformed) return unreadableRules(acl, direction, "its Entries");
  const entries = list.flatMap((entry): readonly Entry[] => {
    if (entry === malformed) return [{ number: -1, rules: unreadableRules(acl, direction, "an entry") }];
    const isEgress = flag(entry, "Egress");
    if (isEgress !== null && isEgress !== (direction === "egress")) return [];
    const read = readEntry(entry, acl, direction, isEgress === null ? ["its direction"] : []);
    return read === null ? [] : [read];
  });
  return entries.toSorted((a, b) => a.number - b.number).flatMap(({ rules }) => rules);
}

/** Null for the denial that ends every list. */
function readEntry(entry: VendorObject, acl: string, direction: Direction, doubts: readonly string[]): Entry | null {
  const number = wholeNumber(entry, "RuleNumber");
  if (typeof number === "number" && number > lastRuleNumber) return null;
  const hasNumber = typeof number === "number" && number >= 0;
  const cidr = text(entry, "CidrBlock") ?? text(entry, "Ipv6CidrBlock");
  const set = cidr === null ? null : parseCidr(cidr);
  const action = text(entry, "RuleAction");
  const isAction = action === "allow" || action === "deny";
  const traffic = aclEntryTraffic(entry);
  const problems = [
    ...doubts,
    ...(hasNumber ? [] : ["its number"]),
    ...(isAction ? [] : [`its action ${JSON.stringify(shorten(action ?? ""))}`]),
    ...(set === null ? [`its address block ${JSON.stringify(shorten(cidr ?? ""))}`] : []),
    ...(traffic.problem === null ? [] : [traffic.problem]),
  ];
  const id = hasNumber ? String(number) : null;
  const missing = problems.map((problem) => `${problem} in entry ${id ?? "without a number"} of ${acl} cannot be read`);
  const remote: Extent =
    missing.length === 0 ? knownExtent(set ?? allAddresses) : { must: noAddresses, may: set ?? allAddresses, missing };
  const side = { text: set === null ? shorten(cidr ?? "?") : toCidrs(set).join(","), cidr, remote };
  // An entry that may allow or deny is both at once: each reading of the list then meets the one that matters to it.
  const actions: readonly Action[] = isAction ? [action] : ["deny", "allow"];
  return {
    number: hasNumber ? number : -1,
    rules: actions.map((each) => ruleOf(direction, each, id, traffic, side)),
  };
}

function ruleOf(
  direction: Direction,
  action: Action,
  id: string | null,
  traffic: Traffic,
  side: { readonly text: string; readonly cidr: string | null; readonly remote: Extent },
): Rule {
  return {
    key: `${direction} ${id ?? "?"} ${action} ${traffic.text} ${side.text}`,
    id,
    action,
    peer: side.cidr === null ? { kind: "any" } : { kind: "cidr", cidr: side.cidr },
    remote: side.remote,
    l4: traffic.l4,
    sourcePorts: null,
    description: null,
  };
}

function unreadableRules(acl: string, direction: Direction, what: string): readonly Rule[] {
  const remote: Extent = {
    must: noAddresses,
    may: allAddresses,
    missing: [`${what} of ${acl} cannot be read`],
  };
  const actions: readonly Action[] = ["deny", "allow"];
  return actions.map((action) =>
    ruleOf(direction, action, null, allTraffic, { text: `unreadable ${what}`, cidr: null, remote }),
  );
}

import { canonicalId, type ResourceRef } from "../../../model/resource.ts";
import type { Firewall } from "../../../network/estate.ts";
import type { Filter, Rule } from "../../../network/filter.ts";
import type { SnapshotRecord } from "../../../snapshot/record.ts";
import type { RecordIndex } from "../../../snapshot/records.ts";
import type { GroupMembers } from "./group-members.ts";
import { text } from "../../read.ts";
import { ec2Resource } from "./resource.ts";
import type { Direction, RuleNames, RuleReader } from "./security-group-rules.ts";

const describeGroups = "ec2:DescribeSecurityGroups";

/** One group as one account and Region shows it; a dump may hold it in several files. */
interface GroupRecords {
  readonly id: string;
  readonly resource: ResourceRef;
  readonly records: readonly SnapshotRecord[];
}

/**
 * Security groups as firewalls: a packet passes when any rule of the group allows it; there are no denials.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 */
export function understandSecurityGroups(
  index: RecordIndex,
  members: GroupMembers,
  reader: RuleReader,
  names: RuleNames,
): readonly Firewall[] {
  const groups = collectGroups(index.all(describeGroups));
  const read = groups.map(({ id, resource, records }) => {
    const rules = (direction: Direction): readonly Rule[] => {
      const all = records.flatMap((record) => reader(record, id, direction));
      // Two rules that say the same are one: the first stands, with the ids the vendor gives.
      const unique = new Map(all.toReversed().map((rule) => [rule.key, rule]));
      return [...unique.values()].toReversed().map((rule) => named(rule, names(id, direction, rule.key)));
    };
    return { id, resource, records, ingressRules: rules("ingress"), egressRules: rules("egress") };
  });
  const referencedBy = referencesOf(read);
  return read.map(({ id, resource, records, ingressRules, egressRules }) => ({
    resource,
    scope: "endpoint",
    network: firstText(records, "VpcId"),
    isDefault: firstText(records, "GroupName") === "default",
    ingress: anyOf(id, ingressRules),
    egress: anyOf(id, egressRules),
    ingressRules,
    egressRules,
    attachments: members.attachments(id),
    referencedBy: [...(referencedBy.get(id) ?? [])],
  }));
}

/**
 * The groups by account and Region. A group that its owner shares with other scanned accounts is told once, by the owner.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-group-sharing.html
 */
function collectGroups(records: readonly SnapshotRecord[]): readonly GroupRecords[] {
  const toldByOwner = new Set(records.filter(isOwn).map(({ data }) => text(data, "GroupId")));
  const groups = new Map<string, { id: string; resource: ResourceRef; records: SnapshotRecord[] }>();
  for (const record of records) {
    const id = text(record.data, "GroupId");
    if (id === null || (!isOwn(record) && toldByOwner.has(id))) continue;
    const resource = ec2Resource(record, "security-group", id, record.data, {
      arnMember: "SecurityGroupArn",
      name: text(record.data, "GroupName"),
      owner: text(record.data, "OwnerId"),
    });
    const known = groups.get(canonicalId(resource));
    if (known === undefined) groups.set(canonicalId(resource), { id, resource, records: [record] });
    else known.records.push(record);
  }
  return [...groups.values()];
}

function isOwn({ account, data }: SnapshotRecord): boolean {
  const owner = text(data, "OwnerId");
  return owner === null || owner === account;
}

/** Which other groups name a group in a rule, over all accounts of the scan. */
function referencesOf(
  groups: readonly {
    readonly id: string;
    readonly ingressRules: readonly Rule[];
    readonly egressRules: readonly Rule[];
  }[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const references = new Map<string, Set<string>>();
  for (const { id, ingressRules, egressRules } of groups) {
    for (const { peer } of [...ingressRules, ...egressRules]) {
      if (peer.kind !== "group" || peer.id === id) continue;
      const known = references.get(peer.id);
      if (known === undefined) references.set(peer.id, new Set([id]));
      else known.add(id);
    }
  }
  return references;
}

function named(rule: Rule, name: ReturnType<RuleNames>): Rule {
  return name === null ? rule : { ...rule, id: name.id, description: rule.description ?? name.description };
}

function anyOf(group: string, rules: readonly Rule[]): Filter {
  return { kind: "anyOf", layer: `security group ${group}`, rules };
}

function firstText(records: readonly SnapshotRecord[], member: string): string | null {
  for (const { data } of records) {
    const value = text(data, member);
    if (value !== null) return value;
  }
  return null;
}

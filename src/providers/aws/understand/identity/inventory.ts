import type { ResourceItem } from "../../../../identity/resources.ts";
import { knownFact, type Fact } from "../../../../identity/facts.ts";
import { isKnown } from "../../../../model/coverage.ts";
import type { ResourceRef } from "../../../../model/resource.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { text } from "../../../read.ts";
import { parseArn } from "./arn.ts";
import { tagsOf } from "./roster.ts";

/** The resources of the snapshot that firewalls are made of, as policies can name them. */
export interface Inventory {
  readonly all: readonly ResourceItem[];
  readonly inAccount: (account: string) => readonly ResourceItem[];
  /** Whether a resource of the ARN certainly does not exist. */
  readonly isGone: (account: string, arn: string) => boolean;
}

/** Types of which an id is never given twice, and the operation that lists all of them. */
const listed: readonly (readonly [resource: string, operation: string, id: string])[] = [
  ["security-group/", "ec2:DescribeSecurityGroups", "GroupId"],
  ["network-acl/", "ec2:DescribeNetworkAcls", "NetworkAclId"],
  ["prefix-list/", "ec2:DescribeManagedPrefixLists", "PrefixListId"],
];

/**
 * @param resources firewalls, address lists and the like, those without an ARN are left out
 */
export function createInventory(resources: readonly ResourceRef[], index: RecordIndex): Inventory {
  const described = new Map<string, VendorObject>();
  for (const [, operation, member] of listed) {
    for (const { account, region, data } of index.all(operation)) {
      const id = text(data, member);
      if (id !== null) described.set(`${account} ${region} ${id}`, data);
    }
  }
  const items = new Map<string, ResourceItem>();
  for (const ref of resources) {
    if (ref.arn === null) continue;
    items.set(ref.arn, itemOf(ref, ref.arn, described.get(`${ref.account} ${ref.region} ${ref.id}`) ?? null));
  }
  const all = [...items.values()];
  const byAccount = Map.groupBy(all, (item) => parseArn(item.text)?.account ?? item.ref.account);
  return {
    all,
    inAccount: (account) => byAccount.get(account) ?? [],
    isGone: (account, arn) => {
      const { region = "", resource = "", service = "" } = parseArn(arn) ?? {};
      const operation = listed.find(([prefix]) => service === "ec2" && resource.startsWith(prefix))?.[1];
      if (operation === undefined || items.has(arn)) return false;
      const row = index.coverage({ cloud: "aws", account, region }, operation);
      return row !== null && isKnown(row.status);
    },
  };
}

/**
 * One resource with what is known of keys that depend on it.
 * @param data what describes it, with its tags; null when its tags are not known
 */
export function itemOf(ref: ResourceRef, arn: string, data: VendorObject | null): ResourceItem {
  const { partition = "aws", region = "", account = ref.account } = parseArn(arn) ?? {};
  const tags = data === null ? null : tagsOf(data);
  const vpc = data === null ? null : text(data, "VpcId");
  return {
    ref,
    text: arn,
    fact: (key): Fact | null => {
      if (key === "aws:resourceaccount") return knownFact([account], "resource");
      if (key === "aws:requestedregion" || key === "ec2:region")
        return region === "" ? null : knownFact([region], "caller");
      if (key === "ec2:securitygroupid" || key === "ec2:networkaclid") return knownFact([ref.id], "resource");
      if (key === "ec2:vpc" && vpc !== null) {
        return knownFact([`arn:${partition}:ec2:${region}:${account}:vpc/${vpc}`], "resource");
      }
      const tag = /^[a-z0-9]+:resourcetag\/(.*)$/s.exec(key)?.[1];
      if (tag === undefined || tags === null) return null;
      const value = tags.get(tag);
      return knownFact(value === undefined ? [] : [value], "tag");
    },
  };
}

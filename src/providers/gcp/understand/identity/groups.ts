import { readTime } from "../../../../identity/facts.ts";
import { isKnown } from "../../../../model/coverage.ts";
import type { Snapshot, VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { object, objects, text } from "../../../read.ts";
import { memo, push } from "../../../shared/collections.ts";
import { byAddress, type Member } from "./members.ts";

const listing = "cloudidentity.groups.memberships.list";

/** Who is in a group, by other groups too. */
export interface GroupMembers {
  /** People and service accounts. */
  readonly members: readonly Member[];
  /** Groups inside whose own members are not known. */
  readonly unreadGroups: readonly string[];
  /** Why there may be others, in words; null when these are all. */
  readonly missing: string | null;
}

/** Members of groups by the group's address. https://docs.cloud.google.com/identity/docs/reference/rest/v1/groups.memberships */
export interface Groups {
  readonly membersOf: (address: string) => GroupMembers;
  /** Whether someone is in a group; null where that is not known. */
  readonly has: (address: string, member: string) => boolean | null;
}

/** @param now in seconds since 1970: memberships that have ended count no longer */
export function readGroups(snapshot: Snapshot, index: RecordIndex, now: number): Groups {
  const direct = new Map<string, VendorObject[]>();
  for (const { data, request } of index.all(listing)) {
    const group = request?.["group"]?.toLowerCase();
    if (group !== undefined) push(direct, group, data);
  }
  const rows = snapshot.coverage.filter(({ cloud, operation }) => cloud === "gcp" && operation === listing);
  const failed = new Set(
    rows.flatMap(({ gaps = [] }) => gaps.flatMap(({ request }) => request["group"]?.toLowerCase() ?? [])),
  );
  // A group without members leaves no record: it counts as read where nothing failed that was not named.
  const isSilent = rows.length > 0 && rows.every(({ status, gaps }) => isKnown(status) || gaps !== undefined);
  const isRead = (address: string): boolean => !failed.has(address) && (direct.has(address) || isSilent);

  const membersOf = memo((address: string): GroupMembers => {
    const members = new Map<string, Member>();
    const unreadGroups = new Set<string>();
    const seen = new Set([address]);
    let isWhole = true;
    for (const group of seen) {
      if (!isRead(group)) {
        isWhole = false;
        unreadGroups.add(group);
        continue;
      }
      for (const membership of direct.get(group) ?? []) {
        if (hasEnded(membership, now)) continue;
        const member = memberOf(membership);
        if (member === null) isWhole = false;
        else if (member.kind === "group") seen.add(member.address);
        else members.set(member.id, member);
      }
    }
    return {
      members: [...members.values()],
      unreadGroups: [...unreadGroups],
      missing: isWhole ? null : `who is in group ${address} (${listing})`,
    };
  });
  const sets = memo((address: string) => new Set(membersOf(address).members.map(({ id }) => id)));
  return {
    membersOf,
    has: (address, member) => sets(address).has(member) || (membersOf(address).missing === null ? false : null),
  };
}

function memberOf(membership: VendorObject): (Member & { readonly address: string }) | null {
  const key = object(membership, "preferredMemberKey") ?? object(membership, "memberKey");
  const address = key === null ? null : text(key, "id");
  // Everyone of a customer has no address.
  if (address === null || !address.includes("@")) return null;
  const type = text(membership, "type");
  const kind =
    type === "GROUP"
      ? "group"
      : type === "SERVICE_ACCOUNT" || address.toLowerCase().endsWith(".gserviceaccount.com")
        ? "service-account"
        : "user";
  const member = byAddress(kind, address);
  return "address" in member ? member : null;
}

function hasEnded(membership: VendorObject, now: number): boolean {
  const roles = objects(membership, "roles");
  const ends = roles.map((role) => {
    const detail = object(role, "expiryDetail");
    const time = detail === null ? null : text(detail, "expireTime");
    return time === null ? null : readTime(time);
  });
  return ends.length > 0 && ends.every((end) => end !== null && end < now);
}

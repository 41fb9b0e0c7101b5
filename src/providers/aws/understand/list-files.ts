import { isKnown, gravest, type Coverage, type CoverageGap } from "../../../model/coverage.ts";
import { globalRegion, type Target } from "../../../model/resource.ts";
import type { Snapshot, SnapshotRecord } from "../../../snapshot/record.ts";
import { indexRecords, type RecordIndex } from "../../../snapshot/records.ts";
import type { BucketOwner } from "../controls.ts";
import { isDenial, missingBucket } from "../errors.ts";
import { parseS3Location } from "../s3-location.ts";
import { type Accounts, understandAccounts } from "./accounts.ts";
import { text } from "../../read.ts";

/** Reads the files behind GuardDuty lists. */
export const getObject = "s3:GetObject";
const listBuckets = "s3:ListBuckets";

/** The operations whose records are GuardDuty lists. */
export const listOperations = [
  "guardduty:GetIPSet",
  "guardduty:GetTrustedEntitySet",
  "guardduty:GetThreatIntelSet",
  "guardduty:GetThreatEntitySet",
] as const;

/** What became of a list's file that there is no record of. */
export interface Unread {
  readonly status: Coverage["status"];
  readonly error: string | null;
}

/** How the file at a location ended on a target. */
export function endOf(index: RecordIndex, target: Target, location: string): Unread {
  const row = index.coverage(target, getObject);
  const gap = row?.gaps?.find(({ request }) => request["Location"] === location);
  return { status: gap?.status ?? row?.status ?? "skipped", error: gap?.error ?? row?.error ?? null };
}

/** A function that tells who owns the bucket of a list. */
export function bucketOwners(index: RecordIndex, accounts: Accounts): (list: SnapshotRecord) => BucketOwner {
  const buckets = new Map(
    index.all(listBuckets).flatMap(({ account, data }) => {
      const name = text(data, "Name");
      return name === null ? [] : [[name, account] as const];
    }),
  );
  const bucketsAllRead = [...accounts.own].every((account) => {
    const row = index.coverage({ cloud: "aws", account, region: globalRegion }, listBuckets);
    return row?.status === "complete";
  });

  /**
   * A bucket's name is unique, and an account's own list of buckets is whole: who lists it owns it, and when every account that is ours
   * was asked, who does not list it does not. Failing that, GuardDuty reads the file only from the owner it was told to expect.
   * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetIPSet.html
   */
  return (list) => {
    const location = text(list.data, "Location") ?? "";
    const bucket = parseS3Location(location)?.bucket;
    if (bucket === undefined) return { kind: "unknown", missing: "its location is no address of an S3 object" };
    const listing = buckets.get(bucket);
    if (listing === undefined && endOf(index, list, location).error?.startsWith(missingBucket) === true) {
      return { kind: "none" };
    }
    const owner = listing ?? text(list.data, "ExpectedBucketOwner");
    if (owner !== null) {
      return accounts.own.has(owner) ? { kind: "ours", account: owner } : { kind: "outside", account: owner };
    }
    if (bucketsAllRead) return { kind: "outside", account: null };
    return { kind: "unknown", missing: `${listBuckets} was not read in every account of the scan` };
  };
}

/**
 * The coverage with what the records together explain: that a file in a bucket of none of the scanned accounts may not be read is a fact
 * about the list that points there, and no gap in what was to be scanned. A denial in a bucket of one's own, or in one whose owner
 * is not known, stays one.
 */
export function settleCoverage(snapshot: Snapshot): readonly Coverage[] {
  const index = indexRecords(snapshot);
  const ownerOf = bucketOwners(index, understandAccounts(snapshot, index));
  return snapshot.coverage.map((row) =>
    row.cloud === "aws" && row.operation === getObject && !isKnown(row.status) ? settle(row, index, ownerOf) : row,
  );
}

function settle(row: Coverage, index: RecordIndex, ownerOf: (list: SnapshotRecord) => BucketOwner): Coverage {
  // Lists that were not read may have files that were not asked for.
  if (listOperations.some((operation) => !isKnown(index.coverage(row, operation)?.status ?? "skipped"))) return row;
  const lists = listOperations.flatMap((operation) => index.at(row, operation));
  const isOutside = (location: string | undefined): boolean => {
    const here = lists.filter(({ data }) => text(data, "Location") === location);
    return here.length > 0 && here.every((list) => ownerOf(list).kind === "outside");
  };
  const before = row.gaps ?? gapOfEach(lists, row);
  const gaps = before.map((gap): CoverageGap =>
    gap.status === "denied" && isDenial(gap.error) && isOutside(gap.request["Location"])
      ? { ...gap, status: "disabled", error: "the file lies in a bucket that is not yours, and may not be read" }
      : gap,
  );
  const worst = gravest(gaps);
  if (worst === null || gaps.every((gap, at) => gap === before[at])) return row;
  const error = gaps.length === 1 ? worst.error : `${gaps.length} requests: ${worst.error}`;
  return { ...row, status: worst.status, error, gaps };
}

/** The requests of a row that says the same of all of them. */
function gapOfEach(lists: readonly SnapshotRecord[], { status, error }: Coverage): readonly CoverageGap[] {
  if (status === "complete") return [];
  const locations = new Set(lists.flatMap(({ data }) => text(data, "Location") ?? []));
  return [...locations].map((location) => ({ request: { Location: location }, status, error: error ?? status }));
}

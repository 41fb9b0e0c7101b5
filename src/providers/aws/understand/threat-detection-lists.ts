import type { Coverage } from "../../../model/coverage.ts";
import { isKnown } from "../../../model/coverage.ts";
import { globalRegion, type Target } from "../../../model/resource.ts";
import { knownExtent, unknownExtent } from "../../../network/extent.ts";
import type { Extent } from "../../../network/filter.ts";
import type { SnapshotRecord } from "../../../snapshot/record.ts";
import type { RecordIndex } from "../../../snapshot/records.ts";
import type { BucketOwner, ThreatDetectionList } from "../controls.ts";
import { parseS3Location } from "../s3-location.ts";
import type { Accounts } from "./accounts.ts";
import { text } from "./read.ts";
import { listSpace, parseListFile } from "./threat-detection-file.ts";

const getObject = "s3:GetObject";
const listBuckets = "s3:ListBuckets";

interface ListKind {
  readonly purpose: ThreatDetectionList["purpose"];
  readonly holds: ThreatDetectionList["holds"];
  /** The member of the request that names the list. */
  readonly id: string;
  /** The kind of resource, in ids and (without dashes) in ARNs. */
  readonly kind: string;
}

const kinds: Readonly<Record<string, ListKind>> = {
  "guardduty:GetIPSet": { purpose: "trusted", holds: "addresses", id: "IpSetId", kind: "ip-set" },
  "guardduty:GetTrustedEntitySet": {
    purpose: "trusted",
    holds: "entities",
    id: "TrustedEntitySetId",
    kind: "trusted-entity-set",
  },
  "guardduty:GetThreatIntelSet": {
    purpose: "threat",
    holds: "addresses",
    id: "ThreatIntelSetId",
    kind: "threat-intel-set",
  },
  "guardduty:GetThreatEntitySet": {
    purpose: "threat",
    holds: "entities",
    id: "ThreatEntitySetId",
    kind: "threat-entity-set",
  },
};

/** The operations whose records are lists. */
export const listOperations: readonly string[] = Object.keys(kinds);

/** A function that understands one list's record, with the file and the bucket's owner looked up among the other records. */
export function readLists(
  index: RecordIndex,
  accounts: Accounts,
): (record: SnapshotRecord, detectorArn: string | null) => ThreatDetectionList {
  const files = new Map(index.all(getObject).flatMap((file) => keyed(file.request?.["Location"], file)));
  const buckets = new Map(
    index.all(listBuckets).flatMap(({ account, data }) => keyed(text(data, "Name") ?? undefined, account)),
  );
  const bucketsAllRead = [...accounts.own].every((account) => {
    const row = index.coverage({ cloud: "aws", account, region: globalRegion }, listBuckets);
    return row?.status === "complete";
  });

  return (record, detectorArn) => {
    const { cloud, account, region, operation, data, request } = record;
    const { purpose, holds, id: member, kind } = kindOf(operation);
    const name = text(data, "Name");
    const location = text(data, "Location") ?? "";
    const format = text(data, "Format") ?? "unknown";
    const id = request?.[member] ?? name ?? location;
    const arn = detectorArn === null ? null : `${detectorArn}/${kind.replaceAll("-", "")}/${id}`;
    return {
      resource: { cloud, account, region, type: `aws:guardduty:${kind}`, id, name, arn },
      purpose,
      holds,
      status: text(data, "Status") ?? "unknown",
      statusDetails: text(data, "ErrorDetails"),
      location,
      format,
      bucket: ownerOf(location, text(data, "ExpectedBucketOwner")),
      ...contentOf(record, location, format),
    };
  };

  /**
   * A bucket's name is unique, and an account's own list of buckets is whole: who lists it owns it, and when every account that is ours
   * was asked, who does not list it does not. Failing that, GuardDuty reads the file only from the owner it was told to expect.
   * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetIPSet.html
   */
  function ownerOf(location: string, expected: string | null): BucketOwner {
    const bucket = parseS3Location(location)?.bucket;
    const owner = bucket === undefined ? undefined : (buckets.get(bucket) ?? expected);
    if (owner !== undefined && owner !== null) {
      return accounts.own.has(owner) ? { kind: "ours", account: owner } : { kind: "outside", account: owner };
    }
    if (bucket === undefined) return { kind: "unknown", missing: "its location is no address of an S3 object" };
    if (bucketsAllRead) return { kind: "outside", account: null };
    return { kind: "unknown", missing: `${listBuckets} was not read in every account of the scan` };
  }

  function contentOf(
    target: Target,
    location: string,
    format: string,
  ): Pick<ThreatDetectionList, "content" | "otherEntries"> {
    const file = files.get(location);
    const body = file?.data["Body"];
    if (file === undefined || typeof body !== "string") {
      return unread(whyUnread(index.coverage(target, getObject), location));
    }
    const cutOff = file.data["Truncated"] === true;
    // The last line of a file that was cut off may be half an address.
    const parsed = parseListFile(format, cutOff ? body.slice(0, body.lastIndexOf("\n") + 1) : body);
    if (parsed.kind === "unread") return unread(parsed.reason);
    const { addresses, otherEntries } = parsed;
    const content: Extent = cutOff
      ? { must: addresses, may: listSpace, missing: ["the list's file is larger than the part of it that was read"] }
      : knownExtent(addresses);
    return { content, otherEntries };
  }
}

function unread(reason: string): Pick<ThreatDetectionList, "content" | "otherEntries"> {
  return { content: unknownExtent(listSpace, `the list's file: ${reason}`), otherEntries: 0 };
}

function whyUnread(row: Coverage | null, location: string): string {
  const gap = row?.gaps?.find(({ request }) => request["Location"] === location);
  const status = gap?.status ?? row?.status ?? "skipped";
  const error = gap?.error ?? row?.error;
  if (isKnown(status)) return `${getObject} gave no readable file`;
  return `${getObject} ${status}${error === null || error === undefined ? "" : ` (${error})`}`;
}

function kindOf(operation: string): ListKind {
  const kind = kinds[operation];
  if (kind === undefined) throw new Error(`${operation} gives no GuardDuty list`);
  return kind;
}

function keyed<T>(key: string | undefined, value: T): readonly (readonly [string, T])[] {
  return key === undefined ? [] : [[key, value]];
}

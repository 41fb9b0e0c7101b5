import { isKnown } from "../../../model/coverage.ts";
import { knownExtent, unknownExtent } from "../../../network/extent.ts";
import type { Extent } from "../../../network/filter.ts";
import type { SnapshotRecord } from "../../../snapshot/record.ts";
import type { RecordIndex } from "../../../snapshot/records.ts";
import type { ThreatDetectionList } from "../controls.ts";
import { isDenial, isMissing } from "../errors.ts";
import type { Accounts } from "./accounts.ts";
import { bucketOwners, endOf, getObject } from "./list-files.ts";
import { text } from "../../read.ts";
import { listSpace, parseListFile } from "./threat-detection-file.ts";

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

/** A function that understands one list's record, with the file and the bucket's owner looked up among the other records. */
export function readLists(
  index: RecordIndex,
  accounts: Accounts,
): (record: SnapshotRecord, detectorArn: string | null) => ThreatDetectionList {
  const files = new Map(index.all(getObject).flatMap((file) => keyed(file.request?.["Location"], file)));
  const ownerOf = bucketOwners(index, accounts);

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
      bucket: ownerOf(record),
      ...contentOf(record, location, format),
    };
  };

  function contentOf(record: SnapshotRecord, location: string, format: string): Content {
    const file = files.get(location);
    const body = file?.data["Body"];
    if (file === undefined || typeof body !== "string") return unreadContent(record, location);
    const cutOff = file.data["Truncated"] === true;
    // The last line of a file that was cut off may be half an address.
    const parsed = parseListFile(format, cutOff ? body.slice(0, body.lastIndexOf("\n") + 1) : body);
    if (parsed.kind === "unread") return unknownContent(`the list's file: ${parsed.reason}`);
    const { addresses, otherEntries } = parsed;
    const content: Extent = cutOff
      ? { must: addresses, may: listSpace, missing: ["the list's file is larger than the part of it that was read"] }
      : knownExtent(addresses);
    return { content, otherEntries, fileIsGone: false };
  }

  function unreadContent(record: SnapshotRecord, location: string): Content {
    const { status, error } = endOf(index, record, location);
    if (status === "disabled" && isMissing(error)) {
      const gone = unknownContent("the list's file does not exist, and what GuardDuty last read of it is not known");
      return { ...gone, fileIsGone: true };
    }
    if (isKnown(status)) return unknownContent(`the list's file: ${getObject} gave no readable file`);
    if (status === "denied" && isDenial(error) && ownerOf(record).kind === "outside") {
      return unknownContent("the list's file may not be read");
    }
    return unknownContent(`the list's file: ${getObject} ${status}${error === null ? "" : ` (${error})`}`);
  }
}

type Content = Pick<ThreatDetectionList, "content" | "otherEntries" | "fileIsGone">;

function unknownContent(missing: string): Content {
  return { content: unknownExtent(listSpace, missing), otherEntries: 0, fileIsGone: false };
}

function kindOf(operation: string): ListKind {
  const kind = kinds[operation];
  if (kind === undefined) throw new Error(`${operation} gives no GuardDuty list`);
  return kind;
}

function keyed<T>(key: string | undefined, value: T): readonly (readonly [string, T])[] {
  return key === undefined ? [] : [[key, value]];
}

import { isKnown } from "../../../model/coverage.ts";
import type { Json } from "../../../model/finding.ts";
import { canonicalId, targetKey, type ResourceRef, type Target } from "../../../model/resource.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../../snapshot/record.ts";
import type { RecordIndex } from "../../../snapshot/records.ts";
import type { ThreatDetection, ThreatDetectionAdministration, ThreatDetectionFilter } from "../controls.ts";
import type { Accounts } from "./accounts.ts";
import { distinct } from "./distinct.ts";
import { listOperations } from "./list-files.ts";
import { accountRegion } from "./public-access.ts";
import { isObject, object, text } from "../../read.ts";
import { partitionOf } from "./resource.ts";
import { readLists } from "./threat-detection-lists.ts";

const listDetectors = "guardduty:ListDetectors";
const getDetector = "guardduty:GetDetector";
const getAdministrator = "guardduty:GetAdministratorAccount";
const getFilter = "guardduty:GetFilter";

/** Relationships that are not, or no longer, in force. https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_invitations.html */
const looseRelationships = new Set(["invited", "removed", "resigned", "deleted", "emailverificationinprogress"]);

/**
 * Amazon GuardDuty in every account and Region of the scan where it is offered and its detectors were listed. A Region where it is
 * not offered (ListDetectors `disabled`) has nothing to watch with and nothing to switch on.
 */
export function understandThreatDetection(
  snapshot: Pick<Snapshot, "targets">,
  index: RecordIndex,
  accounts: Accounts,
): readonly ThreatDetection[] {
  const lists = readLists(index, accounts);
  const detections = snapshot.targets
    .filter(({ cloud, status }) => cloud === "aws" && status === "scanned")
    .flatMap((target) =>
      withoutRepeats(detectorsOf(target, index).map((detector) => detectionOf(target, detector, index, lists))),
    );
  return detections.map((detection) => withAdministrator(detection, detections));
}

/** A detector's id, `unnamed` for what belongs to one whose id nobody told, `absent` where there certainly is none. */
type Detector = { readonly id: string } | "unnamed" | "absent";

function detectorsOf(target: Target, index: RecordIndex): readonly Detector[] {
  const listed = index.at(target, listDetectors).flatMap(({ data }) => texts(data["DetectorIds"]));
  const dependents = [getDetector, getAdministrator, getFilter, ...listOperations].flatMap((operation) =>
    index.at(target, operation),
  );
  const ids = new Set([...listed, ...dependents.flatMap(({ request }) => request?.["DetectorId"] ?? [])]);
  if (ids.size > 0) return [...ids].map((id) => ({ id }));
  if (dependents.length > 0) return ["unnamed"];
  return index.coverage(target, listDetectors)?.status === "complete" ? ["absent"] : [];
}

function detectionOf(
  target: Target,
  detector: Detector,
  index: RecordIndex,
  lists: ReturnType<typeof readLists>,
): ThreatDetection {
  if (detector === "absent") {
    const administration: ThreatDetectionAdministration = { kind: "self" };
    return { resource: accountRegion(target), status: "absent", administration, lists: [], filters: [] };
  }
  const { cloud, account, region } = target;
  const id = detector === "unnamed" ? null : detector.id;
  const arn = id === null ? null : `arn:${partitionOf(region)}:guardduty:${region}:${account}:detector/${id}`;
  // An account has one detector in a Region, so what does not name its detector belongs to that one.
  const mine = (operation: string): readonly SnapshotRecord[] =>
    index.at(target, operation).filter(({ request }) => (request?.["DetectorId"] ?? id) === id);
  return {
    resource:
      id === null
        ? accountRegion(target)
        : { cloud, account, region, type: "aws:guardduty:detector", id, name: null, arn },
    status: statusOf(mine(getDetector)[0]?.data),
    administration: administrationOf(target, mine(getAdministrator), index),
    lists: distinct(listOperations.flatMap((operation) => mine(operation).map((record) => lists(record, arn)))),
    filters: distinct(mine(getFilter).map((record) => filterOf(record, arn))),
  };
}

/** Lists and filters belong to one detector; where a source muddles several, to the first that claims them. */
function withoutRepeats(detections: readonly ThreatDetection[]): readonly ThreatDetection[] {
  const seen = new Set<string>();
  const isNew = ({ resource }: { readonly resource: ResourceRef }): boolean => {
    const before = seen.size;
    return seen.add(canonicalId(resource)).size > before;
  };
  return detections.map(({ resource, status, administration, lists, filters }) => ({
    resource,
    status,
    administration,
    lists: lists.filter(isNew),
    filters: filters.filter(isNew),
  }));
}

function statusOf(detector: VendorObject | undefined): ThreatDetection["status"] {
  const status = detector === undefined ? null : text(detector, "Status");
  if (status === "ENABLED") return "enabled";
  return status === "DISABLED" ? "suspended" : "unknown";
}

function administrationOf(
  target: Target,
  answers: readonly SnapshotRecord[],
  index: RecordIndex,
): ThreatDetectionAdministration {
  for (const { data } of answers) {
    // `Master` is how answers of before 2021 name it.
    const administrator = object(data, "Administrator") ?? object(data, "Master");
    const account = administrator === null ? null : text(administrator, "AccountId");
    if (administrator === null || account === null || account === target.account) continue;
    const relationship = text(administrator, "RelationshipStatus")?.toLowerCase() ?? "enabled";
    if (!looseRelationships.has(relationship)) return { kind: "unseen", account };
  }
  const status = index.coverage(target, getAdministrator)?.status;
  return answers.length > 0 || (status !== undefined && isKnown(status)) ? { kind: "self" } : { kind: "unread" };
}

/** Settles, once every account is understood, whether the administrator was scanned in the same Region. */
function withAdministrator(detection: ThreatDetection, all: readonly ThreatDetection[]): ThreatDetection {
  const { administration, resource } = detection;
  if (administration.kind !== "unseen") return detection;
  const there = targetKey({ ...resource, account: administration.account });
  const administrator = all.find((other) => other.status !== "absent" && targetKey(other.resource) === there);
  if (administrator === undefined) return detection;
  const judgedThere = new Set(administrator.lists.map((list) => list.resource.id));
  return {
    ...detection,
    administration: { kind: "scanned", account: administration.account },
    lists: detection.lists.filter((list) => !judgedThere.has(list.resource.id)),
  };
}

function filterOf(record: SnapshotRecord, detectorArn: string | null): ThreatDetectionFilter {
  const { cloud, account, region, data, request } = record;
  const name = request?.["FilterName"] ?? text(data, "Name") ?? "unnamed";
  const arn = detectorArn === null ? null : `${detectorArn}/filter/${name}`;
  return {
    resource: { cloud, account, region, type: "aws:guardduty:filter", id: name, name, arn },
    action: text(data, "Action") ?? "unknown",
    description: text(data, "Description"),
    criteria: criteriaOf(data["FindingCriteria"]),
  };
}

/** Every condition as texts; null when anything is not of the documented shape, for a part left out would make a filter look wider. */
function criteriaOf(value: Json | undefined): ThreatDetectionFilter["criteria"] {
  if (!isObject(value)) return null;
  return mapMembers(value["Criterion"] ?? {}, (conditions) => mapMembers(conditions, operandOf));
}

function mapMembers<T>(value: Json, understand: (member: Json) => T | null): Readonly<Record<string, T>> | null {
  if (!isObject(value)) return null;
  const understood = Object.entries(value).map(([name, member]) => ({ name, member: understand(member) }));
  const entries = understood.flatMap(({ name, member }) => (member === null ? [] : [[name, member] as const]));
  return entries.length === understood.length ? Object.fromEntries(entries) : null;
}

function operandOf(operand: Json): readonly string[] | null {
  const values: readonly Json[] = Array.isArray(operand) ? operand : [operand];
  const plain = values.filter((value) => typeof value === "string" || typeof value === "number");
  return plain.length === values.length ? plain.map(String) : null;
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item: Json) => typeof item === "string") : [];
}

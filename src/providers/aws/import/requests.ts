import { targetKey } from "../../../model/resource.ts";
import type { SnapshotRecord } from "../../../snapshot/record.ts";
import { findAwsOperation } from "../operations.ts";
import type { ParentRequest, RequestMembers } from "../../shared/ask.ts";
import { type AwsOperation, keptBy } from "../operation.ts";
import { parseS3Location } from "../s3-location.ts";
import type { Answer } from "./answers.ts";
import type { PlacedAnswer } from "./place.ts";
import { withoutSuffix } from "./clues.ts";
import { ownName } from "./own-name.ts";
import { importable } from "./signs.ts";

/** An answer whose operation and request are known: ready to become records. */
export interface SettledAnswer extends PlacedAnswer {
  readonly operation: string;
  /** The members that the answer does not repeat; null when there are none. */
  readonly request: RequestMembers | null;
}

/** An answer that cannot be told from its siblings, and what would tell it. */
export interface LostAnswer {
  readonly placed: PlacedAnswer;
  /** Why, as words that follow the file's name. */
  readonly cause: string;
}

/** How members of requests look, where a name or text may hold one. */
const shapes: Readonly<Record<string, RegExp>> = {
  PrefixListId: /(?<![A-Za-z0-9])pl-[0-9a-f]{8,17}(?![A-Za-z0-9])/gu,
  Arn: /arn:aws[a-z-]*:iam::\d{12}:(?:user|role)\/[\w+=,.@/-]*[\w+=@-]/gu,
  OpenIDConnectProviderArn: /arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/[\w.:/-]+/gu,
  ParentId: /(?<![A-Za-z0-9])(?:r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})(?![A-Za-z0-9])/gu,
  PolicyId: /(?<![A-Za-z0-9])p-[0-9a-zA-Z_]{8,128}(?![A-Za-z0-9])/gu,
  Filter: /(?:SERVICE|RESOURCE)_CONTROL_POLICY/gu,
  InstanceArn: /arn:aws[a-z-]*:sso:::instance\/[0-9a-z-]+/gu,
  PermissionSetArn: /arn:aws[a-z-]*:sso:::permissionSet\/[0-9a-z-]+\/ps-[0-9a-z]+/gu,
  AccountId: /(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])/gu,
  cluster: /arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:cluster\/[\w-]+/gu,
  TargetGroupArn: /arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[A-Za-z0-9-]+\/[0-9a-f]+/gu,
};

/** GuardDuty ids have no prefix: thirty-two hexadecimal digits, of the detector as of every list. */
const guardDutyId = /(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])/gu;

/**
 * Finds the operation and request of every answer that does not repeat them: by members beside the answer, by ids in file and folder names
 * (as they are, percent-encoded or with other signs for `:` and `/`), by what the answers of parent operations list, and by
 * elimination when one request and one answer are left.
 */
export function settle(placed: readonly PlacedAnswer[]): {
  readonly settled: readonly SettledAnswer[];
  readonly lost: readonly LostAnswer[];
} {
  const settled: SettledAnswer[] = [];
  const lost: LostAnswer[] = [];
  const byTarget = Map.groupBy(placed, ({ target }) => targetKey(target));
  for (const answers of byTarget.values()) {
    // Parents stand before what is asked because of them, in the order of the operations' list.
    const waiting = answers.toSorted((a, b) => rank(a.answer) - rank(b.answer));
    const here: SettledAnswer[] = [];
    const groups = Map.groupBy(waiting, ({ answer }) => answer.operations.map(({ id }) => id).join(" "));
    for (const group of groups.values()) {
      const result = settleGroup(group, here);
      here.push(...result.settled);
      lost.push(...result.lost);
    }
    settled.push(...here);
  }
  return { settled, lost };
}

/** The records that an answer leaves. */
export function recordsOf({ operation, request, target, items }: SettledAnswer): readonly SnapshotRecord[] {
  const trim = findAwsOperation(operation)?.trim ?? ((item) => item);
  return items.flatMap((item) => {
    const data = trim(item);
    return data === null ? [] : [{ ...target, operation, ...(request === null ? {} : { request }), data }];
  });
}

/** Every request that the answers of an operation's parents give rise to. */
export function requestsFor(operation: AwsOperation, settled: readonly SettledAnswer[]): readonly ParentRequest[] {
  const { ask } = operation;
  if (ask.how !== "per-parent") {
    return [];
  }
  const parents = ask.recurs === true ? [...ask.parents, operation.id] : ask.parents;
  const records = settled.filter((answer) => parents.includes(answer.operation)).flatMap(recordsOf);
  const requests = records.flatMap((record) => ask.requests(record, records));
  return [...new Map(requests.map((request) => [requestKey(request.members), request])).values()];
}

/** One string per request. */
export function requestKey(members: RequestMembers): string {
  return JSON.stringify(Object.entries(members).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function rank(answer: Answer): number {
  return Math.max(...answer.operations.map(({ id }) => order.get(id) ?? -1));
}

/** The operation and request that an answer belongs to. */
type Identity = Pick<SettledAnswer, "operation"> & { readonly request: RequestMembers };

/** One that something in the dump says was there to ask. */
interface Candidate extends Identity {
  /** Each member's value as it may stand in a path. */
  readonly flat: RequestMembers;
}

function settleGroup(
  group: readonly PlacedAnswer[],
  parents: readonly SettledAnswer[],
): { readonly settled: readonly SettledAnswer[]; readonly lost: readonly LostAnswer[] } {
  const operations = (group[0]?.answer.operations ?? []).map(({ id }) => id);
  const [only] = operations;
  const keepOf = (id: string): readonly string[] => {
    const operation = findAwsOperation(id);
    return operation === undefined ? [] : keptBy(operation);
  };
  if (only !== undefined && operations.length === 1 && keepOf(only).length === 0) {
    return { settled: group.map((placed) => ({ ...placed, operation: only, request: null })), lost: [] };
  }
  const candidates = operations.flatMap((id): readonly Candidate[] => {
    const operation = findAwsOperation(id);
    const requests = operation === undefined ? [] : requestsFor(operation, parents);
    return requests.map(({ members }): Candidate => {
      const request = pick(members, keepOf(id));
      const flat = Object.fromEntries(Object.entries(request).map(([name, value]) => [name, flatten(value)]));
      return { operation: id, request, flat };
    });
  });
  const settled: SettledAnswer[] = [];
  let waiting: PlacedAnswer[] = [];
  for (const placed of group) {
    const found = identify(placed, operations, keepOf, candidates);
    if (found === null) {
      waiting.push(placed);
    } else {
      settled.push({ ...placed, ...found });
    }
  }
  const answered = new Set(
    [...parents, ...settled].map(({ operation, request }) => `${operation} ${requestKey(request ?? {})}`),
  );
  const left = candidates.filter(({ operation, request }) => !answered.has(`${operation} ${requestKey(request)}`));
  const [last] = left;
  const [placed] = waiting;
  if (left.length === 1 && waiting.length === 1 && last !== undefined && placed !== undefined) {
    settled.push({ ...placed, operation: last.operation, request: last.request });
    waiting = [];
  }
  const names = [...new Set(operations.flatMap(keepOf))].join(" and ");
  const cause =
    operations.length > 1
      ? `could be the answer to any of ${operations.join(", ")}: put the operation (get-ip-set) or the list's id into its file or folder name`
      : `does not repeat its request: put its ${names} into the file or folder name, or beside the answer as a member`;
  return { settled, lost: waiting.map((answer) => ({ placed: answer, cause })) };
}

/** The candidate that the answer's surroundings name; else the request that they spell out although nothing lists it. */
function identify(
  { answer }: PlacedAnswer,
  operations: readonly string[],
  keepOf: (id: string) => readonly string[],
  candidates: readonly Candidate[],
): Identity | null {
  const hints = answer.path.map(withoutSuffix).join("/");
  const flatHints = flatten(hints);
  const isSaid = ({ request, flat }: Candidate, name: string): boolean =>
    answer.beside[name] === request[name] ||
    ownName(answer, name) === request[name] ||
    flatHints.includes(flat[name] ?? "") ||
    isIn(hints, idAtEnd.exec(request[name] ?? "")?.[0]);
  const rated = candidates
    .filter(({ request }) =>
      Object.entries(request).every(
        ([name, value]) => (answer.beside[name] ?? ownName(answer, name) ?? value) === value,
      ),
    )
    .map((candidate) => {
      const names = Object.keys(candidate.request);
      const said = names.filter((name) => isSaid(candidate, name));
      // The detector tells nothing about which of its lists this is.
      const isTold =
        names.length === 1 && names[0] === "DetectorId"
          ? candidates.length === 1 || said.length > 0
          : said.some((name) => name !== "DetectorId");
      return { candidate, weight: isTold ? said.length + 1 : 0 };
    });
  const most = Math.max(...rated.map(({ weight }) => weight));
  const best = rated.filter(({ weight }) => weight === most);
  const [found] = best;
  if (found !== undefined && most > 0) {
    const { operation, request } = found.candidate;
    return best.length === 1 ? { operation, request } : null;
  }
  const [operation] = operations;
  if (operation === undefined || operations.length > 1) {
    return null;
  }
  const detectors = new Set(candidates.flatMap(({ request }) => request["DetectorId"] ?? []));
  return spelledOut(answer, operation, keepOf(operation), [...detectors]);
}

/** A request of which every member stands beside the answer or in its path, whether or not anything lists it. */
function spelledOut(
  answer: Answer,
  operation: string,
  keep: readonly string[],
  detectors: readonly string[],
): Identity | null {
  const hints = answer.path.map(withoutSuffix).join("/");
  const location = parseS3Location(answer.beside["Location"] ?? "");
  const implied: RequestMembers =
    location === null ? answer.beside : { Bucket: location.bucket, Key: location.key, ...answer.beside };
  const ids = [...new Set([...hints.matchAll(guardDutyId)].map(([id]) => id))].filter((id) => !detectors.includes(id));
  // The detector's folder stands around the file of the list.
  const inPath = detectors.length === 1 ? [...detectors, ...ids] : ids;
  const byPlace = keep.length === 1 || inPath.length > 1 ? inPath : [];
  const request: Record<string, string> = {};
  for (const name of keep) {
    const shape = shapes[name];
    const matches = shape === undefined ? [] : [...hints.matchAll(shape)];
    const place = name === "DetectorId" ? byPlace[0] : name.endsWith("SetId") ? byPlace[1] : undefined;
    const value =
      implied[name] ??
      ownName(answer, name) ??
      matches.at(-1)?.[0] ??
      place ??
      (name === "DetectorId" && detectors.length === 1 ? detectors[0] : undefined);
    if (value === undefined) {
      return null;
    }
    request[name] = value;
  }
  return { operation, request };
}

/** An ARN's last part where that alone names the resource: of a permission set, of a target group. */
const idAtEnd = /(?<=^arn:.*\/)(?:ps-)?[0-9a-f]{16}$/u;

function isIn(hints: string, id: string | undefined): boolean {
  return id !== undefined && hints.includes(id);
}

function pick(members: RequestMembers, names: readonly string[]): RequestMembers {
  return Object.fromEntries(Object.entries(members).filter(([name]) => names.includes(name)));
}

/** Tools write other signs for those that a file's name cannot hold. */
function flatten(text: string): string {
  return `-${text.replaceAll(/[^A-Za-z0-9]+/gu, "-")}-`;
}

const order: ReadonlyMap<string, number> = new Map(importable.map(({ id }, index) => [id, index]));

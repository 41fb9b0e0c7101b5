import type { Json } from "../../../model/finding.ts";
import type { DumpDocument } from "../../../snapshot/dump.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { MalformedAnswer } from "../../shared/answer.ts";
import { parseCredentialReport } from "../credential-report.ts";
import { type AwsOperation, keptBy } from "../operation.ts";
import { isAccount, isList, isObject, isRegion } from "./clues.ts";
import {
  asksNothing,
  authorizationDetails,
  hasFirstSign,
  importable,
  isShared,
  operationOfItem,
  operationsAnswering,
  operationsListing,
  subjectMember,
} from "./signs.ts";

/** What a document says in answer to one operation. */
export interface Answer {
  readonly document: DumpDocument;
  /** The document's path, and the members that led to the answer where several answers were gathered in one document. */
  readonly path: readonly string[];
  /** The operation; several where content alone does not tell, as with the four kinds of GuardDuty lists. */
  readonly operations: readonly Pick<AwsOperation, "id">[];
  /** Records to be. */
  readonly items: readonly VendorObject[];
  /** Strings beside the answer, among which may be its request: `{ "PrefixListId": "pl-1" }`. */
  readonly beside: Readonly<Record<string, string>>;
  /** Why the answer is not whole, as words that follow the file's name; null when it is. */
  readonly lacks: { readonly status: "skipped" | "malformed"; readonly why: string } | null;
}

/** How deep documents may be gathered in objects such as `{ "111122223333": { "us-east-1": { "Vpcs": [] } } }`. */
const maxGathering = 6;

/** Members that stand beside lists in an answer without being part of it. */
const pagingMembers = ["NextToken", "nextToken", "Marker", "NextMarker", "ContinuationToken"];
const jobMembers = ["JobStatus", "JobType", "JobCreationDate", "JobCompletionDate"];
const metadataMembers = new Set([
  ...pagingMembers,
  ...jobMembers,
  "ResponseMetadata",
  "$metadata",
  "IsTruncated",
  "Owner",
  "Prefix",
]);

/** Every answer that a document holds, by what it says; none when it is of no use to Rampart. */
export function answersIn(document: DumpDocument): readonly Answer[] {
  return gather(document, document.value, document.path, 0);
}

function gather(document: DumpDocument, value: Json, path: readonly string[], depth: number): readonly Answer[] {
  if (depth > maxGathering) {
    return [];
  }
  if (isList(value)) {
    return gatherList(document, value, path, depth);
  }
  if (!isObject(value)) {
    return [];
  }
  const lists = Object.keys(value).flatMap((member) => listAnswer(document, value, member, path));
  const rest = without(value, new Set(lists.map(({ member }) => member)));
  const whole = wholeAnswers(document, rest, path);
  if (whole.length > 0) {
    return [...whole, ...lists.map(({ answer }) => answer)];
  }
  if (lists.length > 0) {
    const others = Object.entries(rest).filter(([member]) => !metadataMembers.has(member));
    return [
      ...lists.map(({ answer }) => answer),
      ...others.flatMap(([member, child]) => gatherMember(document, member, child, path, depth)),
    ];
  }
  const single = mayBeBare(document, path) ? itemAnswer(document, [value], path, value) : null;
  if (single !== null) {
    return [single];
  }
  return isContainer(value)
    ? Object.entries(value).flatMap(([member, child]) => gatherMember(document, member, child, path, depth))
    : [];
}

function gatherMember(
  document: DumpDocument,
  member: string,
  child: Json,
  path: readonly string[],
  depth: number,
): readonly Answer[] {
  return gather(document, child, [...path, member], depth + 1);
}

/** An array: items of one operation (`--query SecurityGroups`), or documents that were gathered (`jq -s .`). */
function gatherList(
  document: DumpDocument,
  list: readonly Json[],
  path: readonly string[],
  depth: number,
): readonly Answer[] {
  // `--query 'Reservations[*].Instances[*]'` nests.
  const flat = list[0] !== undefined && list.every(isList) ? list.flat() : list;
  if (!mayBeBare(document, path)) {
    return flat.every((element) => isObject(element) && isContainer(element))
      ? flat.flatMap((element) => gather(document, element, path, depth + 1))
      : [];
  }
  if (flat.every((element) => typeof element === "string")) {
    const [operation, ...others] = operationsNamed(path).filter(
      ({ answer }) => answer.kind === "list" || answer.kind === "ids",
    );
    if (operation === undefined || others.length > 0 || !("member" in operation.answer)) {
      return [];
    }
    return answerFor(document, { [operation.answer.member]: flat }, operation, flat, path);
  }
  const items = itemAnswer(document, flat, path, {});
  return items === null ? flat.flatMap((element) => gather(document, element, path, depth + 1)) : [items];
}

/** The answers that are documents, as of GetDetector; several when they were merged into one object. */
function wholeAnswers(document: DumpDocument, value: VendorObject, path: readonly string[]): readonly Answer[] {
  const lists = authorizationDetails.kinds.filter(([list]) => isList(value[list]));
  // A list of policies alone may be anything's.
  if (lists.some(([list]) => list !== "Policies")) {
    return lists.map(([list, kind]) => ({
      document,
      path,
      operations: [authorizationDetails.operation],
      items: objectsOf(value[list]),
      beside: { Kind: kind },
      lacks: lacking(value),
    }));
  }
  const fitting = operationsAnswering(value);
  if (fitting.length === 0) {
    const named = Object.keys(value).length === 0 ? operationsNamed(path) : [];
    const empty = named.filter(({ answer }) => answer.kind === "document");
    return empty.length === 1 ? [{ document, path, operations: empty, items: [value], beside: {}, lacks: null }] : [];
  }
  const bySubject = Map.groupBy(fitting, ({ id }) => subjectMember(id));
  return [...bySubject].map(([subject, operations]) => {
    if (operations.some(({ answer }) => answer.kind === "credential-report")) {
      const { items, lacks } = reportLines(value);
      return { document, path, operations, items, beside: {}, lacks };
    }
    const others = new Set([...bySubject.keys()].filter((member) => member !== subject));
    return {
      document,
      path,
      operations: narrow(operations, value, path),
      items: [without(value, new Set([...others, ...requestMembersOf(operations)]))],
      beside: strings(value),
      lacks: lacking(value),
    };
  });
}

function reportLines(value: VendorObject): Pick<Answer, "items" | "lacks"> {
  try {
    return { items: parseCredentialReport(value["Content"]), lacks: null };
  } catch (error) {
    if (!(error instanceof MalformedAnswer)) throw error;
    return { items: [], lacks: { status: "malformed", why: `is ${error.message}` } };
  }
}

/** The answer in a list member, as of DescribeSecurityGroups. */
function listAnswer(
  document: DumpDocument,
  value: VendorObject,
  member: string,
  path: readonly string[],
): readonly { readonly member: string; readonly answer: Answer }[] {
  const list = value[member];
  if (!isList(list)) {
    return [];
  }
  if (
    list.length === 0 &&
    !Object.entries(value).every(([name, other]) => name === member || mayStandBeside(name, other))
  ) {
    // An empty list among scalars is a part of some resource (the groups of a load balancer), not an answer without items.
    return [];
  }
  const operations = operationsListing(member).filter(({ id, answer }) =>
    answer.kind === "ids"
      ? list.every((item) => typeof item === "string")
      : list.some(isObject)
        ? list.filter(isObject).some((item) => hasFirstSign(id, item))
        : list.length === 0,
  );
  const named =
    list.length > 0
      ? operations
      : operations.filter((operation) => !isShared(operation.id) || isTold(operation, value, path));
  const [operation, ...others] = narrow(named, value, path);
  return operation === undefined || others.length > 0
    ? []
    : answerFor(document, value, operation, list, path).map((answer) => ({ member, answer }));
}

function answerFor(
  document: DumpDocument,
  value: VendorObject,
  operation: AwsOperation,
  list: readonly Json[],
  path: readonly string[],
): readonly Answer[] {
  const { answer } = operation;
  const ids = answer.kind === "ids" && list.length > 0 ? [{ [answer.member]: list }] : [];
  const items = answer.kind === "ids" ? ids : objectsOf(list);
  const odd = answer.kind === "ids" ? 0 : list.length - items.length;
  const lacks: Answer["lacks"] =
    odd > 0 ? { status: "malformed", why: `holds ${odd} items that are no JSON objects` } : lacking(value);
  return [{ document, path, operations: [operation], items, beside: strings(value), lacks }];
}

/** Items without their list's name. */
function itemAnswer(
  document: DumpDocument,
  list: readonly Json[],
  path: readonly string[],
  around: VendorObject,
): Answer | null {
  const items = objectsOf(list);
  const [first] = items;
  if (first === undefined || items.length < list.length) {
    return null;
  }
  if (items.every(isInstance)) {
    // `--query 'Reservations[].Instances[]'`: DescribeInstances gives them inside of reservations.
    const reservations = items.map((instance): VendorObject => ({ Instances: [instance] }));
    return { document, path, operations: [describeInstances], items: reservations, beside: {}, lacks: null };
  }
  const operation = operationOfItem(first);
  if (operation === null || !items.every((item) => operationOfItem(item)?.id === operation.id)) {
    return null;
  }
  return { document, path, operations: [operation], items, beside: strings(around), lacks: null };
}

const describeInstances = { id: "ec2:DescribeInstances" };

function isInstance(item: VendorObject): boolean {
  return typeof item["InstanceId"] === "string" && ("ImageId" in item || "InstanceType" in item) && "State" in item;
}

/** Where several operations answer alike, what stands beside the answer or in its path may tell which one it was. */
function narrow(
  operations: readonly AwsOperation[],
  value: VendorObject,
  path: readonly string[],
): readonly AwsOperation[] {
  if (operations.length < 2) {
    return operations;
  }
  const byMember = operations.filter((operation) =>
    keptBy(operation).some((name) => name !== "DetectorId" && name in value),
  );
  const byPath = longestNamed(operations.filter(({ name }) => isNamedIn(name.replace(/^Get/u, ""), path)));
  const told = byMember.length === 1 ? byMember : byPath.length === 1 ? byPath : operations;
  const plain = told.length > 1 ? asksNothing(told) : null;
  return plain === null ? told : [plain];
}

/** Whether a request beside an answer, or a name in its path, tells that it is this operation's. */
function isTold(operation: AwsOperation, value: VendorObject, path: readonly string[]): boolean {
  return keptBy(operation).some((name) => name in value) || operationsNamed(path).includes(operation);
}

/** `describe-vpc-endpoints` must not be taken for a shorter name that it holds. */
function longestNamed(operations: readonly AwsOperation[]): readonly AwsOperation[] {
  const longest = Math.max(...operations.map(({ name }) => name.length));
  return operations.filter(({ name }) => name.length === longest);
}

/** The operations that the innermost names of a path may mean. */
export function operationsNamed(path: readonly string[]): readonly AwsOperation[] {
  const named = importable.filter(({ name }) => isNamedIn(name, path));
  // `describe-load-balancers` is a name of two services.
  const best = longestNamed(named);
  const withService = best.filter(({ service }) => cliNames[service].some((name) => words(path).includes(`-${name}-`)));
  return withService.length === 1 ? withService : best;
}

/** Whether the innermost names of a path name the operation as the AWS CLI does: `guardduty-get-ip-set`. */
function isNamedIn(name: string, path: readonly string[]): boolean {
  return squeeze(path.slice(-3).join("/")).includes(squeeze(name));
}

const cliNames: Readonly<Record<AwsOperation["service"], readonly string[]>> = {
  cloudformation: ["cloudformation"],
  codebuild: ["codebuild"],
  ec2: ["ec2"],
  ecs: ["ecs"],
  elasticloadbalancing: ["elb"],
  elasticloadbalancingv2: ["elbv2"],
  guardduty: ["guardduty"],
  iam: ["iam"],
  identitystore: ["identitystore"],
  lambda: ["lambda"],
  "network-firewall": ["network-firewall"],
  organizations: ["organizations"],
  s3: ["s3", "s3api"],
  sso: ["sso", "sso-admin"],
  sts: ["sts"],
};

/** The command that would give an operation's answer: `aws ec2 describe-vpcs`. */
export function cliCommand({ service, name }: Pick<AwsOperation, "service" | "name">): string {
  const kebab = name
    .replaceAll(/([a-z0-9])([A-Z])/gu, "$1-$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/gu, "$1-$2")
    .toLowerCase();
  return `aws ${cliNames[service].at(-1) ?? service} ${kebab}`;
}

function squeeze(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/gu, "");
}

function words(path: readonly string[]): string {
  return `-${path
    .slice(-3)
    .join("-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")}-`;
}

/**
 * Whether items may be known by their own members here: at a document's top, or under a name that somebody gave. A name in the way AWS
 * writes its members (`ClusterSubnetGroups`) leads to resources of other services.
 */
function mayBeBare(document: DumpDocument, path: readonly string[]): boolean {
  const name = path.length > document.path.length ? (path.at(-1) ?? "") : "";
  return !/^[A-Z][A-Za-z0-9]*$/u.test(name);
}

/** An object that holds documents, and says nothing itself. */
function isContainer(value: VendorObject): boolean {
  return Object.values(value).every((member) => typeof member === "object" && member !== null);
}

function mayStandBeside(name: string, value: Json): boolean {
  return (
    metadataMembers.has(name) ||
    operationsListing(name).length > 0 ||
    (typeof value === "string" && requestMembers.has(name)) ||
    (typeof value === "object" && !/^[A-Z]/u.test(name)) ||
    (typeof value === "string" && (isAccount(value) || isRegion(value)))
  );
}

/** Members of requests, which a document may repeat beside an answer that does not. */
const requestMembers = new Set(requestMembersOf(importable));

/** The members by which an answer's record is told, and that the answer itself does not hold. */
function requestMembersOf(operations: readonly AwsOperation[]): readonly string[] {
  return operations.flatMap(keptBy);
}

function without(value: VendorObject, members: ReadonlySet<string>): VendorObject {
  return members.size === 0 ? value : Object.fromEntries(Object.entries(value).filter(([name]) => !members.has(name)));
}

function lacking(value: VendorObject): Answer["lacks"] {
  const token = pagingMembers.find((member) => typeof value[member] === "string" && value[member] !== "");
  if (token === undefined && value["IsTruncated"] !== true) {
    return null;
  }
  const why = `is not whole: it has ${token ?? "IsTruncated"}, so more pages followed. Make it again without --max-items and --no-paginate`;
  return { status: "skipped", why };
}

function objectsOf(value: Json | undefined): readonly VendorObject[] {
  return isList(value) ? value.filter(isObject) : [];
}

function strings(value: VendorObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (typeof member === "string" ? [[name, member]] : [])),
  );
}
